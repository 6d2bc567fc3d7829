//! Entries of each `docs.toml` for new items without documentation.

use super::layout::Part;
use super::renamed_docs::RenamedDocs;
use super::title::count;
use crate::revisions::ClientChange;
use ovh_web_codegen::diff::list;
use ovh_web_codegen::escape::{code, toml_string};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Items without documentation, so many lines of which are seen at once.
const FEW: usize = 30;

/// The items that are new and have no documentation.
pub(super) fn missing(client: &ClientChange) -> BTreeSet<&str> {
    let [old, new] = [&client.before, &client.after].map(|output| &output.report);
    fresh(&old.undocumented, &new.undocumented)
}

/// The new items, whatever their path parameters are called.
fn fresh<'a>(old: &[String], new: &'a [String]) -> BTreeSet<&'a str> {
    let old: BTreeSet<String> = old.iter().map(|item| shape(item)).collect();
    let new = new.iter().filter(|item| !old.contains(&shape(item)));
    new.map(String::as_str).collect()
}

fn shape(item: &str) -> String {
    let pieces = item.split('{').map(|piece| match piece.split_once('}') {
        Some((_, rest)) => rest,
        None => piece,
    });
    pieces.collect::<Vec<_>>().join("{}")
}

/// A request and the entries; nothing if all is documented.
pub(super) fn parts(client: &ClientChange) -> Vec<Part> {
    let missing = missing(client);
    let mut parts = Vec::new();
    if !missing.is_empty() {
        let text = format!(
            "{} without documentation. In your own words, into `{}/docs.toml`: units, what it does to the \
             site, what it costs to get wrong.\n",
            count(missing.len(), "new item"),
            client.folder(),
        );
        parts.push(Part::whole(0, text));
        let entries = entries(&missing, &RenamedDocs::of(client))
            .lines()
            .map(str::to_owned)
            .collect();
        parts.push(Part::folded(0, FEW, "lines", entries).fenced("toml"));
    }
    let [old, new] = [&client.before, &client.after].map(|output| &output.report);
    let gone = fresh(&old.leftovers, &new.leftovers);
    if !gone.is_empty() {
        let gone: Vec<String> = gone.iter().map(|item| code(item)).collect();
        let text = format!(
            "{}Documented, but no longer in a document ({}): {}\n",
            client.label(),
            gone.len(),
            list(&gone)
        );
        parts.push(Part::whole(0, text));
    }
    parts
}

/// The tables of `docs.toml`, each with its entries: empty, or with the text of the item that was
/// renamed.
///
/// An item is what the generator's report calls it: `operation ROUTE`, `parameter ROUTE NAME`,
/// `type SCHEMA`, `property SCHEMA NAME`, `module NAME`.
fn entries(items: &BTreeSet<&str>, former: &RenamedDocs) -> String {
    let mut tables: BTreeMap<String, BTreeMap<String, &str>> = BTreeMap::new();
    for item in items {
        let (sort, of) = item.split_once(' ').unwrap_or((item, ""));
        let (owner, name) = of.rsplit_once(' ').unwrap_or((of, ""));
        let (kind, owner, below): (_, _, &[&str]) = match sort {
            "module" | "operation" => (sort, of, &["summary"]),
            "parameter" => ("operation", owner, &["parameters", name]),
            "property" => match owner.strip_suffix(" body") {
                Some(route) => ("operation", route, &["body", name]),
                None => ("type", owner, &["properties", name]),
            },
            _ => ("type", of, &["summary"]),
        };
        let table = match below {
            [table, _] => format!("{kind}.{}.{table}", key(owner)),
            _ => format!("{kind}.{}", key(owner)),
        };
        let table = tables.entry(table).or_default();
        table.insert(
            below.last().map_or_else(String::new, |name| key(name)),
            former.text(kind, owner, below).unwrap_or_default(),
        );
        if let (["summary"], Some(detail)) = (below, former.text(kind, owner, &["detail"])) {
            table.insert("detail".to_owned(), detail);
        }
    }
    let mut out = String::new();
    for (table, keys) in tables {
        let _ = writeln!(out, "[{table}]");
        for (key, text) in keys {
            let _ = writeln!(out, "{key} = {}", toml_string(text));
        }
        out.push('\n');
    }
    // No blank line at the end of the block.
    out.pop();
    out
}

/// A key as TOML writes it.
fn key(text: &str) -> String {
    let is_bare = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if is_bare {
        text.to_owned()
    } else {
        toml_string(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_can_be_pasted_and_filled_in() {
        let items = BTreeSet::from([
            "module crons",
            "operation POST /x/{a}",
            "parameter POST /x/{a} a.from",
            "property POST /x/{a} body size",
            "property a.B id",
            "type a.B",
        ]);
        let text = entries(&items, &RenamedDocs::default());
        assert_eq!(
            text,
            "[module.crons]\nsummary = \"\"\n\n\
             [operation.\"POST /x/{a}\"]\nsummary = \"\"\n\n\
             [operation.\"POST /x/{a}\".body]\nsize = \"\"\n\n\
             [operation.\"POST /x/{a}\".parameters]\n\"a.from\" = \"\"\n\n\
             [type.\"a.B\"]\nsummary = \"\"\n\n\
             [type.\"a.B\".properties]\nid = \"\"\n"
        );
        toml::from_str::<toml::Table>(&text).expect("TOML");
    }
}
