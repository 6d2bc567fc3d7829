//! Background tasks of a hosting, and waiting for them.
//!
//! The state of a task is in `info`, polling in `poll`, its object in `object`, and waiting for
//! many tasks in `set`.

mod info;
mod object;
mod poll;
mod set;

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ovh_runtime::{BoxFuture, Call, Error};
use serde::de::DeserializeOwned;

pub use info::{TaskFailure, TaskInfo};
pub use set::{TaskSet, wait_all, wait_all_with};

use crate::hosting::handle::Hosting;
use crate::macros::partial_debug;
use crate::pending::{HasStatus, Progress};
use crate::wait::{Lookup, WaitPolicy, Work, lookup, until_visible};
use object::ObjectState;
use poll::{LastSeen, PolledTask};

type OfTask<T> = dyn Fn(TaskInfo) -> BoxFuture<'static, Result<T, Error>> + Send + Sync;

/// A background task of a hosting, such as creating a database or attaching a domain.
///
/// The request that started it has already returned; [`wait`](Self::wait) returns when the task is
/// done. The type parameter is the result: a `Task<Domain>` returns the attached domain, a plain
/// `Task` the finished task.
///
/// Dropping a task or a wait does not cancel the work at OVHcloud. [`Hosting::task`] makes a handle
/// from a task's id, in another process too.
///
/// OVHcloud archives a finished task and then answers 404. A new task may be answered with 404 as
/// well. So a 404 ends a wait only after a poll has seen the task, or after a grace period
/// ([`WaitPolicy::task_grace`]) if the object is in its expected state.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// use ovh_web::types::NewDomain;
///
/// let domains = client.hosting("example.ovh").domains();
/// let task = domains.attach(&NewDomain::new("shop.example.com", "shop")).await?;
/// let domain = task.on_progress(|task| println!("{task}")).wait().await?;
/// println!("{} shows {}", domain.domain, domain.path);
/// # Ok(())
/// # }
/// ```
#[must_use = "the task may fail unnoticed unless it is waited for"]
pub struct Task<T = TaskInfo> {
    core: TaskCore,
    /// Reads the result of the finished task.
    finish: Arc<OfTask<Lookup<T>>>,
}

/// A task without its result.
#[derive(Clone)]
struct TaskCore {
    hosting: Hosting,
    id: i64,
    last: Arc<Mutex<LastSeen>>,
    progress: Option<Arc<Progress<TaskInfo>>>,
    work: Work,
    /// Reads the state of the object, for a task that no poll has seen.
    check: Arc<OfTask<ObjectState>>,
}

impl Task {
    /// A task from the response that started it.
    pub(crate) fn started(hosting: &Hosting, info: impl Into<TaskInfo>) -> Self {
        let info = info.into();
        Self::new(hosting.clone(), info.id, Some(info))
    }

    /// A task of which only the id is known.
    pub(crate) fn resumed(hosting: Hosting, id: i64) -> Self {
        Self::new(hosting, id, None)
    }

    fn new(hosting: Hosting, id: i64, info: Option<TaskInfo>) -> Self {
        let last = LastSeen {
            info,
            is_seen: false,
            since: hosting.client().clock().monotonic(),
        };
        let of = hosting.clone();
        TaskCore {
            hosting,
            id,
            last: Arc::new(Mutex::new(last)),
            progress: None,
            work: Work::default(),
            check: Arc::new(move |info| Box::pin(object::named(of.clone(), info))),
        }
        .into()
    }

    /// Makes it a task that removes an object.
    pub(crate) fn removing<T: DeserializeOwned + Send + 'static>(
        mut self,
        what: String,
        look: impl Fn() -> Call<T> + Send + Sync + 'static,
    ) -> Self {
        self.core.check = Arc::new(move |_| {
            let (what, look) = (what.clone(), look());
            Box::pin(async move { object::absent(&what, look).await })
        });
        self
    }

    /// Makes it a task that returns the object of a call.
    pub(crate) fn with_output<T: HasStatus>(
        self,
        get: impl Fn() -> Call<T> + Send + Sync + 'static,
    ) -> Task<T> {
        self.finding(move |_| {
            let call = get().fresh();
            async move { lookup(call.await) }
        })
    }

    /// Makes it a task that returns the object that `find` finds.
    pub(crate) fn finding<T: HasStatus, F>(
        self,
        find: impl Fn(TaskInfo) -> F + Send + Sync + 'static,
    ) -> Task<T>
    where
        F: Future<Output = Result<Lookup<T>, Error>> + Send + 'static,
    {
        let find = Arc::new(find);
        let check = Arc::clone(&find);
        Task {
            core: TaskCore {
                check: Arc::new(move |info| Box::pin(object::present(check(info)))),
                ..self.core
            },
            finish: Arc::new(move |info| Box::pin(find(info))),
        }
    }
}

impl From<TaskCore> for Task {
    fn from(core: TaskCore) -> Self {
        Self {
            core,
            finish: Arc::new(|info| Box::pin(async move { Ok(Lookup::Found(info)) })),
        }
    }
}

/// The error of a finished task whose object cannot be read.
fn unreadable_object(info: &TaskInfo, error: Error) -> Error {
    let mut hint = format!("{info}: the work is done, but its object could not be read");
    if let Some(own) = error.hint() {
        hint = format!("{hint}; {own}");
    }
    error.into_builder().hint(hint).build()
}

impl<T> Task<T> {
    /// Sets the kind of work, which decides the default deadline.
    pub(crate) fn taking(mut self, work: Work) -> Self {
        self.core.work = work;
        self
    }

    /// Returns the task's id.
    #[must_use]
    pub const fn id(&self) -> i64 {
        self.core.id
    }

    /// Returns the hosting.
    #[must_use]
    pub const fn hosting(&self) -> &Hosting {
        &self.core.hosting
    }

    /// Returns the last known state, without a request.
    ///
    /// `None` if the task was resumed by its id and not polled yet.
    #[must_use]
    pub fn last_seen(&self) -> Option<TaskInfo> {
        self.core.last_seen()
    }

    /// Sets a callback that receives the task at every poll.
    pub fn on_progress(mut self, report: impl Fn(&TaskInfo) + Send + Sync + 'static) -> Self {
        self.core.progress = Some(Arc::new(report));
        self
    }

    /// Returns a handle whose wait returns the finished task, not its object.
    pub fn plain(&self) -> Task {
        self.core.clone().into()
    }

    /// Polls the task once.
    ///
    /// A new task may not be visible yet; then the last known state is returned.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Gone`](crate::ErrorKind::Gone) if the task does not exist and its outcome is
    /// unknown.
    pub async fn status(&self) -> Result<TaskInfo, Error> {
        match self.core.poll(self.core.policy()).await? {
            PolledTask::Seen(info) => Ok(info),
            PolledTask::NotYet(error) => self.last_seen().ok_or(error),
            PolledTask::Lost(error) => Err(error),
        }
    }

    /// Waits until the task is done, with the client's [`WaitPolicy`].
    pub async fn wait(&self) -> Result<T, Error> {
        self.wait_with(self.core.policy()).await
    }

    /// Waits until the task is done, and returns its object or its last state.
    ///
    /// Cancel-safe: the future may be dropped and the wait repeated.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Task`](crate::ErrorKind::Task): the task was canceled or failed; [`TaskFailure::of`] returns it.
    /// - [`ErrorKind::Timeout`](crate::ErrorKind::Timeout): the policy's deadline has passed; the task itself continues.
    /// - [`ErrorKind::Gone`](crate::ErrorKind::Gone): the task does not exist, and its outcome is unknown.
    /// - [`ErrorKind::NotFound`](crate::ErrorKind::NotFound): the task is done, and its object is missing.
    /// - The error of the call, if several polls in a row fail.
    pub async fn wait_with(&self, policy: WaitPolicy) -> Result<T, Error> {
        let start = self.core.now();
        let info = self.core.until_done(policy).await?;
        self.object(info, policy, start).await
    }

    /// Reads the object of a finished task; the wait began at `start`.
    async fn object(
        &self,
        info: TaskInfo,
        policy: WaitPolicy,
        start: Duration,
    ) -> Result<T, Error> {
        let left = policy.deadline.saturating_sub(self.core.now() - start);
        let clock = Arc::clone(self.hosting().client().clock());
        until_visible(&*clock, policy, left, || (self.finish)(info.clone()))
            .await
            .map_err(|error| unreadable_object(&info, error))
    }
}

impl<T> Clone for Task<T> {
    fn clone(&self) -> Self {
        Self {
            core: self.core.clone(),
            finish: Arc::clone(&self.finish),
        }
    }
}

partial_debug!(
    Task<T>,
    |task| service_name = task.hosting().service_name(),
    id = task.id(),
    seen = task.last_seen()
);
