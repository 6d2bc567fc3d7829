//! The default retry policy: exponential backoff with full jitter.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fastrand::Rng;

use super::{FailedAttempt, RetryPolicy};
use crate::macros::setters;

/// Retries transient failures with exponential backoff and full jitter.
///
/// A `Retry-After` replaces the computed pause, plus a little jitter. If it exceeds its limit or
/// the remaining time of the call, the call fails at once.
#[derive(Clone, Debug)]
#[must_use = "a policy does nothing until it is set on a builder"]
pub struct Backoff {
    retries: u32,
    first: Duration,
    longest: Duration,
    longest_retry_after: Duration,
    random: Arc<Mutex<Rng>>,
}

impl Default for Backoff {
    /// Three retries, with pauses of up to 0.5, 1 and 2 seconds.
    ///
    /// `Retry-After` is limited only by the timeout of the call.
    fn default() -> Self {
        Self {
            retries: 3,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(20),
            longest_retry_after: Duration::MAX,
            random: Arc::new(Mutex::new(Rng::new())),
        }
    }
}

setters! {
    const Backoff:

    /// Sets the maximum number of retries. A single call can override it.
    retries(most: u32) => retries = most;

    /// Sets the limit of the first pause; it doubles with each attempt.
    first_pause(bound: Duration) => first = bound;

    /// Sets the limit of all pauses.
    longest_pause(bound: Duration) => longest = bound;

    /// Sets the longest `Retry-After` to wait for; a longer one ends the call.
    longest_retry_after(bound: Duration) => longest_retry_after = bound;
}

impl Backoff {
    /// Seeds the jitter, so that tests get the same pauses in every run.
    pub fn seed(mut self, seed: u64) -> Self {
        self.random = Arc::new(Mutex::new(Rng::with_seed(seed)));
        self
    }
}

impl RetryPolicy for Backoff {
    fn pause(&self, failed: &FailedAttempt) -> Option<Duration> {
        if !failed.is_transient || failed.number > failed.retries.unwrap_or(self.retries) {
            return None;
        }
        let doubled = 2_u32.saturating_pow(failed.number.saturating_sub(1).min(31));
        let bound = self.first.saturating_mul(doubled).min(self.longest);
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        let jitter = bound.mul_f64(random.f64());
        match failed.retry_after {
            Some(after) if after > self.longest_retry_after => None,
            // Jitter, so that callers that were rejected together do not return together.
            Some(after) => Some(after.saturating_add(jitter.min(self.first))),
            None => Some(jitter),
        }
    }
}

#[cfg(test)]
mod tests {
    use ovh_runtime::{ErrorKind, StatusCode};

    use super::*;

    fn failed(number: u32) -> FailedAttempt {
        FailedAttempt {
            number,
            kind: ErrorKind::Server,
            status: Some(StatusCode::SERVICE_UNAVAILABLE),
            is_transient: true,
            retry_after: None,
            elapsed: Duration::ZERO,
            retries: None,
            operation: None,
        }
    }

    #[test]
    fn pauses_fill_range_and_limit_doubles() {
        let policy = Backoff::default()
            .retries(100)
            .longest_pause(Duration::from_secs(3))
            .seed(1);
        for (number, bound) in [(1, 0.5), (2, 1.0), (3, 2.0), (4, 3.0), (90, 3.0)] {
            let pauses: Vec<f64> = (0..1000)
                .map(|_| policy.pause(&failed(number)).expect("again").as_secs_f64())
                .collect();
            let most = pauses.iter().copied().fold(0.0, f64::max);
            let least = pauses.iter().copied().fold(f64::MAX, f64::min);
            assert!(most < bound && most > bound * 0.98, "{number}: {most}");
            assert!(least < bound * 0.02, "{number}: {least}");
        }
    }

    #[test]
    fn stops_after_retries_and_on_lasting_errors() {
        let policy = Backoff::default().retries(2);
        let goes_on = |attempt: &FailedAttempt| policy.pause(attempt).is_some();
        assert!(goes_on(&failed(2)) && !goes_on(&failed(3)));
        for (retries, number, expected) in [(0, 1, false), (5, 5, true), (5, 6, false)] {
            let attempt = FailedAttempt {
                retries: Some(retries),
                ..failed(number)
            };
            assert_eq!(goes_on(&attempt), expected, "{retries} {number}");
        }
        let lasting = FailedAttempt {
            is_transient: false,
            ..failed(1)
        };
        assert!(!goes_on(&lasting));
    }

    #[test]
    fn waits_for_retry_after_up_to_limit() {
        let policy = Backoff::default()
            .longest_retry_after(Duration::from_secs(60))
            .seed(7);
        for (asked, waits) in [
            (0, true),
            (7, true),
            (60, true),
            (61, false),
            (u64::MAX, false),
        ] {
            let asked = Duration::from_secs(asked);
            let attempt = FailedAttempt {
                retry_after: Some(asked),
                ..failed(1)
            };
            let pause = policy.pause(&attempt);
            let longest = asked.saturating_add(Duration::from_millis(500));
            assert_eq!(pause.is_some(), waits, "{pause:?}");
            assert!(
                pause.is_none_or(|pause| pause >= asked && pause < longest),
                "{pause:?}"
            );
        }
    }

    #[test]
    fn extreme_settings_do_not_overflow() {
        let policy = Backoff::default()
            .retries(u32::MAX)
            .first_pause(Duration::MAX)
            .longest_pause(Duration::MAX)
            .longest_retry_after(Duration::MAX)
            .seed(7);
        for number in [1, 40, u32::MAX] {
            for retry_after in [None, Some(Duration::MAX)] {
                let attempt = FailedAttempt {
                    retry_after,
                    ..failed(number)
                };
                let pause = policy.pause(&attempt).expect("again");
                assert!(retry_after.is_none_or(|asked| pause == asked), "{pause:?}");
            }
        }
    }

    #[test]
    fn same_seed_gives_same_pauses() {
        let draw = |policy: Backoff| -> Vec<_> {
            (1..4).map(|number| policy.pause(&failed(number))).collect()
        };
        assert_eq!(
            draw(Backoff::default().seed(3)),
            draw(Backoff::default().seed(3))
        );
        assert_ne!(draw(Backoff::default()), draw(Backoff::default()));
    }
}
