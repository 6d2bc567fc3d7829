//! Errors of responses that do not decode: expected type, place and next step.
//!
//! No message shows a value of the response, which may be a secret, except for the name of a
//! hosting.

use std::error::Error as StdError;

use crate::decode_options::Exceeded;
use crate::error::RAW_BODY_LIMIT;
use crate::from_json::TextError;
use crate::{Error, ErrorBuilder, ErrorKind, Request, Response, json_path};

/// The maximum length of a hosting's name in an error.
const LONGEST_NAME: usize = 253;

const OWN_TYPE: &str = "`.json::<T>()` decodes it into your own type";
const SPLIT: &str =
    "`split()` returns the items that decode, `.json::<T>()` decodes into your own type";
const NEWER: &str = "a newer version of this crate may support it";
const STRICT: &str =
    "without `strict_decoding`, a missing property gets the zero value of its type";
const LOOK: &str = "check before you retry";
const ELSEWHERE: &str = "it may be from a proxy: check the proxy and the endpoint";

/// The state of a body that did not decode.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    /// JSON that is not of the expected type.
    Json,
    /// A list with an item that is not of the expected type.
    Item,
    /// Anything else.
    Other,
}

impl Response {
    /// Creates the error of an empty body.
    pub(crate) fn empty(&self, request: &Request) -> Error {
        let message = "the response is empty, expected a JSON value";
        self.undecodable(request, Body::Other, message).build()
    }

    /// Creates the error of a page where no content was expected.
    pub(crate) fn page(&self, request: &Request) -> Error {
        let message = format!(
            "the response is a page from a proxy, not from the API ({})",
            self.content_type()
        );
        self.undecodable(request, Body::Other, message).build()
    }

    /// Creates the error of a body that is not text.
    pub(crate) fn no_text(&self, request: &Request, source: std::str::Utf8Error) -> Error {
        let message = format!("the response is not JSON ({})", self.content_type());
        let builder = self.undecodable(request, Body::Other, message);
        builder.source(source).build()
    }

    /// Creates the error of a body that serde cannot decode. Not generic, so that it is compiled
    /// once.
    pub(crate) fn broken(
        &self,
        request: &Request,
        body: &[u8],
        source: serde_json::Error,
    ) -> Error {
        if source.is_data() {
            let path = json_path::at(body, source.line(), source.column());
            return self.wrong_type(request, &path, without_value(&source).into());
        }
        let message = match source.is_eof() {
            true => "the response is cut off".to_owned(),
            false => {
                let content_type = self.content_type();
                format!("the response is not JSON, or has text after the JSON ({content_type})")
            }
        };
        let builder = self.undecodable(request, Body::Other, message);
        builder.source(source).build()
    }

    fn wrong_type(
        &self,
        request: &Request,
        path: &str,
        source: Box<dyn StdError + Send + Sync>,
    ) -> Error {
        let place = at(path);
        let message = format!("the response is not of the expected type{place}: {source}");
        let builder = self.undecodable(request, Body::Json, message);
        builder.source(source).build()
    }

    /// Creates the error of a text that does not decode.
    pub(crate) fn undecoded(&self, request: &Request, body: &[u8], error: TextError) -> Error {
        let (kind, message, hint) = match error {
            TextError::Json(source) => return self.broken(request, body, source),
            TextError::Type(source) => {
                let path = source.path.clone();
                return self.wrong_type(request, &path, source);
            }
            TextError::Exceeded(Exceeded::Items(most)) => (
                ErrorKind::Decode,
                format!("the response has more than {most} items"),
                "request smaller pages, or raise the limit of items",
            ),
            TextError::Exceeded(Exceeded::Time) => (
                ErrorKind::Timeout,
                "timeout while decoding the response".to_owned(),
                "request smaller pages, or raise the timeout",
            ),
        };
        let builder = Error::builder(kind, message)
            .request(request)
            .response(self);
        // The server returned success: a write has taken effect.
        let builder = builder.maybe_applied(!request.method().is_safe());
        builder.hint(hint).build()
    }

    /// Creates the error of a list item of the wrong type; `text` is the item.
    pub(crate) fn bad_item(
        &self,
        request: &Request,
        path: &str,
        text: &str,
        source: Box<dyn StdError + Send + Sync>,
    ) -> Error {
        let name = name_of(text).map_or_else(String::new, |name| format!(" (`{name}`)"));
        let place = at(path);
        let message =
            format!("an item{name} of the response is not of the expected type{place}: {source}");
        let builder = self.undecodable(request, Body::Item, message);
        builder.raw_body(text.as_bytes()).source(source).build()
    }

    /// Creates the error of items beyond those with a kept error.
    #[cold]
    pub(crate) fn more_bad_items(&self, request: &Request, count: usize) -> Error {
        let message = format!("{count} more items of the response are not of the expected type");
        let builder = self.undecodable(request, Body::Item, message);
        builder.raw_body(&[]).omitted(count).build()
    }

    fn content_type(&self) -> &str {
        self.header("Content-Type").unwrap_or("no content type")
    }

    fn undecodable(
        &self,
        request: &Request,
        body: Body,
        message: impl Into<String>,
    ) -> ErrorBuilder {
        // A write with a success status has taken effect, whatever its response.
        let is_unclear = !request.method().is_safe() && (self.is_unsure() || self.is_success());
        let other = if self.is_strict() { STRICT } else { NEWER };
        let way_out = match body {
            Body::Json => format!("{OWN_TYPE}; {other}"),
            Body::Item => format!("{SPLIT}; {other}"),
            Body::Other => ELSEWHERE.to_owned(),
        };
        let hint = match (is_unclear, body) {
            (false, _) => way_out,
            (true, Body::Other) => format!("the change may have been made: {LOOK}"),
            (true, _) => format!("the change was very likely made: {LOOK}; {way_out}"),
        };
        Error::builder(ErrorKind::Decode, message)
            .request(request)
            .response(self)
            .maybe_applied(is_unclear)
            .hint(hint)
    }
}

/// The path as part of a sentence; empty for the whole response.
fn at(path: &str) -> String {
    match path {
        "" => String::new(),
        path => format!(" at `{path}`"),
    }
}

/// The hosting's name in an item.
fn name_of(text: &str) -> Option<String> {
    if text.len() > RAW_BODY_LIMIT {
        return None;
    }
    let item: serde_json::Value = serde_json::from_str(text).ok()?;
    let name = item.get("serviceName")?.as_str()?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    (!name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(is_name))
        .then(|| name.to_owned())
}

/// Returns serde's message, with `..` in place of the quoted value, which may be a secret.
///
/// Numbers and property names are kept.
pub(crate) fn without_value(error: &serde_json::Error) -> String {
    let message = error.to_string();
    for (begin, end) in [
        ("string \"", "\", expected"),
        ("unknown variant `", "`, expected"),
        ("unknown variant `", "`, there are no variants"),
    ] {
        let (Some(from), Some(until)) = (message.find(begin), message.rfind(end)) else {
            continue;
        };
        if from + begin.len() <= until {
            let before = &message[..from + begin.len()];
            return format!("{before}..{}", &message[until..]);
        }
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HeaderMap, List, Method, Request, Response, StatusCode};

    #[derive(Debug, serde::Deserialize)]
    struct Own {
        #[allow(dead_code, reason = "it never gets a value")]
        number: u64,
    }

    #[derive(Debug, serde::Deserialize)]
    enum Word {
        Known,
    }

    #[test]
    fn redacts_quoted_values() {
        let request = Request::to(Method::GET, "/x").expect("a route");
        let body = r#"{"number":"s3cr3t\", expected nothing"}"#;
        let response = Response::new(StatusCode::OK, HeaderMap::new(), body.as_bytes().to_vec());
        let error = response.decode::<Own>(&request).expect_err("no number");
        let shown = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
        assert!(!shown.contains("s3cr3t"), "{shown}");
        assert!(
            shown.contains("`number`") && shown.contains("expected u64"),
            "{shown}"
        );

        let list = format!("[{body}]");
        let response = Response::new(StatusCode::OK, HeaderMap::new(), list.into_bytes());
        let list: List<Own> =
            crate::DecodeResponse::decode_response(&request, &response).expect("a list");
        let (_, errors) = list.split();
        let shown = format!("{errors:?} {}", errors[0]);
        assert!(
            !shown.contains("s3cr3t") && shown.contains("[0].number"),
            "{shown}"
        );

        let error = serde_json::from_str::<Word>(r#""s3cr3t""#).expect_err("no word");
        let words = without_value(&error);
        assert!(
            words.starts_with("unknown variant `..`, expected `Known`"),
            "{words}"
        );
        assert!(matches!(
            serde_json::from_str(r#""Known""#),
            Ok(Word::Known)
        ));
    }
}
