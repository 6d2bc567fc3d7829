//! Installed modules, and the catalog of modules.

use super::resources::{task_response, work};
use super::*;
use crate::names::check_password;
use crate::offers::versions;
use crate::state::databases::NewDatabase;
use crate::state::modules::{self, Entry, NewModule, dependency};
use crate::state::websites::folder;

pub(super) const ALL: &[Handler] = &[
    list_of("module", Kind::Module, &[]),
    post("module", install),
    get_of("module/{id}", Kind::Module),
    // The database stays.
    delete_of("module/{id}", Kind::Module, "module/delete"),
    post("module/{id}/upgrade", upgrade),
    world("GET", "/hosting/web/moduleList", catalog),
    world("GET", "/hosting/web/moduleList/{id}", catalog_entry),
];

fn install(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let (now, body) = (cx.now, &cx.body);
    let entry = entry(body)?;
    let admin_name = admin_name(body, entry)?;
    if let Some(password) = body.text("adminPassword") {
        check_password(&hosting.rules, "$.adminPassword", password, 8)?;
    }
    let language = body.text("language").unwrap_or("en");
    if !entry.languages.contains(&language) {
        return not_one_of("$.language", entry.languages);
    }
    let domain = body.text("domain").unwrap_or(&hosting.service);
    let attached = hosting.domain(domain).map_err(|_| {
        Refusal::bad_value("$.domain", "this domain is not attached to the hosting")
    })?;
    // Guess: without a path the module is installed in the folder of the domain.
    let path = body.text("path").unwrap_or(attached.text("path"));
    let place = folder(path);
    let is_taken = hosting.has_module_in(place) || hosting.website_in(place).is_some();
    let wanted = body.value("dependencies").unwrap_or_default();
    let wanted = wanted.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut dependencies = Vec::new();
    for (index, wanted) in wanted.iter().enumerate() {
        dependencies.push(named_database(hosting, index, wanted)?);
    }
    let names = dependencies.iter().map(|it| it["name"].as_str());
    let names: Vec<String> = names.flatten().map(str::to_owned).collect();
    let fails = is_taken || names.iter().any(|name| hosting.database(name).is_err());
    let (path, domain) = (path.to_owned(), domain.to_owned());
    let own = match dependencies.is_empty() {
        true => Some(new_database(hosting, cx)?),
        false => None,
    };
    if let Some((_, database)) = &own {
        let (name, user) = (database.text("name"), database.text("user"));
        dependencies.push(dependency(name, user, "mod_"));
    }
    let id = hosting.ids.next();
    let module = NewModule {
        id,
        entry,
        admin_name: &admin_name,
        language,
        path: &path,
        domain: &domain,
        dependencies,
    };
    let (key, work) = (Key::Number(id), Work::create("module/install"));
    let module = module.resource(now);
    let task = hosting.create(now, Kind::Module, &key, module, work);
    if let Some((key, database)) = own {
        hosting.create_with(task, Kind::Database, &key, database, "creating");
    }
    for name in names {
        hosting.occupy(Kind::Database, &Key::Text(name), "locked", task);
    }
    if fails && hosting.rules.enforces(Rule::ModuleFailsLater) {
        // Guess: the task of a failed installation is canceled; the guides mention only a mail.
        hosting.tasks.cancel(task, None);
    }
    Ok(task_response(hosting, cx, task))
}

fn entry(body: &Values) -> Result<&'static Entry, Refusal> {
    body.integer("moduleId")
        .and_then(|id| u64::try_from(id).ok())
        .and_then(modules::find)
        .filter(|entry| entry.active)
        .ok_or_else(|| Refusal::bad_value("$.moduleId", "there is no active module with this id"))
}

fn admin_name(body: &Values, entry: &Entry) -> Result<String, Refusal> {
    match body.text("adminName") {
        Some(name) if entry.admin_is_email && !name.contains('@') => bad_value(
            "$.adminName",
            format!("{} needs an e-mail address", entry.name),
        ),
        Some("") => bad_value("$.adminName", "empty"),
        Some(name) => Ok(name.to_owned()),
        None if entry.admin_is_email => Ok("admin@example.com".to_owned()),
        None => Ok("admin".to_owned()),
    }
}

/// A new database of the offer, for a module without dependencies.
pub(super) fn new_database(
    hosting: &mut Hosting,
    cx: &Context<'_>,
) -> Result<(Key, Resource), Refusal> {
    if hosting.has_all_databases() {
        return bad_request("You need at least one free database");
    }
    let is_free = |user: &String| {
        let mut databases = hosting.resources.values(Kind::Database);
        databases.all(|database| database.text("user") != user)
    };
    let mut users = (1..).map(|number| format!("{}mod{number}", hosting.login));
    let user = users.find(is_free).unwrap_or_default();
    let new = NewDatabase {
        user: &user,
        engine: "mysql",
        version: versions("$.type", "mysql")?[0],
        capability: "sqlPerso",
        quota_mb: None,
        mode: "module",
        extra: None,
    };
    Ok(hosting.new_database(&new, cx.now))
}

/// The dependency on the database that a request names by name, server or user.
fn named_database(hosting: &Hosting, index: usize, wanted: &Value) -> Result<Value, Refusal> {
    let text = |key: &str| wanted.get(key).and_then(Value::as_str);
    let named = ["name", "server", "user"].map(text);
    let place = format!("$.dependencies[{index}].name");
    let problem = "expected the name, server or user of a database";
    Refusal::unless(named != [None; 3], &place, problem)?;
    let [name, server, user] = named;
    let mut databases = hosting.resources.values(Kind::Database);
    let database = databases.find(|database| {
        name.is_none_or(|name| [database.text("name"), database.text("user")].contains(&name))
            && server.is_none_or(|server| server == database.text("server"))
            && user.is_none_or(|user| user == database.text("user"))
    });
    if database.is_some_and(|database| database.task.is_some()) {
        return Err(Refusal::busy());
    }
    let (name, user) = match database {
        Some(database) => (database.text("name"), database.text("user")),
        // A database that cannot be reached.
        None => (
            name.or(server).or(user).unwrap_or_default(),
            user.unwrap_or_default(),
        ),
    };
    Ok(dependency(name, user, text("prefix").unwrap_or("mod_")))
}

/// Guess: an upgrade needs a catalog entry with the installed one in `upgradeFrom`. Its task has
/// the function of an installation, because the document has no other.
fn upgrade(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let to = entry(&cx.body)?;
    let module = cx.find(hosting, Kind::Module)?;
    let is_older = to.upgrade_from.contains(&module.number("moduleId"));
    let problem = "the installed module cannot be upgraded to this one";
    Refusal::unless(is_older, "$.moduleId", problem)?;
    let values = Map::from_iter([("moduleId".to_owned(), to.id.into())]);
    let update = Work::update("module/install").set(values);
    work(hosting, cx, Kind::Module, update)
}

/// Lists the catalog, which needs no credentials.
fn catalog(_: &mut World, cx: &Context<'_>) -> HandlerResult {
    let query = &cx.query;
    let is = |name: &str, value: bool| query.flag(name).is_none_or(|wanted| wanted == value);
    let entries = modules::ALL
        .iter()
        .filter(|entry| is("active", entry.active))
        .filter(|entry| is("latest", entry.latest))
        .filter(|entry| query.filters("branch", entry.branch));
    Ok(cx
        .wanted
        .list(entries, |entry| entry.id.into(), |entry| entry.json()))
}

fn catalog_entry(_: &mut World, cx: &Context<'_>) -> HandlerResult {
    let id = cx.path.get("id");
    let entry = id.parse().ok().and_then(modules::find);
    let entry = entry.ok_or_else(|| Refusal::no_object(id))?;
    Ok(Response::json(entry.json()))
}
