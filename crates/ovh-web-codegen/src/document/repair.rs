//! Repairs a document before anything else reads it.
//!
//! Each file is a step, each rule in it has a name, and nothing is repaired in silence: a
//! [`Repair`] names the rule, the place and what was done. They run in this order:
//!
//! | step | what it puts right |
//! |---|---|
//! | [`frame`] | the parts that every document has; what is said once for all operations |
//! | [`components`] | references to parameters, bodies and replies are written out |
//! | [`servers`] | the version of the API becomes the beginning of each path |
//! | [`names`] | names of schemas that cannot be written in a reference, or that are the runtime's |
//! | [`paths`] | keys of `paths`, and what stands beside the operations |
//! | [`operations`] | parameters, bodies and replies of an operation |
//! | [`media`] | what travels: one JSON each way, or bytes |
//! | [`schemas`], [`enums`] | every schema gets a form that is one of: reference, enum, object, map, list, scalar, anything |
//! | [`compositions`] | `allOf` is united, `anyOf` and `oneOf` become any value |
//! | [`nullable`] | a named object or enum that may be null says so where it is used |
//! | [`rings`] | names and promises that lead back to themselves |
//! | [`arguments`] | what cannot be written into a URL travels as text; two arguments of one name |
//!
//! What is no OpenAPI document at all is left as it is: the check that follows refuses it.

mod arguments;
mod components;
mod compositions;
mod enums;
mod frame;
mod media;
mod names;
mod nullable;
mod operations;
pub(in crate::document) mod paths;
mod rings;
mod schemas;
pub(crate) mod servers;

use serde_json::{Map, Value, json};

use super::{Document, Pointer};
use crate::report::Repair;

/// The repairs so far.
pub(crate) struct Log {
    file: String,
    list: Vec<Repair>,
}

impl Log {
    fn add(&mut self, rule: &'static str, at: &Pointer, what: impl Into<String>) {
        self.list.push(Repair {
            rule,
            file: self.file.clone(),
            pointer: at.to_string(),
            what: what.into(),
        });
    }
}

/// Puts right what can be put right, and tells what it was.
pub(crate) fn apply(document: &mut Document) -> Vec<Repair> {
    let mut log = Log {
        file: document.name.clone(),
        list: Vec::new(),
    };
    let value = &mut document.value;
    if !frame::apply(value, &mut log) {
        return log.list;
    }
    components::apply(value, &mut log);
    servers::apply(value, &mut log);
    names::apply(value, &mut log);
    paths::apply(value, &mut log);
    operations::apply(value, &mut log);
    schemas::apply(value, &mut log);
    compositions::apply(value, &mut log);
    nullable::apply(value);
    rings::apply(value, &mut log);
    arguments::apply(value, &mut log);
    log.list
}

/// A schema that stands for any value.
fn anything() -> Value {
    json!({})
}

/// Makes the schema one of any value, and keeps what is said about it besides its form.
fn make_anything(schema: &mut Value) {
    let mut kept = Map::new();
    if let Value::Object(node) = schema {
        for (key, value) in std::mem::take(node) {
            if is_annotation(&key) {
                kept.insert(key, value);
            }
        }
    }
    *schema = Value::Object(kept);
}

/// Whether the key of a schema says something about it other than its form.
fn is_annotation(key: &str) -> bool {
    matches!(
        key,
        "nullable" | "readOnly" | "writeOnly" | "deprecated" | "description" | "title" | "example"
    ) || key.starts_with("x-")
}

/// The name of the type of a JSON value.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The object under `key`, if it is one.
fn object_mut<'a>(value: &'a mut Value, key: &str) -> Option<&'a mut Map<String, Value>> {
    value.get_mut(key)?.as_object_mut()
}

/// Removes what is under `key` if it is not of the kind that belongs there, and says so.
fn drop_unless(
    node: &mut Map<String, Value>,
    key: &str,
    fits: impl Fn(&Value) -> bool,
    at: &Pointer,
    log: &mut Log,
) {
    if let Some(value) = node.get(key)
        && !fits(value)
    {
        log.add(
            "wrong-kind",
            &at.child(key),
            format!("`{key}` is {}, and was left out", kind(value)),
        );
        node.remove(key);
    }
}

#[cfg(test)]
mod tests;
