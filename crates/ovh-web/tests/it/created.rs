//! Tests that a creation returns its own dump or cron, whatever object the task names.

use crate::support::scripted::{Scripted, Step, gone, task};
use crate::support::{Answer, answer, json};
use ovh_web::types::{Cron, Dump, DumpDate, NewCron, NewDump};
use ovh_web::{Error, ErrorKind};

const NAME: &str = "example.mysql.db";

fn page(objects: &[String]) -> Answer {
    let headers = format!(
        "Content-Type: application/json\r\nX-Pagination-Elements: {}\r\n",
        objects.len()
    );
    answer(200, &headers, &format!("[{}]", objects.join(",")))
}

fn dump(id: i64, date: &str) -> String {
    format!(
        r#"{{"id":{id},"type":"{date}","status":"created","creationDate":"2026-01-02T03:04:05+01:00",
            "deletionDate":"2026-02-02T03:04:05+01:00","url":null,"taskId":null}}"#
    )
}

/// Creates a dump whose task names `object`; dump 5 exists before.
async fn dumped(object: (&'static str, &'static str), after: Step) -> Result<Dump, Error> {
    let text = task("dump/create", object, "done");
    let text: &'static str = Box::leak(text.into_boxed_str());
    let scripted = Scripted::start_with(
        &[
            (
                "GET /database/example.mysql.db/dump",
                &[|| json("[5]"), after],
            ),
            (
                "GET /database/example.mysql.db/dump/5",
                &[|| json(&dump(5, "now"))],
            ),
            (
                "GET /database/example.mysql.db/dump/7",
                &[|| json(&dump(7, "now"))],
            ),
            ("GET /database/example.mysql.db/dump/30533272", &[gone]),
        ],
        move |route| (route == "POST /database/example.mysql.db/dump").then(|| json(text)),
    )
    .await;
    let dumps = scripted.hosting().database(NAME).dumps();
    let made = dumps.create(&NewDump::new(DumpDate::Now)).await;
    made.expect("a task").wait().await
}

#[tokio::test]
async fn dump_named_by_task() {
    let never: Step = || panic!("nothing has to be looked for");
    let made = dumped(("Dump", "7"), never).await.expect("the dump");
    assert_eq!(made.id, 7);
}

#[tokio::test]
async fn dump_is_only_new_match() {
    let after: Step = || page(&[dump(5, "now"), dump(7, "now"), dump(8, "daily.1")]);
    for object in [
        ("Database", NAME),
        // An internal number, and a dump that existed before.
        ("Dump", "30533272"),
        ("Dump", "5"),
        ("Dump", ""),
    ] {
        let made = dumped(object, after).await.expect("the dump");
        assert_eq!(made.id, 7, "{object:?}");
    }
}

#[tokio::test]
async fn two_matching_dumps_are_an_error() {
    let after: Step = || page(&[dump(5, "now"), dump(7, "now"), dump(8, "now")]);
    let error = dumped(("Database", NAME), after).await;
    let error = error.expect_err("two");
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    let text = error.to_string();
    for word in ["one new dump of", NAME, "found 2: 7, 8", "the work is done"] {
        assert!(text.contains(word), "no `{word}` in {text}");
    }
}

#[tokio::test]
async fn no_matching_dump_is_an_error() {
    let after: Step = || page(&[dump(5, "now"), dump(8, "daily.1")]);
    let error = dumped(("Database", NAME), after).await;
    let error = error.expect_err("none");
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let text = error.to_string();
    assert!(text.contains("other new ones: 8"), "{text}");
}

fn cron(id: i64, command: &str, frequency: &str) -> String {
    format!(
        r#"{{"id":{id},"command":"{command}","frequency":"{frequency}","language":"php8.4",
            "description":"[nightly] x","email":null,"state":"created","status":"enabled"}}"#
    )
}

async fn planned(before: Step, after: Step) -> (Scripted, Result<Cron, Error>) {
    let scripted = Scripted::start(&[
        ("GET /cron", &[before, after]),
        (
            "POST /cron",
            &[|| json(&task("cron/create", ("Cron", "30533272"), "done"))],
        ),
        ("GET /cron/30533272", &[gone]),
    ])
    .await;
    let new = NewCron::new("www/job.php", "30 4 * * *", "php8.4");
    let made = scripted.hosting().crons().create(&new).await;
    let made = made.expect("a task").wait().await;
    (scripted, made)
}

#[tokio::test]
async fn cron_matches_in_each_spelling() {
    let after: Step = || {
        page(&[
            cron(1, "www/job.php", "0 4 * * *"),
            cron(2, "./www/job.php", "? 4 * * *"),
            cron(3, "www/other.php", "0 4 * * *"),
            cron(4, "www/job.php", "0 5 * * *"),
        ])
    };
    let (_, made) = planned(|| json("[1]"), after).await;
    assert_eq!(made.expect("the cron").id, 2);
}

#[tokio::test]
async fn forbidden_list_does_not_stop_creation() {
    let refused: Step = || answer(403, "", r#"{"message":"This call has not been granted"}"#);
    let after: Step = || page(&[cron(2, "www/job.php", "0 4 * * *")]);
    let (_, made) = planned(refused, after).await;
    assert_eq!(made.expect("the only one").id, 2);
    // Then older objects cannot be distinguished from the new one.
    let after: Step = || {
        page(&[
            cron(1, "www/job.php", "0 4 * * *"),
            cron(2, "www/job.php", "0 4 * * *"),
        ])
    };
    let (scripted, made) = planned(refused, after).await;
    let error = made.expect_err("two");
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    assert!(error.to_string().contains("1, 2"), "{error}");
    assert_eq!(scripted.count("POST /cron"), 1);
}
