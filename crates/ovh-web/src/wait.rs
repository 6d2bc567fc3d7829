//! Waiting for things that take their time: how often to look, and for how long.
//!
//! What is looked at is the business of the caller (`task`, `hosting::certificate`). Time passes
//! only by the client's clock. Everything here may be dropped at any moment.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ovh_runtime::{Error, ErrorKind, RefusalCause};

use crate::Clock;
use crate::clock::within;
use crate::retry::after;

/// How many looks in a row may fail for reasons that have nothing to do with what is waited for.
const FAILURES: u32 = 5;

/// How often to poll while waiting, and when to give up.
///
/// `.wait()` uses the policy of the client ([`ClientBuilder::wait_policy`]), `.wait_with(policy)`
/// another one. A client without a policy uses the default with a deadline for the kind of work, from
/// what OVHcloud's guides say of it:
///
/// | work | deadline |
/// |---|---|
/// | users, databases, crons, variables and everything else | an hour |
/// | domains, dumps, copies, imports and restores of databases, modules, websites | a day |
/// | certificates, restores of snapshots | three days ([`long_running`](Self::long_running)) |
///
/// ```
/// use std::time::Duration;
/// use ovh_web::WaitPolicy;
///
/// let patient = WaitPolicy::default().deadline(Duration::from_secs(6 * 60 * 60));
/// # let _ = patient;
/// ```
///
/// [`ClientBuilder::wait_policy`]: crate::ClientBuilder::wait_policy
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing by itself"]
pub struct WaitPolicy {
    first: Duration,
    longest: Duration,
    deadline: Duration,
    task_grace: Duration,
    object_grace: Duration,
}

impl Default for WaitPolicy {
    /// Polls after 1 second, then after twice as long each time up to 10 seconds, for an hour.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(10),
            deadline: Duration::from_secs(60 * 60),
            task_grace: Duration::from_secs(30),
            object_grace: Duration::from_secs(60),
        }
    }
}

/// How long a kind of work may take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Work {
    #[default]
    Hour,
    Day,
    Days,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl WaitPolicy {
    /// The default policy with a deadline of three days.
    pub fn long_running() -> Self {
        Self::of(Work::Days)
    }

    /// The default policy with the deadline of a kind of work.
    pub(crate) fn of(work: Work) -> Self {
        let policy = Self::default();
        match work {
            Work::Hour => policy,
            Work::Day => policy.deadline(DAY),
            Work::Days => policy.deadline(3 * DAY),
        }
    }

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

    /// How long a new task may be answered with 404 before that means that it is finished. 30
    /// seconds by default.
    ///
    /// The time runs from the response that started the task, or from
    /// [`Hosting::task`](crate::Hosting::task). A task that a poll has shown once needs no grace.
    pub const fn task_grace(mut self, grace: Duration) -> Self {
        self.task_grace = grace;
        self
    }

    /// How long an object may be missing after the work on it has ended. 60 seconds by default.
    pub const fn object_grace(mut self, grace: Duration) -> Self {
        self.object_grace = grace;
        self
    }

    pub(crate) const fn limit(&self) -> Duration {
        self.deadline
    }

    pub(crate) const fn grace_of_task(&self) -> Duration {
        self.task_grace
    }

    pub(crate) const fn grace_of_object(&self) -> Duration {
        self.object_grace
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
    let begin = clock.monotonic();
    let looking = async {
        // A timer that runs out at once would turn waiting into a storm of calls.
        let longest = policy.longest.max(Duration::from_millis(1));
        let mut rest = policy.first.clamp(Duration::from_millis(1), longest);
        let mut resting = rest_first;
        let mut failures = 0;
        loop {
            if resting {
                clock.sleep(rest).await;
                rest = rest.min(longest).saturating_mul(2).min(longest);
            }
            resting = true;
            match look().await {
                Ok(Look::Settled(value)) => return Ok(value),
                Ok(Look::Going) => failures = 0,
                // A network that hiccups says nothing about what is waited for, and looking again
                // does no harm.
                Err(error) if passes(&error) && failures < FAILURES => {
                    failures += 1;
                    let now = i64::try_from(clock.unix_time().as_secs()).unwrap_or(i64::MAX);
                    let asked = error.retry_after();
                    let asked = asked.and_then(|asked| after::retry_after(asked, now));
                    let asked = asked.unwrap_or_default();
                    let elapsed = clock.monotonic().saturating_sub(begin);
                    if asked > policy.deadline.saturating_sub(elapsed) {
                        return Err(error);
                    }
                    rest = rest.max(asked);
                }
                Err(error) => return Err(error),
            }
        }
    };
    within(clock, policy.deadline, looking).await
}

/// What a lookup has found.
pub(crate) enum Found<T> {
    /// The object.
    There(T),
    /// Nothing yet; the error of an object that stays away.
    Missing(Error),
}

/// The object of a call; a 404 of the API means that it is missing.
pub(crate) fn found<T>(answer: Result<T, Error>) -> Result<Found<T>, Error> {
    match answer {
        Ok(object) => Ok(Found::There(object)),
        Err(error) if error.is_gone() => Ok(Found::Missing(error)),
        Err(error) => Err(error),
    }
}

/// Looks for an object whose work has ended, which may become visible a little later.
///
/// It is looked for once in any case, and again for as long as the grace and what is `left` of the
/// deadline allow.
pub(crate) async fn until_visible<T, F>(
    clock: &dyn Clock,
    policy: WaitPolicy,
    left: Duration,
    mut find: impl FnMut() -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<Found<T>, Error>>,
{
    let missing = match find().await {
        Ok(Found::There(object)) => return Ok(object),
        Ok(Found::Missing(error)) => error,
        Err(error) if passes(&error) => error,
        Err(error) => return Err(error),
    };
    let missing = Mutex::new(missing);
    let limit = policy.deadline(left.min(policy.object_grace));
    let settled = until_settled(clock, limit, true, || {
        let (find, missing) = (find(), &missing);
        async move {
            match find.await? {
                Found::There(object) => Ok(Look::Settled(object)),
                Found::Missing(error) => {
                    *missing.lock().unwrap_or_else(PoisonError::into_inner) = error;
                    Ok(Look::Going)
                }
            }
        }
    })
    .await;
    settled.unwrap_or_else(|| Err(missing.into_inner().unwrap_or_else(PoisonError::into_inner)))
}

/// Whether a failed look may well succeed the next time.
pub(crate) fn passes(error: &Error) -> bool {
    error.is_transient()
        || error.kind() == ErrorKind::Server
        // A proxy's page says nothing about what is waited for.
        || error.is_not_found() && error.cause() == Some(RefusalCause::NotFromApi)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_follow_the_kind_of_work() {
        let deadline = |work| WaitPolicy::of(work).limit().as_secs();
        assert_eq!(deadline(Work::Hour), 3_600);
        assert_eq!(deadline(Work::Day), 86_400);
        assert_eq!(deadline(Work::Days), 3 * 86_400);
    }
}
