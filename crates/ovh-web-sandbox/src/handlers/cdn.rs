//! The CDN: its domains, their options, and operations on them. A domain is on the CDN when it is
//! attached so.

use std::time::Duration;

use serde_json::{Value, json};

use super::generic_resources;
use super::services::merged;
use super::{Context, Handler};
use crate::reply::{Answer, Refusal};
use crate::state::cdn::{CACHE_RULES, OPTIONS, option};
use crate::state::generic_resources::{Key, Kind, Record};
use crate::state::hosting::Hosting;

pub(super) const ALL: &[Handler] = &[
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/cdn/serviceInfos",
        service,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/cdn/serviceInfosUpdate",
        update_service,
    ),
    Handler::new("GET", "/hosting/web/{serviceName}/cdn", get),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/cdn/availableOptions",
        available,
    ),
    Handler::new("GET", "/hosting/web/{serviceName}/cdn/domain", domains),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/cdn/domain/{domainName}",
        domain,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/cdn/domain/{domainName}/logs",
        logs,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/cdn/domain/{domainName}/option",
        options,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/cdn/domain/{domainName}/option",
        add_option,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/cdn/domain/{domainName}/option/{optionName}",
        get_option,
    ),
    Handler::new(
        "PUT",
        "/hosting/web/{serviceName}/cdn/domain/{domainName}/option/{optionName}",
        set_option,
    ),
    Handler::new(
        "DELETE",
        "/hosting/web/{serviceName}/cdn/domain/{domainName}/option/{optionName}",
        delete_option,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/cdn/domain/{domainName}/purge",
        purge,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/cdn/domain/{domainName}/refresh",
        refresh,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/cdn/domain/{domainName}/statistics",
        statistics,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/cdn/operation",
        operations,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/cdn/operation/{id}",
        operation,
    ),
];

/// The contract behind the CDN.
fn service(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let hosting = cx.hosting()?;
    let id = hosting.ids.number(&format!("cdn {}", hosting.service));
    Ok(Answer::json(hosting.service_of(
        &hosting.service,
        id,
        &hosting.cdn_renew,
        now,
    )))
}

fn update_service(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let renew = cx.body.value("renew").unwrap_or_default();
    let hosting = cx.hosting()?;
    hosting.cdn_renew = merged(hosting.cdn_renew.take(), &renew);
    Ok(Answer::void().changed("the renewal of the CDN was changed"))
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let hosting = cx.hosting()?;
    // Guess: the words for type and version.
    Ok(Answer::json(json!({
        "domain": hosting.service,
        "free": true,
        "status": "created",
        "taskId": null,
        "type": "cdn-basic",
        "version": "cdn-hosting",
    })))
}

fn available(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    cx.hosting()?;
    let one = |kind: &str, most: usize| {
        let category = match kind {
            "hsts" | "https_redirect" | "mixed_content" | "waf" | "cors" => "security",
            "brotli" | "mobile_redirect" | "prefetch" | "prewarm" => "performance",
            _ => "cache",
        };
        json!({"category": category, "config": null, "maxItems": most, "type": kind})
    };
    let all = OPTIONS.iter().map(|kind| one(kind, 1));
    Ok(Answer::json(
        std::iter::once(one("cache_rule", CACHE_RULES))
            .chain(all)
            .collect(),
    ))
}

/// The document gives objects here, with and without pages.
fn domains(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let hosting: &Hosting = cx.world.hosting(cx.path.get("serviceName"), cx.now)?;
    let domains = hosting.records.all(Kind::CdnDomain);
    let object = |(_, domain): &(&Key, &Record)| domain.json();
    Ok(cx.wanted.list(domains, object, object))
}

fn domain_key(cx: &Context<'_>) -> Key {
    Key::text(cx.path.get("domainName"))
}

fn option_key(cx: &Context<'_>) -> Key {
    Key::text(cx.path.get("optionName")).within(domain_key(cx))
}

fn domain(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = domain_key(cx);
    generic_resources::get(cx, Kind::CdnDomain, &key)
}

fn logs(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = domain_key(cx);
    let now = cx.now;
    let date = cx.query.owned("date").unwrap_or_else(|| now.day());
    cx.hosting()?.records.get(Kind::CdnDomain, &key)?;
    // No logs are served: the address is made up and reserved for examples.
    Ok(Answer::json(json!({
        "url": format!("https://cdn-logs.example.net/{key}/{date}.log.gz"),
        "validity": (now + Duration::from_secs(3600)).rfc3339(),
    })))
}

fn options(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = domain_key(cx);
    let hosting: &Hosting = cx.world.hosting(cx.path.get("serviceName"), cx.now)?;
    hosting.records.get(Kind::CdnDomain, &key)?;
    let options = hosting.records.parts(Kind::CdnOption, &key);
    let object = |(_, option): &(&Key, &Record)| option.json();
    Ok(cx.wanted.list(options, object, object))
}

fn add_option(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, domain) = (cx.now, domain_key(cx));
    let body = &cx.body;
    let name = body.required("name");
    let mut shown = option(
        name,
        body.required("type"),
        body.flag("enabled").unwrap_or(false),
    );
    for property in ["config", "pattern"] {
        shown[property] = body.value(property).unwrap_or_default();
    }
    let key = Key::text(name).within(domain.clone());
    if name.is_empty() {
        return Err(Refusal::bad_value("$.name", "empty"));
    }
    let hosting = cx.hosting()?;
    hosting.records.get(Kind::CdnDomain, &domain)?;
    if hosting.records.find(Kind::CdnOption, &key).is_some() {
        return Err(Refusal::conflict(format!(
            "The option {key} already exists"
        )));
    }
    let rules = hosting
        .records
        .parts(Kind::CdnOption, &domain)
        .filter(|(_, option)| option.text("type") == "cache_rule");
    if rules.count() >= CACHE_RULES {
        // Guess: the words.
        return Err(Refusal::bad_request(
            "You have reached the maximum number of cache rules",
        ));
    }
    let answer = Answer::json(shown.clone()).changed(format!("option {key} was added"));
    hosting
        .records
        .insert(Kind::CdnOption, key, Record::new(shown));
    hosting.touch_cdn_domain(&domain, now);
    Ok(answer)
}

fn get_option(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = option_key(cx);
    generic_resources::get(cx, Kind::CdnOption, &key)
}

/// Guess: an option changes at once, and its domain wants a refresh.
fn set_option(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, key, domain) = (cx.now, option_key(cx), domain_key(cx));
    let values = cx.body.0.clone();
    let hosting = cx.hosting()?;
    let option = hosting.records.get_mut(Kind::CdnOption, &key)?;
    let kind = option.text("type").to_owned();
    if values.get("type").is_some_and(|it| *it != kind) {
        return Err(Refusal::bad_value(
            "$.type",
            format!("the option is a {kind}"),
        ));
    }
    option.shown.extend(values);
    let answer = Answer::json(option.json()).changed(format!("option {key} was changed"));
    hosting.touch_cdn_domain(&domain, now);
    Ok(answer)
}

fn delete_option(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, key, domain) = (cx.now, option_key(cx), domain_key(cx));
    let hosting = cx.hosting()?;
    if hosting.records.get(Kind::CdnOption, &key)?.text("type") != "cache_rule" {
        // Guess: the words.
        return Err(Refusal::bad_request(
            "This option belongs to every domain: it can be switched off, not deleted",
        ));
    }
    hosting.records.remove(Kind::CdnOption, &key);
    hosting.touch_cdn_domain(&domain, now);
    Ok(Answer::void().changed(format!("option {key} was deleted")))
}

fn purge(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let pattern = cx.query.owned("pattern");
    operate(cx, "domain_purge", pattern.as_deref())
}

fn refresh(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    operate(cx, "domain_refresh", None)
}

fn operate(
    cx: &mut Context<'_>,
    function: &'static str,
    pattern: Option<&str>,
) -> Result<Answer, Refusal> {
    let (now, domain) = (cx.now, domain_key(cx));
    let hosting = cx.hosting()?;
    let busy = hosting.records.get(Kind::CdnDomain, &domain)?.task;
    if busy.is_some() {
        return Err(Refusal::busy());
    }
    let key = hosting.start_cdn_operation(&domain.to_string(), function, pattern, now);
    let operation = hosting.records.get(Kind::CdnOperation, &key)?;
    Ok(Answer::json(hosting.progress_json(operation, now))
        .changed(format!("{function} of {domain} starts")))
}

fn statistics(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = domain_key(cx);
    let now = cx.now.unix_millis() / 1000;
    cx.hosting()?.records.get(Kind::CdnDomain, &key)?;
    // Nothing passes through this CDN.
    let series = |name| {
        let points: Vec<_> = (0..24)
            .map(|hour| json!({"timestamp": now - 3600 * hour, "value": 0.0}))
            .collect();
        json!({"name": name, "points": points, "unit": "req/min"})
    };
    Ok(Answer::json(json!([series("hit"), series("miss")])))
}

fn operations(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let hosting: &Hosting = cx.world.hosting(cx.path.get("serviceName"), now)?;
    let operations = hosting.records.all(Kind::CdnOperation);
    let object = |(_, operation): &(&Key, &Record)| hosting.progress_json(operation, now);
    Ok(cx.wanted.list(operations, object, object))
}

fn operation(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, key) = (cx.now, Key::parse(cx.path.get("id")));
    let hosting: &Hosting = cx.hosting()?;
    let operation: Value =
        hosting.progress_json(hosting.records.get(Kind::CdnOperation, &key)?, now);
    Ok(Answer::json(operation))
}
