//! Tasks: `todo`, `doing`, `done`, and then archived. A task that is not found any more succeeded.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::failures::{Ending, Failures};
use crate::clock::Moment;
use crate::ids::Ids;
use crate::rules::{Rule, Rules};

/// The time that a task spends in each state.
///
/// Guess: all three durations. Real tasks take between seconds and an hour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) todo: Duration,
    pub(crate) doing: Duration,
    pub(crate) done: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            todo: Duration::from_secs(1),
            doing: Duration::from_secs(2),
            done: Duration::from_secs(3),
        }
    }
}

/// A task that can still be read.
#[derive(Clone)]
pub(crate) struct Task {
    pub(crate) id: u64,
    pub(crate) job: Job,
    /// The id of the object as the API shows it.
    shown_id: String,
    created: Moment,
    started: Moment,
    finished: Moment,
    archived: Moment,
    ending: Option<Ending>,
}

impl Task {
    pub(crate) fn status(&self, now: Moment) -> &'static str {
        if now >= self.finished {
            self.ending.map_or("done", Ending::status)
        } else if now >= self.started {
            "doing"
        } else {
            "todo"
        }
    }

    pub(crate) fn json(&self, now: Moment) -> Value {
        let done = now >= self.finished;
        let steps = [self.finished, self.started];
        let last_update = steps.into_iter().find(|at| now >= *at);
        json!({
            "id": self.id,
            "function": self.job.function,
            "status": self.status(now),
            "startDate": self.created.rfc3339(),
            "lastUpdate": last_update.unwrap_or(self.created).rfc3339(),
            "doneDate": (done && self.ending.is_none()).then(|| self.finished.rfc3339()),
            "objectType": self.job.object_type,
            "objectId": self.shown_id,
        })
    }
}

/// The name of a task, and the object that it works on.
#[derive(Clone)]
pub(crate) struct Job {
    /// A value of the document's function enum.
    pub(crate) function: &'static str,
    /// A value of the document's object type enum.
    pub(crate) object_type: &'static str,
    pub(crate) object_id: String,
    /// `true` for an operation that is not among the tasks of the API.
    pub(crate) hidden: bool,
}

#[derive(Clone, Copy)]
pub(crate) struct End {
    pub(crate) at: Moment,
    pub(crate) failed: bool,
}

/// Guess: a failed task can be read for a day, so that clients can see the failure.
const FAILED_STAYS: Duration = Duration::from_secs(24 * 3600);

/// The parts that all hostings of a sandbox share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) ids: Ids,
    pub(crate) pace: Pace,
    pub(crate) failures: Failures,
    pub(crate) rules: Rules,
}

#[derive(Clone)]
pub(crate) struct Tasks {
    service: String,
    shared: Shared,
    tasks: BTreeMap<u64, Task>,
    /// The open tasks, by their end.
    open: BTreeSet<(Moment, u64)>,
}

impl Tasks {
    pub(crate) fn new(service: &str, shared: &Shared) -> Self {
        Self {
            service: service.to_owned(),
            shared: shared.clone(),
            tasks: BTreeMap::new(),
            open: BTreeSet::new(),
        }
    }

    pub(crate) fn start(&mut self, id: u64, now: Moment, job: Job) {
        let Shared { pace, failures, .. } = &self.shared;
        let ending = failures.take(job.function);
        let started = now + pace.todo;
        let finished = started + pace.doing;
        let task = Task {
            id,
            shown_id: self.shown_id(&job),
            job,
            created: now,
            started,
            finished,
            archived: finished + self.readable(ending),
            ending,
        };
        self.open.insert((finished, id));
        self.tasks.insert(id, task);
    }

    /// The time for which an ended task can be read.
    fn readable(&self, ending: Option<Ending>) -> Duration {
        ending.map_or(self.shared.pace.done, |_| FAILED_STAYS)
    }

    /// The `objectId`.
    ///
    /// Guess: an object whose id is a number is named by that number.
    fn shown_id(&self, job: &Job) -> String {
        let (object_type, object_id) = (job.object_type, &job.object_id);
        let is_number = object_id.bytes().all(|byte| byte.is_ascii_digit());
        if is_number || !self.shared.rules.enforces(Rule::TaskObjectIds) {
            return object_id.clone();
        }
        let label = format!("{object_type} {object_id} of {}", self.service);
        self.shared.ids.number(&label).to_string()
    }

    /// Changes how and when an open task ends, if its end was `from` before.
    fn change_end(&mut self, id: u64, from: Option<Ending>, to: Option<Ending>, finished: Moment) {
        let archived = finished + self.readable(to);
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        if task.ending == from && self.open.remove(&(task.finished, id)) {
            (task.ending, task.finished, task.archived) = (to, finished, archived);
            self.open.insert((finished, id));
        }
    }

    /// Cancels a new task at its end, or at another moment.
    pub(crate) fn cancel(&mut self, id: u64, at: Option<Moment>) {
        if let Some(end) = at.or_else(|| Some(self.tasks.get(&id)?.finished)) {
            self.change_end(id, None, Some(Ending::Cancelled), end);
        }
    }

    /// Resumes a task that was to be canceled.
    pub(crate) fn resume(&mut self, id: u64, now: Moment) {
        if let Some(started) = self.tasks.get(&id).map(|task| task.started) {
            let finished = started.max(now) + self.shared.pace.doing;
            self.change_end(id, Some(Ending::Cancelled), None, finished);
        }
    }

    /// The first task that ends by `now`.
    pub(crate) fn next_due(&mut self, now: Moment) -> Option<(u64, End)> {
        let &(at, id) = self.open.first().filter(|(at, _)| *at <= now)?;
        self.open.remove(&(at, id));
        let task = self.tasks.get(&id)?;
        let failed = task.ending.is_some();
        Some((id, End { at, failed }))
    }

    pub(crate) fn archive(&mut self, now: Moment) {
        self.tasks.retain(|_, task| task.archived > now);
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Task> {
        self.tasks.get(&id).filter(|task| !task.job.hidden)
    }

    /// The function and object of a task, for the journal.
    pub(crate) fn summary(&self, id: u64) -> String {
        self.tasks.get(&id).map_or_else(String::new, |task| {
            format!("{} of {}", task.job.function, task.job.object_id)
        })
    }

    /// The status of a task, hidden or not; `None` once it is archived.
    pub(crate) fn status(&self, id: u64, now: Moment) -> Option<&'static str> {
        self.tasks.get(&id).map(|task| task.status(now))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Task> {
        self.tasks.values().filter(|task| !task.job.hidden)
    }
}
