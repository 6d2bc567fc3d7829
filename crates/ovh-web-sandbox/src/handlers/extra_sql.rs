//! Extra SQL offers: room for more databases.

use serde_json::Value;

use super::services::merged;
use super::{Context, Handler};
use crate::reply::{Answer, Refusal};
use crate::state::generic_resources::{Key, Kind, Record};
use crate::state::hosting::{Hosting, renewal};

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web/{serviceName}/extraSqlPerso", list),
    Handler::new("GET", "/hosting/web/{serviceName}/extraSqlPerso/{id}", get),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/extraSqlPerso/{id}/databases",
        databases,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/extraSqlPerso/{id}/serviceInfos",
        service,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/extraSqlPerso/{id}/serviceInfosUpdate",
        update_service,
    ),
];

fn names(hosting: &Hosting, key: &Key) -> Vec<String> {
    hosting
        .databases
        .values()
        .filter(|database| database.extra.is_some_and(|id| *key == Key::Number(id)))
        .map(|database| database.name.clone())
        .collect()
}

fn json(hosting: &Hosting, key: &Key, offer: &Record) -> Value {
    let mut value = offer.json();
    value["usage"] = names(hosting, key).into();
    value
}

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let hosting: &Hosting = cx.world.hosting(cx.path.get("serviceName"), cx.now)?;
    Ok(cx.wanted.list(
        hosting.records.all(Kind::ExtraSql),
        |(key, _)| key.json(),
        |(key, offer)| json(hosting, key, offer),
    ))
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    let hosting: &Hosting = cx.hosting()?;
    let offer = hosting.records.get(Kind::ExtraSql, &key)?;
    Ok(Answer::json(json(hosting, &key, offer)))
}

fn databases(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    let hosting = cx.hosting()?;
    hosting.records.get(Kind::ExtraSql, &key)?;
    Ok(Answer::json(names(hosting, &key).into()))
}

fn service(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    let now = cx.now;
    let hosting = cx.hosting()?;
    let offer = hosting.records.get(Kind::ExtraSql, &key)?;
    let id = offer.shown["id"].as_u64().unwrap_or_default();
    let renew = merged(renewal(), &offer.kept);
    Ok(Answer::json(hosting.service_of(
        offer.text("name"),
        id,
        &renew,
        now,
    )))
}

fn update_service(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    let renew = cx.body.value("renew").unwrap_or_default();
    let offer = cx.hosting()?.records.get_mut(Kind::ExtraSql, &key)?;
    offer.kept = merged(offer.kept.take(), &renew);
    Ok(Answer::void().changed(format!("the renewal of extra SQL {key} was changed")))
}
