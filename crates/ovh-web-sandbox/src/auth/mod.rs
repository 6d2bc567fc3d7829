//! Authentication: credentials and permissions, checked in OVHcloud's order.

pub(crate) mod addresses;
mod caller;
pub(crate) mod credential;
pub(crate) mod keys;
pub(crate) mod oauth2;
mod rules;
pub(crate) mod settings;
mod signature;

pub(crate) use caller::{AuthInput, Caller, Method};
pub(crate) use rules::Rule;

use crate::clock::ServerTime;
use crate::http::HttpRequest;
use crate::response::Refusal;
use credential::{Accounts, CredentialState};
use settings::RefusedKey;

fn invalid_key() -> Refusal {
    forbidden(&(403, "INVALID_KEY"), "This application key is invalid")
}

fn unknown_key() -> Refusal {
    forbidden(&(403, "NOT_CREDENTIAL"), "This credential does not exist")
}

fn forbidden(old: &'static (u16, &'static str), message: &str) -> Refusal {
    Refusal::forbidden(message).old(old)
}

/// The refusal of a consumer key that is not valid.
fn unusable(state: CredentialState, refused: RefusedKey) -> Refusal {
    match (state, refused) {
        // Guess: a key that its owner refused does not exist any more. The real API may say that it
        // is not valid, as for a key that is not validated yet.
        (CredentialState::Refused, RefusedKey::Unknown) => unknown_key(),
        _ => forbidden(&(403, "INVALID_CREDENTIAL"), "This credential is not valid"),
    }
}

/// Checks a request that needs credentials.
pub(crate) fn authenticate(
    accounts: &mut Accounts,
    time: &ServerTime,
    input: &AuthInput<'_>,
) -> Result<Caller, Refusal> {
    let request = input.request;
    // Access rules have no version.
    let path = request.api_path();
    let path = path.strip_prefix("/v2").unwrap_or(path);
    let method = request.method.as_str();
    if let Some(given) = request.header("authorization") {
        return oauth2::authenticate(&accounts.oauth2, given, input);
    }
    let consumer_key = request.header("x-ovh-consumer");
    accounts.expire(input.now);
    let application = application(accounts, request)?;
    let (Some(signature), Some(consumer_key)) = (request.header("x-ovh-signature"), consumer_key)
    else {
        return Err(Refusal::no_login());
    };
    let credential = accounts.credential(consumer_key).ok_or_else(unknown_key)?;
    if credential.state != CredentialState::Validated {
        let state = serde_json::json!(credential.state);
        let refusal = unusable(credential.state, accounts.refused_key);
        return Err(refusal.help(format!("the consumer key is in the state {state}")));
    }
    let timestamp = request.header("x-ovh-timestamp").unwrap_or_default();
    signature::check_timestamp(timestamp, time.unix_seconds()).map_err(|help| {
        let refusal = Refusal::bad_request("Query out of time");
        refusal.old(&(400, "QUERY_TIME_OUT")).help(help)
    })?;
    let signed = signature::Signed {
        secret: application.secret.expose(),
        consumer_key,
        method,
        url: input.url,
        body: &request.body,
        timestamp,
    };
    signature::check(&signed, signature).map_err(|help| {
        let refusal = Refusal::bad_request("Invalid signature");
        refusal.old(&(400, "INVALID_SIGNATURE")).help(help)
    })?;
    let mut rules = credential.rules.iter();
    if !rules.any(|rule| rule.allows(method, path)) {
        let refusal = forbidden(&(403, "NOT_GRANTED_CALL"), "This call has not been granted");
        return Err(refusal.help(format!(
            "no access rule of the consumer key covers {method} {path}; its rules: {}",
            rules::list(&credential.rules)
        )));
    }
    if !credential.allows(request.peer) {
        // Guess: the wording of the error for an address that the key does not allow.
        let message = "This credential is not valid from this IP";
        return Err(forbidden(&(403, "FORBIDDEN"), message).help(format!(
            "the call comes from {}, the consumer key allows {}",
            request.peer,
            credential.allowed_ips_text().unwrap_or_default()
        )));
    }
    let caller = Caller {
        method: Method::Signature,
        key: application.key.clone(),
        credential_id: Some(credential.id),
    };
    let id = credential.id;
    accounts.set_last_use(id, time.now());
    Ok(caller)
}

pub(crate) fn application<'a>(
    accounts: &'a Accounts,
    request: &HttpRequest,
) -> Result<&'a credential::Application, Refusal> {
    let application = &accounts.application;
    let is_known = request.header("x-ovh-application") == Some(&application.key);
    is_known.then_some(application).ok_or_else(invalid_key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Ids;
    use crate::response::RefusalShape;
    use hyper::HeaderMap;
    use keys::KeySource;
    use ovh_runtime::Secret;
    use settings::{AccessSettings, Keys};
    use std::net::IpAddr;

    #[test]
    fn checks_keys_before_time_and_signature() {
        let time = ServerTime::default();
        let settings = AccessSettings {
            application_key: Some("mine".to_owned()),
            consumer_key: Some(Secret::new("consumer")),
            ..AccessSettings::default()
        };
        let keys = Keys::new(&settings, KeySource::fixed(0));
        let mut accounts = Accounts::new(Ids::new(0), &settings, &keys, time.now());
        let now = time.unix_seconds().to_string();
        for (application, consumer, timestamp, code) in [
            ("mine", "other", &*now, "NOT_CREDENTIAL"),
            ("mine", "consumer", &*now, "INVALID_SIGNATURE"),
            ("mine", "consumer", "0", "QUERY_TIME_OUT"),
            ("nobody", "consumer", &*now, "INVALID_KEY"),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [
                ("x-ovh-application", application),
                ("x-ovh-consumer", consumer),
                ("x-ovh-signature", "$1$0"),
                ("x-ovh-timestamp", timestamp),
            ] {
                headers.insert(name, value.parse().expect("a header"));
            }
            let request = HttpRequest {
                method: "GET".into(),
                target: "/1.0/me".into(),
                headers,
                body: Vec::new(),
                peer: IpAddr::from([127, 0, 0, 1]),
                local: IpAddr::from([127, 0, 0, 1]),
            };
            let input = AuthInput {
                request: &request,
                url: "http://localhost/1.0/me",
                now: time.now(),
                iam_actions: &[],
            };
            let denied = authenticate(&mut accounts, &time, &input).expect_err("a refusal");
            let old = denied.in_shape(RefusalShape::Old);
            assert_eq!(old.body()["errorCode"], code);
        }
    }
}
