//! Objects that are what their replies show: crons, runtimes, websites and the like.
//!
//! A record is a JSON object, filed under its kind and key. What the kinds have in common is
//! here: they are created, read, changed and deleted through tasks, are busy until then, and go
//! with their parent. What is special about one stands beside its handlers.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use super::hosting::Hosting;
use super::outcome::Outcome;
use super::tasks::Job;
use crate::clock::Moment;
use crate::reply::Refusal;

/// A change for which the document has no task: it takes its time, but only the object shows it.
pub(crate) const UNSEEN: &str = "userLogs/update";

/// What kind of object a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Boost,
    CdnDomain,
    CdnOperation,
    CdnOption,
    Configuration,
    Cron,
    DatabaseCopy,
    Deployment,
    EmailOption,
    EnvVar,
    ExtraSql,
    OvhConfig,
    OwnLog,
    OwnLogUser,
    Runtime,
    Website,
}

impl Kind {
    /// The object type that a task names.
    const fn object_type(self) -> &'static str {
        match self {
            Self::CdnDomain | Self::CdnOperation | Self::CdnOption => "Cdn",
            Self::Cron => "Cron",
            Self::DatabaseCopy => "Database",
            Self::Deployment => "Deployment",
            Self::EnvVar => "EnvVar",
            Self::ExtraSql => "Sqlperso",
            Self::OvhConfig => "OvhConfig",
            Self::OwnLog => "OwnLogs",
            Self::OwnLogUser => "UserLogs",
            Self::Runtime => "Runtime",
            Self::Website => "Website",
            Self::Boost | Self::Configuration | Self::EmailOption => "Hosting",
        }
    }

    /// The property that tells what is under way, and its value when nothing is.
    const fn settled(self) -> (&'static str, &'static str) {
        match self {
            Self::Cron => ("state", "created"),
            Self::CdnDomain => ("status", "ok"),
            Self::CdnOperation | Self::DatabaseCopy => ("status", "done"),
            Self::Deployment => ("status", "successful"),
            _ => ("status", "created"),
        }
    }

    /// Whether the object names its task.
    const fn shows_task(self) -> bool {
        matches!(
            self,
            Self::EnvVar | Self::OvhConfig | Self::OwnLog | Self::OwnLogUser | Self::Runtime
        )
    }

    /// The kind of the parts that go with an object of this one.
    const fn parts(self) -> Option<Self> {
        match self {
            Self::CdnDomain => Some(Self::CdnOption),
            Self::OwnLog => Some(Self::OwnLogUser),
            Self::Website => Some(Self::Deployment),
            _ => None,
        }
    }
}

/// The key of a record within its kind. Parts of an object have the object's key before theirs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Number(u64),
    Text(String),
    Part(Box<(Key, Key)>),
}

impl Key {
    /// The key as a path carries it. Numbers are what looks like one.
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

    /// The key as a list of ids carries it.
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

/// An object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    /// What replies show, but for its task.
    pub(crate) shown: Map<String, Value>,
    /// What is kept and not shown.
    pub(crate) kept: Value,
    /// What it is busy with.
    pub(crate) task: Option<u64>,
}

impl Record {
    /// A record from a JSON object.
    pub(crate) fn new(shown: Value) -> Self {
        Self {
            shown: match shown {
                Value::Object(map) => map,
                _ => Map::new(),
            },
            ..Self::default()
        }
    }

    pub(crate) fn keeping(mut self, kept: impl Into<Value>) -> Self {
        self.kept = kept.into();
        self
    }

    /// A property that is a text; empty if it is not.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.shown
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.shown.insert(name.to_owned(), value.into());
    }

    pub(crate) fn json(&self) -> Value {
        Value::Object(self.shown.clone())
    }
}

/// What a task does to a record.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// It is there now.
    Ready,
    /// These properties get new values.
    Set(Map<String, Value>),
    /// It goes, with its parts.
    Gone,
}

/// All records of a hosting.
#[derive(Clone, Default)]
pub(crate) struct Records(BTreeMap<Kind, BTreeMap<Key, Record>>);

impl Records {
    /// Those of a kind, in the order of their keys.
    pub(crate) fn all(&self, kind: Kind) -> impl Iterator<Item = (&Key, &Record)> + Clone {
        self.0.get(&kind).into_iter().flatten()
    }

    /// The parts of an object.
    pub(crate) fn parts<'a>(
        &'a self,
        kind: Kind,
        whole: &'a Key,
    ) -> impl Iterator<Item = (&'a Key, &'a Record)> + Clone {
        // Keys of parts go by their whole first, and a number is the least of them.
        let first = Key::Number(0).within(whole.clone());
        self.0
            .get(&kind)
            .into_iter()
            .flat_map(move |records| records.range(first.clone()..))
            .take_while(move |(key, _)| key.is_within(whole))
    }

    pub(crate) fn all_mut(&mut self, kind: Kind) -> impl Iterator<Item = (&Key, &mut Record)> {
        self.0.entry(kind).or_default().iter_mut()
    }

    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.0.get(&kind).map_or(0, BTreeMap::len)
    }

    pub(crate) fn find(&self, kind: Kind, key: &Key) -> Option<&Record> {
        self.0.get(&kind)?.get(key)
    }

    pub(crate) fn get(&self, kind: Kind, key: &Key) -> Result<&Record, Refusal> {
        self.find(kind, key).ok_or_else(|| Refusal::no_object(key))
    }

    pub(crate) fn get_mut(&mut self, kind: Kind, key: &Key) -> Result<&mut Record, Refusal> {
        self.0
            .get_mut(&kind)
            .and_then(|records| records.get_mut(key))
            .ok_or_else(|| Refusal::no_object(key))
    }

    /// The record that stands for the present, of a kind that keeps its past.
    pub(crate) fn present(&self, kind: Kind) -> Option<&Record> {
        self.all(kind).map(|(_, record)| record).find(is_present)
    }

    pub(crate) fn present_mut(&mut self, kind: Kind) -> Option<&mut Record> {
        self.all_mut(kind)
            .map(|(_, record)| record)
            .find(|record| is_present(&&**record))
    }

    pub(crate) fn insert(&mut self, kind: Kind, key: Key, record: Record) {
        self.0.entry(kind).or_default().insert(key, record);
    }

    /// Takes the parts of an object away.
    pub(crate) fn remove_parts(&mut self, kind: Kind, whole: &Key) {
        if let Some(parts) = self.0.get_mut(&kind) {
            parts.retain(|part, _| !part.is_within(whole));
        }
    }

    /// Takes a record away, with its parts.
    pub(crate) fn remove(&mut self, kind: Kind, key: &Key) -> Option<Record> {
        if let Some(parts) = kind.parts() {
            self.remove_parts(parts, key);
        }
        self.0.get_mut(&kind)?.remove(key)
    }
}

fn is_present(record: &&Record) -> bool {
    record.shown.get("historical") != Some(&Value::Bool(true))
}

impl Hosting {
    /// Adds a record that shows as being created until its task is done.
    pub(crate) fn create_record(
        &mut self,
        kind: Kind,
        key: Key,
        record: Record,
        function: &'static str,
        now: Moment,
    ) -> u64 {
        let creating = match kind {
            Kind::DatabaseCopy | Kind::CdnOperation => "todo",
            _ => "creating",
        };
        self.records.insert(kind, key.clone(), record);
        self.start_on_record(kind, key, creating, function, Change::Ready, now)
    }

    /// Starts a task on a record, which is busy until then.
    pub(crate) fn work_on_record(
        &mut self,
        kind: Kind,
        key: &Key,
        status: &'static str,
        function: &'static str,
        change: Change,
        now: Moment,
    ) -> Result<u64, Refusal> {
        if self.records.get(kind, key)?.task.is_some() {
            return Err(Refusal::busy());
        }
        Ok(self.start_on_record(kind, key.clone(), status, function, change, now))
    }

    fn start_on_record(
        &mut self,
        kind: Kind,
        key: Key,
        status: &'static str,
        function: &'static str,
        change: Change,
        now: Moment,
    ) -> u64 {
        let job = Job {
            function,
            object_type: kind.object_type(),
            object_id: key.to_string(),
            outcome: Outcome::Record(kind, key.clone(), change),
        };
        let task = self.ids.next();
        let hidden = kind == Kind::CdnOperation || function == UNSEEN;
        if hidden {
            self.tasks.start_hidden(task, now, job);
        } else {
            self.tasks.start(task, now, job);
        }
        self.occupy_record(kind, &key, status, task);
        if let Ok(record) = self.records.get_mut(kind, &key) {
            if hidden && kind.shows_task() {
                record.set("taskId", Value::Null);
            }
        }
        task
    }

    /// Shows a record as busy with a task.
    pub(crate) fn occupy_record(&mut self, kind: Kind, key: &Key, status: &'static str, task: u64) {
        if let Ok(record) = self.records.get_mut(kind, key) {
            record.task = Some(task);
            record.set(kind.settled().0, status);
            if kind.shows_task() {
                record.set("taskId", task);
            }
        }
    }

    /// Shows a record as busy with nothing.
    pub(crate) fn release_record(&mut self, kind: Kind, key: &Key, status: Option<&str>) {
        if let Ok(record) = self.records.get_mut(kind, key) {
            record.task = None;
            let (property, settled) = kind.settled();
            record.set(property, status.unwrap_or(settled));
            if kind.shows_task() {
                record.set("taskId", Value::Null);
            }
        }
    }

    /// The task is done.
    pub(super) fn settle_record(&mut self, kind: Kind, key: &Key, change: Change, at: Moment) {
        if matches!(change, Change::Gone) {
            self.records.remove(kind, key);
            self.record_went(kind, key);
            return;
        }
        self.release_record(kind, key, None);
        let Ok(record) = self.records.get_mut(kind, key) else {
            return;
        };
        if let Change::Set(values) = change {
            record.shown.extend(values);
        }
        for stamp in ["lastUpdate", "updatedDate"] {
            if record.shown.contains_key(stamp) {
                record.set(stamp, at.rfc3339());
            }
        }
        self.record_settled(kind, key, at);
    }

    /// The task failed.
    pub(super) fn undo_record(&mut self, kind: Kind, key: &Key, change: &Change) {
        match (kind, change) {
            // These two tell of their failure themselves.
            (Kind::CdnOperation | Kind::DatabaseCopy, _) => {
                self.release_record(kind, key, Some("error"));
                if kind == Kind::CdnOperation {
                    self.cdn_operation_settled(key);
                }
            }
            (_, Change::Ready) => {
                self.records.remove(kind, key);
            }
            _ => self.release_record(kind, key, None),
        }
    }

    /// What a change of one record means for other objects.
    fn record_settled(&mut self, kind: Kind, key: &Key, at: Moment) {
        match kind {
            Kind::Runtime => self.runtime_settled(key),
            Kind::CdnOperation => self.cdn_operation_settled(key),
            Kind::Configuration => self.remember_files(None, at),
            _ => {}
        }
    }

    /// What the end of one record means for other objects.
    fn record_went(&mut self, kind: Kind, key: &Key) {
        if let (Kind::Runtime, Key::Number(id)) = (kind, key) {
            for domain in self.domains.values_mut() {
                domain.leave_runtime(*id);
            }
        }
    }
}
