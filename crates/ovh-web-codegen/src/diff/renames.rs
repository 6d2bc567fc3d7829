//! Finds the replacement of a removed item.
//!
//! Only what stands in the same place counts: the same route, path, schema, type or property. Equal
//! contents elsewhere say nothing.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::{Guess, base_type};
use crate::description::{ApiDescription, Field, Operation};
use crate::names::operations::shape;
use crate::progenitor::is_task;

/// The replacements of removed operations, between two clients.
pub(super) struct Renames<'a> {
    old: &'a ApiDescription,
    new: &'a ApiDescription,
    operations: BTreeMap<&'a str, Successor<'a>>,
}

/// The operation that replaces another one.
#[derive(Clone, Copy)]
pub(super) struct Successor<'a> {
    pub(super) of: &'a Operation,
    why: &'static str,
    is_certain: bool,
}

impl Successor<'_> {
    /// The guess for the operation, or for an item of it.
    pub(super) fn guess(&self, name: &str) -> Guess {
        Guess::new([name], self.why, self.is_certain)
    }
}

impl<'a> Renames<'a> {
    pub(super) fn of(old: &'a ApiDescription, new: &'a ApiDescription) -> Self {
        let only = |api: &'a ApiDescription, other: &ApiDescription| -> Vec<&'a str> {
            let known: BTreeSet<String> = other.operations.values().map(Operation::id).collect();
            let all = api.operations.iter();
            let only = all.filter(|(_, of)| !known.contains(&of.id()));
            only.map(|(route, _)| route.as_str()).collect()
        };
        let (gone, came) = (only(old, new), only(new, old));
        let moves = moves(old, new, &gone, &came);
        let mut operations = BTreeMap::new();
        for route in gone {
            let one = |is_it: &dyn Fn(&str) -> bool| {
                let mut found = came.iter().copied().filter(|other| is_it(other));
                found.next().filter(|_| found.next().is_none())
            };
            let same_path = |other: &str| shape(path(other)) == shape(path(route));
            let same_shape = |other: &str| shape(other) == shape(route);
            let found = [
                (one(&|other| other == route), "same route", true),
                (one(&same_shape), "same route", true),
                (one(&same_path), "same path", false),
                (moves.get(route).copied(), "moved route", false),
            ];
            let mut found = found.into_iter();
            let found = found.find_map(|(now, why, is_certain)| {
                let of = &new.operations[now?];
                let successor = Successor {
                    of,
                    why,
                    is_certain,
                };
                Some((route, successor))
            });
            operations.extend(found);
        }
        Self {
            old,
            new,
            operations,
        }
    }

    /// The operation that replaces the one of a route.
    pub(super) fn operation(&self, route: &str) -> Option<Successor<'a>> {
        self.operations.get(route).copied()
    }

    /// The type that replaces one: made from the same schema, or used in the same places.
    pub(super) fn of_type(&self, name: &str) -> Option<Guess> {
        let origin = &self.old.types.get(name)?.origin;
        let is_new = |name: &&String| !self.old.types.contains_key(*name);
        let types = self.new.types.iter();
        let same = types.filter(|(_, after)| after.origin == *origin);
        let same: Vec<&String> = same.map(|(name, _)| name).filter(is_new).collect();
        match same.as_slice() {
            [same] => return Some(Guess::new([same.as_str()], "same schema", true)),
            [] => {}
            // A schema that became two types has no single replacement.
            _ => return None,
        }
        let places = self.places().into_iter();
        let found: BTreeSet<&str> = places
            .filter(|(was, _)| inner(was) == name)
            .map(|(_, now)| inner(now))
            .collect();
        let only = found.first().filter(|_| found.len() == 1)?;
        let is_type = self.new.types.contains_key(*only);
        is_type.then(|| Guess::new([*only], "same place", false))
    }

    /// The old and the new types of arguments, responses and fields.
    fn places(&self) -> Vec<(&'a str, &'a str)> {
        let named = self.new.operations.values();
        let named: BTreeMap<String, &Operation> = named.map(|of| (of.id(), of)).collect();
        let mut places: Vec<(&str, &str)> = Vec::new();
        let mut fields: Vec<(&[Field], &[Field])> = Vec::new();
        for (route, before) in &self.old.operations {
            let moved = || self.operation(route).map(|found| found.of);
            let Some(after) = named.get(&before.id()).copied().or_else(moved) else {
                continue;
            };
            places.push((&before.response, &after.response));
            let pages = before.page.as_ref().zip(after.page.as_ref());
            places.extend(pages.map(|(was, now)| (was.item.as_str(), now.item.as_str())));
            fields.push((&before.arguments, &after.arguments));
        }
        for (name, before) in &self.old.types {
            let after = self.new.types.get(name);
            fields.extend(after.map(|after| (before.kind.fields(), after.kind.fields())));
        }
        for (before, after) in fields {
            for was in before {
                let now = after.iter().filter(|other| other.wire == was.wire);
                places.extend(now.map(|now| (was.ty.as_str(), now.ty.as_str())));
            }
        }
        places
    }
}

/// Pairs the routes of a subtree that moved as a whole and still uses one of its types.
///
/// Routes move by one or two static segments: `/cron/{id}` to `/schedule/{id}` or `/job/cron/{id}`.
fn moves<'a>(
    old: &'a ApiDescription,
    new: &'a ApiDescription,
    gone: &[&'a str],
    came: &[&'a str],
) -> BTreeMap<&'a str, &'a str> {
    let stays = |api: &ApiDescription, place: &[String]| {
        let mut routes = api.operations.keys();
        routes.any(|route| segments(route)[1..].starts_with(place))
    };
    // By replaced segments: the pairs of routes, and `true` if they share a type.
    let mut found: BTreeMap<_, (Vec<(&str, &str)>, bool)> = BTreeMap::new();
    for route in gone {
        for other in came {
            let (was, now) = (segments(route), segments(other));
            let Some((begin, left, right)) = replaced(&was, &now) else {
                continue;
            };
            let [left, right] = [(&was, left), (&now, right)].map(|(all, len)| {
                let is_inserted = len == 0;
                (all[1..begin + len].to_vec(), is_inserted)
            });
            // The old place must be empty now, and the new one must have been empty.
            if !left.1 && stays(new, &left.0) || !right.1 && stays(old, &right.0) {
                continue;
            }
            let [was, now] = [&old.operations[*route], &new.operations[*other]].map(own_types);
            let entry = found.entry((left, right)).or_default();
            entry.0.push((route, other));
            entry.1 |= was.intersection(&now).next().is_some();
        }
    }
    let mut moves = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for (from, to) in found.into_values().filter(|of| of.1).flat_map(|of| of.0) {
        if moves.insert(from, to).is_some() {
            twice.insert(from);
        }
    }
    moves.retain(|from, _| !twice.contains(from));
    moves
}

/// The first segment where two routes differ, and how many static segments, at most two, differ.
fn replaced(was: &[String], now: &[String]) -> Option<(usize, usize, usize)> {
    let pairs = || was.iter().zip(now);
    let begin = pairs().take_while(|(a, b)| a == b).count();
    let rest = was.len().min(now.len()) - begin;
    let backwards = was.iter().rev().zip(now.iter().rev());
    let end = backwards.take(rest).take_while(|(a, b)| a == b).count();
    let (left, right) = (was.len() - begin - end, now.len() - begin - end);
    let is_static = |all: &[String], len: usize| {
        let mut part = all[begin..begin + len].iter();
        len <= 2 && part.all(|segment| segment != "{}")
    };
    let fits = begin > 0 && is_static(was, left) && is_static(now, right);
    fits.then_some((begin, left, right))
}

/// The method of a route and its segments, without the names of path values.
fn segments(route: &str) -> Vec<String> {
    let mut all = vec![method(route).to_owned()];
    all.extend(shape(path(route)).split('/').map(str::to_owned));
    all
}

/// The named types that can identify an operation.
fn own_types(of: &Operation) -> BTreeSet<&str> {
    let spelled = of.arguments.iter().map(|value| value.ty.as_str());
    let page = of.page.iter().map(|page| page.item.as_str());
    let all = spelled.chain(page).chain([of.response.as_str()]).map(inner);
    all.filter(|name| !is_common(name)).collect()
}

/// Returns `true` for types that many operations share.
fn is_common(name: &str) -> bool {
    let is_plain = name.starts_with(char::is_lowercase);
    let is_shared = [
        "", "()", "String", "Secret", "Date", "DateTime", "IpAddr", "Value",
    ];
    is_plain || is_shared.contains(&name) || is_task(name)
}

/// The HTTP method of a route.
pub(super) fn method(route: &str) -> &str {
    route.split(' ').next().unwrap_or_default()
}

/// The path of a route.
pub(super) fn path(route: &str) -> &str {
    route.split_once(' ').map_or(route, |(_, path)| path)
}

/// The innermost type: `Cron` of `&Vec<Cron>`.
fn inner(spelled: &str) -> &str {
    let from = spelled.rfind(['<', '&', ' ']).map_or(0, |at| at + 1);
    spelled[from..].trim_end_matches('>')
}

/// The replacement of a field or an optional value: the same wire name, or the same type and a name
/// that extends the old one or begins it.
pub(super) fn part(gone: &Field, old: &[Field], new: &[Field]) -> Option<Guess> {
    let is_new = |of: &&Field| !old.iter().any(|other| other.name == of.name);
    let came = || new.iter().filter(is_new);
    if let Some(other) = came().find(|of| of.wire == gone.wire) {
        return Some(Guess::new([other.name.as_str()], "same property", true));
    }
    let extends = |a: &str, b: &str| {
        let rest = a.strip_prefix(b);
        rest.is_some_and(|rest| rest.starts_with('_'))
    };
    let joined = |name: &str| name.replace('_', "");
    let is_alike = |a: &str, b: &str| joined(a) == joined(b) || extends(a, b) || extends(b, a);
    let alike: Vec<&str> = came()
        .filter(|of| base_type(&of.ty) == base_type(&gone.ty) && is_alike(&of.name, &gone.name))
        .map(|of| of.name.as_str())
        .collect();
    (!alike.is_empty()).then(|| Guess::new(alike, "similar name, same type", false))
}
