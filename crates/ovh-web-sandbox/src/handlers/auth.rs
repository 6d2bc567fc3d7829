//! `/auth/*`: the time, consumer keys, the identity of the caller.

use super::*;
use crate::auth::credential::{Credential, CredentialRequest, CredentialState, VALIDATION_PATH};
use crate::auth::{Method, Rule, addresses};

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
    let rules = cx.body.value("accessRules").unwrap_or_default();
    let problem = "a list of objects with method and path is required";
    let rules: Vec<Rule> =
        serde_json::from_value(rules).map_err(|_| Refusal::bad_value("$.accessRules", problem))?;
    let allowed_ips = cx.body.value("allowedIPs");
    let allowed_ips: Option<Vec<String>> =
        allowed_ips.and_then(|it| serde_json::from_value(it).ok());
    addresses::check(allowed_ips.as_deref().unwrap_or_default())?;
    let request = CredentialRequest {
        rules,
        allowed_ips,
        redirection: cx.body.text("redirection").map(str::to_owned),
    };
    // Guess: the access rules of a consumer key have a size limit; its value.
    let problem = "the access rules and addresses are too large";
    Refusal::unless(!request.is_too_large(), "$.accessRules", problem)?;
    let (consumer_key, token) = world.accounts.request_credential(request, cx.now);
    Ok(Response::json(json!({
        "consumerKey": consumer_key,
        "state": "pendingValidation",
        "validationUrl": format!("{}{VALIDATION_PATH}?credentialToken={token}", cx.origin),
    }))
    .changed("a consumer key was requested, and waits for validation"))
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
        _ => details["allowedRoutes"] = json!(credential(world, cx)?.rules),
    }
    Ok(Response::json(details))
}

/// Guess: a consumer key is `expired` after a logout.
fn log_out(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let id = credential(world, cx)?.id;
    world.accounts.decide(id, CredentialState::Expired, None);
    Ok(Response::void().changed("the consumer key was expired by its logout"))
}
