//! Time as the facade sees it: given from outside, so that tests own it.
//!
//! Everything that asks what time it is or that waits does so through a [`Clock`]. This file is
//! the only one that touches the machine's; a lint sees to that. What the HTTP engine does about its
//! connections (how long it tries, how long it keeps one) is timed by the engine. The difference to
//! the server's clock is not here but with the transport, which is what has to fetch it.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use ovh_runtime::BoxFuture;

/// Where time comes from.
pub trait Clock: Send + Sync + fmt::Debug + 'static {
    /// The calendar time: what has passed since 1970-01-01T00:00:00Z. It may jump.
    fn unix_time(&self) -> Duration;

    /// What has passed since some moment that never changes. It never goes back.
    fn monotonic(&self) -> Duration;

    /// Comes back after `duration`. Dropping the future ends the wait.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// Comes back when something else has taken `limit`. The same as [`sleep`](Self::sleep), unless
    /// sleeping makes the clock jump: a limit must not.
    fn timeout(&self, limit: Duration) -> BoxFuture<'static, ()> {
        self.sleep(limit)
    }
}

/// The machine's clock and tokio's timer.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    origin: Instant,
}

impl SystemClock {
    /// The clock of this machine.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the machine"
    )]
    pub fn new() -> Self {
        Self {
            origin: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks the machine"
)]
impl Clock for SystemClock {
    fn unix_time(&self) -> Duration {
        // A clock before 1970 is as wrong as one at 1970; the server's difference corrects both.
        SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default()
    }

    fn monotonic(&self) -> Duration {
        self.origin.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Does `work`, which may sleep, but for no longer than `limit`; `None` when the time ran out first.
pub(crate) async fn within<T>(
    clock: &dyn Clock,
    limit: Duration,
    work: impl Future<Output = T>,
) -> Option<T> {
    let end = clock.monotonic().checked_add(limit);
    // A clock that jumps when the work sleeps gets there without a timer.
    let is_over = || end.is_some_and(|end| clock.monotonic() >= end);
    race(clock.timeout(limit), is_over, work).await
}

/// The same for work that waits for the network, whose time no clock can make jump.
pub(crate) async fn within_io<T>(
    clock: &dyn Clock,
    limit: Duration,
    work: impl Future<Output = T>,
) -> Option<T> {
    race(clock.timeout(limit), || false, work).await
}

async fn race<T>(
    mut timeout: BoxFuture<'static, ()>,
    is_over: impl Fn() -> bool,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(|cx| {
        if let Poll::Ready(value) = work.as_mut().poll(cx) {
            return Poll::Ready(Some(value));
        }
        if is_over() {
            return Poll::Ready(None);
        }
        timeout.as_mut().poll(cx).map(|()| None)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_is_done_wins_over_a_limit_that_has_run_out() {
        let clock = SystemClock::new();
        assert_eq!(within(&clock, Duration::ZERO, async { 1 }).await, Some(1));
        let never = std::future::pending::<()>();
        assert_eq!(within(&clock, Duration::ZERO, never).await, None);
    }

    #[test]
    fn the_machines_clock_runs_forward_and_is_past_the_day_of_this_test() {
        let clock = SystemClock::default();
        assert!(clock.unix_time().as_secs() > 1_700_000_000);
        assert!(clock.monotonic() <= clock.monotonic());
    }
}
