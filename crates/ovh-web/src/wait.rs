//! Polling: intervals, deadlines and grace periods.
//!
//! Callers (`task`, `hosting::certificate`) supply the request. Time comes only from the client's
//! clock, and every future is cancel-safe.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ovh_runtime::{Error, ErrorKind, RefusalCause};

use crate::Clock;
use crate::clock::within;
use crate::macros::setters;

/// Polls in a row that may fail for transient reasons.
const FAILURES: u32 = 5;

/// Polling intervals and the deadline of a wait.
///
/// `.wait()` uses the client's policy ([`ClientBuilder::wait_policy`]), `.wait_with(policy)` the
/// given one. Without a policy, the deadline depends on the kind of work. These values follow
/// OVHcloud's guides:
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "a policy does nothing by itself"]
pub struct WaitPolicy {
    first: Duration,
    longest: Duration,
    pub(crate) deadline: Duration,
    pub(crate) task_grace: Duration,
    pub(crate) object_grace: Duration,
}

impl Default for WaitPolicy {
    /// Polls after 1 second, then doubles up to 10 seconds, for an hour.
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

/// A kind of work, by its duration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Work {
    #[default]
    Hour,
    Day,
    Days,
}

impl Work {
    /// The work of an operation, or of the object that it reads.
    pub(crate) fn of_operation(id: &str) -> Self {
        match id.split("::").next().unwrap_or_default() {
            "certificates" | "domain_certificates" | "snapshots" => Self::Days,
            "database_copies"
            | "deployments"
            | "domains"
            | "dumps"
            | "modules"
            | "webhosting/websites"
            | "websites" => Self::Day,
            _ if ["databases::import", "databases::restore"].contains(&id) => Self::Day,
            _ => Self::Hour,
        }
    }
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl WaitPolicy {
    /// Returns the default policy with a deadline of three days.
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
}

setters! {
    const WaitPolicy:

    /// Sets the interval before the second poll; it doubles at every poll.
    interval(first: Duration) => first = first;

    /// Sets the longest interval. Each poll is a call; about 60 calls a minute are fair use.
    longest_interval(longest: Duration) => longest = longest;

    /// Sets the deadline of a wait.
    deadline(deadline: Duration) => deadline = deadline;

    /// Sets how long a 404 for a new task is ignored. Default: 30 seconds.
    ///
    /// Counted from the response that started the task, or from
    /// [`Hosting::task`](crate::handle::Hosting::task). A task that a poll has seen needs no grace period.
    task_grace(grace: Duration) => task_grace = grace;

    /// Sets how long an object may be missing after its work ended. Default: 60 seconds.
    object_grace(grace: Duration) => object_grace = grace;
}

/// The result of a poll.
pub(crate) enum PollOutcome<T> {
    Done(T),
    InProgress,
}

/// Polls until the work is complete; `None` if the deadline passed.
///
/// With `sleep_first`, it waits before the first poll.
pub(crate) async fn until_settled<T, F>(
    clock: &dyn Clock,
    policy: WaitPolicy,
    sleep_first: bool,
    mut poll: impl FnMut() -> F,
) -> Option<Result<T, Error>>
where
    F: Future<Output = Result<PollOutcome<T>, Error>>,
{
    let begin = clock.monotonic();
    let polling = async {
        // An interval of zero would flood the server with calls.
        let longest = policy.longest.max(Duration::from_millis(1));
        let mut interval = policy.first.clamp(Duration::from_millis(1), longest);
        let mut sleeps = sleep_first;
        let mut failures = 0;
        loop {
            if sleeps {
                clock.sleep(interval).await;
                interval = interval.min(longest).saturating_mul(2).min(longest);
            }
            sleeps = true;
            match poll().await {
                Ok(PollOutcome::Done(value)) => return Ok(value),
                Ok(PollOutcome::InProgress) => failures = 0,
                // A transient network error says nothing about the work.
                Err(error) if may_recover(&error) && failures < FAILURES => {
                    failures += 1;
                    let retry_after = error.retry_after().unwrap_or_default();
                    let elapsed = clock.monotonic().saturating_sub(begin);
                    if retry_after > policy.deadline.saturating_sub(elapsed) {
                        return Err(error);
                    }
                    interval = interval.max(retry_after);
                }
                Err(error) => return Err(error),
            }
        }
    };
    within(clock, policy.deadline, polling).await
}

/// The result of a lookup.
pub(crate) enum Lookup<T> {
    Found(T),
    /// Not found yet, with the error to return if it stays missing.
    Missing(Error),
}

/// Treats the API's 404 as "missing".
pub(crate) fn lookup<T>(answer: Result<T, Error>) -> Result<Lookup<T>, Error> {
    match answer {
        Ok(object) => Ok(Lookup::Found(object)),
        Err(error) if error.is_gone() => Ok(Lookup::Missing(error)),
        Err(error) => Err(error),
    }
}

/// Looks up an object whose work has ended, and which may appear with a delay.
///
/// Looks at least once, then again within the grace period and the time that is `left`.
pub(crate) async fn until_visible<T, F>(
    clock: &dyn Clock,
    policy: WaitPolicy,
    left: Duration,
    mut find: impl FnMut() -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<Lookup<T>, Error>>,
{
    let missing = match find().await {
        Ok(Lookup::Found(object)) => return Ok(object),
        Ok(Lookup::Missing(error)) => error,
        Err(error) if may_recover(&error) => error,
        Err(error) => return Err(error),
    };
    let missing = Mutex::new(missing);
    let limit = policy.deadline(left.min(policy.object_grace));
    let settled = until_settled(clock, limit, true, || {
        let (find, missing) = (find(), &missing);
        async move {
            match find.await? {
                Lookup::Found(object) => Ok(PollOutcome::Done(object)),
                Lookup::Missing(error) => {
                    *missing.lock().unwrap_or_else(PoisonError::into_inner) = error;
                    Ok(PollOutcome::InProgress)
                }
            }
        }
    })
    .await;
    settled.unwrap_or_else(|| Err(missing.into_inner().unwrap_or_else(PoisonError::into_inner)))
}

/// Returns `true` if a later poll may succeed.
pub(crate) fn may_recover(error: &Error) -> bool {
    error.is_transient()
        || error.kind() == ErrorKind::Server
        // A proxy's page says nothing about the work.
        || error.is_not_found() && error.cause() == Some(RefusalCause::NotFromApi)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadline_follows_kind_of_work() {
        let deadline = |work| WaitPolicy::of(work).deadline.as_secs();
        assert_eq!(deadline(Work::Hour), 3_600);
        assert_eq!(deadline(Work::Day), 86_400);
        assert_eq!(deadline(Work::Days), 3 * 86_400);
        for (work, ids) in [
            (Work::Hour, &["users::get", "databases::create"][..]),
            (
                Work::Day,
                &[
                    "database_copies::get",
                    "databases::import",
                    "databases::restore",
                    "deployments::get",
                    "domains::attach",
                    "dumps::restore",
                    "modules::install",
                    "websites::create",
                ],
            ),
            (
                Work::Days,
                &[
                    "certificates::create",
                    "domain_certificates::get",
                    "snapshots::restore",
                ],
            ),
        ] {
            for id in ids {
                assert!(crate::operations::by_id(id).is_some(), "{id}");
                assert_eq!(Work::of_operation(id), work, "{id}");
            }
        }
    }
}
