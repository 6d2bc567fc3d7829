//! Step: `allOf` is united, `anyOf` and `oneOf` become any value.
//!
//! What is left of them is `allOf` around one reference, which is how the API's documents say
//! something about a reference. What is composed in a property gets a name of its own, one for all
//! places that compose the same: written out it could hold itself without end.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Log, Pointer, is_annotation, make_anything};
use crate::document::{METHODS, SCHEMA_PREFIX};
use crate::names::case;
use crate::normalize::walk;

/// How many schemas may be built on one another.
const HEIGHT: usize = 64;

pub(super) fn apply(document: &mut Value, log: &mut Log) {
    let named: BTreeMap<String, Value> = walk::schemas(document)
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    let mut unite = Unite {
        named: &named,
        log,
        made: BTreeMap::new(),
        todo: Vec::new(),
        taken: named.keys().cloned().collect(),
    };
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for method in METHODS {
            let at = Pointer::of(&["paths", path, method]);
            if let Some(operation) = item.get_mut(method) {
                let place = format!("{method}{path}");
                walk::roots_mut(operation, &mut |_, schema| {
                    unite.node(&at, schema, &place, None);
                });
            }
        }
    }
    let at = Pointer::of(&["components", "schemas"]);
    if !named.is_empty() {
        for (name, schema) in walk::schemas_mut(document).iter_mut() {
            unite.node(&at.child(name), schema, name, Some(name));
        }
    }
    while let Some((at, name, mut schema)) = unite.todo.pop() {
        unite.node(&at, &mut schema, &name, Some(&name));
        walk::schemas_mut(document).insert(name, schema);
    }
}

struct Unite<'a> {
    named: &'a BTreeMap<String, Value>,
    log: &'a mut Log,
    /// The names of what was composed in places without one, by what it is composed of.
    made: BTreeMap<String, String>,
    /// What got a name and is still to be looked into.
    todo: Vec<(Pointer, String, Value)>,
    taken: BTreeSet<String>,
}

impl Unite<'_> {
    /// Unites what is composed in this schema and in all below it. `own` is the schema's name,
    /// `place` what it may be called if it has none.
    fn node(&mut self, at: &Pointer, schema: &mut Value, place: &str, own: Option<&str>) {
        // What a member brings along may be composed in turn: a few rounds, then it is enough.
        for _ in 0..4 {
            if !self.choices(at, schema) {
                return;
            }
            if !self.all_of(at, schema, place, own) {
                break;
            }
        }
        walk::children_mut(schema, &mut |property, inner| {
            let (at, place) = match property {
                Some(name) => (
                    at.child("properties").child(name),
                    format!("{place}.{name}"),
                ),
                None => (at.clone(), place.to_owned()),
            };
            self.node(&at, inner, &place, None);
        });
    }

    /// Rule `one-of`; `false` if the schema is any value now.
    fn choices(&mut self, at: &Pointer, schema: &mut Value) -> bool {
        for key in ["anyOf", "oneOf"] {
            let Some(node) = schema.as_object_mut() else {
                return true;
            };
            let Some(members) = node.get(key).and_then(Value::as_array) else {
                continue;
            };
            let has_form = node.get("properties").is_some_and(|p| p != &json!({}))
                || node.contains_key("allOf")
                || node.contains_key("enum");
            if has_form {
                let what = "the alternatives are passed over, what they have in common stays";
                self.log.add("one-of", &at.child(key), what);
                node.remove(key);
            } else if members.len() == 1 {
                let members = node.remove(key).unwrap_or_default();
                node.insert("allOf".to_owned(), members);
            } else {
                let what = format!("one of {} forms: taken as any value", members.len());
                self.log.add("one-of", &at.child(key), what);
                make_anything(schema);
                return false;
            }
        }
        true
    }

    /// Rule `all-of`; whether anything was united.
    fn all_of(&mut self, at: &Pointer, schema: &mut Value, place: &str, own: Option<&str>) -> bool {
        let Some(node) = schema.as_object_mut() else {
            return false;
        };
        let Some(members) = node.get("allOf").and_then(Value::as_array).cloned() else {
            return false;
        };
        let has_form = node.keys().any(|key| {
            !is_annotation(key) && !matches!(key.as_str(), "allOf" | "type" | "default")
        });
        if !has_form && members.len() == 1 && members[0].get("$ref").is_some() {
            // How a reference is told from what is said about it.
            node.remove("type");
            node.remove("default");
            return false;
        }
        node.remove("allOf");
        let inner = |member: &Value| {
            ["allOf", "anyOf", "oneOf"]
                .iter()
                .any(|k| member.get(k).is_some())
        };
        let several = members.len() > 1 || has_form || members.iter().any(inner);
        if several && own.is_none() {
            self.named(at, node, members, place);
            return false;
        }
        let mut parts = Parts {
            stack: own.map(str::to_owned).into_iter().collect(),
            ..Parts::default()
        };
        let mut rest = Map::new();
        for (key, value) in std::mem::take(node) {
            if is_annotation(&key) {
                node.insert(key, value);
            } else {
                rest.insert(key, value);
            }
        }
        self.gather(at, &Value::Object(rest), &mut parts);
        for member in &members {
            self.gather(at, member, &mut parts);
        }
        if parts.properties.is_empty() {
            // No object: the first member that says anything.
            let told = parts.others.len();
            if let Some(first) = parts.others.into_iter().next() {
                for (key, value) in first {
                    node.entry(key).or_insert(value);
                }
            }
            if told > 1 {
                let what = "of several members that are no objects the first one stands";
                self.log.add("all-of", &at.child("allOf"), what);
            }
            return true;
        }
        let is_map = |other: &Map<String, Value>| other.contains_key("additionalProperties");
        if !parts.others.iter().all(is_map) && several {
            let what = "members without properties are passed over beside those with some";
            self.log.add("all-of", &at.child("allOf"), what);
        }
        if several {
            let what = format!("{} members united into one object", members.len());
            self.log.add("all-of", &at.child("allOf"), what);
        }
        node.insert("type".to_owned(), json!("object"));
        node.insert("properties".to_owned(), Value::Object(parts.properties));
        if !parts.required.is_empty() {
            node.insert("required".to_owned(), json!(parts.required));
        }
        if let Some(values) = parts.further {
            node.insert("additionalProperties".to_owned(), values);
        }
        true
    }

    /// Gives what is composed here a name, or the one that the same composition has already.
    fn named(
        &mut self,
        at: &Pointer,
        node: &mut Map<String, Value>,
        members: Vec<Value>,
        place: &str,
    ) {
        let mut composed = Map::new();
        for key in node.keys().cloned().collect::<Vec<_>>() {
            if !is_annotation(&key)
                && let Some(value) = node.remove(&key)
            {
                composed.insert(key, value);
            }
        }
        composed.insert("allOf".to_owned(), Value::Array(members));
        let composed = Value::Object(composed);
        let key = composed.to_string();
        let name = match self.made.get(&key) {
            Some(name) => name.clone(),
            None => {
                let plain: Vec<&str> = place
                    .split(|c: char| !c.is_ascii_alphanumeric())
                    .filter(|word| !word.is_empty())
                    .collect();
                let name = case::free(&plain.join("."), |name| !self.taken.contains(name));
                self.taken.insert(name.clone());
                self.made.insert(key, name.clone());
                self.todo.push((at.clone(), name.clone(), composed));
                name
            }
        };
        let reference = json!({ "$ref": format!("{SCHEMA_PREFIX}{name}") });
        node.insert("allOf".to_owned(), json!([reference]));
    }

    /// Adds what a member brings along.
    fn gather(&mut self, at: &Pointer, member: &Value, parts: &mut Parts) {
        let Some(node) = member.as_object() else {
            return;
        };
        if let Some(name) = node
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|text| text.strip_prefix(SCHEMA_PREFIX))
        {
            if parts.stack.iter().any(|above| above == name) || parts.stack.len() > HEIGHT {
                let what = format!("`{name}` is made of itself: passed over there");
                self.log.add("made-of-itself", &at.child("allOf"), what);
                return;
            }
            let Some(target) = self.named.get(name) else {
                return;
            };
            if !parts.seen.insert(name.to_owned()) {
                return;
            }
            if !is_composed(target) {
                // An enum or a scalar is better referred to than copied.
                parts.others.push(node.clone());
                return;
            }
            parts.stack.push(name.to_owned());
            self.gather(at, target, parts);
            parts.stack.pop();
            return;
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            let members = node.get(key).and_then(Value::as_array);
            let Some(members) = members.filter(|list| key == "allOf" || list.len() == 1) else {
                if members.is_some() {
                    let what = "alternatives among the members are passed over";
                    self.log.add("one-of", &at.child("allOf"), what);
                }
                continue;
            };
            for member in members {
                self.gather(at, member, parts);
            }
        }
        if let Some(properties) = node.get("properties").and_then(Value::as_object) {
            for (name, property) in properties {
                match parts.properties.get(name) {
                    None => {
                        parts.properties.insert(name.clone(), property.clone());
                    }
                    Some(other) if other == property => {}
                    Some(_) => {
                        let what = format!("two members describe `{name}`: the first one stands");
                        self.log.add("all-of", &at.child("allOf"), what);
                    }
                }
            }
        }
        match node.get("additionalProperties") {
            Some(Value::Bool(true)) => {
                parts.further.get_or_insert_with(super::anything);
            }
            Some(values @ Value::Object(_)) => {
                parts.further.get_or_insert_with(|| values.clone());
            }
            _ => {}
        }
        let required = node.get("required").and_then(Value::as_array);
        parts.required.extend(
            required
                .into_iter()
                .flatten()
                .filter_map(|name| name.as_str().map(str::to_owned)),
        );
        let form = node.keys().any(|key| {
            !is_annotation(key) && !matches!(key.as_str(), "allOf" | "anyOf" | "oneOf" | "required")
        });
        let is_object = node.contains_key("properties")
            || node.get("type") == Some(&json!("object"))
                && !node.contains_key("additionalProperties");
        if form && !is_object {
            parts.others.push(node.clone());
        }
    }
}

/// What the members bring along.
#[derive(Default)]
struct Parts {
    properties: Map<String, Value>,
    required: BTreeSet<String>,
    /// The values of properties without a name.
    further: Option<Value>,
    /// Members that are no objects with properties.
    others: Vec<Map<String, Value>>,
    /// The schemas that we are inside of.
    stack: Vec<String>,
    seen: BTreeSet<String>,
}

/// Whether the schema has properties, or is made of schemas that may have some.
fn is_composed(schema: &Value) -> bool {
    ["properties", "allOf", "anyOf", "oneOf", "$ref"]
        .iter()
        .any(|key| schema.get(*key).is_some())
        || schema.get("type") == Some(&json!("object"))
            && schema.get("additionalProperties").is_none()
}

#[cfg(test)]
mod tests {
    use super::super::tests::log;
    use super::*;

    fn to(name: &str) -> Value {
        json!({ "$ref": format!("{SCHEMA_PREFIX}{name}") })
    }

    fn run(schemas: Value) -> (Value, Vec<&'static str>) {
        let mut document = json!({ "paths": {}, "components": { "schemas": schemas } });
        let mut log = log();
        apply(&mut document, &mut log);
        let rules = log.list.iter().map(|repair| repair.rule).collect();
        (document["components"]["schemas"].take(), rules)
    }

    #[test]
    fn golden() {
        let (schemas, rules) = run(json!({
            "Base": { "properties": { "id": { "type": "integer" } }, "required": ["id"] },
            "Disk": { "allOf": [to("Base"), { "properties": { "size": { "type": "integer" } } }] },
            "Said": { "properties": { "base": { "allOf": [to("Base")], "nullable": true } } },
            "Pick": { "oneOf": [to("Base"), to("Disk")], "description": "either" },
            "Maybe": { "anyOf": [to("Base")], "nullable": true },
        }));
        assert_eq!(
            schemas,
            json!({
                "Base": { "properties": { "id": { "type": "integer" } }, "required": ["id"] },
                "Disk": { "type": "object", "required": ["id"], "properties": {
                    "id": { "type": "integer" }, "size": { "type": "integer" } } },
                "Said": { "properties": { "base": { "allOf": [to("Base")], "nullable": true } } },
                "Pick": { "description": "either" },
                "Maybe": { "allOf": [to("Base")], "nullable": true },
            })
        );
        assert_eq!(rules, ["all-of", "one-of"]);
    }

    #[test]
    fn what_holds_a_composition_of_itself_ends() {
        let (schemas, _) = run(json!({
            "Tree": { "properties": {
                "all": { "allOf": [to("Tree"), { "properties": { "more": {} } }] },
            }},
        }));
        assert_eq!(
            schemas["Tree"]["properties"]["all"],
            json!({ "allOf": [to("Tree.all")] })
        );
        assert_eq!(
            schemas["Tree.all"]["properties"]["all"],
            json!({ "allOf": [to("Tree.all")] })
        );
        assert_eq!(schemas["Tree.all"]["properties"]["more"], json!({}));
    }

    #[test]
    fn what_is_made_of_itself_ends() {
        let (schemas, rules) = run(json!({
            "A": { "allOf": [to("B"), { "properties": { "a": {} } }] },
            "B": { "allOf": [to("A"), { "properties": { "b": {} } }] },
            "Own": { "allOf": [to("Own"), { "properties": { "c": to("Own") } }] },
        }));
        assert_eq!(schemas["A"]["properties"], json!({ "a": {}, "b": {} }));
        assert_eq!(schemas["B"]["properties"], json!({ "a": {}, "b": {} }));
        assert_eq!(schemas["Own"]["properties"], json!({ "c": to("Own") }));
        assert!(rules.contains(&"made-of-itself"));
    }
}
