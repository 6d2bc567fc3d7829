//! Tasks: `todo`, `doing`, `done`, and then gone, which is how OVHcloud says that all went well.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::failures::{Ending, Failures};
use super::outcome::Outcome;
use crate::clock::Moment;

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
            // Guess: that the object's own name or id stands here.
            "objectId": self.object_id,
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
    pace: Pace,
    failures: Failures,
    tasks: BTreeMap<u64, Task>,
    /// All tasks before this one have come to their end, so that nobody has to look at them again.
    first_open: u64,
    /// When the next one is archived.
    next_archived: Option<Moment>,
}

impl Tasks {
    pub(crate) fn new(pace: Pace, failures: &Failures) -> Self {
        Self {
            pace,
            failures: failures.clone(),
            tasks: BTreeMap::new(),
            first_open: 0,
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
        let ending = self.failures.take(job.function);
        let readable = ending.map_or(self.pace.done, |_| FAILED_STAYS);
        let taken_up = now + self.pace.todo;
        let finished = taken_up + self.pace.doing;
        let task = Task {
            id,
            function: job.function,
            object_type: job.object_type,
            object_id: job.object_id,
            started: now,
            taken_up,
            finished,
            archived: finished + readable,
            outcome: Some(job.outcome),
            ending,
            hidden,
        };
        let archived = task.archived;
        self.next_archived = Some(self.next_archived.map_or(archived, |at| at.min(archived)));
        self.first_open = self.first_open.min(id);
        self.tasks.insert(id, task);
    }

    /// The task that is due first, of those that are due by `now`.
    ///
    /// All tasks of a hosting take the same time and ids count up, so the order of ids is the
    /// order in which they are due.
    pub(crate) fn next_due(&mut self, now: Moment) -> Option<Due> {
        for (id, task) in self.tasks.range_mut(self.first_open..) {
            if task.outcome.is_some() && task.finished > now {
                break;
            }
            self.first_open = id.saturating_add(1);
            if let Some(outcome) = task.outcome.take() {
                return Some(Due {
                    at: task.finished,
                    outcome,
                    failed: task.ending.is_some(),
                });
            }
        }
        None
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
