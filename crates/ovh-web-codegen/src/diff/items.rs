//! The list of public items of a client, which the surface, the test program and the comparison use.

use super::{Change, Effect, Impact, ItemKind};
use crate::description::{
    ApiDescription, Command, Field, Flag, Operation, Page, Query, Type, TypeKind,
};

/// An operation with its route.
pub(super) type At<'a> = (&'a str, &'a Operation);

/// The beginning of the names of commands and flags, whose other words are those of a call.
pub(super) const TOOL: &str = "ovh-web ";

/// A public item.
#[derive(Clone)]
pub(super) struct Item<'a> {
    pub(super) kind: ItemKind,
    /// The name of the item, as in [`Change::item`].
    pub(super) name: String,
    /// The item that contains this one.
    pub(super) parent: Option<String>,
    /// The module of operations, or the group of types.
    pub(super) module: &'a str,
    pub(super) subject: Subject<'a>,
}

/// The description of an item.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    Method(At<'a>),
    Page(At<'a>, &'a Page),
    Query(At<'a>),
    Setter(&'a Operation, &'a Query, &'a Field),
    Command(At<'a>, &'a Command),
    Flag(At<'a>, &'a Flag),
    Type(&'a str, &'a Type),
    /// Type, function and arguments, among other fields.
    Constructor(&'a str, &'a str, &'a [Field]),
    /// Type and trait.
    Trait(&'a str, &'a str),
    Field(&'a str, &'a Type, &'a Field),
    /// Type, wire value and variant.
    Value(&'a str, &'a Type, &'a str, &'a str),
}

/// Lists the items of a client.
pub(super) fn all(api: &ApiDescription) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    for (route, of) in &api.operations {
        let (at, id, module) = ((route.as_str(), of), of.id(), of.module.as_str());
        let mut add = |kind, name, parent: Option<&str>, subject| {
            items.push(Item {
                kind,
                name,
                parent: parent.map(str::to_owned),
                module,
                subject,
            });
        };
        add(ItemKind::Operation, id.clone(), None, Subject::Method(at));
        if let Some(page) = &of.page {
            let name = format!("{module}::{}", page.verb);
            add(ItemKind::Page, name, Some(&id), Subject::Page(at, page));
        }
        if let Some(query) = &of.query {
            let own = &query.name;
            let subject = Subject::Query(at);
            add(ItemKind::QueryType, own.clone(), Some(&id), subject);
            for value in &query.values {
                let name = format!("{own}.{}", value.name);
                let subject = Subject::Setter(of, query, value);
                add(ItemKind::Query, name, Some(own), subject);
            }
        }
        if let Some(command) = &of.command {
            let own = format!("{TOOL}{}", command.path);
            let subject = Subject::Command(at, command);
            add(ItemKind::Command, own.clone(), Some(&id), subject);
            for flag in &command.flags {
                let name = format!("{own} --{}", flag.name);
                add(ItemKind::Flag, name, Some(&own), Subject::Flag(at, flag));
            }
        }
    }
    for (own, of) in &api.types {
        let mut add = |kind, name, parent: Option<&str>, subject| {
            items.push(Item {
                kind,
                name,
                parent: parent.map(str::to_owned),
                module: &of.group,
                subject,
            });
        };
        add(ItemKind::Type, own.clone(), None, Subject::Type(own, of));
        let fields = of.kind.fields();
        let new = matches!(of.kind, TypeKind::Write(_)).then_some(("new", fields));
        let others = of.constructors.iter();
        let others = others.map(|(function, fields)| (function.as_str(), fields.as_slice()));
        for (function, fields) in new.into_iter().chain(others) {
            let subject = Subject::Constructor(own, function, fields);
            let name = format!("{own}::{function}");
            add(ItemKind::Constructor, name, Some(own), subject);
        }
        for bound in &of.traits {
            let name = format!("{own}: {bound}");
            add(ItemKind::Trait, name, Some(own), Subject::Trait(own, bound));
        }
        for field in fields {
            let name = format!("{own}.{}", field.name);
            add(
                ItemKind::Field,
                name,
                Some(own),
                Subject::Field(own, of, field),
            );
        }
        for (wire, variant) in of.kind.values().into_iter().flatten() {
            let name = format!("{own}::{variant}");
            let subject = Subject::Value(own, of, wire, variant);
            add(ItemKind::Value, name, Some(own), subject);
        }
    }
    items
}

impl<'a> Item<'a> {
    /// The identity of the item: query structs are in the module of their method.
    pub(super) fn key(&self) -> (bool, &'a str, String) {
        let is_query = matches!(self.kind, ItemKind::QueryType | ItemKind::Query);
        let module = if is_query { self.module } else { "" };
        (is_query, module, self.name.clone())
    }

    /// A change of the item.
    pub(super) fn change(&self, impact: Impact, effect: Effect, text: impl Into<String>) -> Change {
        Change::new(impact, effect, self.kind, self.module, &self.name, text)
    }

    /// A breaking change of the item that is still there.
    pub(super) fn breaks(&self, text: impl Into<String>) -> Change {
        self.change(Impact::Breaking, Effect::Changed, text)
    }
}
