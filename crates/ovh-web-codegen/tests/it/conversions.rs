//! Conversions of models into bodies: their sources, the copied properties, the surface.

use crate::support::{generate, has};
use ovh_web_codegen::diff::{Impact, between};
use serde_json::{Value, json};

fn content(name: &str) -> Value {
    let schema = json!({ "$ref": format!("#/components/schemas/web.{name}") });
    json!({ "description": "", "content": { "application/json": { "schema": schema } } })
}

/// A site that is read and created; `create` has the properties of the body.
fn document(create: &Value, colors: &[&str]) -> Value {
    let id =
        json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } }]);
    let text = json!({ "type": "string" });
    let required = ["catalogId", "path", "tint"].into_iter();
    let required: Vec<_> = required.filter(|name| create.get(name).is_some()).collect();
    json!({
        "openapi": "3.0.3",
        "info": { "title": "", "version": "" },
        "security": [{ "oAuth2AuthCode": [] }],
        "paths": {
            "/web/site/{id}": { "parameters": id, "get": { "responses": { "200": content("Site") } } },
            "/web/site": { "post": {
                "requestBody": content("SiteCreation"),
                "responses": { "200": content("Site") },
            } },
        },
        "components": { "schemas": {
            "web.Site": { "properties": {
                "catalogId": { "type": "integer" }, "nodeId": { "type": "integer" }, "path": text,
                "name": text, "color": { "$ref": "#/components/schemas/web.Color" },
                "size": { "type": "number", "nullable": true },
            } },
            "web.SiteCreation": { "properties": create, "required": required },
            "web.Color": { "type": "string", "enum": ["red", "blue"] },
            "web.Tint": { "type": "string", "enum": colors },
        } },
    })
}

fn body() -> Value {
    let text = json!({ "type": "string" });
    json!({
        "catalogId": { "type": "integer" }, "nodeId": { "type": "integer" }, "path": text,
        "name": text, "tint": { "$ref": "#/components/schemas/web.Tint" },
    })
}

#[test]
fn optional_ids_of_the_source_stay_unset() {
    let mut create = body();
    let output = generate(&document(&create, &["red", "blue"]), None);
    let code: String = output
        .files
        .values()
        .flat_map(|file| file.split_whitespace())
        .collect();
    let call = "convertWebSiteCreation:WebSite{catalog_id,name,path,=>unset:node_id,=>fnfrom_web_site(tint:WebTint),}";
    assert!(code.contains(call), "{code}");
    has(
        &output,
        "new WebSiteCreation::from_web_site(web_site: &WebSite, tint: WebTint)",
    );
    has(&output, "trait WebTint: From<WebColor>");
    has(&output, "type WebSite = web.Site (read), not Eq, not Hash");

    create.as_object_mut().expect("an object").remove("tint");
    let without = generate(&document(&create, &["red", "blue"]), Some(&output));
    has(&without, "trait WebSiteCreation: From<&WebSite>");
}

#[test]
fn a_lost_conversion_is_a_break() {
    let before = generate(&document(&body(), &["red", "blue"]), None);
    let other = document(&body(), &["red", "blue", "green"]);
    // The published conversion stays when the values become different.
    let kept = generate(&other, Some(&before));
    assert_eq!(between(&before.api, &kept.api).count(Impact::Breaking), 0);
    let fresh = between(&before.api, &generate(&other, None).api);
    let breaking = fresh
        .changes
        .iter()
        .filter(|change| change.impact == Impact::Breaking);
    let lines: Vec<_> = breaking.map(|change| change.headline()).collect();
    let gone = |name: &str| format!("`{name}` is gone: the trait");
    let wanted = ["WebColor: From<WebTint>", "WebTint: From<WebColor>"].map(gone);
    assert_eq!(lines, wanted);
}

#[test]
fn bodies_that_update_are_converted_too() {
    let (text, flag) = (json!({ "type": "string" }), json!({ "type": "boolean" }));
    let object = |name: &str| json!({ "$ref": format!("#/components/schemas/web.{name}") });
    let list = json!({ "type": "array", "items": object("Part") });
    let mut document = document(&body(), &["red", "blue"]);
    let id = document["paths"]["/web/site/{id}"]["parameters"].clone();
    let action = |name: &str| {
        let post = json!({ "requestBody": content(name), "responses": { "204": {} } });
        json!({ "parameters": id, "post": post })
    };
    let of = |properties: Value| json!({ "properties": properties });
    let update = json!({ "requestBody": content("Site"), "responses": { "204": {} } });
    document["paths"]["/web/site/{id}"]["put"] = update;
    document["paths"]["/web/site/{id}/move"] = action("Move");
    document["paths"]["/web/site/{id}/rename"] = action("Rename");
    document["paths"]["/web/check"] = json!({ "post": action("Check")["post"] });
    document["paths"]["/web/advice"] =
        json!({ "get": { "responses": { "200": content("Advice") } } });
    let schemas = document["components"]["schemas"].as_object_mut();
    let schemas = schemas.expect("an object");
    let site = schemas["web.Site"]["properties"].as_object_mut();
    site.expect("an object").extend([
        (
            "best".to_owned(),
            json!({ "allOf": [object("Part")], "nullable": true }),
        ),
        ("main".to_owned(), object("Part")),
        ("parts".to_owned(), list),
    ]);
    schemas.extend([
        (
            "web.Part".to_owned(),
            of(json!({ "path": text, "done": flag, "doneId": text })),
        ),
        (
            "web.Move".to_owned(),
            of(json!({ "path": text, "color": object("Tint"), "flag": flag })),
        ),
        ("web.Rename".to_owned(), of(json!({ "name": text }))),
        (
            "web.Check".to_owned(),
            of(json!({ "url": text, "strict": flag })),
        ),
        (
            "web.Advice".to_owned(),
            of(json!({ "url": text, "strict": flag, "text": text })),
        ),
    ]);
    let output = generate(&document, None);
    let files = output.files.values();
    let code: String = files.flat_map(|file| file.split_whitespace()).collect();
    for call in [
        // Of one schema, with objects inside.
        "convertPartInput:Part{done,done_id,path}",
        "=>nested:main:PartInput,=>each:best:PartInput,parts:PartInput,",
        // A change below the route; a single property could be any name.
        "convertMove:Site{path,=>through:color:Tint,=>unset:flag,}",
        // All properties are read elsewhere.
        "convertCheck:Advice{strict,url}",
        // The same values.
        "convert_enumTint:as_str{Color}",
        "convert_enumColor:as_str{Tint}",
    ] {
        assert!(code.contains(call), "{call}: {code}");
    }
    assert!(!code.contains("convertRename"), "{code}");
}

#[test]
fn secrets_are_not_copied() {
    let text = json!({ "type": "string" });
    let secret = json!({ "type": "string", "format": "password" });
    let mut document = document(&body(), &["red", "blue"]);
    let schemas = document["components"]["schemas"].as_object_mut();
    let schemas = schemas.expect("an object");
    let login = json!({ "properties": { "user": text, "password": secret } });
    schemas.insert("web.Login".to_owned(), login);
    for name in ["web.Site", "web.SiteCreation"] {
        let properties = &mut schemas[name]["properties"];
        properties["login"] = json!({ "$ref": "#/components/schemas/web.Login" });
        properties["key"] = secret.clone();
    }
    let output = generate(&document, None);
    let files = output.files.values();
    let code: String = files.flat_map(|file| file.split_whitespace()).collect();
    // An object with a secret is not copied either: it is the access to another object.
    for call in [
        "convertWebLoginInput:WebLogin{user,=>unset:password,}",
        "=>unset:key,login,node_id,",
    ] {
        assert!(code.contains(call), "{call}: {code}");
    }
}
