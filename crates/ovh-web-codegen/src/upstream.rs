//! What progenitor makes of the normalised document: the types of fields, arguments and replies.
//!
//! Of its output we keep names, types and signatures; the bodies are ours. It can panic on a
//! document that it does not expect. The checks before it keep those away; whatever is left is
//! caught here and becomes an error.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use progenitor_impl::{GenerationSettings, Generator, TypeImpl};
use syn::{FnArg, GenericArgument, Item, Pat, PathArguments, ReturnType, Type};

use crate::Error;
use crate::model::Api;
use crate::normalise::{Draft, RUNTIME_TYPES};

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
pub(crate) fn signatures(draft: &Draft, api: &Api) -> Result<Signatures, Error> {
    let document = clean(draft);
    let spec: openapiv3::OpenAPI = serde_json::from_value(document).map_err(|error| {
        broken(
            draft,
            format!("the normalised document is not OpenAPI: {error}"),
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

/// The document without what progenitor has no use for and may trip over.
fn clean(draft: &Draft) -> serde_json::Value {
    let mut document = draft.document.clone();
    if let Some(root) = document.as_object_mut() {
        root.retain(|key, _| matches!(key.as_str(), "openapi" | "info" | "paths" | "components"));
        root.insert(
            "info".to_owned(),
            serde_json::json!({ "title": "OVHcloud", "version": "1" }),
        );
    }
    document
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
        "this is a shape that no rule knows yet: repair the place in the overlay, or add a rule under `normalise`",
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
