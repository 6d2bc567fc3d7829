//! Copies of databases, and what else fills a database: a copy, of this or another one, and a
//! document of the customer's.

use std::time::Duration;

use serde_json::json;

use super::databases::job;
use super::generic_resources::task_answer;
use super::{Context, Handler};
use crate::reply::{Answer, Refusal};
use crate::state::databases::Content;
use crate::state::generic_resources::{Key, Kind, Record};
use crate::state::hosting::Hosting;
use crate::state::outcome::Outcome;

pub(super) const ALL: &[Handler] = &[
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/database/{name}/copy",
        list,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/database/{name}/copy",
        create,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/database/{name}/copy/{id}",
        get,
    ),
    Handler::new(
        "DELETE",
        "/hosting/web/{serviceName}/database/{name}/copy/{id}",
        delete,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/database/{name}/copyRestore",
        restore,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/database/{name}/import",
        import,
    ),
];

/// Guess: how long a copy is kept.
const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 3600);

fn copy_key(cx: &Context<'_>) -> Key {
    Key::text(cx.path.get("id")).within(Key::text(cx.path.get("name")))
}

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, name) = (cx.now, cx.path.get("name"));
    let hosting = cx.world.hosting(cx.path.get("serviceName"), now)?;
    hosting.database(name)?;
    let (hosting, whole): (&Hosting, _) = (hosting, Key::text(name));
    Ok(cx.wanted.list(
        hosting.records.parts(Kind::DatabaseCopy, &whole),
        |(key, _)| key.json(),
        |(_, copy)| hosting.progress_json(copy, now),
    ))
}

/// Answers with the copy, which tells how far it is.
fn create(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, name) = (cx.now, cx.path.get("name"));
    let hosting = cx.world.hosting(cx.path.get("serviceName"), now)?;
    let content = hosting.database(name)?.content();
    let id = hosting.ids.uuid(&format!("copy {}", hosting.ids.next()));
    let key = Key::text(&id).within(Key::text(name));
    let shown = json!({
        "creationDate": now.rfc3339(),
        "expirationDate": (now + KEPT_FOR).rfc3339(),
        "id": id,
        "lastUpdate": now.rfc3339(),
    });
    let record = Record::new(shown).keeping(content.0);
    hosting.create_record(
        Kind::DatabaseCopy,
        key.clone(),
        record,
        "database/copy",
        now,
    );
    let copy = hosting.records.get(Kind::DatabaseCopy, &key)?;
    let answer = Answer::json(hosting.progress_json(copy, now))
        .changed(format!("copy {id} of {name} is being made"));
    cx.world.note_copy(&id, cx.path.get("serviceName"), name);
    Ok(answer)
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, key) = (cx.now, copy_key(cx));
    let hosting: &Hosting = cx.hosting()?;
    let copy = hosting.records.get(Kind::DatabaseCopy, &key)?;
    Ok(Answer::json(hosting.progress_json(copy, now)))
}

fn delete(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = copy_key(cx);
    let records = &mut cx.hosting()?.records;
    if records.get(Kind::DatabaseCopy, &key)?.task.is_some() {
        return Err(Refusal::busy());
    }
    records.remove(Kind::DatabaseCopy, &key);
    Ok(Answer::void().changed(format!("copy {key} was deleted")))
}

/// Guess: without `flushDatabase` what stands in the database stays, and the rest is added.
fn restore(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, name) = (cx.now, cx.path.get("name"));
    let id = cx.body.required("copyId").to_owned();
    let flush = cx.body.flag("flushDatabase").unwrap_or(false);
    cx.hosting()?.database(name)?;
    // The copy may be of a database of another hosting.
    let content = cx.world.copy(&id, now)?;
    let outcome = Outcome::DatabaseFilled(name.to_owned(), content, flush);
    start(cx, "restoring", "database/copyRestore", outcome)
}

/// The documents of `/me` are no part of the sandbox: what comes in is the document's name.
fn import(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let name = cx.path.get("name");
    let content = Content(format!("document {}", cx.body.required("documentId")));
    let flush = cx.body.flag("flushDatabase").unwrap_or(false);
    let outcome = Outcome::DatabaseFilled(name.to_owned(), content, flush);
    start(cx, "importing", "database/import", outcome)
}

fn start(
    cx: &mut Context<'_>,
    status: &'static str,
    function: &'static str,
    outcome: Outcome,
) -> Result<Answer, Refusal> {
    let (now, name) = (cx.now, cx.path.get("name"));
    let hosting = cx.hosting()?;
    hosting.check_space(name, status == "restoring")?;
    let task = hosting.work_on_database(name, status, now, job(function, name, outcome))?;
    Ok(task_answer(
        hosting,
        task,
        now,
        format!("database {name} is {status}"),
    ))
}
