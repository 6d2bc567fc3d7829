//! The documents, and a checker of answers that shares nothing with the sandbox's own.

use ovh_runtime::{Method, Operation};
use serde_json::{Map, Value, json};

use super::generated::DOCUMENTS;
use super::{item_of, text};

/// The documents as they lie in the crate, read by nothing but `serde_json`.
pub struct Documents(Vec<Value>);

impl Documents {
    pub fn read() -> Self {
        let read = |text: &&str| serde_json::from_str(text).expect("a document");
        Self(DOCUMENTS.iter().map(read).collect())
    }

    /// The document that has this operation, and its description.
    fn find(&self, operation: &Operation) -> (&Value, &Value) {
        let method = operation.method().as_str().to_lowercase();
        self.0
            .iter()
            .find_map(|document| {
                let described = document["paths"].get(operation.path())?.get(&method)?;
                Some((document, described))
            })
            .unwrap_or_else(|| panic!("{operation} is in no document"))
    }

    /// The problem of a response, if there is one.
    pub fn wrong_answer(&self, operation: &Operation, answer: &Value) -> Vec<String> {
        let (document, described) = self.find(operation);
        match content(&described["responses"]["200"]) {
            Some(schema) => wrong(document, schema, answer),
            None if answer.is_null() => Vec::new(),
            None => vec![format!("a void call answered {answer}")],
        }
    }

    /// The problem of a page of this list, if there is one.
    pub fn wrong_page(&self, list: &Operation, page: &Value) -> Vec<String> {
        let item = item_of(list).unwrap_or_else(|| panic!("{list} has no item route"));
        let (document, described) = self.find(item);
        let schema = content(&described["responses"]["200"]).expect("an object");
        let objects = page.as_array().unwrap_or_else(|| panic!("{list}: {page}"));
        let wrong = |object| wrong(document, schema, object);
        objects.iter().flat_map(wrong).collect()
    }

    /// The schema of the body, resolved, and a way to resolve what is in it.
    pub fn body_schema(&self, operation: &Operation) -> Option<(&Value, &Value)> {
        let (document, described) = self.find(operation);
        let schema = content(&described["requestBody"])?;
        Some((document, resolve(document, schema)))
    }

    /// The parameters in `place`, with their schemas resolved.
    pub fn parameters(&self, operation: &Operation, place: &str) -> Vec<(&str, &Value, bool)> {
        let (document, described) = self.find(operation);
        let parameters = described["parameters"].as_array().into_iter().flatten();
        parameters
            .filter(|parameter| parameter["in"] == place)
            .map(|parameter| {
                let name = parameter["name"].as_str().expect("a name");
                let schema = resolve(document, &parameter["schema"]);
                (name, schema, parameter["required"] == true)
            })
            .collect()
    }

    /// The properties of the objects of a list, with their schemas resolved.
    pub fn properties(&self, list: &Operation) -> Vec<(String, &Value)> {
        let item = item_of(list).unwrap_or_else(|| panic!("{list} has no item route"));
        let (document, described) = self.find(item);
        let schema = content(&described["responses"]["200"]).expect("an object");
        let properties = resolve(document, schema)["properties"].as_object();
        let properties = properties.into_iter().flatten();
        properties
            .map(|(name, property)| (name.clone(), resolve(document, property)))
            .collect()
    }

    /// The required query parameters.
    pub fn required_query(&self, operation: &Operation) -> String {
        let (document, described) = self.find(operation);
        let parameters = described["parameters"].as_array().into_iter().flatten();
        let pairs: Vec<_> = parameters
            .filter(|it| it["in"] == "query" && it["required"] == true)
            .map(|it| {
                let name = it["name"].as_str().expect("a name");
                let value = sample(document, &it["schema"], name);
                format!("{name}={}", text(&value))
            })
            .collect();
        if pairs.is_empty() {
            String::new()
        } else {
            format!("?{}", pairs.join("&"))
        }
    }

    /// A body with what is required, or for an update with everything that can be written.
    pub fn body(&self, operation: &Operation) -> Option<Value> {
        let (document, described) = self.find(operation);
        let schema = resolve(document, content(&described["requestBody"])?);
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let updates = operation.method() == Method::PUT;
        let mut body = Map::new();
        for (name, property) in schema["properties"].as_object().expect("properties") {
            if property["readOnly"] != true && (updates || required.contains(&json!(name))) {
                body.insert(name.clone(), sample(document, property, name));
            }
        }
        Some(Value::Object(body))
    }
}

/// A value that passes, as a caller who knows nothing but the document would make it.
fn sample(document: &Value, schema: &Value, name: &str) -> Value {
    let schema = resolve(document, schema);
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("string"), Some("date-time")) => json!("2026-01-31T12:00:00+01:00"),
        (Some("string"), Some("date")) => json!("2026-01-31"),
        (Some("string"), Some("uuid")) => json!("7f3c1b2a-0d4e-4f5a-8b6c-9d0e1f2a3b4c"),
        (Some("string"), Some("password")) => json!("Passw0rd1"),
        (Some("string"), _) => json!(format!("sample-{name}")),
        (Some("integer" | "number"), _) => json!(1),
        (Some("boolean"), _) => json!(true),
        (Some("array"), _) => json!([]),
        _ => {
            let mut map = Map::new();
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                if property["readOnly"] != true {
                    map.insert(name.clone(), sample(document, property, name));
                }
            }
            Value::Object(map)
        }
    }
}

fn content(json: &Value) -> Option<&Value> {
    json.pointer("/content/application~1json/schema")
}

pub fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let reference = schema
        .get("$ref")
        .or_else(|| schema.pointer("/allOf/0/$ref"));
    match reference.and_then(Value::as_str) {
        Some(reference) => {
            let name = reference.trim_start_matches("#/components/schemas/");
            resolve(document, &document["components"]["schemas"][name])
        }
        None => schema,
    }
}

/// Everything in which the value is not as the schema says.
pub fn wrong(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    look(document, schema, value, "$", &mut found);
    found
}

fn look(document: &Value, schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    if value.is_null() && schema["nullable"] == true {
        return;
    }
    let schema = resolve(document, schema);
    let Some(kind) = schema["type"].as_str() else {
        return;
    };
    let fits = match kind {
        "string" => value.as_str().is_some_and(|text| has_format(schema, text)),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        _ => value.is_object(),
    };
    if !fits {
        found.push(format!(
            "{place}: {value} is no {kind} {}",
            schema["format"]
        ));
    }
    if schema["enum"]
        .as_array()
        .is_some_and(|known| !known.contains(value))
    {
        found.push(format!("{place}: {value} is not one of {}", schema["enum"]));
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        look(
            document,
            &schema["items"],
            item,
            &format!("{place}[{index}]"),
            found,
        );
    }
    let Some(map) = value.as_object() else {
        return;
    };
    for (name, inner) in map {
        let place = format!("{place}.{name}");
        match schema["properties"].get(name) {
            Some(property) => look(document, property, inner, &place, found),
            None if schema["additionalProperties"].is_object() => {
                look(
                    document,
                    &schema["additionalProperties"],
                    inner,
                    &place,
                    found,
                );
            }
            None => found.push(format!("{place}: not in the document")),
        }
    }
    // The document requires next to nothing, but what is not nullable was always there.
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if property["nullable"] != true && !map.contains_key(name) {
            found.push(format!("{place}.{name}: missing"));
        }
    }
}

fn has_format(schema: &Value, text: &str) -> bool {
    match schema["format"].as_str() {
        Some("date-time") => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        Some("date") => chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok(),
        Some("uuid") => {
            let lengths: Vec<_> = text.split('-').map(str::len).collect();
            lengths == [8, 4, 4, 4, 12]
                && text
                    .bytes()
                    .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
        }
        Some("ipv4" | "ipv6") => text.parse::<std::net::IpAddr>().is_ok(),
        _ => true,
    }
}
