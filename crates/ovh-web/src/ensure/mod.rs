//! `ensure`: reconciles an object to the desired state, writing only what differs.
//!
//! The steps are the same for every resource: read, wait for work in progress, compare, create or
//! update, and wait until the object's status shows no work in progress. Each resource has its own
//! file, with its compared and changeable fields. `plan` reads and compares, and never writes.

mod change;
mod crons;
mod databases;
mod differences;
mod domains;
mod env_vars;
mod users;

use std::cell::Cell;
use std::future::Future;
use std::sync::Arc;

use ovh_runtime::{Call, Correction, Error, ErrorKind, FromResponse};

use change::Fields;
pub use change::{Change, ChangeKind, EnsureOptions, Ensured, FieldChange};
use differences::{Differences, same_folder};

use crate::Task;
use crate::handle::Hosting;
use crate::pending::{HasStatus, ProvisioningState, failed, out_of_time, until_gone};
use crate::wait::{Found, PollOutcome, WaitPolicy, Work, found, until_settled, until_visible};

/// Reads of a settled object with old values before the difference is final.
///
/// Inferred: reads may lag behind a write for a moment.
const LAG: u32 = 10;

/// An object from a response.
struct Seen<T> {
    object: T,
    /// The fields that were missing from the response.
    corrected: Vec<&'static str>,
}

/// Reads an object for comparison; all comparisons use this function.
async fn read<T: FromResponse>(call: Call<T>) -> Result<Seen<T>, Error> {
    let (object, corrections) = call.fresh().with_corrections().await?;
    let corrected = corrections.iter().map(Correction::outer_field).collect();
    Ok(Seen { object, corrected })
}

/// Reads an object; `None` on 404.
async fn if_there<T: FromResponse>(call: Call<T>) -> Result<Option<Seen<T>>, Error> {
    Ok(match found(read(call).await)? {
        Found::There(seen) => Some(seen),
        Found::Missing(_) => None,
    })
}

/// A resource with a name: how it is read, compared and written.
trait Resource: Sync {
    type Object: HasStatus + FromResponse + Sync;
    type New: Sync;
    const WORK: Work = Work::Hour;

    fn hosting(&self) -> &Hosting;

    /// The resource's name in errors.
    fn what(&self) -> String;

    /// Reads the object; `None` if it does not exist.
    fn read(&self) -> impl Future<Output = Result<Option<Seen<Self::Object>>, Error>> + Send;

    /// Polls an object that was found.
    fn look(&self, object: &Self::Object) -> Call<Self::Object>;

    fn compare(&self, new: &Self::New, seen: &Seen<Self::Object>) -> Differences;

    fn create(&self, new: &Self::New) -> impl Future<Output = Result<Task, Error>> + Send;

    /// Writes the differences.
    fn update(
        &self,
        new: &Self::New,
        object: &Self::Object,
        differences: &Differences,
        policy: WaitPolicy,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    fn remove(&self, object: &Self::Object) -> impl Future<Output = Result<Task, Error>> + Send;
}

/// The policy of the options, or that of the client.
fn policy_of<D: Resource>(thing: &D, policy: Option<WaitPolicy>) -> WaitPolicy {
    policy.unwrap_or_else(|| thing.hosting().client().wait_policy(D::WORK))
}

/// Reads the object once no work on it is in progress.
async fn current<D: Resource>(
    thing: &D,
    policy: WaitPolicy,
) -> Result<Option<Seen<D::Object>>, Error> {
    let Some(seen) = thing.read().await? else {
        return Ok(None);
    };
    let object = &seen.object;
    match object.phase() {
        ProvisioningState::Settled | ProvisioningState::Failed => Ok(Some(seen)),
        ProvisioningState::Leaving => {
            let (hosting, what) = (thing.hosting(), thing.what());
            until_gone(hosting, &what, policy, || thing.look(object)).await?;
            Ok(None)
        }
        ProvisioningState::Going => match settled(thing, object, policy, true, |_| true).await {
            Ok(seen) => Ok(Some(seen)),
            Err(error) if error.is_gone() => Ok(None),
            Err(error) => Err(error),
        },
    }
}

/// Waits until no work on the object is in progress and `fits` holds.
async fn settled<D: Resource>(
    thing: &D,
    object: &D::Object,
    policy: WaitPolicy,
    rest_first: bool,
    fits: impl Fn(&Seen<D::Object>) -> bool,
) -> Result<Seen<D::Object>, Error> {
    let (hosting, what) = (thing.hosting(), thing.what());
    let look = || thing.look(object);
    let clock = Arc::clone(hosting.client().clock());
    until_settled(&*clock, policy, rest_first, || async {
        let seen = read(look()).await?;
        match seen.object.phase() {
            ProvisioningState::Settled if fits(&seen) => Ok(PollOutcome::Settled(seen)),
            ProvisioningState::Failed => Err(failed(&what, &seen.object, look())),
            _ => Ok(PollOutcome::Going),
        }
    })
    .await
    .unwrap_or_else(|| {
        let how = "was not settled";
        Err(out_of_time(hosting, &what, policy, how, look()))
    })
}

async fn ensure<D: Resource>(
    thing: &D,
    new: &D::New,
    options: EnsureOptions,
) -> Result<Ensured<D::Object>, Error> {
    let policy = policy_of(thing, options.policy);
    let ensured = |change, object| Ensured {
        change,
        object,
        what: format!("{} of {}", thing.what(), thing.hosting().service_name()),
    };
    let Some(seen) = current(thing, policy).await? else {
        let object = create(thing, new, policy).await?;
        return Ok(ensured(Change::new(ChangeKind::Created), object));
    };
    let differences = differences(thing, new, &seen, options);
    let change = differences.change();
    if !change.is_write() {
        return Ok(ensured(change, seen.object));
    }
    let before = seen.object;
    thing.update(new, &before, &differences, policy).await?;
    let misses = Cell::new(0);
    let fits = |seen: &Seen<D::Object>| {
        misses.set(misses.get() + 1);
        thing.compare(new, seen).open.is_empty() || misses.get() > LAG
    };
    let seen = settled(thing, &before, policy, false, fits).await?;
    let left = thing.compare(new, &seen).open;
    if !left.is_empty() {
        return Err(Error::builder(
            ErrorKind::Conflict,
            format!(
                "{} was changed, and the API still shows other values ({})",
                thing.what(),
                Fields(&left)
            ),
        )
        .hint("the API may normalize the value: use the value that the API returned")
        .build());
    }
    Ok(ensured(change, seen.object))
}

fn differences<D: Resource>(
    thing: &D,
    new: &D::New,
    seen: &Seen<D::Object>,
    options: EnsureOptions,
) -> Differences {
    let mut differences = thing.compare(new, seen);
    if options.write_secrets {
        differences.write_secrets();
    }
    differences
}

async fn create<D: Resource>(
    thing: &D,
    new: &D::New,
    policy: WaitPolicy,
) -> Result<D::Object, Error> {
    thing.create(new).await?.wait_with(policy).await?;
    let clock = Arc::clone(thing.hosting().client().clock());
    let seen = until_visible(&*clock, policy, policy.limit(), || async {
        Ok(match thing.read().await? {
            Some(seen) => Found::There(seen),
            None => Found::Missing(lost(thing)),
        })
    })
    .await?;
    match seen.object.phase() {
        ProvisioningState::Settled => Ok(seen.object),
        _ => {
            let seen = settled(thing, &seen.object, policy, true, |_| true).await?;
            Ok(seen.object)
        }
    }
}

fn lost<D: Resource>(thing: &D) -> Error {
    Error::builder(
        ErrorKind::NotFound,
        format!("{} was created and is not there", thing.what()),
    )
    .hint("something else may be changing the hosting; look at it in the control panel")
    .build()
}

async fn plan<D: Resource>(
    thing: &D,
    new: &D::New,
    options: EnsureOptions,
) -> Result<Change, Error> {
    Ok(match thing.read().await? {
        Some(seen) if seen.object.phase() != ProvisioningState::Leaving => {
            differences(thing, new, &seen, options).change()
        }
        _ => Change::new(ChangeKind::Created),
    })
}

async fn ensure_absent<D: Resource>(
    thing: &D,
    policy: Option<WaitPolicy>,
) -> Result<Change, Error> {
    let policy = policy_of(thing, policy);
    let Some(Seen { object, .. }) = current(thing, policy).await? else {
        return Ok(Change::new(ChangeKind::Unchanged));
    };
    let mut kind = ChangeKind::Removed;
    match thing.remove(&object).await {
        Ok(task) => drop(task.wait_with(policy).await?),
        // An earlier attempt of this call may have deleted it.
        Err(error) if error.maybe_applied() => leaves(thing, &object, policy, error).await?,
        // Another client deleted it.
        Err(error) if error.is_gone() => kind = ChangeKind::Unchanged,
        Err(error) => return Err(error),
    }
    let (hosting, what) = (thing.hosting(), thing.what());
    match thing.look(&object).fresh().await {
        Ok(_) => until_gone(hosting, &what, policy, || thing.look(&object)).await?,
        Err(error) if error.is_gone() => {}
        Err(error) => return Err(error),
    }
    Ok(Change::new(kind))
}

/// Waits for a deletion that may have been accepted; returns the error if the object stays.
async fn leaves<D: Resource>(
    thing: &D,
    object: &D::Object,
    policy: WaitPolicy,
    error: Error,
) -> Result<(), Error> {
    let clock = Arc::clone(thing.hosting().client().clock());
    let grace = policy.deadline(policy.limit().min(policy.grace_of_object()));
    let left = until_settled(&*clock, grace, false, || async {
        Ok(match found(thing.look(object).fresh().await)? {
            Found::There(object) if object.phase() != ProvisioningState::Leaving => {
                PollOutcome::Going
            }
            _ => PollOutcome::Settled(()),
        })
    });
    left.await.unwrap_or(Err(error))
}

async fn plan_absent<D: Resource>(thing: &D) -> Result<Change, Error> {
    Ok(Change::new(match thing.read().await? {
        Some(seen) if seen.object.phase() != ProvisioningState::Leaving => ChangeKind::Removed,
        _ => ChangeKind::Unchanged,
    }))
}

/// Declares the public methods of a resource with `ensure`.
macro_rules! ensures {
    (
        $(#[$table:meta])*
        $handle:ident: $new:ty => $object:ty, $($key:ident: &str,)?
        |$self:ident, $name:ident| $thing:expr, |$of:ident| $named:expr;
        $absent:literal
    ) => {
        impl crate::hosting::$handle {
            /// Creates the object, or updates what differs.
            ///
            $(#[$table])*
            ///
            /// `None` is not compared and changes nothing. A difference that cannot be changed is a
            /// [conflict](crate::ChangeKind::Conflict), and nothing is written.
            ///
            /// # Errors
            ///
            /// Returns an error if a call or the wait fails.
            pub async fn ensure(
                &self,
                $($key: &str,)?
                wanted: &$new,
            ) -> Result<crate::Ensured<$object>, Error> {
                self.ensure_with($($key,)? wanted, crate::EnsureOptions::new()).await
            }

            /// Like [`ensure`](Self::ensure), with options or another
            /// [`WaitPolicy`](crate::WaitPolicy).
            ///
            /// # Errors
            ///
            /// Returns an error if a call or the wait fails.
            pub async fn ensure_with(
                &self,
                $($key: &str,)?
                wanted: &$new,
                options: impl Into<crate::EnsureOptions>,
            ) -> Result<crate::Ensured<$object>, Error> {
                $(crate::hosting::cron_text::check_key($key)?;)?
                let ($self, $of, options) = (self, wanted, options.into());
                let $name: &str = $named;
                super::ensure(&$thing, wanted, options).await
            }

            /// Returns the change that [`ensure`](Self::ensure) would make. Only reads.
            pub async fn plan(&self, $($key: &str,)? wanted: &$new) -> Result<crate::Change, Error> {
                self.plan_with($($key,)? wanted, crate::EnsureOptions::new()).await
            }

            /// Returns the change that [`ensure_with`](Self::ensure_with) would make. Only reads.
            pub async fn plan_with(
                &self,
                $($key: &str,)?
                wanted: &$new,
                options: impl Into<crate::EnsureOptions>,
            ) -> Result<crate::Change, Error> {
                $(crate::hosting::cron_text::check_key($key)?;)?
                let ($self, $of, options) = (self, wanted, options.into());
                let $name: &str = $named;
                super::plan(&$thing, wanted, options).await
            }

            #[doc = $absent]
            ///
            /// An object that is already gone counts as deleted.
            ///
            /// # Errors
            ///
            /// Returns an error if a call or the wait fails.
            pub async fn ensure_absent(&self, $name: &str) -> Result<crate::Change, Error> {
                let $self = self;
                super::ensure_absent(&$thing, None).await
            }

            /// Like [`ensure_absent`](Self::ensure_absent), with another policy.
            ///
            /// # Errors
            ///
            /// Returns an error if a call or the wait fails.
            pub async fn ensure_absent_with(
                &self,
                $name: &str,
                policy: crate::WaitPolicy,
            ) -> Result<crate::Change, Error> {
                let $self = self;
                super::ensure_absent(&$thing, Some(policy)).await
            }

            /// Returns the change that [`ensure_absent`](Self::ensure_absent) would make. Only
            /// reads.
            pub async fn plan_absent(&self, $name: &str) -> Result<crate::Change, Error> {
                let $self = self;
                super::plan_absent(&$thing).await
            }
        }
    };
}

use ensures;

#[cfg(all(test, feature = "full-serde"))]
mod tests {
    use ovh_runtime::private::ReadBody;

    use crate::types::{NewCron, NewDatabase, NewDomain, NewEnvVar, NewUser};

    #[test]
    fn each_table_has_each_field_once() {
        let tables: [(&str, &[&str]); 5] = [
            (include_str!("crons.rs"), NewCron::NAMES),
            (include_str!("databases.rs"), NewDatabase::NAMES),
            (include_str!("domains.rs"), NewDomain::NAMES),
            (include_str!("env_vars.rs"), NewEnvVar::NAMES),
            (include_str!("users.rs"), NewUser::NAMES),
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
