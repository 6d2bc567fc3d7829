//! A state that outlives its sandbox: what it was made from, and every change since.
//!
//! State, ids and keys follow from the seed, the source of keys, the clock and the changes alone, so that doing these
//! again, each at its own moment, brings the same state back. A picture of the state itself would
//! have to know every kind of objects, and would be wrong about the next one.
//!
//! Changes are calls of the API, and what was done by hand. Files are the program's business; here
//! is text only.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, PoisonError};

use hyper::HeaderMap;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::admin_action::AdminAction;
use crate::auth::Caller;
use crate::auth::keys::KeySource;
use crate::clock::Moment;
use crate::wire::Incoming;

/// The form of the text.
const VERSION: u32 = 3;

/// The header with which an unsigned call names its application.
const APPLICATION: &str = "x-ovh-application";

/// A saved state.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Saved {
    version: u32,
    /// Seed and hostings.
    made_from: String,
    /// The text that the keys come from.
    keys: String,
    /// When it began and ended, on the clock of the state, in milliseconds since 1970.
    start: i64,
    end: i64,
    /// When it ended on the clock of keys and tokens, which knows no speed.
    unhurried_end: i64,
    writes: Vec<Write>,
}

/// A change, and when it came.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Write {
    pub(crate) at: i64,
    pub(crate) done: RecordedEvent,
}

/// What was done.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RecordedEvent {
    Call(Call),
    AdminAction(AdminAction),
}

/// A write of the API.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Call {
    method: String,
    target: String,
    body: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) caller: Option<Caller>,
    /// The application that an unsigned call named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    application: Option<String>,
    /// How it was answered.
    pub(crate) status: u16,
}

impl Call {
    /// A call with a body in which nothing is secret.
    pub(crate) fn new(
        incoming: &Incoming,
        body: String,
        caller: Option<Caller>,
        status: u16,
    ) -> Self {
        Self {
            method: incoming.method.clone(),
            target: incoming.target.clone(),
            body,
            application: incoming
                .header(APPLICATION)
                .filter(|_| caller.is_none())
                .map(str::to_owned),
            caller,
            status,
        }
    }

    /// The call as it came, as far as it matters.
    pub(crate) fn incoming(&self) -> Incoming {
        let mut headers = HeaderMap::new();
        if let Some(Ok(key)) = self.application.as_deref().map(str::parse) {
            headers.insert(APPLICATION, key);
        }
        Incoming {
            method: self.method.clone(),
            target: self.target.clone(),
            headers,
            body: self.body.clone().into_bytes(),
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            local: IpAddr::V4(Ipv4Addr::LOCALHOST),
        }
    }
}

/// The changes so far, if they are recorded.
pub(crate) struct Record {
    recording: Option<Mutex<Recording>>,
    changed: Notify,
}

struct Recording {
    from: Start,
    start: Moment,
    writes: Vec<Write>,
}

/// What a recorded state is made from.
pub(crate) struct Start {
    /// Seed and hostings.
    pub(crate) made_from: String,
    pub(crate) keys: KeySource,
}

impl Record {
    /// Records from now on, if it is told what the state is made from.
    pub(crate) fn new(from: Option<Start>, start: Moment) -> Self {
        let recording = from.map(|from| {
            Mutex::new(Recording {
                from,
                start,
                writes: Vec::new(),
            })
        });
        Self {
            recording,
            changed: Notify::new(),
        }
    }

    /// Is ready when something was recorded since the last time.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Forgets what was before a reset.
    pub(crate) fn start_over(&self, now: Moment) {
        self.change(|recording| {
            recording.start = now;
            recording.writes.clear();
        });
    }

    /// Records a change.
    pub(crate) fn add(&self, at: Moment, done: impl FnOnce() -> RecordedEvent) {
        self.change(|recording| {
            recording.writes.push(Write {
                at: at.unix_millis(),
                done: done(),
            });
        });
    }

    fn change(&self, act: impl FnOnce(&mut Recording)) {
        if self.with(act).is_some() {
            self.changed.notify_one();
        }
    }

    /// Everything, at the end of it on both clocks.
    pub(crate) fn saved(&self, end: Moment, unhurried: Moment) -> Option<Saved> {
        self.with(|recording| Saved {
            version: VERSION,
            made_from: recording.from.made_from.clone(),
            keys: recording.from.keys.text().to_owned(),
            start: recording.start.unix_millis(),
            end: end.unix_millis(),
            unhurried_end: unhurried.unix_millis(),
            writes: recording.writes.clone(),
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Recording) -> T) -> Option<T> {
        let recording = self.recording.as_ref()?;
        let mut recording = recording.lock().unwrap_or_else(PoisonError::into_inner);
        Some(act(&mut recording))
    }
}

impl Saved {
    /// Reads a text that was saved by a sandbox with the same seed and hostings.
    pub(crate) fn read(text: &str, made_from: &str) -> Result<Self, BadState> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let bad = |error: serde_json::Error| BadState(error.to_string());
        let Versioned { version } = serde_json::from_str(text).map_err(bad)?;
        if version != VERSION {
            return Err(BadState(format!(
                "it was saved by another version of the sandbox (its format is {version}, \
                 expected {VERSION}); start with another file"
            )));
        }
        let saved: Self = serde_json::from_str(text).map_err(bad)?;
        if saved.made_from != made_from {
            return Err(BadState(format!(
                "it was saved with {}, and this sandbox has {made_from}",
                saved.made_from
            )));
        }
        Ok(saved)
    }

    /// The text of a file.
    pub(crate) fn text(&self) -> String {
        // Numbers and text only: there is nothing that JSON cannot say.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    pub(crate) fn keys(&self) -> KeySource {
        KeySource::from_text(&self.keys)
    }

    pub(crate) const fn start(&self) -> Moment {
        Moment::from_unix_millis(self.start)
    }

    /// Where both clocks stood.
    pub(crate) const fn ends(&self) -> (Moment, Moment) {
        (
            Moment::from_unix_millis(self.end),
            Moment::from_unix_millis(self.unhurried_end),
        )
    }

    pub(crate) fn into_writes(self) -> Vec<Write> {
        self.writes
    }
}

/// What became of a saved state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resumed {
    /// How many writes it had.
    pub writes: usize,
    /// How many of them were answered differently now: another version of the sandbox may see
    /// some things otherwise.
    pub different: usize,
}

/// A text that is no saved state, or not one of such a sandbox.
#[derive(Debug)]
pub struct BadState(String);

impl fmt::Display for BadState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a state to resume: {}", self.0)
    }
}

impl std::error::Error for BadState {}
