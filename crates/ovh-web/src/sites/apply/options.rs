//! Options of applying a file of sites, and the signal that stops it.

use std::fmt;
use std::sync::Arc;

use tokio::sync::watch;

use super::super::SavedPlan;
use crate::macros::setters;

/// Options of [`Sites::apply`](crate::sites::Sites::apply).
#[derive(Clone, Debug, Default)]
#[must_use = "options do nothing by themselves"]
pub struct ApplyOptions {
    pub(super) allow_data_loss: bool,
    pub(super) saved: Option<SavedPlan>,
    pub(super) stop: Option<Stop>,
}

impl ApplyOptions {
    /// Removes nothing that loses data, applies what the plan says now, and does not stop.
    pub fn new() -> Self {
        Self::default()
    }
}

setters! {
    ApplyOptions:

    /// Allows the removal of databases and users, and of domains that are pruned.
    allow_data_loss(allow: bool) => allow_data_loss = allow;

    /// Applies only this plan: if what it compared has changed since, nothing is written.
    saved_plan(plan: SavedPlan) => saved = Some(plan);

    /// Stops between changes once the signal is given.
    stop(stop: Stop) => stop = Some(stop);
}

/// A signal to stop. Clones are the same signal.
///
/// No new change starts, waits are left, and a write that was being sent ends first.
#[derive(Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    /// Creates a signal that is not given yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Gives the signal.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Returns `true` once the signal is given.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }

    pub(super) async fn stopped(&self) {
        // The sender is in `self`, so the channel is open.
        let _ = self.0.subscribe().wait_for(|stopped| *stopped).await;
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Stop").field(&self.is_stopped()).finish()
    }
}
