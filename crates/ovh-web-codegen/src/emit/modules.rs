//! A file for each module: the handle with its methods, the rows of the operation table, and the
//! structs of optional query values.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::row::{STABLE, row, row_name};
use super::spelling::{arguments, is_task, owned_type, qualified, reply_type, result_type};
use super::{Context, text};
use crate::escape::{code, plain_or_code};
use crate::model::{Operation, Parameter, Style};
use crate::names::case;

/// What the runtime may lend to a module.
const RUNTIME: [&str; 9] = [
    "Call",
    "ClientCore",
    "Date",
    "DateTime",
    "List",
    "Page",
    "Response",
    "Secret",
    "TagFilters",
];

/// Methods are compiled where they are called, with all that is particular to what they return: a
/// crate pays for the operations that it uses, and the client's own build for none.
const INLINE: &str = "#[inline]\n";

pub(crate) fn write(context: &mut Context<'_>, files: &mut BTreeMap<String, String>) {
    let mut modules: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in &context.api.operations {
        modules
            .entry(&operation.module)
            .or_default()
            .push(operation);
    }
    for (module, mut operations) in modules {
        operations.sort_by_key(|operation| (&operation.path, rank(&operation.method)));
        let file = module_file(context, module, &operations);
        files.insert(format!("{module}.rs"), file);
    }
}

/// Reading first, then creating, changing, removing.
fn rank(method: &str) -> usize {
    ["GET", "POST", "PUT", "DELETE"]
        .iter()
        .position(|candidate| *candidate == method)
        .unwrap_or(4)
}

fn module_file(context: &mut Context<'_>, module: &str, operations: &[&Operation]) -> String {
    let doc = context.docs.module(module);
    let about = context.doc(&format!("module {module}"), doc);
    let example = super::sample::example(context, operations);
    let summary = about.lines().next().unwrap_or_default().to_owned();
    let mut methods = String::new();
    let mut rows = String::new();
    let mut queries = String::new();
    for operation in operations {
        methods.push_str(&method(context, operation));
        if operation.expanded.is_some() {
            methods.push_str(&page_method(context, operation));
        }
        rows.push_str(&row(context, operation));
        if !operation.optional_query.is_empty() {
            queries.push('\n');
            queries.push_str(&query(context, operation));
        }
    }
    let api = api_name(module);
    let items = text::pretty(&format!(
        "{}#[derive(Clone, Copy, Debug)]\npub struct {api}<'c>(pub(crate) &'c ClientCore);\n\
         impl {api}<'_> {{\n{methods}}}\n",
        text::doc(&summary, 0)
    ));
    let rows = format!("\novh_runtime::operations! {{\n    {api}<'_>:\n{rows}}}\n");
    let code = format!("{items}{rows}{queries}");
    let used = type_names(context, operations);
    let mut uses = String::new();
    if used.contains("BTreeMap") {
        uses.push_str("use std::collections::BTreeMap;\n\n");
    }
    if used.contains("IpAddr") {
        uses.push_str("use std::net::IpAddr;\n\n");
    }
    uses.push_str(&text::imports(&used, "ovh_runtime", &RUNTIME));
    if used.iter().any(|name| context.api.types.contains_key(name)) {
        uses.push_str("\nuse crate::types;\n");
    }
    format!(
        "{}{}\n{uses}\n{code}",
        context.header(),
        text::module_doc(&match example {
            Some(example) => format!("{about}\n\n{example}"),
            None => about,
        })
    )
}

/// The name of a module's handle.
pub(super) fn api_name(module: &str) -> String {
    format!("{}Api", case::pascal(module))
}

/// The names in all types that the file spells.
fn type_names(context: &Context<'_>, operations: &[&Operation]) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = ["Call", "ClientCore"].map(str::to_owned).into();
    for operation in operations {
        let optional = operation.optional_query.iter();
        let optional = optional.map(|value| owned_type(context, operation, value));
        let arguments = arguments(context, operation);
        let arguments = arguments.into_iter().map(|(_, ty)| ty);
        let reply = result_type(context, operation);
        for spelled in optional.chain(arguments).chain([reply]) {
            names.extend(text::identifiers(&spelled));
        }
        if let Some(item) = &operation.expanded {
            names.insert("Page".to_owned());
            names.extend(text::identifiers(item));
        }
    }
    names
}

fn signature(context: &Context<'_>, operation: &Operation) -> String {
    let query = operation.query_name();
    arguments(context, operation)
        .iter()
        .map(|(name, ty)| match ty.strip_prefix('&') {
            Some(own) if own == query => format!(", {name}: {ty}"),
            _ => format!(", {name}: {}", qualified(context, ty)),
        })
        .collect()
}

fn draft(operation: &Operation) -> String {
    let values: Vec<String> = operation
        .path_values
        .iter()
        .map(|value| format!("&{}", value.field))
        .collect();
    let mut code = format!(
        "self.0.draft(&{}, &[{}])",
        row_name(operation),
        values.join(", ")
    );
    for value in &operation.required_query {
        let _ = write!(
            code,
            ".{}({}, &{})",
            style(value).unwrap_or("arg"),
            text::literal(&value.wire),
            value.field
        );
    }
    match operation.body.as_deref() {
        // A text has no size of its own, so that a reference to it is handed over.
        Some("str") => code.push_str(".body(&body)"),
        Some(_) => code.push_str(".body(body)"),
        None => {}
    }
    if !operation.optional_query.is_empty() {
        code.push_str(".query(query)");
    }
    code
}

/// The word for how a value is sent, unless it is sent as most are.
fn style(value: &Parameter) -> Option<&'static str> {
    match value.style {
        Style::Segment | Style::Repeated => None,
        Style::Joined => Some("joined"),
        Style::Header => Some("header"),
    }
}

fn method(context: &mut Context<'_>, operation: &Operation) -> String {
    let doc = context.docs.operation(&operation.route());
    let mut about = context.doc(&format!("operation {}", operation.route()), doc);
    let _ = write!(
        about,
        "\n\n{}",
        facts(operation, &reply_type(context, operation))
    );
    let mut list = String::new();
    for value in operation
        .path_values
        .iter()
        .chain(&operation.required_query)
    {
        let doc = context.docs.parameter(&operation.route(), &value.wire);
        let text = context.doc(
            &format!("parameter {} {}", operation.route(), value.wire),
            doc,
        );
        let _ = write!(list, "\n* `{}` - {text}", value.field);
    }
    if !list.is_empty() {
        let _ = write!(about, "\n{list}");
    }
    format!(
        "{}{}{INLINE}pub fn {}(&self{}) -> Call<{}> {{ {}.call() }}\n",
        text::doc(&about, 4),
        deprecated(operation),
        operation.verb,
        signature(context, operation),
        qualified(context, &result_type(context, operation)),
        draft(operation)
    )
}

fn page_method(context: &Context<'_>, operation: &Operation) -> String {
    let expanded = qualified(context, operation.expanded.as_deref().unwrap_or_default());
    let about = format!(
        "A page of what [`{0}`](Self::{0}) lists, as objects.\n\n{1} with `{2}`.",
        operation.verb,
        code(&operation.route()),
        match operation.is_by_cursor {
            true => "X-Pagination-Cursor",
            false => "X-Pagination-Mode",
        }
    );
    format!(
        "{}{}{INLINE}pub fn {}(&self{}) -> Call<Page<{expanded}>> {{ {}.page() }}\n",
        text::doc(&about, 4),
        deprecated(operation),
        operation.page_verb(),
        signature(context, operation),
        draft(operation)
    )
}

/// The facts of the operation, in one line.
fn facts(operation: &Operation, reply: &str) -> String {
    let mut facts = code(&operation.route());
    if is_task(reply) && operation.method != "GET" {
        facts.push_str(", starts a task");
    }
    if operation.is_anonymous {
        facts.push_str(", needs no credentials");
    }
    facts.push('.');
    if !operation.iam.is_empty() {
        let actions: Vec<String> = operation.iam.iter().map(|action| code(action)).collect();
        let _ = write!(facts, " IAM: {}.", actions.join(", "));
    }
    if let Some(badge) = operation
        .stability
        .as_deref()
        .filter(|badge| *badge != STABLE)
    {
        let _ = write!(facts, " {}.", plain_or_code(badge));
    }
    if operation.is_by_cursor {
        let _ = write!(
            facts,
            " Gives the first page only; [`{0}`](Self::{0}) streams all.",
            operation.page_verb()
        );
    }
    facts
}

fn deprecated(operation: &Operation) -> String {
    let Some(deprecation) = &operation.deprecation else {
        return String::new();
    };
    let mut note = String::from("deprecated by OVHcloud");
    if let Some(since) = &deprecation.since {
        let _ = write!(note, " on {}", plain_or_code(since));
    }
    if let Some(deletion) = &deprecation.deletion {
        let _ = write!(note, ", may be gone from {}", plain_or_code(deletion));
    }
    if let Some(replacement) = &deprecation.replacement {
        let _ = write!(note, "; use {}", plain_or_code(replacement));
    }
    format!("#[deprecated(note = {})]\n", text::literal(&note))
}

fn query(context: &mut Context<'_>, operation: &Operation) -> String {
    let name = operation.query_name();
    let api = api_name(&operation.module);
    let mut out = format!(
        "ovh_runtime::query! {{\n    /// The optional values of [`{api}::{}`].\n    pub struct {name} {{\n",
        operation.verb
    );
    for value in &operation.optional_query {
        let doc = context.docs.parameter(&operation.route(), &value.wire);
        let text = context.doc(
            &format!("parameter {} {}", operation.route(), value.wire),
            doc,
        );
        out.push_str(&text::doc(&text, 8));
        let _ = writeln!(
            out,
            "        {}: {} = {}{},",
            value.field,
            qualified(context, &owned_type(context, operation, value)),
            text::literal(&value.wire),
            style(value).map_or_else(String::new, |style| format!(" {style}"))
        );
    }
    out.push_str("    }\n}\n");
    out
}
