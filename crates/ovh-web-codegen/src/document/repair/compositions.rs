//! Step: a named schema made of several by `allOf` becomes one object.
//!
//! A member may be an object, a map or a reference to one. A composition of anything else, or one
//! in which two members describe a property differently, stays as it is and is refused by `check`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::openapi;
use crate::pointer::Pointer;
use crate::report::Repairs;

pub(super) fn apply(document: &mut Value, repairs: &mut Repairs) {
    let composed: Vec<String> = openapi::schemas(document)
        .filter(|(_, schema)| is_composed(schema))
        .map(|(name, _)| name.clone())
        .collect();
    if composed.is_empty() {
        return;
    }
    let named: BTreeMap<String, Value> = openapi::schemas(document)
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    for name in composed {
        let mut union = Union {
            named: &named,
            seen: BTreeSet::from([name.clone()]),
            properties: Map::new(),
            required: BTreeSet::new(),
            values: None,
        };
        let schema = &named[&name];
        if union.add(schema).is_none() {
            continue;
        }
        let at = Pointer::of(&["components", "schemas", &name, "allOf"]);
        let members = schema["allOf"].as_array().map_or(0, Vec::len);
        repairs.add(
            "all-of",
            at,
            format!("{members} members joined into one object"),
        );
        openapi::schemas_mut(document).insert(name, union.schema(schema));
    }
}

/// Returns `true` for an `allOf` that is more than a wrapper around one reference.
fn is_composed(schema: &Value) -> bool {
    let Some(members) = schema.get("allOf").and_then(Value::as_array) else {
        return false;
    };
    members.len() > 1 || schema.get("properties").is_some() || members.iter().any(is_composed)
}

/// The object that the members make together.
struct Union<'a> {
    named: &'a BTreeMap<String, Value>,
    /// The named schemas in it, so that a schema made of itself ends.
    seen: BTreeSet<String>,
    properties: Map<String, Value>,
    required: BTreeSet<String>,
    values: Option<Value>,
}

impl Union<'_> {
    /// Adds a member; `None` if it is not an object.
    fn add(&mut self, member: &Value) -> Option<()> {
        let node = member.as_object()?;
        if let Some(name) = node.get("$ref").and_then(|_| openapi::target(member)) {
            let named = self.named;
            let target = named.get(name)?;
            return self
                .seen
                .insert(name.to_owned())
                .then(|| self.add(target))?;
        }
        let is_object = node.get("type").is_none_or(|word| *word == json!("object"));
        let other = ["enum", "items", "anyOf", "oneOf"];
        if !is_object || other.iter().any(|key| node.contains_key(*key)) {
            return None;
        }
        for member in openapi::items(member, "allOf") {
            self.add(member)?;
        }
        let properties = node.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            let known = self.properties.insert(name.clone(), property.clone());
            known.is_none_or(|known| known == *property).then_some(())?;
        }
        let required = openapi::items(member, "required").filter_map(Value::as_str);
        self.required.extend(required.map(str::to_owned));
        if let Some(values) = node.get("additionalProperties") {
            self.values.get_or_insert_with(|| values.clone());
        }
        Some(())
    }

    /// The joined schema, with what `from` says besides its form.
    fn schema(self, from: &Value) -> Value {
        let mut node = from.as_object().cloned().unwrap_or_default();
        node.remove("allOf");
        node.insert("type".to_owned(), json!("object"));
        node.insert("properties".to_owned(), Value::Object(self.properties));
        if !self.required.is_empty() {
            node.insert("required".to_owned(), json!(self.required));
        }
        if let Some(values) = self.values {
            node.insert("additionalProperties".to_owned(), values);
        }
        Value::Object(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let to = openapi::reference;
        let base = json!({ "properties": { "id": { "type": "integer" } }, "required": ["id"] });
        let wrapped =
            json!({ "properties": { "base": { "allOf": [to("Base")], "nullable": true } } });
        let text = json!({ "allOf": [to("Base"), { "type": "string" }] });
        let own = json!({ "allOf": [to("Own"), to("Base")] });
        let twice = json!({ "allOf": [to("Base"), { "properties": { "id": {} } }] });
        let mut document = json!({ "components": { "schemas": {
            "Base": base,
            "Disk": { "nullable": true, "allOf": [
                to("Base"),
                { "properties": { "size": { "type": "integer" } }, "additionalProperties": {} },
            ] },
            "Deep": { "allOf": [to("Disk")], "properties": { "x": {} } },
            "Wrapped": wrapped,
            "Text": text,
            "Own": own,
            "Twice": twice,
        } } });
        let mut repairs = Repairs::of("doc.json");
        apply(&mut document, &mut repairs);
        let disk = json!({ "id": { "type": "integer" }, "size": { "type": "integer" } });
        let mut deep = disk.clone();
        deep["x"] = json!({});
        let union = |properties: &Value| {
            json!({ "type": "object", "required": ["id"],
            "properties": properties, "additionalProperties": {} })
        };
        let mut joined = union(&disk);
        joined["nullable"] = json!(true);
        assert_eq!(
            document["components"]["schemas"],
            json!({
                "Base": base, "Disk": joined, "Deep": union(&deep), "Wrapped": wrapped,
                "Text": text, "Own": own, "Twice": twice,
            })
        );
        let places: Vec<&str> = repairs.list.iter().map(|it| it.pointer.as_str()).collect();
        assert_eq!(
            places,
            [
                "/components/schemas/Deep/allOf",
                "/components/schemas/Disk/allOf"
            ]
        );
    }
}
