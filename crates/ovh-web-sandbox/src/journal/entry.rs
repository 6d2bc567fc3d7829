//! One call as the journal keeps it, in words and as JSON.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// What a call did to the state.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// Nothing: it only read, or it was refused.
    None,
    /// It changed something, said in words.
    Changed(String),
    /// A write that the sandbox does not model: it was checked and answered, and did nothing.
    Unmodelled,
}

impl Effect {
    /// Whether the call changed the state.
    #[must_use]
    pub fn is_change(&self) -> bool {
        matches!(self, Self::Changed(_))
    }
}

/// Who made a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// The application key, which is no secret.
    pub application_key: String,
    /// The id of the consumer key, not the key.
    pub credential_id: u64,
}

/// One call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// The number of the call, from 1.
    pub sequence: u64,
    /// When it came, in server time (RFC 3339).
    pub at: String,
    /// The operation's id, if the route exists.
    pub operation: Option<&'static str>,
    /// The method as it came.
    pub method: String,
    /// The path as it came, version prefix included.
    pub path: String,
    /// The query as it came, secret values masked.
    pub query: Option<String>,
    /// The status of the reply; 0 when a fault cut the connection without one.
    pub status: u16,
    /// What the call did.
    pub effect: Effect,
    /// Who called; nobody when the call was unsigned or its signature was refused.
    pub identity: Option<Identity>,
    /// 1, or one more than the last time if the same request came before and failed.
    pub attempt: u32,
    /// The `X-OVH-QUERYID` of the reply.
    pub query_id: String,
    /// The words of a refusal.
    pub message: Option<String>,
    /// What the server knows about the cause of a refusal: which signature it computed over which
    /// string, how far the clock is off, which rules there are. Secrets are left out.
    pub help: Option<String>,
    /// The faults that struck this call.
    pub fault: Option<String>,
    pub(crate) fingerprint: u64,
}

impl Entry {
    /// Whether the call was refused or failed.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.status >= 400 || self.status == 0
    }

    /// The entry as other languages read it, the same that serde writes.
    #[must_use]
    pub fn json(&self) -> Value {
        let effect = match &self.effect {
            Effect::None => "none",
            Effect::Changed(_) => "changed",
            Effect::Unmodelled => "unmodelled",
        };
        let changed = match &self.effect {
            Effect::Changed(what) => Some(what),
            _ => None,
        };
        json!({
            "sequence": self.sequence,
            "at": self.at,
            "operation": self.operation,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "status": self.status,
            "effect": effect,
            "changed": changed,
            "identity": self.identity.as_ref().map(|identity| json!({
                "applicationKey": identity.application_key,
                "credentialId": identity.credential_id,
            })),
            "attempt": self.attempt,
            "queryId": self.query_id,
            "message": self.message,
            "help": self.help,
            "fault": self.fault,
        })
    }
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json().serialize(serializer)
    }
}

/// A readable line, as the binary logs it.
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
        if let Some(message) = &self.message {
            write!(f, " \"{message}\"")?;
        }
        if let Some(help) = &self.help {
            write!(f, " ({help})")?;
        }
        if let Some(fault) = &self.fault {
            write!(f, " <{fault}>")?;
        }
        Ok(())
    }
}
