//! Logs of the attached domains, and who may read them. A user is reached through its logs, and
//! through the older routes that know only its login. Passwords are taken and forgotten.

use serde_json::{Value, json};

use super::generic_resources;
use super::names::check_length;
use super::{Context, Handler};
use crate::reply::{Answer, Refusal};
use crate::state::generic_resources::{Change, Key, Kind, Record, UNSEEN};
use crate::state::hosting::Hosting;

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web/{serviceName}/ownLogs", list),
    Handler::new("GET", "/hosting/web/{serviceName}/ownLogs/{id}", get),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/ownLogs/{id}/userLogs",
        users,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/ownLogs/{id}/userLogs",
        create,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/ownLogs/{id}/userLogs/{login}",
        user,
    ),
    Handler::new(
        "PUT",
        "/hosting/web/{serviceName}/ownLogs/{id}/userLogs/{login}",
        update,
    ),
    Handler::new(
        "DELETE",
        "/hosting/web/{serviceName}/ownLogs/{id}/userLogs/{login}",
        delete,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/ownLogs/{id}/userLogs/{login}/changePassword",
        change_password,
    ),
    Handler::new("GET", "/hosting/web/{serviceName}/userLogs", users),
    Handler::new("POST", "/hosting/web/{serviceName}/userLogs", create),
    Handler::new("GET", "/hosting/web/{serviceName}/userLogs/{login}", user),
    Handler::new("PUT", "/hosting/web/{serviceName}/userLogs/{login}", update),
    Handler::new(
        "DELETE",
        "/hosting/web/{serviceName}/userLogs/{login}",
        delete,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/userLogs/{login}/changePassword",
        change_password,
    ),
    Handler::new("GET", "/hosting/web/{serviceName}/userLogsToken", token),
];

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    generic_resources::list(cx, Kind::OwnLog, |query, log| {
        query.like("fqdn", log.text("fqdn"))
    })
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    generic_resources::get(cx, Kind::OwnLog, &key)
}

/// The logs that the path names, if it names any.
fn named(cx: &Context<'_>) -> Option<Key> {
    Some(cx.path.get("id"))
        .filter(|id| !id.is_empty())
        .map(Key::parse)
}

fn users(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    match named(cx) {
        Some(log) => {
            let whole = (Kind::OwnLog, log);
            generic_resources::list_parts(cx, Kind::OwnLogUser, whole, |query, user| {
                query.like("login", user.text("login"))
            })
        }
        None => generic_resources::list(cx, Kind::OwnLogUser, |query, user| {
            query.like("login", user.text("login"))
        }),
    }
}

/// Guess: the words of the answers of these calls, which the document gives as texts.
fn create(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let login = cx.body.required("login").to_owned();
    check_length("$.password", cx.body.required("password"), 1)?;
    if login.is_empty() || login.contains(|c: char| c.is_whitespace() || c == '/') {
        return Err(Refusal::bad_value("$.login", "a name without spaces"));
    }
    let described = cx.body.owned("description");
    let in_body = cx.body.integer("ownLogsId");
    let log = named(cx);
    let hosting = cx.hosting()?;
    let log = match (log, in_body) {
        (Some(log), Some(other)) if log.json() != other => {
            return Err(Refusal::bad_value(
                "$.ownLogsId",
                "not the logs of the path",
            ));
        }
        (Some(log), _) => log,
        (None, Some(id)) => Key::parse(&id.to_string()),
        // Guess: without an id the logs of the hosting's own name are meant.
        (None, None) => own(hosting),
    };
    let id = hosting.records.get(Kind::OwnLog, &log)?.shown["id"].clone();
    let key = Key::text(&login).within(log);
    if hosting
        .records
        .all(Kind::OwnLogUser)
        .any(|(_, user)| user.text("login") == login)
    {
        return Err(Refusal::conflict(format!(
            "The user {login} already exists"
        )));
    }
    let shown = json!({
        "creationDate": now.rfc3339(),
        "description": described,
        "login": login,
        "ownLogsId": id,
    });
    let record = Record::new(shown).keeping(0);
    hosting.create_record(Kind::OwnLogUser, key, record, "userLogs/create", now);
    let words = format!("The user {login} is being created");
    Ok(Answer::json(words.clone().into()).changed(words))
}

fn own(hosting: &Hosting) -> Key {
    let mut logs = hosting.records.all(Kind::OwnLog);
    logs.find(|(_, log)| log.text("fqdn") == hosting.service)
        .map_or(Key::Number(0), |(key, _)| key.clone())
}

/// The key of the user that the path names.
fn key(cx: &mut Context<'_>) -> Result<Key, Refusal> {
    let login = cx.path.get("login");
    if let Some(log) = named(cx) {
        let key = Key::text(login).within(log.clone());
        let records = &cx.hosting()?.records;
        records.get(Kind::OwnLog, &log)?;
        records.get(Kind::OwnLogUser, &key)?;
        return Ok(key);
    }
    let hosting = cx.hosting()?;
    let mut users = hosting.records.all(Kind::OwnLogUser);
    users
        .find(|(_, user)| user.text("login") == login)
        .map(|(key, _)| key.clone())
        .ok_or_else(|| Refusal::no_object(login))
}

fn user(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = key(cx)?;
    generic_resources::get(cx, Kind::OwnLogUser, &key)
}

/// Answers with nothing; the change is seen in the status of the user.
fn update(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = key(cx)?;
    let change = Change::Set(cx.body.0.clone());
    let mut answer =
        generic_resources::work(cx, Kind::OwnLogUser, &key, ("updating", UNSEEN), change)?;
    answer.body = Value::Null;
    Ok(answer)
}

fn delete(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = key(cx)?;
    let work = ("deleting", "userLogs/delete");
    let mut answer = generic_resources::work(cx, Kind::OwnLogUser, &key, work, Change::Gone)?;
    answer.body = format!("The user {key} is being deleted").into();
    Ok(answer)
}

fn change_password(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = key(cx)?;
    check_length("$.password", cx.body.required("password"), 1)?;
    let work = ("updating", "userLogs/changePassword");
    let mut answer = generic_resources::work(cx, Kind::OwnLogUser, &key, work, Change::Ready)?;
    answer.body = format!("The password of {key} is being changed").into();
    Ok(answer)
}

/// A token for the log server, which the sandbox does not have.
fn token(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let domain = cx.query.owned("attachedDomain");
    if cx.query.integer("ttl").is_some_and(|ttl| ttl <= 0) {
        return Err(Refusal::bad_value("ttl", "a number of seconds"));
    }
    let label = cx.now.rfc3339();
    let hosting = cx.hosting()?;
    if let Some(domain) = &domain {
        hosting.domain(domain)?;
    }
    let name = domain.as_deref().unwrap_or(&hosting.service);
    let token = hosting.ids.key(&format!("logs {name} {label}"), 32);
    Ok(Answer::json(Value::from(token)))
}
