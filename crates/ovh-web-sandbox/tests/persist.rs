//! A state that is saved and resumed: everything is as it was, tasks under way included.

mod common;

use std::time::Duration;

use common::{Client, SERVICE, at, database, manual_with, request, settle};
use ovh_web_sandbox::{Builder, Clock, Sandbox};
use serde_json::json;

fn seeded() -> Builder {
    Sandbox::builder().seed(5)
}

/// Everything that the API tells of the default hosting.
fn picture(client: &Client) -> Vec<String> {
    [
        "",
        "/database",
        "/user",
        "/tasks",
        "/attachedDomain",
        "/module",
    ]
    .iter()
    .map(|path| client.page(&at(path), 1, 100).body)
    .collect()
}

#[test]
fn what_was_written_is_there_again_with_the_same_ids() {
    let sandbox = manual_with(seeded().record());
    let client = Client::new(&sandbox);
    database(&sandbox, &client, "exampledb");
    let dump = at("/database/exampledb.mysql.db/dump");
    client
        .post(&dump, json!({"date": "now", "sendEmail": false}))
        .task();
    settle(&sandbox);
    // A refused write, and a task that is under way.
    client
        .post(&at("/user"), json!({"login": "wrong"}))
        .refused(400);
    let body = json!({"login": "example-a", "home": "./", "password": "Pass-42x"});
    let task = client.post(&at("/user"), body).task();
    sandbox.clock().advance(Duration::from_secs(1));
    let before = picture(&client);
    let text = sandbox.saved_state().expect("a state");
    assert!(!text.contains("Pass-42x"), "a password is saved: {text}");
    drop(sandbox);

    let builder = seeded().resume(&text).expect("a saved state");
    let now = Clock::manual_at(1_760_000_000);
    let again = builder.clock(now).start_now().expect("a sandbox");
    let resumed = again.resumed().expect("what became of it");
    assert_eq!((resumed.writes, resumed.different), (4, 0));
    again.journal().calls().never();
    let client = Client::new(&again);
    assert_eq!(picture(&client), before);
    assert_eq!(again.state().dumps(SERVICE).len(), 1);
    let status = client.get(&at(&format!("/tasks/{task}"))).ok()["status"].clone();
    assert_eq!(status, "doing");
    settle(&again);
    assert_eq!(again.state().users(SERVICE).len(), 2);
    assert_eq!(
        again
            .saved_state()
            .expect("a state")
            .matches("\"target\"")
            .count(),
        4
    );
}

#[test]
fn consumer_keys_outlive_the_sandbox() {
    let sandbox = manual_with(seeded().record());
    let headers = [("X-Ovh-Application", sandbox.application_key())];
    let body = json!({"accessRules": [{"method": "GET", "path": "/*"}]}).to_string();
    let target = "/1.0/auth/credential";
    let reply = request(sandbox.address(), "POST", target, &headers, Some(&body)).ok();
    let consumer = reply["consumerKey"].as_str().expect("a key").to_owned();
    let path = format!("/_sandbox/credentials/{consumer}/validate");
    request(sandbox.address(), "POST", &path, &[], None).ok();
    let text = sandbox.saved_state().expect("a state");
    let again = manual_with(seeded().resume(&text).expect("a saved state"));
    let mut client = Client::new(&again);
    client.consumer = consumer;
    client.get("/hosting/web").ok();
}

#[test]
fn a_reset_is_saved_as_a_start() {
    let sandbox = manual_with(seeded().record());
    let client = Client::new(&sandbox);
    database(&sandbox, &client, "exampledb");
    sandbox.reset();
    let text = sandbox.saved_state().expect("a state");
    assert!(!text.contains("exampledb"));
}

#[test]
fn a_text_that_is_no_state_is_refused() {
    let sandbox = manual_with(seeded().record());
    let text = sandbox.saved_state().expect("a state");
    for (builder, text, words) in [
        (seeded(), "{".to_owned(), "EOF"),
        (
            seeded(),
            text.replace("\"version\": 1", "\"version\": 9"),
            "version 9",
        ),
        (Sandbox::builder().seed(6), text.clone(), "seed 5"),
        (seeded().hosting("other.example"), text, "other.example"),
    ] {
        let error = builder.resume(&text).expect_err("a refusal").to_string();
        assert!(error.contains(words), "{error}");
    }
    assert_eq!(manual_with(seeded()).saved_state(), None);
}
