//! What is known of a task, and of one that failed.

use std::error::Error as StdError;
use std::fmt;

use ovh_runtime::{DateTime, Error};

use crate::types::{PublicTask, TaskObjectType, TaskStatus};

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
    pub(super) fn archived(mut self) -> Self {
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

/// A task that was cancelled or failed: what an error of kind [`Task`](crate::ErrorKind::Task)
/// carries.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TaskFailure {
    /// The hosting that worked on it.
    pub service_name: String,
    /// What was last seen of it.
    pub task: TaskInfo,
}

impl TaskFailure {
    /// The failed task that an error is about, if it is about one.
    #[must_use]
    pub fn of(error: &Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
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
