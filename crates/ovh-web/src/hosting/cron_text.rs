//! The texts of a cron: the key in its description, and the forms of a command and of its hours.

use ovh_runtime::Error;

use crate::types::{Cron, NewCron};

/// Returns an error if a key could not be found again in a description.
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
        "`{key}` cannot be the key of a cron: it is kept in the description as `[key]`, so it has no brackets, no blank around it and no control characters, and is not empty; nothing was sent"
    ))
    .build())
}

/// The key in front of a description.
pub(crate) fn key_of(description: &str) -> Option<&str> {
    let (key, _) = description
        .trim_start()
        .strip_prefix('[')?
        .split_once(']')?;
    check_key(key).is_ok().then_some(key)
}

/// A description with a key in front.
pub(crate) fn with_key(key: &str, description: Option<&str>) -> String {
    match description.map(str::trim) {
        None | Some("") => format!("[{key}]"),
        Some(text) => format!("[{key}] {text}"),
    }
}

/// Documented: the API ignores the minute, so another minute is no difference.
pub(crate) fn same_hours(wanted: &str, is: &str) -> bool {
    let fields =
        |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
    let (wanted, is) = (fields(wanted), fields(is));
    match (wanted.len(), is.len()) {
        (5, 5) => wanted[1..] == is[1..],
        _ => wanted == is,
    }
}

/// From the panel: it sends `./www/x` for `www/x`, and reads either.
pub(crate) fn same_command(wanted: &str, is: &str) -> bool {
    let plain = |text: &str| text.trim().trim_start_matches("./").to_owned();
    plain(wanted) == plain(is)
}

/// Whether a cron can be the one that a body created.
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
    fn another_minute_is_no_difference_and_another_hour_is() {
        assert!(same_hours("30 3 * * *", "0 3 * * *"));
        assert!(same_hours("? 3 * * *", "0 3 * * *"));
        assert!(same_hours("0  3 * * *", "0 3 * * *"));
        assert!(!same_hours("0 4 * * *", "0 3 * * *"));
        assert!(!same_hours("0 3 * *", "0 3 * * *"));
    }

    #[test]
    fn a_command_is_the_same_with_a_dot_in_front() {
        assert!(same_command("./www/job.php", "www/job.php"));
        assert!(same_command("www/job.php", "./www/job.php"));
        assert!(!same_command("www/job.php", "job.php"));
        assert!(!same_command("../job.php", "job.php"));
    }

    #[test]
    fn refuses_a_key_that_could_not_be_found_again() {
        for key in ["", " a", "a]", "[a", "a\n"] {
            assert!(check_key(key).is_err(), "{key:?}");
        }
        check_key("nightly reports").expect("a key");
    }

    #[test]
    fn reads_back_the_key_that_was_written() {
        for (key, text) in [("a", None), ("nightly reports", Some(" Sends [them]"))] {
            assert_eq!(key_of(&with_key(key, text)), Some(key));
        }
        for text in ["", "a", "[a", "[] b", "[ a] b", "x [a]", "[[a]]"] {
            assert_eq!(key_of(text), None, "{text}");
        }
    }
}
