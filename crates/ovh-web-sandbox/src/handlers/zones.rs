//! DNS zones: list, get, status, refresh, SOA, contract, and the records of dynamic hosts.

use super::resources::merged;
use super::tags::TagFilter;
use super::*;
use crate::state::zones::Zone;

pub(super) const ALL: &[Handler] = &[
    world("GET", "/domain/zone", list),
    world("GET", "/domain/zone/{zoneName}", |world, cx| {
        Ok(Response::json(zone(world, cx)?.json()))
    }),
    world(
        "GET",
        "/domain/zone/{zoneName}/capabilities",
        |world, cx| {
            zone(world, cx)?;
            Ok(Response::json(json!({"dynHost": true})))
        },
    ),
    world(
        "GET",
        "/domain/zone/{zoneName}/serviceInfos",
        |world, cx| Ok(Response::json(zone(world, cx)?.service_json())),
    ),
    world("GET", "/domain/zone/{zoneName}/status", |world, cx| {
        let is_deployed = zone(world, cx)?.is_deployed();
        Ok(Response::json(
            json!({"errors": [], "isDeployed": is_deployed, "warnings": []}),
        ))
    }),
    world("POST", "/domain/zone/{zoneName}/refresh", refresh),
    world("GET", "/domain/zone/{zoneName}/soa", |world, cx| {
        Ok(Response::json(zone(world, cx)?.soa.clone()))
    }),
    world("PUT", "/domain/zone/{zoneName}/soa", update_soa),
    world("GET", "/domain/zone/{zoneName}/dynHost/record", list_hosts),
    world(
        "POST",
        "/domain/zone/{zoneName}/dynHost/record",
        create_host,
    ),
    world(
        "GET",
        "/domain/zone/{zoneName}/dynHost/record/{id}",
        |world, cx| {
            let host = zone(world, cx)?.dns_hosts.get(&id(cx));
            Ok(Response::json(host.ok_or_else(|| no_object(cx))?.clone()))
        },
    ),
    world(
        "PUT",
        "/domain/zone/{zoneName}/dynHost/record/{id}",
        update_host,
    ),
    world(
        "DELETE",
        "/domain/zone/{zoneName}/dynHost/record/{id}",
        |world, cx| {
            let host = zone(world, cx)?.dns_hosts.remove(&id(cx));
            host.ok_or_else(|| no_object(cx))?;
            Ok(Response::void().changed("a dynamic host was deleted"))
        },
    ),
    world("GET", "/domain/zone/{zoneName}/dynHost/login", list_logins),
    world(
        "POST",
        "/domain/zone/{zoneName}/dynHost/login",
        create_login,
    ),
    world(
        "GET",
        "/domain/zone/{zoneName}/dynHost/login/{login}",
        |world, cx| Ok(Response::json(login(world, cx)?.clone())),
    ),
    world(
        "PUT",
        "/domain/zone/{zoneName}/dynHost/login/{login}",
        |world, cx| {
            let login = login(world, cx)?;
            *login = merged(login.take(), &Value::Object(cx.body.0.clone()));
            Ok(Response::void().changed("a login of dynamic hosts was changed"))
        },
    ),
    world(
        "POST",
        "/domain/zone/{zoneName}/dynHost/login/{login}/changePassword",
        |world, cx| {
            login(world, cx)?;
            Ok(Response::void().changed("a password of dynamic hosts was changed"))
        },
    ),
    world(
        "DELETE",
        "/domain/zone/{zoneName}/dynHost/login/{login}",
        |world, cx| {
            login(world, cx)?;
            zone(world, cx)?.dns_logins.remove(cx.path.get("login"));
            Ok(Response::void().changed("a login of dynamic hosts was deleted"))
        },
    ),
];

/// The zone in the path.
pub(super) fn zone<'w>(world: &'w mut World, cx: &Context<'_>) -> Result<&'w mut Zone, Refusal> {
    world.zone(cx.path.get("zoneName"))
}

/// The number in the path; 0 if it is not one.
pub(super) fn id(cx: &Context<'_>) -> u64 {
    cx.path.get("id").parse().unwrap_or_default()
}

/// 404 for the object in the path.
pub(super) fn no_object(cx: &Context<'_>) -> Refusal {
    Refusal::no_object(cx.path.get("id"))
}

fn list(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let tags = cx.query.text("iamTags").map(TagFilter::parse).transpose()?;
    let tags = tags.unwrap_or_default();
    let zones = world.zones.values();
    Ok(cx.wanted.list(
        zones.filter(|_| tags.holds(&Default::default())),
        |zone| zone.name.clone().into(),
        |zone| zone.json(),
    ))
}

fn refresh(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let zone = zone(world, cx)?;
    let name = zone.name.clone();
    let takes_effect = zone.refresh(cx.now);
    world.settle_zones(cx.now);
    let response = Response::void();
    Ok(match takes_effect {
        true => response.changed(format!("the zone {name} is refreshed")),
        false => response,
    })
}

/// Guess: the new values take effect at once, and the serial stays.
fn update_soa(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let zone = zone(world, cx)?;
    let mut new = cx.body.0.clone();
    new.remove("serial");
    zone.soa = merged(zone.soa.take(), &Value::Object(new));
    Ok(Response::void().changed("the SOA record was changed"))
}

fn list_hosts(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let hosts = zone(world, cx)?.dns_hosts.iter();
    let hosts = hosts.filter(|(_, host)| {
        let subdomain = host["subDomain"].as_str().unwrap_or_default();
        cx.query.filters("subDomain", subdomain)
    });
    let list = cx
        .wanted
        .list(hosts, |(id, _)| (**id).into(), |(_, host)| (*host).clone());
    Ok(list)
}

fn create_host(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let zone = zone(world, cx)?;
    let ip = cx.body.text("ip").unwrap_or_default();
    Refusal::unless(
        ip.parse::<std::net::IpAddr>().is_ok(),
        "$.ip",
        "expected an IP address",
    )?;
    let id = zone.ids.next();
    let host = json!({
        "id": id,
        "ip": ip,
        "subDomain": cx.body.text("subDomain").unwrap_or_default(),
        "ttl": 60,
        "zone": zone.name,
    });
    zone.dns_hosts.insert(id, host.clone());
    Ok(Response::json(host).changed("a dynamic host was created"))
}

fn update_host(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let host = zone(world, cx)?.dns_hosts.get_mut(&id(cx));
    let host = host.ok_or_else(|| no_object(cx))?;
    *host = merged(host.take(), &Value::Object(cx.body.0.clone()));
    Ok(Response::void().changed("a dynamic host was changed"))
}

fn login<'w>(world: &'w mut World, cx: &Context<'_>) -> Result<&'w mut Value, Refusal> {
    let name = cx.path.get("login");
    let login = zone(world, cx)?.dns_logins.get_mut(name);
    login.ok_or_else(|| Refusal::no_object(name))
}

fn list_logins(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let logins = zone(world, cx)?.dns_logins.iter();
    let logins = logins.filter(|(name, login)| {
        let subdomain = login["subDomain"].as_str().unwrap_or_default();
        cx.query.filters("login", name) && cx.query.filters("subDomain", subdomain)
    });
    let list = cx.wanted.list(
        logins,
        |(name, _)| name.as_str().into(),
        |(_, login)| (*login).clone(),
    );
    Ok(list)
}

fn create_login(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let zone = zone(world, cx)?;
    let name = format!("{}-{}", zone.name, cx.body.required("loginSuffix"));
    if zone.dns_logins.contains_key(&name) {
        return conflict(format!("The login {name} already exists"));
    }
    let login = json!({
        "login": name,
        "subDomain": cx.body.required("subDomain"),
        "zone": zone.name,
    });
    zone.dns_logins.insert(name, login.clone());
    Ok(Response::json(login).changed("a login of dynamic hosts was created"))
}
