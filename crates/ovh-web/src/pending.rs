//! Slow work without a task, polled through the object's own status.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ovh_runtime::{Call, Error, ErrorKind};
use serde::de::DeserializeOwned;

use crate::handle::Hosting;
use crate::types;
use crate::wait::{Found, PollOutcome, WaitPolicy, Work, found, until_settled};

/// The progress of an object, from its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProvisioningState {
    /// Work is in progress.
    Going,
    /// It is being removed.
    Leaving,
    /// The work is complete.
    Settled,
    /// The work has failed.
    Failed,
}

/// An object whose status shows work in progress.
pub(crate) trait HasStatus: DeserializeOwned + Send + 'static {
    /// The status, as the API spells it.
    fn status(&self) -> &str;

    fn phase(&self) -> ProvisioningState {
        phase_of(self.status())
    }
}

/// Classifies a status.
pub(crate) fn phase_of(status: &str) -> ProvisioningState {
    match status {
        "created" | "done" | "ok" | "successful" | "locked" | "disabled" => {
            ProvisioningState::Settled
        }
        "deleting" => ProvisioningState::Leaving,
        "error" | "initialError" | "failed" | "cancelled" => ProvisioningState::Failed,
        // An unknown status counts as in progress; the deadline ends the wait.
        _ => ProvisioningState::Going,
    }
}

macro_rules! settles {
    ($($type:ident: $field:ident),* $(,)?) => {
        $(impl HasStatus for types::$type {
            fn status(&self) -> &str {
                self.$field.as_str()
            }
        })*
    };
}

settles! {
    CdnDomain: status,
    CdnOperation: status,
    Certificate: status,
    Cron: state,
    Database: status,
    DatabaseCopy: status,
    Domain: status,
    Dump: status,
    EnvVar: status,
    LogUser: status,
    Module: status,
    Runtime: status,
    User: status,
    Website: status,
}

type Get<T> = dyn Fn(&Hosting) -> Call<T> + Send + Sync;
type Progress<T> = dyn Fn(&T) + Send + Sync;

/// Slow work without a task, polled through the object's status.
///
/// Dropping it does not cancel the work at OVHcloud.
#[must_use = "the work may fail unnoticed unless it is waited for"]
pub struct Pending<T> {
    hosting: Hosting,
    /// The object's name in errors: `the domain shop.example.com`.
    what: String,
    first: Option<T>,
    /// `true` if the work has just started, so the old status may still show.
    is_new: bool,
    work: Work,
    /// Monotonic time of the response that started the work, or of the resume.
    since: Duration,
    get: Arc<Get<T>>,
    progress: Option<Arc<Progress<T>>>,
}

#[expect(private_bounds, reason = "the API decides which types have a status")]
impl<T: HasStatus + Clone> Pending<T> {
    pub(crate) fn new(
        hosting: &Hosting,
        what: impl Into<String>,
        first: Option<T>,
        get: impl Fn(&Hosting) -> Call<T> + Send + Sync + 'static,
    ) -> Self {
        Self {
            hosting: hosting.clone(),
            what: what.into(),
            first,
            is_new: true,
            work: Work::default(),
            since: hosting.client().clock().monotonic(),
            get: Arc::new(get),
            progress: None,
        }
    }

    /// Work that was started earlier.
    pub(crate) fn resumed(
        hosting: &Hosting,
        what: impl Into<String>,
        get: impl Fn(&Hosting) -> Call<T> + Send + Sync + 'static,
    ) -> Self {
        Self {
            is_new: false,
            ..Self::new(hosting, what, None, get)
        }
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
        (self.get)(&self.hosting).fresh()
    }

    /// The policy of a wait that is given none.
    fn policy(&self) -> WaitPolicy {
        self.hosting.client().wait_policy(self.work)
    }

    /// Waits until the work is complete, with the client's [`WaitPolicy`].
    ///
    /// # Errors
    ///
    /// See [`wait_with`](Self::wait_with).
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
            match first.phase() {
                ProvisioningState::Settled => return Ok(first.clone()),
                ProvisioningState::Failed => return Err(self.failed(first)),
                ProvisioningState::Going | ProvisioningState::Leaving => {}
            }
        }
        let clock = Arc::clone(self.hosting.client().clock());
        let is_shown = AtomicBool::new(false);
        until_settled(&*clock, policy, self.is_new, || async {
            let object = match found(self.status().await)? {
                Found::There(object) => object,
                Found::Missing(error) => {
                    let age = clock.monotonic().saturating_sub(self.since);
                    let is_gone = is_shown.load(Ordering::Relaxed);
                    if is_gone || age >= policy.grace_of_object() {
                        return Err(error);
                    }
                    return Ok(PollOutcome::Going);
                }
            };
            is_shown.store(true, Ordering::Relaxed);
            self.report(&object);
            match object.phase() {
                ProvisioningState::Settled => Ok(PollOutcome::Settled(object)),
                ProvisioningState::Failed => Err(self.failed(&object)),
                ProvisioningState::Going | ProvisioningState::Leaving => Ok(PollOutcome::Going),
            }
        })
        .await
        .unwrap_or_else(|| {
            let (hosting, what) = (&self.hosting, &self.what);
            Err(out_of_time(
                hosting,
                what,
                policy,
                "was not settled",
                self.status(),
            ))
        })
    }

    fn failed(&self, object: &T) -> Error {
        failed(&self.what, object, self.status())
    }
}

impl<T: Clone> Clone for Pending<T> {
    fn clone(&self) -> Self {
        Self {
            hosting: self.hosting.clone(),
            what: self.what.clone(),
            first: self.first.clone(),
            is_new: self.is_new,
            work: self.work,
            since: self.since,
            get: Arc::clone(&self.get),
            progress: self.progress.clone(),
        }
    }
}

impl<T> fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("hosting", &self.hosting)
            .field("what", &self.what)
            .finish_non_exhaustive()
    }
}

/// Polls until an object no longer exists.
pub(crate) async fn until_gone<T: DeserializeOwned + Send + 'static>(
    hosting: &Hosting,
    what: &str,
    policy: WaitPolicy,
    get: impl Fn() -> Call<T>,
) -> Result<(), Error> {
    let clock = Arc::clone(hosting.client().clock());
    until_settled(&*clock, policy, true, || async {
        match get().fresh().await {
            Ok(_) => Ok(PollOutcome::Going),
            Err(error) if error.is_gone() => Ok(PollOutcome::Settled(())),
            Err(error) => Err(error),
        }
    })
    .await
    .unwrap_or_else(|| Err(out_of_time(hosting, what, policy, "was still there", get())))
}

pub(crate) fn failed<T: HasStatus>(what: &str, object: &T, look: Call<T>) -> Error {
    let builder = Error::builder(
        ErrorKind::Task,
        format!(
            "{what} says `{}`: what was begun has failed",
            object.status()
        ),
    )
    .hint("the control panel or OVHcloud's support can say why");
    about(builder, look)
}

pub(crate) fn out_of_time<T>(
    hosting: &Hosting,
    what: &str,
    policy: WaitPolicy,
    how: &str,
    look: Call<T>,
) -> Error {
    let builder = Error::builder(
        ErrorKind::Timeout,
        format!(
            "{what} of {} {how} when the {:?} for waiting had passed",
            hosting.service_name(),
            policy.limit()
        ),
    )
    .hint("the work itself goes on; wait for it again, or look at its status");
    about(builder, look)
}

fn about<T>(builder: ovh_runtime::ErrorBuilder, look: Call<T>) -> Error {
    match look.into_request() {
        Ok(request) => builder.request(&request).build(),
        Err(_) => builder.build(),
    }
}

/// The removal of an object, which has no task.
#[must_use = "the object may exist for a while"]
#[derive(Clone)]
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
    ///
    /// # Errors
    ///
    /// See [`wait_with`](Self::wait_with).
    pub async fn wait(&self) -> Result<(), Error> {
        self.wait_with(self.0.policy()).await
    }

    /// Waits until the object no longer exists.
    ///
    /// Cancel-safe: the future may be dropped at any time.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Timeout`] once the policy's deadline has passed.
    pub async fn wait_with(&self, policy: WaitPolicy) -> Result<(), Error> {
        let Pending { hosting, what, .. } = &self.0;
        until_gone(hosting, what, policy, || self.0.status()).await
    }
}

impl<T> fmt::Debug for Removal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Removal").field(&self.0).finish()
    }
}
