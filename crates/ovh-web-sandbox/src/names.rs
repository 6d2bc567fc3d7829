//! The form of names and passwords.

use crate::response::Refusal;
use crate::rules::{Rule, Rules};

/// Checks a password. `shortest` is its minimum length if the product rule is off.
pub(crate) fn check_password(
    rules: &Rules,
    place: &str,
    password: &str,
    shortest: usize,
) -> Result<(), Refusal> {
    if !rules.enforces(Rule::PasswordForm) {
        return check_length(place, password, shortest);
    }
    // Guess: the refusal of a password; its form is from a guide.
    let problem =
        "a password has 8 to 30 letters and digits, with upper case, lower case and a digit";
    Refusal::unless(is_password(password), place, problem)
}

/// Returns `true` if a password has the form that the guides require.
pub(crate) fn is_password(password: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| password.as_bytes().iter().any(kind);
    (8..=30).contains(&password.len())
        && password.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
}

pub(crate) fn check_length(place: &str, password: &str, shortest: usize) -> Result<(), Refusal> {
    let problem = format!("a password has at least {shortest} characters");
    Refusal::unless(password.chars().count() >= shortest, place, problem)
}

pub(crate) fn check_database_user(rules: &Rules, user: &str, login: &str) -> Result<(), Refusal> {
    let fine = begins_with(user, login).is_some_and(|rest| {
        !rules.enforces(Rule::DatabaseUserForm)
            || (rest.len() <= 6 && user.len() <= 16 && !rest.contains('-'))
    });
    // Guess: the refusal of a name; its form is from a guide.
    let problem = "1 to 6 lower-case letters and digits, at most 16 characters in all";
    check("$.user", fine, login, problem)
}

/// Checks the login of a further user.
pub(crate) fn check_login(rules: &Rules, user: &str, login: &str) -> Result<(), Refusal> {
    let fine = begins_with(user, login).is_some_and(|rest| {
        !rules.enforces(Rule::UserLoginForm)
            || (rest.len() > 1 && rest.starts_with('-') && user.len() <= 20)
    });
    let problem = "a hyphen and a suffix in lower case, at most 20 characters in all";
    check("$.login", fine, login, problem)
}

/// The rest after the hosting's login, if it is not empty and in lower case.
fn begins_with<'a>(user: &'a str, login: &str) -> Option<&'a str> {
    let rest = user.strip_prefix(login)?;
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (!rest.is_empty() && rest.bytes().all(known)).then_some(rest)
}

fn check(place: &str, fine: bool, login: &str, problem: &str) -> Result<(), Refusal> {
    let problem = format!("it must begin with {login} and go on with {problem}");
    Refusal::unless(fine, place, problem)
}
