//! Rule: a schema that only renames a scalar, a list, a map or any value is written out where it is
//! used, so that it does not become a wrapper type.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{note, openapi};

pub(crate) fn apply(document: &mut Value) {
    let aliases: BTreeMap<String, Value> = openapi::schemas(document)
        .filter(|(name, schema)| is_alias(schema) && !note::is_of_runtime(name))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    // An alias may stand for another one; each round resolves a level. Cycles were refused before.
    for _ in 0..aliases.len() {
        let mut changed = false;
        openapi::all_mut(
            document,
            &mut |schema| match openapi::reference_name(schema).and_then(|name| aliases.get(name)) {
                Some(alias) => {
                    *schema = alias.clone();
                    changed = true;
                }
                None => unwrap(schema),
            },
        );
        if !changed {
            break;
        }
    }
}

/// Writes out an `allOf` around what is not a reference any more.
fn unwrap(schema: &mut Value) {
    let Value::Object(node) = schema else { return };
    let inner = match node.get("allOf").and_then(|members| members.get(0)) {
        Some(Value::Object(inner)) if !inner.contains_key("$ref") => inner.clone(),
        _ => return,
    };
    node.remove("allOf");
    for (key, value) in inner {
        node.entry(key).or_insert(value);
    }
}

fn is_alias(schema: &Value) -> bool {
    schema.get("enum").is_none() && !openapi::has_properties(schema)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn golden() {
        let mut document = json!({ "components": { "schemas": {
            "time": { "type": "string" },
            "ring": { "type": "array", "items": { "$ref": "#/components/schemas/ring" } },
            "A": { "properties": {
                "at": { "$ref": "#/components/schemas/time" },
                "maybe": { "allOf": [{ "$ref": "#/components/schemas/time" }], "nullable": true },
            }},
        }}});
        apply(&mut document);
        assert_eq!(
            document["components"]["schemas"]["A"]["properties"],
            json!({
                "at": { "type": "string" },
                "maybe": { "type": "string", "nullable": true },
            })
        );
    }
}
