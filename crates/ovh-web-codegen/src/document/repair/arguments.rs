//! Step: what is written into a URL is a text, a number, a boolean, one of an enum, or in a query
//! a list of those.
//!
//! This runs last, when every schema has its form.

use serde_json::{Map, Value, json};

use super::{Log, Pointer};
use crate::document::METHODS;
use crate::normalize::walk;

pub(super) fn apply(document: &mut Value, log: &mut Log) {
    let schemas = document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for method in METHODS {
            let at = Pointer::of(&["paths", path, method, "parameters"]);
            let list = item
                .get_mut(method)
                .and_then(|operation| operation.get_mut("parameters"))
                .and_then(Value::as_array_mut);
            for (index, parameter) in list.into_iter().flatten().enumerate() {
                let at = at.child(index).child("schema");
                let is_path = parameter.get("in") == Some(&json!("path"));
                if let Some(schema) = parameter.get_mut("schema") {
                    travels(schema, is_path, &schemas, &at, log);
                }
            }
        }
    }
}

/// Rule `url-value`.
fn travels(
    schema: &mut Value,
    is_path: bool,
    schemas: &Map<String, Value>,
    at: &Pointer,
    log: &mut Log,
) {
    let form = form(schema, schemas);
    let fits = match &form {
        Form::Scalar => true,
        Form::List(inner) => !is_path && matches!(**inner, Form::Scalar),
        Form::Map => !is_path,
        Form::Other(_) => false,
    };
    if fits {
        // The filter by tags is known by its form, so a name in between is written out.
        if matches!(form, Form::Map) && walk::target(schema).is_some() {
            *schema = json!({ "type": "object", "additionalProperties": {} });
        }
        return;
    }
    let what = match form {
        Form::Scalar | Form::Map => "a map",
        Form::List(_) if is_path => "a list",
        Form::List(_) => "a list of more than texts and numbers",
        Form::Other(what) => what,
    };
    log.add(
        "url-value",
        at,
        format!("{what} cannot be written into a URL: it is taken as a text"),
    );
    *schema = match form {
        Form::List(_) if !is_path => json!({ "type": "array", "items": { "type": "string" } }),
        _ => json!({ "type": "string" }),
    };
}

enum Form {
    Scalar,
    List(Box<Form>),
    Map,
    Other(&'static str),
}

fn form(schema: &Value, schemas: &Map<String, Value>) -> Form {
    let mut schema = schema;
    for _ in 0..64 {
        match walk::target(schema).and_then(|name| schemas.get(name)) {
            Some(next) => schema = next,
            None => break,
        }
    }
    let has_properties = schema
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|p| !p.is_empty());
    match schema.get("type").and_then(Value::as_str) {
        _ if has_properties => Form::Other("an object"),
        _ if schema.get("enum").is_some() => Form::Scalar,
        Some("string" | "integer" | "number" | "boolean") => Form::Scalar,
        Some("array") => Form::List(Box::new(match schema.get("items") {
            Some(items) if items.get("items").is_none() => form(items, schemas),
            _ => Form::Other("a list of lists"),
        })),
        _ if schema.get("additionalProperties").is_some() => Form::Map,
        _ => Form::Other("any value"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::log;
    use super::*;

    #[test]
    fn golden() {
        let query = |schema: Value| json!({ "name": "q", "in": "query", "schema": schema });
        let to = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        let mut document = json!({
            "paths": { "/a/{q}": { "get": { "parameters": [
                { "name": "q", "in": "path", "schema": { "type": "array", "items": { "type": "string" } } },
                query(to("Model")),
                query(to("Word")),
                query(json!({ "type": "array", "items": to("Model") })),
                query(to("Tags")),
                query(json!({})),
            ] }}},
            "components": { "schemas": {
                "Model": { "properties": { "a": {} } },
                "Word": { "type": "string", "enum": ["a"] },
                "Tags": { "type": "object", "additionalProperties": { "type": "string" } },
            }},
        });
        let mut log = log();
        apply(&mut document, &mut log);
        let schemas: Vec<Value> = document["paths"]["/a/{q}"]["get"]["parameters"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|parameter| parameter["schema"].clone())
            .collect();
        let text = json!({ "type": "string" });
        assert_eq!(
            schemas,
            [
                text.clone(),
                text.clone(),
                to("Word"),
                json!({ "type": "array", "items": text }),
                json!({ "type": "object", "additionalProperties": {} }),
                text,
            ]
        );
        assert_eq!(log.list.len(), 4);
    }
}
