//! Samples: an expression for an argument of any type, and the example that each module shows.

use std::collections::BTreeMap;

use super::spelling::{argument_type, arguments, base_type, field_type, reply_type};
use super::{Context, text};
use crate::model::{Kind, Operation};

/// How deep bodies may hold bodies before a sample is given up.
const DEPTH: usize = 4;

/// The example of a module: its first call that needs no more than samples, reads before writes.
pub(crate) fn example(context: &Context<'_>, operations: &[&Operation]) -> Option<String> {
    let krate = context.crate_name?;
    let rank = |operation: &Operation| {
        let read = if operation.method == "GET" { 0 } else { 1 };
        (
            operation.deprecation.is_some(),
            read,
            arguments(context, operation).len(),
        )
    };
    let mut sorted: Vec<&&Operation> = operations.iter().collect();
    sorted.sort_by_key(|operation| rank(operation));
    let call = sorted
        .iter()
        .find_map(|operation| call(context, operation))?;
    Some(format!(
        "```no_run\n# async fn example(client: &{krate}::Client) -> Result<(), ovh_runtime::Error> {{\n{call}\n# Ok(())\n# }}\n```"
    ))
}

fn call(context: &Context<'_>, operation: &Operation) -> Option<String> {
    let mut values = Vec::new();
    for parameter in operation
        .path_values
        .iter()
        .chain(&operation.required_query)
    {
        let ty = argument_type(context, operation, parameter);
        values.push(match (parameter.wire.as_str(), ty.as_str()) {
            ("serviceName", "&str") => "hosting".to_owned(),
            (_, "&str") => "\"example\"".to_owned(),
            (_, ty) => value(context, ty, DEPTH)?,
        });
    }
    if let Some(body) = &operation.body {
        values.push(format!("&{}", value(context, body, DEPTH)?));
    }
    if !operation.optional_query.is_empty() {
        values.push("&Default::default()".to_owned());
    }
    let call = |verb: &str| {
        format!(
            "client.{}().{verb}({}).await?",
            operation.module,
            values.join(", ")
        )
    };
    let hosting = match values.iter().any(|value| value == "hosting") {
        true => "let hosting = \"example.cluster01.hosting.ovh.net\";\n",
        false => "",
    };
    Some(if operation.is_void {
        format!("{hosting}{};", call(&operation.verb))
    } else if operation.expanded.is_some() {
        let page = call(&operation.page_verb());
        format!(
            "{hosting}let page = {page};\nfor item in page.items {{\n    println!(\"{{:?}}\", item?);\n}}"
        )
    } else {
        format!(
            "{hosting}let reply = {};\nprintln!(\"{{reply:?}}\");",
            call(&operation.verb)
        )
    })
}

/// An expression of the type, if a sample can be made.
fn value(context: &Context<'_>, ty: &str, depth: usize) -> Option<String> {
    let krate = context.crate_name?;
    if let Some(inner) = ty.strip_prefix('&') {
        return Some(match inner {
            "str" => "\"example\"".to_owned(),
            inner => format!("&{}", value(context, inner, depth)?),
        });
    }
    match ty {
        "String" | "Secret" => return Some("\"example\"".to_owned()),
        "i64" | "u64" => return Some("7".to_owned()),
        "f64" => return Some("0.5".to_owned()),
        "bool" => return Some("true".to_owned()),
        "TagFilters" => return Some("ovh_runtime::TagFilters::new()".to_owned()),
        _ => {}
    }
    if let Some(inner) = ty
        .strip_prefix("Vec<")
        .and_then(|inner| inner.strip_suffix('>'))
    {
        // Inside a list nothing converts by itself.
        return Some(match inner {
            "String" | "Secret" => format!("vec![{}.into()]", value(context, inner, depth)?),
            inner => format!("vec![{}]", value(context, inner, depth)?),
        });
    }
    let item = context.api.types.get(ty)?;
    match &item.kind {
        Kind::Enum { values, .. } => Some(format!("{krate}::types::{ty}::{}", values.first()?.1)),
        Kind::Switch => Some(format!("{krate}::types::{ty}::Yes")),
        Kind::Write { properties, .. } if depth > 0 => {
            let arguments: Option<Vec<String>> = properties
                .iter()
                .filter(|property| property.is_required)
                .map(|property| {
                    value(
                        context,
                        base_type(&field_type(context, item, property)),
                        depth - 1,
                    )
                })
                .collect();
            Some(format!(
                "{krate}::types::{ty}::new({})",
                arguments?.join(", ")
            ))
        }
        Kind::Write { .. } | Kind::Read(_) => None,
    }
}

/// Which operations return or take a type, where it is a few.
pub(crate) fn mention(context: &Context<'_>, name: &str) -> String {
    /// From here on a list would only be noise, and change with every new route.
    const MANY: usize = 6;
    let index = context.mentions.get_or_init(|| mentions(context));
    let Some((returned, taken)) = index.get(name) else {
        return String::new();
    };
    let part = |what: &str, operations: &[String]| match operations.len() {
        0 => String::new(),
        count if count > MANY => format!("{what} many operations. "),
        _ => format!("{what} {}. ", operations.join(", ")),
    };
    format!(
        "{}{}",
        part("Returned by", returned),
        part("Taken by", taken)
    )
    .trim_end()
    .to_owned()
}

/// For each type, the operations that return it and those that take it.
pub(crate) type Mentions = BTreeMap<String, (Vec<String>, Vec<String>)>;

/// Looks through the operations once: a large section has thousands of them, and as many types.
fn mentions(context: &Context<'_>) -> Mentions {
    let mut index = Mentions::new();
    for operation in &context.api.operations {
        let id = format!("`{}`", operation.id());
        let mut returned = text::identifiers(&reply_type(context, operation));
        returned.extend(operation.expanded.clone());
        for name in returned {
            index.entry(name).or_default().0.push(id.clone());
        }
        if let Some(name) = &operation.body {
            index.entry(name.clone()).or_default().1.push(id);
        }
    }
    index
}
