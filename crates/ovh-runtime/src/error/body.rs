//! Parses the body of an error response: two JSON formats, a proxy's page, or nothing.
//!
//! The older format is `{"errorCode", "httpCode", "message"}`, the newer one `{"class", "message",
//! "details"}`. Any route may send either, and `errorCode` and `class` may both be missing.

use serde_json::Value;

use super::{Facts, RefusalCause};
use crate::Response;

/// The maximum length of an excerpt of a page that is not JSON, in characters.
const EXCERPT: usize = 200;

/// The maximum length of a body that is parsed as JSON, in bytes. Parsed, it can take many times
/// the memory.
const LONGEST_JSON: usize = 1024 * 1024;

/// The maximum length of server text in an error, in bytes.
const LONGEST: usize = 16 * 1024;

/// The maximum number of details in an error.
const DETAILS: usize = 64;

/// The facts in the body of an error response.
pub(super) fn read(response: &Response) -> Facts {
    let status = response.status().as_u16();
    let json = response
        .body()
        .get(..=LONGEST_JSON)
        .map_or(&response.body()[..], |_| b"");
    let Ok(Value::Object(mut body)) = serde_json::from_slice::<Value>(json) else {
        return Facts {
            message: describe(response),
            cause: Some(RefusalCause::NotFromApi),
            ..Facts::default()
        };
    };
    let mut text = |name: &str| match body.remove(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(bounded(text)),
        _ => None,
    };
    let (message, class, code) = (text("message"), text("class"), text("errorCode"));
    let details = match body.remove("details") {
        Some(Value::Object(details)) => details
            .into_iter()
            .take(DETAILS)
            .map(|(name, value)| match value {
                Value::String(text) => (bounded(name), bounded(text)),
                Value::Null => (bounded(name), String::new()),
                other => (bounded(name), bounded(other.to_string())),
            })
            .collect(),
        _ => Vec::new(),
    };
    Facts {
        message: message.unwrap_or_else(|| format!("HTTP {status} with an empty error message")),
        class,
        code,
        details,
        ..Facts::default()
    }
}

fn bounded(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    let end = (0..=LONGEST).rev().find(|end| text.is_char_boundary(*end));
    format!("{}...", &text[..end.unwrap_or(0)])
}

/// The message of a body that is not JSON: its text without markup.
fn describe(response: &Response) -> String {
    let status = response.status().as_u16();
    let text = String::from_utf8_lossy(&response.body()[..response.body().len().min(4 * EXCERPT)])
        .into_owned();
    let mut plain = String::new();
    let mut in_tag = false;
    for c in text.chars() {
        match c {
            '<' => in_tag = true,
            '>' => {
                in_tag = false;
                plain.push(' ');
            }
            c if !in_tag => plain.push(if c.is_control() { ' ' } else { c }),
            _ => {}
        }
    }
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let excerpt: String = plain.chars().take(EXCERPT).collect();
    match (status, excerpt.is_empty()) {
        (300..=399, _) => {
            format!("HTTP {status}: the server redirects the call, and redirects are not followed")
        }
        (_, true) => format!("HTTP {status} with an empty body"),
        (_, false) => {
            format!("{excerpt} (response from a proxy, not from the API)")
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Error, ErrorKind, HeaderMap, Method, Request, Response, StatusCode};

    fn response(status: u16, headers: HeaderMap, body: &str) -> Response {
        let status = StatusCode::from_u16(status).expect("a status");
        Response::new(status, headers, body.to_owned())
    }

    fn refused(status: u16, body: &str) -> Error {
        let request = Request::to(Method::GET, "/me").expect("a fine route");
        let mut headers = HeaderMap::new();
        headers.insert("x-ovh-queryid", "EU.1".parse().expect("a value"));
        Error::refused(&request, &response(status, headers, body))
    }

    #[test]
    fn skips_parsing_of_huge_error_bodies() {
        let padding = " ".repeat(1024 * 1024);
        let error = refused(400, &format!(r#"{{"message":"too long"{padding}}}"#));
        assert!(error.message().contains("not from the API"), "{error}");
    }

    #[test]
    fn message_starts_with_server_message() {
        let old = refused(
            400,
            r#"{"errorCode":"INVALID_SIGNATURE","httpCode":"400 Bad Request","message":"Invalid signature"}"#,
        );
        assert_eq!(old.kind(), ErrorKind::Authentication);
        assert_eq!(old.code(), Some("INVALID_SIGNATURE"));
        assert!(
            old.to_string()
                .starts_with("Invalid signature [GET /me; status 400"),
            "{old}"
        );
        assert!(old.to_string().contains("clock"), "{old}");

        let new = refused(
            403,
            r#"{"class":"Client::Forbidden","message":"User not granted for this request","details":{"unauthorizedActionsByIAM":"a:b","n":1}}"#,
        );
        assert_eq!(new.kind(), ErrorKind::Forbidden);
        assert_eq!(new.class(), Some("Client::Forbidden"));
        assert_eq!(new.query_id(), Some("EU.1"));
        assert_eq!(
            new.details().collect::<Vec<_>>(),
            [("n", "1"), ("unauthorizedActionsByIAM", "a:b")]
        );
    }

    #[test]
    fn error_is_small_and_knows_if_retryable() {
        assert!(size_of::<Error>() <= 16);
        for (method, status, retryable, maybe) in [
            (Method::GET, 503, true, false),
            (Method::GET, 501, false, false),
            (Method::GET, 429, true, false),
            (Method::GET, 409, false, false),
            (Method::POST, 503, false, true),
            (Method::POST, 408, false, true),
            (Method::POST, 429, true, false),
            (Method::POST, 400, false, false),
            (Method::DELETE, 504, false, true),
            (Method::PUT, 501, false, false),
        ] {
            let request = Request::to(method.clone(), "/me").expect("a fine route");
            let response = response(status, HeaderMap::new(), "<h1>x</h1>");
            let error = Error::refused(&request, &response.clone().with_history(3, false));
            assert_eq!(error.is_retryable(), retryable, "{method} {status}");
            assert_eq!(error.maybe_applied(), maybe, "{method} {status}");
            assert_eq!(error.to_string().contains("check before"), maybe, "{error}");
            assert!(error.to_string().contains("after 3 attempts"), "{error}");
            assert_eq!(error.attempts(), 3);
            let after = Error::refused(&request, &response.with_history(2, true));
            // A read must not claim it, as it has no effect. Found by fuzzing.
            assert_eq!(after.maybe_applied(), !method.is_safe(), "{after}");
            assert!(method.is_safe() || !after.is_retryable(), "{after}");
        }
    }

    #[test]
    fn shared_error_keeps_message_and_source() {
        let one = std::sync::Arc::new(refused(
            403,
            r#"{"class":"Client::Forbidden","message":"no"}"#,
        ));
        let copy = one.clone().shared();
        assert_eq!(copy.to_string(), one.to_string());
        assert_eq!(copy.class(), Some("Client::Forbidden"));
        let kept = copy.get_ref().expect("the one behind it");
        assert_eq!(kept.to_string(), one.to_string());
        assert!(
            std::error::Error::source(&copy).is_none(),
            "it says no more"
        );
    }

    #[test]
    fn describes_proxy_pages_and_empty_bodies() {
        let page = refused(
            504,
            "<html><body><h1>504 Gateway Time-out</h1>\r\n</body></html>",
        );
        assert_eq!(page.kind(), ErrorKind::Server);
        assert!(
            page.to_string()
                .starts_with("504 Gateway Time-out (response from a proxy"),
            "{page}"
        );
        assert_eq!(refused(502, "").message(), "HTTP 502 with an empty body");
        assert_eq!(refused(302, "").kind(), ErrorKind::Decode);
        assert_eq!(
            refused(500, r#"{"message":""}"#).message(),
            "HTTP 500 with an empty error message"
        );
    }

    #[test]
    fn error_prints_one_line() {
        let told = refused(
            409,
            r#"{"class":"a\tb","message":"two\r\nlines\u001b[2J","details":{"x\ny":"z\u0085\u202e\u2028\u2066"}}"#,
        );
        assert_eq!(told.message(), "two\r\nlines\u{1b}[2J");
        let shown = told.to_string();
        assert!(!shown.contains(char::is_control), "{shown:?}");
        assert!(
            !shown.contains(['\u{202e}', '\u{2028}', '\u{2066}']),
            "{shown:?}"
        );
        assert!(shown.starts_with("two  lines [2J [GET /me; status 409 a b; x y: z"));
        assert!(!format!("{told:?}").contains(char::is_control));
    }

    #[test]
    fn truncates_long_server_text() {
        let long = "\u{e9}".repeat(10_000);
        let long = &long[..20_000];
        let details: Vec<String> = (0..100)
            .map(|number| match number {
                0..10 => format!(r#""{number}{long}":"{long}""#),
                _ => format!(r#""{number}":"x""#),
            })
            .collect();
        let body = format!(
            r#"{{"message":"{long}","class":"{long}","details":{{{}}}}}"#,
            details.join(",")
        );
        let error = refused(500, &body);
        let shown = error.to_string();
        assert!(shown.len() < 70 * 2 * 17_000, "{}", shown.len());
        assert!(error.message().ends_with("\u{e9}..."));
        assert_eq!(error.details().count(), 64);
    }

    #[test]
    fn maps_status_to_kind() {
        for (status, kind) in [
            (400, ErrorKind::BadRequest),
            (401, ErrorKind::Authentication),
            (404, ErrorKind::NotFound),
            (408, ErrorKind::Server),
            (409, ErrorKind::Conflict),
            (429, ErrorKind::RateLimited),
            (460, ErrorKind::Expired),
            (503, ErrorKind::Server),
        ] {
            assert_eq!(
                refused(status, r#"{"message":"x"}"#).kind(),
                kind,
                "{status}"
            );
        }
        let busy = refused(409, r#"{"message":"x"}"#);
        let hint = busy.hint().expect("what to do next");
        assert!(hint.contains("in progress"), "{hint}");
        assert_eq!(
            refused(400, r#"{"errorCode":"QUERY_TIME_OUT","message":"x"}"#).kind(),
            ErrorKind::Server
        );
    }

    #[test]
    fn derives_code_from_message() {
        for (text, code) in [
            ("Invalid signature", "INVALID_SIGNATURE"),
            ("This application key is invalid", "INVALID_KEY"),
            ("Invalid application key", "INVALID_KEY"),
            ("This credential is not valid", "INVALID_CREDENTIAL"),
            ("This credential does not exist", "NOT_CREDENTIAL"),
            ("You must login first", "NOT_CREDENTIAL"),
            ("This call has not been granted", "NOT_GRANTED_CALL"),
            ("Query out of time", "QUERY_TIME_OUT"),
        ] {
            let body = format!(r#"{{"class":"Client::Any","message":"{text}"}}"#);
            for status in [400, 401, 403] {
                let error = refused(status, &body);
                assert_eq!(error.code(), Some(code), "{status} {text}");
                assert!(!error.to_string().contains(code), "not sent: {error}");
            }
            for status in [404, 409, 429, 460, 500] {
                assert_eq!(refused(status, &body).code(), None, "{status} {text}");
            }
            // A code from the server wins.
            let sent = format!(r#"{{"errorCode":"OTHER","message":"{text}"}}"#);
            assert_eq!(refused(403, &sent).code(), Some("OTHER"));
            // The text of a proxy's page is not from the API.
            assert_eq!(refused(403, text).code(), None, "{text}");
        }
    }

    #[test]
    fn derives_cause_from_message() {
        use crate::RefusalCause as Cause;
        for (status, text, cause) in [
            (400, "Query out of time", Some(Cause::StaleTimestamp)),
            (500, "Query out of time", None),
            (
                404,
                "Got an invalid (or empty) URL",
                Some(Cause::UnknownRoute),
            ),
            (
                404,
                "This service does not exist",
                Some(Cause::UnknownService),
            ),
            (404, "The requested object (id = 1) does not exist", None),
            (403, "Invalid token", Some(Cause::InvalidToken)),
            (
                403,
                "User not granted for this request",
                Some(Cause::MissingRight),
            ),
            (
                403,
                "This call has not been granted",
                Some(Cause::MissingRight),
            ),
            (403, "Your offer does not include this", None),
        ] {
            for name in ["class", "errorCode"] {
                let body = format!(r#"{{"{name}":"ANY","message":"{text}"}}"#);
                let expected = match (text, name) {
                    // Without a code, the code is derived from the message; with another code, it
                    // is not.
                    ("This call has not been granted", "errorCode") => None,
                    _ => cause,
                };
                assert_eq!(refused(status, &body).cause(), expected, "{status} {body}");
            }
        }
        for body in ["", "<html>no</html>", "404 page not found"] {
            let error = refused(404, body);
            assert_eq!(error.cause(), Some(Cause::NotFromApi), "{body}");
            assert!(error.is_not_found() && !error.is_gone(), "{body}");
        }
        assert!(refused(404, r#"{"message":"no such object"}"#).is_gone());
        assert!(!refused(404, r#"{"message":"This service does not exist"}"#).is_gone());
    }

    #[test]
    fn stale_timestamp_is_retryable_for_writes() {
        let request = Request::to(Method::POST, "/x").expect("a fine route");
        for (message, kind, retryable) in [
            ("Query out of time", ErrorKind::Authentication, true),
            ("busy", ErrorKind::Server, false),
        ] {
            let body = format!(r#"{{"errorCode":"QUERY_TIME_OUT","message":"{message}"}}"#);
            let error = Error::refused(
                &request,
                &Response::new(StatusCode::BAD_REQUEST, HeaderMap::new(), body),
            );
            assert_eq!(error.kind(), kind, "{error}");
            assert_eq!(error.is_retryable(), retryable, "{error}");
            assert_eq!(error.maybe_applied(), !retryable, "{error}");
            assert!(error.is_transient(), "{error}");
        }
    }

    #[test]
    fn transient_errors_match_retry_table() {
        for (status, body, expected) in [
            (408, "", true),
            (429, "", true),
            (500, "<html>", true),
            (502, "", true),
            (503, "{}", true),
            (504, "", true),
            (400, r#"{"errorCode":"QUERY_TIME_OUT"}"#, true),
            (400, r#"{"message":"Query out of time"}"#, true),
            (400, "{}", false),
            (401, "{}", false),
            (403, "{}", false),
            (404, "{}", false),
            (409, "{}", false),
            (460, "{}", false),
            (501, "{}", false),
            (505, "{}", false),
            (507, "{}", false),
            (302, "", false),
        ] {
            let error = refused(status, body);
            assert_eq!(error.is_transient(), expected, "{status} {body}");
            assert_eq!(error.is_retryable(), expected, "{status} {body}");
        }
    }

    #[test]
    fn names_missing_actions_and_hides_empty_details() {
        let body = r#"{"message":"User not granted for this request","details":{"unauthorizedActionsByAuthentication":"","unauthorizedActionsByIAM":"vps:apiovh:reboot,vps:apiovh:get"}}"#;
        let shown = refused(403, body).to_string();
        assert!(
            shown.ends_with("a policy must allow vps:apiovh:reboot, vps:apiovh:get"),
            "{shown}"
        );
        assert!(
            !shown.contains("unauthorizedActionsByAuthentication"),
            "{shown}"
        );
    }
}
