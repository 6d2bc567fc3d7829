//! Rule: a `$ref` with annotations becomes `allOf` around the `$ref`.
//!
//! OpenAPI 3.0 ignores whatever stands beside a `$ref`, `nullable` included; the API's documents
//! write it all the same.

use serde_json::{Value, json};

use crate::openapi;

pub(crate) fn apply(document: &mut Value) {
    openapi::all_mut(document, &mut |schema| {
        if openapi::target(schema).is_none() {
            return;
        }
        let Value::Object(node) = schema else { return };
        node.retain(|key, _| !["type", "format", "default"].contains(&key.as_str()));
        if node.len() > 1
            && let Some(target) = node.remove("$ref")
        {
            node.insert("allOf".to_owned(), json!([{ "$ref": target }]));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let mut document = json!({ "components": { "schemas": { "A": { "properties": {
            "plain": { "$ref": "#/components/schemas/B" },
            "maybe": { "$ref": "#/components/schemas/B", "nullable": true },
            "list": { "type": "array", "items": { "$ref": "#/components/schemas/B", "readOnly": true } },
        }}}}});
        apply(&mut document);
        assert_eq!(
            document["components"]["schemas"]["A"]["properties"],
            json!({
                "plain": { "$ref": "#/components/schemas/B" },
                "maybe": { "allOf": [{ "$ref": "#/components/schemas/B" }], "nullable": true },
                "list": { "type": "array", "items": { "allOf": [{ "$ref": "#/components/schemas/B" }], "readOnly": true } },
            })
        );
    }
}
