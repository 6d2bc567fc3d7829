//! Rule: `format: password` becomes the secret type, and the operation notes the names.
//!
//! A secret is redacted when it is printed and wiped when it is dropped, in nested bodies too.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::note;
use crate::openapi::{self, Place};

pub(crate) fn apply(document: &mut Value) {
    let of_schemas = document.clone();
    openapi::operations_mut(document, &mut |_, _, operation| {
        let mut names = BTreeSet::new();
        let mut reached = Vec::new();
        openapi::roots_mut(operation, &mut |place, schema| {
            if is_secret(schema) {
                names.insert(match place {
                    Place::Parameter(name) => name.to_owned(),
                    Place::Body | Place::Response => String::new(),
                });
            }
            reached.extend(openapi::targets(schema));
        });
        for name in openapi::reach(&of_schemas, reached) {
            let schema = openapi::schema(&of_schemas, &name).unwrap_or(&Value::Null);
            let properties = openapi::entries(schema, "properties");
            let secrets = properties.filter(|(_, property)| is_secret(property));
            names.extend(secrets.map(|(name, _)| name.to_owned()));
        }
        if let (false, Value::Object(node)) = (names.is_empty(), operation) {
            node.insert(note::SECRETS.to_owned(), json!(names));
        }
    });
    let mut needed = false;
    openapi::all_mut(document, &mut |schema| {
        if is_secret(schema) {
            openapi::point_to(schema, "Secret");
            needed = true;
        }
    });
    if needed {
        openapi::schemas_mut(document).insert("Secret".to_owned(), json!({ "type": "string" }));
    }
}

fn is_secret(schema: &Value) -> bool {
    openapi::text(schema, "type") == "string" && openapi::text(schema, "format") == "password"
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
