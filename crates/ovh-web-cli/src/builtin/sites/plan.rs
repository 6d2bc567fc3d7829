//! `sites plan`: what differs between the file and the account. Nothing is written.

use clap::{Arg, ArgAction, ArgMatches};
use ovh_web::sites::{Plan, SavedPlan};

use super::numbers::Numbers;
use super::text::Style;
use super::{Loaded, facts, file_arguments, files, markdown, one, text};
use crate::account::Account;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::{Format, Globals};
use crate::interrupt::unless_interrupted;
use crate::output::Printer;
use crate::session::Session;

pub(super) fn arguments(command: clap::Command) -> clap::Command {
    command
        .about("Shows what differs between the file and the account")
        .args(file_arguments())
        .arg(
            Arg::new("out")
                .long("out")
                .value_name("FILE")
                .help("Save the plan, which `sites apply --plan FILE` applies; it has no secrets"),
        )
        .arg(
            Arg::new("markdown")
                .long("markdown")
                .action(ArgAction::SetTrue)
                .help("Print a comment for a pull request"),
        )
        .after_help(
            "Examples:\n  ovh-web sites plan\n  ovh-web sites plan shops.toml --out plan.json\n  \
             ovh-web sites plan -H example.ovh\n  ovh-web sites plan --markdown > comment.md\n\n\
             + is created, ~ changed, - removed, ! in conflict or not readable, ? cannot be verified, \
             or work on it is in progress.\n\n\
             -H limits the plan to a hosting of the file, and to the DNS records of its sites; it may be \
             repeated.\n\n\
             Exit codes: 0 nothing to do, 10 changes are pending, 6 conflicts, 2 mistakes in the file. \
             A problem wins over changes; of different problems, the code is 8.\n\n\
             -o json and yaml have all of the plan; table, jsonl, csv and tsv a row per change.",
        )
}

pub(super) async fn run(
    session: &Session,
    globals: &Globals,
    matches: &ArgMatches,
) -> Outcome<Exit> {
    let is_markdown = matches.get_flag("markdown");
    if is_markdown && facts::format(globals).is_some() {
        let message = "--markdown cannot be used with --output, --query, --columns and --sort";
        return Err(Failure::usage(message));
    }
    let ended = run_plan(session, globals, matches, is_markdown).await;
    if let (Err(failure), true) = (&ended, is_markdown) {
        // The comment tells it as well.
        let file = one(matches, "file").unwrap_or_default();
        session.console.output(&markdown::failure(failure, file))?;
    }
    ended
}

async fn run_plan(
    session: &Session,
    globals: &Globals,
    matches: &ArgMatches,
    is_markdown: bool,
) -> Outcome<Exit> {
    facts::check(globals, &facts::COLUMNS)?;
    let loaded = Loaded::read(session, globals, matches)?;
    let out = one(matches, "out");
    if let Some(out) = out {
        files::check_plan(out)?;
    }
    let name = loaded.name.clone();
    let account = Account::connect(session, globals).await?;
    let sites = loaded.sites(&account, globals);
    let plan = unless_interrupted(session, sites.plan()).await??;
    // First, since the reader of the output may close it. After a failure no plan is shown.
    if let Some(out) = out {
        files::write_plan(out, &SavedPlan::of(&plan))?;
    }
    match is_markdown {
        true => session.console.output(&markdown::plan(&plan, &name))?,
        false => print(session, globals, &plan, &name)?,
    }
    account.print_timing(session, globals);
    Ok(Numbers::of(&plan).exit())
}

/// Prints a plan in the format of the flags.
fn print(session: &Session, globals: &Globals, plan: &Plan, name: &str) -> Outcome {
    let Some(format) = facts::format(globals) else {
        return session
            .console
            .output(&text::plan(plan, Style::of(session)));
    };
    let mut globals = globals.clone();
    globals.output = Some(format);
    let printer = Printer::new(session, &globals, facts::COLUMNS)?;
    // Their names were checked.
    let mut printer = printer.allow_missing_columns(true);
    if facts::has_rows(format) {
        printer = printer.list();
        for part in plan.zones.iter().chain(&plan.hostings) {
            for row in facts::rows(part, format) {
                printer.add(row)?;
            }
        }
    } else {
        printer.add(facts::plan(plan, name))?;
    }
    printer.finish()?;
    if let (Format::Table, Some(loss)) = (format, Numbers::of(plan).loss_text()) {
        session.console.note(&loss);
    }
    Ok(())
}
