//! Step: a nullable component makes each reference to it nullable.
//!
//! The reference becomes `allOf` around it, with `nullable` beside it. Arguments and bodies are
//! never null.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::openapi::{self, Place};

pub(super) fn apply(document: &mut Value) {
    let mut names = BTreeSet::new();
    for (name, schema) in openapi::object_mut(document, &["components", "schemas"])
        .into_iter()
        .flatten()
    {
        let is_named = ["properties", "enum"]
            .iter()
            .any(|key| schema.get(key).is_some());
        if let Some(node) = schema.as_object_mut()
            && is_named
            && node.get("nullable") == Some(&json!(true))
        {
            node.remove("nullable");
            names.insert(name.clone());
        }
    }
    if names.is_empty() {
        return;
    }
    openapi::operations_mut(document, &mut |_, _, operation| {
        openapi::roots_mut(operation, &mut |place, schema| match place {
            Place::Response => mark(schema, &names),
            Place::Body => openapi::children_mut(schema, &mut |_, inner| mark(inner, &names)),
            Place::Parameter(_) => {}
        });
    });
    for schema in openapi::schemas_mut(document).values_mut() {
        mark(schema, &names);
    }
}

fn mark(schema: &mut Value, names: &BTreeSet<String>) {
    if !openapi::target(schema).is_some_and(|name| names.contains(name)) {
        openapi::children_mut(schema, &mut |_, inner| mark(inner, names));
        return;
    }
    if let Some(node) = schema.as_object_mut() {
        if let Some(target) = node.remove("$ref") {
            node.insert("allOf".to_owned(), json!([{ "$ref": target }]));
        }
        node.insert("nullable".to_owned(), json!(true));
    }
}
