//! Golden cases, a rule each: here what describes routes and models, in `type_exprs` the type expressions.
//! What is malformed is in `malformed`, whole documents in `tests/native.rs`.

mod malformed;
mod type_exprs;

use super::*;

/// A document with one of everything.
pub(super) fn good() -> Value {
    json!({
        "apiVersion": "1.0",
        "basePath": "https://eu.api.ovh.com/1.0",
        "resourcePath": "/web",
        "apis": [
            { "path": "/web", "description": "", "operations": [{
                "httpMethod": "GET",
                "apiStatus": { "value": "PRODUCTION", "description": "Stable production version" },
                "noAuthentication": false,
                "parameters": [],
                "responseType": "string[]",
            }]},
            { "path": "/web/{name}", "description": null, "operations": [{
                "httpMethod": "PUT",
                "apiStatus": { "value": "PRODUCTION", "description": "Stable production version" },
                "description": null,
                "iamActions": [{ "name": "web:edit", "required": true }],
                "noAuthentication": 0,
                "parameters": [
                    { "name": "name", "dataType": "string", "fullType": "string",
                      "paramType": "path", "required": 1, "description": null },
                    { "dataType": "a.Cron", "fullType": "a.Cron", "paramType": "body",
                      "required": 1, "description": null },
                ],
                "responseType": "void",
            }]},
        ],
        "models": {
            "a.Cron": {
                "id": "Cron", "namespace": "a", "description": null,
                "properties": {
                    "size": { "type": "g.Unit<double>", "fullType": "g.Unit<double>",
                              "canBeNull": 1, "readOnly": 1, "required": 0, "description": null },
                    "state": { "type": "a.State", "canBeNull": 0, "readOnly": 0, "required": 1 },
                },
            },
            "a.State": { "id": "State", "namespace": "a", "enum": ["on", "off"],
                         "enumType": "string" },
            "g.Unit<T>": {
                "id": "Unit", "namespace": "g", "generics": ["T"],
                "properties": { "unit": { "type": "string" }, "value": { "type": "T" } },
            },
        },
    })
}

/// Converts and expects nothing to be put right.
#[track_caller]
fn clean(document: &Value) -> Value {
    let converted = convert("web.json", document).expect("good");
    assert_eq!(converted.repairs, [], "nothing to repair");
    converted.value
}

/// The schemas of a document with these models.
#[track_caller]
fn schemas(models: Value) -> Value {
    let mut document = good();
    document["models"] = models;
    for model in ["a.Cron", "a.State", "g.Unit<T>"] {
        if document["models"].get(model).is_none() {
            document["models"][model] = good()["models"][model].clone();
        }
    }
    clean(&document)["components"]["schemas"].clone()
}

/// The schema that a property of this type and with these switches gets.
#[track_caller]
fn property(said: Value) -> Value {
    let models = json!({ "a.Model": { "properties": { "x": said } } });
    schemas(models)["a.Model"]["properties"]["x"].clone()
}

fn of_type(expr: &str) -> Value {
    property(json!({ "type": expr }))
}

/// An operation of `GET /web` with these changes.
fn operation(changes: Value) -> Value {
    let mut document = good();
    let operation = &mut document["apis"][0]["operations"][0];
    for (key, value) in changes.as_object().expect("an object") {
        operation[key] = value.clone();
    }
    clean(&document)["paths"]["/web"]["get"].clone()
}

fn to(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

#[test]
fn the_whole_of_a_small_document() {
    assert_eq!(
        clean(&good()),
        json!({
            "openapi": "3.0.0",
            "info": { "title": "OVHcloud API specification", "version": "1.0" },
            "servers": [{ "url": "https://eu.api.ovh.com/1.0" }],
            "paths": {
                "/web": { "get": {
                    "parameters": [],
                    "responses": { "200": { "description": "", "content": { "application/json": {
                        "schema": { "type": "array", "items": { "type": "string" } }
                    }}}},
                    "security": [{ "oAuth2AuthCode": [] }],
                    "x-badges": [{ "color": "green", "label": "Stable production version" }],
                }},
                "/web/{name}": { "put": {
                    "parameters": [{ "in": "path", "name": "name", "required": true,
                                     "schema": { "type": "string" } }],
                    "requestBody": { "required": true, "content": { "application/json": {
                        "schema": to("a.Cron"),
                    }}},
                    "responses": { "200": { "description": "" } },
                    "security": [{ "oAuth2AuthCode": [] }],
                    "x-badges": [{ "color": "green", "label": "Stable production version" }],
                    "x-iam-actions": [{ "name": "web:edit", "required": true }],
                }},
            },
            "components": { "schemas": {
                "a.Cron": { "type": "object", "required": ["state"], "properties": {
                    "size": { "allOf": [to("g.Unit_double")], "nullable": true, "readOnly": true },
                    "state": to("a.State"),
                }},
                "a.State": { "type": "string", "enum": ["on", "off"] },
                "g.Unit_double": { "type": "object", "properties": {
                    "unit": { "type": "string" }, "value": { "type": "number" },
                }},
            }},
        })
    );
}

#[test]
fn switches_of_properties() {
    let with = |key: &str, value: Value| {
        let mut said = json!({ "type": "long" });
        said[key] = value;
        property(said)
    };
    let plain = json!({ "type": "integer" });
    for (set, expected) in [
        (json!(true), json!(true)),
        (json!(1), json!(true)),
        (json!(false), json!(null)),
        (json!(0), json!(null)),
        (json!(null), json!(null)),
    ] {
        for (native, openapi) in [("canBeNull", "nullable"), ("readOnly", "readOnly")] {
            let schema = with(native, set.clone());
            assert_eq!(
                schema.get(openapi).cloned().unwrap_or_default(),
                expected,
                "{native} {set}"
            );
        }
    }
    assert_eq!(with("description", json!(null)), plain);
    assert_eq!(with("description", json!(" ")), plain);
    assert_eq!(with("description", json!("Words"))["description"], "Words");
    // As in the OpenAPI form: a described reference is wrapped, one of a body is not.
    let said = property(json!({ "type": "a.State", "description": "Words" }));
    assert_eq!(
        said,
        json!({ "allOf": [to("a.State")], "description": "Words" })
    );
    let silent = property(json!({ "type": "a.State", "description": "" }));
    assert_eq!(silent, to("a.State"));
    let required = schemas(json!({ "a.M": { "properties": {
        "b": { "type": "long", "required": 1 }, "a": { "type": "long", "required": true },
        "c": { "type": "long", "required": 0 },
    }}}));
    assert_eq!(required["a.M"]["required"], json!(["a", "b"]));
}

#[test]
fn enums_are_text_or_numbers() {
    let values = |ty: Value, values: Value| {
        schemas(json!({ "a.E": { "enum": values, "enumType": ty } }))["a.E"].clone()
    };
    assert_eq!(
        values(json!("long"), json!(["25", 100, " 200"])),
        json!({ "type": "integer", "enum": [25, 100, 200] })
    );
    assert_eq!(
        values(json!("string"), json!(["5.6", 7])),
        json!({ "type": "string", "enum": ["5.6", "7"] })
    );
    assert_eq!(
        values(json!(null), json!(["a"])),
        json!({ "type": "string", "enum": ["a"] })
    );
    assert_eq!(
        values(json!("double"), json!(["0.5", 1])),
        json!({ "type": "number", "enum": [0.5, 1] })
    );
}

#[test]
fn a_model_without_parts_is_an_object() {
    let out = schemas(json!({ "a.M": { "id": "M", "description": "Words" } }));
    assert_eq!(
        out["a.M"],
        json!({ "type": "object", "description": "Words" })
    );
}

#[test]
fn parameters_and_bodies() {
    let body = |name: Option<&str>, ty: &str, required: Value| {
        let mut said = json!({ "paramType": "body", "dataType": ty, "required": required });
        if let Some(name) = name {
            said["name"] = json!(name);
        }
        said
    };
    let out = operation(json!({ "parameters": [
        { "name": "from.date", "paramType": "query", "dataType": "datetime", "required": 0 },
        { "name": "X-Page", "paramType": "header", "dataType": "long", "required": true,
          "description": "Words" },
        body(Some("b"), "a.State", json!(false)),
        body(Some("a"), "password", json!(1)),
    ]}));
    assert_eq!(
        out["parameters"],
        json!([
            { "in": "query", "name": "from.date",
              "schema": { "type": "string", "format": "date-time" } },
            { "in": "header", "name": "X-Page", "required": true, "description": "Words",
              "schema": { "type": "integer" } },
        ])
    );
    assert_eq!(
        out["requestBody"],
        json!({ "required": true, "content": { "application/json": { "schema": {
            "type": "object",
            "required": ["a"],
            "properties": {
                "a": { "type": "string", "format": "password" },
                "b": to("a.State"),
            },
        }}}})
    );
    let whole = |ty: &str, required: Value| {
        operation(json!({ "parameters": [body(None, ty, required)] }))["requestBody"].clone()
    };
    let content = |schema: Value| json!({ "application/json": { "schema": schema } });
    assert_eq!(
        whole("a.Cron", json!(true)),
        json!({ "required": true, "content": content(to("a.Cron")) })
    );
    let list = json!({ "type": "array", "items": { "type": "string" } });
    assert_eq!(
        whole("string[]", json!(0)),
        json!({ "content": content(list) })
    );
    let all_optional = json!({ "parameters": [body(Some("a"), "long", json!(false))] });
    assert_eq!(operation(all_optional)["requestBody"]["required"], true);
    assert_eq!(
        operation(json!({ "parameters": null }))["parameters"],
        json!([])
    );
}

#[test]
fn stages_and_actions() {
    let status = |status: Value| operation(json!({ "apiStatus": status }));
    for (value, said, badge) in [
        (
            "BETA",
            json!("Beta version"),
            json!({ "color": "blue", "label": "Beta version" }),
        ),
        (
            "BETA",
            json!(null),
            json!({ "color": "blue", "label": "Beta version" }),
        ),
        ("ALPHA", json!(""), json!({ "label": "Alpha version" })),
        (
            "INTERNAL",
            json!("Internal use only"),
            json!({ "color": "orange", "label": "Internal use only" }),
        ),
        (
            "PRODUCTION",
            json!("Other words"),
            json!({ "color": "green", "label": "Other words" }),
        ),
    ] {
        let out = status(json!({ "value": value, "description": said }));
        assert_eq!(out["x-badges"], json!([badge]));
        assert_eq!(out.get("deprecated"), None);
    }
    let out = status(json!({
        "value": "DEPRECATED", "description": "Deprecated, will be removed",
        "deprecatedDate": "2023-11-03T00:00:00+01:00", "deletionDate": "2024-03-01T00:00:00+01:00",
        "replacement": "/web/{name}",
    }));
    assert_eq!(out["deprecated"], true);
    assert_eq!(out["x-deprecation-date"], "2023-11-03T00:00:00+01:00");
    assert_eq!(out["x-deletion-date"], "2024-03-01T00:00:00+01:00");
    assert_eq!(out["x-replacement-route"], "/web/{name}");
    assert_eq!(out["x-badges"][0]["color"], "red");
    assert_eq!(status(json!(null)).get("x-badges"), None);

    let iam = |actions: Value| operation(json!({ "iamActions": actions }))["x-iam-actions"].clone();
    assert_eq!(
        iam(json!(["web:get", { "name": "web:list", "required": 0 }, { "name": "web:x" }])),
        json!([
            { "name": "web:get", "required": true },
            { "name": "web:list", "required": false },
            { "name": "web:x" },
        ])
    );
    assert_eq!(iam(json!([])), Value::Null);
    assert_eq!(iam(json!(null)), Value::Null);
    let out = operation(json!({
        "description": "Do it", "longDescription": "In many words", "operationId": "doIt",
    }));
    assert_eq!(out["summary"], "Do it");
    assert_eq!(out["description"], "In many words");
    assert_eq!(out["operationId"], "doIt");
}

#[test]
fn calls_without_credentials_say_so() {
    assert_eq!(
        operation(json!({ "noAuthentication": true })).get("security"),
        None
    );
    assert_eq!(
        operation(json!({ "noAuthentication": 1 })).get("security"),
        None
    );
    let signed = json!([{ "oAuth2AuthCode": [] }]);
    assert_eq!(
        operation(json!({ "noAuthentication": null }))["security"],
        signed
    );
    // Where none needs any, silence would be mistaken for a document that does not say.
    let mut document = good();
    for api in [0, 1] {
        document["apis"][api]["operations"][0]["noAuthentication"] = json!(true);
    }
    assert_eq!(
        clean(&document)["paths"]["/web"]["get"]["security"],
        json!([])
    );
    let input = crate::Input::new("web.json", document.to_string());
    let inputs = crate::Inputs {
        documents: vec![input],
        ..Default::default()
    };
    let output = crate::generate(&inputs).expect("it can be generated");
    assert_eq!(output.report.repairs, [], "the generator took it as it is");
}

#[test]
fn one_route_may_be_listed_in_parts() {
    let mut document = good();
    let mut more = document["apis"][0].clone();
    more["operations"][0]["httpMethod"] = json!("post");
    document["apis"].as_array_mut().expect("a list").push(more);
    let item = &clean(&document)["paths"]["/web"];
    assert!(item.get("get").is_some() && item.get("post").is_some());
}

#[test]
fn carries_over_what_only_openapi_says() {
    let mut old = clean(&good());
    old["paths"]["/web"]["get"]["x-expanded-response"] = json!("ACron");
    old["paths"]["/web"]["get"]["x-response-identifier"] = json!("name");
    let mut new = clean(&good());
    assert_eq!(carry_over(&mut new, &old), ["GET /web"]);
    assert_eq!(new, old);
    assert_eq!(
        carry_over(&mut new, &clean(&good())),
        [""; 0],
        "nothing was said, nothing is kept"
    );

    let mut other = good();
    other["apis"][0]["operations"][0]["responseType"] = json!("long[]");
    let mut other = clean(&other);
    let before = other.clone();
    assert_eq!(carry_over(&mut other, &old), [""; 0], "another response");
    assert_eq!(other, before);
    let mut gone = json!({ "paths": {} });
    assert_eq!(carry_over(&mut gone, &old), [""; 0], "the route is gone");
}
