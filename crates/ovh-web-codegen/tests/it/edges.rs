//! Documents with unusual forms, generated with and without a lock of names.
//!
//! Each test holds for `preview` and for `regen`, unless it says which of the two it is about.

use crate::support::{generated, has, with};
use ovh_web_codegen::{Clashes, Input, Inputs, Output};
use serde_json::{Value, json};

fn rules(output: &Output) -> Vec<&str> {
    output.report.repairs.iter().map(|it| it.rule).collect()
}

fn document(paths: Value, schemas: Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": "", "version": "" },
        "security": [{ "oAuth2AuthCode": [] }],
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn content(schema: Value) -> Value {
    json!({ "description": "", "content": { "application/json": { "schema": schema } } })
}

fn to(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn get(schema: Value) -> Value {
    json!({ "responses": { "200": content(schema) } })
}

fn native(reply: &str, models: Value) -> Value {
    json!({
        "apiVersion": "1.0", "basePath": "https://eu.api.ovh.com/1.0", "resourcePath": "/web",
        "apis": [{ "path": "/web", "operations": [{
            "httpMethod": "GET", "responseType": reply, "parameters": [] }] }],
        "models": models,
    })
}

#[test]
fn accepts_a_byte_order_mark() {
    let text = native("long", json!({})).to_string();
    for text in [
        text,
        document(json!({ "/a": { "get": get(json!({})) } }), json!({})).to_string(),
    ] {
        let plain = with(&text, Clashes::Refuse, "").expect("generates");
        let marked = with(&format!("\u{feff}{text}"), Clashes::Refuse, "").expect("generates");
        assert_eq!(marked.surface, plain.surface);
    }
}

#[test]
fn names_a_native_document_without_operations() {
    for apis in [None, Some(Value::Null)] {
        let mut document = native("long", json!({}));
        let node = document.as_object_mut().expect("an object");
        node.remove("apis");
        node.extend(apis.map(|apis| ("apis".to_owned(), apis)));
        for clashes in [Clashes::Refuse, Clashes::Resolve] {
            let error = with(&document.to_string(), clashes, "").expect_err("nothing to generate");
            assert!(error.message().contains("no operations"), "{error}");
        }
    }
}

#[test]
fn reads_aliases_of_type_expressions() {
    for (word, reply) in [
        ("coreTypes.ServiceId[]:long[]", "Vec<i64>"),
        ("coreTypes.ServiceId[][]:long[][]", "Vec<Vec<i64>>"),
        (
            "map[string]coreTypes.ServiceId:map[string]long",
            "BTreeMap<String, i64>",
        ),
        ("a.Ids:map[string]long", "BTreeMap<String, i64>"),
        ("a.Ids:b.Ids:long", "i64"),
        ("a.Ids[]:string", "String"),
        ("a.Page<long>:long[]", "Vec<i64>"),
        ("a.Id:string[]", "Vec<String>"),
    ] {
        let output = generated(&native(word, json!({})));
        has(&output, &format!("fn api::list() -> {reply} = GET /web"));
    }
}

#[test]
fn joins_a_model_with_the_generic_it_equals() {
    let pattern = json!({ "generics": ["T"], "properties": {
        "value": { "type": "T" }, "next": { "type": "web.Box<T>", "canBeNull": true } } });
    let mut models = json!({
        "web.Box<T>": pattern,
        "web.Box_string": { "description": "Words say nothing.", "properties": {
            "value": { "type": "string" }, "next": { "type": "web.Box_string", "canBeNull": true } } },
        "web.Both": { "properties": {
            "one": { "type": "web.Box<string>" }, "two": { "type": "web.Box_string" } } },
    });
    let output = generated(&native("web.Both", models.clone()));
    has(&output, "field Both.one: BoxString = one");
    has(&output, "field Both.two: BoxString = two");
    assert!(rules(&output).is_empty(), "{:?}", output.report.repairs);

    models["web.Box_string"]["properties"]["more"] = json!({ "type": "long" });
    let output = generated(&native("web.Both", models));
    has(&output, "field Both.one: BoxString2 = one");
    has(&output, "field Both.two: BoxString = two");
    has(&output, "field BoxString.more: i64 = more");
    assert_eq!(rules(&output), ["generic-name"]);
}

/// Two revisions of one section, of which the second brings a twin that differs by case.
#[test]
fn numbers_a_type_that_differs_by_case() {
    let schemas = json!({
        "web.SSL": { "properties": { "a": { "type": "string" } } },
        "web.ssl": { "properties": { "b": { "type": "string" } } },
        "web.sslState": { "type": "string", "enum": ["on"] },
    });
    let mut paths = json!({
        "/web/{name}/ssl": { "get": get(to("web.ssl")) },
        "/web/{name}/state": { "get": get(to("web.sslState")) },
    });
    for path in ["/web/{name}/ssl", "/web/{name}/state", "/web/{name}/tls"] {
        paths[path]["parameters"] = json!([{
            "name": "name", "in": "path", "required": true, "schema": { "type": "string" } }]);
    }
    let old = paths["/web/{name}/tls"].take();
    paths
        .as_object_mut()
        .expect("paths")
        .remove("/web/{name}/tls");
    let before = generated(&document(paths.clone(), schemas.clone()));
    has(&before, "type Ssl = web.ssl (read)");

    paths["/web/{name}/tls"] = old;
    paths["/web/{name}/tls"]["get"] = get(to("web.SSL"));
    let text = document(paths, schemas).to_string();
    for clashes in [Clashes::Refuse, Clashes::Resolve] {
        // The name that was there stays, whichever of the two comes first by wire name.
        let after = with(&text, clashes, &before.names).expect("generates");
        has(&after, "type Ssl = web.ssl (read)");
        has(&after, "type Ssl2 = web.SSL (read)");
        assert!(
            after.names.contains("\"web.SSL\" = \"api::Ssl2\""),
            "{}",
            after.names
        );
        assert_eq!(rules(&after), ["clash"]);
        for line in before.surface.lines() {
            has(&after, line);
        }
        let again = with(&text, clashes, &after.names).expect("generates");
        assert_eq!(
            (&again.surface, &again.names),
            (&after.surface, &after.names)
        );
        // Where neither is known, the later by wire name gets the number.
        let twice = after.names.replace("::Ssl2", "::Ssl");
        let error = with(&text, clashes, &twice).expect_err("somebody wrote two equal names");
        assert!(
            error.message().contains("would both be the type `Ssl`"),
            "{error}"
        );
        let fresh = with(&text, clashes, "").expect("generates");
        has(&fresh, "type Ssl = web.SSL (read)");
        has(&fresh, "type Ssl2 = web.ssl (read)");
    }
}

#[test]
fn numbers_a_property_whose_name_is_taken() {
    let with_properties = |names: &[&str]| {
        let properties: serde_json::Map<String, Value> = names
            .iter()
            .map(|name| ((*name).to_owned(), json!({ "type": "string" })))
            .collect();
        document(
            json!({ "/web": { "get": get(to("web.A")) } }),
            json!({ "web.A": { "type": "object", "properties": properties } }),
        )
    };
    let fresh = generated(&with_properties(&["fooBar", "foo_bar"]));
    has(&fresh, "field A.foo_bar: String = foo_bar");
    has(&fresh, "field A.foo_bar_2: String = fooBar");
    assert_eq!(rules(&fresh), ["clash"]);
    // What was published keeps its name, whatever comes before it by wire name.
    let before = generated(&with_properties(&["foo_bar"]));
    let inputs = |surface: &str| Inputs {
        documents: vec![Input::new(
            "section.json",
            with_properties(&["FooBar", "fooBar", "foo_bar"]).to_string(),
        )],
        surface: Some(Input::new("surface.txt", surface)),
        ..Inputs::default()
    };
    let after = ovh_web_codegen::generate(&inputs(&before.surface)).expect("generates");
    has(&after, "field A.foo_bar: String = foo_bar");
    has(&after, "field A.foo_bar_2: String = FooBar");
    let again = ovh_web_codegen::generate(&inputs(&after.surface)).expect("generates");
    assert_eq!(again.surface, after.surface);
}

#[test]
fn names_segments_that_begin_with_a_digit() {
    let paths = json!({
        "/web/cloud/2013v1/{name}/2nd": { "get": get(json!({})), "parameters": [{
            "name": "name", "in": "path", "required": true, "schema": { "type": "string" } }] },
        "/web/1st": { "get": get(json!({})) },
    });
    let output = generated(&document(paths, json!({})));
    has(
        &output,
        "fn cloud_2013v1s::_2nd(name: &str) -> serde_json::Value = GET /web/cloud/2013v1/{name}/2nd",
    );
}

#[test]
fn numbers_a_route_that_differs_by_case() {
    let one = document(json!({ "/web/ssl": { "get": get(json!({})) } }), json!({}));
    let mut two = one.clone();
    two["paths"]["/web/SSL"] = one["paths"]["/web/ssl"].clone();
    two["paths"]["/web/other"] = one["paths"]["/web/ssl"].clone();
    let mut one = two.clone();
    one["paths"]
        .as_object_mut()
        .expect("paths")
        .remove("/web/SSL");
    let before = generated(&one);
    let after = with(&two.to_string(), Clashes::Refuse, &before.names).expect("generates");
    has(
        &after,
        "fn catalog::ssl() -> serde_json::Value = GET /web/ssl",
    );
    has(
        &after,
        "fn catalog::ssl_2() -> serde_json::Value = GET /web/SSL",
    );
    assert_eq!(rules(&after), ["clash"]);
}

#[test]
fn keeps_what_a_nullable_component_holds() {
    let output = generated(&document(
        json!({ "/a": {
            "get": get(to("Outer")),
            "put": { "requestBody": content(to("Inner")), "responses": { "200": content(to("Inner")) } },
        } }),
        json!({
            "Outer": { "properties": {
                "inner": to("Inner"),
                "said": { "allOf": [to("Inner")], "readOnly": true },
                "state": to("State"),
                "named": to("Named"),
                "list": { "type": "array", "items": to("Inner") },
                "map": { "type": "object", "additionalProperties": to("State") },
                "always": to("Plain"),
            } },
            "Inner": { "type": "object", "nullable": true, "properties": {
                "a": { "type": "string" }, "b": { "type": "integer" } } },
            "State": { "type": "string", "enum": ["on", "off"], "nullable": true },
            "Named": to("State"),
            "Plain": { "properties": { "c": { "type": "string" } } },
        }),
    ));
    for line in [
        "field Outer.inner: Option<Inner> = inner",
        "field Outer.said: Option<Inner> = said",
        "field Outer.state: Option<State> = state",
        "field Outer.named: Option<State> = named",
        "field Outer.list: Vec<Option<Inner>> = list",
        "field Outer.map: BTreeMap<String, Option<State>> = map",
        "field Outer.always: Plain = always",
        "field Inner.a: String = a",
        "field Inner.b: i64 = b",
        "value State::On = on",
    ] {
        has(&output, line);
    }
    assert!(rules(&output).is_empty(), "{:?}", output.report.repairs);
    let call = "fn a::update(body: &InnerUpdate) -> Option<Inner> = PUT /a";
    has(&output, call);
}

#[test]
fn clears_fields_of_a_renamed_update() {
    let document = document(
        json!({ "/cron/{id}": {
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
            "get": get(to("Cron")),
            "put": { "requestBody": content(to("Edit")), "responses": { "200": {} } },
        } }),
        json!({
            "Cron": { "properties": { "a": { "type": "string" } } },
            "Edit": { "properties": { "mail": { "type": "string", "nullable": true } } },
        }),
    );
    let output = generated(&document);
    has(&output, "field Edit.mail: Nullable<String> = mail");
    let renamed = output.names.replace("::Edit", "::Change");
    let output = with(&document.to_string(), Clashes::Refuse, &renamed).expect("generates");
    has(&output, "field Change.mail: Nullable<String> = mail");
}

#[test]
fn keeps_properties_without_a_name() {
    let output = generated(&document(
        json!({ "/a": {
            "get": get(to("Both")),
            "put": { "requestBody": content(to("Both")), "responses": { "200": {} } },
        } }),
        json!({
            "Both": {
                "properties": { "id": { "type": "integer" }, "more": to("Other") },
                "additionalProperties": to("Other"),
            },
            "Other": {
                "properties": { "x": { "type": "string" } },
                "additionalProperties": true,
            },
        }),
    ));
    for line in [
        "field Both.more_2: BTreeMap<String, Other> = x-ovh-web-rest",
        "field BothUpdate.more_2: BTreeMap<String, OtherInput> = x-ovh-web-rest",
        "field Other.more: BTreeMap<String, serde_json::Value> = x-ovh-web-rest",
    ] {
        has(&output, line);
    }
    assert!(rules(&output).is_empty(), "{:?}", output.report.repairs);
    let file = &output.files["types.rs"];
    assert!(file.contains("    => rest:\n"), "{file}");
}

#[test]
fn keeps_null_and_maps_of_compositions() {
    let output = generated(&document(
        json!({ "/a": { "get": get(to("Outer")) } }),
        json!({
            "Outer": { "properties": { "inner": to("Inner"), "plain": to("Plain") } },
            "Base": { "nullable": true, "properties": { "a": { "type": "string" } },
                "additionalProperties": { "type": "integer" } },
            "Inner": { "nullable": true,
                "allOf": [to("Base"), { "properties": { "b": { "type": "string" } } }] },
            "Plain": { "allOf": [{ "properties": { "c": { "type": "string" } } },
                { "additionalProperties": true }] },
        }),
    ));
    for line in [
        "field Outer.inner: Option<Inner> = inner",
        "field Outer.plain: Plain = plain",
        "field Inner.a: String = a",
        "field Inner.b: String = b",
        "field Inner.more: BTreeMap<String, i64> = x-ovh-web-rest",
        "field Plain.more: BTreeMap<String, serde_json::Value> = x-ovh-web-rest",
    ] {
        has(&output, line);
    }
}
