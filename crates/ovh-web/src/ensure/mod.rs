//! `ensure`: reconciles an object to the desired state, writing only what differs.
//!
//! The steps are the same for every resource: read, wait for work in progress, compare, create or
//! update, and wait until the object's status shows no work in progress. Each resource has its own
//! file, with its compared and changeable fields. `plan` reads and compares, and never writes.

mod certificate;
mod change;
pub(crate) mod crons;
mod databases;
mod differences;
mod domains;
mod env_vars;
mod macros;
mod ovh_configs;
mod service_infos;
mod users;
mod websites;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ovh_runtime::{Error, ErrorKind};
use tokio::sync::OwnedMutexGuard;

pub use certificate::{CertificateCoverage, CoverageState, DomainCoverage};
pub use change::{Change, ChangeKind, EnsureOptions, Ensured, FieldChange};
#[cfg(feature = "sites")]
pub(crate) use differences::REDACTED;
pub(crate) use differences::{Differences, difference, same_folder};
use macros::{changed, ensures};

use crate::Clock;
use crate::hosting::resource::Collection;
use crate::pending::{HasStatus, Observed, Pending, ProvisioningState, observe};
use crate::task::Task;
use crate::wait::{Lookup, PollOutcome, WaitPolicy, Work, lookup, until_settled, until_visible};

/// Reads of an updated object with old values before the difference is final.
///
/// Inferred: reads may lag behind a write for a moment.
const STALE_READS: u32 = 10;

/// A handle of objects that can be reconciled: how they are found, compared and written.
pub(crate) trait Reconcile: Collection<Object: HasStatus + Clone + Sync> {
    type New: Sync;
    const WORK: Work = Work::Hour;
    /// `true` if an update may replace the object by one with another key.
    const IS_REPLACED: bool = false;

    /// The object with this name in errors.
    fn what(name: &str) -> String {
        format!("the {} {name}", Self::NOUN)
    }

    /// Returns an error if an object cannot have this name or these values.
    fn check(_: &str, _: &Self::New) -> Result<(), Error> {
        Ok(())
    }

    /// Returns an error if an object with this name cannot be created.
    fn check_create(&self, _: &str) -> Result<(), Error> {
        Ok(())
    }

    /// Returns the key of the object with this name, or `None` if there is none.
    fn find(&self, name: &str) -> impl Future<Output = Result<Option<Self::Key>, Error>> + Send;

    fn compare(name: &str, new: &Self::New, is: &Observed<Self::Object>) -> Differences;

    /// The default is for objects that exist always, which [`find`](Self::find) always returns.
    fn create(
        &self,
        name: &str,
        _: &Self::New,
    ) -> impl Future<Output = Result<Task, Error>> + Send {
        async move { Err(unsupported(&Self::what(name), "created")) }
    }

    /// Writes the differences. The caller waits for the object and compares it again.
    fn update(&self, to: Update<'_, Self>) -> impl Future<Output = Result<(), Error>> + Send;

    fn remove(&self, key: &Self::Key) -> impl Future<Output = Result<Task, Error>> + Send {
        let what = format!("the {} {key}", Self::NOUN);
        async move { Err(unsupported(&what, "deleted")) }
    }
}

fn unsupported(what: &str, verb: &str) -> Error {
    Error::invalid_argument(format!("{what} cannot be {verb}; nothing was sent")).build()
}

/// The changes of one object.
pub(crate) struct Update<'a, R: Reconcile> {
    name: &'a str,
    key: &'a R::Key,
    new: &'a R::New,
    differences: &'a Differences,
    policy: WaitPolicy,
}

/// The object with a name: the subject of one reconciliation.
struct Named<'a, R> {
    handle: &'a R,
    name: &'a str,
}

impl<'a, R: Reconcile> Named<'a, R> {
    const fn new(handle: &'a R, name: &'a str) -> Self {
        Self { handle, name }
    }

    fn what(&self) -> String {
        R::what(self.name)
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(self.handle.hosting().client().clock())
    }

    /// The given policy, or that of the client.
    fn policy(&self, policy: Option<WaitPolicy>) -> WaitPolicy {
        policy.unwrap_or_else(|| self.handle.hosting().client().wait_policy(R::WORK))
    }

    /// Waits for other calls of the client that change the object.
    async fn lock(&self, policy: WaitPolicy) -> Result<OwnedMutexGuard<()>, Error> {
        // A folder has several spellings.
        let name = self.name.trim_start_matches("./").trim_matches('/');
        let hosting = self.handle.hosting();
        hosting.exclusive(&R::what(name), policy.deadline).await
    }

    /// Reads the object and its key; `None` if it does not exist.
    async fn read(&self) -> Result<Option<(R::Key, Observed<R::Object>)>, Error> {
        let Some(key) = self.handle.find(self.name).await? else {
            return Ok(None);
        };
        Ok(match observe(self.handle.read(&key)).await? {
            Lookup::Found(observed) => Some((key, observed)),
            Lookup::Missing(_) => None,
        })
    }

    /// Work in progress on the object, which exists.
    fn pending(&self, key: &R::Key) -> Pending<R::Object> {
        let (handle, key) = (self.handle.clone(), key.clone());
        let get = move || handle.read(&key);
        Pending::new(self.handle.hosting(), self.what(), get).seen()
    }

    /// Reads the object once no work on it is in progress.
    async fn current(
        &self,
        policy: WaitPolicy,
    ) -> Result<Option<(R::Key, Observed<R::Object>)>, Error> {
        let Some((key, observed)) = self.read().await? else {
            return Ok(None);
        };
        let pending = self.pending(&key);
        match observed.object.state() {
            ProvisioningState::Ready | ProvisioningState::Failed => Ok(Some((key, observed))),
            ProvisioningState::Deleting => {
                let again = pending.until_gone(policy, true).await?;
                Ok(again.map(|observed| (key, observed)))
            }
            ProvisioningState::InProgress => {
                Ok(match lookup(pending.until(policy, true, |_| true).await)? {
                    Lookup::Found(observed) => Some((key, observed)),
                    Lookup::Missing(_) => None,
                })
            }
        }
    }

    async fn ensure(
        &self,
        new: &R::New,
        options: EnsureOptions,
    ) -> Result<Ensured<R::Object>, Error> {
        R::check(self.name, new)?;
        let policy = self.policy(options.policy);
        let _lock = self.lock(policy).await?;
        let service = self.handle.hosting().service_name();
        let ensured = |change, object| Ensured {
            change,
            object,
            what: format!("{} of {service}", self.what()),
        };
        let Some((key, before)) = self.current(policy).await? else {
            let change = Change::new(ChangeKind::Created);
            self.check_planned(options.planned, &change)?;
            let object = self.create(new, policy).await?;
            return Ok(ensured(change, object));
        };
        let differences = difference::<R>(self.name, new, &before, options.write_secrets);
        let change = differences.change();
        self.check_planned(options.planned, &change)?;
        if !change.is_write() {
            return Ok(ensured(change, before.object));
        }
        let update = Update {
            name: self.name,
            key: &key,
            new,
            differences: &differences,
            policy,
        };
        self.handle.update(update).await?;
        let after = self.updated(&key, new, policy).await?;
        let left = R::compare(self.name, new, &after).open;
        if left.is_empty() {
            return Ok(ensured(change, after.object));
        }
        let message = format!(
            "{} was updated, but the API still returns other values ({})",
            self.what(),
            change::list(&left)
        );
        Err(Error::builder(ErrorKind::Conflict, message)
            .hint("the API may normalize the value: use the value that the API returned")
            .build())
    }

    /// Returns an error if another change is needed than the planned one.
    ///
    /// The object may have changed since the plan, in particular while its work was waited for. An
    /// object that somebody else created has another secret.
    fn check_planned(&self, planned: Option<ChangeKind>, change: &Change) -> Result<(), Error> {
        let is_planned = match (planned, change.kind) {
            (None, _) | (_, ChangeKind::Conflict) => true,
            (Some(ChangeKind::Created), ChangeKind::Unchanged) => change.unverified.is_empty(),
            (Some(_), ChangeKind::Unchanged) => true,
            (Some(planned), needed) => planned == needed,
        };
        if is_planned {
            return Ok(());
        }
        let message = format!(
            "{} has changed since the plan (now it would be {change}); nothing was written",
            self.what()
        );
        Err(Error::builder(ErrorKind::Conflict, message)
            .hint("plan again: another program may be changing the hosting")
            .build())
    }

    /// Reads the object until it has the new values, or for some time.
    async fn updated(
        &self,
        key: &R::Key,
        new: &R::New,
        policy: WaitPolicy,
    ) -> Result<Observed<R::Object>, Error> {
        let reads = AtomicU32::new(0);
        let is_last = || reads.fetch_add(1, Ordering::Relaxed) >= STALE_READS;
        let is_current =
            |is: &Observed<R::Object>| R::compare(self.name, new, is).open.is_empty() || is_last();
        let pending = self.pending(key);
        if !R::IS_REPLACED {
            return pending.until(policy, false, is_current).await;
        }
        // A stale list may show the old object, both or none.
        let may_settle = |error: &Error| {
            matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Conflict) && !is_last()
        };
        let clock = self.clock();
        let settled = until_settled(&*clock, policy, false, || async {
            let is = match self
                .read()
                .await
                .and_then(|is| is.ok_or_else(|| self.lost()))
            {
                Ok((_, is)) => is,
                Err(error) if may_settle(&error) => return Ok(PollOutcome::InProgress),
                Err(error) => return Err(error),
            };
            match is.object.state() {
                ProvisioningState::Ready if is_current(&is) => Ok(PollOutcome::Done(is)),
                ProvisioningState::Failed => Err(pending.failed(&is.object)),
                _ => Ok(PollOutcome::InProgress),
            }
        });
        let timeout = || Err(pending.timeout(policy, "is not ready"));
        settled.await.unwrap_or_else(timeout)
    }

    async fn create(&self, new: &R::New, policy: WaitPolicy) -> Result<R::Object, Error> {
        self.handle.check_create(self.name)?;
        let task = self.handle.create(self.name, new).await?;
        task.wait_with(policy).await?;
        let (key, created) = until_visible(&*self.clock(), policy, policy.deadline, || async {
            Ok(match self.read().await? {
                Some(found) => Lookup::Found(found),
                None => Lookup::Missing(self.lost()),
            })
        })
        .await?;
        if created.object.state() == ProvisioningState::Ready {
            return Ok(created.object);
        }
        let ready = self.pending(&key).until(policy, true, |_| true).await?;
        Ok(ready.object)
    }

    fn lost(&self) -> Error {
        let message = format!("{} was created, but does not exist", self.what());
        Error::builder(ErrorKind::NotFound, message)
            .hint("another program may be changing the hosting: check it in the control panel")
            .build()
    }

    async fn plan(&self, new: &R::New, options: EnsureOptions) -> Result<Change, Error> {
        R::check(self.name, new)?;
        match self.read().await? {
            Some((_, is)) if is.object.state() != ProvisioningState::Deleting => {
                Ok(difference::<R>(self.name, new, &is, options.write_secrets).change())
            }
            _ => {
                self.handle.check_create(self.name)?;
                Ok(Change::new(ChangeKind::Created))
            }
        }
    }

    async fn ensure_absent(&self, options: EnsureOptions) -> Result<Change, Error> {
        let policy = self.policy(options.policy);
        let _lock = self.lock(policy).await?;
        let Some((key, _)) = self.current(policy).await? else {
            return Ok(Change::new(ChangeKind::Unchanged));
        };
        self.check_planned(options.planned, &Change::new(ChangeKind::Removed))?;
        let mut kind = ChangeKind::Removed;
        match self.handle.remove(&key).await {
            Ok(task) => drop(task.wait_with(policy).await?),
            // An earlier attempt of this call may have deleted it.
            Err(error) if error.maybe_applied() => self.is_leaving(&key, policy, error).await?,
            // Another client deleted it.
            Err(error) if error.is_gone() => kind = ChangeKind::Unchanged,
            Err(error) => return Err(error),
        }
        match lookup(self.handle.read(&key).fresh().await)? {
            Lookup::Found(object) => {
                let is_leaving = object.state() == ProvisioningState::Deleting;
                self.pending(&key).until_removed(policy, is_leaving).await?;
            }
            Lookup::Missing(_) => {}
        }
        Ok(Change::new(kind))
    }

    /// Waits for a deletion that may have been accepted; returns the error if the object stays.
    async fn is_leaving(
        &self,
        key: &R::Key,
        policy: WaitPolicy,
        error: Error,
    ) -> Result<(), Error> {
        let grace = policy.deadline(policy.deadline.min(policy.object_grace));
        let clock = self.clock();
        let leaving = until_settled(&*clock, grace, false, || async {
            Ok(match lookup(self.handle.read(key).fresh().await)? {
                Lookup::Found(object) if object.state() != ProvisioningState::Deleting => {
                    PollOutcome::InProgress
                }
                _ => PollOutcome::Done(()),
            })
        });
        leaving.await.unwrap_or(Err(error))
    }

    async fn plan_absent(&self) -> Result<Change, Error> {
        Ok(Change::new(match self.read().await? {
            Some((_, is)) if is.object.state() != ProvisioningState::Deleting => {
                ChangeKind::Removed
            }
            _ => ChangeKind::Unchanged,
        }))
    }
}

/// Removes an object, unless another change is needed than the planned one.
#[cfg(feature = "sites")]
pub(crate) async fn ensure_absent_as_planned<R: Reconcile>(
    handle: &R,
    name: &str,
    planned: ChangeKind,
) -> Result<(), Error> {
    let options = EnsureOptions::new().planned(planned);
    drop(Named::new(handle, name).ensure_absent(options).await?);
    Ok(())
}
