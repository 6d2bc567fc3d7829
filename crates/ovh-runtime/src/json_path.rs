//! The JSON path of an error.
//!
//! serde_json reports line and column. Finding the path afterwards, by parsing the text again,
//! costs only callers with an error; tracking it while decoding would cost every caller, mainly in
//! compile time.

/// The path of the value at byte `column` of `line`. Examples are `items[3].name`, and `.` for the
/// root.
pub(crate) fn at(text: &[u8], line: usize, column: usize) -> String {
    let start = match line {
        0 => return ".".to_owned(),
        1 => 0,
        line => text
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'\n')
            .nth(line - 2)
            .map_or(text.len(), |(index, _)| index + 1),
    };
    let end = start.saturating_add(column).min(text.len());
    let mut frames = Vec::new();
    let mut rest = text[..end].iter().enumerate();
    while let Some((index, byte)) = rest.next() {
        match byte {
            b'{' => frames.push(Frame::Object {
                key: None,
                expects_key: true,
            }),
            b'[' => frames.push(Frame::Array { index: 0 }),
            b'}' | b']' => {
                frames.pop();
            }
            b',' => match frames.last_mut() {
                Some(Frame::Object { expects_key, .. }) => *expects_key = true,
                Some(Frame::Array { index }) => *index += 1,
                None => {}
            },
            b'"' => {
                let mut escaped = false;
                let close = rest.by_ref().find(|(_, byte)| match (escaped, **byte) {
                    (true, _) => {
                        escaped = false;
                        false
                    }
                    (false, b'\\') => {
                        escaped = true;
                        false
                    }
                    (false, byte) => byte == b'"',
                });
                if let (
                    Some(Frame::Object {
                        key,
                        expects_key: expects @ true,
                    }),
                    Some((close, _)),
                ) = (frames.last_mut(), close)
                {
                    *key = serde_json::from_slice(&text[index..=close]).ok();
                    *expects = false;
                }
            }
            _ => {}
        }
    }
    write(&frames)
}

enum Frame {
    Object {
        key: Option<String>,
        expects_key: bool,
    },
    Array {
        index: usize,
    },
}

fn write(frames: &[Frame]) -> String {
    let mut path = String::new();
    for frame in frames {
        match frame {
            Frame::Object { key: Some(key), .. } => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
            }
            Frame::Object { key: None, .. } => {}
            Frame::Array { index } => {
                path.push('[');
                path.push_str(&index.to_string());
                path.push(']');
            }
        }
    }
    if path.is_empty() {
        ".".to_owned()
    } else {
        path
    }
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
            (r#"{"list": [], "map": {}}"#.to_owned(), "."),
            ("[]".to_owned(), "."),
            ("7".to_owned(), "."),
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
