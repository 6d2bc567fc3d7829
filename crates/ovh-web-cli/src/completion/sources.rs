//! The source of the candidates for each argument.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::sync::{Arc, Mutex, PoisonError};

use clap::Arg;
use clap_complete::engine::{
    ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter as _,
};

use crate::builtin::inventory::{BY_HOSTING, BY_SITE};
use crate::command::{Body, Command, Kind};
use crate::generated::GROUPS;
use crate::{documents, table, tree};

/// The source of an argument's values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// The names of the account's hostings.
    Hostings,
    /// The numbers of a hosting's tasks.
    Tasks,
    /// The values of a parameter of the route, by its place.
    Parameter(&'static str, usize),
    /// The profiles of the configuration files.
    Profiles,
    /// The properties that the command returns.
    Columns(&'static str),
    /// Known before.
    Fixed(Vec<&'static str>),
    /// Files.
    Files,
    /// Folders.
    Folders,
}

/// Values that cost a request: those found, and those to look up.
#[derive(Clone, Debug, Default)]
pub(super) struct Values(Arc<Mutex<BTreeMap<Source, Option<Vec<String>>>>>);

impl Values {
    /// Returns the values if they were found; otherwise they are looked up next.
    fn get(&self, source: &Source) -> Vec<String> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.entry(source.clone()).or_default();
        found.clone().unwrap_or_default()
    }

    pub(super) fn set(&self, source: Source, values: Vec<String>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(source, Some(values));
    }

    /// The sources that were asked for and are not known.
    pub(super) fn wanted(&self) -> Vec<Source> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = known.iter().filter(|(_, found)| found.is_none());
        wanted.map(|(source, _)| source.clone()).collect()
    }
}

/// Gives each argument of the branch its values. `name` is the branch's first word. Without `with_flags`, the flags of every command
/// are offered only if there is nothing else.
pub(super) fn attach(
    command: clap::Command,
    name: &str,
    row: Option<&'static Command>,
    values: &Values,
    with_flags: bool,
) -> clap::Command {
    let command = command
        .disable_help_flag(!with_flags)
        .disable_version_flag(!with_flags)
        .mut_args(|argument| {
            let is_hidden = argument.is_hide_set() || (argument.is_global_set() && !with_flags);
            let argument = argument.hide(is_hidden);
            match source(&argument, row, name) {
                Some(source) => {
                    let values = values.clone();
                    let candidates = move |current: &OsStr| candidates(&source, &values, current);
                    argument.add(ArgValueCompleter::new(candidates))
                }
                None => argument,
            }
        });
    command.mut_subcommands(|inner| attach(inner, name, row, values, with_flags))
}

/// The source of an argument, in the branch with this first word.
fn source(argument: &Arg, row: Option<&'static Command>, name: &str) -> Option<Source> {
    let id = argument.get_id().as_str();
    let fixed = |values: &[&'static str]| Some(Source::Fixed(values.to_vec()));
    if let Some(row) = row {
        let place = row
            .values
            .iter()
            .position(|value| tree::value_id(value.wire) == id);
        if let Some(place) = place {
            return match row.values[place].kind {
                Kind::Choice(values) | Kind::IntegerChoice(values) => fixed(values),
                Kind::Boolean => fixed(&["true", "false"]),
                _ => Some(Source::Parameter(row.operation, place)),
            };
        }
        if let Some(flag) = row.flags.iter().find(|flag| flag.name == id) {
            return match flag.kind {
                Kind::Choice(values) | Kind::IntegerChoice(values) => fixed(values),
                Kind::Boolean => fixed(&["true", "false"]),
                _ => None,
            };
        }
    }
    match (id, name, row) {
        ("hosting", ..) => Some(Source::Hostings),
        ("profile", ..) => Some(Source::Profiles),
        ("endpoint", ..) => fixed(&["ovh-eu", "ovh-ca", "ovh-us"]),
        ("columns" | "sort", _, Some(row)) => Some(Source::Columns(row.operation)),
        ("columns" | "sort", "inventory", _) => fixed(&[&BY_HOSTING[..], &BY_SITE[..]].concat()),
        ("clear", _, Some(row)) => Some(Source::Fixed(nullable(row))),
        ("for", "login", _) => Some(Source::Fixed(
            GROUPS.iter().map(|(path, _)| *path).collect(),
        )),
        ("operation", "schema", _) => Some(Source::Fixed(
            table::all().map(|row| row.operation).collect(),
        )),
        ("task", "wait", _) => Some(Source::Tasks),
        _ => match argument.get_value_names()?.first()?.as_str() {
            "FILE" => Some(Source::Files),
            "FOLDER" => Some(Source::Folders),
            _ => None,
        },
    }
}

/// The properties of the body that may be null.
fn nullable(row: &Command) -> Vec<&'static str> {
    match row.body {
        Body::Object(names) => {
            let names = names.iter().filter_map(|name| name.strip_suffix('?'));
            names
                .map(|name| name.trim_end_matches("[]").trim_end_matches("{}"))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn candidates(source: &Source, values: &Values, current: &OsStr) -> Vec<CompletionCandidate> {
    let found: Vec<String> = match source {
        Source::Files => return paths(&PathCompleter::file().stdio(), current),
        Source::Folders => return paths(&PathCompleter::dir(), current),
        Source::Fixed(values) => values.iter().map(|value| (*value).to_owned()).collect(),
        Source::Columns(operation) => columns(operation, current),
        source => {
            let mut found = values.get(source);
            found.retain(|name| is_name(name));
            found
        }
    };
    let Some(current) = current.to_str() else {
        return Vec::new();
    };
    let mut seen = BTreeSet::new();
    let matching = found.into_iter().filter(|value| {
        value.starts_with(current) && is_plain(value) && seen.insert(value.clone())
    });
    matching.map(CompletionCandidate::new).collect()
}

/// The columns, first those of a table. `--sort -COLUMN` sorts in reverse.
fn columns(operation: &str, current: &OsStr) -> Vec<String> {
    let first = table::by_operation(operation).map_or(&[][..], |row| row.columns);
    let mut names: Vec<String> = first.iter().map(|name| (*name).to_owned()).collect();
    for name in documents::properties(operation) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match current.to_str().is_some_and(|text| text.starts_with('-')) {
        true => names.iter().map(|name| format!("-{name}")).collect(),
        false => names,
    }
}

fn paths(completer: &PathCompleter, current: &OsStr) -> Vec<CompletionCandidate> {
    let mut found = completer.complete(current);
    found.retain(|path| path.get_value().to_str().is_some_and(is_plain));
    found
}

/// `true` if every shell takes the text as it is, so that nothing in it is evaluated.
///
/// Names come from a server, or from whoever made a file.
fn is_plain(text: &str) -> bool {
    const LONGEST: usize = 256;
    let is_plain = |letter: char| {
        letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | '/' | ':' | '@' | '+')
    };
    !text.is_empty() && text.len() <= LONGEST && text.chars().all(is_plain)
}

/// `true` if the text can be the name of an object: plain, and no flag.
pub(super) fn is_name(text: &str) -> bool {
    is_plain(text) && !text.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_has_nothing_to_evaluate() {
        for text in ["example.ovh", "12", "www.example.com", "a_b-c+d@e:f/g"] {
            assert!(is_plain(text), "{text}");
        }
        for text in [
            "",
            "a b",
            "$(x)",
            "`x`",
            "a;b",
            "a\nb",
            "a\tb",
            "\u{1b}[31m",
            "~x",
            "a*",
            "a'b",
            "é",
            "a=b",
            "#x",
            "!x",
            "a\\b",
            "%x",
            "{a,b}",
        ] {
            assert!(!is_plain(text), "{text:?}");
        }
        assert!(!is_plain(&"x".repeat(257)));
        assert!(is_plain("-name") && !is_name("-name"));
    }
}
