//! Retries: which calls, when, and how often.
//!
//! [`safety`] decides if a retry is safe: for reads, for a PUT or DELETE that the operation table
//! marks idempotent, and for requests that had no effect (never sent, or answered with 429). Only
//! then is the [`RetryPolicy`] asked for a pause. A [`Budget`](budget::Budget), shared by all
//! clones of a client, limits retries while a server is down.

mod backoff;
pub(crate) mod budget;
pub(crate) mod safety;

pub use backoff::Backoff;

use std::fmt;
use std::time::Duration;

use ovh_runtime::{ErrorKind, Operation, StatusCode};

/// A failed attempt that may safely be retried.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FailedAttempt {
    /// The number of the attempt, starting at 1.
    pub number: u32,
    /// The kind of failure.
    pub kind: ErrorKind,
    /// The status, if a response arrived.
    pub status: Option<StatusCode>,
    /// `true` if a later attempt may succeed: see
    /// [`Error::is_transient`](ovh_runtime::Error::is_transient).
    pub is_transient: bool,
    /// The delay from `Retry-After`, in either form.
    pub retry_after: Option<Duration>,
    /// The time since the call started.
    pub elapsed: Duration,
    /// The maximum number of retries set for this call.
    pub retries: Option<u32>,
    /// The operation's table entry, if a generated client made the call.
    pub operation: Option<&'static Operation>,
}

/// Decides if a failed call is retried. The default is [`Backoff`].
///
/// ```
/// use std::time::Duration;
/// use ovh_web::{FailedAttempt, RetryPolicy};
///
/// /// Retries once, after the delay that the server asks for.
/// #[derive(Debug)]
/// struct Once;
///
/// impl RetryPolicy for Once {
///     fn pause(&self, failed: &FailedAttempt) -> Option<Duration> {
///         let again = failed.is_transient && failed.number == 1;
///         again.then(|| failed.retry_after.unwrap_or(Duration::from_secs(1)))
///     }
/// }
/// ```
pub trait RetryPolicy: Send + Sync + fmt::Debug + 'static {
    /// Returns the pause before the next attempt, or `None` to give up.
    ///
    /// Called only where a retry is safe. The call's timeout, its own number of retries and the
    /// client's budget still apply.
    fn pause(&self, failed: &FailedAttempt) -> Option<Duration>;
}
