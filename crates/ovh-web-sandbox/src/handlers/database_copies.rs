//! Copies of databases, and imports into a database: of a copy, or of the customer's document.

use std::time::Duration;

use super::resources::{respond, work};
use super::*;

pub(super) const ALL: &[Handler] = &[
    list_of("database/{name}/copy", Kind::DatabaseCopy, &[]),
    post("database/{name}/copy", create),
    get_of("database/{name}/copy/{id}", Kind::DatabaseCopy),
    delete("database/{name}/copy/{id}", remove),
    world("POST", "database/{name}/copyRestore", restore),
    post("database/{name}/import", import),
];

/// Guess: the time for which a copy is kept.
const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 3600);

/// Returns the copy, which shows its progress.
fn create(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let (now, name) = (cx.now, cx.path.get("name"));
    hosting.database(name)?;
    let id = hosting.ids.uuid(&format!("copy {}", hosting.ids.next()));
    let key = Key::text(&id).within(Key::text(name));
    let shown = json!({
        "creationDate": now.rfc3339(),
        "expirationDate": (now + KEPT_FOR).rfc3339(),
        "id": id,
        "lastUpdate": now.rfc3339(),
    });
    let copy = Resource::new(shown).with_hidden(hosting.content(name));
    let work = Work::new("todo", "database/copy");
    hosting.create(now, Kind::DatabaseCopy, &key, copy, work);
    let response = respond(hosting, cx, Kind::DatabaseCopy, &key)?;
    Ok(response.changed(format!("database/copy of {name}")))
}

fn remove(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let key = cx.key(Kind::DatabaseCopy);
    hosting.resources.idle(Kind::DatabaseCopy, &key)?;
    hosting.resources.remove(Kind::DatabaseCopy, &key);
    Ok(Response::void().changed(format!("copy {key} was deleted")))
}

fn restore(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let service = cx.path.get("serviceName");
    let hosting = world.hosting(service, cx.now)?;
    hosting.database(cx.path.get("name"))?;
    // The copy can be of a database of another hosting.
    let content = world.copy(cx.body.required("copyId"), cx.now)?;
    let hosting = world.hosting(service, cx.now)?;
    hosting.check_space(cx.path.get("name"), true)?;
    let work = Work::new("restoring", "database/copyRestore");
    fill(hosting, cx, work, content)
}

/// Imports the id of the document, because the sandbox does not model the documents of `/me`.
fn import(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let content = format!("document {}", cx.body.required("documentId"));
    hosting.check_space(cx.path.get("name"), false)?;
    let work = Work::new("importing", "database/import");
    fill(hosting, cx, work, content)
}

/// Guess: without `flushDatabase` the new content is added to the old.
fn fill(hosting: &mut Hosting, cx: &Context<'_>, fill: Work, content: String) -> HandlerResult {
    let name = cx.path.get("name").to_owned();
    let flush = cx.body.flag("flushDatabase").unwrap_or(false);
    let fill = fill.then(move |hosting, _, at| {
        let old = if flush {
            String::new()
        } else {
            hosting.content(&name)
        };
        hosting.write_database(&name, old + &content, at);
    });
    work(hosting, cx, Kind::Database, fill)
}
