//! The one form in which documents are kept: facts only, and one order for everything.
//!
//! Prose is left out because our documentation is our own, and so that a new wording upstream is
//! no change. What has no order of its own (keys, enum values, required names, parameters) is
//! sorted, because upstream does not keep its order from one day to the next. The walk knows where
//! it is: a *property* called `description` is a fact, a `description` beside it is prose.

use crate::escape;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The canonical form of an OpenAPI document.
///
/// Doing it twice changes nothing more. Parts that do not have the shape that OpenAPI gives them
/// are kept as they are, with their keys sorted: it is the check of a document that judges.
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
        "paths" => Some(object(value, |_, item| Some(path_item(item)))),
        "components" => Some(object(value, |key, value| {
            Some(match key {
                "schemas" => object(value, |_, schema_value| Some(schema(schema_value))),
                "parameters" => object(value, |_, value| Some(parameter(value))),
                "responses" => object(value, |_, value| Some(response(value))),
                "requestBodies" => object(value, |_, value| Some(body(value))),
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

/// Whether a key of an operation, a parameter or a schema holds words for people.
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
        "get" | "post" | "put" | "delete" | "patch" | "head" | "options" | "trace" => {
            Some(operation(value))
        }
        _ => Some(plain(value)),
    })
}

fn operation(value: &Value) -> Value {
    object(value, |key, value| match key {
        key if is_prose(key) => None,
        "parameters" => Some(parameters(value)),
        "requestBody" => Some(body(value)),
        "responses" => Some(object(value, |_, value| Some(response(value)))),
        _ => Some(plain(value)),
    })
}

/// Parameters by place and name: the path first, as a caller gives them.
fn parameters(value: &Value) -> Value {
    let mut sorted = list(value, parameter);
    if let Value::Array(items) = &mut sorted {
        items.sort_by_cached_key(|item| {
            let text = |key| item.get(key).and_then(Value::as_str).unwrap_or_default();
            let place = match text("in") {
                "path" => 0,
                "query" => 1,
                "header" => 2,
                _ => 3,
            };
            (place, text("name").to_owned())
        });
    }
    sorted
}

fn parameter(value: &Value) -> Value {
    object(value, |key, value| match key {
        key if is_prose(key) => None,
        "schema" => Some(schema(value)),
        "content" => Some(content(value)),
        _ => Some(plain(value)),
    })
}

fn body(value: &Value) -> Value {
    object(value, |key, value| match key {
        key if is_prose(key) => None,
        "content" => Some(content(value)),
        _ => Some(plain(value)),
    })
}

/// A response keeps an empty description: OpenAPI wants one.
fn response(value: &Value) -> Value {
    let mut response = object(value, |key, value| match key {
        key if is_prose(key) => None,
        "content" => Some(content(value)),
        "headers" => Some(object(value, |_, value| Some(parameter(value)))),
        _ => Some(plain(value)),
    });
    if let Value::Object(map) = &mut response
        && !map.contains_key("$ref")
    {
        map.insert("description".to_owned(), "".into());
        return plain(&response);
    }
    response
}

fn content(value: &Value) -> Value {
    object(value, |_, media| {
        Some(object(media, |key, value| {
            Some(match key {
                "schema" => schema(value),
                _ => plain(value),
            })
        }))
    })
}

/// The facts of a schema, in one order.
pub(crate) fn schema(value: &Value) -> Value {
    object(value, |key, value| match key {
        key if is_prose(key) => None,
        "properties" => Some(object(value, |_, value| Some(schema(value)))),
        "items" | "additionalProperties" | "not" => Some(schema(value)),
        "allOf" | "anyOf" | "oneOf" => Some(list(value, schema)),
        "enum" | "required" => Some(sorted(value)),
        _ => Some(plain(value)),
    })
}

/// An object with sorted keys whose values went through `each`; nothing drops the key.
///
/// The keys are sorted here and not left to the map: whether a map of serde_json keeps its keys
/// sorted depends on what other crates of a build turn on.
fn object(value: &Value, each: impl Fn(&str, &Value) -> Option<Value>) -> Value {
    let Some(map) = value.as_object() else {
        return plain(value);
    };
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_unstable_by_key(|(key, _)| key.as_str());
    Value::Object(
        entries
            .into_iter()
            .filter_map(|(key, value)| Some((key.clone(), each(key, value)?)))
            .collect::<Map<_, _>>(),
    )
}

fn list(value: &Value, each: impl Fn(&Value) -> Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(each).collect()),
        other => plain(other),
    }
}

/// A value with all its content, its keys sorted.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(_) => object(value, |_, value| Some(plain(value))),
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
