//! Compares a JSON value with the shape that the document promises.

use serde_json::Value;

use super::belief::Shape;
use super::formats;
use super::privacy::{Data, Word};
use super::report::{Finding, Seen};

/// An object with more unknown properties may be a map, whose keys are data.
const MOST_UNKNOWN: usize = 5;

/// Adds the differences between a value and its shape.
pub(super) fn compare(shape: &Shape<'_>, value: &Value, seen: &mut Seen, data: &mut Data) {
    let found = kind_of(value);
    if value.is_null() {
        if !shape.is_nullable() {
            seen.add(Finding::new("null where a value is promised", &shape.place));
        }
        return;
    }
    let fits = match (shape.kind(), value) {
        (None, _) => true,
        (Some("number"), Value::Number(_)) => true,
        (Some(kind), _) => kind == found,
    };
    if !fits {
        let text = value.as_str().unwrap_or_default();
        let is_number = matches!(shape.kind(), Some("integer" | "number"));
        let finding = match is_number && text.parse::<f64>().is_ok() {
            true => Finding::new("number as text", &shape.place),
            false => {
                let finding = Finding::new("another kind of JSON value", &shape.place);
                finding.found(found).expected(shape.kind())
            }
        };
        seen.add(finding);
        return;
    }
    match value {
        Value::Object(_) => object(shape, value, seen, data),
        Value::Array(items) => {
            if let Some(shape) = shape.items() {
                for item in items {
                    compare(&shape, item, seen, data);
                }
            }
        }
        Value::String(text) => {
            if let Some(class) = shape.format().and_then(|it| formats::class(it, text)) {
                seen.format(shape.format().unwrap_or_default(), class.name);
                if !class.is_expected {
                    let finding = Finding::new("another format", &shape.place);
                    seen.add(finding.found(class.name));
                }
            }
            choice(shape, value, seen);
        }
        _ => choice(shape, value, seen),
    }
}

fn object(shape: &Shape<'_>, value: &Value, seen: &mut Seen, data: &mut Data) {
    let Some(object) = value.as_object() else {
        return;
    };
    let mut known = Vec::new();
    for (name, property) in shape.properties() {
        known.push(name);
        match object.get(name) {
            Some(value) => compare(&property, value, seen, data),
            None if property.is_nullable() => {}
            None => seen.add(Finding::new(
                "promised property is missing",
                &property.place,
            )),
        }
    }
    let unknown: Vec<(&String, &Value)> = object
        .iter()
        .filter(|(name, _)| !known.contains(&name.as_str()))
        .collect();
    if shape.is_open() {
        for (name, value) in unknown {
            data.add(name);
            if let Some(shape) = shape.map_values() {
                compare(&shape, value, seen, data);
            }
        }
        return;
    }
    let is_map = unknown.len() > MOST_UNKNOWN || unknown.len() == object.len();
    for (name, value) in unknown {
        let finding = Finding::new("unknown property", shape.type_name()).found(kind_of(value));
        keys(value, data);
        seen.add(match is_map {
            true => {
                data.add(name);
                finding
            }
            false => finding.named(name),
        });
    }
}

/// Adds the keys of a value that no document describes: each may be data.
fn keys(value: &Value, data: &mut Data) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                data.add(name);
                keys(value, data);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, data)),
        _ => {}
    }
}

/// Compares a value with those of an enum.
fn choice(shape: &Shape<'_>, value: &Value, seen: &mut Seen) {
    let Some(choices) = shape.choices() else {
        return;
    };
    if choices.contains(value) {
        return;
    }
    let text = value.as_str().unwrap_or_default();
    let other_case = choices
        .iter()
        .filter_map(Value::as_str)
        .find(|choice| choice.eq_ignore_ascii_case(text));
    seen.add(match other_case {
        // The known value is shown, which tells nothing else.
        Some(choice) => {
            let finding = Finding::new("enum value in other case", &shape.place);
            finding.known_value(Word::of_document(choice))
        }
        None => Finding::new("unknown enum value", &shape.place),
    });
}

/// The kind of a JSON value, as documents call it.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::probe::belief::Documents;
    use serde_json::json;

    #[test]
    fn invented_names_do_not_fill_the_report() {
        let documents = Documents::parse();
        let operation = ovh_web::operations::by_id("databases::list").unwrap();
        let shape = documents.item(operation).unwrap();
        let (mut seen, mut data) = (Seen::default(), Data::default());
        for n in 0..10_000 {
            let mut database = json!({"name": "canary"});
            database[format!("b{n}")] = json!(n);
            compare(&shape, &database, &mut seen, &mut data);
        }
        assert!((20..150).contains(&seen.len()), "{}", seen.len());
    }
}
