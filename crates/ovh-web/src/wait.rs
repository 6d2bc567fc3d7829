//! Waiting for things that take their time: how often to look, and for how long.
//!
//! What is looked at is the business of the caller (`task`, `hosting::certificate`). Time passes
//! only by the client's clock. Everything here may be dropped at any moment.

use std::future::Future;
use std::time::Duration;

use ovh_runtime::{Error, ErrorKind, RefusalCause};

use crate::Clock;
use crate::clock::within;

/// How many looks in a row may fail for reasons that have nothing to do with what is waited for.
const FAILURES: u32 = 5;

/// How often to look while waiting, and when to give up.
///
/// ```
/// use std::time::Duration;
/// use ovh_web::WaitPolicy;
///
/// let patient = WaitPolicy::default().deadline(Duration::from_secs(6 * 60 * 60));
/// # let _ = patient;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing by itself"]
pub struct WaitPolicy {
    first: Duration,
    longest: Duration,
    deadline: Duration,
}

impl Default for WaitPolicy {
    /// Looks after 1 second, then after twice as long each time up to 10 seconds, for an hour.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(10),
            deadline: Duration::from_secs(60 * 60),
        }
    }
}

impl WaitPolicy {
    /// The time before the second look; it doubles from look to look.
    pub const fn interval(mut self, first: Duration) -> Self {
        self.first = first;
        self
    }

    /// The longest time between two looks. Every look is a call, and fair use is about 60 a minute.
    pub const fn longest_interval(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// When to give up. There is always an end to waiting.
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    pub(crate) const fn limit(&self) -> Duration {
        self.deadline
    }
}

/// What a look has shown.
pub(crate) enum Look<T> {
    /// It is over.
    Settled(T),
    /// It still goes on.
    Going,
}

/// Looks until it is over; `None` when the time ran out before.
///
/// With `rest_first`, it rests before the first look, since there was one a moment ago.
pub(crate) async fn until_settled<T, F>(
    clock: &dyn Clock,
    policy: WaitPolicy,
    rest_first: bool,
    mut look: impl FnMut() -> F,
) -> Option<Result<T, Error>>
where
    F: Future<Output = Result<Look<T>, Error>>,
{
    let looking = async {
        // A timer that runs out at once would turn waiting into a storm of calls.
        let longest = policy.longest.max(Duration::from_millis(1));
        let mut rest = policy.first.clamp(Duration::from_millis(1), longest);
        let mut resting = rest_first;
        let mut failures = 0;
        loop {
            if resting {
                clock.sleep(rest).await;
                rest = rest.saturating_mul(2).min(longest);
            }
            resting = true;
            match look().await {
                Ok(Look::Settled(value)) => return Ok(value),
                Ok(Look::Going) => failures = 0,
                // A network that hiccups says nothing about what is waited for, and looking again
                // does no harm.
                Err(error) if passes(&error) && failures < FAILURES => failures += 1,
                Err(error) => return Err(error),
            }
        }
    };
    within(clock, policy.deadline, looking).await
}

/// Whether a failed look may well succeed the next time.
fn passes(error: &Error) -> bool {
    error.is_transient()
        || error.kind() == ErrorKind::Server
        // A proxy's page says nothing about what is waited for.
        || error.is_not_found() && error.cause() == Some(RefusalCause::NotFromApi)
}
