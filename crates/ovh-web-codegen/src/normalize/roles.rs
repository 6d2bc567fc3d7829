//! Rule: one schema becomes what is read, what creates and what updates.
//!
//! The API's documents use one schema for what a GET returns and what a PUT or a POST takes, and
//! mark 436 properties as read only. `Cron` is what is read, `NewCron` what a creation takes,
//! `CronUpdate` what an update takes; a schema inside a body that is read elsewhere has a twin
//! `...Input`. A schema with one role stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::note;
use crate::openapi::{self, Place};

/// The uses of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Read,
    Create,
    Update,
    Input,
}

impl Role {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Input => "input",
        }
    }

    fn of_body(method: &str) -> Self {
        match method {
            "post" => Self::Create,
            _ => Self::Update,
        }
    }
}

/// The roles of each object schema. Enums and the runtime's types have none.
struct Roles(BTreeMap<String, BTreeSet<Role>>);

impl Roles {
    /// The name of a schema in a role, until the naming rule settles it.
    fn name(&self, name: &str, role: Role) -> Option<String> {
        let roles = self.0.get(name)?;
        Some(match role {
            Role::Read => name.to_owned(),
            _ if roles.len() == 1 => name.to_owned(),
            _ => format!("{name}|{}", role.as_str()),
        })
    }

    fn of(document: &mut Value) -> Self {
        let mut todo: Vec<(String, Role)> = Vec::new();
        openapi::operations_mut(document, &mut |_, method, operation| {
            openapi::roots_mut(operation, &mut |place, schema| {
                let role = match place {
                    Place::Response => Role::Read,
                    Place::Body => Role::of_body(method),
                    Place::Parameter(_) => Role::Input,
                };
                todo.extend(
                    openapi::targets(schema)
                        .into_iter()
                        .map(|name| (name, role)),
                );
            });
            if let Some(name) = operation.get(note::EXPANDED).and_then(Value::as_str) {
                todo.push((name.to_owned(), Role::Read));
            }
        });
        let mut roles: BTreeMap<String, BTreeSet<Role>> = BTreeMap::new();
        while let Some((name, role)) = todo.pop() {
            let schema = openapi::schema(document, &name);
            let Some(schema) = schema.filter(|schema| schema.get("properties").is_some()) else {
                continue;
            };
            if roles.entry(name).or_default().insert(role) {
                let below = match role {
                    Role::Read => Role::Read,
                    _ => Role::Input,
                };
                todo.extend(
                    openapi::targets(schema)
                        .into_iter()
                        .map(|name| (name, below)),
                );
            }
        }
        Self(roles)
    }
}

pub(crate) fn apply(document: &mut Value) {
    let roles = Roles::of(document);
    openapi::operations_mut(document, &mut |_, method, operation| {
        let role = Role::of_body(method);
        openapi::roots_mut(operation, &mut |place, schema| {
            if place == Place::Body {
                // A list of objects is written like the objects themselves.
                openapi::rename(schema, &|name| roles.name(name, role));
            }
        });
    });
    let schemas = openapi::schemas_mut(document);
    for (origin, schema) in std::mem::take(schemas) {
        for role in roles.0.get(&origin).into_iter().flatten() {
            let mut copy = schema.clone();
            remove_foreign_properties(&mut copy, *role);
            if *role != Role::Read {
                openapi::rename(&mut copy, &|name| roles.name(name, Role::Input));
            }
            copy[note::ROLE] = json!(role.as_str());
            copy[note::ORIGIN] = json!(origin);
            schemas.extend(roles.name(&origin, *role).map(|name| (name, copy)));
        }
        if !roles.0.contains_key(&origin) {
            schemas.insert(origin, schema);
        }
    }
}

/// Removes the properties that this role does not have.
fn remove_foreign_properties(schema: &mut Value, role: Role) {
    let foreign = match role {
        Role::Read => "writeOnly",
        _ => "readOnly",
    };
    let mut removed = BTreeSet::new();
    if let Some(properties) = openapi::object_mut(schema, &["properties"]) {
        properties.retain(|name, property| {
            let is_foreign = property.get(foreign) == Some(&Value::Bool(true));
            if is_foreign {
                removed.insert(name.clone());
            }
            !is_foreign
        });
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| !name.as_str().is_some_and(|name| removed.contains(name)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let json_of = |schema: &str| {
            json!({ "content": { "application/json": { "schema": {
            "$ref": format!("#/components/schemas/{schema}") } } } })
        };
        let mut document = json!({
            "paths": { "/x": {
                "get": { "responses": { "200": json_of("Cron") } },
                "post": { "requestBody": json_of("Cron"), "responses": {} },
                "put": { "requestBody": json_of("Cron"), "responses": {} },
            }, "/y": { "post": { "requestBody": json_of("Only"), "responses": {} } } },
            "components": { "schemas": {
                "Cron": { "properties": {
                    "id": { "type": "integer", "readOnly": true },
                    "mail": { "$ref": "#/components/schemas/Mail" },
                }},
                "Mail": { "properties": { "to": { "type": "string" } } },
                "Only": { "properties": { "a": { "type": "string" } } },
            }},
        });
        apply(&mut document);
        let paths = &document["paths"];
        assert_eq!(
            openapi::target(openapi::response(&paths["/x"]["get"]).expect("a response")),
            Some("Cron")
        );
        assert_eq!(
            openapi::target(openapi::body(&paths["/x"]["post"]).expect("a body")),
            Some("Cron|create")
        );
        assert_eq!(
            openapi::target(openapi::body(&paths["/x"]["put"]).expect("a body")),
            Some("Cron|update")
        );
        assert_eq!(
            openapi::target(openapi::body(&paths["/y"]["post"]).expect("a body")),
            Some("Only")
        );
        assert_eq!(
            document["components"]["schemas"]["Cron|update"],
            json!({
                note::ROLE: "update",
                note::ORIGIN: "Cron",
                "properties": { "mail": { "$ref": "#/components/schemas/Mail|input" } },
            })
        );
        let names: Vec<&String> = openapi::schemas(&document).map(|(name, _)| name).collect();
        assert_eq!(
            names,
            [
                "Cron",
                "Cron|create",
                "Cron|update",
                "Mail",
                "Mail|input",
                "Only"
            ]
        );
    }
}
