//! The attempts of one call: which failures are mended or repeated, and when it is enough.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use ovh_runtime::{Error, Reply, Request};
use tracing::Instrument;

use super::attempt::Used;
use super::failure::{Failed, Reached};
use super::server_time::{self, ClockSkew};
use super::{Auth, HttpTransport};
use crate::metrics::{AttemptInfo, AttemptOutcome};
use crate::retry::{FailedAttempt, after, safety};

/// How far a call has come: what is left to tell when its time runs out in the middle.
#[derive(Debug, Default)]
pub(super) struct Progress {
    attempts: AtomicU32,
    on_wire: AtomicBool,
    was_on_wire: AtomicBool,
    unsure: AtomicBool,
}

impl Progress {
    fn begin(&self) -> u32 {
        self.attempts.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn on_wire(&self, now: bool) {
        self.on_wire.store(now, Ordering::Relaxed);
        self.was_on_wire.store(true, Ordering::Relaxed);
    }

    /// How many attempts have begun.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// How far the call is right now.
    pub(super) fn reached(&self) -> Reached {
        let is = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
        match (is(&self.on_wire), is(&self.was_on_wire)) {
            (true, _) => Reached::Wire,
            (false, true) => Reached::Between,
            (false, false) => Reached::Nothing,
        }
    }

    /// Whether an attempt that has failed may have had its effect.
    pub(super) fn is_unsure(&self) -> bool {
        self.unsure.load(Ordering::Relaxed)
    }
}

impl HttpTransport {
    /// Makes attempts until one is answered, or until repeating makes no sense or could do harm.
    pub(super) async fn attempts(
        &self,
        request: &Request,
        progress: &Progress,
        begin: Duration,
        total: Duration,
    ) -> Result<Reply, Error> {
        let shared = &*self.shared;
        let (name, path) = (request.name(), request.path());
        let mut refreshed = false;
        loop {
            let number = progress.begin();
            let info = AttemptInfo {
                operation: &name,
                path: &path,
                method: request.method(),
                number,
            };
            let mut used = Used::default();
            let result = self.observed(request, &info, &mut used, progress).await;
            let Failed { error, left } = match result {
                Ok(reply) => {
                    if number == 1 {
                        shared.budget.earn();
                    }
                    return Ok(reply.with_history(number, progress.is_unsure()));
                }
                Err(failed) => failed,
            };
            // A call that is sent once still refreshes what it was refused for: the next one works.
            if !refreshed && self.refresh_credentials(&error, used).await {
                refreshed = true;
                if request.options().retries != Some(0) {
                    continue;
                }
            }
            let failed = FailedAttempt {
                number,
                kind: error.kind(),
                status: error.status(),
                is_transient: error.is_transient(),
                retry_after: error.retry_after().and_then(|words| {
                    let now = shared.server_time.now(&*shared.clock);
                    after::retry_after(words, now)
                }),
                elapsed: shared.clock.monotonic().saturating_sub(begin),
                retries: request.options().retries,
                operation: request.operation(),
            };
            let may_repeat = safety::may_repeat(request, &error, left);
            match self.pause(&failed, may_repeat, total) {
                Some(pause) => {
                    if error.maybe_applied() {
                        progress.unsure.store(true, Ordering::Relaxed);
                    }
                    let milliseconds = milliseconds(pause);
                    tracing::debug!(attempt = number, pause = milliseconds, "trying again");
                    shared.observer.retry(&info, pause);
                    shared.clock.sleep(pause).await;
                }
                None => return Err(self.last_words(error, progress)),
            }
        }
    }

    /// Adds to an error what the whole call has come to.
    pub(super) fn last_words(&self, error: Error, progress: &Progress) -> Error {
        let (sure, unsure) = (!error.maybe_applied(), progress.is_unsure());
        let builder = error
            .into_builder()
            .attempts(progress.attempts())
            .maybe_applied(!sure || unsure);
        match (sure, unsure) {
            (true, true) => builder
                .hint("an attempt before this one may have done it: look before you repeat it"),
            _ => builder,
        }
        .build()
    }

    /// The pause before the next attempt, if there shall be one.
    fn pause(&self, failed: &FailedAttempt, may_repeat: bool, total: Duration) -> Option<Duration> {
        let most = failed.retries.unwrap_or(u32::MAX);
        if !may_repeat || failed.number > most {
            return None;
        }
        let pause = self.shared.retry.pause(failed)?;
        // A pause beyond the end of the call would only turn the server's words into a time-out.
        let fits = failed
            .elapsed
            .checked_add(pause)
            .is_some_and(|until| until < total);
        if !fits {
            return None;
        }
        if !self.shared.budget.take() {
            tracing::debug!("the budget for repeats is spent");
            return None;
        }
        Some(pause)
    }

    /// Replaces the time or the token that the server refused; `true` if the call may be sent
    /// again. Nothing was done by the server then, so that holds for a write as well.
    async fn refresh_credentials(&self, error: &Error, used: Used) -> bool {
        if let Some(measured) = used.time {
            let shared = &*self.shared;
            let (time, clock) = (&shared.server_time, &*shared.clock);
            return match server_time::may_be_clock_skew(error) {
                ClockSkew::No => false,
                ClockSkew::Maybe => time.has_moved(measured, clock, || self.fetch_time()).await,
                ClockSkew::Certain => {
                    time.renew(measured, clock, || self.fetch_time()).await;
                    true
                }
            };
        }
        match (&self.auth, used.token) {
            (Auth::OAuth2(tokens), Some(serial)) if refuses_token(error) => {
                tokens.refuse(serial);
                true
            }
            _ => false,
        }
    }

    /// An attempt, with everything that is told about it.
    async fn observed(
        &self,
        request: &Request,
        info: &AttemptInfo<'_>,
        used: &mut Used,
        progress: &Progress,
    ) -> Result<Reply, Failed> {
        let shared = &*self.shared;
        let span = tracing::debug_span!(
            "ovh_attempt",
            operation = info.operation,
            path = info.path,
            attempt = info.number,
            status = tracing::field::Empty,
            query_id = tracing::field::Empty,
            kind = tracing::field::Empty,
            milliseconds = tracing::field::Empty,
        );
        let begin = shared.clock.monotonic();
        shared.observer.attempt_started(info);
        let waited = |time: Duration| {
            if !time.is_zero() {
                shared.observer.waited(info, time);
            }
        };
        let result = self
            .attempt(request, used, progress, waited)
            .instrument(span.clone())
            .await;
        let duration = shared.clock.monotonic().saturating_sub(begin);
        let (status, kind, query_id) = match &result {
            Ok(reply) => (Some(reply.status()), None, reply.query_id()),
            Err(failed) => (
                failed.error.status(),
                Some(failed.error.kind()),
                failed.error.query_id(),
            ),
        };
        if let Some(status) = status {
            span.record("status", status);
        }
        if let Some(query_id) = query_id {
            span.record("query_id", query_id);
        }
        if let Some(kind) = kind {
            span.record("kind", tracing::field::debug(kind));
        }
        span.record("milliseconds", milliseconds(duration));
        let outcome = AttemptOutcome {
            status,
            kind,
            query_id,
            duration,
        };
        shared.observer.attempt_finished(info, &outcome);
        result
    }
}

/// `true` if the API does not accept the token.
fn refuses_token(error: &Error) -> bool {
    error.status() == Some(401)
        || matches!(error.code(), Some("NOT_CREDENTIAL" | "INVALID_CREDENTIAL"))
}

pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_whole_and_never_too_many() {
        assert_eq!(milliseconds(Duration::from_micros(1_999)), 1);
        assert_eq!(milliseconds(Duration::from_secs(2)), 2_000);
        assert_eq!(milliseconds(Duration::MAX), u64::MAX);
    }
}
