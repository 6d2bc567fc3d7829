//! Tests of waiting for tasks: success, failure, and polling intervals.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::{Answer, HandClock, Server, answer, json};
use ovh_web::{Client, ErrorKind, TaskFailure, WaitPolicy, handle::Task};

/// The last response to a poll, its status, and the error's text.
type Ending = (fn() -> Answer, &'static str, &'static str);

const SERVICE: &str = "example.ovh";

fn task(status: &str) -> String {
    format!(
        r#"{{"id":42,"function":"web/dump","status":"{status}","startDate":"2026-01-02T03:04:05+01:00",
            "lastUpdate":null,"doneDate":null,"objectId":"example.mysql.db","objectType":"Database"}}"#
    )
}

fn gone() -> Answer {
    answer(
        404,
        "",
        r#"{"class":"Client::NotFound","message":"The requested object (id = 42) does not exist"}"#,
    )
}

/// A server that answers a write with a new task, and polls with `polls` in order.
///
/// The last response repeats.
async fn server(polls: Vec<fn() -> Answer>) -> (Server, Client, HandClock) {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |seen| {
        if seen.method == "POST" {
            return json(&task("todo"));
        }
        let index = count.fetch_add(1, Ordering::SeqCst);
        polls[index.min(polls.len() - 1)]()
    })
    .await;
    let clock = HandClock::jumping(Duration::from_secs(10));
    let client = server
        .builder()
        .clock(clock.clone())
        .build()
        .expect("a client");
    (server, client, clock)
}

async fn started(client: &Client) -> Task {
    let domains = client.hosting(SERVICE).domains();
    domains.restart("example.com").await.expect("a task")
}

/// Seconds between the polls.
fn rests(clock: &HandClock) -> Vec<u64> {
    let mut rests: Vec<u64> = clock.sleeps().iter().map(Duration::as_secs).collect();
    rests.retain(|rest| *rest <= 10);
    rests
}

fn polls(server: &Server) -> usize {
    let path = format!("/1.0/hosting/web/{SERVICE}/tasks/42");
    let calls = server.calls();
    let polls: Vec<_> = calls.iter().filter(|seen| seen.target == path).collect();
    assert!(
        polls
            .iter()
            .all(|seen| seen.header("pragma") == Some("no-cache")),
        "an answer from a cache may be older than the task"
    );
    polls.len()
}

#[tokio::test]
async fn polls_with_growing_intervals_until_done() {
    let doing = || json(&task("doing"));
    let (server, client, clock) = server(vec![
        || json(&task("todo")),
        doing,
        doing,
        doing,
        doing,
        doing,
        || json(&task("done")),
    ])
    .await;
    let task = started(&client).await;
    assert_eq!(task.id(), 42);
    let words = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&words);
    let done = task
        .on_progress(move |info| {
            let word = info.status.as_str().to_owned();
            log.lock().expect("the log").push(word);
        })
        .wait()
        .await
        .expect("done");
    assert_eq!(done.status.as_str(), "done");
    assert!(!done.is_archived);
    assert_eq!(done.object_id.as_deref(), Some("example.mysql.db"));
    assert_eq!(done.to_string(), "task 42 (web/dump) is done");
    assert_eq!(polls(&server), 7);
    assert_eq!(rests(&clock), [1, 2, 4, 8, 10, 10, 10]);
    assert_eq!(
        *words.lock().expect("the log"),
        [
            "todo", "todo", "doing", "doing", "doing", "doing", "doing", "done"
        ]
    );
}

#[tokio::test]
async fn archived_after_a_poll_counts_as_done() {
    let (_server, client, _) = server(vec![|| json(&task("doing")), gone]).await;
    let task = started(&client).await;
    let done = task.wait().await.expect("done");
    assert_eq!(done.status.as_str(), "done");
    assert!(done.is_archived);
    // Once it is known to be done, no more requests are needed.
    let again = task.wait().await.expect("still done");
    assert!(again.is_archived);
}

#[tokio::test]
async fn unknown_task_id_is_no_success() {
    let (server, client, clock) = server(vec![gone]).await;
    let task = client.hosting(SERVICE).task(42);
    assert!(task.last_seen().is_none());
    let error = task.wait().await.expect_err("nobody knows it");
    assert_eq!(error.kind(), ErrorKind::Gone);
    assert!(error.is_not_found());
    assert_eq!(rests(&clock), [1, 2, 4, 8, 10, 10]);
    assert_eq!(polls(&server), 7, "the first one is at once");
    let error = task.status().await.expect_err("nobody knows it");
    assert_eq!(error.kind(), ErrorKind::Gone);
}

#[tokio::test]
async fn resumed_task_seen_once_may_be_archived() {
    let (_server, client, _) = server(vec![|| json(&task("doing")), gone]).await;
    let done = client.hosting(SERVICE).task(42).wait().await.expect("done");
    assert!(done.is_archived);
}

#[tokio::test]
async fn canceled_or_failed_task_is_error_with_data() {
    let endings: [Ending; 2] = [
        (|| json(&task("cancelled")), "cancelled", "was canceled"),
        (|| json(&task("error")), "error", "failed"),
    ];
    for (ending, status, words) in endings {
        let (server, client, _) = server(vec![|| json(&task("doing")), ending, gone]).await;
        let task = started(&client).await;
        let error = task.wait().await.expect_err("it failed");
        assert_eq!(error.kind(), ErrorKind::Task);
        let text = error.to_string();
        for word in ["task 42", "web/dump", SERVICE, words, "tasks::get"] {
            assert!(text.contains(word), "no `{word}` in {text}");
        }
        let failure = TaskFailure::of(&error).expect("the task");
        assert_eq!(failure.task.status.as_str(), status);
        // A failed task that is archived later stays failed.
        let later = task.status().await.expect("a look is no error");
        assert_eq!(later.status.as_str(), status);
        assert!(later.is_archived);
        assert_eq!(
            task.wait().await.expect_err("still").kind(),
            ErrorKind::Task
        );
        assert_eq!(polls(&server), 3);
    }
}

#[tokio::test]
async fn deadline_error_says_how_to_resume() {
    let (server, client, clock) = server(vec![|| json(&task("doing"))]).await;
    let policy = WaitPolicy::default()
        .interval(Duration::from_secs(2))
        .longest_interval(Duration::from_secs(5))
        .deadline(Duration::from_secs(21));
    let task = started(&client).await;
    let error = task.wait_with(policy).await.expect_err("out of time");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let text = error.to_string();
    for word in [
        "task 42 (web/dump) is doing",
        "21s",
        "continues",
        "client.hosting(\"example.ovh\").task(42).wait()",
    ] {
        assert!(text.contains(word), "no `{word}` in {text}");
    }
    assert_eq!(rests(&clock), [2, 4, 5, 5, 5]);
    assert!(polls(&server) <= 5);
}

#[tokio::test]
async fn transient_errors_do_not_end_the_wait() {
    let (server, client, _) = server(vec![
        || answer(502, "", "<html>502 Bad Gateway</html>"),
        || Answer::Reset(Vec::new()),
        || answer(404, "Content-Type: text/html\r\n", "<html>404</html>"),
        || answer(429, "", r#"{"message":"slow down"}"#),
        || json(&task("done")),
    ])
    .await;
    let done = started(&client).await.wait().await.expect("done");
    assert!(!done.is_archived, "a proxy's page is not from the API");
    assert_eq!(polls(&server), 5);
}

#[tokio::test]
async fn lasting_outage_ends_wait_with_its_error() {
    let (server, client, _) = server(vec![|| answer(503, "", r#"{"message":"closed"}"#)]).await;
    let error = started(&client).await.wait().await.expect_err("closed");
    assert_eq!(error.kind(), ErrorKind::Server);
    assert_eq!(error.message(), "closed");
    assert_eq!(polls(&server), 6);
}

#[tokio::test]
async fn refusal_ends_the_wait_at_once() {
    let (server, client, _) = server(vec![|| {
        answer(403, "", r#"{"message":"This call has not been granted"}"#)
    }])
    .await;
    let error = started(&client).await.wait().await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    assert_eq!(polls(&server), 1);
}

#[tokio::test]
async fn dropped_wait_can_be_repeated() {
    let asked = Arc::new(tokio::sync::Notify::new());
    let count = AtomicUsize::new(0);
    let server = Server::start({
        let asked = Arc::clone(&asked);
        move |seen| match (&*seen.method, count.fetch_add(1, Ordering::SeqCst)) {
            ("POST", _) => json(&task("todo")),
            (_, 1) => {
                asked.notify_one();
                Answer::Silence
            }
            (_, 2) => json(&task("doing")),
            _ => json(&task("done")),
        }
    })
    .await;
    let client = server
        .builder()
        .clock(HandClock::jumping(Duration::from_secs(10)))
        .build()
        .expect("a client");
    let task = started(&client).await;
    let waiting = tokio::spawn({
        let task = task.clone();
        async move { task.wait().await }
    });
    asked.notified().await;
    waiting.abort();
    assert!(waiting.await.expect_err("aborted").is_cancelled());
    let seen = task.last_seen().expect("the response that created it");
    assert_eq!(seen.status.as_str(), "todo");
    task.wait().await.expect("done");
}
