//! What generated models need beside serde's derive: tolerance for `null`, and bodies of writes.

use serde::{Deserialize, Deserializer};

/// Reads `null` as the empty value: the API answers `null` where its document promises a list.
///
/// # Errors
///
/// Whatever the value's own decoding says.
pub fn null_as_default<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Deserialize<'de> + Default,
    D: Deserializer<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Declares the body of a write.
///
/// Required properties are arguments of `new`; the others have a chainable setter each and are
/// not sent while they are unset; those under `nullable` can also be cleared
/// ([`Nullable`](crate::Nullable)).
///
/// ```
/// use ovh_runtime::Nullable;
///
/// ovh_runtime::body! {
///     /// A change of a planned command.
///     pub struct CronUpdate {
///         required {
///             /// What to run.
///             command: String = "command",
///         }
///         optional {
///             /// When to run it.
///             frequency: String = "frequency",
///         }
///         nullable {
///             /// Whom to tell.
///             email: String = "email",
///         }
///     }
/// }
/// let body = CronUpdate::new("www/job.php").email(Nullable::Null);
/// assert_eq!(
///     serde_json::to_string(&body).unwrap(),
///     r#"{"command":"www/job.php","email":null}"#
/// );
/// ```
#[macro_export]
macro_rules! body {
    ($(#[$meta:meta])* pub struct $name:ident {
        $(required { $($(#[$r_meta:meta])* $r:ident: $r_type:ty = $r_wire:literal),* $(,)? })?
        $(optional { $($(#[$o_meta:meta])* $o:ident: $o_type:ty = $o_wire:literal),* $(,)? })?
        $(nullable { $($(#[$n_meta:meta])* $n:ident: $n_type:ty = $n_wire:literal),* $(,)? })?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, $crate::private::serde::Serialize)]
        #[serde(crate = "ovh_runtime::private::serde")]
        #[cfg_attr(feature = "full-serde", derive($crate::private::serde::Deserialize))]
        #[cfg_attr(
            feature = "schemars",
            derive($crate::private::schemars::JsonSchema),
            schemars(crate = "ovh_runtime::private::schemars")
        )]
        #[non_exhaustive]
        pub struct $name {
            $($($(#[$r_meta])* #[serde(rename = $r_wire)] pub $r: $r_type,)*)?
            $($($(#[$o_meta])*
            #[serde(rename = $o_wire, default, skip_serializing_if = "::core::option::Option::is_none")]
            pub $o: ::core::option::Option<$o_type>,)*)?
            $($($(#[$n_meta])*
            #[serde(rename = $n_wire, default, skip_serializing_if = "ovh_runtime::Nullable::is_absent")]
            pub $n: $crate::Nullable<$n_type>,)*)?
        }

        impl $name {
            /// The body with what it cannot do without.
            #[must_use]
            #[allow(clippy::new_without_default, clippy::too_many_arguments, reason = "as many as the API requires")]
            pub fn new($($($r: impl ::core::convert::Into<$r_type>),*)?) -> Self {
                Self {
                    $($($r: $r.into(),)*)?
                    $($($o: ::core::option::Option::None,)*)?
                    $($($n: $crate::Nullable::Absent,)*)?
                }
            }

            $($($(#[$o_meta])*
            #[must_use]
            pub fn $o(mut self, value: impl ::core::convert::Into<$o_type>) -> Self {
                self.$o = ::core::option::Option::Some(value.into());
                self
            })*)?

            $($($(#[$n_meta])*
            #[must_use]
            pub fn $n(mut self, value: impl ::core::convert::Into<$crate::Nullable<$n_type>>) -> Self {
                self.$n = value.into();
                self
            })*)?
        }
    };
}
