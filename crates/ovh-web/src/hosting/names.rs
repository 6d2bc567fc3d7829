//! Checks of user names: errors for what the API refuses, warnings for what guides forbid.

use ovh_runtime::Error;

use crate::hosting::handle::Hosting;

/// Returns the rule of OVHcloud's guides that a name breaks, given the login if known.
type BrokenRule = fn(name: &str, login: Option<&str>) -> Option<&'static str>;

/// The login of an FTP and SSH user, in errors.
pub(crate) const LOGIN: &str = "user login";

/// The user of a database, in errors.
pub(crate) const DATABASE_USER: &str = "database user";

/// Checks the login of an FTP and SSH user.
pub(super) fn check_login(hosting: &Hosting, name: &str) -> Result<(), Error> {
    check(hosting, LOGIN, name, broken_by_login)
}

/// Checks the user of a database.
pub(super) fn check_database_user(hosting: &Hosting, name: &str) -> Result<(), Error> {
    check(hosting, DATABASE_USER, name, broken_by_database_user)
}

/// Returns an error for a name that the API refuses.
///
/// Documented: user names are in lower case and start with the hosting's login.
pub(crate) fn refuse(hosting: &Hosting, what: &str, name: &str) -> Result<(), Error> {
    let Some(rule) = refusal(name, hosting.login()) else {
        return Ok(());
    };
    let message = format!("invalid {what} `{name}`: {rule}; nothing was sent");
    Err(Error::invalid_argument(message).build())
}

fn check(hosting: &Hosting, what: &str, name: &str, broken: BrokenRule) -> Result<(), Error> {
    refuse(hosting, what, name)?;
    if let Some(rule) = broken(name, hosting.login()) {
        let hosting = hosting.service_name();
        tracing::warn!(hosting, name, "OVHcloud may refuse this name: {rule}");
    }
    Ok(())
}

/// Returns the rule that a new name breaks, so that the API refuses it.
pub(crate) fn refusal(name: &str, login: Option<&str>) -> Option<String> {
    if name.chars().any(char::is_uppercase) {
        return Some("expected lower case".to_owned());
    }
    let login = login.filter(|login| !name.starts_with(login))?;
    Some(format!(
        "expected the hosting's login `{login}` at the start"
    ))
}

fn broken_by_login(name: &str, login: Option<&str>) -> Option<&'static str> {
    let suffix = match login {
        Some(login) => name.strip_prefix(login)?.strip_prefix('-'),
        None => name.split_once('-').map(|(_, suffix)| suffix),
    };
    if suffix.is_none_or(str::is_empty) {
        return Some("expected `-` and a suffix after the hosting's login");
    }
    (name.len() > 20).then_some("it is longer than 20 characters")
}

fn broken_by_database_user(name: &str, login: Option<&str>) -> Option<&'static str> {
    let suffix = login.and_then(|login| name.strip_prefix(login));
    if suffix.is_some_and(|suffix| !(1..=6).contains(&suffix.len())) {
        return Some("expected 1 to 6 characters after the hosting's login");
    }
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !name.chars().all(is_plain) {
        return Some("expected only `a-z` and `0-9`");
    }
    (name.len() > 16).then_some("it is longer than 16 characters")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expects a broken rule with this word in it, or none.
    #[track_caller]
    fn expect(broken: Option<&str>, word: Option<&str>, name: &str) {
        assert_eq!(broken.is_some(), word.is_some(), "{name}");
        let has_word = broken
            .zip(word)
            .is_none_or(|(rule, word)| rule.contains(word));
        assert!(has_word, "{name}: {broken:?}");
    }

    #[test]
    fn login_needs_suffix_and_at_most_20_chars() {
        let own = Some("example");
        for (name, login, word) in [
            ("example-shop", own, None),
            ("example-123456789012", own, None),
            ("example-1234567890123", own, Some("longer than 20")),
            ("example", own, Some("suffix")),
            ("exampleshop", own, Some("suffix")),
            ("example-", own, Some("suffix")),
            ("anything-shop", None, None),
            ("anything", None, Some("suffix")),
        ] {
            expect(broken_by_login(name, login), word, name);
        }
    }

    #[test]
    fn database_user_needs_short_plain_suffix() {
        let own = Some("example");
        for (name, login, word) in [
            ("exampleshop", own, None),
            ("example123456", own, None),
            ("example", own, Some("1 to 6")),
            ("example1234567", own, Some("1 to 6")),
            ("example-shop", own, Some("a-z")),
            ("anythingof16char", None, None),
            ("anythingof17chars", None, Some("longer than 16")),
        ] {
            expect(broken_by_database_user(name, login), word, name);
        }
    }
}
