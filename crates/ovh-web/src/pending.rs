//! Slow work without a task, polled through the object's own status.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ovh_runtime::{Call, Correction, Error, ErrorKind, FromResponse};
use serde::de::DeserializeOwned;

use crate::hosting::handle::Hosting;
use crate::macros::partial_debug;
use crate::types;
use crate::wait::{Lookup, PollOutcome, WaitPolicy, Work, lookup, until_settled};

/// The progress of an object, from its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProvisioningState {
    InProgress,
    Deleting,
    Ready,
    Failed,
}

/// An object whose status shows work in progress.
pub(crate) trait HasStatus: DeserializeOwned + FromResponse + Send + 'static {
    /// The status, as the API spells it.
    fn status(&self) -> &str;

    fn state(&self) -> ProvisioningState {
        state_of(self.status())
    }

    /// The reason of the status, if the object has one.
    fn reason(&self) -> Option<String> {
        None
    }
}

/// Returns the status and its reason, for an error.
fn described(object: &impl HasStatus) -> String {
    let status = object.status();
    match object.reason() {
        Some(reason) => format!("status `{status}`: {reason}"),
        None => format!("status `{status}`"),
    }
}

/// Classifies a status.
pub(crate) fn state_of(status: &str) -> ProvisioningState {
    match status {
        "created" | "done" | "ok" | "successful" | "locked" | "disabled" => {
            ProvisioningState::Ready
        }
        "deleting" => ProvisioningState::Deleting,
        "error" | "initialError" | "failed" | "cancelled" => ProvisioningState::Failed,
        // An unknown status counts as in progress; the deadline ends the wait.
        _ => ProvisioningState::InProgress,
    }
}

macro_rules! has_status {
    ($($type:ident: $field:ident),* $(,)?) => {
        $(impl HasStatus for types::$type {
            fn status(&self) -> &str {
                self.$field.as_str()
            }
        })*
    };
}

has_status! {
    CdnDomain: status,
    CdnOperation: status,
    Certificate: status,
    Cron: state,
    Database: status,
    DatabaseCopy: status,
    Deployment: status,
    Domain: status,
    Dump: status,
    EnvVar: status,
    HostingDump: status,
    LogUser: status,
    Module: status,
    OvhConfig: status,
    Runtime: status,
    User: status,
    Website: status,
}

/// An object from a response.
pub(crate) struct Observed<T> {
    pub(crate) object: T,
    /// The fields that were missing from the response.
    pub(crate) corrected: Vec<&'static str>,
}

/// Reads an object, not from the server's cache; `Missing` on 404.
pub(crate) async fn observe<T: FromResponse>(call: Call<T>) -> Result<Lookup<Observed<T>>, Error> {
    lookup(
        call.fresh()
            .with_corrections()
            .await
            .map(|(object, corrections)| {
                let corrected = corrections.iter().map(Correction::outer_field).collect();
                Observed { object, corrected }
            }),
    )
}

/// A callback that receives the state at every poll.
pub(crate) type Progress<T> = dyn Fn(&T) + Send + Sync;

/// Slow work without a task, polled through the object's status.
///
/// Dropping it does not cancel the work at OVHcloud.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// use ovh_web::types::CronUpdate;
///
/// let crons = client.hosting("example.ovh").crons();
/// let pending = crons.update(7, &CronUpdate::new().frequency("0 4 * * *")).await?;
/// let cron = pending.wait().await?;
/// println!("{}: {}", cron.id, cron.frequency);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "the work may fail unnoticed unless it is waited for"]
pub struct Pending<T> {
    hosting: Hosting,
    /// The object's name in errors: `the domain shop.example.com`.
    what: String,
    first: Option<T>,
    /// `true` if the work has just started, so the old status may still show.
    is_new: bool,
    /// `true` if the object was seen, so a 404 means that it is gone.
    is_seen: bool,
    work: Work,
    /// Monotonic time of the response that started the work, or of the resume.
    since: Duration,
    get: Arc<dyn Fn() -> Call<T> + Send + Sync>,
    progress: Option<Arc<Progress<T>>>,
}

#[expect(private_bounds, reason = "the API decides which types have a status")]
impl<T: HasStatus + Clone> Pending<T> {
    pub(crate) fn new(
        hosting: &Hosting,
        what: String,
        get: impl Fn() -> Call<T> + Send + Sync + 'static,
    ) -> Self {
        Self {
            hosting: hosting.clone(),
            what,
            first: None,
            is_new: true,
            is_seen: false,
            work: Work::default(),
            since: hosting.client().clock().monotonic(),
            get: Arc::new(get),
            progress: None,
        }
    }

    /// Sets the object from the response that started the work.
    pub(crate) fn with_first(mut self, object: T) -> Self {
        self.first = Some(object);
        self
    }

    /// Marks the work as started earlier.
    pub(crate) fn resumed(mut self) -> Self {
        self.is_new = false;
        self
    }

    /// Marks the object as seen: a 404 ends the wait.
    pub(crate) fn seen(mut self) -> Self {
        self.is_seen = true;
        self
    }

    /// Sets the kind of work, which decides the default deadline.
    pub(crate) fn taking(mut self, work: Work) -> Self {
        self.work = work;
        self
    }

    /// Returns the object from the response that started the work, if it had one.
    #[must_use]
    pub const fn first_seen(&self) -> Option<&T> {
        self.first.as_ref()
    }

    /// Sets a callback that receives the object at every poll.
    pub fn on_progress(mut self, report: impl Fn(&T) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(report));
        self
    }

    fn report(&self, object: &T) {
        if let Some(report) = &self.progress {
            report(object);
        }
    }

    /// Polls the object once.
    pub fn status(&self) -> Call<T> {
        (self.get)().fresh()
    }

    /// The policy of a wait that is given none.
    fn policy(&self) -> WaitPolicy {
        self.hosting.client().wait_policy(self.work)
    }

    /// Waits until the work is complete, with the client's [`WaitPolicy`].
    pub async fn wait(&self) -> Result<T, Error> {
        self.wait_with(self.policy()).await
    }

    /// Waits until the work is complete, and returns the object.
    ///
    /// Cancel-safe: the future may be dropped at any time.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Task`]: the work has failed, by the object's status.
    /// - [`ErrorKind::Timeout`]: the policy's deadline has passed; the work itself continues.
    /// - [`ErrorKind::NotFound`]: the object does not exist. A new one may be missing for a while
    ///   ([`WaitPolicy::object_grace`]).
    /// - The error of the call, if several polls in a row fail.
    pub async fn wait_with(&self, policy: WaitPolicy) -> Result<T, Error> {
        if let Some(first) = &self.first {
            self.report(first);
            match first.state() {
                ProvisioningState::Ready => return Ok(first.clone()),
                ProvisioningState::Failed => return Err(self.failed(first)),
                ProvisioningState::InProgress | ProvisioningState::Deleting => {}
            }
        }
        let observed = self.until(policy, self.is_new, |_| true).await?;
        Ok(observed.object)
    }

    /// Polls until the work is complete and `accepts` returns `true`.
    pub(crate) async fn until(
        &self,
        policy: WaitPolicy,
        sleep_first: bool,
        accepts: impl Fn(&Observed<T>) -> bool,
    ) -> Result<Observed<T>, Error> {
        let clock = &**self.hosting.client().clock();
        let is_seen = AtomicBool::new(self.is_seen);
        let last = Mutex::new(String::new());
        let settled = until_settled(clock, policy, sleep_first, || async {
            let observed = match observe(self.status()).await? {
                Lookup::Found(observed) => observed,
                Lookup::Missing(error) => {
                    let age = clock.monotonic().saturating_sub(self.since);
                    let is_gone = is_seen.load(Ordering::Relaxed);
                    if is_gone || age >= policy.object_grace {
                        return Err(error);
                    }
                    return Ok(PollOutcome::InProgress);
                }
            };
            is_seen.store(true, Ordering::Relaxed);
            self.report(&observed.object);
            match observed.object.state() {
                ProvisioningState::Ready if accepts(&observed) => Ok(PollOutcome::Done(observed)),
                ProvisioningState::Failed => Err(self.failed(&observed.object)),
                _ => {
                    let state = format!("is not ready ({})", described(&observed.object));
                    *last.lock().unwrap_or_else(PoisonError::into_inner) = state;
                    Ok(PollOutcome::InProgress)
                }
            }
        });
        let timeout = || {
            let last = last.lock().unwrap_or_else(PoisonError::into_inner);
            let state = if last.is_empty() {
                "is not ready"
            } else {
                &last
            };
            Err(self.timeout(policy, state))
        };
        settled.await.unwrap_or_else(timeout)
    }

    /// Polls until the object no longer exists; returns it if it was created again.
    ///
    /// `is_leaving` says that its deletion was seen. Until a poll sees it, the old status may still
    /// show.
    pub(crate) async fn until_gone(
        &self,
        policy: WaitPolicy,
        is_leaving: bool,
    ) -> Result<Option<Observed<T>>, Error> {
        let clock = &**self.hosting.client().clock();
        let is_leaving = AtomicBool::new(is_leaving);
        let settled = until_settled(clock, policy, true, || async {
            let Lookup::Found(observed) = observe(self.status()).await? else {
                return Ok(PollOutcome::Done(None));
            };
            Ok(match observed.object.state() {
                ProvisioningState::Ready if is_leaving.load(Ordering::Relaxed) => {
                    PollOutcome::Done(Some(observed))
                }
                ProvisioningState::Failed if is_leaving.load(Ordering::Relaxed) => {
                    return Err(self.failed(&observed.object));
                }
                ProvisioningState::Deleting => {
                    is_leaving.store(true, Ordering::Relaxed);
                    PollOutcome::InProgress
                }
                _ => PollOutcome::InProgress,
            })
        });
        let timeout = || Err(self.timeout(policy, "still exists"));
        settled.await.unwrap_or_else(timeout)
    }

    /// Polls until the deleted object no longer exists.
    pub(crate) async fn until_removed(
        &self,
        policy: WaitPolicy,
        is_leaving: bool,
    ) -> Result<(), Error> {
        if self.until_gone(policy, is_leaving).await?.is_none() {
            return Ok(());
        }
        let service = self.hosting.service_name();
        let message = format!(
            "{} of {service} was created again after its deletion",
            self.what
        );
        let hint = "another program may be changing the hosting: check it in the control panel";
        Err(self.error(ErrorKind::Conflict, message, hint))
    }

    pub(crate) fn failed(&self, object: &T) -> Error {
        let message = format!("{} failed ({})", self.what, described(object));
        let hint = "the control panel or OVHcloud's support may show the reason";
        self.error(ErrorKind::Task, message, hint)
    }

    pub(crate) fn timeout(&self, policy: WaitPolicy, state: &str) -> Error {
        let message = format!(
            "{} of {} {state} after waiting for {:?}",
            self.what,
            self.hosting.service_name(),
            policy.deadline
        );
        let hint = "the work itself continues: wait again, or read the status later";
        self.error(ErrorKind::Timeout, message, hint)
    }

    fn error(&self, kind: ErrorKind, message: String, hint: &str) -> Error {
        let builder = Error::builder(kind, message).hint(hint);
        match self.status().into_request() {
            Ok(request) => builder.request(&request).build(),
            Err(_) => builder.build(),
        }
    }
}

partial_debug!(
    Pending<T>,
    |pending| hosting = pending.hosting,
    what = pending.what
);

/// The removal of an object, which has no task.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// let certificate = client.hosting("example.ovh").certificate();
/// // Waits until the certificate is gone.
/// certificate.delete().await?.wait().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "the object may exist for a while"]
#[derive(Clone, Debug)]
pub struct Removal<T>(Pending<T>);

#[expect(private_bounds, reason = "the API decides which types have a status")]
impl<T: HasStatus + Clone> Removal<T> {
    pub(crate) const fn new(pending: Pending<T>) -> Self {
        Self(pending)
    }

    /// Returns the object from the response that started the removal, if it had one.
    #[must_use]
    pub const fn first_seen(&self) -> Option<&T> {
        self.0.first_seen()
    }

    /// Waits until the object no longer exists, with the client's [`WaitPolicy`].
    pub async fn wait(&self) -> Result<(), Error> {
        self.wait_with(self.0.policy()).await
    }

    /// Waits until the object no longer exists.
    ///
    /// Cancel-safe: the future may be dropped at any time.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Timeout`]: the policy's deadline has passed.
    /// - [`ErrorKind::Conflict`]: the object was created again, by another program.
    /// - [`ErrorKind::Task`]: the deletion has failed, by the object's status.
    pub async fn wait_with(&self, policy: WaitPolicy) -> Result<(), Error> {
        self.0.until_removed(policy, false).await
    }
}
