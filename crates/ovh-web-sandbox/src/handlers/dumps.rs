//! Dumps of one database, and all dumps of a hosting.

use super::databases::restore_content;
use super::resources::{delete, list, task_response};
use super::*;
use crate::state::dumps::resource;

pub(super) const ALL: &[Handler] = &[
    get("database/{name}/dump", list_of_database),
    post("database/{name}/dump", create),
    get("database/{name}/dump/{id}", get_of_database),
    super::delete("database/{name}/dump/{id}", remove),
    post("database/{name}/dump/{id}/restore", restore),
    get("dump", list_all),
    get_of("dump/{id}", Kind::Dump),
    super::delete("dump/{id}", remove),
];

const DATES: [Filter; 2] = [Between("creationDate"), Between("deletionDate")];

fn list_of_database(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let name = cx.path.get("name");
    hosting.database(name)?;
    let filters = [DATES[0], DATES[1], Equal("type")];
    let response = list(hosting, cx, Kind::Dump, &filters, |dump| {
        dump.text("databaseName") == name
    })?;
    Ok(without_database(response))
}

fn list_all(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let filters = [DATES[0], DATES[1], Equal("databaseName")];
    let orphan = cx.query.flag("orphan");
    list(hosting, cx, Kind::Dump, &filters, |dump| {
        let is_orphan = hosting.database(dump.text("databaseName")).is_err();
        orphan.is_none_or(|orphan| orphan == is_orphan)
    })
}

/// The response as a `hosting.web.database.dump`, which does not name the database.
fn without_database(mut response: Response) -> Response {
    let body = match &mut response.body {
        serde_json::Value::Array(all) => all.iter_mut().collect(),
        one => vec![one],
    };
    for dump in body.into_iter().filter_map(|it| it.as_object_mut()) {
        dump.remove("databaseName");
        dump.remove("orphan");
    }
    response
}

fn create(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let (name, date) = (cx.path.get("name"), cx.body.required("date"));
    let content = hosting.content_of_date(name, date, cx.now)?;
    let database = Key::text(name);
    hosting.resources.idle(Kind::Database, &database)?;
    let id = hosting.ids.next();
    let (key, dump) = (Key::Number(id), resource(id, name, date, &content, cx.now));
    let work = Work::create("dump/create");
    let task = hosting.create(cx.now, Kind::Dump, &key, dump, work);
    hosting.occupy(Kind::Database, &database, "dumping", task);
    Ok(task_response(hosting, cx, task))
}

/// Checks that the database of the path has the dump of the path.
fn check(hosting: &Hosting, cx: &Context<'_>) -> Result<(), Refusal> {
    let name = cx.path.get("name");
    hosting.database(name)?;
    let id = cx.path.get("id");
    match hosting.dump(id)?.text("databaseName") == name {
        true => Ok(()),
        false => Err(Refusal::no_object(id)),
    }
}

fn get_of_database(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    check(hosting, cx)?;
    super::resources::get(hosting, cx, Kind::Dump).map(without_database)
}

/// Deletes a dump that is named by its database or by the hosting only.
fn remove(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    if !cx.path.get("name").is_empty() {
        check(hosting, cx)?;
    }
    delete(hosting, cx, Kind::Dump, "dump/delete")
}

fn restore(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    check(hosting, cx)?;
    let dump = hosting.resources.idle(Kind::Dump, &cx.key(Kind::Dump))?;
    let content = dump.hidden.as_str().unwrap_or_default().to_owned();
    restore_content(hosting, cx, content)
}
