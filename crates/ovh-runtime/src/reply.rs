//! What came back: status, headers and bytes, and their decoding.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{Error, ErrorKind, Request, json_path};

/// A reply, read to its end.
#[derive(Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    attempts: u32,
    unsure: bool,
}

impl Reply {
    /// A reply from its parts. Header names may be in any case.
    #[must_use]
    pub fn new(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Self {
        Self {
            status,
            headers,
            body,
            attempts: 1,
            unsure: false,
        }
    }

    /// Notes how the reply was got: after so many attempts, and whether one of the earlier ones
    /// may have had its effect without our seeing the answer.
    #[must_use]
    pub fn with_history(mut self, attempts: u32, unsure: bool) -> Self {
        self.attempts = attempts;
        self.unsure = unsure;
        self
    }

    /// How many attempts were made until this reply came.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Whether an attempt before this reply may have had its effect without our seeing the answer.
    #[must_use]
    pub const fn is_unsure(&self) -> bool {
        self.unsure
    }

    /// The HTTP status code.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The first header of that name, whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// All headers, as they came.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The bytes of the body. They may hold a secret.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The id under which OVHcloud's support finds the call (`X-OVH-QUERYID`).
    #[must_use]
    pub fn query_id(&self) -> Option<&str> {
        self.header("X-OVH-QUERYID")
    }

    /// Whether the call succeeded: a status from 200 to 299.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Decodes the body.
    ///
    /// # Errors
    ///
    /// A body that is empty, no JSON, cut off, or not of the type `T`: the error names the JSON
    /// path, and carries status, query id and the raw body.
    pub fn decode<'a, T: Deserialize<'a>>(&'a self, request: &Request) -> Result<T, Error> {
        let body = match self.body.trim_ascii() {
            // A void operation answers with nothing or with `null`; both decode into `()`.
            b"" if request.operation().is_some_and(crate::Operation::is_void) => b"null",
            b"" => {
                return Err(self.undecodable(
                    request,
                    "the reply is empty where a JSON value belongs",
                    None,
                ));
            }
            body => body,
        };
        serde_json::from_slice(body).map_err(|source| self.broken(request, body, source))
    }

    /// The error of a body that does not decode. Not generic, so that it is compiled once.
    fn broken(&self, request: &Request, body: &[u8], source: serde_json::Error) -> Error {
        let message = if source.is_eof() {
            "the reply breaks off in the middle".to_owned()
        } else if source.is_syntax() {
            format!(
                "the reply is not JSON, or has more behind it ({})",
                self.content_type()
            )
        } else {
            let path = json_path::at(body, source.line(), source.column());
            format!("the reply is not what the API's document promises at `{path}`: {source}")
        };
        self.undecodable(request, &message, Some(source))
    }

    fn content_type(&self) -> &str {
        self.header("Content-Type")
            .unwrap_or("no content type given")
    }

    fn undecodable(
        &self,
        request: &Request,
        message: &str,
        source: Option<serde_json::Error>,
    ) -> Error {
        let builder = Error::builder(ErrorKind::Decode, message)
            .request(request)
            .reply(self)
            // A write that was answered with success was done, whatever the answer looks like.
            .maybe_applied(!request.method().is_read() && (self.unsure || self.is_success()));
        match source {
            Some(source) => builder.source(source).build(),
            None => builder.build(),
        }
    }
}

/// What a call can give: whatever serde decodes, and [`List`](crate::List) and
/// [`Page`](crate::Page), in which a bad item costs only itself.
pub trait FromReply: Sized + 'static {
    /// Makes the value of a successful reply.
    ///
    /// # Errors
    ///
    /// A body that is not what the type wants.
    fn from_reply(request: &Request, reply: &Reply) -> Result<Self, Error>;
}

impl<T: DeserializeOwned + 'static> FromReply for T {
    fn from_reply(request: &Request, reply: &Reply) -> Result<Self, Error> {
        reply.decode(request)
    }
}

/// What is no JSON, or whatever a document does not describe, is given as it came.
impl FromReply for Reply {
    fn from_reply(_: &Request, reply: &Reply) -> Result<Self, Error> {
        Ok(reply.clone())
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("query_id", &self.query_id())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}
