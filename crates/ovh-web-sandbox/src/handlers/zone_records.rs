//! The records of a zone. Their changes are staged until a refresh.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::zones::{id, no_object, zone};
use super::*;
use crate::state::zones::Zone;

pub(super) const ALL: &[Handler] = &[
    world("GET", "/domain/zone/{zoneName}/record", list),
    world("POST", "/domain/zone/{zoneName}/record", create),
    world("GET", "/domain/zone/{zoneName}/record/{id}", |world, cx| {
        let record = zone(world, cx)?.record(id(cx));
        Ok(Response::json(record.ok_or_else(|| no_object(cx))?.clone()))
    }),
    world("PUT", "/domain/zone/{zoneName}/record/{id}", update),
    world("DELETE", "/domain/zone/{zoneName}/record/{id}", delete),
    world("POST", "/domain/zone/{zoneName}/reset", reset),
    world("GET", "/domain/zone/{zoneName}/export", export),
];

/// The largest zone.
const MOST_RECORDS: usize = 10_000;

fn text<'r>(record: &'r Value, name: &str) -> &'r str {
    record[name].as_str().unwrap_or_default()
}

fn list(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let records = zone(world, cx)?.records();
    let records = records.filter(|(_, record)| {
        ["fieldType", "subDomain"]
            .iter()
            .all(|name| cx.query.filters(name, text(record, name)))
    });
    let list = cx.wanted.list(
        records,
        |(id, _)| (**id).into(),
        |(_, record)| (*record).clone(),
    );
    Ok(list)
}

fn create(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let zone = zone(world, cx)?;
    let (kind, target) = (cx.body.required("fieldType"), cx.body.required("target"));
    let subdomain = subdomain(&cx.body)?.unwrap_or_default();
    let ttl = ttl(&cx.body)?.unwrap_or_default();
    check_target(kind, target)?;
    check_alias(zone, None, &subdomain, kind)?;
    if zone.records().count() >= MOST_RECORDS {
        return bad_request("The zone has too many records");
    }
    let id = zone.add(&subdomain, kind, target, ttl);
    let record = zone.record(id).cloned().unwrap_or_default();
    Ok(Response::json(record).changed(format!("the record {id} was created")))
}

fn update(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let (zone, id) = (zone(world, cx)?, id(cx));
    let mut record = zone.record(id).cloned().ok_or_else(|| no_object(cx))?;
    let kind = text(&record, "fieldType").to_owned();
    if let Some(subdomain) = subdomain(&cx.body)? {
        record["subDomain"] = subdomain.into();
    }
    if let Some(target) = cx.body.text("target") {
        check_target(&kind, target)?;
        record["target"] = target.into();
    }
    if let Some(ttl) = ttl(&cx.body)? {
        record["ttl"] = ttl.into();
    }
    check_alias(zone, Some(id), text(&record, "subDomain"), &kind)?;
    zone.change(id, record);
    Ok(Response::void().changed(format!("the record {id} was changed")))
}

fn delete(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let id = id(cx);
    match zone(world, cx)?.remove(id) {
        true => Ok(Response::void().changed(format!("the record {id} was deleted"))),
        false => Err(no_object(cx)),
    }
}

/// Guess: the records of the name servers stay, those of the body are not created, and the result
/// is staged.
fn reset(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    zone(world, cx)?.clear();
    Ok(Response::void().changed("the zone was reset"))
}

fn export(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let zone = zone(world, cx)?;
    let mut file = format!("$TTL {}\n$ORIGIN {}.\n", zone.soa["ttl"], zone.name);
    for line in zone.lines() {
        file.push_str(&line);
        file.push('\n');
    }
    Ok(Response::json(file.into()))
}

/// The subdomain in a body; empty if it is `null`.
fn subdomain(body: &Values) -> Result<Option<String>, Refusal> {
    let Some(value) = body.value("subDomain") else {
        return Ok(None);
    };
    let subdomain = value.as_str().unwrap_or_default().to_ascii_lowercase();
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_*".contains(&byte))
    };
    let is_valid =
        subdomain.is_empty() || subdomain.len() <= 253 && subdomain.split('.').all(is_label);
    let problem = "expected the part of a name before the zone, such as www";
    Refusal::unless(is_valid, "$.subDomain", problem).map(|()| Some(subdomain))
}

/// From OVHcloud's Terraform provider: a TTL is at least a minute, or 0 for the one of the zone.
fn ttl(body: &Values) -> Result<Option<i64>, Refusal> {
    let Some(value) = body.value("ttl") else {
        return Ok(None);
    };
    let ttl = value.as_i64().unwrap_or_default();
    let is_valid = ttl == 0 || (60..=31_536_000).contains(&ttl);
    Refusal::unless(is_valid, "$.ttl", "expected 0, or at least 60 seconds").map(|()| Some(ttl))
}

/// Checks the target of an address, a name or a `CAA`; other types have any target.
fn check_target(kind: &str, target: &str) -> Result<(), Refusal> {
    let is_valid = match kind {
        "A" => target.parse::<Ipv4Addr>().is_ok(),
        "AAAA" => target.parse::<Ipv6Addr>().is_ok(),
        // From a third-party report: the value must be quoted.
        "CAA" => target
            .splitn(3, ' ')
            .nth(2)
            .is_some_and(|value| value.len() > 1 && value.starts_with('"') && value.ends_with('"')),
        "CNAME" | "DNAME" | "NS" => !target.is_empty() && !target.contains(char::is_whitespace),
        _ => !target.is_empty() && !target.contains(['\r', '\n']),
    };
    let problem = format!("expected the target of a record of type {kind}");
    Refusal::unless(is_valid, "$.target", problem)
}

/// Refuses a `CNAME` of the zone's own name, and beside other records of its name.
///
/// From third-party reports: the first refusal, and that a `TXT` beside a `CNAME` is accepted, though
/// name servers answer with only one of them.
///
/// Guess: other types beside a `CNAME` are refused with 409.
fn check_alias(zone: &Zone, own: Option<u64>, subdomain: &str, kind: &str) -> Result<(), Refusal> {
    let alias = |kind: &str| kind == "CNAME";
    if alias(kind) && subdomain.is_empty() {
        return bad_request("Invalid subdomain : Subdomain is mandatory for CNAME");
    }
    let mut others = zone
        .records()
        .filter(|(id, record)| Some(**id) != own && text(record, "subDomain") == subdomain);
    let conflicts = |(_, record): (&u64, &Value)| {
        let kinds = [kind, text(record, "fieldType")];
        kinds.into_iter().any(alias) && !kinds.contains(&"TXT")
    };
    match others.any(conflicts) {
        true => conflict("A CNAME record cannot have other records of its name"),
        false => Ok(()),
    }
}
