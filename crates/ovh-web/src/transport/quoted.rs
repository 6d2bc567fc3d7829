//! A refusal that quotes what it was sent: the server's words become an error, and no error shows a
//! secret.

use ovh_runtime::{Reply, Request, Secret};
use reqwest::Url;
use serde_json::Value;

use super::Auth;

/// What stands in the place of a secret.
const HIDDEN: &str = "[redacted]";

/// Shorter texts stand in any sentence by chance, and hiding them would only garble it.
const SHORTEST: usize = 4;

/// The reply; if it is a refusal, without the secrets that the call was made with.
pub(super) fn hide(auth: &Auth, request: &Request, reply: Reply) -> Reply {
    match reply.is_success() {
        true => reply,
        false => without_secrets(auth, request, reply),
    }
}

/// The reply without the secrets that the call was made with, whatever its status.
pub(super) fn without_secrets(auth: &Auth, request: &Request, reply: Reply) -> Reply {
    if reply.body().is_empty() {
        return reply;
    }
    let mut secrets = passwords(request);
    auth.each_secret(&mut |secret| secrets.push(Secret::new(secret)));
    secrets.retain(|secret| secret.expose().len() >= SHORTEST);
    // A secret that holds another one goes first, or its rest would stay.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.expose().len()));
    let mut text = String::from_utf8_lossy(reply.body()).into_owned();
    let mut found = false;
    for secret in &secrets {
        // As it is, and as it looks inside a JSON text.
        let escaped = Secret::new(serde_json::to_string(secret.expose()).unwrap_or_default());
        let inside = escaped.expose();
        let inside = inside.strip_prefix('"').unwrap_or(inside);
        let inside = inside.strip_suffix('"').unwrap_or(inside);
        for form in [secret.expose(), inside] {
            if form.is_empty() {
                continue;
            }
            if text.contains(form) {
                text = text.replace(form, HIDDEN);
                found = true;
            }
        }
    }
    if !found {
        return reply;
    }
    Reply::new(reply.status(), reply.headers().to_vec(), text.into_bytes())
}

/// The values of body and query that the operation table calls secret.
fn passwords(request: &Request) -> Vec<Secret> {
    let names = request
        .operation()
        .map_or(&[][..], |row| row.secret_fields());
    let mut found = Vec::new();
    if names.is_empty() {
        return found;
    }
    if let Some(Ok(body)) = request
        .body()
        .map(|body| serde_json::from_slice(body.as_bytes()))
    {
        collect(body, names, &mut found);
    }
    if let Ok(url) = Url::parse(&format!("https://host{}", request.target())) {
        let pairs = url.query_pairs();
        let secret = pairs.filter(|(name, _)| names.contains(&name.as_ref()));
        found.extend(secret.map(|(_, value)| Secret::new(value)));
    }
    found
}

/// Takes the value apart, so that each secret ends up where it is wiped.
fn collect(value: Value, names: &[&str], found: &mut Vec<Secret>) {
    match value {
        Value::Object(properties) => {
            for (name, value) in properties {
                match value {
                    Value::String(text) if names.contains(&name.as_str()) => {
                        found.push(Secret::new(text));
                    }
                    other => collect(other, names, found),
                }
            }
        }
        Value::Array(items) => items
            .into_iter()
            .for_each(|item| collect(item, names, found)),
        _ => {}
    }
}
