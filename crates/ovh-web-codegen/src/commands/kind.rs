//! The kinds of text that a value of the command line takes.

use crate::model::spelling::{self, word};
use crate::model::{self, Api};

/// The kind of text that a value takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    Date,
    DateTime,
    Ip,
    /// An open enum, by its name and values.
    Choice {
        name: String,
        values: Vec<String>,
        is_integer: bool,
    },
}

impl Kind {
    /// The kind of a scalar type; `None` for objects, lists, maps and any JSON.
    pub(super) fn of(api: &Api, ty: &syn::Type) -> Option<Self> {
        let name = word(&spelling::owned(ty))?;
        Some(match name.as_str() {
            "String" | "Secret" | "TagFilters" => Self::Text,
            "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" => Self::Integer,
            "f32" | "f64" => Self::Number,
            "bool" => Self::Boolean,
            "Date" => Self::Date,
            "DateTime" => Self::DateTime,
            "IpAddr" => Self::Ip,
            _ => match &api.types.get(&name)?.kind {
                model::Kind::Switch => Self::Boolean,
                model::Kind::Enum { is_integer, values } => Self::Choice {
                    values: values.iter().map(|(wire, _)| wire.clone()).collect(),
                    is_integer: *is_integer,
                    name,
                },
                model::Kind::Object { .. } => return None,
            },
        })
    }
}
