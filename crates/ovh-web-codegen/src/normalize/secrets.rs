//! Rule: `format: password` becomes the secret type, and the operation notes the names.
//!
//! A secret is redacted when it is printed and wiped when it is dropped, in nested bodies too.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{note, walk};

pub(crate) fn apply(document: &mut Value) {
    let mut inside: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut points: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, schema) in walk::schemas(document) {
        inside.insert(name.clone(), secret_properties(schema));
        points.insert(name.clone(), walk::targets(schema));
    }
    walk::operations_mut(document, &mut |_, _, operation| {
        let mut names = BTreeSet::new();
        let mut todo = Vec::new();
        walk::roots_mut(operation, &mut |place, schema| {
            if is_secret(schema) {
                names.insert(match place {
                    walk::Place::Parameter(name) => name.to_owned(),
                    walk::Place::Body | walk::Place::Reply => String::new(),
                });
            }
            todo.extend(walk::targets(schema));
        });
        let mut seen = BTreeSet::new();
        while let Some(schema) = todo.pop() {
            if seen.insert(schema.clone()) {
                names.extend(inside.get(&schema).into_iter().flatten().cloned());
                todo.extend(points.get(&schema).into_iter().flatten().cloned());
            }
        }
        if let (false, Value::Object(node)) = (names.is_empty(), operation) {
            node.insert(note::SECRETS.to_owned(), json!(names));
        }
    });
    let mut needed = false;
    walk::all_mut(document, &mut |schema| {
        if is_secret(schema) {
            walk::point_to(schema, "Secret");
            needed = true;
        }
    });
    if needed {
        walk::schemas_mut(document).insert("Secret".to_owned(), json!({ "type": "string" }));
    }
}

fn is_secret(schema: &Value) -> bool {
    schema.get("type") == Some(&json!("string")) && schema.get("format") == Some(&json!("password"))
}

fn secret_properties(schema: &Value) -> BTreeSet<String> {
    let properties = schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    properties
        .filter(|(_, property)| is_secret(property))
        .map(|(name, _)| name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let mut document = json!({
            "paths": { "/x": { "post": { "requestBody": { "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/A" } } } } } } },
            "components": { "schemas": {
                "A": { "properties": { "part": { "$ref": "#/components/schemas/B" } } },
                "B": { "properties": { "password": { "type": "string", "format": "password", "nullable": true } } },
            }},
        });
        apply(&mut document);
        assert_eq!(
            document["paths"]["/x"]["post"][note::SECRETS],
            json!(["password"])
        );
        assert_eq!(
            document["components"]["schemas"]["B"]["properties"]["password"],
            json!({ "allOf": [{ "$ref": "#/components/schemas/Secret" }], "nullable": true })
        );
    }
}
