//! The two clocks of a sandbox.
//!
//! Tasks and expirations follow [`Clock`], which tests advance. `/auth/time`, the `Date` header and
//! signatures follow [`ServerTime`], so that advancing the clock does not invalidate signatures.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A point on the clock of the state, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Moment(i64);

impl Moment {
    /// The time of this machine.
    pub(crate) fn wall() -> Self {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self(millis(since))
    }

    /// The date and time, as the API writes it.
    pub(crate) fn rfc3339(self) -> String {
        self.date_time()
            .format("%Y-%m-%dT%H:%M:%S+00:00")
            .to_string()
    }

    /// Truncates to seconds, as the API does.
    pub(crate) fn whole_seconds(self) -> Self {
        Self(self.0.div_euclid(1000) * 1000)
    }

    /// The date of an HTTP header.
    pub(crate) fn http_date(self) -> String {
        self.date_time()
            .format("%a, %d %b %Y %H:%M:%S GMT")
            .to_string()
    }

    /// The date, as the API writes it.
    pub(crate) fn day(self) -> String {
        self.date_time().format("%Y-%m-%d").to_string()
    }

    /// Parses a date and time with its offset.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|moment| Self(moment.timestamp_millis()))
    }

    /// The seconds since `earlier`, rounded up; 0 if it is later.
    pub(crate) fn seconds_since(self, earlier: Self) -> u64 {
        let millis = u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0);
        millis.div_ceil(1000)
    }

    pub(crate) const fn unix_millis(self) -> i64 {
        self.0
    }

    pub(crate) const fn from_unix_millis(millis: i64) -> Self {
        Self(millis)
    }

    fn date_time(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }
}

impl std::ops::Add<Duration> for Moment {
    type Output = Self;
    fn add(self, after: Duration) -> Self {
        Self(self.0.saturating_add(millis(after)))
    }
}

impl std::ops::Sub<Duration> for Moment {
    type Output = Self;
    fn sub(self, before: Duration) -> Self {
        Self(self.0.saturating_sub(millis(before)))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The clock of the state. Clones show the same time.
///
/// A real clock runs with the time of this machine, `speed` times faster. A manual clock moves only
/// with [`Clock::advance`]. Both start at the present, except [`Clock::manual_at`].
#[derive(Clone)]
pub struct Clock(Arc<Inner>);

struct Inner {
    origin: Moment,
    started: Instant,
    speed: f64,
    /// Milliseconds that the clock was advanced.
    advanced: AtomicI64,
    /// Milliseconds that only the clock without speed was advanced.
    unhurried_advanced: AtomicI64,
}

impl Clock {
    /// Returns a clock that runs in real time.
    #[must_use]
    pub fn real() -> Self {
        Self::scaled(1.0)
    }

    /// Returns a clock that runs `speed` times faster than real time.
    ///
    /// A speed that is not a positive number stops the clock.
    #[must_use]
    pub fn scaled(speed: f64) -> Self {
        let is_valid = speed.is_finite() && speed > 0.0;
        Self::starting(Moment::wall(), if is_valid { speed } else { 0.0 })
    }

    /// Returns a clock that only moves with [`advance`](Self::advance).
    #[must_use]
    pub fn manual() -> Self {
        Self::starting(Moment::wall(), 0.0)
    }

    /// Returns a manual clock that starts at this number of seconds after 1970.
    #[must_use]
    pub fn manual_at(unix_seconds: i64) -> Self {
        Self::starting(Moment(unix_seconds.saturating_mul(1000)), 0.0)
    }

    fn starting(origin: Moment, speed: f64) -> Self {
        Self(Arc::new(Inner {
            origin,
            started: Instant::now(),
            speed,
            advanced: AtomicI64::new(0),
            unhurried_advanced: AtomicI64::new(0),
        }))
    }

    /// Advances the clock. Whatever is due by then happens, in order.
    pub fn advance(&self, time: Duration) {
        self.0.advanced.fetch_add(millis(time), Ordering::SeqCst);
    }

    /// Returns the time in seconds since 1970.
    #[must_use]
    pub fn unix_seconds(&self) -> i64 {
        self.now().0.div_euclid(1000)
    }

    pub(crate) fn now(&self) -> Moment {
        self.running_at(self.0.speed)
    }

    /// The time without the speed. Tokens and consumer keys expire on it, since their users count in
    /// real seconds.
    pub(crate) fn unhurried(&self) -> Moment {
        let Moment(millis) = self.running_at(self.0.speed.min(1.0));
        Moment(millis.saturating_add(self.0.unhurried_advanced.load(Ordering::SeqCst)))
    }

    /// Advances both times to these, unless they are later already.
    pub(crate) fn catch_up(&self, now: Moment, unhurried: Moment) {
        let unhurried = self.unhurried().max(unhurried);
        let missing = |to: Moment, from: Moment| to.0.saturating_sub(from.0).max(0);
        let advanced = missing(now, self.now());
        self.0.advanced.fetch_add(advanced, Ordering::SeqCst);
        // The line above moved both.
        let rest = unhurried.0.saturating_sub(self.unhurried().0);
        self.0.unhurried_advanced.fetch_add(rest, Ordering::SeqCst);
    }

    fn running_at(&self, speed: f64) -> Moment {
        let advanced = self.0.advanced.load(Ordering::SeqCst);
        // A duration that is too large becomes the longest one.
        let run = Duration::try_from_secs_f64(self.0.started.elapsed().as_secs_f64() * speed);
        Moment(self.0.origin.0.saturating_add(advanced)) + run.unwrap_or(Duration::MAX)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock")
            .field("now", &self.now().rfc3339())
            .field("speed", &self.0.speed)
            .finish()
    }
}

/// The time of the server: the time of this machine, plus an offset in seconds.
#[derive(Debug, Default)]
pub(crate) struct ServerTime(AtomicI64);

impl ServerTime {
    pub(crate) fn new(offset: i64) -> Self {
        Self(AtomicI64::new(offset))
    }

    pub(crate) fn set_offset(&self, seconds: i64) {
        self.0.store(seconds, Ordering::SeqCst);
    }

    /// This time with a further offset.
    pub(crate) fn shifted(&self, seconds: i64) -> Self {
        Self::new(self.0.load(Ordering::SeqCst).saturating_add(seconds))
    }

    pub(crate) fn now(&self) -> Moment {
        let offset = self.0.load(Ordering::SeqCst).saturating_mul(1000);
        Moment(Moment::wall().0.saturating_add(offset))
    }

    /// Whole seconds since 1970, as in `/auth/time` and signatures.
    pub(crate) fn unix_seconds(&self) -> i64 {
        self.now().0.div_euclid(1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manual_clock_moves_only_when_advanced() {
        let clock = Clock::manual_at(1_700_000_000);
        let twin = clock.clone();
        assert_eq!(clock.now(), twin.now());
        clock.advance(Duration::from_secs(90));
        assert_eq!(twin.unix_seconds(), 1_700_000_090);
        assert_eq!(twin.now().rfc3339(), "2023-11-14T22:14:50+00:00");
    }

    #[test]
    fn parses_times_with_offset() {
        let there = Moment::parse("2023-11-14T23:14:50+01:00");
        assert_eq!(there, Some(Moment(1_700_000_090_000)));
        assert_eq!(Moment::parse("yesterday"), None);
    }
}
