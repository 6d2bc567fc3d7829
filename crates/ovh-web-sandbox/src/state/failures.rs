//! Failures of tasks: ordered by a test, used by the next matching task.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

const MOST_ORDERS: usize = 1_000;

/// The end of a task that does not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Ending {
    /// The document's enum no longer has this status, but OVHcloud's clients look for it.
    Error,
    Cancelled,
}

impl Ending {
    pub(crate) const fn status(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Cancelled => "cancelled",
        }
    }
}

/// The orders, shared by all hostings of a sandbox.
#[derive(Clone, Debug, Default)]
pub(crate) struct Failures(Arc<Mutex<Orders>>);

#[derive(Debug, Default)]
struct Orders {
    /// The operation that is being handled.
    operation: &'static str,
    waiting: Vec<(String, Ending)>,
}

impl Failures {
    /// Lets the next task with the function or operation `what` fail. Returns `false` if too many
    /// orders wait.
    pub(crate) fn order(&self, what: &str, ending: Ending) -> bool {
        self.with(|orders| {
            if orders.waiting.len() >= MOST_ORDERS {
                return false;
            }
            orders.waiting.push((what.to_owned(), ending));
            true
        })
    }

    /// Sets the operation that starts the next tasks.
    pub(crate) fn handling(&self, operation: &'static str) {
        self.with(|orders| orders.operation = operation);
    }

    /// Takes the order that matches a new task.
    pub(super) fn take(&self, function: &str) -> Option<Ending> {
        self.with(|orders| {
            let fits = |(what, _): &(String, Ending)| what == function || what == orders.operation;
            let index = orders.waiting.iter().position(fits)?;
            Some(orders.waiting.remove(index).1)
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Orders) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_match_once_by_function_or_operation() {
        let failures = Failures::default();
        assert!(failures.order("database/create", Ending::Error));
        assert!(failures.order("crons::create", Ending::Cancelled));
        assert_eq!(failures.take("dump/create"), None);
        assert_eq!(failures.take("database/create"), Some(Ending::Error));
        assert_eq!(failures.take("database/create"), None);
        failures.handling("crons::create");
        assert_eq!(failures.take("cron/create"), Some(Ending::Cancelled));
        assert_eq!(failures.take("cron/create"), None);
    }
}
