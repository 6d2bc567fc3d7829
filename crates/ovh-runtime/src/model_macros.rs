//! Macros for generated models: response types and request bodies.

/// Declares a model of a response.
///
/// Its reader and writer are inline: a program compiles those that it uses, and the client none.
///
/// Each line is a property: its field, its type and its name on the wire. A keyword after it is a
/// fact about the property:
///
/// * `default`: it may be absent. The model's JSON schema says so.
/// * `required`: a response without it is an error. Any other missing property is corrected if
///   its type allows it: see [`Correction`](crate::Correction).
///
/// `=> rest:` after the properties begins the declaration of a map of all others.
///
/// A model has `PartialEq`, `Eq` and `Hash`. If a property does not allow all of them, the last
/// one that it allows stands after the name: `pub struct Quantity: PartialEq`.
///
/// ```
/// ovh_runtime::model! {
///     /// A cron job.
///     pub struct Cron {
///         /// Its ID.
///         id: i64 = "id" required,
///         /// Script to run.
///         command: String = "command",
///         /// Recipients of the report.
///         mail_to: Vec<String> = "mailTo" default,
///     }
/// }
/// let text = r#"{"mailTo":null,"id":1,"command":"job.php"}"#;
/// let cron: Cron = serde_json::from_str(text).unwrap();
/// assert_eq!(cron.command, "job.php");
/// let error = serde_json::from_str::<Cron>(r#"{"id":1,"command":7}"#).unwrap_err();
/// assert!(error.to_string().starts_with("`command`: "), "{error}");
/// ```
#[macro_export]
macro_rules! model {
    (@struct $name:ident [$($compared:ident)?] $($item:tt)*) => {
        $crate::compared! { $name [$($compared)?]
        #[derive(Clone, Debug)]
        #[cfg_attr(
            feature = "schemars",
            derive($crate::private::schemars::JsonSchema),
            schemars(crate = "ovh_runtime::private::schemars")
        )]
        #[non_exhaustive]
        $($item)* }
    };
    ($(#[$meta:meta])* pub struct $name:ident $(: $compared:ident)? {
        $($(#[$field_meta:meta])* $field:ident: $type:ty = $wire:literal $($fact:ident)?),* $(,)?
        $(=> rest: $(#[$rest_meta:meta])* $rest:ident: $rest_type:ty $(,)?)?
    }) => {
        $crate::model! { @struct $name [$($compared)?] $(#[$meta])*
        pub struct $name {
            $($(#[$field_meta])*
            #[cfg_attr(feature = "schemars", schemars(rename = $wire $(, $fact)?))]
            pub $field: $type,)*
            $($(#[$rest_meta])*
            #[cfg_attr(feature = "schemars", schemars(flatten))]
            pub $rest: $rest_type,)?
        } }

        impl $crate::FromJson for $name {
            #[inline]
            fn from_json(json: &mut $crate::private::Reader<'_>) -> Self {
                const SHAPE: &$crate::private::Shape = &$crate::private::Shape {
                    name: stringify!($name),
                    properties: &[$($wire),*],
                    fields: &[$(stringify!($field)),*],
                    promised: 0 $(+ <$type as $crate::FromJson>::IS_PROMISED as usize)*,
                };
                let outer = json.open(SHAPE);
                let value = Self {
                    $($field: $crate::FromJson::from_json(json.property()$(.$fact())?),)*
                    $($rest: json.rest(),)?
                };
                json.close(outer);
                value
            }
        }

        #[cfg(feature = "test-util")]
        impl $name {
            /// An example for unit tests, to change field by field (`let mut`). Its values fit the
            /// document; they may change with any version.
            #[allow(dead_code, reason = "a private model may have no test")]
            #[must_use]
            pub fn example() -> Self {
                $crate::private::Example::example_of("", $crate::private::DEPTH)
            }
        }

        #[cfg(feature = "test-util")]
        impl $crate::private::Example for $name {
            fn example_of(property: &str, depth: u8) -> Self {
                let inside = depth.saturating_sub(1);
                let _ = (property, inside);
                Self {
                    $($field: $crate::private::Example::example_of(
                        $crate::private::example_name(property, $wire),
                        inside,
                    ),)*
                    $($rest: ::core::default::Default::default(),)?
                }
            }
        }

        $crate::deserialize!($name, deserializer => $crate::private::deserialize(deserializer));

        #[cfg(feature = "full-serde")]
        impl $crate::ToJson for $name {
            #[inline]
            fn to_json(&self) -> $crate::private::Json<'_> {
                $crate::private::Json::Object(self)
            }

            #[inline]
            fn parts(&self, each: $crate::private::Each<'_>) {
                $(each($wire, &self.$field);)*
                $(for (name, value) in &self.$rest {
                    each(name, value);
                })?
            }
        }

        #[cfg(feature = "full-serde")]
        $crate::serialize!($name);
    };
}

/// Derives the comparisons up to the one given, or all of them. What derives `Eq` compiles a check
/// of all fields, which is the generator's task here.
#[doc(hidden)]
#[macro_export]
macro_rules! compared {
    ($name:ident [] $($item:tt)*) => {
        #[derive(PartialEq, Hash)]
        $($item)*
        impl ::core::cmp::Eq for $name {}
    };
    ($name:ident [Eq] $($item:tt)*) => {
        #[derive(PartialEq)]
        $($item)*
        impl ::core::cmp::Eq for $name {}
    };
    ($name:ident [PartialEq] $($item:tt)*) => { #[derive(PartialEq)] $($item)* };
}

/// Implements serde's `Serialize` through `ToJson`.
#[doc(hidden)]
#[macro_export]
macro_rules! serialize {
    ($name:ident) => {
        impl $crate::private::serde::Serialize for $name {
            fn serialize<S: $crate::private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::private::serde::Serialize::serialize(
                    &$crate::ToJson::to_json(self),
                    serializer,
                )
            }
        }
    };
}

/// Implements serde's `Deserialize`.
#[doc(hidden)]
#[macro_export]
macro_rules! deserialize {
    ($name:ident, $deserializer:ident => $value:expr) => {
        impl<'de> $crate::private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(
                $deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $value
            }
        }
    };
}

/// Declares a request body.
///
/// The first properties are required: they are arguments of `new`. Further ones stand below a line
/// for their section, in this order:
///
/// * `=> optional:` A property has a chainable setter and is not sent while unset.
/// * `=> nullable:` It can also be set to null ([`Nullable`](crate::Nullable)).
/// * `=> rest:` One map of additional properties.
///
/// A body without required properties has `Default`. Comparisons are declared as in
/// [`model!`](crate::model).
///
/// With the feature `full-serde`, a body can also be read from a file. A field has its wire name or
/// its Rust name there; an unknown key is an error that names the nearest field.
///
/// ```
/// use ovh_runtime::Nullable;
///
/// ovh_runtime::body! {
///     /// An update of a cron job.
///     pub struct CronUpdate {
///         /// Script to run.
///         command: String = "command",
///         => optional:
///         /// Schedule of the script.
///         frequency: String = "frequency",
///         => nullable:
///         /// Recipient of the report.
///         email: String = "email",
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
    (@default $name:ident []) => {
        impl ::core::default::Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    };
    (@default $name:ident $required:tt) => {};
    (@about []) => { "Creates the body without any field." };
    (@about $required:tt) => { "Creates the body from its required fields." };
    (@next $fields:ident) => { $fields.next_field()? };
    (@next $fields:ident, $rest:ident) => { $fields.next_or_rest(&mut $rest)? };
    ($(#[$meta:meta])* pub struct $name:ident $(: $compared:ident)? {
        $($(#[$r_meta:meta])* $r:ident: $r_type:ty = $r_wire:literal),* $(,)?
        $(=> optional: $($(#[$o_meta:meta])* $o:ident: $o_type:ty = $o_wire:literal),* $(,)?)?
        $(=> nullable: $($(#[$n_meta:meta])* $n:ident: $n_type:ty = $n_wire:literal),* $(,)?)?
        $(=> rest: $(#[$rest_meta:meta])* $rest:ident: $rest_type:ty $(,)?)?
    }) => {
        $crate::model! { @struct $name [$($compared)?] $(#[$meta])*
        #[cfg_attr(feature = "schemars", schemars(deny_unknown_fields))]
        pub struct $name {
            $($(#[$r_meta])*
            #[cfg_attr(feature = "schemars", schemars(rename = $r_wire))]
            pub $r: $r_type,)*
            $($($(#[$o_meta])*
            #[cfg_attr(feature = "schemars", schemars(rename = $o_wire, default))]
            pub $o: ::core::option::Option<$o_type>,)*)?
            $($($(#[$n_meta])*
            #[cfg_attr(feature = "schemars", schemars(rename = $n_wire, default))]
            pub $n: $crate::Nullable<$n_type>,)*)?
            $($(#[$rest_meta])*
            #[cfg_attr(feature = "schemars", schemars(flatten))]
            pub $rest: $rest_type,)?
        } }

        impl $name {
            #[doc = $crate::body!(@about [$($r)*])]
            #[must_use]
            #[allow(clippy::too_many_arguments, reason = "as many as the API requires")]
            pub fn new($($r: impl ::core::convert::Into<$r_type>),*) -> Self {
                Self {
                    $($r: $r.into(),)*
                    $($($o: ::core::option::Option::None,)*)?
                    $($($n: $crate::Nullable::Absent,)*)?
                    $($rest: ::core::default::Default::default(),)?
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

            $($(#[$rest_meta])*
            #[must_use]
            pub fn $rest(mut self, value: impl ::core::convert::Into<$rest_type>) -> Self {
                self.$rest = value.into();
                self
            })?
        }

        $crate::body! { @default $name [$($r)*] }

        impl $crate::ToJson for $name {
            #[inline]
            fn to_json(&self) -> $crate::private::Json<'_> {
                $crate::private::Json::Object(self)
            }

            #[inline]
            fn parts(&self, each: $crate::private::Each<'_>) {
                $(each($r_wire, &self.$r);)*
                $($(if self.$o.is_some() {
                    each($o_wire, &self.$o);
                })*)?
                $($(if !self.$n.is_absent() {
                    each($n_wire, &self.$n);
                })*)?
                let fields: &[&str] = &[$($r_wire,)* $($($o_wire,)*)? $($($n_wire,)*)?];
                $($crate::private::rest(&self.$rest, fields, each);)?
                let _ = fields;
            }
        }

        $crate::serialize!($name);

        #[cfg(feature = "full-serde")]
        impl<'de> $crate::private::ReadBody<'de> for $name {
            const NAME: &'static str = stringify!($name);
            const NAMES: &'static [&'static str] = &[
                $($r_wire, stringify!($r),)*
                $($($o_wire, stringify!($o),)*)?
                $($($n_wire, stringify!($n),)*)?
            ];

            #[allow(unused_mut, reason = "a body may have no fields")]
            fn read<A: $crate::private::serde::de::MapAccess<'de>>(
                mut fields: $crate::private::Fields<A>,
            ) -> ::core::result::Result<Self, A::Error> {
                $(let mut $r = ::core::option::Option::None::<$r_type>;)*
                $($(let mut $o = ::core::option::Option::None::<$o_type>;)*)?
                $($(let mut $n = $crate::Nullable::Absent::<$n_type>;)*)?
                $(let mut $rest = <$rest_type as ::core::default::Default>::default();)?
                while let ::core::option::Option::Some(field) = $crate::body!(@next fields $(, $rest)?) {
                    match field {
                        $($r_wire => $r = ::core::option::Option::Some(fields.value()?),)*
                        $($($o_wire => $o = fields.value()?,)*)?
                        $($($n_wire => $n = fields.value()?,)*)?
                        _ => {}
                    }
                }
                ::core::result::Result::Ok(Self {
                    $($r: $crate::private::required($r, $r_wire)?,)*
                    $($($o,)*)?
                    $($($n,)*)?
                    $($rest,)?
                })
            }
        }

        #[cfg(feature = "full-serde")]
        $crate::deserialize!($name, deserializer => $crate::private::read_body(deserializer));
    };
}
