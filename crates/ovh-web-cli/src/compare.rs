//! The order of values: numbers, versions, sizes and dates by their value, other text by letters.

use std::cmp::Ordering;

use chrono::DateTime;
use serde_json::Value;

/// Compares two values for sorting: values of different kinds by their kind, so that the order of
/// all is consistent.
pub(crate) fn order(a: &Value, b: &Value) -> Ordering {
    match (Kind::of(a), Kind::of(b)) {
        (Kind::Text(a), Kind::Text(b)) => a.cmp(&b),
        (a, b) => a.order(&b).unwrap_or_else(|| a.rank().cmp(&b.rank())),
    }
}

/// Compares two values of the same kind; `None` if they are not.
pub(crate) fn known_order(a: &Value, b: &Value) -> Option<Ordering> {
    Kind::of(a).order(&Kind::of(b))
}

/// A value by its kind.
enum Kind {
    Size(f64),
    Number(f64),
    Moment(DateTime<chrono::Utc>),
    Version(Vec<u64>),
    Text(String),
}

impl Kind {
    fn of(value: &Value) -> Self {
        if let Some(size) = bytes(value) {
            return Self::Size(size);
        }
        if let Some(number) = value.as_f64() {
            return Self::Number(number);
        }
        let text = text(value);
        match (moment(&text), version(&text)) {
            (Some(moment), _) => Self::Moment(moment),
            (None, Some(version)) => Self::Version(version),
            (None, None) => Self::Text(text),
        }
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Size(a), Self::Size(b)) | (Self::Number(a), Self::Number(b)) => {
                Some(a.total_cmp(b))
            }
            (Self::Moment(a), Self::Moment(b)) => Some(a.cmp(b)),
            (Self::Version(a), Self::Version(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Size(_) => 0,
            Self::Number(_) => 1,
            Self::Moment(_) => 2,
            Self::Version(_) => 3,
            Self::Text(_) => 4,
        }
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// A size in bytes: `{"unit": "GB", "value": 2}`, or `2GB`, `2 GiB`.
pub(crate) fn bytes(value: &Value) -> Option<f64> {
    let (number, unit) = match value {
        Value::Object(object) => (
            object.get("value")?.as_f64()?,
            object.get("unit")?.as_str()?,
        ),
        Value::String(text) => {
            let end = text.find(|letter: char| letter.is_ascii_alphabetic())?;
            (text[..end].trim().parse().ok()?, &text[end..])
        }
        _ => return None,
    };
    let factor: f64 = match unit.to_ascii_uppercase().as_str() {
        "B" => 1.0,
        "KB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        "TB" => 1e12,
        "KIB" => 1024.0,
        "MIB" => 1_048_576.0,
        "GIB" => 1_073_741_824.0,
        "TIB" => 1_099_511_627_776.0,
        _ => return None,
    };
    Some(number * factor)
}

/// A date or a time, in UTC.
fn moment(text: &str) -> Option<DateTime<chrono::Utc>> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    let date: chrono::NaiveDate = text.parse().ok()?;
    Some(date.and_hms_opt(0, 0, 0)?.and_utc())
}

/// The numbers of a version: `8.10`, `10.11-lts` compare by their leading numbers.
fn version(text: &str) -> Option<Vec<u64>> {
    let numbers = text.split('-').next()?;
    numbers.split('.').map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn compares_by_value() {
        let less = [
            (json!("8.4"), json!("8.10")),
            (json!(9), json!(10)),
            (json!({"unit": "MB", "value": 900}), json!("1GB")),
            (json!("2026-11-29"), json!("2026-11-29T00:00:01Z")),
            (json!("2026-11-29T00:30:00+01:00"), json!("2026-11-29")),
            (json!("apple"), json!("pear")),
        ];
        for (a, b) in less {
            assert_eq!(order(&a, &b), Ordering::Less, "{a} {b}");
            assert_eq!(order(&b, &a), Ordering::Greater, "{a} {b}");
        }
        assert_eq!(known_order(&json!("8.1"), &json!("abc")), None);
    }

    #[test]
    fn order_of_mixed_values_is_consistent() {
        // By letters alone, "8.10" < "8.5x" < "8.9", and by value "8.9" < "8.10".
        let texts = [
            "8.10", "8.5x", "8.9", "10", "1a", "9", "2GB", "30MB", "3-lts",
        ];
        let mut values: Vec<Value> = texts.iter().copied().map(Value::from).collect();
        values.extend([json!(9), json!(10.5), json!(true), json!({"a": 1})]);
        values.extend(["2026", "2026-01-01", "shop"].map(Value::from));
        for (a, b) in values
            .iter()
            .flat_map(|a| values.iter().map(move |b| (a, b)))
        {
            assert_eq!(order(a, b), order(b, a).reverse(), "{a} {b}");
            for c in &values {
                let is_cycle = order(a, b).is_le() && order(b, c).is_le() && order(a, c).is_gt();
                assert!(!is_cycle, "{a} {b} {c}");
            }
        }
    }
}
