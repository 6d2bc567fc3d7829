//! Repeating calls: when, how often, and only where it can do no harm.
//!
//! Whether a repeat is safe is not a matter of policy and stands in [`safety`]: a read, a PUT or
//! DELETE that the operation table calls idempotent, and whatever certainly had no effect (it
//! never left, or was refused with 429). Only then a [`RetryPolicy`] is asked whether to repeat
//! and how long to pause before. A [`Budget`](budget::Budget), shared by all clones of a client,
//! keeps many callers from hammering a server that is down.

pub(crate) mod after;
mod backoff;
pub(crate) mod budget;
pub(crate) mod safety;

pub use backoff::Backoff;

use std::fmt;
use std::time::Duration;

use ovh_runtime::{ErrorKind, Operation};

/// What a policy is told about an attempt that failed and may safely be repeated.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FailedAttempt {
    /// The number of the attempt, from 1.
    pub number: u32,
    /// What sort of failure it was.
    pub kind: ErrorKind,
    /// The status, if a reply came.
    pub status: Option<u16>,
    /// [`Error::is_transient`](ovh_runtime::Error::is_transient): the call may succeed a little later.
    pub is_transient: bool,
    /// How long the server asks to wait (`Retry-After`, in either form).
    pub retry_after: Option<Duration>,
    /// How long the call has taken so far.
    pub elapsed: Duration,
    /// How many repeats this one call was given, if it was given a number.
    pub retries: Option<u32>,
    /// The row of the operation, if it is one of a generated client.
    pub operation: Option<&'static Operation>,
}

/// Says whether a call that failed is repeated. [`Backoff`] is the one that is used unless the
/// builder has another.
///
/// ```
/// use std::time::Duration;
/// use ovh_web::{FailedAttempt, RetryPolicy};
///
/// /// Tries again once, after the time that the server asks for.
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
    /// The pause before the next attempt; `None` to give up.
    ///
    /// It is asked only where a repeat is safe, and its answer counts only within the call's time,
    /// the call's own number of retries and the client's budget.
    fn pause(&self, failed: &FailedAttempt) -> Option<Duration>;
}
