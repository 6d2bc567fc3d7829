//! The crate that unmodified progenitor generates from the same documents.
//!
//! progenitor rejects OVHcloud's documents as they are. This module makes the changes that any user
//! would make: operation ids, no unused schemas, and one type for errors.

use crate::failure::Failure;
use ovh_web_codegen::Input;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const METHODS: [&str; 4] = ["get", "post", "put", "delete"];
const SCHEMAS: &str = "#/components/schemas/";
/// All dependencies that the output may have, in a manifest. `progenitor-client` has the generator's
/// version.
pub(super) const DEPENDENCIES: &str = r#"
progenitor-client = "=0.15.1"
reqwest = { version = "0.13", default-features = false, features = ["json", "query", "stream"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
chrono = { version = "0.4", default-features = false, features = ["serde", "std"] }
uuid = { version = "1", default-features = false, features = ["serde", "std"] }
regress = "0.10"
futures = "0.3"
"#;

/// Generates the `lib.rs` of the crate.
pub(super) fn generate(documents: &[Input], style: InterfaceStyle) -> Result<String, Failure> {
    let document = prepare(documents)?;
    let failed = |error: &dyn std::fmt::Display| {
        Failure::new(format!("progenitor rejects the document: {error}"))
    };
    let spec: openapiv3::OpenAPI =
        serde_json::from_value(document).map_err(|error| failed(&error))?;
    let mut settings = GenerationSettings::default();
    settings.with_interface(style);
    let tokens = Generator::new(&settings).generate_tokens(&spec);
    let file = syn::parse2(tokens.map_err(|error| failed(&error))?);
    Ok(prettyplease::unparse(
        &file.map_err(|error| failed(&error))?,
    ))
}

/// Merges the documents and makes the changes.
fn prepare(documents: &[Input]) -> Result<Value, Failure> {
    let mut merged = json!({
        "openapi": "3.0.3",
        "info": { "title": "stock", "version": "1" },
        "paths": {},
        "components": { "schemas": {} },
    });
    for input in documents {
        let document: Value = serde_json::from_str(&input.text)
            .map_err(|error| Failure::new(format!("{}: {error}", input.name)))?;
        for pointer in ["/paths", "/components/schemas"] {
            let from = document.pointer(pointer).and_then(Value::as_object);
            let into = merged.pointer_mut(pointer).and_then(Value::as_object_mut);
            if let (Some(from), Some(into)) = (from, into) {
                for (key, value) in from {
                    into.entry(key).or_insert_with(|| value.clone());
                }
            }
        }
    }
    name_operations(&mut merged);
    prune(&mut merged);
    add_errors(&mut merged);
    Ok(merged)
}

/// Calls `visit` with path, method and node of each operation.
fn operations(document: &mut Value, visit: &mut dyn FnMut(&str, &str, &mut Value)) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                visit(path, method, operation);
            }
        }
    }
}

/// Adds operation ids made of method and path.
fn name_operations(document: &mut Value) {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    operations(document, &mut |path, method, operation| {
        let words: Vec<&str> = path
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let plain = format!("{method}_{}", words.join("_"));
        let number = taken.entry(plain.to_lowercase()).or_default();
        *number += 1;
        operation["operationId"] = match *number {
            1 => json!(plain),
            n => json!(format!("{plain}_{n}")),
        };
    });
}

/// Removes the schemas that no operation uses.
fn prune(document: &mut Value) {
    let mut texts = vec![document["paths"].to_string()];
    let mut reached = BTreeSet::new();
    while let Some(text) = texts.pop() {
        for rest in text.split(SCHEMAS).skip(1) {
            let name = rest.split('"').next().unwrap_or_default().to_owned();
            if !reached.contains(&name) {
                texts.push(document["components"]["schemas"][&name].to_string());
                reached.insert(name);
            }
        }
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.retain(|name, _| reached.contains(name));
    }
}

/// Declares success as any 2xx, and one type for errors: the documents only declare `200`.
fn add_errors(document: &mut Value) {
    operations(document, &mut |_, _, operation| {
        let success = operation
            .pointer("/responses/200")
            .cloned()
            .unwrap_or_else(|| json!({ "description": "" }));
        let error = json!({ "description": "", "content": { "application/json": {
            "schema": { "$ref": format!("{SCHEMAS}Error") } } } });
        operation["responses"] = json!({ "2XX": success, "4XX": error, "5XX": error });
    });
    document["components"]["schemas"]["Error"] = json!({
        "type": "object",
        "properties": { "message": { "type": "string" } },
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_only_what_progenitor_needs() {
        let text = json!({
            "paths": { "/a/{b}": { "get": { "responses": { "200": { "description": "", "content": {
                "application/json": { "schema": { "$ref": "#/components/schemas/a.B" } } } } } } } },
            "components": { "schemas": {
                "a.B": { "properties": { "c": { "$ref": "#/components/schemas/a.C" } } },
                "a.C": { "type": "string" },
                "a.c": { "type": "string" },
            }},
        });
        let document = prepare(&[Input::new("a.json", text.to_string())]).expect("JSON");
        let schemas = document["components"]["schemas"].as_object().expect("some");
        let names: Vec<_> = schemas.keys().collect();
        assert_eq!(names, ["Error", "a.B", "a.C"]);
        assert_eq!(schemas["a.B"], text["components"]["schemas"]["a.B"]);
        let operation = &document["paths"]["/a/{b}"]["get"];
        assert_eq!(operation["operationId"], "get_a_b");
        assert_eq!(
            operation["responses"]["2XX"],
            text["paths"]["/a/{b}"]["get"]["responses"]["200"]
        );
    }

    #[test]
    fn has_the_operations_of_the_client() {
        let read = |path: &str| {
            let path = format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"));
            std::fs::read_to_string(path).expect("a committed file")
        };
        let surface = read("schema/ovh-web-client/surface.txt");
        let is_operation = |line: &&str| line.starts_with("fn ") && !line.contains(" -> Page<");
        let ours = surface.lines().filter(is_operation).count();
        let documents = ["hosting-web", "auth"]
            .map(|name| format!("schema/ovh-web-client/{name}.json"))
            .map(|path| Input::new(path.as_str(), read(&path)));
        let mut count = 0;
        let mut document = prepare(&documents).expect("JSON");
        operations(&mut document, &mut |_, _, _| count += 1);
        assert_eq!(count, ours);
        for style in [InterfaceStyle::Builder, InterfaceStyle::Positional] {
            let source = generate(&documents, style).expect("progenitor accepts it");
            assert!(source.lines().count() > 10_000);
        }
    }
}
