//! The default retry policy: exponential backoff with full jitter.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

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
    random: Arc<Random>,
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
            random: Arc::new(Random::from_machine()),
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
        self.random = Arc::new(Random(AtomicU64::new(seed)));
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
        let jitter = bound.mul_f64(self.random.fraction());
        match failed.retry_after {
            Some(after) if after > self.longest_retry_after => None,
            // Jitter, so that callers that were rejected together do not return together.
            Some(after) => Some(after.saturating_add(jitter.min(self.first))),
            None => Some(jitter),
        }
    }
}

/// SplitMix64: good enough for jitter, not for secrets.
#[derive(Debug)]
struct Random(AtomicU64);

impl Random {
    fn from_machine() -> Self {
        // The standard library seeds its hash maps from the operating system.
        Self(AtomicU64::new(RandomState::new().build_hasher().finish()))
    }

    /// Returns a number from 0 (inclusive) to 1 (exclusive).
    fn fraction(&self) -> f64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        let high = u32::try_from(z >> 32).unwrap_or(0);
        f64::from(high) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use ovh_runtime::ErrorKind;

    use super::*;

    fn failed(number: u32) -> FailedAttempt {
        FailedAttempt {
            number,
            kind: ErrorKind::Server,
            status: Some(503),
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
    fn random_matches_published_splitmix64() {
        // A limit of 2^32 nanoseconds shows the upper half of each number.
        let bound = Duration::from_nanos(1 << 32);
        let policy = Backoff::default()
            .first_pause(bound)
            .longest_pause(bound)
            .seed(1_234_567);
        for number in [
            6_457_827_717_110_365_317_u64,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
            7_804_594_928_223_864_054,
            10_895_525_637_215_051_397,
            5_078_158_048_327_840_177,
            8_075_865_375_900_838_704,
            15_101_793_978_218_222_876,
        ] {
            let pause = policy.pause(&failed(1)).expect("again");
            assert_eq!(pause, Duration::from_nanos(number >> 32));
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
