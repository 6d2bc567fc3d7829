//! Waiting for many tasks, with one request per hosting and poll.

use std::collections::HashMap;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use ovh_runtime::{BoxFuture, Error, ErrorKind};

use super::{Sighting, Task, TaskInfo};
use crate::WaitPolicy;
use crate::listing::Listing;
use crate::types::{ListTasks, PublicTask};
use crate::wait::{PollOutcome, until_settled};

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
    tasks: Vec<Task>,
}

impl TaskSet {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a task. The original handle sees the polled state too.
    pub fn add<T>(&mut self, task: &Task<T>) {
        self.tasks.push(task.plain());
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
    pub async fn wait(&self) -> Vec<Result<TaskInfo, Error>> {
        self.ends(None).await
    }

    /// Waits until every task is done, and returns the outcomes in the order added.
    ///
    /// A failed task does not end the wait for the others. The errors are those of
    /// [`Task::wait_with`].
    #[must_use = "a task may have failed"]
    pub async fn wait_with(&self, policy: WaitPolicy) -> Vec<Result<TaskInfo, Error>> {
        self.ends(Some(policy)).await
    }

    async fn ends(&self, policy: Option<WaitPolicy>) -> Vec<Result<TaskInfo, Error>> {
        let mut hostings: Vec<Vec<usize>> = Vec::new();
        // A hosting of another client may have the same name, and its tasks the same ids.
        let mut of: HashMap<(usize, &str), usize> = HashMap::new();
        for (index, task) in self.tasks.iter().enumerate() {
            let client = task.hosting.client().identity_of_clones();
            let key = (client, task.hosting.service_name());
            let hosting = *of.entry(key).or_insert_with(|| {
                hostings.push(Vec::new());
                hostings.len() - 1
            });
            hostings[hosting].push(index);
        }
        let mut ends: Vec<Option<Result<TaskInfo, Error>>> = Vec::new();
        ends.resize_with(self.tasks.len(), || None);
        let work: Vec<BoxFuture<'_, Vec<Result<TaskInfo, Error>>>> = hostings
            .iter()
            .map(|indices| {
                let tasks: Vec<&Task> = indices.iter().map(|&index| &self.tasks[index]).collect();
                Box::pin(of_one_hosting(tasks, policy)) as BoxFuture<'_, _>
            })
            .collect();
        for (indices, outcomes) in hostings.iter().zip(all(work).await) {
            for (&index, outcome) in indices.iter().zip(outcomes) {
                ends[index] = Some(outcome);
            }
        }
        ends.into_iter().flatten().collect()
    }
}

impl fmt::Debug for TaskSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.tasks).finish()
    }
}

/// Waits for tasks of one type, and returns their objects in order.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// use ovh_web::types::NewDomain;
///
/// let domains = client.hosting("example.ovh").domains();
/// let tasks = [
///     domains.attach(&NewDomain::new("a.example.com", "www")).await?,
///     domains.attach(&NewDomain::new("b.example.com", "www")).await?,
/// ];
/// for domain in ovh_web::wait_all(&tasks).await {
///     println!("{}", domain?.domain);
/// }
/// # Ok(())
/// # }
/// ```
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
    let starts: Vec<_> = tasks.iter().map(Task::now).collect();
    let ends = set.ends(policy).await;
    let work = tasks.iter().zip(starts).zip(ends);
    let objects = work.map(|((task, start), end)| {
        let policy = policy.unwrap_or_else(|| task.policy());
        Box::pin(async move { task.object(end?, policy, start).await }) as BoxFuture<'_, _>
    });
    all(objects.collect()).await
}

/// Waits for the tasks of one hosting.
async fn of_one_hosting(
    tasks: Vec<&Task>,
    policy: Option<WaitPolicy>,
) -> Vec<Result<TaskInfo, Error>> {
    let Some(first) = tasks.first() else {
        return Vec::new();
    };
    let policy = policy.unwrap_or_else(|| {
        let work = tasks.iter().map(|task| task.work).max();
        first.hosting.client().wait_policy(work.unwrap_or_default())
    });
    let clock = Arc::clone(first.hosting.client().clock());
    let mut ends: Vec<Option<Result<TaskInfo, Error>>> = tasks
        .iter()
        .map(|task| {
            let seen = task.last_seen()?;
            task.report(&seen);
            task.outcome(&seen)
        })
        .collect();
    let rest_first = tasks.iter().all(|task| task.last_seen().is_some());
    let settled = if ends.iter().all(Option::is_some) {
        Some(Ok(()))
    } else {
        let ends = std::sync::Mutex::new(&mut ends);
        until_settled(&*clock, policy, rest_first, || async {
            let going: Vec<(usize, &Task)> = {
                let ends = ends
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                let open = tasks.iter().enumerate();
                open.filter(|(index, _)| ends[*index].is_none())
                    .map(|(index, task)| (index, *task))
                    .collect()
            };
            let looks = look(&going, policy).await?;
            let mut ends = ends
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            for ((index, _), end) in going.iter().zip(looks) {
                ends[*index] = end;
            }
            Ok(if ends.iter().all(Option::is_some) {
                PollOutcome::Settled(())
            } else {
                PollOutcome::Going
            })
        })
        .await
    };
    let lost = match settled {
        Some(Err(error)) => Some(Arc::new(error)),
        _ => None,
    };
    tasks
        .iter()
        .zip(ends)
        .map(|(task, end)| match (end, &lost) {
            (Some(end), _) => end,
            (None, Some(error)) => Err(Arc::clone(error).shared()),
            (None, None) => Err(task.out_of_time(policy)),
        })
        .collect()
}

/// Polls the unfinished tasks once and returns the outcome of each that is done.
async fn look(
    going: &[(usize, &Task)],
    policy: WaitPolicy,
) -> Result<Vec<Option<Result<TaskInfo, Error>>>, Error> {
    let mut listed = match going {
        [] => return Ok(Vec::new()),
        // For one task, a request by its id costs the same as the list.
        [_] => HashMap::new(),
        [(_, first), ..] => list(first).await?,
    };
    let mut ends = Vec::with_capacity(going.len());
    for (_, task) in going {
        let sighting = match listed.remove(&task.id) {
            Some(info) => {
                task.note(info.clone());
                Sighting::Shown(info)
            }
            None => task.poll(policy).await?,
        };
        ends.push(task.sighted(sighting));
    }
    Ok(ends)
}

/// The task list of the hosting, not from the cache.
async fn list(task: &Task) -> Result<HashMap<i64, TaskInfo>, Error> {
    // Without paging on the server, each task is polled by its id.
    let listing: Listing<PublicTask, i64> = task.hosting.tasks().list_with(&ListTasks::default());
    let (tasks, _unreadable) = match listing.only_pages().split().await {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotPaged => return Ok(HashMap::new()),
        Err(error) => return Err(error),
    };
    Ok(tasks
        .into_iter()
        .map(|task| (task.id, TaskInfo::from(task)))
        .collect())
}

/// Runs all futures concurrently, and returns their results in order.
async fn all<T>(work: Vec<BoxFuture<'_, T>>) -> Vec<T> {
    enum Slot<'a, T> {
        Going(BoxFuture<'a, T>),
        Done(T),
    }
    let mut slots: Vec<Slot<'_, T>> = work.into_iter().map(Slot::Going).collect();
    poll_fn(|cx| {
        let mut is_going = false;
        for slot in &mut slots {
            if let Slot::Going(future) = slot {
                match future.as_mut().poll(cx) {
                    Poll::Ready(value) => *slot = Slot::Done(value),
                    Poll::Pending => is_going = true,
                }
            }
        }
        if is_going {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
    slots
        .into_iter()
        .filter_map(|slot| match slot {
            Slot::Done(value) => Some(value),
            Slot::Going(_) => None,
        })
        .collect()
}
