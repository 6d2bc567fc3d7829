//! The commands as clap's parser takes them, each built only when it is asked for.

use std::borrow::Cow;

use clap::{Arg, ArgAction};

use crate::builtin::BUILTINS;
use crate::command::{Body, Command, Flag, Kind, Place};
use crate::generated::{API_DATE, GROUPS};
use crate::{global, secrets, table};

const ABOUT: &str = "Manages OVHcloud web hosting: every operation, over one hosting or hundreds";

/// Returns the whole tool as clap's parser takes it, for tests, completion and man pages.
#[must_use]
pub fn root() -> clap::Command {
    let version = format!(
        "{} (API of {API_DATE})\nNot OVHcloud's own tool",
        env!("CARGO_PKG_VERSION")
    );
    let root = clap::Command::new("ovh-web")
        .about(ABOUT)
        .version(version)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .args(global::arguments())
        .after_help("`ovh-web COMMAND --help` shows all flags. Exit codes: 0 done, 1 failed, 2 usage, 3 credentials, 4 not allowed, 5 not found, 6 conflict, 7 task failed, 8 targets failed in different ways, 9 deadline, 10 changes are pending, 11 temporary, 130 interrupted.");
    let builtins = BUILTINS.iter().map(|builtin| {
        clap::Command::new(builtin.name)
            .about(builtin.about)
            .defer(with_builtin)
    });
    root.subcommands(builtins).subcommands(children(""))
}

/// The commands below `path`.
fn children(path: &str) -> impl Iterator<Item = clap::Command> {
    let path = path.to_owned();
    table::below(&path).into_iter().map(move |(word, leaf)| {
        let words = match path.is_empty() {
            true => word.to_owned(),
            false => format!("{path} {word}"),
        };
        // The name that is displayed leads from a deferred command back to its row.
        let command = clap::Command::new(word).display_name(words.clone());
        match leaf {
            Some(row) => command.about(row.about).defer(with_row),
            None => command
                .about(group_about(&words))
                .subcommand_required(true)
                .arg_required_else_help(true)
                .disable_help_subcommand(true)
                .defer(with_children),
        }
    })
}

/// The sentence about a group of commands.
fn group_about(words: &str) -> Cow<'static, str> {
    let known = GROUPS
        .iter()
        .chain(CLIENTS)
        .find(|(path, _)| *path == words);
    known.map_or_else(
        || Cow::Owned(format!("Commands of {words}")),
        |(_, about)| Cow::Borrowed(about.trim_end_matches('.')),
    )
}

/// The first words of further clients.
const CLIENTS: &[(&str, &str)] = &[
    ("domain", "Domain names and DNS zones with their records"),
    (
        "webhosting",
        "Version 2 of the API (beta): sites of all hostings, certificates, websites",
    ),
];

fn words_of(command: &clap::Command) -> String {
    command.get_display_name().unwrap_or_default().to_owned()
}

fn with_children(command: clap::Command) -> clap::Command {
    let path = words_of(&command);
    command.subcommands(children(&path))
}

fn with_builtin(command: clap::Command) -> clap::Command {
    let name = command.get_name().to_owned();
    match BUILTINS.iter().find(|builtin| builtin.name == name) {
        Some(builtin) => (builtin.arguments)(command),
        None => command,
    }
}

fn with_row(command: clap::Command) -> clap::Command {
    match table::by_path(&words_of(&command)) {
        Some(row) => with_arguments(command, row),
        None => command,
    }
}

/// The arguments of a generated command.
fn with_arguments(mut command: clap::Command, row: &'static Command) -> clap::Command {
    for value in row.values.iter().filter(|value| !value.is_hosting) {
        let id = value_id(value.wire);
        let argument = Arg::new(id).value_name(value.name).help(value.help);
        command = command.arg(argument.required(true));
    }
    for flag in row.flags {
        command = match flag.is_secret {
            true => command.args(secret_arguments(flag)),
            false => command.arg(argument(flag)),
        };
    }
    if row.body != Body::None {
        command = command.arg(
            Arg::new("body")
                .long("body")
                .value_name("FILE")
                .help("The body as JSON or TOML; - is standard input; flags win over it"),
        );
    }
    if matches!(row.body, Body::Object(names) if names.iter().any(|name| name.ends_with('?'))) {
        command = command.arg(
            Arg::new("clear")
                .long("clear")
                .value_name("FIELD")
                .action(ArgAction::Append)
                .help("Set a field to null; may be repeated"),
        );
    }
    command.after_help(after_help(row))
}

/// A flag whose value is an argument.
fn argument(flag: &'static Flag) -> Arg {
    let action = match flag.is_list {
        true => ArgAction::Append,
        false => ArgAction::Set,
    };
    let number = matches!(
        flag.kind,
        Kind::Integer | Kind::Number | Kind::IntegerChoice(_)
    );
    Arg::new(flag.name)
        .long(flag.name)
        .value_name(value_name(flag.kind))
        .action(action)
        .allow_negative_numbers(number)
        .help(help(flag))
}

/// The flags that set a secret, and the one that is refused.
fn secret_arguments(flag: &'static Flag) -> [Arg; 5] {
    let name = flag.name;
    let sources = |own: &str| {
        ["file", "stdin", "env", "generate"]
            .into_iter()
            .filter(|other| *other != own)
            .map(|other| source_flag(name, other))
            .collect::<Vec<_>>()
    };
    let one = |source: &str, text: String| {
        let long = source_flag(name, source);
        Arg::new(long.clone())
            .long(long)
            .conflicts_with_all(sources(source))
            .help(text)
    };
    [
        one(
            "file",
            format!(
                "{}, from a file: its first line, or a whole key in PEM",
                help(flag)
            ),
        )
        .value_name("FILE"),
        one("stdin", "The same, from standard input".to_owned()).action(ArgAction::SetTrue),
        one("env", "The same, from an environment variable".to_owned()).value_name("NAME"),
        one(
            "generate",
            "A new secret, stored in FILE before it is sent; - prints it".to_owned(),
        )
        .hide(!secrets::can_be_generated(flag))
        .value_name("FILE"),
        Arg::new(name).long(name).num_args(0..).hide(true),
    ]
}

/// The ID of a positional value: a flag may have the same name.
pub(crate) fn value_id(wire: &str) -> String {
    format!("<{wire}>")
}

/// The name of a flag that sets a secret: `password-file`, `generate-password`.
pub(crate) fn source_flag(name: &str, source: &str) -> String {
    match source {
        "generate" => format!("generate-{name}"),
        _ => format!("{name}-{source}"),
    }
}

fn help(flag: &Flag) -> String {
    let mut help = flag.help.trim_end_matches('.').to_owned();
    if let Kind::Choice(values) | Kind::IntegerChoice(values) = flag.kind {
        const SHOWN: usize = 12;
        let is_named = |value: &&str| flag.help.contains(&format!("`{value}`"));
        let shown = values[..values.len().min(SHOWN)].join(", ");
        let more = if values.len() > SHOWN { ", ..." } else { "" };
        if !values.iter().all(is_named) {
            help.push_str(&format!(": {shown}{more}"));
        }
    }
    if flag.is_list {
        help.push_str("; may be repeated");
    }
    if flag.is_required {
        help.push_str(" (required)");
    }
    help
}

/// The name of a value in help.
fn value_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "TEXT",
        Kind::Integer | Kind::Number => "NUMBER",
        Kind::Boolean => "true|false",
        Kind::Date => "YYYY-MM-DD",
        Kind::DateTime => "TIME",
        Kind::Ip => "IP",
        Kind::Choice(_) | Kind::IntegerChoice(_) => "VALUE",
    }
}

/// An example, the response, and the deprecation.
fn after_help(row: &Command) -> String {
    let operation = row.row();
    let mut lines = vec![format!("Example:\n  {}", example(row))];
    let columns = match row.columns {
        [] => String::new(),
        columns => format!(" ({}, ...)", columns.join(", ")),
    };
    match operation.is_void() {
        true => lines.push("Returns nothing.".to_owned()),
        false => lines.push(format!(
            "Returns {}{columns}; `ovh-web schema {}` shows all of it.",
            row.response, row.operation
        )),
    }
    lines.push(format!(
        "Sends {} {}.",
        operation.method(),
        operation.path()
    ));
    if let Some(deprecation) = deprecation(row) {
        lines.insert(0, deprecation);
    }
    lines.join("\n\n")
}

/// The notice of a deprecated command.
pub(crate) fn deprecation(row: &Command) -> Option<String> {
    let facts = row.row().deprecation()?;
    let mut text = "This operation is deprecated".to_owned();
    if let Some(date) = facts.deletion {
        text.push_str(&format!(" and may be removed from {date}"));
    }
    if let Some(path) = facts.replacement {
        let method = row.row().method();
        let other = ovh_web::operations::all()
            .find(|other| other.path() == path && other.method() == method)
            .and_then(|other| table::by_operation(other.id()));
        match other {
            Some(other) => text.push_str(&format!("; use `ovh-web {}`", other.path)),
            None => text.push_str(&format!("; use {path}")),
        }
    }
    text.push('.');
    Some(text)
}

/// A call with the required values.
pub(crate) fn example(row: &Command) -> String {
    let mut words = vec!["ovh-web".to_owned(), row.path.to_owned()];
    if row.has_hosting() {
        words.push("-H example.ovh".to_owned());
    }
    for value in row.values.iter().filter(|value| !value.is_hosting) {
        words.push(value.name.to_owned());
    }
    for flag in row.flags.iter().filter(|flag| flag.is_required) {
        words.push(match flag.is_secret {
            true if secrets::can_be_generated(flag) => {
                format!("--generate-{} secrets.txt", flag.name)
            }
            true => format!("--{0}-file {0}.txt", flag.name),
            false => format!("--{} {}", flag.name, sample(flag)),
        });
    }
    let takes_json = row.body == Body::Json;
    if takes_json {
        words.push("--body body.json".to_owned());
    }
    words.join(" ")
}

/// A value that fits the kind.
fn sample(flag: &Flag) -> String {
    match flag.kind {
        Kind::Choice(values) | Kind::IntegerChoice(values) => {
            values.first().copied().unwrap_or("VALUE").to_owned()
        }
        Kind::Boolean => "true".to_owned(),
        Kind::Integer | Kind::Number => "1".to_owned(),
        Kind::Date => "2026-12-31".to_owned(),
        Kind::DateTime => "2026-12-31T00:00:00Z".to_owned(),
        Kind::Ip => "192.0.2.1".to_owned(),
        Kind::Text => match flag.place {
            Place::Body(path) => path.last().copied().unwrap_or("TEXT").to_uppercase(),
            _ => "TEXT".to_owned(),
        },
    }
}
