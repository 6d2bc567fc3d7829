//! Rule: properties of responses that have no sensible default are marked.
//!
//! The client replaces a property that a response lacks by a default. These have none: the property
//! that identifies an object (`id`, or the one that its route is named by), URLs, tokens and times
//! that are numbers, and everything in a response of `/auth`. Dates, IP addresses and secrets are
//! known by their types. Others, such as the status of an object, come from the overlay.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{note, openapi};

/// The prefix of the routes for credentials.
const CREDENTIALS: &str = "/auth/";

pub(crate) fn apply(document: &mut Value) {
    let credentials = openapi::operations(document)
        .filter(|(path, ..)| path.starts_with(CREDENTIALS))
        .filter_map(|(_, _, operation)| openapi::response(operation))
        .flat_map(openapi::targets);
    let credentials = openapi::reach(document, credentials.collect());
    let mut found: BTreeSet<(String, String)> = named_by_routes(document).collect();
    for (schema, node) in openapi::schemas(document) {
        if openapi::text(node, note::ROLE) != "read" {
            continue;
        }
        for (name, property) in openapi::entries(node, "properties") {
            if name == "id" || credentials.contains(schema) || is_address(name, property) {
                found.insert((schema.clone(), name.to_owned()));
            }
        }
    }
    for (schema, name) in found {
        let keys = ["components", "schemas", &schema, "properties", &name];
        if let Some(property) = openapi::object_mut(document, &keys) {
            // A `$ref` with a neighbor is an `allOf`, as everywhere.
            if let Some(target) = property.remove("$ref") {
                property.insert("allOf".to_owned(), json!([{ "$ref": target }]));
            }
            property.insert(note::REQUIRED.to_owned(), Value::Bool(true));
        }
    }
}

/// The properties that name an object in the route that reads it: `{login}` is `login`, and
/// `{domainName}` the `name` of a domain.
fn named_by_routes(document: &Value) -> impl Iterator<Item = (String, String)> {
    openapi::operations(document).filter_map(|(path, method, operation)| {
        let parameter = path.rsplit_once("/{")?.1.strip_suffix('}')?.to_lowercase();
        let schema = openapi::target(openapi::response(operation)?)?;
        let named = openapi::entries(openapi::schema(document, schema)?, "properties")
            .map(|(name, _)| name)
            .filter(|name| name.len() > 1 && parameter.ends_with(&name.to_lowercase()))
            .max_by_key(|name| name.len())?;
        (method == "get").then(|| (schema.to_owned(), named.to_owned()))
    })
}

/// Returns `true` if the value is a URL, a token or a time that is a number, by its name.
fn is_address(name: &str, property: &Value) -> bool {
    let name = name.to_lowercase();
    match openapi::text(property, "type") {
        "string" => ["url", "uri", "href", "endpoint", "token"]
            .iter()
            .any(|end| name.ends_with(end)),
        "integer" | "number" => name.ends_with("timestamp"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let response = |schema: &str| {
            json!({ "responses": { "200": { "content": { "application/json": {
                "schema": { "$ref": format!("#/components/schemas/{schema}") } } } } } })
        };
        let schema = |names: &[&str]| {
            let text = json!({ "type": "string" });
            let properties = names.iter().map(|name| ((*name).to_owned(), text.clone()));
            json!({ note::ROLE: "read", "properties": properties.collect::<serde_json::Map<_, _>>() })
        };
        let mut document = json!({
            "paths": {
                "/web/{service}/user/{login}": { "get": response("User"), "delete": response("Task") },
                "/web/{service}/domain/{domainName}": { "get": response("Domain") },
                "/auth/details": { "get": response("Details") },
            },
            "components": { "schemas": {
                "User": schema(&["login", "home", "guiURL"]),
                "Domain": schema(&["name", "path", "href"]),
                "Task": schema(&["id", "comment"]),
                "Details": { note::ROLE: "read", "properties": {
                    "method": { "$ref": "#/components/schemas/Method" },
                    "rules": { "type": "array", "items": { "$ref": "#/components/schemas/Rule" } },
                }},
                "Method": { "type": "string", "enum": ["a"] },
                "Rule": schema(&["path"]),
                "Point": { note::ROLE: "read", "properties": {
                    "timestamp": { "type": "integer" }, "url": { "type": "boolean" },
                    "accessToken": { "type": "string" } }},
                "NewUser": { note::ROLE: "create", "properties": { "id": { "type": "string" } } },
            }},
        });
        apply(&mut document);
        let marked: Vec<String> = openapi::schemas(&document)
            .flat_map(|(schema, node)| {
                openapi::entries(node, "properties")
                    .filter(|(_, property)| property.get(note::REQUIRED).is_some())
                    .map(move |(name, _)| format!("{schema}.{name}"))
            })
            .collect();
        assert_eq!(
            marked,
            [
                "Details.method",
                "Details.rules",
                "Domain.href",
                "Domain.name",
                "Point.accessToken",
                "Point.timestamp",
                "Rule.path",
                "Task.id",
                "User.guiURL",
                "User.login",
            ]
        );
        assert_eq!(
            document["components"]["schemas"]["Details"]["properties"]["method"],
            json!({ "allOf": [{ "$ref": "#/components/schemas/Method" }], note::REQUIRED: true })
        );
    }
}
