//! The error builder, for a transport or a facade.

use std::time::Duration;

use super::{Error, ErrorKind, Facts, RefusalCause};
use crate::Operation;

/// The maximum number of body bytes in an error.
pub(crate) const RAW_BODY_LIMIT: usize = 64 * 1024;

/// Builds an [`Error`].
#[derive(Debug)]
#[must_use]
pub struct ErrorBuilder(pub(super) Error);

impl ErrorBuilder {
    pub(super) fn new(kind: ErrorKind, facts: Facts) -> Self {
        let facts = Box::new(facts);
        Self(Error { kind, facts })
    }

    /// Builds the error.
    #[must_use]
    pub fn build(self) -> Error {
        self.0
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
    hint(hint: impl Into<String>) => facts.hint = Some(hint.into());
    /// Sets the reason, for the client's decisions.
    #[doc(hidden)]
    cause(cause: RefusalCause) => facts.cause = Some(cause);
    /// Sets the operation.
    operation(operation: &'static Operation) => facts.operation = Some(operation);
    /// Sets the `Retry-After` value.
    retry_after(value: Option<Duration>) => facts.retry_after = value;
    /// Sets the raw body, up to a limit.
    raw_body(body: &[u8]) => facts.raw_body = body[..body.len().min(RAW_BODY_LIMIT)].to_vec();
    /// Sets the number of attempts.
    attempts(attempts: u32) => facts.attempts = attempts;
    /// Sets whether a write may have taken effect anyway.
    maybe_applied(maybe: bool) => facts.maybe_applied = maybe;
    /// Sets the number of list items that the error represents.
    omitted(items: usize) => facts.omitted = items;
    /// Sets the cause.
    source(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) => facts.source = {
        Some(source.into().into())
    };
}
