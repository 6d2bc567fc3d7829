//! Conversions of a model into the body that creates or updates such an object, for copies and
//! migrations.
//!
//! A body gets one from the model of the same schema, from the model that is read at its route, and
//! from each model with all of its properties. A required property that cannot be read is an
//! argument. Not copied are secrets, which may be masked in responses, and optional numeric IDs: they
//! identify other objects of the source's hosting. Enums get a conversion if they are the same
//! property of both, or if they have the same values.

use std::collections::{BTreeMap, BTreeSet};

use super::spelling::{base, inner, word};
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
        /// The properties with another type, and the one of the body.
        converted: BTreeMap<Step, Vec<(String, String)>>,
        unset: Vec<String>,
    },
    /// Of an enum into another one.
    Enum { read: String, is_integer: bool },
}

/// The conversion of one property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// Of an enum or a text.
    Through,
    /// Of a boolean into an enum of two.
    Flags,
    /// Of a model.
    Nested,
    /// Of an `Option` or a list of models.
    Each,
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

/// The most types that are converted because they are alike. More are alike by chance, and their
/// pairs would be very many.
const MOST_ALIKE: usize = 50;

/// Two names: of the type that is converted, and of the result.
type Pair = (String, String);

/// Finds all conversions. Published ones of enums stay when their values become different.
pub(crate) fn all(api: &Api, published: &BTreeSet<Pair>) -> Conversions {
    let pairs = pairs(api);
    // A conversion may need those of the models inside.
    let mut known = BTreeSet::new();
    let (found, mut enums) = loop {
        let (mut found, mut enums) = (Conversions::new(), BTreeSet::new());
        let mut usable = BTreeSet::new();
        for (read, write) in &pairs {
            let Some(conversion) = object(api, &known, (read, write), &mut enums) else {
                continue;
            };
            let is_whole = !write.properties().iter().any(is_secret);
            if is_whole
                && matches!(&conversion, Conversion::Object { arguments, .. } if arguments.is_empty())
            {
                usable.insert((read.name.clone(), write.name.clone()));
            }
            found
                .entry(write.name.clone())
                .or_default()
                .push(conversion);
        }
        if usable == known {
            break (found, enums);
        }
        known = usable;
    };
    let is_integer = |name: &String| match api.types.get(name)?.kind {
        Kind::Enum { is_integer, .. } => Some(is_integer),
        _ => None,
    };
    let both =
        |(read, write): &&Pair| is_integer(read).is_some() && is_integer(read) == is_integer(write);
    enums.extend(same_values(api));
    enums.extend(published.iter().filter(both).cloned());
    let mut found = found;
    for (read, write) in enums {
        if let Some(is_integer) = is_integer(&read) {
            let conversion = Conversion::Enum { read, is_integer };
            found.entry(write).or_default().push(conversion);
        }
    }
    found
}

/// Each model with the bodies that it may become.
fn pairs(api: &Api) -> Vec<(&Type, &Type)> {
    let (models, bodies): (Vec<_>, Vec<_>) = api
        .types
        .values()
        .filter(|item| item.is_object())
        .partition(|item| is_model(item));
    let mut shown: BTreeMap<&str, String> = BTreeMap::new();
    for operation in api.operations.iter().filter(|it| it.method == "GET") {
        shown.extend(word(&operation.response).map(|name| (&*operation.path, name)));
    }
    // `POST /path` creates what `GET /path/{id}` shows, `PUT /path` and `POST /path/change` change
    // what `GET /path` shows. Many actions have one property that is alike by chance.
    let mut of_routes = BTreeSet::new();
    for operation in &api.operations {
        let (path, body) = (&*operation.path, operation.body.as_ref().and_then(word));
        let Some(body) = body.and_then(|name| api.types.get(&name)) else {
            continue;
        };
        let created = || shown.range(path..).find(|(below, _)| is_item(below, path));
        let changed = || match path.rsplit_once('/')? {
            (above, last) if !last.starts_with('{') && body.properties().len() > 1 => {
                shown.get(above)
            }
            _ => None,
        };
        let found = shown.get(path).or_else(|| Some(created()?.1));
        let found = found.or_else(changed);
        of_routes.extend(found.map(|read| (read.clone(), body.name.clone())));
    }
    let mut pairs = Vec::new();
    for write in bodies {
        let is_pair = |read: &Type| {
            read.origin == write.origin
                || of_routes.contains(&(read.name.clone(), write.name.clone()))
        };
        let (direct, others): (Vec<&Type>, _) = models.iter().partition(|read| is_pair(read));
        let mut alike: Vec<&Type> = others;
        alike.retain(|read| shares_all(read, write));
        if alike.len() > MOST_ALIKE {
            alike.clear();
        }
        pairs.extend(direct.into_iter().chain(alike).map(|read| (read, write)));
    }
    pairs
}

fn is_model(item: &Type) -> bool {
    let role = match item.kind {
        Kind::Object { role, .. } => Some(role),
        _ => None,
    };
    role == Some(Role::Read)
}

/// Returns `true` for `/path/{id}` below `/path`.
fn is_item(below: &str, path: &str) -> bool {
    let rest = below
        .strip_prefix(path)
        .and_then(|rest| rest.strip_prefix("/{"));
    rest.is_some_and(|rest| !rest.contains('/'))
}

/// Returns `true` if the model has all properties of the body. One alone is alike by chance.
fn shares_all(read: &Type, write: &Type) -> bool {
    let has = |wanted: &Property| {
        let mut properties = read.properties().iter();
        properties.any(|it| it.wire == wanted.wire && base(&it.ty) == base(&wanted.ty))
    };
    write.properties().len() > 1 && write.properties().iter().all(has)
}

/// Pairs of enums with the same values.
fn same_values(api: &Api) -> BTreeSet<Pair> {
    let mut groups: BTreeMap<(bool, BTreeSet<&str>), Vec<&String>> = BTreeMap::new();
    for item in api.types.values() {
        if let Kind::Enum { is_integer, values } = &item.kind {
            let values = values.iter().map(|(wire, _)| &**wire).collect();
            groups
                .entry((*is_integer, values))
                .or_default()
                .push(&item.name);
        }
    }
    let mut found = BTreeSet::new();
    for group in groups.values().filter(|group| group.len() <= MOST_ALIKE) {
        for from in group {
            let others = group.iter().filter(|to| *to != from);
            found.extend(others.map(|to| ((*from).clone(), (*to).clone())));
        }
    }
    found
}

fn is_secret(property: &Property) -> bool {
    word(base(&property.ty)).is_some_and(|name| name == "Secret")
}

/// The origin of a property of the body.
enum Source {
    Copied,
    /// From another type, into the one of that name.
    Converted(Step, String),
    Argument,
    Unset,
}

fn object(
    api: &Api,
    known: &BTreeSet<Pair>,
    (read, write): (&Type, &Type),
    enums: &mut BTreeSet<Pair>,
) -> Option<Conversion> {
    let (mut copied, mut unset, mut arguments) = (Vec::new(), Vec::new(), Vec::new());
    let mut converted: BTreeMap<Step, Vec<(String, String)>> = BTreeMap::new();
    let mut needed = BTreeSet::new();
    for property in write.properties() {
        let field = property.field.clone();
        match source(api, known, read, property, &mut needed) {
            Source::Copied => copied.push(field),
            Source::Converted(step, to) => converted.entry(step).or_default().push((field, to)),
            Source::Unset => unset.push(field),
            Source::Argument => arguments.push((field, property.ty.clone())),
        }
    }
    // Otherwise they are about different objects.
    let has = |(field, _): &&(String, syn::Type)| {
        let mut properties = read.properties().iter();
        properties.any(|property| property.field == *field)
    };
    let readable = arguments.iter().filter(has).count();
    let copies = copied.len() + converted.values().map(Vec::len).sum::<usize>();
    if copies == 0 || copies + readable <= arguments.len() - readable {
        return None;
    }
    let function = format!("from_{}", case::snake(&read.name));
    // A setter has that name.
    if write.properties().iter().any(|it| it.field == function) {
        return None;
    }
    enums.append(&mut needed);
    Some(Conversion::Object {
        read: read.name.clone(),
        function,
        arguments,
        copied,
        converted,
        unset,
    })
}

/// Finds where a property comes from. Adds the enums that have to be converted.
fn source(
    api: &Api,
    known: &BTreeSet<Pair>,
    read: &Type,
    write: &Property,
    enums: &mut BTreeSet<Pair>,
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
    let is_number = word(base(&write.ty)).is_some_and(|name| name == "i64");
    let is_of_another = !is_required && is_number && write.field.ends_with("_id");
    if is_of_another || is_secret(write) {
        return missing;
    }
    // `null` cannot stand for a required value.
    if is_required && inner(&shown.ty, "Option").is_some() {
        return missing;
    }
    if base(&shown.ty) == base(&write.ty) {
        return Source::Copied;
    }
    step(api, known, &shown.ty, &write.ty, enums)
        .map_or(missing, |(step, to)| Source::Converted(step, to))
}

/// Finds the conversion of a type into another one.
fn step(
    api: &Api,
    known: &BTreeSet<Pair>,
    from: &syn::Type,
    to: &syn::Type,
    enums: &mut BTreeSet<Pair>,
) -> Option<(Step, String)> {
    let kind = |name: &String| api.types.get(name).map(|item| &item.kind);
    let is_known = |from: &syn::Type, to: &String| {
        word(from).is_some_and(|from| known.contains(&(from, to.clone())))
    };
    if let (Some(item), Some(to)) = (inner(from, "Vec"), inner(to, "Vec").and_then(word)) {
        return is_known(item, &to).then_some((Step::Each, to));
    }
    let to = word(to)?;
    if let Some(item) = inner(from, "Option") {
        return is_known(item, &to).then_some((Step::Each, to));
    }
    let from = word(from)?;
    let found = match (&*from, kind(&from), kind(&to)?) {
        (_, Some(Kind::Object { .. }), Kind::Object { .. }) => {
            known.contains(&(from, to.clone())).then_some(Step::Nested)
        }
        ("bool", _, Kind::Switch) => Some(Step::Flags),
        ("String", _, Kind::Enum { is_integer, .. }) => (!is_integer).then_some(Step::Through),
        (_, Some(Kind::Enum { is_integer: a, .. }), Kind::Enum { is_integer: b, .. }) if a == b => {
            enums.insert((from, to.clone()));
            Some(Step::Through)
        }
        _ => None,
    };
    found.map(|step| (step, to))
}
