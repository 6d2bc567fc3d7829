//! What a refusal says: OVHcloud's two JSON shapes, pages of a load balancer, nothing at all.
//!
//! The older shape is `{"errorCode", "httpCode", "message"}`, the newer one `{"class", "message",
//! "details"}`; either may come from any route, and both words may be missing.

use serde_json::Value;

use super::{ErrorKind, Inner};
use crate::{Reply, Request};

/// How much of a page that is not JSON becomes the message.
const EXCERPT: usize = 200;

/// How many bytes of one text of the server's an error keeps: more is no message.
const LONGEST: usize = 16 * 1024;

/// How many details an error keeps.
const DETAILS: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) message: String,
    pub(super) class: Option<String>,
    pub(super) code: Option<String>,
    pub(super) details: Vec<(String, String)>,
}

pub(super) fn read(reply: &Reply) -> Told {
    let status = reply.status();
    let Ok(Value::Object(mut body)) = serde_json::from_slice::<Value>(reply.body()) else {
        return Told {
            message: describe(reply),
            ..Told::default()
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
                other => (bounded(name), bounded(other.to_string())),
            })
            .collect(),
        _ => Vec::new(),
    };
    let message =
        message.unwrap_or_else(|| format!("the server refused with status {status} and no words"));
    Told {
        message,
        class,
        code,
        details,
    }
}

fn bounded(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    let end = (0..=LONGEST).rev().find(|end| text.is_char_boundary(*end));
    format!("{}...", &text[..end.unwrap_or(0)])
}

/// A message for a body that is not one of the API's: the server's words without the markup.
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
        (300..=399, _) => format!(
            "the server wants to send the call elsewhere (status {status}), which is not followed"
        ),
        (_, true) => format!("the server answered with status {status} and no words"),
        (_, false) => {
            format!("{excerpt} (status {status}, not the API's own words but a page in between)")
        }
    }
}

pub(super) fn classify(status: u16, told: &Told) -> ErrorKind {
    // Codes first: INVALID_SIGNATURE travels with 400, INVALID_CREDENTIAL with 403.
    match told.code.as_deref() {
        Some("INVALID_SIGNATURE" | "INVALID_KEY" | "NOT_CREDENTIAL" | "INVALID_CREDENTIAL") => {
            return ErrorKind::Authentication;
        }
        Some("NOT_GRANTED_CALL" | "FORBIDDEN") => return ErrorKind::Forbidden,
        Some("QUERY_TIME_OUT") => return ErrorKind::Server,
        _ => {}
    }
    match status {
        401 => ErrorKind::Authentication,
        403 if told.message == "Invalid application key" => ErrorKind::Authentication,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        408 | 500..=599 => ErrorKind::Server,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        460 => ErrorKind::Expired,
        400..=499 => ErrorKind::BadRequest,
        _ => ErrorKind::Decode,
    }
}

/// What to do next.
pub(super) fn hint(kind: ErrorKind, request: &Request, error: &Inner) -> Option<String> {
    match (kind, error.code.as_deref()) {
        (ErrorKind::Authentication, Some("INVALID_SIGNATURE")) => Some(
            "likely causes: the application secret or the consumer key is not the one that belongs to this \
             application key and endpoint, the consumer key is not validated yet, or this machine's clock is off"
                .to_owned(),
        ),
        (ErrorKind::Authentication, Some("INVALID_KEY")) => Some(
            "the application key does not exist at this endpoint: keys belong to one endpoint, and this is also \
             said when the clock is off"
                .to_owned(),
        ),
        (ErrorKind::Authentication, Some("INVALID_CREDENTIAL" | "NOT_CREDENTIAL")) => Some(
            "the consumer key is unknown, expired, refused or not validated yet: ask for a new one and open its \
             validation page"
                .to_owned(),
        ),
        (ErrorKind::Authentication, _) => Some("check the credentials and the endpoint that they belong to".to_owned()),
        (ErrorKind::Forbidden, _) => {
            let rule = match error.operation {
                Some(operation) => format!("{} {}", operation.method(), operation.path()),
                None => request.name(),
            };
            let actions = error.operation.map_or(&[][..], crate::Operation::iam_actions);
            Some(if actions.is_empty() {
                format!("the credential needs an access rule for `{rule}`")
            } else {
                format!(
                    "the credential needs an access rule for `{rule}`, and under IAM the action {}",
                    actions.join(", ")
                )
            })
        }
        (ErrorKind::Expired, _) => Some("renew the service first".to_owned()),
        (ErrorKind::RateLimited, _) => {
            Some("fair use is about 60 calls a minute for a consumer key; wait before the next call".to_owned())
        }
        (ErrorKind::Server, _)
            if !request.method().is_read() && error.status != Some(super::NOT_IMPLEMENTED) =>
        {
            Some(
            "the server may have done it all the same: look before you repeat it".to_owned(),
        )
        }
        _ => None,
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
        let source = std::error::Error::source(&copy).expect("the one behind it");
        assert_eq!(source.to_string(), one.to_string());
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
                .starts_with("504 Gateway Time-out (status 504"),
            "{page}"
        );
        assert_eq!(
            refused(502, "").message(),
            "the server answered with status 502 and no words"
        );
        assert_eq!(refused(302, "").kind(), ErrorKind::Decode);
        assert_eq!(
            refused(500, r#"{"message":""}"#).message(),
            "the server refused with status 500 and no words"
        );
    }

    #[test]
    fn an_error_is_one_line_whatever_the_server_writes() {
        let told = refused(
            409,
            r#"{"class":"a\tb","message":"two\r\nlines\u001b[2J","details":{"x\ny":"z\u0085"}}"#,
        );
        assert_eq!(told.message(), "two\r\nlines\u{1b}[2J");
        let shown = told.to_string();
        assert!(!shown.contains(char::is_control), "{shown:?}");
        assert!(shown.starts_with("two  lines [2J [GET /me; status 409 a b; x y: z"));
        assert!(!format!("{told:?}").contains(char::is_control));
    }

    #[test]
    fn what_a_server_says_without_end_is_cut_off() {
        let long = "\u{e9}".repeat(10_000);
        let long = &long[..20_000];
        let details: Vec<String> = (0..100)
            .map(|number| format!(r#""{number}{long}":"{long}""#))
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
}
