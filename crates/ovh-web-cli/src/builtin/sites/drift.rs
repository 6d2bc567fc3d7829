//! `sites drift`: a line for each difference, for cron and CI.

use clap::ArgMatches;
use futures_util::StreamExt;
use ovh_web::ChangeKind;
use ovh_web::sites::{HostingPlan, PlannedChange};

use super::numbers::Numbers;
use super::{Loaded, facts, file_arguments, text};
use crate::account::Account;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::Globals;
use crate::interrupt::unless_interrupted;
use crate::output::Printer;
use crate::printable::printable;
use crate::session::Session;

pub(super) fn arguments(command: clap::Command) -> clap::Command {
    command
        .about("Prints one line per difference, for cron and CI")
        .args(file_arguments())
        .after_help(
            "Example:\n  ovh-web sites drift || mail -s drift admin@example.com\n\n\
             Without a difference nothing is printed. -H limits it to a hosting of the file; it may be \
             repeated.\n\n\
             Exit codes: 0 no difference, 10 differences, others as `sites plan`.",
        )
}

pub(super) async fn run(
    session: &Session,
    globals: &Globals,
    matches: &ArgMatches,
) -> Outcome<Exit> {
    facts::check(globals, &facts::COLUMNS)?;
    let loaded = Loaded::read(session, globals, matches)?;
    let account = Account::connect(session, globals).await?;
    let sites = loaded.sites(&account, globals);
    let format = facts::format(globals);
    let mut own = globals.clone();
    own.output = format;
    let printer = Printer::new(session, &own, facts::COLUMNS)?.list();
    // Their names were checked.
    let printer = printer.allow_missing_columns(true);
    let mut numbers = Numbers::default();
    let mut plans = sites.plans();
    while let Some(part) = unless_interrupted(session, plans.next()).await? {
        let mut part = part?;
        numbers.add(&part);
        part.changes.retain(is_difference);
        match format {
            None => session.console.output(&lines(&part))?,
            Some(format) => {
                for row in facts::rows(&part, format) {
                    printer.add_item(row)?;
                }
            }
        }
    }
    if format.is_some() {
        printer.finish()?;
    }
    let exit = numbers.exit();
    // A mail of cron tells of differences only.
    if exit != Exit::Done || globals.verbose > 0 {
        session.console.note(&numbers.text());
    }
    account.print_timing(session, globals);
    Ok(exit)
}

/// A field that cannot be verified is no difference.
fn is_difference(planned: &PlannedChange) -> bool {
    planned.change.kind != ChangeKind::Unchanged
}

/// `example.ovh: ~ crons nightly: frequency: "0 3 * * *" -> "0 4 * * *"`
fn lines(part: &HostingPlan) -> String {
    let of = printable(&part.name);
    let mut all = String::new();
    for planned in &part.changes {
        let (sign, title) = (text::sign(planned), text::title(planned));
        let fields = text::fields(&planned.change).collect::<Vec<_>>();
        let mut facts = vec![title, fields.join(", ")];
        facts.extend(text::reason(planned).map(printable));
        facts.retain(|fact| !fact.is_empty());
        all.push_str(&format!("{of}: {sign} {}\n", facts.join(": ")));
    }
    for unreadable in &part.unreadable {
        let message = printable(&unreadable.message);
        all.push_str(&format!(
            "{of}: ! {}: not readable: {message}\n",
            unreadable.kind
        ));
    }
    if let Some(error) = &part.error {
        let message = Failure::from(error).message;
        let message = message
            .lines()
            .map(printable)
            .collect::<Vec<_>>()
            .join("; ");
        all.push_str(&format!("{of}: ! error: {message}\n"));
    }
    all
}
