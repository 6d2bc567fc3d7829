//! Schemas that are only another name for something must lead to an end.
//!
//! A property may well lead back to its owner: the types are boxed then. A schema that *is* its own
//! alias, or is composed of itself, has no shape at all: it overflows the stack below us or makes
//! code that does not compile.

use super::{Checker, Pointer, SCHEMA_PREFIX, entries};
use crate::Error;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many names may stand between a name and its shape.
const MAX_ALIASES: usize = 64;

impl Checker<'_> {
    pub(super) fn cycles(&self) -> Result<(), Error> {
        let Some(schemas) = self.schemas else {
            return Ok(());
        };
        let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (name, schema) in schemas {
            let targets = edges.entry(name).or_default();
            direct_references(schema, targets);
        }
        let components = self.document.get("components");
        for (name, _) in entries(components.and_then(|components| components.get("schemas"))) {
            self.ends(name, &edges)?;
        }
        Ok(())
    }

    /// Follows `start` level by level: no level may hold `start` again, and there are not many.
    fn ends(&self, start: &str, edges: &BTreeMap<&str, BTreeSet<&str>>) -> Result<(), Error> {
        let at = || Pointer::of(&["components", "schemas", start]);
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut level: Vec<&str> = vec![start];
        for _ in 0..MAX_ALIASES {
            let mut next = Vec::new();
            for target in level.iter().filter_map(|name| edges.get(name)).flatten() {
                if *target == start {
                    return Err(self.fail(
                        &at(),
                        format!("the schema `{start}` is made of itself"),
                        "give it a `type` of its own instead of a reference that leads back to it",
                    ));
                }
                if seen.insert(target) {
                    next.push(*target);
                }
            }
            if next.is_empty() {
                return Ok(());
            }
            level = next;
        }
        Err(self.fail(
            &at(),
            format!("there are more than {MAX_ALIASES} names between `{start}` and its shape"),
            "let it refer to the last of them",
        ))
    }
}

/// The named schemas that `schema` is made of, as against those that its parts refer to.
fn direct_references<'a>(schema: &'a Value, targets: &mut BTreeSet<&'a str>) {
    if let Some(name) = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| reference.strip_prefix(SCHEMA_PREFIX))
    {
        targets.insert(name);
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        for member in schema
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            direct_references(member, targets);
        }
    }
}
