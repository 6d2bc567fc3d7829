//! The caller of an operation, and the input of the checks.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::http::HttpRequest;

pub(crate) struct AuthInput<'a> {
    pub(crate) request: &'a HttpRequest,
    /// The absolute URL that was signed.
    pub(crate) url: &'a str,
    /// The time on the clock that tokens and consumer keys expire on.
    pub(crate) now: Moment,
    pub(crate) iam_actions: &'static [&'static str],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Method {
    Signature,
    /// A bearer token from the token endpoint.
    OAuth2,
    /// A bearer token from the settings.
    Token,
}

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
