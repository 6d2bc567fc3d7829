//! Runs progenitor on the normalized document to get the types of fields, arguments and responses.
//!
//! The bodies of its functions are not used. A panic on a document that passed our checks becomes
//! an error.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use progenitor_impl::{GenerationSettings, Generator, TypeImpl};
use serde_json::{Map, Value, json};
use syn::visit::Visit;
use syn::{FnArg, Pat, ReturnType, Type, parse_quote};

use crate::model::spelling::{base, inner, owned, shorten, word};
use crate::model::{Api, Kind};
use crate::normalize::Merged;
use crate::normalize::roles::Role;
use crate::note::RUNTIME_TYPES;
use crate::{Error, openapi};

/// The types in progenitor's output.
#[derive(Default)]
struct Types {
    /// Rust type -> wire name of a property -> type.
    fields: BTreeMap<String, BTreeMap<String, Type>>,
    /// Operation key -> argument -> type.
    arguments: BTreeMap<String, BTreeMap<String, Type>>,
    /// Operation key -> type of the response.
    responses: BTreeMap<String, Type>,
}

/// Sets the types of all arguments, responses and properties.
pub(crate) fn set_types(merged: &Merged, api: &mut Api) -> Result<(), Error> {
    let mut types = run(merged, api)?;
    for operation in &mut api.operations {
        if let Some(response) = types.responses.remove(&operation.key) {
            operation.response = response;
        }
        let word = word(&operation.response);
        operation.facts.starts_task =
            operation.method != "GET" && word.is_some_and(|name| is_task(&name));
        let arguments = types.arguments.remove(&operation.key);
        let mut arguments = arguments.unwrap_or_default();
        if let Some(body) = operation.body.as_mut().filter(|body| is_json(body))
            && let Some(Type::Reference(found)) = arguments.remove("body")
        {
            *body = *found.elem;
        }
        for (index, value) in operation.values_mut().enumerate() {
            if let Some(ty) = arguments.remove(&argument(index)) {
                value.ty = ty;
            }
        }
        for value in &mut operation.optional_query {
            value.ty = owned(&value.ty);
        }
    }
    for item in api.types.values_mut() {
        let Kind::Object { role, properties } = &mut item.kind else {
            continue;
        };
        let Some(mut fields) = types.fields.remove(&item.name) else {
            let message = format!(
                "progenitor made no struct of `{}` ({})",
                item.name, item.origin
            );
            return Err(broken(merged, message));
        };
        for property in properties {
            if let Some(ty) = fields.remove(&property.wire) {
                property.ty = if property.is_rest() && is_json(&ty) {
                    parse_quote!(BTreeMap<String, serde_json::Value>)
                } else if inner(&ty, "Box").is_some() && *role == Role::Read {
                    // progenitor boxes the field that closes a cycle; it must be able to end.
                    parse_quote!(Option<#ty>)
                } else if *role == Role::Read {
                    ty
                } else {
                    base(&ty).clone()
                };
            }
        }
    }
    Ok(())
}

/// Returns `true` for the name of a type that stands for a running task.
pub(crate) fn is_task(name: &str) -> bool {
    matches!(name, "Task" | "PublicTask")
}

/// Returns `true` for a type of `serde_json`.
fn is_json(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments[0].ident == "serde_json")
}

fn run(merged: &Merged, api: &Api) -> Result<Types, Error> {
    let document = progenitor_input(merged, api);
    let spec: openapiv3::OpenAPI = serde_json::from_value(document).map_err(|error| {
        let message = format!("the normalized document is not OpenAPI: {error}");
        broken(merged, message).with_source(error)
    })?;
    let mut settings = GenerationSettings::default();
    for name in RUNTIME_TYPES {
        let path = format!("ovh_runtime::{name}");
        settings.with_replacement(name, path, [TypeImpl::Display].into_iter());
    }
    for item in api.types.values().filter(|item| !item.is_object()) {
        let impls = [TypeImpl::Display, TypeImpl::FromStr];
        let path = format!("crate::types::{}", item.name);
        settings.with_replacement(&item.name, path, impls.into_iter());
    }
    let generate = || Generator::new(&settings).generate_tokens(&spec);
    let tokens = catch_unwind(AssertUnwindSafe(generate))
        .map_err(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            let text = text.unwrap_or("no message");
            broken(merged, format!("progenitor panicked: {text}"))
        })?
        .map_err(|error| broken(merged, format!("progenitor refuses the document: {error}")))?;
    let file: syn::File = syn::parse2(without_bodies(tokens))
        .map_err(|error| broken(merged, format!("progenitor's output is not Rust: {error}")))?;
    let mut types = Types::default();
    types.visit_file(&file);
    Ok(types)
}

/// Empties the bodies of functions, which are most of the text and are not used.
fn without_bodies(tokens: TokenStream) -> TokenStream {
    let mut is_function = false;
    let trees = tokens.into_iter().map(|tree| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            let inner = if std::mem::take(&mut is_function) {
                TokenStream::new()
            } else {
                without_bodies(group.stream())
            };
            TokenTree::Group(Group::new(Delimiter::Brace, inner))
        }
        tree => {
            is_function |= matches!(&tree, TokenTree::Ident(word) if word == "fn");
            tree
        }
    });
    trees.collect()
}

/// The name of an operation's parameter in progenitor's input.
fn argument(index: usize) -> String {
    format!("value_{index}")
}

/// The document that progenitor reads: routes from operation IDs, numbered parameters, and schemas
/// without annotations. Nothing else can trip it, and the names are ours.
fn progenitor_input(merged: &Merged, api: &Api) -> serde_json::Value {
    let mut paths = Map::new();
    for operation in &api.operations {
        let node = &merged.document["paths"][&operation.path][operation.method.to_lowercase()];
        let mut path = format!("/{}", operation.key);
        let mut parameters = Vec::new();
        for (index, value) in operation.values().enumerate() {
            let place = value.style.place();
            let name = argument(index);
            if place == "path" {
                path.push_str(&format!("/{{{name}}}"));
            }
            let declared = openapi::items(node, "parameters").find(|parameter| {
                parameter["name"].as_str() == Some(&value.wire)
                    && parameter["in"].as_str() == Some(place)
            });
            let text = json!({ "type": "string" });
            let schema = declared.and_then(|parameter| parameter.get("schema"));
            let schema = strip_annotations(schema.unwrap_or(&text));
            let required =
                place == "path" || declared.is_some_and(|p| p["required"] == Value::Bool(true));
            parameters.push(json!({
                "name": name, "required": required, "schema": schema,
                // Headers have the types of query values.
                "in": if place == "path" { "path" } else { "query" },
            }));
        }
        let content =
            |schema| json!({ "application/json": { "schema": strip_annotations(schema) } });
        let mut input = json!({
            "operationId": operation.key,
            "parameters": parameters,
            "responses": { "2XX": { "description": "" } },
        });
        if let Some(schema) = openapi::body(node) {
            input["requestBody"] = json!({ "required": true, "content": content(schema) });
        }
        if let Some(schema) = openapi::response(node) {
            input["responses"]["2XX"]["content"] = content(schema);
        }
        // progenitor has no TRACE, and its requests are not used.
        paths.insert(path, json!({ "post": input }));
    }
    let schemas: Map<String, Value> = openapi::schemas(&merged.document)
        .map(|(name, schema)| (name.clone(), strip_annotations(schema)))
        .collect();
    json!({
        "openapi": "3.0.3",
        "info": { "title": "OVHcloud", "version": "1" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

/// Keeps only the keys that define the form of a schema.
fn strip_annotations(schema: &Value) -> Value {
    let mut schema = schema.clone();
    openapi::deep_mut(&mut schema, &mut |schema| {
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
    schema
}

fn broken(merged: &Merged, message: String) -> Error {
    let files = merged.sections.iter().map(|section| section.file.as_str());
    let files: Vec<&str> = files.collect();
    let advice = "correct the document in the overlay, or add a rule under `normalize`";
    Error::new(files.join("+"), "", message, advice)
}

impl<'ast> Visit<'ast> for Types {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        let fields = item.fields.iter().filter_map(|field| {
            let ident = field.ident.as_ref()?.to_string();
            let wire = serde_rename(&field.attrs)
                .unwrap_or_else(|| ident.trim_start_matches("r#").to_owned());
            Some((wire, shorten(&field.ty)))
        });
        self.fields.insert(item.ident.to_string(), fields.collect());
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if function.sig.asyncness.is_none() {
            return;
        }
        let key = function.sig.ident.to_string();
        let arguments = function.sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(typed) => match &*typed.pat {
                Pat::Ident(name) => Some((name.ident.to_string(), shorten(&typed.ty))),
                _ => None,
            },
            FnArg::Receiver(_) => None,
        });
        self.arguments.insert(key.clone(), arguments.collect());
        if let ReturnType::Type(_, returned) = &function.sig.output
            && let Some(response) = inner(returned, "Result")
            && let Some(body) = inner(response, "ResponseValue")
        {
            self.responses.insert(key, shorten(body));
        }
    }
}

/// The name in `#[serde(rename = "...")]`.
fn serde_rename(attributes: &[syn::Attribute]) -> Option<String> {
    let mut found = None;
    for attribute in attributes.iter().filter(|it| it.path().is_ident("serde")) {
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
