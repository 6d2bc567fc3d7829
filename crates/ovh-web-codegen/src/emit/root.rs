//! `lib.rs` and `reserved_values.rs`.

use std::collections::{BTreeMap, BTreeSet};

use quote::quote;

use super::modules::api_name;
use super::{Context, pretty, printer, text};
use crate::escape::code;
use crate::model::spelling::ident;

pub(crate) fn write(context: &mut Context<'_>, files: &mut BTreeMap<String, String>) {
    let operations = context.api.operations.iter();
    let modules: BTreeSet<&str> = operations.map(|of| of.module.as_str()).collect();
    files.insert("lib.rs".to_owned(), lib(context, &modules));
    if !context.reserved_values.is_empty() {
        files.insert("reserved_values.rs".to_owned(), reserved_values(context));
    }
}

fn lib(context: &Context<'_>, modules: &BTreeSet<&str>) -> String {
    let about = "A typed client for all operations of the API sections it was generated from.\n\n\
         [`Client`] has a method for each module, which returns a handle with the operations. An \
         operation takes its path parameters, required query parameters, body and optional query \
         parameters, and returns a [`Call`](ovh_runtime::Call) to await. The \
         [`Transport`](ovh_runtime::Transport) of the client's core sends the requests.\n\n\
         The models are in [`types`]; [`operations`] lists all operations. An enum keeps an unknown \
         value in its `Unknown` variant. Unknown properties are ignored.";
    let modules = modules.iter().map(|module| {
        let doc = context
            .rust_names
            .in_text(&context.docs.module(module).text);
        let doc = text::doc(doc.lines().next().unwrap_or_default(), 4);
        let (name, api) = (ident(module), ident(&api_name(module)));
        quote!(#doc #name: #api,)
    });
    let mut sections = vec![printer::call(quote!(ovh_runtime::client! { #(#modules)* }))];
    if !context.reserved_values.is_empty() {
        sections.push(pretty(quote! {
            #[rustfmt::skip]
            mod reserved_values;
        }));
    }
    context.file(&context.owners.all(), about, &sections)
}

fn reserved_values(context: &Context<'_>) -> String {
    let about = "Values that path parameters reject: each is a segment of another route.";
    let constants = context.reserved_values.iter();
    let constants = constants.map(|((parameter, values), name)| {
        let doc = format!(
            "Values that {} rejects: each is a segment of another route.",
            code(parameter)
        );
        let doc = text::doc(&doc, 0);
        pretty(quote! {
            #doc
            pub(crate) const #name: (&str, &[&str]) = (#parameter, &[#(#values),*]);
        })
    });
    let sections: Vec<String> = constants.collect();
    context.file(&context.owners.all(), about, &sections)
}
