//! Hostings: found, read, renamed.

use serde_json::Value;

use super::{Context, Handler};
use crate::check::{Field, Kind};
use crate::reply::{Answer, Refusal};

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web", list).query(&[Field::optional("iamTags", Kind::Text)]),
    Handler::new("GET", "/hosting/web/{serviceName}", get),
    Handler::new("PUT", "/hosting/web/{serviceName}", update).body(SERVICE),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/serviceInfos",
        service_infos,
    ),
];

/// A `hosting.web.Service`, of which only the name for display can be written.
const SERVICE: &[Field] = &[
    Field::nullable("displayName", Kind::Text),
    Field::read_only("availableBoostOffer"),
    Field::read_only("boostOffer"),
    Field::read_only("cluster"),
    Field::read_only("clusterIp"),
    Field::read_only("clusterIpv6"),
    Field::read_only("countriesIp"),
    Field::read_only("datacenter"),
    Field::read_only("defaultAttachedDomain"),
    Field::read_only("filer"),
    Field::read_only("hasCdn"),
    Field::read_only("hasHostedSsl"),
    Field::read_only("home"),
    Field::read_only("hostingIp"),
    Field::read_only("hostingIpv6"),
    Field::read_only("lastOvhConfigScan"),
    Field::read_only("multipleSSL"),
    Field::read_only("offer"),
    Field::read_only("operatingSystem"),
    Field::read_only("phpVersions"),
    Field::read_only("primaryLogin"),
    Field::read_only("quotaSize"),
    Field::read_only("quotaUsed"),
    Field::read_only("recommendedOffer"),
    Field::read_only("resourceType"),
    Field::read_only("serviceManagementAccess"),
    Field::read_only("serviceName"),
    Field::read_only("state"),
    Field::read_only("token"),
    Field::read_only("trafficQuotaSize"),
    Field::read_only("trafficQuotaUsed"),
    Field::read_only("updates"),
];

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let tags = cx.query.text("iamTags").map(parse_tags).transpose()?;
    for hosting in cx.world.hostings.values_mut() {
        hosting.settle(cx.now);
    }
    let untagged_passes = tags.is_none_or(|tags| tags.iter().all(passes_without_tags));
    let hostings = cx.world.hostings.values().filter(|_| untagged_passes);
    Ok(cx.wanted.list(
        hostings,
        |hosting| hosting.service.clone().into(),
        |hosting| hosting.json(),
    ))
}

/// The operators of one tag.
type Filters = Vec<String>;

/// Reads `{"key": [{"operator": "EQ", "value": "x"}]}`, which travels as one JSON value.
fn parse_tags(text: &str) -> Result<Vec<Filters>, Refusal> {
    let wrong = |what: &str| Refusal::bad_value("iamTags", what);
    let value: Value = serde_json::from_str(text).map_err(|_| wrong("not JSON"))?;
    let tags = value.as_object().ok_or_else(|| wrong("not an object"))?;
    tags.values()
        .map(|filters| {
            filters
                .as_array()
                .ok_or_else(|| wrong("a tag needs a list of filters"))?
                .iter()
                .map(|filter| {
                    let operator = match filter.get("operator") {
                        None | Some(Value::Null) => "EQ",
                        Some(operator) => operator.as_str().unwrap_or_default(),
                    };
                    match operator {
                        "EQ" | "NEQ" | "LIKE" | "ILIKE" | "EXISTS" | "NEXISTS" => {
                            Ok(operator.to_owned())
                        }
                        _ => Err(wrong(
                            "an operator is one of EQ, NEQ, LIKE, ILIKE, EXISTS, NEXISTS",
                        )),
                    }
                })
                .collect()
        })
        .collect()
}

/// The sandbox's hostings carry no tags yet: what asks for one finds nothing, what asks for its
/// absence finds everything.
fn passes_without_tags(filters: &Filters) -> bool {
    filters
        .iter()
        .all(|operator| matches!(operator.as_str(), "NEQ" | "NEXISTS"))
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    Ok(Answer::json(cx.hosting()?.json()))
}

fn update(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let name = cx.body.value("displayName");
    let hosting = cx.hosting()?;
    match name {
        Some(name) => {
            hosting.display_name = name.as_str().map(str::to_owned);
            Ok(Answer::void().changed("the hosting was renamed"))
        }
        None => Ok(Answer::void()),
    }
}

fn service_infos(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    Ok(Answer::json(cx.hosting()?.service_json()))
}
