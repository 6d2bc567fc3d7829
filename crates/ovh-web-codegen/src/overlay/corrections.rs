//! Checks the `x-ovh-web-` keys that the overlay adds.
//!
//! A key in a place where the generator does not read it would be ignored, so it is an error.

use crate::document::Document;
use crate::error::Errors;
use crate::names::case;
use crate::pointer::Pointer;
use crate::{Error, note, openapi};
use serde_json::Value;

/// Checks every correction in a document to which the overlay was applied.
pub(super) fn check(document: &Document) -> Result<(), Error> {
    let mut errors = Errors::default();
    walk(document, &Pointer::root(), &document.value, &mut errors);
    errors.end()
}

fn walk(document: &Document, at: &Pointer, value: &Value, errors: &mut Errors) {
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        walk(document, &at.child(index), item, errors);
    }
    for (key, inner) in value.as_object().into_iter().flatten() {
        let below = at.child(key);
        // A sample is prose, unless it is a property's name.
        let is_sample = key == "example" && !at.to_string().ends_with("/properties");
        if key.starts_with(note::PREFIX)
            && let Some(expected) = refused(document, &at.to_string(), key, inner, value)
        {
            let message = format!("`{key}` has no effect here: {expected}");
            let advice = "correct the action that brings it";
            errors.add(Error::new(&document.name, below, message, advice));
        } else if !is_sample {
            walk(document, &below, inner, errors);
        }
    }
}

/// Returns what was expected, if a correction has no effect in its place.
fn refused(
    document: &Document,
    at: &str,
    key: &str,
    value: &Value,
    owner: &Value,
) -> Option<String> {
    let is_operation = at.starts_with("/paths/") && at.split('/').count() == 4;
    let is_property = at.rsplit('/').nth(1) == Some("properties");
    let right = match key {
        note::REQUIRED if is_operation => {
            let Some(names) = value.as_array() else {
                return Some("expected a list of properties of the body".to_owned());
            };
            let properties = body(document, owner);
            let unknown = names.iter().find(|name| {
                let name = name.as_str();
                name.is_none_or(|name| !properties.contains(&name))
            })?;
            return Some(format!("the body has no property {unknown}"));
        }
        note::IDEMPOTENT if is_operation => value.is_boolean(),
        note::REQUIRED if is_property => value == &Value::Bool(true),
        note::NAME if is_property => value
            .as_str()
            .is_some_and(|name| case::is_identifier(name) && case::snake(name) == name),
        _ => false,
    };
    (!right).then(|| {
        match key {
            note::IDEMPOTENT => "it belongs on an operation, and is `true` or `false`",
            note::NAME => "it belongs on a property, and is a name in snake case",
            _ => "it belongs on an operation, with a list, or on a property, with `true`",
        }
        .to_owned()
    })
}

/// The properties of the body of an operation.
fn body<'a>(document: &'a Document, operation: &'a Value) -> Vec<&'a str> {
    let mut names = Vec::new();
    let mut open: Vec<&Value> = openapi::body(operation).into_iter().collect();
    // A schema that refers to itself has no further properties.
    let mut seen = Vec::new();
    while let Some(schema) = open.pop() {
        if let Some(name) = openapi::reference_name(schema)
            && !seen.contains(&name)
        {
            seen.push(name);
            open.extend(openapi::schema(&document.value, name));
        }
        open.extend(openapi::items(schema, "allOf"));
        names.extend(openapi::entries(schema, "properties").map(|(name, _)| name));
    }
    names
}
