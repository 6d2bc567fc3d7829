//! JSON values: any, and those that a schema describes, with and without mistakes.

use serde_json::{Map, Number, Value, json};

use crate::{Choices, text};

/// Any value.
pub(crate) fn any(choices: &mut Choices<'_>, depth: usize) -> Value {
    match choices.below(if depth == 0 { 6 } else { 9 }) {
        0 => Value::Null,
        1 => Value::Bool(choices.once_in(2)),
        2 => Value::from(i64::from_ne_bytes(choices.number().to_ne_bytes())),
        3 => json!(choices.below(300)),
        4 => Number::from_f64(f64::from_bits(choices.number())).map_or(Value::Null, Value::Number),
        5 => Value::String(text::odd(choices)),
        6 => (0..choices.below(4))
            .map(|_| any(choices, depth - 1))
            .collect(),
        7 => (0..choices.below(4))
            .map(|_| (text::odd(choices), any(choices, depth - 1)))
            .collect::<Map<_, _>>()
            .into(),
        // So deep that a reader without a limit runs out of stack.
        _ => {
            let mut value = Value::Null;
            for _ in 0..choices.below(100) {
                value = Value::Array(vec![value]);
            }
            value
        }
    }
}

/// The frequency of values that violate their schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mistakes {
    /// Never.
    None,
    /// Now and then.
    Some,
}

/// A value that is described by a schema of `components`.
pub(crate) fn near(
    schema: &Value,
    components: &Map<String, Value>,
    mistakes: Mistakes,
    choices: &mut Choices<'_>,
    depth: usize,
) -> Value {
    if mistakes == Mistakes::Some && choices.once_in(24) {
        return any(choices, 3);
    }
    if schema["nullable"] == true && choices.once_in(4) {
        return Value::Null;
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return match components.get(name) {
            Some(schema) if depth > 0 => near(schema, components, mistakes, choices, depth - 1),
            _ => Value::Null,
        };
    }
    if let Some(part) = schema["allOf"].get(0) {
        return near(part, components, mistakes, choices, depth);
    }
    if let Some(values) = schema["enum"]
        .as_array()
        .filter(|values| !values.is_empty())
    {
        // A new word may come at any time.
        let unknown = choices.once_in(8);
        return match &values[choices.below(values.len())] {
            Value::String(_) if unknown => Value::String(text::odd(choices)),
            Value::Number(_) if unknown => json!(choices.below(1000)),
            known => known.clone(),
        };
    }
    match schema["type"].as_str() {
        Some("boolean") => Value::Bool(choices.once_in(2)),
        Some("integer") => match choices.below(4) {
            0 => json!(i64::MAX),
            1 => json!(-1),
            _ => json!(choices.below(100_000)),
        },
        Some("number") => json!(choices.below(1000) as f64 / 8.0),
        Some("string") => Value::String(match schema["format"].as_str() {
            Some("date-time") => choices
                .pick(&[
                    "2026-05-04T03:02:01Z",
                    "2026-05-04T03:02:01+02:00",
                    "1970-01-01T00:00:00.123456789-11:30",
                    "0001-01-01T00:00:00Z",
                    "9999-12-31T23:59:59Z",
                ])
                .to_owned(),
            Some("date") => choices
                .pick(&["2026-05-04", "1970-01-01", "0001-01-01", "9999-12-31"])
                .to_owned(),
            Some("ipv4" | "ip") => choices.pick(&["192.0.2.1", "0.0.0.0"]).to_owned(),
            Some("ipv6") => choices.pick(&["2001:db8::1", "::"]).to_owned(),
            _ => text::odd(choices),
        }),
        Some("array") => (0..choices.below(if depth == 0 { 1 } else { 4 }))
            .map(|_| near(&schema["items"], components, mistakes, choices, depth))
            .collect(),
        Some("object") => object(schema, components, mistakes, choices, depth),
        None if schema["properties"].is_object() => {
            object(schema, components, mistakes, choices, depth)
        }
        _ => any(choices, 2),
    }
}

fn object(
    schema: &Value,
    components: &Map<String, Value>,
    mistakes: Mistakes,
    choices: &mut Choices<'_>,
    depth: usize,
) -> Value {
    let mut map = Map::new();
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        if mistakes == Mistakes::Some && choices.once_in(24) {
            continue;
        }
        let value = near(schema, components, mistakes, choices, depth);
        map.insert(name.clone(), value);
    }
    // A property that this version does not know.
    if !schema["additionalProperties"].is_object() && choices.once_in(6) {
        map.insert(format!("new{}", text::odd(choices)), any(choices, 2));
    }
    if let Some(more) = schema
        .get("additionalProperties")
        .filter(|more| more.is_object())
    {
        for _ in 0..choices.below(3) {
            let value = near(more, components, mistakes, choices, depth);
            map.insert(text::odd(choices), value);
        }
    }
    Value::Object(map)
}

/// The text of a value, now and then spoiled or with a key twice.
pub(crate) fn spelled(value: &Value, mistakes: Mistakes, choices: &mut Choices<'_>) -> String {
    let mut text = match choices.once_in(4) {
        true => serde_json::to_string_pretty(value),
        false => serde_json::to_string(value),
    }
    .unwrap_or_default();
    if mistakes == Mistakes::Some && choices.once_in(8) {
        crate::text::change(&mut text, choices);
    }
    text
}
