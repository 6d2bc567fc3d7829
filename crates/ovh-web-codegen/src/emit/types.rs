//! `types/`: models, bodies and open enums, a file for each group.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::spelling::{base_type, field_type};
use super::{Context, text};
use crate::escape::code;
use crate::model::{Kind, Property, Type};

/// What the runtime may lend to a type.
pub(crate) const RUNTIME: [&str; 4] = ["Date", "DateTime", "Secret", "TagFilters"];

pub(crate) fn write(context: &mut Context<'_>, files: &mut BTreeMap<String, String>) {
    let mut groups: BTreeMap<&str, Vec<&Type>> = BTreeMap::new();
    for item in context.api.types.values() {
        groups.entry(&item.group).or_default().push(item);
    }
    for (group, items) in groups {
        let own: BTreeSet<String> = items.iter().map(|item| item.name.clone()).collect();
        let mut body = String::new();
        for item in &items {
            body.push('\n');
            body.push_str(&write_type(context, item));
        }
        let mentioned: BTreeSet<String> = items
            .iter()
            .flat_map(|item| field_names(context, item))
            .collect();
        let others = mentioned
            .iter()
            .any(|name| !own.contains(name) && context.api.types.contains_key(name));
        let mut head = context.header();
        head.push_str(&text::module_doc(&format!("Types of the group `{group}`.")));
        head.push('\n');
        let mut uses = String::new();
        if mentioned.contains("BTreeMap") {
            uses.push_str("use std::collections::BTreeMap;\n");
        }
        if mentioned.contains("IpAddr") {
            uses.push_str("use std::net::IpAddr;\n");
        }
        if !uses.is_empty() {
            uses.push('\n');
        }
        uses.push_str(&text::imports(&mentioned, "ovh_runtime", &RUNTIME));
        if others {
            uses.push_str("use super::*;\n");
        }
        files.insert(format!("types/{group}.rs"), format!("{head}{uses}{body}"));
    }
}

/// The names in the types of an item's fields.
fn field_names(context: &Context<'_>, item: &Type) -> BTreeSet<String> {
    match &item.kind {
        Kind::Read(properties) | Kind::Write { properties, .. } => properties
            .iter()
            .flat_map(|property| text::identifiers(&field_type(context, item, property)))
            .collect(),
        Kind::Enum { .. } | Kind::Switch => BTreeSet::new(),
    }
}

fn write_type(context: &mut Context<'_>, item: &Type) -> String {
    match &item.kind {
        Kind::Read(properties) => read_model(context, item, properties),
        Kind::Write {
            properties,
            is_update,
        } => body(context, item, properties, *is_update),
        Kind::Switch => switch(context, item),
        Kind::Enum { is_integer, values } => open_enum(context, item, *is_integer, values),
    }
}

fn type_doc(context: &mut Context<'_>, item: &Type) -> String {
    let doc = context.docs.of_type(&item.origin, "The schema");
    let mut text = context.doc(&format!("type {}", item.origin), doc);
    let mention = super::sample::mention(context, &item.name);
    if !mention.is_empty() {
        text = format!("{text}\n\n{mention}");
    }
    text::doc(&text, 4)
}

fn property_doc(
    context: &mut Context<'_>,
    item: &Type,
    property: &Property,
    indent: usize,
) -> String {
    if property.is_rest() {
        return text::doc("All properties that have no field of their own.", indent);
    }
    let doc = context.docs.property(&item.origin, &property.wire);
    let text = context.doc(&format!("property {} {}", item.origin, property.wire), doc);
    text::doc(&text, indent)
}

fn read_model(context: &mut Context<'_>, item: &Type, properties: &[Property]) -> String {
    let mut out = String::from("ovh_runtime::model! {\n");
    out.push_str(&type_doc(context, item));
    let _ = writeln!(out, "    pub struct {} {{", item.name);
    for property in properties.iter().filter(|it| !it.is_rest()) {
        out.push_str(&property_doc(context, item, property, 8));
        let spelled = field_type(context, item, property);
        let is_list = spelled.starts_with("Vec<") || spelled.starts_with("BTreeMap<");
        let fact = match base_type(&spelled) == spelled {
            true if property.is_essential => " required",
            true if is_list => " default",
            _ => "",
        };
        let _ = writeln!(
            out,
            "        {}: {spelled} = {}{fact},",
            property.field,
            text::literal(&property.wire),
        );
    }
    out.push_str("    }\n");
    out.push_str(&rest(context, item, properties));
    out.push_str("}\n");
    out
}

/// The map of what has no name of its own.
fn rest(context: &mut Context<'_>, item: &Type, properties: &[Property]) -> String {
    let Some(property) = properties.iter().find(|it| it.is_rest()) else {
        return String::new();
    };
    let doc = property_doc(context, item, property, 8);
    let spelled = field_type(context, item, property);
    let spelled = base_type(&spelled);
    format!(
        "    rest {{\n{doc}        {}: {spelled},\n    }}\n",
        property.field
    )
}

fn body(
    context: &mut Context<'_>,
    item: &Type,
    properties: &[Property],
    is_update: bool,
) -> String {
    let mut out = String::from("ovh_runtime::body! {\n");
    out.push_str(&type_doc(context, item));
    let _ = writeln!(out, "    pub struct {} {{", item.name);
    let part = |property: &Property| match (property.is_required, property.is_nullable) {
        (true, _) => "required",
        (false, true) if is_update => "nullable",
        (false, _) => "optional",
    };
    for title in ["required", "optional", "nullable"] {
        let chosen: Vec<&Property> = properties
            .iter()
            .filter(|property| !property.is_rest() && part(property) == title)
            .collect();
        if chosen.is_empty() {
            continue;
        }
        let _ = writeln!(out, "        {title} {{");
        for property in chosen {
            out.push_str(&property_doc(context, item, property, 12));
            let spelled = field_type(context, item, property);
            let _ = writeln!(
                out,
                "            {}: {} = {},",
                property.field,
                base_type(&spelled),
                text::literal(&property.wire)
            );
        }
        out.push_str("        }\n");
    }
    out.push_str("    }\n");
    out.push_str(&rest(context, item, properties));
    out.push_str("}\n");
    out
}

fn switch(context: &mut Context<'_>, item: &Type) -> String {
    // It is documented where it stands: with the parameter, or with the property.
    let doc = match item.origin.rsplit_once(' ') {
        Some((route, name)) => context.docs.parameter(route, name),
        None => {
            let (schema, name) = item.origin.rsplit_once('.').unwrap_or(("", &item.origin));
            context.docs.property(schema, name)
        }
    };
    let text = context.doc(&format!("switch {}", item.origin), doc);
    format!(
        "ovh_runtime::bool_enum! {{\n{}    pub enum {};\n}}\n",
        text::doc(&text, 4),
        item.name
    )
}

fn open_enum(
    context: &mut Context<'_>,
    item: &Type,
    is_integer: bool,
    values: &[(String, String)],
) -> String {
    let mut out = String::from("ovh_runtime::open_enum! {\n");
    out.push_str(&type_doc(context, item));
    let _ = writeln!(
        out,
        "    pub enum {}: {} {{",
        item.name,
        if is_integer { "int" } else { "str" }
    );
    for (value, variant) in values {
        if let Some(doc) = context.docs.value(&item.origin, value) {
            let doc = context.doc("value", doc);
            out.push_str(&text::doc(&doc, 8));
        }
        let wire = if is_integer {
            value.clone()
        } else {
            text::literal(value)
        };
        // The macro puts a value between two backticks.
        let shown = if value.contains('`') {
            format!(" as {}", text::literal(&code(value)))
        } else {
            String::new()
        };
        let _ = writeln!(out, "        {variant} = {wire}{shown},");
    }
    out.push_str("    }\n}\n");
    out
}
