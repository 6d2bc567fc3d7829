//! Rule: one schema becomes what is read, what creates and what updates.
//!
//! The API's documents use one schema for what a GET returns and what a PUT or a POST takes, and
//! mark 436 properties as read only. `Cron` is what is read, `NewCron` what a creation takes,
//! `CronUpdate` what an update takes; a schema inside a body that is read elsewhere has a twin
//! `...Input`. A schema that travels in one direction, and for one purpose, stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{note, walk};

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

    /// What separates the twin's name from the schema's own until naming settles it.
    const fn suffix(self) -> &'static str {
        match self {
            Self::Read => "",
            Self::Create => "|create",
            Self::Update => "|update",
            Self::Input => "|input",
        }
    }
}

pub(crate) fn apply(document: &mut Value) {
    let uses = uses(document);
    // Re-point what is written, operation by operation.
    let twin = |name: &str, role: Role| match uses.get(name) {
        Some(roles) if roles.len() > 1 => format!("{name}{}", role.suffix()),
        _ => name.to_owned(),
    };
    walk::operations_mut(document, &mut |_, method, operation| {
        let role = body_role(method);
        walk::roots_mut(operation, &mut |place, schema| {
            if place == walk::Place::Body {
                // A list of objects is written like the objects themselves.
                walk::deep_mut(schema, &mut |inner| {
                    if let Some(name) = inner
                        .get("$ref")
                        .and_then(|_| walk::target(inner))
                        .filter(|name| uses.contains_key(*name))
                        .map(str::to_owned)
                    {
                        walk::retarget(inner, &twin(&name, role));
                    }
                });
            }
        });
    });
    let schemas = walk::schemas_mut(document);
    let originals = std::mem::take(schemas);
    for (name, schema) in originals {
        let Some(roles) = uses.get(&name) else {
            schemas.insert(name, schema);
            continue;
        };
        for role in roles {
            let mut copy = schema.clone();
            shape(&mut copy, *role, &|inner| twin(inner, Role::Input), &uses);
            copy[note::ROLE] = json!(role.as_str());
            copy[note::ORIGIN] = json!(name);
            schemas.insert(twin(&name, *role), copy);
        }
    }
}

const fn is_post(method: &str) -> bool {
    matches!(method.as_bytes(), b"post")
}

fn body_role(method: &str) -> Role {
    if is_post(method) {
        Role::Create
    } else {
        Role::Update
    }
}

/// The roles of each object schema. Enums and the runtime's types have none.
fn uses(document: &mut Value) -> BTreeMap<String, BTreeSet<Role>> {
    let objects: BTreeMap<String, Vec<String>> = walk::schemas(document)
        .filter(|(_, schema)| schema.get("properties").is_some())
        .map(|(name, schema)| (name.clone(), walk::targets(schema)))
        .collect();
    let mut uses: BTreeMap<String, BTreeSet<Role>> = BTreeMap::new();
    let mut todo: Vec<(String, Role)> = Vec::new();
    walk::operations_mut(document, &mut |_, method, operation| {
        walk::roots_mut(operation, &mut |place, schema| {
            let role = match place {
                walk::Place::Reply => Role::Read,
                walk::Place::Body => body_role(method),
                walk::Place::Parameter(_) => Role::Input,
            };
            todo.extend(walk::targets(schema).into_iter().map(|name| (name, role)));
        });
        if let Some(name) = operation.get(note::EXPANDED).and_then(Value::as_str) {
            todo.push((name.to_owned(), Role::Read));
        }
    });
    while let Some((name, role)) = todo.pop() {
        let Some(inner) = objects.get(&name) else {
            continue;
        };
        if uses.entry(name).or_default().insert(role) {
            let below = if role == Role::Read {
                Role::Read
            } else {
                Role::Input
            };
            todo.extend(inner.iter().map(|name| (name.clone(), below)));
        }
    }
    uses
}

/// Drops what does not travel in this role, and re-points what is inside a body.
fn shape(
    schema: &mut Value,
    role: Role,
    twin: &dyn Fn(&str) -> String,
    uses: &BTreeMap<String, BTreeSet<Role>>,
) {
    let dropped = if role == Role::Read {
        "writeOnly"
    } else {
        "readOnly"
    };
    let mut gone = BTreeSet::new();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|name, property| {
            let stays = property.get(dropped) != Some(&Value::Bool(true));
            if !stays {
                gone.insert(name.clone());
            }
            stays
        });
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| !name.as_str().is_some_and(|name| gone.contains(name)));
    }
    if role != Role::Read {
        walk::deep_mut(schema, &mut |inner| {
            if let Some(name) = inner
                .get("$ref")
                .and_then(|_| walk::target(inner))
                .map(str::to_owned)
                && uses.contains_key(&name)
            {
                walk::retarget(inner, &twin(&name));
            }
        });
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
            walk::target(walk::reply(&paths["/x"]["get"]).expect("a reply")),
            Some("Cron")
        );
        assert_eq!(
            walk::target(walk::body(&paths["/x"]["post"]).expect("a body")),
            Some("Cron|create")
        );
        assert_eq!(
            walk::target(walk::body(&paths["/x"]["put"]).expect("a body")),
            Some("Cron|update")
        );
        assert_eq!(
            walk::target(walk::body(&paths["/y"]["post"]).expect("a body")),
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
        let names: Vec<&String> = walk::schemas(&document).map(|(name, _)| name).collect();
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
