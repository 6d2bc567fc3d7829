//! Reads TOML into a tree of nodes.
//!
//! A header such as `[a.b]` and dotted keys make tables whose place is that of their key.

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};
use toml_parser::lexer::TokenKind;

use super::decode::Mistakes;
use super::{MAX_DEPTH, Member, Node, Source, Table, Text, Value};

pub(super) fn parse(source: &Source<'_>, to: &mut Mistakes) -> Option<Node> {
    if is_too_deep(source, to) {
        return None;
    }
    let (root, errors) = DeTable::parse_recoverable(source.text);
    for error in &errors {
        let offset = error.span().map_or(0, |span| span.start);
        to.add(&source.place(offset), error.message());
    }
    let root = Spanned::new(0..0, DeValue::Table(root.into_inner()));
    errors.is_empty().then(|| convert(source, root))
}

fn convert(source: &Source<'_>, value: Spanned<DeValue<'_>>) -> Node {
    let place = source.place(value.span().start);
    let value = match value.into_inner() {
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
            Value::Array(items.map(|item| convert(source, item)).collect())
        }
        DeValue::Table(entries) => {
            let mut table = Table::new();
            for (key, value) in entries {
                let key = Text::new(source.place(key.span().start), key.into_inner());
                let node = convert(source, value);
                table.insert(key.value.clone(), Member { key, node });
            }
            Value::Table(table)
        }
    };
    Node { place, value }
}

/// Adds a mistake and returns `true` if a value is nested too deep.
///
/// Counted before parsing: the parser accepts dotted keys in each of its nested tables, which make
/// some thousand levels, and drops them by recursion.
fn is_too_deep(source: &Source<'_>, to: &mut Mistakes) -> bool {
    // The open brackets, each with the dots of the key before a value.
    let mut open: Vec<(TokenKind, usize)> = Vec::new();
    let (mut dots, mut dots_below) = (0, 0);
    for token in toml_parser::Source::new(source.text).lex() {
        match token.kind() {
            kind @ (TokenKind::LeftCurlyBracket | TokenKind::LeftSquareBracket) => {
                open.push((kind, dots));
                dots_below += dots;
                dots = 0;
            }
            kind @ (TokenKind::RightCurlyBracket | TokenKind::RightSquareBracket) => {
                let opening = match kind {
                    TokenKind::RightCurlyBracket => TokenKind::LeftCurlyBracket,
                    _ => TokenKind::LeftSquareBracket,
                };
                // After a bracket that closes nothing, the parser may go on at the same level.
                if let Some((_, before)) = open.last().filter(|(kind, _)| *kind == opening) {
                    dots_below -= before;
                    dots = *before;
                    open.pop();
                }
            }
            TokenKind::Dot => dots += 1,
            TokenKind::Comma => dots = 0,
            TokenKind::Newline if open.is_empty() => dots = 0,
            _ => {}
        }
        if open.len() + dots_below + dots > MAX_DEPTH {
            source.too_deep(token.span().start(), to);
            return true;
        }
    }
    false
}
