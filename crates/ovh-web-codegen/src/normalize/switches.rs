//! Rule: a boolean that a call cannot do without becomes an enum of two.
//!
//! What is required is an argument, and `delete(service, 7, true)` says nothing to whoever reads
//! it. Optional booleans stay booleans: they are set by a method that bears their name.

use serde_json::{Map, Value, json};

use super::{note, walk};

pub(crate) fn apply(document: &mut Value) {
    let mut found = Map::new();
    walk::operations_mut(document, &mut |path, method, operation| {
        for parameter in operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            let is_required = parameter.get("required") == Some(&Value::Bool(true));
            let name = parameter
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let key = format!("{} {path} {name}", method.to_uppercase());
            if let Some(schema) = parameter
                .get_mut("schema")
                .filter(|schema| is_required && is_boolean(schema))
            {
                walk::point_to(schema, &key);
                found.insert(key, switch());
            }
        }
    });
    for schema in walk::schemas_mut(document).values_mut() {
        let origin = schema
            .get(note::ORIGIN)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        if matches!(
            schema.get(note::ROLE).and_then(Value::as_str),
            None | Some("read")
        ) {
            continue;
        }
        let required: Vec<Value> = schema
            .get("required")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        for (name, property) in schema
            .get_mut("properties")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flatten()
        {
            if required.iter().any(|wanted| wanted == name) && is_boolean(property) {
                let key = format!("{origin}.{name}");
                walk::point_to(property, &key);
                found.insert(key, switch());
            }
        }
    }
    walk::schemas_mut(document).extend(found);
}

fn is_boolean(schema: &Value) -> bool {
    schema.get("type") == Some(&json!("boolean"))
}

fn switch() -> Value {
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
        assert_eq!(schemas["A.on"], switch());
    }
}
