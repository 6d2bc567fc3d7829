//! One time for client and sandbox: who waits on the client's side moves the sandbox's clock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use ovh_web::BoxFuture;
use ovh_web_sandbox::Clock as SandboxClock;
use tokio::sync::Notify;

/// The longest sleep that counts as a pause. Longer ones are time limits.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The facade's clock, tied to the sandbox's.
///
/// A short sleep is a pause between two looks: it lets that much time pass for both sides and comes
/// back at once. A long one is a time limit: it comes back when pauses and
/// [`advance`](Self::advance) have used it up, and so never by itself. The calendar time is the
/// machine's, as the sandbox's server time is, and can be put off.
///
/// Clones are the same clock.
#[derive(Clone, Debug)]
pub struct LinkedClock {
    sandbox: SandboxClock,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    elapsed: Mutex<Duration>,
    skew: Mutex<i64>,
    moved: Notify,
}

impl LinkedClock {
    /// A clock that pulls this one along, which should be a manual one.
    #[must_use]
    pub fn new(sandbox: SandboxClock) -> Self {
        Self {
            sandbox,
            shared: Arc::default(),
        }
    }

    /// Lets time pass for both sides.
    pub fn advance(&self, by: Duration) {
        self.sandbox.advance(by);
        *locked(&self.shared.elapsed) += by;
        self.shared.moved.notify_waiters();
    }

    /// How much time has passed by pauses and [`advance`](Self::advance).
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        *locked(&self.shared.elapsed)
    }

    /// Puts the calendar time of the client off by so many seconds.
    pub fn set_skew(&self, seconds: i64) {
        *locked(&self.shared.skew) = seconds;
    }
}

impl ovh_web::Clock for LinkedClock {
    fn unix_time(&self) -> Duration {
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let skew = *locked(&self.shared.skew);
        let off = Duration::from_secs(skew.unsigned_abs());
        if skew < 0 { now - off } else { now + off }
    }

    fn monotonic(&self) -> Duration {
        self.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        let until = self.elapsed() + duration;
        Box::pin(async move {
            if duration <= LONGEST_PAUSE {
                clock.advance(duration);
                return;
            }
            loop {
                let moved = clock.shared.moved.notified();
                if clock.elapsed() >= until {
                    return;
                }
                moved.await;
            }
        })
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
