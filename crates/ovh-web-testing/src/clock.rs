//! One clock for client and sandbox: a pause of the client advances the sandbox's clock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use ovh_web_sandbox::Clock as SandboxClock;
use tokio::sync::watch;

/// The client's clock, linked to the sandbox's.
///
/// A pause of the client (between two polls, before a retry, for the rate limit) takes no real
/// time: it advances both clocks and returns. Concurrent pauses overlap, as real ones do. A network
/// timeout stays real, since the network is; [`advance`](Self::advance) ends it too. The calendar
/// time is the machine's, as is the sandbox's server time, and can be offset.
///
/// Clones share the same clock.
#[derive(Clone, Debug)]
pub struct LinkedClock {
    sandbox: SandboxClock,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    elapsed: Mutex<Duration>,
    /// The time advanced manually by the test.
    advanced: watch::Sender<Duration>,
    skew: Mutex<i64>,
}

impl LinkedClock {
    /// Links to the clock of a sandbox, which should be a manual one.
    #[must_use]
    pub fn new(sandbox: SandboxClock) -> Self {
        Self {
            sandbox,
            shared: Arc::new(Shared {
                elapsed: Mutex::default(),
                advanced: watch::Sender::new(Duration::ZERO),
                skew: Mutex::default(),
            }),
        }
    }

    /// Advances the time of both sides.
    pub fn advance(&self, by: Duration) {
        self.move_by(by);
        self.shared
            .advanced
            .send_modify(|all| *all = all.saturating_add(by));
    }

    /// The time elapsed by pauses and [`advance`](Self::advance).
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        *locked(&self.shared.elapsed)
    }

    /// Offsets the calendar time of the client by a number of seconds.
    pub fn set_skew(&self, seconds: i64) {
        *locked(&self.shared.skew) = seconds;
    }

    fn move_by(&self, by: Duration) {
        let mut elapsed = locked(&self.shared.elapsed);
        *elapsed = elapsed.saturating_add(by);
        self.sandbox.advance(by);
    }

    /// Advances to a point in time, unless it has already passed.
    fn move_to(&self, end: Duration) {
        let mut elapsed = locked(&self.shared.elapsed);
        let left = end.saturating_sub(*elapsed);
        *elapsed += left;
        self.sandbox.advance(left);
    }
}

impl ovh_web::Clock for LinkedClock {
    fn unix_time(&self) -> Duration {
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let skew = *locked(&self.shared.skew);
        let off = Duration::from_secs(skew.unsigned_abs());
        if skew < 0 {
            now.saturating_sub(off)
        } else {
            now.saturating_add(off)
        }
    }

    fn monotonic(&self) -> Duration {
        self.elapsed()
    }

    fn sleep(&self, duration: Duration) -> ovh_web::BoxFuture<'static, ()> {
        let clock = self.clone();
        let end = self.elapsed().saturating_add(duration);
        Box::pin(async move {
            // Lets concurrent pauses start at the same time.
            tokio::task::yield_now().await;
            clock.move_to(end);
        })
    }

    fn timeout(&self, limit: Duration) -> ovh_web::BoxFuture<'static, ()> {
        let mut advanced = self.shared.advanced.subscribe();
        let end = advanced.borrow().saturating_add(limit);
        Box::pin(async move {
            tokio::select! {
                () = tokio::time::sleep(limit) => {}
                _ = advanced.wait_for(|all| *all >= end) => {}
            }
        })
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
