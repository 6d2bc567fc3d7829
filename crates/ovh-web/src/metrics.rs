//! What a client tells about its calls while they run, for metrics.
//!
//! Log lines and spans go through `tracing` and need nothing of this.

use std::fmt;
use std::time::Duration;

use ovh_runtime::{Correction, ErrorKind, Method};

/// Which attempt of which call something is said about. It holds no body, no query and no secret.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AttemptInfo<'a> {
    /// The operation's id, or method and path of a free request.
    pub operation: &'a str,
    /// The path with its values: it names the hosting, the database and so on.
    pub path: &'a str,
    /// The HTTP method.
    pub method: Method,
    /// The number of the attempt, from 1.
    pub number: u32,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AttemptOutcome<'a> {
    /// The status, if a reply came.
    pub status: Option<u16>,
    /// What sort of failure it was, if it was one.
    pub kind: Option<ErrorKind>,
    /// The id under which OVHcloud's support finds the call.
    pub query_id: Option<&'a str>,
    /// How long it took, waiting for a turn included.
    pub duration: Duration,
}

/// Is told what a client does: see [`ClientBuilder::observer`](crate::ClientBuilder::observer).
///
/// It is called in the middle of calls, so it must not block.
pub trait Observer: Send + Sync + fmt::Debug + 'static {
    /// An attempt begins.
    fn attempt_started(&self, attempt: &AttemptInfo<'_>) {
        let _ = attempt;
    }

    /// An attempt has ended. It is not told of attempts whose future was dropped.
    fn attempt_finished(&self, attempt: &AttemptInfo<'_>, outcome: &AttemptOutcome<'_>) {
        let _ = (attempt, outcome);
    }

    /// The call will be repeated after a pause.
    fn retry(&self, attempt: &AttemptInfo<'_>, pause: Duration) {
        let _ = (attempt, pause);
    }

    /// A response of the operation lacked a property, or wrote it in another form. It is told once
    /// per client, type and field; `operation` is that of the first such response.
    fn corrected(&self, operation: &str, correction: &Correction) {
        let _ = (operation, correction);
    }

    /// The attempt has waited for its turn: for the rate limit, or for a free slot.
    fn waited(&self, attempt: &AttemptInfo<'_>, time: Duration) {
        let _ = (attempt, time);
    }
}

/// Tells nobody.
#[derive(Debug)]
pub(crate) struct Nobody;

impl Observer for Nobody {}
