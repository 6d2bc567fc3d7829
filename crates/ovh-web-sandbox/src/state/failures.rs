//! Tasks that shall end badly: ordered by a test, taken by the next task that fits.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// How many orders can wait.
const MOST_ORDERS: usize = 1_000;

/// How a task ends that does not end well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Ending {
    /// The document's enum has no such status any more, but OVHcloud's own clients look for it.
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
    /// Lets the next task fail whose function or operation is `what`; says whether there was
    /// room for the order.
    pub(crate) fn order(&self, what: &str, ending: Ending) -> bool {
        self.with(|orders| {
            let room = orders.waiting.len() < MOST_ORDERS;
            if room {
                orders.waiting.push((what.to_owned(), ending));
            }
            room
        })
    }

    /// Says which operation starts the tasks that come now.
    pub(crate) fn handling(&self, operation: &'static str) {
        self.with(|orders| orders.operation = operation);
    }

    /// Takes the order that fits a task which starts now.
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
    fn an_order_is_taken_once_by_function_or_operation() {
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
