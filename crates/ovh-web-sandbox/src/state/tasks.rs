//! Tasks: `todo`, `doing`, `done`, and then gone, which is how OVHcloud says that all went well.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::failures::Ending;
use super::hosting::Shared;
use super::outcome::Outcome;
use crate::clock::Moment;
use crate::rules::Rule;

/// How long a task stays in each state.
///
/// Guess: all three. The real ones take from seconds to an hour, and how long a finished task can
/// be read before it is archived is unknown.
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
    pub(crate) function: &'static str,
    object_type: &'static str,
    object_id: String,
    /// The id as the API shows it.
    shown_id: String,
    started: Moment,
    taken_up: Moment,
    finished: Moment,
    archived: Moment,
    outcome: Option<Outcome>,
    ending: Option<Ending>,
    hidden: bool,
}

impl Task {
    pub(crate) fn status(&self, now: Moment) -> &'static str {
        if now >= self.finished {
            self.ending.map_or("done", Ending::status)
        } else if now >= self.taken_up {
            "doing"
        } else {
            "todo"
        }
    }

    pub(crate) fn object_id(&self) -> &str {
        &self.object_id
    }

    pub(crate) fn json(&self, now: Moment) -> Value {
        let done = now >= self.finished;
        let last_update = if done {
            self.finished
        } else if now >= self.taken_up {
            self.taken_up
        } else {
            self.started
        };
        json!({
            "id": self.id,
            "function": self.function,
            "status": self.status(now),
            "startDate": self.started.rfc3339(),
            "lastUpdate": last_update.rfc3339(),
            "doneDate": (done && self.ending.is_none()).then(|| self.finished.rfc3339()),
            "objectType": self.object_type,
            "objectId": self.shown_id,
        })
    }
}

/// What a task works on.
pub(crate) struct Job {
    /// A value of the document's function enum.
    pub(crate) function: &'static str,
    /// A value of the document's object type enum.
    pub(crate) object_type: &'static str,
    pub(crate) object_id: String,
    /// What happens when the task is done.
    pub(crate) outcome: Outcome,
}

/// A task that has come to its end.
pub(crate) struct Due {
    pub(crate) at: Moment,
    pub(crate) outcome: Outcome,
    pub(crate) failed: bool,
}

/// Guess: a task that failed can be read for a day, or nobody would learn of it.
const FAILED_STAYS: Duration = Duration::from_secs(24 * 3600);

/// The tasks of one hosting.
#[derive(Clone)]
pub(crate) struct Tasks {
    service: String,
    shared: Shared,
    tasks: BTreeMap<u64, Task>,
    /// The open tasks, by their end.
    open: BTreeSet<(Moment, u64)>,
    /// When the next one is archived.
    next_archived: Option<Moment>,
}

impl Tasks {
    pub(crate) fn new(service: &str, shared: &Shared) -> Self {
        Self {
            service: service.to_owned(),
            shared: shared.clone(),
            tasks: BTreeMap::new(),
            open: BTreeSet::new(),
            next_archived: None,
        }
    }

    pub(crate) fn start(&mut self, id: u64, now: Moment, job: Job) {
        self.add(id, now, job, false);
    }

    /// Starts what walks like a task but is not among the tasks of the API.
    pub(crate) fn start_hidden(&mut self, id: u64, now: Moment, job: Job) {
        self.add(id, now, job, true);
    }

    fn add(&mut self, id: u64, now: Moment, job: Job, hidden: bool) {
        let Shared { pace, failures, .. } = &self.shared;
        let ending = failures.take(job.function);
        let taken_up = now + pace.todo;
        let finished = taken_up + pace.doing;
        let task = Task {
            id,
            function: job.function,
            object_type: job.object_type,
            shown_id: self.shown_id(&job),
            object_id: job.object_id,
            started: now,
            taken_up,
            finished,
            archived: finished + self.readable(ending),
            outcome: Some(job.outcome),
            ending,
            hidden,
        };
        let archived = task.archived;
        self.next_archived = Some(self.next_archived.map_or(archived, |at| at.min(archived)));
        self.open.insert((finished, id));
        self.tasks.insert(id, task);
    }

    /// How long a task can be read that has ended.
    fn readable(&self, ending: Option<Ending>) -> Duration {
        ending.map_or(self.shared.pace.done, |_| FAILED_STAYS)
    }

    /// The `objectId`.
    ///
    /// Guess: an object with a number of its own is named by that number.
    fn shown_id(&self, job: &Job) -> String {
        let Job {
            object_type,
            object_id,
            ..
        } = job;
        let is_number = object_id.bytes().all(|byte| byte.is_ascii_digit());
        if is_number || !self.shared.rules.enforces(Rule::TaskObjectIds) {
            return object_id.clone();
        }
        let label = format!("{object_type} {object_id} of {}", self.service);
        self.shared.ids.number(&label).to_string()
    }

    /// Lets an open task end another way, and at another time, unless it is to fail already.
    fn change_end(&mut self, id: u64, from: Option<Ending>, to: Option<Ending>, finished: Moment) {
        let archived = finished + self.readable(to);
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        if task.ending == from && self.open.remove(&(task.finished, id)) {
            (task.ending, task.finished, task.archived) = (to, finished, archived);
            self.open.insert((finished, id));
            self.next_archived = self.tasks.values().map(|task| task.archived).min();
        }
    }

    /// Cancels a new task at its end, or at another moment.
    pub(crate) fn cancel(&mut self, id: u64, at: Option<Moment>) {
        if let Some(end) = at.or_else(|| Some(self.tasks.get(&id)?.finished)) {
            self.change_end(id, None, Some(Ending::Cancelled), end);
        }
    }

    /// Lets a task go on that was to be canceled.
    pub(crate) fn go_on(&mut self, id: u64, now: Moment) {
        if let Some(taken_up) = self.tasks.get(&id).map(|task| task.taken_up) {
            let finished = taken_up.max(now) + self.shared.pace.doing;
            self.change_end(id, Some(Ending::Cancelled), None, finished);
        }
    }

    /// The task that is due first, of those that are due by `now`.
    pub(crate) fn next_due(&mut self, now: Moment) -> Option<Due> {
        let &(at, id) = self.open.first().filter(|(at, _)| *at <= now)?;
        self.open.remove(&(at, id));
        let task = self.tasks.get_mut(&id)?;
        Some(Due {
            at,
            outcome: task.outcome.take()?,
            failed: task.ending.is_some(),
        })
    }

    /// Forgets what is archived.
    pub(crate) fn archive(&mut self, now: Moment) {
        if self.next_archived.is_none_or(|at| at > now) {
            return;
        }
        self.tasks.retain(|_, task| task.archived > now);
        self.next_archived = self.tasks.values().map(|task| task.archived).min();
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Task> {
        self.tasks.get(&id).filter(|task| !task.hidden)
    }

    /// How far something is that walks like a task; nothing once it is archived.
    pub(crate) fn status(&self, id: u64, now: Moment) -> Option<&'static str> {
        self.tasks.get(&id).map(|task| task.status(now))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Task> {
        self.tasks.values().filter(|task| !task.hidden)
    }
}
