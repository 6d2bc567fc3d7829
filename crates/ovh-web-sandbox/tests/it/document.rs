//! Operations without a handler: stable, consistent responses without effect.

use crate::common::{Client, at, manual_with, zoned};
use crate::walk::{Documents, Sensible, operations, seed_defaults};
use ovh_runtime::Method;
use ovh_web_sandbox::{Effect, Sandbox};
use serde_json::json;

#[test]
fn what_is_made_up_stays_the_same_for_a_seed() {
    let read = |seed| {
        let sandbox = manual_with(Sandbox::builder().seed(seed));
        let client = Client::new(&sandbox);
        [
            "/localSeo/location",
            "/log/kind",
            "/indy",
            "/statistics?period=daily&type=in.httpHits",
        ]
        .map(|path| client.get(&at(path)).ok())
    };
    assert_eq!(read(7), read(7));
    assert_ne!(read(7), read(8));
}

#[test]
fn unmodelled_write_has_no_effect() {
    let sandbox = zoned();
    let client = Client::new(&sandbox);
    let path = at("/unblockTCPOut");
    let response = client.post_nothing(&path);
    response.ok();
    assert_eq!(response.header("x-ovh-sandbox-effect"), Some("none"));
    let entry = sandbox.journal().entries().remove(0);
    assert_eq!(entry.effect, Effect::Unmodelled);
    assert!(entry.to_string().contains("without effect"), "{entry}");
    sandbox.journal().changes().never();
    // What the sandbox does model is not marked, and neither is what only reads.
    for response in [
        client.put(&at(""), json!({"displayName": "x"})),
        client.get(&at("/log/kind")),
    ] {
        response.ok();
        assert_eq!(response.header("x-ovh-sandbox-effect"), None);
    }
    // Checked all the same, and only for who may.
    client.post(&path, json!({"a": 1})).refused(400);
    client
        .post_nothing("/hosting/web/nobody.example/unblockTCPOut")
        .refused(404);
    let mut stranger = Client::new(&sandbox);
    stranger.secret.clear();
    assert_eq!(stranger.post_nothing(&path).code(400), "INVALID_SIGNATURE");
}

#[test]
fn unmodelled_write_returns_no_running_task() {
    let documents = Documents::read();
    let mut seen = 0;
    for operation in operations() {
        if operation.method() == Method::GET {
            continue;
        }
        let sandbox = zoned();
        let client = Client::new(&sandbox);
        seed_defaults(&sandbox, &client);
        let sensible = Sensible {
            documents: &documents,
            sandbox: &sandbox,
            client: &client,
        };
        let response = sensible.call(operation).expect("a way");
        if response.header("x-ovh-sandbox-effect") == Some("none") {
            let answer = response.json();
            if operation.task_type().is_some() {
                assert_eq!(answer["status"], "cancelled", "{operation}");
            }
            seen += 1;
        }
    }
    assert!(seen > 0);
}

/// Made-up responses are consistent: a missing object has no children, and parameters are repeated.
#[test]
fn made_up_objects_stand_where_they_belong() {
    let sandbox = zoned();
    let client = Client::new(&sandbox);
    let ids = client.get(&at("/localSeo/location")).ok();
    let ids = ids.as_array().expect("ids");
    for id in ids {
        let path = at(&format!("/localSeo/location/{id}"));
        assert_eq!(&client.get(&path).ok()["id"], id);
        client.get(&format!("{path}/serviceInfos")).ok();
    }
    let missing = at("/localSeo/location/1");
    for path in [missing.clone(), format!("{missing}/serviceInfos")] {
        let message = client.get(&path).refused(404);
        assert_eq!(message, "The requested object (id = 1) does not exist");
    }
    client
        .post_nothing(&format!("{missing}/terminate"))
        .refused(404);
    let kinds = client.get(&at("/log/kind")).ok();
    let kind = kinds[0].as_str().expect("a name");
    let shown = client.get(&at(&format!("/log/kind/{kind}"))).ok();
    assert_eq!(shown["name"], kinds[0]);
    let filtered = client
        .get(&at("/localSeo/account?email=nobody%40example.org"))
        .ok();
    assert_eq!(filtered, json!([]));
    let other = client.get("/hosting/web/nobody.example/log/kind");
    assert_eq!(other.refused(404), "This service does not exist");
}

#[test]
fn two_hostings_have_different_samples() {
    let sandbox = manual_with(Sandbox::builder().hosting("a.example").hosting("b.example"));
    let client = Client::new(&sandbox);
    let read = |service| {
        client
            .get(&format!("/hosting/web/{service}/localSeo/location"))
            .ok()
    };
    assert_eq!(read("a.example"), read("a.example"));
    assert_ne!(read("a.example"), read("b.example"));
}
