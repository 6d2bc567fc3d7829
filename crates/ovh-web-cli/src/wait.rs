//! Waiting until the work of a write is done, with progress.

use std::sync::{Mutex, PoisonError};

use ovh_web::{WaitPolicy, Watch};
use serde_json::Value;

use crate::account::Account;
use crate::command::{Command, Wait};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::Globals;
use crate::invocation::Invocation;
use crate::printable::shell_word;
use crate::requests;
use crate::session::Session;

/// Work that a write has started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work<'a> {
    pub(crate) row: &'static Command,
    /// The hosting, or an empty text.
    pub(crate) target: &'a str,
    /// The path values of the operation that reads the object, if they are known.
    pub(crate) values: Option<&'a [String]>,
    pub(crate) response: Option<&'a Value>,
}

/// Waits until the work is done. Returns the object if it can be read, else the finished task.
pub(crate) async fn until_done(
    session: &Session,
    globals: &Globals,
    account: &Account,
    work: Work<'_>,
) -> Outcome<Option<Value>> {
    let client = &account.client;
    let values: Vec<&str> = work
        .values
        .unwrap_or_default()
        .iter()
        .map(String::as_str)
        .collect();
    match work.row.wait {
        Wait::None => Ok(None),
        Wait::Task => {
            let Some(response) = work.response else {
                return Ok(None);
            };
            let own = own_values(work);
            let own: Vec<&str> = own.iter().map(String::as_str).collect();
            let watch = client.watch_task(work.row.row(), &own, response)?;
            let task = match watch {
                Some(watch) => settle(session, globals, work, watch, false).await?,
                None => return Ok(None),
            };
            let is_deletion = work.row.row().method() == "DELETE";
            match (work.row.object, work.values) {
                (Some(read), Some(_)) if !is_deletion => {
                    let request = client.operation(requests::operation(read)?, &values)?;
                    match request.fresh().json().await {
                        Ok(object) => Ok(Some(object)),
                        // The task is done; that its object cannot be read changes nothing.
                        Err(_) => Ok(task),
                    }
                }
                _ => Ok(task),
            }
        }
        Wait::Status(read) | Wait::Gone(read) => {
            if work.values.is_none() {
                session.console.note(&format!(
                    "the work may go on: `ovh-web {}` shows its status",
                    crate::table::by_operation(read).map_or(read, |row| row.path)
                ));
                return Ok(None);
            }
            let watch = client.watch(requests::operation(read)?, &values)?;
            let until_gone = matches!(work.row.wait, Wait::Gone(_));
            settle(session, globals, work, watch, until_gone).await
        }
    }
}

/// The path values of the write itself: its object's values begin with them, except in creations.
fn own_values(work: Work<'_>) -> Vec<String> {
    let known = work.values.unwrap_or_default();
    let values = work.row.values.iter().enumerate();
    values
        .map(|(index, value)| match value.is_hosting {
            true => work.target.to_owned(),
            false => known.get(index).cloned().unwrap_or_default(),
        })
        .collect()
}

/// Waits, unless it is interrupted; the work itself goes on then.
async fn settle(
    session: &Session,
    globals: &Globals,
    work: Work<'_>,
    watch: Watch,
    until_gone: bool,
) -> Outcome<Option<Value>> {
    let watch = with_progress(session, work, watch);
    let policy = globals
        .deadline
        .map(|deadline| WaitPolicy::default().deadline(deadline));
    let waited = async {
        match (until_gone, policy) {
            (true, None) => watch.wait_gone().await,
            (true, Some(policy)) => watch.wait_gone_with(policy).await,
            (false, None) => watch.wait().await.map(Some),
            (false, Some(policy)) => watch.wait_with(policy).await.map(Some),
        }
    };
    let mut interrupts = session.interrupts.clone();
    let ended = tokio::select! {
        biased;
        result = waited => result.map_err(|error| {
            let failure = Failure::of_wait(&error);
            match failure.exit {
                Exit::Deadline => go_on(work, failure),
                _ => failure,
            }
        }),
        Ok(_) = interrupts.wait_for(|count| *count > 0) => Err(interrupted(work)),
    };
    session.console.end_line();
    ended
}

/// Prints each new status: on a terminal in one line, else one line each.
fn with_progress(session: &Session, work: Work<'_>, watch: Watch) -> Watch {
    let console = session.console.clone();
    let is_terminal = console.terminals().stderr;
    let name = match work.target {
        "" => work.row.path.to_owned(),
        target => format!("{target}: {}", work.row.path),
    };
    let last = Mutex::new(String::new());
    watch.on_progress(move |status| {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if *last == status || status.is_empty() {
            return;
        }
        *last = status.to_owned();
        let line = format!("{name}: {status}");
        match is_terminal {
            true => console.replace_line(&line),
            false => console.note(&line),
        }
    })
}

/// The failure of an interrupted wait: the state, and the command that continues.
fn interrupted(work: Work<'_>) -> Failure {
    let message = format!("interrupted: the server goes on with `{}`", work.row.path);
    go_on(work, Failure::new(Exit::Interrupted, message))
}

/// Adds how to wait for work that goes on.
fn go_on(work: Work<'_>, failure: Failure) -> Failure {
    match (work.target, work.response.and_then(task_id)) {
        ("", _) | (_, None) => failure.hint("read the object to see its status"),
        (target, Some(id)) => {
            let target = shell_word(target);
            failure.hint(format!("to wait for it: ovh-web wait -H {target} {id}"))
        }
    }
}

/// The ID of a task; from third-party reports, it may be a string.
fn task_id(task: &Value) -> Option<i64> {
    match task.get("id")? {
        Value::String(digits) => digits.parse().ok(),
        number => number.as_i64(),
    }
}

/// The command that waits for accepted work.
pub(crate) fn command(
    row: &Command,
    invocation: &Invocation,
    target: &str,
    response: &Value,
) -> Option<String> {
    match row.wait {
        Wait::Task => {
            let id = task_id(response)?;
            row.has_hosting()
                .then(|| format!("ovh-web wait -H {} {id}", shell_word(target)))
        }
        Wait::Status(read) | Wait::Gone(read) => {
            let read = crate::table::by_operation(read)?;
            let known = crate::write::object_values(invocation, target, Some(response))?;
            let values = read.values.iter().zip(&known);
            let words = values.map(|(value, text)| match value.is_hosting {
                true => format!("-H {}", shell_word(text)),
                false => shell_word(text).into_owned(),
            });
            let words: Vec<String> = words.collect();
            Some(format!("ovh-web {} {}", read.path, words.join(" ")))
        }
        Wait::None => None,
    }
}
