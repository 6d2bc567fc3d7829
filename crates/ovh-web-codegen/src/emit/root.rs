//! `lib.rs`, `operations.rs`, `reserved_values.rs` and `types.rs`: the way into everything else.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::modules::api_name;
use super::row::reserved_value_names;
use super::{Context, text};
use crate::escape::code;

pub(crate) fn write(context: &mut Context<'_>, files: &mut BTreeMap<String, String>) {
    let modules: BTreeSet<String> = context
        .api
        .operations
        .iter()
        .map(|o| o.module.clone())
        .collect();
    files.insert("lib.rs".to_owned(), lib(context, &modules));
    files.insert("operations.rs".to_owned(), operations(context, &modules));
    files.insert("reserved_values.rs".to_owned(), reserved_values(context));
    files.insert("types.rs".to_owned(), types(context));
}

fn lib(context: &Context<'_>, modules: &BTreeSet<String>) -> String {
    let mut out = context.header();
    out.push_str(&text::module_doc(
        "The complete typed client of the API sections that it was generated from.\n\n\
         Each module of operations is a handle of [`Client`]; a method takes the path values, the \
         required query values, the body and the struct of the optional query values, and returns a \
         call that is awaited. The client sends nothing itself: it hands each request to the \
         [`Transport`](ovh_runtime::Transport) that it was made with.\n\n\
         Types are in [`types`], the table of all operations is in [`operations`]. A value that the \
         API added after this client was generated is kept in the `Unknown` arm of its enum; an \
         unknown property is passed over.",
    ));
    out.push('\n');
    for module in modules
        .iter()
        .map(String::as_str)
        .chain(["operations", "types"])
        .collect::<BTreeSet<_>>()
    {
        let _ = writeln!(out, "#[rustfmt::skip]\npub mod {module};");
    }
    out.push_str("#[rustfmt::skip]\nmod reserved_values;\n");
    out.push_str("\nuse ovh_runtime::ClientCore;\n\n");
    let mut methods = String::from(
        "/// A client over a core.\n#[must_use]\npub fn new(core: ClientCore) -> Self { Self { core } }\n\
         /// What the handles share.\n#[must_use]\npub fn core(&self) -> &ClientCore { &self.core }\n",
    );
    for module in modules {
        let doc = context.docs.module(module).text;
        let summary = doc.lines().next().unwrap_or_default();
        let _ = writeln!(
            methods,
            "{}#[must_use]\npub fn {module}(&self) -> {module}::{api}<'_> {{ {module}::{api}(&self.core) }}",
            text::doc(summary, 4),
            api = api_name(module)
        );
    }
    out.push_str(&text::pretty(&format!(
        "/// The way to every operation. Cheap to clone.\n#[derive(Clone, Debug)]\n\
         pub struct Client {{ core: ClientCore }}\nimpl Client {{ {methods} }}"
    )));
    out
}

fn operations(context: &Context<'_>, modules: &BTreeSet<String>) -> String {
    let mut out = context.header();
    out.push_str(&text::module_doc(
        "The table of all operations: retries, waiting, error texts and the sandbox read it.",
    ));
    out.push_str(
        "\nuse ovh_runtime::private::{count, join};\nuse ovh_runtime::{Method, Operation};\n\n\
         /// Every operation, module by module.\n\
         pub static ALL: &[&Operation] = &join::<{ count(MODULES) }>(MODULES);\n\n\
         const MODULES: &[&[&Operation]] = &[\n",
    );
    for module in modules {
        let _ = writeln!(out, "    crate::{module}::{}::TABLE,", api_name(module));
    }
    out.push_str("];\n\n");
    out.push_str(&text::pretty(
        "/// The operation of that id, such as `databases::create`.\n#[must_use]\n\
         pub fn by_id(id: &str) -> Option<&'static Operation> {\n\
         ALL.iter().copied().find(|operation| operation.id() == id) }\n\
         /// The operation of that route, as the document writes it.\n#[must_use]\n\
         pub fn by_route(method: Method, path: &str) -> Option<&'static Operation> {\n\
         ALL.iter().copied().find(|operation| operation.method() == method && operation.path() == path) }\n",
    ));
    out
}

/// Values that would reach another route, shared by the rows.
fn reserved_values(context: &Context<'_>) -> String {
    let mut out = context.header();
    out.push_str(&text::module_doc(
        "What path parameters cannot be: routes of their own stand in their place.",
    ));
    out.push('\n');
    for ((parameter, words), name) in reserved_value_names(context) {
        out.push_str(&text::pretty(&format!(
            "/// What {} cannot be: routes of their own stand in its place.\n\
             pub(crate) const {name}: (&str, &[&str]) = ({}, {});",
            code(parameter),
            text::literal(parameter),
            text::literals(words)
        )));
        out.push('\n');
    }
    out
}

fn types(context: &Context<'_>) -> String {
    let groups: BTreeSet<&String> = context.api.types.values().map(|item| &item.group).collect();
    let mut out = context.header();
    out.push_str(&text::module_doc(
        "The types of what is read and written.\n\nFor one schema of the document there are up to three: what is \
         read (`Cron`), what a creation takes (`NewCron`) and what an update takes (`CronUpdate`).",
    ));
    out.push('\n');
    for group in &groups {
        let _ = writeln!(out, "#[rustfmt::skip]\nmod {group};");
    }
    out.push('\n');
    for group in &groups {
        let _ = writeln!(out, "pub use {group}::*;");
    }
    out
}
