//! The public methods of each handle with `ensure`, and the bodies of updates.
//!
//! Each resource has the same methods and its own table of fields.

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
        impl $handle {
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
            ///
            /// The limits of the offer are not checked: the API may refuse a planned creation.
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
                super::Named::new(self, $name).ensure_absent(crate::EnsureOptions::new()).await
            }

            /// Like [`ensure_absent`](Self::ensure_absent), with another policy.
            pub async fn ensure_absent_with(
                &self,
                $name: &str,
                policy: crate::WaitPolicy,
            ) -> Result<crate::Change, Error> {
                super::Named::new(self, $name).ensure_absent(policy.into()).await
            }

            /// Returns the change that [`ensure_absent`](Self::ensure_absent) would make. Only
            /// reads.
            pub async fn plan_absent(&self, $name: &str) -> Result<crate::Change, Error> {
                super::Named::new(self, $name).plan_absent().await
            })?
        }
    };
}

pub(super) use ensures;

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

pub(super) use changed;

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
