//! Refuses schemas that have no shape because they lead back to themselves.
//!
//! A schema that is its own alias, or is composed of itself, overflows the stack below us or makes
//! code that does not compile. An object that must contain another of its kind cannot exist.

use super::Checker;
use crate::Error;
use crate::openapi;
use crate::pointer::Pointer;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The largest number of names between a name and its shape.
const MAX_ALIASES: usize = 12;

/// The schemas that each schema leads to, with the property that does.
type Edges<'a> = BTreeMap<&'a str, Vec<(String, Option<&'a str>)>>;

impl Checker<'_> {
    pub(super) fn cycles(&self) -> Result<(), Error> {
        let (mut aliases, mut contained) = (Edges::new(), Edges::new());
        for (name, schema) in self.schemas.into_iter().flatten() {
            alias_targets(schema, aliases.entry(name).or_default());
            contents(schema, None, contained.entry(name).or_default());
        }
        for name in aliases.keys() {
            self.ends(name, &aliases)?;
        }
        self.contains_itself(&contained)
    }

    /// Follows `start` level by level: it must not come back, and the levels must end.
    fn ends(&self, start: &str, edges: &Edges<'_>) -> Result<(), Error> {
        let at = Pointer::of(&["components", "schemas", start]);
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut level: Vec<&str> = vec![start];
        for _ in 0..=MAX_ALIASES {
            let mut next = Vec::new();
            for (target, _) in level.iter().filter_map(|name| edges.get(name)).flatten() {
                if target == start {
                    return Err(self.root.fail_in(
                        at,
                        format!("the schema `{start}` is made of itself"),
                        "give it a `type`",
                    ));
                }
                if seen.insert(target) {
                    next.push(target.as_str());
                }
            }
            if next.is_empty() {
                return Ok(());
            }
            level = next;
        }
        Err(self.root.fail_in(
            at,
            format!("the schema `{start}` is an alias of more than {MAX_ALIASES} others"),
            "let it refer to the last of them",
        ))
    }

    /// Removes schemas that contain only removed ones; what is left contains itself.
    fn contains_itself(&self, edges: &Edges<'_>) -> Result<(), Error> {
        let mut open = edges.clone();
        loop {
            let left = open.len();
            let names: BTreeSet<String> = open.keys().map(|name| (*name).to_owned()).collect();
            open.retain(|_, targets| {
                targets.retain(|(target, _)| names.contains(target));
                !targets.is_empty()
            });
            if open.len() == left {
                break;
            }
        }
        let properties = open.iter().flat_map(|(name, targets)| {
            let properties = targets.iter().filter_map(|(_, property)| *property);
            properties.map(move |property| (*name, property))
        });
        let Some((name, property)) = properties.into_iter().next() else {
            return Ok(());
        };
        Err(self.root.fail_in(
            Pointer::of(&["components", "schemas", name, "properties", property]),
            format!("every `{name}` would contain another one"),
            "set `nullable` on this property in the overlay",
        ))
    }
}

/// The named schemas that `schema` is made of: as an alias, a composition, a list or a map.
///
/// A list of itself has no type without a name that nobody gave it.
fn alias_targets<'a>(schema: &'a Value, found: &mut Vec<(String, Option<&'a str>)>) {
    found.extend(openapi::reference_name(schema).map(|name| (name.to_owned(), None)));
    for key in ["allOf", "anyOf", "oneOf"] {
        for member in openapi::items(schema, key) {
            alias_targets(member, found);
        }
    }
    if !openapi::has_properties(schema) {
        for key in ["items", "additionalProperties"] {
            schema
                .get(key)
                .into_iter()
                .for_each(|inner| alias_targets(inner, found));
        }
    }
}

/// The named schemas that each value of `schema` contains, with the property that does.
///
/// Lists and maps may be empty.
fn contents<'a>(
    schema: &'a Value,
    property: Option<&'a str>,
    found: &mut Vec<(String, Option<&'a str>)>,
) {
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        return;
    }
    found.extend(openapi::reference_name(schema).map(|name| (name.to_owned(), property)));
    for (name, inner) in openapi::entries(schema, "properties") {
        contents(inner, property.or(Some(name)), found);
    }
    for member in openapi::items(schema, "allOf") {
        contents(member, property, found);
    }
}
