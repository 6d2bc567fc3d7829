//! The two clocks of a sandbox.
//!
//! [`Clock`] moves the state: tasks walk and dumps expire on it, and tests push it forward.
//! [`ServerTime`] is what `/auth/time`, the `Date` header and the timestamp window use: wall time,
//! off by as much as one likes. They are two because advancing the first by an hour must not make
//! every signature stale.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};

/// A point on the clock of the state, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(i64);

impl Moment {
    /// The wall clock of this machine.
    fn wall() -> Self {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self(millis(since))
    }

    /// The moment as the API writes it.
    pub(crate) fn rfc3339(self) -> String {
        self.date_time()
            .format("%Y-%m-%dT%H:%M:%S+00:00")
            .to_string()
    }

    /// The moment without the fraction of its second, which the API does not show.
    pub(crate) fn whole_seconds(self) -> Self {
        Self(self.0.div_euclid(1000) * 1000)
    }

    /// The moment as HTTP headers carry it.
    pub(crate) fn http_date(self) -> String {
        self.date_time()
            .format("%a, %d %b %Y %H:%M:%S GMT")
            .to_string()
    }

    /// The day as the API writes it.
    pub(crate) fn day(self) -> String {
        self.date_time().format("%Y-%m-%d").to_string()
    }

    /// Reads a point in time with its offset, as queries carry it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|moment| Self(moment.timestamp_millis()))
    }

    /// How many seconds lie between `earlier` and this, rounded up; 0 if it is not earlier.
    pub(crate) fn seconds_since(self, earlier: Self) -> u64 {
        let millis = u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0);
        millis.div_ceil(1000)
    }

    /// Milliseconds since 1970, for files.
    pub(crate) const fn unix_millis(self) -> i64 {
        self.0
    }

    /// From milliseconds since 1970.
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

/// The clock that the state lives on. Clones show the same time.
///
/// A real clock runs with the wall clock, `speed` times as fast; a manual one stands still until
/// [`Clock::advance`] is called. Both start at the present, unless a manual one is told otherwise.
#[derive(Clone)]
pub struct Clock(Arc<Inner>);

struct Inner {
    origin: Moment,
    started: Instant,
    speed: f64,
    skipped: AtomicI64,
    /// What the unhurried clock has skipped besides.
    behind: AtomicI64,
    /// Where the clock stands while a saved state is played back.
    held: AtomicI64,
}

/// What `held` says when the clock is not held.
const RUNNING: i64 = i64::MIN;

impl Clock {
    /// A clock that runs with the wall clock.
    #[must_use]
    pub fn real() -> Self {
        Self::scaled(1.0)
    }

    /// A clock that runs `speed` times as fast as the wall clock. What is not a positive number
    /// gives a clock that stands still.
    #[must_use]
    pub fn scaled(speed: f64) -> Self {
        let speed = if speed.is_finite() && speed > 0.0 {
            speed
        } else {
            0.0
        };
        Self::starting(Moment::wall(), speed)
    }

    /// A clock that only moves when it is told to.
    #[must_use]
    pub fn manual() -> Self {
        Self::starting(Moment::wall(), 0.0)
    }

    /// A clock that stands at this many seconds after 1970 and only moves when it is told to.
    #[must_use]
    pub fn manual_at(unix_seconds: i64) -> Self {
        Self::starting(Moment(unix_seconds.saturating_mul(1000)), 0.0)
    }

    fn starting(origin: Moment, speed: f64) -> Self {
        Self(Arc::new(Inner {
            origin,
            started: Instant::now(),
            speed,
            skipped: AtomicI64::new(0),
            behind: AtomicI64::new(0),
            held: AtomicI64::new(RUNNING),
        }))
    }

    /// Lets `time` pass at once. What was due by then happens in its order.
    pub fn advance(&self, time: Duration) {
        self.0.skipped.fetch_add(millis(time), Ordering::SeqCst);
    }

    /// The time on the clock, in seconds since 1970.
    #[must_use]
    pub fn unix_seconds(&self) -> i64 {
        self.now().0.div_euclid(1000)
    }

    pub(crate) fn now(&self) -> Moment {
        match self.0.held.load(Ordering::SeqCst) {
            RUNNING => self.running_at(self.0.speed),
            held => Moment(held),
        }
    }

    /// The clock without its speed, but with what it was advanced by: tokens and consumer keys
    /// live on it, since their users count in real seconds.
    pub(crate) fn unhurried(&self) -> Moment {
        match self.0.held.load(Ordering::SeqCst) {
            RUNNING => {
                let Moment(millis) = self.running_at(self.0.speed.min(1.0));
                Moment(millis.saturating_add(self.0.behind.load(Ordering::SeqCst)))
            }
            held => Moment(held),
        }
    }

    /// Stands at `moment` until [`release`](Self::release).
    pub(crate) fn hold(&self, moment: Moment) {
        self.0.held.store(moment.0, Ordering::SeqCst);
    }

    /// Runs again, not earlier than where it was held; unhurried, not earlier than `unhurried`.
    pub(crate) fn release(&self, unhurried: Moment) {
        let held = self.0.held.swap(RUNNING, Ordering::SeqCst);
        if held == RUNNING {
            return;
        }
        let Moment(end) = self.unhurried().max(unhurried);
        let late = held.saturating_sub(self.now().0).max(0);
        self.0.skipped.fetch_add(late, Ordering::SeqCst);
        // What was skipped just now moves both.
        let Moment(reached) = self.unhurried();
        let missing = end.saturating_sub(reached);
        self.0.behind.fetch_add(missing, Ordering::SeqCst);
    }

    fn running_at(&self, speed: f64) -> Moment {
        let skipped = self.0.skipped.load(Ordering::SeqCst);
        let run = if speed > 0.0 {
            // A product too large for a duration (a clock run for ages) stops at the last one.
            Duration::try_from_secs_f64(self.0.started.elapsed().as_secs_f64() * speed)
                .unwrap_or(Duration::MAX)
        } else {
            Duration::ZERO
        };
        Moment(self.0.origin.0.saturating_add(skipped)) + run
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

/// The time that the server believes it is: wall time and an error.
#[derive(Debug, Default)]
pub(crate) struct ServerTime {
    offset: AtomicI64,
}

impl ServerTime {
    pub(crate) fn set_offset(&self, seconds: i64) {
        self.offset.store(seconds, Ordering::SeqCst);
    }

    /// This time, off by some more seconds.
    pub(crate) fn shifted(&self, seconds: i64) -> Self {
        let offset = self.offset.load(Ordering::SeqCst).saturating_add(seconds);
        Self {
            offset: AtomicI64::new(offset),
        }
    }

    pub(crate) fn now(&self) -> Moment {
        let offset = self.offset.load(Ordering::SeqCst).saturating_mul(1000);
        Moment(Moment::wall().0.saturating_add(offset))
    }

    /// Whole seconds, as `/auth/time` tells them and signatures carry them.
    pub(crate) fn unix_seconds(&self) -> i64 {
        self.now().0.div_euclid(1000)
    }

    /// The `Date` header.
    pub(crate) fn http_date(&self) -> String {
        self.http_date_in(0)
    }

    /// The same for a moment that is so many seconds away.
    pub(crate) fn http_date_in(&self, seconds: u64) -> String {
        (self.now() + Duration::from_secs(seconds)).http_date()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = Clock::manual_at(1_700_000_000);
        let twin = clock.clone();
        assert_eq!(clock.now(), twin.now());
        clock.advance(Duration::from_secs(90));
        assert_eq!(twin.unix_seconds(), 1_700_000_090);
        assert_eq!(twin.now().rfc3339(), "2023-11-14T22:14:50+00:00");
    }

    #[test]
    fn moments_are_read_with_their_offset() {
        let there = Moment::parse("2023-11-14T23:14:50+01:00");
        assert_eq!(there, Some(Moment(1_700_000_090_000)));
        assert_eq!(Moment::parse("yesterday"), None);
    }
}
