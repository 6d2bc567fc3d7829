//! The commands as clap's parser takes them, each built only when it is asked for.

mod pages;

use std::borrow::Cow;

use clap::{Arg, ArgAction};

use crate::builtin::BUILTINS;
use crate::command::{Body, Command, Flag, Kind, Place, Wait};
use crate::generated::{API_DATE, GROUPS};
use crate::{global, secrets, table};

pub(crate) use pages::pages;

const ABOUT: &str = "Manages OVHcloud web hosting: every operation, over one hosting or hundreds";

const EXAMPLES: &str = "\
Examples:
  ovh-web login
  ovh-web databases list -H example.ovh
  ovh-web php 8.3 --where 'php < 8.2' --resume upgrade.jsonl
  ovh-web inventory --all --columns hosting,offer,php -o csv
  ovh-web sites plan
  ovh-web databases list --sandbox

`ovh-web COMMAND --help` shows all flags; `--sandbox` tries a command without an account.";

/// Help of a command: the example is above the flags, of which every command has many.
const COMMAND_HELP: &str = "\
{about-with-newline}
{usage-heading} {usage}{after-help}

{all-args}";

/// Help of a group: its commands, and no flags, which those of a command show.
const GROUP_HELP: &str = "\
{about-with-newline}
{usage-heading} {usage}

Commands:
{subcommands}{after-help}";

const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 failed, 2 usage, 3 credentials, 4 not allowed, 5 not found, 6 conflict,
7 task failed, 8 targets failed in different ways, 9 deadline, 10 changes are pending, 11 temporary,
130 interrupted.";

/// Returns the whole tool as clap's parser takes it, for tests, completion and man pages.
#[must_use]
pub fn root() -> clap::Command {
    base().subcommands(first_words())
}

/// The tool without its commands.
fn base() -> clap::Command {
    let version = format!(
        "{} (API of {API_DATE})\nNot OVHcloud's own tool",
        env!("CARGO_PKG_VERSION")
    );
    clap::Command::new("ovh-web")
        .about(ABOUT)
        .help_template(COMMAND_HELP)
        .version(version)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .args(global::arguments())
        .after_help(EXAMPLES)
        .after_long_help(format!("{EXAMPLES}\n\n{EXIT_CODES}"))
}

/// The commands that the first word selects.
fn first_words() -> Vec<clap::Command> {
    let builtins = BUILTINS.iter().map(|builtin| {
        clap::Command::new(builtin.name)
            .about(builtin.about)
            .help_template(COMMAND_HELP)
            .defer(with_builtin)
    });
    builtins.chain(children("")).collect()
}

/// Returns the tool with only the branch that these words lead to, and the row at its end.
///
/// The engine for completion and the writer of man pages build all that they are given.
pub(crate) fn branch(words: &[String]) -> (clap::Command, Option<&'static Command>) {
    let (commands, row) = chosen(first_words(), words);
    (base().subcommands(commands), row)
}

/// Of the commands, the one that is named by the first word that names one, else all by name only.
fn chosen(
    mut commands: Vec<clap::Command>,
    words: &[String],
) -> (Vec<clap::Command>, Option<&'static Command>) {
    let place = |word| {
        commands
            .iter()
            .position(|command| command.get_name() == word)
    };
    let found = words
        .iter()
        .enumerate()
        .find_map(|(at, word)| Some((at, place(word)?)));
    let Some((at, place)) = found else {
        let bare = commands.into_iter().map(|command| command.defer(as_it_is));
        return (bare.collect(), None);
    };
    let command = commands.swap_remove(place).defer(as_it_is);
    let path = words_of(&command);
    if path.is_empty() {
        return (vec![with_builtin(command)], None);
    }
    match table::by_path(&path) {
        Some(row) => (vec![with_arguments(command, row)], Some(row)),
        None => {
            let (inner, row) = chosen(children(&path).collect(), &words[at + 1..]);
            (vec![command.subcommands(inner)], row)
        }
    }
}

const fn as_it_is(command: clap::Command) -> clap::Command {
    command
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
            Some(row) => command
                .about(row.about.trim_end_matches('.'))
                .help_template(COMMAND_HELP)
                .defer(with_row),
            None => command
                .about(group_about(&words))
                .help_template(GROUP_HELP)
                .after_help(group_help(&words))
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

/// An example of a group: one of its lists, if it has one.
fn group_help(words: &str) -> String {
    let mut below: Vec<&Command> = table::all()
        .filter(|row| {
            let rest = row.path.strip_prefix(words);
            rest.is_some_and(|rest| rest.starts_with(' '))
        })
        .collect();
    // Lists first, then what only reads; deprecated operations last.
    below.sort_by_key(|row| {
        let is_list = row.path.ends_with(" list");
        (row.row().deprecation().is_some(), !is_list, !row.is_read())
    });
    let example = below.first().map(|row| example(row));
    let example = example.map_or_else(String::new, |example| format!("Example:\n  {example}\n\n"));
    format!("{example}`ovh-web {words} COMMAND --help` shows the flags of a command.")
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
        Some(builtin) => {
            let command = (builtin.arguments)(command);
            match command.has_subcommands() {
                true => command
                    .help_template(GROUP_HELP)
                    .mut_subcommands(|inner| inner.help_template(COMMAND_HELP)),
                false => command,
            }
        }
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
        let argument = Arg::new(id).value_name(value.name).help(match value.help {
            "" => format!("Parameter `{}` of the route, undocumented", value.wire),
            text => text.trim_end_matches('.').to_owned(),
        });
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
    let mut help = match (flag.help, flag.place) {
        ("", Place::Body) => format!("Property `{}`, undocumented", flag.body_path().join(".")),
        ("", Place::Query(wire) | Place::JoinedQuery(wire) | Place::Header(wire)) => {
            format!("Parameter `{wire}`, undocumented")
        }
        (text, _) => text.trim_end_matches('.').to_owned(),
    };
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
    if row.wait != Wait::None {
        lines.push(
            "Waits until the work is done; `--no-wait` returns once it is accepted.".to_owned(),
        );
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
            Place::Body => flag
                .body_path()
                .last()
                .map_or("TEXT".into(), |it| it.to_uppercase()),
            _ => "TEXT".to_owned(),
        },
    }
}
