//! Decoding of nodes into the types of a file, with all mistakes and their places.
//!
//! Decoding goes on after a mistake: serde ends at the first one. The macro `entry!` declares a
//! table with its decoder and its JSON schema, so that they have the same fields.

use std::collections::{BTreeMap, BTreeSet};

use schemars::{Schema, SchemaGenerator, json_schema};

use super::{Member, Node, Table, Text, Value, shown};
use crate::sites::place::{FileError, Mistake, Place, Placed};

/// The mistakes of a file: the first ones by place, each once.
#[derive(Debug, Default)]
pub(in crate::sites) struct Mistakes {
    found: BTreeSet<(Place, String)>,
    count: usize,
    /// The searches for the nearest of known names.
    searches: usize,
    are_fields_checked: bool,
}

impl Mistakes {
    /// More do not help a reader.
    const MAX: usize = 20;
    /// A hostile file has an earlier mistake each time.
    const SEARCHES: usize = 200;

    pub(in crate::sites) fn add(&mut self, place: &Place, message: impl Into<String>) {
        self.count += 1;
        self.found.insert((place.clone(), message.into()));
        if self.found.len() > Self::MAX {
            self.found.pop_last();
        }
    }

    /// Adds a mistake about an unknown name, with the nearest or all known ones.
    pub(in crate::sites) fn unknown<'a>(
        &mut self,
        what: &str,
        name: &Text,
        known: impl Iterator<Item = &'a str> + Clone,
    ) {
        // The comparison takes time, which a mistake after the first ones is not worth.
        let last = self.found.last().filter(|_| self.found.len() == Self::MAX);
        if last.is_some_and(|(last, _)| name.place > *last) {
            return self.repeat();
        }
        if self.searches < Self::SEARCHES {
            self.searches += 1;
            return self.add(&name.place, unknown(what, name, known));
        }
        let short = (name.place.clone(), format!("unknown {what} `{name}`"));
        let same = self.found.range(&short..).next();
        match same.is_some_and(|(place, it)| *place == short.0 && it.starts_with(&short.1)) {
            true => self.repeat(),
            false => self.add(&short.0, short.1),
        }
    }

    /// Ends messages about unknown fields: merged tables have those of the tables in the file.
    pub(in crate::sites) const fn fields_are_checked(&mut self) {
        self.are_fields_checked = true;
    }

    /// Counts a mistake again, which is already known.
    pub(in crate::sites) const fn repeat(&mut self) {
        self.count += 1;
    }

    /// Returns how many were added, to find out if a value has one.
    pub(in crate::sites) const fn count(&self) -> usize {
        self.count
    }

    pub(in crate::sites) fn finish(self) -> Result<(), FileError> {
        if self.found.is_empty() {
            return Ok(());
        }
        let found = self.found.into_iter();
        let mistakes = found.map(|(place, message)| Mistake { place, message });
        Err(FileError {
            mistakes: mistakes.collect(),
        })
    }
}

/// A type that is decoded from a node.
pub(in crate::sites) trait Decode: Sized {
    /// Returns `None` after a mistake.
    fn decode(node: &Node, to: &mut Mistakes) -> Option<Self>;

    fn schema(generator: &mut SchemaGenerator) -> Schema;
}

/// Adds a mistake about the type of a value. The value itself may be a secret.
pub(in crate::sites) fn unexpected<T>(node: &Node, expected: &str, to: &mut Mistakes) -> Option<T> {
    if matches!(node.value, Value::Failed) {
        to.repeat();
        return None;
    }
    let found = node.value.description();
    to.add(&node.place, format!("expected {expected}, found {found}"));
    None
}

macro_rules! leaf {
    ($type:ty, $variant:ident($value:ident) => $read:expr, $expected:literal, $schema:tt) => {
        impl Decode for $type {
            fn decode(node: &Node, to: &mut Mistakes) -> Option<Self> {
                match &node.value {
                    Value::$variant($value) => Some($read),
                    _ => unexpected(node, $expected, to),
                }
            }

            fn schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}
leaf!(bool, Bool(value) => *value, "`true` or `false`", { "type": "boolean" });
leaf!(i64, Integer(value) => *value, "a whole number", { "type": "integer" });
leaf!(Text, Text(text) => text.clone(), "a text", { "type": "string" });

impl<T: Decode> Decode for Placed<T> {
    fn decode(node: &Node, to: &mut Mistakes) -> Option<Self> {
        let place = node.place.clone();
        T::decode(node, to).map(|value| Self { place, value })
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        T::schema(generator)
    }
}

/// A list without the items that have a mistake.
impl<T: Decode> Decode for Vec<T> {
    fn decode(node: &Node, to: &mut Mistakes) -> Option<Self> {
        let Value::Array(items) = &node.value else {
            return unexpected(node, "a list", to);
        };
        let items = items.iter();
        Some(items.filter_map(|item| without_mistake(item, to)).collect())
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "items": T::schema(generator) })
    }
}

/// Decodes a value, or returns `None` if a part of it has a mistake: it is not missing then.
fn without_mistake<T: Decode>(node: &Node, to: &mut Mistakes) -> Option<T> {
    let before = to.count();
    let value = T::decode(node, to);
    value.filter(|_| to.count() == before)
}

/// A table whose keys are names: without the entries that have a mistake.
#[derive(Debug)]
pub(in crate::sites) struct Named<T>(pub(in crate::sites) BTreeMap<String, (Text, T)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Decode> Decode for Named<T> {
    fn decode(node: &Node, to: &mut Mistakes) -> Option<Self> {
        let Value::Table(table) = &node.value else {
            return unexpected(node, "a table", to);
        };
        let mut named = BTreeMap::new();
        for (name, Member { key, node }) in table {
            if let Some(value) = without_mistake(node, to) {
                named.insert(name.clone(), (key.clone(), value));
            }
        }
        Some(Self(named))
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": T::schema(generator) })
    }
}

/// Returns the table of a node, and adds a mistake for each unknown field.
pub(in crate::sites) fn fields<'n>(
    node: &'n Node,
    known: &[&str],
    to: &mut Mistakes,
) -> Option<&'n Table> {
    let Value::Table(table) = &node.value else {
        return unexpected(node, "a table", to);
    };
    for (name, member) in table {
        if known.contains(&&**name) {
            continue;
        }
        if to.are_fields_checked {
            to.repeat();
        } else {
            to.unknown("field", &member.key, known.iter().copied());
        }
    }
    Some(table)
}

/// Decodes a field of a table.
pub(in crate::sites) fn field<T: Decode>(
    table: &Table,
    name: &str,
    to: &mut Mistakes,
) -> Option<T> {
    table
        .get(name)
        .and_then(|member| T::decode(&member.node, to))
}

/// Returns the message about an unknown name, with the nearest or all known ones.
pub(in crate::sites) fn unknown<'a>(
    what: &str,
    name: &Text,
    known: impl Iterator<Item = &'a str> + Clone,
) -> String {
    // A hostile file has many names.
    let known = known.take(200);
    if let Some(nearest) = nearest(name.written(), known.clone()) {
        let nearest = shown(nearest);
        return format!("unknown {what} `{name}`, did you mean `{nearest}`?");
    }
    let known: Vec<String> = known.map(|name| format!("`{}`", shown(name))).collect();
    match &*known {
        [] => format!("unknown {what} `{name}`, there is none"),
        [one] => format!("unknown {what} `{name}`, expected {one}"),
        // A long list helps nobody.
        [..] if known.len() > 24 => format!("unknown {what} `{name}`"),
        _ => format!(
            "unknown {what} `{name}`, expected one of {}",
            known.join(", ")
        ),
    }
}

/// Returns the known name that was probably meant.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // The distance takes the square of the length.
    const MAX: usize = 64;
    let letters = name.chars().count();
    if letters > MAX {
        return None;
    }
    let near = known.filter(|known| known.len() <= MAX).map(|known| {
        let most = letters.max(known.chars().count()) / 3;
        (most.max(1), known)
    });
    let near = near.filter(|(most, known)| letters.abs_diff(known.chars().count()) <= *most);
    let near = near.map(|(most, known)| (distance(name, known), most, known));
    let near = near.filter(|(distance, most, _)| distance <= most);
    near.min().map(|(_, _, known)| known)
}

/// Returns the number of changed, added, missing and swapped letters, without regard to case.
fn distance(a: &str, b: &str) -> usize {
    let letters = |text: &str| -> Vec<char> { text.to_lowercase().chars().collect() };
    let (a, b) = (letters(a), letters(b));
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let above = &rows[i - 1];
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (above[j - 1] + cost).min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// Returns the schema of a table with these fields only: name, documentation, schema.
pub(in crate::sites) fn table_schema(doc: &str, fields: Vec<(&str, &str, Schema)>) -> Schema {
    let mut properties = serde_json::Map::new();
    for (name, doc, mut schema) in fields {
        describe(&mut schema, doc);
        properties.insert(name.to_owned(), schema.into());
    }
    let mut schema = json_schema!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    describe(&mut schema, doc);
    schema
}

fn describe(schema: &mut Schema, doc: &str) {
    let words: Vec<&str> = doc.split_whitespace().collect();
    if !words.is_empty() {
        schema.insert("description".to_owned(), words.join(" ").into());
    }
}

/// Declares a table of the file. Its fields are optional; `= "name"` is the name in the file.
macro_rules! entry {
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $wire:literal) => { $wire };
    (
        $(#[doc = $doc:literal])*
        $name:ident {
            $($(#[doc = $field_doc:literal])* $field:ident $(= $wire:literal)?: $type:ty,)*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug)]
        #[allow(dead_code, reason = "some tables are decoded only for their mistakes")]
        pub(super) struct $name {
            $($(#[doc = $field_doc])* pub(super) $field: Option<$type>,)*
        }

        impl $name {
            /// The names of the fields in the file.
            pub(super) const FIELDS: &[&str] = &[
                $($crate::sites::node::decode::entry!(@name $field $($wire)?)),*
            ];
        }

        impl $crate::sites::node::decode::Decode for $name {
            fn decode(
                node: &$crate::sites::node::Node,
                to: &mut $crate::sites::node::decode::Mistakes,
            ) -> Option<Self> {
                use $crate::sites::node::decode::{entry, field, fields};

                let table = fields(node, Self::FIELDS, to)?;
                Some(Self {
                    $($field: field(table, entry!(@name $field $($wire)?), to),)*
                })
            }

            fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                generator.subschema_for::<Self>()
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                use $crate::sites::node::decode::{Decode, entry, table_schema};

                let fields = vec![$((
                    entry!(@name $field $($wire)?),
                    concat!($($field_doc, " ",)*),
                    <$type as Decode>::schema(generator),
                )),*];
                table_schema(concat!($($doc, " ",)*), fields)
            }
        }
    };
}

pub(in crate::sites) use entry;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_name_that_was_meant() {
        let known = ["ssl", "folder", "http_firewall", "cdn"];
        let near = |name| nearest(name, known.into_iter());
        assert_eq!(near("sssl"), Some("ssl"));
        assert_eq!(near("SSL"), Some("ssl"));
        assert_eq!(near("foldre"), Some("folder"));
        assert_eq!(near("httpFirewall"), Some("http_firewall"));
        assert_eq!(near("path"), None);
        assert_eq!(near(""), None);
        assert_eq!(near(&"s".repeat(10_000)), None);
    }

    #[test]
    fn keeps_the_first_20_mistakes() {
        let mut mistakes = Mistakes::default();
        for line in (1..=30).rev().chain(1..=30) {
            mistakes.add(&Place::new(&"x".into(), line, 1), "wrong");
        }
        let found = mistakes.finish().expect_err("mistakes").mistakes;
        let lines: Vec<u32> = found.iter().map(|mistake| mistake.place.line).collect();
        assert_eq!(lines, (1..=20).collect::<Vec<_>>());
    }

    #[test]
    fn hostile_names_are_searched_a_few_times() {
        let mut mistakes = Mistakes::default();
        // Each is earlier than all before, and each twice.
        for line in (1..=500).rev().flat_map(|line| [line, line]) {
            let name = Text::new(Place::new(&"x".into(), line, 1), "foler");
            mistakes.unknown("field", &name, ["folder"].into_iter());
        }
        assert_eq!((mistakes.count(), mistakes.searches), (1000, 200));
        let found = mistakes.finish().expect_err("mistakes").mistakes;
        let lines: Vec<u32> = found.iter().map(|mistake| mistake.place.line).collect();
        assert_eq!(lines, (1..=20).collect::<Vec<_>>());
        assert_eq!(found[0].message, "unknown field `foler`");
    }
}
