//! Logs of the attached domains, and the users that may read them. The path of a user has its logs,
//! or on older routes only its login. Passwords are not stored.

use super::resources::{self, respond, task_response, with_body};
use super::*;
use crate::names::check_length;
use crate::state::work::UNSEEN;

pub(super) const ALL: &[Handler] = &[
    list_of("ownLogs", Kind::OwnLog, &[Like("fqdn")]),
    get_of("ownLogs/{id}", Kind::OwnLog),
    list_of("ownLogs/{id}/userLogs", Kind::OwnLogUser, USER_FILTERS),
    post("ownLogs/{id}/userLogs", create),
    get("ownLogs/{id}/userLogs/{login}", user),
    put("ownLogs/{id}/userLogs/{login}", update),
    delete("ownLogs/{id}/userLogs/{login}", remove),
    post(
        "ownLogs/{id}/userLogs/{login}/changePassword",
        change_password,
    ),
    list_of("userLogs", Kind::OwnLogUser, USER_FILTERS),
    post("userLogs", create),
    get("userLogs/{login}", user),
    put("userLogs/{login}", update),
    delete("userLogs/{login}", remove),
    post("userLogs/{login}/changePassword", change_password),
    get("userLogsToken", token),
];

const USER_FILTERS: &[Filter] = &[Like("login")];

/// The logs in the path, if it has any.
fn named(cx: &Context<'_>) -> Option<Key> {
    let id = Some(cx.path.get("id")).filter(|id| !id.is_empty());
    id.map(Key::parse)
}

/// Guess: the wording of the responses below, which the document describes as texts.
fn create(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let login = cx.body.required("login");
    check_length("$.password", cx.body.required("password"), 1)?;
    if login.is_empty() || login.contains(|c: char| c.is_whitespace() || c == '/') {
        return bad_value("$.login", "expected a name without spaces and slashes");
    }
    let log = match (named(cx), cx.body.integer("ownLogsId")) {
        (Some(log), Some(other)) if log.json() != other => {
            return bad_value("$.ownLogsId", "expected the id in the path");
        }
        (Some(log), _) => log,
        (None, Some(id)) => Key::parse(&id.to_string()),
        // Guess: the default is the logs of the default domain.
        (None, None) => {
            let mut logs = hosting.resources.all(Kind::OwnLog);
            let own = logs.find(|(_, log)| log.text("fqdn") == hosting.service);
            own.map_or(Key::Number(0), |(key, _)| key.clone())
        }
    };
    let id = hosting.resources.get(Kind::OwnLog, &log)?.number("id");
    if find(hosting, login).is_some() {
        return conflict(format!("The user {login} already exists"));
    }
    let user = Resource::created(json!({
        "creationDate": cx.now.rfc3339(),
        "description": cx.body.text("description"),
        "login": login,
        "ownLogsId": id,
    }));
    let user = (Key::text(login).within(log), user);
    let create = Work::create("userLogs/create");
    let response = resources::create(hosting, cx, Kind::OwnLogUser, user, create)?;
    let text = format!("The user {login} is being created");
    Ok(with_body(response, text))
}

/// The key of the user with this login.
fn find(hosting: &Hosting, login: &str) -> Option<Key> {
    let mut users = hosting.resources.all(Kind::OwnLogUser);
    let user = users.find(|(_, user)| user.text("login") == login);
    user.map(|(key, _)| key.clone())
}

/// The key of the user in the path.
fn key(hosting: &Hosting, cx: &Context<'_>) -> Result<Key, Refusal> {
    let login = cx.path.get("login");
    let Some(log) = named(cx) else {
        return find(hosting, login).ok_or_else(|| Refusal::no_object(login));
    };
    hosting.resources.get(Kind::OwnLog, &log)?;
    Ok(Key::text(login).within(log))
}

fn user(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    respond(hosting, cx, Kind::OwnLogUser, &key(hosting, cx)?)
}

/// Starts a task on the user in the path and returns a text.
fn work(
    hosting: &mut Hosting,
    cx: &Context<'_>,
    work: Work,
    text: impl FnOnce(&Key) -> Value,
) -> HandlerResult {
    let key = key(hosting, cx)?;
    let task = hosting.work(cx.now, Kind::OwnLogUser, &key, work)?;
    Ok(with_body(task_response(hosting, cx, task), text(&key)))
}

/// Returns nothing; the user shows the change in its status.
fn update(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let update = Work::update(UNSEEN).set(cx.body.0.clone());
    work(hosting, cx, update, |_| Value::Null)
}

fn remove(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    work(hosting, cx, Work::delete("userLogs/delete"), |key| {
        format!("The user {key} is being deleted").into()
    })
}

fn change_password(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    check_length("$.password", cx.body.required("password"), 1)?;
    let update = Work::update("userLogs/changePassword");
    work(hosting, cx, update, |key| {
        format!("The password of {key} is being changed").into()
    })
}

/// Returns a token for the log server, which the sandbox does not have.
fn token(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let domain = cx.query.text("attachedDomain");
    let is_valid = cx.query.integer("ttl").is_none_or(|ttl| ttl > 0);
    Refusal::unless(is_valid, "ttl", "expected more than 0 seconds")?;
    if let Some(domain) = domain {
        hosting.domain(domain)?;
    }
    let name = domain.unwrap_or(&hosting.service);
    let label = format!("logs {name} {}", cx.now.rfc3339());
    Ok(Response::json(hosting.ids.key(&label, 32).into()))
}
