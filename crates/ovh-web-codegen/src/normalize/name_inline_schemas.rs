//! Rule: objects and enums declared in place become schemas with a name of their own.
//!
//! A body is called after its route (`POST /x body`), a property after its schema (`a.B.size`),
//! so that the name does not depend on what else is in the document. Where a schema is really
//! called so, or two places would give one name, the later one gets a number.

use std::collections::BTreeSet;

use serde_json::Value;

use super::walk::{self, Place};

pub(crate) fn apply(document: &mut Value) {
    let mut found = Found {
        list: Vec::new(),
        names: walk::schemas(document)
            .map(|(name, _)| name.clone())
            .collect(),
    };
    walk::operations_mut(document, &mut |path, method, operation| {
        let route = format!("{} {path}", method.to_uppercase());
        walk::roots_mut(operation, &mut |place, schema| {
            let name = match place {
                Place::Body => format!("{route} body"),
                Place::Reply => format!("{route} reply"),
                Place::Parameter(name) => format!("{route} {name}"),
            };
            take(schema, &name, &mut found);
        });
    });
    let schemas = walk::schemas_mut(document);
    for (name, schema) in schemas.iter_mut() {
        inside(schema, name, &mut found);
    }
    // What was taken out may hold more of the same.
    while let Some((name, mut schema)) = found.list.pop() {
        inside(&mut schema, &name, &mut found);
        schemas.insert(name, schema);
    }
}

/// Takes the schema out if it is worth a name, else looks into it.
fn take(schema: &mut Value, name: &str, found: &mut Found) {
    let is_enum = schema.get("enum").is_some();
    let is_object = schema
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|p| !p.is_empty());
    if !is_enum && !is_object {
        inside(schema, name, found);
        return;
    }
    let mut taken = schema.clone();
    if let Value::Object(node) = &mut taken {
        for key in ["nullable", "readOnly", "writeOnly", super::note::NAME] {
            node.remove(key);
        }
    }
    let mut free = name.to_owned();
    let mut number = 1;
    while !found.names.insert(free.clone()) {
        number += 1;
        free = format!("{name}_{number}");
    }
    walk::point_to(schema, &free);
    found.list.push((free, taken));
}

/// What was taken out and is still to be looked into.
struct Found {
    list: Vec<(String, Value)>,
    /// The names of all schemas.
    names: BTreeSet<String>,
}

fn inside(schema: &mut Value, name: &str, found: &mut Found) {
    walk::children_mut(schema, &mut |property, inner| match property {
        Some(property) => take(inner, &format!("{name}.{property}"), found),
        None => take(inner, &format!("{name}.item"), found),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn golden() {
        let mut document = json!({
            "paths": { "/x": { "post": { "requestBody": { "content": { "application/json": { "schema": {
                "type": "object",
                "required": ["size"],
                "properties": {
                    "size": { "type": "string", "enum": ["s", "l"], "nullable": true },
                    "parts": { "type": "array", "items": { "type": "object", "properties": { "n": { "type": "integer" } } } },
                },
            }}}}}}},
            "components": { "schemas": {} },
        });
        apply(&mut document);
        assert_eq!(
            walk::body(&document["paths"]["/x"]["post"]),
            Some(&json!({ "$ref": "#/components/schemas/POST /x body" }))
        );
        assert_eq!(
            document["components"]["schemas"],
            json!({
                "POST /x body": {
                    "type": "object",
                    "required": ["size"],
                    "properties": {
                        "size": { "allOf": [{ "$ref": "#/components/schemas/POST /x body.size" }], "nullable": true },
                        "parts": { "type": "array", "items": { "$ref": "#/components/schemas/POST /x body.parts.item" } },
                    },
                },
                "POST /x body.size": { "type": "string", "enum": ["s", "l"] },
                "POST /x body.parts.item": { "type": "object", "properties": { "n": { "type": "integer" } } },
            })
        );
    }
}
