//! Installed modules.

use serde_json::Value;

use super::names::check_password;
use super::{Context, Handler, Values};
use crate::clock::Moment;
use crate::reply::{Answer, Refusal};
use crate::rules::Rule;
use crate::state::catalogue::{self, Entry};
use crate::state::databases::NewDatabase;
use crate::state::hosting::Hosting;
use crate::state::modules::{Dependency, Module};
use crate::state::outcome::Outcome;
use crate::state::tasks::Job;

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web/{serviceName}/module", list),
    Handler::new("POST", "/hosting/web/{serviceName}/module", install),
    Handler::new("GET", "/hosting/web/{serviceName}/module/{id}", get),
    Handler::new("DELETE", "/hosting/web/{serviceName}/module/{id}", delete),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/module/{id}/upgrade",
        upgrade,
    ),
];

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let hosting = cx.world.hosting(cx.path.get("serviceName"), cx.now)?;
    Ok(cx.wanted.list(
        hosting.modules.values(),
        |module| module.id.into(),
        |module| module.json(),
    ))
}

fn install(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let body = &cx.body;
    let entry = entry(body)?;
    let admin_name = admin_name(body, entry)?;
    let rules = cx.world.rules.clone();
    let hosting = cx.world.hosting(cx.path.get("serviceName"), now)?;
    if let Some(password) = body.text("adminPassword") {
        check_password(&rules, "$.adminPassword", password, 8)?;
    }
    let language = body.text("language").unwrap_or("en");
    if !entry.languages.contains(&language) {
        return Err(Refusal::bad_value(
            "$.language",
            format!("{} speaks {}", entry.name, entry.languages.join(", ")),
        ));
    }
    let domain = body.text("domain").unwrap_or(&hosting.service).to_owned();
    let folder = match hosting.domains.get(&domain) {
        Some(attached) => attached.path.clone(),
        None => {
            return Err(Refusal::bad_value(
                "$.domain",
                "this domain is not attached to the hosting",
            ));
        }
    };
    // Guess: without a path the module goes where the domain points.
    let path = body.owned("path").unwrap_or(folder);
    let folder = |path: &str| path.trim_matches(['.', '/']).to_owned();
    let mut modules = hosting.modules.values();
    let is_taken = modules.any(|module| folder(&module.path) == folder(&path))
        || hosting.website_in(&folder(&path)).is_some();
    let task = hosting.ids.next();
    let databases = databases(hosting, body, task, now)?;
    let is_reached = |database: &Dependency| hosting.databases.contains_key(&database.name);
    let fails = is_taken || !databases.iter().all(is_reached);
    let id = hosting.ids.next();
    let module = Module {
        id,
        catalogue_id: entry.id,
        admin_name,
        admin_folder: entry.admin_folder,
        language: language.to_owned(),
        path,
        domain,
        databases,
        creation: now,
        last_update: now,
        status: "creating",
        task: Some(task),
    };
    hosting.modules.insert(id, module);
    let work = job("module/install", id, Outcome::ModuleReady(id));
    hosting.tasks.start(task, now, work);
    if fails && hosting.rules.enforces(Rule::ModuleFailsLater) {
        // Guess: that the task of a failed installation is canceled; the guides speak of a mail.
        hosting.tasks.cancel(task, None);
    }
    Ok(Answer::json(hosting.task_json(task, now))
        .changed(format!("{} is being installed as module {id}", entry.name)))
}

fn entry(body: &Values) -> Result<&'static Entry, Refusal> {
    body.integer("moduleId")
        .and_then(|id| u64::try_from(id).ok())
        .and_then(catalogue::find)
        .filter(|entry| entry.active)
        .ok_or_else(|| Refusal::bad_value("$.moduleId", "there is no active module with this id"))
}

fn admin_name(body: &Values, entry: &Entry) -> Result<String, Refusal> {
    match body.text("adminName") {
        Some(name) if entry.admin_is_email && !name.contains('@') => Err(Refusal::bad_value(
            "$.adminName",
            format!("{} wants an e-mail address here", entry.name),
        )),
        Some("") => Err(Refusal::bad_value("$.adminName", "empty")),
        Some(name) => Ok(name.to_owned()),
        None if entry.admin_is_email => Ok("admin@example.com".to_owned()),
        None => Ok("admin".to_owned()),
    }
}

/// The databases of a new module: those that the caller names, or a fresh one of the offer.
fn databases(
    hosting: &mut Hosting,
    body: &Values,
    task: u64,
    now: Moment,
) -> Result<Vec<Dependency>, Refusal> {
    let wanted = body.value("dependencies").unwrap_or_default();
    let wanted = wanted.as_array().map(Vec::as_slice).unwrap_or_default();
    if !wanted.is_empty() {
        let found: Vec<_> = wanted
            .iter()
            .enumerate()
            .map(|(index, wanted)| named_database(hosting, index, wanted))
            .collect::<Result<_, _>>()?;
        for dependency in &found {
            if let Some(database) = hosting.databases.get_mut(&dependency.name) {
                database.status = "locked";
                database.task = Some(task);
            }
        }
        return Ok(found);
    }
    if hosting.has_all_databases() {
        return Err(Refusal::bad_request("You need at least one free database"));
    }
    let user = (1..)
        .map(|number| format!("{}mod{number}", hosting.login))
        .find(|user| {
            hosting
                .databases
                .values()
                .all(|database| database.user != *user)
        })
        .unwrap_or_default();
    let new = NewDatabase {
        user: &user,
        kind: "mysql",
        version: None,
        capability: "sqlPerso",
        quota_mb: None,
        mode: "module",
        extra: None,
    };
    let name = hosting.add_database(&new, task, now)?;
    Ok(vec![Dependency {
        name,
        user,
        prefix: "mod_".to_owned(),
        own: true,
    }])
}

/// The database that a dependency names, by name, server or user.
fn named_database(hosting: &Hosting, index: usize, wanted: &Value) -> Result<Dependency, Refusal> {
    let text = |key: &str| wanted.get(key).and_then(Value::as_str);
    let named = ["name", "server", "user"].map(text);
    if named == [None; 3] {
        return Err(Refusal::bad_value(
            &format!("$.dependencies[{index}].name"),
            "say which database the module shall use",
        ));
    }
    let [name, server, user] = named;
    let database = hosting.databases.values().find(|database| {
        name.is_none_or(|name| name == database.name || name == database.user)
            && server.is_none_or(|server| server == database.server())
            && user.is_none_or(|user| user == database.user)
    });
    if database.is_some_and(|database| database.task.is_some()) {
        return Err(Refusal::busy());
    }
    let given = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let (name, user) = match database {
        Some(database) => (database.name.clone(), database.user.clone()),
        // One that cannot be reached.
        None => (given(name.or(server).or(user)), given(user)),
    };
    Ok(Dependency {
        name,
        user,
        prefix: text("prefix").unwrap_or("mod_").to_owned(),
        own: false,
    })
}

fn job(function: &'static str, id: u64, outcome: Outcome) -> Job {
    Job {
        function,
        object_type: "Module",
        object_id: id.to_string(),
        outcome,
    }
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let id = cx.path.get("id");
    Ok(Answer::json(cx.hosting()?.module(id)?.json()))
}

/// Starts a task on an installed module, which is busy until then.
fn work_on_module(
    cx: &mut Context<'_>,
    function: &'static str,
    status: &'static str,
    outcome: impl FnOnce(u64) -> Outcome,
) -> Result<Answer, Refusal> {
    let (now, id) = (cx.now, cx.path.get("id"));
    let hosting = cx.hosting()?;
    let module = hosting.module(id)?;
    if module.task.is_some() {
        return Err(Refusal::busy());
    }
    let number = module.id;
    let task = hosting.start(now, job(function, number, outcome(number)));
    let module = hosting.module(id)?;
    module.status = status;
    module.task = Some(task);
    Ok(Answer::json(hosting.task_json(task, now)).changed(format!("module {id} is {status}")))
}

/// The database stays: only the application goes.
fn delete(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    work_on_module(cx, "module/delete", "deleting", Outcome::ModuleGone)
}

/// Guess: an upgrade goes to a catalogue entry that names the present one in `upgradeFrom`, and
/// its task is called like an installation, since the document has no word of its own for it.
fn upgrade(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let to = entry(&cx.body)?;
    let id = cx.path.get("id");
    let from = cx.hosting()?.module(id)?.catalogue_id;
    if !to.upgrade_from.contains(&from) {
        return Err(Refusal::bad_value(
            "$.moduleId",
            "the installed module cannot be upgraded to this one",
        ));
    }
    work_on_module(cx, "module/install", "updating", |id| {
        Outcome::ModuleUpgraded(id, to.id)
    })
}
