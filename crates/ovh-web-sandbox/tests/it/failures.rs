//! Tasks that fail on request: they have no effect.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::common::{self, Client, SERVICE, at, database, finish, manual, settle};
use ovh_web_client::types::TaskStatus;
use ovh_web_sandbox::Sandbox;
use serde_json::{Value, json};

/// A hosting with one of everything.
fn furnished() -> (Sandbox, Client) {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let name = database(&sandbox, &client, "exampleapp");
    sandbox.write_database(SERVICE, &name, "here").expect("it");
    for (list, body) in [
        (
            "/attachedDomain",
            json!({"domain": "a.example.com", "path": "a", "ssl": true}),
        ),
        ("/module", json!({"moduleId": 101})),
        (
            "/user",
            json!({"login": "example-a", "home": "a", "password": "canaryPass42x"}),
        ),
        (
            "/cron",
            json!({"command": "a", "frequency": "0 4 * * *", "language": "other"}),
        ),
        (
            "/envVar",
            json!({"key": "A", "type": "string", "value": "a"}),
        ),
        ("/runtime", json!({"name": "a"})),
        ("/database/exampleapp.mysql.db/dump", json!({"date": "now"})),
        (
            "/userLogs",
            json!({"login": "reader", "description": "a", "password": "canaryPass42x"}),
        ),
    ] {
        client.post(&at(list), body).ok();
    }
    client
        .post_nothing(&at("/attachedDomain/a.example.com/ssl"))
        .ok();
    client.post_nothing(&at("/ssl")).ok();
    settle(&sandbox);
    (sandbox, client)
}

/// Everything that the objects of these lists show.
fn everything(client: &Client) -> Value {
    let mut all = serde_json::Map::new();
    for list in [
        "/attachedDomain",
        "/module",
        "/user",
        "/cron",
        "/envVar",
        "/runtime",
        "/dump",
        "/database",
        "/userLogs",
        "/ovhConfig",
        "/website",
        "/boostHistory",
    ] {
        all.insert(list.to_owned(), client.objects(&at(list)).into());
    }
    for object in [
        "",
        "/ssl",
        "/configuration",
        "/attachedDomain/a.example.com/ssl",
    ] {
        all.insert(object.to_owned(), client.get(&at(object)).ok());
    }
    all.into()
}

#[track_caller]
fn same(now: &Value, before: &Value, operation: &str) {
    for (list, objects) in before.as_object().expect("lists") {
        assert_eq!(&now[list], objects, "{list} after {operation}");
    }
}

#[test]
fn a_task_that_fails_leaves_everything_as_it_was() {
    let (sandbox, client) = furnished();
    let id = |list: &str| client.get(&at(list)).ok()[0].clone();
    let (cron, runtime, module, config, dump) = (
        id("/cron"),
        id("/runtime"),
        id("/module"),
        id("/ovhConfig"),
        id("/dump"),
    );
    let app = "/database/exampleapp.mysql.db";
    let before = everything(&client);
    let mut functions = BTreeSet::new();
    let mut last = 0;
    for (round, (method, path, body)) in [
        (
            "POST",
            "/database".into(),
            json!({"capabilitie": "sqlPerso", "type": "mysql", "user": "exampleb"}),
        ),
        ("DELETE", app.into(), Value::Null),
        (
            "POST",
            format!("{app}/changePassword"),
            json!({"password": "Pass43xyz"}),
        ),
        ("POST", format!("{app}/dump"), json!({"date": "now"})),
        ("POST", format!("{app}/dump/{dump}/restore"), Value::Null),
        ("POST", format!("{app}/import"), json!({"documentId": "x"})),
        (
            "POST",
            format!("{app}/request"),
            json!({"action": "CHECK_QUOTA"}),
        ),
        ("DELETE", format!("/dump/{dump}"), Value::Null),
        (
            "POST",
            "/attachedDomain".into(),
            json!({"domain": "b.example.com", "path": "b"}),
        ),
        (
            "PUT",
            "/attachedDomain/a.example.com".into(),
            json!({"path": "c", "cdn": "active"}),
        ),
        (
            "DELETE",
            "/attachedDomain/a.example.com".into(),
            Value::Null,
        ),
        (
            "POST",
            "/attachedDomain/a.example.com/ssl/regenerate".into(),
            Value::Null,
        ),
        (
            "DELETE",
            "/attachedDomain/a.example.com/ssl".into(),
            Value::Null,
        ),
        ("POST", "/ssl/regenerate".into(), Value::Null),
        ("DELETE", "/ssl".into(), Value::Null),
        (
            "POST",
            "/module".into(),
            json!({"moduleId": 301, "path": "x"}),
        ),
        (
            "POST",
            format!("/module/{module}/upgrade"),
            json!({"moduleId": 102}),
        ),
        ("DELETE", format!("/module/{module}"), Value::Null),
        (
            "POST",
            "/user".into(),
            json!({"login": "example-b", "home": "b", "password": "canaryPass42x"}),
        ),
        ("PUT", "/user/example-a".into(), json!({"home": "b"})),
        ("DELETE", "/user/example-a".into(), Value::Null),
        (
            "POST",
            "/cron".into(),
            json!({"command": "b", "frequency": "0 4 * * *", "language": "other"}),
        ),
        ("PUT", format!("/cron/{cron}"), json!({"command": "b"})),
        ("DELETE", format!("/cron/{cron}"), Value::Null),
        (
            "POST",
            "/envVar".into(),
            json!({"key": "B", "type": "string", "value": "b"}),
        ),
        ("PUT", "/envVar/A".into(), json!({"value": "b"})),
        ("DELETE", "/envVar/A".into(), Value::Null),
        (
            "POST",
            "/runtime".into(),
            json!({"isDefault": true, "attachedDomains": ["a.example.com"]}),
        ),
        ("PUT", format!("/runtime/{runtime}"), json!({"name": "b"})),
        ("DELETE", format!("/runtime/{runtime}"), Value::Null),
        ("DELETE", "/userLogs/reader".into(), Value::Null),
        (
            "PUT",
            "/configuration".into(),
            json!({"version": "nodejs-12"}),
        ),
        (
            "POST",
            format!("/ovhConfig/{config}/changeConfiguration"),
            json!({"engineVersion": "8.0"}),
        ),
        ("POST", "/ovhConfigRefresh".into(), Value::Null),
        (
            "POST",
            "/requestBoost".into(),
            json!({"offer": "hosting-performance-1"}),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        // The operation decides here; by its function a task is chosen below.
        let operation = operation(&sandbox, &client, method, &path, &body);
        let status = if round % 2 == 0 {
            sandbox.fail_next_task(&operation);
            "error"
        } else {
            sandbox.cancel_next_task(&operation);
            "cancelled"
        };
        call(&client, method, &path, &body).ok();
        finish(&sandbox);
        let failed = sandbox.state().tasks(SERVICE).pop().expect("a task");
        assert_eq!(failed.status, status, "{operation}");
        assert!(TaskStatus::KNOWN.contains(&status.into()), "{status}");
        assert!(failed.id > last, "{operation} started a task");
        last = failed.id;
        functions.insert(failed.function.clone());
        let task = client.get(&at(&format!("/tasks/{}", failed.id))).ok();
        assert_eq!(
            (&task["status"], &task["doneDate"]),
            (&json!(status), &Value::Null)
        );
        same(&everything(&client), &before, &operation);
        if round > 0 {
            settle(&sandbox);
            continue;
        }
        // It can be read for long, and then is gone like any other.
        sandbox.clock().advance(Duration::from_secs(3600));
        client.get(&at(&format!("/tasks/{}", failed.id))).ok();
        sandbox.clock().advance(Duration::from_secs(24 * 3600));
        client
            .get(&at(&format!("/tasks/{}", failed.id)))
            .refused(404);
        same(&everything(&client), &before, &operation);
    }
    assert!(functions.len() > 25, "{functions:?}");
}

/// The operation of a call, by the journal entry of its refusal.
fn operation(sandbox: &Sandbox, client: &Client, method: &str, path: &str, body: &Value) -> String {
    let mut stranger = Client::new(sandbox);
    stranger.secret.clear();
    stranger.consumer.clone_from(&client.consumer);
    call(&stranger, method, path, body).refused(400);
    let entries = sandbox.journal().entries();
    let last = entries.last().expect("an entry");
    last.operation.expect("an operation").to_owned()
}

fn call(client: &Client, method: &str, path: &str, body: &Value) -> common::Response {
    let text = (!body.is_null()).then(|| body.to_string());
    let path = format!("/1.0{}", at(path));
    client.send(method, &path, &[], text.as_deref())
}

#[test]
fn an_order_waits_for_the_task_that_it_is_for() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    sandbox.fail_next_task("database/create");
    let user = json!({"login": "example-a", "home": "a", "password": "canaryPass42x"});
    client.post(&at("/user"), user).task();
    settle(&sandbox);
    assert_eq!(sandbox.state().users(SERVICE).len(), 2);
    let body = json!({"capabilitie": "sqlPerso", "type": "mysql", "user": "exampleapp"});
    let id = client.post(&at("/database"), body.clone()).task();
    let path = at("/database/exampleapp.mysql.db");
    assert_eq!(client.get(&path).ok()["status"], "creating");
    finish(&sandbox);
    client.get(&path).refused(404);
    assert_eq!(
        client.get(&at(&format!("/tasks/{id}"))).ok()["status"],
        "error"
    );
    // One order, one task.
    client.post(&at("/database"), body).task();
    settle(&sandbox);
    assert_eq!(client.get(&path).ok()["status"], "created");
}

#[test]
fn a_failed_first_certificate_is_none() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let body = json!({"domain": "a.example.com", "path": "a", "ssl": true});
    client.post(&at("/attachedDomain"), body).task();
    settle(&sandbox);
    for path in ["/ssl", "/attachedDomain/a.example.com/ssl"] {
        sandbox.fail_next_task("hostedssl/create");
        client.post_nothing(&at(path)).ok();
        finish(&sandbox);
        client.get(&at(path)).refused(404);
        client.post_nothing(&at(path)).ok();
        settle(&sandbox);
        assert_eq!(client.get(&at(path)).ok()["status"], "created");
    }
}

#[test]
fn a_failed_restore_leaves_the_content() {
    let (sandbox, client) = furnished();
    sandbox.clock().advance(Duration::from_secs(25 * 3600));
    let name = "exampleapp.mysql.db";
    sandbox.write_database(SERVICE, name, "new").expect("it");
    for (path, body, function) in [
        (
            "/restoreSnapshot".to_owned(),
            json!({"backup": "daily.1"}),
            "web/restoreSnapshot",
        ),
        (
            format!("/database/{name}/restore"),
            json!({"date": "daily.1"}),
            "database/restore",
        ),
    ] {
        sandbox.cancel_next_task(function);
        client.post(&at(&path), body.clone()).task();
        settle(&sandbox);
        let content = || sandbox.state().database(SERVICE, name).expect("it").content;
        assert_eq!(content(), "new", "{function}");
        client.post(&at(&path), body).task();
        settle(&sandbox);
        assert_eq!(content(), "here", "{function}");
        sandbox.write_database(SERVICE, name, "new").expect("it");
    }
}
