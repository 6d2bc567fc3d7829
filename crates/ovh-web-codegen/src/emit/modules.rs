//! A file for each module: its methods, its operation table, and the structs of optional query values.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::row::{row, row_name};
use super::{Context, imports, pretty, printer, sample, text};
use crate::escape::{code, plain_or_code};
use crate::model::spelling::{ident, named, names, word};
use crate::model::{Operation, Parameter, Style};
use crate::names::case;
use crate::note::STABLE;

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
    let (mut methods, mut rows, mut queries) = (TokenStream::new(), Vec::new(), Vec::new());
    let mut used = BTreeSet::from(["Call", "ClientCore"].map(str::to_owned));
    for operation in operations {
        let (page, returned) = (page(operation), operation.returned(context.api));
        let values = operation.values().map(|value| &value.ty);
        let own = operation.body.iter().chain(&page).chain([&returned]);
        used.extend(names(values.chain(own)));
        methods.extend(method(context, operation, &returned));
        if let Some(page) = page {
            methods.extend(page_method(context, operation, &page));
        }
        rows.push(row(context, operation));
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
    let [of_std, of_runtime] = imports(&used);
    let mut sections = [of_std, of_runtime, own].map(pretty).to_vec();
    sections.retain(|section| !section.is_empty());
    sections.push(pretty(quote! {
        #summary
        #[derive(Clone, Copy, Debug)]
        pub struct #api<'c>(pub(crate) &'c ClientCore);
        impl #api<'_> { #methods }
    }));
    sections.push(printer::table(&quote!(#api<'_>:), &rows));
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

/// The return type of the method for pages.
fn page(operation: &Operation) -> Option<syn::Type> {
    let item = named(operation.expanded.as_deref()?);
    Some(syn::parse_quote!(Page<#item>))
}

/// The function with its arguments and its call, without documentation.
fn function(
    context: &Context<'_>,
    operation: &Operation,
    (name, returned): (&str, TokenStream),
    finish: TokenStream,
) -> TokenStream {
    let mut arguments = TokenStream::new();
    for value in operation.required_values() {
        let (name, ty) = (ident(&value.field), context.qualified(&value.ty));
        arguments.extend(quote!(, #name: #ty));
    }
    let values = operation
        .path_values
        .iter()
        .map(|value| ident(&value.field));
    let row = row_name(operation);
    let mut call = quote!(self.0.request(&#row, &[#(&#values),*]));
    for value in &operation.required_query {
        let (style, wire) = (style(value).unwrap_or_else(|| ident("arg")), &value.wire);
        let name = ident(&value.field);
        call.extend(quote!(.#style(#wire, &#name)));
    }
    if let Some(body) = &operation.body {
        let ty = context.qualified(body);
        arguments.extend(quote!(, body: &#ty));
        // `str` is unsized; a reference to it is a value.
        call.extend(match word(body).as_deref() {
            Some("str") => quote!(.body(&body)),
            _ => quote!(.body(body)),
        });
    }
    if !operation.optional_query.is_empty() {
        let ty = ident(&operation.query_name());
        arguments.extend(quote!(, query: &#ty));
        call.extend(quote!(.query(query)));
    }
    let (name, deprecated) = (ident(name), deprecated(operation));
    // Inline: a crate compiles only the operations that it calls.
    quote! {
        #deprecated
        #[inline]
        pub fn #name(&self #arguments) -> #returned { #call.#finish }
    }
}

/// The method for a style that is not the usual one.
fn style(value: &Parameter) -> Option<Ident> {
    match value.style {
        Style::Segment | Style::Repeated => None,
        Style::Joined => Some(ident("joined")),
        Style::Header => Some(ident("header")),
    }
}

fn method(context: &mut Context<'_>, operation: &Operation, returned: &syn::Type) -> TokenStream {
    let route = operation.route();
    let doc = context.docs.operation(&route);
    let mut about = context.doc(&format!("operation {route}"), doc);
    let _ = write!(about, "\n\n{}\n", facts(operation));
    for value in operation.required_values() {
        let _ = write!(
            about,
            "\n* `{}` - {}",
            value.field,
            parameter_doc(context, operation, value)
        );
    }
    let doc = text::doc(&about, 4);
    let returned = context.qualified(returned);
    let function = function(
        context,
        operation,
        (&operation.verb, quote!(Call<#returned>)),
        quote!(call()),
    );
    quote!(#doc #function)
}

fn parameter_doc(context: &mut Context<'_>, operation: &Operation, value: &Parameter) -> String {
    let route = operation.route();
    let doc = context.docs.parameter(&route, &value.wire);
    context.doc(&format!("parameter {route} {}", value.wire), doc)
}

fn page_method(context: &Context<'_>, operation: &Operation, page: &syn::Type) -> TokenStream {
    let header = match operation.is_by_cursor {
        true => "X-Pagination-Cursor",
        false => "X-Pagination-Mode",
    };
    let about = format!(
        "Returns a page of the objects that [`{0}`](Self::{0}) lists.\n\n{1} with `{header}`.",
        operation.verb,
        code(&operation.route()),
    );
    let (doc, page) = (text::doc(&about, 4), context.qualified(page));
    let name = operation.page_verb();
    let function = function(
        context,
        operation,
        (&name, quote!(Call<#page>)),
        quote!(page()),
    );
    quote!(#doc #function)
}

/// The facts of the operation, in one line.
fn facts(operation: &Operation) -> String {
    let known = &operation.facts;
    let mut facts = code(&operation.route());
    if known.starts_task {
        facts.push_str(", starts a task");
    }
    if known.anonymous {
        facts.push_str(", needs no credentials");
    }
    facts.push('.');
    if !known.iam.is_empty() {
        let actions: Vec<String> = known.iam.iter().map(|action| code(action)).collect();
        let _ = write!(facts, " IAM: {}.", actions.join(", "));
    }
    if let Some(badge) = known.stability.as_ref().filter(|badge| *badge != STABLE) {
        let _ = write!(facts, " {}.", plain_or_code(badge));
    }
    if operation.is_by_cursor {
        let _ = write!(
            facts,
            " Returns only the first page; [`{0}`](Self::{0}) returns all.",
            operation.page_verb()
        );
    }
    facts
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
