//! How types are spelled in the client: of arguments, replies and fields, as progenitor gives them.

use super::Context;
use crate::model::{Operation, Parameter, Property, Type};

/// A type with the way to it: `Vec<types::Task>`.
pub(crate) fn qualified(context: &Context<'_>, spelled: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for c in spelled.chars().chain([' ']) {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
        } else {
            if context.api.types.contains_key(&word) {
                out.push_str("types::");
            }
            out.push_str(&std::mem::take(&mut word));
            out.push(c);
        }
    }
    out.truncate(out.len() - 1);
    out
}

/// The type of an argument as progenitor gives it, ready for a signature.
pub(crate) fn argument_type(
    context: &Context<'_>,
    operation: &Operation,
    parameter: &Parameter,
) -> String {
    let arguments = context.signatures.arguments.get(&operation.key);
    arguments
        .and_then(|arguments| arguments.get(&parameter.field))
        .cloned()
        .unwrap_or_else(|| "&str".to_owned())
}

/// The type of a query value in a struct that owns it.
pub(crate) fn owned_type(
    context: &Context<'_>,
    operation: &Operation,
    parameter: &Parameter,
) -> String {
    let spelled = argument_type(context, operation, parameter);
    let inner = base_type(&spelled);
    match inner.strip_prefix('&').unwrap_or(inner) {
        "str" => "String".to_owned(),
        other => other.to_owned(),
    }
}

/// The reply's type as progenitor gives it.
pub(crate) fn reply_type(context: &Context<'_>, operation: &Operation) -> String {
    context
        .signatures
        .replies
        .get(&operation.key)
        .cloned()
        .unwrap_or_else(|| "()".to_owned())
}

/// What a method gives: in a list of objects a bad item costs only itself.
pub(crate) fn result_type(context: &Context<'_>, operation: &Operation) -> String {
    let reply = reply_type(context, operation);
    match reply
        .strip_prefix("Vec<")
        .and_then(|inner| inner.strip_suffix('>'))
    {
        Some(item) if is_fragile(context, item) => format!("List<{item}>"),
        _ => reply,
    }
}

/// Whether a value of that type may fail to decode though it is of the right JSON type.
fn is_fragile(context: &Context<'_>, item: &str) -> bool {
    match context.api.types.get(item) {
        Some(item) => !item.kind.is_replaced(),
        None => matches!(item, "Date" | "DateTime" | "IpAddr"),
    }
}

/// The arguments of a method: path values, required query values, body, optional query values.
pub(crate) fn arguments(context: &Context<'_>, operation: &Operation) -> Vec<(String, String)> {
    let mut arguments: Vec<(String, String)> = operation
        .path_values
        .iter()
        .chain(&operation.required_query)
        .map(|parameter| {
            (
                parameter.field.clone(),
                argument_type(context, operation, parameter),
            )
        })
        .collect();
    if let Some(body) = &operation.body {
        arguments.push(("body".to_owned(), format!("&{body}")));
    }
    if !operation.optional_query.is_empty() {
        arguments.push(("query".to_owned(), format!("&{}", operation.query_name())));
    }
    arguments
}

pub(crate) fn is_task(reply: &str) -> bool {
    matches!(reply, "Task" | "PublicTask")
}

/// The type of a field as progenitor gives it. What stands in itself cannot do so without end, so
/// the place where progenitor closes the ring (with a box) may be absent.
pub(crate) fn field_type(context: &Context<'_>, item: &Type, property: &Property) -> String {
    let spelled = context
        .signatures
        .fields
        .get(&item.name)
        .and_then(|fields| fields.get(&property.wire));
    match spelled {
        Some(_) if property.is_rest() && spelled.is_some_and(|it| it.starts_with("serde_json")) => {
            "BTreeMap<String, serde_json::Value>".to_owned()
        }
        Some(spelled) if spelled.starts_with("Box<") => format!("Option<{spelled}>"),
        Some(spelled) => spelled.clone(),
        None => "serde_json::Value".to_owned(),
    }
}

/// The type without what says that it may be absent.
pub(crate) fn base_type(spelled: &str) -> &str {
    spelled
        .strip_prefix("Option<")
        .and_then(|inner| inner.strip_suffix('>'))
        .unwrap_or(spelled)
}
