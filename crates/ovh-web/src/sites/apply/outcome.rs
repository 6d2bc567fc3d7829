//! The outcome of each planned change, and the events while changes are made.

use std::fmt;
use std::sync::Arc;

use super::super::{Plan, PlannedChange};
use crate::Error;

/// The outcome of a planned change.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// The object is as desired; its work was waited for.
    Done,
    /// The change is made, and something else has to happen first, such as public DNS. Applying the
    /// file again goes on.
    Pending(String),
    /// The change was not made: it, or another one of the same zone, is in conflict.
    Conflict,
    /// The change failed. Applying the file again reads the object and goes on.
    Failed(Arc<Error>),
    /// The program stopped before the change was sent.
    NotStarted,
    /// The program stopped while the change was made or waited for. Applying the file again reads
    /// the object and goes on.
    Interrupted,
}

impl Outcome {
    /// Returns `true` unless something is left to do or has failed.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        matches!(self, Self::Done)
    }
}

/// `pending: shop.example.com: DNS points elsewhere`
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::Pending(reason) => write!(f, "pending: {reason}"),
            Self::Conflict => f.write_str("not changed"),
            Self::Failed(error) => write!(f, "failed: {error}"),
            Self::NotStarted => f.write_str("not started"),
            Self::Interrupted => f.write_str("interrupted"),
        }
    }
}

/// A planned change with its outcome.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AppliedChange {
    /// The service name of the hosting, or the name of the zone.
    pub of: String,
    /// The change.
    pub planned: PlannedChange,
    /// Its outcome.
    pub outcome: Outcome,
}

/// The result of applying a file of sites.
#[derive(Debug)]
#[must_use = "changes may have failed or be pending"]
#[non_exhaustive]
pub struct Applied {
    /// The plan that was applied. Its errors and unreadable lists were left alone.
    pub plan: Plan,
    /// The changes with their outcomes: those of zones, then those of hostings.
    pub changes: Vec<AppliedChange>,
}

impl Applied {
    /// Returns `true` if the account is as the file says, as far as it can be verified.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.changes.iter().all(|it| it.outcome.is_done()) && !self.plan.has_problems()
    }
}

/// An event while a file is applied.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The plan is made, and the changes begin.
    Planned(&'a Plan),
    /// A change begins.
    Started {
        /// The service name of the hosting, or the name of the zone.
        of: &'a str,
        /// The change.
        planned: &'a PlannedChange,
    },
    /// A change has ended.
    Ended(&'a AppliedChange),
    /// All changes of a hosting or a zone have ended.
    Finished {
        /// The service name of the hosting, or the name of the zone.
        of: &'a str,
    },
}

/// Receives the events of [`Sites::apply`](crate::sites::Sites::apply).
///
/// A closure of the event is a receiver too.
pub trait Progress: Send + Sync {
    /// Receives an event. Must not block.
    fn event(&self, event: Event<'_>);
}

impl<F: Fn(Event<'_>) + Send + Sync> Progress for F {
    fn event(&self, event: Event<'_>) {
        self(event);
    }
}
