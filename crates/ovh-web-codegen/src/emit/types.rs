//! `types/`: models, bodies and open enums, a file for each group.

use std::collections::BTreeMap;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, quote};

use super::{Context, conversions, imports, pretty, printer, sample, text};
use crate::description::Presence;
use crate::escape::code;
use crate::model::spelling::{base, ident, inner, names, word};
use crate::model::{Kind, Property, Type};
use crate::normalize::roles::Role;

pub(crate) fn write(context: &mut Context<'_>, files: &mut BTreeMap<String, String>) {
    let mut groups: BTreeMap<&str, Vec<&Type>> = BTreeMap::new();
    for item in context.api.types.values() {
        groups.entry(&item.group).or_default().push(item);
    }
    for (group, items) in groups {
        let properties = items.iter().flat_map(|item| item.properties());
        let mut used = names(properties.map(|property| &property.ty));
        let conversions_into = |name: &String| context.conversions.get(name).into_iter().flatten();
        let sources = items.iter().flat_map(|item| conversions_into(&item.name));
        used.extend(sources.map(|conversion| conversion.read().clone()));
        let is_foreign = |name: &String| {
            let item = context.api.types.get(name);
            item.is_some_and(|item| item.group != group)
        };
        let foreign = used.iter().any(is_foreign).then(|| {
            quote!(
                use super::*;
            )
        });
        let [of_std, of_runtime] = imports(&used).map(pretty);
        let mut sections = vec![of_std, of_runtime + &pretty(quote!(#foreign))];
        sections.retain(|section| !section.is_empty());
        let origins = items.iter().map(|item| item.origin.as_str());
        let from = context.owners.of_schemas(origins);
        for item in items {
            sections.push(printer::call(write_type(context, item)));
            if is_quantity(item) {
                let name = ident(&item.name);
                sections.push(printer::call(quote!(ovh_runtime::quantity!(#name);)));
            }
            let calls = context.conversions.get(&item.name).into_iter().flatten();
            let calls = calls.map(|conversion| conversions::call(&item.name, conversion));
            sections.extend(calls.map(printer::call));
        }
        let about = format!("Types of the group `{group}`.");
        let text = context.file(&from, &about, &sections);
        files.insert(format!("types/{group}.rs"), text);
    }
}

fn write_type(context: &mut Context<'_>, item: &Type) -> TokenStream {
    match &item.kind {
        Kind::Object {
            role: Role::Read,
            properties,
        } => model(context, item, properties),
        Kind::Object { properties, .. } => body(context, item, properties),
        Kind::Switch => switch(context, item),
        Kind::Enum { is_integer, values } => open_enum(context, item, *is_integer, values),
    }
}

fn type_doc(context: &mut Context<'_>, item: &Type) -> TokenStream {
    let doc = context.docs.of_type(&item.origin, "The schema");
    let doc = context.doc(&format!("type {}", item.origin), doc);
    let mention = sample::mention(context, &item.name);
    text::doc(format!("{doc}\n\n{mention}").trim_end(), 4)
}

fn property_doc(
    context: &mut Context<'_>,
    item: &Type,
    property: &Property,
    indent: usize,
) -> TokenStream {
    if property.is_rest() {
        return text::doc("Properties without a field.", indent);
    }
    let doc = context.docs.property(&item.origin, &property.wire);
    let doc = context.doc(&format!("property {} {}", item.origin, property.wire), doc);
    text::doc(&doc, indent)
}

fn field(
    context: &mut Context<'_>,
    item: &Type,
    property: &Property,
    (indent, fact): (usize, &str),
) -> TokenStream {
    let doc = property_doc(context, item, property, indent);
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
        fields.extend(field(context, item, property, (8, fact)));
    }
    let (compared, rest) = (
        compared(context, properties),
        rest(context, item, properties),
    );
    quote!(ovh_runtime::model! { #doc pub struct #name #compared { #fields } #rest })
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
    let doc = property_doc(context, item, property, 8);
    let (field, ty) = (ident(&property.field), base(&property.ty));
    quote!(rest { #doc #field: #ty, })
}

fn body(context: &mut Context<'_>, item: &Type, properties: &[Property]) -> TokenStream {
    let (doc, name) = (type_doc(context, item), ident(&item.name));
    let mut parts = TokenStream::new();
    for (title, presence) in [
        ("required", Presence::Required),
        ("optional", Presence::Optional),
        ("nullable", Presence::Nullable),
    ] {
        let mut fields = TokenStream::new();
        for property in properties.iter().filter(|it| it.presence == presence) {
            fields.extend(field(context, item, property, (12, "")));
        }
        if !fields.is_empty() {
            let title = ident(title);
            parts.extend(quote!(#title { #fields }));
        }
    }
    let (compared, rest) = (
        compared(context, properties),
        rest(context, item, properties),
    );
    quote!(ovh_runtime::body! { #doc pub struct #name #compared { #parts } #rest })
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
    let (doc, name) = (text::doc(&doc, 4), ident(&item.name));
    quote!(ovh_runtime::bool_enum! { #doc pub enum #name; })
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
            variants.extend(text::doc(&context.doc("value", doc), 8));
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
    quote!(ovh_runtime::open_enum! { #doc pub enum #name: #kind { #variants } })
}
