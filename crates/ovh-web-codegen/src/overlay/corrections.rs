//! Checks the `x-ovh-web-` keys that the overlay adds.
//!
//! A key in a place where the generator does not read it would be ignored, so it is an error.

use crate::document::Document;
use crate::error::Errors;
use crate::names::case;
use crate::pointer::Pointer;
use crate::{Error, note};
use serde_json::Value;

/// Checks every correction in a document to which the overlay was applied.
pub(super) fn check(document: &Document) -> Result<(), Error> {
    let mut errors = Errors::default();
    let walk = Walk { document };
    walk.value(
        &Pointer::root(),
        &mut Vec::new(),
        &document.value,
        &mut errors,
    );
    errors.end()
}

struct Walk<'a> {
    document: &'a Document,
}

impl<'a> Walk<'a> {
    fn value(&self, at: &Pointer, keys: &mut Vec<&'a str>, value: &'a Value, errors: &mut Errors) {
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    keys.push("");
                    self.value(&at.child(index), keys, item, errors);
                    keys.pop();
                }
            }
            Value::Object(object) => {
                for (key, inner) in object {
                    let at = at.child(key);
                    if key.starts_with(note::PREFIX)
                        && let Some(wanted) = self.refused(keys, key, inner, value)
                    {
                        let message = format!("`{key}` has no effect here: {wanted}");
                        let advice = "correct the action that brings it";
                        errors.add(Error::new(&self.document.name, at, message, advice));
                        continue;
                    }
                    // A sample is prose, unless it is a property's name.
                    if key == "example" && keys.last() != Some(&"properties") {
                        continue;
                    }
                    keys.push(key);
                    self.value(&at, keys, inner, errors);
                    keys.pop();
                }
            }
            _ => {}
        }
    }

    /// Returns what was expected, if a correction has no effect in its place.
    fn refused(&self, keys: &[&str], key: &str, value: &Value, owner: &Value) -> Option<String> {
        let is_operation = keys.len() == 3 && keys[0] == "paths";
        let is_property = keys.iter().rev().nth(1) == Some(&"properties");
        let right = match key {
            note::REQUIRED if is_operation => {
                let Some(names) = value.as_array() else {
                    return Some("expected a list of properties of the body".to_owned());
                };
                let properties = self.body(owner);
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
    fn body(&self, operation: &'a Value) -> Vec<&'a str> {
        let mut names = Vec::new();
        let schema = operation.pointer("/requestBody/content/application~1json/schema");
        let mut open: Vec<&'a Value> = schema.into_iter().collect();
        // A schema that refers to itself has no further properties.
        let mut seen = Vec::new();
        while let Some(schema) = open.pop() {
            let target = schema.get("$ref").and_then(Value::as_str);
            if let Some(target) = target.and_then(|target| target.strip_prefix('#'))
                && !seen.contains(&target)
            {
                seen.push(target);
                open.extend(self.document.value.pointer(target));
            }
            let parts = schema.get("allOf").and_then(Value::as_array);
            open.extend(parts.into_iter().flatten());
            let properties = schema.get("properties").and_then(Value::as_object);
            names.extend(
                properties
                    .into_iter()
                    .flatten()
                    .map(|(name, _)| name.as_str()),
            );
        }
        names
    }
}
