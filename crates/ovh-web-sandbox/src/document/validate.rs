//! Validates path, query and body of a call.
//!
//! An error has the JSON path and the expected value. It never repeats the value, which may be a
//! secret.

use chrono::NaiveDate;
use ovh_runtime::Method;
use serde_json::{Map, Value};

use super::model::{Described, Document, Format, Schema, SchemaId};
use crate::clock::Moment;
use crate::http::{decode, pairs};
use crate::response::Refusal;

/// Validates the path parameters; `value` returns a parameter.
///
/// Guess: a value of the wrong type gets 400; the real API may respond with 404.
pub(crate) fn path<'a>(
    document: &Document,
    described: &Described,
    value: impl Fn(&str) -> &'a str,
) -> Result<(), Refusal> {
    described.path.iter().try_for_each(|parameter| {
        let name = &parameter.name;
        typed(document, parameter.schema, name, value(name)).map(|_| ())
    })
}

/// Parses and validates a query.
pub(crate) fn query(
    document: &Document,
    described: &Described,
    raw: Option<&str>,
) -> Result<Map<String, Value>, Refusal> {
    let mut map = Map::new();
    for (name, text) in pairs(raw.unwrap_or_default()) {
        let (Some(name), Some(text)) = (decode(name), decode(text)) else {
            let message = "Invalid query: it does not decode to UTF-8";
            return Err(Refusal::bad_request(message));
        };
        let Some(parameter) = described.query.iter().find(|it| it.name == name) else {
            let message = format!("Invalid query: there is no parameter {name} here");
            return Err(Refusal::bad_request(message));
        };
        // OVHcloud's Python client writes `null` for a parameter that is not set.
        if text == "null" {
            continue;
        }
        let value = typed(document, parameter.schema, &name, &text)?;
        if map.insert(name, value).is_some() {
            return Err(Refusal::bad_value(&parameter.name, "given more than once"));
        }
    }
    for parameter in &described.query {
        let is_given = !parameter.required || map.contains_key(&parameter.name);
        Refusal::unless(is_given, &parameter.name, "this parameter is required")?;
    }
    Ok(map)
}

/// Parses and validates a value of a path or query.
fn typed(document: &Document, schema: SchemaId, place: &str, text: &str) -> Result<Value, Refusal> {
    let number = |number: Option<Value>| number.unwrap_or_else(|| text.into());
    let value = match document.schema(schema) {
        Schema::Flag => match text {
            "true" | "1" => Value::Bool(true),
            "false" | "0" => Value::Bool(false),
            _ => text.into(),
        },
        Schema::Integer | Schema::Numbers(_) => number(text.parse::<i64>().ok().map(Value::from)),
        Schema::Number => number(text.parse::<f64>().ok().map(Value::from)),
        // An object is JSON, which its handler parses.
        Schema::Map(_) | Schema::Object(_) => {
            let invalid = |_| Refusal::bad_value(place, "not JSON");
            let value = serde_json::from_str(text).map_err(invalid)?;
            document.check(schema, place, &value, false)?;
            return Ok(text.into());
        }
        _ => text.into(),
    };
    document.check(schema, place, &value, false)?;
    Ok(value)
}

/// Parses and validates a body; no body is an empty object.
pub(crate) fn body(
    document: &Document,
    described: &Described,
    bytes: &[u8],
) -> Result<Map<String, Value>, Refusal> {
    let is_update = described.operation.method() == Method::PUT;
    // OVHcloud's own clients send no body if no property is required.
    let required = match &described.body {
        Some(body) if !is_update => body.required.as_slice(),
        _ => &[],
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        let first = format!("$.{}", required.first().map_or("", String::as_str));
        let problem = "this property is required, and the call has no body";
        return Refusal::unless(required.is_empty(), &first, problem).map(|()| Map::new());
    }
    // The parser's own message may have parts of the body.
    let value = serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let message = format!("Invalid JSON received (line {line}, column {column})");
        Refusal::bad_request(message)
    })?;
    let mut map = match value {
        Value::Object(map) => map,
        Value::Null if required.is_empty() => return Ok(Map::new()),
        other => return Err(expected("$", "an object", &other)),
    };
    let none = Schema::Object(Vec::new());
    let body = described.body.as_ref();
    let schema = body.map_or(&none, |body| document.schema(body.schema));
    // The API ignores read-only properties of an update, as in an object that is sent back whole,
    // and `null` for an optional property of any other call.
    map.retain(|name, value| match schema.property(name) {
        Some(property) if is_update => !property.read_only,
        Some(_) => !value.is_null() || required.contains(name),
        None => true,
    });
    // OVHcloud's panel sends the size of a database as text.
    if let Some(quota) = map.get_mut("quota").filter(|_| body.is_some()) {
        let number = quota.as_str().and_then(|text| text.parse::<i64>().ok());
        *quota = number.map_or_else(|| quota.take(), Value::from);
    }
    document.check_properties(schema, "$", &map, true)?;
    match required.iter().find(|name| !map.contains_key(*name)) {
        Some(name) => Err(missing("$", name)),
        None => Ok(map),
    }
}

impl Document {
    /// Checks a response of an operation.
    pub(crate) fn answers(&self, operation: &str, value: &Value) -> Result<(), Refusal> {
        let mut operations = self.operations.iter();
        let described = operations.find(|it| it.operation.id() == operation);
        match described.and_then(|described| described.answer) {
            Some(answer) => passes(self, answer, value),
            None => Err(Refusal::no_route()),
        }
    }

    /// Checks a value; `writes` refuses read-only properties.
    fn check(&self, id: SchemaId, place: &str, value: &Value, writes: bool) -> Result<(), Refusal> {
        let schema = self.schema(id);
        let is_valid = match (schema, value) {
            (Schema::Any, _)
            | (Schema::Flag, Value::Bool(_))
            | (Schema::Number, Value::Number(_)) => true,
            (Schema::Integer, Value::Number(number)) => number.is_i64(),
            (Schema::Text(format), Value::String(text)) => has_format(*format, text),
            (Schema::Words(words), Value::String(text)) => words.contains(text),
            (Schema::Numbers(numbers), Value::Number(number)) => number
                .as_i64()
                .is_some_and(|number| numbers.contains(&number)),
            (Schema::List(item), Value::Array(items)) => {
                let mut items = items.iter().enumerate();
                return items.try_for_each(|(index, value)| {
                    self.check(*item, &format!("{place}[{index}]"), value, writes)
                });
            }
            (Schema::Map(item), Value::Object(map)) => {
                return map.iter().try_for_each(|(key, value)| {
                    self.check(*item, &format!("{place}.{key}"), value, writes)
                });
            }
            (Schema::Object(properties), Value::Object(map)) => {
                self.check_properties(schema, place, map, writes)?;
                let mut required = properties.iter().filter(|property| property.required);
                let absent = required.find(|property| !map.contains_key(&property.name));
                return absent.map_or(Ok(()), |absent| Err(missing(place, &absent.name)));
            }
            _ => false,
        };
        let error = || expected(place, &schema.describe(), value);
        is_valid.then_some(()).ok_or_else(error)
    }

    fn check_properties(
        &self,
        schema: &Schema,
        place: &str,
        map: &Map<String, Value>,
        writes: bool,
    ) -> Result<(), Refusal> {
        for (name, value) in map {
            let inner = format!("{place}.{name}");
            let Some(property) = schema.property(name) else {
                return Err(Refusal::bad_value(&inner, "there is no such property here"));
            };
            // Guess: a creation refuses read-only properties.
            let is_allowed = !(property.read_only && writes);
            Refusal::unless(
                is_allowed,
                &inner,
                "this property is read-only; leave it out",
            )?;
            if !(property.nullable && value.is_null()) {
                self.check(property.schema, &inner, value, writes)?;
            }
        }
        Ok(())
    }
}

fn missing(place: &str, name: &str) -> Refusal {
    Refusal::bad_value(&format!("{place}.{name}"), "this property is required")
}

/// Checks a format, except those that the document has wrong for some properties, such as IPv4.
fn has_format(format: Format, text: &str) -> bool {
    match format {
        Format::DateTime => Moment::parse(text).is_some(),
        Format::Date => NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok(),
        Format::Uuid => {
            text.len() == 36
                && text.bytes().enumerate().all(|(at, byte)| match at {
                    8 | 13 | 18 | 23 => byte == b'-',
                    _ => byte.is_ascii_hexdigit(),
                })
        }
        _ => true,
    }
}

fn expected(place: &str, what: &str, got: &Value) -> Refusal {
    let got = match got {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    Refusal::bad_value(place, format!("expected {what}, got {got}"))
}

/// Checks a value of a response.
pub(crate) fn passes(document: &Document, id: SchemaId, value: &Value) -> Result<(), Refusal> {
    document.check(id, "$", value, false)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::model::Property;
    use super::*;

    /// `{"port": integer, "tags": {text: flag}}`, the port required.
    fn small() -> Document {
        let property = |name: &str, schema, required| Property {
            name: name.into(),
            schema: SchemaId(schema),
            nullable: false,
            read_only: false,
            required,
        };
        let schemas = vec![
            Schema::Object(vec![property("port", 1, true), property("tags", 2, false)]),
            Schema::Integer,
            Schema::Map(SchemaId(3)),
            Schema::Flag,
        ];
        Document {
            schemas,
            operations: Vec::new(),
        }
    }

    #[test]
    fn checks_nested_values() {
        let document = small();
        let check = |value: Value| passes(&document, SchemaId(0), &value);
        assert_eq!(check(json!({"port": 1, "tags": {"a": true}})), Ok(()));
        for (value, words) in [
            (json!({}), "$.port: this property is required"),
            (
                json!({"port": 1, "tags": {"a": 1}}),
                "$.tags.a: expected true",
            ),
            (json!({"port": 1, "tags": []}), "$.tags: expected an object"),
        ] {
            let refusal = check(value).expect_err(words);
            assert!(refusal.message.contains(words), "{}", refusal.message);
        }
    }

    #[test]
    fn checks_formats() {
        for (format, good, bad) in [
            (Format::Date, "2026-02-28", "2026-02-30"),
            (Format::DateTime, "2026-01-31T12:00:00+01:00", "2026-01-31"),
            (
                Format::Uuid,
                "7f3c1b2a-0d4e-4f5a-8b6c-9d0e1f2a3b4c",
                "7f3c1b2a0d4e4f5a8b6c9d0e1f2a3b4c----",
            ),
            (Format::Uuid, "7F3C1B2A-0d4e-4f5a-8b6c-9d0e1f2a3b4c", ""),
        ] {
            assert!(has_format(format, good), "{good}");
            assert!(!has_format(format, bad), "{bad}");
        }
        // The document says IPv4 where it can be either.
        assert!(has_format(Format::Ip, "2001:db8::1"));
    }
}
