//! Rule: objects and enums declared in place become named schemas.
//!
//! A body is named after its route (`POST /x body`), a property after its schema (`a.B.size`), so
//! that the name does not depend on what else is in the document. Where another schema has that
//! name, the later one gets a number.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::note;
use crate::openapi::{self, Place};

pub(crate) fn apply(document: &mut Value) {
    let names = openapi::schemas(document).map(|(name, _)| name.clone());
    let mut found = Extracted {
        names: names.collect(),
        list: Vec::new(),
    };
    openapi::operations_mut(document, &mut |path, method, operation| {
        let route = format!("{} {path}", method.to_uppercase());
        openapi::roots_mut(operation, &mut |place, schema| {
            let name = match place {
                Place::Body => format!("{route} body"),
                Place::Response => format!("{route} reply"),
                Place::Parameter(name) => format!("{route} {name}"),
            };
            extract(schema, &name, &mut found);
        });
    });
    let schemas = openapi::schemas_mut(document);
    for (name, schema) in schemas.iter_mut() {
        extract_children(schema, name, &mut found);
    }
    // An extracted schema may contain further ones.
    while let Some((name, mut schema)) = found.list.pop() {
        extract_children(&mut schema, &name, &mut found);
        schemas.insert(name, schema);
    }
}

/// The extracted schemas.
struct Extracted {
    /// The names of all schemas.
    names: BTreeSet<String>,
    /// Those whose children are still to be visited.
    list: Vec<(String, Value)>,
}

/// Replaces an enum or an object by a reference to it; visits the children of anything else.
fn extract(schema: &mut Value, name: &str, found: &mut Extracted) {
    if schema.get("enum").is_none() && !openapi::has_properties(schema) {
        extract_children(schema, name, found);
        return;
    }
    let mut extracted = schema.clone();
    if let Value::Object(node) = &mut extracted {
        for key in ["nullable", "readOnly", "writeOnly", note::NAME] {
            node.remove(key);
        }
    }
    let mut free = name.to_owned();
    let mut number = 1;
    while !found.names.insert(free.clone()) {
        number += 1;
        free = format!("{name}_{number}");
    }
    openapi::point_to(schema, &free);
    found.list.push((free, extracted));
}

fn extract_children(schema: &mut Value, name: &str, found: &mut Extracted) {
    openapi::children_mut(schema, &mut |property, inner| {
        extract(
            inner,
            &format!("{name}.{}", property.unwrap_or("item")),
            found,
        );
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
            openapi::body(&document["paths"]["/x"]["post"]),
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
