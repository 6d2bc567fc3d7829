//! The journal: every call that reached the sandbox, in order, with what became of it.
//!
//! Bodies are never kept, and secret query values are masked; the identity is the application key
//! (which is public) and the id of the consumer key. The journal is bounded: the oldest entries go.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// How many entries are kept.
const CAPACITY: usize = 10_000;

/// How far back a repeat of a failed request is recognised.
const ATTEMPT_HORIZON: usize = 256;

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

/// The journal of a sandbox. Clones read the same one.
#[derive(Clone, Default)]
pub struct Journal(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    entries: VecDeque<Entry>,
    total: u64,
}

impl Journal {
    /// Every call that is still kept, oldest first.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.with(|kept| kept.entries.iter().cloned().collect())
    }

    /// The last `number` calls, the last first.
    pub(crate) fn last(&self, number: usize) -> Vec<Entry> {
        self.with(|kept| kept.entries.iter().rev().take(number).cloned().collect())
    }

    /// The calls of one operation: `databases::create`.
    #[must_use]
    pub fn operation(&self, id: &str) -> Calls {
        self.select(id.to_owned(), |entry| entry.operation == Some(id))
    }

    /// The calls of one method to one path, given below the version prefix: `/hosting/web`.
    #[must_use]
    pub fn route(&self, method: &str, path: &str) -> Calls {
        self.select(format!("{method} {path}"), |entry| {
            entry.method == method
                && ["/1.0", "/v1"]
                    .iter()
                    .any(|prefix| entry.path.strip_prefix(prefix) == Some(path))
        })
    }

    /// Asserts that these operations were called in this order, whatever came between them.
    ///
    /// # Panics
    /// If they were not; the message says which was missed and lists the journal.
    #[track_caller]
    pub fn in_order(&self, operations: &[&str]) {
        let all = self.select("all operations".into(), |_| true);
        all.in_order(operations);
    }

    /// All calls.
    #[must_use]
    pub fn calls(&self) -> Calls {
        self.select("any operation".into(), |_| true)
    }

    /// The calls that changed something.
    #[must_use]
    pub fn changes(&self) -> Calls {
        self.select("changes".into(), |entry| entry.effect.is_change())
    }

    /// How many calls came in all, those that are no longer kept included.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.with(|kept| kept.total)
    }

    /// Forgets every entry. Numbering goes on.
    pub fn clear(&self) {
        self.with(|kept| kept.entries.clear());
    }

    /// Adds an entry, which gets its number and its attempt here.
    pub(crate) fn record(&self, mut entry: Entry) -> Entry {
        self.with(|kept| {
            kept.total += 1;
            entry.sequence = kept.total;
            entry.attempt = kept
                .entries
                .iter()
                .rev()
                .take(ATTEMPT_HORIZON)
                .find(|earlier| earlier.fingerprint == entry.fingerprint)
                .filter(|earlier| earlier.failed())
                .map_or(1, |earlier| earlier.attempt.saturating_add(1));
            if kept.entries.len() == CAPACITY {
                kept.entries.pop_front();
            }
            kept.entries.push_back(entry.clone());
            entry
        })
    }

    fn select(&self, what: String, keep: impl Fn(&Entry) -> bool) -> Calls {
        let entries = self.with(|kept| kept.entries.iter().filter(|e| keep(e)).cloned().collect());
        Calls { what, entries }
    }

    fn with<T>(&self, read: impl FnOnce(&mut Kept) -> T) -> T {
        read(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal")
            .field("total", &self.total())
            .finish_non_exhaustive()
    }
}

/// Some calls out of the journal, with assertions that read well in a test.
#[derive(Clone, Debug)]
pub struct Calls {
    what: String,
    entries: Vec<Entry>,
}

impl Calls {
    /// The calls, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// The last of them.
    #[must_use]
    pub fn last(&self) -> Option<&Entry> {
        self.entries.last()
    }

    /// Asserts that there are exactly so many.
    ///
    /// # Panics
    /// If there are not; the message lists the calls.
    #[track_caller]
    pub fn exactly(&self, number: usize) {
        assert!(
            self.count() == number,
            "expected {number} calls of {}, the journal has {}:\n{}",
            self.what,
            self.count(),
            self.lines()
        );
    }

    /// Asserts that there are none.
    ///
    /// # Panics
    /// If there are some; the message lists the calls.
    #[track_caller]
    pub fn never(&self) {
        self.exactly(0);
    }

    /// Asserts that there are so many, or more.
    ///
    /// # Panics
    /// If there are fewer; the message lists the calls.
    #[track_caller]
    pub fn at_least(&self, number: usize) {
        assert!(
            self.count() >= number,
            "expected {number} calls of {} or more, the journal has {}:\n{}",
            self.what,
            self.count(),
            self.lines()
        );
    }

    /// Asserts that there are so many, or fewer.
    ///
    /// # Panics
    /// If there are more; the message lists the calls.
    #[track_caller]
    pub fn at_most(&self, number: usize) {
        assert!(
            self.count() <= number,
            "expected {number} calls of {} or fewer, the journal has {}:\n{}",
            self.what,
            self.count(),
            self.lines()
        );
    }

    /// Asserts that these operations are among them in this order, whatever comes between.
    ///
    /// # Panics
    /// If they are not; the message says which was missed and lists the calls.
    #[track_caller]
    pub fn in_order(&self, operations: &[&str]) {
        let mut calls = self.entries.iter();
        for (place, operation) in operations.iter().enumerate() {
            assert!(
                calls.any(|entry| entry.operation == Some(operation)),
                "expected {} in this order, but number {} ({operation}) did not follow; \
                 the journal has:\n{}",
                operations.join(", "),
                place + 1,
                self.lines()
            );
        }
    }

    /// Those that were answered with success.
    #[must_use]
    pub fn succeeded(&self) -> Self {
        self.narrowed("succeeded", |entry| !entry.failed())
    }

    /// Those that were refused or failed.
    #[must_use]
    pub fn failed(&self) -> Self {
        self.narrowed("failed", Entry::failed)
    }

    /// Those that were answered with this status.
    #[must_use]
    pub fn status(&self, status: u16) -> Self {
        self.narrowed(&format!("with {status}"), |entry| entry.status == status)
    }

    fn narrowed(&self, how: &str, keep: impl Fn(&Entry) -> bool) -> Self {
        let entries = self.entries.iter().filter(|entry| keep(entry)).cloned();
        Self {
            what: format!("{} that {how}", self.what),
            entries: entries.collect(),
        }
    }

    fn lines(&self) -> String {
        let lines: Vec<_> = self.entries.iter().map(ToString::to_string).collect();
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(fingerprint: u64, status: u16) -> Entry {
        Entry {
            sequence: 0,
            at: String::new(),
            operation: Some("databases::create"),
            method: "POST".into(),
            path: "/v1/x".into(),
            query: None,
            status,
            effect: Effect::None,
            identity: None,
            attempt: 0,
            query_id: String::new(),
            message: None,
            help: None,
            fault: None,
            fingerprint,
        }
    }

    #[test]
    fn repeats_of_a_failed_request_are_counted() {
        let journal = Journal::default();
        let attempts: Vec<_> = [(1, 500), (2, 200), (1, 500), (1, 200), (1, 200)]
            .into_iter()
            .map(|(fingerprint, status)| journal.record(entry(fingerprint, status)).attempt)
            .collect();
        assert_eq!(attempts, [1, 1, 2, 3, 1]);
        journal.operation("databases::create").exactly(5);
        journal.operation("databases::delete").never();
        journal.route("POST", "/x").exactly(5);
    }

    #[test]
    fn assertions_say_what_was_missed() {
        let journal = Journal::default();
        for (number, operation) in ["users::list", "users::create", "users::get"]
            .into_iter()
            .enumerate()
        {
            let mut call = entry(number as u64, if number == 1 { 409 } else { 200 });
            call.operation = Some(operation);
            journal.record(call);
        }
        journal.in_order(&["users::list", "users::get"]);
        journal.calls().at_least(3);
        journal.calls().at_most(3);
        journal.calls().succeeded().exactly(2);
        journal.calls().failed().exactly(1);
        journal.operation("users::create").status(409).exactly(1);
        let complaint = |what: fn(&Journal)| {
            let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| what(&journal)));
            let text = *caught
                .expect_err("a panic")
                .downcast::<String>()
                .expect("words");
            assert!(text.contains("#2 POST /v1/x -> 409"), "{text}");
            text
        };
        let order = complaint(|journal| journal.in_order(&["users::get", "users::list"]));
        assert!(order.contains("number 2 (users::list)"), "{order}");
        let few = complaint(|journal| journal.calls().at_least(4));
        assert!(
            few.contains("expected 4 calls of any operation or more"),
            "{few}"
        );
        let json = serde_json::to_value(&journal.entries()[1]).expect("JSON");
        assert_eq!(json["operation"], "users::create");
        assert_eq!(json["effect"], "none");
    }

    #[test]
    fn the_journal_is_bounded() {
        let journal = Journal::default();
        for number in 0..CAPACITY as u64 + 5 {
            journal.record(entry(number, 200));
        }
        assert_eq!(journal.entries().len(), CAPACITY);
        assert_eq!(journal.entries()[0].sequence, 6);
        assert_eq!(journal.total(), CAPACITY as u64 + 5);
    }
}
