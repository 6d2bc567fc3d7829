//! Rule: a schema that only renames a scalar, a list, a map or anything at all is written out
//! where it is used, so that no wrapper type comes of it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{RUNTIME_TYPES, walk};

pub(crate) fn apply(document: &mut Value) {
    let aliases: BTreeMap<String, Value> = walk::schemas(document)
        .filter(|(name, schema)| is_alias(schema) && !RUNTIME_TYPES.contains(&name.as_str()))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    // An alias may stand for another one; each round resolves a level. Rings were broken before.
    for _ in 0..aliases.len() {
        let mut changed = false;
        walk::all_mut(document, &mut |schema| {
            if let Some(alias) = schema
                .get("$ref")
                .and_then(|_| walk::target(schema))
                .and_then(|name| aliases.get(name))
            {
                if !walk::targets(alias)
                    .iter()
                    .any(|name| aliases.get(name) == Some(alias))
                {
                    *schema = alias.clone();
                    changed = true;
                }
            } else {
                unwrap(schema);
            }
        });
        if !changed {
            break;
        }
    }
}

/// Writes out an `allOf` around what is no reference any more.
fn unwrap(schema: &mut Value) {
    let Value::Object(node) = schema else { return };
    let inner = match node
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        Some([Value::Object(inner)]) if !inner.contains_key("$ref") => inner.clone(),
        _ => return,
    };
    node.remove("allOf");
    for (key, value) in inner {
        node.entry(key).or_insert(value);
    }
}

pub(crate) fn is_alias(schema: &Value) -> bool {
    let named = ["enum", "anyOf", "oneOf"]
        .iter()
        .any(|key| schema.get(key).is_some());
    let object = schema
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|p| !p.is_empty());
    !named && !object
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
