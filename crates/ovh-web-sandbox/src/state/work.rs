//! Work on resources: a task creates, changes or deletes a resource, which is busy until the task
//! ends.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::hosting::Hosting;
use super::kind::Kind;
use super::resources::{Key, Resource};
use super::tasks::{End, Job};
use crate::clock::Moment;
use crate::response::Refusal;

/// A function that the document has no task for: only the resource shows that it runs.
pub(crate) const UNSEEN: &str = "userLogs/update";

type Edit = Arc<dyn Fn(&mut Resource, Moment) + Send + Sync>;
type Then = Arc<dyn Fn(&mut Hosting, &Key, End) + Send + Sync>;

/// A task on a resource: its function, the status until it ends, and its effect.
#[derive(Clone)]
pub(crate) struct Work {
    pub(crate) status: &'static str,
    function: &'static str,
    deletes: bool,
    edit: Option<Edit>,
    then: Option<Then>,
}

impl Work {
    /// A task without an effect.
    pub(crate) fn new(status: &'static str, function: &'static str) -> Self {
        Self {
            status,
            function,
            deletes: false,
            edit: None,
            then: None,
        }
    }

    pub(crate) fn create(function: &'static str) -> Self {
        Self::new("creating", function)
    }

    pub(crate) fn update(function: &'static str) -> Self {
        Self::new("updating", function)
    }

    pub(crate) fn delete(function: &'static str) -> Self {
        Self {
            deletes: true,
            ..Self::new("deleting", function)
        }
    }

    /// Gives properties new values.
    pub(crate) fn set(self, values: Map<String, Value>) -> Self {
        self.edit(move |resource, _| resource.shown.extend(values.clone()))
    }

    pub(crate) fn edit(
        mut self,
        edit: impl Fn(&mut Resource, Moment) + Send + Sync + 'static,
    ) -> Self {
        self.edit = Some(Arc::new(edit));
        self
    }

    /// Adds an effect on other resources, which comes last.
    pub(crate) fn then(
        self,
        effect: impl Fn(&mut Hosting, &Key, Moment) + Send + Sync + 'static,
    ) -> Self {
        self.finally(move |hosting, key, end| {
            if !end.failed {
                effect(hosting, key, end.at);
            }
        })
    }

    /// Adds an effect that a failed task has too.
    pub(crate) fn finally(
        mut self,
        effect: impl Fn(&mut Hosting, &Key, End) + Send + Sync + 'static,
    ) -> Self {
        self.then = Some(Arc::new(effect));
        self
    }
}

impl Hosting {
    pub(crate) fn insert(&mut self, kind: Kind, key: Key, resource: Resource) {
        self.resources.insert(kind, key, resource);
    }

    /// Adds a resource that a new task creates.
    pub(crate) fn create(
        &mut self,
        now: Moment,
        kind: Kind,
        key: &Key,
        mut resource: Resource,
        work: Work,
    ) -> u64 {
        resource.is_new = true;
        self.insert(kind, key.clone(), resource);
        self.start_work(now, kind, key, work)
    }

    /// Starts a task on a resource, which is busy until the task ends.
    pub(crate) fn work(
        &mut self,
        now: Moment,
        kind: Kind,
        key: &Key,
        work: Work,
    ) -> Result<u64, Refusal> {
        self.resources.idle(kind, key)?;
        Ok(self.start_work(now, kind, key, work))
    }

    fn start_work(&mut self, now: Moment, kind: Kind, key: &Key, work: Work) -> u64 {
        let (status, function) = (work.status, work.function);
        let job = Job {
            function,
            object_type: kind.row().object_type,
            object_id: key.to_string(),
            hidden: kind == Kind::CdnOperation || function == UNSEEN,
        };
        let changed = key.clone();
        let task = self.start(now, job, move |hosting, end| {
            hosting.apply(kind, &changed, &work, end);
        });
        self.occupy(kind, key, status, task);
        let changed = self.resources.find_mut(kind, key);
        if let Some(unseen) = changed.filter(|_| function == UNSEEN) {
            unseen.set("taskId", Value::Null);
        }
        task
    }

    /// Keeps a resource busy with a task.
    pub(crate) fn occupy(&mut self, kind: Kind, key: &Key, status: &str, task: u64) {
        if let Some(resource) = self.resources.find_mut(kind, key) {
            resource.set_task(kind, status, Some(task));
        }
    }

    /// Adds a resource that a task of another resource creates.
    pub(crate) fn create_with(
        &mut self,
        task: u64,
        kind: Kind,
        key: &Key,
        mut resource: Resource,
        status: &str,
    ) {
        resource.is_new = true;
        resource.set_task(kind, status, Some(task));
        self.insert(kind, key.clone(), resource);
    }

    /// Releases what a task kept busy, and undoes creations if the task failed.
    pub(super) fn release(&mut self, task: u64, end: End) {
        for (kind, key) in self.resources.busy_with(task) {
            let Some(resource) = self.resources.find_mut(kind, &key) else {
                continue;
            };
            let failed = end.failed && resource.is_new;
            if failed && kind.row().failed.is_none() {
                self.resources.remove(kind, &key);
                continue;
            }
            let status = kind.row().failed.filter(|_| failed);
            resource.is_new = false;
            resource.set_task(kind, status.unwrap_or(kind.row().idle.1), None);
        }
    }

    /// Applies the effect of a task.
    fn apply(&mut self, kind: Kind, key: &Key, work: &Work, end: End) {
        match self.resources.find_mut(kind, key) {
            Some(_) if !end.failed && work.deletes => self.resources.remove(kind, key),
            Some(resource) if !end.failed => {
                for stamp in ["lastUpdate", "updatedDate"] {
                    if resource.shown.contains_key(stamp) {
                        resource.set(stamp, end.at.rfc3339());
                    }
                }
                if let Some(edit) = &work.edit {
                    edit(resource, end.at);
                }
            }
            _ => {}
        }
        if let Some(then) = &work.then {
            then(self, key, end);
        }
    }
}
