//! Escapes text from upstream documents, so that it stays data wherever it is printed.
//!
//! A name or value may hold line breaks, marks that reorder a line, or the syntax of the file that it
//! is printed into. Each function here makes one kind of output safe for any text.

use std::borrow::Cow;

/// Returns `true` for a character that does not show or that changes how its neighbors show.
///
/// Control characters, line and paragraph separators, marks of direction, and invisible formatting
/// characters.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Replaces the characters for which `is_special` returns `true`.
fn replace(
    text: &str,
    is_special: impl Fn(char) -> bool,
    write: impl Fn(&mut String, char),
) -> Cow<'_, str> {
    if !text.contains(&is_special) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_special(c) {
            write(&mut out, c);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn push_escaped(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\\' => out.push_str("\\\\"),
        c => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
    }
}

/// Returns the text on one line, with each hidden character as `\n` or `\u{2028}`.
#[must_use]
pub fn one_line(text: &str) -> Cow<'_, str> {
    replace(text, is_hidden, push_escaped)
}

/// Returns the text on one line, in a form that [`unescape`] reads back.
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    replace(text, |c| c == '\\' || is_hidden(c), push_escaped)
}

/// Reads what [`escape`] wrote; returns `None` for any other text.
#[must_use]
pub fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let (c, behind) = escaped_char(&rest[at + 1..])?;
        out.push(c);
        rest = behind;
    }
    out.push_str(rest);
    // Every text has one escaped form only.
    (escape(&out) == text).then_some(out)
}

/// Reads an escape after its backslash, and returns the rest of the text too.
fn escaped_char(text: &str) -> Option<(char, &str)> {
    let rest = text.get(1..)?;
    let c = match text.as_bytes()[0] {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'\\' => '\\',
        b'u' => {
            let (digits, rest) = rest.strip_prefix('{')?.split_once('}')?;
            let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
            return Some((c, rest));
        }
        _ => return None,
    };
    Some((c, rest))
}

/// Returns a TOML basic string on one line.
#[must_use]
pub fn toml_string(text: &str) -> String {
    let is_special = |c: char| c == '"' || c == '\\' || is_hidden(c);
    let text = replace(text, is_special, |out, c| match c {
        '"' => out.push_str("\\\""),
        '\n' | '\r' | '\t' | '\\' => push_escaped(out, c),
        c if u32::from(c) > 0xffff => out.push_str(&format!("\\U{:08X}", u32::from(c))),
        c => out.push_str(&format!("\\u{:04X}", u32::from(c))),
    });
    format!("\"{text}\"")
}

/// Escapes the hidden characters in the text of a JSON value that are not escaped yet.
///
/// serde_json escapes only what JSON requires. Line breaks and spaces between values stay.
#[must_use]
pub fn json(text: &str) -> Cow<'_, str> {
    let is_special = |c: char| is_hidden(c) && c != '\n';
    replace(text, is_special, |out, c| {
        for unit in c.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    })
}

/// Returns the text as a Markdown code span, in which nothing of it is Markdown.
#[must_use]
pub fn code(text: &str) -> String {
    let text = match text {
        "" => Cow::Borrowed("\"\""),
        text => one_line(text),
    };
    let runs = text.split(|c| c != '`').map(str::len);
    let longest = runs.max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // Markdown strips one space at each end, but none from a text of spaces.
    let is_open = text.starts_with('`') || text.ends_with('`');
    let is_stripped =
        text.starts_with(' ') && text.ends_with(' ') && !text.trim_matches(' ').is_empty();
    let pad = if is_open || is_stripped { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Returns the text as a code span for a cell of a Markdown table.
#[must_use]
pub fn code_in_table(text: &str) -> String {
    // Renderers disagree about a backslash before the bar.
    code(text).replace('|', "\\u{7c}")
}

/// Returns the text if it is plain, and a code span otherwise.
#[must_use]
pub fn plain_or_code(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, ' ' | ',' | ':' | '-' | '+' | '/' | '{' | '}')
    };
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/');
    if begins && !text.contains("//") && text.chars().all(is_plain) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(code(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts that try to leave the place they are printed in.
    const HOSTILE: [&str; 16] = [
        "",
        " ",
        " a ",
        "a\nb",
        "\r",
        "\t",
        "\\n",
        "\\",
        "a\u{2028}b\u{2029}c\u{85}d",
        "\u{202e}txt",
        "\u{2066}a\u{2069}",
        "\u{feff}\u{7f}",
        "\u{e0041}",
        "``` a",
        "`",
        "\"\"\"\n[x]\n",
    ];

    #[test]
    fn escaped_text_is_one_line_and_reads_back() {
        for text in HOSTILE {
            let line = escape(text);
            assert!(!line.contains(is_hidden), "{line:?}");
            assert_eq!(unescape(&line).as_deref(), Some(text));
            assert!(!one_line(text).contains(is_hidden), "{text:?}");
        }
        assert_eq!(escape("a\n\\\u{2028}"), r"a\n\\\u{2028}");
        assert_eq!(one_line("a\n\\"), r"a\n\");
    }

    #[test]
    fn unescape_takes_only_what_escape_writes() {
        for text in [
            "\\",
            "\\x",
            "\\u{}",
            "\\u{61}",
            "\\u{110000}",
            "\\u{2028",
            "\\u2028",
            "\\u{a}",
            "\\u{02028}",
            "a\nb",
            "\u{202e}",
        ] {
            assert_eq!(unescape(text), None, "{text:?}");
        }
    }

    #[test]
    fn toml_and_json_strings_read_back() {
        for text in HOSTILE {
            let line = format!("{0} = {0}", toml_string(text));
            assert!(!line.contains(is_hidden), "{line:?}");
            let table: toml::Table = line.parse().expect("TOML");
            assert_eq!(table[text].as_str(), Some(text));
            let spelled = serde_json::Value::from(text).to_string();
            let spelled = json(&spelled);
            assert!(!spelled.contains(is_hidden), "{spelled:?}");
            assert_eq!(
                serde_json::from_str::<String>(&spelled).expect("JSON"),
                text
            );
        }
    }

    #[test]
    fn code_spans_hold_any_text() {
        for (text, span) in [
            ("a b", "`a b`"),
            ("", "`\"\"`"),
            ("a`b", "``a`b``"),
            ("`", "`` ` ``"),
            ("``` a", "```` ``` a ````"),
            (" a ", "`  a  `"),
            ("  ", "`  `"),
            ("a\n\n# b", "`a\\n\\n# b`"),
        ] {
            assert_eq!(code(text), span);
        }
        assert_eq!(code_in_table("a\\|b"), "`a\\\\u{7c}b`");
    }

    #[test]
    fn quotes_text_that_is_not_plain() {
        for text in [
            "Deprecated, will be removed",
            "/x/{a}",
            "2026-01-02T03:04:05+00:00",
        ] {
            assert_eq!(plain_or_code(text), text);
        }
        for text in [
            "@you", "see #1", "a <b>", "http://x", "- a", "a.b", "a`b", "",
        ] {
            assert_eq!(plain_or_code(text), code(text));
        }
    }
}
