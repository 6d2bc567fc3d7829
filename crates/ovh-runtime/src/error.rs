//! The error type of every call.

use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::Operation;
use crate::getters::getters;
use crate::one_line::OneLine;

mod body;
mod builder;
mod kind;
mod refusal;

pub use builder::ErrorBuilder;
pub(crate) use builder::RAW_BODY_LIMIT;
pub use kind::{ErrorKind, RefusalCause};

/// A call that failed.
///
/// It prints the server's message, the operation, the object and the next step.
pub struct Error {
    kind: ErrorKind,
    facts: Box<Facts>,
}

#[derive(Clone, Default)]
struct Facts {
    message: String,
    class: Option<String>,
    /// The `errorCode`, or the code derived from the message.
    code: Option<String>,
    code_is_derived: bool,
    cause: Option<RefusalCause>,
    details: Vec<(String, String)>,
    hint: Option<String>,
    name: Option<String>,
    path: Option<String>,
    operation: Option<&'static Operation>,
    status: Option<StatusCode>,
    query_id: Option<String>,
    retry_after: Option<Duration>,
    raw_body: Vec<u8>,
    attempts: u32,
    maybe_applied: bool,
    omitted: usize,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// Creates a builder.
    pub fn builder(kind: ErrorKind, message: impl Into<String>) -> ErrorBuilder {
        let facts = Facts {
            message: message.into(),
            ..Facts::default()
        };
        ErrorBuilder::new(kind, facts)
    }

    /// Creates a builder for an argument that was refused before sending.
    pub fn invalid_argument(message: impl Into<String>) -> ErrorBuilder {
        Self::builder(ErrorKind::InvalidArgument, message)
    }

    /// Copies this error, for several callers who waited for the same result.
    #[must_use]
    pub fn shared(self: Arc<Self>) -> Self {
        let (kind, mut facts) = (self.kind, self.facts.clone());
        facts.source = Some(self);
        Self { kind, facts }
    }

    /// Converts the error back to a builder.
    pub const fn into_builder(self) -> ErrorBuilder {
        ErrorBuilder(self)
    }

    /// Additional details from the server, by name.
    pub fn details(&self) -> impl Iterator<Item = (&str, &str)> {
        let details = self.facts.details.iter();
        details.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

getters! { Error {
    /// The kind of failure.
    kind -> ErrorKind: this => this.kind;

    /// The description of the failure. It is the server's message verbatim, if there is one,
    /// limited to 16 KiB. The transport may have redacted secrets that the server quoted.
    message -> &str: this => &this.facts.message;

    /// The recommended next step, if known.
    hint -> Option<&str>: this => this.facts.hint.as_deref();

    /// The operation that failed, if it was one of a generated client.
    operation -> Option<&'static Operation>: this => this.facts.operation;

    /// The name of the request: the operation's ID, or method and path.
    operation_name -> Option<&str>: this => {
        this.facts.operation.map(Operation::id).or(this.facts.name.as_deref())
    };

    /// The request's path with its values, without the query. It names the object. Secret values
    /// are redacted.
    path -> Option<&str>: this => this.facts.path.as_deref();

    /// The HTTP status, if there was a response.
    status -> Option<StatusCode>: this => this.facts.status;

    /// The API's error class, such as `Client::Forbidden`.
    class -> Option<&str>: this => this.facts.class.as_deref();

    /// The API's error code, such as `INVALID_SIGNATURE`.
    ///
    /// Newer responses have none. For refused credentials it is then derived from the message.
    code -> Option<&str>: this => this.facts.code.as_deref();

    /// The reason of the refusal, if status and code are ambiguous.
    #[doc(hidden)]
    cause -> Option<RefusalCause>: this => this.facts.cause;

    /// The request ID for OVHcloud's support.
    query_id -> Option<&str>: this => this.facts.query_id.as_deref();

    /// The delay that the server asks for (`Retry-After`). A date is compared with the response's own
    /// `Date`.
    retry_after -> Option<Duration>: this => this.facts.retry_after;

    /// The raw body of the response, limited to its first 64 KiB. It may hold a secret.
    raw_body -> &[u8]: this => &this.facts.raw_body;

    /// The cause of this error, even if the message repeats it.
    get_ref -> Option<&(dyn std::error::Error + Send + Sync + 'static)>: this => {
        this.facts.source.as_deref()
    };

    /// The number of attempts. 0 for errors before the first attempt, and for errors outside of a
    /// call.
    attempts -> u32: this => this.facts.attempts;

    /// Returns `true` if a write may have taken effect, although the call failed. Check before you
    /// repeat it. Always `false` for a read.
    maybe_applied -> bool: this => this.facts.maybe_applied;

    /// The number of list items that this error represents, if it stands for several.
    omitted -> usize: this => this.facts.omitted;

    /// Returns `true` if the same call may succeed later.
    ///
    /// These failures are lost connections, timeouts, 408, 429, 500, 502, 503, 504,
    /// `QUERY_TIME_OUT`, and a signature with an outdated timestamp.
    /// [`is_retryable`](Self::is_retryable) also checks that a retry is safe.
    is_transient -> bool: this => {
        // The only retry table: retries, waits and `is_retryable` use it.
        let (code, cause) = (this.code(), this.facts.cause);
        match (this.kind, this.facts.status.map(|status| status.as_u16())) {
            _ if cause == Some(RefusalCause::UntrustedServer) => false,
            (ErrorKind::Connection | ErrorKind::Timeout | ErrorKind::RateLimited, _)
            | (ErrorKind::Server, None) => true,
            (ErrorKind::Server, Some(status)) => {
                matches!(status, 408 | 500 | 502 | 503 | 504) || code == Some("QUERY_TIME_OUT")
            }
            _ => cause == Some(RefusalCause::StaleTimestamp),
        }
    };

    /// Returns `true` if the same call may succeed later and a retry is safe: the failure is
    /// [transient](Self::is_transient), and no write [may have been applied](Self::maybe_applied).
    is_retryable -> bool: this => !this.facts.maybe_applied && this.is_transient();

    /// Returns `true` if the API reports that the object itself does not exist.
    ///
    /// Returns `false` for a 404 that says nothing about the object: a route or a service that does
    /// not exist, or a proxy's page.
    is_gone -> bool: this => {
        use RefusalCause::{NotFromApi, UnknownRoute, UnknownService};
        let cause = this.facts.cause;
        this.is_not_found() && !matches!(cause, Some(UnknownRoute | UnknownService | NotFromApi))
    };

    /// Returns `true` for status 404, even if the route or the service does not exist: see
    /// [`is_gone`](Self::is_gone).
    is_not_found -> bool: this => matches!(this.kind, ErrorKind::NotFound | ErrorKind::Gone);

    /// Returns `true` for a conflict: the object already exists, or a change is in progress.
    is_conflict -> bool: this => this.kind == ErrorKind::Conflict;

    /// Returns `true` if the credentials were refused, or lack a permission.
    is_auth -> bool: this => {
        matches!(this.kind, ErrorKind::Authentication | ErrorKind::Forbidden)
    };

    /// Returns `true` if the service has expired.
    is_expired -> bool: this => this.kind == ErrorKind::Expired;

    /// Returns `true` if there were too many requests.
    is_rate_limited -> bool: this => this.kind == ErrorKind::RateLimited;

    /// Returns `true` if the call timed out.
    is_timeout -> bool: this => this.kind == ErrorKind::Timeout;
} }

/// Always one line, so that a server cannot forge log lines or move the cursor.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = OneLine(f);
        let this = &*self.facts;
        f.write_str(&this.message)?;
        let mut facts = Vec::new();
        match (this.operation, &this.path) {
            (Some(operation), Some(path)) => {
                let (id, method) = (operation.id(), operation.method());
                facts.push(format!("{id} ({method} {path})"));
            }
            (Some(operation), None) => facts.push(operation.to_string()),
            (None, _) => facts.extend(this.name.clone()),
        }
        if let Some(status) = this.status {
            let mut text = format!("status {}", status.as_str());
            // Only the server's code: a derived code repeats the message.
            let code = self.code().filter(|_| !this.code_is_derived);
            for word in [self.class(), code].into_iter().flatten() {
                text.push(' ');
                text.push_str(word);
            }
            facts.push(text);
        }
        let details = self.details().filter(|(_, value)| !value.is_empty());
        facts.extend(details.map(|(name, value)| format!("{name}: {value}")));
        facts.extend(self.query_id().map(|id| format!("query id {id}")));
        if this.attempts > 1 {
            facts.push(format!("after {} attempts", this.attempts));
        }
        if !facts.is_empty() {
            write!(f, " [{}]", facts.join("; "))?;
        }
        self.hint().map_or(Ok(()), |hint| write!(f, " - {hint}"))
    }
}

/// Prints the `Display` output and the kind, never the raw body.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind)
            .field("text", &format_args!("{self}"))
            .field("source", &self.facts.source)
            .finish_non_exhaustive()
    }
}

/// [`source`](std::error::Error::source) returns the nearest cause that adds to `Display`, so that
/// a printed chain repeats nothing.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let mut next = self.facts.source.as_deref().map(|source| source as _);
        let mut first_new = None;
        let mut root_is_shown = false;
        while let Some(source) = next {
            root_is_shown = self.message().contains(message_of(source).trim());
            if !root_is_shown {
                first_new = first_new.or(Some(source));
            }
            next = source.source();
        }
        // An HTTP client's error chain ends with the sentence that the message already has.
        first_new.filter(|_| !root_is_shown)
    }
}

/// The text of a cause, without the parts added by this crate's `Display`.
fn message_of(source: &(dyn std::error::Error + 'static)) -> String {
    let own = source.downcast_ref::<Error>();
    own.map_or_else(|| source.to_string(), |error| error.message().to_owned())
}
