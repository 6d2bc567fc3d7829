//! `php`: the PHP version of hostings, changed where it differs and waited for.

use clap::{Arg, ArgMatches};
use ovh_web::types::{OvhConfigAvailableEngineVersion, OvhConfigChange};
use ovh_web::{EnsureOptions, FieldChange, WaitPolicy};
use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::fleet::{self, Pace};
use crate::global::Globals;
use crate::interrupt::unless_interrupted_before_sending;
use crate::output::Printer;
use crate::printable::shell_word;
use crate::resume::{Record, State};
use crate::session::Session;
use crate::{select, validate};

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
             Returns a row per hosting: hosting, outcome, from, to. With --dry-run, the exit code is 10 if a\n\
             hosting would be changed.",
        )
}

const COLUMNS: [&str; 4] = ["hosting", "outcome", "from", "to"];

/// The operation that changes the version.
const CHANGE: &str = "ovh_configs::change";

/// The outcome of a dry run that finds a difference.
const PENDING: &str = "would change";

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
    validate::columns(globals, COLUMNS.into_iter().chain(["message"]))?;
    let account = Account::connect(session, globals).await?;
    let targets = select::targets(session, globals, &account).await?;
    let record = match (&globals.resume, globals.dry_run) {
        (Some(path), false) => Some(Record::open(path, &identity(&account, &version))?),
        _ => None,
    };
    let printer = Printer::new(session, globals, COLUMNS)?.list();
    let printer = printer.allow_missing_columns(true);
    let wanted = OvhConfigChange::new()
        .engine_version(OvhConfigAvailableEngineVersion::from(version.as_str()));
    let pace = Pace {
        parallel: globals.parallel,
        keeps_going: globals.keep_going,
        finishes: true,
    };
    let work = |target: String| {
        let (account, record, wanted) = (&account, record.as_ref(), &wanted);
        async move {
            let changed = change(globals, account, record, &target, wanted);
            match unless_interrupted_before_sending(session, changed).await {
                Some(changed) => changed,
                None => {
                    // The intent may be written already.
                    if let Some(record) = record.filter(|it| it.state(&target) == State::New) {
                        record.write(&target, &State::New)?;
                    }
                    Err(Failure::interrupted())
                }
            }
        }
    };
    let ended = |target: &str, outcome: &Outcome<Changed>| {
        let text = match outcome {
            Ok(changed) if changed.from.is_empty() || changed.from == *version => {
                format!("{} ({version})", changed.outcome)
            }
            Ok(changed) => format!("{} ({} -> {version})", changed.outcome, changed.from),
            Err(failure) => return fleet::note(session, globals, target, failure),
        };
        session.console.note(&format!("{target}: {text}"));
    };
    let report = fleet::each(session, pace, &targets.names, work, ended).await;
    let report = report.with_failed(&targets.failed);
    let exit = report.exit();
    let mut rows: Vec<Map<String, Value>> = Vec::new();
    let mut add = |value: Value| rows.extend(value.as_object().cloned());
    for (name, changed) in &report.done {
        let (outcome, from) = (changed.outcome, &changed.from);
        add(json!({"hosting": name, "outcome": outcome, "from": from, "to": version}));
    }
    for (name, failure) in &report.failed {
        let outcome = failure.outcome();
        add(json!({"hosting": name, "outcome": outcome, "message": failure.message}));
    }
    for name in &report.left {
        add(json!({"hosting": name, "outcome": "not sent"}));
    }
    for name in &report.stopped {
        add(json!({"hosting": name, "outcome": "unknown"}));
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
            shell_word(&path.to_string_lossy())
        ));
    }
    account.print_timing(session, globals);
    let is_pending = report.done.iter().any(|(_, it)| it.outcome == PENDING);
    Ok(match exit {
        Exit::Done if is_pending => Exit::Pending,
        exit => exit,
    })
}

/// The endpoint and the argument, which a record belongs to.
fn identity(account: &Account, version: &str) -> Value {
    json!({ "endpoint": account.client.endpoint().to_string(), "php": version })
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
        return Ok(done(PENDING));
    }
    if state != State::New {
        return Err(Failure::new(
            Exit::Failed,
            "an earlier run was stopped while it sent this, and the version is not the new one",
        )
        .hint("the change may still be in work; to send it again, use a new file with --resume"));
    }
    write(&State::Unknown)?;
    let mut options = EnsureOptions::new();
    if let Some(limit) = globals.deadline {
        options = options.wait_policy(WaitPolicy::default().deadline(limit));
    }
    let ensured = configs.ensure_with("", wanted, options).await;
    match ensured.and_then(|ensured| ensured.or_conflict()) {
        Ok(_unchanged_or_done) => {
            write(&State::Done)?;
            Ok(done("done"))
        }
        Err(error) => {
            // Any other request may have followed the change, and failed while that is in work.
            let is_refused = error.operation_name() == Some(CHANGE) && !error.maybe_applied();
            if is_refused {
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
