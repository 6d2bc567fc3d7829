//! The times in the headers `Date` and `Retry-After`.

use std::time::Duration;

use chrono::DateTime;

/// Parses an HTTP date, such as `Sun, 06 Nov 1994 08:49:37 GMT`, into Unix seconds.
pub(crate) fn http_date(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc2822(text.trim())
        .ok()
        .map(|date| date.timestamp())
}

/// Parses `Retry-After` into a delay; a date is compared with the response's own `Date`.
///
/// A past date is a delay of zero. Invalid text, and a date in a response without `Date`, are
/// ignored.
pub(crate) fn delay(text: &str, date: Option<i64>) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number that overflows means "very long".
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let until = http_date(text)?;
    let seconds = u64::try_from(until.saturating_sub(date?)).unwrap_or(0);
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_both_forms_and_ignores_nonsense() {
        let now = 784_111_777;
        assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(now));
        for (text, seconds) in [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(delay(text, Some(now)), expected, "{text:?}");
        }
        assert_eq!(delay("Sun, 06 Nov 1994 08:50:07 GMT", None), None);
    }
}
