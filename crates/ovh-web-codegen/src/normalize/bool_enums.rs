//! Rule: a required boolean becomes an enum of two values.
//!
//! A required value is an argument, and `delete(service, 7, true)` says nothing to the reader.
//! Optional booleans stay booleans: they are set by a method that bears their name.

use serde_json::{Map, Value, json};

use crate::{note, openapi};

pub(crate) fn apply(document: &mut Value) {
    let mut found = Map::new();
    openapi::operations_mut(document, &mut |path, method, operation| {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let name = openapi::text(parameter, "name");
            let key = format!("{} {path} {name}", method.to_uppercase());
            if parameter.get("required") == Some(&Value::Bool(true)) {
                replace(&mut parameter["schema"], key, &mut found);
            }
        }
    });
    for schema in openapi::schemas_mut(document).values_mut() {
        let role = schema.get(note::ROLE).and_then(Value::as_str);
        if role.is_none_or(|role| role == "read") {
            continue;
        }
        let origin = openapi::text(schema, note::ORIGIN).to_owned();
        let required: Vec<Value> = openapi::items(schema, "required").cloned().collect();
        let properties = openapi::object_mut(schema, &["properties"]);
        for (name, property) in properties.into_iter().flatten() {
            if required.iter().any(|wanted| wanted == name) {
                replace(property, format!("{origin}.{name}"), &mut found);
            }
        }
    }
    openapi::schemas_mut(document).extend(found);
}

/// Replaces a boolean by a reference to the enum called `key`.
fn replace(schema: &mut Value, key: String, found: &mut Map<String, Value>) {
    if openapi::text(schema, "type") == "boolean" {
        openapi::point_to(schema, &key);
        found.insert(key, bool_enum());
    }
}

fn bool_enum() -> Value {
    json!({ "type": "boolean", note::SWITCH: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let schema = |role: &str| {
            json!({ note::ROLE: role, note::ORIGIN: "A", "required": ["on"], "properties": {
            "on": { "type": "boolean" }, "off": { "type": "boolean" } } })
        };
        let mut document = json!({
            "paths": { "/x": { "delete": { "parameters": [
                { "name": "files", "in": "query", "required": true, "schema": { "type": "boolean" } },
                { "name": "quiet", "in": "query", "schema": { "type": "boolean" } },
            ]}}},
            "components": { "schemas": { "A": schema("read"), "NewA": schema("create") } },
        });
        apply(&mut document);
        let parameters = &document["paths"]["/x"]["delete"]["parameters"];
        assert_eq!(
            parameters[0]["schema"],
            json!({ "$ref": "#/components/schemas/DELETE /x files" })
        );
        assert_eq!(parameters[1]["schema"], json!({ "type": "boolean" }));
        let schemas = &document["components"]["schemas"];
        assert_eq!(
            schemas["NewA"]["properties"]["on"],
            json!({ "$ref": "#/components/schemas/A.on" })
        );
        assert_eq!(
            schemas["NewA"]["properties"]["off"],
            json!({ "type": "boolean" })
        );
        assert_eq!(
            schemas["A"]["properties"]["on"],
            json!({ "type": "boolean" })
        );
        assert_eq!(schemas["A.on"], bool_enum());
    }
}
