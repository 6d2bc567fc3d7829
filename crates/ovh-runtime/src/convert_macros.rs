//! Macros for conversions of a model into a body that creates or updates such an object.

/// Declares the conversion of a model into a body: `NewCron: Cron`.
///
/// The first properties have one type in both. Further ones stand below a line for their section,
/// in this order, those of the first four with the body's type:
///
/// * `=> through:` An enum or a text, converted by value.
/// * `=> flags:` A boolean that the body has as an enum.
/// * `=> nested:` A model.
/// * `=> each:` An `Option` or a list of models.
/// * `=> unset:` Not copied.
/// * `=> fn` A function for required properties that cannot be read: they are its arguments.
#[doc(hidden)]
#[macro_export]
macro_rules! convert {
    (@doc [$first:ident $($copied:ident)*] $($unset:ident)*) => {
        concat!(
            "Copies `", stringify!($first), "`", $(", `", stringify!($copied), "`",)* ".",
            $(" `", stringify!($unset), "` stays unset.",)*
            "\n\nRead the model with `strict_decoding`, or check that `with_corrections` returns ",
            "no corrections: a corrected value is a zero value, which would be sent.",
        )
    };
    ($write:ident: $read:ident {
        $($copied:ident),* $(,)?
        $(=> through: $($through:ident: $through_type:ty),* $(,)?)?
        $(=> flags: $($flag:ident: $flag_type:ty),* $(,)?)?
        $(=> nested: $($nested:ident: $nested_type:ty),* $(,)?)?
        $(=> each: $($each:ident: $each_type:ty),* $(,)?)?
        $(=> unset: $($unset:ident),* $(,)?)?
        $(=> fn $function:ident($($argument:ident: $type:ty),*) $(,)?)?
    }) => {
        $crate::convert! { @item $write $read
            [$($function($($argument: $type),*))?]
            [$crate::convert!(
                @doc [
                    $($copied)* $($($through)*)? $($($flag)*)? $($($nested)*)? $($($each)*)?
                ] $($($unset)*)?
            )]
            read [
                $($copied: ::core::clone::Clone::clone(&read.$copied).into(),)*
                $($($through: <$through_type>::from(
                    ::core::clone::Clone::clone(&read.$through)
                ).into(),)*)?
                $($($flag: if read.$flag { <$flag_type>::Yes } else { <$flag_type>::No }.into(),)*)?
                $($($nested: <$nested_type>::from(&read.$nested).into(),)*)?
                $($($each: $crate::private::MapEach::map_each(
                    &read.$each,
                    |model| <$each_type>::from(model),
                ).into(),)*)?
                $($($unset: ::core::default::Default::default(),)*)?
                $($($argument: $argument.into(),)*)?
            ]
        }
    };
    (@item $write:ident $read:ident [] [$doc:expr] $model:ident [$($fields:tt)*]) => {
        #[doc = $doc]
        impl ::core::convert::From<&$read> for $write {
            fn from($model: &$read) -> Self {
                Self { $($fields)* }
            }
        }
    };
    (@item $write:ident $read:ident
        [$function:ident($($argument:ident: $type:ty),*)] [$doc:expr] $model:ident [$($fields:tt)*]
    ) => {
        impl $write {
            #[doc = $doc]
            #[must_use]
            pub fn $function(
                $model: &$read,
                $($argument: impl ::core::convert::Into<$type>),*
            ) -> Self {
                Self { $($fields)* }
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
            #[inline]
            fn from(read: $read) -> Self {
                Self::from(read.$get())
            }
        })*
    };
}

/// An `Option` or a list, whose values are converted one by one.
pub trait MapEach {
    /// The type of a value.
    type Item;
    /// The same with other values.
    type Of<T>;

    /// Converts each value.
    fn map_each<T>(&self, convert: impl Fn(&Self::Item) -> T) -> Self::Of<T>;
}

impl<I> MapEach for Option<I> {
    type Item = I;
    type Of<T> = Option<T>;

    fn map_each<T>(&self, convert: impl Fn(&I) -> T) -> Option<T> {
        self.as_ref().map(convert)
    }
}

impl<I> MapEach for Vec<I> {
    type Item = I;
    type Of<T> = Vec<T>;

    fn map_each<T>(&self, convert: impl Fn(&I) -> T) -> Vec<T> {
        self.iter().map(convert).collect()
    }
}
