//! Secrets of a command: from a prompt, a file, standard input, the environment, or made here.

use std::fs;
use std::path::Path;

use clap::ArgMatches;
use clap::parser::ValueSource;
use ovh_web::Secret;

use crate::body::Parts;
use crate::command::{Command, Flag};
use crate::failure::{Failure, Outcome};
use crate::printable::shell_word;
use crate::prompt::Hidden;
use crate::secret_store::SecretStore;
use crate::session::{Session, without_mark};
use crate::tree::source_flag;

/// A secret flag and where its value comes from.
#[derive(Debug)]
pub(crate) struct SecretValue {
    pub(crate) flag: &'static Flag,
    pub(crate) source: SecretSource,
}

/// The source of a secret.
#[derive(Debug)]
pub(crate) enum SecretSource {
    /// The same for all targets.
    Given(Secret),
    /// One for each target, stored before it is sent.
    Generated(SecretStore),
    /// A secret is wanted; a dry run makes none.
    Withheld,
}

/// Flags that hold a secret only if another flag says so.
///
/// The value of an environment variable may be an argument unless its type is `password`.
const SECRET_ONLY_IF: &[(&str, &str, &str, &str)] = &[
    ("env_vars::create", "value", "type", "password"),
    ("env_vars::update", "value", "type", "password"),
];

/// Whether `text` may be an argument of this flag.
pub(crate) fn may_be_argument(row: &Command, flag: &Flag, matches: &ArgMatches) -> bool {
    let rule = SECRET_ONLY_IF
        .iter()
        .find(|(operation, name, ..)| *operation == row.operation && *name == flag.name);
    let Some((_, _, other, secret)) = rule else {
        return false;
    };
    let value = matches.try_get_one::<String>(other).ok().flatten();
    // An update without a type may concern a password.
    value.is_some_and(|value| value != secret)
}

/// Refuses a secret as an argument; the message does not repeat it.
pub(crate) fn refuse_argument(flag: &Flag) -> Failure {
    let name = flag.name;
    Failure::usage(format!("--{name} does not take a secret as an argument")).hint(sources(flag))
}

/// Refuses a masked password: the API returns asterisks instead.
pub(crate) fn check_masked(row: &Command, parts: &Parts, secrets: &[SecretValue]) -> Outcome {
    let mut rules = SECRET_ONLY_IF.iter();
    let Some((_, name, other, secret)) = rules.find(|rule| rule.0 == row.operation) else {
        return Ok(());
    };
    let text = |wire: &str| parts.value(&[wire.into()])?.as_str();
    let of_flag = secrets.iter().find_map(|value| match &value.source {
        SecretSource::Given(given) if value.flag.name == *name => Some(given.expose()),
        _ => None,
    });
    let value = of_flag.or_else(|| text(name)).unwrap_or_default();
    let is_mask = !value.is_empty() && value.chars().all(|letter| letter == '*');
    // An update has no type, and `*` is a usual value of other types.
    let is_other = text(other).map_or(value.len() < 3, |value| value != *secret);
    match is_mask && !is_other {
        true => Err(Failure::usage(format!("--{name} is masked")).hint(format!(
            "the API does not return a {secret}: give the value itself"
        ))),
        false => Ok(()),
    }
}

/// The flags that a secret comes from.
fn sources(flag: &Flag) -> String {
    let name = flag.name;
    match can_be_generated(flag) {
        true => format!(
            "use --{name}-file FILE, --{name}-env NAME, --{name}-stdin or --generate-{name} FILE"
        ),
        false => format!("use --{name}-file FILE, --{name}-env NAME or --{name}-stdin"),
    }
}

/// `true` if a new secret makes sense: a key or a token has to come from elsewhere.
pub(crate) fn can_be_generated(flag: &Flag) -> bool {
    flag.name.ends_with("password") || flag.name == "value"
}

/// The beginning of a key in PEM.
const PEM: &str = "-----BEGIN ";

/// The rules for reading and storing secrets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SecretRules {
    /// `true` if several targets get a secret each.
    pub(crate) is_fleet: bool,
    /// `true` if a stored secret is used again.
    pub(crate) resumes: bool,
    /// `true` if nothing is sent, so that nothing is stored either.
    pub(crate) is_dry_run: bool,
}

/// Reads the secret of a flag, if it has one. `is_set` says that the body has a value for it.
pub(crate) fn read(
    session: &Session,
    matches: &ArgMatches,
    flag: &'static Flag,
    rules: SecretRules,
    is_set: bool,
) -> Outcome<Option<SecretValue>> {
    let text = |source: &str| {
        matches
            .get_one::<String>(&source_flag(flag.name, source))
            .cloned()
    };
    let stdin_flag = source_flag(flag.name, "stdin");
    let from_stdin = matches.get_flag(&stdin_flag)
        && matches.value_source(&stdin_flag) == Some(ValueSource::CommandLine);
    let given = |secret: String| {
        let source = SecretSource::Given(Secret::from(secret));
        Ok(Some(SecretValue { flag, source }))
    };
    if let Some(path) = text("file") {
        return given(from_file(Path::new(&path), flag.name)?);
    }
    if let Some(name) = text("env") {
        let value = session.variable(&name);
        let missing = || Failure::usage(format!("--{}-env: the variable is not set", flag.name));
        return given(value.ok_or_else(missing)?.to_owned());
    }
    if from_stdin && !session.console.is_interactive() {
        let line = session.read_line()?;
        let line = line.map_err(|error| Failure::io("standard input", &error))?;
        return match line.filter(|line| !line.is_empty()) {
            Some(line) if line.starts_with(PEM) => {
                let rest = session.read_all()?;
                let rest = rest.map_err(|error| Failure::io("standard input", &error))?;
                given(format!("{line}\n{rest}"))
            }
            Some(line) => given(line),
            None => Err(Failure::usage(format!(
                "--{}-stdin: standard input is empty",
                flag.name
            ))),
        };
    }
    if let Some(path) = text("generate") {
        if !can_be_generated(flag) {
            let message = format!("a {} cannot be generated", flag.name);
            return Err(Failure::usage(message).hint(sources(flag)));
        }
        let source = match rules.is_dry_run {
            true => SecretSource::Withheld,
            false => SecretSource::Generated(SecretStore::open(&path, &session.console, rules)?),
        };
        return Ok(Some(SecretValue { flag, source }));
    }
    if is_set || (!flag.is_required && !from_stdin) {
        return Ok(None);
    }
    if rules.is_dry_run {
        let source = SecretSource::Withheld;
        return Ok(Some(SecretValue { flag, source }));
    }
    if !session.console.is_interactive() {
        return Err(Failure::usage(format!("missing --{}", flag.name)).hint(sources(flag)));
    }
    given(prompt(session, flag.name)?)
}

/// Asks twice on the terminal, without echo.
fn prompt(session: &Session, name: &str) -> Outcome<String> {
    let hidden = Hidden::start(session)?;
    let first = hidden.ask(&format!("{name}: "))?;
    if first.is_empty() {
        return Err(Failure::usage(format!("{name} is empty")));
    }
    match hidden.ask(&format!("{name} again: "))? == first {
        true => Ok(first),
        false => Err(Failure::usage(format!("{name} was typed differently"))),
    }
}

/// The secret in a file.
fn from_file(path: &Path, name: &str) -> Outcome<String> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::input(format_args!("--{name}-file {}", path.display()), &error)
    })?;
    secret_in(&without_mark(text))
        .map(str::to_owned)
        .ok_or_else(|| Failure::usage(format!("--{name}-file: the first line is empty")))
}

/// The first line of a text, or all of it if it is a key in PEM, which has many lines.
fn secret_in(text: &str) -> Option<&str> {
    match text.starts_with(PEM) {
        true => Some(text),
        false => text.lines().next().filter(|line| !line.is_empty()),
    }
}

impl SecretValue {
    /// The file of a new secret, and the flag that sends it again.
    pub(crate) fn stored_in(&self) -> Option<String> {
        let SecretSource::Generated(store) = &self.source else {
            return None;
        };
        let path = shell_word(store.file()?);
        let name = self.flag.name;
        Some(format!(
            "the new secret is in {path}: send it again with --{name}-file {path} instead of --generate-{name}"
        ))
    }

    /// The secret of a target; a new one is stored first.
    pub(crate) fn of(&self, target: &str) -> Outcome<Option<Secret>> {
        match &self.source {
            SecretSource::Given(secret) => Ok(Some(secret.clone())),
            SecretSource::Generated(store) => store.secret_of(target).map(Some),
            SecretSource::Withheld => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_pem_are_read_whole() {
        let key = "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n";
        assert_eq!(secret_in(key), Some(key));
        assert_eq!(secret_in("canary\nsecond line\n"), Some("canary"));
        assert_eq!(secret_in("\ncanary"), None);
    }
}
