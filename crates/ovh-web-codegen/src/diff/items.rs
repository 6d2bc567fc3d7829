//! The public items of a client, each once.
//!
//! The surface, the program that uses all of it, and the comparison walk this list and no other.

use super::ItemKind;
use crate::description::{ApiDescription, Field, Form, Operation, Page, Query, Type, Value};

/// Something that a program can name.
#[derive(Clone, Copy)]
pub(super) enum Item<'a> {
    Method(&'a str, &'a Operation),
    Page(&'a str, &'a Operation, &'a Page),
    Query(&'a str, &'a Operation, &'a Query),
    Setter(&'a Operation, &'a Query, &'a Value),
    Type(&'a str, &'a Type),
    Constructor(&'a str, &'a Type, &'a [Field]),
    Field(&'a str, &'a Type, &'a Field),
    /// Type, value and variant.
    Value(&'a str, &'a Type, &'a str, &'a str),
}

/// Lists the items of a client.
pub(super) fn all(api: &ApiDescription) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    for (route, of) in &api.operations {
        items.push(Item::Method(route, of));
        let page = of.page.as_ref();
        items.extend(page.map(|page| Item::Page(route, of, page)));
        if let Some(query) = &of.query {
            items.push(Item::Query(route, of, query));
            let values = query.values.iter();
            items.extend(values.map(|value| Item::Setter(of, query, value)));
        }
    }
    for (name, of) in &api.types {
        items.push(Item::Type(name, of));
        match &of.form {
            Form::Read(fields) | Form::Write(fields) => {
                if matches!(of.form, Form::Write(_)) {
                    items.push(Item::Constructor(name, of, fields));
                }
                items.extend(fields.iter().map(|field| Item::Field(name, of, field)));
            }
            Form::Words(values) | Form::Numbers(values) => {
                let values = values.iter();
                items.extend(values.map(|(wire, variant)| Item::Value(name, of, wire, variant)));
            }
            Form::Switch => {}
        }
    }
    items
}

impl<'a> Item<'a> {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Method(_, of) => of.id(),
            Self::Page(_, of, page) => format!("{}::{}", of.module, page.verb),
            Self::Query(_, _, query) => query.name.clone(),
            Self::Setter(_, query, value) => format!("{}.{}", query.name, value.name),
            Self::Type(name, _) => (*name).to_owned(),
            Self::Constructor(name, ..) => format!("{name}::new"),
            Self::Field(name, _, field) => format!("{name}.{}", field.name),
            Self::Value(name, _, _, variant) => format!("{name}::{variant}"),
        }
    }

    /// The item without which this one does not exist.
    pub(super) fn parent(&self) -> Option<String> {
        match self {
            Self::Method(..) | Self::Type(..) => None,
            Self::Page(_, of, _) | Self::Query(_, of, _) => Some(of.id()),
            Self::Setter(_, query, _) => Some(query.name.clone()),
            Self::Constructor(name, ..) | Self::Field(name, ..) | Self::Value(name, ..) => {
                Some((*name).to_owned())
            }
        }
    }

    /// The identity of the item: query structs live in the module of their method.
    pub(super) fn key(&self) -> (bool, &'a str, String) {
        match self {
            Self::Query(_, of, _) | Self::Setter(of, ..) => (true, &of.module, self.name()),
            _ => (false, "", self.name()),
        }
    }

    pub(super) const fn sort(&self) -> ItemKind {
        match self {
            Self::Method(..) => ItemKind::Operation,
            Self::Page(..) => ItemKind::Page,
            Self::Query(..) => ItemKind::QueryType,
            Self::Setter(..) => ItemKind::Query,
            Self::Type(..) => ItemKind::Type,
            Self::Constructor(..) => ItemKind::Constructor,
            Self::Field(..) => ItemKind::Field,
            Self::Value(..) => ItemKind::Value,
        }
    }

    /// The module of operations, or the group of types.
    pub(super) const fn module(&self) -> &'a str {
        match self {
            Self::Method(_, of) | Self::Page(_, of, _) | Self::Query(_, of, _) => {
                of.module.as_str()
            }
            Self::Setter(of, ..) => of.module.as_str(),
            Self::Type(_, of) | Self::Constructor(_, of, _) | Self::Field(_, of, _) => {
                of.group.as_str()
            }
            Self::Value(_, of, ..) => of.group.as_str(),
        }
    }
}
