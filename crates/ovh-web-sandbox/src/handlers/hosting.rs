//! Hostings: found, read, renamed.

use super::tags::TagFilter;
use super::{Context, Handler};
use crate::reply::{Answer, Refusal};

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web", list),
    Handler::new("GET", "/hosting/web/{serviceName}", get),
    Handler::new("PUT", "/hosting/web/{serviceName}", update),
];

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let tags = cx.query.text("iamTags").map(TagFilter::parse).transpose()?;
    let tags = tags.unwrap_or_default();
    for hosting in cx.world.hostings.values_mut() {
        hosting.settle(cx.now);
    }
    let hostings = cx.world.hostings.values();
    let hostings = hostings.filter(|hosting| tags.holds(&hosting.tags));
    Ok(cx.wanted.list(
        hostings,
        |hosting| hosting.service.clone().into(),
        |hosting| hosting.json(),
    ))
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
