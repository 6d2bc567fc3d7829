//! Step: the keys of `paths`, and what stands beside the operations.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Log, Pointer, kind};
use crate::document::METHODS;

pub(super) fn apply(document: &mut Value, log: &mut Log) {
    let Some(paths) = super::object_mut(document, "paths") else {
        return;
    };
    let mut old: Vec<(String, Value)> = std::mem::take(paths).into_iter().collect();
    // A key that needs no repair keeps its place against one that comes to be the same.
    old.sort_by_key(|(path, _)| (spelled(path).0 != *path, path.clone()));
    for (path, item) in old {
        let at = Pointer::of(&["paths", &path]);
        if path.starts_with("x-") {
            continue;
        }
        let Value::Object(mut item) = item else {
            log.add(
                "left-out",
                &at,
                format!("the path holds {}, not operations", kind(&item)),
            );
            continue;
        };
        beside(&mut item, &at, log);
        let (plain, renamed) = spelled(&path);
        if plain != path {
            log.add(
                "path-key",
                &at,
                format!("the path `{path}` is read as `{plain}`"),
            );
            parameters(&mut item, &renamed);
        }
        if item.is_empty() {
            log.add("left-out", &at, "the path has no operation");
            continue;
        }
        let there = paths
            .entry(plain.clone())
            .or_insert_with(|| json!({}))
            .as_object_mut();
        let Some(there) = there else { continue };
        for (key, value) in item {
            if there.contains_key(&key) && METHODS.contains(&key.as_str()) {
                log.add(
                    "left-out",
                    &at.child(&key),
                    format!("another key of `paths` describes the same route, `{key} {plain}`"),
                );
            } else {
                there.entry(key).or_insert(value);
            }
        }
    }
}

/// What stands beside the operations: parameters go into each of them, the rest goes.
fn beside(item: &mut Map<String, Value>, at: &Pointer, log: &mut Log) {
    let shared = match item.remove("parameters") {
        Some(Value::Array(list)) => list,
        Some(other) => {
            let what = format!("`parameters` is {}, and was left out", kind(&other));
            log.add("wrong-kind", &at.child("parameters"), what);
            Vec::new()
        }
        None => Vec::new(),
    };
    for method in METHODS {
        let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else {
            continue;
        };
        if shared.is_empty() {
            continue;
        }
        let own = operation.entry("parameters").or_insert_with(|| json!([]));
        if let Value::Array(own) = own {
            let key = |p: &Value| (p.get("name").cloned(), p.get("in").cloned());
            let known: Vec<_> = own.iter().map(key).collect();
            // What the operation says itself is said more closely.
            let new = shared.iter().filter(|p| !known.contains(&key(p)));
            own.extend(new.cloned());
        }
    }
    item.retain(|key, value| {
        if METHODS.contains(&key.as_str()) {
            if value.is_object() {
                return true;
            }
            let what = format!("the operation is {}, not an object", kind(value));
            log.add("left-out", &at.child(key), what);
            return false;
        }
        match key.as_str() {
            "summary" | "description" => true,
            "$ref" => {
                log.add(
                    "left-out",
                    &at.child(key),
                    "what a reference in place of a path holds is not in this document",
                );
                false
            }
            key if key.starts_with("x-") => true,
            key => {
                log.add(
                    "unknown-key",
                    &at.child(key),
                    format!("`{key}` is no method, and was left out"),
                );
                false
            }
        }
    });
    if !METHODS.iter().any(|method| item.contains_key(*method)) {
        item.clear();
    }
}

/// Gives declared path parameters the names that they have in the path now.
fn parameters(item: &mut Map<String, Value>, renamed: &BTreeMap<String, String>) {
    for operation in item.values_mut() {
        for parameter in operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            let new = parameter
                .get("name")
                .and_then(Value::as_str)
                .and_then(|name| renamed.get(name))
                .cloned();
            if parameter.get("in") == Some(&json!("path"))
                && let Some(new) = new
            {
                parameter["name"] = json!(new);
            }
        }
    }
}

/// Rule `path-key`: a slash at the beginning, none at the end, no segment that a URL swallows,
/// each parameter with a name of its own, and characters that may stand in a URL.
///
/// With the key come the parameters that got another name.
fn spelled(path: &str) -> (String, BTreeMap<String, String>) {
    let mut renamed = BTreeMap::new();
    let mut names: Vec<String> = Vec::new();
    let mut segments = Vec::new();
    // A slash in braces belongs to the name.
    let mut depth = 0_usize;
    let mut segment = String::new();
    for c in path.chars().chain(['/']) {
        match c {
            '{' => depth = 1,
            '}' => depth = 0,
            '/' if depth == 0 => {
                if !matches!(segment.as_str(), "" | "." | "..") {
                    segments.push(std::mem::take(&mut segment));
                }
                segment.clear();
                continue;
            }
            _ => {}
        }
        segment.push(c);
    }
    // A brace that is never closed is none.
    for part in segment.split('/') {
        if !matches!(part, "" | "." | "..") {
            segments.push(part.to_owned());
        }
    }
    let mut out = String::new();
    for segment in segments {
        out.push('/');
        let mut rest = segment.as_str();
        while let Some((before, name, after)) = parameter(rest) {
            escape(before, &mut out);
            let word: String = name
                .chars()
                .map(|c| match c {
                    c if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '~') => c,
                    _ => '_',
                })
                .collect();
            let word = if word.is_empty() {
                "value".to_owned()
            } else {
                word
            };
            let mut free = word.clone();
            let mut number = 1;
            while names.contains(&free) {
                number += 1;
                free = format!("{word}{number}");
            }
            if free != name && number == 1 {
                renamed.insert(name.to_owned(), free.clone());
            }
            out.push_str(&format!("{{{free}}}"));
            names.push(free);
            rest = after;
        }
        escape(rest, &mut out);
    }
    if out.is_empty() {
        out.push('/');
    }
    (out, renamed)
}

/// The next parameter in braces, with what is before and behind it.
pub(in crate::document) fn parameter(text: &str) -> Option<(&str, &str, &str)> {
    let end = text.find('}')?;
    let start = text[..end].rfind('{')?;
    Some((&text[..start], &text[start + 1..end], &text[end + 1..]))
}

/// Whether the character may stand in a segment as it is.
pub(in crate::document) fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@%".contains(c)
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        if is_plain(c) {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::log;
    use super::*;

    #[test]
    fn keys_are_spelled_as_a_url_wants_them() {
        for (path, plain) in [
            ("/a/{b}/c", "/a/{b}/c"),
            ("/a/{b}.json", "/a/{b}.json"),
            ("a", "/a"),
            ("/", "/"),
            ("", "/"),
            ("/a//b/./../c/", "/a/b/c"),
            ("/{id}/x/{id}", "/{id}/x/{id2}"),
            ("/{}/{a b}/{c/d}", "/{value}/{a_b}/{c_d}"),
            ("/a b/é?x#y", "/a%20b/%C3%A9%3Fx%23y"),
            ("/{a/b}c}", "/{a_b}c%7D"),
            ("/a{/b", "/a%7B/b"),
            ("/1h/+", "/1h/+"),
        ] {
            assert_eq!(spelled(path).0, plain, "{path}");
            assert_eq!(spelled(plain).0, plain, "{path}: it does not stay");
        }
    }

    #[test]
    fn golden() {
        let mut document = json!({ "paths": {
            "/a": { "get": {}, "parameters": [{ "name": "x", "in": "query" }] },
            "/a/": { "get": {}, "put": {} },
            "/b": 7,
            "/c": { "query": {}, "delete": "gone" },
            "x-note": {},
        }});
        let mut log = log();
        apply(&mut document, &mut log);
        assert_eq!(
            document,
            json!({ "paths": { "/a": {
                "get": { "parameters": [{ "name": "x", "in": "query" }] },
                "put": {},
            }}})
        );
        let lines: Vec<String> = log.list.iter().map(ToString::to_string).collect();
        for wanted in [
            "#/paths/~1a~1/get: another key",
            "#/paths/~1b: the path holds a number",
            "#/paths/~1c/query: `query` is no method",
            "#/paths/~1c/delete: the operation is a string",
        ] {
            assert!(
                lines.iter().any(|line| line.contains(wanted)),
                "{wanted}: {lines:#?}"
            );
        }
    }
}
