//! The JSON schema against the documented example.

use serde_json::{Value, json};

use super::*;

/// Returns the path of the first value that the schema refuses. Only the keywords that the schema
/// has are known.
fn refused(root: &Value, schema: &Value, value: &Value, path: &str) -> Option<String> {
    let schema = schema.as_object().expect("a schema");
    let any = |list: &Value| {
        let mut list = list.as_array().expect("schemas").iter();
        let found = list.any(|schema| refused(root, schema, value, path).is_none());
        (!found).then(|| path.to_owned())
    };
    schema.iter().find_map(|(keyword, rule)| match &**keyword {
        "$ref" => {
            let pointer = rule.as_str().expect("a reference").trim_start_matches('#');
            let schema = root.pointer(pointer).expect("a definition");
            refused(root, schema, value, path)
        }
        "anyOf" | "oneOf" => any(rule),
        "const" => (rule != value).then(|| path.to_owned()),
        "enum" => {
            let known = rule.as_array().expect("values");
            (!known.contains(value)).then(|| path.to_owned())
        }
        "type" => {
            let is = match rule.as_str().expect("a type") {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_i64(),
                other => panic!("{other}"),
            };
            (!is).then(|| path.to_owned())
        }
        "items" => value
            .as_array()?
            .iter()
            .find_map(|item| refused(root, rule, item, path)),
        "required" => {
            let mut names = rule.as_array().expect("names").iter();
            let is = |name: &Value| value.get(name.as_str().expect("a name")).is_none();
            names.any(is).then(|| path.to_owned())
        }
        "properties" => value.as_object()?.iter().find_map(|(name, value)| {
            refused(root, rule.get(name)?, value, &format!("{path}/{name}"))
        }),
        "additionalProperties" => value.as_object()?.iter().find_map(|(name, value)| {
            let path = format!("{path}/{name}");
            match rule {
                _ if schema
                    .get("properties")
                    .is_some_and(|known| known.get(name).is_some()) =>
                {
                    None
                }
                Value::Bool(is) => (!is).then_some(path),
                rule => refused(root, rule, value, &path),
            }
        }),
        "$schema" | "$defs" | "title" | "description" => None,
        other => panic!("the test does not know {other}"),
    })
}

#[test]
fn schema_accepts_the_example() {
    let schema = SitesFile::schema();
    let example: Value = serde_json::from_str(&example::as_json()).expect("JSON");
    assert_eq!(refused(&schema, &schema, &example, ""), None);
}

#[test]
fn schema_refuses_what_parse_refuses() {
    let schema = SitesFile::schema();
    let hosting = |fields: Value| json!({ "hosting": { "a.example": fields } });
    for value in [
        json!({ "hostings": {} }),
        hosting(json!({ "sites": {} })),
        hosting(json!({ "prune": ["dns"] })),
        hosting(json!({ "absent": { "dns": [] } })),
        hosting(json!({ "certificate": "all" })),
        hosting(json!({ "users": { "a": { "password": "plain" } } })),
        hosting(json!({ "users": { "a": { "password": { "generate": false, "store": "x" } } } })),
        hosting(json!({ "env": { "A": 1 } })),
        hosting(json!({ "site": { "b.example": { "sssl": true } } })),
        hosting(json!({ "site": { "b.example": { "dns": { "records": [{ "ttl": 1 }] } } } })),
        json!({ "defaults": { "hosting": { "site": {} } } }),
        json!({ "template": { "a": { "template": "b" } } }),
        json!({ "variables": { "a": 1 } }),
    ] {
        assert!(refused(&schema, &schema, &value, "").is_some(), "{value}");
        assert!(parse("x.json", &value.to_string()).is_err(), "{value}");
    }
}

#[test]
fn schema_has_documentation_and_known_values() {
    let schema = SitesFile::schema();
    assert_eq!(schema["additionalProperties"], false);
    let definitions = schema["$defs"].as_object().expect("definitions");
    for (name, definition) in definitions {
        assert!(definition["description"].is_string(), "{name}");
        assert_eq!(definition["additionalProperties"], false, "{name}");
        for (field, schema) in definition["properties"].as_object().expect("fields") {
            assert!(schema["description"].is_string(), "{name}.{field}");
        }
    }
    let site = &definitions["SiteEntry"]["properties"];
    assert_eq!(
        site["folder"],
        json!({
            "type": "string",
            "description": "The folder that the site is served from, such as `www/{domain}`.",
        })
    );
    assert_eq!(
        site["cdn"]["anyOf"],
        json!([{ "enum": ["active", "none"] }, { "type": "string" }])
    );
}
