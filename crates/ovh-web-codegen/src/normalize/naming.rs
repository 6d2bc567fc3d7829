//! Rule: schemas and operations get their Rust names, from the lock or from a route or schema.
//!
//! A name that another one has already gets a number and a line in the report; no other name moves.
//! Two equal names in the lock itself are an error, since somebody wrote them there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Merged;
use crate::document::repair::servers::split_version;
use crate::error::Errors;
use crate::names::{Lock, Name, case, operations, reserved, types};
use crate::note::{self, REFUSAL, RUNTIME_TYPES};
use crate::{Clashes, Error, FILE_LINES, openapi};

/// The file that errors about names point to.
const NAMES: &str = "names.toml";

pub(crate) fn apply(merged: &mut Merged, lock: &mut Lock) -> Result<(), Error> {
    let mut errors = Errors::default();
    name_operations(merged, lock, &mut errors);
    let renamed = name_types(merged, lock, &mut errors);
    errors.end()?;
    rename(&mut merged.document, &renamed);
    Ok(())
}

fn name_operations(merged: &mut Merged, lock: &mut Lock, errors: &mut Errors) {
    let mut methods: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, method, _) in openapi::operations(&merged.document) {
        let known = methods.entry(path.to_owned()).or_default();
        known.insert(method.to_uppercase());
    }
    let paths: BTreeSet<String> = methods.keys().cloned().collect();
    let mut routes = Vec::new();
    for (path, methods) in &methods {
        for method in methods {
            routes.push((format!("{method} {path}"), method, path));
        }
    }
    // Whose route is gone in this very step is as good as retired.
    let gone: Vec<String> = lock
        .operations
        .keys()
        .filter(|key| !routes.iter().any(|(route, _, _)| route == *key))
        .cloned()
        .collect();
    let mut retired: BTreeSet<Name> = lock.retired.values().cloned().collect();
    retired.extend(gone.iter().map(|key| lock.operations[key].clone()));
    let mut owners: BTreeMap<Name, &str> = BTreeMap::new();
    let mut modules = Modules::of(merged, lock);
    let mut renamed = Vec::new();
    for (route, method, path) in &routes {
        if !lock.operations.contains_key(route) {
            let (version, _) = split_version(path);
            let mut name = operations::propose(&operations::Route {
                method,
                path,
                section: &format!("{version}{}", merged.section_of(path).prefix),
                paths: &paths,
                methods: &methods[*path],
            });
            // Another name for a parameter makes no other route.
            let same = gone
                .iter()
                .find(|key| operations::shape(key) == operations::shape(route));
            let known = same.and_then(|key| lock.operations.remove(key));
            match known.or_else(|| lock.retired.remove(route)) {
                Some(back) => name = back,
                None if retired.contains(&name) => name.own.push_str("_again"),
                None => {}
            }
            reserved::module(&mut name.module);
            let node = &merged.document["paths"][*path][method.to_lowercase()];
            let plain = name.clone();
            if merged.clashes == Clashes::Resolve {
                modules.spread(&mut name, node);
            }
            modules.settle(&mut name, node);
            if plain.own != name.own {
                renamed.push((*path, method.to_lowercase(), plain, name.clone()));
            }
            lock.operations.insert(route.clone(), name);
        }
        let name = lock.operations[route].clone();
        if let Some(other) = owners.insert(name.clone(), route) {
            errors.add(Error::new(
                NAMES,
                "",
                format!("`{route}` and `{other}` would both be called `{name}`"),
                "give one of them another name under [operations]",
            ));
        }
    }
    for (path, method, plain, name) in renamed {
        let what = format!("another route is called `{plain}`: this one is `{name}`");
        merged.repaired("clash", path, &format!("/{method}"), what);
    }
    let mut number = 0;
    openapi::operations_mut(&mut merged.document, &mut |path, method, operation| {
        number += 1;
        let name = &lock.operations[&format!("{} {path}", method.to_uppercase())];
        operation[note::MODULE] = json!(name.module);
        operation[note::VERB] = json!(name.own);
        // progenitor wants an id that is unique in snake case; ours are, the documents' are not.
        operation["operationId"] = json!(format!("op_{number:04}"));
    });
}

/// The new name of each schema, and a note of it in the lock.
fn name_types(
    merged: &mut Merged,
    lock: &mut Lock,
    errors: &mut Errors,
) -> BTreeMap<String, String> {
    let namespaces: Vec<(String, String)> = merged
        .sections
        .iter()
        .map(|section| {
            let home = operations::home(&section.prefix);
            (section.namespace(), case::snake(home))
        })
        .collect();
    let mut roles: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (key, schema) in openapi::schemas(&merged.document) {
        let known = roles.entry(origin(key, schema)).or_default();
        known.insert(role(schema).to_owned());
    }
    let retired = lock.retired.values();
    let retired: BTreeSet<String> = retired.map(|name| name.own.clone()).collect();
    // Models are named before enums: an enum whose name without `Enum` is a model's keeps it.
    let mut new: Vec<(&String, bool)> = roles
        .iter()
        .filter(|(origin, _)| !note::is_of_runtime(origin))
        .filter(|(origin, _)| !lock.types.contains_key(*origin))
        .map(|(origin, roles)| (origin, roles.contains("enum")))
        .collect();
    new.sort_by_key(|(origin, is_enum)| (*is_enum, *origin));
    let fresh: Vec<String> = new.iter().map(|(origin, _)| (*origin).clone()).collect();
    for (origin, is_enum) in new {
        let mut name = propose(origin, &namespaces, lock);
        match lock.retired.remove(origin) {
            Some(back) => name = back,
            None if retired.contains(&name.own) => name.own.push_str("Again"),
            None => {}
        }
        reserved::group(&mut name.module);
        reserved::type_name(&mut name.own);
        if is_enum
            && origin.ends_with("Enum")
            && lock.types.values().any(|other| other.own == name.own)
        {
            name.own.push_str("Enum");
        }
        lock.types.insert(origin.clone(), name);
    }
    settle_types(merged, lock, &roles, &fresh);
    let mut renamed = BTreeMap::new();
    let mut owners: BTreeMap<String, String> = RUNTIME_TYPES
        .iter()
        .chain(&[REFUSAL])
        .map(|name| ((*name).to_owned(), "the runtime".to_owned()))
        .collect();
    let schemas = openapi::schemas_mut(&mut merged.document);
    for (key, schema) in schemas.iter_mut() {
        let origin = origin(key, schema);
        let Some(name) = lock.types.get(&origin) else {
            continue;
        };
        let roles = &roles[&origin];
        let role = role(schema);
        let own = role_name(&name.own, role, roles.len());
        let what = format!("`{origin}` ({role})");
        if let Some(other) = owners.insert(own.clone(), what.clone()) {
            errors.add(Error::new(
                NAMES,
                "",
                format!("{what} and {other} would both be the type `{own}`"),
                "give one of them another name under [types]",
            ));
        }
        schema[note::GROUP] = json!(name.module);
        renamed.insert(key.clone(), own);
    }
    lock.retire(
        |route| {
            let (method, path) = route.split_once(' ').unwrap_or((route, ""));
            let method = method.to_lowercase();
            merged.document["paths"]
                .get(path)
                .and_then(|item| item.get(&method))
                .is_some()
        },
        |origin| roles.contains_key(origin),
    );
    renamed
}

fn role(schema: &Value) -> &str {
    let role = schema.get(note::ROLE).and_then(Value::as_str);
    role.unwrap_or("enum")
}

/// The name of a schema in one of its roles.
fn role_name(own: &str, role: &str, roles: usize) -> String {
    match role {
        "create" if roles > 1 => format!("New{own}"),
        "update" if roles > 1 => format!("{own}Update"),
        "input" if roles > 1 => format!("{own}Input"),
        _ => own.to_owned(),
    }
}

/// Gives new types numbers where their names meet, and says so.
fn settle_types(
    merged: &mut Merged,
    lock: &mut Lock,
    roles: &BTreeMap<String, BTreeSet<String>>,
    fresh: &[String],
) {
    let mut taken: BTreeSet<String> = RUNTIME_TYPES
        .iter()
        .chain(&[REFUSAL])
        .map(|name| (*name).to_owned())
        .collect();
    let names = |own: &str, roles: &BTreeSet<String>| -> Vec<String> {
        let count = roles.len();
        roles
            .iter()
            .map(|role| role_name(own, role, count))
            .collect()
    };
    for (origin, name) in &lock.types {
        if let Some(roles) = roles.get(origin).filter(|_| !fresh.contains(origin)) {
            taken.extend(names(&name.own, roles));
        }
    }
    for origin in fresh {
        let Some(name) = lock.types.get_mut(origin) else {
            continue;
        };
        let plain = case::pascal(&name.own);
        let mut own = plain.clone();
        let mut number = 1;
        while names(&own, &roles[origin])
            .iter()
            .any(|name| taken.contains(name))
        {
            number += 1;
            // A digit at the end would run into the number.
            let joint = if plain.ends_with(|c: char| c.is_ascii_digit()) {
                "Spelling"
            } else {
                ""
            };
            own = format!("{plain}{joint}{number}");
        }
        taken.extend(names(&own, &roles[origin]));
        if own != name.own {
            let what = format!("another type is called `{}`: this one is `{own}`", name.own);
            name.own = own;
            merged.repaired_schema("clash", origin, what);
        }
    }
}

/// The names of each module, and the length of its file.
struct Modules {
    taken: BTreeSet<(String, String)>,
    names: BTreeSet<String>,
    /// The module that a name without a number stands for now, and its lines.
    open: BTreeMap<String, (String, usize)>,
}

impl Modules {
    fn of(merged: &Merged, lock: &Lock) -> Self {
        let mut modules = Self {
            taken: BTreeSet::new(),
            names: BTreeSet::new(),
            open: BTreeMap::new(),
        };
        for (route, name) in &lock.operations {
            let (method, path) = route.split_once(' ').unwrap_or((route, ""));
            if let Some(node) = merged.document["paths"]
                .get(path)
                .and_then(|item| item.get(method.to_lowercase()))
            {
                modules.names.insert(name.module.clone());
                for own in Self::names_of(&name.own, node) {
                    modules.taken.insert((name.module.clone(), own));
                }
            }
        }
        modules
    }

    /// The names of an operation in its module: methods, a row, a struct of its query.
    fn names_of(own: &str, node: &Value) -> Vec<String> {
        let plain = own.trim_end_matches('_');
        let mut names = vec![case::pascal(plain)];
        if node.get(note::EXPANDED).is_some() {
            names.push(if plain == "list" {
                "Page".to_owned()
            } else {
                case::pascal(&format!("{plain}_page"))
            });
        }
        names
    }

    /// Chooses a module whose file has enough lines left for the operation.
    fn spread(&mut self, name: &mut Name, node: &Value) {
        let plain = name.module.clone();
        let length = lines(node);
        let (mut module, filled) = self
            .open
            .remove(&plain)
            .unwrap_or_else(|| (plain.clone(), 0));
        let mut filled = filled + length;
        if filled > FILE_LINES - 100 && filled > length {
            module = case::free(&plain, |candidate| !self.names.contains(candidate));
            filled = length;
        }
        self.names.insert(module.clone());
        self.open.insert(plain, (module.clone(), filled));
        name.module = module;
    }

    /// A name that is free in its module.
    fn settle(&mut self, name: &mut Name, node: &Value) {
        let module = &name.module;
        let own = case::free(&name.own, |candidate| {
            Self::names_of(candidate, node)
                .into_iter()
                .all(|own| !self.taken.contains(&(module.clone(), own)))
        });
        for own in Self::names_of(&own, node) {
            self.taken.insert((module.clone(), own));
        }
        name.own = own;
    }
}

/// The approximate number of lines of an operation in its module's file.
fn lines(operation: &Value) -> usize {
    let parameters = openapi::items(operation, "parameters").count();
    match operation.get(note::EXPANDED) {
        Some(_) => 38 + 6 * parameters,
        None => 22 + 5 * parameters,
    }
}

fn origin(key: &str, schema: &Value) -> String {
    let origin = schema.get(note::ORIGIN).and_then(Value::as_str);
    origin.unwrap_or(key).to_owned()
}

fn propose(origin: &str, namespaces: &[(String, String)], lock: &Lock) -> Name {
    // `POST /x body`, `POST /x body.size`: called after the operation.
    let mut words = origin.splitn(3, ' ');
    if let (Some(method), Some(path), Some(place)) = (words.next(), words.next(), words.next())
        && let Some(operation) = lock.operations.get(&format!("{method} {path}"))
    {
        let thing = case::pascal(&case::singular(&operation.module));
        let verb = case::pascal(operation.own.trim_end_matches('_'));
        let (place, below) = place.split_once('.').unwrap_or((place, ""));
        let mut own = match (place, operation.own.as_str()) {
            ("body", "create") => format!("New{thing}"),
            ("body", _) => format!("{thing}{verb}"),
            ("reply", _) => format!("{thing}{verb}Reply"),
            (parameter, _) => match case::pascal(parameter) {
                // `delete` with `deleteFiles` is `WebsiteDeleteFiles`.
                own if own.starts_with(&verb) => format!("{thing}{own}"),
                own => format!("{thing}{verb}{own}"),
            },
        };
        own.push_str(
            &below
                .split('.')
                .map(case::pascal)
                .filter(|word| word != "Value")
                .collect::<String>(),
        );
        return Name::new(operation.module.clone(), case::pascal(&own));
    }
    let namespace = namespaces
        .iter()
        .find(|(namespace, _)| origin.starts_with(namespace.as_str()));
    let mut name = types::propose(origin, namespace.map_or("", |(namespace, _)| namespace));
    if let (Some((_, home)), "common") = (namespace, name.module.as_str()) {
        name.module.clone_from(home);
    }
    name
}

fn rename(document: &mut Value, renamed: &BTreeMap<String, String>) {
    openapi::all_mut(document, &mut |schema| {
        if let Some(name) = openapi::reference_name(schema).and_then(|name| renamed.get(name)) {
            openapi::retarget(schema, name);
        }
    });
    openapi::operations_mut(document, &mut |_, _, operation| {
        let name = operation
            .get(note::EXPANDED)
            .and_then(Value::as_str)
            .and_then(|name| renamed.get(name));
        if let Some(name) = name.cloned() {
            operation[note::EXPANDED] = json!(name);
        }
    });
    let schemas = openapi::schemas_mut(document);
    let old = std::mem::take(schemas);
    for (key, schema) in old {
        let origin = origin(&key, &schema);
        let name = renamed.get(&key).cloned().unwrap_or(key);
        let mut schema = schema;
        schema[note::ORIGIN] = json!(origin);
        schemas.insert(name, schema);
    }
}

#[cfg(test)]
mod tests;
