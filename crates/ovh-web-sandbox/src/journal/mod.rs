//! The journal: every call of the sandbox, in order, with its result.
//!
//! It contains no bodies and no secrets. The oldest entries are dropped.

mod calls;
mod entry;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::http::{below_version, route_path};
use crate::nearest::expect_known;
use crate::routes::check_operation;

pub use calls::Calls;
pub use entry::{Entry, Identity};

const CAPACITY: usize = 10_000;

/// The number of entries that are searched for a failed attempt.
const ATTEMPT_HORIZON: usize = 256;

/// The journal of a sandbox. Clones share it.
#[derive(Clone, Default)]
pub struct Journal(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    entries: VecDeque<Entry>,
    total: u64,
}

impl Journal {
    /// Returns all entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.with(|kept| kept.entries.iter().cloned().collect())
    }

    /// The last `number` entries, the last first.
    pub(crate) fn last(&self, number: usize) -> Vec<Entry> {
        self.with(|kept| kept.entries.iter().rev().take(number).cloned().collect())
    }

    /// Returns the calls of one operation, such as `databases::create`.
    ///
    /// # Panics
    /// Panics if there is no such operation: a test that counts its calls would prove nothing.
    #[must_use]
    #[track_caller]
    pub fn operation(&self, id: &str) -> Calls {
        expect_known(check_operation(id));
        self.select(id.to_owned(), |entry| entry.operation == Some(id))
    }

    /// Returns the calls of one method and path, such as `/hosting/web`.
    ///
    /// # Panics
    /// Panics if the path does not begin with `/`, or has a version prefix: no call would match.
    #[must_use]
    #[track_caller]
    pub fn route(&self, method: &str, path: &str) -> Calls {
        assert!(
            path.starts_with('/') && below_version(path).is_none(),
            "expected a path below the version prefix, found {path:?}"
        );
        self.select(format!("{method} {path}"), |entry| {
            entry.method == method && route_path(&entry.path) == Some(path)
        })
    }

    /// Asserts that these operations were called in this order, with or without others between.
    ///
    /// # Panics
    /// Panics if they were not; the message names the first that is missing and lists the journal.
    #[track_caller]
    pub fn in_order(&self, operations: &[&str]) {
        let all = self.select("all operations".into(), |_| true);
        all.in_order(operations);
    }

    /// Returns all calls.
    #[must_use]
    pub fn calls(&self) -> Calls {
        self.select("any operation".into(), |_| true)
    }

    /// Returns the calls that changed the state.
    #[must_use]
    pub fn changes(&self) -> Calls {
        self.select("changes".into(), |entry| entry.effect.is_change())
    }

    /// Returns the number of all calls, dropped ones included.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.with(|kept| kept.total)
    }

    /// Removes all entries. The numbering continues.
    pub fn clear(&self) {
        self.with(|kept| kept.entries.clear());
    }

    /// Adds an entry, and sets its number and attempt.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::Effect;

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
    fn counts_attempts_of_failed_requests() {
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
    fn assertions_name_what_is_missing() {
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
    fn impossible_filters_panic() {
        type Question = fn(&Journal);
        let questions: [(Question, &str); 4] = [
            (|j| j.operation("databases::creat").never(), "no operation"),
            (|j| j.in_order(&["databases::creat"]), "no operation"),
            (|j| j.route("GET", "/v1/hosting/web").never(), "below the"),
            (|j| j.route("GET", "hosting/web").never(), "below the"),
        ];
        for (question, message) in questions {
            let caught = std::panic::catch_unwind(|| question(&Journal::default()));
            let panic = caught.expect_err(message);
            let text = panic.downcast_ref::<String>().expect("a message");
            assert!(text.contains(message), "{text}");
        }
        Journal::default().operation("oauth2::token").never();
    }

    #[test]
    fn drops_oldest_entries() {
        let journal = Journal::default();
        for number in 0..CAPACITY as u64 + 5 {
            journal.record(entry(number, 200));
        }
        assert_eq!(journal.entries().len(), CAPACITY);
        assert_eq!(journal.entries()[0].sequence, 6);
        assert_eq!(journal.total(), CAPACITY as u64 + 5);
    }
}
