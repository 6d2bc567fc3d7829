//! Reads JSON into a tree of nodes.
//!
//! Each value is first read as its slice of the text, whose address gives the place.

use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use super::decode::Mistakes;
use super::{MAX_DEPTH, Member, Node, Source, Table, Text, Value, shown};

pub(super) fn parse(source: &Source<'_>, to: &mut Mistakes) -> Option<Node> {
    match serde_json::from_str::<&RawValue>(source.text) {
        Ok(root) => Some(convert(source, root, 0, to)),
        Err(error) => {
            // The column counts bytes, and is 0 at the end of a line.
            let line = error.line().checked_sub(1);
            let line = line.and_then(|line| source.lines.get(line)).copied();
            let offset = line.unwrap_or_default() + error.column().saturating_sub(1);
            to.add(&source.place(offset), message(&error));
            None
        }
    }
}

/// The message without its position, which is that in the slice.
fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    text[..end].to_owned()
}

fn offset(source: &Source<'_>, raw: &RawValue) -> usize {
    let start = source.text.as_ptr().addr();
    raw.get().as_ptr().addr().saturating_sub(start)
}

fn convert(source: &Source<'_>, raw: &RawValue, depth: usize, to: &mut Mistakes) -> Node {
    let text = raw.get();
    let offset = offset(source, raw);
    let place = source.place(offset);
    let value = match text.as_bytes().first() {
        Some(b'{' | b'[') if depth >= MAX_DEPTH => {
            source.too_deep(offset, to);
            Value::Failed
        }
        Some(b'{') => match read(text, &place, to, |Members(members)| members) {
            Some(members) => Value::Table(table(source, members, depth, to)),
            None => Value::Failed,
        },
        Some(b'[') => {
            let items = read::<Vec<&RawValue>, _>(text, &place, to, |items| items);
            let items = items.unwrap_or_default().into_iter();
            Value::Array(
                items
                    .map(|item| convert(source, item, depth + 1, to))
                    .collect(),
            )
        }
        Some(b'"') => read(text, &place, to, |text: String| {
            Value::Text(Text::new(place.clone(), text))
        })
        .unwrap_or(Value::Failed),
        Some(b't') => Value::Bool(true),
        Some(b'f') => Value::Bool(false),
        Some(b'n') => Value::Other("null"),
        _ => match text.parse() {
            Ok(number) => Value::Integer(number),
            Err(_)
                if text
                    .bytes()
                    .all(|byte| byte == b'-' || byte.is_ascii_digit()) =>
            {
                Value::Other("a number that is too large")
            }
            Err(_) => Value::Other("a number that is not whole"),
        },
    };
    Node { place, value }
}

fn read<'t, T: Deserialize<'t>, V>(
    text: &'t str,
    place: &super::Place,
    to: &mut Mistakes,
    value: impl FnOnce(T) -> V,
) -> Option<V> {
    match serde_json::from_str(text) {
        Ok(read) => Some(value(read)),
        Err(error) => {
            to.add(place, message(&error));
            None
        }
    }
}

fn table(
    source: &Source<'_>,
    members: Vec<(&RawValue, &RawValue)>,
    depth: usize,
    to: &mut Mistakes,
) -> Table {
    let mut table = Table::new();
    for (key, value) in members {
        let place = source.place(offset(source, key));
        let Some(key) = read(key.get(), &place, to, |key: String| {
            Text::new(place.clone(), key)
        }) else {
            continue;
        };
        let node = convert(source, value, depth + 1, to);
        if let Some(first) = table.get(&key.value) {
            let first: &Member = first;
            let name = shown(&key.value);
            let message = format!("duplicate key `{name}`, first at {}", first.key.place);
            to.add(&place, message);
            continue;
        }
        table.insert(key.value.clone(), Member { key, node });
    }
    table
}

/// The keys and values of an object, with duplicates.
struct Members<'t>(Vec<(&'t RawValue, &'t RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}
