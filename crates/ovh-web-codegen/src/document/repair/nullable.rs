//! Step: a named object or enum that may be null says so where it is used.
//!
//! A reference to it becomes `allOf` around the reference, with `nullable` beside it. Nothing is
//! lost, so nothing is reported. Arguments and bodies are never null.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::normalize::walk::{self, Place};

pub(super) fn apply(document: &mut Value) {
    let mut names = BTreeSet::new();
    for (name, schema) in document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        if schema.get("nullable") == Some(&json!(true))
            && ["properties", "enum"]
                .iter()
                .any(|key| schema.get(key).is_some())
            && let Some(node) = schema.as_object_mut()
        {
            node.remove("nullable");
            names.insert(name.clone());
        }
    }
    if names.is_empty() {
        return;
    }
    walk::operations_mut(document, &mut |_, _, operation| {
        walk::roots_mut(operation, &mut |place, schema| match place {
            Place::Reply => mark(schema, &names),
            Place::Body => walk::children_mut(schema, &mut |_, inner| mark(inner, &names)),
            Place::Parameter(_) => {}
        });
    });
    for schema in walk::schemas_mut(document).values_mut() {
        mark(schema, &names);
    }
}

fn mark(schema: &mut Value, names: &BTreeSet<String>) {
    if !walk::target(schema).is_some_and(|name| names.contains(name)) {
        walk::children_mut(schema, &mut |_, inner| mark(inner, names));
        return;
    }
    if let Some(node) = schema.as_object_mut() {
        if let Some(target) = node.remove("$ref") {
            node.insert("allOf".to_owned(), json!([{ "$ref": target }]));
        }
        node.insert("nullable".to_owned(), json!(true));
    }
}
