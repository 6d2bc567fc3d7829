//! `schema/surface.txt`: a description written as one line an item, and read back.
//!
//! The surface holds what users compile against, and no facts, texts or groups: when it is read, those
//! come from the description that it is compared with, so that no change of them is reported.

use std::collections::BTreeMap;

use super::items::{self, Item};
use crate::escape::{escape, unescape};
use crate::names::case::is_identifier;

use crate::description::{
    ApiDescription, Field, Form, Operation, Page, Presence, Query, Type, Value,
};

/// Writes `schema/surface.txt`: what users compile against, a sorted line each, for reviewers.
#[must_use]
pub fn write(api: &ApiDescription) -> String {
    let items = items::all(api);
    let mut lines: Vec<String> = items.iter().filter_map(line).collect();
    lines.sort();
    lines.dedup();
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

fn line(item: &Item<'_>) -> Option<String> {
    let name = item.name();
    let method = |of: &Operation, reply: &str, route: &str| {
        let values = of.arguments.iter();
        let values = values.map(|value| format!("{}: {}", value.name, value.ty));
        let query = of
            .query
            .iter()
            .map(|query| format!("query: &{}", query.name));
        let arguments: Vec<String> = values.chain(query).collect();
        let (arguments, route) = (arguments.join(", "), escape(route));
        format!("fn {name}({arguments}) -> {reply} = {route}")
    };
    Some(match item {
        Item::Method(route, of) => method(of, &of.reply, route),
        Item::Page(route, of, page) => method(of, &format!("Page<{}>", page.item), route),
        Item::Setter(_, _, value) => {
            format!("query {name}: {} = {}", value.ty, escape(&value.wire))
        }
        Item::Type(_, of) => {
            let kind = match of.form {
                Form::Read(_) => "read",
                Form::Write(_) => "write",
                Form::Switch => "switch",
                Form::Words(_) | Form::Numbers(_) => "enum",
            };
            format!("type {name} = {} ({kind})", escape(&of.origin))
        }
        Item::Field(_, _, field) => {
            let required = match field.presence {
                Presence::Required => ", required",
                _ => "",
            };
            let wire = escape(&field.wire);
            format!("field {name}: {}{required} = {wire}", field.spelled())
        }
        Item::Value(_, _, wire, _) => format!("value {name} = {}", escape(wire)),
        // Both follow from the other lines.
        Item::Query(..) | Item::Constructor(..) => return None,
    })
}

/// Reads a surface. What has no counterpart in it comes from `like`.
///
/// A line is taken only if it is of the form that [`write()`] gives it: every name an identifier, every
/// type a type, every text escaped. Any other line is left out, so that no code comes from it.
#[must_use]
pub fn read(text: &str, like: &ApiDescription) -> ApiDescription {
    let mut api = ApiDescription::default();
    let mut pages = Vec::new();
    let mut queries: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut fields: BTreeMap<String, Vec<Field>> = BTreeMap::new();
    let mut values: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut types: Vec<(&str, String, String)> = Vec::new();
    for line in text.lines() {
        let Some((sort, rest)) = line.split_once(' ') else {
            continue;
        };
        let Some((said, text)) = rest.split_once(" = ") else {
            continue;
        };
        let Some(wire) = unescape(text) else {
            continue;
        };
        let wire = wire.as_str();
        match sort {
            "fn" => {
                if let Some(operation) = operation(said, wire) {
                    match page(&operation) {
                        Some(item) => pages.push((wire.to_owned(), operation.verb, item)),
                        None => {
                            api.operations.insert(wire.to_owned(), operation);
                        }
                    }
                }
            }
            "query" => {
                if let Some((of, value)) = member(said, wire) {
                    queries.entry(of).or_default().push(value);
                }
            }
            "field" => {
                if let Some((of, value)) = member(said, wire) {
                    fields.entry(of).or_default().push(field(value));
                }
            }
            "value" => {
                if let Some((of, variant)) = said.split_once("::")
                    && is_identifier(of)
                    && is_identifier(variant)
                {
                    let values = values.entry(of.to_owned()).or_default();
                    values.insert(wire.to_owned(), variant.to_owned());
                }
            }
            "type" => {
                if let Some((origin, kind)) = wire.rsplit_once(" (")
                    && let Some(kind) = kind.strip_suffix(')')
                    && matches!(kind, "read" | "write" | "enum" | "switch")
                    && is_identifier(said)
                {
                    types.push((said, origin.to_owned(), kind.to_owned()));
                }
            }
            _ => {}
        }
    }
    for (route, verb, item) in pages {
        if let Some(operation) = api.operations.get_mut(&route) {
            operation.page = Some(Page { verb, item });
        }
    }
    for (route, operation) in &mut api.operations {
        complete(operation, route, &queries, like);
    }
    for (name, origin, kind) in types {
        let known = like.types.get(name);
        let mut own = fields.remove(name).unwrap_or_default();
        // The order of a constructor's arguments.
        own.sort_by(|a, b| a.wire.cmp(&b.wire));
        for field in &mut own {
            if kind == "read" {
                field.presence = Presence::Read;
            } else {
                written(field);
            }
            if let Some(Form::Read(known) | Form::Write(known)) = known.map(|known| &known.form)
                && let Some(known) = known.iter().find(|known| known.name == field.name)
            {
                field.doc.clone_from(&known.doc);
            }
        }
        let words = values.remove(name).unwrap_or_default();
        let form = match (kind.as_str(), known.map(|known| &known.form)) {
            ("read", _) => Form::Read(own),
            ("switch", _) => Form::Switch,
            ("enum", Some(Form::Numbers(_))) => Form::Numbers(words),
            ("enum", _) => Form::Words(words),
            _ => Form::Write(own),
        };
        let item = Type {
            origin,
            group: known.map_or_else(|| "other types".to_owned(), |known| known.group.clone()),
            form,
            doc: known.map(|known| known.doc.clone()).unwrap_or_default(),
        };
        api.types.insert(name.to_owned(), item);
    }
    api
}

/// `crons::list(service_name: &str, query: &ListCrons) -> Vec<i64>`
fn operation(said: &str, route: &str) -> Option<Operation> {
    let (head, reply) = said.rsplit_once(") -> ")?;
    let (id, arguments) = head.split_once('(')?;
    let (module, verb) = id.split_once("::")?;
    if !is_identifier(module) || !is_identifier(verb) || !is_type(reply) {
        return None;
    }
    let in_path = route.matches('{').count();
    let values = arguments.split(", ").filter(|text| !text.is_empty());
    // A comma inside of a type does not part arguments.
    let mut whole: Vec<String> = Vec::new();
    for piece in values {
        match whole.last_mut() {
            Some(last) if last.matches('<').count() > last.matches('>').count() => {
                last.push_str(", ");
                last.push_str(piece);
            }
            _ => whole.push(piece.to_owned()),
        }
    }
    let mut arguments = Vec::new();
    for (place, argument) in whole.iter().enumerate() {
        let (name, ty) = argument.split_once(": ")?;
        if !is_identifier(name) || !is_type(ty) {
            return None;
        }
        arguments.push(Value {
            name: name.to_owned(),
            // The surface does not tell it; `complete` takes it from what is known.
            wire: name.to_owned(),
            ty: ty.to_owned(),
            in_path: place < in_path,
        });
    }
    Some(Operation {
        module: module.to_owned(),
        verb: verb.to_owned(),
        arguments,
        reply: reply.to_owned(),
        ..Operation::default()
    })
}

/// The objects of a method that gives pages.
fn page(operation: &Operation) -> Option<String> {
    let inner = operation.reply.strip_prefix("Page<")?;
    inner.strip_suffix('>').map(str::to_owned)
}

/// Takes over what the surface does not tell.
fn complete(
    operation: &mut Operation,
    route: &str,
    queries: &BTreeMap<String, Vec<Value>>,
    like: &ApiDescription,
) {
    let query = operation.arguments.last().and_then(|last| {
        let name = last.ty.strip_prefix('&')?;
        (last.name == "query").then(|| name.to_owned())
    });
    if let Some(name) = query {
        operation.arguments.pop();
        let values = queries.get(&name).cloned().unwrap_or_default();
        operation.query = Some(Query { name, values });
    }
    if operation
        .arguments
        .last()
        .is_some_and(|last| last.name == "body")
        && let Some(last) = operation.arguments.last_mut()
    {
        last.wire.clear();
    }
    if let Some(known) = like.operations.get(route) {
        for value in &mut operation.arguments {
            if let Some(known) = known
                .arguments
                .iter()
                .find(|known| known.name == value.name)
            {
                value.wire.clone_from(&known.wire);
            }
        }
        operation.facts = known.facts.clone();
        operation.doc.clone_from(&known.doc);
    }
}

/// `Cron.email: Option<String>`
fn member(said: &str, wire: &str) -> Option<(String, Value)> {
    let (path, ty) = said.split_once(": ")?;
    let (of, name) = path.split_once('.')?;
    let bare = ty.strip_suffix(", required").unwrap_or(ty);
    if !is_identifier(of) || !is_identifier(name) || !is_type(bare) {
        return None;
    }
    let value = Value {
        name: name.to_owned(),
        wire: wire.to_owned(),
        ty: ty.to_owned(),
        in_path: false,
    };
    Some((of.to_owned(), value))
}

/// Returns `true` for a type that the generator can spell: names, arguments, references, slices, `()`.
fn is_type(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_:<>,&[]() ".contains(c);
    text.chars().all(fits) && syn::parse_str::<syn::Type>(text).is_ok()
}

fn field(value: Value) -> Field {
    Field {
        name: value.name,
        wire: value.wire,
        ty: value.ty,
        presence: Presence::Read,
        doc: String::new(),
    }
}

/// What the type of a body's field tells of its presence.
fn written(field: &mut Field) {
    let (presence, ty) = if let Some(ty) = field.ty.strip_suffix(", required") {
        (Presence::Required, ty)
    } else {
        let inner = |name: &str| {
            let rest = field.ty.strip_prefix(name)?.strip_prefix('<')?;
            rest.strip_suffix('>')
        };
        match (inner("Nullable"), inner("Option")) {
            (Some(ty), _) => (Presence::Nullable, ty),
            (_, Some(ty)) => (Presence::Optional, ty),
            _ => (Presence::Optional, field.ty.as_str()),
        }
    };
    field.presence = presence;
    field.ty = ty.to_owned();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_inside_of_a_type_parts_no_arguments() {
        let said = "jobs::list(service_name: &str, tags: BTreeMap<String, Vec<String>>, query: \
                    &ListJobs) -> Vec<i64>";
        let read = operation(said, "GET /job/{serviceName}").expect("an operation");
        let told: Vec<(&str, &str, bool)> = read
            .arguments
            .iter()
            .map(|value| (value.name.as_str(), value.ty.as_str(), value.in_path))
            .collect();
        assert_eq!(
            told,
            [
                ("service_name", "&str", true),
                ("tags", "BTreeMap<String, Vec<String>>", false),
                ("query", "&ListJobs", false),
            ]
        );
        assert_eq!(
            (read.id().as_str(), read.reply.as_str()),
            ("jobs::list", "Vec<i64>")
        );
        assert!(operation("jobs::list(x) -> ()", "GET /job").is_none());
    }

    #[test]
    fn a_body_travels_under_no_name_and_everything_else_under_its_own() {
        let api = read(
            "fn jobs::create(service_name: &str, body: &NewJob) -> Job = POST /job/{serviceName}\n\
             fn jobs::get(id: i64) -> Job = GET /job/{id}\n",
            &ApiDescription::default(),
        );
        let wires = |route: &str| -> Vec<String> {
            let values = api.operations[route].arguments.iter();
            values.map(|value| value.wire.clone()).collect()
        };
        assert_eq!(wires("POST /job/{serviceName}"), ["service_name", ""]);
        assert_eq!(wires("GET /job/{id}"), ["id"]);
    }
}
