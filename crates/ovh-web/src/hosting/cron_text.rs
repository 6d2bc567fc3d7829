//! Text handling of crons: the key in the description, and equal spellings of commands and hours.

use ovh_runtime::Error;

use crate::types::{Cron, NewCron};

/// Returns an error if the key could not be read back from a description.
pub(crate) fn check_key(key: &str) -> Result<(), Error> {
    let fine = !key.is_empty()
        && key.trim() == key
        && !key
            .chars()
            .any(|c| c.is_control() || matches!(c, '[' | ']'));
    if fine {
        return Ok(());
    }
    Err(Error::invalid_argument(format!(
        "invalid cron key `{key}`: expected text without brackets, control characters and surrounding blanks; nothing was sent"
    ))
    .build())
}

/// Returns the ID that a key stands for: 42 of `#42`.
pub(crate) fn id_of(key: &str) -> Option<i64> {
    let digits = key.strip_prefix('#')?;
    let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// Returns the key at the start of a description.
pub(crate) fn key_of(description: &str) -> Option<&str> {
    let (key, _) = description
        .trim_start()
        .strip_prefix('[')?
        .split_once(']')?;
    check_key(key).is_ok().then_some(key)
}

/// Builds a description that starts with a key, which it may do already.
pub(crate) fn with_key(key: &str, description: Option<&str>) -> String {
    match description.map(str::trim) {
        None | Some("") => format!("[{key}]"),
        Some(text) if key_of(text) == Some(key) => text.to_owned(),
        Some(text) => format!("[{key}] {text}"),
    }
}

/// Documented: the API ignores the minute, so minutes are not compared.
pub(crate) fn same_hours(wanted: &str, is: &str) -> bool {
    let fields =
        |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
    let (wanted, is) = (fields(wanted), fields(is));
    match (wanted.len(), is.len()) {
        (5, 5) => wanted[1..] == is[1..],
        _ => wanted == is,
    }
}

/// From the panel: `www/x` is sent as `./www/x`, and both are accepted.
pub(crate) fn same_command(wanted: &str, is: &str) -> bool {
    let plain = |text: &str| text.trim().trim_start_matches("./").to_owned();
    plain(wanted) == plain(is)
}

/// Returns `true` if the cron can be the one that the body created.
pub(super) fn matches(new: &NewCron, cron: &Cron) -> bool {
    let is = |wanted: Option<&str>, is: Option<&str>| {
        wanted.is_none_or(|wanted| wanted.trim() == is.unwrap_or_default().trim())
    };
    same_command(&new.command, &cron.command)
        && same_hours(&new.frequency, &cron.frequency)
        && new.language == cron.language
        && is(new.description.as_deref(), cron.description.as_deref())
        && is(new.email.as_deref(), cron.email.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_hours_not_minutes() {
        assert!(same_hours("30 3 * * *", "0 3 * * *"));
        assert!(same_hours("? 3 * * *", "0 3 * * *"));
        assert!(same_hours("0  3 * * *", "0 3 * * *"));
        assert!(!same_hours("0 4 * * *", "0 3 * * *"));
        assert!(!same_hours("0 3 * *", "0 3 * * *"));
    }

    #[test]
    fn same_command_with_leading_dot() {
        assert!(same_command("./www/job.php", "www/job.php"));
        assert!(same_command("www/job.php", "./www/job.php"));
        assert!(!same_command("www/job.php", "job.php"));
        assert!(!same_command("../job.php", "job.php"));
    }

    #[test]
    fn refuses_unreadable_key() {
        for key in ["", " a", "a]", "[a", "a\n"] {
            assert!(check_key(key).is_err(), "{key:?}");
        }
        check_key("nightly reports").expect("a key");
    }

    #[test]
    fn number_after_hash_is_an_id() {
        assert_eq!(id_of("#42"), Some(42));
        for key in [
            "42",
            "#",
            "#nightly",
            "#4 2",
            "#-4",
            "#99999999999999999999",
        ] {
            assert_eq!(id_of(key), None, "{key}");
        }
    }

    #[test]
    fn key_round_trips() {
        for (key, text) in [("a", None), ("nightly reports", Some(" Sends [them]"))] {
            assert_eq!(key_of(&with_key(key, text)), Some(key));
        }
        for text in ["", "a", "[a", "[] b", "[ a] b", "x [a]", "[[a]]"] {
            assert_eq!(key_of(text), None, "{text}");
        }
    }
}
