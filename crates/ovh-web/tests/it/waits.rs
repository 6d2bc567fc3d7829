//! Tests of 404 during waits: tasks and objects that are not visible yet.

use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use crate::support::scripted::{
    SERVICE, Scripted, Step, gone, task, unknown_route, unknown_service, user,
};
use crate::support::{Answer, HandClock, answer, json};
use ovh_web::types::{DatabaseCapacity, NewDatabase, NewDatabaseType, NewOwnLogUser, NewUser};
use ovh_web::{BoxFuture, Error, ErrorKind, TaskSet, WaitPolicy};

const USER: (&str, &str) = ("User", "example-shop");

fn created(status: &str) -> Answer {
    json(&task("user/create", USER, status))
}

fn deleted(status: &str) -> Answer {
    json(&task("user/delete", USER, status))
}

const TASK: &str = "GET /tasks/42";
const GET_USER: &str = "GET /user/example-shop";
const DELETE_USER: &str = "DELETE /user/example-shop";

fn new_user() -> NewUser {
    NewUser::new("shop", "example-shop", "aLongPassword1")
}

#[tokio::test]
async fn first_404_does_not_end_a_wait() {
    let scripted = Scripted::start(&[
        (DELETE_USER, &[|| deleted("todo")]),
        (TASK, &[gone, || deleted("cancelled")]),
        (GET_USER, &[|| json(&user("created"))]),
    ])
    .await;
    let task = scripted.hosting().users().delete("example-shop").await;
    let error = task.expect("a task").wait().await.expect_err("cancelled");
    assert_eq!(error.kind(), ErrorKind::Task, "{error}");
    assert_eq!(scripted.count(TASK), 2);
}

#[tokio::test]
async fn unknown_route_ends_wait_with_its_error() {
    let steps: [Step; 2] = [unknown_route, unknown_service];
    for step in steps {
        let scripted = Scripted::start(&[
            (DELETE_USER, &[|| deleted("todo")]),
            (TASK, &[|| deleted("doing"), step]),
        ])
        .await;
        let task = scripted.hosting().users().delete("example-shop").await;
        let error = task.expect("a task").wait().await.expect_err("no route");
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        assert_eq!(scripted.count(TASK), 2, "{error}");
    }
}

#[tokio::test]
async fn unknown_route_does_not_end_removal() {
    let scripted = Scripted::start(&[
        ("DELETE /ownLogs/7/userLogs/x", &[|| json("\"ok\"")]),
        ("GET /ownLogs/7/userLogs/x", &[unknown_service]),
    ])
    .await;
    let users = scripted.hosting().own_logs().users(7);
    let removal = users.delete("x").await.expect("accepted");
    let error = removal.wait().await.expect_err("unknown");
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
}

/// A user of own logs with a status.
fn log_user(status: &str) -> Answer {
    json(&format!(
        r#"{{"login":"x","description":"","creationDate":"2026-01-02T03:04:05+01:00","ownLogsId":7,"status":"{status}","taskId":null}}"#
    ))
}

#[tokio::test]
async fn removal_ends_when_object_is_back() {
    let there: Step = || log_user("created");
    let leaving: Step = || log_user("deleting");
    let again: Step = || log_user("creating");
    let cases: [(&[Step], Option<ErrorKind>, usize); 4] = [
        // The old status still shows after the request.
        (&[there, there, leaving, gone], None, 4),
        (&[there, leaving, there], Some(ErrorKind::Conflict), 3),
        (&[leaving, again, there], Some(ErrorKind::Conflict), 3),
        (&[there], Some(ErrorKind::Timeout), 12),
    ];
    for (steps, kind, polls) in cases {
        let scripted = Scripted::start(&[
            ("DELETE /ownLogs/7/userLogs/x", &[|| json("\"ok\"")]),
            ("GET /ownLogs/7/userLogs/x", steps),
        ])
        .await;
        let users = scripted.hosting().own_logs().users(7);
        let removal = users.delete("x").await.expect("accepted");
        let policy = WaitPolicy::default().deadline(Duration::from_secs(100));
        let error = removal.wait_with(policy).await.err();
        assert_eq!(error.as_ref().map(Error::kind), kind, "{error:?}");
        assert_eq!(scripted.count("GET /ownLogs/7/userLogs/x"), polls);
        if kind == Some(ErrorKind::Conflict) {
            let text = error.expect("an error").to_string();
            assert!(text.contains("created again"), "{text}");
        }
    }
}

#[tokio::test]
async fn object_may_appear_after_its_task() {
    let scripted = Scripted::start(&[
        ("POST /user", &[|| created("todo")]),
        (TASK, &[|| created("done")]),
        (GET_USER, &[gone, gone, gone, || json(&user("created"))]),
    ])
    .await;
    let task = scripted.hosting().users().create(&new_user()).await;
    let user = task.expect("a task").wait().await.expect("the user");
    assert_eq!(user.login, "example-shop");
    assert_eq!(scripted.slept(), 1 + 1 + 2 + 4);
}

#[tokio::test]
async fn missing_object_ends_wait_after_a_minute() {
    let scripted = Scripted::start(&[
        ("POST /user", &[|| created("todo")]),
        (TASK, &[|| created("done")]),
        (GET_USER, &[gone]),
    ])
    .await;
    let task = scripted.hosting().users().create(&new_user()).await;
    let error = task.expect("a task").wait().await.expect_err("missing");
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert!(error.to_string().contains("the work is done"), "{error}");
    let slept = scripted.slept();
    assert!((55..=75).contains(&slept), "{slept} s");
}

#[tokio::test]
async fn object_without_task_may_appear_later() {
    let there: Step = || log_user("created");
    let scripted = Scripted::start(&[
        ("POST /ownLogs/7/userLogs", &[|| json("\"ok\"")]),
        ("GET /ownLogs/7/userLogs/x", &[gone, gone, there, gone]),
    ])
    .await;
    let users = scripted.hosting().own_logs().users(7);
    let new = NewOwnLogUser::new("a description", "x", "aLongPassword1");
    let pending = users.create(&new).await.expect("accepted");
    let user = pending.wait().await.expect("there");
    assert_eq!(user.login, "x");
    // Much later it is no longer new.
    scripted.clock.advance(Duration::from_secs(60));
    let error = pending.wait().await.expect_err("deleted since");
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert_eq!(scripted.count("GET /ownLogs/7/userLogs/x"), 4);
}

#[tokio::test]
async fn unseen_task_is_done_with_its_object() {
    // Deleted: the object is gone.
    let scripted = Scripted::start(&[
        (DELETE_USER, &[|| deleted("todo")]),
        (TASK, &[gone]),
        (GET_USER, &[gone]),
    ])
    .await;
    let task = scripted.hosting().users().delete("example-shop").await;
    let done = task.expect("a task").wait().await.expect("done");
    assert!(done.is_archived);
    assert_eq!(scripted.count(GET_USER), 1);
    let slept = scripted.slept();
    assert!((30..=45).contains(&slept), "{slept} s");

    // Created: the object exists, and no work on it is in progress.
    let scripted = Scripted::start(&[
        ("POST /user", &[|| created("todo")]),
        (TASK, &[gone]),
        (
            GET_USER,
            &[gone, || json(&user("creating")), || json(&user("created"))],
        ),
    ])
    .await;
    let task = scripted.hosting().users().create(&new_user()).await;
    let user = task.expect("a task").wait().await.expect("the user");
    assert_eq!(user.status.as_str(), "created");
}

#[tokio::test]
async fn unseen_task_without_effect_is_lost() {
    let scripted = Scripted::start(&[
        (DELETE_USER, &[|| deleted("todo")]),
        (TASK, &[gone]),
        (GET_USER, &[|| json(&user("created"))]),
    ])
    .await;
    let task = scripted.hosting().users().delete("example-shop").await;
    let error = task.expect("a task").wait().await.expect_err("lost");
    assert_eq!(error.kind(), ErrorKind::Gone, "{error}");
    let text = error.to_string();
    for word in [
        "task 42 (user/delete)",
        SERVICE,
        "example-shop still exists",
    ] {
        assert!(text.contains(word), "no `{word}` in {text}");
    }
    let slept = scripted.slept();
    assert!((90..=105).contains(&slept), "{slept} s");
}

#[tokio::test]
async fn task_grace_is_configurable() {
    let scripted = Scripted::start(&[
        (DELETE_USER, &[|| deleted("todo")]),
        (TASK, &[gone]),
        (GET_USER, &[gone]),
    ])
    .await;
    let task = scripted.hosting().users().delete("example-shop").await;
    let policy = WaitPolicy::default().task_grace(Duration::ZERO);
    let done = task.expect("a task").wait_with(policy).await;
    assert!(done.expect("done").is_archived);
    assert_eq!(scripted.count(TASK), 1);
}

#[tokio::test]
async fn task_may_appear_after_its_grace() {
    let never: [Step; 8] = [gone; 8];
    let mut steps = never.to_vec();
    steps.push(|| deleted("doing"));
    steps.push(|| deleted("done"));
    let scripted = Scripted::start(&[
        (DELETE_USER, &[|| deleted("todo")]),
        (TASK, &steps),
        (GET_USER, &[|| json(&user("created"))]),
    ])
    .await;
    let task = scripted.hosting().users().delete("example-shop").await;
    let done = task.expect("a task").wait().await.expect("done");
    assert!(!done.is_archived);
    assert_eq!(scripted.count(TASK), 10);
}

#[tokio::test]
async fn resumed_task_grace_starts_at_resume() {
    let scripted = Scripted::start(&[(TASK, &[gone, gone, || deleted("done")])]).await;
    let done = scripted.hosting().task(42).wait().await.expect("done");
    assert_eq!(done.status.as_str(), "done");

    let scripted = Scripted::start(&[(TASK, &[gone])]).await;
    let task = scripted.hosting().task(42);
    let error = task.status().await.expect_err("nobody knows it");
    assert_eq!(error.kind(), ErrorKind::Gone);
    let error = task.wait().await.expect_err("nobody knows it");
    assert_eq!(error.kind(), ErrorKind::Gone);
    let slept = scripted.slept();
    assert!((30..=45).contains(&slept), "{slept} s");
}

#[tokio::test]
async fn status_of_new_task_is_last_known() {
    let scripted = Scripted::start(&[
        (DELETE_USER, &[|| deleted("todo")]),
        (TASK, &[gone]),
        (GET_USER, &[gone]),
    ])
    .await;
    let task = scripted.hosting().users().delete("example-shop").await;
    let task = task.expect("a task");
    let seen = task.status().await.expect("a look");
    assert_eq!(seen.status.as_str(), "todo");
    scripted.clock.advance(Duration::from_secs(30));
    let seen = task.status().await.expect("a look");
    assert!(seen.is_archived);
}

/// The result of a raw call, about an object of this type and id.
async fn adopt(function: &str, object: (&str, &str), get: &'static str, steps: &[Step]) -> Outcome {
    let text = task(function, object, "todo");
    let scripted = Scripted::start(&[(TASK, &[gone]), (get, steps)]).await;
    let raw: ovh_web::types::Task = serde_json::from_str(&text).expect("a task");
    let task = scripted.hosting().adopt(raw);
    let sightings = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&sightings);
    let end = task
        .on_progress(move |task| {
            let mut log = log.lock().expect("the log");
            log.push(task.status.as_str().to_owned());
        })
        .wait()
        .await;
    let sightings = sightings.lock().expect("the log").clone();
    (end.map(drop).map_err(|error| error.kind()), sightings)
}

type Outcome = (Result<(), ErrorKind>, Vec<String>);

#[tokio::test]
async fn adopted_task_is_checked_by_its_object() {
    const GET_CRON: &str = "GET /cron/7";
    const GET_DOMAIN: &str = "GET /attachedDomain/shop.example.com";
    let there: Step = || json(r#"{"state":"created","status":"disabled"}"#);
    let under_way: Step = || json(r#"{"status":"deleting"}"#);
    let lost = Err(ErrorKind::Gone);
    let domain = ("AttachedDomain", "shop.example.com");
    for (function, object, get, steps, expected) in [
        ("cron/create", ("Cron", "7"), GET_CRON, vec![there], Ok(())),
        (
            "cron/create",
            ("Cron", "7"),
            GET_CRON,
            vec![gone, there],
            Ok(()),
        ),
        ("cron/create", ("Cron", "7"), GET_CRON, vec![gone], lost),
        ("cron/delete", ("Cron", "7"), GET_CRON, vec![gone], Ok(())),
        ("cron/delete", ("Cron", "7"), GET_CRON, vec![there], lost),
        (
            "attachedDomain/create",
            domain,
            GET_DOMAIN,
            vec![there],
            Ok(()),
        ),
        (
            "attachedDomain/delete",
            domain,
            GET_DOMAIN,
            vec![under_way, under_way, gone],
            Ok(()),
        ),
        // An internal number cannot read a named object, so it shows nothing.
        (
            "attachedDomain/create",
            ("AttachedDomain", "30533272"),
            GET_DOMAIN,
            vec![gone],
            Ok(()),
        ),
        (
            "web/restoreSnapshot",
            ("Web", "x"),
            GET_DOMAIN,
            vec![gone],
            Ok(()),
        ),
    ] {
        let (end, sightings) = adopt(function, object, get, &steps).await;
        assert_eq!(end, expected, "{function} {object:?}");
        assert_eq!(sightings[0], "todo", "the response is the first sighting");
    }
}

#[tokio::test]
async fn task_set_applies_task_grace() {
    let list: Step = || answer(200, "Content-Type: application/json\r\n", "[]");
    let scripted = Scripted::start(&[
        (DELETE_USER, &[|| deleted("todo")]),
        ("POST /user", &[|| created("todo").renumbered(43)]),
        ("GET /tasks", &[list]),
        (TASK, &[gone, || deleted("cancelled")]),
        ("GET /tasks/43", &[gone]),
        (GET_USER, &[|| json(&user("created"))]),
    ])
    .await;
    let users = scripted.hosting().users();
    let mut set = TaskSet::new();
    set.add(&users.delete("example-shop").await.expect("a task"));
    set.add(&users.create(&new_user()).await.expect("a task"));
    let ends = set.wait().await;
    let error = ends[0].as_ref().expect_err("cancelled");
    assert_eq!(error.kind(), ErrorKind::Task, "{error}");
    assert!(ends[1].as_ref().expect("created").is_archived);
}

trait Renumbered {
    fn renumbered(self, id: u32) -> Self;
}

impl Renumbered for Answer {
    /// The same task with another id.
    fn renumbered(self, id: u32) -> Self {
        let Self::Bytes(bytes) = self else {
            panic!("no bytes");
        };
        let text = String::from_utf8(bytes).expect("text");
        Self::Bytes(text.replace(":42,", &format!(":{id},")).into_bytes())
    }
}

#[tokio::test]
async fn object_is_polled_within_the_deadline() {
    let scripted = Scripted::start(&[
        (
            "POST /database",
            &[|| json(&task("database/create", ("Database", "30533272"), "todo"))],
        ),
        (
            TASK,
            &[|| json(&task("database/create", ("Database", "30533272"), "done"))],
        ),
        (
            "GET /database",
            &[|| {
                let paged = "Content-Type: application/json\r\nX-Pagination-Elements: 0\r\n";
                answer(200, paged, "[]")
            }],
        ),
    ])
    .await;
    let new = NewDatabase::new(
        DatabaseCapacity::SqlPerso,
        NewDatabaseType::Mysql,
        "exampleshop",
    );
    let task = scripted.hosting().databases().create(&new).await;
    let policy = WaitPolicy::default().deadline(Duration::from_secs(20));
    let error = task.expect("a task").wait_with(policy).await;
    let error = error.expect_err("missing");
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let slept = scripted.slept();
    assert!((10..=30).contains(&slept), "{slept} s");
}

#[tokio::test]
async fn waits_for_copy_started_earlier() {
    fn copy(status: &str) -> Answer {
        json(&format!(
            r#"{{"id":"c-1","status":"{status}","creationDate":"2026-01-02T03:04:05+01:00",
                "expirationDate":null,"lastUpdate":"2026-01-02T03:04:05+01:00"}}"#
        ))
    }
    let route = "GET /database/example.mysql.db/copy/c-1";
    let scripted = Scripted::start(&[(route, &[|| copy("doing"), || copy("done")])]).await;
    let database = scripted.hosting().database("example.mysql.db");
    let copy = database.copies().pending("c-1").wait().await;
    assert_eq!(copy.expect("done").status.as_str(), "done");
    assert_eq!(scripted.slept(), 1, "the first look is at once");
}

#[tokio::test]
async fn wait_without_policy_uses_the_clients() {
    let scripted = Scripted::start(&[
        (DELETE_USER, &[|| deleted("todo")]),
        (TASK, &[|| deleted("doing")]),
        (GET_USER, &[|| json(&user("updating"))]),
    ])
    .await;
    let policy = WaitPolicy::default().deadline(Duration::from_secs(17));
    let client = scripted.server.builder().clock(scripted.clock.clone());
    let client = client.wait_policy(policy).build().expect("a client");
    for client in [client.read_only(), client] {
        let users = client.hosting(SERVICE).users();
        let task = client.hosting(SERVICE).task(42);
        let error = task.wait().await.expect_err("out of time");
        assert!(error.to_string().contains("17s"), "{error}");
        let mut set = TaskSet::new();
        set.add(&task);
        let error = set.wait().await.remove(0).expect_err("out of time");
        assert!(error.to_string().contains("17s"), "{error}");
        let error = users.ensure(&new_user()).await.expect_err("out of time");
        assert!(error.to_string().contains("17s"), "{error}");
    }
}

#[tokio::test]
async fn long_work_has_long_default_deadlines() {
    let scripted = Scripted::start(&[(
        "POST /restoreSnapshot",
        &[|| json(&task("web/restoreSnapshot", ("Web", "x"), "todo"))],
    )])
    .await;
    // Timeouts on this clock never end; it records their length.
    let clock = HandClock::default();
    let client = scripted.server.builder().clock(clock.clone()).build();
    let hosting = client.expect("a client").hosting(SERVICE);
    let restore = hosting.restore_snapshot("weekly.1").await.expect("a task");
    let other = hosting.adopt(restore.last_seen().expect("seen"));
    let certificate = hosting.certificate();
    let mut deadlines = Vec::new();
    let waits: [BoxFuture<'_, bool>; 3] = [
        Box::pin(async { restore.wait().await.is_ok() }),
        Box::pin(async { certificate.wait_created().await.is_ok() }),
        Box::pin(async { other.wait().await.is_ok() }),
    ];
    for mut wait in waits {
        let before = clock.timeouts().len();
        let once = std::future::poll_fn(|cx| Poll::Ready(wait.as_mut().poll(cx).is_pending()));
        assert!(once.await);
        deadlines.push(clock.timeouts()[before].as_secs() / 3600);
    }
    assert_eq!(deadlines, [72, 72, 1]);
}
