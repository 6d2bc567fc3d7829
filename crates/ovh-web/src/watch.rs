//! Waits for work that a raw request started, from JSON values only.
//!
//! A task is polled until it ends, an object until its status shows no work. How a status is read
//! is in `state`.

mod state;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ovh_runtime::{
    ClientCore, Error, ErrorKind, FromResponse, HeaderMap, Method, Operation, Request, Response,
    StatusCode,
};
use serde_json::{Value, json};

use crate::pending::{ProvisioningState, state_of};
use crate::task::Task;
use crate::types::PublicTask;
use crate::wait::{Lookup, PollOutcome, Work, lookup, until_settled};
use crate::{Client, TaskInfo, WaitPolicy, operations};
use state::{errors_of, state_of_object, status_of};

/// A wait for an object or a task that is known by its operation, for programs without types.
///
/// [`Client::watch`] watches an object, [`Client::watch_task`] the task in a response. Typed methods
/// return a [`Task`] or a [`Pending`](crate::Pending) instead.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// use ovh_web::operations;
///
/// let delete = operations::by_id("databases::delete").expect("an operation");
/// let values = ["example.ovh", "shop"];
/// let response = client.operation(delete, &values)?.json().await?;
/// if let Some(task) = client.watch_task(delete, &values, &response)? {
///     task.on_progress(|status| println!("{status}")).wait().await?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a watch does nothing until it is waited for"]
pub struct Watch {
    client: Client,
    /// Reads the object.
    request: Request,
    kind: Kind,
    work: Work,
    /// Monotonic time at which the watch was created.
    since: Duration,
    progress: Option<Arc<Report>>,
}

/// A callback that receives the status.
type Report = dyn Fn(&str) + Send + Sync;

#[derive(Clone)]
enum Kind {
    Object,
    /// A task of a hosting: a 404 means that it was archived, or is not visible yet.
    HostingTask(Task),
    /// Another task, with the response that started it.
    Task(Value),
}

impl Client {
    /// Returns a wait for the object that an operation reads, from its path values.
    ///
    /// # Errors
    ///
    /// Returns an error if the operation is not a GET, or if a path value is invalid.
    pub fn watch(&self, operation: &'static Operation, values: &[&str]) -> Result<Watch, Error> {
        if *operation.method() != Method::GET {
            let error = Error::invalid_argument("only an object that is read can be watched");
            return Err(error.operation(operation).build());
        }
        self.watching(operation, values, Kind::Object)
    }

    /// Returns a wait for the task in the response of an operation.
    ///
    /// `values` are the path values of the operation. `None` if the response is not a task, or if
    /// the features of this build have no operation that reads the task.
    ///
    /// # Errors
    ///
    /// Returns an error if a path value is invalid.
    pub fn watch_task(
        &self,
        operation: &'static Operation,
        values: &[&str],
        response: &Value,
    ) -> Result<Option<Watch>, Error> {
        let is_text = |name: &str| response.get(name).is_some_and(Value::is_string);
        // From third-party reports, the ID may be a string, as in typed calls.
        let id = response.get("id").and_then(|id| match id {
            Value::String(digits) => digits.parse().ok(),
            number => number.as_i64(),
        });
        let (Some(id), Some((get, count))) = (id, task_reader(operation)) else {
            return Ok(None);
        };
        let (Some(values), true) = (
            values.get(..count),
            is_text("status") && is_text("function"),
        ) else {
            return Ok(None);
        };
        let id = id.to_string();
        let all: Vec<&str> = values.iter().copied().chain([&*id]).collect();
        let kind = Kind::Task(response.clone());
        let mut watch = self.watching(get, &all, kind)?;
        watch.work = Work::of_operation(operation.id());
        if let ("tasks::get", [service_name]) = (get.id(), values) {
            let hosting = self.hosting(*service_name);
            let info = decode_task(&watch.request, response)?;
            let task = Task::started(&hosting, info).taking(watch.work);
            watch.kind = Kind::HostingTask(task);
        }
        Ok(Some(watch))
    }

    fn watching(
        &self,
        get: &'static Operation,
        values: &[&str],
        kind: Kind,
    ) -> Result<Watch, Error> {
        Ok(Watch {
            client: self.clone(),
            request: self.operation(get, values)?.fresh().into_request()?,
            kind,
            work: Work::of_operation(get.id()),
            since: self.clock().monotonic(),
            progress: None,
        })
    }
}

/// Returns the operation that reads the task of an operation, and how many path values both share.
fn task_reader(operation: &Operation) -> Option<(&'static Operation, usize)> {
    let shared = |row: &'static Operation| {
        let path = row.path();
        let base = path
            .strip_suffix("/tasks/{id}")
            .or_else(|| path.strip_suffix("/task/{id}"))?;
        let rest = operation.path().strip_prefix(base)?;
        let is_below = rest.is_empty() || rest.starts_with('/');
        (*row.method() == Method::GET && is_below).then(|| base.matches('{').count())
    };
    let readers = operations::all().filter_map(|row| Some((row, shared(row)?)));
    readers.max_by_key(|(row, _)| row.path().len())
}

/// Decodes a task without the feature `full-serde`.
fn decode_task(request: &Request, task: &Value) -> Result<TaskInfo, Error> {
    let response = Response::new(StatusCode::OK, HeaderMap::new(), task.to_string());
    PublicTask::from_response(request, &response, &mut Vec::new()).map(TaskInfo::from)
}

impl Watch {
    /// Sets a callback that receives the status at every poll, as the API spells it.
    pub fn on_progress(mut self, report: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(report));
        self
    }

    /// Returns the task, if it is one of a hosting: many are polled together by a
    /// [`TaskSet`](crate::TaskSet).
    #[must_use]
    pub const fn task(&self) -> Option<&Task> {
        match &self.kind {
            Kind::HostingTask(task) => Some(task),
            _ => None,
        }
    }

    /// Waits until the work is done, with the client's [`WaitPolicy`].
    pub async fn wait(&self) -> Result<Value, Error> {
        self.wait_with(self.policy()).await
    }

    /// Waits until the work is done, and returns the last object or task.
    ///
    /// An object is polled until `status`, `state` and `resourceStatus` show no work and
    /// `currentTasks` is empty. The first poll is after an interval, since a status may be older
    /// than the request that started the work. Cancel-safe.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Task`]: the work has failed, by the status.
    /// - [`ErrorKind::Timeout`]: the policy's deadline has passed; the work itself continues.
    /// - [`ErrorKind::NotFound`]: the object does not exist. A new one may be missing for a while
    ///   ([`WaitPolicy::object_grace`]).
    /// - [`ErrorKind::Gone`]: the task does not exist, and its outcome is unknown.
    /// - The error of the call, if several polls in a row fail.
    pub async fn wait_with(&self, policy: WaitPolicy) -> Result<Value, Error> {
        if let Kind::HostingTask(task) = &self.kind {
            return self.hosting_task(task, policy).await;
        }
        let clock = &**self.client.clock();
        let is_seen = AtomicBool::new(false);
        let settled = until_settled(clock, policy, true, || async {
            let object = match lookup(self.read().await)? {
                Lookup::Found(object) => object,
                Lookup::Missing(error) => {
                    return self.missing(policy, error, is_seen.load(Ordering::Relaxed));
                }
            };
            is_seen.store(true, Ordering::Relaxed);
            self.report(&object);
            let state = match &self.kind {
                // An unknown status of a task counts as in progress.
                Kind::Task(_) => state_of(status_of(&object)),
                _ => state_of_object(&object),
            };
            match state {
                ProvisioningState::Ready => Ok(PollOutcome::Done(object)),
                ProvisioningState::Failed => Err(self.failed(&object)),
                _ => Ok(PollOutcome::InProgress),
            }
        });
        let timeout = || Err(self.timeout(policy, "is not ready"));
        settled.await.unwrap_or_else(timeout)
    }

    /// Waits until the object no longer exists, with the client's [`WaitPolicy`].
    pub async fn wait_gone(&self) -> Result<Option<Value>, Error> {
        self.wait_gone_with(self.policy()).await
    }

    /// Waits until the object no longer exists, and returns it as last seen.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Timeout`] once the policy's deadline has passed, and
    /// the error of the call, if several polls in a row fail.
    pub async fn wait_gone_with(&self, policy: WaitPolicy) -> Result<Option<Value>, Error> {
        let last = Mutex::new(None);
        let clock = &**self.client.clock();
        let settled = until_settled(clock, policy, true, || async {
            let Lookup::Found(object) = lookup(self.read().await)? else {
                return Ok(PollOutcome::Done(()));
            };
            self.report(&object);
            *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(object);
            Ok(PollOutcome::InProgress)
        });
        let timeout = || Err(self.timeout(policy, "still exists"));
        settled.await.unwrap_or_else(timeout)?;
        Ok(last.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    async fn hosting_task(&self, task: &Task, policy: WaitPolicy) -> Result<Value, Error> {
        let task = match self.progress.clone() {
            Some(report) => {
                let task = task.clone();
                task.on_progress(move |info| report(info.status.as_str()))
            }
            None => task.clone(),
        };
        let info = task.wait_with(policy).await?;
        Ok(json!({
            "id": info.id,
            "function": info.function,
            "status": info.status.as_str(),
            "objectType": info.object_type.as_ref().map(|it| it.as_str()),
            "objectId": info.object_id,
            "startDate": info.start_date,
            "lastUpdate": info.last_update,
            "doneDate": info.done_date,
        }))
    }

    /// Interprets a 404.
    fn missing(
        &self,
        policy: WaitPolicy,
        error: Error,
        is_seen: bool,
    ) -> Result<PollOutcome<Value>, Error> {
        let (grace, task) = match &self.kind {
            Kind::Task(task) => (policy.task_grace, Some(task)),
            _ => (policy.object_grace, None),
        };
        let age = self.client.clock().monotonic().saturating_sub(self.since);
        match task {
            // Inferred: finished tasks are archived as those of hostings are.
            Some(task) if is_seen => {
                let mut task = task.clone();
                task["status"] = "done".into();
                Ok(PollOutcome::Done(task))
            }
            _ if !is_seen && age < grace => Ok(PollOutcome::InProgress),
            Some(_) => {
                let hint =
                    "the task may be done and archived: check the object that it should change";
                let builder = error.into_builder().kind(ErrorKind::Gone);
                Err(builder.hint(hint).build())
            }
            None => Err(error),
        }
    }

    async fn read(&self) -> Result<Value, Error> {
        let core = ClientCore::new(self.client.transport());
        core.call(self.request.clone()).await
    }

    /// The policy of a wait that is given none.
    fn policy(&self) -> WaitPolicy {
        self.client.wait_policy(self.work)
    }

    fn report(&self, object: &Value) {
        if let Some(report) = &self.progress {
            report(status_of(object));
        }
    }

    fn failed(&self, object: &Value) -> Error {
        let path = self.request.path();
        let mut reasons = vec![format!("status `{}`", status_of(object))];
        reasons.extend(errors_of(object).into_iter().map(str::to_owned));
        let message = format!("the work at {path} failed ({})", reasons.join(": "));
        Error::builder(ErrorKind::Task, message)
            .hint("the control panel or OVHcloud's support may show the reason")
            .request(&self.request)
            .build()
    }

    fn timeout(&self, policy: WaitPolicy, state: &str) -> Error {
        let (path, limit) = (self.request.path(), policy.deadline);
        let message = format!("{path} {state} after waiting for {limit:?}");
        Error::builder(ErrorKind::Timeout, message)
            .hint("the work itself continues: wait again, or read the status later")
            .request(&self.request)
            .build()
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_with_a_task_has_its_reader() {
        for row in operations::all().filter(|row| row.task_type().is_some()) {
            let reader = task_reader(row).map(|(get, count)| (get.id(), count));
            let expected = match row.path().starts_with("/domain/") {
                true => ("domain/tasks::get", 1),
                false => ("tasks::get", 1),
            };
            assert_eq!(reader, Some(expected), "{row}");
        }
        let import = operations::by_id("domain/zones::import");
        let reader = import.and_then(task_reader).map(|(get, _)| get.id());
        assert_eq!(reader, import.map(|_| "domain/zone_tasks::get"));
    }

    #[test]
    fn deadline_follows_the_operation() {
        let credentials = crate::Credentials::new("key", "secret", "consumer");
        let builder = Client::builder().endpoint(crate::Endpoint::OvhEu);
        let client = builder.credentials(credentials).build().expect("a client");
        let row = |id| operations::by_id(id).expect("an operation");
        let object = client.watch(row("certificates::get"), &["a.ovh"]);
        let object = object.expect("a watch");
        assert_eq!(object.policy(), WaitPolicy::of(Work::Days));
        let begin = "2026-01-02T03:04:05Z";
        let task = json!({"id": 7, "function": "x", "status": "todo", "startDate": begin});
        let task = client.watch_task(row("domains::attach"), &["a.ovh"], &task);
        let task = task.expect("a watch").expect("a task");
        assert_eq!(task.policy(), WaitPolicy::of(Work::Day));
    }
}
