//! The rows of the operation table, and the constants of reserved path values.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Context, pretty, printer};
use crate::model::spelling::{ident, spell};
use crate::model::{Api, Operation};
use crate::names::case;
use crate::note::STABLE;

/// A path parameter and its reserved values.
type Reserved = (String, Vec<String>);
/// The constants of reserved values, by path parameter and values.
pub(crate) type ReservedValues<'a> = BTreeMap<&'a Reserved, Ident>;

/// The name of the operation's row.
pub(crate) fn row_name(operation: &Operation) -> Ident {
    ident(&operation.verb.trim_end_matches('_').to_uppercase())
}

/// The operation's row in the client.
pub(crate) fn row(context: &Context<'_>, operation: &Operation) -> (TokenStream, Vec<TokenStream>) {
    let name = row_name(operation);
    row_with(context, operation, &name, &|entry| {
        let name = &context.reserved_values[entry];
        quote!(crate::reserved_values::#name)
    })
}

/// A file with the rows of all operations, for a crate that does not depend on the client.
pub(crate) fn table(context: &Context<'_>) -> String {
    let rows = context.api.operations.iter().map(|operation| {
        let name = format!("{}_{}", operation.module, row_name(operation));
        let name = ident(&name.to_uppercase());
        row_with(
            context,
            operation,
            &name,
            &|(parameter, values)| quote!((#parameter, &[#(#values),*])),
        )
    });
    let rows: Vec<_> = rows.collect();
    let sections = [
        pretty(quote! {
            /// Has the rows of all operations.
            pub(crate) struct Operations;
        }),
        printer::table(&quote!(Operations:), &rows),
    ];
    let about = "The operations of a client.";
    context.file(&context.owners.all(), about, &sections)
}

/// The operation's row: its ID, method and route, then its facts.
fn row_with(
    context: &Context<'_>,
    operation: &Operation,
    name: &Ident,
    reserved: &dyn Fn(&Reserved) -> TokenStream,
) -> (TokenStream, Vec<TokenStream>) {
    let known = &operation.facts;
    let mut facts = Vec::new();
    if known.idempotent && !operation.is_read() {
        facts.push(quote!(idempotent()));
    }
    if operation.is_void {
        facts.push(quote!(void()));
    }
    if known.anonymous {
        facts.push(quote!(anonymous()));
    }
    if known.starts_task {
        let task = spell(&operation.response);
        facts.push(quote!(task(#task)));
    }
    let expanded = operation.expanded.iter();
    facts.extend(expanded.map(|expanded| quote!(expands_to(#expanded))));
    if operation.is_by_cursor {
        facts.push(quote!(by_cursor()));
    }
    let badge = known.stability.iter().filter(|badge| *badge != STABLE);
    facts.extend(badge.map(|badge| quote!(stability(#badge))));
    for (name, values) in [("iam", &known.iam), ("secrets", &known.secrets)] {
        if !values.is_empty() {
            let name = ident(name);
            facts.push(quote!(#name(&[#(#values),*])));
        }
    }
    if !known.reserved_values.is_empty() {
        let values = known.reserved_values.iter().map(reserved);
        facts.push(quote!(reserved_values(&[#(#values),*])));
    }
    if let Some(deprecation) = &known.deprecation {
        let dates = [
            &deprecation.since,
            &deprecation.deletion,
            &deprecation.replacement,
        ];
        let dates = dates.map(|date| match date {
            Some(date) => quote!(Some(#date)),
            None => quote!(None),
        });
        facts.push(quote!(deprecated(ovh_runtime::Deprecation::new(#(#dates),*))));
    }
    let method = ident(&operation.method);
    let (id, path) = (context.id(operation), &operation.path);
    (quote!(#name: #id, #method, #path), facts)
}

/// Names the constants of reserved path values.
pub(crate) fn reserved_values(api: &Api) -> ReservedValues<'_> {
    let operations = api.operations.iter();
    let sets: BTreeSet<_> = operations
        .flat_map(|operation| &operation.facts.reserved_values)
        .collect();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let name = |set: &(String, Vec<String>)| {
        let plain = case::snake(&set.0).to_uppercase();
        let name = case::free(&plain, |name| !taken.contains(name));
        taken.insert(name.clone());
        ident(&name)
    };
    let names: Vec<Ident> = sets.iter().copied().map(name).collect();
    sets.into_iter().zip(names).collect()
}
