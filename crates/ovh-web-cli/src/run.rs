//! A run of the tool: from arguments to an exit code.

use clap::ArgMatches;

use crate::account::Account;
use crate::builtin::BUILTINS;
use crate::command::Command;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::Globals;
use crate::invocation::Invocation;
use crate::session::Session;
use crate::{completion, read, select, table, tree, usage, validate, write};

/// Runs the tool. Failures are printed.
pub async fn run(session: &Session) -> Exit {
    if let Some(exit) = completion::answer(session).await {
        return exit;
    }
    // The program puts this letter in place of bytes that are no text.
    if session
        .arguments
        .iter()
        .any(|word| word.contains('\u{fffd}'))
    {
        return ended(session, Failure::usage("an argument is not UTF-8"));
    }
    let words = ["ovh-web".to_owned()]
        .into_iter()
        .chain(session.arguments.iter().cloned());
    let matches = match tree::root().try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) => return usage_or_help(session, &error),
    };
    let result = match Globals::from_matches(leaf(&matches)) {
        Ok(globals) => dispatch(session, &globals, &matches).await,
        Err(failure) => Err(failure),
    };
    match result {
        Ok(exit) => exit,
        Err(failure) => {
            let failure = match matches.subcommand_name() {
                // Their own hints say more.
                Some("login" | "logout") => failure,
                _ => failure.with_login(),
            };
            ended(session, failure)
        }
    }
}

/// Prints a failure. A reader that has closed the pipe needs no message.
fn ended(session: &Session, failure: Failure) -> Exit {
    if failure.exit != Exit::Done {
        print(session, wants_json(&session.arguments), &failure);
    }
    failure.exit
}

/// The matches of the command itself, which have the global flags too.
pub(crate) fn leaf(mut matches: &ArgMatches) -> &ArgMatches {
    while let Some((_, inner)) = matches.subcommand() {
        matches = inner;
    }
    matches
}

/// Help and version are output; everything else is a failure.
fn usage_or_help(session: &Session, error: &clap::Error) -> Exit {
    use clap::error::ErrorKind;
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            match session.console.output(&error.render().to_string()) {
                Ok(()) => Exit::Done,
                Err(failure) => ended(session, failure),
            }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let text = error.render().to_string();
            text.trim_end()
                .lines()
                .for_each(|line| session.console.note(line));
            Exit::Usage
        }
        _ => ended(session, usage::failure(error)),
    }
}

/// `true` if failures are printed as JSON, also those of the arguments themselves.
fn wants_json(arguments: &[String]) -> bool {
    let is_json = |text: &str| matches!(text, "json" | "jsonl");
    let mut words = arguments.iter().take_while(|word| *word != "--");
    let mut is_value = false;
    words.any(|word| {
        let own = ["--output=", "-o=", "-o"];
        let value = own.iter().find_map(|start| word.strip_prefix(start));
        let found = is_value && is_json(word) || value.is_some_and(is_json);
        is_value = matches!(word.as_str(), "-o" | "--output");
        found
    })
}

fn print(session: &Session, as_json: bool, failure: &Failure) {
    if as_json {
        session.console.note_json(&failure.to_json());
        return;
    }
    for (index, line) in failure.message.lines().enumerate() {
        let start = if index == 0 { "error:" } else { " " };
        session.console.note(&format!("{start} {line}"));
    }
    if let Some(hint) = &failure.hint {
        session.console.note(&format!("  hint: {hint}"));
    }
}

async fn dispatch(session: &Session, globals: &Globals, matches: &ArgMatches) -> Outcome<Exit> {
    validate::query(globals)?;
    select::check(globals)?;
    let mut path = String::new();
    let mut inner = matches;
    while let Some((word, next)) = inner.subcommand() {
        if path.is_empty()
            && let Some(builtin) = BUILTINS.iter().find(|builtin| builtin.name == word)
        {
            validate::builtin(globals, builtin.name)?;
            let globals = select::with_listed(session, globals)?;
            return (builtin.run)(session, &globals, next).await;
        }
        if !path.is_empty() {
            path.push(' ');
        }
        path.push_str(word);
        inner = next;
    }
    match table::by_path(&path) {
        Some(row) => operation(session, globals, row, inner).await,
        None => Err(Failure::usage("a command is missing")),
    }
}

/// Runs a command of the table.
async fn operation(
    session: &Session,
    globals: &Globals,
    row: &'static Command,
    matches: &ArgMatches,
) -> Outcome<Exit> {
    if let Some(notice) = tree::deprecation(row) {
        session.console.note(&format!("warning: {notice}"));
    }
    if row.is_read() {
        validate::resume(globals)?;
    }
    let knows_columns = validate::columns_of(globals, row)?;
    let invocation = Invocation::read(session, globals, row, matches)?;
    let globals = &select::with_listed(session, globals)?;
    for warning in &invocation.parts.warnings {
        session.console.note(&format!("warning: {warning}"));
    }
    let account = Account::connect(session, globals).await?;
    let targets = match row.has_hosting() {
        true => Some(select::targets(session, globals, &account).await?),
        false => None,
    };
    let ended = match row.is_read() {
        true => {
            let targets = targets.as_ref();
            read::run(
                session,
                globals,
                &account,
                &invocation,
                targets,
                knows_columns,
            )
            .await
        }
        false => write::run(session, globals, &account, &invocation, targets.as_ref()).await,
    };
    account.print_timing(session, globals);
    ended
}
