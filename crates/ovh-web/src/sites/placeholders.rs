//! Replaces placeholders such as `{domain}` in texts.
//!
//! A value is inserted once and as it is: braces in it are no placeholders.

use std::collections::BTreeMap;

use super::budget::Budget;
use super::node::decode::Mistakes;
use super::node::{Member, Node, Table, Text, Value};
use super::wanted::HostingFacts;

/// The placeholders that are no variables.
pub(super) const RESERVED: [&str; 4] = ["login", "ip", "ipv6", "domain"];

/// The tables whose keys may have placeholders.
const WITH_KEYS: [&str; 4] = ["users", "databases", "env", "crons"];

/// The fields whose texts are no templates.
const LITERAL: [&str; 2] = ["variables", "template"];

/// The largest text in bytes: a file could repeat a long value many times.
const MAX_BYTES: usize = 64 << 10;

/// The bytes of a value and its name besides their texts.
const NODE: usize = 128;

/// The values of variables, or `None` after a mistake.
pub(super) type Variables = BTreeMap<String, Option<String>>;

/// The values of placeholders.
pub(super) struct Values<'a> {
    pub(super) facts: &'a HostingFacts,
    /// The site, or `None` for the hosting's own texts.
    pub(super) domain: Option<&'a str>,
    pub(super) variables: &'a Variables,
    /// The variables of the site, which replace those of the file.
    pub(super) own: &'a Variables,
    pub(super) budget: &'a Budget,
}

impl Values<'_> {
    /// Replaces the placeholders in the table of a hosting or a site.
    pub(super) fn expand(&self, table: &Table, to: &mut Mistakes) -> Table {
        let mut expanded = Table::new();
        for (name, Member { key, node }) in table {
            let node = match &node.value {
                _ if LITERAL.contains(&&**name) => self.literal(node, to),
                Value::Table(named) if WITH_KEYS.contains(&&**name) => {
                    let place = node.place.clone();
                    let value = Value::Table(self.named(named, to));
                    Node { place, value }
                }
                _ => self.node(node, to),
            };
            let key = key.clone();
            expanded.insert(name.clone(), Member { key, node });
        }
        expanded
    }

    fn literal(&self, node: &Node, to: &mut Mistakes) -> Node {
        match self.budget.take(size(node), &node.place, to) {
            true => node.clone(),
            false => failed(node),
        }
    }

    fn named(&self, table: &Table, to: &mut Mistakes) -> Table {
        let mut expanded = Table::new();
        for Member { key, node } in table.values() {
            let node = self.node(node, to);
            let Some(key) = self.text(key, to) else {
                continue;
            };
            if let Some(first) = expanded.get(&key.value) {
                let first: &Member = first;
                let message = format!("`{key}` is the same name as at {}", first.key.place);
                to.add(&key.place, message);
                continue;
            }
            expanded.insert(key.value.clone(), Member { key, node });
        }
        expanded
    }

    fn node(&self, node: &Node, to: &mut Mistakes) -> Node {
        let names = match &node.value {
            Value::Table(table) => table.keys().map(String::len).sum(),
            _ => 0,
        };
        if !self.budget.take(NODE + names, &node.place, to) {
            return failed(node);
        }
        let value = match &node.value {
            Value::Text(text) => self.text(text, to).map_or(Value::Failed, Value::Text),
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.node(item, to)).collect())
            }
            Value::Table(table) => Value::Table(
                table
                    .iter()
                    .map(|(name, Member { key, node })| {
                        let (key, node) = (key.clone(), self.node(node, to));
                        (name.clone(), Member { key, node })
                    })
                    .collect(),
            ),
            other => other.clone(),
        };
        let place = node.place.clone();
        Node { place, value }
    }

    /// Returns the text with its values, or `None` after a mistake.
    fn text(&self, text: &Text, to: &mut Mistakes) -> Option<Text> {
        let has_braces = text.value.contains(['{', '}']);
        let replaced = match has_braces {
            true => Some(self.replace(text, to)?),
            false => None,
        };
        let value = replaced.as_deref().unwrap_or(&text.value);
        if value.len() > MAX_BYTES {
            return too_large(text, to);
        }
        if !self.budget.take(value.len(), &text.place, to) {
            return None;
        }
        Some(match replaced {
            None => text.clone(),
            Some(value) => Text {
                place: text.place.clone(),
                value,
                written: Some(text.value.as_str().into()),
            },
        })
    }

    /// Returns `None` after a mistake.
    fn replace(&self, text: &Text, to: &mut Mistakes) -> Option<String> {
        let (mut out, mut rest) = (String::new(), &*text.value);
        while let Some(at) = rest.find(['{', '}']) {
            out.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                out.push_str(brace);
                rest = after;
                continue;
            }
            let name = rest
                .split_once('}')
                .filter(|_| brace == "{")
                .filter(|(name, _)| !name.contains('{'));
            let Some((name, after)) = name else {
                let message = format!("unmatched `{brace}`: write `{brace}{brace}` for a brace");
                to.add(&text.place, message);
                return None;
            };
            let value = self.value(name, text, to)?;
            if out.len() + value.len() > MAX_BYTES {
                return too_large(text, to);
            }
            out.push_str(value);
            rest = after;
        }
        out.push_str(rest);
        Some(out)
    }

    fn value(&self, name: &str, text: &Text, to: &mut Mistakes) -> Option<&str> {
        // `parse` does not find a missing address: it uses sample addresses.
        let (value, missing) = match name {
            "login" => return Some(&self.facts.login),
            "ip" => (
                self.facts.ip.as_deref(),
                "the hosting has no address for `{ip}`",
            ),
            "ipv6" => (
                self.facts.ipv6.as_deref(),
                "the hosting has no address for `{ipv6}`",
            ),
            "domain" => (self.domain, "`{domain}` has a value only in a site"),
            _ => return self.variable(name, text, to),
        };
        if value.is_none() {
            to.add(&text.place, missing);
        }
        value
    }

    fn variable(&self, name: &str, text: &Text, to: &mut Mistakes) -> Option<&str> {
        if let Some(value) = self.own.get(name).or_else(|| self.variables.get(name)) {
            if value.is_none() {
                // The variable itself has a mistake.
                to.repeat();
            }
            return value.as_deref();
        }
        let variables = self.own.keys().chain(self.variables.keys());
        let known = RESERVED.into_iter().chain(variables.map(|name| &**name));
        let name = Text::new(text.place.clone(), name);
        to.unknown("placeholder", &name, known);
        None
    }
}

fn too_large<T>(text: &Text, to: &mut Mistakes) -> Option<T> {
    let message = format!("the text is larger than {} KB", MAX_BYTES >> 10);
    to.add(&text.place, message);
    None
}

fn failed(node: &Node) -> Node {
    let place = node.place.clone();
    let value = Value::Failed;
    Node { place, value }
}

/// Returns about how many bytes a copy takes.
fn size(node: &Node) -> usize {
    let below: usize = match &node.value {
        Value::Text(text) => text.value.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Table(table) => table
            .iter()
            .map(|(name, member)| name.len() + size(&member.node))
            .sum(),
        _ => 0,
    };
    NODE + below
}

/// Adds a mistake if a variable cannot have this name.
pub(super) fn check_name(name: &Text, to: &mut Mistakes) {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if RESERVED.contains(&&*name.value) {
        let message =
            format!("the variable `{name}` cannot be set: the hosting or the site sets it");
        to.add(&name.place, message);
    } else if name.value.is_empty() || !name.value.chars().all(is_word) {
        let message =
            format!("invalid name of a variable `{name}`: expected letters, digits, `_` and `-`");
        to.add(&name.place, message);
    }
}
