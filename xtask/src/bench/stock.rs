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
/// The dependencies of the output, in a manifest. `progenitor-client` has the generator's version.
const DEPENDENCIES: &str = r#"
progenitor-client = "=0.15.1"
reqwest = { version = "0.13", default-features = false, features = ["json", "query", "stream"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
chrono = { version = "0.4", default-features = false, features = ["serde", "std"] }
uuid = { version = "1", default-features = false, features = ["serde", "std"] }
regress = "0.10"
futures = "0.3"
"#;

/// A generated crate.
#[derive(Clone, Debug)]
pub(super) struct Stock {
    /// The text of `lib.rs`.
    pub(super) source: String,
    /// Dependencies, as lines of a manifest.
    pub(super) dependencies: String,
}

/// Generates the crate.
pub(super) fn generate(documents: &[Input], style: InterfaceStyle) -> Result<Stock, Failure> {
    let document = prepare(documents)?;
    let failed = |error: &dyn std::fmt::Display| {
        Failure::new(format!("progenitor rejects the document: {error}"))
    };
    let spec: openapiv3::OpenAPI =
        serde_json::from_value(document).map_err(|error| failed(&error))?;
    let mut settings = GenerationSettings::default();
    settings.with_interface(style);
    let mut generator = Generator::new(&settings);
    let tokens = generator.generate_tokens(&spec);
    let file = syn::parse2(tokens.map_err(|error| failed(&error))?);
    let types = generator.get_type_space();
    let unused: Vec<&str> = [
        ("serde_json ", types.uses_serde_json()),
        ("chrono ", types.uses_chrono()),
        ("uuid ", types.uses_uuid()),
        ("regress ", types.uses_regress()),
        ("futures ", generator.uses_futures()),
    ]
    .into_iter()
    .filter_map(|(name, is_used)| (!is_used).then_some(name))
    .collect();
    let is_used = |line: &&str| !unused.iter().any(|name| line.starts_with(name));
    let dependencies: Vec<&str> = DEPENDENCIES.lines().filter(is_used).collect();
    Ok(Stock {
        source: prettyplease::unparse(&file.map_err(|error| failed(&error))?),
        dependencies: dependencies.join("\n"),
    })
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
    let mut todo = Vec::new();
    references(&document["paths"], &mut todo);
    let mut reached = BTreeSet::new();
    while let Some(name) = todo.pop() {
        if !reached.contains(&name) {
            references(&document["components"]["schemas"][&name], &mut todo);
            reached.insert(name);
        }
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.retain(|name, _| reached.contains(name));
    }
}

/// Collects the schemas that a value refers to.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            let target = map.get("$ref").and_then(Value::as_str);
            found.extend(
                target
                    .and_then(|text| text.strip_prefix(SCHEMAS))
                    .map(Into::into),
            );
            map.values().for_each(|inner| references(inner, found));
        }
        Value::Array(list) => list.iter().for_each(|inner| references(inner, found)),
        _ => {}
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
        let surface = read("schema/surface.txt");
        let is_operation = |line: &&str| line.starts_with("fn ") && !line.contains(" -> Page<");
        let ours = surface.lines().filter(is_operation).count();
        let documents = ["schema/hosting-web.json", "schema/auth.json"]
            .map(|path| Input::new(path, read(path)));
        let mut count = 0;
        let mut document = prepare(&documents).expect("JSON");
        operations(&mut document, &mut |_, _, _| count += 1);
        assert_eq!(count, ours);
        for style in [InterfaceStyle::Builder, InterfaceStyle::Positional] {
            let stock = generate(&documents, style).expect("progenitor accepts it");
            assert!(stock.source.lines().count() > 10_000);
        }
    }
}
