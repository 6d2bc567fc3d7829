//! Reads TOML into a tree of nodes.
//!
//! A header such as `[a.b]` and dotted keys make tables whose place is that of their key.

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use super::decode::Mistakes;
use super::{MAX_DEPTH, Member, Node, Source, Table, Text, Value};

pub(super) fn parse(source: &Source<'_>, to: &mut Mistakes) -> Option<Node> {
    let (root, errors) = DeTable::parse_recoverable(source.text);
    for error in &errors {
        let offset = error.span().map_or(0, |span| span.start);
        to.add(&source.place(offset), error.message());
    }
    let root = DeValue::Table(root.into_inner());
    if errors.is_empty() {
        Some(convert(source, Spanned::new(0..0, root), 0, to))
    } else {
        dismantle(root);
        None
    }
}

fn convert(
    source: &Source<'_>,
    value: Spanned<DeValue<'_>>,
    depth: usize,
    to: &mut Mistakes,
) -> Node {
    let offset = value.span().start;
    let place = source.place(offset);
    let value = match value.into_inner() {
        value @ (DeValue::Array(_) | DeValue::Table(_)) if depth >= MAX_DEPTH => {
            source.too_deep(offset, to);
            dismantle(value);
            Value::Failed
        }
        DeValue::String(text) => Value::Text(Text::new(place.clone(), text)),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => Value::Other("a number that is too large"),
        },
        DeValue::Float(_) => Value::Other("a number that is not whole"),
        DeValue::Boolean(value) => Value::Bool(value),
        DeValue::Datetime(_) => Value::Other("a date or time"),
        DeValue::Array(items) => {
            let items = items.into_iter();
            Value::Array(
                items
                    .map(|item| convert(source, item, depth + 1, to))
                    .collect(),
            )
        }
        DeValue::Table(entries) => {
            let mut table = Table::new();
            for (key, value) in entries {
                let key = Text::new(source.place(key.span().start), key.into_inner());
                let node = convert(source, value, depth + 1, to);
                table.insert(key.value.clone(), Member { key, node });
            }
            Value::Table(table)
        }
    };
    Node { place, value }
}

/// Drops a value without recursion: the parser accepts dotted keys in nested tables, and some
/// thousand levels overflow the stack.
fn dismantle(value: DeValue<'_>) {
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        match value {
            DeValue::Array(items) => left.extend(items.into_iter().map(Spanned::into_inner)),
            DeValue::Table(table) => {
                left.extend(table.into_iter().map(|(_, value)| value.into_inner()));
            }
            _ => {}
        }
    }
}
