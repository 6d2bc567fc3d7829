//! Enums that accept unknown values of the server.
//!
//! In six years this API added 393 enum values and removed 22. An unknown value is kept, printed
//! and sent back unchanged.

use std::fmt;

/// A value that is unknown to this version of the client.
///
/// Read it with `as_str` (`value` for numbers) of its enum. It cannot be created outside of this
/// crate: a later version may give the value a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnknownValue<T = Box<str>>(T);

impl<T> UnknownValue<T> {
    #[doc(hidden)]
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    #[doc(hidden)]
    pub const fn get(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Display> fmt::Display for UnknownValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Finds a text among the known ones, for the macro.
#[doc(hidden)]
#[must_use]
pub fn position(known: &[&str], text: &str) -> Option<usize> {
    // The tables are sorted, except for handwritten ones.
    known
        .binary_search(&text)
        .ok()
        .or_else(|| known.iter().position(|candidate| *candidate == text))
}

/// An unnamed number, for the macro: 0, or the next lower one.
#[doc(hidden)]
#[must_use]
pub fn unnamed(known: &[i64]) -> i64 {
    let mut below = (i64::MIN..=0).rev();
    below
        .find(|number| !known.contains(number))
        .unwrap_or_default()
}

/// Declares an open enum of strings (`str`) or of whole numbers (`int`).
///
/// The documentation of a value shows it as code. For a value with a backtick, `as` sets the
/// Markdown: `Tick = "a`b" as "``a`b``"`. With `alias`, a text is a search term for its value:
/// `V8_4 = alias "8.4"`.
///
/// ```
/// ovh_runtime::open_enum! {
///     /// Status of a task.
///     pub enum TaskStatus: str {
///         Todo = "todo",
///         Done = "done",
///     }
/// }
/// assert_eq!(TaskStatus::from("done"), TaskStatus::Done);
/// let new = TaskStatus::from("paused");
/// assert_eq!(new.as_str(), "paused");
/// assert!(!new.is_known());
/// ```
#[macro_export]
macro_rules! open_enum {
    ($(#[$meta:meta])* pub enum $name:ident: str {
        $($(#[$variant_meta:meta])* $variant:ident = $($alias:ident)? $wire:literal $(as $shown:literal)?),* $(,)?
    }) => {
        $crate::open_enum! { @enum $name, UnknownValue, as_str, &str, [], {
            $(#[$meta])*
        } $(
            $(#[$variant_meta])* #[doc = $crate::open_enum!(@doc $wire $($shown)?)]
            $(#[doc($alias = $wire)])?
            $variant = $wire,
        )* }

        impl ::core::convert::From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                // One table and one search for all enums: a match on strings is code for each of
                // them.
                match $crate::private::position(&[$($wire),*], text) {
                    ::core::option::Option::Some(known) => Self::KNOWN[known].clone(),
                    ::core::option::Option::None => {
                        Self::Unknown($crate::UnknownValue::new(text.into()))
                    }
                }
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            #[inline]
            fn from(text: ::std::string::String) -> Self {
                Self::from(text.as_str())
            }
        }

        $crate::open_enum! {
            @impls $name, as_str, Text, ::std::string::String, ::core::convert::Infallible,
            $crate::private::compare_versions, "string", text, "".into()
        }
    };
    ($(#[$meta:meta])* pub enum $name:ident: int {
        $($(#[$variant_meta:meta])* $variant:ident = $($alias:ident)? $wire:literal $(as $shown:literal)?),* $(,)?
    }) => {
        $crate::open_enum! { @enum $name, UnknownValue<i64>, value, i64, [*], {
            $(#[$meta])*
        } $(
            $(#[$variant_meta])* #[doc = $crate::open_enum!(@doc $wire $($shown)?)]
            $(#[doc($alias = $wire)])?
            $variant = $wire,
        )* }

        impl ::core::convert::From<i64> for $name {
            fn from(number: i64) -> Self {
                match number {
                    $($wire => Self::$variant,)*
                    _ => Self::Unknown($crate::UnknownValue::new(number)),
                }
            }
        }

        $crate::open_enum! {
            @impls $name, value, Int, i64, ::core::num::ParseIntError,
            ::core::cmp::Ord::cmp, "integer", integer, $crate::private::unnamed(&[$($wire),*])
        }
    };
    (@doc $wire:literal) => {
        concat!("`", $wire, "`")
    };
    (@doc $wire:literal $shown:literal) => {
        $shown
    };
    (@enum $name:ident, UnknownValue $(<$number:ty>)?, $get:ident, $wire_type:ty, [$($deref:tt)?], {
        $(#[$meta:meta])*
    } $($(#[$variant_meta:meta])* $variant:ident = $wire:literal,)*) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A value that is unknown to this version of the client.
            Unknown($crate::UnknownValue $(<$number>)?),
        }

        impl ::core::cmp::Eq for $name {}

        impl $name {
            /// Every value that is known to this version of the client.
            #[allow(dead_code, reason = "an enum of a private module may have no use for it")]
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),*];

            /// Returns `true` if this version of the client knows the value.
            #[allow(dead_code, reason = "an enum of a private module may have no use for it")]
            #[inline]
            #[must_use]
            pub const fn is_known(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }

            /// The value on the wire.
            #[inline]
            #[must_use]
            pub fn $get(&self) -> $wire_type {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Unknown(value) => $($deref)? value.get(),
                }
            }
        }
    };
    (
        @impls $name:ident, $get:ident, $json:ident, $owned:ty, $parse_error:ty,
        $compare:path, $schema_type:literal, $read:ident, $never_known:expr
    ) => {
        $crate::serialize!($name);

        impl ::core::str::FromStr for $name {
            type Err = $parse_error;
            #[inline]
            fn from_str(text: &str) -> ::core::result::Result<Self, $parse_error> {
                text.parse::<$owned>().map(Self::from)
            }
        }

        impl $crate::Param for $name {
            #[inline]
            fn for_each_value(&self, out: &mut dyn FnMut(&str)) {
                $crate::Param::for_each_value(&self.$get(), out);
            }
        }

        impl $crate::ToJson for $name {
            #[inline]
            fn to_json(&self) -> $crate::private::Json<'_> {
                $crate::private::Json::$json(self.$get())
            }
        }

        $crate::deserialize! { $name, deserializer => {
            <$owned as $crate::private::serde::Deserialize>::deserialize(deserializer)
                .map(Self::from)
        } }

        impl $crate::FromJson for $name {
            #[inline]
            fn from_json(json: &mut $crate::private::Reader<'_>) -> Self {
                match json.$read() {
                    ::core::option::Option::Some(value) => Self::from(value),
                    // Never a known value: the server did not send one.
                    ::core::option::Option::None => {
                        Self::Unknown($crate::UnknownValue::new($never_known))
                    }
                }
            }
        }

        #[cfg(feature = "test-util")]
        impl $crate::private::Example for $name {
            fn example_of(_: &str, _: u8) -> Self {
                $crate::private::known(Self::KNOWN, |value| value.to_string()).unwrap_or_else(|| {
                    Self::Unknown($crate::UnknownValue::new($never_known))
                })
            }
        }

        #[cfg(feature = "schemars")]
        impl $crate::private::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(
                _: &mut $crate::private::schemars::SchemaGenerator,
            ) -> $crate::private::schemars::Schema {
                let known: ::std::vec::Vec<_> = Self::KNOWN
                    .iter()
                    .map(|value| $crate::private::serde_json::Value::from(value.$get()))
                    .collect();
                $crate::private::open_enum($schema_type, &known)
            }
        }

        impl ::core::cmp::PartialOrd for $name {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::option::Option::Some(self.cmp(other))
            }
        }

        /// Orders by the value on the wire. Numbers in a text compare by value, so that `8.4` comes
        /// before `10.6`; the order does not rank states.
        impl ::core::cmp::Ord for $name {
            #[inline]
            fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                $compare(&self.$get(), &other.$get())
            }
        }

        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.$get(), f)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    crate::open_enum! {
        /// For the test.
        pub enum Word: str {
            /// First.
            A = "a",
            B = alias "b-b",
            Tick = "t`" as "`` t` ``",
        }
    }
    crate::open_enum! {
        /// For the test.
        pub enum Number: int { N25 = 25, N100 = 100 }
    }
    // Names that the traits of an enum use.
    crate::open_enum! {
        /// For the test.
        pub enum Taken: str { Err = "err", Error = "error", Ok = "ok", Output = "o", Self_ = "self" }
    }
    crate::open_enum! {
        /// For the test.
        pub enum TakenNumber: int { Err = 1, Error = 2 }
    }

    #[test]
    fn values_may_have_the_names_of_associated_items() {
        assert_eq!("err".parse(), Ok(Taken::Err));
        assert_eq!("2".parse(), Ok(TakenNumber::Error));
    }

    #[test]
    fn sends_unknown_values_unchanged() {
        for json in ["\"a\"", "\"b-b\"", "\"later\"", "\"qu\\\"ote\""] {
            let value: Word = serde_json::from_str(json).expect("any string");
            assert_eq!(serde_json::to_string(&value).expect("a string"), json);
        }
        for json in ["25", "100", "77"] {
            let value: Number = serde_json::from_str(json).expect("any number");
            assert_eq!(serde_json::to_string(&value).expect("a number"), json);
        }
        assert!(serde_json::from_str::<Word>("1").is_err());
        assert!(serde_json::from_str::<Number>("\"25\"").is_err());
    }

    #[test]
    fn equal_texts_are_equal_values() {
        assert_eq!(Word::from("a"), Word::A);
        assert_eq!("b-b".parse::<Word>(), Ok(Word::B));
        assert_eq!(Word::from("later").to_string(), "later");
        assert_eq!(Number::from(77).value(), 77);
        assert_eq!(Number::KNOWN, [Number::N25, Number::N100]);
        let all: HashSet<Word> = ["a", "a", "later"].map(Word::from).into_iter().collect();
        assert_eq!(all.len(), 2);
        assert!(Word::A < Word::from("aa"));
        assert_eq!(Word::KNOWN, [Word::A, Word::B, Word::Tick]);
        assert_eq!(Word::from("t`"), Word::Tick);
        assert!(Word::Tick.is_known() && !Word::from("later").is_known());
        assert!(Number::N25.is_known() && !Number::from(77).is_known());
    }

    #[test]
    fn values_sort_as_versions() {
        assert!(Word::from("8.4") < Word::from("10.6"));
        assert!(Word::from("v10.6") < Word::from("v10.11"));
        assert!(Number::N100 > Number::N25 && Number::from(-3) < Number::N25);
    }
}
