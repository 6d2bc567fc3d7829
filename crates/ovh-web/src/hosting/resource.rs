//! Macros for the common part of all resource handles.

/// Declares the handle of a resource.
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

            /// Returns the hosting.
            #[must_use]
            pub const fn hosting(&self) -> &$crate::Hosting {
                &self.hosting
            }
        }
    };
}

/// Declares the read methods of a resource: list, ids, get.
macro_rules! reads {
    (
        $resource:ident: $object:ty, by $filter:ty;
        $ids:ident, $ids_with:ident, $(#[$of_ids:meta])* $id:ty;
        $(#[$of_one:meta])* get($name:ident: $taken:ty) $given:ident => $pass:expr
    ) => {
        /// Lists the objects.
        pub fn list(&self) -> $crate::Listing<$object, $id> {
            self.list_with(&<$filter>::default())
        }

        /// Lists the objects that match the filter.
        pub fn list_with(&self, filter: &$filter) -> $crate::Listing<$object, $id> {
            $crate::Listing::new(
                (self.hosting.clone(), filter.clone()),
                |(hosting, filter)| hosting.raw().$resource().page(hosting.service_name(), filter),
                |(hosting, filter)| hosting.raw().$resource().list(hosting.service_name(), filter),
                |(hosting, _), $given| hosting.raw().$resource().get(hosting.service_name(), $pass),
            )
        }

        $(#[$of_ids])*
        pub fn $ids(&self) -> ovh_runtime::Call<Vec<$id>> {
            self.$ids_with(&<$filter>::default())
        }

        #[doc = concat!("Returns the ", stringify!($ids), " of the objects that match the filter.")]
        pub fn $ids_with(&self, filter: &$filter) -> ovh_runtime::Call<Vec<$id>> {
            let hosting = &self.hosting;
            hosting.raw().$resource().list(hosting.service_name(), filter)
        }

        $(#[$of_one])*
        pub fn get(&self, $name: $taken) -> ovh_runtime::Call<$object> {
            let hosting = &self.hosting;
            hosting.raw().$resource().get(hosting.service_name(), $name)
        }
    };
}

pub(crate) use {handle, reads};
