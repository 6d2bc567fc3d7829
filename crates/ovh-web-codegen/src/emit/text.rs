//! Text: documentation comments, literals, and the printing of what prettyplease prints.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// How wide a line of documentation may be, its indentation included.
const WIDTH: usize = 100;

/// A documentation comment, wrapped.
pub(crate) fn doc(text: &str, indent: usize) -> String {
    comment(text, indent, "///")
}

/// A module's documentation comment, wrapped.
pub(crate) fn module_doc(text: &str) -> String {
    comment(text, 0, "//!")
}

fn comment(text: &str, indent: usize, mark: &str) -> String {
    let pad = " ".repeat(indent);
    let width = WIDTH.saturating_sub(indent + mark.len() + 1);
    let mut out = String::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code
            || line.trim_start().starts_with(['|', '`']) && line.trim_start().starts_with("```")
        {
            let _ = writeln!(out, "{pad}{mark} {}", line.trim_end());
            continue;
        }
        let list = line.trim_start().starts_with("* ") || line.trim_start().starts_with("- ");
        let hang = if list { "  " } else { "" };
        for (number, piece) in wrap(line, width, hang.len()).iter().enumerate() {
            let hang = if number == 0 { "" } else { hang };
            let _ = writeln!(out, "{}", format!("{pad}{mark} {hang}{piece}").trim_end());
        }
    }
    out
}

fn wrap(line: &str, width: usize, hang: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.split_whitespace() {
        let number = lines.len();
        let Some(current) = lines.last_mut() else {
            break;
        };
        let room = if number == 1 { width } else { width - hang };
        if current.is_empty() {
            current.push_str(word);
        } else if current.chars().count() + 1 + word.chars().count() <= room || begins_block(word) {
            current.push(' ');
            current.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// Returns `true` for a word that would begin a block of Markdown if it began a line: a fence, whose
/// lines rustdoc compiles and runs, a heading, a list, a quote, a table, HTML or the target of a link.
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

/// A string literal.
pub(crate) fn literal(text: &str) -> String {
    format!("{text:?}")
}

/// A static slice of string literals.
pub(crate) fn literals<'a>(texts: impl IntoIterator<Item = &'a String>) -> String {
    let items: Vec<String> = texts.into_iter().map(|text| literal(text)).collect();
    format!("&[{}]", items.join(", "))
}

/// Prints items as prettyplease does; what it cannot read stays as it is.
pub(crate) fn pretty(items: &str) -> String {
    match syn::parse_file(items) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => items.to_owned(),
    }
}

/// The names in the spelling of a type.
pub(crate) fn identifiers(spelled: &str) -> BTreeSet<String> {
    let is_other = |c: char| !(c.is_alphanumeric() || c == '_');
    let names = spelled.split(is_other).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// The `use` lines for those of `candidates` that are used.
pub(crate) fn imports(used: &BTreeSet<String>, module: &str, candidates: &[&str]) -> String {
    let mut used: Vec<&str> = candidates
        .iter()
        .copied()
        .filter(|name| used.contains(*name))
        .collect();
    used.sort_unstable();
    match used.as_slice() {
        [] => String::new(),
        [one] => format!("use {module}::{one};\n"),
        many => pretty(&format!("use {module}::{{{}}};\n", many.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_is_wrapped_and_code_is_not() {
        let long = "word ".repeat(30);
        let wrapped = doc(&format!("{long}\n\n* {long}\n```\n{long}\n```"), 4);
        let lines: Vec<&str> = wrapped.lines().collect();
        assert!(
            lines.iter().filter(|line| line.len() > WIDTH).count() == 1,
            "{wrapped}"
        );
        assert!(lines[0].starts_with("    /// word"));
        assert!(wrapped.contains("\n    ///\n    /// * word"), "{wrapped}");
        assert!(wrapped.contains("\n    ///   word"), "{wrapped}");
    }

    #[test]
    fn no_wrapped_line_begins_a_block() {
        for word in [
            "```", "~~~rust", "# b", "> b", "- b", "+", "* b", "| b |", "<b>", "===", "[b]: c",
            "1. b", "01) b",
        ] {
            for length in 60..100 {
                let text = format!("{:a<length$} {word} {}", "", "b ".repeat(40));
                let lines = doc(&text, 4);
                let first = word.split(' ').next().unwrap_or_default();
                let begins = |line: &str| line.trim_start_matches([' ', '/']).starts_with(first);
                assert!(!lines.lines().any(begins), "{lines}");
            }
        }
    }

    #[test]
    fn only_what_is_used_is_imported() {
        let names = ["ClientCore", "Call", "Other"];
        let used = identifiers("&[Call<BTreeMap<String, ClientCore>>]");
        assert_eq!(imports(&used, "x", &names), "use x::{Call, ClientCore};\n");
        assert_eq!(imports(&identifiers("()"), "x", &names), "");
    }
}
