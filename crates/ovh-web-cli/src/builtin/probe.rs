//! `probe`: compares the responses of a real account with what the documents promise.
//!
//! Its report has names of the documents, kinds and counts, and nothing of the account.

mod belief;
mod compare;
mod decoded;
mod formats;
mod privacy;
mod record;
mod refusal;
mod report;
mod tour;

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;

use clap::{Arg, ArgMatches};
use ovh_web::Endpoint;
use serde_json::{Value, json};

use crate::account::Account;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::generated::API_DATE;
use crate::global::Globals;
use crate::prompt;
use crate::select;
use crate::session::Session;

use belief::Documents;
use record::Recorder;
use report::Report;
use tour::Tour;

/// The endpoints that a report names.
const ENDPOINTS: &[&str] = &["ovh-eu", "ovh-ca", "ovh-us"];

pub(super) fn arguments(command: clap::Command) -> clap::Command {
    command
        .arg(
            Arg::new("save")
                .long("save")
                .value_name("FILE")
                .help("Save the report to a new file, such as ovh-web-probe.json"),
        )
        .after_help(
            "Reads every GET route of the hosting, about 200 requests, and changes nothing.\n\
             The report has routes, names and enum values of OVHcloud's documents, kinds of JSON \
             values and\n\
             counts. No name, address, number or secret of the account is in it.\n\n\
             Example:\n  ovh-web probe -H example.ovh --rate 60/min --save ovh-web-probe.json",
        )
}

pub(super) async fn run(
    session: &Session,
    globals: &Globals,
    matches: &ArgMatches,
) -> Outcome<Exit> {
    if globals.is_fleet() {
        return Err(Failure::usage("probe reads one hosting").hint("name it with -H"));
    }
    let recorder = Recorder::default();
    let account = Account::connect_with(session, globals, |it| recorder.record(it)).await?;
    let targets = select::targets(session, globals, &account).await?;
    let hosting = targets
        .names
        .first()
        .map(String::as_str)
        .unwrap_or_default();
    let documents = Documents::parse();
    let mut tour = Tour {
        client: account.client.read_only(),
        clock: account.clock(),
        recorder,
        documents: &documents,
        hosting,
        items: BTreeMap::new(),
        report: Report::default(),
    };
    let mut interrupts = session.interrupts.clone();
    tokio::select! {
        biased;
        ended = all(session, &mut tour) => ended?,
        _ = interrupts.changed() => return Err(Failure::new(Exit::Interrupted, "interrupted")),
    }
    let about = json!({
        "tool": concat!("ovh-web ", env!("CARGO_PKG_VERSION")),
        "documents": API_DATE,
        "endpoint": endpoint(account.client.endpoint()),
        "requests": account.requests(),
    });
    let report = tour.report.to_json(about);
    show(session, &tour.report, &report, matches)?;
    account.print_timing(session, globals);
    Ok(Exit::Done)
}

async fn all(session: &Session, tour: &mut Tour<'_>) -> Outcome {
    tour.begin().await?;
    let routes = tour::routes();
    session.console.note(&format!(
        "reads {} routes, and changes nothing",
        routes.len()
    ));
    for row in routes {
        tour.read(row).await;
    }
    decoded::read(tour).await;
    tour.refusals().await;
    Ok(())
}

/// The name of an endpoint. A URL is not shown.
fn endpoint(endpoint: &Endpoint) -> &'static str {
    let name = endpoint.to_string();
    let known = ENDPOINTS.iter().copied().find(|known| *known == name);
    known.unwrap_or("another address")
}

/// Prints the report, saves it with `--save`, and says where to send it.
fn show(session: &Session, found: &Report, report: &Value, matches: &ArgMatches) -> Outcome {
    let mut text = serde_json::to_string_pretty(report)
        .map_err(|error| Failure::new(Exit::Failed, error.to_string()))?;
    text.push('\n');
    session.console.output(&text)?;
    let note = |text: &str| session.console.note(text);
    note(&format!(
        "{} differences. Nothing of the account is in the report; read it before you send it.",
        found.differences()
    ));
    let Some(path) = matches.get_one::<String>("save") else {
        note("--save FILE saves it, such as --save ovh-web-probe.json");
        note(&destination());
        return Ok(());
    };
    if session.console.is_interactive() {
        let answer = prompt::ask(session, &format!("Save it to {path}? [y/N] "))?;
        if !matches!(
            answer.as_deref().map(str::trim),
            Some("y" | "Y" | "yes" | "Yes")
        ) {
            note("not saved");
            return Ok(());
        }
    }
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| Failure::io(path, &error).hint("--save takes the name of a new file"))?;
    note(&format!("saved to {path}"));
    note(&destination());
    Ok(())
}

fn destination() -> String {
    let project = env!("CARGO_PKG_REPOSITORY");
    format!("Send it as an issue: {project}/issues/new")
}
