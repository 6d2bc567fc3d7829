//! The items of `types!` for conversions.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::conversions::{Conversion, Step};
use crate::model::spelling::ident;

/// The items that declare the conversions into the type `to`.
pub(crate) fn items(to: &str, conversions: &[Conversion]) -> TokenStream {
    let to = ident(to);
    let mut items = TokenStream::new();
    let mut enums = Vec::new();
    let mut get = None;
    for conversion in conversions {
        let from = ident(conversion.read());
        match conversion {
            Conversion::Object {
                function,
                arguments,
                copied,
                converted,
                unset,
                ..
            } => {
                let (function, types) = (ident(function), arguments.iter().map(|(_, ty)| ty));
                let names = arguments.iter().map(|(name, _)| ident(name));
                let function =
                    (!arguments.is_empty()).then(|| quote!(=> fn #function(#(#names: #types),*),));
                let copied = copied.iter().map(|field| ident(field));
                let mut sections = TokenStream::new();
                for (step, properties) in converted {
                    let title = ident(match step {
                        Step::Through => "through",
                        Step::Flags => "flags",
                        Step::Nested => "nested",
                        Step::Each => "each",
                    });
                    let fields = properties.iter().map(|(field, _)| ident(field));
                    let types = properties.iter().map(|(_, to)| ident(to));
                    sections.extend(quote!(=> #title: #(#fields: #types,)*));
                }
                let fields = unset.iter().map(|field| ident(field));
                let unset = (!unset.is_empty()).then(|| quote!(=> unset: #(#fields,)*));
                items
                    .extend(quote!(convert #to: #from { #(#copied,)* #sections #unset #function }));
            }
            Conversion::Enum { is_integer, .. } => {
                get = Some(ident(if *is_integer { "value" } else { "as_str" }));
                enums.push(from);
            }
        }
    }
    items.extend(get.map(|get| quote!(convert_enum #to: #get { #(#enums,)* })));
    items
}
