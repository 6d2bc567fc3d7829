//! Rule: read models require what is not nullable, write models what the API requires.
//!
//! The documents nearly never say `required`; of 375 properties of read models that are not
//! nullable nearly none ever went. So what is not nullable is promised, and a broken promise is a
//! typed error with its JSON path. A creation needs what the document says and what the overlay
//! adds (`x-ovh-web-required` on the operation). An update needs nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{note, openapi};

pub(crate) fn apply(document: &mut Value) {
    let texts = |list: Vec<&Value>| -> BTreeSet<String> {
        let texts = list.into_iter().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    };
    let mut of_overlay: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (_, _, operation) in openapi::operations(document) {
        if let Some(body) = openapi::body(operation).and_then(openapi::target) {
            let names = texts(openapi::items(operation, note::REQUIRED).collect());
            of_overlay.entry(body.to_owned()).or_default().extend(names);
        }
    }
    for (name, schema) in openapi::schemas_mut(document).iter_mut() {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            continue;
        };
        let mut required: BTreeSet<String> = match openapi::text(schema, note::ROLE) {
            "read" => properties
                .iter()
                .filter(|(_, property)| property.get("nullable") != Some(&Value::Bool(true)))
                .map(|(name, _)| name.clone())
                .collect(),
            "update" => BTreeSet::new(),
            _ => {
                let mut required = texts(openapi::items(schema, "required").collect());
                required.extend(of_overlay.remove(name).unwrap_or_default());
                required
            }
        };
        required.retain(|name| properties.contains_key(name));
        schema["required"] = json!(required);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let properties =
            json!({ "a": { "type": "string" }, "b": { "type": "string", "nullable": true } });
        let schema =
            |role: &str| json!({ note::ROLE: role, "required": ["b"], "properties": properties });
        let mut document = json!({
            "paths": { "/x": { "post": { note::REQUIRED: ["a"], "requestBody": { "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/N" } } } } } } },
            "components": { "schemas": { "R": schema("read"), "N": schema("create"), "U": schema("update") } },
        });
        apply(&mut document);
        let required = |name: &str| document["components"]["schemas"][name]["required"].clone();
        assert_eq!(required("R"), json!(["a"]));
        assert_eq!(required("N"), json!(["a", "b"]));
        assert_eq!(required("U"), json!([]));
    }
}
