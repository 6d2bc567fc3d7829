//! Rule: properties that no stand-in can replace are marked in what is read.
//!
//! A promised property that a response lacks is corrected by the client. These are not: the
//! property that identifies an object (`id`, or the one that its route is named by), URLs, tokens
//! and times that are numbers, and all that a reply of `/auth` holds. Dates, IP addresses and
//! secrets are known by their types. The status of an object that changes in the background, and
//! whatever else has no name to be known by, comes from the overlay.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{note, walk};

/// The routes that are about credentials.
const CREDENTIALS: &str = "/auth/";

pub(crate) fn apply(document: &mut Value) {
    let credentials = credentials(document);
    let mut essential = BTreeSet::new();
    for (schema, name) in named_by_routes(document) {
        essential.insert((schema, name));
    }
    for (schema, node) in walk::schemas(document).filter(|(_, node)| is_read(node)) {
        for (name, property) in properties(node) {
            if name == "id" || credentials.contains(schema) || is_address(name, property) {
                essential.insert((schema.clone(), name.clone()));
            }
        }
    }
    for (schema, name) in essential {
        if let Some(property) = walk::object_mut(
            document,
            &["components", "schemas", &schema, "properties", &name],
        ) {
            mark(property);
        }
    }
}

/// A `$ref` with a neighbour is an `allOf`, as everywhere.
fn mark(property: &mut serde_json::Map<String, Value>) {
    if let Some(target) = property.remove("$ref") {
        property.insert("allOf".to_owned(), json!([{ "$ref": target }]));
    }
    property.insert(note::REQUIRED.to_owned(), Value::Bool(true));
}

fn is_read(schema: &Value) -> bool {
    schema.get(note::ROLE).and_then(Value::as_str) == Some("read")
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten()
}

/// The schemas that replies of `/auth` reach.
fn credentials(document: &Value) -> BTreeSet<String> {
    let mut todo = Vec::new();
    walk::operations(document, &mut |path, _, operation| {
        if path.starts_with(CREDENTIALS) {
            todo.extend(
                walk::reply(operation)
                    .map(walk::targets)
                    .unwrap_or_default(),
            );
        }
    });
    let mut found = BTreeSet::new();
    while let Some(name) = todo.pop() {
        if let Some((_, schema)) = walk::schemas(document).find(|(other, _)| **other == name)
            && found.insert(name)
        {
            todo.extend(walk::targets(schema));
        }
    }
    found
}

/// The properties that name an object in the route that reads it: `{login}` is `login`, and
/// `{domainName}` the `name` of a domain.
fn named_by_routes(document: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk::operations(document, &mut |path, method, operation| {
        let parameter = path
            .rsplit_once("/{")
            .and_then(|(_, rest)| rest.strip_suffix('}'));
        let schema = walk::reply(operation).and_then(walk::target);
        let (Some(parameter), Some(schema), "get") = (parameter, schema, method) else {
            return;
        };
        let Some((_, node)) = walk::schemas(document).find(|(name, _)| *name == schema) else {
            return;
        };
        let parameter = parameter.to_lowercase();
        let named = properties(node)
            .map(|(name, _)| name)
            .filter(|name| name.len() > 1 && parameter.ends_with(&name.to_lowercase()))
            .max_by_key(|name| name.len());
        found.extend(named.map(|name| (schema.to_owned(), name.clone())));
    });
    found
}

/// Whether the value is a URL, a token or a time that is a number, by the name of its property.
fn is_address(name: &str, property: &Value) -> bool {
    let name = name.to_lowercase();
    match property.get("type").and_then(Value::as_str) {
        Some("string") => ["url", "uri", "href", "endpoint", "token"]
            .iter()
            .any(|end| name.ends_with(end)),
        Some("integer" | "number") => name.ends_with("timestamp"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let reply = |schema: &str| {
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
                "/web/{service}/user/{login}": { "get": reply("User"), "delete": reply("Task") },
                "/web/{service}/domain/{domainName}": { "get": reply("Domain") },
                "/auth/details": { "get": reply("Details") },
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
        let marked: Vec<String> = walk::schemas(&document)
            .flat_map(|(schema, node)| {
                properties(node)
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
