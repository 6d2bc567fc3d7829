//! Tasks: what a hosting does in its own time, and how to wait for it.
//!
//! What is known of a task is in `info`; waiting for many at once is in `set`.

mod info;
mod set;

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use ovh_runtime::{BoxFuture, Error, ErrorKind};

pub use info::{TaskFailure, TaskInfo};
pub use set::{TaskSet, wait_all};

use crate::handle::Hosting;
use crate::wait::{Look, WaitPolicy, until_settled};

type Progress = dyn Fn(&TaskInfo) + Send + Sync;
type Finish<T> = dyn Fn(Hosting, TaskInfo) -> BoxFuture<'static, Result<T, Error>> + Send + Sync;

/// Something that a hosting does in its own time: creating a database, attaching a domain.
///
/// The call that started it has come back already; [`wait`](Self::wait) comes back when the work is
/// done. What it gives shows in the type: a `Task<Domain>` gives the attached domain, as the caller
/// named it; a plain `Task` gives the finished task, with what that says about its object.
///
/// Dropping a task, or a wait, stops nothing at OVHcloud, and it can be waited for again, in
/// another process too: [`Hosting::task`] makes a handle from the task's number.
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
#[must_use = "the work goes on unseen unless the task is waited for"]
pub struct Task<T = TaskInfo> {
    hosting: Hosting,
    id: i64,
    seen: Arc<Mutex<Option<TaskInfo>>>,
    progress: Option<Arc<Progress>>,
    finish: Arc<Finish<T>>,
}

impl Task {
    /// A task that the API has just answered with: its first sighting.
    pub(crate) fn started(hosting: &Hosting, info: impl Into<TaskInfo>) -> Self {
        let info = info.into();
        Self::new(hosting.clone(), info.id, Some(info))
    }

    /// A task of which only the number is known.
    pub(crate) fn resumed(hosting: Hosting, id: i64) -> Self {
        Self::new(hosting, id, None)
    }

    fn new(hosting: Hosting, id: i64, seen: Option<TaskInfo>) -> Self {
        Self {
            hosting,
            id,
            seen: Arc::new(Mutex::new(seen)),
            progress: None,
            finish: Arc::new(|_, info| Box::pin(async move { Ok(info) })),
        }
    }

    /// The same task, which gives what `find` finds once it is done.
    pub(crate) fn giving<T, F>(self, find: impl Fn(Hosting) -> F + Send + Sync + 'static) -> Task<T>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        Task {
            hosting: self.hosting,
            id: self.id,
            seen: self.seen,
            progress: self.progress,
            finish: Arc::new(move |hosting, info| {
                let found = find(hosting);
                Box::pin(async move { found.await.map_err(|error| unfound(&info, error)) })
            }),
        }
    }
}

/// The work is done, yet its object cannot be shown.
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
    /// The task's number, by which it can be found again.
    #[must_use]
    pub const fn id(&self) -> i64 {
        self.id
    }

    /// The hosting that works on it.
    #[must_use]
    pub const fn hosting(&self) -> &Hosting {
        &self.hosting
    }

    /// What was last seen of it, without asking again. Nothing was seen yet of a task that was
    /// resumed by its number.
    #[must_use]
    pub fn last_seen(&self) -> Option<TaskInfo> {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Calls back with every look at the task while it is waited for.
    pub fn on_progress(mut self, report: impl Fn(&TaskInfo) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(report));
        self
    }

    /// The same task without its object: waiting for it gives the finished task.
    pub fn plain(&self) -> Task {
        Task {
            hosting: self.hosting.clone(),
            id: self.id,
            seen: Arc::clone(&self.seen),
            progress: self.progress.clone(),
            finish: Arc::new(|_, info| Box::pin(async move { Ok(info) })),
        }
    }

    /// Looks at the task once.
    ///
    /// # Errors
    ///
    /// Those of the call. A task that was seen before and is gone is finished, which is no error;
    /// one that was never seen and is not there is ([`ErrorKind::Gone`]).
    pub async fn status(&self) -> Result<TaskInfo, Error> {
        let call = self
            .hosting
            .client()
            .raw()
            .tasks()
            .get(self.hosting.service_name(), self.id)
            .fresh();
        let info = match call.await {
            Ok(task) => TaskInfo::from(task),
            // Fact [C]: a finished task is archived, after which it is not found. A number that was
            // never seen may as well be a wrong one.
            Err(error) if error.is_gone() => match self.last_seen() {
                Some(seen) => seen.archived(),
                None => return Err(gone(error)),
            },
            Err(error) => return Err(error),
        };
        self.note(info.clone());
        Ok(info)
    }

    fn note(&self, info: TaskInfo) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(info);
    }

    /// Waits until the task is done, for an hour at most.
    ///
    /// # Errors
    ///
    /// As [`wait_with`](Self::wait_with).
    pub async fn wait(&self) -> Result<T, Error> {
        self.wait_with(WaitPolicy::default()).await
    }

    /// Waits until the task is done, and gives its object, or what was last seen of the task.
    ///
    /// The future may be dropped at any time and the wait begun anew.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Task`]: the task was cancelled or failed; [`TaskFailure::of`] gives it.
    /// - [`ErrorKind::Timeout`]: the policy's deadline has passed; the task itself goes on.
    /// - [`ErrorKind::Gone`]: a task that was resumed by its number is not there.
    /// - whatever keeps a call from being answered, several times in a row.
    pub async fn wait_with(&self, policy: WaitPolicy) -> Result<T, Error> {
        let info = self.until_done(policy).await?;
        (self.finish)(self.hosting.clone(), info).await
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
            let info = self.status().await?;
            self.report(&info);
            Ok(match self.outcome(&info) {
                Some(outcome) => Look::Settled(outcome),
                None => Look::Going,
            })
        })
        .await;
        match settled {
            Some(Ok(outcome)) => outcome,
            Some(Err(error)) => Err(error),
            None => Err(self.out_of_time(policy)),
        }
    }

    fn report(&self, info: &TaskInfo) {
        if let Some(report) = &self.progress {
            report(info);
        }
    }

    /// The end of the task, if this is its end.
    fn outcome(&self, info: &TaskInfo) -> Option<Result<TaskInfo, Error>> {
        // `error` left the document's list in 2022, yet OVH's own code still expects it [C].
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

/// A number that nobody has seen a task of, and that is not there.
fn gone(error: Error) -> Error {
    error
        .into_builder()
        .kind(ErrorKind::Gone)
        .hint("only the number of this task was known: it may have been done and put away, or never have been; look at what it was to change")
        .build()
}

impl<T> Clone for Task<T> {
    fn clone(&self) -> Self {
        Self {
            hosting: self.hosting.clone(),
            id: self.id,
            seen: Arc::clone(&self.seen),
            progress: self.progress.clone(),
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
