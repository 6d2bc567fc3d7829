//! A state that outlives its sandbox: what it was made from, and every write since.
//!
//! State, ids and keys follow from the seed, the clock and the writes alone, so that doing the
//! writes again, each at its own moment, brings the same state back. A picture of the state
//! itself would have to know every family of objects, and would be wrong about the next one.
//!
//! Files are the program's business; here is text only.

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};

use hyper::HeaderMap;
use ovh_web_client::operations;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::auth::Caller;
use crate::clock::Moment;
use crate::control;
use crate::engine::{Engine, Incoming};

/// The form of the text.
const VERSION: u32 = 1;

/// A saved state.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Saved {
    version: u32,
    /// Seed and hostings.
    made_from: String,
    /// When it began and ended, on the clock of the state, in milliseconds since 1970.
    start: i64,
    end: i64,
    writes: Vec<Write>,
}

/// A write, or a call of the sandbox's own routes.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Write {
    at: i64,
    method: String,
    target: String,
    body: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    caller: Option<Caller>,
    /// The application that an unsigned call named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    application: Option<String>,
    /// How it was answered; nothing for the sandbox's own routes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    status: Option<u16>,
}

/// The writes so far, if they are recorded.
#[derive(Default)]
pub(crate) struct Record(Option<Mutex<Recording>>);

struct Recording {
    made_from: String,
    start: Moment,
    writes: Vec<Write>,
}

/// A body as it is saved: what is secret in it is replaced by something as long, which is all that
/// doing the write again needs. What is no JSON was refused, and only that is worth keeping.
fn without_secrets(body: &[u8]) -> String {
    if body.is_empty() {
        return String::new();
    }
    let Ok(mut body) = serde_json::from_slice::<Value>(body) else {
        return "?".to_owned();
    };
    let names: BTreeSet<&str> = operations::ALL
        .iter()
        .flat_map(|operation| operation.secret_fields().iter().copied())
        .collect();
    redact(&mut body, &names);
    body.to_string()
}

fn redact(value: &mut Value, names: &BTreeSet<&str>) {
    match value {
        Value::Object(properties) => {
            for (name, property) in properties {
                match property {
                    Value::String(text) if names.contains(name.as_str()) => {
                        *text = "Aa1-".chars().cycle().take(text.chars().count()).collect();
                    }
                    other => redact(other, names),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redact(item, names)),
        _ => {}
    }
}

impl Record {
    /// Records from now on, if it is told what the state is made from.
    pub(crate) fn new(made_from: Option<String>, start: Moment) -> Self {
        Self(made_from.map(|made_from| {
            Mutex::new(Recording {
                made_from,
                start,
                writes: Vec::new(),
            })
        }))
    }

    /// Forgets what was before a reset.
    pub(crate) fn start_over(&self, now: Moment) {
        self.with(|recording| {
            recording.start = now;
            recording.writes.clear();
        });
    }

    /// Records a write of the API, refused or not: a refused one may have used up an id.
    pub(crate) fn call(
        &self,
        at: Moment,
        incoming: &Incoming,
        caller: Option<&Caller>,
        status: u16,
    ) {
        let body = without_secrets(&incoming.body);
        self.add(at, incoming, body, caller.cloned(), Some(status));
    }

    /// Records a call of the sandbox's own routes.
    pub(crate) fn own(&self, at: Moment, incoming: &Incoming) {
        let body = String::from_utf8_lossy(&incoming.body).into_owned();
        self.add(at, incoming, body, None, None);
    }

    fn add(
        &self,
        at: Moment,
        incoming: &Incoming,
        body: String,
        caller: Option<Caller>,
        status: Option<u16>,
    ) {
        self.with(|recording| {
            let application = incoming.headers.get(APPLICATION);
            recording.writes.push(Write {
                at: at.unix_millis(),
                method: incoming.method.clone(),
                target: incoming.target.clone(),
                body,
                application: application
                    .filter(|_| caller.is_none())
                    .and_then(|key| key.to_str().ok())
                    .map(str::to_owned),
                caller,
                status,
            });
        });
    }

    fn with<T>(&self, act: impl FnOnce(&mut Recording) -> T) -> Option<T> {
        let recording = self.0.as_ref()?;
        let mut recording = recording.lock().unwrap_or_else(PoisonError::into_inner);
        Some(act(&mut recording))
    }
}

/// The header with which an unsigned call names its application.
const APPLICATION: &str = "x-ovh-application";

impl Saved {
    /// Reads a text that was saved by a sandbox with the same seed and hostings.
    pub(crate) fn read(text: &str, made_from: &str) -> Result<Self, BadState> {
        let saved: Self =
            serde_json::from_str(text).map_err(|error| BadState(error.to_string()))?;
        if saved.version != VERSION {
            return Err(BadState(format!(
                "it has version {}, and this sandbox writes {VERSION}",
                saved.version
            )));
        }
        if saved.made_from != made_from {
            return Err(BadState(format!(
                "it was saved with {}, and this sandbox has {made_from}",
                saved.made_from
            )));
        }
        Ok(saved)
    }
}

impl Engine {
    /// The state as text, if it is recorded.
    pub(crate) fn saved(&self) -> Option<String> {
        // No write may come between the last one and the end.
        let _world = self.world();
        let end = self.clock.now().unix_millis();
        self.record.with(|recording| {
            let saved = Saved {
                version: VERSION,
                made_from: recording.made_from.clone(),
                start: recording.start.unix_millis(),
                end,
                writes: recording.writes.clone(),
            };
            // Numbers and text only: there is nothing that JSON cannot say.
            serde_json::to_string_pretty(&saved).unwrap_or_default()
        })
    }

    /// Brings a saved state back. Time does not stand still meanwhile: the clock goes on where it
    /// is by now, or where it was, whichever is later.
    pub(crate) fn resume(self: &Arc<Self>, saved: Saved) -> Resumed {
        self.clock.hold(Moment::from_unix_millis(saved.start));
        self.start_over(Moment::from_unix_millis(saved.start));
        let mut resumed = Resumed {
            writes: saved.writes.len(),
            different: 0,
        };
        for write in saved.writes {
            let at = Moment::from_unix_millis(write.at);
            self.clock.hold(at);
            let incoming = write.incoming();
            match write.status {
                Some(before) => {
                    let caller = write.caller.as_ref();
                    let status = self.again(&incoming, caller);
                    resumed.different += usize::from(status != before);
                    self.record.call(at, &incoming, caller, status);
                }
                None => {
                    control::answer(self, &incoming);
                }
            }
        }
        self.clock.hold(Moment::from_unix_millis(saved.end));
        self.clock.release();
        resumed
    }
}

impl Write {
    fn incoming(&self) -> Incoming {
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
        }
    }
}

/// What became of a saved state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
