//! Compares the items of two clients: new, removed and changed items.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{self, Item, Subject, TOOL};
use super::renames::{self, Renames};
use super::{Change, Effect, Guess, Impact, ItemKind, commands, operations, types};
use crate::description::{ApiDescription, Command};
use crate::escape::code;

/// Compares all items.
pub(super) fn items(old: &ApiDescription, new: &ApiDescription) -> Vec<Change> {
    let by_key = |api| -> BTreeMap<_, Item<'_>> {
        let items = items::all(api).into_iter();
        items.map(|item| (item.key(), item)).collect()
    };
    let (before, after) = (by_key(old), by_key(new));
    let renames = Renames::of(old, new);
    // Each change of a part with the item that contains the part.
    let mut changes: Vec<(Option<String>, Change)> = Vec::new();
    for (key, item) in &before {
        let now = after.get(key);
        match now.and_then(|now| changed(item, now, new)) {
            Some(found) => changes.extend(found.into_iter().map(|change| (None, change))),
            None => {
                changes.push((item.parent.clone(), gone(item, new, &renames)));
                changes.extend(now.map(|now| (now.parent.clone(), came(now, new))));
            }
        }
    }
    let only = after.iter().filter(|(key, _)| !before.contains_key(*key));
    changes.extend(only.map(|(_, item)| (item.parent.clone(), came(item, new))));
    fold(changes)
}

/// Adds the changes of parts to the change of their type or method.
fn fold(changes: Vec<(Option<String>, Change)>) -> Vec<Change> {
    let is_whole = |change: &Change| {
        let is_type = matches!(change.kind, ItemKind::Type | ItemKind::QueryType);
        let is_command = change.kind == ItemKind::Command;
        match change.effect {
            Effect::New => is_type || is_command || change.kind == ItemKind::Operation,
            Effect::Gone => is_type || is_command,
            // A type of another kind has none of its old parts.
            Effect::Changed => is_type && change.impact == Impact::Breaking,
        }
    };
    let key = |change: &Change| (change.effect == Effect::New, change.item.clone());
    let wholes = changes.iter().filter(|(_, change)| is_whole(change));
    let wholes: BTreeSet<_> = wholes.map(|(_, change)| key(change)).collect();
    let parents = changes.iter();
    let parents: BTreeMap<_, _> = parents
        .filter_map(|(parent, change)| Some((key(change), parent.clone()?)))
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
    for change in own.iter_mut().filter(|change| is_whole(change)) {
        change.parts = parts.remove(&key(change)).unwrap_or_default();
    }
    own
}

fn came(item: &Item<'_>, new: &ApiDescription) -> Change {
    let text = match item.subject {
        Subject::Method(at) => operations::came(new, at),
        Subject::Page((_, of), page) => operations::pages(of, page),
        Subject::Query((_, of)) => format!("the optional values of `{}`", of.id()),
        Subject::Setter(of, _, value) => format!("`{}`, for `{}`", value.ty, of.id()),
        Subject::Type(_, of) => types::came(&of.kind),
        Subject::Constructor(..) => "the constructor".to_owned(),
        Subject::Trait(..) => "the trait".to_owned(),
        Subject::Field(_, _, field) => types::field_came(field),
        Subject::Value(_, _, wire, _) => code(wire),
        Subject::Command((_, of), _) => format!("for `{}`", of.id()),
        Subject::Flag(_, flag) => commands::flag_came(flag),
    };
    // A script that runs the command does not give the flag.
    let impact = match item.subject {
        Subject::Flag(_, flag) if flag.is_required => Impact::Breaking,
        _ => Impact::Additive,
    };
    item.change(impact, Effect::New, text)
}

fn gone(item: &Item<'_>, new: &ApiDescription, renames: &Renames<'_>) -> Change {
    let successor = |route, name: &dyn Fn(&_) -> Option<String>| {
        let successor = renames.operation(route)?;
        Some(successor.guess(&name(successor.of)?))
    };
    let (text, guess) = match item.subject {
        Subject::Method((route, of)) => (
            operations::gone(new, (route, of)),
            successor(route, &|now| Some(now.id())),
        ),
        Subject::Page((route, of), page) => (
            operations::pages(of, page),
            successor(route, &|now| {
                Some(format!("{}::{}", now.module, now.page.as_ref()?.verb))
            }),
        ),
        Subject::Query((route, of)) => (
            format!("the optional values of `{}`", of.id()),
            successor(route, &|now| Some(now.query.as_ref()?.name.clone())),
        ),
        Subject::Setter(of, query, value) => {
            let mut all = new.operations.values();
            let now = all.find(|now| now.id() == of.id());
            let now = now.and_then(|now| now.query.as_ref());
            (
                format!("optional value {} of `{}`", code(&value.wire), of.id()),
                now.and_then(|now| renames::part(value, &query.values, &now.values)),
            )
        }
        Subject::Command((route, of), _) => {
            let name = |now: &Command| format!("{TOOL}{}", now.path);
            let same = new
                .operations
                .get(route)
                .and_then(|now| now.command.as_ref());
            let same = same.map(|now| Guess::new([name(now).as_str()], "same route", true));
            let moved = || successor(route, &|now| now.command.as_ref().map(name));
            (format!("for `{}`", of.id()), same.or_else(moved))
        }
        Subject::Flag((route, of), flag) => {
            let now = new
                .operations
                .get(route)
                .and_then(|now| now.command.as_ref());
            (format!("of `{}`", of.id()), commands::renamed(flag, now))
        }
        Subject::Type(name, of) => (types::gone(of), renames.of_type(name)),
        Subject::Constructor(..) => ("the constructor".to_owned(), None),
        Subject::Trait(..) => ("the trait".to_owned(), None),
        Subject::Field(name, of, field) => {
            let now = new.types.get(name);
            let now = now.map_or(&[][..], |of| of.kind.fields());
            let guess = renames::part(field, of.kind.fields(), now);
            (format!("`{}`", field.spelled()), guess)
        }
        Subject::Value(name, of, wire, _) => {
            let now = new.types.get(name).and_then(|of| of.kind.values());
            match now.and_then(|values| values.get(wire)) {
                Some(variant) => {
                    let guess = Guess::new([variant.as_str()], "same value", true);
                    (code(wire), Some(guess))
                }
                None => (types::value_gone(name, &of.kind, wire), None),
            }
        }
    };
    Change {
        guess,
        ..item.change(Impact::Breaking, Effect::Gone, text)
    }
}

/// Compares an item with the one that has its name now; `None` if that is of another kind.
fn changed(item: &Item<'_>, now: &Item<'_>, new: &ApiDescription) -> Option<Vec<Change>> {
    use Subject::{
        Command, Constructor, Field, Flag, Method, Page, Query, Setter, Trait, Type, Value,
    };
    let change = match (item.subject, now.subject) {
        (Type(_, before), Type(_, after)) => return Some(types::changed(now, before, after)),
        (Field(_, _, before), Field(_, _, after)) => {
            return Some(types::field(now, before, after));
        }
        (Command(before, was), Command(after, is)) => {
            commands::changed(item, (before.0, was), (after.0, is))
        }
        (Flag(_, before), Flag(_, after)) => commands::flag(now, new, before, after),
        (Method(before), Method(after)) => operations::changed(item, before, after),
        (Page(before, was), Page(after, is)) => operations::page(item, (before, was), (after, is)),
        (Query(..), Query(..)) | (Trait(..), Trait(..)) => None,
        (Setter(_, _, before), Setter(_, _, after)) => operations::setter(item, new, before, after),
        (Constructor(_, _, before), Constructor(_, _, after)) => {
            types::constructor(now, new, before, after)
        }
        (Value(_, _, before, _), Value(name, of, after, _)) => {
            types::value(now, (name, of), before, after)
        }
        _ => return None,
    };
    Some(change.into_iter().collect())
}
