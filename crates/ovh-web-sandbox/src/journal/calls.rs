//! Some calls out of the journal, and what a test can say of them.

use super::Entry;
use crate::routes::is_operation;

/// Some calls out of the journal, with assertions that read well in a test.
#[derive(Clone, Debug)]
pub struct Calls {
    pub(super) what: String,
    pub(super) entries: Vec<Entry>,
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
    /// If they are not; the message says which was missed and lists the calls. Or if there is no
    /// such operation.
    #[track_caller]
    pub fn in_order(&self, operations: &[&str]) {
        let mut calls = self.entries.iter();
        for (place, operation) in operations.iter().enumerate() {
            assert!(
                is_operation(operation),
                "there is no operation {operation:?}"
            );
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
