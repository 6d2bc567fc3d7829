//! Macros for conversions of a model into the body that creates such an object.

/// Declares the conversion of a model into the body that creates such an object: `NewCron: Cron`.
///
/// Properties that both have are copied, except for optional IDs of other objects. Those that
/// cannot be read stay unset, or are arguments of a function.
#[doc(hidden)]
#[macro_export]
macro_rules! convert {
    (@doc $first:ident $($copied:ident)*, $($unset:ident)*) => {
        concat!(
            "Copies `", stringify!($first), "`", $(", `", stringify!($copied), "`",)* ".",
            $(" `", stringify!($unset), "` stays unset.",)*
            "\n\nRead the model with `strict_decoding`, or check that `with_corrections` returns ",
            "no corrections: a corrected value is a zero value, which would be sent.",
        )
    };
    ($write:ident: $read:ident {
        $($copied:ident),* $(,)?
        $(=> unset: $($unset:ident),* $(,)?)?
    }) => {
        #[doc = $crate::convert!(@doc $($copied)*, $($($unset)*)?)]
        impl ::core::convert::From<&$read> for $write {
            fn from(read: &$read) -> Self {
                Self {
                    $($copied: ::core::clone::Clone::clone(&read.$copied).into(),)*
                    $($($unset: ::core::default::Default::default(),)*)?
                }
            }
        }
    };
    ($write:ident: $read:ident {
        $($copied:ident),* $(,)?
        $(=> unset: $($unset:ident),* $(,)?)?
        => fn $function:ident($($argument:ident: $type:ty),*) $(,)?
    }) => {
        impl $write {
            #[doc = $crate::convert!(@doc $($copied)*, $($($unset)*)?)]
            #[must_use]
            pub fn $function(
                read: &$read,
                $($argument: impl ::core::convert::Into<$type>),*
            ) -> Self {
                Self {
                    $($copied: ::core::clone::Clone::clone(&read.$copied).into(),)*
                    $($argument: $argument.into(),)*
                    $($($unset: ::core::default::Default::default(),)*)?
                }
            }
        }
    };
}

/// Declares the conversion of open enums into another one, by the value on the wire.
#[doc(hidden)]
#[macro_export]
macro_rules! convert_enum {
    ($write:ident: $get:ident { $($read:ident),* $(,)? }) => {
        $(/// Keeps the value on the wire; one without a name here is unknown.
        impl ::core::convert::From<$read> for $write {
            fn from(read: $read) -> Self {
                Self::from(read.$get())
            }
        })*
    };
}
