//! Polling of a task, and the meaning of a 404.

use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use ovh_runtime::{Call, Error, ErrorBuilder, ErrorKind};

use super::object::ObjectState;
use super::{TaskCore, TaskFailure, TaskInfo};
use crate::types::PublicTask;
use crate::wait::{PollOutcome, WaitPolicy, may_recover, until_settled};

/// The last known state of a task.
pub(super) struct LastSeen {
    pub(super) info: Option<TaskInfo>,
    /// `true` once a poll has seen the task.
    pub(super) is_seen: bool,
    /// Monotonic time of the response that started the task, or of the resume.
    pub(super) since: Duration,
}

/// The result of a poll.
pub(super) enum PolledTask {
    /// The task exists.
    Seen(TaskInfo),
    /// It was not found, which is no outcome yet.
    NotYet(Error),
    /// It was not found, and its outcome is unknown.
    Lost(Error),
}

impl TaskCore {
    fn last(&self) -> MutexGuard<'_, LastSeen> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn last_seen(&self) -> Option<TaskInfo> {
        self.last().info.clone()
    }

    pub(super) fn record(&self, info: TaskInfo) {
        let mut last = self.last();
        last.info = Some(info);
        last.is_seen = true;
    }

    /// The client's monotonic time.
    pub(super) fn now(&self) -> Duration {
        self.hosting.client().clock().monotonic()
    }

    /// The policy of a wait that is given none.
    pub(super) fn policy(&self) -> WaitPolicy {
        self.hosting.client().wait_policy(self.work)
    }

    pub(super) async fn until_done(&self, policy: WaitPolicy) -> Result<TaskInfo, Error> {
        let first = self.last_seen();
        if let Some(outcome) = first.as_ref().and_then(|info| self.report(info)) {
            return outcome;
        }
        let clock = Arc::clone(self.hosting.client().clock());
        let settled = until_settled(&*clock, policy, first.is_some(), || async {
            Ok(match self.outcome_of(self.poll(policy).await?) {
                Some(outcome) => PollOutcome::Done(outcome),
                None => PollOutcome::InProgress,
            })
        });
        settled.await.unwrap_or_else(|| Err(self.timeout(policy)))?
    }

    /// Returns the outcome of the task, if the poll shows one.
    pub(super) fn outcome_of(&self, polled: PolledTask) -> Option<Result<TaskInfo, Error>> {
        match polled {
            PolledTask::Seen(info) => self.report(&info),
            PolledTask::NotYet(_) => None,
            PolledTask::Lost(error) => Some(Err(error)),
        }
    }

    /// Reports the progress, and returns the outcome if the task is done.
    pub(super) fn report(&self, info: &TaskInfo) -> Option<Result<TaskInfo, Error>> {
        if let Some(report) = &self.progress {
            report(info);
        }
        // Documented until 2022: `error`. OVH's own code still handles it.
        match info.status.as_str() {
            "done" => Some(Ok(info.clone())),
            "cancelled" | "error" => {
                let failure = TaskFailure {
                    service_name: self.hosting.service_name().to_owned(),
                    task: info.clone(),
                };
                let hint = "the control panel or OVHcloud's support may show the reason; the change was not made, or \
                            only in part";
                let builder = self.error(ErrorKind::Task, failure.to_string());
                Some(Err(builder.hint(hint).source(failure).build()))
            }
            _ => None,
        }
    }

    pub(super) fn timeout(&self, policy: WaitPolicy) -> Error {
        let (service, id) = (self.hosting.service_name(), self.id);
        let state = match self.last_seen() {
            Some(info) => info.to_string(),
            None => format!("task {id} was not found"),
        };
        let limit = policy.deadline;
        let message = format!("{state} on {service} after waiting for {limit:?}");
        self.error(ErrorKind::Timeout, message)
            .hint(format!(
                "the task itself continues: wait again with `client.hosting(\"{service}\").task({id}).wait()`"
            ))
            .build()
    }

    fn call(&self) -> Call<PublicTask> {
        let raw = self.hosting.raw().tasks();
        raw.get(self.hosting.service_name(), self.id).fresh()
    }

    fn error(&self, kind: ErrorKind, message: String) -> ErrorBuilder {
        let builder = Error::builder(kind, message);
        match self.call().into_request() {
            Ok(request) => builder.request(&request),
            Err(_) => builder,
        }
    }

    pub(super) async fn poll(&self, policy: WaitPolicy) -> Result<PolledTask, Error> {
        match self.call().await {
            Ok(task) => {
                let info = TaskInfo::from(task);
                self.record(info.clone());
                Ok(PolledTask::Seen(info))
            }
            Err(error) if error.is_gone() => self.not_found(policy, error).await,
            Err(error) => Err(error),
        }
    }

    /// Interprets a 404. Documented: a finished task is archived and then not found. From
    /// OVHcloud's Terraform provider: a new task may not be found either.
    async fn not_found(&self, policy: WaitPolicy, error: Error) -> Result<PolledTask, Error> {
        let (info, is_seen, age) = {
            let last = self.last();
            let age = self.now().saturating_sub(last.since);
            (last.info.clone(), last.is_seen, age)
        };
        let is_new = age < policy.task_grace;
        let info = match info {
            Some(info) if is_seen => return Ok(PolledTask::Seen(self.archived(info))),
            Some(info) if !is_new => info,
            None if !is_new => return Ok(PolledTask::Lost(unknown(error))),
            _ => return Ok(PolledTask::NotYet(unknown(error))),
        };
        let reason = match (self.check)(info.clone()).await {
            Ok(ObjectState::AsExpected) => return Ok(PolledTask::Seen(self.archived(info))),
            Ok(ObjectState::InProgress) => return Ok(PolledTask::NotYet(error)),
            Ok(ObjectState::Unexpected(reason)) => reason,
            Err(error) if may_recover(&error) => return Err(error),
            Err(error) => return Ok(PolledTask::Lost(error)),
        };
        let lost = self.lost(&info, &reason);
        let grace = policy.task_grace.saturating_add(policy.object_grace);
        Ok(if age < grace {
            PolledTask::NotYet(lost)
        } else {
            PolledTask::Lost(lost)
        })
    }

    fn archived(&self, info: TaskInfo) -> TaskInfo {
        let info = info.archived();
        self.last().info = Some(info.clone());
        info
    }

    fn lost(&self, info: &TaskInfo, reason: &str) -> Error {
        let message = format!(
            "task {} ({}) on {} does not exist, and its work is not done: {reason}",
            self.id,
            info.function,
            self.hosting.service_name()
        );
        self.error(ErrorKind::Gone, message)
            .hint("the task may have been canceled: check the object in the control panel")
            .build()
    }
}

/// The error of a task that was never seen.
fn unknown(error: Error) -> Error {
    error
        .into_builder()
        .kind(ErrorKind::Gone)
        .hint("the task may be done and archived, or may never have existed: check the object that it should change")
        .build()
}
