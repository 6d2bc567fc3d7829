//! Applies a file of sites: plans again, then makes the changes in the order of need.
//!
//! Each change goes through `ensure`, which reads the object again and writes only what differs.

mod change;
mod options;
mod outcome;
mod secret;

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::select;
use futures_util::{StreamExt, stream};
use ovh_runtime::{Error, ErrorKind};

pub use options::{ApplyOptions, Stop};
pub use outcome::{Applied, AppliedChange, Event, Outcome, Progress};

use super::planner::Run;
use super::{HostingPlan, Kind, Plan, PlannedChange, Sites};
use crate::ChangeKind;

impl Sites {
    /// Plans again, and makes the changes.
    ///
    /// Zones come first, then the hostings in parallel; the changes of a hosting are made one after
    /// the other, and their work is waited for. A change that fails does not stop the others.
    /// Conflicts, and kinds whose list did not decode, are left alone. So is an object that needs
    /// another kind of change by now than the plan has, for example because a deletion in progress
    /// was canceled: its change fails.
    ///
    /// Applying the same file again goes on after any failure: nothing is created twice.
    ///
    /// # Errors
    ///
    /// Returns an error before anything is written, if the list of hostings fails, if the changes
    /// differ from those of the [saved plan](ApplyOptions::saved_plan), if data would be lost
    /// without [permission](ApplyOptions::allow_data_loss), or if a secret that has to be sent is
    /// missing.
    pub async fn apply(
        &self,
        options: &ApplyOptions,
        progress: &dyn Progress,
    ) -> Result<Applied, Error> {
        let run = Run::begin(self).await?;
        let plan = Arc::clone(&run).plan().await;
        if let Some(saved) = &options.saved {
            saved.check(&plan)?;
        }
        if !options.allow_data_loss {
            refuse_data_loss(&plan)?;
        }
        run.check_secrets(&plan)?;
        progress.event(Event::Planned(&plan));
        let work = Work {
            run: &run,
            options,
            progress,
            ended: Mutex::new(Vec::new()),
        };
        let key = |of: &str, it: &PlannedChange| (of.to_owned(), it.kind, it.name.clone());
        // Two equal records of a zone have one name.
        let mut ended: BTreeMap<_, Vec<Outcome>> = BTreeMap::new();
        for AppliedChange {
            of,
            planned,
            outcome,
        } in work.all(&plan).await
        {
            ended.entry(key(&of, &planned)).or_default().push(outcome);
        }
        // Zones, then hostings, each in the order of the plan.
        let mut changes = Vec::new();
        for (of, planned) in plan.changes() {
            let outcome = match ended.get_mut(&key(of, planned)).and_then(Vec::pop) {
                Some(outcome) => outcome,
                None if !planned.change.is_write() && !planned.in_progress => continue,
                None => Outcome::NotStarted,
            };
            let (of, planned) = (of.to_owned(), planned.clone());
            changes.push(AppliedChange {
                of,
                planned,
                outcome,
            });
        }
        Ok(Applied { plan, changes })
    }
}

/// Returns an error that names the objects whose data would be lost.
fn refuse_data_loss(plan: &Plan) -> Result<(), Error> {
    let lost = plan.changes().filter(|(_, it)| it.loses_data());
    let lost: Vec<String> = lost
        .map(|(of, it)| format!("{of}: {} {}", it.kind, it.name))
        .collect();
    if lost.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the plan removes objects with their data ({}); nothing was sent",
        lost.join(", ")
    );
    Err(Error::builder(ErrorKind::Conflict, message)
        .hint("allow the loss of data, or take them out of `absent` and `prune`")
        .build())
}

/// The changes that are made.
struct Work<'a> {
    run: &'a Run<'a>,
    options: &'a ApplyOptions,
    progress: &'a dyn Progress,
    ended: Mutex<Vec<AppliedChange>>,
}

impl Work<'_> {
    /// Makes all changes, or until the signal to stop.
    async fn all(&self, plan: &Plan) -> Vec<AppliedChange> {
        let parallel = self.run.sites.parallel;
        let zones = stream::iter(&plan.zones).for_each_concurrent(parallel, |it| self.zone(it));
        let hostings =
            stream::iter(&plan.hostings).for_each_concurrent(parallel, |it| self.hosting(it));
        let work = async {
            zones.await;
            hostings.await;
        };
        // The signal is looked at first: once no write is being sent, none starts.
        select(pin!(self.stopped()), pin!(work)).await;
        std::mem::take(&mut *self.ended.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Ends after the signal to stop, once no write is being sent.
    async fn stopped(&self) {
        match &self.options.stop {
            Some(stop) => stop.stopped().await,
            None => std::future::pending().await,
        }
        self.run.sites.client.no_write().await;
    }

    fn is_stopped(&self) -> bool {
        self.options.stop.as_ref().is_some_and(Stop::is_stopped)
    }

    /// All changes of a zone are one batch, with one refresh.
    async fn zone(&self, plan: &HostingPlan) {
        let planned: Vec<&PlannedChange> = plan.changes.iter().collect();
        self.batch(&plan.name, &planned, async |_| {
            self.run.records(&plan.name).await
        })
        .await;
        self.finished(plan);
    }

    async fn hosting(&self, plan: &HostingPlan) {
        for kind in Kind::ALL {
            let of_kind = || plan.changes.iter().filter(move |it| it.kind == kind);
            // What is removed may make room in the offer.
            let is_removal = |it: &&PlannedChange| it.change.kind == ChangeKind::Removed;
            let removals = of_kind().filter(is_removal);
            for planned in removals.chain(of_kind().filter(|it| !is_removal(it))) {
                self.batch(&plan.name, &[planned], async |planned| {
                    self.run.change(&plan.name, planned[0]).await
                })
                .await;
            }
        }
        self.finished(plan);
    }

    fn finished(&self, plan: &HostingPlan) {
        let of = &*plan.name;
        if !plan.changes.is_empty() && !self.is_stopped() {
            self.progress.event(Event::Finished { of });
        }
    }

    /// Makes changes that share their outcome.
    async fn batch(
        &self,
        of: &str,
        planned: &[&PlannedChange],
        make: impl AsyncFnOnce(&[&PlannedChange]) -> Result<Outcome, Error>,
    ) {
        let is_write = |it: &&&PlannedChange| it.change.is_write() || it.in_progress;
        let writes: Vec<&PlannedChange> = planned.iter().filter(is_write).copied().collect();
        if planned.iter().any(|it| it.change.is_conflict()) {
            for planned in planned {
                self.ended(of, planned, Outcome::Conflict);
            }
            return;
        }
        if writes.is_empty() || self.is_stopped() {
            return;
        }
        for planned in &writes {
            self.progress.event(Event::Started { of, planned });
        }
        let mut started = Started {
            work: self,
            of,
            writes,
            outcome: Outcome::Interrupted,
        };
        let made = make(&started.writes).await;
        started.outcome = made.unwrap_or_else(|error| Outcome::Failed(Arc::new(error)));
    }

    fn ended(&self, of: &str, planned: &PlannedChange, outcome: Outcome) {
        let ended = AppliedChange {
            of: of.to_owned(),
            planned: planned.clone(),
            outcome,
        };
        self.progress.event(Event::Ended(&ended));
        let mut all = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(ended);
    }
}

/// Changes that have started. If the program leaves them, they are interrupted.
struct Started<'a, 'w> {
    work: &'a Work<'w>,
    of: &'a str,
    writes: Vec<&'a PlannedChange>,
    outcome: Outcome,
}

impl Drop for Started<'_, '_> {
    fn drop(&mut self) {
        for planned in &self.writes {
            self.work.ended(self.of, planned, self.outcome.clone());
        }
    }
}
