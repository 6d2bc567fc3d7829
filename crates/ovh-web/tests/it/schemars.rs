//! Tests of the JSON schemas: `cargo test -p ovh-web --features schemars`.

use ovh_web::types::{CronUpdate, Database, DatabaseStatus, NewCron, NewDatabase};
use schemars::schema_for;
use serde_json::{Value, json};

fn schema<T: schemars::JsonSchema>() -> Value {
    schema_for!(T).to_value()
}

#[test]
fn create_requires_fields_by_wire_name() {
    assert_eq!(
        schema::<NewCron>()["required"],
        json!(["command", "frequency", "language"])
    );
    assert_eq!(
        schema::<NewDatabase>()["required"],
        json!(["capabilitie", "type", "user"])
    );
    assert_eq!(
        schema::<NewDatabase>()["properties"]["password"]["format"],
        "password"
    );
}

#[test]
fn open_enum_lists_known_values() {
    let status = schema::<DatabaseStatus>();
    let known = status["anyOf"][0]["enum"].as_array().expect("known values");
    assert_eq!(known.len(), DatabaseStatus::KNOWN.len());
    assert_eq!(status["anyOf"][1], json!({ "type": "string" }));
}

#[test]
fn nullable_and_format_are_in_schema() {
    assert_eq!(
        schema::<CronUpdate>()["properties"]["email"]["type"],
        json!(["string", "null"])
    );
    let database = schema::<Database>();
    assert_eq!(database["properties"]["lastCheck"]["format"], "date-time");
    assert!(database["properties"].get("guiURL").is_some());
}

#[test]
fn bodies_are_closed_models_are_open() {
    assert_eq!(schema::<NewCron>()["additionalProperties"], json!(false));
    assert!(schema::<Database>().get("additionalProperties").is_none());
}
