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
    let about = "A typed client for all operations of the API sections it was generated from.\n\n\
         [`Client`] has a method for each module, which returns a handle with the operations. An \
         operation takes its path parameters, required query parameters, body and optional query \
         parameters, and returns a [`Call`](ovh_runtime::Call) to await. The \
         [`Transport`](ovh_runtime::Transport) of the [`ClientCore`] sends the requests.\n\n\
         The models are in [`types`]; [`operations`] lists all operations. An enum keeps an unknown \
         value in its `Unknown` variant. Unknown properties are ignored.";
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
            /// The API client. Cheap to clone.
            #[derive(Clone, Debug)]
            pub struct Client { core: ClientCore }
            impl Client {
                /// Creates a client.
                #[must_use]
                pub fn new(core: ClientCore) -> Self { Self { core } }
                /// Returns the core that sends the requests.
                #[must_use]
                pub fn core(&self) -> &ClientCore { &self.core }
                #(#methods)*
            }
        }),
    ];
    context.file(&context.owners.all(), about, &sections)
}

fn operations_table(context: &Context<'_>, modules: &BTreeSet<&str>) -> String {
    let about =
        "The table of all operations, for retries, polling, error messages and the sandbox.";
    let names = modules.iter().map(|module| ident(module));
    let apis = modules.iter().map(|module| ident(&api_name(module)));
    let mut ids = context.api.operations.iter().map(|item| context.id(item));
    let known = "databases::create";
    let id = ids.clone().find(|id| id == known).or_else(|| ids.next());
    let by_id = format!(
        " Returns the operation with an ID, such as `{}`.",
        id.as_deref().unwrap_or(known)
    );
    let sections = [
        pretty(quote! {
            use ovh_runtime::private::{count, join};
            use ovh_runtime::{Method, Operation};
        }),
        pretty(quote! {
            /// All operations, by module.
            pub static ALL: &[&Operation] = &join::<{ count(MODULES) }>(MODULES);
        }),
        pretty(quote! {
            const MODULES: &[&[&Operation]] = &[#(crate::#names::#apis::TABLE),*];
        }),
        pretty(quote! {
            #[doc = #by_id]
            #[must_use]
            pub fn by_id(id: &str) -> Option<&'static Operation> {
                ALL.iter().copied().find(|operation| operation.id() == id)
            }
            /// Returns the operation of a method and a path, with the parameters of the path in braces.
            #[must_use]
            pub fn by_route(method: &Method, path: &str) -> Option<&'static Operation> {
                ALL.iter()
                    .copied()
                    .find(|operation| operation.method() == method && operation.path() == path)
            }
        }),
    ];
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
