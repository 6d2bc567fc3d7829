//! A file for each family: the handle with its methods, the rows of the operation table, and the
//! structs of optional query values.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{Context, text};
use crate::model::{Operation, Parameter};
use crate::names::case;

pub(crate) fn write(context: &mut Context<'_>, files: &mut BTreeMap<String, String>) {
    let mut families: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in &context.api.operations {
        families
            .entry(&operation.family)
            .or_default()
            .push(operation);
    }
    for (family, mut operations) in families {
        operations.sort_by_key(|operation| (&operation.path, rank(&operation.method)));
        let file = family_file(context, family, &operations);
        files.insert(format!("{family}.rs"), file);
    }
}

/// Reading first, then creating, changing, removing.
fn rank(method: &str) -> usize {
    ["GET", "POST", "PUT", "DELETE"]
        .iter()
        .position(|candidate| *candidate == method)
        .unwrap_or(4)
}

fn family_file(context: &mut Context<'_>, family: &str, operations: &[&Operation]) -> String {
    let doc = context.docs.family(family);
    let about = context.doc(&format!("family {family}"), doc);
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
    let items = text::pretty(&format!(
        "{}#[derive(Clone, Copy, Debug)]\npub struct Calls<'c>(pub(crate) &'c Core);\n\
         impl Calls<'_> {{\n{methods}}}\n",
        text::doc(&summary, 0)
    ));
    let rows = format!("\novh_runtime::operations! {{\n{rows}}}\n");
    let runtime: BTreeSet<String> = [
        "Call",
        "Core",
        "List",
        "PageCall",
        "Date",
        "DateTime",
        "Reply",
        "Secret",
        "TagFilters",
    ]
    .map(str::to_owned)
    .into();
    let code = format!("{items}{rows}{queries}");
    let mut uses = String::new();
    if text::identifiers(&code).contains("BTreeMap") {
        uses.push_str("use std::collections::BTreeMap;\n\n");
    }
    if text::identifiers(&code).contains("IpAddr") {
        uses.push_str("use std::net::IpAddr;\n\n");
    }
    uses.push_str(&text::imports(&code, "ovh_runtime", &runtime));
    if code.contains("types::") {
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

/// A type with the way to it: `Vec<types::Task>`.
fn qualified(context: &Context<'_>, spelled: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for c in spelled.chars().chain([' ']) {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
        } else {
            if context.api.types.contains_key(&word) {
                out.push_str("types::");
            }
            out.push_str(&std::mem::take(&mut word));
            out.push(c);
        }
    }
    out.truncate(out.len() - 1);
    out
}

/// The name of the operation's row.
pub(crate) fn row_name(operation: &Operation) -> String {
    operation.verb.trim_end_matches('_').to_uppercase()
}

/// The type of an argument as progenitor gives it, ready for a signature.
pub(crate) fn argument_type(
    context: &Context<'_>,
    operation: &Operation,
    parameter: &Parameter,
) -> String {
    let arguments = context.signatures.arguments.get(&operation.key);
    arguments
        .and_then(|arguments| arguments.get(&parameter.field))
        .cloned()
        .unwrap_or_else(|| "&str".to_owned())
}

/// The type of a query value in a struct that owns it.
pub(crate) fn owned_type(
    context: &Context<'_>,
    operation: &Operation,
    parameter: &Parameter,
) -> String {
    let spelled = argument_type(context, operation, parameter);
    let inner = super::types::base_type(&spelled);
    match inner.strip_prefix('&').unwrap_or(inner) {
        "str" => "String".to_owned(),
        other => other.to_owned(),
    }
}

/// The reply's type as progenitor gives it.
pub(crate) fn reply_type(context: &Context<'_>, operation: &Operation) -> String {
    context
        .signatures
        .replies
        .get(&operation.key)
        .cloned()
        .unwrap_or_else(|| "()".to_owned())
}

/// What a method gives: in a list of objects a bad item costs only itself.
pub(crate) fn result_type(context: &Context<'_>, operation: &Operation) -> String {
    let reply = reply_type(context, operation);
    match reply
        .strip_prefix("Vec<")
        .and_then(|inner| inner.strip_suffix('>'))
    {
        Some(item) if is_fragile(context, item) => format!("List<{item}>"),
        _ => reply,
    }
}

/// Whether a value of that type may fail to decode though it is of the right JSON type.
fn is_fragile(context: &Context<'_>, item: &str) -> bool {
    match context.api.types.get(item) {
        Some(item) => !item.kind.is_replaced(),
        None => matches!(item, "Date" | "DateTime" | "IpAddr"),
    }
}

/// The arguments of a method: path values, required query values, body, optional query values.
pub(crate) fn arguments(context: &Context<'_>, operation: &Operation) -> Vec<(String, String)> {
    let mut arguments: Vec<(String, String)> = operation
        .path_values
        .iter()
        .chain(&operation.required_query)
        .map(|parameter| {
            (
                parameter.field.clone(),
                argument_type(context, operation, parameter),
            )
        })
        .collect();
    if let Some(body) = &operation.body {
        arguments.push(("body".to_owned(), format!("&{body}")));
    }
    if !operation.optional_query.is_empty() {
        arguments.push(("query".to_owned(), format!("&{}", operation.query_name())));
    }
    arguments
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
            ".arg({}, &{})",
            text::literal(&value.wire),
            value.field
        );
    }
    if operation.body.is_some() {
        code.push_str(".body(body)");
    }
    if !operation.optional_query.is_empty() {
        code.push_str(".query(query)");
    }
    code
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
        "{}{}pub fn {}(&self{}) -> Call<{}> {{ {}.call() }}\n",
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
        "A page of what [`{0}`](Self::{0}) lists, as objects.\n\n`{1}` with `X-Pagination-Mode`.",
        operation.verb,
        operation.route()
    );
    format!(
        "{}{}pub fn {}(&self{}) -> PageCall<{expanded}> {{ {}.page() }}\n",
        text::doc(&about, 4),
        deprecated(operation),
        operation.page_verb(),
        signature(context, operation),
        draft(operation)
    )
}

/// What the document says of the operation, in a line.
fn facts(operation: &Operation, reply: &str) -> String {
    let mut facts = format!("`{}`", operation.route());
    if is_task(reply) && operation.method != "GET" {
        facts.push_str(", starts a task");
    }
    if operation.is_anonymous {
        facts.push_str(", needs no credentials");
    }
    facts.push('.');
    if !operation.iam.is_empty() {
        let actions: Vec<String> = operation
            .iam
            .iter()
            .map(|action| format!("`{action}`"))
            .collect();
        let _ = write!(facts, " IAM: {}.", actions.join(", "));
    }
    if let Some(badge) = operation
        .stability
        .as_deref()
        .filter(|badge| *badge != STABLE)
    {
        let _ = write!(facts, " {badge}.");
    }
    facts
}

/// What the document says of nearly every operation.
const STABLE: &str = "Stable production version";

fn is_task(reply: &str) -> bool {
    matches!(reply, "Task" | "PublicTask")
}

fn deprecated(operation: &Operation) -> String {
    let Some(deprecation) = &operation.deprecation else {
        return String::new();
    };
    let mut note = String::from("deprecated by OVHcloud");
    if let Some(since) = &deprecation.since {
        let _ = write!(note, " on {since}");
    }
    if let Some(deletion) = &deprecation.deletion {
        let _ = write!(note, ", may be gone from {deletion}");
    }
    if let Some(replacement) = &deprecation.replacement {
        let _ = write!(note, "; use {replacement}");
    }
    format!("#[deprecated(note = {})]\n", text::literal(&note))
}

/// The operation's row: its id, method and route, then what else is known, wrapped.
fn row(context: &Context<'_>, operation: &Operation) -> String {
    let mut facts = Vec::new();
    if operation.is_idempotent && operation.method != "GET" {
        facts.push("idempotent()".to_owned());
    }
    if operation.is_void {
        facts.push("void()".to_owned());
    }
    if operation.is_anonymous {
        facts.push("anonymous()".to_owned());
    }
    let reply = reply_type(context, operation);
    if is_task(&reply) && operation.method != "GET" {
        facts.push(format!("task({})", text::literal(&reply)));
    }
    if let Some(expanded) = &operation.expanded {
        facts.push(format!("expands_to({})", text::literal(expanded)));
    }
    if let Some(badge) = operation
        .stability
        .as_deref()
        .filter(|badge| *badge != STABLE)
    {
        facts.push(format!("stability({})", text::literal(badge)));
    }
    if !operation.iam.is_empty() {
        facts.push(format!("iam({})", text::literals(&operation.iam)));
    }
    if !operation.secrets.is_empty() {
        facts.push(format!("secrets({})", text::literals(&operation.secrets)));
    }
    if !operation.siblings.is_empty() {
        let names = super::root::sibling_names(context);
        let siblings: Vec<String> = operation
            .siblings
            .iter()
            .map(|entry| format!("crate::operations::{}", names[entry]))
            .collect();
        facts.push(format!("siblings(&[{}])", siblings.join(", ")));
    }
    if let Some(deprecation) = &operation.deprecation {
        let option = |text: &Option<String>| {
            text.as_ref().map_or_else(
                || "None".to_owned(),
                |text| format!("Some({})", text::literal(text)),
            )
        };
        facts.push(format!(
            "deprecated(ovh_runtime::Deprecation::new({}, {}, {}))",
            option(&deprecation.since),
            option(&deprecation.deletion),
            option(&deprecation.replacement)
        ));
    }
    let mut row = format!(
        "    {}: {}, {}, {}",
        row_name(operation),
        text::literal(&operation.id()),
        case::pascal(&operation.method.to_lowercase()),
        text::literal(&operation.path)
    );
    let mut width = usize::MAX;
    for fact in facts {
        if width.saturating_add(fact.len() + 2) > 100 {
            row.push_str(",\n        ");
            width = 8;
        } else {
            row.push_str(", ");
        }
        width += fact.len() + 2;
        row.push_str(&fact);
    }
    row.push_str(";\n");
    row
}

fn query(context: &mut Context<'_>, operation: &Operation) -> String {
    let name = operation.query_name();
    let mut out = format!(
        "ovh_runtime::query! {{\n    /// The optional values of [`Calls::{}`].\n    pub struct {name} {{\n",
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
            "        {}: {} = {},",
            value.field,
            qualified(context, &owned_type(context, operation, value)),
            text::literal(&value.wire)
        );
    }
    out.push_str("    }\n}\n");
    out
}
