//! Conversions of a model into the body that creates such an object, for copies and migrations.
//!
//! A body that creates gets one from the model of the same schema, or else from the model that is
//! read below its route. A required property that cannot be read is an argument. Enums get one if
//! they are the same property of both, or if they have the same values and one is read and the
//! other sent.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use crate::description::Presence;
use crate::model::spelling::{base, ident, inner, names, word};
use crate::model::{Api, Kind, Property, Type};
use crate::names::case;
use crate::normalize::roles::Role;

/// The conversions into a type: the names of the sources, and the calls of macros.
#[derive(Debug, Default)]
pub(crate) struct Conversions {
    pub(crate) sources: BTreeSet<String>,
    pub(crate) calls: Vec<TokenStream>,
}

/// Finds all conversions, by the name of the type that they return.
pub(crate) fn all(api: &Api) -> BTreeMap<String, Conversions> {
    let mut found: BTreeMap<String, Conversions> = BTreeMap::new();
    let mut enums = same_values(api);
    for (write, read) in pairs(api) {
        if let Some(call) = object(api, read, write, &mut enums) {
            let conversions = found.entry(write.name.clone()).or_default();
            conversions.sources.insert(read.name.clone());
            conversions.calls.push(call);
        }
    }
    for (read, write) in enums {
        let Some(Kind::Enum { is_integer, .. }) = api.types.get(&read).map(|item| &item.kind)
        else {
            continue;
        };
        let get = ident(if *is_integer { "value" } else { "as_str" });
        let conversions = found.entry(write.clone()).or_default();
        let (from, to) = (ident(&read), ident(&write));
        let call = quote!(ovh_runtime::convert_enum!(#from => #to, #get););
        conversions.calls.push(call);
        conversions.sources.insert(read);
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
) -> Option<TokenStream> {
    let (mut copied, mut unset, mut arguments) = (Vec::new(), Vec::new(), Vec::new());
    for property in write.properties() {
        let field = ident(&property.field);
        match source(api, read, property, enums) {
            Source::Copied => copied.push(field),
            Source::Unset => unset.push(field),
            Source::Argument => {
                let ty = &property.ty;
                arguments.push(quote!(#field: #ty));
            }
        }
    }
    // Otherwise they are about different objects.
    if copied.len() <= arguments.len() {
        return None;
    }
    let (from, to) = (ident(&read.name), ident(&write.name));
    let function = format!("from_{}", case::snake(&read.name));
    // A setter has that name.
    if write.properties().iter().any(|it| it.field == function) {
        return None;
    }
    let function = ident(&function);
    let function = (!arguments.is_empty()).then(|| quote!(::#function(#(#arguments),*)));
    Some(quote!(ovh_runtime::convert! {
        #from => #to #function,
        copied(#(#copied),*),
        unset(#(#unset),*),
    }))
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
