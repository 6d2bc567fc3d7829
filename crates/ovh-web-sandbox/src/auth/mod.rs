//! Who calls, and whether they may: the checks in the order in which OVHcloud makes them.

pub(crate) mod addresses;
pub(crate) mod credential;
pub(crate) mod keys;
pub(crate) mod oauth2;
mod rules;
mod signature;
pub(crate) mod validation;

use std::net::IpAddr;

use hyper::HeaderMap;

pub(crate) use rules::Rule;

use serde::{Deserialize, Serialize};

use crate::clock::{Moment, ServerTime};
use crate::reply::Refusal;
use credential::{Accounts, CredentialState, RefusedKey};

/// What of a call the checks look at.
pub(crate) struct AuthInput<'a> {
    pub(crate) method: &'a str,
    /// The absolute URL as it was received.
    pub(crate) url: &'a str,
    /// The path below the version prefix, as access rules are written.
    pub(crate) api_path: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    /// Where the call comes from.
    pub(crate) peer: IpAddr,
    /// The clock that tokens and consumer keys expire on.
    pub(crate) now: Moment,
    /// What the operation asks of a policy.
    pub(crate) iam_actions: &'static [&'static str],
}

/// How a caller has shown who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Method {
    Signature,
    /// A bearer token from the token endpoint.
    OAuth2,
    /// A bearer token that was fixed at start.
    Token,
}

/// Who makes a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Caller {
    pub(crate) method: Method,
    /// The application key, or the id of the OAuth2 client; neither is secret.
    pub(crate) key: String,
    /// The id of the consumer key that signed.
    pub(crate) credential_id: Option<u64>,
}

/// A refused call, with what helps to find out why.
#[derive(Debug)]
pub(crate) struct Denied {
    pub(crate) refusal: Refusal,
    pub(crate) help: Option<String>,
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

fn forbidden(old: &'static (u16, &'static str), message: &str) -> Refusal {
    Refusal::new(403, "Client::Forbidden", message).old(old)
}

fn invalid_signature(help: String) -> Denied {
    Denied {
        refusal: Refusal::bad_request("Invalid signature").old(&(400, "INVALID_SIGNATURE")),
        help: Some(help),
    }
}

/// A timestamp that is missing or too far off.
fn out_of_time(help: String) -> Denied {
    Denied {
        refusal: Refusal::bad_request("Query out of time").old(&(400, "QUERY_TIME_OUT")),
        help: Some(help),
    }
}

/// How a key is refused that cannot be used.
fn unusable(state: CredentialState, refused: RefusedKey) -> Refusal {
    match (state, refused) {
        // Guess: that a key which its owner refused does not exist any more; the real API may as
        // well say that it is not valid, as it does of one that nobody validated.
        (CredentialState::Refused, RefusedKey::Unknown) => unknown_key(),
        _ => forbidden(&(403, "INVALID_CREDENTIAL"), "This credential is not valid"),
    }
}

fn unknown_key() -> Refusal {
    forbidden(&(403, "NOT_CREDENTIAL"), "This credential does not exist")
}

/// Checks a call that needs credentials.
pub(crate) fn authenticate(
    accounts: &mut Accounts,
    time: &ServerTime,
    call: &AuthInput<'_>,
) -> Result<Caller, Denied> {
    if let Some(given) = text(call.headers, "authorization") {
        return oauth2::authenticate(&accounts.oauth2, given, call);
    }
    if let Some(consumer_key) = text(call.headers, "x-ovh-consumer") {
        accounts.settle(consumer_key, call.now);
    }
    let application = text(call.headers, "x-ovh-application")
        .and_then(|key| accounts.application(key))
        .ok_or_else(invalid_key)?;
    let (Some(signature), Some(consumer_key)) = (
        text(call.headers, "x-ovh-signature"),
        text(call.headers, "x-ovh-consumer"),
    ) else {
        return Err(Refusal::no_login().into());
    };
    let Some(credential) = accounts
        .credential(consumer_key)
        .filter(|credential| credential.application_id == application.id)
    else {
        return Err(unknown_key().into());
    };
    if credential.state != CredentialState::Validated {
        return Err(Denied {
            refusal: unusable(credential.state, accounts.refused_key),
            help: Some(format!(
                "the consumer key is in the state {}",
                credential.state.as_str()
            )),
        });
    }
    let timestamp = text(call.headers, "x-ovh-timestamp").unwrap_or_default();
    signature::check_timestamp(timestamp, time.unix_seconds()).map_err(out_of_time)?;
    let signed = signature::Signed {
        secret: application.secret.expose(),
        consumer_key,
        method: call.method,
        url: call.url,
        body: call.body,
        timestamp,
    };
    signature::check(&signed, signature).map_err(invalid_signature)?;
    if !credential
        .rules
        .iter()
        .any(|rule| rule.allows(call.method, call.api_path))
    {
        return Err(Denied {
            refusal: forbidden(&(403, "NOT_GRANTED_CALL"), "This call has not been granted"),
            help: Some(format!(
                "no access rule of the consumer key covers {} {}; its rules: {}",
                call.method,
                call.api_path,
                rules::list(&credential.rules)
            )),
        });
    }
    if !credential.admits(call.peer) {
        // Guess: with which words an address is refused that the key does not allow.
        return Err(Denied {
            refusal: forbidden(
                &(403, "FORBIDDEN"),
                "This credential is not valid from this IP",
            ),
            help: Some(format!(
                "the call comes from {}, the consumer key allows {}",
                call.peer,
                credential.allowed_ips_text().unwrap_or_default()
            )),
        });
    }
    let caller = Caller {
        method: Method::Signature,
        key: application.key.clone(),
        credential_id: Some(credential.id),
    };
    accounts.used(consumer_key, time.now());
    Ok(caller)
}

/// The application that an unsigned call names, for those that need one (`POST /auth/credential`).
pub(crate) fn application_id(accounts: &Accounts, headers: &HeaderMap) -> Result<u64, Refusal> {
    text(headers, "x-ovh-application")
        .and_then(|key| accounts.application(key))
        .map(|application| application.id)
        .ok_or_else(invalid_key)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::keys::KeySource;
    use super::*;
    use crate::ids::Ids;
    use crate::reply::RefusalShape;
    use ovh_runtime::Secret;

    #[test]
    fn a_consumer_key_belongs_to_its_application() {
        let time = ServerTime::default();
        let mut accounts = Accounts::new(Ids::new(0), KeySource::fixed(0));
        let mine = accounts.add_application("mine".into(), Secret::new("s1"));
        accounts.add_application("other".into(), Secret::new("s2"));
        accounts.add_credential("consumer".into(), mine, Rule::everything(), time.now());
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
            let call = AuthInput {
                method: "GET",
                url: "http://localhost/1.0/me",
                api_path: "/me",
                headers: &headers,
                body: b"",
                peer: IpAddr::from([127, 0, 0, 1]),
                now: time.now(),
                iam_actions: &[],
            };
            let denied = authenticate(&mut accounts, &time, &call).expect_err("a refusal");
            let old = denied.refusal.in_shape(RefusalShape::Old);
            assert_eq!(old.body()["errorCode"], code);
        }
    }
}
