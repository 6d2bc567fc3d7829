//! The other inputs of the generator: overlay, names, docs and the surface of the last run.

use serde_json::{Value, json};

use super::document::place;
use crate::{Choices, json as values, text};

const NAMES: &str = include_str!("../../../../schema/names.toml");
const DOCS: &str = include_str!("../../../../schema/docs.toml");
const SURFACE: &str = include_str!("../../../../schema/surface.txt");
const OVERLAY: &str = include_str!("../../../../schema/overlay.json");

/// Corrections of places that are there, for the most part.
pub(super) fn overlay(document: &Value, choices: &mut Choices<'_>) -> String {
    let mut overlay: Value = match choices.once_in(4) {
        true => serde_json::from_str(OVERLAY).unwrap_or_default(),
        false => json!({ "overlay": "1.0.0", "info": { "title": "x", "version": "1" } }),
    };
    let actions: Vec<Value> = (0..choices.below(4))
        .map(|_| action(document, choices))
        .collect();
    overlay["actions"] = actions.into();
    let mut text = overlay.to_string();
    if choices.once_in(4) {
        text::change(&mut text, choices);
    }
    text
}

fn action(document: &Value, choices: &mut Choices<'_>) -> Value {
    let mut target = String::from("$");
    for key in place(document, choices).split('/').skip(1) {
        let key = key.replace("~1", "/").replace("~0", "~");
        match key.parse::<usize>() {
            Ok(index) => target.push_str(&format!("[{index}]")),
            Err(_) => target.push_str(&format!("[{}]", Value::from(key))),
        }
    }
    match choices.below(12) {
        0 => target.push_str(".*"),
        1 => target.push_str("..*"),
        2 => target.push_str("[?@.type]"),
        3 => text::change(&mut target, choices),
        _ => {}
    }
    let mut action = match choices.once_in(4) {
        true => json!({ "target": target, "remove": true }),
        false => {
            let update = match choices.below(4) {
                0 => json!({ "x-ovh-web-required": ["a"], "x-ovh-web-name": text::odd(choices) }),
                1 => json!({ "x-ovh-web-idempotent": false, "nullable": true }),
                2 => json!({ "type": "string", "enum": [text::odd(choices)] }),
                _ => values::any(choices, 3),
            };
            json!({ "target": target, "update": update })
        }
    };
    if !choices.once_in(16) {
        action["description"] = json!("Why.");
    }
    if choices.once_in(6) {
        action["remove"] = json!(true);
    }
    if choices.once_in(3) {
        action["x-document"] = choices
            .pick(&["section", "section.json", "more", ""])
            .into();
    }
    action
}

/// Some lines of our own lock, under their headings.
pub(super) fn names(choices: &mut Choices<'_>) -> String {
    let mut text = some_lines(NAMES, choices);
    if choices.once_in(2) {
        text.push_str("\n[operations]\n\"GET /a\" = \"a::get\"\n");
    }
    changed(text, choices)
}

/// Some lines of our own documentation.
pub(super) fn docs(choices: &mut Choices<'_>) -> String {
    changed(some_lines(DOCS, choices), choices)
}

/// Some lines of our own surface.
pub(super) fn surface(choices: &mut Choices<'_>) -> String {
    changed(some_lines(SURFACE, choices), choices)
}

fn some_lines(text: &str, choices: &mut Choices<'_>) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let begin = choices.below(lines.len());
    let end = (begin + choices.below(60)).min(lines.len());
    // A line belongs below the heading before it.
    let heading = lines[..begin].iter().rfind(|line| line.starts_with('['));
    let mut some: Vec<&str> = heading.copied().into_iter().collect();
    some.extend(&lines[begin..end]);
    some.join("\n")
}

fn changed(mut text: String, choices: &mut Choices<'_>) -> String {
    for _ in 0..choices.below(4) {
        match choices.once_in(2) {
            true => text::change_lines(&mut text, choices),
            false => text::change(&mut text, choices),
        }
    }
    text
}
