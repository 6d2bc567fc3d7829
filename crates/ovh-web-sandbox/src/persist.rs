//! Saved states: the settings of a sandbox, and every write since its start.
//!
//! State, ids and keys depend on seed, key source, clock and writes alone. Repeating each write at
//! its time restores them, without a serializer for every kind of object.

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
use crate::http::HttpRequest;
use crate::macros::text_error;

const VERSION: u32 = 3;

/// The header in which an unsigned call names its application.
const APPLICATION: &str = "x-ovh-application";

/// A saved state. Times are milliseconds since 1970.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Saved {
    version: u32,
    /// Seed and hostings.
    made_from: String,
    /// The source of the keys.
    pub(crate) keys: String,
    pub(crate) start: Moment,
    pub(crate) end: Moment,
    /// The end on the clock of keys and tokens, which ignores the speed.
    pub(crate) unhurried_end: Moment,
    pub(crate) writes: Vec<Write>,
}

/// Shows no key.
impl fmt::Debug for Saved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Saved").finish_non_exhaustive()
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Write {
    pub(crate) at: Moment,
    pub(crate) done: RecordedEvent,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RecordedEvent {
    Call(Call),
    AdminAction(AdminAction),
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Call {
    method: String,
    target: String,
    body: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) caller: Option<Caller>,
    /// The application of an unsigned call.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    application: Option<String>,
    pub(crate) status: u16,
}

impl Call {
    /// A call with a redacted body.
    pub(crate) fn new(
        request: &HttpRequest,
        body: String,
        caller: Option<Caller>,
        status: u16,
    ) -> Self {
        let application = request.header(APPLICATION).filter(|_| caller.is_none());
        Self {
            method: request.method.clone(),
            target: request.target.clone(),
            body,
            application: application.map(str::to_owned),
            caller,
            status,
        }
    }

    /// The request, without the headers that do not matter.
    pub(crate) fn request(&self) -> HttpRequest {
        let mut headers = HeaderMap::new();
        if let Some(Ok(key)) = self.application.as_deref().map(str::parse) {
            headers.insert(APPLICATION, key);
        }
        HttpRequest {
            method: self.method.clone(),
            target: self.target.clone(),
            headers,
            body: self.body.clone().into_bytes(),
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            local: IpAddr::V4(Ipv4Addr::LOCALHOST),
        }
    }
}

/// The state of a sandbox that records, and the signal that it changed.
pub(crate) struct Record {
    saved: Option<Mutex<Saved>>,
    changed: Notify,
}

impl Record {
    pub(crate) fn new(saved: Option<Saved>) -> Self {
        Self {
            saved: saved.map(Mutex::new),
            changed: Notify::new(),
        }
    }

    /// Completes when something was recorded since it last completed.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Drops the writes before a reset.
    pub(crate) fn start_over(&self, now: Moment) {
        self.change(|saved| {
            saved.start = now;
            saved.writes.clear();
        });
    }

    pub(crate) fn add(&self, at: Moment, event: impl FnOnce() -> RecordedEvent) {
        self.change(|saved| {
            saved.writes.push(Write { at, done: event() });
        });
    }

    fn change(&self, change: impl FnOnce(&mut Saved)) {
        if self.with(change).is_some() {
            self.changed.notify_one();
        }
    }

    /// The state as text, with its end on both clocks.
    pub(crate) fn text(&self, end: Moment, unhurried: Moment) -> Option<String> {
        self.with(|saved| {
            saved.end = end;
            saved.unhurried_end = unhurried;
            // Numbers and texts always serialize.
            serde_json::to_string_pretty(saved).unwrap_or_default()
        })
    }

    fn with<T>(&self, change: impl FnOnce(&mut Saved) -> T) -> Option<T> {
        let saved = self.saved.as_ref()?;
        Some(change(
            &mut saved.lock().unwrap_or_else(PoisonError::into_inner),
        ))
    }
}

impl Saved {
    /// The state of a sandbox that starts now.
    pub(crate) fn new(made_from: String, keys: &KeySource, start: Moment) -> Self {
        Self {
            version: VERSION,
            made_from,
            keys: keys.text().to_owned(),
            start,
            end: start,
            unhurried_end: start,
            writes: Vec::new(),
        }
    }

    /// Parses a text that a sandbox with the same settings saved.
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
}

/// The result of resuming a saved state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resumed {
    /// Number of writes in the state.
    pub writes: usize,
    /// Number of writes with another status than before, as after an update of the sandbox.
    pub different: usize,
}

/// The error for a text that is not a saved state of this sandbox.
#[derive(Debug)]
pub struct BadState(String);

text_error!(BadState: "not a state to resume:");
