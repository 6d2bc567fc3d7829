//! The JSON path of an error, found by parsing the text again up to the error.
//!
//! serde_json reports only line and column. Tracking the path while decoding would cost every
//! caller, mainly in compile time; this costs only callers with an error.

use std::fmt::Write as _;

/// The step from an open container to its current value.
enum Step {
    Key(Option<String>),
    Index(usize),
}

/// The path of the value at byte `column` of `line`, such as `items[3].name`; empty for the root.
pub(crate) fn at(text: &[u8], line: usize, column: usize) -> String {
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    let start: usize = lines.take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    let text = &text[..start.saturating_add(column).min(text.len())];
    let mut steps = Vec::new();
    let mut expects_key = false;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'{' => steps.push(Step::Key(None)),
            b'[' => steps.push(Step::Index(0)),
            b'}' | b']' => drop(steps.pop()),
            b'"' => {
                let end = string_end(text, at);
                if let (true, Some(Step::Key(key))) = (expects_key, steps.last_mut()) {
                    let name = text.get(at..=end).map(serde_json::from_slice);
                    *key = name.and_then(Result::ok).or_else(|| key.take());
                }
                at = end;
            }
            b',' => {
                if let Some(Step::Index(index)) = steps.last_mut() {
                    *index += 1;
                }
            }
            _ => {}
        }
        // White space does not count.
        expects_key = match byte {
            b'{' | b',' => true,
            byte => expects_key && byte.is_ascii_whitespace(),
        };
        at += 1;
    }
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Key(Some(key)) if path.is_empty() => path = key,
            Step::Key(Some(key)) => drop(write!(path, ".{key}")),
            Step::Key(None) => {}
            Step::Index(index) => drop(write!(path, "[{index}]")),
        }
    }
    path
}

/// The index of the quote that ends a string, or the end of the text.
fn string_end(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => break,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only decoded")]
    struct Outer {
        list: Vec<Inner>,
        map: BTreeMap<String, Vec<i64>>,
        when: crate::DateTime,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only decoded")]
    struct Inner {
        id: i64,
        name: Option<String>,
    }

    fn path(text: &str) -> String {
        let error = serde_json::from_str::<Outer>(text).expect_err("something is wrong with it");
        at(text.as_bytes(), error.line(), error.column())
    }

    #[test]
    fn finds_path_of_error() {
        let fine = r#""when": "2026-01-01T00:00:00Z""#;
        for (text, expected) in [
            (
                format!(r#"{{"list": [{{"id": 1}}, {{"id": "two"}}], "map": {{}}, {fine}}}"#),
                "list[1].id",
            ),
            (
                format!(r#"{{"list": [{{"id": 1, "name": 7}}], "map": {{}}, {fine}}}"#),
                "list[0].name",
            ),
            (
                format!(r#"{{"list": [{{"name": "{{[\",\\"}}], "map": {{}}, {fine}}}"#),
                "list[0]",
            ),
            (
                format!(r#"{{"list": [], "map": {{"a \"b\"": [1, 2, null]}}, {fine}}}"#),
                "map.a \"b\"[2]",
            ),
            (
                format!("{{\n  \"list\": [],\n  \"map\": {{\n\"x\":\n 3 }}, {fine}}}"),
                "map.x",
            ),
            (
                r#"{"list": [], "map": {}, "when": "yesterday"}"#.to_owned(),
                "when",
            ),
            (r#"{"list": [], "map": {}}"#.to_owned(), ""),
            ("[]".to_owned(), ""),
            ("7".to_owned(), ""),
        ] {
            assert_eq!(path(&text), expected, "{text}");
        }
    }

    #[test]
    fn accepts_any_text_and_position() {
        for text in ["", "{", "\"", "\"\\", "]}", "{\"a\": [1, {\"b\"", "é\n\n"] {
            for line in 0..4 {
                for column in 0..20 {
                    let _ = at(text.as_bytes(), line, column);
                }
            }
        }
    }
}
