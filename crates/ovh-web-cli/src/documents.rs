//! OVHcloud's documents, for the shapes of bodies and responses.
//!
//! They are parsed only by the commands that need them.

use std::collections::{BTreeMap, BTreeSet};

use ovh_web::Operation;
use serde_json::{Map, Value, json};

/// The place of schemas in a document.
const SCHEMAS: &str = "#/components/schemas/";

/// The entry of an operation, and its document.
fn find(operation: &Operation) -> Option<(Value, Value)> {
    let method = operation.method().as_str().to_lowercase();
    let path = operation.path();
    for text in ovh_web_sandbox::documents() {
        // The text of a route is looked for first: parsing costs more.
        if !text.contains(path) {
            continue;
        }
        let Ok(mut document) = serde_json::from_str::<Value>(text) else {
            continue;
        };
        if let Some(entry) = document["paths"][path].get_mut(&method) {
            let entry = entry.take();
            return Some((entry, document));
        }
    }
    None
}

/// The schema of the response: of an item's page for lists of objects.
fn response_schema(entry: &Value, document: &Value) -> Option<Value> {
    let expanded = entry.get("x-expanded-response").and_then(Value::as_str);
    if let Some(name) = expanded.and_then(|name| named(name, document)) {
        let item = json!({ "$ref": format!("{SCHEMAS}{name}") });
        return Some(json!({ "type": "array", "items": item }));
    }
    let responses = entry.get("responses")?.as_object()?;
    let (_, response) = responses
        .iter()
        .find(|(status, _)| status.starts_with('2'))?;
    let schema = response.pointer("/content/application~1json/schema")?;
    Some(schema.clone())
}

/// The schema that a list names without dots: `HostingWebTask` for `hosting.web.Task`.
pub(crate) fn named<'d>(name: &str, document: &'d Value) -> Option<&'d str> {
    let bare = |name: &str| {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        letters.collect::<String>().to_lowercase()
    };
    let schemas = document["components"]["schemas"].as_object()?;
    let wanted = bare(name);
    schemas
        .keys()
        .map(String::as_str)
        .find(|name| bare(name) == wanted)
}

fn body_schema(entry: &Value) -> Option<Value> {
    let schema = entry.pointer("/requestBody/content/application~1json/schema")?;
    Some(schema.clone())
}

/// The JSON schemas of body and response, with what they refer to.
pub(crate) fn schema(operation: &Operation) -> Option<Value> {
    let (entry, document) = find(operation)?;
    let mut schema = Map::new();
    schema.insert("operation".into(), operation.id().into());
    schema.insert("method".into(), operation.method().as_str().into());
    schema.insert("path".into(), operation.path().into());
    let parts = [
        ("body", body_schema(&entry)),
        ("response", response_schema(&entry, &document)),
    ];
    let mut named = BTreeSet::new();
    for (name, part) in parts {
        if let Some(mut part) = part {
            point_to_definitions(&mut part, &mut named);
            schema.insert(name.into(), part);
        }
    }
    let mut definitions = BTreeMap::new();
    while let Some(name) = named.pop_first() {
        if definitions.contains_key(&name) {
            continue;
        }
        let mut definition = document["components"]["schemas"][&name].clone();
        point_to_definitions(&mut definition, &mut named);
        definitions.insert(name, definition);
    }
    schema.insert("$defs".into(), json!(definitions));
    Some(Value::Object(schema))
}

/// Replaces references into the document by references to `$defs`.
fn point_to_definitions(value: &mut Value, named: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                let name = value.as_str().and_then(|text| text.strip_prefix(SCHEMAS));
                match name.map(str::to_owned).filter(|_| key == "$ref") {
                    Some(name) => {
                        *value = Value::from(format!("#/$defs/{name}"));
                        named.insert(name);
                    }
                    None => point_to_definitions(value, named),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                point_to_definitions(item, named);
            }
        }
        _ => {}
    }
}

/// The wire names of the properties that an operation returns.
pub(crate) fn properties(operation: &str) -> Vec<String> {
    returned(operation).0.into_iter().collect()
}

/// The same, if the documents name all of them: `None` for a map, a scalar or nothing.
pub(crate) fn columns(operation: &str) -> Option<Vec<String>> {
    let (names, is_open) = returned(operation);
    (!is_open && !names.is_empty()).then(|| names.into_iter().collect())
}

/// The properties that an operation returns, and whether it may return others.
fn returned(operation: &str) -> (BTreeSet<String>, bool) {
    let schema = ovh_web::operations::by_id(operation).and_then(schema);
    let (mut names, mut is_open) = (BTreeSet::new(), false);
    if let Some(schema) = schema {
        let part = &schema["response"];
        collect(part, &schema, (&mut names, &mut is_open), 0);
    }
    (names, is_open)
}

fn collect(
    part: &Value,
    whole: &Value,
    (names, is_open): (&mut BTreeSet<String>, &mut bool),
    depth: usize,
) {
    if depth > 8 {
        return;
    }
    *is_open |= !matches!(
        part["additionalProperties"],
        Value::Null | Value::Bool(false)
    );
    if let Some(name) = part["$ref"]
        .as_str()
        .and_then(|text| text.strip_prefix("#/$defs/"))
    {
        collect(&whole["$defs"][name], whole, (names, is_open), depth + 1);
    }
    for all in part["allOf"].as_array().into_iter().flatten() {
        collect(all, whole, (names, is_open), depth + 1);
    }
    let properties = part["properties"].as_object();
    names.extend(properties.into_iter().flat_map(Map::keys).cloned());
    if part["items"].is_object() {
        collect(&part["items"], whole, (names, is_open), depth + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_its_schema() {
        for operation in ovh_web::operations::all() {
            let schema = schema(operation);
            let schema = schema.unwrap_or_else(|| panic!("no schema of {operation}"));
            let text = schema.to_string();
            assert!(!text.contains(SCHEMAS), "{operation}");
        }
    }

    #[test]
    fn properties_are_those_of_the_object() {
        let names = properties("hosting::list");
        for name in ["serviceName", "state", "offer"] {
            assert!(names.iter().any(|known| known == name), "{name}: {names:?}");
        }
    }
}
