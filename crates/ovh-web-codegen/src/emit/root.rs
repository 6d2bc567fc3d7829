//! `lib.rs`, `operations.rs`, `reserved_values.rs` and `types.rs`.

use std::collections::{BTreeMap, BTreeSet};

use quote::quote;

use super::modules::api_name;
use super::{Context, pretty, text};
use crate::escape::code;
use crate::model::spelling::ident;

pub(crate) fn write(context: &mut Context<'_>, files: &mut BTreeMap<String, String>) {
    let operations = context.api.operations.iter();
    let modules: BTreeSet<&str> = operations.map(|of| of.module.as_str()).collect();
    for (name, text) in [
        ("lib.rs", lib(context, &modules)),
        ("operations.rs", operations_table(context, &modules)),
        ("reserved_values.rs", reserved_values(context)),
        ("types.rs", types(context)),
    ] {
        files.insert(name.to_owned(), text);
    }
}

fn lib(context: &Context<'_>, modules: &BTreeSet<&str>) -> String {
    let about = "The complete typed client of the API sections that it was generated from.\n\n\
         Each module of operations is a handle of [`Client`]; a method takes the path values, the \
         required query values, the body and the struct of the optional query values, and returns a \
         call that is awaited. The client sends nothing itself: it hands each request to the \
         [`Transport`](ovh_runtime::Transport) that it was made with.\n\n\
         Types are in [`types`], the table of all operations is in [`operations`]. A value that the \
         API added after this client was generated is kept in the `Unknown` arm of its enum; an \
         unknown property is passed over.";
    let mut public = modules.clone();
    public.extend(["operations", "types"]);
    let public = public.into_iter().map(ident);
    let methods = modules.iter().map(|module| {
        let doc = context.docs.module(module).text;
        let doc = text::doc(doc.lines().next().unwrap_or_default(), 4);
        let (name, api) = (ident(module), ident(&api_name(module)));
        quote! {
            #doc
            #[must_use]
            pub fn #name(&self) -> #name::#api<'_> { #name::#api(&self.core) }
        }
    });
    let sections = [
        pretty(quote! {
            #(#[rustfmt::skip] pub mod #public;)*
            #[rustfmt::skip]
            mod reserved_values;
        }),
        pretty(quote!(
            use ovh_runtime::ClientCore;
        )),
        pretty(quote! {
            /// The way to every operation. Cheap to clone.
            #[derive(Clone, Debug)]
            pub struct Client { core: ClientCore }
            impl Client {
                /// A client over a core.
                #[must_use]
                pub fn new(core: ClientCore) -> Self { Self { core } }
                /// What the handles share.
                #[must_use]
                pub fn core(&self) -> &ClientCore { &self.core }
                #(#methods)*
            }
        }),
    ];
    context.file(about, &sections)
}

fn operations_table(context: &Context<'_>, modules: &BTreeSet<&str>) -> String {
    let about =
        "The table of all operations: retries, waiting, error texts and the sandbox read it.";
    let names = modules.iter().map(|module| ident(module));
    let apis = modules.iter().map(|module| ident(&api_name(module)));
    let sections = [
        pretty(quote! {
            use ovh_runtime::private::{count, join};
            use ovh_runtime::{Method, Operation};
        }),
        pretty(quote! {
            /// Every operation, module by module.
            pub static ALL: &[&Operation] = &join::<{ count(MODULES) }>(MODULES);
        }),
        pretty(quote! {
            const MODULES: &[&[&Operation]] = &[#(crate::#names::#apis::TABLE),*];
        }),
        pretty(quote! {
            /// The operation of that id, such as `databases::create`.
            #[must_use]
            pub fn by_id(id: &str) -> Option<&'static Operation> {
                ALL.iter().copied().find(|operation| operation.id() == id)
            }
            /// The operation of that route, as the document writes it.
            #[must_use]
            pub fn by_route(method: Method, path: &str) -> Option<&'static Operation> {
                ALL.iter()
                    .copied()
                    .find(|operation| operation.method() == method && operation.path() == path)
            }
        }),
    ];
    context.file(about, &sections)
}

fn reserved_values(context: &Context<'_>) -> String {
    let about = "What path parameters cannot be: routes of their own stand in their place.";
    let constants = context.reserved_values.iter();
    let constants = constants.map(|((parameter, values), name)| {
        let doc = format!(
            "What {} cannot be: routes of their own stand in its place.",
            code(parameter)
        );
        let doc = text::doc(&doc, 0);
        pretty(quote! {
            #doc
            pub(crate) const #name: (&str, &[&str]) = (#parameter, &[#(#values),*]);
        })
    });
    let sections: Vec<String> = constants.chain([String::new()]).collect();
    context.file(about, &sections)
}

fn types(context: &Context<'_>) -> String {
    let about = "The types of what is read and written.\n\nFor one schema of the document there are up to three: what is \
         read (`Cron`), what a creation takes (`NewCron`) and what an update takes (`CronUpdate`).";
    let types = context.api.types.values();
    let groups: BTreeSet<&str> = types.map(|item| item.group.as_str()).collect();
    let groups: Vec<_> = groups.into_iter().map(ident).collect();
    let sections = [
        pretty(quote!(#(#[rustfmt::skip] mod #groups;)*)),
        pretty(quote!(#(pub use #groups::*;)*)),
    ];
    context.file(about, &sections)
}
