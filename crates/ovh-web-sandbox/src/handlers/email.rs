//! The mail that scripts of a hosting send, and the e-mail options that were bought for it.

use std::time::Duration;

use super::resources::{task_response, with_body};
use super::*;
use crate::state::hosting::renewal;

pub(super) const ALL: &[Handler] = &[
    get_of("email", Kind::Mail),
    put("email", update),
    get("email/bounces", bounces),
    post("email/request", request),
    value("email/volumes", volumes),
    list_of("emailOption", Kind::EmailOption, &[]),
    get_of("emailOption/{id}", Kind::EmailOption),
    get("emailOption/{id}/serviceInfos", service),
];

fn update(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let Some(address) = cx.body.value("email") else {
        return Ok(Response::void());
    };
    let is_valid = address.as_str().is_none_or(|text| text.contains('@'));
    Refusal::unless(is_valid, "$.email", "expected an e-mail address")?;
    if let Some(mail) = hosting.resources.find_mut(Kind::Mail, &cx.key(Kind::Mail)) {
        mail.set("email", address);
    }
    Ok(Response::void().changed("the address for bounces was changed"))
}

/// Returns an empty list, because the sandbox sends no mail.
fn bounces(_: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let is_valid = cx.query.integer("limit").is_none_or(|limit| limit >= 0);
    Refusal::unless(is_valid, "limit", "expected 0 or more")?;
    Ok(Response::json(json!([])))
}

fn volumes(_: &Hosting, cx: &Context<'_>) -> Value {
    let day = Duration::from_secs(24 * 3600);
    let volumes = (0..7).map(|days| json!({"date": (cx.now - day * days).rfc3339(), "volume": 0}));
    volumes.collect()
}

/// Guess: the state after each action, the name of the task, the wording of the response.
fn request(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let (key, action) = (cx.key(Kind::Mail), cx.body.required("action"));
    let state = match hosting.resources.get(Kind::Mail, &key)?.text("state") {
        _ if action == "PURGE" => "purging",
        "ko" => "ko",
        _ => "ok",
    };
    let blocks = action == "BLOCK";
    let work = Work::new(state, "mailsout/flushMailsoutQueue").edit(move |mail, _| {
        mail.set("state", if blocks { "ko" } else { "ok" });
    });
    let task = hosting.work(cx.now, Kind::Mail, &key, work)?;
    let text = format!("{action} of the e-mails has started");
    Ok(with_body(task_response(hosting, cx, task), text))
}

fn service(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let key = cx.key(Kind::EmailOption);
    let option = hosting.resources.get(Kind::EmailOption, &key)?;
    let (domain, id) = (option.text("domain"), option.number("id"));
    let contract = hosting.service_of(domain, id, &renewal(), cx.now);
    Ok(Response::json(contract))
}
