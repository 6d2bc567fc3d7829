//! Prose goes, facts stay, and the form is always the same one.

use super::{canonicalize, to_text};
use serde_json::{Value, json};

fn fixture(name: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/schema/");
    let text = std::fs::read_to_string(format!("{folder}{name}")).expect("the fixture is there");
    serde_json::from_str(&text).expect("the fixture is JSON")
}

/// A document with prose in every place where OpenAPI allows it, and with properties, parameters
/// and values that have the names of prose.
fn wordy() -> Value {
    json!({
        "tags": [{"name": "x"}],
        "paths": {"/a/{title}": {"summary": "p", "get": {
            "summary": "s", "description": "d", "tags": ["x"], "operationId": "o",
            "x-code-samples": [{"lang": "c"}],
            "externalDocs": {"url": "u"},
            "x-badges": [{"label": "Beta version", "color": "red"}],
            "parameters": [
                {"schema": {"type": "string"}, "name": "tags", "in": "query", "description": "d"},
                {"name": "title", "in": "path", "required": true, "description": "d",
                 "schema": {"type": "string", "description": "d"}},
                {"name": "description", "in": "query", "schema": {"type": "string"}}
            ],
            "requestBody": {"description": "d", "required": true, "content": {"application/json": {
                "schema": {"description": "d", "properties": {
                    "title": {"type": "string", "title": "T"},
                    "summary": {"type": "array", "items": {"type": "string", "description": "d"}}
                }, "type": "object", "required": ["title", "summary"]}
            }}},
            "responses": {"200": {"description": "ok", "content": {"application/json": {
                "schema": {"allOf": [{"$ref": "#/components/schemas/a", "description": "d"}]}
            }}}, "404": {}}
        }}},
        "openapi": "3.0.0",
        "info": {"version": "1", "title": "t", "description": "d", "contact": {}},
        "servers": [{"url": "https://example.org", "description": "d"}],
        "components": {"schemas": {
            "summary": {"enum": ["title", "description"], "type": "string", "description": "d"},
            "b": {"enum": [100, 25], "type": "integer"},
            "a": {"properties": {"description": {"description": "d", "additionalProperties":
                {"description": "d", "type": "string"}, "type": "object"}}, "type": "object"}
        }}
    })
}

#[test]
fn prose_goes_and_what_only_has_its_name_stays() {
    assert_eq!(
        to_text(&canonicalize(&wordy())),
        include_str!("golden.json")
    );
}

#[test]
fn doing_it_twice_changes_nothing() {
    for document in [wordy(), fixture("hosting-web.json"), fixture("domain.json")] {
        let once = canonicalize(&document);
        assert_eq!(to_text(&canonicalize(&once)), to_text(&once));
        let again: Value = serde_json::from_str(&to_text(&once)).expect("it is JSON");
        assert_eq!(again, once);
    }
}

#[test]
fn the_facts_lose_nothing_but_their_order() {
    /// All scalars with the keys that lead to them, lists without their order.
    fn facts(value: &Value, at: &str, out: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                out.push(format!("{at} object"));
                map.iter()
                    .for_each(|(key, value)| facts(value, &format!("{at}/{key}"), out));
            }
            Value::Array(list) => {
                out.push(format!("{at} list"));
                list.iter()
                    .for_each(|value| facts(value, &format!("{at}/*"), out));
            }
            scalar => out.push(format!("{at} {scalar}")),
        }
    }
    for name in ["hosting-web.json", "auth.json"] {
        let document = fixture(name);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        facts(&document, "", &mut before);
        facts(&canonicalize(&document), "", &mut after);
        before.sort_unstable();
        after.sort_unstable();
        assert_eq!(before, after, "{name}");
    }
}

#[test]
fn keeps_shapes_that_openapi_does_not_have() {
    for value in [
        json!(null),
        json!([{"b": 1, "a": 2}]),
        json!({"paths": [], "components": 1, "info": "x", "servers": {}}),
        json!({"paths": {"/a": {"get": {"parameters": {}, "responses": [], "requestBody": 1}}}}),
        json!({"components": {"schemas": {"a": {"properties": 1, "enum": {}, "allOf": "x"}}}}),
    ] {
        assert_eq!(canonicalize(&value), value);
    }
}

#[test]
fn the_text_does_not_depend_on_the_order_of_keys() {
    let one: Value = serde_json::from_str(r#"{"b":{"d":1,"c":[]},"a":"é"}"#).expect("JSON");
    let two: Value = serde_json::from_str(r#"{"a":"é","b":{"c":[],"d":1}}"#).expect("JSON");
    assert_eq!(to_text(&one), to_text(&two));
    assert_eq!(
        to_text(&one),
        "{\n  \"a\": \"é\",\n  \"b\": {\n    \"c\": [],\n    \"d\": 1\n  }\n}\n"
    );
}
