//! The one error type.
//!
//! It leads with the server's own words, then says which operation it was and what to do next.
//! It is opaque: what it carries is read through methods, so that it can grow.

use std::fmt::{self, Write};
use std::sync::Arc;

use crate::{Operation, Reply, Request};

mod body;

/// The one failure of a server that says for sure that nothing was done.
const NOT_IMPLEMENTED: u16 = 501;

/// How many bytes of a reply an error keeps.
const RAW_BODY_LIMIT: usize = 64 * 1024;

/// What sort of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument was refused here; nothing was sent.
    InvalidArgument,
    /// Credentials or settings are missing, mixed or malformed; nothing was sent.
    Configuration,
    /// No connection, or it broke before the reply was complete.
    Connection,
    /// The time that the call was given has run out.
    Timeout,
    /// The server could not make sense of the request (400 and the like).
    BadRequest,
    /// The server does not accept the credentials: signature, key, token, clock.
    Authentication,
    /// The credentials are fine but not allowed to do this.
    Forbidden,
    /// There is no such thing (404).
    NotFound,
    /// The thing is in the way of itself: it exists already, or something is in progress (409).
    Conflict,
    /// The service has expired and must be renewed first (460).
    Expired,
    /// Too many requests (429).
    RateLimited,
    /// The server failed (5xx), or gave up waiting for itself (408, 400 `QUERY_TIME_OUT`).
    Server,
    /// A reply that cannot be used: not JSON, cut off, or not of the promised type.
    Decode,
    /// A list was asked for pages of objects and answered with ids.
    NotPaged,
    /// A task was cancelled or failed.
    Task,
    /// A task of which only the number was known is not there: it may have been put away after it
    /// was done, it may never have been.
    Gone,
}

/// A call that failed.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    name: Option<String>,
    operation: Option<&'static Operation>,
    status: Option<u16>,
    class: Option<String>,
    code: Option<String>,
    details: Vec<(String, String)>,
    query_id: Option<String>,
    retry_after: Option<String>,
    raw_body: Vec<u8>,
    attempts: u32,
    maybe_applied: bool,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// Begins an error.
    pub fn builder(kind: ErrorKind, message: impl Into<String>) -> ErrorBuilder {
        ErrorBuilder(Inner {
            kind,
            message: message.into(),
            hint: None,
            name: None,
            operation: None,
            status: None,
            class: None,
            code: None,
            details: Vec::new(),
            query_id: None,
            retry_after: None,
            raw_body: Vec::new(),
            attempts: 0,
            maybe_applied: false,
            source: None,
        })
    }

    /// Begins the error of an argument that was refused before anything was sent.
    pub fn invalid_argument(message: impl Into<String>) -> ErrorBuilder {
        Self::builder(ErrorKind::InvalidArgument, message)
    }

    /// The error of a reply whose status is no success, in whichever of the API's shapes it came.
    #[must_use]
    pub fn refused(request: &Request, reply: &Reply) -> Self {
        let told = body::read(reply);
        let kind = body::classify(reply.status(), &told);
        let mut builder = Self::builder(kind, told.message)
            .request(request)
            .reply(reply);
        builder.0.class = told.class;
        builder.0.code = told.code;
        builder.0.details = told.details;
        builder.0.hint = body::hint(kind, request, &builder.0);
        let unclear = !request.method().is_read()
            && kind == ErrorKind::Server
            && reply.status() != NOT_IMPLEMENTED;
        // A read has no effect, whatever became of the attempts before.
        let unsure = reply.is_unsure() && !request.method().is_read();
        if unsure {
            builder.0.hint = Some(
                "an attempt before this one may have done it: look before you repeat it".to_owned(),
            );
        }
        builder.maybe_applied(unclear || unsure).build()
    }

    /// An error that says the same as this one, for each of several callers who waited for the
    /// same thing.
    #[must_use]
    pub fn shared(self: Arc<Self>) -> Self {
        let this = &self.0;
        Self(Box::new(Inner {
            kind: this.kind,
            message: this.message.clone(),
            hint: this.hint.clone(),
            name: this.name.clone(),
            operation: this.operation,
            status: this.status,
            class: this.class.clone(),
            code: this.code.clone(),
            details: this.details.clone(),
            query_id: this.query_id.clone(),
            retry_after: this.retry_after.clone(),
            raw_body: this.raw_body.clone(),
            attempts: this.attempts,
            maybe_applied: this.maybe_applied,
            source: Some(Box::new(Shared(self))),
        }))
    }

    /// Takes the error apart again, to add to it.
    pub fn into_builder(self) -> ErrorBuilder {
        ErrorBuilder(*self.0)
    }

    /// What sort of failure it was.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened: the server's words, letter for letter, where it said any, and 16 KiB of
    /// them at most. The transport may have taken secrets out that the server quoted.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do next, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The row of the operation that failed, if it was one of a generated client.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// What was tried: the operation's id, or method and path of a free request.
    #[must_use]
    pub fn operation_name(&self) -> Option<&str> {
        self.0
            .operation
            .map(Operation::id)
            .or(self.0.name.as_deref())
    }

    /// The HTTP status, if a reply came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The API's error class, such as `Client::Forbidden`.
    #[must_use]
    pub fn class(&self) -> Option<&str> {
        self.0.class.as_deref()
    }

    /// The API's older error code, such as `INVALID_SIGNATURE`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// What the server added, by name.
    pub fn details(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .details
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The id under which OVHcloud's support finds the call.
    #[must_use]
    pub fn query_id(&self) -> Option<&str> {
        self.0.query_id.as_deref()
    }

    /// When to come again, as the server said it (`Retry-After`): a number of seconds, or a date of
    /// HTTP.
    #[must_use]
    pub fn retry_after(&self) -> Option<&str> {
        self.0.retry_after.as_deref()
    }

    /// The reply's body as it came, its first 64 KiB. It may hold a secret.
    #[must_use]
    pub fn raw_body(&self) -> &[u8] {
        &self.0.raw_body
    }

    /// How many attempts were made. 0 for what was refused before the first one, and for errors
    /// that are not those of a call.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether a write may have had its effect all the same, because no clear answer came.
    ///
    /// Look before you repeat it. A read has no effect, so this is never true of one.
    #[must_use]
    pub fn maybe_applied(&self) -> bool {
        self.0.maybe_applied
    }

    /// Whether the same call may succeed later, and sending it again can do no harm.
    ///
    /// True of lost connections, time that ran out, 408, 429, 500, 502, 503, 504 and OVHcloud's
    /// `QUERY_TIME_OUT`, but never after a write that [may have been
    /// applied](Self::maybe_applied).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        if self.0.maybe_applied {
            return false;
        }
        match (self.0.kind, self.0.status) {
            (ErrorKind::RateLimited | ErrorKind::Connection | ErrorKind::Timeout, _)
            | (ErrorKind::Server, None) => true,
            // 501 and 505 say the same tomorrow.
            (ErrorKind::Server, Some(status)) => !matches!(status, NOT_IMPLEMENTED | 505),
            _ => false,
        }
    }

    /// Whether there is no such thing.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.0.kind, ErrorKind::NotFound | ErrorKind::Gone)
    }

    /// Whether something is in the way: it exists already, or an action is in progress.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.0.kind == ErrorKind::Conflict
    }

    /// Whether the credentials were refused, or are not allowed to do this.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Authentication | ErrorKind::Forbidden
        )
    }

    /// Whether the service has expired.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        self.0.kind == ErrorKind::Expired
    }

    /// Whether there were too many requests.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.0.kind == ErrorKind::RateLimited
    }

    /// Whether the time had run out.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }
}

/// One line, whatever the server wrote: nobody forges a line of a log or moves a cursor with it.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = OneLine(f);
        f.write_str(&self.0.message)?;
        let mut facts = Vec::new();
        match self.0.operation {
            Some(operation) => facts.push(operation.to_string()),
            None => facts.extend(self.0.name.clone()),
        }
        if let Some(status) = self.0.status {
            let mut text = format!("status {status}");
            for word in [&self.0.class, &self.0.code].into_iter().flatten() {
                text.push(' ');
                text.push_str(word);
            }
            facts.push(text);
        }
        facts.extend(
            self.0
                .details
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        facts.extend(self.0.query_id.iter().map(|id| format!("query id {id}")));
        if self.0.attempts > 1 {
            facts.push(format!("after {} attempts", self.0.attempts));
        }
        if !facts.is_empty() {
            write!(f, " [{}]", facts.join("; "))?;
        }
        if let Some(hint) = &self.0.hint {
            write!(f, " - {hint}")?;
        }
        Ok(())
    }
}

/// Writes control characters as blanks.
struct OneLine<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl fmt::Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut pieces = text.split(char::is_control);
        self.0.write_str(pieces.next().unwrap_or_default())?;
        pieces.try_for_each(|piece| {
            self.0.write_char(' ')?;
            self.0.write_str(piece)
        })
    }
}

/// Shows what `Display` shows, and the kind: never the raw body.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("text", &format_args!("{self}"))
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// The one error behind several that say the same.
#[derive(Debug)]
struct Shared(Arc<Error>);

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Shared {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&*self.0)
    }
}

/// An error that is being put together, by a transport or a facade.
#[must_use]
pub struct ErrorBuilder(Inner);

impl ErrorBuilder {
    /// Calls it another sort of failure.
    pub fn kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Says what to do next.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Says which operation it was.
    pub fn operation(mut self, operation: &'static Operation) -> Self {
        self.0.operation = Some(operation);
        self
    }

    /// Says which request it was.
    pub fn request(mut self, request: &Request) -> Self {
        self.0.operation = request.operation();
        self.0.name = Some(request.name());
        self
    }

    /// Takes over status, query id, `Retry-After` and, up to a limit, the body of a reply.
    pub fn reply(mut self, reply: &Reply) -> Self {
        self.0.status = Some(reply.status());
        self.0.query_id = reply.query_id().map(str::to_owned);
        self.0.attempts = reply.attempts();
        self.retry_after(reply.header("Retry-After"))
            .raw_body(reply.body())
    }

    /// Says when to come again, in the server's words.
    pub fn retry_after(mut self, words: Option<&str>) -> Self {
        self.0.retry_after = words.map(str::to_owned);
        self
    }

    /// Keeps the bytes that could not be used, up to a limit.
    pub fn raw_body(mut self, body: &[u8]) -> Self {
        self.0.raw_body = body[..body.len().min(RAW_BODY_LIMIT)].to_vec();
        self
    }

    /// Says how many attempts were made.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Says whether a write may have had its effect all the same.
    pub fn maybe_applied(mut self, maybe: bool) -> Self {
        self.0.maybe_applied = maybe;
        self
    }

    /// Keeps what caused the error.
    pub fn source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The finished error.
    #[must_use]
    pub fn build(self) -> Error {
        Error(Box::new(self.0))
    }
}

impl fmt::Debug for ErrorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorBuilder")
            .field("kind", &self.0.kind)
            .finish_non_exhaustive()
    }
}
