//! Databases: created, listed, deleted, their password changed, a nightly backup brought back.

use super::names::{check_database_user, check_password};
use super::{Context, Handler};
use crate::reply::{Answer, Refusal};
use crate::rules::Rule;
use crate::state::databases::NewDatabase;
use crate::state::hosting::Hosting;
use crate::state::outcome::Outcome;
use crate::state::tasks::Job;

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web/{serviceName}/database", list),
    Handler::new("POST", "/hosting/web/{serviceName}/database", create),
    Handler::new("GET", "/hosting/web/{serviceName}/database/{name}", get),
    Handler::new(
        "DELETE",
        "/hosting/web/{serviceName}/database/{name}",
        delete,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/database/{name}/changePassword",
        change_password,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/database/{name}/restore",
        restore,
    ),
];

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let hosting: &Hosting = cx.world.hosting(cx.path.get("serviceName"), cx.now)?;
    let query = &cx.query;
    let databases = hosting
        .databases
        .values()
        .filter(|database| query.filters("mode", database.mode))
        .filter(|database| query.like("name", &database.name))
        .filter(|database| query.like("server", database.server()))
        .filter(|database| query.filters("type", &database.kind))
        .filter(|database| query.like("user", &database.user));
    Ok(cx.wanted.list(
        databases,
        |database| database.name.clone().into(),
        |database| hosting.database_json(database),
    ))
}

fn create(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let user = cx.body.required("user");
    let capability = cx.body.required("capabilitie");
    let quota_mb = cx.body.integer("quota");
    let rules = cx.world.rules.clone();
    let hosting = cx.world.hosting(cx.path.get("serviceName"), now)?;
    check_database_user(&rules, user, &hosting.login)?;
    if let Some(password) = cx.body.text("password") {
        check_password(&rules, "$.password", password, 1)?;
    }
    if quota_mb.is_some() && capability != "extraSqlPerso" {
        return Err(Refusal::bad_value(
            "$.quota",
            "a size can be chosen for extraSqlPerso only",
        ));
    }
    // Guess: the words for a full offer.
    let full =
        || Refusal::bad_request("You have reached the maximum number of databases of your offer");
    let extra = match capability {
        "extraSqlPerso" => Some(hosting.extra_sql_with_room().ok_or_else(full)?),
        _ if hosting.has_all_databases() => return Err(full()),
        _ => None,
    };
    let new = NewDatabase {
        user,
        kind: cx.body.required("type"),
        version: cx.body.text("version"),
        capability,
        quota_mb,
        mode: "classic",
        extra,
    };
    let task = hosting.ids.next();
    let name = hosting.add_database(&new, task, now)?;
    hosting.tasks.start(
        task,
        now,
        job(
            "database/create",
            &name,
            Outcome::DatabaseReady(name.clone()),
        ),
    );
    Ok(Answer::json(hosting.task_json(task, now))
        .changed(format!("database {name} is being created")))
}

pub(super) fn job(function: &'static str, name: &str, outcome: Outcome) -> Job {
    Job {
        function,
        object_type: "Database",
        object_id: name.to_owned(),
        outcome,
    }
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let name = cx.path.get("name");
    let hosting: &Hosting = cx.hosting()?;
    match hosting.databases.get(name) {
        Some(database) => Ok(Answer::json(hosting.database_json(database))),
        None => Err(Refusal::no_object(name)),
    }
}

fn delete(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, name) = (cx.now, cx.path.get("name"));
    let dumps_go = cx.world.rules.enforces(Rule::DumpsGoWithDatabase);
    let hosting = cx.hosting()?;
    let outcome = Outcome::DatabaseGone(name.to_owned(), dumps_go);
    let work = job("database/delete", name, outcome);
    let task = hosting.work_on_database(name, "deleting", now, work)?;
    Ok(Answer::json(hosting.task_json(task, now))
        .changed(format!("database {name} is being deleted")))
}

fn change_password(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, name) = (cx.now, cx.path.get("name"));
    let password = cx.body.required("password");
    check_password(&cx.world.rules, "$.password", password, 1)?;
    let hosting = cx.hosting()?;
    let outcome = Outcome::DatabasePassword(name.to_owned());
    let work = job("database/changePassword", name, outcome);
    let task = hosting.work_on_database(name, "updating", now, work)?;
    Ok(Answer::json(hosting.task_json(task, now))
        .changed(format!("the password of database {name} is being changed")))
}

fn restore(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, name) = (cx.now, cx.path.get("name"));
    let date = cx.body.required("date");
    let hosting = cx.world.hosting(cx.path.get("serviceName"), now)?;
    let content = hosting.content_of_date(name, date, now)?;
    hosting.check_space(name, true)?;
    let outcome = Outcome::DatabaseRestored(name.to_owned(), content);
    let work = job("database/restore", name, outcome);
    let task = hosting.work_on_database(name, "restoring", now, work)?;
    Ok(Answer::json(hosting.task_json(task, now))
        .changed(format!("database {name} is being restored from {date}")))
}
