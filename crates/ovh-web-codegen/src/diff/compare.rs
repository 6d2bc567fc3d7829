//! Compares the items of two clients: what came, what went, and what is there in another form.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{self, Item};
use super::renames::{self, Renames};
use super::{Change, Effect, Guess, ItemKind, Verdict, operations, types};
use crate::description::{ApiDescription, Form};
use crate::escape::code;

/// Compares all items.
pub(super) fn items(old: &ApiDescription, new: &ApiDescription) -> Vec<Change> {
    let by_key = |api| -> BTreeMap<_, Item<'_>> {
        let items = items::all(api).into_iter();
        items.map(|item| (item.key(), item)).collect()
    };
    let (before, after) = (by_key(old), by_key(new));
    let renames = Renames::of(old, new);
    // Each with the item without which the one that it speaks of does not exist.
    let mut changes: Vec<(Option<String>, Change)> = Vec::new();
    for (key, item) in &before {
        let now = after.get(key).copied();
        match now.and_then(|now| changed(*item, now, new)) {
            Some(told) => changes.extend(told.into_iter().map(|change| (None, change))),
            None => {
                changes.push((item.parent(), gone(*item, new, &renames)));
                changes.extend(now.map(|now| (now.parent(), came(now, new))));
            }
        }
    }
    let only = after.iter().filter(|(key, _)| !before.contains_key(*key));
    changes.extend(only.map(|(_, item)| (item.parent(), came(*item, new))));
    fold(changes)
}

/// Puts what came or went with its type into the change of the type, and what came with its method into
/// that of the method.
fn fold(changes: Vec<(Option<String>, Change)>) -> Vec<Change> {
    let whole = |change: &Change| {
        let is_type = matches!(change.sort, ItemKind::Type | ItemKind::QueryType);
        match change.effect {
            Effect::New => is_type || change.sort == ItemKind::Operation,
            Effect::Gone => is_type,
            // A type of another form has none of its old parts.
            Effect::Changed => is_type && change.verdict == Verdict::Breaking,
        }
    };
    let parts_of = |change: &Change| (change.effect == Effect::New, change.item.clone());
    let wholes: BTreeSet<_> = changes
        .iter()
        .filter(|(_, change)| whole(change))
        .map(|(_, change)| parts_of(change))
        .collect();
    let parents: BTreeMap<_, _> = changes
        .iter()
        .filter_map(|(parent, change)| Some((parts_of(change), parent.clone()?)))
        .collect();
    let mut parts: BTreeMap<_, Vec<String>> = BTreeMap::new();
    let mut own = Vec::new();
    for (mut parent, change) in changes {
        let mut root = None;
        while let Some(name) = parent {
            let key = (change.effect == Effect::New, name);
            parent = parents.get(&key).cloned();
            if wholes.contains(&key) {
                root = Some(key);
            }
        }
        match root {
            Some(root) => parts.entry(root).or_default().push(change.item),
            None => own.push(change),
        }
    }
    for change in own.iter_mut().filter(|change| whole(change)) {
        change.parts = parts.remove(&parts_of(change)).unwrap_or_default();
    }
    own
}

fn came(item: Item<'_>, new: &ApiDescription) -> Change {
    let text = match item {
        Item::Method(route, of) => operations::came(new, (route, of)),
        Item::Page(_, of, page) => operations::pages(of, page),
        Item::Query(_, of, _) => format!("the optional values of `{}`", of.id()),
        Item::Setter(of, _, value) => format!("`{}`, for `{}`", value.ty, of.id()),
        Item::Type(_, of) => types::came(&of.form),
        Item::Constructor(..) => "the constructor".to_owned(),
        Item::Field(_, _, field) => types::field_came(field),
        Item::Value(_, _, wire, _) => code(wire),
    };
    let (sort, module) = (item.sort(), item.module());
    Change::new(
        Verdict::Additive,
        Effect::New,
        sort,
        module,
        item.name(),
        text,
    )
}

fn gone(item: Item<'_>, new: &ApiDescription, renames: &Renames<'_>) -> Change {
    let mut text = match item {
        Item::Method(route, of) => operations::gone(new, (route, of)),
        Item::Page(_, of, page) => operations::pages(of, page),
        Item::Query(_, of, _) => format!("the optional values of `{}`", of.id()),
        Item::Setter(of, _, value) => {
            format!("optional value {} of `{}`", code(&value.wire), of.id())
        }
        Item::Type(_, of) => types::gone(of),
        Item::Constructor(..) => "the constructor".to_owned(),
        Item::Field(_, _, field) => format!("`{}`", field.spelled()),
        Item::Value(name, of, wire, _) => types::value_gone(name, &of.form, wire),
    };
    let guess = match item {
        Item::Method(route, _) => {
            let heir = renames.operation(route);
            heir.map(|heir| heir.guess(&heir.of.id()))
        }
        Item::Page(route, ..) => renames.operation(route).and_then(|heir| {
            let page = heir.of.page.as_ref()?;
            Some(heir.guess(&format!("{}::{}", heir.of.module, page.verb)))
        }),
        Item::Query(route, ..) => renames.operation(route).and_then(|heir| {
            let query = heir.of.query.as_ref()?;
            Some(heir.guess(&query.name))
        }),
        Item::Setter(of, query, value) => {
            let mut all = new.operations.values();
            let now = all.find(|now| now.id() == of.id());
            let now = now.and_then(|now| now.query.as_ref());
            now.and_then(|now| renames::part(value, &query.values, &now.values))
        }
        Item::Type(name, _) => renames.of_type(name),
        Item::Field(name, of, field) => {
            let old = of.form.fields();
            let now = new.types.get(name).map_or(&[][..], |of| of.form.fields());
            renames::part(field, old, now)
        }
        Item::Value(name, _, wire, _) => match new.types.get(name).map(|of| &of.form) {
            Some(Form::Words(values) | Form::Numbers(values)) => values
                .get(wire)
                .map(|variant| Guess::new([variant.as_str()], "same value", true)),
            _ => None,
        },
        Item::Constructor(..) => None,
    };
    if let (Item::Value(_, _, wire, _), Some(_)) = (item, &guess) {
        text = code(wire);
    }
    let (sort, module) = (item.sort(), item.module());
    Change {
        guess,
        ..Change::new(
            Verdict::Breaking,
            Effect::Gone,
            sort,
            module,
            item.name(),
            text,
        )
    }
}

/// How an item that is still there differs; `None` if something else has its name.
fn changed(item: Item<'_>, now: Item<'_>, new: &ApiDescription) -> Option<Vec<Change>> {
    let change = match (item, now) {
        (Item::Type(name, before), Item::Type(_, after)) => {
            return Some(types::changed(name, before, after));
        }
        (Item::Field(name, _, field), Item::Field(_, of, now)) => {
            return Some(types::field(name, of, field, now));
        }
        (Item::Method(was, before), Item::Method(is, after)) => {
            operations::changed((was, before), (is, after))
        }
        (Item::Page(was, before, page), Item::Page(is, after, now)) => {
            operations::page(((was, before), page), ((is, after), now))
        }
        (Item::Query(..), Item::Query(..)) => None,
        (Item::Setter(of, query, value), Item::Setter(_, _, now)) => {
            operations::setter(new, (of, query), value, now)
        }
        (Item::Constructor(name, _, old), Item::Constructor(_, of, now)) => {
            types::constructor(new, (name, of), old, now)
        }
        (Item::Value(name, _, was, variant), Item::Value(_, of, now, _)) => {
            types::value((name, of), (variant, was, now))
        }
        _ => return None,
    };
    Some(change.into_iter().collect())
}
