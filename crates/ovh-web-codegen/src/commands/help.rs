//! Help texts: the first sentence of our documentation.

use std::borrow::Cow;

use crate::docs::Doc;
use crate::escape::one_line;

/// The first sentence of a documentation, also if it is a default one.
pub(super) fn sentence(doc: &Doc) -> String {
    first(&doc.text)
}

/// The sentence about an operation. A command lists objects where the client's method lists their
/// IDs, names or times.
pub(super) fn about(doc: &Doc, lists_objects: bool) -> String {
    let text = sentence(doc);
    let keys = [
        "Lists the IDs of ",
        "Lists the names of ",
        "Lists the times of ",
    ];
    match keys.iter().find_map(|start| text.strip_prefix(start)) {
        Some(objects) if lists_objects => format!("Lists {objects}"),
        _ => text,
    }
}

/// The first sentence of our documentation; empty for a default one, which only repeats the name.
pub(super) fn of_item(doc: &Doc) -> String {
    match doc.is_written {
        true => first(&doc.text),
        false => String::new(),
    }
}

/// The first sentence of a text, without line breaks and hidden characters.
fn first(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    let text = words.join(" ");
    let starts_sentence =
        |rest: &str| rest.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == '`');
    let ends = text.match_indices(". ").map(|(at, _)| at + 1);
    let mut ends = ends.filter(|end| starts_sentence(&text[end + 1..]));
    let end = ends.next().unwrap_or(text.len());
    match one_line(&text[..end]) {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_objects_are_not_called_ids() {
        let about = |text: &str, lists_objects| {
            let doc = Doc {
                text: text.to_owned(),
                is_written: true,
            };
            about(&doc, lists_objects)
        };
        let ids = "Lists the IDs of the hosting's cron jobs.";
        assert_eq!(about(ids, true), "Lists the hosting's cron jobs.");
        assert_eq!(about(ids, false), ids);
        let names = "Lists the names of the account's DNS zones. More.";
        assert_eq!(about(names, true), "Lists the account's DNS zones.");
        let other = "Lists the dumps of a database.";
        assert_eq!(about(other, true), other);
    }

    #[test]
    fn help_is_the_first_sentence() {
        for (text, expected) in [
            ("Creates a database.", "Creates a database."),
            (
                "Size, such as\n2.5 GB. In bytes.\n\nMore.",
                "Size, such as 2.5 GB.",
            ),
            ("Lists a. b of it. `C` too.", "Lists a. b of it."),
            ("No end", "No end"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("", ""),
        ] {
            assert_eq!(first(text), expected);
        }
    }
}
