//! Real documents, cut to a few routes, and changes of single places in them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::{Choices, json as values, text};

static DOCUMENTS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    [
        include_str!("../../../fixtures/schema/hosting-web.json"),
        include_str!("../../../fixtures/schema/hosting-privateDatabase.json"),
        include_str!("../../../fixtures/schema/domain.json"),
        include_str!("../../../fixtures/schema/hosting-web.2024-06.json"),
        include_str!("../../../fixtures/schema/auth.json"),
        include_str!("../../../fixtures/documents/nasty.json"),
        include_str!("../../../fixtures/schema/hosting-web.2024-06.native.json"),
    ]
    .iter()
    .map(|text| serde_json::from_str(text).expect("a committed document"))
    .collect()
});

/// A document without what is far from a few routes, so that a run takes little time.
pub(super) fn cut(choices: &mut Choices<'_>) -> Value {
    let document = &DOCUMENTS[choices.below(DOCUMENTS.len())];
    let Some(paths) = document["paths"].as_object() else {
        return document.clone();
    };
    let all: Vec<&String> = paths.keys().collect();
    let kept: BTreeSet<&String> = (0..1 + choices.below(5))
        .map(|_| all[choices.below(all.len())])
        .collect();
    let mut cut = json!({ "openapi": document["openapi"], "info": document["info"], "paths": {} });
    for path in kept {
        cut["paths"][path] = paths[path].clone();
    }
    let mut needed: BTreeSet<&str> = BTreeSet::new();
    let mut texts = vec![cut["paths"].to_string()];
    let Some(schemas) = document["components"]["schemas"].as_object() else {
        return cut;
    };
    while let Some(text) = texts.pop() {
        for part in text.split("#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap_or_default();
            if let Some((name, schema)) = schemas.get_key_value(name)
                && needed.insert(name)
            {
                texts.push(schema.to_string());
            }
        }
    }
    cut["components"] = json!({ "schemas": {} });
    for name in needed {
        cut["components"]["schemas"][name] = schemas[name].clone();
    }
    for (key, part) in document["components"].as_object().into_iter().flatten() {
        if key != "schemas" {
            cut["components"][key] = part.clone();
        }
    }
    cut
}

/// The places of a value below `at`, as pointers.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    let mut child = |key: &str, inner: &Value| {
        let place = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        places(inner, &place, out);
        out.push(place);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, inner)| child(key, inner)),
        Value::Array(list) => (0..)
            .zip(list)
            .for_each(|(at, inner): (usize, _)| child(&at.to_string(), inner)),
        _ => {}
    }
}

/// A place of the document, all of them equally likely.
pub(super) fn place(document: &Value, choices: &mut Choices<'_>) -> String {
    let mut all = Vec::new();
    places(document, "", &mut all);
    match all.len() {
        0 => String::new(),
        many => all.swap_remove(choices.below(many)),
    }
}

/// Keys that mean something to somebody.
const KEYS: &[&str] = &[
    "get",
    "put",
    "patch",
    "trace",
    "parameters",
    "20X",
    "default",
    "2XX",
    "204",
    "type",
    "Self",
    "a b/{c}",
    "$ref",
    "",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "items",
    "properties",
    "nullable",
    "enum",
    "required",
    "format",
    "additionalProperties",
    "readOnly",
    "writeOnly",
    "discriminator",
    "x-expanded-response",
    "x-iam-actions",
    "deprecated",
    "x-deletion-date",
    "operationId",
    "requestBody",
    "responses",
    "content",
    "application/json",
    "text/plain",
    "schema",
    "name",
    "in",
    "schemas",
    "example",
    "pattern",
    "minimum",
    "maxLength",
    "/a/{id}",
    "/{a}{b}",
    "/a/{a}/{a}",
    "hosting.web.Cron",
    "Option",
    "String",
    "r#fn",
    "1st",
    "é",
];

/// Changes one place: another value, another key, no value, or what stands elsewhere.
pub(super) fn change(document: &mut Value, choices: &mut Choices<'_>) {
    let at = place(document, choices);
    let (owner, key) = at.rsplit_once('/').unwrap_or_default();
    let key = key.replace("~1", "/").replace("~0", "~");
    match choices.below(8) {
        0 => {
            if let Some(Value::Object(map)) = document.pointer_mut(owner) {
                map.remove(&key);
            }
        }
        1 => {
            let new = match choices.once_in(3) {
                true => text::odd(choices),
                false => choices.pick(KEYS).to_owned(),
            };
            if let Some(Value::Object(map)) = document.pointer_mut(owner)
                && let Some(value) = map.remove(&key)
            {
                map.insert(new, value);
            }
        }
        2 => {
            let value = value(document, choices);
            if let Some(Value::Object(map)) = document.pointer_mut(owner) {
                map.insert(choices.pick(KEYS).to_owned(), value);
            }
        }
        3 => {
            // As deep as something inside may be, and deeper.
            let mut inner = document.pointer(&at).cloned().unwrap_or_default();
            for _ in 0..choices.below(60) {
                inner = match choices.below(4) {
                    0 => json!({ "type": "array", "items": inner }),
                    1 => json!({ "type": "object", "properties": { "x": inner } }),
                    2 => json!({ "allOf": [inner] }),
                    _ => json!({ "type": "object", "additionalProperties": inner }),
                };
            }
            set(document, &at, inner);
        }
        4 => {
            if let Some(Value::Array(list)) = document.pointer_mut(owner) {
                match choices.below(3) {
                    0 => list.truncate(choices.below(list.len())),
                    1 => list.extend(list.clone()),
                    _ => list.reverse(),
                }
            } else if let Some(Value::String(word)) = document.pointer_mut(&at) {
                text::change(word, choices);
            }
        }
        _ => {
            let value = value(document, choices);
            set(document, &at, value);
        }
    }
}

fn set(document: &mut Value, at: &str, value: Value) {
    if let Some(node) = document.pointer_mut(at) {
        *node = value;
    }
}

/// A value that is valid somewhere.
fn value(document: &Value, choices: &mut Choices<'_>) -> Value {
    let names: Vec<&String> = document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flat_map(|schemas| schemas.keys())
        .collect();
    let name = match names.is_empty() || choices.once_in(8) {
        true => "x",
        false => names[choices.below(names.len())],
    };
    let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
    match choices.below(18) {
        0 => reference,
        1 => json!({ "allOf": [reference, { "properties": { "more": reference } }] }),
        2 => json!({ "oneOf": [reference, { "type": "null" }, { "type": "string" }] }),
        3 => json!({ "anyOf": [reference, reference] }),
        4 => json!({ "type": "array", "items": reference }),
        5 => json!({ "type": "object", "additionalProperties": reference }),
        6 => {
            json!({ "type": "object", "properties": { "self": reference, "1h": {}, "+": {} } })
        }
        7 => json!({ "enum": ["", "a-b", "a_b", "A B", 1, null] }),
        8 => json!({ "type": "integer", "enum": [1, -1, 1, 9_007_199_254_740_993_i64] }),
        9 => json!({ "type": ["string", "null"] }),
        10 => {
            json!({ "type": choices.pick(&["string", "integer", "number", "boolean", "null", "file"]),
            "format": text::odd(choices), "nullable": choices.once_in(2) })
        }
        11 => json!({ "type": "string", "format": "date-time", "default": 5, "pattern": "(" }),
        12 => json!({ "$ref": text::odd(choices) }),
        13 => {
            json!({ "name": text::odd(choices), "in": choices.pick(&["path", "query", "header", "cookie", "body"]),
            "required": choices.once_in(2), "schema": reference })
        }
        14 => {
            json!({ "content": { choices.pick(&["application/json", "text/plain", "*/*", ""]): { "schema": reference } } })
        }
        15 => {
            let elsewhere = place(document, choices);
            document.pointer(&elsewhere).cloned().unwrap_or_default()
        }
        _ => values::any(choices, 3),
    }
}

/// The document's text, with one of its keys written twice in its place.
pub(super) fn with_a_key_twice(document: &Value, choices: &mut Choices<'_>) -> String {
    let text = document.to_string();
    let keys: Vec<usize> = text.match_indices("{\"").map(|(at, _)| at + 1).collect();
    if keys.is_empty() {
        return text;
    }
    let at = keys[choices.below(keys.len())];
    let end = text[at + 1..].find('"').map_or(at, |end| at + end + 2);
    format!("{}{}:0,{}", &text[..at], &text[at..end], &text[at..])
}
