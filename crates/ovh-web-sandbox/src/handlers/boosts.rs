//! Boosts: asked for, ended, and their history.

use super::generic_resources::{self, task_answer};
use super::{Context, Handler};
use crate::clock::Moment;
use crate::reply::{Answer, Refusal};
use crate::state::generic_resources::{Key, Kind};
use crate::state::hosting::BOOSTS;
use crate::state::outcome::Outcome;
use crate::state::tasks::Job;

pub(super) const ALL: &[Handler] = &[
    Handler::new("POST", "/hosting/web/{serviceName}/requestBoost", request),
    Handler::new("GET", "/hosting/web/{serviceName}/boostHistory", list),
    Handler::new("GET", "/hosting/web/{serviceName}/boostHistory/{date}", get),
];

/// Guess: that no offer ends the boost, and the task's name.
fn request(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let offer = cx.body.owned("offer");
    let hosting = cx.hosting()?;
    if offer.as_deref().is_some_and(|it| !BOOSTS.contains(&it)) {
        return Err(Refusal::bad_value(
            "$.offer",
            format!("this hosting can be boosted to {}", BOOSTS.join(", ")),
        ));
    }
    if hosting.task.is_some() {
        return Err(Refusal::busy());
    }
    if offer == hosting.boost {
        return Err(Refusal::conflict("The hosting already has this boost"));
    }
    let job = Job {
        function: "hosting/changeOffer/shared",
        object_type: "Hosting",
        object_id: hosting.service.clone(),
        outcome: Outcome::Boosted(offer),
    };
    let task = hosting.start(now, job);
    hosting.task = Some(task);
    Ok(task_answer(
        hosting,
        task,
        now,
        "the boost is being changed",
    ))
}

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    generic_resources::list(cx, Kind::Boost, |query, boost| {
        query
            .moment("date")
            .is_none_or(|date| Moment::parse(boost.text("date")) == Some(date.whole_seconds()))
    })
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let date = cx.path.get("date");
    // However the moment is written, it is the same one.
    let key = Moment::parse(date).map_or_else(|| Key::text(date), |it| Key::Text(it.rfc3339()));
    generic_resources::get(cx, Kind::Boost, &key)
}
