//! The shape of a refusal: its status, fields and class, and its message if we know it.

use ovh_web::Response;
use serde_json::{Map, Value, json};

/// The fields of refusals that we know.
const FIELDS: &[&str] = &[
    "class",
    "code",
    "details",
    "error",
    "error_description",
    "errorCode",
    "httpCode",
    "message",
    "queryId",
];

/// The classes and codes that we know.
const CLASSES: &[&str] = &[
    "Client::BadRequest",
    "Client::Conflict",
    "Client::Conflict::ResourceBusy",
    "Client::Forbidden",
    "Client::MethodNotAllowed",
    "Client::NotFound",
    "Client::Unauthorized",
    "Server::InternalServerError",
    "INVALID_CREDENTIAL",
    "INVALID_KEY",
    "INVALID_SIGNATURE",
    "NOT_CREDENTIAL",
    "NOT_GRANTED_CALL",
    "QUERY_TIME_OUT",
];

/// The message about a route that the server does not know.
pub(super) const NO_ROUTE: &str = "Got an invalid (or empty) URL";

/// The messages that we know. None has a value of the account.
const MESSAGES: &[&str] = &[
    NO_ROUTE,
    "Invalid application key",
    "Invalid signature",
    "Invalid token",
    "Query out of time",
    "This application key is invalid",
    "This call has not been granted",
    "This credential does not exist",
    "This credential is not valid",
    "This service does not exist",
    "This service is expired",
    "User not granted for this request",
    "You must login first",
];

/// The parts of a refusal that a report shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Refusal {
    status: u16,
    content: &'static str,
    fields: Vec<&'static str>,
    unknown_fields: usize,
    class: Option<&'static str>,
    message: Option<&'static str>,
}

impl Refusal {
    pub(super) fn of(response: &Response) -> Self {
        let body = serde_json::from_slice::<Value>(response.body());
        let fields = body.as_ref().ok().and_then(Value::as_object);
        let known: Vec<&'static str> = FIELDS
            .iter()
            .copied()
            .filter(|name| fields.is_some_and(|fields| fields.contains_key(*name)))
            .collect();
        let text = |name: &str| fields?.get(name)?.as_str();
        let listed = |text: Option<&str>, list: &[&'static str], other| {
            text.map(|text| list.iter().copied().find(|it| *it == text).unwrap_or(other))
        };
        Self {
            status: response.status().as_u16(),
            content: match &body {
                _ if response.body().trim_ascii().is_empty() => "nothing",
                Ok(Value::Object(_)) => "JSON object",
                Ok(_) => "other JSON",
                Err(_) if response.body().trim_ascii_start().starts_with(b"<") => "HTML or XML",
                Err(_) => "other text",
            },
            unknown_fields: fields.map_or(0, |fields| fields.len() - known.len()),
            fields: known,
            class: listed(
                text("class").or(text("errorCode")),
                CLASSES,
                "another class",
            ),
            message: listed(text("message"), MESSAGES, "another message"),
        }
    }

    pub(super) fn to_json(&self) -> Map<String, Value> {
        let mut shown = Map::new();
        let mut add = |name: &str, value: Value| shown.insert(name.to_owned(), value);
        add("status", self.status.into());
        add("content", self.content.into());
        if !self.fields.is_empty() {
            add("fields", json!(self.fields));
        }
        if self.unknown_fields > 0 {
            add("unknown_fields", self.unknown_fields.into());
        }
        if let Some(class) = self.class {
            add("class", class.into());
        }
        if let Some(message) = self.message {
            add("message", message.into());
        }
        shown
    }

    /// `true` if the server does not know the route.
    pub(super) fn is_of_route(&self) -> bool {
        self.status == 404 && self.message == Some(NO_ROUTE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ovh_web::{HeaderMap, StatusCode};

    fn shown(body: &'static str) -> Value {
        let response = Response::new(StatusCode::FORBIDDEN, HeaderMap::new(), body);
        let refusal = Refusal::of(&response);
        refusal.to_json().into()
    }

    #[test]
    fn refusals_are_shown_by_their_shape() {
        let old = r#"{"errorCode": "INVALID_KEY", "httpCode": "403 canary", "message": "canary"}"#;
        assert_eq!(
            shown(old),
            serde_json::json!({
                "status": 403,
                "content": "JSON object",
                "fields": ["errorCode", "httpCode", "message"],
                "class": "INVALID_KEY",
                "message": "another message",
            })
        );
        let new = shown(r#"{"class": "canary", "message": "You must login first", "canary": 1}"#);
        assert_eq!(new["class"], "another class");
        assert_eq!(new["message"], "You must login first");
        assert_eq!(new["unknown_fields"], 1);
        assert_eq!(shown("<html>canary")["content"], "HTML or XML");
        assert_eq!(shown("canary")["content"], "other text");
        for body in [old, "<html>canary", "canary", r#"["canary"]"#] {
            assert!(!shown(body).to_string().contains("canary"), "{body}");
        }
    }
}
