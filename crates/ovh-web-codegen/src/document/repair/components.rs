//! Step: references to anything but schemas are written out, and what only they led to goes.
//!
//! The libraries below follow such references for ever when they lead in a circle.

use serde_json::{Map, Value};

use super::{Log, Pointer};
use crate::document::METHODS;

/// How many references may lead to one another.
const HOPS: usize = 16;

pub(super) fn apply(document: &mut Value, log: &mut Log) {
    let Some(components) = document.get("components").and_then(Value::as_object) else {
        return inline(document, &Map::new(), log);
    };
    let shared = components.clone();
    inline(document, &shared, log);
    if let Some(components) = super::object_mut(document, "components") {
        components.retain(|key, _| {
            matches!(key.as_str(), "schemas" | "securitySchemes") || key.starts_with("x-")
        });
    }
}

fn inline(document: &mut Value, shared: &Map<String, Value>, log: &mut Log) {
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        let at = Pointer::of(&["paths", path]);
        list(item, &at, shared, log);
        for method in METHODS {
            let at = at.child(method);
            let Some(operation) = item.get_mut(method).filter(|node| node.is_object()) else {
                continue;
            };
            list(operation, &at, shared, log);
            if let Some(body) = operation.get_mut("requestBody")
                && !resolve(body, &at.child("requestBody"), shared, log)
            {
                *body = serde_json::json!({ "content": { "application/json": { "schema": {} } } });
            }
            let at = at.child("responses");
            if let Some(responses) = super::object_mut(operation, "responses") {
                for (status, response) in responses.iter_mut() {
                    if !resolve(response, &at.child(status), shared, log) {
                        *response = serde_json::json!({ "description": "", "content": {
                            "application/json": { "schema": {} } } });
                    }
                }
            }
        }
    }
}

/// Writes out the references in the `parameters` of `owner`.
fn list(owner: &mut Value, at: &Pointer, shared: &Map<String, Value>, log: &mut Log) {
    let at = at.child("parameters");
    if let Some(parameters) = owner.get_mut("parameters").and_then(Value::as_array_mut) {
        let mut index = 0;
        parameters.retain_mut(|parameter| {
            index += 1;
            resolve(parameter, &at.child(index - 1), shared, log)
        });
    }
}

/// Rule `shared-parts`: replaces a reference by what it leads to; `false` if it leads nowhere.
fn resolve(node: &mut Value, at: &Pointer, shared: &Map<String, Value>, log: &mut Log) -> bool {
    for _ in 0..HOPS {
        let Some(reference) = node.get("$ref") else {
            return true;
        };
        let found = reference
            .as_str()
            .and_then(|text| text.strip_prefix("#/components/"))
            .and_then(|rest| rest.split_once('/'))
            .and_then(|(kind, name)| {
                let name = name.replace("~1", "/").replace("~0", "~");
                shared.get(kind)?.get(&name)
            });
        match found {
            Some(found) => *node = found.clone(),
            None => break,
        }
    }
    let reference = node.get("$ref").cloned().unwrap_or_default();
    log.add(
        "shared-parts",
        at,
        format!("the reference {reference} leads nowhere, and was taken out"),
    );
    false
}

#[cfg(test)]
mod tests {
    use super::super::tests::log;
    use super::*;
    use serde_json::json;

    #[test]
    fn golden() {
        let mut document = json!({
            "paths": { "/a": { "parameters": [{ "$ref": "#/components/parameters/id" }], "get": {
                "parameters": [{ "$ref": "#/components/parameters/ring" }],
                "responses": { "200": { "$ref": "#/components/responses/fine" } },
            }}},
            "components": {
                "parameters": {
                    "id": { "name": "id", "in": "query" },
                    "ring": { "$ref": "#/components/parameters/ring" },
                },
                "responses": { "fine": { "description": "fine" } },
                "schemas": {},
            },
        });
        let mut log = log();
        apply(&mut document, &mut log);
        assert_eq!(
            document,
            json!({
                "paths": { "/a": { "parameters": [{ "name": "id", "in": "query" }], "get": {
                    "parameters": [],
                    "responses": { "200": { "description": "fine" } },
                }}},
                "components": { "schemas": {} },
            })
        );
        assert_eq!(log.list.len(), 1);
        assert_eq!(log.list[0].pointer, "/paths/~1a/get/parameters/0");
    }
}
