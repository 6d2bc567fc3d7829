//! Rule: `additionalProperties` beside `properties` become one more property, a map.
//!
//! It is called [`note::REST`] until the type is written, so that every rule treats it as what it
//! is: a place in which other types stand.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::names::case;
use crate::{note, openapi};

pub(crate) fn apply(document: &mut Value) {
    openapi::all_mut(document, &mut |schema| {
        if !openapi::has_properties(schema) {
            return;
        }
        let Some(node) = schema.as_object_mut() else {
            return;
        };
        let values = match node.remove("additionalProperties") {
            Some(Value::Bool(true)) => json!({}),
            Some(values @ Value::Object(_)) => values,
            _ => return,
        };
        if let Some(properties) = node.get_mut("properties").and_then(Value::as_object_mut) {
            let given =
                |name: &str, it: &Value| case::field(it[note::NAME].as_str().unwrap_or(name));
            let taken: BTreeSet<String> = properties
                .iter()
                .map(|(name, it)| given(name, it))
                .collect();
            let name = case::free("more", |name| !taken.contains(name));
            let map = json!({ "type": "object", "additionalProperties": values, note::NAME: name });
            properties.insert(note::REST.to_owned(), map);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let mut document = json!({ "components": { "schemas": {
            "Map": { "additionalProperties": {} },
            "Both": { "properties": { "more": {} }, "additionalProperties": { "type": "string" } },
        } } });
        apply(&mut document);
        let map = json!({ "type": "object", "additionalProperties": { "type": "string" },
            note::NAME: "more_2" });
        assert_eq!(
            document["components"]["schemas"],
            json!({
                "Map": { "additionalProperties": {} },
                "Both": { "properties": { "more": {}, note::REST: map } },
            })
        );
    }
}
