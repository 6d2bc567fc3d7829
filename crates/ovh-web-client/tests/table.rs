//! The operation table and its lookup, and the promises of the types.

use std::collections::BTreeSet;

use ovh_runtime::Method;
use ovh_web_client::operations::{ALL, by_id, by_route};

#[test]
fn finds_rows_by_id_and_route() {
    let ids: BTreeSet<&str> = ALL.iter().map(|row| row.id()).collect();
    assert_eq!(ids.len(), ALL.len());
    for row in ALL {
        assert_eq!(by_id(row.id()), Some(*row));
        assert_eq!(by_route(row.method(), row.path()), Some(*row));
    }
    assert_eq!(by_id("databases::invent"), None);
    assert_eq!(by_route(&Method::DELETE, "/hosting/web"), None);
}

#[test]
fn row_holds_operation_metadata() {
    let create = by_id("databases::create").expect("a row");
    assert_eq!(
        create.to_string(),
        "databases::create (POST /hosting/web/{serviceName}/database)"
    );
    assert_eq!(create.task_type(), Some("Task"));
    assert_eq!(create.iam_actions(), ["webHosting:apiovh:database/create"]);
    assert_eq!(create.secret_fields(), ["password"]);
    assert!(!create.is_idempotent() && !create.is_void() && !create.is_anonymous());
    assert!(
        create
            .reserved_values_of("serviceName")
            .contains(&"moduleList")
    );

    let list = by_id("crons::list").expect("a row");
    assert_eq!(list.expanded_type(), Some("Cron"));
    assert!(list.is_idempotent());
    assert!(by_id("crons::update").expect("a row").is_idempotent());
    // A retry orders another certificate, or starts another task.
    assert!(
        !by_id("domain_certificates::update")
            .expect("a row")
            .is_idempotent()
    );
    assert!(!by_id("env_vars::update").expect("a row").is_idempotent());
    assert!(by_id("module_catalog::list").expect("a row").is_anonymous());

    let old = by_id("user_logs::list")
        .expect("a row")
        .deprecation()
        .expect("it is deprecated");
    assert!(old.since.is_some() && old.deletion.is_some() && old.replacement.is_some());
}

#[test]
fn table_matches_the_documents() {
    let rows =
        |what: fn(&ovh_runtime::Operation) -> bool| ALL.iter().filter(|row| what(row)).count();
    let mut counts = [0; 4];
    for document in ["auth", "hosting-web"] {
        let root = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../ovh-web-sandbox/src/generated"
        );
        let text = std::fs::read_to_string(format!("{root}/{document}.json")).expect("a document");
        let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let paths = document["paths"].as_object().expect("paths");
        let methods = paths
            .values()
            .flat_map(|path| path.as_object().expect("a path"));
        for (method, operation) in methods {
            let reply = &operation["responses"]["200"]["content"]["application/json"]["schema"];
            let reply = reply["$ref"].as_str().unwrap_or_default().to_lowercase();
            counts[0] += 1;
            // A task that is read was started by another operation.
            counts[1] += usize::from(reply.ends_with("task") && method != "get");
            counts[2] += usize::from(!operation["x-expanded-response"].is_null());
            counts[3] += usize::from(operation["deprecated"] == true);
        }
    }
    assert_eq!(
        [
            ALL.len(),
            rows(|row| row.task_type().is_some()),
            rows(|row| row.expanded_type().is_some()),
            rows(|row| row.deprecation().is_some()),
        ],
        counts
    );
}

#[test]
fn documented_secrets_have_secret_types() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/types");
    let mut found = 0;
    for file in std::fs::read_dir(folder).expect("the types") {
        let path = file.expect("a file").path();
        let mut doc = String::new();
        for line in std::fs::read_to_string(&path).expect("text").lines() {
            let line = line.trim();
            if let Some(text) = line.strip_prefix("///") {
                doc.push_str(text);
            } else {
                let doc = std::mem::take(&mut doc).to_lowercase();
                if line.contains(" = \"") && doc.contains("a secret") {
                    let is_secret = line.contains("Secret");
                    assert!(is_secret, "{}: {line}", path.display());
                    found += 1;
                }
            }
        }
    }
    assert!(found > 15, "found only {found} secrets");
}
