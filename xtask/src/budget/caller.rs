//! Crates of a user who awaits every operation: what the client costs those who call it.
//!
//! Async bodies and decoders are compiled where they are awaited, so this is a cost that the
//! client's own build does not show. Each operation gets a function of its own that takes the
//! arguments and gives a boxed future, in which the call is awaited and its result dropped. The
//! pages of objects, which stock progenitor does not have, are left out.

use super::stock::{Stock, Style};
use crate::failure::Failure;
use ovh_web_codegen::description::ApiDescription;
use ovh_web_codegen::diff::surface;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use syn::{FnArg, GenericArgument, GenericParam, ImplItemFn, Item, ItemImpl, PathArguments, Type};
use syn::{ReturnType, TypeParamBound, WherePredicate};

/// What all these crates begin with.
const HEAD: &str = "\
#![allow(deprecated, unused_imports, clippy::all)]
use std::future::Future;
use std::pin::Pin;

pub type Awaited<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
";

/// The user of our client, made from the lines of its surface; how many operations it awaits.
///
/// # Errors
/// If the surface has a function that is not of the generator's form.
pub fn of_client(text: &str) -> Result<(String, usize), Failure> {
    let mut families: BTreeMap<&str, String> = BTreeMap::new();
    // It reads only lines of identifiers and types, since what follows is compiled.
    let api = surface::read(text, &ApiDescription::default());
    let lines = text.lines().filter(|line| line.starts_with("fn ")).count();
    let pages = api.operations.values().filter(|o| o.page.is_some()).count();
    if lines != api.operations.len() + pages {
        return Err(Failure::new(
            "the surface has a function that the budget cannot read - run `cargo xtask regen`",
        ));
    }
    for function in api.operations.values() {
        let mut arguments: Vec<(&str, String)> = function
            .arguments
            .iter()
            .map(|value| (value.name.as_str(), value.ty.replacen('&', "&'a ", 1)))
            .collect();
        if let Some(query) = &function.query {
            arguments.push(("query", format!("&'a {}", query.name)));
        }
        let parameters: String = arguments
            .iter()
            .map(|(name, ty)| format!(", {name}: {ty}"))
            .collect();
        let names: Vec<&str> = arguments.iter().map(|(name, _)| *name).collect();
        let _ = writeln!(
            families.entry(&function.family).or_default(),
            "    pub fn {verb}<'a>(client: &'a Client{parameters}) -> Awaited<'a> {{\n        \
             Box::pin(async move {{ drop(client.{family}().{verb}({}).await) }})\n    }}",
            names.join(", "),
            verb = function.verb,
            family = function.family,
        );
    }
    let mut text = format!(
        "{HEAD}use ovh_runtime::{{Date, DateTime, Secret, TagFilters}};\n\
         use ovh_web_client::{{types::*, Client}};\n\
         use std::collections::BTreeMap;\nuse std::net::IpAddr;\n"
    );
    for (family, functions) in families {
        let _ = write!(
            text,
            "\npub mod {family} {{\n    use super::*;\n    use ovh_web_client::{family}::*;\n{functions}}}\n"
        );
    }
    Ok((text, api.operations.len()))
}

/// The user of a stock crate called `stock`; how many operations it awaits.
#[must_use]
pub fn of_stock(stock: &Stock, style: Style) -> (String, usize) {
    let mut text = format!("{HEAD}use stock::{{types, Client}};\n");
    let functions: Vec<String> = match style {
        Style::Builder => builder_calls(stock),
        Style::Positional => methods(&stock.file.items, "Client")
            .into_iter()
            .filter(|function| function.sig.asyncness.is_some())
            .map(positional_call)
            .collect(),
    };
    for function in &functions {
        text.push_str(function);
    }
    (text, functions.len())
}

/// The methods of a type that are not those of a trait.
fn methods<'a>(items: &'a [Item], name: &str) -> Vec<&'a ImplItemFn> {
    let own = |item: &ItemImpl| {
        item.trait_.is_none()
            && matches!(&*item.self_ty, Type::Path(path) if path.path.segments.last()
                .is_some_and(|last| last.ident == name))
    };
    items
        .iter()
        .filter_map(|item| match item {
            Item::Impl(item) if own(item) => Some(&item.items),
            _ => None,
        })
        .flatten()
        .filter_map(|item| match item {
            syn::ImplItem::Fn(function) => Some(function),
            _ => None,
        })
        .collect()
}

fn text(tokens: &impl quote::ToTokens) -> String {
    tokens.to_token_stream().to_string()
}

fn positional_call(function: &ImplItemFn) -> String {
    let name = &function.sig.ident;
    let mut parameters = String::new();
    let mut values = Vec::new();
    for argument in &function.sig.inputs {
        if let FnArg::Typed(argument) = argument {
            let _ = write!(
                parameters,
                ", {}: {}",
                text(&argument.pat),
                text(&argument.ty)
            );
            values.push(text(&argument.pat));
        }
    }
    format!(
        "\npub fn {name}<'a>(client: &'a Client{parameters}) -> Awaited<'a> {{\n    \
         Box::pin(async move {{ drop(client.{name}({}).await) }})\n}}\n",
        values.join(", ")
    )
}

fn builder_calls(stock: &Stock) -> Vec<String> {
    let items = stock.file.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "builder" => Some(&module.content.as_ref()?.1),
        _ => None,
    });
    let items = items.map_or(&[][..], Vec::as_slice);
    let mut calls = Vec::new();
    for function in methods(&stock.file.items, "Client") {
        let name = &function.sig.ident;
        let ReturnType::Type(_, result) = &function.sig.output else {
            continue;
        };
        let builder = match &**result {
            Type::Path(path)
                if path
                    .path
                    .segments
                    .first()
                    .is_some_and(|s| s.ident == "builder") =>
            {
                path.path.segments.last().map(|last| last.ident.to_string())
            }
            _ => None,
        };
        let Some(builder) = builder else { continue };
        let mut parameters = String::new();
        let mut setters = String::new();
        for setter in methods(items, &builder) {
            if let Some(target) = setter_target(setter) {
                let field = &setter.sig.ident;
                let _ = write!(parameters, ", {field}: {}", text(target));
                let _ = write!(setters, ".{field}({field})");
            }
        }
        calls.push(format!(
            "\npub fn {name}<'a>(client: &'a Client{parameters}) -> Awaited<'a> {{\n    \
             Box::pin(async move {{ drop(client.{name}(){setters}.send().await) }})\n}}\n"
        ));
    }
    calls
}

/// The `T` of a setter with `V: TryInto<T>`.
fn setter_target(function: &ImplItemFn) -> Option<&Type> {
    let generic = function.sig.generics.params.iter().find_map(|p| match p {
        GenericParam::Type(parameter) => Some(&parameter.ident),
        _ => None,
    })?;
    let clause = function.sig.generics.where_clause.as_ref()?;
    clause.predicates.iter().find_map(|predicate| {
        let WherePredicate::Type(predicate) = predicate else {
            return None;
        };
        if !matches!(&predicate.bounded_ty, Type::Path(path) if path.path.is_ident(generic)) {
            return None;
        }
        predicate.bounds.iter().find_map(|bound| {
            let TypeParamBound::Trait(bound) = bound else {
                return None;
            };
            let last = bound.path.segments.last()?;
            let PathArguments::AngleBracketed(arguments) = &last.arguments else {
                return None;
            };
            match arguments.args.first() {
                Some(GenericArgument::Type(ty)) if last.ident == "TryInto" => Some(ty),
                _ => None,
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operation_is_awaited_once_and_pages_are_not() {
        let surface = "field A.b: i64 = b\n\
            fn crons::list(service_name: &str, tags: BTreeMap<String, i64>, query: &ListCrons) -> Vec<i64> = GET /x\n\
            fn crons::page(service_name: &str) -> Page<Cron> = GET /x\n";
        let (text, operations) = of_client(surface).expect("readable");
        assert_eq!(operations, 1);
        assert!(
            text.contains(
                "pub fn list<'a>(client: &'a Client, service_name: &'a str, \
                 tags: BTreeMap<String, i64>, query: &'a ListCrons) -> Awaited<'a>"
            ),
            "{text}"
        );
        assert!(
            text.contains("client.crons().list(service_name, tags, query).await"),
            "{text}"
        );
        assert!(of_client("fn crons::list = GET /x").is_err());
    }
}
