//! The attempts of one call: credential refresh, retries, and when to stop.

use std::time::Duration;

use ovh_runtime::{Error, Request, Response, StatusCode};
use tracing::Instrument;

use super::HttpTransport;
use super::attempt::{Progress, Used};
use super::failure::Failed;
use super::server_time::{self, Refusal};
use crate::credentials::Auth;
use crate::metrics::{AttemptInfo, AttemptOutcome, AttemptResult};
use crate::retry::{FailedAttempt, safety};

impl HttpTransport {
    /// Makes attempts until one succeeds, or a retry is useless or unsafe.
    pub(super) async fn attempts(
        &self,
        request: &Request,
        progress: &Progress,
    ) -> Result<Response, Error> {
        let shared = &*self.shared;
        let (name, path) = (request.name(), request.path());
        let (mut resyncs, mut used) = (0, Used::default());
        loop {
            let attempt = progress.begin();
            let number = attempt - resyncs;
            let info = AttemptInfo {
                operation: &name,
                path: &path,
                method: request.method(),
                number: attempt,
            };
            let may_resync = resyncs == 0;
            let result = self
                .observed(request, &info, &mut used, may_resync, progress)
                .await;
            let Failed { error, was_sent } = match result {
                Ok(Some(response)) => {
                    if number == 1 {
                        shared.config.budget.earn();
                    }
                    return Ok(response.with_history(attempt, progress.maybe_applied()));
                }
                Ok(None) => {
                    resyncs += 1;
                    continue;
                }
                Err(failed) => failed,
            };
            let failed = FailedAttempt {
                number,
                kind: error.kind(),
                status: error.status(),
                is_transient: error.is_transient(),
                retry_after: error.retry_after(),
                elapsed: progress.elapsed(self.clock()),
                retries: request.options().retries,
                operation: request.operation(),
            };
            let may_repeat = safety::may_repeat(request, &error, was_sent);
            match self.pause(&failed, may_repeat, progress.total) {
                Some(pause) => {
                    if error.maybe_applied() {
                        progress.set_maybe_applied();
                    }
                    let milliseconds = milliseconds(pause);
                    tracing::debug!(attempt = number, pause = milliseconds, "retrying");
                    shared.config.observer.retry(&info, pause);
                    self.clock().sleep(pause).await;
                }
                None => return Err(self.annotate(error, progress)),
            }
        }
    }

    /// Adds the number of attempts to an error, and if an earlier one may have made the change.
    pub(super) fn annotate(&self, error: Error, progress: &Progress) -> Error {
        let is_new = progress.maybe_applied() && !error.maybe_applied();
        let builder = error.into_builder().attempts(progress.attempts());
        if !is_new {
            return builder.build();
        }
        let hint = "an earlier attempt may have made the change: check before you retry";
        builder.maybe_applied(true).hint(hint).build()
    }

    /// Returns the number of retries that the call or the builder allows; `None` with an own policy.
    pub(super) fn most_retries(&self, request: &Request) -> Option<u32> {
        let own = request.options().retries;
        own.or(self.shared.config.retries)
    }

    /// Returns the pause before the next attempt, or `None`.
    fn pause(&self, failed: &FailedAttempt, may_repeat: bool, total: Duration) -> Option<Duration> {
        let most = failed.retries.unwrap_or(u32::MAX);
        if !may_repeat || failed.number > most {
            return None;
        }
        let pause = self.shared.config.retry.pause(failed)?;
        // A pause beyond the timeout would replace the server's error with a timeout.
        let fits = failed
            .elapsed
            .checked_add(pause)
            .is_some_and(|until| until < total);
        if !fits {
            return None;
        }
        if !self.shared.config.budget.take() {
            tracing::debug!("the retry budget is spent");
            return None;
        }
        Some(pause)
    }

    /// Refreshes the time or token that the server refused; `true` if the call may be sent again.
    ///
    /// The server did not process the request, so this is safe for writes too.
    async fn refresh_credentials(
        &self,
        request: &Request,
        error: &Error,
        used: &mut Used,
        progress: &Progress,
    ) -> bool {
        if let Some(measured) = used.time {
            let refusal = Refusal {
                skew: server_time::may_be_clock_skew(error),
                used: measured,
                date: used.date,
            };
            let clock = self.clock();
            let may_repeat = self.most_retries(request) != Some(0);
            let fetch = async {
                match self.fetch_time().await {
                    Err(error) if may_repeat && server_time::may_repeat(&error) => {
                        tracing::debug!(%error, "requesting the server's time again");
                        self.fetch_time().await
                    }
                    result => result,
                }
            };
            // It ends before the call, so that a hanging server does not hide the refusal.
            let left = progress.left(clock);
            let time = &self.shared.server_time;
            used.trial = time.resync(refusal, left, clock, fetch).await;
            return used.trial.is_some();
        }
        match (&self.auth, used.token) {
            (Auth::OAuth2(tokens), Some(serial)) if refuses_token(error) => {
                tokens.refuse(serial);
                true
            }
            _ => false,
        }
    }

    /// Makes an attempt, with span and observer; `None` after a resync.
    async fn observed(
        &self,
        request: &Request,
        info: &AttemptInfo<'_>,
        used: &mut Used,
        may_resync: bool,
        progress: &Progress,
    ) -> Result<Option<Response>, Failed> {
        let observer = &self.shared.config.observer;
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
        let begin = self.clock().monotonic();
        observer.attempt_started(info);
        let waited = |time: Duration| {
            if !time.is_zero() {
                observer.waited(info, time);
            }
        };
        let result = self
            .attempt(request, used, progress, waited)
            .instrument(span.clone())
            .await;
        let duration = self.clock().monotonic().saturating_sub(begin);
        let (status, ended, query_id) = match &result {
            Ok(response) => (
                Some(response.status()),
                AttemptResult::Success,
                response.query_id(),
            ),
            Err(Failed { error, .. }) => {
                // Even without retries, refused credentials are refreshed for the next call.
                let is_fresh = may_resync
                    && self
                        .refresh_credentials(request, error, used, progress)
                        .await;
                let kind = match is_fresh && request.options().retries != Some(0) {
                    true => AttemptResult::Resync,
                    false => AttemptResult::Failure(error.kind()),
                };
                (error.status(), kind, error.query_id())
            }
        };
        span.record("status", status.map(|status| status.as_u16()));
        span.record("query_id", query_id);
        if ended != AttemptResult::Success {
            span.record("kind", tracing::field::display(ended));
        }
        span.record("milliseconds", milliseconds(duration));
        let outcome = AttemptOutcome {
            status,
            result: ended,
            query_id,
            duration,
        };
        observer.attempt_finished(info, &outcome);
        match ended {
            AttemptResult::Resync => Ok(None),
            _ => result.map(Some),
        }
    }
}

/// Returns `true` if the API refused the token.
fn refuses_token(error: &Error) -> bool {
    error.status() == Some(StatusCode::UNAUTHORIZED)
        || matches!(error.code(), Some("NOT_CREDENTIAL" | "INVALID_CREDENTIAL"))
}

pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_whole_and_saturate() {
        assert_eq!(milliseconds(Duration::from_micros(1_999)), 1);
        assert_eq!(milliseconds(Duration::from_secs(2)), 2_000);
        assert_eq!(milliseconds(Duration::MAX), u64::MAX);
    }
}
