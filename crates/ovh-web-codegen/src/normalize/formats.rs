//! Rule: formats become types, and constraints are removed.
//!
//! Dates, times and addresses are typed (`ip` is published as `ipv4`, though it can be v6, so both
//! become one type). Any other format is only a hint, and a value that violates it must not make
//! the response an error. The same holds for patterns, lengths and bounds.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::openapi;

const CONSTRAINTS: [&str; 14] = [
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "example",
    "default",
    "format",
];

pub(crate) fn apply(document: &mut Value) {
    let mut needed = BTreeSet::new();
    openapi::all_mut(document, &mut |schema| {
        let typed = match (
            openapi::text(schema, "type"),
            openapi::text(schema, "format"),
        ) {
            _ if schema.get("enum").is_some() => None,
            ("string", "date-time") => Some("DateTime"),
            ("string", "date") => Some("Date"),
            ("string", "ip" | "ipv4" | "ipv6") => Some("IpAddr"),
            _ => None,
        };
        if let Some(name) = typed {
            openapi::point_to(schema, name);
            needed.insert(name);
        } else if let Value::Object(node) = schema {
            for key in CONSTRAINTS {
                node.remove(key);
            }
            // `false` would make an unknown property an error.
            if node.get("additionalProperties") == Some(&Value::Bool(false)) {
                node.remove("additionalProperties");
            }
        }
    });
    for name in needed {
        openapi::schemas_mut(document).insert(name.to_owned(), json!({ "type": "string" }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let mut document = json!({ "components": { "schemas": { "A": { "properties": {
            "when": { "type": "string", "format": "date-time", "nullable": true },
            "day": { "type": "string", "format": "date" },
            "address": { "type": "string", "format": "ipv4" },
            "id": { "type": "string", "format": "uuid" },
            "pattern": { "type": "string", "pattern": "^a", "maxLength": 3 },
            "port": { "type": "integer", "minimum": 0 },
        }}}}});
        apply(&mut document);
        assert_eq!(
            document["components"]["schemas"]["A"]["properties"],
            json!({
                "when": { "allOf": [{ "$ref": "#/components/schemas/DateTime" }], "nullable": true },
                "day": { "$ref": "#/components/schemas/Date" },
                "address": { "$ref": "#/components/schemas/IpAddr" },
                "id": { "type": "string" },
                "pattern": { "type": "string" },
                "port": { "type": "integer" },
            })
        );
    }
}
