//! Rule: `additionalProperties` beside `properties` become a property of their own, a map.
//!
//! It is called [`note::REST`] until the type is written, so that every rule treats it as what it
//! is: a place in which other types stand.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{note, walk};
use crate::names::case;

pub(crate) fn apply(document: &mut Value) {
    walk::all_mut(document, &mut |schema| {
        let Some(node) = schema.as_object_mut() else {
            return;
        };
        let is_model = node
            .get("properties")
            .and_then(Value::as_object)
            .is_some_and(|properties| !properties.is_empty());
        if !is_model
            || !node
                .get("additionalProperties")
                .is_some_and(Value::is_object)
        {
            return;
        }
        let values = node.remove("additionalProperties");
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
