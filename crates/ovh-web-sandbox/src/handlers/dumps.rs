//! Dumps of one database, and those of a whole hosting.

use super::{Context, Handler};
use crate::reply::{Answer, Refusal};
use crate::state::dumps::Dump;
use crate::state::hosting::Hosting;
use crate::state::outcome::Outcome;
use crate::state::tasks::Job;

pub(super) const ALL: &[Handler] = &[
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/database/{name}/dump",
        list,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/database/{name}/dump",
        create,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/database/{name}/dump/{id}",
        get,
    ),
    Handler::new(
        "DELETE",
        "/hosting/web/{serviceName}/database/{name}/dump/{id}",
        delete,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/database/{name}/dump/{id}/restore",
        restore,
    ),
    Handler::new("GET", "/hosting/web/{serviceName}/dump", list_all),
    Handler::new("GET", "/hosting/web/{serviceName}/dump/{id}", get_any),
    Handler::new("DELETE", "/hosting/web/{serviceName}/dump/{id}", delete),
];

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (name, origin) = (cx.path.get("name"), cx.origin);
    let hosting = cx.world.hosting(cx.path.get("serviceName"), cx.now)?;
    hosting.database(name)?;
    let (hosting, query): (&Hosting, _) = (hosting, &cx.query);
    let dumps = hosting
        .dumps
        .values()
        .filter(|dump| dump.database == name)
        .filter(|dump| query.between("creationDate", dump.creation))
        .filter(|dump| query.between("deletionDate", dump.deletion))
        .filter(|dump| query.filters("type", &dump.kind));
    Ok(cx.wanted.list(
        dumps,
        |dump| dump.id.into(),
        |dump| hosting.database_dump_json(dump, origin),
    ))
}

fn create(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, name) = (cx.now, cx.path.get("name"));
    let date = cx.body.required("date");
    let hosting = cx.world.hosting(cx.path.get("serviceName"), now)?;
    let content = hosting.content_of_date(name, date, now)?;
    let id = hosting.ids.next();
    let work = job("dump/create", id, Outcome::DumpReady(id));
    let task = hosting.work_on_database(name, "dumping", now, work)?;
    let mut dump = Dump::creating(id, name, date, content, now);
    dump.task = Some(task);
    hosting.dumps.insert(id, dump);
    Ok(Answer::json(hosting.task_json(task, now))
        .changed(format!("dump {id} of {name} is being made")))
}

fn job(function: &'static str, id: u64, outcome: Outcome) -> Job {
    Job {
        function,
        object_type: "Dump",
        object_id: id.to_string(),
        outcome,
    }
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (name, id, origin) = (cx.path.get("name"), cx.path.get("id"), cx.origin);
    let hosting = cx.hosting()?;
    hosting.database(name)?;
    let dump = hosting.dump(id, Some(name))?;
    Ok(Answer::json(hosting.database_dump_json(dump, origin)))
}

fn get_any(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (id, origin) = (cx.path.get("id"), cx.origin);
    let hosting: &Hosting = cx.hosting()?;
    let dump = hosting.dump(id, None)?;
    Ok(Answer::json(hosting.dump_json(dump, origin)))
}

fn list_all(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let hosting: &Hosting = cx.world.hosting(cx.path.get("serviceName"), cx.now)?;
    let (query, origin) = (&cx.query, cx.origin);
    let orphan = query.flag("orphan");
    let dumps = hosting
        .dumps
        .values()
        .filter(|dump| query.filters("databaseName", &dump.database))
        .filter(|dump| query.between("creationDate", dump.creation))
        .filter(|dump| query.between("deletionDate", dump.deletion))
        .filter(|dump| {
            orphan.is_none_or(|orphan| orphan != hosting.databases.contains_key(&dump.database))
        });
    Ok(cx.wanted.list(
        dumps,
        |dump| dump.id.into(),
        |dump| hosting.dump_json(dump, origin),
    ))
}

/// Deletes a dump, reached through its database or through the hosting.
fn delete(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, id) = (cx.now, cx.path.get("id"));
    let name = Some(cx.path.get("name")).filter(|name| !name.is_empty());
    let hosting = cx.hosting()?;
    if let Some(name) = name {
        hosting.database(name)?;
    }
    let dump = hosting.dump(id, name)?;
    if dump.task.is_some() {
        return Err(Refusal::busy());
    }
    let id = dump.id;
    let task = hosting.start(now, job("dump/delete", id, Outcome::DumpGone(id)));
    if let Some(dump) = hosting.dumps.get_mut(&id) {
        dump.status = "deleting";
        dump.task = Some(task);
    }
    Ok(Answer::json(hosting.task_json(task, now)).changed(format!("dump {id} is being deleted")))
}

fn restore(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, name, id) = (cx.now, cx.path.get("name"), cx.path.get("id"));
    let hosting = cx.hosting()?;
    hosting.database(name)?;
    let dump = hosting.dump(id, Some(name))?;
    if dump.task.is_some() {
        return Err(Refusal::busy());
    }
    let outcome = Outcome::DatabaseRestored(name.to_owned(), dump.content.clone());
    hosting.check_space(name, true)?;
    let work = Job {
        function: "database/restore",
        object_type: "Database",
        object_id: name.to_owned(),
        outcome,
    };
    let task = hosting.work_on_database(name, "restoring", now, work)?;
    Ok(Answer::json(hosting.task_json(task, now))
        .changed(format!("database {name} is being restored from dump {id}")))
}
