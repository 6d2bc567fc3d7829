//! `ensure`: say how a thing has to be, and only what differs is written.
//!
//! The road is the same for all of them and is here: read, wait for work that is already under way,
//! compare, create or update, and wait until the thing's own status is settled. What a thing is
//! and what can be changed of it is in a file a family.
//!
//! Running it twice sends no write the second time. `plan` reads and compares, and never writes.

mod crons;
mod databases;
mod domains;
mod env_vars;
mod users;

use std::cell::Cell;
use std::fmt;
use std::future::Future;

use ovh_runtime::{Call, Error, ErrorKind};

use crate::handle::Hosting;
use crate::pending::{Phase, Settles, settle, until_gone};
use crate::wait::WaitPolicy;

/// How often a settled thing may show other values than those that were written, before that
/// counts as the API's last word. Guess: a status may lag behind a write for a moment.
const LAG: u32 = 10;

/// What was done, or would be done, to bring a thing into the state that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Change {
    /// It is as wanted already; nothing was written.
    Unchanged,
    /// It was not there and was created.
    Created,
    /// These properties differed and were changed.
    Updated {
        /// The properties by their names in the types of this crate.
        fields: Vec<&'static str>,
    },
    /// It was there and was removed.
    Removed,
    /// These properties differ and the API cannot change them; nothing was written.
    Conflict {
        /// The properties by their names in the types of this crate.
        fields: Vec<&'static str>,
    },
}

impl Change {
    /// Whether something was written, or would be.
    #[must_use]
    pub const fn is_write(&self) -> bool {
        matches!(self, Self::Created | Self::Updated { .. } | Self::Removed)
    }
}

/// `updated (path, ssl)`
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unchanged => f.write_str("unchanged"),
            Self::Created => f.write_str("created"),
            Self::Updated { fields } => write!(f, "updated ({})", fields.join(", ")),
            Self::Removed => f.write_str("removed"),
            Self::Conflict { fields } => {
                write!(f, "in conflict, cannot be changed ({})", fields.join(", "))
            }
        }
    }
}

/// A thing that was brought into the state that is wanted, and what that took.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Ensured<T> {
    /// What was done. Look at it: a [`Conflict`](Change::Conflict) is no error of a call.
    pub change: Change,
    /// The thing as it is now.
    pub object: T,
}

/// Where a thing differs from what is wanted.
#[derive(Debug, Default)]
struct Differences {
    /// What the API can change.
    open: Vec<&'static str>,
    /// What it cannot.
    fixed: Vec<&'static str>,
}

impl Differences {
    fn open(&mut self, field: &'static str, differs: bool) {
        if differs {
            self.open.push(field);
        }
    }

    fn fixed(&mut self, field: &'static str, differs: bool) {
        if differs {
            self.fixed.push(field);
        }
    }

    fn has(&self, field: &str) -> bool {
        self.open.contains(&field)
    }

    fn change(&self) -> Change {
        if !self.fixed.is_empty() {
            Change::Conflict {
                fields: self.fixed.clone(),
            }
        } else if self.open.is_empty() {
            Change::Unchanged
        } else {
            Change::Updated {
                fields: self.open.clone(),
            }
        }
    }
}

/// A thing that is known by a name: how it is read, compared and written.
trait Thing: Sync {
    type Object: Settles + Sync;
    type New: Sync;

    fn hosting(&self) -> &Hosting;

    /// What it is called in errors.
    fn what(&self) -> String;

    /// The thing, if it is there.
    fn read(&self) -> impl Future<Output = Result<Option<Self::Object>, Error>> + Send;

    /// One more look at a thing that was found.
    fn look(&self, object: &Self::Object) -> Call<Self::Object>;

    fn compare(&self, new: &Self::New, object: &Self::Object) -> Differences;

    fn create(
        &self,
        new: &Self::New,
        policy: WaitPolicy,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    fn update(
        &self,
        new: &Self::New,
        object: &Self::Object,
        differences: &Differences,
        policy: WaitPolicy,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    fn remove(
        &self,
        object: &Self::Object,
        policy: WaitPolicy,
    ) -> impl Future<Output = Result<(), Error>> + Send;
}

/// The thing once no work on it is under way.
async fn current<D: Thing>(thing: &D, policy: WaitPolicy) -> Result<Option<D::Object>, Error> {
    let Some(object) = thing.read().await? else {
        return Ok(None);
    };
    match object.phase() {
        Phase::Settled | Phase::Failed => Ok(Some(object)),
        Phase::Leaving => {
            let (hosting, what) = (thing.hosting(), thing.what());
            until_gone(hosting, &what, policy, || thing.look(&object)).await?;
            Ok(None)
        }
        Phase::Going => {
            let (hosting, what) = (thing.hosting(), thing.what());
            match settle(
                hosting,
                &what,
                policy,
                true,
                || thing.look(&object),
                |_| true,
            )
            .await
            {
                Ok(object) => Ok(Some(object)),
                Err(error) if error.is_gone() => Ok(None),
                Err(error) => Err(error),
            }
        }
    }
}

async fn ensure<D: Thing>(
    thing: &D,
    new: &D::New,
    policy: WaitPolicy,
) -> Result<Ensured<D::Object>, Error> {
    let Some(object) = current(thing, policy).await? else {
        thing.create(new, policy).await?;
        let object = thing.read().await?.ok_or_else(|| lost(thing))?;
        let (hosting, what) = (thing.hosting(), thing.what());
        let object = match object.phase() {
            Phase::Settled => object,
            _ => {
                settle(
                    hosting,
                    &what,
                    policy,
                    true,
                    || thing.look(&object),
                    |_| true,
                )
                .await?
            }
        };
        return Ok(Ensured {
            change: Change::Created,
            object,
        });
    };
    let differences = thing.compare(new, &object);
    let change = differences.change();
    if !change.is_write() {
        return Ok(Ensured { change, object });
    }
    thing.update(new, &object, &differences, policy).await?;
    let misses = Cell::new(0);
    let fits = |object: &D::Object| {
        misses.set(misses.get() + 1);
        thing.compare(new, object).open.is_empty() || misses.get() > LAG
    };
    let (hosting, what) = (thing.hosting(), thing.what());
    let object = settle_here(hosting, &what, policy, || thing.look(&object), fits).await?;
    let left = thing.compare(new, &object).open;
    if !left.is_empty() {
        return Err(Error::builder(
            ErrorKind::Conflict,
            format!(
                "{what} was changed, and the API still shows another value for {}",
                left.join(", ")
            ),
        )
        .hint("the API may write the value in another way: read the object, and want what it shows")
        .build());
    }
    Ok(Ensured { change, object })
}

/// [`settle`], from the first look on.
async fn settle_here<T: Settles>(
    hosting: &Hosting,
    what: &str,
    policy: WaitPolicy,
    look: impl Fn() -> Call<T>,
    fits: impl Fn(&T) -> bool,
) -> Result<T, Error> {
    settle(hosting, what, policy, false, look, fits).await
}

async fn plan<D: Thing>(thing: &D, new: &D::New) -> Result<Change, Error> {
    Ok(match thing.read().await? {
        None => Change::Created,
        Some(object) if object.phase() == Phase::Leaving => Change::Created,
        Some(object) => thing.compare(new, &object).change(),
    })
}

async fn ensure_absent<D: Thing>(thing: &D, policy: WaitPolicy) -> Result<Change, Error> {
    let Some(object) = current(thing, policy).await? else {
        return Ok(Change::Unchanged);
    };
    thing.remove(&object, policy).await?;
    let (hosting, what) = (thing.hosting(), thing.what());
    match thing.look(&object).fresh().await {
        Ok(_) => until_gone(hosting, &what, policy, || thing.look(&object)).await?,
        Err(error) if error.is_gone() => {}
        Err(error) => return Err(error),
    }
    Ok(Change::Removed)
}

async fn plan_absent<D: Thing>(thing: &D) -> Result<Change, Error> {
    Ok(match thing.read().await? {
        Some(object) if object.phase() != Phase::Leaving => Change::Removed,
        _ => Change::Unchanged,
    })
}

fn lost<D: Thing>(thing: &D) -> Error {
    Error::builder(
        ErrorKind::NotFound,
        format!("{} was created and is not there", thing.what()),
    )
    .hint("something else may be changing the hosting; look at it in the control panel")
    .build()
}

/// The object of a call, if there is one.
async fn if_there<T: serde::de::DeserializeOwned + Send + 'static>(
    call: Call<T>,
) -> Result<Option<T>, Error> {
    match call.fresh().await {
        Ok(object) => Ok(Some(object)),
        Err(error) if error.is_gone() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a wanted value is another than the one that is there. What is not wanted does not
/// differ.
fn differs<T: PartialEq>(wanted: Option<&T>, is: Option<&T>) -> bool {
    wanted.is_some() && wanted != is
}

/// Whether two texts name the same folder of a hosting.
///
/// Guess: the API may write a folder with `./` before it, with slashes around it, or from the root
/// of the file system on.
fn same_folder(wanted: &str, is: &str) -> bool {
    fn plain(path: &str) -> &str {
        let path = path.trim_matches('/');
        let path = path.strip_prefix("./").unwrap_or(path);
        if path == "." { "" } else { path }
    }
    let (wanted, shown) = (plain(wanted), plain(is));
    wanted == shown
        || is.starts_with("/home")
            && !wanted.is_empty()
            && shown
                .strip_suffix(wanted)
                .is_some_and(|before| before.ends_with('/'))
}

/// The public methods of a family that can be ensured.
macro_rules! ensures {
    ($handle:ident: $new:ty => $object:ty, $($key:ident: &str,)? |$self:ident, $name:ident| $thing:expr, |$of:ident| $named:expr; $absent:literal) => {
        impl crate::hosting::$handle {
            /// Brings it into the state that is wanted: reads, and creates or changes only what
            /// differs. Waits at most an hour at each step.
            ///
            /// # Errors
            ///
            /// Those of the calls, and of the waiting.
            pub async fn ensure(&self, $($key: &str,)? wanted: &$new) -> Result<crate::Ensured<$object>, Error> {
                self.ensure_with($($key,)? wanted, crate::WaitPolicy::default()).await
            }

            /// [`ensure`](Self::ensure), with a patience of your own for each step.
            ///
            /// # Errors
            ///
            /// Those of the calls, and of the waiting.
            pub async fn ensure_with(
                &self,
                $($key: &str,)?
                wanted: &$new,
                policy: crate::WaitPolicy,
            ) -> Result<crate::Ensured<$object>, Error> {
                $(super::crons::check_key($key)?;)?
                let ($self, $of) = (self, wanted);
                let $name: &str = $named;
                super::ensure(&$thing, wanted, policy).await
            }

            /// What [`ensure`](Self::ensure) would do. Only reads.
            ///
            /// # Errors
            ///
            /// Those of the calls.
            pub async fn plan(&self, $($key: &str,)? wanted: &$new) -> Result<crate::Change, Error> {
                $(super::crons::check_key($key)?;)?
                let ($self, $of) = (self, wanted);
                let $name: &str = $named;
                super::plan(&$thing, wanted).await
            }

            #[doc = $absent]
            ///
            /// # Errors
            ///
            /// Those of the calls, and of the waiting.
            pub async fn ensure_absent(&self, $name: &str) -> Result<crate::Change, Error> {
                let $self = self;
                super::ensure_absent(&$thing, crate::WaitPolicy::default()).await
            }

            /// What [`ensure_absent`](Self::ensure_absent) would do. Only reads.
            ///
            /// # Errors
            ///
            /// Those of the calls.
            pub async fn plan_absent(&self, $name: &str) -> Result<crate::Change, Error> {
                let $self = self;
                super::plan_absent(&$thing).await
            }
        }
    };
}

use ensures;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_the_same_however_it_is_written() {
        for (wanted, is) in [
            ("shop", "shop"),
            ("shop", "./shop"),
            ("./shop", "shop/"),
            (".", ""),
            ("www/shop", "/home/example/www/shop"),
            ("shop", "/homez.12/example/shop"),
        ] {
            assert!(same_folder(wanted, is), "{wanted} {is}");
        }
        for (wanted, is) in [
            ("shop", "shop2"),
            ("shop", "my/shop"),
            ("shop", "/home/example/myshop"),
            (".", "www"),
        ] {
            assert!(!same_folder(wanted, is), "{wanted} {is}");
        }
    }

    #[test]
    fn what_cannot_be_changed_wins_over_what_can() {
        let mut differences = Differences::default();
        assert_eq!(differences.change(), Change::Unchanged);
        differences.open("path", true);
        differences.open("ssl", false);
        let change = differences.change();
        assert_eq!(change.to_string(), "updated (path)");
        assert!(change.is_write());
        differences.fixed("type_", true);
        let change = differences.change();
        assert_eq!(
            change,
            Change::Conflict {
                fields: vec!["type_"]
            }
        );
        assert!(!change.is_write());
    }
}
