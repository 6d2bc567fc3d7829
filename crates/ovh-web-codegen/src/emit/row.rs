//! The rows of the operation table, and the values that path parameters cannot have.

use std::collections::{BTreeMap, BTreeSet};

use super::spelling::{is_task, reply_type};
use super::{Context, text};
use crate::model::Operation;
use crate::names::case;

/// What the document says of nearly every operation.
pub(crate) const STABLE: &str = "Stable production version";

/// The name of the operation's row.
pub(crate) fn row_name(operation: &Operation) -> String {
    operation.verb.trim_end_matches('_').to_uppercase()
}

/// The operation's row: its id, method and route, then what else is known, wrapped.
pub(crate) fn row(context: &Context<'_>, operation: &Operation) -> String {
    let mut facts = Vec::new();
    if operation.is_idempotent && !operation.is_read() {
        facts.push("idempotent()".to_owned());
    }
    if operation.is_void {
        facts.push("void()".to_owned());
    }
    if operation.is_anonymous {
        facts.push("anonymous()".to_owned());
    }
    let reply = reply_type(context, operation);
    if is_task(&reply) && operation.method != "GET" {
        facts.push(format!("task({})", text::literal(&reply)));
    }
    if let Some(expanded) = &operation.expanded {
        facts.push(format!("expands_to({})", text::literal(expanded)));
    }
    if operation.is_by_cursor {
        facts.push("by_cursor()".to_owned());
    }
    if let Some(badge) = operation
        .stability
        .as_deref()
        .filter(|badge| *badge != STABLE)
    {
        facts.push(format!("stability({})", text::literal(badge)));
    }
    if !operation.iam.is_empty() {
        facts.push(format!("iam({})", text::literals(&operation.iam)));
    }
    if !operation.secrets.is_empty() {
        facts.push(format!("secrets({})", text::literals(&operation.secrets)));
    }
    if !operation.reserved_values.is_empty() {
        let names = reserved_value_names(context);
        let reserved_values: Vec<String> = operation
            .reserved_values
            .iter()
            .map(|entry| format!("crate::reserved_values::{}", names[entry]))
            .collect();
        facts.push(format!(
            "reserved_values(&[{}])",
            reserved_values.join(", ")
        ));
    }
    if let Some(deprecation) = &operation.deprecation {
        let option = |text: &Option<String>| {
            text.as_ref().map_or_else(
                || "None".to_owned(),
                |text| format!("Some({})", text::literal(text)),
            )
        };
        facts.push(format!(
            "deprecated(ovh_runtime::Deprecation::new({}, {}, {}))",
            option(&deprecation.since),
            option(&deprecation.deletion),
            option(&deprecation.replacement)
        ));
    }
    let mut row = format!(
        "    {}: {}, {}, {}",
        row_name(operation),
        text::literal(&operation.id()),
        case::pascal(&operation.method.to_lowercase()),
        text::literal(&operation.path)
    );
    let mut width = usize::MAX;
    for fact in facts {
        if width.saturating_add(fact.len() + 2) > 100 {
            row.push_str(",\n        ");
            width = 8;
        } else {
            row.push_str(", ");
        }
        width += fact.len() + 2;
        row.push_str(&fact);
    }
    row.push_str(";\n");
    row
}

/// Values of a path parameter that are routes of their own, by the constant that holds them.
pub(crate) fn reserved_value_names<'a>(context: &'a Context<'_>) -> &'a ReservedValues {
    context
        .reserved_values
        .get_or_init(|| name_reserved_values(context))
}

/// A path parameter with the values that it cannot have, and the name of the constant.
pub(crate) type ReservedValues = BTreeMap<(String, Vec<String>), String>;

fn name_reserved_values(context: &Context<'_>) -> ReservedValues {
    let sets: BTreeSet<&(String, Vec<String>)> = context
        .api
        .operations
        .iter()
        .flat_map(|operation| &operation.reserved_values)
        .collect();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    sets.into_iter()
        .map(|set| {
            let plain = case::snake(&set.0).to_uppercase();
            let name = case::free(&plain, |name| !taken.contains(name));
            taken.insert(name.clone());
            (set.clone(), name)
        })
        .collect()
}
