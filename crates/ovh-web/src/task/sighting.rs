//! The result of one poll of a task, and the meaning of a 404.

use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use ovh_runtime::{Error, ErrorKind};

use super::object::Standing;
use super::{Task, TaskInfo};
use crate::wait::{WaitPolicy, passes};

/// The last known state of a task.
pub(super) struct Seen {
    pub(super) info: Option<TaskInfo>,
    /// `true` once a poll has seen it.
    pub(super) is_shown: bool,
    /// Monotonic time of the response that started it, or of the resume.
    pub(super) since: Duration,
}

/// The result of a poll.
pub(super) enum Sighting {
    /// The task exists.
    Shown(TaskInfo),
    /// It was not found, which is no outcome yet.
    NotYet(Error),
    /// It was not found, and its outcome is unknown.
    Lost(Error),
}

impl<T> Task<T> {
    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn poll(&self, policy: WaitPolicy) -> Result<Sighting, Error> {
        let call = self
            .hosting
            .client()
            .raw()
            .tasks()
            .get(self.hosting.service_name(), self.id)
            .fresh();
        match call.await {
            Ok(task) => {
                let info = TaskInfo::from(task);
                self.note(info.clone());
                Ok(Sighting::Shown(info))
            }
            Err(error) if error.is_gone() => self.missing(policy, error).await,
            Err(error) => Err(error),
        }
    }

    /// Interprets a 404. Documented: a finished task is archived and then not found. From
    /// OVHcloud's Terraform provider: a new task may not be found either.
    async fn missing(&self, policy: WaitPolicy, error: Error) -> Result<Sighting, Error> {
        let (info, is_shown, age) = {
            let seen = self.seen();
            let age = self.now().saturating_sub(seen.since);
            (seen.info.clone(), seen.is_shown, age)
        };
        let is_new = age < policy.grace_of_task();
        let info = match info {
            Some(info) if is_shown => return Ok(Sighting::Shown(self.archived(info))),
            Some(info) if !is_new => info,
            None if !is_new => return Ok(Sighting::Lost(gone(error))),
            _ => return Ok(Sighting::NotYet(gone(error))),
        };
        let reason = match (self.check)(self.hosting.clone(), info.clone()).await {
            Ok(Standing::Reached) => return Ok(Sighting::Shown(self.archived(info))),
            Ok(Standing::Going) => return Ok(Sighting::NotYet(error)),
            Ok(Standing::Not(reason)) => reason,
            Err(error) if passes(&error) => return Err(error),
            Err(error) => return Ok(Sighting::Lost(error)),
        };
        let lost = self.lost(&info, &reason);
        let grace = policy
            .grace_of_task()
            .saturating_add(policy.grace_of_object());
        Ok(if age < grace {
            Sighting::NotYet(lost)
        } else {
            Sighting::Lost(lost)
        })
    }

    pub(super) fn note(&self, info: TaskInfo) {
        let mut seen = self.seen();
        seen.info = Some(info);
        seen.is_shown = true;
    }

    fn archived(&self, info: TaskInfo) -> TaskInfo {
        let info = info.archived();
        self.seen().info = Some(info.clone());
        info
    }

    fn lost(&self, info: &TaskInfo, reason: &str) -> Error {
        let message = format!(
            "task {} ({}) on {} was never shown by the API, and its work is not done: {reason}",
            self.id,
            info.function,
            self.hosting.service_name()
        );
        self.error(ErrorKind::Gone, message)
            .hint("the task may have been cancelled; look at the object in the control panel")
            .build()
    }
}

/// An id of which no task was ever seen.
fn gone(error: Error) -> Error {
    error
        .into_builder()
        .kind(ErrorKind::Gone)
        .hint("only the number of this task was known: it may have been done and put away, or never have been; look at what it was to change")
        .build()
}
