//! `wait`: waits for tasks of a hosting that an earlier command started.

use clap::{Arg, ArgMatches, value_parser};
use ovh_web::{Error, WaitPolicy};
use serde_json::json;

use crate::account::Account;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::fleet::{self, Pace};
use crate::global::Globals;
use crate::output::Printer;
use crate::session::Session;
use crate::{select, validate};

pub(super) fn arguments(command: clap::Command) -> clap::Command {
    command
        .arg(
            Arg::new("task")
                .value_name("TASK")
                .required(true)
                .num_args(1..)
                .value_parser(value_parser!(i64))
                .help("Numbers of tasks"),
        )
        .after_help("Example:\n  ovh-web wait -H example.ovh 12345 12346\n\nReturns a row per task: id, outcome.")
}

pub(super) async fn run(
    session: &Session,
    globals: &Globals,
    matches: &ArgMatches,
) -> Outcome<Exit> {
    let one = || Failure::usage("tasks belong to one hosting: name it with -H");
    if globals.is_fleet() {
        return Err(one());
    }
    validate::columns(globals, ["id", "outcome", "message"])?;
    let account = Account::connect(session, globals).await?;
    let targets = select::targets(session, globals, &account).await?;
    let [name] = targets.names.as_slice() else {
        return Err(one());
    };
    let hosting = account.client.hosting(name);
    let ids: Vec<String> = matches
        .get_many::<i64>("task")
        .into_iter()
        .flatten()
        .map(i64::to_string)
        .collect();
    let printer = Printer::new(session, globals, ["id", "outcome"])?.list();
    let printer = printer.allow_missing_columns(true);
    let pace = Pace {
        parallel: globals.parallel,
        keeps_going: true,
        finishes: false,
    };
    let work = |id: String| {
        let task = hosting.task(id.parse().unwrap_or_default());
        let console = session.console.clone();
        async move {
            let shown = id.clone();
            let task =
                task.on_progress(move |info| console.note(&format!("{shown}: {}", info.status)));
            let waited = match globals.deadline {
                Some(limit) => task.wait_with(WaitPolicy::default().deadline(limit)).await,
                None => task.wait().await,
            };
            waited.map(drop).map_err(|error| failure(&error))
        }
    };
    let ended = |id: &str, outcome: &Outcome| {
        if let Err(failure) = outcome {
            fleet::note(session, globals, id, failure);
        }
    };
    let report = fleet::each(session, pace, &ids, work, ended).await;
    let exit = report.exit();
    for (id, ()) in report.done {
        printer.add(json!({"id": id, "outcome": "done"}))?;
    }
    for (id, failure) in report.failed {
        let outcome = match failure.exit {
            Exit::NotFound => "unknown",
            _ => failure.outcome(),
        };
        printer.add(json!({"id": id, "outcome": outcome, "message": failure.message}))?;
    }
    for id in report.stopped.iter().chain(&report.left) {
        printer.add(json!({"id": id, "outcome": "in work"}))?;
    }
    printer.finish()?;
    Ok(exit)
}

/// The failure of a wait. OVHcloud removes a task some time after its end.
fn failure(error: &Error) -> Failure {
    let mut failure = Failure::of_wait(error);
    if failure.exit == Exit::NotFound {
        failure
            .message
            .push_str(": a task that has ended disappears, so it may be done");
    }
    failure
}
