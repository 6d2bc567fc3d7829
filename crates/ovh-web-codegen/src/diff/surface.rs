//! Writes `surface.txt`, one line for each public item, without facts and documentation.

use super::items::{self, Item, Subject, TOOL};
use crate::description::{ApiDescription, Operation, Presence, TypeKind};
use crate::escape::escape;

/// Writes `surface.txt`: one sorted line for each public item.
#[must_use]
pub fn write(api: &ApiDescription) -> String {
    let items = items::all(api);
    let mut lines: Vec<String> = items.iter().filter_map(line).collect();
    lines.sort();
    lines.dedup();
    lines.join("\n") + "\n"
}

fn line(item: &Item<'_>) -> Option<String> {
    let name = &item.name;
    let method = |of: &Operation, response: &str, route: &str| {
        let values = of.arguments.iter();
        let values = values.map(|value| format!("{}: {}", value.name, value.ty));
        let query = of.query.iter().map(|of| format!("query: &{}", of.name));
        let arguments = values.chain(query).collect::<Vec<_>>().join(", ");
        format!("fn {name}({arguments}) -> {response} = {}", escape(route))
    };
    Some(match item.subject {
        Subject::Method((route, of)) => method(of, &of.response, route),
        Subject::Page((route, of), page) => method(of, &format!("Page<{}>", page.item), route),
        Subject::Setter(_, _, value) => {
            format!("query {name}: {} = {}", value.ty, escape(&value.wire))
        }
        Subject::Type(_, of) => {
            let kind = match of.kind {
                TypeKind::Read(_) => "read",
                TypeKind::Write(_) => "write",
                TypeKind::Switch => "switch",
                TypeKind::Words(_) | TypeKind::Numbers(_) => "enum",
            };
            let lacks = ["Eq", "Hash"].iter();
            let lacks = lacks.filter(|name| !of.traits.iter().any(|known| known == *name));
            let lacks: String = lacks.map(|name| format!(", not {name}")).collect();
            format!("type {name} = {} ({kind}){lacks}", escape(&of.origin))
        }
        Subject::Field(_, _, field) => {
            let is_required = field.presence == Presence::Required;
            let required = if is_required { ", required" } else { "" };
            let wire = escape(&field.wire);
            format!("field {name}: {}{required} = {wire}", field.spelled())
        }
        Subject::Value(_, _, wire, _) => format!("value {name} = {}", escape(wire)),
        Subject::Trait(_, bound) if bound.starts_with("From<") => format!("trait {name}"),
        Subject::Constructor(_, function, fields) if function != "new" => {
            let arguments = fields.iter();
            let arguments = arguments.map(|field| format!("{}: {}", field.name, field.ty));
            format!("new {name}({})", arguments.collect::<Vec<_>>().join(", "))
        }
        Subject::Command((_, of), command) => {
            let values = command.values.iter().map(|name| format!(" {name}"));
            let values: String = values.collect();
            format!("command {}{values} = {}", words(name), of.id())
        }
        Subject::Flag(_, flag) => {
            let required = if flag.is_required { ", required" } else { "" };
            format!("flag {}: {}{required}", words(name), flag.ty)
        }
        // They follow from the other lines.
        Subject::Query(..) | Subject::Constructor(..) | Subject::Trait(..) => return None,
    })
}

/// The path of a command.
fn words(name: &str) -> &str {
    name.strip_prefix(TOOL).unwrap_or(name)
}
