//! Query strings and the structs that fill them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Param;

/// All but the characters that RFC 3986 calls unreserved; a blank becomes `%20`, never `+`.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A query string that is being written, already escaped.
#[derive(Debug, Default)]
pub struct QueryString(String);

impl QueryString {
    /// Adds `name=value` for each text of the value: none for an absent one, several for a list.
    pub fn add(&mut self, name: &str, value: &dyn Param) {
        value.each(&mut |text| {
            self.0.push(if self.0.is_empty() { '?' } else { '&' });
            self.0.extend(utf8_percent_encode(name, VALUE));
            self.0.push('=');
            self.0.extend(utf8_percent_encode(text, VALUE));
        });
    }

    /// The escaped text with its leading `?`, or nothing at all.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The optional query values of one operation.
pub trait Query {
    /// Adds the values that are set.
    fn add_to(&self, query: &mut QueryString);
}

/// Declares the struct of an operation's optional query values.
///
/// Each line is a field, its type and its name on the wire. The struct has [`Default`] and a
/// chainable setter a field, so that a further optional value never breaks a caller.
///
/// ```
/// ovh_runtime::query! {
///     /// Filters of a list.
///     pub struct ListDumps {
///         /// Only those made from this moment on.
///         creation_date_from: String = "creationDate.from",
///     }
/// }
/// let query = ListDumps::default().creation_date_from("2026-01-01T00:00:00Z");
/// # let _ = query;
/// ```
#[macro_export]
macro_rules! query {
    ($(#[$meta:meta])* pub struct $name:ident {
        $($(#[$field_meta:meta])* $field:ident: $type:ty = $wire:literal),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        #[must_use]
        pub struct $name { $($field: ::core::option::Option<$type>),* }

        impl $name {
            $($(#[$field_meta])*
            pub fn $field(mut self, value: impl ::core::convert::Into<$type>) -> Self {
                self.$field = ::core::option::Option::Some(value.into());
                self
            })*
        }

        impl $crate::Query for $name {
            fn add_to(&self, query: &mut $crate::QueryString) {
                $(query.add($wire, &self.$field);)*
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::query! {
        /// For the test.
        pub struct Sample {
            /// A name with a dot.
            from: String = "creationDate.from",
            /// A list.
            tags: Vec<String> = "tags",
            /// A switch.
            active: bool = "active",
        }
    }

    #[test]
    fn only_what_is_set_is_written_and_it_is_escaped() {
        let mut query = QueryString::default();
        Sample::default().add_to(&mut query);
        assert_eq!(query.as_str(), "");
        Sample::default()
            .from("a b&c=d")
            .tags(vec!["x".to_owned(), "ü".to_owned()])
            .active(true)
            .add_to(&mut query);
        assert_eq!(
            query.as_str(),
            "?creationDate.from=a%20b%26c%3Dd&tags=x&tags=%C3%BC&active=true"
        );
    }
}
