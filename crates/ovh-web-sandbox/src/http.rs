//! HTTP requests and responses as plain values: read in full, and not yet written.

use std::net::IpAddr;
use std::time::Duration;

use hyper::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];

pub(crate) const JSON: &str = "application/json; charset=utf-8";

/// A request whose body was read in full.
pub(crate) struct HttpRequest {
    pub(crate) method: String,
    /// Path and query, as received.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// The address of the client.
    pub(crate) peer: IpAddr,
    /// The address of this machine that the client connected to.
    pub(crate) local: IpAddr,
}

impl HttpRequest {
    /// The target without its query.
    pub(crate) fn path(&self) -> &str {
        self.path_and_query().0
    }

    /// The path below the version prefix, or the whole path of other routes.
    pub(crate) fn api_path(&self) -> &str {
        route_path(self.path()).unwrap_or(self.path())
    }

    /// The two halves of the target.
    pub(crate) fn path_and_query(&self) -> (&str, Option<&str>) {
        match self.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (self.target.as_str(), None),
        }
    }

    pub(crate) fn query(&self) -> Form {
        Form::parse(self.path_and_query().1.unwrap_or_default())
    }

    /// A header that is plain text and not empty.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let value = self.headers.get(name)?.to_str().ok()?;
        Some(value).filter(|value| !value.is_empty())
    }
}

/// A response before it is written.
#[derive(Debug)]
pub(crate) struct HttpResponse {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) delivery: Delivery,
}

impl HttpResponse {
    /// A response that is delivered without faults.
    pub(crate) fn new(status: u16, headers: &[(&'static str, &str)], body: Vec<u8>) -> Self {
        let headers = headers.iter();
        Self {
            status,
            headers: headers
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
            body,
            delivery: Delivery::default(),
        }
    }

    /// A JSON response of the control API.
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        let headers = [
            ("content-type", JSON),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
        ];
        Self::new(status, &headers, body.to_string().into_bytes())
    }
}

/// A body in pieces, with pauses between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Pieces {
    pub(crate) bytes: usize,
    pub(crate) pause_ms: u64,
}

/// Faults while a response is sent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Delivery {
    pub(crate) delay: Duration,
    pub(crate) slow: Option<Pieces>,
    /// Closes the connection after this many bytes of the body.
    pub(crate) truncate: Option<usize>,
    /// Closes the connection without a response.
    pub(crate) reset: bool,
}

/// The path below `/1.0` or `/v1`, which serve the same API.
pub(crate) fn below_version(path: &str) -> Option<&str> {
    ["/1.0", "/v1"]
        .iter()
        .find_map(|prefix| path.strip_prefix(prefix))
        .filter(|rest| rest.starts_with('/'))
}

/// The path of a route: below `/1.0` or `/v1`, or with `/v2`.
pub(crate) fn route_path(path: &str) -> Option<&str> {
    let is_v2 = |path: &str| path.starts_with("/v2/");
    match below_version(path) {
        Some(rest) => Some(rest).filter(|rest| !is_v2(rest)),
        None => Some(path).filter(|path| is_v2(path)),
    }
}

pub(crate) fn reason(status: u16) -> &'static str {
    let status = hyper::StatusCode::from_u16(status).ok();
    let reason = status.and_then(|status| status.canonical_reason());
    reason.unwrap_or("Error")
}

/// Decodes a name or value of a query or form: `+` is a space, `%41` a byte.
pub(crate) fn decode(part: &str) -> Option<String> {
    let spaced = part.replace('+', " ");
    let decoded = percent_encoding::percent_decode_str(&spaced).decode_utf8();
    decoded.ok().map(Into::into)
}

/// The name and value of each parameter of a query or form, still encoded.
pub(crate) fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// The parameters of a query or form.
pub(crate) struct Form(pub(crate) Vec<(String, String)>);

impl Form {
    pub(crate) fn parse(text: &str) -> Self {
        let decoded = |part| decode(part).unwrap_or_default();
        Self(
            pairs(text)
                .map(|(name, value)| (decoded(name), decoded(value)))
                .collect(),
        )
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(parameter, _)| parameter == name);
        found.map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_both_version_prefixes() {
        assert_eq!(below_version("/1.0/me"), Some("/me"));
        assert_eq!(below_version("/v1/me"), Some("/me"));
        for other in ["/v2/me", "/v1me", "/1.0", "/me", ""] {
            assert_eq!(below_version(other), None, "{other}");
        }
        assert_eq!(route_path("/1.0/me"), Some("/me"));
        assert_eq!(route_path("/v2/me"), Some("/v2/me"));
        for other in ["/1.0/v2/me", "/me", "/v2"] {
            assert_eq!(route_path(other), None, "{other}");
        }
    }
}
