//! A program that uses everything of a client, to see whether it still compiles with the next.

use std::fmt::Write as _;

use crate::description::{ApiDescription, Form, Operation, Presence};

/// One use of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The item, as [`Change::item`](super::Change::item) calls it.
    pub item: String,
    /// The operation or the type without which there is no such item.
    pub within: String,
    /// The code, of one line: a function.
    pub code: String,
}

/// What stands before the uses; `client` is the name of the client's crate. It wants the crates
/// `ovh_runtime`, `serde` and `serde_json` beside that one.
#[must_use]
pub fn head(client: &str) -> String {
    format!(
        "#![allow(warnings, clippy::all)]\n\
         use std::collections::BTreeMap;\nuse std::net::IpAddr;\n\
         use ovh_runtime::{{Call, Date, DateTime, List, Nullable, PageCall, Reply, Secret, TagFilters}};\n\
         use {client}::{{Client, types}};\n\
         fn read<T: serde::de::DeserializeOwned + Clone + std::fmt::Debug>() {{}}\n\
         fn written<T: serde::Serialize + Clone + std::fmt::Debug>() {{}}\n"
    )
}

/// A use of each operation, type, field, value, setter and constructor; `client` is the name of
/// the client's crate.
#[must_use]
pub fn uses(api: &ApiDescription, client: &str) -> Vec<Use> {
    let mut all = Uses {
        api,
        client,
        all: Vec::new(),
    };
    for operation in api.operations.values() {
        all.operation(operation);
    }
    for (name, item) in &api.types {
        all.of_type(name, &item.form);
    }
    all.all
}

struct Uses<'a> {
    api: &'a ApiDescription,
    client: &'a str,
    all: Vec<Use>,
}

impl Uses<'_> {
    fn add(&mut self, item: String, within: &str, arguments: &str, body: &str) {
        let number = self.all.len();
        self.all.push(Use {
            item,
            within: within.to_owned(),
            code: format!("fn use_{number}({arguments}) {{ {body} }}"),
        });
    }

    /// A type with the way to it.
    fn path(&self, spelled: &str) -> String {
        let mut out = String::new();
        let mut word = String::new();
        for c in spelled.chars().chain([' ']) {
            if c.is_alphanumeric() || c == '_' {
                word.push(c);
            } else {
                if self.api.types.contains_key(&word) {
                    out.push_str("types::");
                }
                out.push_str(&std::mem::take(&mut word));
                out.push(c);
            }
        }
        out.pop();
        out
    }

    fn operation(&mut self, operation: &Operation) {
        let id = operation.id();
        let mut parameters = String::from("client: &Client");
        let mut names = Vec::new();
        for (number, value) in operation.arguments.iter().enumerate() {
            let _ = write!(parameters, ", a{number}: {}", self.path(&value.ty));
            names.push(format!("a{number}"));
        }
        if let Some(query) = &operation.query {
            let home = format!("{}::{}", self.client, operation.family);
            let _ = write!(parameters, ", query: &{home}::{}", query.name);
            names.push("query".to_owned());
            for value in &query.values {
                self.add(
                    format!("{}.{}", query.name, value.name),
                    &id,
                    &format!(
                        "query: {home}::{}, value: {}",
                        query.name,
                        self.path(&value.ty)
                    ),
                    &format!("let _ = query.{}(value);", value.name),
                );
            }
        }
        let call =
            |verb: &str| format!("client.{}().{verb}({})", operation.family, names.join(", "));
        let reply = self.path(&operation.reply);
        self.add(
            id.clone(),
            &id,
            &parameters,
            &format!("let _: Call<{reply}> = {};", call(&operation.verb)),
        );
        if let Some(page) = &operation.page {
            self.add(
                format!("{}::{}", operation.family, page.verb),
                &id,
                &parameters,
                &format!(
                    "let _: PageCall<{}> = {};",
                    self.path(&page.item),
                    call(&page.verb)
                ),
            );
        }
    }

    fn of_type(&mut self, name: &str, form: &Form) {
        let own = name.to_owned();
        match form {
            Form::Switch => self.add(own, name, &format!("it: types::{name}"), "let _ = it;"),
            Form::Words(values) | Form::Numbers(values) => {
                let body = match form {
                    Form::Words(_) => format!(
                        "let _: &str = it.as_str(); let _ = types::{name}::from(\"x\"); let _ = it.to_string();"
                    ),
                    _ => format!("let _: i64 = it.value(); let _ = types::{name}::from(1_i64);"),
                };
                self.add(own, name, &format!("it: &types::{name}"), &body);
                for variant in values.values() {
                    self.add(
                        format!("{name}::{variant}"),
                        name,
                        &format!("it: &types::{name}"),
                        &format!(
                            "let _ = match it {{ types::{name}::{variant} => 1, _ => 2 }}; \
                             let _ = types::{name}::{variant};"
                        ),
                    );
                }
            }
            Form::Read(fields) => {
                self.add(own, name, "", &format!("read::<types::{name}>();"));
                for field in fields {
                    let ty = self.path(&field.ty);
                    self.add(
                        format!("{name}.{}", field.name),
                        name,
                        &format!("it: &types::{name}"),
                        &format!("let _: &{ty} = &it.{};", field.name),
                    );
                }
            }
            Form::Write(fields) => {
                self.add(own, name, "", &format!("written::<types::{name}>();"));
                let mut parameters = Vec::new();
                let mut names = Vec::new();
                for (number, field) in fields.iter().enumerate() {
                    let ty = self.path(&field.ty);
                    let spelled = self.path(&field.spelled());
                    let set = if field.presence == Presence::Required {
                        parameters.push(format!("a{number}: {ty}"));
                        names.push(format!("a{number}"));
                        String::new()
                    } else {
                        format!("let _: types::{name} = it.{}(value);", field.name)
                    };
                    self.add(
                        format!("{name}.{}", field.name),
                        name,
                        &format!("it: types::{name}, value: {ty}"),
                        &format!("let _: &{spelled} = &it.{}; {set}", field.name),
                    );
                }
                self.add(
                    format!("{name}::new"),
                    name,
                    &parameters.join(", "),
                    &format!("let _ = types::{name}::new({});", names.join(", ")),
                );
            }
        }
    }
}
