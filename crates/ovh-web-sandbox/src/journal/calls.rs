//! Calls of the journal, with assertions for tests.

use super::entry::Entry;
use crate::nearest::expect_known;
use crate::routes::check_operation;

/// Calls of the journal, with assertions for tests.
#[derive(Clone, Debug)]
pub struct Calls {
    pub(super) what: String,
    pub(super) entries: Vec<Entry>,
}

impl Calls {
    /// Returns the calls, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns the number of calls.
    #[must_use]
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// Returns the last call.
    #[must_use]
    pub fn last(&self) -> Option<&Entry> {
        self.entries.last()
    }

    /// Asserts the number of calls.
    ///
    /// # Panics
    /// Panics if there are more or fewer; the message lists the calls.
    #[track_caller]
    pub fn exactly(&self, number: usize) {
        self.expect(number, "", self.count() == number);
    }

    /// Asserts that there are no calls.
    ///
    /// # Panics
    /// Panics if there are calls; the message lists them.
    #[track_caller]
    pub fn never(&self) {
        self.exactly(0);
    }

    /// Asserts that there are at least this many calls.
    ///
    /// # Panics
    /// Panics if there are fewer; the message lists the calls.
    #[track_caller]
    pub fn at_least(&self, number: usize) {
        self.expect(number, " or more", self.count() >= number);
    }

    /// Asserts that there are at most this many calls.
    ///
    /// # Panics
    /// Panics if there are more; the message lists the calls.
    #[track_caller]
    pub fn at_most(&self, number: usize) {
        self.expect(number, " or fewer", self.count() <= number);
    }

    #[track_caller]
    fn expect(&self, number: usize, range: &str, holds: bool) {
        assert!(
            holds,
            "expected {number} calls of {}{range}, the journal has {}:\n{}",
            self.what,
            self.count(),
            self.lines()
        );
    }

    /// Asserts that these operations were called in this order, with or without others between.
    ///
    /// # Panics
    /// Panics if they were not; the message names the first that is missing and lists the calls.
    #[track_caller]
    pub fn in_order(&self, operations: &[&str]) {
        let mut calls = self.entries.iter();
        for (place, operation) in operations.iter().enumerate() {
            expect_known(check_operation(operation));
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

    /// Keeps the calls that changed the state, also if the client did not get the response.
    #[must_use]
    pub fn changed(&self) -> Self {
        self.filter("changed something", |entry| entry.effect.is_change())
    }

    /// Keeps the calls whose response was a success. One that was lost is not: see
    /// [`changed`](Self::changed).
    #[must_use]
    pub fn succeeded(&self) -> Self {
        self.filter("succeeded", |entry| !entry.failed())
    }

    /// Keeps the calls that were refused or failed, also those whose response was lost.
    #[must_use]
    pub fn failed(&self) -> Self {
        self.filter("failed", Entry::failed)
    }

    /// Keeps the calls with this status.
    #[must_use]
    pub fn status(&self, status: u16) -> Self {
        self.filter(&format!("with {status}"), |entry| entry.status == status)
    }

    fn filter(&self, how: &str, keep: impl Fn(&Entry) -> bool) -> Self {
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
