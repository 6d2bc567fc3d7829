//! Checks of names: domains, record names, folders, logins, keys.
//!
//! Each function returns the normal form, or `None` after a mistake.

use url::Host;

use super::node::Text;
use super::node::decode::Mistakes;
use crate::hosting::cron_text::check_key;

/// Returns a domain name in lower-case punycode.
pub(super) fn domain(text: &Text, to: &mut Mistakes) -> Option<String> {
    let name = ascii(&text.value).filter(|name| labels_are(name, is_host_label));
    name_or_mistake(name, "a domain name such as `www.example.com`", text, to)
}

/// The hint for `[site.example.com]`, which TOML reads as the table `com` of `example`.
pub(super) const QUOTES: &str = "a name with dots has to be in quotes";

/// Returns the domain name of a site.
pub(super) fn site(key: &Text, to: &mut Mistakes) -> Option<String> {
    if key.value.contains('.') {
        return domain(key, to);
    }
    let message = format!("expected a domain name, found `{key}`: {QUOTES}");
    to.add(&key.place, message);
    None
}

/// Returns the full name of a record in lower-case punycode: with underscores and a wildcard.
pub(super) fn record(text: &Text, to: &mut Mistakes) -> Option<String> {
    let name = ascii(&text.value).filter(|name| {
        let below = name.strip_prefix("*.").unwrap_or(name);
        labels_are(below, |label| is_host_label(&label.replace('_', "a")))
    });
    name_or_mistake(
        name,
        "a full domain name such as `www.example.com`",
        text,
        to,
    )
}

fn name_or_mistake(
    name: Option<String>,
    expected: &str,
    text: &Text,
    to: &mut Mistakes,
) -> Option<String> {
    if name.is_none() {
        to.add(&text.place, format!("expected {expected}, found `{text}`"));
    }
    name
}

fn ascii(text: &str) -> Option<String> {
    // A percent sign starts an escape there, and conversion of long texts takes time.
    if text.len() > 1000 || text.contains('%') {
        return None;
    }
    match Host::parse(text.strip_suffix('.').unwrap_or(text)) {
        Ok(Host::Domain(name)) => Some(name),
        _ => None,
    }
}

fn labels_are(name: &str, is_label: impl Fn(&str) -> bool) -> bool {
    name.len() <= 253 && name.contains('.') && name.split('.').all(is_label)
}

fn is_host_label(label: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=63).contains(&label.len())
        && label.chars().all(is_letter)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Returns a folder that cannot lead out of the hosting's home.
pub(super) fn folder(text: &Text, to: &mut Mistakes) -> Option<String> {
    let path = &*text.value;
    let is_inside = !path.split(['/', '\\']).any(|part| part.trim() == "..");
    if !is_inside {
        to.add(
            &text.place,
            format!("the folder `{text}` must not have `..`"),
        );
        return None;
    }
    plain(text, "a folder", to)
}

/// Returns the login of a user.
pub(super) fn login(text: &Text, to: &mut Mistakes) -> Option<String> {
    word(text, "a login", to)
}

/// Returns the user of a database.
pub(super) fn database_user(text: &Text, to: &mut Mistakes) -> Option<String> {
    word(text, "the user of a database", to)
}

/// Returns the name of an environment variable of a hosting.
pub(super) fn env(text: &Text, to: &mut Mistakes) -> Option<String> {
    word(text, "the name of an environment variable", to)
}

/// Checks only what no name has: old accounts may have names that cannot be created today.
fn word(text: &Text, expected: &str, to: &mut Mistakes) -> Option<String> {
    let is_part = |c: char| !c.is_control() && !c.is_whitespace() && !matches!(c, '/' | '\\' | '=');
    if text.value.is_empty() || !text.value.chars().all(is_part) {
        to.add(&text.place, format!("expected {expected}, found `{text}`"));
        return None;
    }
    Some(text.value.clone())
}

/// Returns the key of a cron job, or `#` and its ID.
pub(super) fn cron_key(text: &Text, to: &mut Mistakes) -> Option<String> {
    let key = &*text.value;
    let is_key = match key.strip_prefix('#') {
        // Leading zeros would be a second spelling.
        Some(id) => id
            .parse::<i64>()
            .is_ok_and(|number| number >= 0 && number.to_string() == id),
        None => check_key(key).is_ok(),
    };
    if !is_key {
        let message = format!(
            "invalid cron key `{text}`: expected `#` and an ID, or a text without brackets, control \
             characters and surrounding blanks"
        );
        to.add(&text.place, message);
    }
    is_key.then(|| key.to_owned())
}

/// Returns a schedule in crontab notation.
pub(super) fn schedule(text: &Text, to: &mut Mistakes) -> Option<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '*' | '/' | ',' | '-' | '?');
    let fields: Vec<&str> = text.value.split_whitespace().collect();
    let is_schedule = fields.len() == 5 && fields.iter().all(|it| it.chars().all(is_part));
    if !is_schedule || text.value.chars().any(char::is_control) {
        let message = format!("expected a schedule such as `0 3 * * *`, found `{text}`");
        to.add(&text.place, message);
        return None;
    }
    Some(text.value.clone())
}

/// Returns a text without control characters.
pub(super) fn plain(text: &Text, expected: &str, to: &mut Mistakes) -> Option<String> {
    if text.value.chars().any(char::is_control) {
        let message = format!("expected {expected}, found control characters in `{text}`");
        to.add(&text.place, message);
        return None;
    }
    Some(text.value.clone())
}
