//! The trait of all resource handles, and macros for their methods.
//!
//! A method is its signature, and what it makes of the response.

use std::fmt::Display;

use ovh_runtime::Call;
use serde::de::DeserializeOwned;

use crate::hosting::handle::Hosting;
use crate::pending::HasStatus;
use crate::task::Task;
use crate::{Listing, Pending, TaskInfo};

/// The key of an object: a name or a number.
pub(crate) trait Key: Clone + Display + Send + Sync + 'static {
    /// The type of the key as an argument.
    type Arg<'a>;

    fn arg(&self) -> Self::Arg<'_>;
}

impl Key for String {
    type Arg<'a> = &'a str;

    fn arg(&self) -> &str {
        self
    }
}

impl Key for i64 {
    type Arg<'a> = Self;

    fn arg(&self) -> Self {
        *self
    }
}

/// A handle of objects that are read by their key.
pub(crate) trait Collection: Clone + Send + Sync + 'static {
    type Key: Key;
    type Object: DeserializeOwned + Send + 'static;
    /// The noun for an object in errors.
    const NOUN: &'static str;

    fn hosting(&self) -> &Hosting;

    fn read(&self, key: &Self::Key) -> Call<Self::Object>;

    fn all(&self) -> Listing<Self::Object, Self::Key>;

    /// A task that returns no object.
    fn started(&self, task: impl Into<TaskInfo>) -> Task {
        Task::started(self.hosting(), task)
    }

    /// A task that creates or changes an object, and returns it.
    fn changing(&self, task: impl Into<TaskInfo>, key: impl Into<Self::Key>) -> Task<Self::Object>
    where
        Self::Object: HasStatus,
    {
        let (handle, key) = (self.clone(), key.into());
        Task::started(self.hosting(), task).with_output(move || handle.read(&key))
    }

    /// A task that deletes an object.
    fn removing(&self, task: impl Into<TaskInfo>, key: impl Into<Self::Key>) -> Task {
        let (handle, key) = (self.clone(), key.into());
        let what = format!("the {} {key}", Self::NOUN);
        Task::started(self.hosting(), task).removing(what, move || handle.read(&key))
    }

    /// Work on an object that has no task.
    fn settling(&self, key: impl Into<Self::Key>) -> Pending<Self::Object>
    where
        Self::Object: HasStatus + Clone,
    {
        let (handle, key) = (self.clone(), key.into());
        let what = format!("the {} {key}", Self::NOUN);
        Pending::new(self.hosting(), what, move || handle.read(&key))
    }
}

/// Declares the handle of a resource.
macro_rules! handle {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name {
            hosting: $crate::hosting::handle::Hosting,
        }

        impl $name {
            pub(crate) const fn new(hosting: $crate::hosting::handle::Hosting) -> Self {
                Self { hosting }
            }

            /// Returns the hosting.
            #[must_use]
            pub const fn hosting(&self) -> &$crate::hosting::handle::Hosting {
                &self.hosting
            }
        }
    };
}

/// Declares `pending`, for objects with a status.
macro_rules! pending {
    ($handle:ident: $api:ident($key:ident: $type:ty) -> $object:ty, $noun:literal) => {
        impl $handle {
            #[doc = concat!("Returns the ", $noun, " to wait for until no change of it is in progress.")]
            ///
            /// For a change that an earlier run started, or whose response was lost. Without one, the
            /// wait returns after one request. Inferred: for a moment the old status may still show.
            pub fn pending(&self, $key: $type) -> $crate::Pending<$object> {
                let work = $crate::wait::Work::of_operation(stringify!($api));
                let pending = $crate::hosting::resource::Collection::settling(self, $key);
                pending.resumed().seen().taking(work)
            }
        }
    };
}

/// Declares the methods that read: `list`, the keys, `get`; with a filter also their `_with`.
///
/// `|handle| hosting, values..` gives the values of the route before the key. `api(page, list, get)`
/// names the operations, if they have other names.
macro_rules! reads {
    ($handle:ident: $api:ident |$($rest:tt)*) => {
        $crate::hosting::resource::reads! { $handle: $api(page, list, get) |$($rest)* }
    };
    (
        $handle:ident: $api:ident($page:ident, $list:ident, $get:ident) |$of:ident| $hosting:expr $(, $value:expr)*;
        $(#[$meta:meta])* get($name:ident: $arg:ty) -> $object:ty, $noun:literal, $nouns:literal;
        $keys:ident: $key:ty $(; $keys_with:ident($filter:ident: $type:ty))?
    ) => {
        impl $handle {
            #[doc = concat!("Lists the ", $nouns, ".")]
            ///
            #[doc = concat!("Operation: `", stringify!($api), "::", stringify!($list), "`.")]
            pub fn list(&self) -> $crate::Listing<$object, $key> {
                self.listing($(&<$type>::default())?)
            }

            #[doc = concat!("Returns the ", stringify!($keys), " of the ", $nouns, ".")]
            ///
            #[doc = concat!("Operation: `", stringify!($api), "::", stringify!($list), "`.")]
            pub fn $keys(&self) -> ovh_runtime::Call<Vec<$key>> {
                self.list().ids()
            }

            $(#[doc = concat!("Lists the ", $nouns, " that match the filter.")]
            pub fn list_with(&self, $filter: &$type) -> $crate::Listing<$object, $key> {
                self.listing($filter)
            }

            #[doc = concat!("Returns the ", stringify!($keys), " of the ", $nouns, " that match the filter.")]
            pub fn $keys_with(&self, $filter: &$type) -> ovh_runtime::Call<Vec<$key>> {
                self.listing($filter).ids()
            })?

            $(#[$meta])*
            ///
            #[doc = concat!("Operation: `", stringify!($api), "::", stringify!($get), "`.")]
            pub fn get(&self, $name: $arg) -> ovh_runtime::Call<$object> {
                let $of = self;
                let hosting: &$crate::hosting::handle::Hosting = $hosting;
                hosting.raw().$api().$get(hosting.service_name(), $($value,)* $name)
            }

            fn listing(&self $(, $filter: &$type)?) -> $crate::Listing<$object, $key> {
                $crate::Listing::new(
                    (self.clone(), $($filter.clone())?),
                    |($of, $($filter)?)| {
                        $hosting.raw().$api().$page($hosting.service_name() $(, $value)* $(, $filter)?)
                    },
                    |($of, $($filter)?)| {
                        $hosting.raw().$api().$list($hosting.service_name() $(, $value)* $(, $filter)?)
                    },
                    |(handle, ..), key| handle.get($crate::hosting::resource::Key::arg(key)),
                )
            }
        }

        impl $crate::hosting::resource::Collection for $handle {
            type Key = $key;
            type Object = $object;
            const NOUN: &'static str = $noun;

            fn hosting(&self) -> &$crate::hosting::handle::Hosting {
                let $of = self;
                $hosting
            }

            fn read(&self, key: &$key) -> ovh_runtime::Call<$object> {
                self.get($crate::hosting::resource::Key::arg(key))
            }

            fn all(&self) -> $crate::Listing<$object, $key> {
                self.list()
            }
        }
    };
}

/// Declares methods that send one operation.
///
/// `fn get() -> T;` returns the call. `async fn delete(..) -> Task = |handle, task| ..;` sends it
/// and makes the result of the response; without `, task` the response is ignored, since some routes
/// return an undocumented text. The operation has the name and the arguments of the method, unless
/// `=> module.operation(arguments)` follows the type.
macro_rules! operations {
    ($head:tt) => {};
    (
        $head:tt $(#[$meta:meta])*
        fn $name:ident($($arg:ident: $type:ty),*) -> $output:ty
        $(=> $api:ident.$operation:ident($($value:expr),*))?;
        $($rest:tt)*
    ) => {
        $(#[$meta])*
        ///
        #[doc = $crate::hosting::resource::operations!(@id $head $($api.$operation)? $name)]
        pub fn $name(&self, $($arg: $type),*) -> ovh_runtime::Call<$output> {
            $crate::hosting::resource::operations!(
                @call self $head $(=> $api.$operation($($value),*))? $name($($arg),*)
            )
        }
        $crate::hosting::resource::operations!($head $($rest)*);
    };
    (
        $head:tt $(#[$meta:meta])*
        async fn $name:ident($($arg:ident: $type:ty),*) -> $output:ty
        $(=> $api:ident.$operation:ident($($value:expr),*))?
        = |$handle:ident $(, $response:ident)?| $result:expr;
        $($rest:tt)*
    ) => {
        $(#[$meta])*
        ///
        #[doc = $crate::hosting::resource::operations!(@id $head $($api.$operation)? $name)]
        pub async fn $name(&self, $($arg: $type),*) -> Result<$output, ovh_runtime::Error> {
            let call = $crate::hosting::resource::operations!(
                @call self $head $(=> $api.$operation($($value),*))? $name($($arg),*)
            );
            $crate::hosting::resource::operations!(@send call $($response)?);
            let $handle = self;
            Ok($result)
        }
        $crate::hosting::resource::operations!($head $($rest)*);
    };
    (@id $head:tt $api:ident.$operation:ident $name:ident) => {
        concat!("Operation: `", stringify!($api), "::", stringify!($operation), "`.")
    };
    (@id [$api:ident $($head:tt)*] $name:ident) => {
        $crate::hosting::resource::operations!(@id [] $api.$name $name)
    };
    (@send $call:ident) => {
        $call.response().await?;
    };
    (@send $call:ident $response:ident) => {
        let $response = $call.await?;
    };
    (@call $this:ident [$own:ident $($head:tt)*] => $api:ident.$operation:ident($($value:expr),*) $($rest:tt)*) => {
        $crate::hosting::resource::operations!(@call $this [$api $($head)*] $operation($($value),*))
    };
    (
        @call $this:ident [$api:ident |$of:ident| $hosting:expr $(, $value:expr)*]
        $operation:ident($($arg:expr),*)
    ) => {{
        let $of = $this;
        let hosting: &$crate::hosting::handle::Hosting = $hosting;
        hosting.raw().$api().$operation(hosting.service_name(), $($value,)* $($arg),*)
    }};
}

pub(crate) use {handle, operations, pending, reads};
