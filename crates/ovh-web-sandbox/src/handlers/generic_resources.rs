//! What handlers of records have in common.

use super::{Context, Values};
use crate::clock::Moment;
use crate::reply::{Answer, Refusal};
use crate::state::generic_resources::{Change, Key, Kind, Record};
use crate::state::hosting::Hosting;

/// The records of a kind that pass the query.
pub(super) fn list(
    cx: &mut Context<'_>,
    kind: Kind,
    passes: impl Fn(&Values, &Record) -> bool,
) -> Result<Answer, Refusal> {
    let hosting: &Hosting = cx.world.hosting(cx.path.get("serviceName"), cx.now)?;
    let query = &cx.query;
    let records = hosting.records.all(kind);
    Ok(cx.wanted.list(
        records.filter(|(_, record)| passes(query, record)),
        |(key, _)| key.json(),
        |(_, record)| record.json(),
    ))
}

/// The parts of an object, which has to be there.
pub(super) fn list_parts(
    cx: &mut Context<'_>,
    kind: Kind,
    whole: (Kind, Key),
    passes: impl Fn(&Values, &Record) -> bool,
) -> Result<Answer, Refusal> {
    let hosting: &Hosting = cx.world.hosting(cx.path.get("serviceName"), cx.now)?;
    let query = &cx.query;
    hosting.records.get(whole.0, &whole.1)?;
    let records = hosting.records.parts(kind, &whole.1);
    Ok(cx.wanted.list(
        records.filter(|(_, record)| passes(query, record)),
        |(key, _)| key.json(),
        |(_, record)| record.json(),
    ))
}

/// The record with this key.
pub(super) fn get(cx: &mut Context<'_>, kind: Kind, key: &Key) -> Result<Answer, Refusal> {
    Ok(Answer::json(cx.hosting()?.records.get(kind, key)?.json()))
}

/// Starts a task on a record and answers with it.
pub(super) fn work(
    cx: &mut Context<'_>,
    kind: Kind,
    key: &Key,
    (status, function): (&'static str, &'static str),
    change: Change,
) -> Result<Answer, Refusal> {
    let now = cx.now;
    let hosting = cx.hosting()?;
    let task = hosting.work_on_record(kind, key, status, function, change, now)?;
    Ok(task_answer(
        hosting,
        task,
        now,
        format!("{key}: {function}"),
    ))
}

/// Answers with a task that was just started.
pub(super) fn task_answer(
    hosting: &Hosting,
    task: u64,
    now: Moment,
    what: impl Into<String>,
) -> Answer {
    Answer::json(hosting.task_json(task, now)).changed(what)
}

/// A relative folder that does not lead out of the hosting.
pub(super) fn check_folder(place: &str, path: Option<&str>) -> Result<(), Refusal> {
    match path {
        Some(path) if path.split('/').any(|part| part == "..") => {
            Err(Refusal::bad_value(place, "a folder inside of the hosting"))
        }
        _ => Ok(()),
    }
}
