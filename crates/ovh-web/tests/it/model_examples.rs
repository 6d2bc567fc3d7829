//! The example of every model is valid by OVHcloud's documents.

#[path = "../../../../tests/fuzz/src/models/table.rs"]
#[rustfmt::skip]
mod table;

use std::collections::BTreeMap;

use ovh_runtime::private::{DEPTH, Example};
use ovh_web::types::{
    Database, DatabaseStatus, DatabaseType, DatabaseVersion, DatabaseVersionSupport,
};
use serde::Serialize;
use serde_json::Value;

/// A model of a client: the index of its documents, its schema and its example.
struct Model {
    client: usize,
    origin: &'static str,
    example: fn() -> Value,
}

impl Model {
    const fn new<T: Example + Serialize>(client: usize, origin: &'static str) -> Self {
        let example = || serde_json::to_value(T::example_of("", DEPTH)).expect("JSON");
        Self {
            client,
            origin,
            example,
        }
    }
}

type Schemas = BTreeMap<String, Value>;

fn schemas(texts: &[&str]) -> Schemas {
    let documents = texts.iter().map(|text| {
        let mut document: Value = serde_json::from_str(text).expect("a document");
        serde_json::from_value(document["components"]["schemas"].take()).expect("schemas")
    });
    documents.flat_map(Schemas::into_iter).collect()
}

/// Returns the place of the first value that the schema does not describe.
fn misfit(schemas: &Schemas, schema: &Value, value: &Value) -> Option<String> {
    if value.is_null() {
        return (schema["nullable"] != true).then(|| " is null".to_owned());
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return misfit(schemas, &schemas[name], value);
    }
    if let Some(part) = schema["allOf"].get(0) {
        return misfit(schemas, part, value);
    }
    if let Some(values) = schema["enum"].as_array().filter(|it| !it.is_empty()) {
        return (!values.contains(value)).then(|| format!(" is {value}"));
    }
    let text = value.as_str().unwrap_or_default();
    let is_valid = match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("boolean"), _) => value.is_boolean(),
        (Some("integer"), _) => value.is_i64() || value.is_u64(),
        (Some("number"), _) => value.is_number(),
        (Some("string"), Some("date-time")) => text.len() >= 20 && text.contains('T'),
        (Some("string"), Some("date")) => text.len() == 10,
        (Some("string"), Some("ipv4")) => text.parse::<std::net::Ipv4Addr>().is_ok(),
        (Some("string"), Some("ip" | "ipv6")) => text.parse::<std::net::IpAddr>().is_ok(),
        (Some("string"), Some("uuid")) => text.len() == 36,
        (Some("string"), _) => value.is_string(),
        (Some("array"), _) => value.is_array(),
        (Some("object"), _) => value.is_object(),
        _ => true,
    };
    if !is_valid {
        return Some(format!(" is {value}"));
    }
    let items = value.as_array().into_iter().flatten().enumerate();
    let mut items = items.map(|(at, item)| {
        misfit(schemas, &schema["items"], item).map(|what| format!("[{at}]{what}"))
    });
    let required = schema["required"].as_array().into_iter().flatten();
    let mut required = required.filter_map(Value::as_str);
    let missing = required.find(|name| value.is_object() && value.get(name).is_none());
    let fields = value.as_object().into_iter().flatten();
    let mut fields = fields.map(|(name, field)| {
        let own = schema["properties"].get(name);
        let schema = own.unwrap_or(&schema["additionalProperties"]);
        misfit(schemas, schema, field).map(|what| format!(".{name}{what}"))
    });
    items
        .find_map(|it| it)
        .or_else(|| missing.map(|name| format!(".{name} is missing")))
        .or_else(|| fields.find_map(|it| it))
}

#[test]
fn every_example_fits_its_document() {
    let documents: Vec<Schemas> = table::DOCUMENTS.iter().map(|it| schemas(it)).collect();
    let cron = &documents[0]["hosting.web.Cron"];
    let invalid = misfit(&documents[0], cron, &serde_json::json!({"id": "seven"}));
    assert!(invalid.is_some(), "the check finds what is wrong");
    let mut wrong = Vec::new();
    let mut count = 0;
    for model in table::MODELS {
        let schemas = &documents[model.client];
        let Some(schema) = schemas.get(model.origin) else {
            continue;
        };
        count += 1;
        if let Some(what) = misfit(schemas, schema, &(model.example)()) {
            wrong.push(format!("{}{what}", model.origin));
        }
    }
    assert!(count > 150, "{count}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn example_database_agrees_with_itself() {
    let database = Database::example();
    assert_eq!(database.type_, DatabaseType::Mysql);
    assert_eq!(database.version, DatabaseVersion::V8_4);
    assert_eq!(database.version_support, DatabaseVersionSupport::Stable);
    assert_eq!(database.status, DatabaseStatus::Created);
    assert_eq!(database.task_id, None);
    let used = database.quota_used.ratio(&database.quota_size);
    assert!(used.is_some_and(|used| used < 0.5), "{used:?}");
}
