//! Client-side rate limiting: calls per minute and concurrent calls.
//!
//! Both limits are shared by all clones of a client, are first come, first served, and ignore a
//! caller that is dropped while waiting. The rate uses the generic cell rate algorithm, implemented
//! here: the crates that offer it bring their own clock and timer, and this one must use the
//! client's [`Clock`].

use std::time::Duration;

use tokio::sync::{Mutex, Semaphore, SemaphorePermit};

use crate::Clock;

/// The maximum number of calls per minute.
///
/// Every attempt counts, retries included. A request for the server's time does not, and needs no
/// turn: there is at most one at a time.
///
/// ```
/// use ovh_web::RateLimit;
///
/// // OVHcloud's fair use for one consumer key.
/// let fair = RateLimit::per_minute(60);
/// // The same on average, but the first twenty do not wait.
/// let fair = fair.burst(20);
/// # let _ = fair;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "a limit does nothing until it is set on a builder"]
pub struct RateLimit {
    interval: Duration,
    burst: u32,
}

impl RateLimit {
    /// Creates a limit of evenly spaced calls per minute. 0 counts as 1.
    pub fn per_minute(calls: u32) -> Self {
        Self {
            interval: Duration::from_secs(60) / calls.max(1),
            burst: 1,
        }
    }

    /// Sets how many calls may be sent at once after a pause. Default: 1.
    pub const fn burst(mut self, calls: u32) -> Self {
        self.burst = if calls == 0 { 1 } else { calls };
        self
    }
}

/// The limits shared by a client and its clones.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    pub(crate) rate: Option<Rate>,
    pub(crate) concurrent: Option<Semaphore>,
}

/// Returns the slots for this many concurrent calls. 0 counts as 1.
pub(crate) fn concurrent(calls: usize) -> Semaphore {
    Semaphore::new(calls.clamp(1, Semaphore::MAX_PERMITS))
}

#[derive(Debug)]
pub(crate) struct Rate {
    limit: RateLimit,
    /// Time of the next evenly spaced call.
    ///
    /// The lock is the queue: it is fair, and its holder sleeps.
    due: Mutex<Duration>,
}

impl Limiter {
    /// Waits for a slot, which is released when the permit is dropped.
    pub(crate) async fn acquire(&self, clock: &dyn Clock) -> Option<SemaphorePermit<'_>> {
        let slot = match &self.concurrent {
            // The semaphore is never closed; without a permit there would only be no limit.
            Some(slots) => slots.acquire().await.ok(),
            None => None,
        };
        if let Some(rate) = &self.rate {
            rate.acquire(clock).await;
        }
        slot
    }
}

impl Rate {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            due: Mutex::default(),
        }
    }

    async fn acquire(&self, clock: &dyn Clock) {
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

    /// A clock whose time advances by sleeping.
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

    fn limited(limit: RateLimit) -> Limiter {
        Limiter {
            rate: Some(Rate::new(limit)),
            concurrent: None,
        }
    }

    #[tokio::test]
    async fn spaces_calls_after_burst() {
        let clock = Slept::default();
        let limiter = limited(RateLimit::per_minute(60).burst(3));
        let mut at = Vec::new();
        for _ in 0..6 {
            limiter.acquire(&clock).await;
            at.push(clock.monotonic().as_secs());
        }
        assert_eq!(at, [0, 0, 0, 1, 2, 3]);
        clock.sleep(Duration::from_secs(3600)).await;
        let begin = clock.monotonic();
        for _ in 0..4 {
            limiter.acquire(&clock).await;
        }
        assert_eq!(clock.monotonic() - begin, Duration::from_secs(1));
    }

    #[tokio::test]
    async fn first_come_first_served_without_dropped() {
        let clock = Slept::default();
        let limiter = Arc::new(limited(RateLimit::per_minute(60)));
        limiter.acquire(&clock).await;
        let order = Arc::new(StdMutex::new(Vec::new()));
        let callers: Vec<_> = (0..20)
            .map(|number| {
                let (clock, limiter, order) = (clock.clone(), limiter.clone(), order.clone());
                tokio::spawn(async move {
                    limiter.acquire(&clock).await;
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
    async fn limits_concurrent_calls() {
        let clock = Slept::default();
        let limiter = Limiter {
            rate: None,
            concurrent: Some(concurrent(2)),
        };
        let first = limiter.acquire(&clock).await;
        let _second = limiter.acquire(&clock).await;
        let third = limiter.acquire(&clock);
        let third = crate::clock::within(&clock, Duration::from_secs(1), third).await;
        assert!(third.is_none(), "no slot is free");
        drop(first);
        let third = limiter.acquire(&clock).await;
        assert!(third.is_some());
    }
}
