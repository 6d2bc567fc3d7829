//! A file for each module: its operations, and the structs of optional query values.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::printer::Call;
use super::{Context, imports, pretty, printer, row, sample, text};
use crate::escape::plain_or_code;
use crate::model::spelling::{ident, names};
use crate::model::{Operation, Parameter, Style};
use crate::names::case;

pub(crate) fn write(context: &mut Context<'_>, files: &mut BTreeMap<String, String>) {
    let mut modules: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in &context.api.operations {
        let operations = modules.entry(&operation.module).or_default();
        operations.push(operation);
    }
    for (module, mut operations) in modules {
        operations.sort_by_key(|operation| (&operation.path, rank(&operation.method)));
        let file = module_file(context, module, &operations);
        files.insert(format!("{module}.rs"), file);
    }
}

fn rank(method: &str) -> usize {
    let order = ["GET", "POST", "PUT", "DELETE"];
    let place = order.iter().position(|candidate| *candidate == method);
    place.unwrap_or(order.len())
}

fn module_file(context: &mut Context<'_>, module: &str, operations: &[&Operation]) -> String {
    let doc = context.docs.module(module);
    let about = context.doc(&format!("module {module}"), doc);
    let example = sample::example(context, operations);
    let summary = text::doc(about.lines().next().unwrap_or_default(), 0);
    let (mut calls, mut queries) = (Vec::new(), Vec::new());
    let mut used = BTreeSet::new();
    for operation in operations {
        let returned = operation.returned(context.api);
        let values = operation.values().map(|value| &value.ty);
        used.extend(names(values.chain(&operation.body).chain([&returned])));
        used.extend(operation.expanded.clone());
        calls.push(call(context, operation, &returned));
        if !operation.optional_query.is_empty() {
            queries.push(printer::call(query(context, operation)));
        }
    }
    let api = ident(&api_name(module));
    let is_own = |name: &String| context.api.types.contains_key(name);
    let own: TokenStream = match used.iter().any(is_own) {
        true => syn::parse_quote!(
            use crate::types;
        ),
        false => TokenStream::new(),
    };
    let [of_std, of_runtime] = imports(&used).map(pretty);
    let mut sections = vec![of_std, of_runtime + &pretty(own)];
    sections.retain(|section| !section.is_empty());
    sections.push(printer::api(quote!(#summary #api:), &calls));
    sections.append(&mut queries);
    let example = example.map_or_else(String::new, |example| format!("\n\n{example}"));
    let routes = operations.iter().map(|operation| operation.path.as_str());
    let from = context.owners.of_routes(routes);
    context.file(&from, &format!("{about}{example}"), &sections)
}

/// The name of a module's handle.
pub(super) fn api_name(module: &str) -> String {
    format!("{}Api", case::pascal(module))
}

/// The operation: documentation, route, method and facts.
fn call(context: &mut Context<'_>, operation: &Operation, returned: &syn::Type) -> Call {
    let route = operation.route();
    let doc = context.docs.operation(&route);
    let mut about = context.doc(&format!("operation {route}"), doc);
    for (number, value) in operation.required_values().enumerate() {
        let (lead, name) = (if number == 0 { "\n\n" } else { "\n" }, &value.field);
        let doc = parameter_doc(context, operation, value);
        let _ = write!(about, "{lead}* `{name}` - {doc}");
    }
    let (doc, deprecated) = (text::doc(&about, 0), deprecated(operation));
    let (id, method) = (context.id(operation), ident(&operation.method));
    let path = &operation.path;
    let (verb, returned) = (ident(&operation.verb), context.qualified(returned));
    let values = operation.path_values.iter();
    let values = values.map(|value| argument(context, &value.field, &value.ty));
    let mut method_of = vec![quote!(#verb(#(#values),*))];
    for value in &operation.required_query {
        let (style, wire) = (style(value).unwrap_or_else(|| ident("arg")), &value.wire);
        let value = argument(context, &value.field, &value.ty);
        method_of.push(quote!(#style(#wire, #value)));
    }
    if let Some(body) = &operation.body {
        let body = argument(context, "body", &syn::parse_quote!(&#body));
        method_of.push(quote!(body(#body)));
    }
    if !operation.optional_query.is_empty() {
        let query = ident(&operation.query_name());
        method_of.push(quote!(query(query: &#query)));
    }
    method_of.push(quote!(-> #returned));
    if let Some(item) = &operation.expanded {
        let (page, item) = (ident(&operation.page_verb()), ident(item));
        method_of.push(quote!(as #page(#item)));
    }
    Call {
        head: quote!(#doc #deprecated #id: #method #path,),
        method: method_of,
        facts: row::shown_facts(context, operation),
    }
}

fn argument(context: &Context<'_>, name: &str, ty: &syn::Type) -> TokenStream {
    let (name, ty) = (ident(name), context.qualified(ty));
    quote!(#name: #ty)
}

/// The method for a style that is not the usual one.
fn style(value: &Parameter) -> Option<Ident> {
    match value.style {
        Style::Segment | Style::Repeated => None,
        Style::Joined => Some(ident("joined")),
        Style::Header => Some(ident("header")),
    }
}

fn parameter_doc(context: &mut Context<'_>, operation: &Operation, value: &Parameter) -> String {
    let route = operation.route();
    let doc = context.docs.parameter(&route, &value.wire);
    context.doc(&format!("parameter {route} {}", value.wire), doc)
}

fn deprecated(operation: &Operation) -> Option<TokenStream> {
    let deprecation = operation.facts.deprecation.as_ref()?;
    let mut note = String::from("deprecated by OVHcloud");
    for (lead, text) in [
        (" on ", &deprecation.since),
        (", may be removed from ", &deprecation.deletion),
        ("; use ", &deprecation.replacement),
    ] {
        if let Some(text) = text {
            note.push_str(lead);
            note.push_str(&plain_or_code(text));
        }
    }
    Some(quote!(#[deprecated(note = #note)]))
}

fn query(context: &mut Context<'_>, operation: &Operation) -> TokenStream {
    let name = ident(&operation.query_name());
    let about = format!(
        "Optional parameters of [`{}::{}`].",
        api_name(&operation.module),
        operation.verb
    );
    let about = text::doc(&about, 4);
    let mut fields = TokenStream::new();
    for value in &operation.optional_query {
        let doc = text::doc(&parameter_doc(context, operation, value), 8);
        let (field, wire, style) = (ident(&value.field), &value.wire, style(value));
        let ty = context.qualified(&value.ty);
        let alias = text::alias(&value.field, wire);
        fields.extend(quote!(#doc #alias #field: #ty = #wire #style,));
    }
    let types = operation.optional_query.iter().map(|value| &value.ty);
    let compared = context.comparisons.last(types).map(ident);
    let compared = compared.map(|compared| quote!(: #compared));
    quote!(ovh_runtime::query! { #about pub struct #name #compared { #fields } })
}
