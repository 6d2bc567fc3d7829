//! JSON values: any, and those that a schema describes, with and without mistakes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::choices::Choices;
use crate::models::table::DOCUMENTS;

/// The schemas of the corrected documents of each client.
pub(crate) static SCHEMAS: LazyLock<Vec<Schemas>> =
    LazyLock::new(|| DOCUMENTS.iter().map(|texts| Schemas::of(texts)).collect());

/// The schemas of one client by name.
#[derive(Debug)]
pub(crate) struct Schemas(BTreeMap<String, Value>);

/// The entries of an object; none of any other value.
pub(crate) fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The values directly below a value.
pub(crate) fn children(value: &mut Value) -> Vec<&mut Value> {
    match value {
        Value::Array(list) => list.iter_mut().collect(),
        Value::Object(map) => map.values_mut().collect(),
        _ => Vec::new(),
    }
}

/// Any value.
pub(crate) fn any(choices: &mut Choices<'_>, depth: usize) -> Value {
    match choices.below(if depth == 0 { 6 } else { 9 }) {
        0 => Value::Null,
        1 => Value::Bool(choices.once_in(2)),
        2 => json!(choices.number()),
        3 => json!(choices.below(300)),
        4 => json!(f64::from_bits(choices.number().cast_unsigned())),
        5 => Value::String(choices.text()),
        6 => (0..choices.below(4))
            .map(|_| any(choices, depth - 1))
            .collect(),
        7 => (0..choices.below(4))
            .map(|_| (choices.text(), any(choices, depth - 1)))
            .collect(),
        // A reader without a limit for the depth runs out of stack.
        _ => (0..choices.below(100)).fold(Value::Null, |inner, _| json!([inner])),
    }
}

/// Times with offsets and fractions, for [`Choices::word`].
const TIMES: &str = "2026-05-04T03:02:01+02:00|1970-01-01T00:00:00.123456789-11:30\
                     |0001-01-01T00:00:00Z";

impl Schemas {
    fn of(texts: &[&str]) -> Self {
        let schemas = texts.iter().map(|text| {
            let mut document: Value = serde_json::from_str(text).expect("a committed document");
            serde_json::from_value(document["components"]["schemas"].take()).expect("schemas")
        });
        Self(schemas.flat_map(BTreeMap::into_iter).collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A value that `schema` describes, or, if the choices make mistakes, almost.
    pub(crate) fn near(&self, schema: &Value, choices: &mut Choices<'_>, depth: usize) -> Value {
        if choices.mistakes && choices.once_in(24) {
            return any(choices, 3);
        }
        // A type that refers to itself more than once would grow exponentially.
        if schema["nullable"] == true && (depth < 6 || choices.once_in(4)) {
            return Value::Null;
        }
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap_or_default();
            let schema = self.get(name).filter(|_| depth > 0);
            return schema.map_or(Value::Null, |schema| self.near(schema, choices, depth - 1));
        }
        if let Some(part) = schema["allOf"].get(0) {
            return self.near(part, choices, depth);
        }
        if let Some(values @ [_, ..]) = schema["enum"].as_array().map(Vec::as_slice) {
            // A new value may come at any time.
            let is_unknown = choices.once_in(8);
            return match &values[choices.below(values.len())] {
                Value::String(_) if is_unknown => Value::String(choices.text()),
                Value::Number(_) if is_unknown => json!(choices.below(1000)),
                known => known.clone(),
            };
        }
        let format = schema["format"].as_str().unwrap_or_default();
        match schema["type"].as_str() {
            Some("boolean") => Value::Bool(choices.once_in(2)),
            Some("integer") => choices.pick(&[7, i64::MAX, -1]).into(),
            Some("number") => json!(choices.below(1000) as f64 / 8.0),
            Some("string") => match format {
                "date-time" => choices.word(TIMES).into(),
                "date" => choices.word("2026-05-04|0001-01-01|9999-12-31").into(),
                "ipv4" | "ip" => choices.word("192.0.2.1|0.0.0.0").into(),
                "ipv6" => choices.word("2001:db8::1|::").into(),
                _ => Value::String(choices.text()),
            },
            Some("array") => (0..choices.below(if depth == 0 { 1 } else { 4 }))
                .map(|_| self.near(&schema["items"], choices, depth))
                .collect(),
            Some("object") => self.object(schema, choices, depth),
            None if schema["properties"].is_object() => self.object(schema, choices, depth),
            _ => any(choices, 2),
        }
    }

    fn object(&self, schema: &Value, choices: &mut Choices<'_>, depth: usize) -> Value {
        let mut map = Map::new();
        for (name, schema) in entries(&schema["properties"]) {
            if !(choices.mistakes && choices.once_in(24)) {
                map.insert(name.clone(), self.near(schema, choices, depth));
            }
        }
        let more = &schema["additionalProperties"];
        if more.is_object() {
            map.extend(
                (0..choices.below(3)).map(|_| (choices.text(), self.near(more, choices, depth))),
            );
        } else if choices.once_in(6) {
            // A property that this version does not know.
            map.insert(format!("new{}", choices.text()), any(choices, 2));
        }
        map.into()
    }
}
