//! Saved and resumed states, with tasks in progress.

use std::time::Duration;

use crate::common::{Client, SERVICE, at, database, manual_with, request, settle};
use ovh_web_sandbox::{Builder, Clock, Sandbox, ZoneSeed};
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
fn resumes_writes_with_the_same_ids() {
    let sandbox = manual_with(seeded().record());
    let client = Client::new(&sandbox);
    database(&sandbox, &client, "exampledb");
    let dump = at("/database/exampledb.mysql.db/dump");
    client
        .post(&dump, json!({"date": "now", "sendEmail": false}))
        .task();
    settle(&sandbox);
    // A refused write, and a task in progress.
    client
        .post(&at("/user"), json!({"login": "wrong"}))
        .refused(400);
    let body = json!({"login": "example-a", "home": "./", "password": "canaryPass42x"});
    let task = client.post(&at("/user"), body).task();
    sandbox.clock().advance(Duration::from_secs(1));
    let before = picture(&client);
    let text = sandbox.saved_state().expect("a state");
    assert!(
        !text.contains("canaryPass42x"),
        "a password is saved: {text}"
    );
    drop(sandbox);

    let builder = seeded().resume(&text).expect("a saved state");
    let now = Clock::manual_at(1_760_000_000);
    let again = builder.clock(now).start_now().expect("a sandbox");
    let resumed = again.resumed().expect("a result");
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
fn resumes_zones_with_staged_records() {
    let zones = || {
        let zone = ZoneSeed::new("example.com").record("www", "A", "203.0.113.7");
        seeded()
            .zone_with(zone)
            .refresh_time(Duration::from_secs(60))
    };
    let sandbox = manual_with(zones().record());
    let client = Client::new(&sandbox);
    let zone = "/domain/zone/example.com";
    let add = |target: &str| {
        let body = json!({"fieldType": "A", "subDomain": "shop", "target": target});
        client.post(&format!("{zone}/record"), body).ok();
    };
    add("192.0.2.10");
    client.post(&format!("{zone}/refresh"), json!({})).ok();
    sandbox.clock().advance(Duration::from_secs(20));
    add("192.0.2.11");
    // The refresh is in progress, and the second record is staged.
    let picture = |client: &Client| {
        ["", "/soa", "/status", "/record"].map(|path| client.get(&format!("{zone}{path}")).body)
    };
    let before = picture(&client);
    let text = sandbox.saved_state().expect("a state");

    let again = manual_with(zones().resume(&text).expect("a saved state"));
    let resumed = again.resumed().expect("a result");
    assert_eq!((resumed.writes, resumed.different), (3, 0));
    assert_eq!(picture(&Client::new(&again)), before);
    for sandbox in [&sandbox, &again] {
        sandbox.clock().advance(Duration::from_secs(60));
        assert!(!sandbox.state().is_zone_deployed("example.com"));
    }
    let client = Client::new(&again);
    client.post(&format!("{zone}/refresh"), json!({})).ok();
    again.clock().advance(Duration::from_secs(60));
    assert!(again.state().is_zone_deployed("example.com"));
    let error = seeded().resume(&text).expect_err("another account");
    assert!(error.to_string().contains("example.com"), "{error}");
}

#[test]
fn consumer_keys_outlive_the_sandbox() {
    let sandbox = manual_with(seeded().record());
    let headers = [("X-Ovh-Application", sandbox.application_key())];
    let body = json!({"accessRules": [{"method": "GET", "path": "/*"}]}).to_string();
    let target = "/1.0/auth/credential";
    let response = request(sandbox.address(), "POST", target, &headers, Some(&body)).ok();
    let consumer = response["consumerKey"].as_str().expect("a key").to_owned();
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
            text.replace("\"version\": 3", "\"version\": 9"),
            "its format is 9",
        ),
        (Sandbox::builder().seed(6), text.clone(), "seed 5"),
        (seeded().fixed_keys(), text.clone(), "random keys"),
        (seeded().hosting("other.example"), text, "other.example"),
    ] {
        let error = builder.resume(&text).expect_err("a refusal").to_string();
        assert!(error.contains(words), "{error}");
    }
    assert_eq!(manual_with(seeded()).saved_state(), None);
}

#[test]
fn what_was_done_by_hand_outlives_the_sandbox() {
    let sandbox = manual_with(seeded().record());
    let client = Client::new(&sandbox);
    let name = database(&sandbox, &client, "exampledb");
    let dump = at(&format!("/database/{name}/dump"));
    sandbox
        .write_database(SERVICE, &name, "before the dump")
        .expect("a database");
    client
        .post(&dump, json!({"date": "now", "sendEmail": false}))
        .task();
    settle(&sandbox);
    sandbox
        .write_database(SERVICE, &name, "after the dump")
        .expect("a database");
    sandbox
        .write_files(SERVICE, "an upload")
        .expect("a hosting");
    // Of two failures that are ordered one comes before the end, and one is still to come.
    sandbox.fail_next_task("users::create");
    sandbox.cancel_next_task("cron/create");
    let body = json!({"login": "example-a", "home": "./", "password": "canaryPass42x"});
    client.post(&at("/user"), body.clone()).task();
    settle(&sandbox);
    sandbox
        .write_database(SERVICE, "nothing", "")
        .expect_err("no such database");
    let (before, databases) = (picture(&client), sandbox.state().databases(SERVICE));
    let text = sandbox.saved_state().expect("a state");

    let again = manual_with(seeded().resume(&text).expect("a saved state"));
    let resumed = again.resumed().expect("a result");
    assert_eq!((resumed.writes, resumed.different), (8, 0));
    let client = Client::new(&again);
    assert_eq!(picture(&client), before);
    assert_eq!(again.state().databases(SERVICE), databases);
    assert_eq!(again.state().dumps(SERVICE)[0].content, "before the dump");
    assert_eq!(again.state().files(SERVICE), "an upload");
    client.post(&at("/user"), body).task();
    let cron = json!({"command": "a.php", "frequency": "0 1 * * *", "language": "php8.4"});
    client.post(&at("/cron"), cron).ok();
    settle(&again);
    assert_eq!(again.state().users(SERVICE).len(), 2, "its failure is over");
    assert!(again.state().crons(SERVICE).is_empty(), "its failure came");
}

#[test]
fn resumes_actions_of_the_control_api() {
    let sandbox = manual_with(seeded().record());
    let order = json!({"what": "users::create"}).to_string();
    let address = sandbox.address();
    request(address, "POST", "/_sandbox/tasks/fail", &[], Some(&order)).ok();
    let path = format!("/_sandbox/credentials/{}/expire", sandbox.consumer_key());
    request(address, "POST", &path, &[], None).ok();
    let text = sandbox.saved_state().expect("a state");
    assert!(!text.contains(sandbox.consumer_key()), "{text}");
    let again = manual_with(seeded().resume(&text).expect("a saved state"));
    let client = Client::new(&again);
    assert_eq!(client.get("/hosting/web").code(403), "INVALID_CREDENTIAL");
    again.validate(again.consumer_key()).expect("the key");
    let body = json!({"login": "example-a", "home": "./", "password": "canaryPass42x"});
    client.post(&at("/user"), body).task();
    settle(&again);
    assert_eq!(again.state().users(SERVICE).len(), 1);
}

#[test]
fn resumed_tokens_expire_in_time() {
    let sandbox = manual_with(seeded().record());
    let bearer = |sandbox: &Sandbox| {
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}",
            sandbox.client_id(),
            sandbox.client_secret()
        );
        let response = request(
            sandbox.address(),
            "POST",
            "/auth/oauth2/token",
            &[],
            Some(&form),
        );
        format!(
            "Bearer {}",
            response.ok()["access_token"].as_str().expect("a token")
        )
    };
    let old = bearer(&sandbox);
    sandbox.revoke_tokens();
    let token = bearer(&sandbox);
    let text = sandbox.saved_state().expect("a state");
    for secret in [token.trim_start_matches("Bearer "), sandbox.client_secret()] {
        assert!(!text.contains(secret), "{text}");
    }
    let again = manual_with(seeded().resume(&text).expect("a saved state"));
    let list = |token: &str| {
        let headers = [("Authorization", token)];
        request(again.address(), "GET", "/v1/hosting/web", &headers, None)
    };
    list(&old).no_login();
    list(&token).ok();
    assert_ne!(bearer(&again), token, "the next one is another");
    again.clock().advance(Duration::from_secs(3599));
    list(&token).no_login();
}

#[test]
fn a_fast_clock_lets_no_key_end_early() {
    let fast = || seeded().clock(Clock::scaled(1_000_000.0));
    let sandbox = fast().record().start_now().expect("a sandbox");
    let client = Client::new(&sandbox);
    client
        .post(&at("/user"), json!({"login": "wrong"}))
        .refused(400);
    let end = sandbox.clock().unix_seconds();
    let text = sandbox.saved_state().expect("a state");
    let state: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let again = seeded()
        .resume(&text)
        .expect("a saved state")
        .start_now()
        .expect("a sandbox");
    assert!(
        again.clock().unix_seconds() >= end,
        "the state's clock goes on"
    );
    // Keys and tokens live in real time, which has not run so far.
    let saved = again.saved_state().expect("a state");
    let saved: serde_json::Value = serde_json::from_str(&saved).expect("JSON");
    let unhurried = |state: &serde_json::Value| state["unhurriedEnd"].as_i64().expect("a time");
    let hurried = |state: &serde_json::Value| state["end"].as_i64().expect("a time");
    let lead = |state| hurried(state) - unhurried(state);
    assert!(lead(&state) > 100_000, "{state}");
    assert!((lead(&saved) - lead(&state)).abs() < 50_000, "{saved}");
}

#[test]
fn a_variable_is_kept_unless_it_is_a_password() {
    let sandbox = manual_with(seeded().record());
    let client = Client::new(&sandbox);
    for (key, kind, value) in [
        ("STAGE", "string", "production"),
        ("COUNT", "integer", "12"),
        ("SECRET", "password", "hunter-42"),
    ] {
        let body = json!({"key": key, "type": kind, "value": value});
        client.post(&at("/envVar"), body).ok();
    }
    settle(&sandbox);
    let body = json!({"value": "hunter-43"});
    client.put(&at("/envVar/SECRET"), body).ok();
    client
        .put(&at("/envVar/STAGE"), json!({"value": "staging"}))
        .ok();
    settle(&sandbox);
    let before = client.objects(&at("/envVar"));
    let text = sandbox.saved_state().expect("a state");
    assert!(!text.contains("hunter"), "a password is saved: {text}");
    let again = manual_with(seeded().resume(&text).expect("a saved state"));
    assert_eq!(again.resumed().expect("a result").different, 0);
    assert_eq!(Client::new(&again).objects(&at("/envVar")), before);
}

#[test]
fn refuses_state_of_another_version() {
    let error = seeded()
        .resume(r#"{"version": 1, "somethingElse": true}"#)
        .expect_err("a refusal");
    assert!(error.to_string().contains("its format is 1"), "{error}");
}
