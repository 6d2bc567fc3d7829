//! Checks path, query and body of a call against the document.
//!
//! A refusal names the place by its JSON path and says what was expected; it never repeats a
//! value, since that may be a secret.

use chrono::NaiveDate;
use ovh_runtime::Method;
use serde_json::{Map, Value};

use super::{Body, Described, Document, Format, Schema, SchemaId};
use crate::clock::Moment;
use crate::reply::Refusal;

/// Checks the values that stand in the path; `value` gives that of a parameter.
///
/// Guess: a value of the wrong type is a 400; the real API may as well say that there is no such
/// object.
pub(crate) fn path<'a>(
    document: &Document,
    described: &Described,
    value: impl Fn(&str) -> &'a str,
) -> Result<(), Refusal> {
    described.path.iter().try_for_each(|parameter| {
        let text = value(&parameter.name);
        if matches!(
            document.schema(parameter.schema),
            Schema::Text(Format::Plain)
        ) {
            return Ok(());
        }
        typed(document, parameter.schema, &parameter.name, text).map(|_| ())
    })
}

/// Reads and checks a query. What comes back has the types of the document.
pub(crate) fn query(
    document: &Document,
    described: &Described,
    raw: Option<&str>,
) -> Result<Map<String, Value>, Refusal> {
    let mut map = Map::new();
    for pair in raw.unwrap_or_default().split('&').filter(|p| !p.is_empty()) {
        let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, text) = (decoded(name)?, decoded(text)?);
        let Some(parameter) = described.query.iter().find(|p| p.name == name) else {
            return Err(Refusal::bad_request(format!(
                "Invalid query: there is no parameter {name} here"
            )));
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
    let missing = described
        .query
        .iter()
        .find(|parameter| parameter.required && !map.contains_key(&parameter.name));
    match missing {
        Some(parameter) => Err(Refusal::bad_value(
            &parameter.name,
            "this parameter is required",
        )),
        None => Ok(map),
    }
}

/// The value that a text in a path or query stands for.
fn typed(document: &Document, schema: SchemaId, place: &str, text: &str) -> Result<Value, Refusal> {
    let value = match document.schema(schema) {
        Schema::Flag => match text {
            "true" | "1" => Value::Bool(true),
            "false" | "0" => Value::Bool(false),
            _ => Value::from(text),
        },
        Schema::Integer | Schema::Numbers(_) => text
            .parse::<i64>()
            .map_or_else(|_| text.into(), Value::from),
        Schema::Number => text
            .parse::<f64>()
            .map_or_else(|_| text.into(), Value::from),
        // An object travels as one JSON value, and its handler reads it from the text.
        Schema::Map(_) | Schema::Object(_) => {
            let value: Value =
                serde_json::from_str(text).map_err(|_| Refusal::bad_value(place, "not JSON"))?;
            let checker = Checker {
                document,
                writes: false,
            };
            checker.value(place, schema, &value)?;
            return Ok(Value::from(text));
        }
        _ => Value::from(text),
    };
    Checker {
        document,
        writes: false,
    }
    .value(place, schema, &value)?;
    Ok(value)
}

/// The body without what the API ignores: read-only properties of an update, as in an object that
/// is sent back whole, and `null` for an optional property of any other call.
fn without_ignored(
    document: &Document,
    described: &Described,
    required: &[String],
    mut map: Map<String, Value>,
) -> Map<String, Value> {
    let Some(body) = &described.body else {
        return map;
    };
    let schema = document.schema(body.schema);
    let updates = described.operation.method() == Method::Put;
    map.retain(|name, value| match schema.property(name) {
        Some(property) if updates => !property.read_only,
        Some(_) => !value.is_null() || required.contains(name),
        None => true,
    });
    // OVHcloud's panel writes the size of a database as text.
    if let Some(quota) = map.get_mut("quota") {
        let number = quota.as_str().and_then(|text| text.parse::<i64>().ok());
        *quota = number.map_or_else(|| quota.take(), Value::from);
    }
    map
}

/// Reads and checks a body. What comes back is an object, empty where there was none.
pub(crate) fn body(
    document: &Document,
    described: &Described,
    bytes: &[u8],
) -> Result<Map<String, Value>, Refusal> {
    let updates = described.operation.method() == Method::Put;
    // A body in which nothing is required may be missing, whatever the document says: OVHcloud's
    // own clients send none.
    let required = match &described.body {
        Some(body) if !updates => body.required.as_slice(),
        _ => &[],
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return match required {
            [] => Ok(Map::new()),
            [first, ..] => Err(Refusal::bad_value(
                &format!("$.{first}"),
                "this property is required, and the call has no body",
            )),
        };
    }
    // The position is worth having; the parser's words never contain what was in the body.
    let value: Value = serde_json::from_slice(bytes).map_err(|error| {
        Refusal::bad_request(format!(
            "Invalid JSON received (line {}, column {})",
            error.line(),
            error.column()
        ))
    })?;
    let map = match value {
        Value::Object(map) => without_ignored(document, described, required, map),
        Value::Null if required.is_empty() => return Ok(Map::new()),
        other => return Err(expected("$", "an object", &other)),
    };
    let checker = Checker {
        document,
        writes: true,
    };
    match &described.body {
        Some(body) => checker.top(body, required, &map)?,
        // An empty object is let pass, since some clients always send one.
        None => checker.properties("$", &Schema::Object(Vec::new()), &map)?,
    }
    Ok(map)
}

struct Checker<'a> {
    document: &'a Document,
    /// Whether read-only properties are refused.
    writes: bool,
}

impl Checker<'_> {
    /// The body itself, of which an update may be a part and a creation may not.
    fn top(
        &self,
        body: &Body,
        required: &[String],
        map: &Map<String, Value>,
    ) -> Result<(), Refusal> {
        self.properties("$", self.document.schema(body.schema), map)?;
        match required.iter().find(|name| !map.contains_key(*name)) {
            Some(name) => Err(missing("$", name)),
            None => Ok(()),
        }
    }

    fn value(&self, place: &str, id: SchemaId, value: &Value) -> Result<(), Refusal> {
        let schema = self.document.schema(id);
        match (schema, value) {
            (Schema::Any, _) | (Schema::Flag, Value::Bool(_)) => Ok(()),
            (Schema::Number, Value::Number(_)) => Ok(()),
            (Schema::Integer, Value::Number(number)) if is_whole(number) => Ok(()),
            (Schema::Text(format), Value::String(text)) if has_format(*format, text) => Ok(()),
            (Schema::Words(words), Value::String(text)) if words.contains(text) => Ok(()),
            (Schema::Numbers(numbers), Value::Number(number))
                if number
                    .as_i64()
                    .is_some_and(|number| numbers.contains(&number)) =>
            {
                Ok(())
            }
            (Schema::List(item), Value::Array(items)) => {
                items.iter().enumerate().try_for_each(|(index, value)| {
                    self.value(&format!("{place}[{index}]"), *item, value)
                })
            }
            (Schema::Map(item), Value::Object(map)) => map
                .iter()
                .try_for_each(|(key, value)| self.value(&format!("{place}.{key}"), *item, value)),
            (Schema::Object(properties), Value::Object(map)) => {
                self.properties(place, schema, map)?;
                let absent = properties
                    .iter()
                    .find(|property| property.required && !map.contains_key(&property.name));
                match absent {
                    Some(property) => Err(missing(place, &property.name)),
                    None => Ok(()),
                }
            }
            _ => Err(expected(place, &schema.describe(), value)),
        }
    }

    fn properties(
        &self,
        place: &str,
        schema: &Schema,
        map: &Map<String, Value>,
    ) -> Result<(), Refusal> {
        for (name, value) in map {
            let inner = format!("{place}.{name}");
            match schema.property(name) {
                None => {
                    return Err(Refusal::bad_value(&inner, "there is no such property here"));
                }
                // Guess: that a creation refuses what is read-only.
                Some(property) if property.read_only && self.writes => {
                    return Err(Refusal::bad_value(
                        &inner,
                        "this property is read-only: send only what shall change",
                    ));
                }
                Some(property) if property.nullable && value.is_null() => {}
                Some(property) => self.value(&inner, property.schema, value)?,
            }
        }
        Ok(())
    }
}

fn missing(place: &str, name: &str) -> Refusal {
    Refusal::bad_value(&format!("{place}.{name}"), "this property is required")
}

/// The documents' integers are what fits into 64 bits with a sign.
fn is_whole(number: &serde_json::Number) -> bool {
    number.is_i64()
}

/// Addresses and the like are not looked at: the document is wrong about some of them.
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

/// Undoes form encoding: `+` is a space, `%41` a byte.
fn decoded(text: &str) -> Result<String, Refusal> {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced)
        .decode_utf8()
        .map(Into::into)
        .map_err(|_| Refusal::bad_request("Invalid query: it does not decode to UTF-8"))
}

/// Whether a value is as the schema says.
pub(crate) fn passes(document: &Document, id: SchemaId, value: &Value) -> Result<(), Refusal> {
    Checker {
        document,
        writes: false,
    }
    .value("$", id, value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::schema::Property;
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
    fn what_lies_further_in_is_checked_as_well() {
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
    fn formats_are_looked_at() {
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
