//! Waiting for many tasks, with one request per hosting and poll.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use futures_util::future::join_all;
use ovh_runtime::{Error, ErrorKind};

use super::{PolledTask, Task, TaskCore, TaskInfo};
use crate::WaitPolicy;
use crate::types::ListTasks;
use crate::wait::{PollOutcome, until_settled};

type Outcome = Result<TaskInfo, Error>;

/// Waits for several tasks together.
///
/// Polling costs one call per hosting, whatever the number of tasks. A task that is missing from
/// the list is polled by its id, since only a 404 from the API means that it was archived.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// use ovh_web::TaskSet;
/// use ovh_web::types::NewDomain;
///
/// let domains = client.hosting("example.ovh").domains();
/// let mut tasks = TaskSet::new();
/// for name in ["a.example.com", "b.example.com"] {
///     tasks.add(&domains.attach(&NewDomain::new(name, "www")).await?);
/// }
/// for done in tasks.wait().await {
///     println!("{}", done?);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use = "the tasks may fail unnoticed unless they are waited for"]
pub struct TaskSet {
    tasks: Vec<TaskCore>,
}

impl TaskSet {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a task. The original handle sees the polled state too.
    pub fn add<T>(&mut self, task: &Task<T>) {
        self.tasks.push(task.core.clone());
    }

    /// Returns the number of tasks.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Returns `true` if there is no task.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Waits until every task is done, with the client's [`WaitPolicy`].
    ///
    /// See [`wait_with`](Self::wait_with).
    #[must_use = "a task may have failed"]
    pub async fn wait(&self) -> Vec<Outcome> {
        self.outcomes(None).await
    }

    /// Waits until every task is done, and returns the outcomes in the order added.
    ///
    /// A failed task does not end the wait for the others. The errors are those of
    /// [`Task::wait_with`].
    #[must_use = "a task may have failed"]
    pub async fn wait_with(&self, policy: WaitPolicy) -> Vec<Outcome> {
        self.outcomes(Some(policy)).await
    }

    async fn outcomes(&self, policy: Option<WaitPolicy>) -> Vec<Outcome> {
        // A hosting of another client may have the same name, and its tasks the same ids.
        let mut hostings: HashMap<(usize, &str), Vec<usize>> = HashMap::new();
        for (index, task) in self.tasks.iter().enumerate() {
            let client = task.hosting.client().identity_of_clones();
            let key = (client, task.hosting.service_name());
            hostings.entry(key).or_default().push(index);
        }
        let waits = hostings.into_values().map(|indices| async move {
            let tasks = indices.iter().map(|index| &self.tasks[*index]).collect();
            let outcomes = of_one_hosting(tasks, policy).await;
            indices.into_iter().zip(outcomes).collect::<Vec<_>>()
        });
        let mut outcomes: Vec<_> = join_all(waits).await.into_iter().flatten().collect();
        outcomes.sort_unstable_by_key(|(index, _)| *index);
        outcomes.into_iter().map(|(_, outcome)| outcome).collect()
    }
}

impl fmt::Debug for TaskSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = self.tasks.iter().map(|task| task.id);
        f.debug_list().entries(ids).finish()
    }
}

/// Waits for tasks of one type, and returns the object or the error of each, in order.
#[must_use = "a task may have failed"]
pub async fn wait_all<T: Send>(tasks: &[Task<T>]) -> Vec<Result<T, Error>> {
    objects(tasks, None).await
}

/// Like [`wait_all`], with another policy.
#[must_use = "a task may have failed"]
pub async fn wait_all_with<T: Send>(
    tasks: &[Task<T>],
    policy: WaitPolicy,
) -> Vec<Result<T, Error>> {
    objects(tasks, Some(policy)).await
}

async fn objects<T: Send>(tasks: &[Task<T>], policy: Option<WaitPolicy>) -> Vec<Result<T, Error>> {
    let mut set = TaskSet::new();
    for task in tasks {
        set.add(task);
    }
    let starts: Vec<_> = tasks.iter().map(|task| task.core.now()).collect();
    let outcomes = set.outcomes(policy).await;
    let waits = tasks.iter().zip(starts).zip(outcomes);
    let waits = waits.map(|((task, start), outcome)| async move {
        let policy = policy.unwrap_or_else(|| task.core.policy());
        task.object(outcome?, policy, start).await
    });
    join_all(waits).await
}

/// Waits for the tasks of one hosting.
async fn of_one_hosting(tasks: Vec<&TaskCore>, policy: Option<WaitPolicy>) -> Vec<Outcome> {
    let Some(first) = tasks.first() else {
        return Vec::new();
    };
    let policy = policy.unwrap_or_else(|| {
        let work = tasks.iter().map(|task| task.work).max();
        first.hosting.client().wait_policy(work.unwrap_or_default())
    });
    let clock = Arc::clone(first.hosting.client().clock());
    let tasks: Vec<OpenTask<'_>> = tasks.into_iter().map(OpenTask::new).collect();
    let sleep_first = tasks.iter().all(|open| open.task.last_seen().is_some());
    for open in &tasks {
        open.end(
            open.task
                .last_seen()
                .and_then(|info| open.task.report(&info)),
        );
    }
    let is_open = |open: &&OpenTask<'_>| open.outcome.get().is_none();
    let mut failure = None;
    if tasks.iter().any(|open| is_open(&open)) {
        let settled = until_settled(&*clock, policy, sleep_first, || async {
            poll_all(tasks.iter().filter(is_open).collect(), policy).await?;
            Ok(match tasks.iter().any(|open| is_open(&open)) {
                true => PollOutcome::InProgress,
                false => PollOutcome::Done(()),
            })
        });
        failure = settled.await.and_then(Result::err).map(Arc::new);
    }
    tasks
        .into_iter()
        .map(|open| match (open.outcome.into_inner(), &failure) {
            (Some(outcome), _) => outcome,
            (None, Some(error)) => Err(Arc::clone(error).shared()),
            (None, None) => Err(open.task.timeout(policy)),
        })
        .collect()
}

/// A task of a set, and its outcome once it is done.
struct OpenTask<'a> {
    task: &'a TaskCore,
    outcome: OnceLock<Outcome>,
}

impl<'a> OpenTask<'a> {
    const fn new(task: &'a TaskCore) -> Self {
        Self {
            task,
            outcome: OnceLock::new(),
        }
    }

    fn end(&self, outcome: Option<Outcome>) {
        if let Some(outcome) = outcome {
            // A task is polled no more after its end.
            let _ = self.outcome.set(outcome);
        }
    }
}

/// Polls unfinished tasks once.
async fn poll_all(tasks: Vec<&OpenTask<'_>>, policy: WaitPolicy) -> Result<(), Error> {
    let mut listed = match &tasks[..] {
        // For one task, a request by its id costs the same as the list.
        [] | [_] => HashMap::new(),
        [first, ..] => list(first.task).await?,
    };
    for open in tasks {
        let polled = match listed.remove(&open.task.id) {
            Some(info) => {
                open.task.record(info.clone());
                PolledTask::Seen(info)
            }
            None => open.task.poll(policy).await?,
        };
        open.end(open.task.outcome_of(polled));
    }
    Ok(())
}

/// Reads the task list of the hosting, not from the cache.
async fn list(task: &TaskCore) -> Result<HashMap<i64, TaskInfo>, Error> {
    let listing = task.hosting.tasks().list_with(&ListTasks::default());
    let (tasks, _unreadable) = match listing.only_pages().split().await {
        Ok(found) => found,
        // Without paging on the server, each task is polled by its id.
        Err(error) if error.kind() == ErrorKind::NotPaged => return Ok(HashMap::new()),
        Err(error) => return Err(error),
    };
    Ok(tasks
        .into_iter()
        .map(|task| (task.id, TaskInfo::from(task)))
        .collect())
}
