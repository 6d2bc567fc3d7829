//! The settings of a hosting: `.ovhconfig` with its past, the configuration of its engine, and
//! snapshots that bring both back.

use serde_json::{Map, Value, json};

use super::generic_resources::{self, task_answer};
use super::{Context, Handler};
use crate::reply::{Answer, Refusal};
use crate::rules::Rule;
use crate::state::generic_resources::{Change, Key, Kind};
use crate::state::hosting::{Hosting, STABLE64};
use crate::state::outcome::Outcome;
use crate::state::tasks::Job;

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web/{serviceName}/ovhConfig", list),
    Handler::new("GET", "/hosting/web/{serviceName}/ovhConfig/{id}", get),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/ovhConfig/{id}/changeConfiguration",
        change,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/ovhConfig/{id}/rollback",
        roll_back,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/ovhConfigRefresh",
        refresh,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/ovhConfigCapabilities",
        capabilities,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/ovhConfigRecommendedValues",
        recommended,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/configuration",
        configuration,
    ),
    Handler::new("PUT", "/hosting/web/{serviceName}/configuration", configure),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/availableConfigurations",
        available,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/restoreSnapshot",
        restore,
    ),
];

/// The versions of PHP that can be chosen.
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

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    generic_resources::list(cx, Kind::OvhConfig, |query, config| {
        query
            .flag("historical")
            .is_none_or(|wanted| config.shown.get("historical") == Some(&wanted.into()))
            && query.like("path", config.text("path"))
    })
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    generic_resources::get(cx, Kind::OvhConfig, &key)
}

fn change(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let values = cx.body.0.clone();
    if cx.world.rules.enforces(Rule::PhpContainer) {
        let key = Key::parse(cx.path.get("id"));
        let config = cx.hosting()?.records.get(Kind::OvhConfig, &key)?;
        let after = |name: &str| {
            let value = values.get(name).and_then(Value::as_str);
            value.unwrap_or(config.text(name)).to_owned()
        };
        let (version, container) = (after("engineVersion"), after("container"));
        if Hosting::php_in_stable64(&version).is_some_and(|it| it != (container == STABLE64)) {
            // Guess: the words.
            return Err(Refusal::bad_value(
                "$.engineVersion",
                format!("PHP {version} does not run in the container {container}"),
            ));
        }
    }
    start(cx, ("updating", "ovhConfig/update"), values)
}

fn start(
    cx: &mut Context<'_>,
    (status, function): (&'static str, &'static str),
    values: Map<String, Value>,
) -> Result<Answer, Refusal> {
    let (now, key) = (cx.now, Key::parse(cx.path.get("id")));
    let hosting = cx.hosting()?;
    let config = hosting.records.get(Kind::OvhConfig, &key)?;
    if config.shown.get("historical") == Some(&true.into()) {
        // Guess: the words.
        return Err(Refusal::bad_request(
            "A configuration of the past cannot be changed",
        ));
    }
    if config.task.is_some() {
        return Err(Refusal::busy());
    }
    let job = Job {
        function,
        object_type: "OvhConfig",
        object_id: key.to_string(),
        outcome: Outcome::ConfigChanged(key.clone(), values, hosting.ids.next()),
    };
    let task = hosting.start(now, job);
    hosting.occupy_record(Kind::OvhConfig, &key, status, task);
    Ok(task_answer(
        hosting,
        task,
        now,
        format!("configuration {key}: {function}"),
    ))
}

fn roll_back(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let to = cx.body.integer("rollbackId").unwrap_or_default();
    let hosting = cx.hosting()?;
    let past = Key::parse(&to.to_string());
    let past = hosting.records.get(Kind::OvhConfig, &past)?;
    if past.shown.get("historical") != Some(&true.into()) {
        return Err(Refusal::bad_value(
            "$.rollbackId",
            "this configuration is not one of the past",
        ));
    }
    let values = [
        "container",
        "engineName",
        "engineVersion",
        "environment",
        "httpFirewall",
    ]
    .iter()
    .filter_map(|name| Some(((*name).to_owned(), past.shown.get(*name)?.clone())))
    .collect();
    start(cx, ("rollbacking", "ovhConfig/rollback"), values)
}

/// Starts a task on the hosting as a whole, of which there is one at a time.
fn work(
    hosting: &mut Hosting,
    now: crate::clock::Moment,
    function: &'static str,
    outcome: Outcome,
) -> Result<Answer, Refusal> {
    if hosting.task.is_some() {
        return Err(Refusal::busy());
    }
    let job = Job {
        function,
        object_type: "Hosting",
        object_id: hosting.service.clone(),
        outcome,
    };
    let task = hosting.start(now, job);
    hosting.task = Some(task);
    Ok(task_answer(
        hosting,
        task,
        now,
        format!("{function} is under way"),
    ))
}

fn refresh(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    work(
        cx.hosting()?,
        now,
        "ovhConfig/refresh",
        Outcome::ConfigScanned,
    )
}

fn capabilities(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    cx.hosting()?;
    Ok(Answer::json(
        PHP.map(|version| {
            let images: &[_] = match Hosting::php_in_stable64(version) {
                Some(false) => &["stable", "legacy"],
                _ => &[STABLE64],
            };
            json!({"containerImage": images, "version": version})
        })
        .into(),
    ))
}

fn recommended(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    cx.hosting()?;
    Ok(Answer::json(json!({
        "container": "stable64",
        "engineName": "php",
        "engineVersion": "8.4",
        "environment": "production",
        "httpFirewall": "none",
    })))
}

fn configuration_key(hosting: &Hosting) -> Result<Key, Refusal> {
    let mut configurations = hosting.records.all(Kind::Configuration);
    configurations
        .next()
        .map(|(key, _)| key.clone())
        .ok_or_else(|| Refusal::no_object("configuration"))
}

fn configuration(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = configuration_key(cx.hosting()?)?;
    generic_resources::get(cx, Kind::Configuration, &key)
}

/// Answers with nothing; the change is seen in the status of the configuration.
fn configure(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = configuration_key(cx.hosting()?)?;
    let values = cx.body.0.clone();
    let present = cx.hosting()?.records.get(Kind::Configuration, &key)?;
    let after = |name: &str| {
        let value = values.get(name).and_then(Value::as_str);
        value.unwrap_or(present.text(name)).to_owned()
    };
    let (language, version) = (after("language"), after("version"));
    if !VERSIONS.contains(&version.as_str()) || !version.starts_with(&language) {
        let fitting: Vec<_> = versions_of(Some(&language)).collect();
        return Err(Refusal::bad_value(
            "$.version",
            format!("{language} is offered in {}", fitting.join(", ")),
        ));
    }
    let work = ("updating", "configuration/update");
    let change = Change::Set(values);
    let mut answer = generic_resources::work(cx, Kind::Configuration, &key, work, change)?;
    answer.body = Value::Null;
    Ok(answer)
}

fn versions_of(language: Option<&str>) -> impl Iterator<Item = &'static str> {
    VERSIONS
        .iter()
        .copied()
        .filter(move |version| language.is_none_or(|language| version.starts_with(language)))
}

fn available(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    cx.hosting()?;
    Ok(Answer::json(
        versions_of(cx.query.text("language")).collect(),
    ))
}

/// Brings back the files, the settings that are files, and what stood in the databases.
fn restore(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let backup = cx.body.required("backup").to_owned();
    let hosting = cx.hosting()?;
    let Some(snapshot) = hosting.snapshot(&backup, now) else {
        // Guess: how the API refuses a backup that is older than the hosting.
        return Err(Refusal::bad_request(format!(
            "There is no backup {backup}: the hosting is younger than that"
        )));
    };
    let outcome = Outcome::SnapshotRestored(Box::new(snapshot));
    work(hosting, now, "web/restoreSnapshot", outcome)
}
