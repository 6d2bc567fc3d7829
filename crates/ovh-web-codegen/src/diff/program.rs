//! A program that uses every public item of a client, to compile it with the next version.

use std::fmt::Write as _;

use super::items::{self, Subject};
use crate::description::{ApiDescription, Form, Operation, Presence, Query};
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
         use std::collections::BTreeMap;\nuse std::net::IpAddr;\n\
         use ovh_runtime::{{Call, Date, DateTime, List, Nullable, Page, Response, Secret, TagFilters}};\n\
         use {client}::{{Client, types}};\n\
         fn read<T: serde::de::DeserializeOwned + Clone + std::fmt::Debug>() {{}}\n\
         fn written<T: serde::Serialize + Clone + std::fmt::Debug>() {{}}\n"
    )
}

/// Uses each item, for the client crate of that name.
#[must_use]
pub fn uses(api: &ApiDescription, client: &str) -> Vec<Use> {
    let context = Uses { api, client };
    let items = items::all(api);
    let items = items.iter().enumerate();
    items
        .map(|(number, item)| {
            let (arguments, body) = context.code(&item.subject);
            Use {
                item: item.name.clone(),
                code: format!("fn use_{number}({arguments}) {{ {body} }}"),
            }
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

    /// The parameters of a function that uses an item, and its body.
    fn code(&self, subject: &Subject<'_>) -> (String, String) {
        let query = |of: &Operation, query: &Query| {
            format!("query: {}::{}::{}", self.client, of.module, query.name)
        };
        match subject {
            Subject::Method((_, of)) => {
                let reply = format!("Call<{}>", self.path(&of.reply));
                self.call(of, &of.verb, &reply)
            }
            Subject::Page((_, of), page) => {
                let reply = format!("Call<Page<{}>>", self.path(&page.item));
                self.call(of, &page.verb, &reply)
            }
            Subject::Query((_, of), it) => (query(of, it), "let _ = query;".to_owned()),
            Subject::Setter(of, it, value) => (
                format!("{}, value: {}", query(of, it), self.path(&value.ty)),
                format!("let _ = query.{}(value);", value.name),
            ),
            Subject::Type(name, of) => match of.form {
                Form::Switch => (format!("it: types::{name}"), "let _ = it;".to_owned()),
                Form::Words(_) => (
                    format!("it: &types::{name}"),
                    format!(
                        "let _: &str = it.as_str(); let _ = types::{name}::from(\"x\"); \
                         let _ = it.to_string();"
                    ),
                ),
                Form::Numbers(_) => (
                    format!("it: &types::{name}"),
                    format!("let _: i64 = it.value(); let _ = types::{name}::from(1_i64);"),
                ),
                Form::Read(_) => (String::new(), format!("read::<types::{name}>();")),
                Form::Write(_) => (String::new(), format!("written::<types::{name}>();")),
            },
            Subject::Constructor(name, fields) => {
                let required = fields.iter();
                let required = required.filter(|field| field.presence == Presence::Required);
                let (parameters, names): (Vec<String>, Vec<String>) = required
                    .enumerate()
                    .map(|(n, field)| (format!("a{n}: {}", self.path(&field.ty)), format!("a{n}")))
                    .unzip();
                let body = format!("let _ = types::{name}::new({});", names.join(", "));
                (parameters.join(", "), body)
            }
            Subject::Field(name, _, field) => {
                let (ty, spelled) = (self.path(&field.ty), self.path(&field.spelled()));
                let read = format!("let _: &{spelled} = &it.{};", field.name);
                if !field.has_setter() {
                    return (format!("it: &types::{name}"), read);
                }
                (
                    format!("it: types::{name}, value: {ty}"),
                    format!("{read} let _: types::{name} = it.{}(value);", field.name),
                )
            }
            Subject::Value(name, _, _, variant) => (
                format!("it: &types::{name}"),
                format!(
                    "let _ = match it {{ types::{name}::{variant} => 1, _ => 2 }}; \
                     let _ = types::{name}::{variant};"
                ),
            ),
        }
    }

    fn call(&self, of: &Operation, verb: &str, reply: &str) -> (String, String) {
        let mut parameters = String::from("client: &Client");
        let mut names = Vec::new();
        for (number, value) in of.arguments.iter().enumerate() {
            let _ = write!(parameters, ", a{number}: {}", self.path(&value.ty));
            names.push(format!("a{number}"));
        }
        if let Some(query) = &of.query {
            let (client, module, name) = (self.client, &of.module, &query.name);
            let _ = write!(parameters, ", query: &{client}::{module}::{name}");
            names.push("query".to_owned());
        }
        let names = names.join(", ");
        let body = format!("let _: {reply} = client.{}().{verb}({names});", of.module);
        (parameters, body)
    }
}
