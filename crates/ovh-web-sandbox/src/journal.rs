//! The journal: every call that reached the sandbox, in order, with what became of it.
//!
//! Bodies are never kept, and secret query values are masked; the identity is the application key
//! (which is public) and the id of the consumer key. The journal is bounded: the oldest entries go.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

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
    /// The sandbox does not imitate this operation yet: it answered 501 and did nothing.
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
    /// The status of the reply.
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
    pub(crate) fingerprint: u64,
}

impl Entry {
    /// Whether the call was refused or failed.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.status >= 400
    }
}

/// A readable line, as the binary logs it.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} {} {}", self.sequence, self.method, self.path)?;
        if let Some(query) = &self.query {
            write!(f, "?{query}")?;
        }
        write!(f, " -> {}", self.status)?;
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
