//! The end of `sites apply`: what is done, what is left and why, and the command that goes on.

use ovh_web::sites::{Applied, AppliedChange, HostingPlan, Outcome as State};
use serde_json::{Value, json};

use super::facts;
use super::numbers::Numbers;
use super::text::title;
use crate::account::Account;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::{Format, Globals};
use crate::output::Printer;
use crate::printable::shell_word;
use crate::session::Session;

/// The columns of a row.
pub(super) const COLUMNS: [&str; 9] = [
    "of", "kind", "name", "change", "outcome", "message", "fields", "reason", "place",
];

/// The reason why the changes have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    ByItself,
    AtDeadline,
    Interrupted,
}

/// The numbers of outcomes.
#[derive(Debug, Default)]
struct Counts {
    done: usize,
    pending: usize,
    failed: usize,
    conflicts: usize,
    interrupted: usize,
    not_started: usize,
}

impl Counts {
    fn of(applied: &Applied) -> Self {
        let mut counts = Self::default();
        for change in &applied.changes {
            *match &change.outcome {
                State::Done => &mut counts.done,
                State::Pending(_) => &mut counts.pending,
                State::Failed(_) => &mut counts.failed,
                State::Interrupted => &mut counts.interrupted,
                State::NotStarted => &mut counts.not_started,
                _ => &mut counts.conflicts,
            } += 1;
        }
        counts
    }

    fn named(&self) -> [(&'static str, usize); 6] {
        [
            ("done", self.done),
            ("pending", self.pending),
            ("failed", self.failed),
            ("not changed", self.conflicts),
            ("interrupted", self.interrupted),
            ("not started", self.not_started),
        ]
    }
}

/// Prints the result. Returns the exit code.
pub(super) fn print(
    session: &Session,
    globals: &Globals,
    account: &Account,
    applied: &Applied,
    ended: Ended,
) -> Outcome<Exit> {
    let counts = Counts::of(applied);
    let exit = exit(applied, &counts, ended);
    for change in &applied.changes {
        report(session, change);
    }
    for part in applied.plan.zones.iter().chain(&applied.plan.hostings) {
        report_problems(session, part);
    }
    let printed = match facts::format(globals) {
        Some(format) => print_facts(session, globals, account, applied, &counts, format),
        None if applied.changes.is_empty() => Ok(()),
        None => session.console.output(&line(session, account, &counts)),
    };
    if applied.changes.iter().any(|it| can_go_on(&it.outcome)) {
        let when = match exit {
            Exit::Pending => "to go on later",
            _ => "to go on",
        };
        let command = go_on(&session.arguments);
        session.console.note(&format!("{when}: {command}"));
    }
    match printed {
        // A reader that ended changes nothing of the result.
        Err(failure) if failure.exit != Exit::Done => {
            let was_sent = applied.changes.iter().any(was_sent);
            Err(if was_sent {
                failure.after_write()
            } else {
                failure
            })
        }
        _ => Ok(exit),
    }
}

/// `true` if a write may have been sent.
fn was_sent(change: &AppliedChange) -> bool {
    let is_write = change.planned.change.is_write();
    is_write && !matches!(change.outcome, State::NotStarted | State::Conflict)
}

/// `true` if the same command may do what is left, which is not so for a conflict. One that the
/// server reports may be work in progress.
fn can_go_on(outcome: &State) -> bool {
    match outcome {
        State::Done | State::Conflict => false,
        State::Failed(error) => !error.is_conflict() || error.status().is_some(),
        _ => true,
    }
}

/// `12 done, 1 failed; 34.5 s, 120 requests, 9 tasks`
fn line(session: &Session, account: &Account, counts: &Counts) -> String {
    let named = counts.named().into_iter().filter(|(_, number)| *number > 0);
    let named = named.map(|(name, number)| format!("{number} {name}"));
    let named = named.collect::<Vec<_>>().join(", ");
    format!(
        "{named}; {:.1} s, {} requests, {} tasks\n",
        account.elapsed(session).as_secs_f64(),
        account.requests(),
        account.tasks()
    )
}

/// The failures of changes, and of what could not be planned: all alike, or mixed.
fn exit(applied: &Applied, counts: &Counts, ended: Ended) -> Exit {
    let failed = applied.changes.iter().filter_map(|it| match &it.outcome {
        State::Failed(error) => Some(Failure::of_wait(error).exit),
        // Conflicts are among the problems of the plan; these are left alone because of one.
        State::Conflict => Some(Exit::Conflict),
        _ => None,
    });
    let problems = Numbers::of(&applied.plan);
    let codes = failed.chain(problems.problems()).map(after_writes);
    let is_stopped = counts.interrupted + counts.not_started > 0;
    match (ended, Exit::of_all(codes)) {
        (Ended::Interrupted, _) if is_stopped => Exit::Interrupted,
        (_, exit) if exit != Exit::Done => exit,
        (Ended::AtDeadline, _) if is_stopped => Exit::Deadline,
        _ if counts.pending > 0 => Exit::Pending,
        _ => Exit::Done,
    }
}

/// The code of a failure. Others may have been sent, which is not so for a wrong usage.
const fn after_writes(exit: Exit) -> Exit {
    match exit {
        Exit::Usage => Exit::Failed,
        exit => exit,
    }
}

/// Says why a change is not done.
fn report(session: &Session, change: &AppliedChange) {
    let place = change.planned.place.as_ref();
    let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
    let (of, title) = (&change.of, title(&change.planned));
    let what = format!("{of}: {title}{place}");
    let note = |text: String| session.console.note(&text);
    match &change.outcome {
        State::Failed(error) => {
            let failure = Failure::of_wait(error);
            note(format!("error: {what}: {}", failure.message));
            if let Some(hint) = failure.hint {
                note(format!("  hint: {hint}"));
            }
        }
        State::Pending(reason) => note(format!("pending: {what}: {reason}")),
        State::Interrupted => note(format!("interrupted: {what}")),
        State::Conflict => {
            let reason = change.planned.reason.as_deref();
            // All records of a zone are one batch.
            let reason = reason.unwrap_or("a change of it, or of another record, is in conflict");
            note(format!("conflict: {what}: {reason}"));
        }
        _ => {}
    }
}

/// Says what could not be planned.
fn report_problems(session: &Session, part: &HostingPlan) {
    let of = &part.name;
    for unreadable in &part.unreadable {
        let (kind, message) = (unreadable.kind, &unreadable.message);
        session
            .console
            .note(&format!("error: {of}: {kind}: not readable: {message}"));
    }
    if let Some(error) = &part.error {
        let failure = Failure::from(error);
        for line in failure.message.lines() {
            session.console.note(&format!("error: {of}: {line}"));
        }
        if let Some(hint) = failure.hint {
            session.console.note(&format!("  hint: {hint}"));
        }
    }
}

fn print_facts(
    session: &Session,
    globals: &Globals,
    account: &Account,
    applied: &Applied,
    counts: &Counts,
    format: Format,
) -> Outcome {
    let mut rows: Vec<Value> = Vec::new();
    for change in &applied.changes {
        let mut row = facts::row(&change.of, &change.planned, format);
        row["outcome"] = outcome(&change.outcome).into();
        match &change.outcome {
            State::Failed(error) => {
                let failure = Failure::of_wait(error);
                row["exit"] = after_writes(failure.exit).code().into();
                row["message"] = failure.message.into();
                row["hint"] = failure.hint.into();
            }
            State::Pending(reason) => row["message"] = reason.clone().into(),
            _ => {}
        }
        rows.push(row);
    }
    for part in applied.plan.zones.iter().chain(&applied.plan.hostings) {
        let own = part.changes.len();
        rows.extend(facts::rows(part, format).into_iter().skip(own));
    }
    let mut globals = globals.clone();
    globals.output = Some(format);
    let printer = Printer::new(session, &globals, COLUMNS)?;
    // Their names were checked.
    let mut printer = printer.allow_missing_columns(true);
    if facts::has_rows(format) {
        printer = printer.list();
        for row in rows {
            printer.add(row)?;
        }
    } else {
        let mut numbers = json!({
            "seconds": account.elapsed(session).as_secs_f64(),
            "requests": account.requests(),
            "tasks": account.tasks(),
        });
        for (name, number) in counts.named() {
            numbers[name.replace(' ', "_")] = number.into();
        }
        printer.add(json!({ "numbers": numbers, "changes": rows }))?;
    }
    printer.finish()
}

const fn outcome(state: &State) -> &'static str {
    match state {
        State::Done => "done",
        State::Pending(_) => "pending",
        State::Failed(_) => "failed",
        State::Interrupted => "interrupted",
        State::NotStarted => "not started",
        _ => "not changed",
    }
}

/// The same command without a saved plan, which does not fit any more.
pub(super) fn go_on(arguments: &[String]) -> String {
    let mut words = vec!["ovh-web".to_owned()];
    let mut arguments = arguments.iter();
    while let Some(word) = arguments.next() {
        if word == "--plan" {
            arguments.next();
        } else if !word.starts_with("--plan=") {
            words.push(shell_word(word).into_owned());
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ovh_web::{Error, ErrorKind};

    use super::*;

    #[test]
    fn command_that_goes_on_has_no_saved_plan() {
        for line in [
            "sites apply s.toml -H a.ovh --yes --plan p.json",
            "sites apply --plan=p.json s.toml -H a.ovh --yes",
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let command = go_on(&words);
            assert_eq!(command, "ovh-web sites apply s.toml -H a.ovh --yes");
        }
    }

    #[test]
    fn conflict_is_not_repeated() {
        let failed = |kind| State::Failed(Arc::new(Error::builder(kind, "").build()));
        assert!(can_go_on(&failed(ErrorKind::Server)));
        assert!(can_go_on(&State::NotStarted));
        assert!(!can_go_on(&failed(ErrorKind::Conflict)));
        assert!(!can_go_on(&State::Conflict));
    }
}
