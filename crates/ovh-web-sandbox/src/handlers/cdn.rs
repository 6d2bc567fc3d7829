//! The CDN: its domains, their options, and operations on them. The setting `cdn` of an attached
//! domain decides whether it is on the CDN.

use std::time::Duration;

use super::resources::{merged, respond};
use super::*;
use crate::state::cdn::{CACHE_RULES, OPTIONS, option};

pub(super) const ALL: &[Handler] = &[
    value("cdn/serviceInfos", service),
    post("cdn/serviceInfosUpdate", update_service),
    value("cdn", cdn),
    value("cdn/availableOptions", available),
    list_of("cdn/domain", Kind::CdnDomain, &[]),
    get_of("cdn/domain/{domainName}", Kind::CdnDomain),
    get("cdn/domain/{domainName}/logs", logs),
    list_of("cdn/domain/{domainName}/option", Kind::CdnOption, &[]),
    post("cdn/domain/{domainName}/option", add_option),
    get_of(
        "cdn/domain/{domainName}/option/{optionName}",
        Kind::CdnOption,
    ),
    put("cdn/domain/{domainName}/option/{optionName}", set_option),
    delete("cdn/domain/{domainName}/option/{optionName}", delete_option),
    post("cdn/domain/{domainName}/purge", |hosting, cx| {
        operate(hosting, cx, "domain_purge")
    }),
    post("cdn/domain/{domainName}/refresh", |hosting, cx| {
        operate(hosting, cx, "domain_refresh")
    }),
    list_of("cdn/operation", Kind::CdnOperation, &[]),
    get_of("cdn/operation/{id}", Kind::CdnOperation),
];

/// The contract of the CDN.
fn service(hosting: &Hosting, cx: &Context<'_>) -> Value {
    let id = hosting.ids.number(&format!("cdn {}", hosting.service));
    hosting.service_of(&hosting.service, id, &hosting.cdn_renew, cx.now)
}

fn update_service(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let renew = cx.body.value("renew").unwrap_or_default();
    hosting.cdn_renew = merged(hosting.cdn_renew.take(), &renew);
    Ok(Response::void().changed("the renewal of the CDN was changed"))
}

fn cdn(hosting: &Hosting, _: &Context<'_>) -> Value {
    // Guess: the values of type and version.
    json!({
        "domain": hosting.service,
        "free": true,
        "status": "created",
        "taskId": null,
        "type": "cdn-basic",
        "version": "cdn-hosting",
    })
}

fn available(_: &Hosting, _: &Context<'_>) -> Value {
    let one = |kind: &str, most: usize| {
        let category = match kind {
            "hsts" | "https_redirect" | "mixed_content" | "waf" | "cors" => "security",
            "brotli" | "mobile_redirect" | "prefetch" | "prewarm" => "performance",
            _ => "cache",
        };
        json!({"category": category, "config": null, "maxItems": most, "type": kind})
    };
    let all = OPTIONS.iter().map(|kind| one(kind, 1));
    let cache_rule = std::iter::once(one("cache_rule", CACHE_RULES));
    cache_rule.chain(all).collect()
}

fn logs(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let key = cx.key(Kind::CdnDomain);
    let date = cx.query.text("date").map(str::to_owned);
    let date = date.unwrap_or_else(|| cx.now.day());
    hosting.resources.get(Kind::CdnDomain, &key)?;
    // No logs are served: the address is made up and reserved for examples.
    Ok(Response::json(json!({
        "url": format!("https://cdn-logs.example.net/{key}/{date}.log.gz"),
        "validity": (cx.now + Duration::from_secs(3600)).rfc3339(),
    })))
}

fn add_option(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let domain = cx.key(Kind::CdnDomain);
    let (name, kind) = (cx.body.required("name"), cx.body.required("type"));
    let mut shown = option(name, kind, cx.body.flag("enabled").unwrap_or(false));
    for property in ["config", "pattern"] {
        shown[property] = cx.body.value(property).unwrap_or_default();
    }
    let key = Key::text(name).within(domain.clone());
    Refusal::unless(!name.is_empty(), "$.name", "empty")?;
    hosting.resources.get(Kind::CdnDomain, &domain)?;
    if hosting.resources.find(Kind::CdnOption, &key).is_some() {
        return conflict(format!("The option {key} already exists"));
    }
    let options = hosting.resources.parts(Kind::CdnOption, &domain);
    let rules = options.filter(|(_, option)| option.text("type") == "cache_rule");
    if rules.count() >= CACHE_RULES {
        // Guess: the wording.
        return bad_request("You have reached the maximum number of cache rules");
    }
    let option = Resource::new(shown);
    hosting.insert(Kind::CdnOption, key.clone(), option);
    changed_option(hosting, cx, &key, "added")
}

/// Marks the domain of an option as changed and returns the option.
fn changed_option(
    hosting: &mut Hosting,
    cx: &Context<'_>,
    key: &Key,
    change: &str,
) -> HandlerResult {
    hosting.touch_cdn_domain(&cx.key(Kind::CdnDomain), cx.now);
    let response = respond(hosting, cx, Kind::CdnOption, key)?;
    Ok(response.changed(format!("option {key} was {change}")))
}

/// Guess: an option changes at once, and its domain needs a refresh.
fn set_option(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let key = cx.key(Kind::CdnOption);
    let option = hosting.resources.idle(Kind::CdnOption, &key)?;
    let kind = option.text("type").to_owned();
    if cx.body.0.get("type").is_some_and(|it| *it != kind) {
        return bad_value("$.type", format!("the option is a {kind}"));
    }
    option.shown.extend(cx.body.0.clone());
    changed_option(hosting, cx, &key, "changed")
}

fn delete_option(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let key = cx.key(Kind::CdnOption);
    if hosting.resources.get(Kind::CdnOption, &key)?.text("type") != "cache_rule" {
        // Guess: the wording.
        return bad_request(
            "This option belongs to every domain: it can be switched off, not deleted",
        );
    }
    hosting.resources.remove(Kind::CdnOption, &key);
    hosting.touch_cdn_domain(&cx.key(Kind::CdnDomain), cx.now);
    Ok(Response::void().changed(format!("option {key} was deleted")))
}

fn operate(hosting: &mut Hosting, cx: &Context<'_>, function: &'static str) -> HandlerResult {
    let domain = cx.key(Kind::CdnDomain);
    hosting.resources.idle(Kind::CdnDomain, &domain)?;
    let pattern = cx.query.text("pattern");
    let key = hosting.start_cdn_operation(&domain, function, pattern, cx.now);
    let response = respond(hosting, cx, Kind::CdnOperation, &key)?;
    Ok(response.changed(format!("{function} of {domain}")))
}
