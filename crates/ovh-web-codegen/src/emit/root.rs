//! `lib.rs`, `reserved_values.rs` and `types.rs`.

use std::collections::{BTreeMap, BTreeSet};

use quote::quote;

use super::modules::api_name;
use super::{Context, pretty, printer, text};
use crate::escape::code;
use crate::model::spelling::ident;

pub(crate) fn write(context: &mut Context<'_>, files: &mut BTreeMap<String, String>) {
    let operations = context.api.operations.iter();
    let modules: BTreeSet<&str> = operations.map(|of| of.module.as_str()).collect();
    for (name, text) in [
        ("lib.rs", lib(context, &modules)),
        ("types.rs", types(context)),
    ] {
        files.insert(name.to_owned(), text);
    }
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
        let doc = context.docs.module(module).text;
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

fn types(context: &Context<'_>) -> String {
    let about = "The models of responses and the bodies of requests.\n\nA schema can become three types: \
         a model for responses (`Cron`), a body that creates (`NewCron`) and a body that updates \
         (`CronUpdate`).";
    let types = context.api.types.values();
    let groups: BTreeSet<&str> = types.map(|item| item.group.as_str()).collect();
    let groups: Vec<_> = groups.into_iter().map(ident).collect();
    let sections = [
        pretty(quote!(#(#[rustfmt::skip] mod #groups;)*)),
        pretty(quote!(#(pub use #groups::*;)*)),
    ];
    context.file(&context.owners.all(), about, &sections)
}
