//! Merges defaults, templates and settings. Values keep their places.

use super::node::{Node, Table, Value};

/// Merges tables, where later ones win: key by key, and anything but a table is replaced.
///
/// A reference to a secret is replaced too: of two different ones, the merged table would be none.
pub(super) fn merge(layers: &[&Table]) -> Table {
    let mut merged = Table::new();
    for layer in layers {
        add(&mut merged, layer, &mut Vec::new());
    }
    merged
}

fn add<'l>(to: &mut Table, layer: &'l Table, path: &mut Vec<&'l str>) {
    for (name, member) in layer {
        path.push(name);
        let below = to
            .get_mut(name)
            .map(|below| (&mut below.key, &mut below.node.value));
        match (below, &member.node.value) {
            (Some((key, Value::Table(below))), Value::Table(above)) if !is_secret(path) => {
                *key = member.key.clone();
                add(below, above, path);
            }
            _ => {
                to.insert(name.clone(), member.clone());
            }
        }
        path.pop();
    }
}

fn is_secret(path: &[&str]) -> bool {
    matches!(
        path,
        ["users" | "databases", _, "password"] | ["env", _, "value"]
    )
}

/// Returns a table of a table, or an empty one.
pub(super) fn subtable(table: &Table, name: &str) -> Table {
    match table.get(name).map(|member| &member.node) {
        Some(Node {
            value: Value::Table(table),
            ..
        }) => table.clone(),
        _ => Table::new(),
    }
}
