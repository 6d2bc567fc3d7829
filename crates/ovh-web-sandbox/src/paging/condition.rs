//! Filters of lists: `X-Pagination-Filter`, conditions `property:op=value` joined by `&`.

use std::cmp::Ordering;

use serde_json::Value;

use super::property::{check_property, property};
use crate::clock::Moment;
use crate::document::{Document, SchemaId};
use crate::glob;
use crate::response::Refusal;

const HEADER: &str = "x-pagination-filter";

/// One condition on the objects of a list.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Condition {
    property: String,
    operator: &'static str,
    /// One value, except for `in`.
    values: Vec<String>,
}

/// The operators; `nq` is the former name of `ne`.
const OPERATORS: [&str; 8] = ["eq", "ne", "nq", "lt", "gt", "like", "nlike", "in"];

/// Parses the conditions, all of which must hold.
pub(super) fn read(
    text: &str,
    document: &Document,
    objects: SchemaId,
) -> Result<Vec<Condition>, Refusal> {
    text.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let condition = Condition::read(part)?;
            check_property(document, objects, &condition.property, HEADER)?;
            Ok(condition)
        })
        .collect()
}

impl Condition {
    fn read(text: &str) -> Result<Self, Refusal> {
        let (left, raw) = text.split_once('=').ok_or_else(unreadable)?;
        let (property, operator) = left.rsplit_once(':').ok_or_else(unreadable)?;
        let known = OPERATORS.iter().find(|known| **known == operator);
        let operator = *known.ok_or_else(|| {
            let operators = OPERATORS.join(", ");
            Refusal::bad_value(HEADER, format!("expected one of the operators {operators}"))
        })?;
        // The commas of a list may be encoded or not.
        let values = if operator != "in" {
            vec![decoded(raw)?]
        } else if raw.contains(',') {
            raw.split(',').map(decoded).collect::<Result<_, _>>()?
        } else {
            decoded(raw)?.split(',').map(str::to_owned).collect()
        };
        Ok(Self {
            property: decoded(property)?,
            operator,
            values,
        })
    }

    /// Returns `true` if an object satisfies the condition.
    ///
    /// Guess: null equals no value.
    pub(super) fn holds(&self, object: &Value) -> bool {
        let got = property(object, &self.property);
        self.values.iter().any(|wanted| {
            let order = compare(got, wanted);
            match self.operator {
                "ne" | "nq" => order != Some(Ordering::Equal),
                "lt" => order == Some(Ordering::Less),
                "gt" => order == Some(Ordering::Greater),
                "like" => like(wanted, got),
                "nlike" => !like(wanted, got),
                // `eq` and `in`.
                _ => order == Some(Ordering::Equal),
            }
        })
    }
}

fn unreadable() -> Refusal {
    Refusal::bad_value(HEADER, "expected property:operator=value, joined by &")
}

fn decoded(text: &str) -> Result<String, Refusal> {
    percent_encoding::percent_decode_str(text)
        .decode_utf8()
        .map(Into::into)
        .map_err(|_| Refusal::bad_value(HEADER, "it does not decode to UTF-8"))
}

/// Compares numbers, times or texts.
fn compare(got: &Value, wanted: &str) -> Option<Ordering> {
    match got {
        Value::Number(number) => number.as_f64()?.partial_cmp(&wanted.parse().ok()?),
        Value::Bool(flag) => Some(flag.cmp(&wanted.parse().ok()?)),
        Value::String(text) => match (Moment::parse(text), Moment::parse(wanted)) {
            (Some(text), Some(wanted)) => Some(text.cmp(&wanted)),
            _ => Some(text.as_str().cmp(wanted)),
        },
        _ => None,
    }
}

/// Guess: as in SQL, `%` matches any text, and letters match by case.
fn like(pattern: &str, got: &Value) -> bool {
    let text = match got {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return false,
    };
    glob::matches(pattern, &text, b'%')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn filters_with_every_operator() {
        let object = json!({
            "id": 10, "name": "exampleapp.mysql.db", "on": true, "none": null,
            "at": "2026-01-31T12:00:00+00:00", "size": {"unit": "MB"},
        });
        for (text, holds) in [
            ("id:eq=10", true),
            ("id:eq=9", false),
            ("id:ne=9", true),
            ("id:nq=10", false),
            ("id:lt=9", false),
            ("id:gt=9", true),
            ("id:in=1,10", true),
            ("id:in=1%2C10", true),
            ("id:in=1,2", false),
            ("id:like=1%25", true),
            ("name:like=%25app%25", true),
            ("name:like=example%25.db", true),
            ("name:like=app", false),
            ("name:nlike=%25app%25", false),
            ("name:eq=exampleapp%2Emysql.db", true),
            ("name:lt=f", true),
            ("on:eq=true", true),
            ("on:eq=false", false),
            ("none:eq=null", false),
            ("none:ne=x", true),
            ("none:nlike=x", true),
            ("at:gt=2026-01-31T12:30:00%2B01:00", true),
            ("at:eq=2026-01-31T13:00:00%2B01:00", true),
            ("size.unit:eq=MB", true),
        ] {
            let condition = Condition::read(text).expect(text);
            assert_eq!(condition.holds(&object), holds, "{text}");
        }
    }

    #[test]
    fn refuses_invalid_conditions() {
        for text in ["id", "id=1", "id:eq", "id:is=1", "id:eq=%ff"] {
            assert!(Condition::read(text).is_err(), "{text} was read");
        }
    }

    #[test]
    fn percent_matches_anything() {
        for (pattern, text, fits) in [
            ("%", "", true),
            ("a%", "abc", true),
            ("%c", "abc", true),
            ("a%c", "abc", true),
            ("a%a", "a", false),
            ("%b%", "abc", true),
            ("%b%d%", "abc", false),
            ("abc", "abcd", false),
        ] {
            assert_eq!(glob::matches(pattern, text, b'%'), fits, "{pattern} {text}");
        }
    }
}
