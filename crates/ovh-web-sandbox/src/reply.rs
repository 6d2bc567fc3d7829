//! What a handler answers: a value, nothing, a page of a list, or a refusal in one of OVHcloud's
//! error shapes. The bytes and headers are made by the engine.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A call that worked.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) body: Value,
    pub(crate) page: Option<PageHeaders>,
    /// What the call changed, in words, for the journal.
    pub(crate) changed: Option<String>,
    /// A write that the sandbox does not model: it was checked and did nothing.
    pub(crate) without_effect: bool,
    /// What the document calls secret in the body can be read back all the same.
    pub(crate) readable: bool,
    /// What is sent in place of the body.
    pub(crate) raw: Option<Box<Raw>>,
}

/// A reply that is no JSON.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// What goes into the `X-Pagination-*` headers of a reply.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageHeaders {
    pub(crate) number: Option<usize>,
    pub(crate) size: usize,
    pub(crate) pages: Option<usize>,
    pub(crate) elements: usize,
    /// What leads to the next page, if there is one and cursors are used.
    pub(crate) cursor: Option<String>,
    /// The property that is sorted by, and the direction.
    pub(crate) sort: Option<(String, &'static str)>,
}

impl PageHeaders {
    /// The headers by name.
    pub(crate) fn headers(self) -> impl Iterator<Item = (&'static str, String)> {
        let (sort, order) = self.sort.unzip();
        [
            ("x-pagination-number", self.number.map(|n| n.to_string())),
            ("x-pagination-size", Some(self.size.to_string())),
            ("x-pagination-total", self.pages.map(|n| n.to_string())),
            ("x-pagination-elements", Some(self.elements.to_string())),
            ("x-pagination-cursor-next", self.cursor),
            ("x-pagination-sort", sort),
            ("x-pagination-sort-order", order.map(str::to_owned)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    }
}

impl Answer {
    pub(crate) fn json(body: Value) -> Self {
        Self {
            body,
            page: None,
            changed: None,
            without_effect: false,
            readable: false,
            raw: None,
        }
    }

    /// A reply that is no JSON.
    pub(crate) fn raw(raw: Raw) -> Self {
        Self {
            raw: Some(Box::new(raw)),
            ..Self::json(Value::Null)
        }
    }

    /// OVHcloud answers void calls with a JSON `null`.
    pub(crate) fn void() -> Self {
        Self::json(Value::Null)
    }

    /// Marks the answer to a write that did nothing.
    pub(crate) fn without_effect(mut self) -> Self {
        self.without_effect = true;
        self
    }

    /// Marks the answer to a write of which all can be read back.
    pub(crate) fn readable(mut self, readable: bool) -> Self {
        self.readable = readable;
        self
    }

    pub(crate) fn changed(mut self, what: impl Into<String>) -> Self {
        self.changed = Some(what.into());
        self
    }
}

/// The shape in which credentials are refused.
///
/// Both are known from logs. The other refusals, a 404 for one, have a class in either.
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
    /// The environment variable that sets the default.
    pub(crate) const VARIABLE: &'static str = "SANDBOX_REFUSALS";

    /// Reads `class` or `old`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "class" => Some(Self::Class),
            "old" => Some(Self::Old),
            _ => None,
        }
    }

    /// The default of this process: what the environment variable says, else `Class`.
    pub(crate) fn of_environment() -> std::io::Result<Self> {
        let Some(name) = std::env::var_os(Self::VARIABLE) else {
            return Ok(Self::default());
        };
        name.to_str().and_then(Self::from_name).ok_or_else(|| {
            let problem = format!("{} takes class or old, not {name:?}", Self::VARIABLE);
            std::io::Error::other(problem)
        })
    }
}

/// A call that was refused, with the server's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    shape: Shape,
    pub(crate) message: String,
    details: Option<Value>,
    /// Status and code in the older shape, if the refusal has one.
    old: Option<&'static (u16, &'static str)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// `errorCode`, `httpCode`, `message`.
    Old(&'static str),
    /// `class`, `message`.
    New(&'static str),
    /// `message`.
    Bare,
    /// `error`, `error_description`: what the token endpoint answers with.
    OAuth2(&'static str),
}

impl Refusal {
    /// Gives the refusal a status and a code for the older shape.
    pub(crate) fn old(mut self, old: &'static (u16, &'static str)) -> Self {
        self.old = Some(old);
        self
    }

    /// The refusal as it is sent where this shape is spoken.
    pub(crate) fn in_shape(mut self, shape: RefusalShape) -> Self {
        if let (RefusalShape::Old, Some(&(status, code))) = (shape, self.old) {
            self.status = status;
            self.shape = Shape::Old(code);
        }
        self
    }

    /// 401: nobody has logged in.
    pub(crate) fn no_login() -> Self {
        // Guess: that the older shape goes with 403 here; one client's table says so.
        Self::new(401, "Client::Unauthorized", "You must login first").old(&(403, "NOT_CREDENTIAL"))
    }

    /// The shape of the token endpoint.
    pub(crate) fn oauth2(status: u16, error: &'static str, description: &str) -> Self {
        Self {
            status,
            shape: Shape::OAuth2(error),
            message: description.to_owned(),
            details: None,
            old: None,
        }
    }

    /// The new shape.
    pub(crate) fn new(status: u16, class: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            shape: Shape::New(class),
            message: message.into(),
            details: None,
            old: None,
        }
    }

    /// Adds what the new shape can say in detail.
    pub(crate) fn details(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }

    /// 460: the contract of a hosting has ended.
    pub(crate) fn expired() -> Self {
        Self {
            shape: Shape::Bare,
            ..Self::new(460, "", "This service is expired")
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "Client::BadRequest", message)
    }

    /// A wrong value in a body or query. `place` is `$.user` or the name of a query parameter.
    pub(crate) fn bad_value(place: &str, problem: impl std::fmt::Display) -> Self {
        Self::bad_request(format!("Invalid value for {place}: {problem}"))
    }

    pub(crate) fn no_route() -> Self {
        Self::new(404, "Client::NotFound", "Got an invalid (or empty) URL")
    }

    pub(crate) fn no_service() -> Self {
        Self::new(404, "Client::NotFound", "This service does not exist")
    }

    pub(crate) fn no_object(id: impl std::fmt::Display) -> Self {
        Self::new(
            404,
            "Client::NotFound",
            format!("The requested object (id = {id}) does not exist"),
        )
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(409, "Client::Conflict", message)
    }

    /// Something is under way on the object.
    ///
    /// Guess: the sentence is from OVHcloud's help pages, the class from its error grammar; that
    /// the API answers with both here was not seen.
    pub(crate) fn busy() -> Self {
        Self::new(
            409,
            "Client::Conflict::ResourceBusy",
            "You already have an action in progress",
        )
    }

    pub(crate) fn body(&self) -> Value {
        match self.shape {
            Shape::Old(code) => json!({
                "errorCode": code,
                "httpCode": format!("{} {}", self.status, reason(self.status)),
                "message": self.message,
            }),
            Shape::OAuth2(error) => json!({
                "error": error,
                "error_description": self.message,
            }),
            Shape::Bare => json!({ "message": self.message }),
            Shape::New(class) => {
                let mut body = json!({ "class": class, "message": self.message });
                if let Some(details) = &self.details {
                    body["details"] = details.clone();
                }
                body
            }
        }
    }
}

fn reason(status: u16) -> &'static str {
    hyper::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Error")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_come_in_both_shapes() {
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
