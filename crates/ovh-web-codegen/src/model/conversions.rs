//! Conversions of a model into the body that creates such an object, for copies and migrations.
//!
//! A body that creates gets one from the model of the same schema, or else from the model that is
//! read below its route. A required property that cannot be read is an argument. An optional ID is
//! not copied: it is the one of another object of the source's hosting. Enums get a conversion if
//! they are the same property of both, or if they have the same values and one is read and the
//! other sent.

use std::collections::{BTreeMap, BTreeSet};

use super::spelling::{base, inner, names, word};
use super::{Api, Kind, Property, Type};
use crate::description::Presence;
use crate::names::case;
use crate::normalize::roles::Role;

/// A conversion of another type into the one that it belongs to.
#[derive(Debug)]
pub(crate) enum Conversion {
    /// Of a model into a body. With arguments it is a function instead of `From`.
    Object {
        read: String,
        function: String,
        arguments: Vec<(String, syn::Type)>,
        copied: Vec<String>,
        unset: Vec<String>,
    },
    /// Of an enum into another one.
    Enum { read: String, is_integer: bool },
}

impl Conversion {
    /// The name of the type that is converted.
    pub(crate) fn read(&self) -> &String {
        match self {
            Self::Object { read, .. } | Self::Enum { read, .. } => read,
        }
    }
}

/// The conversions by the name of the type that they return.
pub(crate) type Conversions = BTreeMap<String, Vec<Conversion>>;

/// Finds all conversions. Published ones of enums stay when their values become different.
pub(crate) fn all(api: &Api, published: &BTreeSet<(String, String)>) -> Conversions {
    let mut found = Conversions::new();
    let mut enums = same_values(api);
    let is_integer = |name: &String| match api.types.get(name)?.kind {
        Kind::Enum { is_integer, .. } => Some(is_integer),
        _ => None,
    };
    let both = |(read, write): &&(String, String)| {
        is_integer(read).is_some() && is_integer(read) == is_integer(write)
    };
    enums.extend(published.iter().filter(both).cloned());
    for (write, read) in pairs(api) {
        let conversion = object(api, read, write, &mut enums);
        let of = found.entry(write.name.clone()).or_default();
        of.extend(conversion);
    }
    for (read, write) in enums {
        let kind = api.types.get(&read).map(|item| &item.kind);
        if let Some(&Kind::Enum { is_integer, .. }) = kind {
            let conversion = Conversion::Enum { read, is_integer };
            found.entry(write).or_default().push(conversion);
        }
    }
    found
}

/// Each body that creates, with the model that shows what was created: that of the same schema, or
/// the one that `GET /path/{id}` returns for the body of `POST /path`.
fn pairs(api: &Api) -> Vec<(&Type, &Type)> {
    let (mut of_schema, mut creates) = (BTreeMap::new(), Vec::new());
    for item in api.types.values() {
        match item.kind {
            Kind::Object {
                role: Role::Read, ..
            } => {
                of_schema.insert(&*item.origin, item);
            }
            Kind::Object {
                role: Role::Create, ..
            } => creates.push(item),
            _ => {}
        }
    }
    let (mut routes, mut below) = (BTreeMap::new(), BTreeMap::new());
    for operation in &api.operations {
        match (&*operation.method, operation.path.rsplit_once("/{")) {
            ("POST", _) => {
                let body = operation.body.as_ref().and_then(word);
                routes.extend(body.map(|body| (body, &*operation.path)));
            }
            ("GET", Some((path, rest))) if !rest.contains('/') => {
                below.extend(word(&operation.response).map(|name| (path, name)));
            }
            _ => {}
        }
    }
    let read = |write: &Type| {
        let same = of_schema.get(&*write.origin).copied();
        same.or_else(|| {
            let item = api.types.get(below.get(*routes.get(&write.name)?)?)?;
            matches!(
                item.kind,
                Kind::Object {
                    role: Role::Read,
                    ..
                }
            )
            .then_some(item)
        })
    };
    let pairs = creates.into_iter();
    pairs
        .filter_map(|write| Some((write, read(write)?)))
        .collect()
}

/// Pairs of enums with the same values, the first one read and the second one sent.
fn same_values(api: &Api) -> BTreeSet<(String, String)> {
    let (mut read, mut sent) = (BTreeSet::new(), BTreeSet::new());
    for operation in &api.operations {
        read.extend(names([&operation.response]));
        read.extend(operation.expanded.clone());
        let values = operation.values().map(|value| &value.ty);
        sent.extend(names(values.chain(&operation.body)));
    }
    let (read, sent) = (reachable(api, read), reachable(api, sent));
    let mut groups: BTreeMap<(bool, BTreeSet<&str>), Vec<&String>> = BTreeMap::new();
    for item in api.types.values() {
        if let Kind::Enum { is_integer, values } = &item.kind {
            let values = values.iter().map(|(wire, _)| &**wire).collect();
            let key = (*is_integer, values);
            groups.entry(key).or_default().push(&item.name);
        }
    }
    // Two properties of one object are different settings, whatever their values.
    let of_one_object = |from: &String, to: &String| {
        api.types.values().any(|item| {
            let types = names(item.properties().iter().map(|property| &property.ty));
            types.contains(from) && types.contains(to)
        })
    };
    let mut found = BTreeSet::new();
    // More than a few with the same values are alike by chance.
    for group in groups.values().filter(|group| group.len() <= 10) {
        for from in group.iter().filter(|name| read.contains(**name)) {
            let others = group.iter().filter(|name| {
                sent.contains(**name) && name != &from && !of_one_object(from, name)
            });
            found.extend(others.map(|to| ((*from).clone(), (*to).clone())));
        }
    }
    found
}

/// The names of these types and of all types below them.
fn reachable(api: &Api, names_of: BTreeSet<String>) -> BTreeSet<String> {
    let (mut todo, mut found) = (names_of, BTreeSet::new());
    while let Some(name) = todo.pop_first() {
        if let Some(item) = api.types.get(&name).filter(|_| found.insert(name)) {
            let below = item.properties().iter().map(|property| &property.ty);
            todo.extend(names(below));
        }
    }
    found
}

/// The origin of a property of the body.
enum Source {
    Copied,
    Argument,
    Unset,
}

fn object(
    api: &Api,
    read: &Type,
    write: &Type,
    enums: &mut BTreeSet<(String, String)>,
) -> Option<Conversion> {
    let (mut copied, mut unset, mut arguments) = (Vec::new(), Vec::new(), Vec::new());
    for property in write.properties() {
        let field = property.field.clone();
        match source(api, read, property, enums) {
            Source::Copied => copied.push(field),
            Source::Unset => unset.push(field),
            Source::Argument => arguments.push((field, property.ty.clone())),
        }
    }
    // Otherwise they are about different objects.
    if copied.len() <= arguments.len() {
        return None;
    }
    let function = format!("from_{}", case::snake(&read.name));
    // A setter has that name.
    if write.properties().iter().any(|it| it.field == function) {
        return None;
    }
    Some(Conversion::Object {
        read: read.name.clone(),
        function,
        arguments,
        copied,
        unset,
    })
}

/// Finds where a property comes from. Adds the enums that have to be converted.
fn source(
    api: &Api,
    read: &Type,
    write: &Property,
    enums: &mut BTreeSet<(String, String)>,
) -> Source {
    let is_required = write.presence == Presence::Required;
    let missing = if is_required {
        Source::Argument
    } else {
        Source::Unset
    };
    let mut properties = read.properties().iter();
    let Some(shown) = properties.find(|it| it.field == write.field && it.wire == write.wire) else {
        return missing;
    };
    // It identifies another object of the source's hosting.
    if !is_required && write.field.ends_with("_id") {
        return missing;
    }
    // `null` cannot stand for a required value.
    if is_required && inner(&shown.ty, "Option").is_some() {
        return missing;
    }
    if base(&shown.ty) == base(&write.ty) {
        return Source::Copied;
    }
    let is_integer = |name: &String| match api.types.get(name)?.kind {
        Kind::Enum { is_integer, .. } => Some(is_integer),
        _ => None,
    };
    match (word(&shown.ty), word(&write.ty)) {
        (Some(from), Some(to))
            if is_required
                && is_integer(&from).is_some()
                && is_integer(&from) == is_integer(&to) =>
        {
            enums.insert((from, to));
            Source::Copied
        }
        _ => missing,
    }
}
