//! A workspace with two documents, and the pull request that their difference makes.

use super::{Root, Run, small};
use serde_json::{Value, json};

pub const CHANGELOG: &str = "# Changelog\n\n## Unreleased\n\n### Added\n\n* The first thing.\n";

/// A generated workspace, with the small document also in `old.json`.
pub fn workspace() -> Root {
    let root = Root::fetched();
    root.write("Cargo.toml", "[workspace.package]\nversion = \"0.3.1\"\n");
    root.write("CHANGELOG.md", CHANGELOG);
    assert_eq!(root.run(&["regen"]).code, 0);
    root.write("old.json", &small().to_string());
    root
}

/// The small document with a secret, a status, a write without a task and a list of ids more, and a
/// field less.
pub fn changed() -> Value {
    let mut document = small();
    let schemas = &mut document["components"]["schemas"];
    let cron = &mut schemas["hosting.web.Cron"]["properties"];
    cron["apiToken"] = json!({"type": "string"});
    cron.as_object_mut().expect("an object").remove("status");
    let service = json!({"in": "path", "name": "serviceName", "required": true, "schema": {"type": "string"}});
    let id = json!({"in": "path", "name": "id", "required": true, "schema": {"type": "integer"}});
    let route = "/hosting/web/{serviceName}/cron/{id}";
    document["paths"][route]["delete"] = json!({
        "parameters": [service, id], "security": [{"oAuth2AuthCode": []}],
        "responses": {"200": {"description": "ok"}},
    });
    document["paths"]["/hosting/web/{serviceName}/cron"] = json!({"get": {
        "parameters": [service], "security": [{"oAuth2AuthCode": []}],
        "responses": {"200": {"description": "ok", "content": {"application/json": {
            "schema": {"type": "array", "items": {"type": "integer"}}
        }}}},
    }});
    document
}

pub fn run(root: &Root, args: &[&str]) -> Run {
    let [old, new] = ["old.json", "new.json"].map(|name| root.path(name));
    let sides = [&old, &new].map(|path| path.to_str().expect("UTF-8"));
    root.run(&[&["pr-body"], &sides[..], args].concat())
}

pub fn body(root: &Root, args: &[&str]) -> String {
    let run = run(root, args);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    run.out
}

/// The text below a heading.
pub fn section<'a>(body: &'a str, heading: &str) -> &'a str {
    let (_, behind) = body
        .split_once(&format!("\n## {heading}\n\n"))
        .unwrap_or_else(|| panic!("no {heading} in {body}"));
    behind.split("\n## ").next().unwrap_or_default()
}

/// The small document with many methods and types more, whose names are so long.
pub fn many(count: usize, length: usize) -> Value {
    let mut document = small();
    for number in 0..count {
        let schema = format!("hosting.web.Thing{number}{:a<length$}", "");
        let cron = document["components"]["schemas"]["hosting.web.Cron"].clone();
        document["components"]["schemas"][&schema] = cron;
        let mut get = document["paths"]["/hosting/web/{serviceName}/cron/{id}"]["get"].clone();
        get["responses"]["200"]["content"]["application/json"]["schema"]["$ref"] =
            json!(format!("#/components/schemas/{schema}"));
        document["paths"][format!("/hosting/web/{{serviceName}}/thing{number}/{{id}}")] =
            json!({"get": get});
    }
    document
}
