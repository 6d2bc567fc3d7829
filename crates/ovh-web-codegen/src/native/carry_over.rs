//! Copies facts that only the OpenAPI form has from an earlier document.
//!
//! When a section is published in its native form only, lists would lose their pages of objects
//! because that form cannot express them, not because the API did. So what an earlier document
//! said of an operation is kept as long as the response is the same.

use crate::openapi;
use serde_json::Value;

/// The extensions that a native document cannot express.
const EXTENSIONS: [&str; 2] = ["x-expanded-response", "x-response-identifier"];

/// Takes over into `new`, which was made from a native document, what `old` says of the same
/// operations. Returns the routes of those that got something, such as `GET /hosting/web`.
///
/// An operation keeps it as long as its response is the same.
#[must_use = "a person is to be told what was not fetched but kept"]
pub fn carry_over(new: &mut Value, old: &Value) -> Vec<String> {
    let mut kept = Vec::new();
    for (path, method, before) in openapi::operations(old) {
        let said = EXTENSIONS.map(|key| before.get(key));
        let Some(now) = new
            .get_mut("paths")
            .and_then(|paths| paths.get_mut(path)?.get_mut(method)?.as_object_mut())
        else {
            continue;
        };
        if said.iter().all(Option::is_none) || !same_response(now.get("responses"), before) {
            continue;
        }
        for (key, value) in EXTENSIONS.into_iter().zip(said) {
            if let Some(value) = value
                && !now.contains_key(key)
            {
                now.insert(key.to_owned(), value.clone());
            }
        }
        kept.push(format!("{} {path}", method.to_ascii_uppercase()));
    }
    kept
}

fn same_response(now: Option<&Value>, before: &Value) -> bool {
    const SCHEMA: &str = "/200/content/application~1json/schema";
    let now = now.and_then(|responses| responses.pointer(SCHEMA));
    let before = before.get("responses").and_then(|r| r.pointer(SCHEMA));
    match (now, before) {
        (Some(now), Some(before)) => {
            let items = |schema: &Value| {
                schema
                    .get("items")
                    .and_then(openapi::reference_name)
                    .map(str::to_owned)
            };
            now.get("type") == before.get("type")
                && items(now) == items(before)
                && now.pointer("/items/type") == before.pointer("/items/type")
        }
        _ => false,
    }
}
