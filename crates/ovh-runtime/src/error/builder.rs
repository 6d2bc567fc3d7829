//! The error builder, for a transport or a facade.

use std::fmt;
use std::time::Duration;

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
        self.retry_after(reply.retry_after()).raw_body(reply.body())
    }

    /// Builds the error.
    #[must_use]
    pub fn build(self) -> Error {
        Error(self.0)
    }
}

/// Declares the setters of the builder: name, argument, and what it sets.
macro_rules! setters {
    ($($(#[$meta:meta])* $name:ident($value:ident: $type:ty) => $($field:ident).+ = $new:expr;)*) => {
        impl ErrorBuilder {
            $(
                $(#[$meta])*
                pub fn $name(mut self, $value: $type) -> Self {
                    self.0.$($field).+ = $new;
                    self
                }
            )*
        }
    };
}

setters! {
    /// Sets the kind.
    kind(kind: ErrorKind) => kind = kind;
    /// Sets the recommended next step.
    hint(hint: impl Into<String>) => hint = Some(hint.into());
    /// Sets the reason, for the client's decisions.
    #[doc(hidden)]
    cause(cause: RefusalCause) => refusal.cause = Some(cause);
    /// Sets the operation.
    operation(operation: &'static Operation) => operation = Some(operation);
    /// Sets the `Retry-After` value.
    retry_after(value: Option<Duration>) => retry_after = value;
    /// Sets the raw body, up to a limit.
    raw_body(body: &[u8]) => raw_body = body[..body.len().min(RAW_BODY_LIMIT)].to_vec();
    /// Sets the number of attempts.
    attempts(attempts: u32) => attempts = attempts;
    /// Sets whether a write may have taken effect anyway.
    maybe_applied(maybe: bool) => maybe_applied = maybe;
    /// Sets the number of list items that the error represents.
    omitted(items: usize) => omitted = items;
    /// Sets the cause.
    source(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) => source = {
        Some(source.into().into())
    };
}

impl fmt::Debug for ErrorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorBuilder")
            .field("kind", &self.0.kind)
            .finish_non_exhaustive()
    }
}
