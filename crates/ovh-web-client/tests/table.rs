//! The operation table: what each row says, and finding a row. And what the types promise.

use std::collections::BTreeSet;

use ovh_runtime::Method;
use ovh_web_client::operations::{ALL, by_id, by_route};

#[test]
fn every_row_is_found_by_its_id_and_by_its_route() {
    let ids: BTreeSet<&str> = ALL.iter().map(|row| row.id()).collect();
    assert_eq!(ids.len(), ALL.len());
    for row in ALL {
        assert_eq!(by_id(row.id()), Some(*row));
        assert_eq!(by_route(row.method(), row.path()), Some(*row));
    }
    assert_eq!(by_id("databases::invent"), None);
    assert_eq!(by_route(Method::Delete, "/hosting/web"), None);
}

#[test]
fn a_row_says_what_is_known() {
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
            .static_siblings("serviceName")
            .contains(&"moduleList")
    );

    let list = by_id("crons::list").expect("a row");
    assert_eq!(list.expanded_type(), Some("Cron"));
    assert!(list.is_idempotent());
    assert!(by_id("crons::update").expect("a row").is_idempotent());
    // A repeat orders another certificate, or starts another task.
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
fn the_table_counts_what_the_documents_hold() {
    let starts_a_task = ALL.iter().filter(|row| row.task_type().is_some()).count();
    let expands = ALL
        .iter()
        .filter(|row| row.expanded_type().is_some())
        .count();
    let deprecated = ALL.iter().filter(|row| row.deprecation().is_some()).count();
    assert_eq!(
        (ALL.len(), starts_a_task, expands, deprecated),
        (211, 37, 32, 7)
    );
}

#[test]
fn fields_documented_as_secrets_are_secrets() {
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
