//! Text comparison that understands version numbers.
//!
//! Versions in the API's documents are strings, and in plain string order `8.4` comes after `10.6`.

use std::cmp::Ordering;

/// Compares two texts; whole numbers in them compare by value.
///
/// Only equal texts compare as equal: `07` and `7` are ordered as plain strings.
#[doc(hidden)]
#[must_use]
pub fn compare(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one.as_bytes(), other.as_bytes());
    while let (Some(a), Some(b)) = (left.first(), right.first()) {
        let found = if a.is_ascii_digit() && b.is_ascii_digit() {
            let (a, b) = (number(&mut left), number(&mut right));
            a.len().cmp(&b.len()).then(a.cmp(b))
        } else {
            (left, right) = (&left[1..], &right[1..]);
            a.cmp(b)
        };
        if found.is_ne() {
            return found;
        }
    }
    left.len().cmp(&right.len()).then(one.cmp(other))
}

/// Splits off the leading digits, and returns them without leading zeros.
fn number<'t>(text: &mut &'t [u8]) -> &'t [u8] {
    let end = text.iter().position(|byte| !byte.is_ascii_digit());
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    *text = rest;
    let start = digits.iter().position(|digit| *digit != b'0');
    &digits[start.unwrap_or(digits.len())..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_texts_compare_by_value() {
        let sorted = [
            "",
            "007",
            "7",
            "8.4",
            "8.4.1",
            "8.10",
            "10",
            "10.1",
            "10.1a",
            "10.6",
            "10.11",
            "99999999999999999999",
            "100000000000000000000",
            "daily.2",
            "daily.10",
            "node8",
            "node10",
            "php",
            "php7.4",
            "php8.0",
            "é",
        ];
        for (at, one) in sorted.iter().enumerate() {
            for (to, other) in sorted.iter().enumerate() {
                assert_eq!(compare(one, other), at.cmp(&to), "{one:?} and {other:?}");
            }
        }
    }
}
