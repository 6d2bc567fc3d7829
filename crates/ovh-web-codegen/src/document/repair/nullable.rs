//! Step: a named object or enum that may be null says so where it is used.
//!
//! A reference to it becomes `allOf` around the reference, with `nullable` beside it. Nothing is
//! lost, so nothing is reported. Arguments and bodies are never null.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::normalise::walk::{self, Place};

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
    // What is composed of several is null only if all of them are.
    let members = ["allOf", "anyOf", "oneOf"].map(|key| schema.get(key).and_then(Value::as_array));
    let members: Vec<&Value> = members.into_iter().flatten().flatten().collect();
    let is_named = |node: &Value| {
        let target = node.get("$ref").and_then(|_| walk::target(node));
        target.is_some_and(|name| names.contains(name))
    };
    let is_marked = match members.as_slice() {
        [] => is_named(schema),
        members => schema.get("properties").is_none() && members.iter().all(|it| is_named(it)),
    };
    walk::children_mut(schema, &mut |_, inner| {
        if !is_named(inner) || !is_marked {
            mark(inner, names);
        }
    });
    let Some(node) = schema.as_object_mut().filter(|_| is_marked) else {
        return;
    };
    if let Some(target) = node.remove("$ref") {
        node.insert("allOf".to_owned(), json!([{ "$ref": target }]));
    }
    node.insert("nullable".to_owned(), json!(true));
}
