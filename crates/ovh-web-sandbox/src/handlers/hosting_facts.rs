//! What can be asked of a hosting as a whole: actions, tokens, its state, and how the domains of
//! it resolve.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::database_facts::flat_chart;
use super::generic_resources::task_answer;
use super::{Context, Handler};
use crate::offers::Offer;
use crate::reply::{Answer, Refusal};
use crate::state::hosting::{IPV4, IPV6};
use crate::state::outcome::Outcome;
use crate::state::tasks::Job;

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web/{serviceName}/abuseState", abuse_state),
    Handler::new("GET", "/hosting/web/offerCapabilities", offer_capabilities),
    Handler::new("GET", "/hosting/web/{serviceName}/token", token),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/metricsToken",
        metrics_token,
    ),
    Handler::new("GET", "/hosting/web/{serviceName}/statistics", statistics),
    Handler::new("POST", "/hosting/web/{serviceName}/request", request),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/attachedDomain/{domain}/digStatus",
        dig_status,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/attachedDomain/{domain}/purgeCache",
        purge_cache,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/attachedDomain/{domain}/restart",
        restart,
    ),
];

fn abuse_state(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    cx.hosting()?;
    Ok(Answer::json(json!({
        "accessState": "active",
        "mailsoutState": "ok",
        "outState": "active",
        "webState": "active",
    })))
}

fn offer_capabilities(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let offer = cx.query.required("offer");
    Offer::check(&cx.world.rules, "offer", offer)?;
    Ok(Answer::json(Offer::of(offer).json()))
}

/// What a TXT record `ovhcontrol` of a foreign domain has to hold.
fn token(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    Ok(Answer::json(cx.hosting()?.token().into()))
}

fn metrics_token(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let hosting = cx.hosting()?;
    Ok(Answer::json(json!({
        "endpoint": "https://metrics.example.net/",
        "expiry": (now + Duration::from_secs(3600)).rfc3339(),
        "token": hosting.ids.key(&format!("metrics {}", hosting.service), 32),
    })))
}

/// Nobody visits these hostings, and that is what the series show.
fn statistics(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (serie, period) = (cx.query.required("type"), cx.query.required("period"));
    let chart = flat_chart(serie, period, cx.now.unix_millis() / 1000);
    cx.hosting()?;
    Ok(Answer::json(chart))
}

/// Guess: which task does which of these.
fn request(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let (function, object_type) = match cx.body.required("action") {
        "CHECK_QUOTA" => ("web/checkQuotaNow", "Hosting"),
        "FLUSH_CACHE" => ("cdn/flush", "Cdn"),
        _ => ("scan/create", "Scan"),
    };
    let hosting = cx.hosting()?;
    let job = Job {
        function,
        object_type,
        object_id: hosting.service.clone(),
        outcome: Outcome::Nothing,
    };
    let task = hosting.start(now, job);
    Ok(task_answer(
        hosting,
        task,
        now,
        format!("{function} is under way"),
    ))
}

/// The record that a test has set, or what the attachment put into the zone.
fn dig_status(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let name = cx.path.get("domain");
    let hosting = cx.hosting()?;
    hosting.domain(name)?;
    let fine = hosting.points_here(name);
    let record = |kind: &str| json!({"dnsConfigured": fine, "isOvhIp": fine, "type": kind});
    // Guess: that the records are filed under their address.
    let records: Map<String, Value> = [(IPV4, record("A")), (IPV6, record("AAAA"))]
        .map(|(address, record)| (address.to_owned(), record))
        .into_iter()
        .collect();
    Ok(Answer::json(json!({
        "domain": name,
        "recommendedIps": {"recommendedIpV4": [IPV4], "recommendedIpV6": [IPV6]},
        "records": records,
    })))
}

fn purge_cache(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let name = cx.path.get("domain");
    if cx.hosting()?.domain(name)?.cdn != "active" {
        // Guess: the words.
        return Err(Refusal::bad_request(
            "This domain has no cache: it is not on the CDN",
        ));
    }
    on_domain(cx, "cdn/domain/flush")
}

fn restart(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    on_domain(cx, "attachedDomain/restart")
}

fn on_domain(cx: &mut Context<'_>, function: &'static str) -> Result<Answer, Refusal> {
    let (now, name) = (cx.now, cx.path.get("domain"));
    let hosting = cx.hosting()?;
    let job = Job {
        function,
        object_type: "AttachedDomain",
        object_id: name.to_owned(),
        outcome: Outcome::DomainSame(name.to_owned()),
    };
    let task = hosting.work_on_domain(name, "updating", now, job)?;
    Ok(task_answer(
        hosting,
        task,
        now,
        format!("domain {name}: {function}"),
    ))
}
