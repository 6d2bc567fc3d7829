//! JSON values: any, and those that a schema describes, with and without mistakes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Number, Value, json};

use crate::Choices;

/// The schemas of the corrected documents: by name, and those of bodies as `POST /path body`.
pub(crate) static SCHEMAS: LazyLock<BTreeMap<String, Value>> = LazyLock::new(|| {
    let mut all = BTreeMap::new();
    for text in [
        include_str!("../../../crates/ovh-web-sandbox/src/generated/auth.json"),
        include_str!("../../../crates/ovh-web-sandbox/src/generated/hosting-web.json"),
    ] {
        let document: Value = serde_json::from_str(text).expect("a committed document");
        let schemas = &document["components"]["schemas"];
        all.extend(entries(schemas).map(|(name, schema)| (name.clone(), schema.clone())));
        for (path, item) in entries(&document["paths"]) {
            for (method, operation) in entries(item) {
                let body = operation.pointer("/requestBody/content/application~1json/schema");
                let name = format!("{} {path} body", method.to_uppercase());
                all.extend(body.map(|body| (name, body.clone())));
            }
        }
    }
    all
});

/// The entries of an object; none of any other value.
pub(crate) fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Any value.
pub(crate) fn any(choices: &mut Choices<'_>, depth: usize) -> Value {
    match choices.below(if depth == 0 { 6 } else { 9 }) {
        0 => Value::Null,
        1 => Value::Bool(choices.once_in(2)),
        2 => json!(choices.number()),
        3 => json!(choices.below(300)),
        4 => {
            let number = f64::from_bits(choices.number().cast_unsigned());
            Number::from_f64(number).map_or(Value::Null, Value::Number)
        }
        5 => Value::String(choices.text()),
        6 => (0..choices.below(4))
            .map(|_| any(choices, depth - 1))
            .collect(),
        7 => (0..choices.below(4))
            .map(|_| (choices.text(), any(choices, depth - 1)))
            .collect::<Map<_, _>>()
            .into(),
        // A reader without a limit for the depth runs out of stack.
        _ => (0..choices.below(100)).fold(Value::Null, |inner, _| json!([inner])),
    }
}

/// A value that `schema` describes; if `mistakes`, one that violates it now and then.
pub(crate) fn near(
    schema: &Value,
    mistakes: bool,
    choices: &mut Choices<'_>,
    depth: usize,
) -> Value {
    if mistakes && choices.once_in(24) {
        return any(choices, 3);
    }
    if schema["nullable"] == true && choices.once_in(4) {
        return Value::Null;
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return match SCHEMAS.get(name) {
            Some(schema) if depth > 0 => near(schema, mistakes, choices, depth - 1),
            _ => Value::Null,
        };
    }
    if let Some(part) = schema["allOf"].get(0) {
        return near(part, mistakes, choices, depth);
    }
    if let Some(values) = schema["enum"]
        .as_array()
        .filter(|values| !values.is_empty())
    {
        // A new value may come at any time.
        let is_unknown = choices.once_in(8);
        return match &values[choices.below(values.len())] {
            Value::String(_) if is_unknown => Value::String(choices.text()),
            Value::Number(_) if is_unknown => json!(choices.below(1000)),
            known => known.clone(),
        };
    }
    match (schema["type"].as_str(), schema["format"].as_str().unwrap_or_default()) {
        (Some("boolean"), _) => Value::Bool(choices.once_in(2)),
        (Some("integer"), _) => choices.pick(&[7, i64::MAX, -1]).into(),
        (Some("number"), _) => json!(choices.below(1000) as f64 / 8.0),
        (Some("string"), "date-time") => choices
            .word("2026-05-04T03:02:01+02:00|1970-01-01T00:00:00.123456789-11:30|0001-01-01T00:00:00Z")
            .into(),
        (Some("string"), "date") => choices.word("2026-05-04|0001-01-01|9999-12-31").into(),
        (Some("string"), "ipv4" | "ip") => choices.word("192.0.2.1|0.0.0.0").into(),
        (Some("string"), "ipv6") => choices.word("2001:db8::1|::").into(),
        (Some("string"), _) => Value::String(choices.text()),
        (Some("array"), _) => (0..choices.below(if depth == 0 { 1 } else { 4 }))
            .map(|_| near(&schema["items"], mistakes, choices, depth))
            .collect(),
        (Some("object"), _) => object(schema, mistakes, choices, depth),
        (None, _) if schema["properties"].is_object() => object(schema, mistakes, choices, depth),
        _ => any(choices, 2),
    }
}

fn object(schema: &Value, mistakes: bool, choices: &mut Choices<'_>, depth: usize) -> Value {
    let mut map = Map::new();
    for (name, schema) in entries(&schema["properties"]) {
        if !(mistakes && choices.once_in(24)) {
            map.insert(name.clone(), near(schema, mistakes, choices, depth));
        }
    }
    match &schema["additionalProperties"] {
        more @ Value::Object(_) => map.extend(
            (0..choices.below(3)).map(|_| (choices.text(), near(more, mistakes, choices, depth))),
        ),
        // A property that this version does not know.
        _ if choices.once_in(6) => {
            map.insert(format!("new{}", choices.text()), any(choices, 2));
        }
        _ => {}
    }
    map.into()
}

/// The text of a value; if `mistakes`, changed now and then.
pub(crate) fn text(value: &Value, mistakes: bool, choices: &mut Choices<'_>) -> String {
    let mut text = value.to_string();
    if mistakes && choices.once_in(8) {
        choices.change(&mut text);
    }
    text
}
