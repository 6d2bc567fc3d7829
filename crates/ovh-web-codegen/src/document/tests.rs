//! Real documents are accepted; each kind of malformed one is refused with its place.

mod mutations;

use super::{Document, DocumentFormat};
use serde_json::{Value, json};

fn fixture(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/schema/");
    std::fs::read_to_string(format!("{folder}{name}")).expect("the fixture is there")
}

/// A small document with one of everything.
fn good() -> Value {
    json!({
        "openapi": "3.0.0",
        "info": {"title": "t", "version": "1.0"},
        "security": [],
        "paths": {
            "/web": {"get": {"responses": {"200": {"description": "", "content": {
                "application/json": {"schema": {"type": "array", "items": {"type": "string"}}}
            }}}}},
            "/web/{name}": {"put": {
                "parameters": [
                    {"in": "path", "name": "name", "required": true, "schema": {"type": "string"}},
                    {"in": "query", "name": "dry.run", "schema": {"type": "boolean"}}
                ],
                "requestBody": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/a.Cron"}
                }}},
                "responses": {"200": {"description": ""}}
            }}
        },
        "components": {"schemas": {
            "a.Cron": {"type": "object", "properties": {
                "state": {"allOf": [{"$ref": "#/components/schemas/a.State"}], "readOnly": true},
                "next": {"allOf": [{"$ref": "#/components/schemas/a.Cron"}], "nullable": true},
                "more": {"additionalProperties": {"type": "integer"}, "type": "object"}
            }},
            "a.State": {"type": "string", "enum": ["on", "off"]}
        }}
    })
}

fn parse(value: &Value) -> Result<Document, crate::Error> {
    Document::parse("web.json", &value.to_string())
}

/// Puts `new` at `pointer` of a good document (adding the last key) and expects a refusal.
#[track_caller]
fn refused(pointer: &str, new: Value, at: &str, says: &str) {
    let mut document = good();
    let (owner, key) = pointer.rsplit_once('/').expect("a pointer");
    match document.pointer_mut(owner).expect("the owner is there") {
        Value::Object(map) => {
            map.insert(key.replace("~1", "/"), new);
        }
        Value::Array(list) => match key.parse::<usize>() {
            Ok(index) => list[index] = new,
            Err(_) => list.push(new),
        },
        other => panic!("{owner} is {other}"),
    }
    expect_refusal(&document, at, says);
}

/// Takes `pointer` out of a good document and expects a refusal.
#[track_caller]
fn refused_without(pointer: &str, at: &str, says: &str) {
    let mut document = good();
    let (owner, key) = pointer.rsplit_once('/').expect("a pointer");
    let map = document.pointer_mut(owner).and_then(Value::as_object_mut);
    let removed = map.and_then(|map| map.remove(&key.replace("~1", "/")));
    assert!(removed.is_some(), "{pointer} was not there");
    expect_refusal(&document, at, says);
}

#[track_caller]
fn expect_refusal(document: &Value, at: &str, says: &str) {
    let error = parse(document).expect_err("refused");
    assert_eq!(error.file(), "web.json");
    assert_eq!(error.pointer().unwrap_or_default(), at, "{error}");
    assert!(error.message().contains(says), "{error}");
    assert!(!error.advice().is_empty(), "{error}");
}

const PUT: &str = "/paths/~1web~1{name}/put";
const SCHEMAS: &str = "/components/schemas";

#[test]
fn accepts_real_documents() {
    for (name, operations, schemas) in [
        ("hosting-web.json", 206, 247),
        ("hosting-web.2025-09.json", 183, 233),
        ("hosting-web.2024-06.json", 170, 216),
        ("auth.json", 5, 10),
        ("domain.json", 112, 161),
        ("hosting-privateDatabase.json", 72, 95),
    ] {
        let document = Document::parse(name, &fixture(name)).expect(name);
        assert_eq!(document.operations().count(), operations, "{name}");
        assert_eq!(document.schemas().count(), schemas, "{name}");
    }
}

#[test]
fn recognizes_the_native_form() {
    let name = "hosting-web.2024-06.native.json";
    let document = Document::parse(name, &fixture(name)).expect("good");
    assert_eq!(
        (document.format, document.operations().count()),
        (DocumentFormat::Native, 170)
    );
    assert_eq!(
        parse(&good()).expect("good").format,
        DocumentFormat::OpenApi
    );
    // Routes in both forms are neither: OpenAPI is what counts.
    let mut both = good();
    both["apis"] = json!([]);
    assert_eq!(parse(&both).expect("good").format, DocumentFormat::OpenApi);
}

#[test]
fn operations_are_sorted_by_path_and_method() {
    let document = parse(&good()).expect("good");
    let operations: Vec<_> = document
        .operations()
        .map(|(path, method, operation)| (path, method, operation["responses"].is_object()))
        .collect();
    assert_eq!(
        operations,
        [("/web", "get", true), ("/web/{name}", "put", true)]
    );
}

#[test]
fn refuses_an_incomplete_frame() {
    expect_refusal(&json!([1]), "", "found a list");
    expect_refusal(&Value::Null, "", "found null");
    refused_without("/openapi", "", "`openapi` is missing");
    refused(
        "/openapi",
        json!("3.1.0"),
        "/openapi",
        "expected version 3.0.x",
    );
    refused(
        "/openapi",
        json!("3.0.x"),
        "/openapi",
        "expected version 3.0.x",
    );
    refused("/openapi", json!(3), "/openapi", "expected a string");
    refused_without("/info", "", "`info` is missing");
    refused_without("/info/version", "/info", "`version` is missing");
    refused_without("/paths", "", "`paths` is missing");
    refused("/paths", json!([]), "/paths", "expected an object");
}

#[test]
fn references_name_a_schema() {
    let body = format!("{PUT}/requestBody/content/application~1json/schema/$ref");
    refused(
        &body,
        json!("#/components/schemas/a.Cro"),
        &body,
        "no schema is named `a.Cro`",
    );
    refused(&body, json!("other.json#/x"), &body, "does not begin with");
    refused(
        &body,
        json!("#/components/parameters/x"),
        &body,
        "does not begin with",
    );
    refused(&body, json!(7), &body, "expected a string");
    let mut document = good();
    document["components"]["schemas"]["a.Cron"]["properties"]["next"]["$ref"] =
        json!("#/components/schemas/a.cron");
    let error = parse(&document).expect_err("refused");
    assert_eq!(
        error.advice(),
        "did you mean `a.Cron`? Otherwise add the schema"
    );
    for (at, what) in [
        (format!("{PUT}/parameters/0"), "a parameter"),
        (format!("{PUT}/requestBody"), "a request body"),
        (format!("{PUT}/responses/200"), "a response"),
        (PUT.to_owned(), "an operation"),
        ("/paths/~1web~1{name}".to_owned(), "a path"),
    ] {
        let reference = json!({"$ref": "#/components/schemas/a.Cron"});
        refused(&at, reference, &format!("{at}/$ref"), what);
    }
}

#[test]
fn only_schemas_are_components() {
    let at = "/components/parameters";
    let cycle = json!({"a": {"$ref": "#/components/parameters/a"}});
    refused(at, cycle, at, "only `schemas` is supported");
    let mut document = good();
    document["components"]["securitySchemes"] = json!({"oAuth2": {"type": "oauth2"}});
    parse(&document).expect("security schemes are left alone");
}

#[test]
fn all_of_wraps_one_reference() {
    let at = format!("{SCHEMAS}/a.Cron/properties/state/allOf");
    let cron = json!({"$ref": "#/components/schemas/a.Cron"});
    refused(&at, json!([cron, {"type": "object"}]), &at, "2 members");
    refused(&at, json!([]), &at, "found 0 members");
    refused(&at, json!({}), &at, "expected a list");
    let at = format!("{SCHEMAS}/a.Cron/not");
    refused(&at, json!({"minimum": 1}), &at, "`not` is not supported");
}

#[test]
fn refuses_schemas_made_of_themselves() {
    let state = format!("{SCHEMAS}/a.State");
    let itself = json!({"$ref": "#/components/schemas/a.State"});
    refused(&state, itself.clone(), &state, "made of itself");
    refused(&state, json!({"allOf": [itself]}), &state, "made of itself");
    let mut document = good();
    document["components"]["schemas"]["b.B"] = json!({"$ref": "#/components/schemas/b.C"});
    document["components"]["schemas"]["b.C"] =
        json!({"allOf": [{"$ref": "#/components/schemas/b.B"}]});
    expect_refusal(&document, "/components/schemas/b.B", "made of itself");
}

#[test]
fn refuses_long_chains_of_aliases_and_depth() {
    let mut document = good();
    for n in 0..5_000 {
        document["components"]["schemas"][format!("n{n:04}")] =
            json!({"$ref": format!("#/components/schemas/n{:04}", n + 1)});
    }
    document["components"]["schemas"]["n5000"] = json!({"type": "string"});
    expect_refusal(
        &document,
        "/components/schemas/n0000",
        "alias of more than 12",
    );

    let mut deep = json!({"type": "string"});
    for _ in 0..30 {
        deep = json!({"items": deep, "type": "array"});
    }
    let at = format!("{SCHEMAS}/deep{}", "/items".repeat(25));
    refused(
        &format!("{SCHEMAS}/deep"),
        deep,
        &at,
        "nested more than 24 deep",
    );
}

#[test]
fn refuses_malformed_paths() {
    let item = good()["paths"]["/web"].clone();
    refused(
        "/paths/web",
        item.clone(),
        "/paths/web",
        "does not begin with a slash",
    );
    for path in [
        "~1web~1",
        "~1~1web",
        "~1a~1..~1b",
        "~1a b",
        "~1a~1x{}",
        "~1a~1{}",
        "~1a~1{b",
    ] {
        let at = format!("/paths/{path}");
        refused(&at, item.clone(), &at, "invalid segment");
    }
    refused(
        "/paths/~1a~1{b}~1{b}",
        item,
        "/paths/~1a~1{b}~1{b}",
        "parameter `b` twice",
    );
    refused(
        "/paths/~1web/query",
        json!({}),
        "/paths/~1web/query",
        "is not supported",
    );
    refused(
        "/paths/~1web/parameters",
        json!([]),
        "/paths/~1web/parameters",
        "not supported here",
    );
    refused_without("/paths/~1web/get", "/paths/~1web", "has no operation");
    refused("/paths/x-get", json!({}), "/paths/x-get", "an extension");
}

#[test]
fn parameters_fit_their_path() {
    let first = format!("{PUT}/parameters/0");
    refused(
        &format!("{first}/name"),
        json!("id"),
        &format!("{first}/name"),
        "not in the path",
    );
    refused(
        &format!("{first}/required"),
        json!(false),
        &first,
        "is not required",
    );
    refused(
        &format!("{PUT}/parameters"),
        json!([]),
        PUT,
        "no such parameter",
    );
    refused(
        &format!("{PUT}/parameters"),
        json!({}),
        &format!("{PUT}/parameters"),
        "a list",
    );
    refused(
        &format!("{first}/in"),
        json!("cookie"),
        &format!("{first}/in"),
        "`cookie`",
    );
    refused_without(&format!("{first}/schema"), &first, "no `schema`");
    let again = json!({"in": "query", "name": "dry.run", "schema": {"type": "string"}});
    let third = format!("{PUT}/parameters/2");
    refused(
        &format!("{PUT}/parameters/-"),
        again,
        &third,
        "declared twice",
    );
}

#[test]
fn bodies_and_responses_have_one_media_type() {
    let content = format!("{PUT}/requestBody/content");
    let form = format!("{content}/multipart~1form-data");
    refused(&form, json!({}), &form, "media type");
    refused(&content, json!({}), &content, "is empty");
    let json_type = format!("{content}/application~1json");
    refused(&json_type, json!({}), &json_type, "no `schema`");
    refused_without(&content, &format!("{PUT}/requestBody"), "no `content`");
    let responses = format!("{PUT}/responses");
    for status in ["20X", "600", "ok", "2xx", "+20"] {
        let at = format!("{responses}/{status}");
        refused(&at, json!({"description": ""}), &at, "not a status");
    }
    let at = format!("{responses}/204");
    refused(&at, json!({"description": ""}), &at, "described twice");
    refused(
        &responses,
        json!({"4XX": {"description": ""}}),
        &responses,
        "no success",
    );
    refused_without(&responses, PUT, "no `responses`");
    let at = format!("{responses}/200/content");
    refused(
        &at,
        json!({"text/plain": {}}),
        &format!("{at}/text~1plain"),
        "media type",
    );
    let mut document = good();
    for status in ["default", "4XX", "503"] {
        document["paths"]["/web"]["get"]["responses"][status] = json!({"description": ""});
    }
    parse(&document).expect("errors may be described");
}

#[test]
fn refuses_enums_of_several_types() {
    let state = format!("{SCHEMAS}/a.State");
    let at = format!("{state}/type");
    refused(&at, json!("text"), &at, "`text` is not a type");
    refused(&at, json!(["string", "null"]), &at, "expected a string");
    refused(
        &at,
        json!("integer"),
        &format!("{state}/enum/0"),
        "the type is integer",
    );
    refused(&at, json!("array"), &state, "has no `items`");
    let values = format!("{state}/enum");
    refused(&values, json!([]), &values, "no values");
    refused(&values, json!({}), &values, "expected a list");
    refused(
        &values,
        json!(["a", 1]),
        &format!("{values}/1"),
        "mixes types",
    );
    refused(&values, json!(["a", null]), &format!("{values}/1"), "null");
    refused(&values, json!([["a"]]), &format!("{values}/0"), "is a list");
    refused(
        &values,
        json!(["a", "b", "a"]),
        &format!("{values}/2"),
        "appears twice",
    );
}

#[test]
fn refuses_wrong_kinds_in_schemas() {
    let cron = format!("{SCHEMAS}/a.Cron");
    refused(&cron, json!(true), &cron, "expected an object");
    for (key, value, says) in [
        ("nullable", json!("true"), "true or false"),
        ("format", json!(1), "expected a string"),
        ("minimum", json!("0"), "expected a number"),
        ("maxLength", json!(-1), "whole number"),
        ("required", json!("id"), "expected a list"),
        ("properties", json!([]), "expected an object"),
        ("items", json!([]), "needs the type `array`"),
        ("additionalProperties", json!("any"), "expected an object"),
        (
            "x-rust-type",
            json!({"path": "std::process::Command"}),
            "cannot choose",
        ),
    ] {
        let at = format!("{cron}/{key}");
        refused(&at, value, &at, says);
    }
    let at = format!("{cron}/required");
    refused(&at, json!([1]), &format!("{at}/0"), "expected a string");
    refused(
        &at,
        json!(["id", "id"]),
        &format!("{at}/1"),
        "appears twice",
    );
    let at = format!("{SCHEMAS}/a b");
    refused(&at, json!({}), &at, "not a valid schema name");
}

#[test]
fn refuses_wrong_kinds_in_extensions() {
    let at = format!("{PUT}/x-expanded-response");
    refused(&at, json!(["A"]), &at, "expected a string");
    let at = format!("{PUT}/x-iam-actions");
    refused(&at, json!("a"), &at, "expected a list");
    refused(
        &at,
        json!([{"required": true}]),
        &format!("{at}/0"),
        "`name` is missing",
    );
    let at = format!("{PUT}/deprecated");
    refused(&at, json!("yes"), &at, "true or false");
}
