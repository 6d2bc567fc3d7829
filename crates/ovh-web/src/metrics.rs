//! The observer, which receives a client's calls for metrics.
//!
//! Logs and spans use `tracing` and do not need it.

use std::fmt;
use std::time::Duration;

use ovh_runtime::{Correction, ErrorKind, Method, StatusCode};

/// Identifies an attempt. Contains no body, query or secret.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AttemptInfo<'a> {
    /// The operation's id, or method and path of a raw request.
    pub operation: &'a str,
    /// The path with its values, such as the hosting's name.
    pub path: &'a str,
    /// The HTTP method.
    pub method: &'a Method,
    /// The number of the attempt, starting at 1.
    pub number: u32,
}

/// The result of an attempt.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AttemptOutcome<'a> {
    /// The status, if a response arrived.
    pub status: Option<StatusCode>,
    /// Success, resync or failure.
    pub result: AttemptResult,
    /// The query id for OVHcloud's support.
    pub query_id: Option<&'a str>,
    /// The duration, including the wait for the rate limit.
    pub duration: Duration,
}

/// The result of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttemptResult {
    /// A response with a success status arrived.
    Success,
    /// The API refused the time or the access token and did nothing. The call is sent again with a
    /// new one, which does not count as a retry.
    Resync,
    /// The attempt failed, with this kind of error.
    Failure(ErrorKind),
}

impl fmt::Display for AttemptResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success => f.write_str("success"),
            Self::Resync => f.write_str("resync"),
            Self::Failure(kind) => write!(f, "{kind:?}"),
        }
    }
}

/// Receives events of a client: see [`ClientBuilder::observer`](crate::ClientBuilder::observer).
///
/// Methods run during calls and must not block.
pub trait Observer: Send + Sync + fmt::Debug + 'static {
    /// An attempt starts.
    fn attempt_started(&self, attempt: &AttemptInfo<'_>) {
        let _ = attempt;
    }

    /// An attempt has ended. Not called if the future was dropped.
    fn attempt_finished(&self, attempt: &AttemptInfo<'_>, outcome: &AttemptOutcome<'_>) {
        let _ = (attempt, outcome);
    }

    /// The call will be retried after a pause.
    fn retry(&self, attempt: &AttemptInfo<'_>, pause: Duration) {
        let _ = (attempt, pause);
    }

    /// A field of a response was missing or in another form.
    ///
    /// Called once per client, type and field; `operation` is the first one affected.
    fn corrected(&self, operation: &str, correction: &Correction) {
        let _ = (operation, correction);
    }

    /// The attempt has waited for the rate limit or for a concurrency slot.
    fn waited(&self, attempt: &AttemptInfo<'_>, time: Duration) {
        let _ = (attempt, time);
    }
}

/// Ignores all events.
#[derive(Debug)]
pub(crate) struct NoopObserver;

impl Observer for NoopObserver {}
