//! Reads the body of a refusal: OVHcloud's two JSON shapes, a proxy's page, or nothing.
//!
//! The older shape is `{"errorCode", "httpCode", "message"}`, the newer one `{"class", "message",
//! "details"}`. Any route may send either, and `errorCode` and `class` may both be missing.

use serde_json::Value;

use super::refusal::{self, RefusalCause};
use crate::Reply;

/// Longest excerpt of a page that is not JSON, in characters.
const EXCERPT: usize = 200;

/// Longest body that is read as JSON, in bytes: read, it can take many times as much memory.
const LONGEST_JSON: usize = 1024 * 1024;

/// Longest text of the server that an error keeps, in bytes.
const LONGEST: usize = 16 * 1024;

/// Most details that an error keeps.
const DETAILS: usize = 64;

/// What a refusal's body says.
#[derive(Debug, Default)]
pub(super) struct RefusalBody {
    pub(super) message: String,
    pub(super) class: Option<String>,
    /// The `errorCode`, or the code that the message stands for.
    pub(super) code: Option<String>,
    /// `true` if `code` is derived from the message.
    pub(super) code_is_derived: bool,
    pub(super) cause: Option<RefusalCause>,
    pub(super) details: Vec<(String, String)>,
    /// `true` if the body is a JSON object, as the API's own refusals are.
    pub(super) is_api: bool,
}

pub(super) fn read(reply: &Reply) -> RefusalBody {
    let status = reply.status();
    let mut told = read_shape(reply);
    if told.code.is_none() {
        told.code = refusal::code(status, &told.message).map(str::to_owned);
        told.code_is_derived = told.code.is_some();
    }
    told.cause = refusal::cause(status, &told);
    told
}

fn read_shape(reply: &Reply) -> RefusalBody {
    let status = reply.status();
    let json = reply
        .body()
        .get(..=LONGEST_JSON)
        .map_or(reply.body(), |_| b"");
    let Ok(Value::Object(mut body)) = serde_json::from_slice::<Value>(json) else {
        return RefusalBody {
            message: describe(reply),
            ..RefusalBody::default()
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
    RefusalBody {
        message: message.unwrap_or_else(|| format!("HTTP {status} with an empty error message")),
        class,
        code,
        details,
        is_api: true,
        ..RefusalBody::default()
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
fn describe(reply: &Reply) -> String {
    let status = reply.status();
    let text =
        String::from_utf8_lossy(&reply.body()[..reply.body().len().min(4 * EXCERPT)]).into_owned();
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
    use crate::{Error, ErrorKind, Method, Reply, Request};

    fn refused(status: u16, body: &str) -> Error {
        let request = Request::to(Method::Get, "/me").expect("a fine route");
        let headers = vec![("x-ovh-queryid".to_owned(), "EU.1".to_owned())];
        Error::refused(
            &request,
            &Reply::new(status, headers, body.as_bytes().to_vec()),
        )
    }

    #[test]
    fn does_not_parse_a_huge_refusal() {
        let padding = " ".repeat(1024 * 1024);
        let error = refused(400, &format!(r#"{{"message":"too long"{padding}}}"#));
        assert!(error.message().contains("not from the API"), "{error}");
    }

    #[test]
    fn both_shapes_lead_with_the_servers_words() {
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
    fn an_error_is_small_and_tells_whether_to_send_the_call_again() {
        assert!(size_of::<Error>() <= 16);
        for (method, status, retryable, maybe) in [
            (Method::Get, 503, true, false),
            (Method::Get, 501, false, false),
            (Method::Get, 429, true, false),
            (Method::Get, 409, false, false),
            (Method::Post, 503, false, true),
            (Method::Post, 408, false, true),
            (Method::Post, 429, true, false),
            (Method::Post, 400, false, false),
            (Method::Delete, 504, false, true),
            (Method::Put, 501, false, false),
        ] {
            let request = Request::to(method, "/me").expect("a fine route");
            let reply = Reply::new(status, Vec::new(), b"<h1>x</h1>".to_vec());
            let error = Error::refused(&request, &reply.clone().with_history(3, false));
            assert_eq!(error.is_retryable(), retryable, "{method} {status}");
            assert_eq!(error.maybe_applied(), maybe, "{method} {status}");
            assert_eq!(error.to_string().contains("look before"), maybe, "{error}");
            assert!(error.to_string().contains("after 3 attempts"), "{error}");
            assert_eq!(error.attempts(), 3);
            let after = Error::refused(&request, &reply.with_history(2, true));
            // Found by fuzzing: a read said so too, though it has no effect.
            assert_eq!(after.maybe_applied(), !method.is_read(), "{after}");
            assert!(method.is_read() || !after.is_retryable(), "{after}");
        }
    }

    #[test]
    fn a_shared_error_says_the_same_and_keeps_the_one_behind_it() {
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
    fn pages_and_silence_are_told_in_plain_words() {
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
    fn an_error_is_one_line_whatever_the_server_writes() {
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
    fn what_a_server_says_without_end_is_cut_off() {
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
    fn every_status_has_its_kind() {
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
        assert_eq!(
            refused(400, r#"{"errorCode":"QUERY_TIME_OUT","message":"x"}"#).kind(),
            ErrorKind::Server
        );
    }

    #[test]
    fn codes_come_from_texts_where_none_is_sent() {
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
            // A code that was sent is the code.
            let sent = format!(r#"{{"errorCode":"OTHER","message":"{text}"}}"#);
            assert_eq!(refused(403, &sent).code(), Some("OTHER"));
            // The words of a proxy's page are not the API's.
            assert_eq!(refused(403, text).code(), None, "{text}");
        }
    }

    #[test]
    fn causes_come_from_texts_in_either_shape() {
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
                    // Without a code, the text stands for one; with another code, it does not.
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
        let request = Request::to(Method::Post, "/x").expect("a fine route");
        for (message, kind, retryable) in [
            ("Query out of time", ErrorKind::Authentication, true),
            ("busy", ErrorKind::Server, false),
        ] {
            let body = format!(r#"{{"errorCode":"QUERY_TIME_OUT","message":"{message}"}}"#);
            let error = Error::refused(&request, &Reply::new(400, Vec::new(), body.into()));
            assert_eq!(error.kind(), kind, "{error}");
            assert_eq!(error.is_retryable(), retryable, "{error}");
            assert_eq!(error.maybe_applied(), !retryable, "{error}");
            assert!(error.is_transient(), "{error}");
        }
    }

    #[test]
    fn retry_table_decides_what_is_transient() {
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
    fn missing_actions_are_named_and_empty_details_hidden() {
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
