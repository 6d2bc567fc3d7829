//! The resources of a hosting: databases, domains, users, crons and all others.
//!
//! A resource is the JSON object that responses show, stored by kind and key.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

pub(crate) use super::kind::Kind;
use crate::clock::Moment;
use crate::response::Refusal;

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

#[derive(Clone, Debug, Default)]
pub(crate) struct Resource {
    /// The properties that responses show.
    pub(crate) shown: Map<String, Value>,
    /// Data that responses do not show.
    pub(crate) hidden: Value,
    /// The task that keeps it busy.
    pub(crate) task: Option<u64>,
    /// `true` until its creation succeeds.
    pub(super) is_new: bool,
}

impl Resource {
    pub(crate) fn new(shown: Value) -> Self {
        Self {
            shown: match shown {
                Value::Object(map) => map,
                _ => Map::new(),
            },
            ..Self::default()
        }
    }

    /// A resource of a kind that shows its status and its task, of which it has none.
    pub(crate) fn created(shown: Value) -> Self {
        let mut resource = Self::new(shown);
        resource.set("status", "created");
        resource.set("taskId", Value::Null);
        resource
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

    pub(super) fn set_task(&mut self, kind: Kind, status: &str, task: Option<u64>) {
        self.task = task;
        self.set(kind.row().idle.0, status);
        if let Some(shown) = self.shown.get_mut("taskId") {
            *shown = task.into();
        }
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

    pub(super) fn insert(&mut self, kind: Kind, key: Key, resource: Resource) {
        self.0.entry(kind).or_default().insert(key, resource);
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
    pub(super) fn busy_with(&self, task: u64) -> Vec<(Kind, Key)> {
        let kinds = self.0.iter();
        kinds
            .flat_map(|(kind, all)| all.iter().map(|(key, resource)| (*kind, key, resource)))
            .filter(|(_, _, resource)| resource.task == Some(task))
            .map(|(kind, key, _)| (kind, key.clone()))
            .collect()
    }
}
