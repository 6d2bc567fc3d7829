//! OAuth2 client credentials: one token for all callers, refreshed before it expires.
//!
//! The token request is sent by `transport`.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ovh_runtime::{Body, Error, ErrorKind, Method, QueryString, Request, Response, Secret};
use serde::Deserialize;

use crate::endpoint::host_of;
use crate::error::is_header_value;
use crate::single_flight::SingleFlight;

/// The time before its expiry at which a token is refreshed.
///
/// OVH's own clients use 10 seconds; here a call may also wait for the rate limit.
const MARGIN: Duration = Duration::from_secs(60);

/// The lifetime of a token whose response does not state one, in seconds.
const DEFAULT_LIFETIME: u64 = 600;

/// Id and secret of a service account, its token URL, and the current token.
#[derive(Debug)]
pub(crate) struct Tokens {
    client_id: Secret,
    client_secret: Secret,
    url: String,
    host: String,
    flight: SingleFlight<Token>,
    /// The serial number of the last token that the API refused.
    refused: AtomicU64,
}

/// A token with its expiry.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) value: Secret,
    /// The serial number, which identifies a refused token.
    pub(crate) serial: u64,
    renew: Duration,
    end: Duration,
}

impl Tokens {
    pub(crate) fn new(client_id: Secret, client_secret: Secret, url: String) -> Self {
        Self {
            client_id,
            client_secret,
            host: host_of(&url),
            url,
            flight: SingleFlight::default(),
            refused: AtomicU64::new(0),
        }
    }

    /// Marks the token with this number as refused, so that it is not used again.
    pub(crate) fn refuse(&self, serial: u64) {
        self.refused.fetch_max(serial, Ordering::SeqCst);
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Returns id, secret and current token.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let mut secrets = vec![self.client_id.clone(), self.client_secret.clone()];
        secrets.extend(self.flight.peek().map(|token| token.value));
        secrets
    }

    /// Returns a token that is valid at `now` (monotonic) and was not refused.
    pub(crate) async fn get(
        &self,
        now: Duration,
        fetch: impl Future<Output = Result<Granted, Error>>,
    ) -> Result<Token, Arc<Error>> {
        let is_taken = |token: &Token| token.serial > self.refused.load(Ordering::SeqCst);
        let is_usable = |token: &Token| is_taken(token) && now < token.renew;
        let new = async {
            let granted = fetch.await?;
            let serial = self.flight.peek().map_or(1, |last| last.serial + 1);
            Ok(granted.into_token(now, serial))
        };
        let result = self.flight.get(is_usable, new).await;
        match result {
            // A token that is about to expire is better than none.
            Err(error) if error.is_retryable() => self
                .flight
                .peek()
                .filter(|token| is_taken(token) && now < token.end)
                .ok_or(error),
            result => result,
        }
    }

    /// Returns the body of the token request.
    ///
    /// Documented: a form with `grant_type`, id, secret and the scope `all`.
    pub(crate) fn form(&self) -> Body {
        let mut form = QueryString::default();
        form.add("grant_type", &"client_credentials");
        form.add("scope", &"all");
        form.add("client_id", &self.client_id);
        form.add("client_secret", &self.client_secret);
        Body::from_bytes(form.as_str().trim_start_matches('?').into())
    }
}

/// The token request, for error messages. It is sent to the token URL.
pub(crate) fn request() -> Result<Request, Error> {
    Request::to(Method::POST, "/auth/oauth2/token")
}

/// The token server's response.
#[derive(Deserialize)]
pub(crate) struct Granted {
    access_token: Secret,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<u64>,
}

/// Parses seconds, also as text or with a fraction; `None` for anything else.
fn seconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    let seconds = text
        .trim()
        .parse::<f64>()
        .ok()
        .and_then(|number| Duration::try_from_secs_f64(number).ok());
    Ok(seconds.map(|seconds| seconds.as_secs()))
}

impl Granted {
    fn into_token(self, now: Duration, serial: u64) -> Token {
        let life = Duration::from_secs(self.expires_in.unwrap_or(DEFAULT_LIFETIME));
        // With the full margin, a token with a short lifetime would never be used.
        let margin = MARGIN.min(life / 2);
        Token {
            value: self.access_token,
            serial,
            renew: now.saturating_add(life - margin),
            end: now.saturating_add(life),
        }
    }
}

/// The token server's error response.
#[derive(Deserialize)]
struct Refusal {
    error: String,
    error_description: Option<String>,
}

/// Returns `true` for an error response, whatever its status.
pub(crate) fn is_refusal(request: &Request, response: &Response) -> bool {
    response.decode::<Refusal>(request).is_ok()
}

/// Parses the token server's response. No error shows its body: it may hold a token.
pub(crate) fn read(request: &Request, response: &Response) -> Result<Granted, Error> {
    // From third-party reports: an error may come with status 200.
    if let Ok(Refusal {
        error,
        error_description,
    }) = response.decode::<Refusal>(request)
    {
        let message = error_description.unwrap_or_else(|| error.clone());
        let kind = match response.status().as_u16() {
            429 => ErrorKind::RateLimited,
            500..=599 => ErrorKind::Server,
            _ => ErrorKind::Authentication,
        };
        return Err(Error::builder(kind, format!("{message} ({error})"))
            .hint("check client id and client secret, and that they belong to this endpoint")
            .request(request)
            .response(response)
            .build());
    }
    if !response.is_success() {
        return Err(Error::refused(request, response));
    }
    match response.decode::<Granted>(request) {
        Ok(granted) if is_header_value(granted.access_token.expose()) => Ok(granted),
        _ => {
            let message = format!(
                "HTTP {} without an access token",
                response.status().as_u16()
            );
            let builder = Error::builder(ErrorKind::Decode, message);
            Err(builder.request(request).build())
        }
    }
}

#[cfg(test)]
mod tests {
    use ovh_runtime::{HeaderMap, StatusCode};

    use super::*;

    fn answered(status: u16, body: &str) -> Result<Granted, Error> {
        let status = StatusCode::from_u16(status).expect("a status");
        let response = Response::new(status, HeaderMap::new(), body.to_owned());
        read(&request().expect("a route"), &response)
    }

    #[test]
    fn form_is_escaped_and_redacted() {
        let tokens = Tokens::new("EU.1".into(), "a&b=c d+é".into(), String::new());
        assert_eq!(
            tokens.form().as_bytes(),
            b"grant_type=client_credentials&scope=all&client_id=EU.1&client_secret=a%26b%3Dc%20d%2B%C3%A9"
        );
        let shown = format!("{tokens:?}");
        assert!(!shown.contains("a&b") && !shown.contains("EU.1"), "{shown}");
    }

    #[test]
    fn refusal_keeps_message_without_token() {
        for status in [200, 400] {
            let error = answered(
                status,
                r#"{"error":"invalid_client","error_description":"ovhcloud oauth2 client does not exists"}"#,
            )
            .err()
            .expect("refused");
            assert_eq!(error.kind(), ErrorKind::Authentication);
            let words = "ovhcloud oauth2 client does not exists (invalid_client)";
            assert_eq!(error.message(), words);
        }
        let error = answered(503, "<html>busy</html>").err().expect("refused");
        assert_eq!(error.kind(), ErrorKind::Server);
        for body in ["{}", "", "[]", r#"{"access_token":"s3\ncr3t"}"#] {
            let error = answered(200, body).err().expect("no token");
            assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
            assert!(error.raw_body().is_empty());
        }
    }

    #[test]
    fn reads_expires_in_as_text_or_fraction() {
        for (value, expected) in [
            ("3599", Some(3599)),
            ("\"3599\"", Some(3599)),
            ("3599.7", Some(3599)),
            ("\" 3.6e3 \"", Some(3600)),
            ("null", None),
            ("\"soon\"", None),
            ("-5", None),
            ("1e400", None),
        ] {
            let body = format!(r#"{{"access_token":"a","expires_in":{value}}}"#);
            let granted = answered(200, &body).map(|granted| granted.expires_in);
            match value {
                "1e400" => assert!(granted.is_err(), "no JSON number"),
                _ => assert_eq!(granted.expect(value), expected, "{value}"),
            }
        }
    }

    #[tokio::test]
    async fn token_refreshed_early_and_kept_on_failure() {
        let tokens = Tokens::new("id".into(), "canary-secret".into(), String::new());
        let at = Duration::from_secs;
        let grant = |value: &str| {
            let granted = Granted {
                access_token: value.into(),
                expires_in: Some(3599),
            };
            async move { Ok::<_, Error>(granted) }
        };
        let down = || async { Err(Error::builder(ErrorKind::Server, "down").build()) };
        let value = |token: Result<Token, Arc<Error>>| {
            token.map(|token| token.value.expose().to_owned()).ok()
        };
        let get = tokens.get(at(0), grant("one")).await;
        assert_eq!(value(get).as_deref(), Some("one"));
        let get = tokens.get(at(3538), grant("two")).await;
        assert_eq!(
            value(get).as_deref(),
            Some("one"),
            "good for another minute"
        );
        let get = tokens.get(at(3540), down()).await;
        assert_eq!(value(get).as_deref(), Some("one"), "good for a few seconds");
        assert!(tokens.get(at(3600), down()).await.is_err());
        let get = tokens.get(at(3540), grant("two")).await;
        assert_eq!(value(get).as_deref(), Some("two"));
        tokens.refuse(2);
        let refused = tokens.get(at(3541), grant("three")).await;
        assert_eq!(value(refused).as_deref(), Some("three"));
        tokens.refuse(2);
        let refused = tokens.get(at(3542), down()).await;
        assert_eq!(
            value(refused).as_deref(),
            Some("three"),
            "someone was faster"
        );
    }
}
