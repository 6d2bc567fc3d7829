//! What people get who hand the same documents to stock progenitor.
//!
//! progenitor refuses OVHcloud's documents as they are. Here they get the least that makes the
//! output compile, and what any user would add: ids for operations, no schemas that nothing reaches
//! (some clash), and one type for refusals. None of our other rules runs.

use crate::failure::Failure;
use ovh_web_codegen::Input;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const METHODS: [&str; 4] = ["get", "post", "put", "delete"];
const SCHEMAS: &str = "#/components/schemas/";
/// The version of `progenitor-client` that the output calls: that of the generator.
const PROGENITOR: &str = "0.15.1";

/// How the methods of a stock crate are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A builder for each operation, which has the async method: what progenitor advises.
    Builder,
    /// An async method for each operation, with all arguments in their order.
    Positional,
}

/// A crate as stock progenitor makes it.
#[derive(Clone, Debug)]
pub struct Stock {
    /// The whole of its `lib.rs`.
    pub source: String,
    /// Its dependencies, as lines of a manifest.
    pub dependencies: String,
    /// How many operations it has.
    pub operations: usize,
    /// The same as `source`, for whoever wants to know what is in it.
    pub file: syn::File,
}

/// Generates a stock crate from OVHcloud's documents.
///
/// # Errors
/// If a document is no JSON, or progenitor does not take it.
pub fn generate(documents: &[Input], style: Style) -> Result<Stock, Failure> {
    let document = prepare(documents)?;
    let operations = document["paths"]
        .as_object()
        .into_iter()
        .flat_map(Map::values)
        .map(|item| METHODS.iter().filter(|m| item.get(m).is_some()).count())
        .sum();
    let failed = |what: &dyn std::fmt::Display| {
        Failure::new(format!("progenitor does not take the document: {what}"))
    };
    let spec: openapiv3::OpenAPI =
        serde_json::from_value(document).map_err(|error| failed(&error))?;
    let mut settings = GenerationSettings::default();
    settings.with_interface(match style {
        Style::Builder => InterfaceStyle::Builder,
        Style::Positional => InterfaceStyle::Positional,
    });
    let mut generator = Generator::new(&settings);
    let tokens = generator
        .generate_tokens(&spec)
        .map_err(|error| failed(&error))?;
    let file: syn::File = syn::parse2(tokens).map_err(|error| failed(&error))?;
    let types = generator.get_type_space();
    let mut dependencies = format!(
        "progenitor-client = \"={PROGENITOR}\"\n\
         reqwest = {{ version = \"0.13\", default-features = false, features = [\"json\", \"query\", \"stream\"] }}\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\n"
    );
    for (is_used, line) in [
        (
            types.uses_chrono(),
            "chrono = { version = \"0.4\", default-features = false, features = [\"serde\", \"std\"] }\n",
        ),
        (
            types.uses_uuid(),
            "uuid = { version = \"1\", default-features = false, features = [\"serde\", \"std\"] }\n",
        ),
        (types.uses_regress(), "regress = \"0.10\"\n"),
        (types.uses_serde_json(), "serde_json = \"1\"\n"),
        (generator.uses_futures(), "futures = \"0.3\"\n"),
    ] {
        if is_used {
            dependencies.push_str(line);
        }
    }
    Ok(Stock {
        source: prettyplease::unparse(&file),
        dependencies,
        operations,
        file,
    })
}

/// One document of all of them, with the least that progenitor wants.
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
    add_refusals(&mut merged);
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

/// Method and path, which is what tools make of an operation without an id.
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

/// Removes what no operation reaches.
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

/// The schemas that a value points to.
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

/// Success is any 2xx, and refusals have one type: the documents name `200` alone.
fn add_refusals(document: &mut Value) {
    operations(document, &mut |_, _, operation| {
        let success = operation
            .pointer("/responses/200")
            .cloned()
            .unwrap_or_else(|| json!({ "description": "" }));
        let refusal = json!({ "description": "", "content": { "application/json": {
            "schema": { "$ref": format!("{SCHEMAS}Refusal") } } } });
        operation["responses"] = json!({ "2XX": success, "4XX": refusal, "5XX": refusal });
    });
    document["components"]["schemas"]["Refusal"] = json!({
        "type": "object",
        "properties": { "message": { "type": "string" } },
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_needed_is_changed() {
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
        assert_eq!(names, ["Refusal", "a.B", "a.C"]);
        assert_eq!(schemas["a.B"], text["components"]["schemas"]["a.B"]);
        let operation = &document["paths"]["/a/{b}"]["get"];
        assert_eq!(operation["operationId"], "get_a_b");
        assert_eq!(
            operation["responses"]["2XX"],
            text["paths"]["/a/{b}"]["get"]["responses"]["200"]
        );
    }
}
