//! Rule: read models promise what is not nullable, write models what the API wants.
//!
//! The documents nearly never say `required`; of 375 properties of read models that are not
//! nullable nearly none ever went. So what is not nullable is promised, and a broken promise is a
//! typed error with its JSON path. A creation needs what the document says and what the overlay
//! adds (`x-ovh-web-required` on the operation). An update needs nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{note, walk};

pub(crate) fn apply(document: &mut Value) {
    let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    walk::operations(document, &mut |_, _, operation| {
        let names = operation
            .get(note::REQUIRED)
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        if let Some(body) = walk::body(operation).and_then(walk::target) {
            wanted
                .entry(body.to_owned())
                .or_default()
                .extend(names.filter_map(Value::as_str).map(str::to_owned));
        }
    });
    for (name, schema) in walk::schemas_mut(document).iter_mut() {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            continue;
        };
        let promised = |property: &Value| property.get("nullable") != Some(&Value::Bool(true));
        let mut required: BTreeSet<String> = match schema.get(note::ROLE).and_then(Value::as_str) {
            Some("read") => properties
                .iter()
                .filter(|(_, p)| promised(p))
                .map(|(name, _)| name.clone())
                .collect(),
            Some("update") => BTreeSet::new(),
            _ => schema
                .get("required")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .chain(wanted.get(name).into_iter().flatten().cloned())
                .collect(),
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
