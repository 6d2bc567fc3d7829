//! Unsupported forms of OpenAPI are refused with their place.

use ovh_web_codegen::{Clashes, Error, Output};
use serde_json::{Value, json};

use crate::support::with;

fn preview(document: &Value) -> Result<Output, Error> {
    with(&document.to_string(), Clashes::Resolve, "")
}

/// A document of one operation, `PUT /a/{b}`, and a schema.
fn small() -> Value {
    json!({
        "openapi": "3.0.0", "info": { "title": "", "version": "" }, "security": [],
        "paths": { "/a/{b}": { "put": {
            "parameters": [
                { "name": "b", "in": "path", "required": true, "schema": { "type": "string" } },
                { "name": "q", "in": "query", "schema": { "type": "string" } },
            ],
            "requestBody": { "content": { "application/json": { "schema": {} } } },
            "responses": { "200": { "description": "" } },
        } } },
        "components": { "schemas": {
            "a.A": { "properties": { "p": { "type": "string" } } },
            "a.B": { "properties": { "a": { "$ref": "#/components/schemas/a.A" } } },
        } },
    })
}

/// Puts the value at the place, and expects an error there or at `at`.
#[track_caller]
fn refused(place: &str, value: Value, at: &str) {
    let mut document = small();
    let (owner, key) = place.rsplit_once('/').expect("a pointer");
    let key = key.replace("~1", "/");
    match document.pointer_mut(owner).expect("the owner is there") {
        Value::Object(map) => drop(map.insert(key, value)),
        Value::Array(list) => list[key.parse::<usize>().expect("an index")] = value,
        other => panic!("{other}"),
    }
    let error = preview(&document).expect_err(place);
    assert_eq!(error.pointer().unwrap_or_default(), at, "{error}");
    assert!(!error.advice().is_empty(), "{error}");
}

#[test]
fn refuses_unsupported_forms_with_their_place() {
    let to = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let (a, put) = ("/components/schemas/a.A", "/paths/~1a~1{b}/put");
    preview(&small()).expect("nothing is wrong");
    // Properties of a schema.
    for property in [
        json!(7),
        json!(true),
        json!({ "type": ["string", "null"] }),
        json!({ "type": "file" }),
        json!({ "type": "array" }),
        json!({ "type": "array", "items": [{}] }),
        json!({ "type": "string", "properties": {} }),
        json!({ "type": "string", "additionalProperties": true }),
        json!({ "type": "integer", "items": {} }),
        json!({ "required": true }),
        json!({ "enum": ["a", null] }),
        json!({ "enum": ["a", "a"] }),
        json!({ "enum": ["a", 1] }),
        json!({ "enum": [1.5, 2] }),
        json!({ "enum": [true] }),
        json!({ "type": "string", "enum": [1] }),
        json!({ "oneOf": [to("a.A"), { "type": "string" }] }),
        json!({ "anyOf": [to("a.A")] }),
        json!({ "not": { "type": "string" } }),
        json!({ "allOf": [] }),
        json!({ "allOf": [to("a.B"), { "properties": { "x": {} } }] }),
        json!({ "$ref": "other.json#/X" }),
        json!({ "$ref": "#/components/schemas/a.Missing" }),
        json!({ "$ref": "#/components/schemas/a.B", "properties": { "x": {} } }),
    ] {
        let mut document = small();
        document["components"]["schemas"]["a.A"]["properties"]["p"] = property.clone();
        let error = preview(&document).expect_err(&property.to_string());
        let place = format!("{a}/properties/p");
        assert!(
            error.pointer().is_some_and(|at| at.starts_with(&place)),
            "{error}"
        );
    }
    // Schemas that never end, and names that nothing can have.
    refused(a, to("a.A"), a);
    refused(a, json!({ "type": "array", "items": to("a.A") }), a);
    refused(a, json!({ "allOf": [to("a.A"), { "properties": {} }] }), a);
    let endless = format!("{a}/properties/b");
    refused(a, json!({ "properties": { "b": to("a.B") } }), &endless);
    let mut deep = json!({ "type": "string" });
    for _ in 0..30 {
        deep = json!({ "type": "array", "items": deep });
    }
    refused(
        "/components/schemas/x.D",
        deep,
        &format!("/components/schemas/x.D{}", "/items".repeat(25)),
    );
    for name in ["Container<long>", "1h", "Date", "Refusal"] {
        let at = format!("/components/schemas/{name}");
        refused(&at, json!({}), &at);
    }
    // Members of an `allOf` that contradict each other, or that are no objects.
    let text = json!({ "properties": { "p": { "type": "string" } } });
    let number = json!({ "properties": { "p": { "type": "integer" } } });
    for members in [json!([text, number]), json!([text, { "type": "string" }])] {
        refused(a, json!({ "allOf": members }), &format!("{a}/allOf"));
    }
    // Parameters, bodies and responses.
    let q = format!("{put}/parameters/1");
    for (schema, place) in [
        (json!({}), "query"),
        (to("a.A"), "query"),
        (json!({ "type": "array", "items": to("a.A") }), "query"),
        (json!({ "type": "array", "items": {} }), "header"),
    ] {
        let parameter = json!({ "name": "X-Q", "in": place, "schema": schema });
        refused(&q, parameter, &format!("{q}/schema"));
    }
    refused(&q, json!(7), &q);
    refused(
        &q,
        json!({ "name": "q", "in": "query", "type": "string" }),
        &q,
    );
    refused(
        &q,
        json!({ "name": "z", "in": "path", "schema": {} }),
        &format!("{q}/name"),
    );
    refused(
        &q,
        json!({ "$ref": "#/components/parameters/q" }),
        &format!("{q}/$ref"),
    );
    let list = json!({ "type": "array", "items": { "type": "string" } });
    let at = format!("{put}/parameters/0/schema");
    refused(&at, list, &at);
    let at = format!("{put}/requestBody");
    refused(&at, json!({}), &at);
    let at = format!("{put}/requestBody/content/multipart~1form-data");
    refused(&at, json!({}), &at);
    let at = format!("{put}/responses");
    refused(&at, json!({ "default": { "description": "" } }), &at);
    for (status, response) in [
        ("204", json!({ "description": "" })),
        ("20X", json!({ "description": "" })),
        ("200", json!({ "$ref": "#/components/responses/fine" })),
        ("200", json!({ "content": { "text/plain": {} } })),
    ] {
        let at = format!("{put}/responses/{status}");
        let mut document = small();
        document["paths"]["/a/{b}"]["put"]["responses"][status] = response;
        let error = preview(&document).expect_err(&at);
        assert!(
            error.pointer().is_some_and(|place| place.starts_with(&at)),
            "{error}"
        );
    }
    // Paths and the frame.
    let item = small()["paths"]["/a/{b}"].clone();
    for path in ["a~1b", "~1a~1~1b", "~1a b", "~1{}", "~1a~1"] {
        let at = format!("/paths/{path}");
        refused(&at, item.clone(), &at);
    }
    refused(
        "/paths/~1x",
        json!({ "$ref": "other.json#/paths/x" }),
        "/paths/~1x/$ref",
    );
    refused("/openapi", json!("3.1.0"), "/openapi");
    refused("/info", json!(7), "/info");
    refused(
        "/components/parameters",
        json!({}),
        "/components/parameters",
    );
    let mut document = small();
    document
        .as_object_mut()
        .expect("an object")
        .remove("security");
    let error = preview(&document).expect_err("signed or not?");
    assert_eq!(error.pointer(), Some("/paths"), "{error}");
}

#[test]
fn refuses_two_paths_of_one_route() {
    let mut document = small();
    document["paths"]["/v2/a/{b}"] = document["paths"]["/a/{b}"].clone();
    document["paths"]["/a/{b}"]["servers"] = json!([{ "url": "https://eu.api.ovh.com/v2" }]);
    let error = preview(&document).expect_err("one route");
    assert_eq!(error.pointer(), Some("/paths/~1a~1{b}/servers"), "{error}");
}
