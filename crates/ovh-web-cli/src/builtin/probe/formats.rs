//! Formats of texts: dates, addresses and ids, by their class and not by their value.

use chrono::DateTime;

/// The class of a text whose document names this format. `None` if the format is not checked.
pub(super) fn class(format: &str, text: &str) -> Option<Class> {
    let (name, is_expected) = match format {
        "date" => {
            let class = date_class(text);
            (class, class == "YYYY-MM-DD")
        }
        "date-time" => {
            let class = date_class(text);
            (class, DateTime::parse_from_rfc3339(text).is_ok())
        }
        "uuid" => fits(is_uuid(text), "UUID"),
        "ipv4" => fits(text.parse::<std::net::Ipv4Addr>().is_ok(), "IPv4 address"),
        "ipv6" => fits(text.parse::<std::net::Ipv6Addr>().is_ok(), "IPv6 address"),
        _ => return None,
    };
    Some(Class { name, is_expected })
}

/// The class of a text, and if its format expects it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) name: &'static str,
    pub(super) is_expected: bool,
}

const fn fits(fits: bool, name: &'static str) -> (&'static str, bool) {
    match fits {
        true => (name, true),
        false => ("another text", false),
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12]
        && text
            .chars()
            .all(|letter| letter == '-' || letter.is_ascii_hexdigit())
}

/// The pattern of a date, from a short list.
fn date_class(text: &str) -> &'static str {
    let pattern: String = text
        .chars()
        .map(|letter| if letter.is_ascii_digit() { '9' } else { letter })
        .collect();
    let (moment, zone) = match pattern.find(['Z', '+']) {
        Some(at) => pattern.split_at(at),
        // The third dash begins an offset.
        None => match pattern.match_indices('-').nth(2) {
            Some((at, _)) => pattern.split_at(at),
            None => (pattern.as_str(), ""),
        },
    };
    let zone = zone.replace('-', "+");
    let has_fraction = moment.contains('.');
    let whole = moment.split('.').next().unwrap_or_default();
    match (whole, has_fraction, zone.as_str()) {
        ("", ..) => "empty text",
        ("9999-99-99", false, "") => "YYYY-MM-DD",
        ("9999-99-99T99:99:99", false, "Z") => "YYYY-MM-DDThh:mm:ssZ",
        ("9999-99-99T99:99:99", false, "+99:99") => "YYYY-MM-DDThh:mm:ss+hh:mm",
        ("9999-99-99T99:99:99", false, "") => "YYYY-MM-DDThh:mm:ss",
        ("9999-99-99T99:99:99", true, "Z") => "YYYY-MM-DDThh:mm:ss.fractionZ",
        ("9999-99-99T99:99:99", true, "+99:99") => "YYYY-MM-DDThh:mm:ss.fraction+hh:mm",
        ("9999-99-99T99:99:99", true, "") => "YYYY-MM-DDThh:mm:ss.fraction",
        ("9999-99-99 99:99:99", false, "") => "YYYY-MM-DD hh:mm:ss",
        ("99/99/9999", false, "") => "DD/MM/YYYY or MM/DD/YYYY",
        (digits, false, "") if digits.chars().all(|letter| letter == '9') => "whole number",
        _ => "another pattern",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_classes_of_patterns() {
        let moments = [
            (
                "2026-11-29T08:00:00+01:00",
                "YYYY-MM-DDThh:mm:ss+hh:mm",
                true,
            ),
            (
                "2026-11-29T08:00:00-05:00",
                "YYYY-MM-DDThh:mm:ss+hh:mm",
                true,
            ),
            ("2026-11-29T08:00:00Z", "YYYY-MM-DDThh:mm:ssZ", true),
            (
                "2026-11-29T08:00:00.123Z",
                "YYYY-MM-DDThh:mm:ss.fractionZ",
                true,
            ),
            ("2026-11-29T08:00:00", "YYYY-MM-DDThh:mm:ss", false),
            ("2026-11-29 08:00:00", "YYYY-MM-DD hh:mm:ss", false),
            ("2026-11-29", "YYYY-MM-DD", false),
            ("29/11/2026", "DD/MM/YYYY or MM/DD/YYYY", false),
            ("1796000000", "whole number", false),
            ("", "empty text", false),
            ("canary", "another pattern", false),
            ("2026-99-99T08:00:00Z", "YYYY-MM-DDThh:mm:ssZ", false),
        ];
        for (text, name, is_expected) in moments {
            assert_eq!(
                class("date-time", text),
                Some(Class { name, is_expected }),
                "{text}"
            );
        }
        assert!(class("date", "2026-11-29").unwrap().is_expected);
        assert!(!class("date", "2026-11-29T08:00:00Z").unwrap().is_expected);
    }

    #[test]
    fn other_formats_fit_or_not() {
        let uuid = "01234567-89ab-cdef-0123-456789abcdef";
        assert!(class("uuid", uuid).unwrap().is_expected);
        assert_eq!(class("uuid", "canary").unwrap().name, "another text");
        assert!(class("ipv4", "192.0.2.1").unwrap().is_expected);
        assert!(!class("ipv6", "192.0.2.1").unwrap().is_expected);
        assert_eq!(class("password", "canary"), None);
    }
}
