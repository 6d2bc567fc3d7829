//! Boosts: a larger offer for a while, and their history.

use super::resources::task_response;
use super::*;
use crate::state::hosting::BOOSTS;

pub(super) const ALL: &[Handler] = &[
    post("requestBoost", request),
    list_of("boostHistory", Kind::Boost, &[Equal("date")]),
    get_of("boostHistory/{date}", Kind::Boost),
];

/// Guess: a request without an offer ends the boost; the name of the task.
fn request(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let offer = cx.body.text("offer").map(str::to_owned);
    if offer.as_deref().is_some_and(|it| !BOOSTS.contains(&it)) {
        return not_one_of("$.offer", &BOOSTS);
    }
    let key = cx.key(Kind::Service);
    hosting.resources.idle(Kind::Service, &key)?;
    if offer == hosting.boost {
        return conflict("The hosting already has this boost");
    }
    let work = Work::update("hosting/changeOffer/shared").then(move |hosting, _, at| {
        let date = at.rfc3339();
        let boost = Resource::new(json!({
            "accountId": "sb0000-ovh",
            "boostOffer": offer,
            "date": date,
            "offer": hosting.offer,
        }));
        hosting.boost.clone_from(&offer);
        hosting.insert(Kind::Boost, Key::Text(date), boost);
    });
    let task = hosting.work(cx.now, Kind::Service, &key, work)?;
    Ok(task_response(hosting, cx, task))
}
