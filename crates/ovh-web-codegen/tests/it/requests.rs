//! Requests of generated methods: the version of the API, every method, the place of each argument.

use crate::support::{generated, has, with};
use ovh_web_codegen::{Clashes, Output};
use serde_json::{Value, json};

/// The text of all files, on one line.
fn code(output: &Output) -> String {
    let words = output
        .files
        .values()
        .flat_map(|file| file.split_whitespace());
    words.collect::<Vec<_>>().join(" ")
}

fn document(paths: Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": "", "version": "" },
        "security": [{ "oAuth2AuthCode": [] }],
        "paths": paths,
        "components": { "schemas": { "iam.Policy": { "properties": { "id": { "type": "string" } } } } },
    })
}

fn content(schema: Value) -> Value {
    json!({ "description": "", "content": { "application/json": { "schema": schema } } })
}

fn policy() -> Value {
    json!({ "$ref": "#/components/schemas/iam.Policy" })
}

fn servers(url: &str) -> Value {
    json!([{ "url": url }])
}

#[test]
fn calls_the_version_of_the_document() {
    let get = json!({ "get": { "responses": { "200": content(policy()) } } });
    let mut open =
        document(json!({ "/iam/policy": get, "/iam/policy/{id}": get, "/iam/log": get }));
    open["paths"]["/iam/policy/{id}"]["parameters"] = json!([{
        "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }]);
    for url in [
        "https://eu.api.ovh.com/v2",
        "https://eu.api.ovh.com/v2/",
        "/v2",
    ] {
        open["servers"] = servers(url);
        let output = generated(&open);
        has(
            &output,
            "fn policies::list() -> Policy = GET /v2/iam/policy",
        );
        has(&output, "type Policy = iam.Policy (read)");
        assert!(code(&output).contains(r#"GET "/v2/iam/policy/{id}""#));
        let kept: Value = serde_json::from_str(&output.documents["section.json"]).expect("JSON");
        assert!(
            with(&kept.to_string(), Clashes::Refuse, "")
                .is_ok_and(|again| again.surface == output.surface)
        );
    }
    open["servers"] = json!([{ "url": "https://{host}/{version}", "variables": {
        "version": { "default": "v2" }, "host": { "default": "eu.api.ovh.com" } } }]);
    has(
        &generated(&open),
        "fn policies::list() -> Policy = GET /v2/iam/policy",
    );
    for url in [
        "https://eu.api.ovh.com/1.0",
        "https://eu.api.ovh.com/v1",
        "https://example.com",
    ] {
        open["servers"] = servers(url);
        has(
            &generated(&open),
            "fn policies::list() -> Policy = GET /iam/policy",
        );
    }
    open["servers"] = servers("https://eu.api.ovh.com/v3");
    let output = generated(&open);
    has(&output, "fn policies::list() -> Policy = GET /iam/policy");
    assert_eq!(output.report.repairs[0].rule, "servers");
    let native = json!({
        "apiVersion": "2.0", "basePath": "https://eu.api.ovh.com/v2", "resourcePath": "/iam",
        "apis": [{ "path": "/iam/policy", "operations": [{
            "httpMethod": "GET", "responseType": "string[]", "parameters": [] }] }],
        "models": {},
    });
    let output = generated(&native);
    assert_eq!(output.package, "ovh-iam-policy-v2-client");
    assert!(
        output.surface.contains("= GET /v2/iam/policy"),
        "{}",
        output.surface
    );
}

#[test]
fn calls_the_version_of_each_operation() {
    let one = json!({ "responses": { "200": content(policy()) } });
    let mut document = document(json!({
        "/iam/policy": { "get": one, "post": one },
        "/iam/log": { "get": one, "servers": servers("https://eu.api.ovh.com/v2") },
    }));
    document["servers"] = servers("https://eu.api.ovh.com/v1");
    document["paths"]["/iam/policy"]["post"]["servers"] = servers("https://eu.api.ovh.com/v2");
    let output = generated(&document);
    for end in [
        "= GET /iam/policy",
        "= POST /v2/iam/policy",
        "= GET /v2/iam/log",
    ] {
        assert!(
            output.surface.lines().any(|line| line.ends_with(end)),
            "{}",
            output.surface
        );
    }
}

#[test]
fn generates_every_method() {
    let one = json!({ "responses": { "200": content(policy()) } });
    let mut update = one.clone();
    update["requestBody"] = content(policy());
    let output = generated(&document(json!({ "/iam/policy": {
        "get": one, "put": update, "post": update, "delete": one,
        "patch": update, "head": one, "options": one, "trace": one,
    } })));
    for line in [
        "fn policy::patch(body: &IamPolicyUpdate) -> IamPolicy = PATCH /iam/policy",
        "fn policy::head() -> () = HEAD /iam/policy",
        "fn policy::options() -> IamPolicy = OPTIONS /iam/policy",
        "fn policy::trace() -> IamPolicy = TRACE /iam/policy",
    ] {
        has(&output, line);
    }
    let code = code(&output);
    assert!(
        code.contains(
            r#""policy::patch": PATCH "/iam/policy", patch() body(body: &types::IamPolicyUpdate) -> "#
        ),
        "{code}"
    );
    assert!(
        code.contains(r#""policy::head": HEAD "/iam/policy", head() -> (), void();"#),
        "{code}"
    );
    assert_eq!(output.report.operations, 8);
}

fn list(parameters: Value) -> Value {
    document(json!({ "/iam/policy": { "get": {
        "parameters": parameters,
        "responses": { "200": content(json!({ "type": "array", "items": policy() })) },
    } } }))
}

#[test]
fn joins_lists_that_do_not_explode() {
    let texts = json!({ "type": "array", "items": { "type": "string" } });
    let output = generated(&list(json!([
        { "name": "a", "in": "query", "schema": texts, "explode": false },
        { "name": "b", "in": "query", "schema": texts, "style": "form" },
        { "name": "c", "in": "query", "schema": texts, "explode": false, "required": true },
        { "name": "d", "in": "query", "schema": texts, "required": true },
    ])));
    let code = code(&output);
    assert!(code.contains(r#"a: Vec<String> = "a" joined,"#), "{code}");
    assert!(code.contains(r#"b: Vec<String> = "b","#), "{code}");
    assert!(code.contains(r#"joined("c", c: "#), "{code}");
    assert!(code.contains(r#"arg("d", d: "#), "{code}");
}

#[test]
fn refuses_other_parameter_styles() {
    for (place, style) in [
        ("query", "deepObject"),
        ("query", "pipeDelimited"),
        ("query", "spaceDelimited"),
        ("header", "form"),
        ("path", "label"),
        ("path", "matrix"),
    ] {
        let mut document = list(json!([{ "name": "a", "in": place, "style": style,
            "required": true, "schema": { "type": "string" } }]));
        if place == "path" {
            let item = document["paths"]["/iam/policy"].take();
            document["paths"] = json!({ "/iam/policy/{a}": item });
        }
        for clashes in [Clashes::Refuse, Clashes::Resolve] {
            let error = with(&document.to_string(), clashes, "").expect_err("refused");
            assert!(error.message().contains(style), "{error}");
            let pointer = error.pointer().unwrap_or_default();
            assert!(pointer.ends_with("/get/parameters/0/style"), "{pointer}");
        }
    }
}

#[test]
fn takes_headers_as_arguments() {
    let output = generated(&list(json!([
        { "name": "X-Schemas-Version", "in": "header", "schema": { "type": "number" } },
        { "name": "X-Ids", "in": "header", "schema": { "type": "array", "items": { "type": "integer" } } },
        { "name": "X-Wanted", "in": "header", "required": true, "schema": { "type": "string" } },
        { "name": "x", "in": "query", "schema": { "type": "string" } },
        { "name": "x", "in": "header", "schema": { "type": "string" } },
        { "name": "Authorization", "in": "header", "schema": { "type": "string" } },
        { "name": "Content-Type", "in": "header", "schema": { "type": "string" } },
        { "name": "session", "in": "cookie", "schema": { "type": "string" } },
    ])));
    let code = code(&output);
    for words in [
        r#"list() header("X-Wanted", x_wanted: &str) query(query: &ListPolicy) -> "#,
        r#"x_schemas_version: f64 = "X-Schemas-Version" header,"#,
        r#"x_ids: Vec<i64> = "X-Ids" header,"#,
        r#"x: String = "x","#,
        r#"x_2: String = "x" header,"#,
    ] {
        assert!(code.contains(words), "{words}: {code}");
    }
    assert!(
        !code.contains("Authorization") && !code.contains("Content-Type"),
        "{code}"
    );
    let left: Vec<&str> = output.report.repairs.iter().map(|it| it.rule).collect();
    assert_eq!(left, ["parameter-place"; 3]);
}

#[test]
fn gives_pages_of_cursor_lists() {
    let cursor = json!([
        { "name": "X-Pagination-Cursor", "in": "header", "schema": { "type": "string" } },
        { "name": "X-Pagination-Size", "in": "header", "schema": { "type": "integer" } },
        { "name": "name", "in": "query", "schema": { "type": "string" } },
    ]);
    let output = generated(&list(cursor.clone()));
    has(
        &output,
        "fn policy::list(query: &ListPolicy) -> List<IamPolicy> = GET /iam/policy",
    );
    assert!(
        output.surface.contains("policy::page"),
        "{}",
        output.surface
    );
    let text = code(&output);
    assert!(text.contains("as page(IamPolicy), by_cursor();"), "{text}");
    assert!(!text.contains("x_pagination"), "{text}");
    assert_eq!(output.report.pages, 1);

    // A list of scalars has no pages.
    let mut scalar = list(cursor);
    let get = &mut scalar["paths"]["/iam/policy"]["get"];
    get["responses"]["200"] = content(json!({ "type": "array", "items": { "type": "string" } }));
    let output = generated(&scalar);
    assert_eq!(output.report.pages, 0);
    assert!(code(&output).contains(r#""X-Pagination-Cursor" header"#));
}
