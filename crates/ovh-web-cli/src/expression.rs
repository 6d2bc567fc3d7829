//! `--where`: which hostings to select, by the fields of the account's list.
//!
//! ```text
//! expression = and { "or" and }
//! and        = not { "and" not }
//! not        = "not" not | "(" expression ")" | comparison
//! comparison = field ( "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" ) value
//! value      = word | "quoted text" | 'quoted text'
//! ```
//!
//! `~` is true if the text contains the value, whatever the case. Versions, sizes and dates compare
//! as such.

mod parse;

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::compare::{bytes, known_order};
use crate::failure::Outcome;
use crate::output::field;

/// A parsed expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expression {
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Compare {
        field: String,
        operator: Operator,
        value: String,
    },
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
}

impl Expression {
    /// Parses an expression.
    pub(crate) fn parse(text: &str) -> Outcome<Self> {
        parse::expression(text)
    }

    /// The names of all fields.
    pub(crate) fn fields(&self) -> BTreeSet<&str> {
        match self {
            Self::And(all) | Self::Or(all) => all.iter().flat_map(Self::fields).collect(),
            Self::Not(inner) => inner.fields(),
            Self::Compare { field, .. } => BTreeSet::from([field.as_str()]),
        }
    }

    /// Evaluates the expression. `None` if the result depends on a value that is absent, or that
    /// cannot be compared.
    pub(crate) fn matches(&self, object: &Value) -> Option<bool> {
        match self {
            Self::And(all) => decide(all, object, false),
            Self::Or(all) => decide(all, object, true),
            Self::Not(inner) => inner.matches(object).map(|matches| !matches),
            Self::Compare {
                field: name,
                operator,
                value,
            } => compare(field(object, name)?, *operator, value),
        }
    }
}

/// The result `decisive` if one of the parts has it, the other one if all have that.
fn decide(parts: &[Expression], object: &Value, decisive: bool) -> Option<bool> {
    let mut result = Some(!decisive);
    for part in parts {
        match part.matches(object) {
            Some(matches) if matches == decisive => return Some(decisive),
            Some(_) => {}
            None => result = None,
        }
    }
    result
}

fn compare(found: &Value, operator: Operator, wanted: &str) -> Option<bool> {
    // A list matches if one of its items does.
    if let Value::Array(items) = found {
        let is_negative = operator == Operator::NotEqual;
        let mut results = items
            .iter()
            .filter_map(|item| compare(item, operator, wanted));
        return Some(match is_negative {
            true => results.all(|result| result),
            false => results.any(|result| result),
        });
    }
    if operator == Operator::Contains {
        let text = found.as_str()?.to_lowercase();
        return Some(text.contains(&wanted.to_lowercase()));
    }
    let order = order(found, wanted);
    Some(match operator {
        Operator::Equal => order.map_or_else(|| is_same(found, wanted), |order| order.is_eq()),
        Operator::NotEqual => !compare(found, Operator::Equal, wanted)?,
        Operator::Less => order?.is_lt(),
        Operator::LessOrEqual => order?.is_le(),
        Operator::Greater => order?.is_gt(),
        Operator::GreaterOrEqual | Operator::Contains => order?.is_ge(),
    })
    .filter(|_| !found.is_null())
}

/// The order of a value and the text that it is compared with.
fn order(found: &Value, wanted: &str) -> Option<Ordering> {
    if bytes(found).is_some() {
        return known_order(found, &Value::from(wanted));
    }
    match found {
        Value::Number(_) => {
            let wanted: f64 = wanted.parse().ok()?;
            found.as_f64()?.partial_cmp(&wanted)
        }
        Value::String(_) => known_order(found, &Value::from(wanted)),
        _ => None,
    }
}

fn is_same(found: &Value, wanted: &str) -> bool {
    match found {
        Value::String(text) => text == wanted,
        Value::Bool(value) => value.to_string() == wanted,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn matches(text: &str) -> Option<bool> {
        let object = json!({
            "state": "active", "php": "8.1", "size": {"unit": "GB", "value": 2}, "n": 5,
            "at": "2026-11-29T08:00:00Z", "on": true, "name": "Shop \"A\"", "none": null,
            "ips": ["a", "b"],
        });
        Expression::parse(text).unwrap().matches(&object)
    }

    #[test]
    fn compares_by_the_kind_of_value() {
        for text in [
            "state = active and php < 8.10",
            "size >= 1.5GB and size < 2TB and n = 5 and n != 6",
            "at < 2026-12-01 and on = true",
            "not (state = closed or n > 5)",
            "name ~ 'shop \"a\"' and name = \"Shop \\\"A\\\"\"",
            "size.value = 2 and ips = b and ips != c",
            "state = active or missing = 1",
        ] {
            assert_eq!(matches(text), Some(true), "{text}");
        }
        assert_eq!(matches("php > 8.1"), Some(false));
    }

    #[test]
    fn absent_values_decide_nothing() {
        for text in [
            "missing = 1",
            "none = 1",
            "none != 1",
            "not missing = 1",
            "php < abc",
        ] {
            assert_eq!(matches(text), None, "{text}");
        }
        assert_eq!(matches("missing = 1 and n = 4"), Some(false));
    }

    #[test]
    fn lists_the_fields() {
        let expression = Expression::parse("a = 1 and (b.c < 2 or not d ~ x)").unwrap();
        assert_eq!(expression.fields(), BTreeSet::from(["a", "b.c", "d"]));
    }
}
