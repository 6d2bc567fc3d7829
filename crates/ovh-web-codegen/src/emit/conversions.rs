//! The macro calls of conversions.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::conversions::Conversion;
use crate::model::spelling::ident;

/// The call that declares a conversion into the type `to`.
pub(crate) fn call(to: &str, conversion: &Conversion) -> TokenStream {
    let (from, to) = (ident(conversion.read()), ident(to));
    match conversion {
        Conversion::Object {
            function,
            arguments,
            copied,
            unset,
            ..
        } => {
            let (function, types) = (ident(function), arguments.iter().map(|(_, ty)| ty));
            let names = arguments.iter().map(|(name, _)| ident(name));
            let function =
                (!arguments.is_empty()).then(|| quote!(::#function(#(#names: #types),*)));
            let [copied, unset] =
                [copied, unset].map(|fields| fields.iter().map(|field| ident(field)));
            quote!(ovh_runtime::convert! {
                #from => #to #function,
                copied(#(#copied),*),
                unset(#(#unset),*),
            })
        }
        Conversion::Enum { is_integer, .. } => {
            let get = ident(if *is_integer { "value" } else { "as_str" });
            quote!(ovh_runtime::convert_enum!(#from => #to, #get);)
        }
    }
}
