//! The disk space of a hosting: what it uses, and what the last measurement found.

use crate::common::{Client, SERVICE, at, finish, manual_with, settle};
use ovh_web_sandbox::{HostingSeed, Sandbox};
use serde_json::json;

/// A hosting whose files use 100 MB.
fn small() -> Sandbox {
    let seed = HostingSeed::new(SERVICE).quota_used_mb(100).databases(1);
    manual_with(Sandbox::builder().hosting_with(seed).record())
}

/// The disk space that a hosting shows, in MB.
fn shown(client: &Client) -> f64 {
    let used = &client.get(&at("")).ok()["quotaUsed"];
    assert_eq!(used["unit"], "MB");
    used["value"].as_f64().expect("a number")
}

fn measure(client: &Client) -> u64 {
    let body = json!({"action": "CHECK_QUOTA"});
    client.post(&at("/request"), body).task()
}

#[test]
fn disk_space_changes_when_it_is_measured() {
    let sandbox = small();
    let client = Client::new(&sandbox);
    let name = sandbox.state().databases(SERVICE).remove(0).name;
    let near = |found: f64, wanted: f64| {
        assert!(
            (found - wanted).abs() < 0.1,
            "expected {wanted}, found {found}"
        );
    };
    // The start counts as a measurement: 100 MB of files, and 4 MB of the seeded database.
    near(shown(&client), 104.0);

    sandbox
        .write_files(SERVICE, "0123456789")
        .expect("a hosting");
    let orders = "x".repeat(30);
    let written = sandbox.write_database(SERVICE, &name, &orders);
    written.expect("a database");
    near(shown(&client), 104.0);
    measure(&client);
    near(shown(&client), 104.0);
    finish(&sandbox);
    near(shown(&client), 140.0);

    // A module has the size that the catalog shows.
    let body = json!({"moduleId": 102, "path": "blog"});
    client.post(&at("/module"), body).task();
    settle(&sandbox);
    near(shown(&client), 140.0);
    measure(&client);
    settle(&sandbox);
    near(shown(&client), 215.0);

    client.delete(&at(&format!("/database/{name}"))).task();
    settle(&sandbox);
    let text = sandbox.saved_state().expect("a state");
    for action in ["FLUSH_CACHE", "SCAN_ANTIHACK"] {
        client
            .post(&at("/request"), json!({"action": action}))
            .task();
    }
    settle(&sandbox);
    near(shown(&client), 215.0);
    measure(&client);
    settle(&sandbox);
    near(shown(&client), 185.0);

    let seed = HostingSeed::new(SERVICE).quota_used_mb(100).databases(1);
    let builder = Sandbox::builder().hosting_with(seed).resume(&text);
    let again = manual_with(builder.expect("a saved state"));
    let client = Client::new(&again);
    near(shown(&client), 215.0);
    measure(&client);
    settle(&again);
    near(shown(&client), 185.0);
}

#[test]
fn failed_measurement_changes_nothing() {
    let sandbox = small();
    let client = Client::new(&sandbox);
    sandbox
        .write_files(SERVICE, "0123456789")
        .expect("a hosting");
    let before = shown(&client).to_string();
    sandbox.fail_next_task("hosting::request");
    measure(&client);
    settle(&sandbox);
    assert_eq!(shown(&client).to_string(), before);
}
