//! The JSON schemas behind the feature `schemars`: `cargo test -p ovh-web --features schemars`.

use ovh_web::types::{CronUpdate, Database, DatabaseStatus, NewCron, NewDatabase};
use schemars::schema_for;
use serde_json::{Value, json};

fn schema<T: schemars::JsonSchema>() -> Value {
    schema_for!(T).to_value()
}

#[test]
fn a_creation_requires_what_the_api_requires_by_its_name_on_the_wire() {
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
fn an_open_enum_names_its_known_values_and_takes_others() {
    let status = schema::<DatabaseStatus>();
    let known = status["anyOf"][0]["enum"].as_array().expect("known values");
    assert_eq!(known.len(), DatabaseStatus::KNOWN.len());
    assert_eq!(status["anyOf"][1], json!({ "type": "string" }));
}

#[test]
fn what_may_be_null_says_so_and_what_is_read_has_its_formats() {
    assert_eq!(
        schema::<CronUpdate>()["properties"]["email"]["type"],
        json!(["string", "null"])
    );
    let database = schema::<Database>();
    assert_eq!(database["properties"]["lastCheck"]["format"], "date-time");
    assert!(database["properties"].get("guiURL").is_some());
}

#[test]
fn a_body_takes_no_other_fields_and_a_model_does() {
    assert_eq!(schema::<NewCron>()["additionalProperties"], json!(false));
    assert!(schema::<Database>().get("additionalProperties").is_none());
}
