//! `/auth/*`: the time, consumer keys, who am I.

use serde_json::{Value, json};

use super::{Context, Handler};
use crate::auth::{Rule, invalid_key};
use crate::check::{Field, Kind};
use crate::reply::{Answer, Refusal};

const METHODS: &[&str] = &["DELETE", "GET", "POST", "PUT"];

const RULE: Kind = Kind::Object(&[
    Field::required("method", Kind::Word(METHODS)),
    Field::required("path", Kind::Text),
]);

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/auth/time", time),
    Handler::new("POST", "/auth/credential", request_credential)
        .needs_application()
        .body(&[
            Field::required("accessRules", Kind::List(&RULE)),
            // OVHcloud's Python client sends null for what was not given.
            Field::nullable("allowedIPs", Kind::List(&Kind::Text)),
            Field::nullable("redirection", Kind::Text),
        ]),
    Handler::new("GET", "/auth/currentCredential", current_credential),
    Handler::new("GET", "/auth/details", details),
    Handler::new("POST", "/auth/logout", log_out),
];

fn time(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    Ok(Answer::json(cx.server_seconds.into()))
}

fn request_credential(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let application_id = cx.application_id.ok_or_else(invalid_key)?;
    let rules = cx.body.value("accessRules").unwrap_or_default();
    let rules: Vec<_> = rules
        .as_array()
        .into_iter()
        .flatten()
        .map(|rule| {
            let text = |name: &str| rule.get(name).and_then(Value::as_str).unwrap_or_default();
            Rule::new(text("method"), text("path"))
        })
        .collect();
    let allowed_ips = cx.body.value("allowedIPs").filter(|ips| !ips.is_null());
    let consumer_key =
        cx.world
            .accounts
            .request_credential(application_id, rules, allowed_ips, cx.now);
    let token = cx.world.ids.key(&format!("validation {consumer_key}"), 32);
    Ok(Answer::json(json!({
        "consumerKey": consumer_key,
        "state": "pendingValidation",
        "validationUrl": format!("{}/auth/?credentialToken={token}", cx.origin),
    }))
    .changed("a consumer key waits for its validation"))
}

fn current_credential(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let credential = cx
        .caller
        .and_then(|caller| cx.world.accounts.credential_by_id(caller.credential_id))
        .ok_or_else(invalid_key)?;
    Ok(Answer::json(credential.json()))
}

fn details(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let credential = cx
        .caller
        .and_then(|caller| cx.world.accounts.credential_by_id(caller.credential_id))
        .ok_or_else(invalid_key)?;
    Ok(Answer::json(json!({
        "account": "sb0000-ovh",
        "allowedRoutes": credential.rules_json(),
        "description": null,
        "identities": ["urn:v1:eu:identity:account:sb0000-ovh"],
        "method": "account",
        "roles": [],
        "user": null,
    })))
}

/// Guess: that a consumer key is `expired` after a logout.
fn log_out(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    if let Some(caller) = cx.caller {
        cx.world.accounts.log_out(caller.credential_id);
    }
    Ok(Answer::void().changed("the consumer key was ended"))
}
