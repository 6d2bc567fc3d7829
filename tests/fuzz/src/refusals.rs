//! Error bodies: whatever status, headers and bytes come, there is an error that can be read.

use ovh_runtime::{Error, Method, Request, Response};
use serde_json::{Value, json};

use crate::{Choices, json as values, text};

/// Maximum length of a body in an error.
const RAW_BODY_LIMIT: usize = 64 * 1024;

pub(crate) fn target(data: &[u8]) {
    let choices = &mut Choices::new(data);
    let methods = [Method::Get, Method::Post, Method::Put, Method::Delete];
    let method = methods[choices.below(methods.len())];
    let request = match choices.once_in(2) {
        false => Request::to(method, "/me"),
        true => Request::to(method, format!("/{}", text::odd(choices))),
    };
    let Ok(request) = request else {
        // Refused, with words.
        return;
    };
    let reply = reply(choices);
    let error = Error::refused(&request, &reply);
    let shown = format!("{error}");
    assert!(!shown.is_empty() && !error.message().is_empty());
    assert_eq!(error.status(), Some(reply.status()));
    assert!(error.raw_body().len() <= RAW_BODY_LIMIT);
    // A message that is no JSON of the API's is an excerpt, however long the page is.
    if serde_json::from_slice::<Value>(reply.body()).is_err() {
        let message = error.message();
        assert!(message.len() < 1200, "{} bytes", message.len());
        assert!(!message.contains(char::is_control), "{message:?}");
    }
    assert!(!(error.maybe_applied() && method.is_read()), "{error:?}");
    assert!(
        !(error.maybe_applied() && error.is_retryable()),
        "{error:?}"
    );
    let _ = format!("{error:?} {:?} {:?}", error.kind(), error.hint());
    let breaks = |letter: char| {
        let marks = ['\u{61c}', '\u{200e}', '\u{200f}'];
        letter.is_control()
            || marks.contains(&letter)
            || matches!(letter, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    // An empty detail says nothing and is not shown.
    for (name, value) in error.details().filter(|(_, value)| !value.is_empty()) {
        // An error is one line: what would break it is left out.
        let mut pieces = name.split(breaks).chain(value.split(breaks));
        assert!(pieces.all(|piece| shown.contains(piece)), "{shown}");
    }
    let again = std::sync::Arc::new(error).shared();
    assert_eq!(again.to_string(), shown);
}

/// A reply of any status.
pub(crate) fn reply(choices: &mut Choices<'_>) -> Response {
    const STATUS: &[u16] = &[
        400, 401, 403, 404, 408, 409, 418, 429, 460, 500, 501, 502, 503, 504, 505, 301, 302, 307,
        0, 100, 199, 299, 600, 999, 65_535,
    ];
    let status = STATUS[choices.below(STATUS.len())];
    let names = [
        "Content-Type",
        "X-OVH-QUERYID",
        "x-ovh-queryid",
        "Retry-After",
        "",
    ];
    let headers = (0..choices.below(4))
        .map(|_| (choices.pick(&names).to_owned(), text::odd(choices)))
        .collect();
    Response::new(status, headers, body(choices)).with_history(
        u32::try_from(choices.below(5)).unwrap_or_default(),
        choices.once_in(3),
    )
}

/// The two shapes of the API, pages, and whatever else.
pub(crate) fn body(choices: &mut Choices<'_>) -> Vec<u8> {
    const CODES: &[&str] = &[
        "INVALID_SIGNATURE",
        "INVALID_KEY",
        "NOT_CREDENTIAL",
        "INVALID_CREDENTIAL",
        "NOT_GRANTED_CALL",
        "FORBIDDEN",
        "QUERY_TIME_OUT",
        "",
    ];
    let mut text = match choices.below(6) {
        0 | 1 => {
            let message = text::odd(choices);
            let details = match choices.once_in(3) {
                true => values::any(choices, 3),
                false => json!({ text::odd(choices): values::any(choices, 2), "a": "b" }),
            };
            let mut body =
                json!({ "message": message, "class": "Client::Forbidden", "details": details });
            if choices.once_in(3) {
                let place = choices.pick(&["message", "class", "details"]);
                body[place] = values::any(choices, 3);
            }
            body.to_string()
        }
        2 => json!({
            "errorCode": choices.pick(CODES),
            "httpCode": "400 Bad Request",
            "message": text::odd(choices),
        })
        .to_string(),
        3 => format!(
            "<html><body><h1>{}</h1>\r\n<p title=\"{}\">{}</body></html>",
            text::odd(choices),
            text::odd(choices),
            text::odd(choices)
        ),
        4 => values::any(choices, 4).to_string(),
        _ => return choices.bytes(300).to_vec(),
    };
    for _ in 0..choices.below(3) {
        text::change(&mut text, choices);
    }
    text.into_bytes()
}
