//! A program that uses every public item of a client, to compile it with the next version.

use super::ItemKind;
use super::items::{self, Item, Subject};
use crate::description::{ApiDescription, Operation, Presence, TypeKind};
use crate::model::spelling::{qualified, spell};

/// A use of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The item, as in [`Change::item`](super::Change::item).
    pub item: String,
    /// A function on one line.
    pub code: String,
}

/// The first lines of the program, for the client crate of that name.
///
/// The program depends on that crate, `ovh_runtime`, `serde` and `serde_json`.
#[must_use]
pub fn head(client: &str) -> String {
    format!(
        "#![allow(warnings, clippy::all)]\n\
         use std::collections::BTreeMap;\nuse std::hash::Hash;\nuse std::net::IpAddr;\n\
         use ovh_runtime::{{Call, Date, DateTime, List, Nullable, Page, Response, Secret, TagFilters}};\n\
         use {client}::{{Client, types}};\n\
         fn any<T>() -> T {{ unimplemented!() }}\n\
         fn read<T: serde::de::DeserializeOwned + Clone + std::fmt::Debug>() {{}}\n\
         fn written<T: serde::Serialize + Clone + std::fmt::Debug>() {{}}\n"
    )
}

/// Uses each item, for the client crate of that name.
#[must_use]
pub fn uses(api: &ApiDescription, client: &str) -> Vec<Use> {
    let context = Uses { api, client };
    // Commands belong to another program.
    let is_code = |item: &Item<'_>| !matches!(item.kind, ItemKind::Command | ItemKind::Flag);
    let items = items::all(api).into_iter().filter(is_code).enumerate();
    items
        .map(|(number, item)| Use {
            code: format!("fn use_{number}() {{ {} }}", context.code(&item.subject)),
            item: item.name,
        })
        .collect()
}

struct Uses<'a> {
    api: &'a ApiDescription,
    client: &'a str,
}

impl Uses<'_> {
    /// The type with the path of each type of the client.
    fn path(&self, ty: &str) -> String {
        let is_own = |name: &str| self.api.types.contains_key(name);
        match syn::parse_str(ty) {
            Ok(ty) => spell(&qualified(&ty, &is_own)),
            Err(_) => ty.to_owned(),
        }
    }

    /// A value of the type.
    fn any(&self, ty: &str) -> String {
        format!("any::<{}>()", self.path(ty))
    }

    /// The struct of optional query values.
    fn query(&self, of: &Operation) -> String {
        let name = of.query.as_ref().map_or("", |query| &query.name);
        format!("{}::{}::{name}", self.client, of.module)
    }

    /// The statements that use an item.
    fn code(&self, subject: &Subject<'_>) -> String {
        match subject {
            Subject::Method((_, of)) => {
                self.call(of, &of.verb, &format!("Call<{}>", self.path(&of.response)))
            }
            Subject::Page((_, of), page) => {
                let returned = format!("Call<Page<{}>>", self.path(&page.item));
                self.call(of, &page.verb, &returned)
            }
            Subject::Query((_, of)) => format!("let _ = any::<{}>();", self.query(of)),
            Subject::Setter(of, _, value) => {
                let (query, name, value) = (self.query(of), &value.name, self.any(&value.ty));
                format!("let _ = any::<{query}>().{name}({value});")
            }
            Subject::Type(name, of) => match of.kind {
                TypeKind::Switch => format!("let _ = any::<types::{name}>();"),
                TypeKind::Words(_) => format!(
                    "let it = any::<&types::{name}>(); let _: &str = it.as_str(); \
                     let _ = types::{name}::from(\"x\"); let _ = it.to_string();"
                ),
                TypeKind::Numbers(_) => format!(
                    "let _: i64 = any::<&types::{name}>().value(); \
                     let _ = types::{name}::from(1_i64);"
                ),
                TypeKind::Read(_) => format!("read::<types::{name}>();"),
                TypeKind::Write(_) => format!("written::<types::{name}>();"),
            },
            Subject::Trait(name, bound) => {
                let bound = match bound
                    .strip_prefix("From<")
                    .and_then(|of| of.strip_suffix('>'))
                {
                    Some(of) => format!("From<{}>", self.path(of).replace('&', "&'static ")),
                    None => (*bound).to_owned(),
                };
                format!("fn has<T: {bound}>() {{}} has::<types::{name}>();")
            }
            Subject::Command(..) | Subject::Flag(..) => String::new(),
            Subject::Constructor(name, function, fields) => {
                let fields = fields.iter();
                let required = fields.filter(|field| field.presence == Presence::Required);
                let values: Vec<String> = required.map(|field| self.any(&field.ty)).collect();
                format!("let _ = types::{name}::{function}({});", values.join(", "))
            }
            Subject::Field(name, _, field) => {
                let (spelled, own) = (self.path(&field.spelled()), &field.name);
                let read = format!("let _: &{spelled} = &any::<&types::{name}>().{own};");
                if !field.has_setter() {
                    return read;
                }
                let value = self.any(&field.ty);
                format!("{read} let _: types::{name} = any::<types::{name}>().{own}({value});")
            }
            Subject::Value(name, _, _, variant) => format!(
                "let _ = match any::<&types::{name}>() {{ types::{name}::{variant} => 1, _ => 2 }}; \
                 let _ = types::{name}::{variant};"
            ),
        }
    }

    fn call(&self, of: &Operation, verb: &str, returned: &str) -> String {
        let values = of.arguments.iter().map(|value| self.any(&value.ty));
        let query = of.query.iter();
        let query = query.map(|_| format!("any::<&{}>()", self.query(of)));
        let values = values.chain(query).collect::<Vec<_>>().join(", ");
        let module = &of.module;
        format!("let _: {returned} = any::<&Client>().{module}().{verb}({values});")
    }
}
