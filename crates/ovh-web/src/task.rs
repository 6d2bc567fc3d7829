//! Background tasks of a hosting, and waiting for them.
//!
//! The state of a task is in `info`, the result of a poll in `sighting`, its object in `object`,
//! and waiting for many tasks in `set`.

mod info;
mod object;
mod set;
mod sighting;

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ovh_runtime::{BoxFuture, Call, Error, ErrorKind};
use serde::de::DeserializeOwned;

pub use info::{TaskFailure, TaskInfo};
pub use set::{TaskSet, wait_all, wait_all_with};

use crate::handle::Hosting;
use crate::pending::HasStatus;
use crate::wait::{Found, PollOutcome, WaitPolicy, Work, found, until_settled, until_visible};
use object::Standing;
use sighting::{Seen, Sighting};

type Progress = dyn Fn(&TaskInfo) + Send + Sync;
type OfObject<T> = dyn Fn(Hosting, TaskInfo) -> BoxFuture<'static, Result<T, Error>> + Send + Sync;

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
    hosting: Hosting,
    id: i64,
    seen: Arc<Mutex<Seen>>,
    progress: Option<Arc<Progress>>,
    work: Work,
    /// The state of the object, for a task that no poll has seen.
    check: Arc<OfObject<Standing>>,
    finish: Arc<OfObject<Found<T>>>,
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
        let since = hosting.client().clock().monotonic();
        Self {
            hosting,
            id,
            seen: Arc::new(Mutex::new(Seen {
                info,
                is_shown: false,
                since,
            })),
            progress: None,
            work: Work::default(),
            check: Arc::new(|hosting, info| Box::pin(object::named(hosting, info))),
            finish: Arc::new(|_, info| Box::pin(async move { Ok(Found::There(info)) })),
        }
    }

    /// Sets the kind of work, which decides the default deadline.
    pub(crate) fn taking(mut self, work: Work) -> Self {
        self.work = work;
        self
    }

    /// Makes it a task that removes an object.
    pub(crate) fn removing<T: DeserializeOwned + Send + 'static>(
        mut self,
        what: String,
        look: impl Fn(&Hosting) -> Call<T> + Send + Sync + 'static,
    ) -> Self {
        self.check = Arc::new(move |hosting, _| {
            let (what, look) = (what.clone(), look(&hosting));
            Box::pin(async move { object::absent(&what, look).await })
        });
        self
    }

    /// Makes it a task that returns the object of a call.
    pub(crate) fn with_output<T: HasStatus>(
        self,
        get: impl Fn(&Hosting) -> Call<T> + Send + Sync + 'static,
    ) -> Task<T> {
        self.finding(move |hosting, _| {
            let call = get(&hosting).fresh();
            async move { found(call.await) }
        })
    }

    /// Makes it a task that returns the object that `find` finds.
    pub(crate) fn finding<T: HasStatus, F>(
        self,
        find: impl Fn(Hosting, TaskInfo) -> F + Send + Sync + 'static,
    ) -> Task<T>
    where
        F: Future<Output = Result<Found<T>, Error>> + Send + 'static,
    {
        let find = Arc::new(find);
        let check = Arc::clone(&find);
        Task {
            hosting: self.hosting,
            id: self.id,
            seen: self.seen,
            progress: self.progress,
            work: self.work,
            check: Arc::new(move |hosting, info| Box::pin(object::present(check(hosting, info)))),
            finish: Arc::new(move |hosting, info| Box::pin(find(hosting, info))),
        }
    }
}

/// The error of a finished task whose object cannot be read.
fn unfound(info: &TaskInfo, error: Error) -> Error {
    let hint = format!(
        "{info}: the work was done, and only the look at its object failed{}",
        error
            .hint()
            .map(|hint| format!("; {hint}"))
            .unwrap_or_default()
    );
    error.into_builder().hint(hint).build()
}

impl<T> Task<T> {
    /// Returns the task's id.
    #[must_use]
    pub const fn id(&self) -> i64 {
        self.id
    }

    /// Returns the hosting.
    #[must_use]
    pub const fn hosting(&self) -> &Hosting {
        &self.hosting
    }

    /// Returns the last known state, without a request.
    ///
    /// `None` if the task was resumed by its id and not polled yet.
    #[must_use]
    pub fn last_seen(&self) -> Option<TaskInfo> {
        self.seen().info.clone()
    }

    /// Sets a callback that receives the task at every poll.
    pub fn on_progress(mut self, report: impl Fn(&TaskInfo) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(report));
        self
    }

    /// Returns the task without its object: waiting returns the finished task.
    pub fn plain(&self) -> Task {
        Task {
            hosting: self.hosting.clone(),
            id: self.id,
            seen: Arc::clone(&self.seen),
            progress: self.progress.clone(),
            work: self.work,
            check: Arc::clone(&self.check),
            finish: Arc::new(|_, info| Box::pin(async move { Ok(Found::There(info)) })),
        }
    }

    /// Polls the task once.
    ///
    /// A new task may not be visible yet; then the last known state is returned.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Gone`] if the task does not exist and its outcome is
    /// unknown.
    pub async fn status(&self) -> Result<TaskInfo, Error> {
        match self.poll(self.policy()).await? {
            Sighting::Shown(info) => Ok(info),
            Sighting::NotYet(error) => self.last_seen().ok_or(error),
            Sighting::Lost(error) => Err(error),
        }
    }

    /// The client's monotonic time.
    fn now(&self) -> Duration {
        self.hosting.client().clock().monotonic()
    }

    /// The policy of a wait that is given none.
    fn policy(&self) -> WaitPolicy {
        self.hosting.client().wait_policy(self.work)
    }

    /// Waits until the task is done, with the client's [`WaitPolicy`].
    ///
    /// # Errors
    ///
    /// See [`wait_with`](Self::wait_with).
    pub async fn wait(&self) -> Result<T, Error> {
        self.wait_with(self.policy()).await
    }

    /// Waits until the task is done, and returns its object or its last state.
    ///
    /// Cancel-safe: the future may be dropped and the wait repeated.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Task`]: the task was canceled or failed; [`TaskFailure::of`] returns it.
    /// - [`ErrorKind::Timeout`]: the policy's deadline has passed; the task itself continues.
    /// - [`ErrorKind::Gone`]: the task does not exist, and its outcome is unknown.
    /// - [`ErrorKind::NotFound`]: the task is done, and its object is missing.
    /// - The error of the call, if several polls in a row fail.
    pub async fn wait_with(&self, policy: WaitPolicy) -> Result<T, Error> {
        let start = self.now();
        let info = self.until_done(policy).await?;
        self.object(info, policy, start).await
    }

    /// Reads the object of a finished task; the wait began at `start`.
    async fn object(
        &self,
        info: TaskInfo,
        policy: WaitPolicy,
        start: Duration,
    ) -> Result<T, Error> {
        let left = policy.limit().saturating_sub(self.now() - start);
        let clock = Arc::clone(self.hosting.client().clock());
        until_visible(&*clock, policy, left, || {
            (self.finish)(self.hosting.clone(), info.clone())
        })
        .await
        .map_err(|error| unfound(&info, error))
    }

    async fn until_done(&self, policy: WaitPolicy) -> Result<TaskInfo, Error> {
        let first = self.last_seen();
        if let Some(info) = &first {
            self.report(info);
            if let Some(outcome) = self.outcome(info) {
                return outcome;
            }
        }
        let clock = Arc::clone(self.hosting.client().clock());
        let settled = until_settled(&*clock, policy, first.is_some(), || async {
            Ok(match self.sighted(self.poll(policy).await?) {
                Some(outcome) => PollOutcome::Settled(outcome),
                None => PollOutcome::Going,
            })
        })
        .await;
        match settled {
            Some(Ok(outcome)) => outcome,
            Some(Err(error)) => Err(error),
            None => Err(self.out_of_time(policy)),
        }
    }

    /// The outcome of the task, if the poll shows one.
    fn sighted(&self, sighting: Sighting) -> Option<Result<TaskInfo, Error>> {
        match sighting {
            Sighting::Shown(info) => {
                self.report(&info);
                self.outcome(&info)
            }
            Sighting::NotYet(_) => None,
            Sighting::Lost(error) => Some(Err(error)),
        }
    }

    fn report(&self, info: &TaskInfo) {
        if let Some(report) = &self.progress {
            report(info);
        }
    }

    /// The outcome of the task, if it is done.
    fn outcome(&self, info: &TaskInfo) -> Option<Result<TaskInfo, Error>> {
        // Documented until 2022: `error`. OVH's own code still handles it.
        match info.status.as_str() {
            "done" => Some(Ok(info.clone())),
            "cancelled" | "error" => {
                let failure = TaskFailure {
                    service_name: self.hosting.service_name().to_owned(),
                    task: info.clone(),
                };
                Some(Err(self
                    .error(ErrorKind::Task, failure.to_string())
                    .hint("the control panel or OVHcloud's support can say why; what was asked for was not done, or only in part")
                    .source(failure)
                    .build()))
            }
            _ => None,
        }
    }

    fn out_of_time(&self, policy: WaitPolicy) -> Error {
        let service = self.hosting.service_name();
        let seen = match self.last_seen() {
            Some(info) => info.to_string(),
            None => format!("task {} was never seen", self.id),
        };
        self.error(
            ErrorKind::Timeout,
            format!(
                "{seen} on {service} when the {:?} for waiting had passed",
                policy.limit()
            ),
        )
        .hint(format!(
            "the task itself goes on; wait for it again with `client.hosting(\"{service}\").task({}).wait()`",
            self.id
        ))
        .build()
    }

    fn error(&self, kind: ErrorKind, message: String) -> ovh_runtime::ErrorBuilder {
        let builder = Error::builder(kind, message);
        let look = self
            .hosting
            .client()
            .raw()
            .tasks()
            .get(self.hosting.service_name(), self.id)
            .into_request();
        match look {
            Ok(request) => builder.request(&request),
            Err(_) => builder,
        }
    }
}

impl<T> Clone for Task<T> {
    fn clone(&self) -> Self {
        Self {
            hosting: self.hosting.clone(),
            id: self.id,
            seen: Arc::clone(&self.seen),
            progress: self.progress.clone(),
            work: self.work,
            check: Arc::clone(&self.check),
            finish: Arc::clone(&self.finish),
        }
    }
}

impl<T> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("service_name", &self.hosting.service_name())
            .field("id", &self.id)
            .field("seen", &self.last_seen())
            .finish_non_exhaustive()
    }
}
