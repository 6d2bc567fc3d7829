//! Environment variables. The value of the type `password` is not stored.

use serde_json::{Map, Value, json};

use super::resources::Filter::Equal;
use super::resources::{task_response, work};
use super::{
    Context, Handler, HandlerResult, bad_request, bad_value, conflict, delete_of, get_of, list_of,
    post, put,
};
use crate::response::Refusal;
use crate::rules::Rule;
use crate::state::hosting::Hosting;
use crate::state::resources::{Key, Kind, Resource, Work};

pub(super) const ALL: &[Handler] = &[
    list_of("envVar", Kind::EnvVar, &[Equal("type")]),
    post("envVar", create),
    get_of("envVar/{key}", Kind::EnvVar),
    put("envVar/{key}", update),
    delete_of("envVar/{key}", Kind::EnvVar, "envVar/delete"),
];

/// The most variables where the offer does not limit them.
const LIMIT: usize = 50;

/// Guess: the text that replaces a hidden value.
const HIDDEN: &str = "********";

fn create(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let (name, kind) = (cx.body.required("key"), cx.body.required("type"));
    if !is_name(name) {
        return bad_value(
            "$.key",
            "expected letters, digits and underscores, and no digit at the start",
        );
    }
    let shown = json!({
        "key": name,
        "taskId": null,
        "type": kind,
        "value": shown_value(kind, cx.body.required("value"))?,
    });
    let limit = match hosting.rules.enforces(Rule::EnvVarsOfOffer) {
        true => hosting.plan().env_vars,
        false => LIMIT,
    };
    if limit == 0 {
        return bad_request("this account is not allowed to create EnvVar");
    }
    let key = Key::text(name);
    if hosting.resources.find(Kind::EnvVar, &key).is_some() {
        return conflict(format!("The environment variable {key} already exists"));
    }
    if hosting.resources.count(Kind::EnvVar) >= limit {
        // Guess: the wording for a full offer.
        return bad_request(
            "You have reached the maximum number of environment variables of your offer",
        );
    }
    let (variable, work) = (Resource::new(shown), Work::create("envVar/create"));
    let task = hosting.create(cx.now, Kind::EnvVar, &key, variable, work);
    Ok(task_response(hosting, cx, task).readable(kind != "password"))
}

fn is_name(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name
            .bytes()
            .next()
            .is_some_and(|byte| !byte.is_ascii_digit())
}

/// The value that responses show.
fn shown_value<'a>(kind: &str, value: &'a str) -> Result<&'a str, Refusal> {
    match kind {
        "password" => Ok(HIDDEN),
        "integer" if value.parse::<i64>().is_err() => {
            bad_value("$.value", "expected a whole number")
        }
        _ => Ok(value),
    }
}

fn update(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let variable = cx.find(hosting, Kind::EnvVar)?;
    let kind = variable.owned("type");
    let mut values = Map::new();
    if let Some(value) = cx.body.text("value") {
        let value = shown_value(&kind, value)?;
        values.insert("value".to_owned(), Value::from(value));
    }
    let update = Work::update("envVar/update").set(values);
    let response = work(hosting, cx, Kind::EnvVar, update)?;
    Ok(response.readable(kind != "password"))
}
