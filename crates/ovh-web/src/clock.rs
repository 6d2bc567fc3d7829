//! The clock of a client, which tests can replace.
//!
//! All code that reads the time or waits uses a [`Clock`]. Only this file uses the machine's clock;
//! a lint checks that. The HTTP engine times its connections itself. The offset to the server's
//! clock is in `transport`.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use ovh_runtime::BoxFuture;

/// A source of time.
pub trait Clock: Send + Sync + fmt::Debug + 'static {
    /// Returns the time since 1970-01-01T00:00:00Z. It may jump.
    fn unix_time(&self) -> Duration;

    /// Returns the time since a fixed moment. It never goes back.
    fn monotonic(&self) -> Duration;

    /// Completes after `duration`. Dropping the future cancels the wait.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// Completes when other work has taken `limit`.
    ///
    /// Equals [`sleep`](Self::sleep), unless sleeping advances the clock: a timeout must not.
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
    /// Returns the machine's clock.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the only use of the machine's clock"
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
    reason = "the only use of the machine's clock"
)]
impl Clock for SystemClock {
    fn unix_time(&self) -> Duration {
        // A clock before 1970 counts as 1970; the server's offset corrects it.
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

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn unix_time(&self) -> Duration {
        (**self).unix_time()
    }

    fn monotonic(&self) -> Duration {
        (**self).monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        (**self).sleep(duration)
    }

    fn timeout(&self, limit: Duration) -> BoxFuture<'static, ()> {
        (**self).timeout(limit)
    }
}

/// Runs `work`, which may sleep, with a time limit; `None` if it ran out.
pub(crate) async fn within<T>(
    clock: &dyn Clock,
    limit: Duration,
    work: impl Future<Output = T>,
) -> Option<T> {
    let end = clock.monotonic().checked_add(limit);
    // A clock that advances when the work sleeps reaches the limit without a timer.
    let is_over = || end.is_some_and(|end| clock.monotonic() >= end);
    race(clock.timeout(limit), is_over, work).await
}

/// The same for network I/O, which never advances a clock.
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
    async fn finished_work_wins_over_expired_limit() {
        let clock = SystemClock::new();
        assert_eq!(within(&clock, Duration::ZERO, async { 1 }).await, Some(1));
        let never = std::future::pending::<()>();
        assert_eq!(within(&clock, Duration::ZERO, never).await, None);
    }

    #[test]
    fn system_clock_advances_past_build_date() {
        let clock = SystemClock::default();
        assert!(clock.unix_time().as_secs() > 1_700_000_000);
        assert!(clock.monotonic() <= clock.monotonic());
    }
}
