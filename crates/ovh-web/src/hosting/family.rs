//! What the handles of all families have in common, written once.

/// Declares the handle of a family of things on a hosting.
macro_rules! handle {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name {
            hosting: $crate::Hosting,
        }

        impl $name {
            pub(crate) const fn new(hosting: $crate::Hosting) -> Self {
                Self { hosting }
            }

            /// The hosting that they belong to.
            #[must_use]
            pub const fn hosting(&self) -> &$crate::Hosting {
                &self.hosting
            }
        }
    };
}

/// The reading methods of a family: the objects, their ids, one of them.
macro_rules! reads {
    (
        $family:ident: $object:ty, by $filter:ty;
        $ids:ident, $ids_with:ident, $(#[$of_ids:meta])* $id:ty;
        $(#[$of_one:meta])* get($name:ident: $taken:ty) $given:ident => $pass:expr
    ) => {
        /// All of them.
        pub fn list(&self) -> $crate::Listing<$object, $id> {
            self.list_with(&<$filter>::default())
        }

        /// Those that the filters let through.
        pub fn list_with(&self, filter: &$filter) -> $crate::Listing<$object, $id> {
            $crate::Listing::new(
                (self.hosting.clone(), filter.clone()),
                |(hosting, filter)| hosting.raw().$family().page(hosting.service_name(), filter),
                |(hosting, filter)| hosting.raw().$family().list(hosting.service_name(), filter),
                |(hosting, _), $given| hosting.raw().$family().get(hosting.service_name(), $pass),
            )
        }

        $(#[$of_ids])*
        pub fn $ids(&self) -> ovh_runtime::Call<Vec<$id>> {
            self.$ids_with(&<$filter>::default())
        }

        #[doc = concat!("The ", stringify!($ids), " of those that the filters let through.")]
        pub fn $ids_with(&self, filter: &$filter) -> ovh_runtime::Call<Vec<$id>> {
            let hosting = &self.hosting;
            hosting.raw().$family().list(hosting.service_name(), filter)
        }

        $(#[$of_one])*
        pub fn get(&self, $name: $taken) -> ovh_runtime::Call<$object> {
            let hosting = &self.hosting;
            hosting.raw().$family().get(hosting.service_name(), $name)
        }
    };
}

pub(crate) use {handle, reads};
