//! Rule: a `$ref` with neighbours becomes `allOf` around the `$ref`.
//!
//! OpenAPI 3.0 ignores whatever stands beside a `$ref`, `nullable` included; the API's documents
//! write it all the same.

use serde_json::{Value, json};

use super::walk;

pub(crate) fn apply(document: &mut Value) {
    walk::all_mut(document, &mut |schema| {
        let Value::Object(node) = schema else { return };
        if node.len() > 1
            && node.get("$ref").is_some_and(Value::is_string)
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
