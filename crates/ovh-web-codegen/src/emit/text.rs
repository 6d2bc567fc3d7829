//! Documentation comments of generated code.

use proc_macro2::TokenStream;
use quote::quote;

/// The longest line of documentation, with its indentation.
const WIDTH: usize = 100;

/// One `#[doc]` attribute for each wrapped line, for an item with that indentation.
pub(crate) fn doc(text: &str, indent: usize) -> TokenStream {
    let lines = lines(text, indent);
    quote!(#(#[doc = #lines])*)
}

/// Returns `true` if a search for the wire name would not find the item.
///
/// rustdoc ignores case and underscores, and takes no spaces or quotes in an alias.
pub(crate) fn needs_alias(name: &str, wire: &str) -> bool {
    let plain = |text: &str| text.replace('_', "").to_lowercase();
    let is_allowed = |c: char| c.is_ascii_graphic() && !"\"'`\\".contains(c);
    !wire.is_empty() && wire.chars().all(is_allowed) && plain(name) != plain(wire)
}

/// The alias of a field or a setter, where one is needed.
pub(crate) fn alias(name: &str, wire: &str) -> Option<TokenStream> {
    needs_alias(name, wire).then(|| quote!(#[doc(alias = #wire)]))
}

/// The documentation of a module.
pub(crate) fn module_doc(text: &str) -> String {
    let lines = lines(text, 0);
    lines.iter().map(|line| format!("//!{line}\n")).collect()
}

/// Wraps a text at the width of documentation; code stays as it is.
fn lines(text: &str, indent: usize) -> Vec<String> {
    let width = WIDTH.saturating_sub(indent + "/// ".len());
    let mut out = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        let start = line.trim_start();
        let is_fence = start.starts_with("```");
        in_code ^= is_fence;
        if in_code || is_fence {
            out.push(format!(" {line}"));
            continue;
        }
        let is_item = start.starts_with("* ") || start.starts_with("- ");
        let hang = if is_item { "  " } else { "" };
        for (number, piece) in wrap(line, width, hang.len()).iter().enumerate() {
            let hang = if number == 0 { "" } else { hang };
            out.push(format!(" {hang}{piece}"));
        }
    }
    for line in &mut out {
        line.truncate(line.trim_end().len());
    }
    out
}

fn wrap(line: &str, width: usize, hang: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    for word in line.split_whitespace() {
        let width = if lines.is_empty() {
            width
        } else {
            width - hang
        };
        let length = current.chars().count() + 1 + word.chars().count();
        if !current.is_empty() {
            if length <= width || begins_block(word) {
                current.push(' ');
            } else {
                lines.push(std::mem::take(&mut current));
            }
        }
        current.push_str(word);
    }
    lines.push(current);
    lines
}

/// Returns `true` for a word that would begin a block of Markdown at the start of a line.
///
/// These are a code fence (rustdoc would compile and run its lines), a heading, a list, a quote, a
/// table, HTML and the target of a link.
fn begins_block(word: &str) -> bool {
    let number = word.trim_start_matches('0');
    word.starts_with("```")
        || word.starts_with("~~~")
        || word.starts_with(['#', '>', '-', '+', '*', '|', '<', '='])
        || word.starts_with('[') && word.contains("]:")
        // Only a list that begins with 1 ends the paragraph before it.
        || number.starts_with("1.")
        || number.starts_with("1)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_documentation_but_not_code() {
        let long = "word ".repeat(30);
        let lines = lines(&format!("{long}\n\n* {long}\n```\n{long}\n```"), 4);
        let wide = lines.iter().filter(|line| line.len() + 7 > WIDTH);
        assert_eq!(wide.count(), 1, "{lines:?}");
        assert!(lines[0].starts_with(" word"));
        let item = lines.iter().position(|line| line.starts_with(" * word"));
        let item = item.expect("a list item");
        assert_eq!(lines[item - 1], "");
        assert!(lines[item + 1].starts_with("   word"), "{lines:?}");
    }

    #[test]
    fn alias_is_what_search_would_not_find() {
        for (name, wire) in [
            ("V8_4", "8.4"),
            ("Daily1", "daily.1"),
            ("capacity", "capabilitie"),
        ] {
            assert!(needs_alias(name, wire), "{wire}");
        }
        for (name, wire) in [
            ("gui_url", "guiURL"),
            ("type_", "type"),
            ("A", "A"),
            ("B", "a b"),
            ("C", ""),
        ] {
            assert!(!needs_alias(name, wire), "{wire}");
        }
    }

    #[test]
    fn no_wrapped_line_begins_a_block() {
        for word in [
            "```", "~~~rust", "# b", "> b", "- b", "+", "* b", "| b |", "<b>", "===", "[b]: c",
            "1. b", "01) b",
        ] {
            for length in 60..100 {
                let text = format!("{:a<length$} {word} {}", "", "b ".repeat(40));
                let lines = lines(&text, 4);
                let first = word.split(' ').next().unwrap_or_default();
                let begins = |line: &String| line.trim_start().starts_with(first);
                assert!(!lines.iter().any(begins), "{lines:?}");
            }
        }
    }
}
