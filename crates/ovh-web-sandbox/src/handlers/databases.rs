//! Databases: create, list, delete, change the password, restore a nightly backup, measure, and
//! what can be created.

use super::resources::{self, work};
use super::*;
use crate::names::{check_database_user, check_password};
use crate::offers::{engines, versions};
use crate::state::databases::NewDatabase;

pub(super) const ALL: &[Handler] = &[
    list_of(
        "database",
        Kind::Database,
        &[
            Equal("mode"),
            Like("name"),
            Like("server"),
            Equal("type"),
            Like("user"),
        ],
    ),
    post("database", create),
    get_of("database/{name}", Kind::Database),
    delete("database/{name}", remove),
    post("database/{name}/changePassword", change_password),
    post("database/{name}/restore", restore),
    get("database/{name}/capabilities", capabilities),
    get("database/{name}/metricsToken", token),
    post("database/{name}/request", request),
    value("databaseAvailableType", |_, _| engines().into()),
    get("databaseAvailableVersion", available_versions),
    value("databaseCreationCapabilities", creation),
    // Guess: an offer without private databases returns an empty list.
    value("privateDatabaseCreationCapabilities", |_, _| json!([])),
    value("privateDatabases", |hosting, _| {
        hosting.private_databases.clone().into()
    }),
];

fn create(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let (user, engine) = (cx.body.required("user"), cx.body.required("type"));
    let capability = cx.body.required("capabilitie");
    let is_extra = capability == "extraSqlPerso";
    let quota_mb = cx.body.integer("quota");
    check_database_user(&hosting.rules, user, &hosting.login)?;
    if let Some(password) = cx.body.text("password") {
        check_password(&hosting.rules, "$.password", password, 1)?;
    }
    let problem = "a size can be chosen for extraSqlPerso only";
    Refusal::unless(quota_mb.is_none() || is_extra, "$.quota", problem)?;
    let extra = hosting.free_extra_sql().filter(|_| is_extra);
    if extra.is_none() && (is_extra || hosting.has_all_databases()) {
        return full_offer("databases");
    }
    let versions = versions("$.type", engine)?;
    let version = cx.body.text("version").unwrap_or(versions[0]);
    if !versions.contains(&version) {
        return not_one_of("$.version", versions);
    }
    hosting.check_new_database(user, engine)?;
    let new = NewDatabase {
        user,
        engine,
        version,
        capability,
        quota_mb,
        mode: "classic",
        extra,
    };
    let database = hosting.new_database(&new, cx.now);
    let work = Work::create("database/create");
    resources::create(hosting, cx, Kind::Database, database, work)
}

fn remove(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let delete = Work::delete("database/delete");
    let delete = delete.then(|hosting, key, _| hosting.database_deleted(key));
    work(hosting, cx, Kind::Database, delete)
}

fn change_password(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let password = cx.body.required("password");
    check_password(&hosting.rules, "$.password", password, 1)?;
    let change = Work::update("database/changePassword").edit(|database, _| {
        let changes = database.hidden["passwordChanges"].as_u64();
        database.hidden["passwordChanges"] = (changes.unwrap_or_default() + 1).into();
    });
    work(hosting, cx, Kind::Database, change)
}

fn restore(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let (name, date) = (cx.path.get("name"), cx.body.required("date"));
    let content = hosting.content_of_date(name, date, cx.now)?;
    restore_content(hosting, cx, content)
}

/// Starts the restore of a backup or dump.
pub(super) fn restore_content(
    hosting: &mut Hosting,
    cx: &Context<'_>,
    content: String,
) -> HandlerResult {
    hosting.check_space(cx.path.get("name"), true)?;
    let restore = Work::new("restoring", "database/restore").then(move |hosting, key, at| {
        hosting.write_database(&key.to_string(), content.clone(), at);
    });
    work(hosting, cx, Kind::Database, restore)
}

fn capabilities(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    hosting.database(cx.path.get("name"))?;
    Ok(Response::json(json!({
        "changePassword": true,
        "changeRight": false,
        "delete": true,
        "dump": true,
        "getQuota": true,
        "getRight": false,
        // No server listens there: the address is made up and reserved for examples.
        "guiURL": "https://sql.example.net/",
        "optimize": false,
        "restore": true,
    })))
}

fn token(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let name = cx.path.get("name");
    hosting.database(name)?;
    Ok(Response::json(json!({
        "endpoint": "https://metrics.example.net/",
        "token": hosting.ids.key(&format!("metrics {name}"), 32),
    })))
}

/// Measures the size: `CHECK_QUOTA` is the only action.
fn request(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let check = Work::new("checking", "database/checkQuotaNow");
    let check = check.edit(|database, at| database.set("lastCheck", at.rfc3339()));
    work(hosting, cx, Kind::Database, check)
}

fn available_versions(_: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let list = versions("type", cx.query.required("type"))?;
    Ok(Response::json(json!({"default": list[0], "list": list})))
}

fn creation(hosting: &Hosting, _: &Context<'_>) -> Value {
    let one = |kind: &str, available: usize, quota: i64| -> Value {
        json!({
            "available": available,
            "engines": engines(),
            "isolation": "shared",
            "quota": {"unit": "MB", "value": quota},
            "type": kind,
        })
    };
    let included = hosting.plan().database_mb;
    json!([
        one("sqlPerso", hosting.free_databases(), included),
        one("extraSqlPerso", hosting.free_extra_databases(), 1024),
    ])
}
