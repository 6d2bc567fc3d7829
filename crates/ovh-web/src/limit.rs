//! Going easy on the server: so many calls a minute, and so many at the same time.
//!
//! Both are shared by all clones of a client, serve whoever came first, and forget a caller that
//! is dropped while it waits. The rate is kept by the generic cell rate algorithm, written out
//! here: the crates that offer it bring a clock and a timer of their own, and this one has to run
//! on the client's [`Clock`].

use std::time::Duration;

use tokio::sync::{Mutex, Semaphore, SemaphorePermit};

use crate::Clock;

/// How many calls to make at most in a time.
///
/// Every attempt counts, repeats included.
///
/// ```
/// use ovh_web::RateLimit;
///
/// // What OVHcloud calls fair use of one consumer key.
/// let fair = RateLimit::per_minute(60);
/// // The same in the long run, but the first twenty do not wait.
/// let fair = fair.burst(20);
/// # let _ = fair;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a limit does nothing until a builder has it"]
pub struct RateLimit {
    interval: Duration,
    burst: u32,
}

impl RateLimit {
    /// So many calls a minute, evenly spread. 0 counts as 1.
    pub fn per_minute(calls: u32) -> Self {
        Self {
            interval: Duration::from_secs(60) / calls.max(1),
            burst: 1,
        }
    }

    /// How many calls may go out at once after a quiet time. 1 unless said otherwise.
    pub const fn burst(mut self, calls: u32) -> Self {
        self.burst = if calls == 0 { 1 } else { calls };
        self
    }
}

/// The limits of one client and its clones.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    rate: Option<Rate>,
    at_once: Option<Semaphore>,
}

#[derive(Debug)]
struct Rate {
    limit: RateLimit,
    /// When the next call would be due if all came evenly. The lock is the queue: it is handed on
    /// in the order of arrival, and its holder is the one who waits for time to pass.
    due: Mutex<Duration>,
}

impl Limiter {
    pub(crate) fn new(rate: Option<RateLimit>, at_once: Option<usize>) -> Self {
        Self {
            rate: rate.map(|limit| Rate {
                limit,
                due: Mutex::default(),
            }),
            at_once: at_once.map(|calls| Semaphore::new(calls.clamp(1, Semaphore::MAX_PERMITS))),
        }
    }

    /// Waits for a turn. The turn ends when what is returned is dropped.
    pub(crate) async fn turn(&self, clock: &dyn Clock) -> Option<SemaphorePermit<'_>> {
        let slot = match &self.at_once {
            // It is never closed, and without a slot there would be no limit, which does no harm.
            Some(slots) => slots.acquire().await.ok(),
            None => None,
        };
        if let Some(rate) = &self.rate {
            rate.turn(clock).await;
        }
        slot
    }
}

impl Rate {
    async fn turn(&self, clock: &dyn Clock) {
        let mut due = self.due.lock().await;
        let ahead = self.limit.interval * (self.limit.burst - 1);
        let from = due.saturating_sub(ahead);
        loop {
            let now = clock.monotonic();
            if now >= from {
                *due = (*due).max(now) + self.limit.interval;
                return;
            }
            clock.sleep(from - now).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex as StdMutex};

    use ovh_runtime::BoxFuture;

    use super::*;

    /// Time passes as it is slept away.
    #[derive(Clone, Debug, Default)]
    struct Slept(Arc<StdMutex<Duration>>);

    impl Clock for Slept {
        fn unix_time(&self) -> Duration {
            self.monotonic()
        }

        fn monotonic(&self) -> Duration {
            *self.0.lock().expect("the clock")
        }

        fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
            let clock = self.clone();
            Box::pin(async move {
                tokio::task::yield_now().await;
                *clock.0.lock().expect("the clock") += duration;
            })
        }
    }

    #[tokio::test]
    async fn calls_are_spread_evenly_behind_the_burst_and_quiet_time_is_not_saved_up() {
        let clock = Slept::default();
        let limiter = Limiter::new(Some(RateLimit::per_minute(60).burst(3)), None);
        let mut at = Vec::new();
        for _ in 0..6 {
            limiter.turn(&clock).await;
            at.push(clock.monotonic().as_secs());
        }
        assert_eq!(at, [0, 0, 0, 1, 2, 3]);
        clock.sleep(Duration::from_secs(3600)).await;
        let begin = clock.monotonic();
        for _ in 0..4 {
            limiter.turn(&clock).await;
        }
        assert_eq!(clock.monotonic() - begin, Duration::from_secs(1));
    }

    #[tokio::test]
    async fn whoever_came_first_goes_first_and_a_dropped_caller_takes_no_turn() {
        let clock = Slept::default();
        let limiter = Arc::new(Limiter::new(Some(RateLimit::per_minute(60)), None));
        limiter.turn(&clock).await;
        let order = Arc::new(StdMutex::new(Vec::new()));
        let callers: Vec<_> = (0..20)
            .map(|number| {
                let (clock, limiter, order) = (clock.clone(), limiter.clone(), order.clone());
                tokio::spawn(async move {
                    limiter.turn(&clock).await;
                    order.lock().expect("the order").push(number);
                })
            })
            .collect();
        tokio::task::yield_now().await;
        callers[3].abort();
        for caller in callers {
            let _ = caller.await;
        }
        let order = order.lock().expect("the order").clone();
        let expected: Vec<_> = (0..20).filter(|number| *number != 3).collect();
        assert_eq!(order, expected);
        assert_eq!(clock.monotonic(), Duration::from_secs(19));
    }

    #[tokio::test]
    async fn no_more_than_the_limit_are_under_way() {
        let clock = Slept::default();
        let limiter = Limiter::new(None, Some(2));
        let first = limiter.turn(&clock).await;
        let _second = limiter.turn(&clock).await;
        let third = limiter.turn(&clock);
        let third = crate::clock::within(&clock, Duration::from_secs(1), third).await;
        assert!(third.is_none(), "no slot is free");
        drop(first);
        let third = limiter.turn(&clock).await;
        assert!(third.is_some());
    }
}
