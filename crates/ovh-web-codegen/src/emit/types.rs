//! `types.rs` and `types/`: models, bodies and open enums.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, quote};

use super::{Context, conversions, imports, pretty, printer, sample, text};
use crate::description::Presence;
use crate::escape::code;
use crate::model::spelling::{base, ident, inner, names, word};
use crate::model::{Kind, Property, Type};
use crate::normalize::roles::Role;

const ABOUT: &str = "The models of responses and the bodies of requests.\n\nA schema can become \
     three types: a model for responses (`Cron`), a body that creates (`NewCron`) and a body that \
     updates (`CronUpdate`).";

/// The longest `types.rs` with all types. More of them have a file for each group.
const ALONE: usize = 500;

/// A type with what `types!` is given for it.
type Written<'a> = (&'a Type, TokenStream);

pub(crate) fn write(context: &mut Context<'_>, files: &mut BTreeMap<String, String>) {
    let types = context.api.types.values();
    let types: Vec<Written<'_>> = types.map(|it| (it, write_type(context, it))).collect();
    let from = context.owners.all();
    let alone = context.file(&from, ABOUT, &sections(context, &types));
    if alone.lines().count() <= ALONE {
        files.insert("types.rs".to_owned(), alone);
        return;
    }
    let mut groups: BTreeMap<&str, Vec<Written<'_>>> = BTreeMap::new();
    for written in types {
        groups.entry(&written.0.group).or_default().push(written);
    }
    let modules: Vec<_> = groups.keys().map(|group| ident(group)).collect();
    let list = [
        pretty(quote!(#(mod #modules;)*)),
        pretty(quote!(#(pub use #modules::*;)*)),
    ];
    files.insert("types.rs".to_owned(), context.file(&from, ABOUT, &list));
    for (group, types) in groups {
        let from = context
            .owners
            .of_schemas(types.iter().map(|(it, _)| &*it.origin));
        let about = format!("Types of the group `{group}`.");
        let text = context.file(&from, &about, &sections(context, &types));
        files.insert(format!("types/{group}.rs"), text);
    }
}

/// The sections of a file with these types.
fn sections(context: &Context<'_>, types: &[Written<'_>]) -> Vec<String> {
    let own: BTreeSet<&String> = types.iter().map(|(item, _)| &item.name).collect();
    let properties = types.iter().flat_map(|(item, _)| item.properties());
    let mut used = names(properties.map(|property| &property.ty));
    let conversions = own.iter().filter_map(|name| context.conversions.get(*name));
    used.extend(conversions.flatten().map(|it| it.read().clone()));
    let is_foreign = |name: &String| context.api.types.contains_key(name) && !own.contains(name);
    let foreign = used.iter().any(is_foreign).then(|| {
        quote!(
            use super::*;
        )
    });
    let [of_std, of_runtime] = imports(&used);
    let items: TokenStream = types.iter().map(|(_, items)| items.clone()).collect();
    let mut sections = vec![pretty(quote!(#of_std #of_runtime #foreign))];
    if !items.is_empty() {
        sections.push(printer::types(items));
    }
    sections.retain(|section| !section.is_empty());
    sections
}

fn write_type(context: &mut Context<'_>, item: &Type) -> TokenStream {
    let mut items = match &item.kind {
        Kind::Object {
            role: Role::Read,
            properties,
        } => model(context, item, properties),
        Kind::Object { properties, .. } => body(context, item, properties),
        Kind::Switch => switch(context, item),
        Kind::Enum { is_integer, values } => open_enum(context, item, *is_integer, values),
    };
    if let Some(conversions) = context.conversions.get(&item.name) {
        items.extend(conversions::items(&item.name, conversions));
    }
    items
}

/// The purpose of a body, in front of the documentation that all types of its schema have.
fn part(context: &Context<'_>, item: &Type) -> &'static str {
    let others = context.api.types.values();
    let is_shared = others.filter(|other| other.origin == item.origin).count() > 1;
    match &item.kind {
        Kind::Object { role, .. } if is_shared => match role {
            Role::Read => "",
            Role::Create => "Body of a create. ",
            Role::Update => "Body of an update. ",
            Role::Input => "Part of a body. ",
        },
        _ => "",
    }
}

fn type_doc(context: &mut Context<'_>, item: &Type) -> TokenStream {
    let doc = context.docs.of_type(&item.origin, "The schema");
    let doc = context.doc(&format!("type {}", item.origin), doc);
    let doc = format!("{}{doc}", part(context, item));
    let mention = sample::mention(context, &item.name);
    // In the same paragraph, if there is only one.
    let gap = if doc.contains('\n') { "\n\n" } else { " " };
    text::doc(format!("{doc}{gap}{mention}").trim_end(), 0)
}

fn property_doc(context: &mut Context<'_>, item: &Type, property: &Property) -> TokenStream {
    if property.is_rest() {
        return text::doc("Properties without a field.", 4);
    }
    let doc = context.docs.property(&item.origin, &property.wire);
    let doc = context.doc(&format!("property {} {}", item.origin, property.wire), doc);
    text::doc(&doc, 4)
}

fn field(context: &mut Context<'_>, item: &Type, property: &Property, fact: &str) -> TokenStream {
    let doc = property_doc(context, item, property);
    let (field, wire, ty) = (ident(&property.field), &property.wire, &property.ty);
    let fact = (!fact.is_empty()).then(|| ident(fact));
    let alias = text::alias(&property.field, wire);
    quote!(#doc #alias #field: #ty = #wire #fact,)
}

fn model(context: &mut Context<'_>, item: &Type, properties: &[Property]) -> TokenStream {
    let (doc, name) = (type_doc(context, item), ident(&item.name));
    let mut fields = TokenStream::new();
    for property in properties.iter().filter(|it| !it.is_rest()) {
        let is = |wrapper| inner(&property.ty, wrapper).is_some();
        let fact = match () {
            () if is("Option") => "",
            () if property.is_essential => "required",
            () if is("Vec") || is("BTreeMap") => "default",
            () => "",
        };
        fields.extend(field(context, item, property, fact));
    }
    fields.extend(rest(context, item, properties));
    let kind = ident(if is_quantity(item) {
        "quantity"
    } else {
        "model"
    });
    let compared = compared(context, properties);
    quote!(#doc #kind #name #compared { #fields })
}

/// Returns `true` for a number with its unit, and nothing else.
fn is_quantity(item: &Type) -> bool {
    let [unit, value] = item.properties() else {
        return false;
    };
    let is_read = matches!(
        item.kind,
        Kind::Object {
            role: Role::Read,
            ..
        }
    );
    let is = |property: &Property, name: &str, types: &[&str]| {
        property.field == name && word(&property.ty).is_some_and(|ty| types.contains(&&*ty))
    };
    is_read && is(unit, "unit", &["String"]) && is(value, "value", &["f64", "i64"])
}

/// The comparisons of a type, if not all of them.
fn compared(context: &Context<'_>, properties: &[Property]) -> Option<TokenStream> {
    let types = properties.iter().map(|property| &property.ty);
    let compared = context.comparisons.last(types).map(ident);
    compared.map(|compared| quote!(: #compared))
}

/// The map of properties without a field.
fn rest(context: &mut Context<'_>, item: &Type, properties: &[Property]) -> TokenStream {
    let Some(property) = properties.iter().find(|it| it.is_rest()) else {
        return TokenStream::new();
    };
    let doc = property_doc(context, item, property);
    let (field, ty) = (ident(&property.field), base(&property.ty));
    quote!(=> rest: #doc #field: #ty,)
}

fn body(context: &mut Context<'_>, item: &Type, properties: &[Property]) -> TokenStream {
    let (doc, name) = (type_doc(context, item), ident(&item.name));
    let mut fields = TokenStream::new();
    for (title, presence) in [
        ("required", Presence::Required),
        ("optional", Presence::Optional),
        ("nullable", Presence::Nullable),
    ] {
        let section = properties.iter().filter(|it| it.presence == presence);
        let section: TokenStream = section.map(|it| field(context, item, it, "")).collect();
        if presence != Presence::Required && !section.is_empty() {
            let title = ident(title);
            fields.extend(quote!(=> #title:));
        }
        fields.extend(section);
    }
    fields.extend(rest(context, item, properties));
    let compared = compared(context, properties);
    quote!(#doc body #name #compared { #fields })
}

fn switch(context: &mut Context<'_>, item: &Type) -> TokenStream {
    // The parameter or the property has the documentation.
    let doc = match item.origin.rsplit_once(' ') {
        Some((route, name)) => context.docs.parameter(route, name),
        None => {
            let (schema, name) = item.origin.rsplit_once('.').unwrap_or(("", &item.origin));
            context.docs.property(schema, name)
        }
    };
    let doc = context.doc(&format!("switch {}", item.origin), doc);
    let (doc, name) = (text::doc(&doc, 0), ident(&item.name));
    quote!(#doc switch #name {})
}

fn open_enum(
    context: &mut Context<'_>,
    item: &Type,
    is_integer: bool,
    values: &[(String, String)],
) -> TokenStream {
    let (doc, name) = (type_doc(context, item), ident(&item.name));
    let kind = ident(if is_integer { "int" } else { "str" });
    let mut variants = TokenStream::new();
    for (value, variant) in values {
        if let Some(doc) = context.docs.value(&item.origin, value) {
            variants.extend(text::doc(&context.doc("value", doc), 4));
        }
        let is_alias = !is_integer && text::needs_alias(variant, value);
        let alias = is_alias.then(|| ident("alias"));
        let variant = ident(variant);
        let wire = match value.parse::<TokenStream>() {
            Ok(number) if is_integer => number,
            _ => Literal::string(value).into_token_stream(),
        };
        // The macro puts a value between two backticks.
        let shown = value.contains('`').then(|| code(value));
        let shown = shown.map(|shown| quote!(as #shown));
        variants.extend(quote!(#variant = #alias #wire #shown,));
    }
    quote!(#doc enum #name: #kind { #variants })
}
