//! The resources of a hosting: databases, domains, users, crons and all others.
//!
//! A resource is the JSON object that responses show, stored by kind and key. This module has what
//! all kinds share: a task creates, changes or deletes a resource, which is busy until the task
//! ends.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::hosting::Hosting;
pub(crate) use super::kind::Kind;
use super::tasks::{End, Job};
use crate::clock::Moment;
use crate::response::Refusal;

/// A function that the document has no task for: only the resource shows that it runs.
pub(crate) const UNSEEN: &str = "userLogs/update";

/// The key of a resource within its kind. The key of a part starts with the key of the whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Number(u64),
    Text(String),
    Part(Box<(Key, Key)>),
}

impl Key {
    /// A number if the text is one.
    pub(crate) fn parse(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::text(text), Self::Number)
    }

    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// This key, as that of a part of `whole`.
    pub(crate) fn within(self, whole: Self) -> Self {
        Self::Part(Box::new((whole, self)))
    }

    fn is_within(&self, whole: &Self) -> bool {
        matches!(self, Self::Part(keys) if keys.0 == *whole)
    }

    /// The id that a list shows.
    pub(crate) fn json(&self) -> Value {
        match self {
            Self::Number(number) => (*number).into(),
            Self::Text(text) => text.as_str().into(),
            Self::Part(keys) => keys.1.json(),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
            Self::Part(keys) => keys.1.fmt(f),
        }
    }
}

/// A resource.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resource {
    /// The properties that responses show.
    pub(crate) shown: Map<String, Value>,
    /// Data that responses do not show.
    pub(crate) hidden: Value,
    /// The task that keeps it busy.
    pub(crate) task: Option<u64>,
    /// `true` until its creation succeeds.
    is_new: bool,
}

impl Resource {
    /// A resource from a JSON object.
    pub(crate) fn new(shown: Value) -> Self {
        Self {
            shown: match shown {
                Value::Object(map) => map,
                _ => Map::new(),
            },
            ..Self::default()
        }
    }

    pub(crate) fn with_hidden(mut self, hidden: impl Into<Value>) -> Self {
        self.hidden = hidden.into();
        self
    }

    /// A text property; empty if it is not a text.
    pub(crate) fn text(&self, name: &str) -> &str {
        let value = self.shown.get(name).and_then(Value::as_str);
        value.unwrap_or_default()
    }

    pub(crate) fn owned(&self, name: &str) -> String {
        self.text(name).to_owned()
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.shown.get(name) == Some(&Value::Bool(true))
    }

    pub(crate) fn number(&self, name: &str) -> u64 {
        let value = self.shown.get(name).and_then(Value::as_u64);
        value.unwrap_or_default()
    }

    pub(crate) fn moment(&self, name: &str) -> Option<Moment> {
        Moment::parse(self.text(name))
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.shown.insert(name.to_owned(), value.into());
    }

    pub(crate) fn json(&self) -> Value {
        Value::Object(self.shown.clone())
    }

    fn set_task(&mut self, kind: Kind, status: &str, task: Option<u64>) {
        self.task = task;
        self.set(kind.row().idle.0, status);
        if let Some(shown) = self.shown.get_mut("taskId") {
            *shown = task.into();
        }
    }
}

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

    /// Deletes the resource and its parts.
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

    /// Edits the resource.
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

/// The resources of a hosting.
#[derive(Clone, Default)]
pub(crate) struct Resources(BTreeMap<Kind, BTreeMap<Key, Resource>>);

impl Resources {
    /// The resources of a kind, by key.
    pub(crate) fn all(&self, kind: Kind) -> impl Iterator<Item = (&Key, &Resource)> + Clone {
        self.0.get(&kind).into_iter().flatten()
    }

    /// The same without keys.
    pub(crate) fn values(&self, kind: Kind) -> impl Iterator<Item = &Resource> + Clone {
        self.all(kind).map(|(_, resource)| resource)
    }

    /// The parts of a resource.
    pub(crate) fn parts<'a>(
        &'a self,
        kind: Kind,
        whole: &'a Key,
    ) -> impl Iterator<Item = (&'a Key, &'a Resource)> + Clone {
        let all = self.all(kind);
        all.filter(move |(key, _)| key.is_within(whole))
    }

    pub(crate) fn all_mut(&mut self, kind: Kind) -> impl Iterator<Item = (&Key, &mut Resource)> {
        self.0.entry(kind).or_default().iter_mut()
    }

    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.0.get(&kind).map_or(0, BTreeMap::len)
    }

    pub(crate) fn find(&self, kind: Kind, key: &Key) -> Option<&Resource> {
        self.0.get(&kind)?.get(key)
    }

    pub(crate) fn find_mut(&mut self, kind: Kind, key: &Key) -> Option<&mut Resource> {
        self.0.get_mut(&kind)?.get_mut(key)
    }

    pub(crate) fn get(&self, kind: Kind, key: &Key) -> Result<&Resource, Refusal> {
        self.find(kind, key).ok_or_else(|| Refusal::no_object(key))
    }

    /// A resource that no task keeps busy.
    pub(crate) fn idle(&mut self, kind: Kind, key: &Key) -> Result<&mut Resource, Refusal> {
        let found = self.find_mut(kind, key);
        match found.ok_or_else(|| Refusal::no_object(key))? {
            resource if resource.task.is_some() => Err(Refusal::busy()),
            resource => Ok(resource),
        }
    }

    /// The current resource of a kind that keeps its earlier ones.
    pub(crate) fn current(&self, kind: Kind) -> Option<&Resource> {
        self.values(kind).find(|it| !it.flag("historical"))
    }

    pub(crate) fn current_mut(&mut self, kind: Kind) -> Option<&mut Resource> {
        let mut all = self.all_mut(kind).map(|(_, resource)| resource);
        all.find(|it| !it.flag("historical"))
    }

    /// Removes a resource and its parts.
    pub(crate) fn remove(&mut self, kind: Kind, key: &Key) {
        let kinds = self.0.iter_mut();
        for (_, parts) in kinds.filter(|(part, _)| part.row().whole == Some(kind)) {
            parts.retain(|part, _| !part.is_within(key) && part != key);
        }
        if let Some(resources) = self.0.get_mut(&kind) {
            resources.remove(key);
        }
    }

    /// Removes the resources that match, and their parts.
    pub(crate) fn remove_where(&mut self, kind: Kind, matches: impl Fn(&Resource) -> bool) {
        let all = self.all(kind).filter(|(_, resource)| matches(resource));
        let keys: Vec<_> = all.map(|(key, _)| key.clone()).collect();
        for key in keys {
            self.remove(kind, &key);
        }
    }

    /// The resources that a task keeps busy.
    fn busy_with(&self, task: u64) -> Vec<(Kind, Key)> {
        let kinds = self.0.iter();
        kinds
            .flat_map(|(kind, all)| all.iter().map(|(key, resource)| (*kind, key, resource)))
            .filter(|(_, _, resource)| resource.task == Some(task))
            .map(|(kind, key, _)| (kind, key.clone()))
            .collect()
    }
}

impl Hosting {
    /// Adds a resource.
    pub(crate) fn insert(&mut self, kind: Kind, key: Key, resource: Resource) {
        let resources = self.resources.0.entry(kind).or_default();
        resources.insert(key, resource);
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
