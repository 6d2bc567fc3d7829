//! Tests of waits for work of raw requests.

use std::sync::{Arc, Mutex};

use crate::support::scripted::{Scripted, gone, task, user};
use crate::support::{Answer, json};
use ovh_web::{ErrorKind, Operation, operations};
use serde_json::{Value, json as value};

const USER: (&str, &str) = ("User", "example-shop");
const TASK: &str = "GET /tasks/42";
const GET_USER: &str = "GET /user/example-shop";
const VALUES: [&str; 2] = ["example.ovh", "example-shop"];

fn row(id: &str) -> &'static Operation {
    operations::by_id(id).expect(id)
}

fn deleted(status: &str) -> Answer {
    json(&task("user/delete", USER, status))
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// A callback that keeps each status.
fn kept() -> (Arc<Mutex<Vec<String>>>, impl Fn(&str) + Send + Sync) {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&kept);
    (kept, move |status: &str| {
        into.lock().expect("kept").push(status.to_owned());
    })
}

#[tokio::test]
async fn task_in_a_response_is_waited_for() {
    let scripted =
        Scripted::start(&[(TASK, &[|| deleted("doing"), gone]), (GET_USER, &[gone])]).await;
    let mut response = parsed(&task("user/delete", USER, "todo"));
    // From third-party reports.
    response["id"] = value!("42");
    let delete = row("users::delete");
    let watch = scripted.client.watch_task(delete, &VALUES, &response);
    let (seen, keep) = kept();
    let watch = watch.expect("a watch").expect("a task").on_progress(keep);
    assert_eq!(watch.task().map(ovh_web::handle::Task::id), Some(42));
    let done = watch.wait().await.expect("done");
    assert_eq!(done["status"], "done");
    assert_eq!(done["objectId"], "example-shop");
    assert_eq!(*seen.lock().expect("kept"), ["todo", "doing", "done"]);
}

#[tokio::test]
async fn failed_task_has_the_error_of_a_typed_wait() {
    let scripted = Scripted::start(&[(TASK, &[|| deleted("cancelled")])]).await;
    let response = parsed(&task("user/delete", USER, "todo"));
    let delete = row("users::delete");
    let watch = scripted.client.watch_task(delete, &VALUES, &response);
    let watch = watch.expect("a watch").expect("a task");
    let error = watch.wait().await.expect_err("cancelled");
    assert_eq!(error.kind(), ErrorKind::Task);
    assert!(ovh_web::TaskFailure::of(&error).is_some(), "{error}");
}

#[tokio::test]
async fn response_without_task_has_no_watch() {
    let scripted = Scripted::start(&[]).await;
    let delete = row("users::delete");
    for response in [
        value!(null),
        value!({"id": 7}),
        value!(["a"]),
        value!({"id": "7"}),
    ] {
        let watch = scripted.client.watch_task(delete, &VALUES, &response);
        assert!(watch.expect("no error").is_none(), "{response}");
    }
    let modules = row("module_catalog::list");
    let response = parsed(&task("x", USER, "todo"));
    let watch = scripted.client.watch_task(modules, &[], &response);
    assert!(watch.expect("no error").is_none());
}

#[tokio::test]
async fn object_is_polled_until_its_status_settles() {
    let scripted = Scripted::start(&[(
        GET_USER,
        &[gone, || json(&user("creating")), || json(&user("created"))],
    )])
    .await;
    let watch = scripted.client.watch(row("users::get"), &VALUES);
    let (seen, keep) = kept();
    let watch = watch.expect("a watch").on_progress(keep);
    let object = watch.wait().await.expect("created");
    assert_eq!(object["login"], "example-shop");
    assert_eq!(*seen.lock().expect("kept"), ["creating", "created"]);
    scripted
        .client
        .watch(row("users::delete"), &VALUES)
        .expect_err("no read");
}

#[tokio::test]
async fn failed_or_absent_object_ends_the_wait() {
    let scripted = Scripted::start(&[
        (GET_USER, &[|| json(&user("initialError"))]),
        ("GET /user/other", &[gone]),
        ("GET /user/slow", &[|| json(&user("updating"))]),
    ])
    .await;
    for (login, kind) in [
        ("example-shop", ErrorKind::Task),
        ("other", ErrorKind::NotFound),
        ("slow", ErrorKind::Timeout),
    ] {
        let watch = scripted
            .client
            .watch(row("users::get"), &["example.ovh", login]);
        let error = watch.expect("a watch").wait().await.expect_err(login);
        assert_eq!(error.kind(), kind, "{error}");
    }
}

#[tokio::test]
async fn removed_object_is_returned_as_last_seen() {
    let scripted = Scripted::start(&[(GET_USER, &[|| json(&user("deleting")), gone])]).await;
    let watch = scripted.client.watch(row("users::get"), &VALUES);
    let last = watch.expect("a watch").wait_gone().await.expect("gone");
    assert_eq!(last.expect("seen")["status"], "deleting");
    let watch = scripted.client.watch(row("users::get"), &VALUES);
    let last = watch.expect("a watch").wait_gone().await.expect("gone");
    assert!(last.is_none());
}

#[cfg(feature = "domain")]
#[tokio::test]
async fn zone_task_is_done_once_archived() {
    let zone_task = r#"{"id":42,"function":"DnsZoneImport","status":"doing"}"#;
    let route = "GET /1.0/domain/zone/a.ovh/task/42";
    let doing: fn() -> Answer = || json(r#"{"id":42,"function":"x","status":"doing"}"#);
    for (steps, kind) in [
        (&[gone, doing, gone][..], None),
        (&[gone], Some(ErrorKind::Gone)),
        (
            &[|| json(r#"{"status":"problem"}"#)],
            Some(ErrorKind::Timeout),
        ),
        (&[|| json(r#"{"status":"error"}"#)], Some(ErrorKind::Task)),
    ] {
        let scripted = Scripted::start(&[(route, steps)]).await;
        let import = row("domain/zones::import");
        let watch = scripted
            .client
            .watch_task(import, &["a.ovh"], &parsed(zone_task));
        let outcome = watch.expect("a watch").expect("a task").wait().await;
        assert_eq!(outcome.as_ref().err().map(ovh_web::Error::kind), kind);
        assert!(outcome.map_or(true, |task| task["status"] == "done"));
    }
}
