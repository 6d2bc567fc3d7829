//! What can be learned about databases: what may be created, what one can do, its metrics.

use serde_json::{Value, json};

use super::databases::job;
use super::generic_resources::task_answer;
use super::{Context, Handler};
use crate::reply::{Answer, Refusal};
use crate::state::databases::{ENGINES, versions};
use crate::state::outcome::Outcome;

pub(super) const ALL: &[Handler] = &[
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/database/{name}/capabilities",
        capabilities,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/database/{name}/metricsToken",
        token,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/database/{name}/request",
        request,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/database/{name}/statistics",
        statistics,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/databaseAvailableType",
        types,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/databaseAvailableVersion",
        available_versions,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/databaseCreationCapabilities",
        creation,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/privateDatabaseCreationCapabilities",
        private_creation,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/privateDatabases",
        private,
    ),
];

fn capabilities(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let name = cx.path.get("name");
    cx.hosting()?.database(name)?;
    Ok(Answer::json(json!({
        "changePassword": true,
        "changeRight": false,
        "delete": true,
        "dump": true,
        "getQuota": true,
        "getRight": false,
        // Nothing listens there: the address is made up and reserved for examples.
        "guiURL": "https://sql.example.net/",
        "optimize": false,
        "restore": true,
    })))
}

fn token(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let name = cx.path.get("name");
    let hosting = cx.hosting()?;
    hosting.database(name)?;
    Ok(Answer::json(json!({
        "endpoint": "https://metrics.example.net/",
        "token": hosting.ids.key(&format!("metrics {name}"), 32),
    })))
}

/// The only thing to ask for is `CHECK_QUOTA`.
fn request(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, name) = (cx.now, cx.path.get("name"));
    let hosting = cx.hosting()?;
    let outcome = Outcome::DatabaseChecked(name.to_owned());
    let work = job("database/checkQuotaNow", name, outcome);
    let task = hosting.work_on_database(name, "checking", now, work)?;
    Ok(task_answer(
        hosting,
        task,
        now,
        format!("database {name} is being checked"),
    ))
}

/// Nothing runs on these databases, and that is what the series show.
fn statistics(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let name = cx.path.get("name");
    let (serie, period) = (cx.query.required("type"), cx.query.required("period"));
    let chart = flat_chart(serie, period, cx.now.unix_millis() / 1000);
    cx.hosting()?.database(name)?;
    Ok(Answer::json(chart))
}

/// A list of one series that stays at zero.
pub(super) fn flat_chart(serie: &str, period: &str, until: i64) -> Value {
    let step = match period {
        "daily" => 3600,
        "weekly" => 6 * 3600,
        "monthly" => 24 * 3600,
        _ => 14 * 24 * 3600,
    };
    let values: Vec<_> = (0..24)
        .rev()
        .map(|back| json!({"timestamp": until - back * step, "value": 0.0}))
        .collect();
    json!([{"serieName": serie, "unit": "count", "values": values}])
}

fn types(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    cx.hosting()?;
    Ok(Answer::json(
        ENGINES.iter().map(|(kind, _)| *kind).collect(),
    ))
}

fn available_versions(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let kind = cx.query.required("type");
    let (_, list) =
        versions(kind).ok_or_else(|| Refusal::bad_value("type", "this engine is not offered"))?;
    let answer = json!({"default": list[0], "list": list});
    cx.hosting()?;
    Ok(Answer::json(answer))
}

fn creation(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let hosting = cx.hosting()?;
    let extra = hosting.free_extra_databases();
    let included = hosting.plan().database_mb;
    let one = |kind: &str, available: usize, quota: i64| {
        let engines: Vec<_> = ENGINES.iter().map(|(kind, _)| *kind).collect();
        json!({
            "available": available,
            "engines": engines,
            "isolation": "shared",
            "quota": {"unit": "MB", "value": quota},
            "type": kind,
        })
    };
    Ok(Answer::json(json!([
        one("sqlPerso", hosting.free_databases(), included),
        one("extraSqlPerso", extra, 1024),
    ])))
}

/// Guess: that an offer without a private database to be had says so with an empty list.
fn private_creation(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    cx.hosting()?;
    Ok(Answer::json(json!([])))
}

fn private(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    Ok(Answer::json(cx.hosting()?.private_databases.clone().into()))
}
