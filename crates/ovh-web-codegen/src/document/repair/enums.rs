//! Step: the values of enums. They are strings or whole numbers, of one kind, each there once.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Log, Pointer, drop_unless};

/// Rule `enum`; `false` if the schema can be any value.
pub(super) fn apply(node: &mut Map<String, Value>, at: &Pointer, log: &mut Log) -> bool {
    drop_unless(node, "enum", Value::is_array, at, log);
    let place = at.child("enum");
    let Some(mut values) = node.get("enum").and_then(Value::as_array).cloned() else {
        return true;
    };
    if values.iter().any(Value::is_null) {
        values.retain(|value| !value.is_null());
        log.add(
            "enum",
            &place,
            "null is no value of its own: it is nullable",
        );
        node.insert("nullable".to_owned(), json!(true));
    }
    if values.is_empty() {
        log.add("enum", &place, "there are no values: left out");
        node.remove("enum");
        return true;
    }
    let has_form = ["object", "array"]
        .iter()
        .any(|word| node.get("type") == Some(&json!(word)));
    if has_form {
        log.add(
            "enum",
            &place,
            "only a text or a number has values to choose from: left out",
        );
        node.remove("enum");
        return true;
    }
    if let Some(converted) = as_declared(node, &values) {
        if converted != values {
            let what = "the values are of another type than the enum, and are read as its type";
            log.add("enum", &place, what);
        }
        values = converted;
    } else if values.iter().all(Value::is_boolean) {
        log.add("enum", &place, "true and false need no list: left out");
        node.remove("enum");
        node.insert("type".to_owned(), json!("boolean"));
        return true;
    } else if values.iter().all(Value::is_number) {
        log.add(
            "enum",
            &place,
            "numbers with a fraction cannot be listed: left out",
        );
        node.remove("enum");
        node.insert("type".to_owned(), json!("number"));
        return true;
    } else {
        log.add(
            "enum",
            &place,
            "values of several types: taken as any value",
        );
        return false;
    }
    let mut seen = BTreeSet::new();
    let before = values.len();
    values.retain(|value| seen.insert(value.to_string()));
    if values.len() < before {
        log.add("enum", &place, "a value is there more than once: read once");
    }
    let word = if values[0].is_string() {
        "string"
    } else {
        "integer"
    };
    if node.get("type").is_some_and(|old| *old != json!(word)) {
        node.insert("type".to_owned(), json!(word));
    }
    // A date among a list of values is one of the values.
    if node
        .get("format")
        .is_some_and(|format| word == "string" && *format != json!("password"))
    {
        node.remove("format");
    }
    node.insert("enum".to_owned(), Value::Array(values));
    true
}

/// The values as the type that the schema declares, or as the one that they all have.
fn as_declared(node: &Map<String, Value>, values: &[Value]) -> Option<Vec<Value>> {
    let whole = |value: &Value| value.as_i64().map(Value::from);
    match node.get("type").and_then(Value::as_str) {
        Some("string") if values.iter().all(is_scalar) => {
            let text = |value: &Value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            Some(values.iter().map(|value| json!(text(value))).collect())
        }
        Some("integer" | "number") => values
            .iter()
            .map(|value| match value {
                Value::String(text) => text.trim().parse::<i64>().ok().map(Value::from),
                other => whole(other),
            })
            .collect::<Option<Vec<_>>>()
            .or_else(|| values.iter().all(Value::is_string).then(|| values.to_vec())),
        _ if values.iter().all(Value::is_string) => Some(values.to_vec()),
        _ => values.iter().map(whole).collect(),
    }
}

fn is_scalar(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_))
}

#[cfg(test)]
mod tests {
    use super::super::tests::log;
    use super::*;

    fn run(schema: Value) -> (bool, Value, usize) {
        let mut node = schema.as_object().expect("an object").clone();
        let mut log = log();
        let kept = apply(&mut node, &Pointer::root(), &mut log);
        (kept, Value::Object(node), log.list.len())
    }

    #[test]
    fn golden() {
        for (before, after, repairs) in [
            (
                json!({ "enum": ["a", null, "a"] }),
                json!({ "enum": ["a"], "nullable": true }),
                2,
            ),
            (json!({ "enum": [-1, 2] }), json!({ "enum": [-1, 2] }), 0),
            (json!({ "enum": [null] }), json!({ "nullable": true }), 2),
            (
                json!({ "enum": [true, false] }),
                json!({ "type": "boolean" }),
                1,
            ),
            (json!({ "enum": [1.5, 2] }), json!({ "type": "number" }), 1),
            (
                json!({ "type": "string", "enum": [1, "b"] }),
                json!({ "type": "string", "enum": ["1", "b"] }),
                1,
            ),
            (
                json!({ "type": "number", "enum": ["1", "2"] }),
                json!({ "type": "integer", "enum": [1, 2] }),
                1,
            ),
            (
                json!({ "type": "integer", "enum": ["a"] }),
                json!({ "type": "string", "enum": ["a"] }),
                0,
            ),
            (
                json!({ "type": "array", "enum": ["a"] }),
                json!({ "type": "array" }),
                1,
            ),
        ] {
            assert_eq!(run(before.clone()), (true, after, repairs), "{before}");
        }
        assert!(!run(json!({ "enum": ["a", 1] })).0);
        assert!(!run(json!({ "enum": ["a", {}] })).0);
    }
}
