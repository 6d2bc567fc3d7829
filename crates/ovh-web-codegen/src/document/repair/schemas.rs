//! Step: every schema gets a form that is one of: a reference, an enum, an object with properties,
//! a map, a list, a scalar, or anything at all.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Log, Pointer, anything, drop_unless, enums, is_annotation, kind, make_anything};
use crate::document::SCHEMA_PREFIX;

/// How deep schemas may be nested in one another: more than any real document does, and less than
/// what makes a compiler give up on the types.
const DEPTH: usize = 24;

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// The named schemas that a reference can lead to, those of the runtime included.
pub(super) fn names(document: &Value) -> BTreeSet<String> {
    crate::normalize::walk::schemas(document)
        .map(|(name, _)| name.clone())
        .chain(["Response".to_owned()])
        .collect()
}

pub(super) fn apply(document: &mut Value, log: &mut Log) {
    let names = names(document);
    let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    let at = Pointer::of(&["components", "schemas"]);
    let mut fixer = Fixer { names: &names, log };
    let mut sorted: Vec<_> = schemas.iter_mut().collect();
    sorted.sort_by_key(|(name, _)| *name);
    for (name, schema) in sorted {
        fixer.node(&at.child(name), schema, 0);
    }
}

pub(super) struct Fixer<'a> {
    pub(super) names: &'a BTreeSet<String>,
    pub(super) log: &'a mut Log,
}

impl Fixer<'_> {
    /// The schemas of an operation.
    pub(super) fn operation(&mut self, operation: &mut Map<String, Value>, at: &Pointer) {
        let list = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for (index, parameter) in list.into_iter().flatten().enumerate() {
            if let Some(schema) = parameter.get_mut("schema") {
                let at = at.child("parameters").child(index).child("schema");
                self.node(&at, schema, 0);
            }
        }
        if let Some(body) = operation.get_mut("requestBody") {
            self.content(&at.child("requestBody"), body);
        }
        if let Some(responses) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        {
            for (status, response) in responses {
                self.content(&at.child("responses").child(status), response);
            }
        }
    }

    fn content(&mut self, at: &Pointer, owner: &mut Value) {
        let media = owner.get_mut("content").and_then(Value::as_object_mut);
        for (key, media) in media.into_iter().flatten() {
            if let Some(schema) = media.get_mut("schema") {
                self.node(&at.child("content").child(key).child("schema"), schema, 0);
            }
        }
    }

    /// Puts one schema with all that is in it in order.
    fn node(&mut self, at: &Pointer, schema: &mut Value, depth: usize) {
        if depth > DEPTH {
            let what = format!("nested more than {DEPTH} deep, and taken as any value");
            self.log.add("depth", at, what);
            *schema = anything();
            return;
        }
        let Some(node) = schema.as_object_mut() else {
            // `true` is how newer versions write that anything will do.
            if *schema != Value::Bool(true) {
                let what = format!(
                    "{} where a schema belongs: taken as any value",
                    kind(schema)
                );
                self.log.add("wrong-kind", at, what);
            }
            *schema = anything();
            return;
        };
        self.facts(at, node);
        if node.contains_key("$ref") && !self.reference(at, node) {
            make_anything(schema);
            return;
        }
        if !self.type_word(at, node) {
            make_anything(schema);
            return;
        }
        if !enums::apply(node, at, self.log) {
            make_anything(schema);
            return;
        }
        self.members(at, node, depth);
        self.required(at, node);
        self.properties(at, node, depth);
        self.items(at, node, depth);
        self.values(at, node, depth);
    }

    /// What is said of a schema besides its form.
    fn facts(&mut self, at: &Pointer, node: &mut Map<String, Value>) {
        for key in [
            "x-rust-type",
            "not",
            "const",
            "if",
            "then",
            "else",
            "discriminator",
        ] {
            if node.remove(key).is_some() {
                let what = format!("`{key}` has no meaning for a client, and was left out");
                self.log.add("unknown-key", &at.child(key), what);
            }
        }
        for key in ["nullable", "readOnly", "writeOnly", "deprecated"] {
            drop_unless(node, key, Value::is_boolean, at, self.log);
        }
        for key in ["format", "pattern", "title", "description"] {
            drop_unless(node, key, Value::is_string, at, self.log);
        }
        for key in ["minimum", "maximum", "multipleOf"] {
            drop_unless(node, key, Value::is_number, at, self.log);
        }
        for key in [
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties",
        ] {
            drop_unless(node, key, Value::is_u64, at, self.log);
        }
        for key in ["exclusiveMinimum", "exclusiveMaximum", "uniqueItems"] {
            drop_unless(node, key, Value::is_boolean, at, self.log);
        }
    }

    /// Rule `reference`: what leads nowhere is any value. `false` if it does.
    fn reference(&mut self, at: &Pointer, node: &mut Map<String, Value>) -> bool {
        let name = node
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|text| text.strip_prefix(SCHEMA_PREFIX));
        if !name.is_some_and(|name| self.names.contains(name)) {
            let what = format!(
                "{} is no schema of this document: taken as any value",
                node["$ref"]
            );
            self.log.add("reference", &at.child("$ref"), what);
            return false;
        }
        let form: Vec<String> = node
            .keys()
            .filter(|key| *key != "$ref" && !is_annotation(key))
            .cloned()
            .collect();
        if ["properties", "allOf"]
            .iter()
            .any(|key| node.contains_key(*key))
        {
            // Both are meant: the schema and what stands beside it.
            let target = node.remove("$ref");
            let mut rest = Map::new();
            for key in form {
                if let Some(value) = node.remove(&key) {
                    rest.insert(key, value);
                }
            }
            let members = json!([{ "$ref": target }, rest]);
            node.insert("allOf".to_owned(), members);
            return true;
        }
        for key in form {
            if !matches!(key.as_str(), "type" | "format" | "default") {
                let what = format!("`{key}` stands beside a reference, and is passed over");
                self.log.add("reference", &at.child(&key), what);
            }
            node.remove(&key);
        }
        true
    }

    /// Rule `type`: one of the six words, or none; `false` if it can be anything.
    fn type_word(&mut self, at: &Pointer, node: &mut Map<String, Value>) -> bool {
        let place = at.child("type");
        let word = match node.get("type") {
            None => None,
            Some(Value::String(word)) => Some(word.clone()),
            Some(Value::Array(list)) => {
                let is_null = |word: &Value| *word == json!("null");
                let rest: Vec<Value> = list.iter().filter(|w| !is_null(w)).cloned().collect();
                let nullable = rest.len() < list.len();
                let [Value::String(word)] = rest.as_slice() else {
                    self.log
                        .add("type", &place, "several types: taken as any value");
                    return false;
                };
                let word = word.clone();
                if nullable {
                    node.insert("nullable".to_owned(), json!(true));
                }
                self.log.add(
                    "type",
                    &place,
                    format!("the list of types is read as `{word}`"),
                );
                node.insert("type".to_owned(), json!(word));
                Some(word)
            }
            Some(other) => {
                let what = format!("the type is {}, and was left out", kind(other));
                self.log.add("type", &place, what);
                node.remove("type");
                None
            }
        };
        let has_properties = node
            .get("properties")
            .and_then(Value::as_object)
            .is_some_and(|p| !p.is_empty());
        let guess = if has_properties {
            Some("object")
        } else if node.contains_key("items") {
            Some("array")
        } else {
            None
        };
        match (word.as_deref(), guess) {
            (Some("null"), _) => {
                self.log
                    .add("type", &place, "only null: taken as any value");
                false
            }
            (Some(word), guess) if !TYPES.contains(&word) => {
                let what = format!("`{word}` is no type, and was left out");
                self.log.add("type", &place, what);
                match guess {
                    Some(guess) => node.insert("type".to_owned(), json!(guess)),
                    None => node.remove("type"),
                };
                true
            }
            (None, Some("array")) => {
                self.log.add("type", at, "it has items: it is a list");
                node.insert("type".to_owned(), json!("array"));
                true
            }
            (Some(word), Some(guess)) if word != guess && guess == "object" => {
                let what = format!("the type is `{word}`, but it has properties: it is an object");
                self.log.add("type", &place, what);
                node.insert("type".to_owned(), json!("object"));
                true
            }
            _ => true,
        }
    }

    fn required(&mut self, at: &Pointer, node: &mut Map<String, Value>) {
        drop_unless(node, "required", Value::is_array, at, self.log);
        let Some(list) = node.get_mut("required").and_then(Value::as_array_mut) else {
            return;
        };
        let before = list.len();
        let mut seen = BTreeSet::new();
        list.retain(|name| {
            name.as_str()
                .is_some_and(|name| seen.insert(name.to_owned()))
        });
        if list.len() != before {
            let what = "what is no name, or is there twice, was left out";
            self.log.add("required", &at.child("required"), what);
        }
    }

    fn members(&mut self, at: &Pointer, node: &mut Map<String, Value>, depth: usize) {
        for key in ["allOf", "anyOf", "oneOf"] {
            drop_unless(node, key, Value::is_array, at, self.log);
            let Some(members) = node.get_mut(key).and_then(Value::as_array_mut) else {
                continue;
            };
            // Newer versions write `nullable` as one more alternative.
            let before = members.len();
            if key != "allOf" {
                members.retain(|member| {
                    member.get("type") != Some(&json!("null"))
                        && member.get("enum") != Some(&json!([null]))
                });
            }
            let nullable = members.len() < before;
            for (index, member) in members.iter_mut().enumerate() {
                self.node(&at.child(key).child(index), member, depth + 1);
            }
            let is_empty = members.is_empty();
            if nullable {
                node.insert("nullable".to_owned(), json!(true));
            }
            if is_empty {
                let what = format!("`{key}` is empty, and was left out");
                self.log.add("composition", &at.child(key), what);
                node.remove(key);
            }
        }
    }

    fn properties(&mut self, at: &Pointer, node: &mut Map<String, Value>, depth: usize) {
        drop_unless(node, "properties", Value::is_object, at, self.log);
        let Some(properties) = node.get_mut("properties").and_then(Value::as_object_mut) else {
            return;
        };
        let at = at.child("properties");
        for (name, property) in properties {
            self.node(&at.child(name), property, depth + 1);
        }
    }

    /// Rule `items`: a list says what it holds, and nothing else does.
    fn items(&mut self, at: &Pointer, node: &mut Map<String, Value>, depth: usize) {
        let place = at.child("items");
        if node.get("type") != Some(&json!("array")) {
            if node.remove("items").is_some() {
                self.log
                    .add("items", &place, "only a list has items: left out");
            }
            return;
        }
        match node.get_mut("items") {
            None => {
                let what = "the list does not say what it holds: anything";
                self.log.add("items", at, what);
                node.insert("items".to_owned(), anything());
            }
            Some(Value::Array(_)) => {
                let what = "the list holds something else in each place: taken as anything";
                self.log.add("items", &place, what);
                node.insert("items".to_owned(), anything());
            }
            Some(items) => self.node(&place, items, depth + 1),
        }
        if node.remove("additionalProperties").is_some() {
            let place = at.child("additionalProperties");
            self.log.add(
                "items",
                &place,
                "a list has no further properties: left out",
            );
        }
    }

    /// Rule `further-properties`: only an object has them.
    fn values(&mut self, at: &Pointer, node: &mut Map<String, Value>, depth: usize) {
        let place = at.child("additionalProperties");
        let is_object = matches!(node.get("type"), None | Some(Value::String(_)))
            && node.get("type").is_none_or(|word| *word == json!("object"));
        let has_properties = node
            .get("properties")
            .and_then(Value::as_object)
            .is_some_and(|p| !p.is_empty());
        match node.get_mut("additionalProperties") {
            None | Some(Value::Bool(false)) => {}
            Some(Value::Object(_)) if is_object => {
                if let Some(values) = node.get_mut("additionalProperties") {
                    self.node(&place, values, depth + 1);
                }
            }
            Some(values @ Value::Bool(true)) if is_object => {
                if has_properties {
                    *values = anything();
                }
            }
            Some(_) => {
                let what = "only an object has further properties: left out";
                self.log.add("further-properties", &place, what);
                node.remove("additionalProperties");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::log;
    use super::*;

    #[track_caller]
    fn becomes(before: Value, after: Value, rules: &[&str]) {
        let mut document = json!({ "components": { "schemas": { "A": before, "B": {} } } });
        let mut log = log();
        apply(&mut document, &mut log);
        assert_eq!(document["components"]["schemas"]["A"], after);
        let got: Vec<&str> = log.list.iter().map(|repair| repair.rule).collect();
        assert_eq!(got, rules);
        let mut again = super::super::tests::log();
        apply(&mut document, &mut again);
        assert_eq!(document["components"]["schemas"]["A"], after, "not settled");
    }

    #[test]
    fn golden() {
        becomes(
            json!({ "type": ["string", "null"] }),
            json!({ "type": "string", "nullable": true }),
            &["type"],
        );
        becomes(
            json!({ "type": ["string", "integer"] }),
            json!({}),
            &["type"],
        );
        becomes(json!({ "type": "file" }), json!({}), &["type"]);
        becomes(
            json!({ "type": "array" }),
            json!({ "type": "array", "items": {} }),
            &["items"],
        );
        becomes(
            json!({ "type": "string", "properties": { "a": true } }),
            json!({ "type": "object", "properties": { "a": {} } }),
            &["type"],
        );
        becomes(
            json!({ "$ref": "other.json#/X", "nullable": true }),
            json!({ "nullable": true }),
            &["reference"],
        );
        becomes(
            json!({ "$ref": "#/components/schemas/B", "properties": { "a": {} } }),
            json!({ "allOf": [{ "$ref": "#/components/schemas/B" }, { "properties": { "a": {} } }] }),
            &[],
        );
        becomes(
            json!({ "properties": { "a": {} }, "additionalProperties": true, "required": ["a", "a"] }),
            json!({ "properties": { "a": {} }, "additionalProperties": {}, "required": ["a"] }),
            &["required"],
        );
        becomes(
            json!({ "type": "string", "additionalProperties": true }),
            json!({ "type": "string" }),
            &["further-properties"],
        );
        becomes(
            json!({ "anyOf": [{ "type": "string" }, { "type": "null" }] }),
            json!({ "anyOf": [{ "type": "string" }], "nullable": true }),
            &[],
        );
        becomes(json!(7), json!({}), &["wrong-kind"]);
    }

    #[test]
    fn what_is_nested_too_deep_ends() {
        let mut deep = json!({ "type": "string" });
        for _ in 0..DEPTH + 5 {
            deep = json!({ "type": "array", "items": deep });
        }
        let mut document = json!({ "components": { "schemas": { "A": deep } } });
        let mut log = log();
        apply(&mut document, &mut log);
        assert_eq!(log.list.len(), 1);
        assert_eq!(log.list[0].rule, "depth");
    }
}
