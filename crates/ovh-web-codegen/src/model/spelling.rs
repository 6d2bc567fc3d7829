//! Rust types: what they wrap, which names they use, and their text.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};
use quote::ToTokens as _;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, PathArguments, Type, parse_quote};

use crate::emit::printer;

/// An identifier of generated code. Names come from the lock, which holds only identifiers.
pub(crate) fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// The type with that name.
pub(crate) fn named(name: &str) -> Type {
    let name = ident(name);
    parse_quote!(#name)
}

/// The text of a type, as in source code.
pub(crate) fn spell(ty: &Type) -> String {
    printer::inline(ty.to_token_stream())
}

/// Returns the name of a type that is a single word, such as `Cron` or `i64`.
pub(crate) fn word(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.get_ident()?.to_string()),
        _ => None,
    }
}

/// Returns `T` of `Wrapper<T>`.
pub(crate) fn inner<'a>(ty: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) if last.ident == wrapper => Some(inner),
        _ => None,
    }
}

/// The type without its `Option`.
pub(crate) fn base(ty: &Type) -> &Type {
    inner(ty, "Option").unwrap_or(ty)
}

/// The type of an argument in a struct that owns its value.
pub(crate) fn owned(ty: &Type) -> Type {
    let plain = match base(ty) {
        Type::Reference(reference) => &reference.elem,
        plain => plain,
    };
    match word(plain).as_deref() {
        Some("str") => named("String"),
        _ => plain.clone(),
    }
}

/// The names that types use.
pub(crate) fn names<'a>(types: impl IntoIterator<Item = &'a Type>) -> BTreeSet<String> {
    struct Names(BTreeSet<String>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_ident(&mut self, ident: &'ast Ident) {
            self.0.insert(ident.to_string());
        }
    }
    let mut names = Names(BTreeSet::new());
    types.into_iter().for_each(|ty| names.visit_type(ty));
    names.0
}

/// The type with `types::` before each name for which `is_own` returns `true`.
pub(crate) fn qualified(ty: &Type, is_own: &dyn Fn(&str) -> bool) -> Type {
    struct Qualify<'a>(&'a dyn Fn(&str) -> bool);
    impl VisitMut for Qualify<'_> {
        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            if let Some(name) = path.get_ident()
                && self.0(&name.to_string())
            {
                *path = parse_quote!(types::#name);
            }
            visit_mut::visit_path_mut(self, path);
        }
    }
    let mut ty = ty.clone();
    Qualify(is_own).visit_type_mut(&mut ty);
    ty
}

/// Writes a type of progenitor as the client does: short names, sorted maps, no lifetimes.
pub(crate) fn shorten(ty: &Type) -> Type {
    struct Shorten;
    impl VisitMut for Shorten {
        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            reference.lifetime = None;
            visit_mut::visit_type_reference_mut(self, reference);
        }

        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            let is_json = path.segments.iter().any(|part| part.ident == "serde_json");
            let Some(mut last) = path.segments.pop() else {
                return;
            };
            if last.ident == "HashMap" {
                last.ident = ident("BTreeMap");
            }
            if let PathArguments::AngleBracketed(arguments) = &mut last.arguments {
                arguments.colon2_token = None;
                arguments.args = std::mem::take(&mut arguments.args)
                    .into_iter()
                    .filter(|argument| matches!(argument, GenericArgument::Type(_)))
                    .collect();
                if arguments.args.is_empty() {
                    last.arguments = PathArguments::None;
                }
            }
            // `Value` and `Map` are too common to be imported.
            *path = match is_json {
                true => parse_quote!(serde_json::#last),
                false => last.into(),
            };
            visit_mut::visit_path_mut(self, path);
        }
    }
    let mut ty = ty.clone();
    Shorten.visit_type_mut(&mut ty);
    ty
}
