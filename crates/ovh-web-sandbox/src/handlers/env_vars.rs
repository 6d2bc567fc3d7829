//! Environment variables. The value of one of type `password` is taken and forgotten.

use serde_json::{Map, Value, json};

use super::generic_resources::{self, task_answer};
use super::{Context, Handler};
use crate::reply::{Answer, Refusal};
use crate::rules::Rule;
use crate::state::generic_resources::{Change, Key, Kind, Record};

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web/{serviceName}/envVar", list),
    Handler::new("POST", "/hosting/web/{serviceName}/envVar", create),
    Handler::new("GET", "/hosting/web/{serviceName}/envVar/{key}", get),
    Handler::new("PUT", "/hosting/web/{serviceName}/envVar/{key}", update),
    Handler::new("DELETE", "/hosting/web/{serviceName}/envVar/{key}", delete),
];

/// How many variables there can be where the offer is not asked.
const LIMIT: usize = 50;

/// Guess: what stands in the place of a value that is not read back.
const HIDDEN: &str = "********";

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    generic_resources::list(cx, Kind::EnvVar, |query, variable| {
        query.filters("type", variable.text("type"))
    })
}

fn create(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let (name, kind) = (cx.body.required("key"), cx.body.required("type"));
    let key = Key::text(name);
    if !is_name(name) {
        return Err(Refusal::bad_value(
            "$.key",
            "letters, digits and underscores, not beginning with a digit",
        ));
    }
    let readable = kind != "password";
    let shown = json!({
        "key": name,
        "type": kind,
        "value": shown_value(kind, cx.body.required("value"))?,
    });
    let by_offer = cx.world.rules.enforces(Rule::EnvVarsOfOffer);
    let hosting = cx.hosting()?;
    let limit = if by_offer {
        hosting.plan().env_vars
    } else {
        LIMIT
    };
    if limit == 0 {
        return Err(Refusal::bad_request(
            "this account is not allowed to create EnvVar",
        ));
    }
    if hosting.records.find(Kind::EnvVar, &key).is_some() {
        return Err(Refusal::conflict(format!(
            "The environment variable {key} already exists"
        )));
    }
    if hosting.records.count(Kind::EnvVar) >= limit {
        // Guess: the words for a full offer.
        return Err(Refusal::bad_request(
            "You have reached the maximum number of environment variables of your offer",
        ));
    }
    let what = format!("variable {key} is being created");
    let record = Record::new(shown);
    let task = hosting.create_record(Kind::EnvVar, key, record, "envVar/create", now);
    Ok(task_answer(hosting, task, now, what).readable(readable))
}

fn is_name(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name
            .bytes()
            .next()
            .is_some_and(|byte| !byte.is_ascii_digit())
}

/// The value as it will be read back.
fn shown_value<'a>(kind: &str, value: &'a str) -> Result<&'a str, Refusal> {
    match kind {
        "password" => Ok(HIDDEN),
        "integer" if value.parse::<i64>().is_err() => Err(Refusal::bad_value(
            "$.value",
            "a variable of type integer is a whole number",
        )),
        _ => Ok(value),
    }
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::text(cx.path.get("key"));
    generic_resources::get(cx, Kind::EnvVar, &key)
}

fn update(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::text(cx.path.get("key"));
    let value = cx.body.owned("value");
    let variable = cx.hosting()?.records.get(Kind::EnvVar, &key)?;
    let readable = variable.text("type") != "password";
    let mut values = Map::new();
    if let Some(value) = value {
        let value = shown_value(variable.text("type"), &value)?;
        values.insert("value".to_owned(), Value::from(value));
    }
    let work = ("updating", "envVar/update");
    let answer = generic_resources::work(cx, Kind::EnvVar, &key, work, Change::Set(values))?;
    Ok(answer.readable(readable))
}

fn delete(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::text(cx.path.get("key"));
    let work = ("deleting", "envVar/delete");
    generic_resources::work(cx, Kind::EnvVar, &key, work, Change::Gone)
}
