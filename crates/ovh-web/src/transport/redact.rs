//! Redacts secrets in responses that quote the request.
//!
//! A server may quote them in another spelling: as JSON escapes, percent-encoded, as HTML.

use http::HeaderValue;
use ovh_runtime::{Request, Response, Secret};
use serde_json::Value;
use url::Url;

use crate::credentials::Auth;

mod spelling;

use spelling::{REDACTED, Search};

/// Shorter texts occur by chance; redacting them would garble the message.
const SHORTEST: usize = 4;

/// The headers that logs and errors show.
const SHOWN: [&str; 3] = ["x-ovh-queryid", "content-type", "content-encoding"];

/// Redacts an error response, and the shown headers of a success.
///
/// `token` is the one that was sent: the current one may be newer.
pub(super) fn hide(
    auth: &Auth,
    token: Option<Secret>,
    request: &Request,
    response: Response,
) -> Response {
    if !response.is_success() {
        return without_secrets(auth, token, request, response);
    }
    // The texts of a raw request are not searched: most are no secrets.
    let passwords = request.operation().map(|_| passwords(request));
    let secrets = secrets(auth, passwords.into_iter().flatten().chain(token));
    let mut search = Search::new();
    let mut quotes = |name: &&str| {
        let mut text = response.header(name).unwrap_or_default().to_owned();
        let mut secrets = secrets.iter();
        secrets.any(|secret| search.replace(&mut text, secret.expose()))
    };
    if !SHOWN.iter().any(&mut quotes) {
        return response;
    }
    let mut headers = response.headers().clone();
    for name in SHOWN {
        if headers.contains_key(name) {
            headers.insert(name, HeaderValue::from_static(REDACTED));
        }
    }
    Response::new(response.status(), headers, response.body().clone())
}

/// Adds the secrets of the credentials, and leaves out short texts.
fn secrets(auth: &Auth, of_request: impl Iterator<Item = Secret>) -> Vec<Secret> {
    let mut secrets: Vec<Secret> = of_request.chain(auth.secrets()).collect();
    secrets.retain(|secret| secret.expose().len() >= SHORTEST);
    // Longer secrets first, so that no part of one remains.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.expose().len()));
    secrets
}

/// The maximum size of an error response in bytes: parsed, it can take many times the memory.
const LONGEST: usize = 1024 * 1024;

/// The end of a truncated error response, in bytes: it may hold a part of a secret.
///
/// The length of a long secret is added.
const UNSHOWN_TAIL: usize = 64 * 1024;

/// Redacts the secrets of the call, whatever the status.
pub(super) fn without_secrets(
    auth: &Auth,
    token: Option<Secret>,
    request: &Request,
    mut response: Response,
) -> Response {
    let is_cut = response.body().len() >= LONGEST;
    if is_cut {
        let start = response.body().slice(..LONGEST);
        response = Response::new(response.status(), response.headers().clone(), start);
    }
    let secrets = secrets(auth, passwords(request).into_iter().chain(token));
    let mut found = false;
    let mut search = Search::new();
    let mut redact = |text: &mut String, number: Option<f64>| {
        let is_secret = |number| {
            !search.take(secrets.len()) || secrets.iter().any(|secret| is_number(secret, number))
        };
        if number.is_some_and(is_secret) {
            REDACTED.clone_into(text);
            found = true;
        }
        for secret in &secrets {
            found |= search.replace(text, secret.expose());
        }
    };
    let mut headers = response.headers().clone();
    for value in headers.values_mut() {
        let mut text = String::from_utf8_lossy(value.as_bytes()).into_owned();
        redact(&mut text, None);
        let shown = HeaderValue::from_bytes(text.as_bytes());
        *value = shown.unwrap_or(HeaderValue::from_static(REDACTED));
    }
    // The raw text too: decoding drops duplicate keys and digits of numbers.
    let mut raw = String::from_utf8_lossy(response.body()).into_owned();
    redact(&mut raw, None);
    let body = match serde_json::from_slice(response.body()) {
        // Decoded, so that escapes are resolved.
        Ok(mut body) => {
            each_text(&mut body, &mut redact);
            body.to_string()
        }
        Err(_) => {
            let longest = secrets.first().map_or(0, |secret| secret.expose().len());
            let unshown = if is_cut {
                UNSHOWN_TAIL + 12 * longest
            } else {
                0
            };
            let shown = raw.len().saturating_sub(unshown);
            String::from_utf8_lossy(&raw.as_bytes()[..shown]).into_owned()
        }
    };
    match found || is_cut {
        true => Response::new(response.status(), headers, body.into_bytes()),
        false => response,
    }
}

/// Returns `true` if a numeric secret equals this number, however it was formatted.
fn is_number(secret: &Secret, number: f64) -> bool {
    // With the same parser, which is inexact for many digits.
    let secret = serde_json::from_str::<f64>(secret.expose());
    secret.is_ok_and(|secret| secret.abs().total_cmp(&number.abs()).is_eq())
}

/// Changes each text of a JSON value, including keys and numbers.
fn each_text(value: &mut Value, change: &mut impl FnMut(&mut String, Option<f64>)) {
    match value {
        Value::String(text) => change(text, None),
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, change)),
        Value::Object(properties) => {
            for (mut name, mut value) in std::mem::take(properties) {
                change(&mut name, None);
                each_text(&mut value, change);
                properties.insert(name, value);
            }
        }
        // A secret of digits may be quoted as a number.
        Value::Number(number) => {
            let mut text = number.to_string();
            change(&mut text, number.as_f64());
            if text.contains(REDACTED) {
                *value = Value::String(text);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// Returns the secret values of body and query.
///
/// These are the values marked in the operation table, or every text of a raw request, headers
/// included.
fn passwords(request: &Request) -> Vec<Secret> {
    let names = request.operation().map(|row| row.secret_fields());
    let mut found = Vec::new();
    if names.is_some_and(<[_]>::is_empty) {
        return found;
    }
    if names.is_none() {
        let headers = request.headers().values();
        found.extend(headers.filter_map(|value| value.to_str().ok().map(Secret::from)));
    }
    let is_secret = |name: &str| names.is_none_or(|names| names.contains(&name));
    if let Some(body) = request.body() {
        match serde_json::from_slice(body.as_bytes()) {
            Ok(body) => collect(body, names.is_none(), &is_secret, &mut found),
            Err(_) => found.push(Secret::new(String::from_utf8_lossy(body.as_bytes()))),
        }
    }
    if let Ok(url) = Url::parse(&format!("https://host{}", request.target())) {
        let pairs = url.query_pairs();
        let secret = pairs.filter(|(name, _)| is_secret(name));
        found.extend(secret.map(|(_, value)| Secret::new(value)));
    }
    found
}

/// Consumes the value, so that each secret is moved to where it is zeroized.
fn collect(
    value: Value,
    is_named: bool,
    is_secret: &dyn Fn(&str) -> bool,
    found: &mut Vec<Secret>,
) {
    match value {
        Value::String(text) if is_named => found.push(Secret::new(text)),
        Value::Object(properties) => {
            for (name, value) in properties {
                collect(value, is_secret(&name), is_secret, found);
            }
        }
        Value::Array(items) => items
            .into_iter()
            .for_each(|item| collect(item, is_named, is_secret, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use ovh_runtime::{Body, Error, HeaderMap, Method, StatusCode};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().copied();
        let own = |(name, value): (&str, &'static str)| {
            let name = name.parse().expect("a name");
            (name, HeaderValue::from_static(value))
        };
        pairs.map(own).collect()
    }

    const SECRET: &str = "pa/ss\"wörd& 1\\x😀";

    #[test]
    fn no_part_of_an_error_quotes_a_secret() {
        let json = serde_json::json!({ "password": SECRET, "note": ["also-private"] });
        let request = Request::to(Method::POST, "/me?token=query-secret").expect("a route");
        let request = request.with_body(Body::json(&json).expect("JSON"));
        let auth = Auth::Bearer("bearer-secret".into());
        let quoted = r#"{"message":"M pa\/ss\u0022w\u00f6rd\u0026 1\\x\ud83d\ude00","class":"C bearer-secret",
            "errorCode":"E query-secret","details":{"D bearer-secret":"V also-private"}}"#;
        let headers = headers(&[
            ("x-ovh-queryid", "Q bearer%2Dsecret"),
            ("retry-after", "bearer-secret"),
        ]);
        let response = Response::new(StatusCode::FORBIDDEN, headers, quoted.as_bytes().to_vec());
        let error = Error::refused(&request, &hide(&auth, None, &request, response));
        let raw = String::from_utf8_lossy(error.raw_body());
        let shown = format!("{error} {error:?} {raw} {:?}", error.retry_after());
        for secret in [
            "secret\"",
            "-secret",
            "%2Dsecret",
            "private",
            "rd&",
            "ude00",
        ] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        for kept in [
            "M [redacted]",
            "C [redacted]",
            "E [redacted]",
            "D [redacted]: V [redacted]",
            "Q [redacted]",
        ] {
            assert!(shown.contains(kept), "no {kept} in {shown}");
        }
    }

    fn refused_with(secret: &str, body: &[u8]) -> String {
        let request = Request::to(Method::GET, "/me").expect("a route");
        let response = Response::new(StatusCode::FORBIDDEN, HeaderMap::new(), body.to_vec());
        let response = hide(&Auth::Bearer(secret.into()), None, &request, response);
        let error = Error::refused(&request, &response);
        format!("{error} {}", String::from_utf8_lossy(error.raw_body()))
    }

    #[test]
    fn redacts_what_json_parsing_drops() {
        let digits = "98765432109876543210987";
        for (secret, body) in [
            ("s3cr3t", r#"{"message":"s3cr3t","message":"m"}"#.to_owned()),
            (
                "s3cr3t",
                r#"{"message":"m","details":{"a":"s3cr3t"},"details":{}}"#.to_owned(),
            ),
            (
                digits,
                format!(r#"{{"message":"m","details":{{"a":{digits}}}}}"#),
            ),
            (
                digits,
                format!(r#"{{"message":"m","details":{{"a":-{digits}}}}}"#),
            ),
            (
                "1234567e5",
                r#"{"message":"m","details":{"a":1234567e5}}"#.to_owned(),
            ),
            // Regression: another spelling of the number was found, but not redacted.
            (
                "12345678",
                r#"{"message":"m","details":{"a":1234567.8e1}}"#.to_owned(),
            ),
            (
                "12345.67890",
                r#"{"message":"m","details":{"a":12345.67890}}"#.to_owned(),
            ),
        ] {
            let shown = refused_with(secret, body.as_bytes());
            assert!(shown.starts_with("m"), "{shown}");
            for part in ["s3cr", "98765", "9.8765", "12345"] {
                assert!(!shown.contains(part), "{part} in {shown}");
            }
        }
    }

    #[test]
    fn truncation_leaves_no_part_of_a_secret() {
        // Redaction shrinks a megabyte so much that its end is kept as well.
        let secret = "s3cr3t-of-many-letters/".repeat(100);
        let body = format!("-{secret}").repeat(LONGEST / secret.len() + 1);
        let shown = refused_with(&secret, body.as_bytes());
        assert!(!shown.contains("s3cr3t"), "{shown}");

        // Regression: the start of a secret longer than the dropped end was kept.
        let secret: String = (0..20_000).map(|n| format!("s3cr3t{n}/")).collect();
        let body = [&"-".repeat(LONGEST - 100_000), &*secret].concat();
        let shown = refused_with(&secret, body.as_bytes());
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }

    /// Regression: a token replaced during the call, and a header of a raw request.
    #[test]
    fn hides_the_token_and_headers_that_were_sent() {
        let request = Request::to(Method::GET, "/me").expect("a route");
        let request = request.with_header("X-Own", "s3cr3t-header");
        let request = request.expect("a header");
        let response = Response::new(
            StatusCode::FORBIDDEN,
            HeaderMap::new(),
            b"s3cr3t-token s3cr3t-header".to_vec(),
        );
        let auth = Auth::Bearer("another".into());
        let response = hide(&auth, Some("s3cr3t-token".into()), &request, response);
        assert_eq!(response.body()[..], b"[redacted] [redacted]"[..]);
    }

    /// Regression: only error responses were searched, but decode errors show these headers too.
    #[test]
    fn no_shown_header_of_a_success_has_a_secret() {
        let request = Request::to(Method::GET, "/me").expect("a route");
        let headers = headers(&[("x-ovh-queryid", "EU.s3cr3t%2Dtoken.1"), ("date", "now")]);
        let auth = Auth::Bearer("s3cr3t-token".into());
        let response = hide(
            &auth,
            None,
            &request,
            Response::new(StatusCode::OK, headers, b"[1]".to_vec()),
        );
        assert_eq!(response.query_id(), Some(REDACTED));
        assert_eq!(
            (response.header("date"), &response.body()[..]),
            (Some("now"), &b"[1]"[..])
        );
    }

    #[test]
    fn refusal_without_secrets_is_unchanged() {
        let request = Request::to(Method::GET, "/me").expect("a route");
        let auth = Auth::Bearer("bearer-secret".into());
        let body = br#"{ "message" : "no\u0021" }"#;
        let response = Response::new(StatusCode::BAD_REQUEST, HeaderMap::new(), body.to_vec());
        assert_eq!(hide(&auth, None, &request, response).body()[..], body[..]);
    }
}
