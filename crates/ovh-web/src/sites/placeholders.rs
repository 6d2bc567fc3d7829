//! Replaces placeholders such as `{domain}` in texts.
//!
//! A value is inserted once and as it is: braces in it are no placeholders.

use std::collections::BTreeMap;

use super::node::decode::{Mistakes, unknown};
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
}

impl Values<'_> {
    /// Replaces the placeholders in the table of a hosting or a site.
    pub(super) fn expand(&self, table: &Table, to: &mut Mistakes) -> Table {
        let mut expanded = Table::new();
        for (name, Member { key, node }) in table {
            let node = match &node.value {
                _ if LITERAL.contains(&&**name) => node.clone(),
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
        if !text.value.contains(['{', '}']) {
            return Some(text.clone());
        }
        match self.replace(text) {
            Ok(value) => Some(Text {
                place: text.place.clone(),
                value,
                written: Some(text.value.as_str().into()),
            }),
            Err(Some(message)) => {
                to.add(&text.place, message);
                None
            }
            Err(None) => {
                to.repeat();
                None
            }
        }
    }

    /// Returns an error without a message if a variable has a mistake.
    fn replace(&self, text: &Text) -> Result<String, Option<String>> {
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
                return Err(Some(format!(
                    "unmatched `{brace}`: write `{brace}{brace}` for a brace"
                )));
            };
            out.push_str(self.value(name, text)?);
            rest = after;
            if out.len() > MAX_BYTES {
                return Err(Some(format!(
                    "the text is larger than {} KB",
                    MAX_BYTES >> 10
                )));
            }
        }
        out.push_str(rest);
        Ok(out)
    }

    fn value(&self, name: &str, text: &Text) -> Result<&str, Option<String>> {
        // `parse` does not find this: it uses sample addresses.
        let missing = || Err(Some(format!("the hosting has no address for `{{{name}}}`")));
        match name {
            "login" => return Ok(&self.facts.login),
            "ip" => return self.facts.ip.as_deref().map_or_else(missing, Ok),
            "ipv6" => return self.facts.ipv6.as_deref().map_or_else(missing, Ok),
            "domain" => {
                return self
                    .domain
                    .ok_or_else(|| Some("`{domain}` has a value only in a site".to_owned()));
            }
            _ => {}
        }
        if let Some(value) = self.own.get(name).or_else(|| self.variables.get(name)) {
            return value.as_deref().ok_or(None);
        }
        let variables = self.own.keys().chain(self.variables.keys());
        let known = RESERVED.into_iter().chain(variables.map(|name| &**name));
        let name = Text::new(text.place.clone(), name);
        Err(Some(unknown("placeholder", &name, known)))
    }
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
