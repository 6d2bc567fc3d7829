//! The tree of values of a file of sites, each with its place.
//!
//! TOML and JSON have the same tree. Values that no field accepts, such as dates, are only named.

pub(super) mod decode;
mod json;
mod toml;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::is_invisible;
use super::place::Place;
use decode::Mistakes;

/// The deepest nesting. Each walk over a tree uses the stack.
const MAX_DEPTH: usize = 64;

/// A value with its place.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) value: Value,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    Bool(bool),
    Integer(i64),
    Text(Text),
    Array(Vec<Node>),
    Table(Table),
    /// A value that no field accepts, with its description.
    Other(&'static str),
    /// A value with a mistake that is already known.
    Failed,
}

/// The entries of a table, by key.
pub(super) type Table = BTreeMap<String, Member>;

#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) key: Text,
    pub(super) node: Node,
}

/// A text of the file: a key or a value, after placeholders were replaced.
#[derive(Clone)]
pub(super) struct Text {
    pub(super) place: Place,
    pub(super) value: String,
    /// The text with its placeholders, if it has any: the values of variables are never shown.
    pub(super) written: Option<Box<str>>,
}

impl Text {
    pub(super) fn new(place: Place, value: impl Into<String>) -> Self {
        let value = value.into();
        Self {
            place,
            value,
            written: None,
        }
    }

    /// Returns the text as it stands in the file.
    pub(super) fn written(&self) -> &str {
        self.written.as_deref().unwrap_or(&self.value)
    }
}

/// The text as it stands in the file, for messages.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(self.written()))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

/// Returns a text for a message: short, and without control characters.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    const MAX: usize = 80;
    let is_plain = |c: char| !c.is_control() && !is_invisible(c) && c != '`';
    if text.len() <= MAX && text.chars().all(is_plain) {
        return text.into();
    }
    let mut short: String = text.chars().take(MAX).collect();
    let is_cut = short.len() < text.len();
    short = short
        .chars()
        .map(|c| if is_plain(c) { c } else { '\u{fffd}' })
        .collect();
    if is_cut {
        short.push('…');
    }
    short.into()
}

impl Value {
    /// Returns the type of the value, for messages.
    pub(super) const fn description(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a boolean",
            Self::Integer(_) => "a number",
            Self::Text(_) => "a text",
            Self::Array(_) => "a list",
            Self::Table(_) => "a table",
            Self::Other(description) => description,
            Self::Failed => "a mistake",
        }
    }
}

/// The text of a file, with an index of its lines.
pub(super) struct Source<'t> {
    file: Arc<str>,
    text: &'t str,
    /// The offset of each line.
    lines: Vec<usize>,
    /// The number of characters before each block of `BLOCK` bytes.
    blocks: Vec<usize>,
}

/// The bytes of a block: a line may be as long as the file.
const BLOCK: usize = 64;

impl<'t> Source<'t> {
    pub(super) fn new(file: &str, text: &'t str) -> Self {
        // Editors do not count the mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(breaks.map(|(offset, _)| offset + 1));
        let mut before = 0;
        let blocks = text.as_bytes().chunks(BLOCK).map(|block| {
            before += characters(block);
            before - characters(block)
        });
        Self {
            file: file.into(),
            text,
            lines: lines.collect(),
            blocks: blocks.collect(),
        }
    }

    /// Returns the place of an offset in bytes.
    pub(super) fn place(&self, offset: usize) -> Place {
        let offset = offset.min(self.text.len());
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines.get(line - 1).copied().unwrap_or_default();
        let column = self.characters_before(offset) - self.characters_before(start) + 1;
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Place::new(&self.file, number(line), number(column))
    }

    fn characters_before(&self, offset: usize) -> usize {
        let Some(before) = self.blocks.get(offset / BLOCK) else {
            return self.text.chars().count();
        };
        let start = offset / BLOCK * BLOCK;
        before + characters(&self.text.as_bytes()[start..offset])
    }

    /// Parses the text, or returns `None` after a mistake in its syntax.
    pub(super) fn parse(&self, to: &mut Mistakes) -> Option<Table> {
        let before = to.count();
        let root = if self.is_json() {
            json::parse(self, to)?
        } else {
            toml::parse(self, to)?
        };
        match root.value {
            _ if to.count() > before => None,
            Value::Table(table) => Some(table),
            other => {
                let found = other.description();
                to.add(&root.place, format!("expected a table, found {found}"));
                None
            }
        }
    }

    /// No TOML starts with a brace.
    fn is_json(&self) -> bool {
        let (_, extension) = self.file.rsplit_once('.').unwrap_or_default();
        extension.eq_ignore_ascii_case("json")
            || !extension.eq_ignore_ascii_case("toml") && self.text.trim_start().starts_with('{')
    }

    fn too_deep(&self, offset: usize, to: &mut Mistakes) {
        let message = format!("nested more than {MAX_DEPTH} levels deep");
        to.add(&self.place(offset), message);
    }
}

/// Counts the characters that start in these bytes.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_columns_in_characters() {
        let text = format!("a = 1\r\n{}b\n", "é".repeat(3000));
        let source = Source::new("x.toml", &text);
        let place = |offset| source.place(offset).to_string();
        assert_eq!(place(0), "x.toml:1:1");
        assert_eq!(place(4), "x.toml:1:5");
        assert_eq!(place(7), "x.toml:2:1");
        assert_eq!(place(7 + 6000), "x.toml:2:3001");
        assert_eq!(place(usize::MAX), "x.toml:3:1");
        assert_eq!(Source::new("x", "").place(9).to_string(), "x:1:1");
        assert_eq!(Source::new("x", "\u{feff}a").place(1).to_string(), "x:1:2");
    }

    #[test]
    fn shows_short_texts_without_control_chars() {
        assert_eq!(shown("shop"), "shop");
        assert_eq!(shown("a\u{1b}[2J`\u{202e}"), "a\u{fffd}[2J\u{fffd}\u{fffd}");
        assert_eq!(shown(&"é".repeat(100)), format!("{}…", "é".repeat(80)));
    }
}
