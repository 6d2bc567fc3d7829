//! `ensure`: reconciles an object to the desired state, writing only what differs.
//!
//! The steps are the same for every resource: read, wait for work in progress, compare, create or
//! update, and wait until the object's status shows no work in progress. Each resource has its own
//! file, with its compared and changeable fields. `plan` reads and compares, and never writes.

mod certificate;
mod change;
mod crons;
mod databases;
mod differences;
mod domains;
mod env_vars;
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

use crate::hosting::resource::Collection;
use crate::pending::{HasStatus, Observed, Pending, ProvisioningState, observe};
use crate::wait::{Lookup, PollOutcome, WaitPolicy, Work, lookup, until_settled, until_visible};
use crate::{Clock, Task};

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

    /// Returns an error if an object cannot have this name.
    fn check_name(_: &str) -> Result<(), Error> {
        Ok(())
    }

    /// Returns an error if an object with this name cannot be created.
    fn check_create(_: &str) -> Result<(), Error> {
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
        R::check_name(self.name)?;
        let policy = self.policy(options.policy);
        let _lock = self.lock(policy).await?;
        let service = self.handle.hosting().service_name();
        let ensured = |change, object| Ensured {
            change,
            object,
            what: format!("{} of {service}", self.what()),
        };
        let Some((key, before)) = self.current(policy).await? else {
            let object = self.create(new, policy).await?;
            return Ok(ensured(Change::new(ChangeKind::Created), object));
        };
        let differences = difference::<R>(self.name, new, &before, options.write_secrets);
        let change = differences.change();
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
        R::check_create(self.name)?;
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
        R::check_name(self.name)?;
        match self.read().await? {
            Some((_, is)) if is.object.state() != ProvisioningState::Deleting => {
                Ok(difference::<R>(self.name, new, &is, options.write_secrets).change())
            }
            _ => {
                R::check_create(self.name)?;
                Ok(Change::new(ChangeKind::Created))
            }
        }
    }

    async fn ensure_absent(&self, policy: Option<WaitPolicy>) -> Result<Change, Error> {
        let policy = self.policy(policy);
        let _lock = self.lock(policy).await?;
        let Some((key, _)) = self.current(policy).await? else {
            return Ok(Change::new(ChangeKind::Unchanged));
        };
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

/// Declares the public methods of a handle with `ensure`.
///
/// The name is a field of the body, or an argument before it.
macro_rules! ensures {
    (
        $(#[$table:meta])*
        $handle:ident: $new:ty => $object:ty,
        $name:ident: &str $(, $argument:ident)? = |$wanted:ident| $of_body:expr;
        $($absent:literal)?
    ) => {
        impl crate::hosting::$handle {
            /// Creates the object, or updates what differs.
            ///
            /// Waits until the object is ready, even if an earlier run is still creating it.
            ///
            $(#[$table])*
            ///
            /// Parallel calls of a client and its clones for one object run one after the other.
            ///
            /// `None` is not compared and changes nothing. A difference that cannot be changed is a
            /// [conflict](crate::ChangeKind::Conflict), and nothing is written.
            pub async fn ensure(
                &self,
                $($argument: &str,)?
                wanted: &$new,
            ) -> Result<crate::Ensured<$object>, Error> {
                self.ensure_with($($argument,)? wanted, crate::EnsureOptions::new()).await
            }

            /// Like [`ensure`](Self::ensure), with options or another
            /// [`WaitPolicy`](crate::WaitPolicy).
            pub async fn ensure_with(
                &self,
                $($argument: &str,)?
                wanted: &$new,
                options: impl Into<crate::EnsureOptions>,
            ) -> Result<crate::Ensured<$object>, Error> {
                let ($wanted, options) = (wanted, options.into());
                super::Named::new(self, $of_body).ensure(wanted, options).await
            }

            /// Returns the change that [`ensure`](Self::ensure) would make. Only reads.
            pub async fn plan(
                &self,
                $($argument: &str,)?
                wanted: &$new,
            ) -> Result<crate::Change, Error> {
                self.plan_with($($argument,)? wanted, crate::EnsureOptions::new()).await
            }

            /// Returns the change that [`ensure_with`](Self::ensure_with) would make. Only reads.
            pub async fn plan_with(
                &self,
                $($argument: &str,)?
                wanted: &$new,
                options: impl Into<crate::EnsureOptions>,
            ) -> Result<crate::Change, Error> {
                let ($wanted, options) = (wanted, options.into());
                super::Named::new(self, $of_body).plan(wanted, options).await
            }

            $(#[doc = $absent]
            ///
            /// An object that is already gone counts as deleted.
            pub async fn ensure_absent(&self, $name: &str) -> Result<crate::Change, Error> {
                super::Named::new(self, $name).ensure_absent(None).await
            }

            /// Like [`ensure_absent`](Self::ensure_absent), with another policy.
            pub async fn ensure_absent_with(
                &self,
                $name: &str,
                policy: crate::WaitPolicy,
            ) -> Result<crate::Change, Error> {
                super::Named::new(self, $name).ensure_absent(Some(policy)).await
            }

            /// Returns the change that [`ensure_absent`](Self::ensure_absent) would make. Only
            /// reads.
            pub async fn plan_absent(&self, $name: &str) -> Result<crate::Change, Error> {
                super::Named::new(self, $name).plan_absent().await
            })?
        }
    };
}

use ensures;

/// Copies the fields that differ into the body of an update: required ones, then optional ones.
macro_rules! changed {
    ($update:expr, $to:ident, [$($required:ident),*], [$($optional:ident),*]) => {{
        let mut update = $update;
        $(if $to.differences.has(stringify!($required)) {
            update = update.$required($to.new.$required.clone());
        })*
        $(if let (true, Some(value)) = ($to.differences.has(stringify!($optional)), &$to.new.$optional) {
            update = update.$optional(value.clone());
        })*
        update
    }};
}

use changed;

#[cfg(test)]
mod tests {
    #[cfg(feature = "full-serde")]
    #[test]
    fn each_table_has_each_field_once() {
        use ovh_runtime::private::ReadBody;

        use crate::types::{
            NewCron, NewDatabase, NewDomain, NewEnvVar, NewUser, NewWebsite, OvhConfigChange,
            RenewalInput,
        };

        let tables: [(&str, &[&str]); 8] = [
            (include_str!("crons.rs"), NewCron::NAMES),
            (include_str!("databases.rs"), NewDatabase::NAMES),
            (include_str!("domains.rs"), NewDomain::NAMES),
            (include_str!("env_vars.rs"), NewEnvVar::NAMES),
            (include_str!("ovh_configs.rs"), OvhConfigChange::NAMES),
            (include_str!("service_infos.rs"), RenewalInput::NAMES),
            (include_str!("users.rs"), NewUser::NAMES),
            (include_str!("websites.rs"), NewWebsite::NAMES),
        ];
        for (source, names) in tables {
            for name in names.iter().skip(1).step_by(2) {
                let row = format!("/// | `{name}` | ");
                assert_eq!(source.matches(&row).count(), 1, "{name}");
            }
            let rows = source.matches("/// | `").count();
            assert_eq!(rows, names.len() / 2, "a field that is no more");
        }
    }
}
