//! The mail that scripts of a hosting send, and the e-mail options that were bought for it.

use std::time::Duration;

use serde_json::{Value, json};

use super::generic_resources;
use super::{Context, Handler};
use crate::reply::{Answer, Refusal};
use crate::state::generic_resources::{Key, Kind};
use crate::state::hosting::renewal;
use crate::state::outcome::Outcome;
use crate::state::tasks::Job;

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web/{serviceName}/email", get),
    Handler::new("PUT", "/hosting/web/{serviceName}/email", update),
    Handler::new("GET", "/hosting/web/{serviceName}/email/bounces", bounces),
    Handler::new("POST", "/hosting/web/{serviceName}/email/request", request),
    Handler::new("GET", "/hosting/web/{serviceName}/email/volumes", volumes),
    Handler::new("GET", "/hosting/web/{serviceName}/emailOption", options),
    Handler::new("GET", "/hosting/web/{serviceName}/emailOption/{id}", option),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/emailOption/{id}/serviceInfos",
        service,
    ),
];

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    Ok(Answer::json(cx.hosting()?.mail.json()))
}

fn update(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let address = cx.body.value("email");
    let hosting = cx.hosting()?;
    if let Some(address) = address {
        if address.as_str().is_some_and(|text| !text.contains('@')) {
            return Err(Refusal::bad_value("$.email", "an e-mail address"));
        }
        hosting.mail.address = address.as_str().map(str::to_owned);
        return Ok(Answer::void().changed("the address for bounces was changed"));
    }
    Ok(Answer::void())
}

/// No mail leaves the sandbox, so none comes back.
fn bounces(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    if cx.query.integer("limit").is_some_and(|limit| limit < 0) {
        return Err(Refusal::bad_value("limit", "a number from 0 up"));
    }
    cx.hosting()?;
    Ok(Answer::json(json!([])))
}

fn volumes(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    cx.hosting()?;
    let day = Duration::from_secs(24 * 3600);
    Ok(Answer::json(
        (0..7)
            .map(|days| json!({"date": (now - day * days).rfc3339(), "volume": 0}))
            .collect(),
    ))
}

/// Guess: what each action makes of the state, the task's name, and the words of the answer.
fn request(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let action = cx.body.required("action").to_owned();
    let hosting = cx.hosting()?;
    if hosting.mail.task.is_some() {
        return Err(Refusal::busy());
    }
    let state = if action == "BLOCK" { "ko" } else { "ok" };
    let job = Job {
        function: "mailsout/flushMailsoutQueue",
        object_type: "Hosting",
        object_id: hosting.service.clone(),
        outcome: Outcome::MailState(state),
    };
    let task = hosting.start(now, job);
    hosting.mail.task = Some(task);
    if action == "PURGE" {
        hosting.mail.state = "purging";
    }
    let words = format!("{action} of the e-mails is under way");
    Ok(Answer::json(Value::from(words.clone())).changed(words))
}

fn options(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    generic_resources::list(cx, Kind::EmailOption, |_, _| true)
}

fn option(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    generic_resources::get(cx, Kind::EmailOption, &key)
}

fn service(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    let now = cx.now;
    let hosting = cx.hosting()?;
    let option = hosting.records.get(Kind::EmailOption, &key)?;
    let id = option.shown["id"].as_u64().unwrap_or_default();
    Ok(Answer::json(hosting.service_of(
        option.text("domain"),
        id,
        &renewal(),
        now,
    )))
}
