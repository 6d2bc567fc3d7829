//! Tasks: what a hosting does in its own time, and how to wait for it.

use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use ovh_runtime::{DateTime, Error, ErrorKind};

use crate::hosting::Hosting;
use crate::types::{PublicTask, TaskObjectType, TaskStatus};
use crate::wait::{Look, WaitPolicy, is_gone, until_settled};

type Progress = dyn Fn(&TaskInfo) + Send + Sync;

/// Something that a hosting does in its own time: creating a database, attaching a domain.
///
/// The call that started it has come back already; [`wait`](Self::wait) comes back when the work is
/// done. Dropping a task, or a wait, stops nothing at OVHcloud, and it can be waited for again, in
/// another process too: [`Hosting::task`] makes a handle from the task's number.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// use ovh_web::types::{DumpDate, NewDump};
///
/// let database = client.hosting("example.ovh").database("example.mysql.db");
/// let task = database.dumps().create(&NewDump::new(DumpDate::Now)).await?;
/// let done = task.on_progress(|task| println!("{task}")).wait().await?;
/// println!("saved: {:?}", done.done_date);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "the work goes on unseen unless the task is waited for"]
pub struct Task {
    hosting: Hosting,
    id: i64,
    seen: Arc<Mutex<Option<TaskInfo>>>,
    progress: Option<Arc<Progress>>,
}

impl Task {
    /// A task that the API has just answered with: its first sighting.
    pub(crate) fn started(hosting: Hosting, info: impl Into<TaskInfo>) -> Self {
        let info = info.into();
        Self {
            hosting,
            id: info.id,
            seen: Arc::new(Mutex::new(Some(info))),
            progress: None,
        }
    }

    /// A task of which only the number is known.
    pub(crate) fn resumed(hosting: Hosting, id: i64) -> Self {
        Self {
            hosting,
            id,
            seen: Arc::default(),
            progress: None,
        }
    }

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

    /// Looks at the task once.
    ///
    /// # Errors
    ///
    /// Those of the call. A task that was seen before and is gone is finished, which is no error;
    /// one that was never seen and is not there is ([`ErrorKind::NotFound`]).
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
            Err(error) if is_gone(&error) => match self.last_seen() {
                Some(seen) => seen.archived(),
                None => return Err(error),
            },
            Err(error) => return Err(error),
        };
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(info.clone());
        Ok(info)
    }

    /// Waits until the task is done, for an hour at most.
    ///
    /// # Errors
    ///
    /// As [`wait_with`](Self::wait_with).
    pub async fn wait(&self) -> Result<TaskInfo, Error> {
        self.wait_with(WaitPolicy::default()).await
    }

    /// Waits until the task is done, and gives what was last seen of it.
    ///
    /// The future may be dropped at any time and the wait begun anew.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Task`]: the task was cancelled or failed; the error's source is a
    ///   [`TaskFailure`].
    /// - [`ErrorKind::Timeout`]: the policy's deadline has passed; the task itself goes on.
    /// - [`ErrorKind::NotFound`]: a task that was resumed by its number is not there.
    /// - whatever keeps a call from being answered, several times in a row.
    pub async fn wait_with(&self, policy: WaitPolicy) -> Result<TaskInfo, Error> {
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

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("service_name", &self.hosting.service_name())
            .field("id", &self.id)
            .field("seen", &self.last_seen())
            .finish_non_exhaustive()
    }
}

/// What was seen of a task.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TaskInfo {
    /// The task's number.
    pub id: i64,
    /// What is being done, in OVHcloud's words: `web/createDatabase` and the like.
    pub function: String,
    /// How far it has come. A task that has been archived counts as done.
    pub status: TaskStatus,
    /// Whether the task is no longer listed, which is how OVHcloud puts finished ones away.
    pub is_archived: bool,
    /// The sort of thing that it acts on.
    pub object_type: Option<TaskObjectType>,
    /// The name or number of the thing that it acts on.
    pub object_id: Option<String>,
    /// When it was started.
    pub start_date: DateTime,
    /// When it last moved on.
    pub last_update: Option<DateTime>,
    /// When it was done.
    pub done_date: Option<DateTime>,
}

impl TaskInfo {
    fn archived(mut self) -> Self {
        // One that had failed before it was put away does not become a success.
        if !matches!(self.status.as_str(), "cancelled" | "error") {
            self.status = TaskStatus::Done;
        }
        self.is_archived = true;
        self
    }
}

/// `task 42 (web/createDatabase) is doing`
impl fmt::Display for TaskInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "task {} ({}) is {}",
            self.id,
            self.function,
            self.status.as_str()
        )
    }
}

impl From<PublicTask> for TaskInfo {
    fn from(task: PublicTask) -> Self {
        Self {
            id: task.id,
            function: task.function.as_str().to_owned(),
            status: task.status,
            is_archived: false,
            object_type: task.object_type,
            object_id: task.object_id,
            start_date: task.start_date,
            last_update: task.last_update,
            done_date: task.done_date,
        }
    }
}

impl From<crate::types::Task> for TaskInfo {
    fn from(task: crate::types::Task) -> Self {
        Self {
            id: task.id,
            function: task.function,
            status: task.status,
            is_archived: false,
            object_type: task.object_type,
            object_id: task.object_id,
            start_date: task.start_date,
            last_update: task.last_update,
            done_date: task.done_date,
        }
    }
}

/// A task that was cancelled or failed: the source of an [`ErrorKind::Task`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TaskFailure {
    /// The hosting that worked on it.
    pub service_name: String,
    /// What was last seen of it.
    pub task: TaskInfo,
}

impl fmt::Display for TaskFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = match self.task.status.as_str() {
            "cancelled" => "was cancelled",
            _ => "has failed",
        };
        write!(
            f,
            "task {} ({}) on {} {end}",
            self.task.id, self.task.function, self.service_name
        )
    }
}

impl StdError for TaskFailure {}
