//! The text of an imported file: blocks of lines, each of which can be left out.

use std::fmt::Write;
use std::ops::Range;

use crate::sites::is_invisible;

/// One object or one setting of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The object, for notes: `crons nightly of example.ovh`.
    pub(super) what: String,
    /// The header of its table. `None` for settings, which follow a header.
    pub(super) header: Option<String>,
    /// Keys with their values as TOML.
    pub(super) values: Vec<(&'static str, String)>,
    /// A comment at the end of the last line.
    pub(super) comment: Option<&'static str>,
}

impl Block {
    pub(super) fn new(what: String, header: Option<String>) -> Self {
        Self {
            what,
            header,
            values: Vec::new(),
            comment: None,
        }
    }

    /// Adds a text.
    pub(super) fn text(&mut self, key: &'static str, text: &str) {
        self.values.push((key, quoted(text)));
    }

    /// Adds a text, if there is one.
    pub(super) fn maybe(&mut self, key: &'static str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    pub(super) fn value(&mut self, key: &'static str, value: impl Into<String>) {
        self.values.push((key, value.into()));
    }
}

/// Writes the blocks. Returns the lines of each, from 1.
pub(super) fn render(start: &str, blocks: &[Block], notes: &[String]) -> (String, Vec<Range<u32>>) {
    let mut text = start.to_owned();
    for note in notes {
        // A name of the account must not end the comment.
        let note: String = note
            .chars()
            .map(|c| if is_unsafe(c) { '?' } else { c })
            .collect();
        let _ = writeln!(text, "# Not written: {note}");
    }
    let mut ranges = Vec::with_capacity(blocks.len());
    for block in blocks {
        if let Some(header) = &block.header {
            let _ = write!(text, "\n[{header}]\n");
        }
        let first = line_count(&text);
        let last = block.values.len().saturating_sub(1);
        for (index, (key, value)) in block.values.iter().enumerate() {
            let _ = write!(text, "{key} = {value}");
            if let (Some(comment), true) = (block.comment, index == last) {
                let _ = write!(text, "  # {comment}");
            }
            text.push('\n');
        }
        // A mistake in a name is at the header.
        let first = if block.header.is_some() {
            first
        } else {
            first + 1
        };
        ranges.push(first..line_count(&text) + 1);
    }
    (text, ranges)
}

fn line_count(text: &str) -> u32 {
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    u32::try_from(lines).unwrap_or(u32::MAX)
}

/// Joins keys to the header of a table.
pub(super) fn header(keys: &[&str]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| self::key(key)).collect();
    keys.join(".")
}

fn key(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    match !key.is_empty() && key.chars().all(is_bare) {
        true => key.to_owned(),
        false => quoted(key),
    }
}

/// A reader of the file would not see these.
fn is_unsafe(c: char) -> bool {
    c.is_control() || is_invisible(c)
}

/// A text of TOML that is no placeholder.
pub(super) fn quoted(text: &str) -> String {
    let text = text.replace('{', "{{").replace('}', "}}");
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            c if is_unsafe(c) => {
                let _ = write!(quoted, "\\U{:08X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
