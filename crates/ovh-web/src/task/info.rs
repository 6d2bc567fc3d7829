//! The state of a task, and the error data of a failed one.

use std::error::Error as StdError;
use std::fmt;

use ovh_runtime::{DateTime, Error};
use serde::Serialize;

use crate::types::{PublicTask, TaskObjectType, TaskStatus};

/// The last known state of a task.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct TaskInfo {
    /// The task's id.
    pub id: i64,
    /// The work, as OVHcloud names it: `database/create` and the like.
    pub function: String,
    /// The status. An archived task counts as done.
    pub status: TaskStatus,
    /// `true` if the task is no longer listed: OVHcloud archives finished tasks.
    pub is_archived: bool,
    /// The type of the object.
    pub object_type: Option<TaskObjectType>,
    /// The name or id of the object.
    pub object_id: Option<String>,
    /// Time of the start.
    pub start_date: DateTime,
    /// Time of the last update.
    pub last_update: Option<DateTime>,
    /// Time of completion.
    pub done_date: Option<DateTime>,
}

impl TaskInfo {
    pub(super) fn archived(mut self) -> Self {
        // A task that failed before it was archived stays failed.
        if !matches!(self.status.as_str(), "cancelled" | "error") {
            self.status = TaskStatus::Done;
        }
        self.is_archived = true;
        self
    }
}

/// `task 42 (database/create) is doing`
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

macro_rules! from_task {
    ($($type:ty),*) => {
        $(impl From<$type> for TaskInfo {
            fn from(task: $type) -> Self {
                Self {
                    id: task.id,
                    function: task.function.to_string(),
                    status: task.status,
                    is_archived: false,
                    object_type: task.object_type,
                    object_id: task.object_id,
                    start_date: task.start_date,
                    last_update: task.last_update,
                    done_date: task.done_date,
                }
            }
        })*
    };
}

from_task!(PublicTask, crate::types::Task);

/// A canceled or failed task: the data of a [`Task`](crate::ErrorKind::Task) error.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct TaskFailure {
    /// Service name of the hosting.
    pub service_name: String,
    /// The last known state.
    pub task: TaskInfo,
}

impl TaskFailure {
    /// Returns the failed task of an error, if it has one.
    #[must_use]
    pub fn of(error: &Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl fmt::Display for TaskFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = match self.task.status.as_str() {
            "cancelled" => "was canceled",
            _ => "failed",
        };
        write!(
            f,
            "task {} ({}) on {} {end}",
            self.task.id, self.task.function, self.service_name
        )
    }
}

impl StdError for TaskFailure {}
