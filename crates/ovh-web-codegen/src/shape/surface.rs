//! `schema/surface.txt`: what users compile against, a sorted line each, for reviewers.

use super::Context;
use super::spelling::{arguments, base_type, field_type, owned_type, result_type};
use crate::model::Kind;

pub(crate) fn write(context: &Context<'_>) -> String {
    let mut lines = Vec::new();
    for operation in &context.api.operations {
        let arguments: Vec<String> = arguments(context, operation)
            .iter()
            .map(|(name, ty)| format!("{name}: {ty}"))
            .collect();
        let mut add = |verb: &str, reply: String| {
            lines.push(format!(
                "fn {}::{verb}({}) -> {reply} = {}",
                operation.family,
                arguments.join(", "),
                operation.route()
            ));
        };
        add(&operation.verb, result_type(context, operation));
        if let Some(expanded) = &operation.expanded {
            add(&operation.page_verb(), format!("Page<{expanded}>"));
        }
        for value in &operation.optional_query {
            lines.push(format!(
                "query {}.{}: {} = {}",
                operation.query_name(),
                value.field,
                owned_type(context, operation, value),
                value.wire
            ));
        }
    }
    for item in context.api.types.values() {
        let (kind, properties) =
            match &item.kind {
                Kind::Read(properties) => ("read", properties.as_slice()),
                Kind::Write(properties) => ("write", properties.as_slice()),
                Kind::Switch => {
                    lines.push(format!("type {} = {} (switch)", item.name, item.origin));
                    continue;
                }
                Kind::Enum { values, .. } => {
                    lines.push(format!("type {} = {} (enum)", item.name, item.origin));
                    lines.extend(values.iter().map(|(value, variant)| {
                        format!("value {}::{variant} = {value}", item.name)
                    }));
                    continue;
                }
            };
        lines.push(format!("type {} = {} ({kind})", item.name, item.origin));
        for property in properties {
            let spelled = field_type(context, item, property);
            let spelled = match (kind, property.is_required, property.is_nullable) {
                ("read", ..) => spelled,
                (_, true, _) => format!("{}, required", base_type(&spelled)),
                (_, false, true) if item.name.ends_with("Update") => {
                    format!("Nullable<{}>", base_type(&spelled))
                }
                (_, false, _) => format!("Option<{}>", base_type(&spelled)),
            };
            lines.push(format!(
                "field {}.{}: {spelled} = {}",
                item.name, property.field, property.wire
            ));
        }
    }
    lines.sort();
    lines.dedup();
    let mut text = lines.join("\n");
    text.push('\n');
    text
}
