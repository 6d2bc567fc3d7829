//! The order of values: numbers, versions, sizes and dates by their value, other text by letters.

use std::cmp::Ordering;

use chrono::DateTime;
use serde_json::Value;

/// Compares two values for sorting.
pub(crate) fn order(a: &Value, b: &Value) -> Ordering {
    known_order(a, b).unwrap_or_else(|| text(a).cmp(&text(b)))
}

/// Compares two values of the same kind; `None` if they are not.
pub(crate) fn known_order(a: &Value, b: &Value) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (bytes(a), bytes(b)) {
        return a.partial_cmp(&b);
    }
    if let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) {
        return a.partial_cmp(&b);
    }
    let (a, b) = (a.as_str()?, b.as_str()?);
    if let (Some(a), Some(b)) = (moment(a), moment(b)) {
        return Some(a.cmp(&b));
    }
    Some(version(a)?.cmp(&version(b)?))
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
}
