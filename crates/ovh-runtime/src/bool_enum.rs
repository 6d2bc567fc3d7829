//! Booleans as enums of two named values.

/// Declares a required boolean as an enum, for readable arguments at call sites.
///
/// A missing value in a response is corrected to `No`, as a boolean is to `false`.
///
/// ```
/// ovh_runtime::bool_enum! {
///     /// Deletes the files too.
///     pub enum DeleteFiles;
/// }
/// assert!(DeleteFiles::Yes.as_bool());
/// assert_eq!(DeleteFiles::from(true), DeleteFiles::Yes);
/// assert_eq!(serde_json::to_string(&DeleteFiles::No).unwrap(), "false");
/// ```
#[macro_export]
macro_rules! bool_enum {
    ($(#[$meta:meta])* pub enum $name:ident;) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            /// `true`
            Yes,
            /// `false`
            No,
        }

        impl $name {
            /// The value on the wire.
            #[must_use]
            pub const fn as_bool(self) -> bool {
                matches!(self, Self::Yes)
            }
        }

        impl ::core::convert::From<bool> for $name {
            fn from(value: bool) -> Self {
                if value { Self::Yes } else { Self::No }
            }
        }

        impl ::core::convert::From<$name> for bool {
            fn from(value: $name) -> Self {
                value.as_bool()
            }
        }

        /// Prints the value on the wire: `true` or `false`.
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.as_bool(), f)
            }
        }

        #[cfg(feature = "test-util")]
        impl $crate::private::Example for $name {
            fn example_of(_: &str, _: u8) -> Self {
                Self::No
            }
        }

        #[cfg(feature = "schemars")]
        impl $crate::private::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(
                generator: &mut $crate::private::schemars::SchemaGenerator,
            ) -> $crate::private::schemars::Schema {
                <bool as $crate::private::schemars::JsonSchema>::json_schema(generator)
            }
        }

        impl $crate::Param for $name {
            fn for_each_value(&self, out: &mut dyn FnMut(&str)) {
                out(if self.as_bool() { "true" } else { "false" });
            }
        }

        impl $crate::ToJson for $name {
            fn to_json(&self) -> $crate::private::Json<'_> {
                $crate::private::Json::Bool(self.as_bool())
            }
        }

        $crate::serialize!($name);

        $crate::deserialize! { $name, deserializer => {
            <bool as $crate::private::serde::Deserialize>::deserialize(deserializer).map(Self::from)
        } }

        impl $crate::FromJson for $name {
            fn from_json(json: &mut $crate::private::Reader<'_>) -> Self {
                Self::from(<bool as $crate::FromJson>::from_json(json))
            }
        }
    };
}

#[cfg(test)]
mod tests {
    crate::bool_enum! {
        /// For the test.
        pub enum Switch;
    }

    #[test]
    fn switch_converts_from_and_to_bool() {
        for value in [true, false] {
            let switch = Switch::from(value);
            assert_eq!(switch == Switch::Yes, value);
            assert_eq!(bool::from(switch), value);
            assert_eq!(switch.to_string(), value.to_string());
        }
    }
}
