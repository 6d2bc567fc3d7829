//! The error builder, for a transport or a facade.

use std::fmt;

use super::body::RefusalBody;
use super::{Error, ErrorKind, Inner, RefusalCause};
use crate::{Operation, Request, Response};

/// The maximum number of body bytes in an error.
pub(crate) const RAW_BODY_LIMIT: usize = 64 * 1024;

/// Builds an [`Error`].
#[must_use]
pub struct ErrorBuilder(pub(super) Box<Inner>);

impl ErrorBuilder {
    pub(super) fn new(kind: ErrorKind, refusal: RefusalBody) -> Self {
        Self(Box::new(Inner {
            kind,
            refusal,
            hint: None,
            name: None,
            path: None,
            operation: None,
            status: None,
            query_id: None,
            retry_after: None,
            raw_body: Vec::new(),
            attempts: 0,
            maybe_applied: false,
            omitted: 0,
            source: None,
        }))
    }

    /// Sets the kind.
    pub fn kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Sets the recommended next step.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Sets the reason, for the client's decisions.
    #[doc(hidden)]
    pub fn cause(mut self, cause: RefusalCause) -> Self {
        self.0.refusal.cause = Some(cause);
        self
    }

    /// Sets the operation.
    pub fn operation(mut self, operation: &'static Operation) -> Self {
        self.0.operation = Some(operation);
        self
    }

    /// Sets the request.
    pub fn request(mut self, request: &Request) -> Self {
        self.0.operation = request.operation();
        self.0.name = Some(request.name());
        self.0.path = Some(request.path());
        self
    }

    /// Copies status, query ID, `Retry-After` and, up to a limit, the body of a response.
    pub fn reply(mut self, reply: &Response) -> Self {
        self.0.status = Some(reply.status());
        self.0.query_id = reply.query_id().map(str::to_owned);
        self.0.attempts = reply.attempts();
        self.retry_after(reply.header("Retry-After"))
            .raw_body(reply.body())
    }

    /// Sets the `Retry-After` value.
    pub fn retry_after(mut self, value: Option<&str>) -> Self {
        self.0.retry_after = value.map(str::to_owned);
        self
    }

    /// Sets the raw body, up to a limit.
    pub fn raw_body(mut self, body: &[u8]) -> Self {
        self.0.raw_body = body[..body.len().min(RAW_BODY_LIMIT)].to_vec();
        self
    }

    /// Sets the number of attempts.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Sets whether a write may have taken effect anyway.
    pub fn maybe_applied(mut self, maybe: bool) -> Self {
        self.0.maybe_applied = maybe;
        self
    }

    /// Sets the number of list items that the error represents.
    pub fn omitted(mut self, items: usize) -> Self {
        self.0.omitted = items;
        self
    }

    /// Sets the cause.
    pub fn source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into().into());
        self
    }

    /// Builds the error.
    #[must_use]
    pub fn build(self) -> Error {
        Error(self.0)
    }
}

impl fmt::Debug for ErrorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorBuilder")
            .field("kind", &self.0.kind)
            .finish_non_exhaustive()
    }
}
