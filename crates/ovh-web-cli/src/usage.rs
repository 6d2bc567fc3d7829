//! Errors of the arguments, in words that repeat no value.
//!
//! A value may be a secret behind a mistyped flag, so only names of flags are shown.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::failure::Failure;

/// Commands by words that other tools use for them.
const OTHER_WORDS: &[(&[&str], &str)] = &[
    (&["ftp", "ssh", "sftp"], "users"),
    (&["ssl", "tls", "https"], "certificates"),
    (
        &["db", "sql", "mysql", "mariadb", "postgresql"],
        "databases",
    ),
    (&["dns", "record", "records"], "domain records"),
    (&["zone", "zones"], "domain zones"),
    (&["mail"], "email"),
    (&["terraform", "deploy", "sync"], "sites"),
    (&["list", "ls", "status"], "inventory"),
    (&["export", "report", "csv"], "inventory --all -o csv"),
    (&["passwd", "password", "rotate"], "change-password"),
    (&["attach", "detach"], "domains attach` or `domains detach"),
    (&["add", "new"], "create` or `attach"),
    (&["remove", "rm", "del"], "delete` or `detach"),
    (&["show", "describe", "info"], "get"),
    (&["edit", "set", "change", "modify"], "update"),
];

/// The command that an unknown word may mean.
fn in_our_words(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    let found = OTHER_WORDS
        .iter()
        .find(|(others, _)| others.contains(&word.as_str()));
    found.map(|(_, command)| *command)
}

/// The error of clap's parser.
pub(crate) fn failure(error: &clap::Error) -> Failure {
    let text = |kind| context(error, kind);
    let argument = text(ContextKind::InvalidArg).map(|argument| name_only(&argument));
    let is_flag = argument.as_ref().is_some_and(|name| name.starts_with('-'));
    let message = match error.kind() {
        ErrorKind::UnknownArgument => match &argument {
            Some(name) if name.starts_with('-') && !name.starts_with("---") => {
                format!("unknown flag `{name}`")
            }
            _ => "unexpected value among the arguments".to_owned(),
        },
        ErrorKind::InvalidSubcommand => "unknown command".to_owned(),
        ErrorKind::MissingRequiredArgument => {
            format!("missing {}", argument.unwrap_or_default())
        }
        ErrorKind::MissingSubcommand => "a command is missing".to_owned(),
        ErrorKind::ArgumentConflict => {
            let other = text(ContextKind::PriorArg).map(|prior| name_only(&prior));
            match other {
                Some(other) if Some(&other) != argument.as_ref() => format!(
                    "{} cannot be used with {other}",
                    argument.unwrap_or_default()
                ),
                _ => format!("{} is given twice", argument.unwrap_or_default()),
            }
        }
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8".to_owned(),
        ErrorKind::NoEquals | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{} needs a value", argument.unwrap_or_default())
        }
        ErrorKind::TooManyValues => {
            format!("{} takes no value", argument.unwrap_or_default())
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let argument = argument.unwrap_or_default();
            let is_missing = text(ContextKind::InvalidValue).is_none_or(|value| value.is_empty());
            match is_missing {
                true => format!("{argument} needs a value"),
                false => format!("the value of {argument} is not valid"),
            }
        }
        _ => "the arguments are not valid".to_owned(),
    };
    let mut hints = Vec::new();
    if let Some(expected) = text(ContextKind::ValidValue) {
        hints.push(format!("expected one of {expected}"));
    }
    let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand];
    for kind in suggested {
        // Of several, the last one is the most similar.
        let last = match error.get(kind) {
            Some(ContextValue::Strings(names)) => names.last().cloned(),
            _ => text(kind),
        };
        hints.extend(last.map(|name| format!("did you mean `{}`?", name_only(&name))));
    }
    if hints.is_empty() && is_flag && error.kind() == ErrorKind::UnknownArgument {
        hints.push("join a value that begins with - to its flag: --FLAG=-VALUE".to_owned());
    }
    if hints.is_empty()
        && let Some(command) = text(ContextKind::InvalidSubcommand).and_then(|it| in_our_words(&it))
    {
        hints.push(format!("did you mean `{command}`?"));
    }
    let failure = Failure::usage(message);
    match hints.is_empty() {
        true => failure.hint("`--help` lists what is possible"),
        false => failure.hint(hints.join("; ")),
    }
}

/// A context value as text.
fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        _ => None,
    }
}

/// The name of a flag without a value that is joined to it.
fn name_only(argument: &str) -> String {
    let end = argument.find(['=', ' ']);
    let name = end.map_or(argument, |end| &argument[..end]);
    // A short flag may have its value joined without a sign.
    match name.starts_with('-') && !name.starts_with("--") {
        true => name.chars().take(2).collect(),
        false => name.to_owned(),
    }
}
