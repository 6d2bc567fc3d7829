//! The facts of operations, for their table, and the constants of reserved path values.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Context, pretty, printer};
use crate::escape::{code, plain_or_code};
use crate::model::spelling::{ident, spell};
use crate::model::{Api, Operation};
use crate::names::case;
use crate::note::STABLE;

/// A path parameter and its reserved values.
type Reserved = (String, Vec<String>);
/// The constants of reserved values, by path parameter and values.
pub(crate) type ReservedValues<'a> = BTreeMap<&'a Reserved, Ident>;

/// The operation's facts in the client, each with the form that the documentation shows, where it is
/// not the plain one.
pub(crate) fn shown_facts(context: &Context<'_>, operation: &Operation) -> Vec<TokenStream> {
    let known = &operation.facts;
    let badge = known.stability.as_deref().unwrap_or_default();
    let badge = Some(plain_or_code(badge)).filter(|shown| shown != badge);
    let badge = badge.map(|shown| quote!(as #shown));
    let is_plain = |action: &String| code(action) == format!("`{action}`");
    let actions = known.iam.iter().map(|action| code(action));
    let actions = (!known.iam.iter().all(is_plain)).then(|| actions.collect::<Vec<_>>().join(", "));
    let actions = actions.map(|shown| quote!(as #shown));
    let facts = facts(operation, &|entry| {
        let name = &context.reserved_values[entry];
        quote!(crate::reserved_values::#name)
    });
    let facts = facts.into_iter().map(|(name, value)| {
        let shown = match name {
            "stability" => &badge,
            "iam" => &actions,
            _ => &None,
        };
        let name = ident(name);
        quote!(#name(#value) #shown)
    });
    facts.collect()
}

/// A file with the rows of all operations, for a crate that does not depend on the client.
pub(crate) fn table(context: &Context<'_>) -> String {
    let rows = context.api.operations.iter().map(|operation| {
        let verb = operation.verb.trim_end_matches('_');
        let name = ident(&format!("{}_{verb}", operation.module).to_uppercase());
        let (id, path) = (context.id(operation), &operation.path);
        let method = ident(&operation.method);
        let expanded = operation.expanded.iter();
        let expanded = expanded.map(|item| quote!(expands_to(#item)));
        let facts = facts(
            operation,
            &|(parameter, values)| quote!((#parameter, &[#(#values),*])),
        );
        let facts = facts.into_iter().map(|(name, value)| {
            let name = ident(name);
            quote!(#name(#value))
        });
        let facts = expanded.chain(facts).collect();
        (quote!(#name: #id, #method, #path), facts)
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

/// The operation's facts, each a method of the row and its argument.
fn facts(
    operation: &Operation,
    reserved: &dyn Fn(&Reserved) -> TokenStream,
) -> Vec<(&'static str, TokenStream)> {
    let known = &operation.facts;
    let mut facts = Vec::new();
    for (name, is_so) in [
        ("idempotent", known.idempotent && !operation.is_read()),
        ("void", operation.is_void),
        ("anonymous", known.anonymous),
    ] {
        if is_so {
            facts.push((name, TokenStream::new()));
        }
    }
    if known.starts_task {
        let task = spell(&operation.response);
        facts.push(("task", quote!(#task)));
    }
    if operation.is_by_cursor {
        facts.push(("by_cursor", TokenStream::new()));
    }
    let badge = known.stability.iter().filter(|badge| *badge != STABLE);
    facts.extend(badge.map(|badge| ("stability", quote!(#badge))));
    for (name, values) in [("iam", &known.iam), ("secrets", &known.secrets)] {
        if !values.is_empty() {
            facts.push((name, quote!(&[#(#values),*])));
        }
    }
    if !known.reserved_values.is_empty() {
        let values = known.reserved_values.iter().map(reserved);
        facts.push(("reserved_values", quote!(&[#(#values),*])));
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
        facts.push((
            "deprecated",
            quote!(ovh_runtime::Deprecation::new(#(#dates),*)),
        ));
    }
    facts
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
