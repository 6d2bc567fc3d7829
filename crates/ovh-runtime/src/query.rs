//! Query strings, and the structs of optional query values.

use std::fmt;

use percent_encoding::utf8_percent_encode;

use crate::Param;
use crate::param::texts;
use crate::path::UNRESERVED;

/// An escaped query string under construction, with its headers.
#[derive(Default)]
pub struct QueryString {
    pub(crate) text: String,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl QueryString {
    /// Adds `name=value` for each text of the value. An absent value has none, a list several.
    pub fn add(&mut self, name: &str, value: &dyn Param) {
        value.for_each_value(&mut |text| {
            self.name(name);
            self.text.extend(utf8_percent_encode(text, UNRESERVED));
        });
    }

    /// Adds `name=a,b` for the texts of the value; a comma inside a text is escaped.
    pub fn joined(&mut self, name: &str, value: &dyn Param) {
        for (index, text) in texts(value).iter().enumerate() {
            match index {
                0 => self.name(name),
                _ => self.text.push(','),
            }
            self.text.extend(utf8_percent_encode(text, UNRESERVED));
        }
    }

    /// Adds a header with the texts of the value, joined by commas.
    pub fn header(&mut self, name: &'static str, value: &dyn Param) {
        let texts = texts(value);
        if !texts.is_empty() {
            self.headers.push((name, texts.join(",")));
        }
    }

    fn name(&mut self, name: &str) {
        self.text.push(if self.text.is_empty() { '?' } else { '&' });
        self.text.extend(utf8_percent_encode(name, UNRESERVED));
        self.text.push('=');
    }

    /// The escaped text with its leading `?`, or an empty string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Omits the values, which may be secret.
impl fmt::Debug for QueryString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueryString").finish_non_exhaustive()
    }
}

/// The optional query values of one operation.
pub trait Query {
    /// Adds the values that are set.
    fn add_to(&self, query: &mut QueryString);
}

impl<Q: Query + ?Sized> Query for &Q {
    fn add_to(&self, query: &mut QueryString) {
        (**self).add_to(query);
    }
}

/// Declares the struct of an operation's optional query values.
///
/// Each line is a field, its type and its name on the wire. A list is sent as one query value for
/// each item, or, with a keyword, `joined` by commas or as a `header`. The struct has [`Default`]
/// and a chainable setter for each field. Comparisons are declared as in [`model!`](crate::model).
///
/// ```
/// ovh_runtime::query! {
///     /// Filters of a list.
///     pub struct ListDumps {
///         /// Keeps only the dumps created at this time or later.
///         creation_date_from: String = "creationDate.from",
///     }
/// }
/// let query = ListDumps::default().creation_date_from("2026-01-01T00:00:00Z");
/// # let _ = query;
/// ```
#[macro_export]
macro_rules! query {
    (@add $query:ident, $wire:literal, $value:expr) => { $query.add($wire, $value) };
    (@add $query:ident, $wire:literal, $value:expr, $style:ident) => { $query.$style($wire, $value) };
    ($(#[$meta:meta])* pub struct $name:ident $(: $compared:ident)? {
        $($(#[$field_meta:meta])* $field:ident: $type:ty = $wire:literal $($style:ident)?),* $(,)?
    }) => {
        $crate::compared! { $name [$($compared)?]
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        #[must_use]
        pub struct $name { $($field: ::core::option::Option<$type>),* } }

        impl $name {
            $($(#[$field_meta])*
            pub fn $field(mut self, value: impl ::core::convert::Into<$type>) -> Self {
                self.$field = ::core::option::Option::Some(value.into());
                self
            })*
        }

        impl $crate::Query for $name {
            fn add_to(&self, query: &mut $crate::QueryString) {
                $($crate::query!(@add query, $wire, &self.$field $(, $style)?);)*
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
            /// A list in one value.
            ids: Vec<i64> = "ids" joined,
            /// Names in one value.
            names: Vec<String> = "names" joined,
            /// A list in a header.
            versions: Vec<String> = "X-Versions" header,
        }
    }

    #[test]
    fn writes_set_values_escaped() {
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
        let mut query = QueryString::default();
        Sample::default()
            .ids(vec![1, 2])
            .names(vec!["a,b".to_owned(), "c".to_owned()])
            .versions(vec!["1.0".to_owned(), "2.0".to_owned()])
            .add_to(&mut query);
        assert_eq!(query.as_str(), "?ids=1,2&names=a%2Cb,c");
        assert_eq!(query.headers, [("X-Versions", "1.0,2.0".to_owned())]);
        let mut query = QueryString::default();
        Sample::default()
            .ids(vec![])
            .versions(vec![])
            .add_to(&mut query);
        assert!(query.as_str().is_empty() && query.headers.is_empty());
    }
}
