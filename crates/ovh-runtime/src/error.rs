//! The error type of every call.
//!
//! It leads with the server's message, then names the operation, the object and the next step.
//! What it carries is read through methods, so that it can grow.

use std::fmt::{self, Write};
use std::sync::Arc;

use crate::{Operation, Reply, Request};

mod body;
mod builder;
mod kind;
mod refusal;

pub use builder::ErrorBuilder;
pub(crate) use builder::RAW_BODY_LIMIT;
pub use kind::ErrorKind;
pub use refusal::RefusalCause;

/// The one failure of a server that says for sure that nothing was done.
const NOT_IMPLEMENTED: u16 = 501;

/// A call that failed.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    name: Option<String>,
    path: Option<String>,
    operation: Option<&'static Operation>,
    status: Option<u16>,
    class: Option<String>,
    code: Option<String>,
    code_is_derived: bool,
    cause: Option<RefusalCause>,
    details: Vec<(String, String)>,
    query_id: Option<String>,
    retry_after: Option<String>,
    raw_body: Vec<u8>,
    attempts: u32,
    maybe_applied: bool,
    omitted: usize,
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
            path: None,
            operation: None,
            status: None,
            class: None,
            code: None,
            code_is_derived: false,
            cause: None,
            details: Vec::new(),
            query_id: None,
            retry_after: None,
            raw_body: Vec::new(),
            attempts: 0,
            maybe_applied: false,
            omitted: 0,
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
        let kind = refusal::kind(reply.status(), &told);
        let mut builder = Self::builder(kind, told.message)
            .request(request)
            .reply(reply);
        builder.0.class = told.class;
        builder.0.code = told.code;
        builder.0.code_is_derived = told.code_is_derived;
        builder.0.cause = told.cause;
        builder.0.details = told.details;
        builder.0.hint = refusal::hint(request, &builder.0);
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
            path: this.path.clone(),
            operation: this.operation,
            status: this.status,
            class: this.class.clone(),
            code: this.code.clone(),
            code_is_derived: this.code_is_derived,
            cause: this.cause,
            details: this.details.clone(),
            query_id: this.query_id.clone(),
            retry_after: this.retry_after.clone(),
            raw_body: this.raw_body.clone(),
            attempts: this.attempts,
            maybe_applied: this.maybe_applied,
            omitted: this.omitted,
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

    /// The request's path with its values, without the query: it names the object.
    ///
    /// A value that the operation table calls secret is redacted.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
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

    /// The API's error code, such as `INVALID_SIGNATURE`.
    ///
    /// Newer responses carry none: for refusals of credentials it is then derived from the
    /// message, so that both shapes have the same code.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Why the server refused the call, where status and code do not tell.
    #[doc(hidden)]
    #[must_use]
    pub fn cause(&self) -> Option<RefusalCause> {
        self.0.cause
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

    /// The error that caused this one, as it was kept, even if the message repeats it.
    #[must_use]
    pub fn get_ref(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        self.0.source.as_deref()
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

    /// The number of further items that do not decode, if this error stands for those.
    #[must_use]
    pub fn omitted(&self) -> usize {
        self.0.omitted
    }

    /// `true` if the same call may succeed a little later.
    ///
    /// Lost connections, timeouts, 408, 429, 500, 502, 503, 504, `QUERY_TIME_OUT`, and a signature
    /// whose timestamp is out of date. Whether a repeat is safe is another question: see
    /// [`is_retryable`](Self::is_retryable).
    #[must_use]
    pub fn is_transient(&self) -> bool {
        let this = &self.0;
        kind::is_transient(this.kind, this.status, this.code.as_deref(), this.cause)
    }

    /// `true` if the same call may succeed later, and sending it again does no harm.
    ///
    /// [Transient](Self::is_transient) failures are, but never a write that [may have been
    /// applied](Self::maybe_applied).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        !self.0.maybe_applied && self.is_transient()
    }

    /// `true` if the API says that the object itself does not exist.
    ///
    /// `false` for a 404 that says nothing about the object: a route or a service that does not
    /// exist, or a proxy's page.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.is_not_found()
            && !matches!(
                self.0.cause,
                Some(
                    RefusalCause::UnknownRoute
                        | RefusalCause::UnknownService
                        | RefusalCause::NotFromApi
                )
            )
    }

    /// `true` if the answer was 404, whatever does not exist: see [`is_gone`](Self::is_gone).
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
        match (self.0.operation, &self.0.path) {
            (Some(operation), Some(path)) => {
                facts.push(format!(
                    "{} ({} {path})",
                    operation.id(),
                    operation.method()
                ));
            }
            (Some(operation), None) => facts.push(operation.to_string()),
            (None, _) => facts.extend(self.0.name.clone()),
        }
        if let Some(status) = self.0.status {
            let mut text = format!("status {status}");
            // Only what the server sent: a derived code repeats the message.
            let code = self.0.code.as_ref().filter(|_| !self.0.code_is_derived);
            for word in [self.0.class.as_ref(), code].into_iter().flatten() {
                text.push(' ');
                text.push_str(word);
            }
            facts.push(text);
        }
        let details = self.0.details.iter().filter(|(_, value)| !value.is_empty());
        facts.extend(details.map(|(name, value)| format!("{name}: {value}")));
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

/// `true` for what starts a line, moves the cursor or reorders text.
fn is_unprintable(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// A text without its unprintable characters.
pub(crate) struct OnOneLine<'a>(pub(crate) &'a str);

impl fmt::Display for OnOneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        OneLine(f).write_str(self.0)
    }
}

/// Writes unprintable characters as blanks.
struct OneLine<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl fmt::Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut pieces = text.split(is_unprintable);
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

/// [`source`](std::error::Error::source) gives the nearest cause that says more than `Display`,
/// so that a printed chain repeats nothing.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let mut next = self.0.source.as_deref().map(|source| source as _);
        let mut first_new = None;
        let mut root_is_told = false;
        while let Some(source) = next {
            root_is_told = self.0.message.contains(message_of(source).trim());
            if !root_is_told {
                first_new = first_new.or(Some(source));
            }
            next = source.source();
        }
        // An HTTP engine's chain ends with the sentence that the message already has.
        first_new.filter(|_| !root_is_told)
    }
}

/// What a cause says, without what this crate's `Display` adds.
fn message_of(source: &(dyn std::error::Error + 'static)) -> String {
    match (source.downcast_ref(), source.downcast_ref()) {
        (Some(Shared(error)), _) => error.message().to_owned(),
        (_, Some(error)) => Error::message(error).to_owned(),
        _ => source.to_string(),
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
