//! Domain names. Each zone of the account has one, with plausible values that no call changes.

use super::tags::TagFilter;
use super::*;
use crate::state::zones::Zone;

pub(super) const ALL: &[Handler] = &[
    world("GET", "/domain", list),
    world("GET", "/domain/{serviceName}", |world, cx| {
        Ok(Response::json(zone(world, cx)?.domain_json()))
    }),
    world("GET", "/domain/{serviceName}/serviceInfos", |world, cx| {
        Ok(Response::json(zone(world, cx)?.service_json()))
    }),
    world("GET", "/domain/{serviceName}/nameServer", |world, cx| {
        let servers: Vec<_> = zone(world, cx)?.server_ids().collect();
        Ok(cx.wanted.list(servers, |(id, _)| (*id).into(), server_json))
    }),
    world(
        "GET",
        "/domain/{serviceName}/nameServer/{id}",
        |world, cx| {
            let id = cx.path.get("id");
            let mut servers = zone(world, cx)?.server_ids();
            let server = servers.find(|(number, _)| number.to_string() == id);
            let server = server.ok_or_else(|| Refusal::no_object(id))?;
            Ok(Response::json(server_json(&server)))
        },
    ),
];

/// The zone of the domain name in the path.
fn zone<'w>(world: &'w mut World, cx: &Context<'_>) -> Result<&'w mut Zone, Refusal> {
    world.zone(cx.path.get("serviceName"))
}

fn list(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let tags = cx.query.text("iamTags").map(TagFilter::parse).transpose()?;
    let tags = tags.unwrap_or_default();
    let zones = world.zones.values();
    Ok(cx.wanted.list(
        zones.filter(|_| tags.holds(&Default::default())),
        |zone| zone.name.clone().into(),
        |zone| zone.domain_json(),
    ))
}

/// A `domain.nameServer.FullNameServer`.
fn server_json((id, server): &(u64, String)) -> Value {
    json!({
        "host": server,
        "id": id,
        "ip": null,
        "isUsed": true,
        "toDelete": false,
    })
}
