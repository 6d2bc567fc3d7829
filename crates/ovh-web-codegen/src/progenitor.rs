//! What progenitor makes of the normalized document: the types of fields, arguments and replies.
//!
//! Of its output we keep names, types and signatures; the bodies are ours. It can panic on a
//! document that it does not expect. The checks before it keep those away; whatever is left is
//! caught here and becomes an error.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use progenitor_impl::{GenerationSettings, Generator, TypeImpl};
use serde_json::{Map, Value, json};
use syn::{FnArg, GenericArgument, Item, Pat, PathArguments, ReturnType, Type};

use crate::model::Api;
use crate::normalize::Draft;
use crate::note::RUNTIME_TYPES;
use crate::{Error, openapi};

/// Types as progenitor gives them, in our spelling.
#[derive(Debug, Default)]
pub(crate) struct Signatures {
    /// Rust type -> property on the wire -> type of the field.
    pub(crate) fields: BTreeMap<String, BTreeMap<String, String>>,
    /// Operation key -> argument -> its type.
    pub(crate) arguments: BTreeMap<String, BTreeMap<String, String>>,
    /// Operation key -> type of the reply.
    pub(crate) replies: BTreeMap<String, String>,
}

/// Runs progenitor and reads its output.
pub(crate) fn signatures(draft: &Draft, api: &mut Api) -> Result<Signatures, Error> {
    let document = progenitor_input(draft, api);
    let spec: openapiv3::OpenAPI = serde_json::from_value(document).map_err(|error| {
        broken(
            draft,
            format!("the normalized document is not OpenAPI: {error}"),
        )
        .with_source(error)
    })?;
    let mut settings = GenerationSettings::default();
    for name in RUNTIME_TYPES {
        settings.with_replacement(
            name,
            format!("ovh_runtime::{name}"),
            [TypeImpl::Display].into_iter(),
        );
    }
    for item in api.types.values() {
        if item.kind.is_replaced() {
            let impls = [TypeImpl::Display, TypeImpl::FromStr];
            settings.with_replacement(
                &item.name,
                format!("crate::types::{}", item.name),
                impls.into_iter(),
            );
        }
    }
    let tokens = catch_unwind(AssertUnwindSafe(|| {
        Generator::new(&settings).generate_tokens(&spec)
    }))
    .map_err(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no words");
        broken(draft, format!("progenitor gave up on the document: {text}"))
    })?
    .map_err(|error| broken(draft, format!("progenitor refuses the document: {error}")))?;
    let file: syn::File = syn::parse2(tokens)
        .map_err(|error| broken(draft, format!("progenitor's output is not Rust: {error}")))?;
    let mut signatures = Signatures::default();
    read_items(&file.items, &mut signatures);
    for operation in &mut api.operations {
        let Some(arguments) = signatures.arguments.get_mut(&operation.key) else {
            continue;
        };
        let body = arguments.remove("body");
        if let Some(wanted) = operation.body.as_mut().filter(|body| body.is_empty()) {
            let spelled = body.unwrap_or_else(|| ANYTHING.to_owned());
            *wanted = spelled.strip_prefix('&').unwrap_or(&spelled).to_owned();
        }
        *arguments = operation
            .values()
            .enumerate()
            .filter_map(|(index, value)| {
                Some((value.field.clone(), arguments.remove(&argument(index))?))
            })
            .collect();
    }
    for item in api.types.values() {
        if !item.kind.is_replaced() && !signatures.fields.contains_key(&item.name) {
            return Err(broken(
                draft,
                format!(
                    "progenitor made no struct of `{}` ({})",
                    item.name, item.origin
                ),
            ));
        }
    }
    Ok(signatures)
}

/// The spelling of the type of any JSON value.
const ANYTHING: &str = "serde_json::Value";

/// What progenitor is told that the value of that place among an operation's values is called.
fn argument(index: usize) -> String {
    format!("value_{index}")
}

/// What progenitor needs to know, and nothing that it may trip over: every operation gets a route
/// made of its id, every value a name made of its place, every schema only its form. What things
/// are called is our own business.
fn progenitor_input(draft: &Draft, api: &Api) -> serde_json::Value {
    let mut paths = Map::new();
    for operation in &api.operations {
        let node = &draft.document["paths"][&operation.path][operation.method.to_lowercase()];
        let mut path = format!("/{}", operation.key);
        let mut parameters = Vec::new();
        for (index, value) in operation.values().enumerate() {
            let place = value.style.place();
            let name = argument(index);
            if place == "path" {
                path.push_str(&format!("/{{{name}}}"));
            }
            let declared = node.get("parameters").and_then(Value::as_array);
            let declared = declared.into_iter().flatten().find(|parameter| {
                parameter["name"].as_str() == Some(&value.wire)
                    && parameter["in"].as_str() == Some(place)
            });
            let mut schema = declared
                .and_then(|parameter| parameter.get("schema"))
                .cloned()
                .unwrap_or_else(|| json!({ "type": "string" }));
            strip_annotations(&mut schema);
            let required =
                place == "path" || declared.is_some_and(|p| p["required"] == Value::Bool(true));
            parameters.push(json!({
                "name": name, "required": required, "schema": schema,
                // The type of a header is that of a query value.
                "in": if place == "path" { "path" } else { "query" },
            }));
        }
        let mut clean = json!({ "operationId": operation.key, "parameters": parameters });
        if let Some(schema) = openapi::body(node) {
            let mut schema = schema.clone();
            strip_annotations(&mut schema);
            clean["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
        }
        clean["responses"] = match openapi::response(node) {
            Some(schema) => {
                let mut schema = schema.clone();
                strip_annotations(&mut schema);
                json!({ "2XX": { "description": "", "content": {
                    "application/json": { "schema": schema } } } })
            }
            None => json!({ "2XX": { "description": "" } }),
        };
        let mut item = Map::new();
        // It knows no TRACE, and what it makes of a method is not used.
        item.insert("post".to_owned(), clean);
        paths.insert(path, Value::Object(item));
    }
    let mut schemas = Map::new();
    for (name, schema) in openapi::schemas(&draft.document) {
        let mut schema = schema.clone();
        strip_annotations(&mut schema);
        schemas.insert(name.clone(), schema);
    }
    json!({
        "openapi": "3.0.3",
        "info": { "title": "OVHcloud", "version": "1" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

/// Leaves of a schema what says its form.
fn strip_annotations(schema: &mut Value) {
    openapi::deep_mut(schema, &mut |schema| {
        if let Value::Object(node) = schema {
            node.retain(|key, _| {
                matches!(
                    key.as_str(),
                    "$ref"
                        | "type"
                        | "enum"
                        | "items"
                        | "properties"
                        | "additionalProperties"
                        | "required"
                        | "nullable"
                        | "allOf"
                )
            });
        }
    });
}

fn broken(draft: &Draft, message: String) -> Error {
    let files: Vec<&str> = draft
        .sections
        .iter()
        .map(|section| section.file.as_str())
        .collect();
    Error::new(
        files.join("+"),
        "",
        message,
        "this is a shape that no rule knows yet: repair the place in the overlay, or add a rule under `normalize`",
    )
}

fn read_items(items: &[Item], signatures: &mut Signatures) {
    for item in items {
        match item {
            Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    read_items(items, signatures);
                }
            }
            Item::Struct(item) => {
                let fields = item.fields.iter().filter_map(|field| {
                    let ident = field.ident.as_ref()?.to_string();
                    let wire = serde_rename(&field.attrs)
                        .unwrap_or_else(|| ident.trim_start_matches("r#").to_owned());
                    Some((wire, spell(&field.ty)))
                });
                signatures
                    .fields
                    .insert(item.ident.to_string(), fields.collect());
            }
            Item::Impl(item) => {
                for function in item.items.iter().filter_map(|item| match item {
                    syn::ImplItem::Fn(function) if function.sig.asyncness.is_some() => {
                        Some(function)
                    }
                    _ => None,
                }) {
                    let key = function.sig.ident.to_string();
                    let arguments = function.sig.inputs.iter().filter_map(|input| match input {
                        FnArg::Typed(typed) => match &*typed.pat {
                            Pat::Ident(name) => Some((name.ident.to_string(), spell(&typed.ty))),
                            _ => None,
                        },
                        FnArg::Receiver(_) => None,
                    });
                    signatures
                        .arguments
                        .insert(key.clone(), arguments.collect());
                    if let ReturnType::Type(_, reply) = &function.sig.output
                        && let Some(value) = first_argument(reply).and_then(first_argument)
                    {
                        signatures.replies.insert(key, spell(value));
                    }
                }
            }
            _ => {}
        }
    }
}

/// The name in `#[serde(rename = "...")]`.
fn serde_rename(attributes: &[syn::Attribute]) -> Option<String> {
    let mut found = None;
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                let text: syn::LitStr = meta.value()?.parse()?;
                found = Some(text.value());
            } else if meta.input.peek(syn::Token![=]) {
                let _: syn::Lit = meta.value()?.parse()?;
            }
            Ok(())
        });
    }
    found
}

fn first_argument(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// A type in our spelling: short names, maps in order, no lifetimes.
fn spell(ty: &Type) -> String {
    match ty {
        Type::Reference(reference) => format!("&{}", spell(&reference.elem)),
        Type::Slice(slice) => format!("[{}]", spell(&slice.elem)),
        Type::Tuple(tuple) if tuple.elems.is_empty() => "()".to_owned(),
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else {
                return String::new();
            };
            let name = match last.ident.to_string().as_str() {
                // Nothing of ours may be called so, and nothing imports it.
                name @ ("Value" | "Map") if path.path.segments.len() > 1 => {
                    let own = path.path.segments.iter().any(|s| s.ident == "serde_json");
                    if own {
                        format!("serde_json::{name}")
                    } else {
                        name.to_owned()
                    }
                }
                "HashMap" => "BTreeMap".to_owned(),
                "Box" => {
                    return first_argument(ty)
                        .map_or_else(String::new, |inner| format!("Box<{}>", spell(inner)));
                }
                name => name.to_owned(),
            };
            let arguments: Vec<String> = match &last.arguments {
                PathArguments::AngleBracketed(arguments) => arguments
                    .args
                    .iter()
                    .filter_map(|argument| match argument {
                        GenericArgument::Type(ty) => Some(spell(ty)),
                        _ => None,
                    })
                    .collect(),
                _ => Vec::new(),
            };
            if arguments.is_empty() {
                name
            } else {
                format!("{name}<{}>", arguments.join(", "))
            }
        }
        other => quote::quote!(#other).to_string(),
    }
}
