//! Conversions of what is read into what creates: what is copied, and their place in the surface.

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
    assert_eq!(lines, ["`WebTint: From<WebColor>` is gone: the trait"]);
}
