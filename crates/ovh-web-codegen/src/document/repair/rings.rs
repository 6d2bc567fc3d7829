//! Step: names that lead back to themselves, and promises that never end.
//!
//! A list of itself, or a map of itself, has no type in Rust without a name that nobody gave it. An
//! object that promises another of its kind in each of its kind cannot exist.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Log, Pointer, anything};
use crate::document::SCHEMA_PREFIX;
use crate::normalize::{aliases, walk};

/// How many names, each of which only renames or collects the next one, may follow one another.
const HEIGHT: usize = 12;

pub(super) fn apply(document: &mut Value, log: &mut Log) {
    if walk::schemas(document).next().is_none() {
        return;
    }
    names(document, log);
    promises(document, log);
}

/// Rule `ring`: a name that leads back to itself is any value at the place where it does.
fn names(document: &mut Value, log: &mut Log) {
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, schema) in walk::schemas(document) {
        if aliases::is_alias(schema) {
            edges.insert(name.clone(), walk::targets(schema).into_iter().collect());
        }
    }
    let known: BTreeSet<String> = edges.keys().cloned().collect();
    for targets in edges.values_mut() {
        targets.retain(|target| known.contains(target));
    }
    let mut cut = back_edges(&edges);
    // And a tower of lists of lists ends somewhere.
    let mut heights: BTreeMap<String, usize> = BTreeMap::new();
    for name in finished(&edges) {
        let mut height = 0;
        for target in &edges[&name] {
            let below = heights.get(target).copied().unwrap_or_default();
            if cut.contains(&(name.clone(), target.clone())) {
                continue;
            }
            if below >= HEIGHT {
                cut.insert((name.clone(), target.clone()));
            } else {
                height = height.max(below + 1);
            }
        }
        heights.insert(name, height);
    }
    let schemas = walk::schemas_mut(document);
    for (owner, target) in cut {
        let at = Pointer::of(&["components", "schemas", &owner]);
        let what = if owner == target {
            format!("`{owner}` is made of itself: any value there")
        } else {
            format!("`{owner}` leads to `{target}` without end: any value there")
        };
        log.add("ring", &at, what);
        let reference = format!("{SCHEMA_PREFIX}{target}");
        if let Some(schema) = schemas.get_mut(&owner) {
            walk::deep_mut(schema, &mut |inner| {
                if inner.get("$ref") == Some(&json!(reference)) {
                    *inner = anything();
                } else if inner["allOf"] == json!([{}]) {
                    super::make_anything(inner);
                }
            });
        }
    }
}

/// Rule `endless-promise`: of objects that contain one another, one may be absent.
fn promises(document: &mut Value, log: &mut Log) {
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut places: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (name, schema) in walk::schemas(document) {
        let properties = schema.get("properties").and_then(Value::as_object);
        let targets = edges.entry(name.clone()).or_default();
        // Another name of an object leads to it as well.
        if properties.is_none()
            && let Some(target) = walk::target(schema)
        {
            targets.insert(target.to_owned());
        }
        for (property, inner) in properties.into_iter().flatten() {
            if inner.get("nullable") == Some(&Value::Bool(true)) {
                continue;
            }
            let mut found = Vec::new();
            held(inner, &mut found);
            for target in found {
                targets.insert(target.clone());
                let place = places.entry((name.clone(), target)).or_default();
                place.push(property.clone());
            }
        }
    }
    let known: BTreeSet<String> = edges.keys().cloned().collect();
    for targets in edges.values_mut() {
        targets.retain(|target| known.contains(target));
    }
    let schemas = walk::schemas_mut(document);
    for edge in back_edges(&edges) {
        for property in places.get(&edge).into_iter().flatten() {
            let keys = ["components", "schemas", &edge.0, "properties", property];
            log.add(
                "endless-promise",
                &Pointer::of(&keys),
                format!(
                    "every `{}` would hold another one: it may be absent",
                    edge.0
                ),
            );
            if let Some(Value::Object(node)) = schemas
                .get_mut(&edge.0)
                .and_then(|schema| schema.get_mut("properties"))
                .and_then(|properties| properties.get_mut(property))
            {
                node.insert("nullable".to_owned(), json!(true));
            }
        }
    }
}

/// The schemas of which a value holds one, whatever happens: not those in lists and maps. Objects
/// that are declared in place hold what their properties hold.
fn held(schema: &Value, found: &mut Vec<String>) {
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        return;
    }
    found.extend(walk::target(schema).map(str::to_owned));
    let properties = schema.get("properties").and_then(Value::as_object);
    for (_, inner) in properties.into_iter().flatten() {
        held(inner, found);
    }
}

/// A walk through the graph without recursion: nodes as they are left, and edges that lead back.
fn walk_through(
    edges: &BTreeMap<String, BTreeSet<String>>,
    leave: &mut dyn FnMut(&str),
    back: &mut dyn FnMut(&str, &str),
) {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    let mut open: BTreeSet<&str> = BTreeSet::new();
    for start in edges.keys() {
        if done.contains(start.as_str()) {
            continue;
        }
        open.insert(start);
        let mut stack = vec![(start.as_str(), edges[start].iter())];
        while let Some((node, rest)) = stack.last_mut() {
            let node = *node;
            match rest.next() {
                None => {
                    open.remove(node);
                    done.insert(node);
                    leave(node);
                    stack.pop();
                }
                Some(next) if open.contains(next.as_str()) => back(node, next),
                Some(next) if done.contains(next.as_str()) => {}
                Some(next) => {
                    open.insert(next);
                    stack.push((next, edges[next].iter()));
                }
            }
        }
    }
}

fn back_edges(edges: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    walk_through(edges, &mut |_| {}, &mut |from, to| {
        found.insert((from.to_owned(), to.to_owned()));
    });
    found
}

fn finished(edges: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut found = Vec::new();
    walk_through(
        edges,
        &mut |node| found.push(node.to_owned()),
        &mut |_, _| {},
    );
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::log;
    use super::*;

    fn to(name: &str) -> Value {
        json!({ "$ref": format!("{SCHEMA_PREFIX}{name}") })
    }

    fn run(schemas: Value) -> (Value, Vec<String>) {
        let mut document = json!({ "paths": {}, "components": { "schemas": schemas } });
        let mut log = log();
        apply(&mut document, &mut log);
        let places = log
            .list
            .iter()
            .map(|repair| repair.pointer.clone())
            .collect();
        (document["components"]["schemas"].take(), places)
    }

    #[test]
    fn golden() {
        let (schemas, places) = run(json!({
            "List": { "type": "array", "items": to("List") },
            "Map": { "additionalProperties": to("Other") },
            "Other": { "allOf": [to("Map")], "nullable": true },
            "Fine": { "type": "array", "items": to("Tree") },
            "Tree": { "properties": { "below": to("Fine"), "next": to("Tree"),
                "in": { "properties": { "place": to("Tree") } } } },
        }));
        assert_eq!(schemas["List"], json!({ "type": "array", "items": {} }));
        assert_eq!(
            schemas["Map"],
            json!({ "additionalProperties": to("Other") })
        );
        assert_eq!(schemas["Other"], json!({ "nullable": true }));
        assert_eq!(schemas["Fine"]["items"], to("Tree"));
        let tree = &schemas["Tree"]["properties"];
        assert_eq!(tree["next"]["nullable"], json!(true));
        assert_eq!(tree["in"]["nullable"], json!(true));
        assert_eq!(tree["below"].get("nullable"), None);
        assert_eq!(places.len(), 4, "{places:?}");
    }

    #[test]
    fn a_tower_of_names_ends() {
        let mut schemas = json!({});
        for floor in 0..5_000 {
            schemas[format!("F{floor:04}")] =
                json!({ "type": "array", "items": to(&format!("F{:04}", floor + 1)) });
        }
        schemas["F5000"] = json!({ "type": "string" });
        let (_, places) = run(schemas);
        assert_eq!(places.len(), 5_000 / (HEIGHT + 1));
    }
}
