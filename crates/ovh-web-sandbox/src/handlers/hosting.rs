//! Hostings: list, get, rename, contract, offer, tokens, state, DNS of the domains.

use std::time::Duration;

use super::resources::{merged, task_response};
use super::tags::TagFilter;
use super::*;
use crate::offers::Offer;
use crate::state::hosting::{IPV4, IPV6};
use crate::state::tasks::Job;

pub(super) const ALL: &[Handler] = &[
    world("GET", "/hosting/web", list),
    value("/hosting/web/{serviceName}", |hosting, _| hosting.json()),
    put("/hosting/web/{serviceName}", update),
    value("abuseState", abuse_state),
    world("GET", "/hosting/web/incident", |world, _| {
        Ok(Response::json(world.incidents.clone().into()))
    }),
    get("key/ssh", ssh_key),
    post("key/ssh", create_ssh_key),
    world("GET", "/hosting/web/offerCapabilities", offer_capabilities),
    value("token", |hosting, _| hosting.token().into()),
    value("metricsToken", metrics_token),
    post("request", request),
    get("attachedDomain/{domain}/digStatus", dig_status),
    // Returns the contract of a hosting: its renewal and expiration.
    value("serviceInfos", |hosting, cx| hosting.service_json(cx.now)),
    put("serviceInfos", update_service),
];

fn list(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let tags = cx.query.text("iamTags").map(TagFilter::parse).transpose()?;
    let tags = tags.unwrap_or_default();
    let hostings = world.settled(cx.now);
    Ok(cx.wanted.list(
        hostings.filter(|hosting| tags.holds(&hosting.tags)),
        |hosting| hosting.service.clone().into(),
        |hosting| hosting.json(),
    ))
}

fn update(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let Some(name) = cx.body.value("displayName") else {
        return Ok(Response::void());
    };
    hosting.display_name = name.as_str().map(str::to_owned);
    Ok(Response::void().changed("the hosting was renamed"))
}

fn abuse_state(_: &Hosting, _: &Context<'_>) -> Value {
    json!({
        "accessState": "active",
        "mailsoutState": "ok",
        "outState": "active",
        "webState": "active",
    })
}

fn offer_capabilities(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let offer = cx.query.required("offer");
    Offer::check(&world.rules, "offer", offer)?;
    Ok(Response::json(Offer::of(offer).json()))
}

/// Guess: a hosting has no key until one is created.
fn ssh_key(hosting: &mut Hosting, _: &Context<'_>) -> HandlerResult {
    let key = hosting.ssh_key();
    let key = key.ok_or_else(|| Refusal::no_object("ssh"))?;
    Ok(Response::json(json!({"publicKey": key})))
}

fn create_ssh_key(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    hosting.ssh_keys += 1;
    Ok(ssh_key(hosting, cx)?.changed("the SSH key was replaced"))
}

fn metrics_token(hosting: &Hosting, cx: &Context<'_>) -> Value {
    json!({
        "endpoint": "https://metrics.example.net/",
        "expiry": (cx.now + Duration::from_secs(3600)).rfc3339(),
        "token": hosting.ids.key(&format!("metrics {}", hosting.service), 32),
    })
}

/// Only a measurement has an effect, at the end of its task.
///
/// Guess: the task of each action.
fn request(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let action = cx.body.required("action");
    let measures = action == "CHECK_QUOTA";
    let (function, object_type) = match action {
        "CHECK_QUOTA" => ("web/checkQuotaNow", "Hosting"),
        "FLUSH_CACHE" => ("cdn/flush", "Cdn"),
        _ => ("scan/create", "Scan"),
    };
    let job = Job {
        function,
        object_type,
        object_id: hosting.service.clone(),
        hidden: false,
    };
    let task = hosting.start(cx.now, job, move |hosting, end| {
        if measures && !end.failed {
            hosting.measure();
        }
    });
    Ok(task_response(hosting, cx, task))
}

/// Returns the DNS record that a test has set, or the one that attaching set.
fn dig_status(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let name = cx.path.get("domain");
    hosting.domain(name)?;
    let fine = hosting.points_here(name);
    let record = |kind: &str| json!({"dnsConfigured": fine, "isOvhIp": fine, "type": kind});
    // Guess: the records are keyed by their address.
    let records: Map<String, Value> = [(IPV4, record("A")), (IPV6, record("AAAA"))]
        .map(|(address, record)| (address.to_owned(), record))
        .into_iter()
        .collect();
    Ok(Response::json(json!({
        "domain": name,
        "recommendedIps": {"recommendedIpV4": [IPV4], "recommendedIpV6": [IPV6]},
        "records": records,
    })))
}

fn update_service(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let Some(renew) = cx.body.value("renew").filter(Value::is_object) else {
        return Ok(Response::void());
    };
    hosting.renew = merged(hosting.renew.take(), &renew);
    Ok(Response::void().changed("the renewal was changed"))
}
