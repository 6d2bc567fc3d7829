//! Names of operations and types: given, locked, retired, in each other's way.

use super::*;
use crate::normalize::Section;

fn merged(paths: Value, schemas: Value) -> Merged {
    Merged {
        document: json!({ "paths": paths, "components": { "schemas": schemas } }),
        sections: vec![Section {
            file: "web.json".into(),
            prefix: "/hosting/web".into(),
        }],
        clashes: Clashes::default(),
        repairs: Vec::new(),
    }
}

#[test]
fn golden() {
    let mut merged = merged(
        json!({ "/hosting/web/{s}/cron": { "get": {} }, "/hosting/web/{s}/cron/{id}": { "get": {
            "responses": { "200": { "content": { "application/json": { "schema": {
                "$ref": "#/components/schemas/hosting.web.Cron" } } } } } } } }),
        json!({ "hosting.web.Cron": { note::ROLE: "read" }, "hosting.web.Cron|update": {
            note::ROLE: "update", note::ORIGIN: "hosting.web.Cron" } }),
    );
    let mut lock = Lock::default();
    apply(&mut merged, &mut lock).expect("no clash");
    let names: Vec<&String> = openapi::schemas(&merged.document)
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["Cron", "CronUpdate"]);
    assert_eq!(
        merged.document["paths"]["/hosting/web/{s}/cron"]["get"][note::VERB],
        json!("list")
    );
    assert_eq!(
        lock.operations["GET /hosting/web/{s}/cron/{id}"].to_string(),
        "crons::get"
    );
    assert_eq!(lock.types["hosting.web.Cron"].to_string(), "hosting::Cron");
}

#[test]
fn the_lock_wins_and_gone_names_retire() {
    let mut lock = Lock::default();
    lock.operations
        .insert("GET /hosting/web/{s}/cron".into(), Name::new("jobs", "all"));
    lock.operations.insert(
        "GET /hosting/web/{s}/gone".into(),
        Name::new("crons", "get"),
    );
    let mut merged = merged(
        json!({ "/hosting/web/{s}/cron": { "get": {} }, "/hosting/web/{s}/cron/{id}": { "get": {} } }),
        json!({}),
    );
    apply(&mut merged, &mut lock).expect("no clash");
    assert_eq!(
        lock.operations["GET /hosting/web/{s}/cron"].to_string(),
        "jobs::all"
    );
    assert_eq!(
        lock.retired["GET /hosting/web/{s}/gone"],
        Name::new("crons", "get")
    );
    // Whoever calls `crons::get` must never reach another route by it.
    assert_eq!(
        lock.operations["GET /hosting/web/{s}/cron/{id}"].to_string(),
        "crons::get_again"
    );
}

#[test]
fn a_renamed_parameter_keeps_the_route_name() {
    let mut lock = Lock::default();
    lock.operations.insert(
        "GET /hosting/web/{s}/sql/{name}".into(),
        Name::new("extra_sql", "read"),
    );
    let mut merged = merged(
        json!({ "/hosting/web/{s}/sql/{id}": { "get": {} } }),
        json!({}),
    );
    apply(&mut merged, &mut lock).expect("no clash");
    assert_eq!(
        lock.operations["GET /hosting/web/{s}/sql/{id}"].to_string(),
        "extra_sql::read"
    );
    assert!(lock.retired.is_empty(), "{:?}", lock.retired);
}

#[test]
fn a_clash_names_both_sides() {
    let mut lock = Lock::default();
    for route in ["GET /hosting/web/{s}/a", "GET /hosting/web/{s}/b"] {
        lock.operations.insert(route.into(), Name::new("x", "same"));
    }
    let mut merged = merged(
        json!({ "/hosting/web/{s}/a": { "get": {} }, "/hosting/web/{s}/b": { "get": {} } }),
        json!({}),
    );
    let error = apply(&mut merged, &mut lock).expect_err("a clash");
    assert!(
        error.message().contains("/a`") && error.message().contains("/b`"),
        "{error}"
    );
    let mut types = Lock::default();
    types.types.insert("a".into(), Name::new("x", "Same"));
    types.types.insert("b".into(), Name::new("x", "Same"));
    let mut merged = self::merged(
        json!({}),
        json!({ "a": { "enum": [] }, "b": { "enum": [] } }),
    );
    assert!(
        apply(&mut merged, &mut types)
            .expect_err("a clash")
            .message()
            .contains("`Same`")
    );
}
