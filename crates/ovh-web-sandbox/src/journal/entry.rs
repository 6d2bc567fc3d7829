//! An entry of the journal, as a line and as JSON.

use std::fmt;

use serde_json::Value;

use crate::response::Effect;

/// The caller of an operation.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Identity {
    /// The application key, which is not secret.
    pub application_key: String,
    /// The id of the consumer key, 0 without one.
    pub credential_id: u64,
}

/// A call.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Entry {
    /// The number of the call, from 1.
    pub sequence: u64,
    /// Server time of the call (RFC 3339).
    pub at: String,
    /// The id of the operation, if the route exists.
    pub operation: Option<&'static str>,
    /// The method.
    pub method: String,
    /// The path with its version prefix.
    pub path: String,
    /// The query, with redacted secrets.
    pub query: Option<String>,
    /// The status of the response; 0 if a fault closed the connection without one.
    pub status: u16,
    /// The effect of the call.
    #[serde(flatten)]
    pub effect: Effect,
    /// The caller; `None` if the call was not signed, or its signature was wrong.
    pub identity: Option<Identity>,
    /// The number of this attempt: 2 if the same request has failed once before, and so on.
    pub attempt: u32,
    /// The `X-OVH-QUERYID` of the response.
    pub query_id: String,
    /// The message of an error.
    pub message: Option<String>,
    /// An explanation of an error, without secrets: the computed signature and the signed string,
    /// the clock offset, the access rules.
    pub help: Option<String>,
    /// The faults that applied to this call.
    pub fault: Option<String>,
    #[serde(skip)]
    pub(crate) fingerprint: u64,
}

impl Entry {
    /// Returns `true` if the call was refused or failed.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.status >= 400 || self.status == 0
    }

    /// Returns the entry as JSON, as serde does.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// The line of the program's log.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} {} {}", self.sequence, self.method, self.path)?;
        if let Some(query) = &self.query {
            write!(f, "?{query}")?;
        }
        match self.status {
            0 => write!(f, " -> cut")?,
            status => write!(f, " -> {status}")?,
        }
        if let Some(operation) = self.operation {
            write!(f, " [{operation}]")?;
        }
        if self.attempt > 1 {
            write!(f, " attempt {}", self.attempt)?;
        }
        match &self.effect {
            Effect::None => {}
            Effect::Changed(what) => write!(f, " {what}")?,
            Effect::Unmodelled => write!(f, " without effect")?,
        }
        for (open, text, close) in [
            (" \"", &self.message, "\""),
            (" (", &self.help, ")"),
            (" <", &self.fault, ">"),
        ] {
            if let Some(text) = text {
                write!(f, "{open}{text}{close}")?;
            }
        }
        Ok(())
    }
}
