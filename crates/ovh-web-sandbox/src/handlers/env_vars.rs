//! Environment variables. The value of the type `password` is not stored.

use super::resources::{self, work};
use super::*;

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
    let problem = "expected letters, digits and underscores, and no digit at the start";
    Refusal::unless(is_name(name), "$.key", problem)?;
    let shown = json!({
        "key": name,
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
        return full_offer("environment variables");
    }
    let (variable, work) = (Resource::created(shown), Work::create("envVar/create"));
    let response = resources::create(hosting, cx, Kind::EnvVar, (key, variable), work)?;
    Ok(response.readable(kind != "password"))
}

fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.bytes().all(allowed) && !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit())
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
