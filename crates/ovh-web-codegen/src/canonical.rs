//! The canonical form in which documents are stored: facts only, and sorted.
//!
//! Prose is removed because our documentation is our own, and so that a new wording upstream is not
//! a change. Lists whose order means nothing (enum values, required names, parameters) are
//! sorted, because upstream changes their order. A *property* called `description` is a fact, a
//! `description` beside it is prose.

use crate::escape;
use crate::openapi::METHODS;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Returns the canonical form of an OpenAPI document.
///
/// The canonical form of a canonical document is itself. Parts that do not have the shape that
/// OpenAPI gives them are kept, with their keys sorted: the check of a document refuses them.
#[must_use]
pub fn canonicalize(document: &Value) -> Value {
    object(document, |key, value| match key {
        "tags" | "externalDocs" => None,
        "info" => Some(object(value, |key, value| match key {
            "description" | "contact" | "license" | "termsOfService" => None,
            _ => Some(plain(value)),
        })),
        "servers" => Some(list(value, |server| {
            object(server, |key, value| {
                (key != "description").then(|| plain(value))
            })
        })),
        "paths" => Some(each(value, path_item)),
        "components" => Some(object(value, |key, value| {
            Some(match key {
                "schemas" => each(value, schema),
                "parameters" | "requestBodies" => each(value, part),
                "responses" => each(value, response),
                _ => plain(value),
            })
        })),
        _ => Some(plain(value)),
    })
}

/// The text of a canonical document: sorted keys, two spaces a level, a newline at the end, and no
/// hidden character in any string.
#[must_use]
pub fn to_text(document: &Value) -> String {
    // The alternate form of a value's text is the pretty one of serde_json.
    let text = format!("{:#}\n", plain(document));
    match escape::json(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(escaped) => escaped,
    }
}

/// Returns `true` if the key holds text for people.
fn is_prose(key: &str) -> bool {
    matches!(
        key,
        "description" | "summary" | "title" | "externalDocs" | "tags" | "x-code-samples"
    )
}

fn path_item(value: &Value) -> Value {
    object(value, |key, value| match key {
        "summary" | "description" => None,
        "parameters" => Some(parameters(value)),
        method if METHODS.contains(&method) => Some(part(value)),
        _ => Some(plain(value)),
    })
}

/// An operation, a parameter, a body or a media type: their keys do not overlap.
fn part(value: &Value) -> Value {
    object(value, |key, value| match key {
        key if is_prose(key) => None,
        "parameters" => Some(parameters(value)),
        "requestBody" => Some(part(value)),
        "responses" => Some(each(value, response)),
        "content" | "headers" => Some(each(value, part)),
        "schema" => Some(schema(value)),
        _ => Some(plain(value)),
    })
}

/// A response keeps an empty description: OpenAPI requires one.
fn response(value: &Value) -> Value {
    let mut response = part(value);
    if let Value::Object(map) = &mut response
        && !map.contains_key("$ref")
    {
        map.insert("description".to_owned(), "".into());
        return plain(&response);
    }
    response
}

/// Parameters by place and name: the path first, as a caller gives them.
fn parameters(value: &Value) -> Value {
    let mut sorted = list(value, part);
    if let Value::Array(items) = &mut sorted {
        items.sort_by_cached_key(|item| {
            let text = |key| item.get(key).and_then(Value::as_str).unwrap_or_default();
            let places = ["path", "query", "header"];
            let place = places.iter().position(|place| *place == text("in"));
            (place.unwrap_or(places.len()), text("name").to_owned())
        });
    }
    sorted
}

/// The facts of a schema, sorted.
pub(crate) fn schema(value: &Value) -> Value {
    object(value, |key, value| match key {
        key if is_prose(key) => None,
        "properties" => Some(each(value, schema)),
        "items" | "additionalProperties" | "not" => Some(schema(value)),
        "allOf" | "anyOf" | "oneOf" => Some(list(value, schema)),
        "enum" | "required" => Some(sorted(value)),
        _ => Some(plain(value)),
    })
}

/// An object whose values are all of one kind.
fn each(value: &Value, form: impl Fn(&Value) -> Value) -> Value {
    object(value, |_, value| Some(form(value)))
}

/// An object with sorted keys and new values; `None` removes the key.
///
/// The keys are sorted here: other crates of a build decide whether a map of serde_json is.
fn object(value: &Value, form: impl Fn(&str, &Value) -> Option<Value>) -> Value {
    let Some(map) = value.as_object() else {
        return plain(value);
    };
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_unstable_by_key(|(key, _)| key.as_str());
    Value::Object(
        entries
            .into_iter()
            .filter_map(|(key, value)| Some((key.clone(), form(key, value)?)))
            .collect::<Map<_, _>>(),
    )
}

fn list(value: &Value, form: impl Fn(&Value) -> Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(form).collect()),
        other => plain(other),
    }
}

/// A value with all its content, its keys sorted.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(_) => each(value, plain),
        Value::Array(_) => list(value, plain),
        scalar => scalar.clone(),
    }
}

/// A list of scalars in order: numbers by size, then everything else by its text.
fn sorted(value: &Value) -> Value {
    let mut sorted = plain(value);
    if let Value::Array(items) = &mut sorted {
        items.sort_by(|a, b| match (a, b) {
            (Value::String(a), Value::String(b)) => a.cmp(b),
            (Value::Number(a), Value::Number(b)) => {
                let (a, b) = (a.as_f64(), b.as_f64());
                a.partial_cmp(&b).unwrap_or(std::cmp::Ordering::Equal)
            }
            (Value::Number(_), _) => std::cmp::Ordering::Less,
            (_, Value::Number(_)) => std::cmp::Ordering::Greater,
            (a, b) => a.to_string().cmp(&b.to_string()),
        });
    }
    sorted
}

#[cfg(test)]
mod tests;
