//! The settings of a hosting: `.ovhconfig` with its earlier versions, the configuration of its
//! engine, and snapshots that restore both.

use super::resources::{self, respond, task_response, with_body};
use super::*;
use crate::state::hosting::STABLE64;
use crate::state::snapshots::settings;

pub(super) const ALL: &[Handler] = &[
    list_of(
        "ovhConfig",
        Kind::OvhConfig,
        &[Equal("historical"), Like("path")],
    ),
    get_of("ovhConfig/{id}", Kind::OvhConfig),
    post("ovhConfig/{id}/changeConfiguration", change),
    post("ovhConfig/{id}/rollback", roll_back),
    post("ovhConfigRefresh", refresh),
    value("ovhConfigCapabilities", capabilities),
    value("ovhConfigRecommendedValues", recommended),
    get("configuration", configuration),
    put("configuration", configure),
    value("availableConfigurations", available),
    post("restoreSnapshot", restore),
];

const PHP: [&str; 13] = [
    "8.4", "8.3", "8.2", "8.1", "8.0", "7.4", "7.3", "7.2", "7.1", "7.0", "5.6", "5.5", "5.4",
];

const VERSIONS: &[&str] = &[
    "nodejs-14",
    "nodejs-12",
    "python-3.9",
    "python-3.8",
    "python-3.7",
    "ruby-2.7",
    "ruby-2.6",
];

/// The value of a property after a change.
fn after<'a>(values: &'a Map<String, Value>, before: &'a str, name: &str) -> &'a str {
    values.get(name).and_then(Value::as_str).unwrap_or(before)
}

fn change(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let values = &cx.body.0;
    let config = cx.find(hosting, Kind::OvhConfig)?;
    let after = |name: &str| after(values, config.text(name), name);
    let (version, container) = (after("engineVersion"), after("container"));
    let fits = Hosting::php_in_stable64(version).is_none_or(|it| it == (container == STABLE64));
    let fits = fits || !hosting.rules.enforces(Rule::PhpContainer);
    // Guess: the wording.
    let problem = format!("PHP {version} does not run in the container {container}");
    Refusal::unless(fits, "$.engineVersion", problem)?;
    let work = Work::update("ovhConfig/update");
    start(hosting, cx, work, values.clone())
}

/// Starts a change. The old settings get a new id, and the current ones keep theirs.
fn start(
    hosting: &mut Hosting,
    cx: &Context<'_>,
    work: Work,
    values: Map<String, Value>,
) -> HandlerResult {
    let config = cx.find(hosting, Kind::OvhConfig)?;
    if config.flag("historical") {
        // Guess: the wording.
        return bad_request("A historical configuration cannot be changed");
    }
    let (mut past, id) = (config.clone(), hosting.ids.next());
    past.set("historical", true);
    past.set("id", id);
    let work = work.set(values).then(move |hosting, key, at| {
        let past = past.clone();
        hosting.insert(Kind::OvhConfig, Key::Number(id), past);
        if let Some(current) = hosting.resources.find_mut(Kind::OvhConfig, key) {
            current.set("creationDate", at.rfc3339());
        }
        hosting.remember_files(None, at);
    });
    resources::work(hosting, cx, Kind::OvhConfig, work)
}

fn roll_back(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let to = cx.body.integer("rollbackId").unwrap_or_default();
    let key = Key::parse(&to.to_string());
    let past = hosting.resources.get(Kind::OvhConfig, &key)?;
    let problem = "expected the id of a historical configuration";
    Refusal::unless(past.flag("historical"), "$.rollbackId", problem)?;
    let values = settings(past);
    let work = Work::new("rollbacking", "ovhConfig/rollback");
    start(hosting, cx, work, values)
}

fn refresh(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let work = Work::update("ovhConfig/refresh");
    let work = work.then(|hosting, _, at| hosting.last_scan = Some(at));
    resources::work(hosting, cx, Kind::Service, work)
}

fn capabilities(_: &Hosting, _: &Context<'_>) -> Value {
    let capabilities = PHP.map(|version| {
        let images: &[_] = match Hosting::php_in_stable64(version) {
            Some(false) => &["stable", "legacy"],
            _ => &[STABLE64],
        };
        json!({"containerImage": images, "version": version})
    });
    capabilities.into()
}

fn recommended(_: &Hosting, _: &Context<'_>) -> Value {
    json!({
        "container": "stable64",
        "engineName": "php",
        "engineVersion": "8.4",
        "environment": "production",
        "httpFirewall": "none",
    })
}

fn configuration_key(hosting: &Hosting) -> Key {
    let mut configurations = hosting.resources.all(Kind::Configuration);
    let first = configurations.next();
    first.map_or(Key::Number(0), |(key, _)| key.clone())
}

fn configuration(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let key = configuration_key(hosting);
    respond(hosting, cx, Kind::Configuration, &key)
}

/// Returns nothing; the configuration shows the change in its status.
fn configure(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let key = configuration_key(hosting);
    let current = hosting.resources.get(Kind::Configuration, &key)?;
    let after = |name: &str| after(&cx.body.0, current.text(name), name);
    let (language, version) = (after("language"), after("version"));
    if !VERSIONS.contains(&version) || !version.starts_with(language) {
        let fitting: Vec<_> = versions_of(Some(language)).collect();
        return not_one_of("$.version", &fitting);
    }
    let work = Work::update("configuration/update").set(cx.body.0.clone());
    let work = work.then(|hosting, _, at| hosting.remember_files(None, at));
    let task = hosting.work(cx.now, Kind::Configuration, &key, work)?;
    Ok(with_body(task_response(hosting, cx, task), Value::Null))
}

fn versions_of(language: Option<&str>) -> impl Iterator<Item = &'static str> {
    let versions = VERSIONS.iter().copied();
    versions.filter(move |version| language.is_none_or(|language| version.starts_with(language)))
}

fn available(_: &Hosting, cx: &Context<'_>) -> Value {
    let versions = versions_of(cx.query.text("language"));
    versions.collect()
}

/// Restores the files, the settings in files and the contents of the databases.
fn restore(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let backup = cx.body.required("backup");
    let Some(snapshot) = hosting.snapshot(backup, cx.now) else {
        // Guess: the refusal of a backup that is older than the hosting.
        return bad_request(format!(
            "There is no backup {backup}: the hosting is younger than that"
        ));
    };
    let work = Work::update("web/restoreSnapshot");
    let work = work.then(move |hosting, _, at| hosting.restore_snapshot(&snapshot, at));
    resources::work(hosting, cx, Kind::Service, work)
}
