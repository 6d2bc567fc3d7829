//! Cells of a table: a property of a row by its dotted name, and the names that rows have.

use serde_json::Value;

/// The name of the only column of values that are not objects.
const VALUE: &str = "value";

/// The property with a dotted name.
pub(crate) fn field<'v>(row: &'v Value, name: &str) -> Option<&'v Value> {
    match row {
        Value::Object(object) => match object.get(name) {
            Some(value) => Some(value),
            None => {
                let (first, rest) = name.split_once('.')?;
                field(object.get(first)?, rest)
            }
        },
        row => (name == VALUE).then_some(row),
    }
}

/// The dotted names of all properties, in the order of their first appearance.
pub(super) fn columns(rows: &[Value]) -> Vec<String> {
    let mut names = Vec::new();
    for row in rows {
        collect(row, "", &mut names);
    }
    names
}

fn collect(value: &Value, path: &str, names: &mut Vec<String>) {
    match value {
        Value::Object(object) if !object.is_empty() => {
            for (key, value) in object {
                let path = match path.is_empty() {
                    true => key.clone(),
                    false => format!("{path}.{key}"),
                };
                collect(value, &path, names);
            }
        }
        _ => {
            let path = if path.is_empty() { VALUE } else { path };
            if !names.iter().any(|name| name == path) {
                names.push(path.to_owned());
            }
        }
    }
}

/// A value as text: scalars plainly, lists of scalars with commas, the rest as JSON.
pub(super) fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) if items.iter().all(|item| !is_nested(item)) => {
            let texts: Vec<String> = items.iter().map(|item| text(Some(item))).collect();
            texts.join(", ")
        }
        Some(other) => amount(other).unwrap_or_else(|| other.to_string()),
    }
}

/// `{"unit": "GB", "value": 1.5}` as `1.5 GB`.
fn amount(value: &Value) -> Option<String> {
    let object = value.as_object().filter(|object| object.len() == 2)?;
    let unit = object.get("unit")?.as_str()?;
    Some(format!("{} {unit}", object.get("value")?.as_f64()?))
}

fn is_nested(value: &Value) -> bool {
    value.is_array() || value.is_object()
}
