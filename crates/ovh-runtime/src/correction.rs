//! Corrections: values missing in a response, replaced by the zero value of their type.

use std::fmt::{self, Write as _};

use crate::getters::getters;
use crate::one_line::OneLine;

/// A missing or differently encoded property of a response that was decoded anyway.
///
/// A missing property (absent, or null where the API's document promises a value) gets the zero
/// value of its type: an empty string, 0, `false`, an empty list or map, the unknown value of an
/// enum with an empty string, a model of zero values. A [`bool_enum!`](crate::bool_enum!) is `No`.
///
/// Some missing values are never corrected, since a replacement would look like a real one: the
/// root of a response, list items and map values, identifiers, the status of objects that change in
/// the background, dates, IP addresses, secrets, URLs and tokens, and all of `/auth`. A response
/// without one of these is an error.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Correction {
    pub(crate) path: String,
    pub(crate) type_name: &'static str,
    pub(crate) field: &'static str,
    pub(crate) outer_field: &'static str,
    pub(crate) kind: CorrectionKind,
}

/// The reason of a correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CorrectionKind {
    /// The property is absent or null; the zero value of its type is used.
    Missing,
    /// The property is a whole number sent as a string; the number is used.
    NumberAsText,
}

/// `missing` or `number as text`.
impl fmt::Display for CorrectionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Missing => "missing",
            Self::NumberAsText => "number as text",
        })
    }
}

getters! { Correction {
    /// The JSON path of the property in the response: `[3].quotaUsed.unit`.
    path -> &str: this => &this.path;

    /// The name of the type with the property: `Quantity`.
    type_name -> &'static str: this => this.type_name;

    /// The field of that type, by its Rust name: `unit`.
    field -> &'static str: this => this.field;

    /// The field of the outermost object that contains the property, by its Rust name:
    /// `quota_used`. It equals [`field`](Self::field) unless the property is in a nested object.
    outer_field -> &'static str: this => this.outer_field;

    /// The reason.
    kind -> CorrectionKind: this => this.kind;
} }

/// `` `[3].quotaUsed.unit` is missing, its zero value is used (`Quantity::unit`) ``
///
/// Always one line, with unprintable characters removed.
impl fmt::Display for Correction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            CorrectionKind::Missing => "is missing, its zero value is used",
            CorrectionKind::NumberAsText => "is a number sent as a string",
        };
        let (path, type_name, field) = (&self.path, self.type_name, self.field);
        write!(OneLine(f), "`{path}` {what} (`{type_name}::{field}`)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correction_prints_one_line() {
        let correction = Correction {
            path: "a\nb\u{202e}".to_owned(),
            type_name: "Quantity",
            field: "unit",
            outer_field: "unit",
            kind: CorrectionKind::Missing,
        };
        let shown = "`a b ` is missing, its zero value is used (`Quantity::unit`)";
        assert_eq!(correction.to_string(), shown);
        assert_eq!(correction.path(), "a\nb\u{202e}");
        assert_eq!(correction.kind().to_string(), "missing");
    }
}
