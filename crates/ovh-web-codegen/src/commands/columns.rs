//! The columns of a response: identity, state, kinds, dates and sizes.

use std::collections::BTreeMap;

use super::flags::is_secret;
use super::progress::status;
use super::{Kind, item};
use crate::model::spelling::{base, word};
use crate::model::{Api, Property, Type};

/// The largest number of columns.
const MOST: usize = 8;
/// Properties that identify an object, in this order.
const IDENTITY: [&str; 9] = [
    "id",
    "name",
    "serviceName",
    "displayName",
    "domain",
    "fqdn",
    "user",
    "login",
    "subDomain",
];
/// Properties that show a state.
const STATE: [&str; 3] = ["status", "state", "resourceStatus"];
/// Properties that tell objects of a type apart, in this order.
const KIND: [&str; 7] = [
    "type",
    "version",
    "engineName",
    "engineVersion",
    "language",
    "offer",
    "function",
];
/// Properties without a meaning for people.
const NOISE: [&str; 2] = ["checksum", "taskId"];
/// The object of a resource's properties in version 2.
const CURRENT: &str = "currentState";

/// The name of the parameter that selects an object, by the type of the object.
pub(super) fn keys(api: &Api) -> BTreeMap<String, String> {
    let gets = api.operations.iter().filter(|it| it.method == "GET");
    let keys = gets.filter_map(|get| {
        let key = get.path.rsplit('/').next()?.strip_prefix('{')?;
        Some((word(&item(api, get))?, key.strip_suffix('}')?.to_owned()))
    });
    keys.collect()
}

/// The columns of a type; `key` is the name of the parameter that selects its objects.
pub(super) fn of(api: &Api, name: &str, key: Option<&String>) -> Vec<String> {
    let Some(of) = api.types.get(name).filter(|item| item.is_object()) else {
        return Vec::new();
    };
    let work = status(api, of);
    let mut all: Vec<(usize, String)> = Vec::new();
    let mut add = |path: String, property: &Property| {
        if let Some(rank) = rank(api, property, work, key.map(String::as_str)) {
            all.push((rank, path));
        }
    };
    for property in of.properties() {
        match current(api, property) {
            Some(current) => {
                for inner in current.properties() {
                    add(format!("{}.{}", property.wire, inner.wire), inner);
                }
            }
            None => add(property.wire.clone(), property),
        }
    }
    all.sort();
    // Kinds, dates and sizes leave room for each other.
    let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
    let mut late = Vec::new();
    let mut columns = Vec::new();
    for (rank, path) in all {
        let count = seen.entry(rank).or_default();
        *count += 1;
        let is_late = (KINDS..OTHERS).contains(&rank) && *count > 2;
        match is_late {
            true => late.push(path),
            false => columns.push(path),
        }
    }
    columns.extend(late);
    columns.truncate(MOST);
    columns
}

const KINDS: usize = 30;
const OTHERS: usize = 40;

/// The place of a property among the columns; `None` if it is no column.
fn rank(api: &Api, property: &Property, work: Option<&str>, key: Option<&str>) -> Option<usize> {
    let wire = property.wire.as_str();
    let ty = base(&property.ty);
    if property.is_rest() || is_secret(ty) || NOISE.contains(&wire) {
        return None;
    }
    let kind = Kind::of(api, ty);
    if kind.is_none() {
        return is_quantity(api, ty).then_some(KINDS + 2);
    }
    if key == Some(wire) {
        return Some(0);
    }
    if let Some(place) = IDENTITY.iter().position(|name| *name == wire) {
        return Some(1 + place);
    }
    if work == Some(wire) {
        return Some(20);
    }
    if STATE.contains(&wire) {
        return Some(21);
    }
    if let Some(place) = KIND.iter().position(|name| *name == wire) {
        return Some(22 + place);
    }
    Some(match kind? {
        Kind::Choice { .. } => KINDS,
        Kind::Date | Kind::DateTime => KINDS + 1,
        Kind::Text | Kind::Ip => OTHERS,
        Kind::Integer | Kind::Number => OTHERS + 1,
        Kind::Boolean => OTHERS + 2,
    })
}

/// The properties of a resource of version 2.
fn current<'a>(api: &'a Api, property: &Property) -> Option<&'a Type> {
    let name = word(base(&property.ty)).filter(|_| property.wire == CURRENT)?;
    api.types.get(&name).filter(|item| item.is_object())
}

/// Returns `true` for a number with its unit.
fn is_quantity(api: &Api, ty: &syn::Type) -> bool {
    let of = word(ty).and_then(|name| api.types.get(&name));
    let has = |of: &Type, wire: &str| of.properties().iter().any(|it| it.wire == wire);
    of.is_some_and(|of| has(of, "unit") && has(of, "value"))
}
