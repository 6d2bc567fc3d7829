//! `php`: the PHP version of hostings, changed where it differs and waited for.

use clap::{Arg, ArgMatches};
use ovh_web::FieldChange;
use ovh_web::types::{OvhConfigAvailableEngineVersion, OvhConfigChange};
use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::fleet::{self, Pace};
use crate::global::Globals;
use crate::output::Printer;
use crate::resume::{Record, State};
use crate::select;
use crate::session::Session;

pub(super) fn arguments(command: clap::Command) -> clap::Command {
    command
        .arg(
            Arg::new("version")
                .value_name("VERSION")
                .required(true)
                .help("The version, such as 8.3; `ovh-configs capabilities` lists them"),
        )
        .after_help(
            "Example:\n  ovh-web php 8.3 --where 'php < 8.2' --resume upgrade.jsonl -o csv\n\n\
             Returns a row per hosting: hosting, outcome, from, to.",
        )
}

/// The result for a hosting.
struct Changed {
    from: String,
    outcome: &'static str,
}

pub(super) async fn run(
    session: &Session,
    globals: &Globals,
    matches: &ArgMatches,
) -> Outcome<Exit> {
    let version = matches
        .get_one::<String>("version")
        .cloned()
        .unwrap_or_default();
    let account = Account::connect(session, globals).await?;
    let targets = select::targets(session, globals, &account).await?;
    let record = match (&globals.resume, globals.dry_run) {
        (Some(path), false) => Some(Record::open(path, &json!({ "php": version }))?),
        _ => None,
    };
    let printer = Printer::new(session, globals, ["hosting", "outcome", "from", "to"])?.list();
    let wanted = OvhConfigChange::new()
        .engine_version(OvhConfigAvailableEngineVersion::from(version.as_str()));
    let pace = Pace {
        parallel: globals.parallel,
        keeps_going: globals.keep_going,
        finishes: true,
    };
    let work = |target: String| {
        let (account, record, wanted) = (&account, record.as_ref(), &wanted);
        async move { change(globals, account, record, &target, wanted).await }
    };
    let ended = |target: &str, outcome: &Outcome<Changed>| {
        let text = match outcome {
            Ok(changed) if changed.from.is_empty() || changed.from == *version => {
                format!("{} ({version})", changed.outcome)
            }
            Ok(changed) => format!("{} ({} -> {version})", changed.outcome, changed.from),
            Err(failure) => failure.message.clone(),
        };
        session.console.note(&format!("{target}: {text}"));
    };
    let report = fleet::each(session, pace, &targets.names, work, ended).await;
    let exit = report.exit();
    let mut rows: Vec<Map<String, Value>> = Vec::new();
    let mut add = |value: Value| rows.extend(value.as_object().cloned());
    for (name, changed) in &report.done {
        let (outcome, from) = (changed.outcome, &changed.from);
        add(json!({"hosting": name, "outcome": outcome, "from": from, "to": version}));
    }
    for (name, failure) in &report.failed {
        add(json!({"hosting": name, "outcome": "failed", "message": failure.message}));
    }
    for name in &report.left {
        add(json!({"hosting": name, "outcome": "not sent"}));
    }
    rows.sort_by_key(|row| row.get("hosting").map(Value::to_string));
    for row in rows {
        printer.add(Value::Object(row))?;
    }
    printer.finish()?;
    if exit != Exit::Done
        && let Some(path) = &globals.resume
    {
        session.console.note(&format!(
            "to go on, repeat the command with --resume {}",
            path.display()
        ));
    }
    account.print_timing(session, globals);
    Ok(exit)
}

/// Changes one hosting.
async fn change(
    globals: &Globals,
    account: &Account,
    record: Option<&Record>,
    target: &str,
    wanted: &OvhConfigChange,
) -> Outcome<Changed> {
    let write = |state: &State| record.map_or(Ok(()), |record| record.write(target, state));
    let state = record.map_or(State::New, |record| record.state(target));
    let configs = account.client.hosting(target).ovh_configs();
    if let State::Failed(message) = &state {
        return Err(Failure::new(
            Exit::TaskFailed,
            format!("an earlier run sent it, and it failed: {message}"),
        )
        .hint("to send it again, use a new file with --resume"));
    }
    if state == State::Done {
        let from = String::new();
        return Ok(Changed {
            from,
            outcome: "done before",
        });
    }
    let plan = configs.plan("", wanted).await?;
    if plan.is_conflict() {
        return Err(Failure::new(Exit::Conflict, plan.to_string()));
    }
    let version =
        |field: &FieldChange| (field.name == "engine_version").then(|| field.from.clone());
    let from = plan.fields.iter().find_map(version).flatten();
    let from = from.or_else(|| Some(wanted.engine_version.as_ref()?.as_str().to_owned()));
    let done = |outcome| Changed {
        from: from.clone().unwrap_or_default(),
        outcome,
    };
    if !plan.is_write() {
        write(&State::Done)?;
        return Ok(done(match state {
            State::New => "unchanged",
            _ => "done",
        }));
    }
    if globals.dry_run {
        return Ok(done("would change"));
    }
    if state != State::New {
        return Err(Failure::new(
            Exit::Failed,
            "an earlier run was stopped while it sent this, and the version is not the new one",
        )
        .hint("the change may still be in work; to send it again, use a new file with --resume"));
    }
    write(&State::Unknown)?;
    match configs.ensure("", wanted).await {
        Ok(ensured) => {
            let _unchanged_or_done = ensured.or_conflict()?;
            write(&State::Done)?;
            Ok(done("done"))
        }
        Err(error) => {
            if !error.maybe_applied() && error.kind() != ovh_web::ErrorKind::Task {
                write(&State::New)?;
            }
            let failure = Failure::of_wait(&error);
            if failure.exit == Exit::TaskFailed {
                write(&State::Failed(failure.message.clone()))?;
            }
            Err(failure)
        }
    }
}
