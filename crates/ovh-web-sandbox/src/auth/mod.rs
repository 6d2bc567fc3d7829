//! Authentication: credentials and permissions, checked in OVHcloud's order.

pub(crate) mod addresses;
pub(crate) mod credential;
pub(crate) mod keys;
pub(crate) mod oauth2;
mod rules;
mod signature;
pub(crate) mod validation;

pub(crate) use rules::Rule;

use serde::{Deserialize, Serialize};

use crate::clock::{Moment, ServerTime};
use crate::http::HttpRequest;
use crate::response::Refusal;
use credential::{Accounts, CredentialState, RefusedKey};

/// The input of the checks.
pub(crate) struct AuthInput<'a> {
    pub(crate) request: &'a HttpRequest,
    /// The absolute URL that was signed.
    pub(crate) url: &'a str,
    /// The path below the version prefix, as in access rules.
    pub(crate) api_path: &'a str,
    /// The time on the clock that tokens and consumer keys expire on.
    pub(crate) now: Moment,
    /// The IAM actions of the operation.
    pub(crate) iam_actions: &'static [&'static str],
}

/// The kind of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Method {
    Signature,
    /// A bearer token from the token endpoint.
    OAuth2,
    /// A bearer token from the settings.
    Token,
}

/// The caller of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Caller {
    pub(crate) method: Method,
    /// The application key or the OAuth2 client id, which are not secret.
    pub(crate) key: String,
    /// The id of the consumer key that signed.
    pub(crate) credential_id: Option<u64>,
}

impl Caller {
    /// A caller without a consumer key.
    pub(crate) fn bearer(method: Method, key: impl Into<String>) -> Self {
        Self {
            method,
            key: key.into(),
            credential_id: None,
        }
    }
}

/// A refusal, with an explanation for the journal.
#[derive(Debug)]
pub(crate) struct Denied {
    pub(crate) refusal: Refusal,
    pub(crate) help: Option<String>,
}

impl Denied {
    fn new(refusal: Refusal, help: impl Into<String>) -> Self {
        Self {
            refusal,
            help: Some(help.into()),
        }
    }
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        Self {
            refusal,
            help: None,
        }
    }
}

pub(crate) fn invalid_key() -> Refusal {
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
        // Guess: that a key which its owner refused does not exist any more; the real API may as
        // well say that it is not valid, as it does of one that nobody validated.
        (CredentialState::Refused, RefusedKey::Unknown) => unknown_key(),
        _ => forbidden(&(403, "INVALID_CREDENTIAL"), "This credential is not valid"),
    }
}

/// Checks a request that needs credentials.
pub(crate) fn authenticate(
    accounts: &mut Accounts,
    time: &ServerTime,
    input: &AuthInput<'_>,
) -> Result<Caller, Denied> {
    let request = input.request;
    let (method, path) = (request.method.as_str(), input.api_path);
    if let Some(given) = request.header("authorization") {
        return oauth2::authenticate(&accounts.oauth2, given, input);
    }
    let consumer_key = request.header("x-ovh-consumer");
    if let Some(consumer_key) = consumer_key {
        accounts.expire_if_due(consumer_key, input.now);
    }
    let application = application(accounts, request)?;
    let (Some(signature), Some(consumer_key)) = (request.header("x-ovh-signature"), consumer_key)
    else {
        return Err(Refusal::no_login().into());
    };
    let credential = accounts
        .credential(consumer_key)
        .filter(|credential| credential.application_id == application.id)
        .ok_or_else(unknown_key)?;
    if credential.state != CredentialState::Validated {
        let help = format!(
            "the consumer key is in the state {}",
            credential.state.as_str()
        );
        return Err(Denied::new(
            unusable(credential.state, accounts.refused_key),
            help,
        ));
    }
    let timestamp = request.header("x-ovh-timestamp").unwrap_or_default();
    signature::check_timestamp(timestamp, time.unix_seconds()).map_err(|help| {
        let refusal = Refusal::bad_request("Query out of time");
        Denied::new(refusal.old(&(400, "QUERY_TIME_OUT")), help)
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
        Denied::new(refusal.old(&(400, "INVALID_SIGNATURE")), help)
    })?;
    let mut rules = credential.rules.iter();
    if !rules.any(|rule| rule.allows(method, path)) {
        let refusal = forbidden(&(403, "NOT_GRANTED_CALL"), "This call has not been granted");
        let help = format!(
            "no access rule of the consumer key covers {method} {path}; its rules: {}",
            rules::list(&credential.rules)
        );
        return Err(Denied::new(refusal, help));
    }
    if !credential.allows(request.peer) {
        // Guess: with which words an address is refused that the key does not allow.
        let message = "This credential is not valid from this IP";
        let help = format!(
            "the call comes from {}, the consumer key allows {}",
            request.peer,
            credential.allowed_ips_text().unwrap_or_default()
        );
        return Err(Denied::new(forbidden(&(403, "FORBIDDEN"), message), help));
    }
    let caller = Caller {
        method: Method::Signature,
        key: application.key.clone(),
        credential_id: Some(credential.id),
    };
    accounts.set_last_use(consumer_key, time.now());
    Ok(caller)
}

fn application<'a>(
    accounts: &'a Accounts,
    request: &HttpRequest,
) -> Result<&'a credential::Application, Refusal> {
    let key = request.header("x-ovh-application");
    key.and_then(|key| accounts.application(key))
        .ok_or_else(invalid_key)
}

/// The application of an unsigned call that needs one (`POST /auth/credential`).
pub(crate) fn application_id(accounts: &Accounts, request: &HttpRequest) -> Result<u64, Refusal> {
    application(accounts, request).map(|application| application.id)
}

#[cfg(test)]
mod tests {
    use super::keys::KeySource;
    use super::*;
    use crate::ids::Ids;
    use crate::response::RefusalShape;
    use hyper::HeaderMap;
    use ovh_runtime::Secret;
    use std::net::IpAddr;

    #[test]
    fn consumer_key_belongs_to_one_application() {
        let time = ServerTime::default();
        let mut accounts = Accounts::new(Ids::new(0), KeySource::fixed(0));
        let mine = accounts.add_application("mine".into(), Secret::new("s1"));
        accounts.add_application("other".into(), Secret::new("s2"));
        accounts.add_credential("consumer", mine, Rule::everything(), time.now());
        let now = time.unix_seconds().to_string();
        for (application, timestamp, code) in [
            ("other", &*now, "NOT_CREDENTIAL"),
            ("mine", &*now, "INVALID_SIGNATURE"),
            ("mine", "0", "QUERY_TIME_OUT"),
            ("nobody", &*now, "INVALID_KEY"),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [
                ("x-ovh-application", application),
                ("x-ovh-consumer", "consumer"),
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
                api_path: "/me",
                now: time.now(),
                iam_actions: &[],
            };
            let denied = authenticate(&mut accounts, &time, &input).expect_err("a refusal");
            let old = denied.refusal.in_shape(RefusalShape::Old);
            assert_eq!(old.body()["errorCode"], code);
        }
    }
}
