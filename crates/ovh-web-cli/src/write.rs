//! Commands that write: asked for, recorded, sent once, waited for.

use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::command::Wait;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::fleet::{self, Pace, Report};
use crate::global::Globals;
use crate::interrupt::{unless_interrupted, unless_interrupted_before_sending};
use crate::invocation::Invocation;
use crate::output::Printer;
use crate::printable::shell_word;
use crate::read::HOSTING;
use crate::resume::{Record, State};
use crate::select::Targets;
use crate::session::Session;
use crate::{confirm, dry_run, lookup, requests, risk, table, wait};

/// The result of a write.
#[derive(Clone, Debug)]
pub(crate) enum Written {
    /// The work is done; the object or the response, if there is one.
    Done(Option<Value>),
    /// The server has accepted the work, which goes on.
    Accepted(Value),
    /// An earlier run did it.
    Before,
}

/// Sends a write to each target.
pub(crate) async fn run(
    session: &Session,
    globals: &Globals,
    account: &Account,
    invocation: &Invocation,
    targets: Option<&Targets>,
) -> Outcome<Exit> {
    let row = invocation.row;
    let no_hosting = [String::new()];
    let names = targets.map_or(&no_hosting[..], |targets| &targets.names);
    let is_fleet = targets.is_some_and(|targets| targets.is_fleet);
    let unread = targets.map_or(&[][..], |targets| &targets.failed);
    if globals.dry_run {
        let plan = show_plan(session, globals, account, invocation, names, is_fleet);
        unless_interrupted(session, plan).await??;
        return Ok(Exit::of_all(unread.iter().map(|(_, failure)| failure.exit)));
    }
    if let Some(loss) = risk::loss(row, invocation.parts.body.as_ref()) {
        confirm::confirm(session, globals, row.path, &loss, targets)?;
    }
    let record = match &globals.resume {
        Some(path) => {
            // The file of one secret does not name the hosting that it is for.
            let one = invocation.has_new_secret() && !is_fleet;
            let target = names.first().filter(|_| one).map(String::as_str);
            Some(Record::open(path, &identity(account, invocation, target))?)
        }
        None => None,
    };
    let columns: &[&str] = if is_fleet {
        &[HOSTING, "outcome", "id", "task"]
    } else {
        row.columns
    };
    let printer = Printer::new(session, globals, columns.iter().copied())?;
    let printer = printer.allow_missing_columns(true);
    let pace = Pace {
        parallel: globals.parallel,
        keeps_going: globals.keep_going,
        finishes: true,
    };
    let job = Job {
        session,
        globals,
        account,
        invocation,
        record: record.as_ref(),
    };
    let work = |target: String| {
        let job = &job;
        async move { job.run(&target).await }
    };
    let ended = |target: &str, outcome: &Outcome<Written>| match outcome {
        _ if !is_fleet => {}
        Ok(written) => session
            .console
            .note(&format!("{target}: {}", in_words(written))),
        Err(failure) => fleet::note(session, globals, target, failure),
    };
    let report = fleet::each(session, pace, names, work, ended).await;
    let report = report.with_failed(unread);
    if is_fleet {
        let printed = print_fleet(session, globals, invocation, printer.list(), report);
        return printed.map_err(Failure::after_write);
    }
    match (
        report.done.into_iter().next(),
        report.failed.into_iter().next(),
    ) {
        (Some((target, written)), _) => {
            let printed = print_one(session, globals, invocation, (&target, &written), printer);
            printed.map_err(Failure::after_write)?;
            Ok(Exit::Done)
        }
        (None, Some((_, failure))) => Err(failure),
        (None, None) => Err(invocation.with_stored_secret(match report.left.is_empty() {
            true => Failure::stopped(),
            false => Failure::interrupted(),
        })),
    }
}

/// The endpoint, the operation and its arguments without secrets, which a record belongs to.
fn identity(account: &Account, invocation: &Invocation, target: Option<&str>) -> Value {
    let parts = &invocation.parts;
    let body = parts.body.clone().unwrap_or(Value::Null);
    let body = requests::without_secrets(body, Some(invocation.row.row()));
    let mut identity = json!({
        "endpoint": account.client.endpoint().to_string(),
        "operation": invocation.row.operation,
        "values": invocation.values,
        "query": parts.query,
        "body": body,
    });
    if let Some(target) = target {
        identity["target"] = target.into();
    }
    identity
}

/// Prints the requests of a dry run, and what finding them out has cost.
async fn show_plan(
    session: &Session,
    globals: &Globals,
    account: &Account,
    invocation: &Invocation,
    names: &[String],
    is_fleet: bool,
) -> Outcome {
    let columns = ["hosting", "method", "path", "body", "allowed", "waits_for"];
    let mut printer = Printer::new(session, globals, columns)?;
    if is_fleet {
        printer = printer.list();
    }
    for name in names {
        printer.add(dry_run::plan(account, invocation, name).await?)?;
    }
    printer.finish()?;
    session.console.note(&format!(
        "dry run: nothing was sent; requests that only read: {}",
        account.requests()
    ));
    Ok(())
}

/// The write to each target.
struct Job<'a> {
    session: &'a Session,
    globals: &'a Globals,
    account: &'a Account,
    invocation: &'a Invocation,
    record: Option<&'a Record>,
}

impl Job<'_> {
    /// Sends the request unless an earlier run did, and waits.
    async fn run(&self, target: &str) -> Outcome<Written> {
        let state = self
            .record
            .map_or(State::New, |record| record.state(target));
        let response = match state {
            State::New => self.send(target).await?,
            State::Accepted(response) => Some(response),
            State::Done => return Ok(Written::Before),
            State::Unknown => return self.look_up(target).await,
            State::Failed(message) => {
                return Err(Failure::new(
                    Exit::TaskFailed,
                    format!("an earlier run sent it, and it failed: {message}"),
                )
                .hint("to send it again, use a new file with --resume"));
            }
        };
        self.finish(target, response).await
    }

    fn record(&self, target: &str, state: &State) -> Outcome {
        self.record
            .map_or(Ok(()), |record| record.write(target, state))
    }

    async fn send(&self, target: &str) -> Outcome<Option<Value>> {
        let operation = self.invocation.row.row();
        let values = self.invocation.values_of(target);
        // Refused values are found before a new secret is stored.
        requests::request(self.account, operation, &values, &self.invocation.parts)?.preview()?;
        let parts = self.invocation.parts_of(target)?;
        let request = requests::request(self.account, operation, &values, &parts)?;
        self.record(target, &State::Unknown)?;
        let sent = unless_interrupted_before_sending(self.session, async {
            match operation.is_void() {
                true => request.send().await.map(|()| None),
                false => request.json::<Value>().await.map(Some),
            }
        });
        let Some(sent) = sent.await else {
            self.record(target, &State::New)?;
            return Err(Failure::interrupted());
        };
        match sent {
            Ok(response) => {
                let kept = match self.invocation.row.wait {
                    Wait::Task => response.clone(),
                    _ => None,
                };
                let accepted = State::Accepted(kept.unwrap_or(Value::Null));
                self.record(target, &accepted)
                    .map_err(Failure::after_write)?;
                Ok(response)
            }
            Err(error) => {
                if !error.maybe_applied() {
                    self.record(target, &State::New)?;
                }
                Err(self.invocation.with_stored_secret(error.into()))
            }
        }
    }

    async fn finish(&self, target: &str, response: Option<Value>) -> Outcome<Written> {
        let row = self.invocation.row;
        let response = response.filter(|value| !value.is_null());
        if self.globals.no_wait && row.wait != Wait::None {
            return Ok(Written::Accepted(response.unwrap_or(Value::Null)));
        }
        let values = object_values(self.invocation, target, response.as_ref());
        let work = wait::Work {
            row,
            target,
            values: values.as_deref(),
            response: response.as_ref(),
        };
        match wait::until_done(self.session, self.globals, self.account, work).await {
            Ok(object) => {
                self.record(target, &State::Done)
                    .map_err(Failure::after_write)?;
                Ok(Written::Done(object.or(response)))
            }
            Err(failure) => {
                if failure.exit == Exit::TaskFailed {
                    self.record(target, &State::Failed(failure.message.clone()))
                        .map_err(Failure::after_write)?;
                }
                Err(match failure.exit {
                    Exit::TaskFailed => self.invocation.with_stored_secret(failure),
                    Exit::Deadline | Exit::Interrupted => failure,
                    // A refused read must not look like a refused write.
                    _ => failure.after_write(),
                })
            }
        }
    }

    /// Finds out whether a request that may have been sent was done. It is not sent again.
    async fn look_up(&self, target: &str) -> Outcome<Written> {
        let values = object_values(self.invocation, target, None);
        let found = lookup::is_done(self.account, self.invocation, values.as_deref()).await?;
        match found {
            Some(true) => {
                self.record(target, &State::Done)?;
                Ok(Written::Before)
            }
            Some(false) => Err(Failure::new(
                Exit::Failed,
                "an earlier run was stopped while it sent this, and it was not done",
            )
            .hint("to send it, use a new file with --resume")),
            None => Err(Failure::new(
                Exit::Failed,
                "an earlier run was stopped while it sent this; whether it was done is not known",
            )
            .hint("look at the object; to send it again, use a new file with --resume")),
        }
    }
}

/// The path values of the operation that reads the object, if they are known.
///
/// The response of slow work without a task is the object, and may have its ID.
pub(crate) fn object_values(
    invocation: &Invocation,
    target: &str,
    response: Option<&Value>,
) -> Option<Vec<String>> {
    let read = requests::operation(invocation.row.object?).ok()?;
    let own: Vec<(&str, &str)> = invocation
        .row
        .values
        .iter()
        .map(|value| value.wire)
        .zip(invocation.values_of(target))
        .collect();
    let of_body = |name: &str| {
        let flag = invocation.row.body_flag(name)?;
        let value = invocation.parts.value(&flag.body_path())?;
        value.as_str().map(str::to_owned)
    };
    let is_object = matches!(invocation.row.wait, Wait::Status(_));
    let of_response = |name: &str| {
        let is_id = is_object && (name == "id" || name.ends_with("Id"));
        match response.filter(|_| is_id)?.get("id")? {
            Value::String(id) => Some(id.clone()),
            id => Some(id.as_i64()?.to_string()),
        }
    };
    read.path_parameters()
        .map(|name| {
            let known = own.iter().find(|(other, _)| *other == name);
            let known = known.map(|(_, value)| (*value).to_owned());
            known
                .or_else(|| of_body(name))
                .or_else(|| of_response(name))
        })
        .collect()
}

/// A result in a few words.
const fn in_words(written: &Written) -> &'static str {
    match written {
        Written::Done(_) => "done",
        Written::Before => "done by an earlier run",
        Written::Accepted(_) => "accepted, not done yet",
    }
}

/// The command that must follow a write before it takes effect.
fn next_step(invocation: &Invocation) -> Option<String> {
    // From third-party reports: redirections are records too.
    let staged = ["domain/records::", "domain/redirections::"];
    let is_staged = staged.map(|api| invocation.row.operation.starts_with(api));
    let refresh =
        table::by_operation("domain/zones::refresh").filter(|_| is_staged.contains(&true))?;
    let zone = invocation.values.first()?;
    let command = format!("ovh-web {} {}", refresh.path, shell_word(zone));
    Some(format!("name servers answer with it after `{command}`"))
}

fn print_one(
    session: &Session,
    globals: &Globals,
    invocation: &Invocation,
    (target, written): (&str, &Written),
    printer: Printer,
) -> Outcome {
    let row = invocation.row;
    match written {
        Written::Before => session.console.note("done by an earlier run"),
        Written::Done(_) => {}
        Written::Accepted(response) => {
            session.console.note("accepted, not done yet");
            if let Some(command) = wait::command(row, invocation, target, response) {
                session.console.note(&format!("to wait: {command}"));
            }
        }
    }
    if let Some(next) = next_step(invocation) {
        session.console.note(&next);
    }
    let (Written::Done(Some(value)) | Written::Accepted(value)) = written else {
        return Ok(());
    };
    let value = match globals.show_secrets {
        true => value.clone(),
        false => requests::without_secrets(value.clone(), Some(row.row())),
    };
    match value {
        Value::Null => Ok(()),
        Value::Array(items) => {
            let printer = printer.list();
            for item in items {
                printer.add(item)?;
            }
            printer.finish()
        }
        value => {
            printer.add(value)?;
            printer.finish()
        }
    }
}

/// Prints a row for each target, and how to go on.
fn print_fleet(
    session: &Session,
    globals: &Globals,
    invocation: &Invocation,
    printer: Printer,
    report: Report<Written>,
) -> Outcome<Exit> {
    let row = invocation.row;
    let exit = report.exit();
    let failed = report.failed.len();
    let (left, stopped) = (report.left.len(), report.stopped.len());
    let total = report.done.len() + failed + stopped + left;
    let mut rows: Vec<(String, Map<String, Value>)> = Vec::new();
    let mut add = |target: String, outcome: &str, facts: &[(&str, Value)]| {
        let mut cells = Map::new();
        cells.insert(HOSTING.into(), target.clone().into());
        cells.insert("outcome".into(), outcome.into());
        for (name, value) in facts.iter().filter(|(_, value)| !value.is_null()) {
            cells.insert((*name).to_owned(), value.clone());
        }
        rows.push((target, cells));
    };
    for (target, written) in report.done {
        // A finished task stands for an object that cannot be read.
        let has_object = object_values(invocation, &target, None).is_some();
        let id = match (row.wait, &written) {
            (Wait::Task, Written::Accepted(_)) => "task",
            (Wait::Task, _) if !has_object => "task",
            _ => "id",
        };
        let (outcome, value) = match written {
            Written::Done(value) => ("done", value),
            Written::Accepted(value) => ("accepted", Some(value)),
            Written::Before => ("done before", None),
        };
        let value = value.and_then(|value| value.get("id").cloned());
        add(target, outcome, &[(id, value.unwrap_or(Value::Null))]);
    }
    for target in &report.stopped {
        add(target.clone(), "unknown", &[]);
    }
    for (target, failure) in report.failed {
        let (code, outcome) = (failure.exit.code(), failure.outcome());
        let facts = [("message", failure.message.into()), ("exit", code.into())];
        add(target, outcome, &facts);
    }
    for target in &report.left {
        add(target.clone(), "not sent", &[]);
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    for (_, row) in rows {
        printer.add(Value::Object(row))?;
    }
    printer.finish()?;
    if exit != Exit::Done || left > 0 {
        let mut text = format!("{failed} of {total} failed, {left} not sent");
        if stopped > 0 {
            text.push_str(&format!(
                ", {stopped} stopped while in work, which may have been done"
            ));
        }
        session.console.note(&text);
        match &globals.resume {
            Some(path) => session.console.note(&format!(
                "to go on, repeat the command with --resume {}",
                shell_word(&path.to_string_lossy())
            )),
            None if !report.left.is_empty() => {
                let names: Vec<_> = report.left.iter().map(|name| shell_word(name)).collect();
                let mut text = "to go on: the same command".to_owned();
                // Beside these, what selected all of them would select them again.
                let selection = [
                    (globals.all, "--all"),
                    (globals.from.is_some(), "--from"),
                    (globals.filter.is_some(), "--where"),
                ];
                let given = selection.iter().filter(|(is_given, _)| *is_given);
                let given: Vec<&str> = given.map(|(_, flag)| *flag).collect();
                if !given.is_empty() {
                    text.push_str(&format!(" without {},", given.join(" and ")));
                }
                text.push_str(&format!(" with only -H {}", names.join(" -H ")));
                session.console.note(&text);
            }
            None => {}
        }
    }
    Ok(exit)
}
