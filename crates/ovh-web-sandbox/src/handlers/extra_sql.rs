//! Extra SQL offers: more databases than the offer of the hosting includes.

use super::resources::merged;
use super::*;
use crate::state::hosting::renewal;

pub(super) const ALL: &[Handler] = &[
    list_of("extraSqlPerso", Kind::ExtraSql, &[]),
    get_of("extraSqlPerso/{id}", Kind::ExtraSql),
    get("extraSqlPerso/{id}/databases", databases),
    get("extraSqlPerso/{id}/serviceInfos", service),
    post("extraSqlPerso/{id}/serviceInfosUpdate", update_service),
];

fn databases(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let offer = cx.find(hosting, Kind::ExtraSql)?;
    Ok(Response::json(
        hosting.databases_of_extra(offer.number("id")).collect(),
    ))
}

fn service(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let offer = cx.find(hosting, Kind::ExtraSql)?;
    let renew = merged(renewal(), &offer.hidden);
    let (name, id) = (offer.text("name"), offer.number("id"));
    Ok(Response::json(hosting.service_of(name, id, &renew, cx.now)))
}

fn update_service(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let key: Key = cx.key(Kind::ExtraSql);
    let renew = cx.body.value("renew").unwrap_or_default();
    let offer = hosting.resources.find_mut(Kind::ExtraSql, &key);
    let offer = offer.ok_or_else(|| Refusal::no_object(&key))?;
    offer.hidden = merged(offer.hidden.take(), &renew);
    Ok(Response::void().changed(format!("the renewal of extra SQL {key} was changed")))
}
