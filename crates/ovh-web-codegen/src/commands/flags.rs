//! The flags of a command: query values, headers and the properties of the body.

use super::body::{self, Body};
use super::{Kind, Place, help};
use crate::docs::Docs;
use crate::model::spelling::{self, inner, names, owned, spell};
use crate::model::{Api, Operation, Parameter, Style};
use crate::names::commands::kebab;

/// A flag of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flag {
    /// `access.type`
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) kind: Kind,
    /// The type of the value in the client.
    pub(crate) ty: String,
    pub(crate) help: String,
    pub(crate) is_required: bool,
    pub(crate) is_list: bool,
    pub(crate) is_secret: bool,
}

/// Returns `true` if a value of the type is secret.
pub(super) fn is_secret(ty: &syn::Type) -> bool {
    names([ty]).contains("Secret")
}

/// The flags of an operation with the names that the rules give, and its body.
pub(super) fn of(api: &Api, docs: &Docs, operation: &Operation) -> (Vec<Flag>, Body) {
    let (mut flags, body) = match &operation.body {
        Some(body) => body::of(api, docs, body),
        None => (Vec::new(), Body::None),
    };
    for (values, is_required) in [
        (&operation.required_query, true),
        (&operation.optional_query, false),
    ] {
        let values = values.iter();
        flags.extend(values.map(|value| of_query(api, docs, operation, value, is_required)));
    }
    (flags, body)
}

fn of_query(
    api: &Api,
    docs: &Docs,
    operation: &Operation,
    value: &Parameter,
    is_required: bool,
) -> Flag {
    let ty = owned(&value.ty);
    let item = inner(&ty, "Vec").or_else(|| slice(&ty)).unwrap_or(&ty);
    let wire = value.wire.clone();
    Flag {
        name: kebab(&value.field),
        place: match value.style {
            Style::Header => Place::Header(wire),
            Style::Joined => Place::JoinedQuery(wire),
            Style::Segment | Style::Repeated => Place::Query(wire),
        },
        kind: Kind::of(api, item).unwrap_or(Kind::Text),
        ty: spell(spelling::base(&ty)),
        help: help::of_item(&docs.parameter(&operation.route(), &value.wire)),
        is_required,
        is_list: item != &ty,
        is_secret: is_secret(&ty),
    }
}

/// Returns `T` of `[T]`.
fn slice(ty: &syn::Type) -> Option<&syn::Type> {
    match ty {
        syn::Type::Slice(slice) => Some(&slice.elem),
        _ => None,
    }
}
