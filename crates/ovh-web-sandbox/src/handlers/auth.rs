//! `/auth/*`: the time, consumer keys, the identity of the caller.

use serde_json::{Value, json};

use super::{Context, Handler, HandlerResult, bad_value, world};
use crate::auth::credential::{Credential, CredentialRequest};
use crate::auth::{Method, Rule, addresses, validation};
use crate::response::{Refusal, Response};
use crate::state::World;

pub(super) const ALL: &[Handler] = &[
    world("GET", "/auth/time", time),
    world("POST", "/auth/credential", request_credential).needs_application(),
    world("GET", "/auth/currentCredential", current_credential),
    world("GET", "/auth/details", details),
    world("POST", "/auth/logout", log_out),
];

fn time(_: &mut World, cx: &Context<'_>) -> HandlerResult {
    Ok(Response::json(cx.server_seconds.into()))
}

fn request_credential(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    // The document requires neither the rules nor their properties.
    let rules = cx.body.value("accessRules");
    let rules: Vec<_> = rules
        .as_ref()
        .and_then(Value::as_array)
        .ok_or_else(|| Refusal::bad_value("$.accessRules", "this property is required"))?
        .iter()
        .enumerate()
        .map(|(index, rule)| {
            let text = |name: &str| {
                rule.get(name).and_then(Value::as_str).ok_or_else(|| {
                    let place = format!("$.accessRules[{index}].{name}");
                    Refusal::bad_value(&place, "this property is required")
                })
            };
            Ok(Rule::new(text("method")?, text("path")?))
        })
        .collect::<Result<_, Refusal>>()?;
    let given = |value: Option<Value>| value.filter(|value| !value.is_null());
    let allowed_ips = given(cx.body.value("allowedIPs"));
    addresses::check(allowed_ips.as_ref())?;
    let request = CredentialRequest {
        rules,
        allowed_ips,
        redirection: cx.body.text("redirection").map(str::to_owned),
    };
    if request.is_too_large() {
        // Guess: the access rules of a consumer key have a size limit; its value.
        let problem = "the access rules and addresses are too large";
        return bad_value("$.accessRules", problem);
    }
    let (consumer_key, token) = world.accounts.request_credential(request, cx.now);
    Ok(Response::json(json!({
        "consumerKey": consumer_key,
        "state": "pendingValidation",
        "validationUrl": validation::url(cx.origin, &token),
    }))
    .changed("a consumer key waits for its validation"))
}

/// The consumer key that signed the request.
///
/// Guess: the response of these routes to a bearer token, which has no consumer key.
fn credential<'a>(world: &'a World, cx: &Context<'_>) -> Result<&'a Credential, Refusal> {
    cx.caller
        .and_then(|caller| world.accounts.credential_by_id(caller.credential_id?))
        .ok_or_else(|| Refusal::new(403, "Client::Forbidden", "This call needs a consumer key"))
}

fn current_credential(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    Ok(Response::json(credential(world, cx)?.json()))
}

fn details(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let account = "sb0000-ovh";
    let mut details = json!({
        "account": account,
        "allowedRoutes": null,
        "description": null,
        "identities": [format!("urn:v1:eu:identity:account:{account}")],
        "method": "account",
        "roles": [],
        "user": null,
    });
    match cx.caller.map(|caller| (caller.method, &caller.key)) {
        Some((Method::OAuth2, client)) => {
            let identity = format!("urn:v1:eu:identity:credential:{account}/oauth2-{client}");
            details["identities"] = json!([identity]);
            details["method"] = "oauth2_client_credentials".into();
        }
        // Guess: a static token belongs to a local user.
        Some((Method::Token, _)) => {
            let identity = format!("urn:v1:eu:identity:user:{account}/sandbox");
            details["identities"] = json!([identity]);
            details["method"] = "user".into();
            details["user"] = "sandbox".into();
        }
        _ => details["allowedRoutes"] = credential(world, cx)?.rules_json(),
    }
    Ok(Response::json(details))
}

/// Guess: a consumer key is `expired` after a logout.
fn log_out(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let id = credential(world, cx)?.id;
    world.accounts.log_out(id);
    Ok(Response::void().changed("the consumer key was ended"))
}
