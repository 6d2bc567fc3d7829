//! The positional values of a command: the parameters of the route.

use super::Kind;
use super::help;
use crate::docs::Docs;
use crate::model::{Api, Operation};

/// The routes whose first parameter is the hosting, which a global flag gives.
const HOSTING: [&str; 2] = ["/hosting/web/{", "/v2/webhosting/resource/{"];

/// A parameter of the route.
#[derive(Debug)]
pub(crate) struct Value {
    pub(crate) wire: String,
    /// `NAME`
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) help: String,
    pub(crate) is_hosting: bool,
}

/// The values of an operation, in the order of its route.
pub(super) fn of(api: &Api, docs: &Docs, operation: &Operation) -> Vec<Value> {
    let starts = HOSTING
        .iter()
        .any(|start| operation.path.starts_with(start));
    let values = operation.path_values.iter().enumerate();
    let values = values.map(|(index, parameter)| Value {
        wire: parameter.wire.clone(),
        // Fields of an operation have different names.
        name: parameter.field.trim_matches('_').to_uppercase(),
        kind: Kind::of(api, &parameter.ty).unwrap_or(Kind::Text),
        help: help::of_item(&docs.parameter(&operation.route(), &parameter.wire)),
        is_hosting: starts && index == 0,
    });
    values.collect()
}
