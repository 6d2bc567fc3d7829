//! The example of each module, with sample arguments, and the lists of operations of each type.

use std::collections::BTreeMap;

use syn::Type;

use super::Context;
use super::modules::api_name;
use crate::description::Presence;
use crate::model::spelling::{inner, names, spell, word};
use crate::model::{Api, Kind, Operation};
use crate::normalize::roles::Role;

/// The deepest nesting of bodies in a sample.
const DEPTH: usize = 4;

/// The example of a module: its first operation with sample arguments, reads before writes.
pub(crate) fn example(context: &Context<'_>, operations: &[&Operation]) -> Option<String> {
    let krate = context.crate_name?;
    let mut sorted = operations.to_vec();
    sorted.sort_by_key(|operation| {
        (
            operation.facts.deprecation.is_some(),
            operation.method != "GET",
            operation.required_values().count()
                + operation.body.iter().count()
                + usize::from(!operation.optional_query.is_empty()),
        )
    });
    let mut sorted = sorted.into_iter();
    let call = sorted.find_map(|operation| call(context, operation))?;
    Some(format!(
        "```no_run\n# async fn example(client: &{krate}::Client) -> Result<(), ovh_runtime::Error> {{\n{call}\n# Ok(())\n# }}\n```"
    ))
}

fn call(context: &Context<'_>, operation: &Operation) -> Option<String> {
    let mut values = Vec::new();
    let mut hosting = "";
    for parameter in operation.required_values() {
        if parameter.wire == "serviceName" && spell(&parameter.ty) == "&str" {
            hosting = "let hosting = \"example.cluster01.hosting.ovh.net\";\n";
            values.push("hosting".to_owned());
        } else {
            values.push(value(context, &parameter.ty, DEPTH)?);
        }
    }
    if let Some(body) = &operation.body {
        values.push(format!("&{}", value(context, body, DEPTH)?));
    }
    if !operation.optional_query.is_empty() {
        values.push("&Default::default()".to_owned());
    }
    let call = |verb: &str| {
        let (module, values) = (&operation.module, values.join(", "));
        format!("client.{module}().{verb}({values}).await?")
    };
    Some(if operation.is_void {
        format!("{hosting}{};", call(&operation.verb))
    } else if operation.expanded.is_some() {
        let page = call(&operation.page_verb());
        format!(
            "{hosting}let page = {page};\nfor item in page.items {{\n    println!(\"{{:?}}\", item?);\n}}"
        )
    } else {
        let call = call(&operation.verb);
        format!("{hosting}let reply = {call};\nprintln!(\"{{reply:?}}\");")
    })
}

/// An expression of the type, if there is a sample.
fn value(context: &Context<'_>, ty: &Type, depth: usize) -> Option<String> {
    let krate = context.crate_name?;
    let is_text = |ty: &Type| matches!(word(ty).as_deref(), Some("str" | "String" | "Secret"));
    match ty {
        Type::Reference(ty) if !is_text(&ty.elem) => {
            return Some(format!("&{}", value(context, &ty.elem, depth)?));
        }
        Type::Reference(ty) => return value(context, &ty.elem, depth),
        _ => {}
    }
    if let Some(item) = inner(ty, "Vec") {
        // Inside a list nothing converts implicitly.
        let into = if is_text(item) { ".into()" } else { "" };
        return Some(format!("vec![{}{into}]", value(context, item, depth)?));
    }
    let name = word(ty)?;
    let item = match name.as_str() {
        "str" | "String" | "Secret" => return Some("\"example\"".to_owned()),
        "i64" | "u64" => return Some("7".to_owned()),
        "f64" => return Some("0.5".to_owned()),
        "bool" => return Some("true".to_owned()),
        "TagFilters" => return Some("ovh_runtime::TagFilters::new()".to_owned()),
        name => context.api.types.get(name)?,
    };
    let sample = match &item.kind {
        Kind::Enum { values, .. } => values.first()?.1.clone(),
        Kind::Switch => "Yes".to_owned(),
        Kind::Object { role, properties } if *role != Role::Read && depth > 0 => {
            let required = properties.iter();
            let required = required.filter(|it| it.presence == Presence::Required);
            let arguments = required.map(|it| value(context, &it.ty, depth - 1));
            let arguments: Option<Vec<String>> = arguments.collect();
            format!("new({})", arguments?.join(", "))
        }
        Kind::Object { .. } => return None,
    };
    Some(format!("{krate}::types::{name}::{sample}"))
}

/// Says which operations return and take a type, with links.
pub(crate) fn mention(context: &Context<'_>, name: &str) -> String {
    /// The longest list; a longer one would change with every new route.
    const MANY: usize = 6;
    let Some((returned, taken)) = context.mentions.get(name) else {
        return String::new();
    };
    let part = |what: &str, operations: &[String]| match operations.len() {
        0 => String::new(),
        count if count > MANY => format!("{what} many operations. "),
        _ => format!("{what} {}. ", operations.join(", ")),
    };
    let text = part("Returned by", returned) + &part("Taken by", taken);
    text.trim_end().to_owned()
}

/// For each type, the operations that return it and those that take it.
pub(crate) type Mentions = BTreeMap<String, (Vec<String>, Vec<String>)>;

/// The name of an operation, as a link to its method.
pub(crate) fn link(operation: &Operation) -> String {
    let (module, verb) = (&operation.module, &operation.verb);
    let api = api_name(module);
    format!("[`{}`](crate::{module}::{api}::{verb})", operation.id())
}

/// Finds the operations of all types.
pub(crate) fn mentions(api: &Api) -> Mentions {
    let mut index = Mentions::new();
    for operation in &api.operations {
        let link = link(operation);
        let mut returned = names([&operation.response]);
        returned.extend(operation.expanded.clone());
        for name in returned {
            index.entry(name).or_default().0.push(link.clone());
        }
        if let Some(name) = operation.body.as_ref().and_then(word) {
            index.entry(name).or_default().1.push(link);
        }
    }
    index
}
