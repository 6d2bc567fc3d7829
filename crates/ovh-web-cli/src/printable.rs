//! Text for a terminal: nothing in it moves the cursor, begins a line or reorders what is shown.

use std::borrow::Cow;

use ovh_web::sites::is_invisible;

/// The text with escapes for control characters and invisible ones.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter.is_control() || is_invisible(letter) {
            true => shown.extend(letter.escape_default()),
            false => shown.push(letter),
        }
    }
    shown
}

/// The same for JSON on one line, with the escapes of JSON.
pub(crate) fn printable_json(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for letter in line.chars() {
        match letter.is_control() || is_invisible(letter) {
            true => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    shown.push_str(&format!("\\u{unit:04x}"));
                }
            }
            false => shown.push(letter),
        }
    }
    shown
}

/// A word of a command that is printed to be repeated: a shell evaluates nothing in it.
pub(crate) fn shell_word(text: &str) -> Cow<'_, str> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-/:@+,".contains(letter);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(format!("'{}'", text.replace('\'', "'\\''"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_shell_are_quoted() {
        for (text, expected) in [
            ("shop.example.com", "shop.example.com"),
            ("a b", "'a b'"),
            ("$(id)", "'$(id)'"),
            ("it's", "'it'\\''s'"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(text), expected);
        }
    }

    #[test]
    fn escapes_what_moves_the_cursor() {
        assert_eq!(printable("a\u{1b}[2J\né"), "a\\u{1b}[2J\\né");
        let hostile = "\u{9b}31m\u{202e}é\u{7f}\u{ad}\u{e0061}";
        let json = serde_json::Value::from(hostile).to_string();
        let shown = printable_json(&json);
        assert_eq!(shown, "\"\\u009b31m\\u202eé\\u007f\\u00ad\\udb40\\udc61\"");
        let read: serde_json::Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(read, hostile);
    }
}
