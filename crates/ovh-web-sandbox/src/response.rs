//! The results of handlers: a value, a page of a list, or a refusal in one of OVHcloud's formats.

use serde::ser::{SerializeStruct, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::http::{HttpResponse, reason};

/// The effect of a call on the state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// None: a read, or a refused call.
    #[default]
    None,
    /// A change, with its description.
    Changed(String),
    /// A write that the sandbox does not model: it was validated and answered, but did nothing.
    Unmodelled,
}

impl Effect {
    /// Returns `true` if the call changed the state.
    #[must_use]
    pub fn is_change(&self) -> bool {
        matches!(self, Self::Changed(_))
    }
}

/// Writes the effect and its description as two fields.
impl Serialize for Effect {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (effect, changed) = match self {
            Self::None => ("none", None),
            Self::Changed(change) => ("changed", Some(change)),
            Self::Unmodelled => ("unmodelled", None),
        };
        let mut fields = serializer.serialize_struct("Effect", 2)?;
        fields.serialize_field("effect", effect)?;
        fields.serialize_field("changed", &changed)?;
        fields.end()
    }
}

/// The result of a call that succeeded.
#[derive(Debug, Default)]
pub(crate) struct Response {
    pub(crate) body: Value,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) effect: Effect,
    /// `true` if the API returns the secret fields of this body later.
    pub(crate) readable: bool,
    /// A response that is not JSON.
    pub(crate) raw: Option<Box<HttpResponse>>,
}

impl Response {
    pub(crate) fn json(body: Value) -> Self {
        Self {
            body,
            ..Self::default()
        }
    }

    /// A response that is not JSON.
    pub(crate) fn raw(raw: HttpResponse) -> Self {
        Self {
            raw: Some(Box::new(raw)),
            ..Self::default()
        }
    }

    /// OVHcloud answers void calls with a JSON `null`.
    pub(crate) fn void() -> Self {
        Self::json(Value::Null)
    }

    /// Marks the answer to a write that is not modelled.
    pub(crate) fn without_effect(mut self) -> Self {
        self.effect = Effect::Unmodelled;
        self
    }

    /// Marks the answer to a write whose secret fields the API returns later.
    pub(crate) fn readable(mut self, readable: bool) -> Self {
        self.readable = readable;
        self
    }

    pub(crate) fn changed(mut self, what: impl Into<String>) -> Self {
        self.effect = Effect::Changed(what.into());
        self
    }
}

/// The format of errors about credentials, both known from logs.
///
/// Other errors, such as a 404, have a class in either format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum RefusalShape {
    /// `class` and `message`, logged since 2024.
    #[default]
    Class,
    /// `errorCode`, `httpCode` and `message`, logged before.
    Old,
}

impl RefusalShape {
    /// Parses `class` or `old`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        serde_json::from_value(name.into()).ok()
    }

    /// The value of the environment variable `SANDBOX_REFUSALS`, if it is set.
    pub(crate) fn from_env() -> std::io::Result<Option<Self>> {
        const VARIABLE: &str = "SANDBOX_REFUSALS";
        let Some(name) = std::env::var_os(VARIABLE) else {
            return Ok(None);
        };
        let shape = name.to_str().and_then(Self::from_name);
        let invalid = || format!("{VARIABLE}: expected class or old, found {name:?}");
        shape
            .map(Some)
            .ok_or_else(|| std::io::Error::other(invalid()))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    shape: Shape,
    details: Option<Box<Value>>,
    /// Status and code in the older format, if it has one.
    old: Option<&'static (u16, &'static str)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Shape {
    /// `errorCode`, `httpCode`, `message`.
    Old(String),
    /// `class`, `message`.
    Class(String),
    /// `message`.
    Bare,
    /// `error`, `error_description`: the token endpoint.
    OAuth2(&'static str),
}

impl Refusal {
    fn with_shape(status: u16, shape: Shape, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            help: None,
            shape,
            details: None,
            old: None,
        }
    }

    pub(crate) fn new(status: u16, class: impl Into<String>, message: impl Into<String>) -> Self {
        Self::with_shape(status, Shape::Class(class.into()), message)
    }

    /// A refusal with a code, as before 2024.
    pub(crate) fn with_code(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self::with_shape(status, Shape::Old(code.to_owned()), message)
    }

    pub(crate) fn oauth2(status: u16, error: &'static str, description: &str) -> Self {
        Self::with_shape(status, Shape::OAuth2(error), description)
    }

    /// Adds status and code of the older format.
    pub(crate) fn old(mut self, old: &'static (u16, &'static str)) -> Self {
        self.old = Some(old);
        self
    }

    /// Adds an explanation for the journal.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the details of a refusal with a class.
    pub(crate) fn details(mut self, details: Value) -> Self {
        self.details = Some(Box::new(details));
        self
    }

    /// The refusal in the format of the sandbox.
    pub(crate) fn in_shape(mut self, shape: RefusalShape) -> Self {
        if let (RefusalShape::Old, Some(&(status, code))) = (shape, self.old) {
            self.status = status;
            self.shape = Shape::Old(code.to_owned());
        }
        self
    }

    /// 401: the request has no valid credentials.
    pub(crate) fn no_login() -> Self {
        // Guess: the older format has status 403 here, by the table of one client.
        Self::new(401, "Client::Unauthorized", "You must login first").old(&(403, "NOT_CREDENTIAL"))
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(403, "Client::Forbidden", message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, "Client::NotFound", message)
    }

    /// 460: the contract of a hosting has ended.
    pub(crate) fn expired() -> Self {
        Self::with_shape(460, Shape::Bare, "This service is expired")
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "Client::BadRequest", message)
    }

    /// A wrong value in a body or query. `place` is `$.user` or the name of a query parameter.
    pub(crate) fn bad_value(place: &str, problem: impl std::fmt::Display) -> Self {
        Self::bad_request(format!("Invalid value for {place}: {problem}"))
    }

    /// Refuses a wrong value, unless it is valid.
    pub(crate) fn unless(
        is_valid: bool,
        place: &str,
        problem: impl std::fmt::Display,
    ) -> Result<(), Self> {
        let refusal = || Self::bad_value(place, problem);
        is_valid.then_some(()).ok_or_else(refusal)
    }

    pub(crate) fn no_route() -> Self {
        Self::not_found("Got an invalid (or empty) URL")
    }

    pub(crate) fn no_service() -> Self {
        Self::not_found("This service does not exist")
    }

    pub(crate) fn no_object(id: impl std::fmt::Display) -> Self {
        Self::not_found(format!("The requested object (id = {id}) does not exist"))
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(409, "Client::Conflict", message)
    }

    /// An action on the object is in progress.
    ///
    /// Guess: the API responds with this message, from OVHcloud's help pages, and this class.
    pub(crate) fn busy() -> Self {
        Self::new(
            409,
            "Client::Conflict::ResourceBusy",
            "You already have an action in progress",
        )
    }

    pub(crate) fn body(&self) -> Value {
        let message = &self.message;
        let mut body = match &self.shape {
            Shape::Old(code) => json!({
                "errorCode": code,
                "httpCode": format!("{} {}", self.status, reason(self.status)),
                "message": message,
            }),
            Shape::OAuth2(error) => json!({"error": error, "error_description": message}),
            Shape::Bare => json!({"message": message}),
            Shape::Class(class) => json!({"class": class, "message": message}),
        };
        if let (Shape::Class(_), Some(details)) = (&self.shape, &self.details) {
            body["details"] = Value::clone(details);
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_have_two_formats() {
        let refusal = Refusal::bad_request("Invalid signature").old(&(400, "INVALID_SIGNATURE"));
        assert_eq!(
            refusal.clone().in_shape(RefusalShape::Old).body(),
            json!({"errorCode": "INVALID_SIGNATURE", "httpCode": "400 Bad Request", "message": "Invalid signature"})
        );
        assert_eq!(
            refusal.in_shape(RefusalShape::Class).body(),
            json!({"class": "Client::BadRequest", "message": "Invalid signature"})
        );
        let old = Refusal::no_login().in_shape(RefusalShape::Old);
        assert_eq!(old.status, 403);
        assert_eq!(old.body()["httpCode"], "403 Forbidden");
        assert_eq!(
            Refusal::no_object(7).body(),
            json!({"class": "Client::NotFound", "message": "The requested object (id = 7) does not exist"})
        );
    }
}
