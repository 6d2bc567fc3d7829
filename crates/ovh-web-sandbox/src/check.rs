//! What bodies and queries may hold, and the check of it.
//!
//! The descriptions stand beside the handlers. A refusal names the place by its JSON path and says
//! what was expected; it never repeats a value that it did not ask for, since that may be a secret.

use serde_json::{Map, Value};

use crate::clock::Moment;
use crate::reply::Refusal;

/// What a value may be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Any text.
    Text,
    /// True or false.
    Flag,
    /// A whole number.
    Integer,
    /// A point in time with its offset.
    Moment,
    /// One of these words.
    Word(&'static [&'static str]),
    /// One of these numbers.
    Number(&'static [i64]),
    /// A list.
    List(&'static Kind),
    /// An object.
    Object(&'static [Field]),
    /// Anything; the handler looks at it itself.
    Any,
}

/// A property of a body, or a query parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    name: &'static str,
    kind: Kind,
    required: bool,
    nullable: bool,
    read_only: bool,
}

impl Field {
    /// A property that may be left out.
    pub(crate) const fn optional(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            required: false,
            nullable: false,
            read_only: false,
        }
    }

    /// A property without which the call makes no sense.
    pub(crate) const fn required(name: &'static str, kind: Kind) -> Self {
        let mut field = Self::optional(name, kind);
        field.required = true;
        field
    }

    /// A property that may be `null`.
    pub(crate) const fn nullable(name: &'static str, kind: Kind) -> Self {
        let mut field = Self::optional(name, kind);
        field.nullable = true;
        field
    }

    /// A property of the object that a write must not carry.
    pub(crate) const fn read_only(name: &'static str) -> Self {
        let mut field = Self::optional(name, Kind::Any);
        field.read_only = true;
        field
    }
}

/// The body that an operation takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// No body. An empty object or `null` is let pass, since some clients always send one.
    None,
    /// A body with these properties.
    Body(&'static [Field]),
    /// A body in which nothing is required, so that it may be missing altogether.
    OptionalBody(&'static [Field]),
}

/// Reads and checks a body. What comes back is an object, empty where there was none.
pub(crate) fn body(shape: Shape, bytes: &[u8]) -> Result<Map<String, Value>, Refusal> {
    let fields = match shape {
        Shape::None => &[],
        Shape::Body(fields) | Shape::OptionalBody(fields) => fields,
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return match shape {
            Shape::Body(_) => Err(Refusal::bad_request(
                "Invalid value for $: this call needs a body, a JSON object",
            )),
            _ => Ok(Map::new()),
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
    match (value, shape) {
        (Value::Null, Shape::None | Shape::OptionalBody(_)) => Ok(Map::new()),
        (Value::Object(map), _) => {
            object("$", fields, &map)?;
            Ok(map)
        }
        (other, _) => Err(expected("$", "an object", &other)),
    }
}

fn object(place: &str, fields: &[Field], map: &Map<String, Value>) -> Result<(), Refusal> {
    for (name, value) in map {
        let inner = format!("{place}.{name}");
        match fields.iter().find(|field| field.name == name) {
            None => {
                return Err(Refusal::bad_value(&inner, "there is no such property here"));
            }
            // Guess: whether the API refuses or ignores read-only properties in a write is
            // unknown; refusing shows the mistake.
            Some(field) if field.read_only => {
                return Err(Refusal::bad_value(&inner, "this property is read-only"));
            }
            Some(field) if value.is_null() && field.nullable => {}
            Some(field) => self::value(&inner, field.kind, value)?,
        }
    }
    match fields
        .iter()
        .find(|field| field.required && !map.contains_key(field.name))
    {
        Some(missing) => Err(Refusal::bad_value(
            &format!("{place}.{}", missing.name),
            "this property is required",
        )),
        None => Ok(()),
    }
}

fn value(place: &str, kind: Kind, value: &Value) -> Result<(), Refusal> {
    match (kind, value) {
        (Kind::Any, _) | (Kind::Text, Value::String(_)) | (Kind::Flag, Value::Bool(_)) => Ok(()),
        (Kind::Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => Ok(()),
        (Kind::Moment, Value::String(text)) if Moment::parse(text).is_some() => Ok(()),
        (Kind::Word(words), Value::String(text)) if words.contains(&text.as_str()) => Ok(()),
        (Kind::Number(numbers), Value::Number(number))
            if number.as_i64().is_some_and(|n| numbers.contains(&n)) =>
        {
            Ok(())
        }
        (Kind::List(kind), Value::Array(items)) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| self::value(&format!("{place}[{index}]"), *kind, item)),
        (Kind::Object(fields), Value::Object(map)) => object(place, fields, map),
        _ => Err(expected(place, &describe(kind), value)),
    }
}

fn describe(kind: Kind) -> String {
    match kind {
        Kind::Text => "a string".into(),
        Kind::Flag => "true or false".into(),
        Kind::Integer => "a whole number".into(),
        Kind::Moment => "a date and time such as 2026-01-31T12:00:00+01:00".into(),
        Kind::Word(words) => format!("one of {}", words.join(", ")),
        Kind::Number(numbers) => {
            let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
            format!("one of {}", numbers.join(", "))
        }
        Kind::List(_) => "a list".into(),
        Kind::Object(_) => "an object".into(),
        Kind::Any => "a value".into(),
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

/// Reads and checks a query string. What comes back has the types of the fields.
pub(crate) fn query(fields: &[Field], raw: Option<&str>) -> Result<Map<String, Value>, Refusal> {
    let mut map = Map::new();
    for pair in raw.unwrap_or_default().split('&').filter(|p| !p.is_empty()) {
        let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, text) = (decode(name)?, decode(text)?);
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            return Err(Refusal::bad_request(format!(
                "Invalid query: there is no parameter {name} here"
            )));
        };
        // OVHcloud's Python client writes `null` for a parameter that is not set.
        if text == "null" {
            continue;
        }
        let typed = match field.kind {
            Kind::Flag => match text.as_str() {
                "true" | "1" => Value::Bool(true),
                "false" | "0" => Value::Bool(false),
                _ => Value::String(text),
            },
            Kind::Integer | Kind::Number(_) => match text.parse::<i64>() {
                Ok(number) => number.into(),
                Err(_) => Value::String(text),
            },
            _ => Value::String(text),
        };
        value(&name, field.kind, &typed)?;
        map.insert(name, typed);
    }
    match fields
        .iter()
        .find(|field| field.required && !map.contains_key(field.name))
    {
        Some(missing) => Err(Refusal::bad_value(
            missing.name,
            "this parameter is required",
        )),
        None => Ok(map),
    }
}

/// Undoes form encoding: `+` is a space, `%41` a byte.
fn decode(text: &str) -> Result<String, Refusal> {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced)
        .decode_utf8()
        .map(Into::into)
        .map_err(|_| Refusal::bad_request("Invalid query: it does not decode to UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[Field] = &[
        Field::required("user", Kind::Text),
        Field::optional("quota", Kind::Number(&[25, 100])),
        Field::nullable("kind", Kind::Word(&["a", "b"])),
        Field::optional(
            "deps",
            Kind::List(&Kind::Object(&[Field::required("port", Kind::Integer)])),
        ),
        Field::read_only("id"),
    ];

    fn refusal(json: &str) -> String {
        match body(Shape::Body(FIELDS), json.as_bytes()) {
            Ok(map) => panic!("{map:?} passed"),
            Err(refusal) => refusal.message,
        }
    }

    #[test]
    fn what_is_described_passes() {
        let good = r#"{"user":"x","quota":25,"kind":null,"deps":[{"port":1}]}"#;
        assert!(body(Shape::Body(FIELDS), good.as_bytes()).is_ok());
        for empty in ["", "  ", "null", "{}"] {
            assert!(body(Shape::None, empty.as_bytes()).is_ok());
        }
    }

    #[test]
    fn what_is_wrong_is_named_by_its_path() {
        for (json, place) in [
            ("{}", "$.user: this property is required"),
            (r#"{"user":1}"#, "$.user: expected a string, got a number"),
            (r#"{"user":null}"#, "$.user: expected a string, got null"),
            (
                r#"{"user":"x","quota":26}"#,
                "$.quota: expected one of 25, 100",
            ),
            (r#"{"user":"x","kind":"c"}"#, "$.kind: expected one of a, b"),
            (
                r#"{"user":"x","deps":[{"port":1},{}]}"#,
                "$.deps[1].port: this",
            ),
            (r#"{"user":"x","id":1}"#, "$.id: this property is read-only"),
            (
                r#"{"user":"x","capacity":1}"#,
                "$.capacity: there is no such",
            ),
            ("[]", "$: expected an object, got a list"),
            (r#"{"user":"#, "Invalid JSON received (line 1, column 8)"),
            ("", "$: this call needs a body"),
        ] {
            let message = refusal(json);
            assert!(message.contains(place), "{json} gave {message}");
        }
    }

    #[test]
    fn a_query_is_typed() {
        let fields = &[
            Field::optional("active", Kind::Flag),
            Field::optional("from", Kind::Moment),
        ];
        let map = query(
            fields,
            Some("active=true&from=2026-01-01T00%3A00%3A00%2B01%3A00"),
        )
        .expect("a good query");
        assert_eq!(map["active"], Value::Bool(true));
        assert!(
            query(fields, Some("active=null"))
                .expect("null is absent")
                .is_empty()
        );
        for bad in ["active=maybe", "from=now", "other=1", "active=%ff"] {
            assert!(query(fields, Some(bad)).is_err(), "{bad} passed");
        }
    }
}
