//! Step: names of schemas.
//!
//! Rule `schema-name`: a name that cannot be written in a reference is spelled with what can.
//! Rule `runtime-name`: a schema called like one of the runtime's types is put into the group
//! `model`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Log, Pointer};
use crate::document::SCHEMA_PREFIX;
use crate::normalize::{RUNTIME_TYPES, responses::REFUSAL};

pub(super) fn apply(document: &mut Value, log: &mut Log) {
    let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    let mut taken: BTreeSet<String> = schemas.keys().cloned().collect();
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    let mut names: Vec<String> = schemas.keys().cloned().collect();
    names.sort();
    for name in names {
        let reserved = RUNTIME_TYPES.contains(&name.as_str()) || name == REFUSAL;
        let plain = if reserved {
            format!("model.{name}")
        } else {
            spelled(&name)
        };
        if plain == name {
            continue;
        }
        let mut free = plain.clone();
        let mut number = 1;
        while !taken.insert(free.clone()) {
            number += 1;
            free = format!("{plain}_{number}");
        }
        log.add(
            if reserved {
                "runtime-name"
            } else {
                "schema-name"
            },
            &Pointer::of(&["components", "schemas", &name]),
            format!("the schema `{name}` goes by the name `{free}`"),
        );
        renamed.insert(name, free);
    }
    // References may be written with the escapes of pointers and of URLs.
    let mut spellings: BTreeMap<String, String> = BTreeMap::new();
    for (old, new) in &renamed {
        let pointer = old.replace('~', "~0").replace('/', "~1");
        spellings.insert(escaped(&pointer), new.clone());
        spellings.insert(pointer, new.clone());
        spellings.insert(old.clone(), new.clone());
    }
    if spellings.is_empty() {
        return;
    }
    let old = std::mem::take(schemas);
    for (name, schema) in old {
        schemas.insert(renamed.remove(&name).unwrap_or(name), schema);
    }
    let references = &mut |node: &mut Map<String, Value>| {
        if let Some(Value::String(text)) = node.get_mut("$ref")
            && let Some(new) = text
                .strip_prefix(SCHEMA_PREFIX)
                .and_then(|name| spellings.get(name))
        {
            *text = format!("{SCHEMA_PREFIX}{new}");
        }
    };
    objects(document, references);
}

/// Every object of the document. A property called `$ref` would be a schema, not a text.
fn objects(value: &mut Value, visit: &mut dyn FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(map) => {
            visit(map);
            for inner in map.values_mut() {
                objects(inner, visit);
            }
        }
        Value::Array(list) => {
            for inner in list {
                objects(inner, visit);
            }
        }
        _ => {}
    }
}

fn spelled(name: &str) -> String {
    let mut text: String = name
        .chars()
        .map(|c| match c {
            c if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') => c,
            _ => '_',
        })
        .collect();
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        text.insert_str(0, "Schema");
    }
    text
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::tests::log;
    use super::*;
    use serde_json::json;

    #[test]
    fn golden() {
        let mut document = json!({ "components": { "schemas": {
            "Date": { "type": "string" },
            "1h": { "$ref": "#/components/schemas/a<b>" },
            "a<b>": { "items": { "$ref": "#/components/schemas/Date" } },
            "c": { "$ref": "#/components/schemas/a%3Cb%3E" },
        }}});
        let mut log = log();
        apply(&mut document, &mut log);
        assert_eq!(
            document,
            json!({ "components": { "schemas": {
                "model.Date": { "type": "string" },
                "Schema1h": { "$ref": "#/components/schemas/a_b_" },
                "a_b_": { "items": { "$ref": "#/components/schemas/model.Date" } },
                "c": { "$ref": "#/components/schemas/a_b_" },
            }}})
        );
        assert_eq!(log.list.len(), 3);
    }
}
