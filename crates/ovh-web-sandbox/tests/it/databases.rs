//! Tasks, databases and dumps, on a manual clock.

use std::time::Duration;

use crate::common::{Client, SERVICE, at, database, finish, manual, manual_with, settle};
use ovh_web_sandbox::Sandbox;
use serde_json::{Value, json};

#[test]
fn a_task_walks_to_its_archive() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let body = json!({"capabilitie": "sqlPerso", "type": "mysql", "user": "exampleapp"});
    let id = client.post(&at("/database"), body).task();
    let path = at(&format!("/tasks/{id}"));
    let mut seen = Vec::new();
    for _ in 0..7 {
        let response = client.get(&path);
        seen.push(match response.status {
            200 => response.json()["status"]
                .as_str()
                .expect("a status")
                .to_owned(),
            status => status.to_string(),
        });
        sandbox.clock().advance(Duration::from_secs(1));
    }
    assert_eq!(
        seen,
        ["todo", "doing", "doing", "done", "done", "done", "404"]
    );
}

#[test]
fn effects_appear_when_the_task_is_done() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let body = json!({"capabilitie": "sqlPerso", "type": "mysql", "user": "exampleapp"});
    let id = client.post(&at("/database"), body).task();
    let path = at("/database/exampleapp.mysql.db");
    let before = client.get(&path).ok();
    assert_eq!(
        (&before["status"], &before["taskId"]),
        (&json!("creating"), &json!(id))
    );
    sandbox.clock().advance(Duration::from_millis(2999));
    assert_eq!(client.get(&path).ok()["status"], "creating");
    client.delete(&path).refused(409);
    sandbox.clock().advance(Duration::from_millis(1));
    let after = client.get(&path).ok();
    assert_eq!(
        (&after["status"], &after["taskId"]),
        (&json!("created"), &Value::Null)
    );
    let done = client.get(&at(&format!("/tasks/{id}"))).ok();
    assert_eq!(done["status"], "done");
    assert_eq!(done["doneDate"], "2025-10-09T08:53:23+00:00");
}

#[test]
fn tasks_are_listed_and_filtered() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    database(&sandbox, &client, "exampleone");
    assert_eq!(client.get(&at("/tasks")).ok(), json!([]));
    let dump = client
        .post(
            &at("/database/exampleone.mysql.db/dump"),
            json!({"date": "now"}),
        )
        .task();
    let user = json!({"login": "example-a", "home": "www", "password": "canaryPass42x"});
    let user = client.post(&at("/user"), user).task();
    assert_eq!(client.get(&at("/tasks")).ok(), json!([dump, user]));
    assert_eq!(
        client.get(&at("/tasks?function=dump/create")).ok(),
        json!([dump])
    );
    assert_eq!(
        client.get(&at("/tasks?function=user%25")).ok(),
        json!([user])
    );
    assert_eq!(client.get(&at("/tasks?status=done")).ok(), json!([]));
    let objects = client.objects(&at("/tasks"));
    assert_eq!(objects[0]["function"], "dump/create");
    finish(&sandbox);
    assert_eq!(
        client.get(&at("/tasks?status=done")).ok(),
        json!([dump, user])
    );
}

#[test]
fn a_database_from_creation_to_deletion() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let name = database(&sandbox, &client, "exampleshop");
    let path = at(&format!("/database/{name}"));
    assert_eq!(client.get(&at("/database")).ok(), json!([name]));
    for (filter, hit) in [
        ("type=mysql", true),
        ("type=postgresql", false),
        ("mode=classic", true),
        ("mode=module", false),
        ("user=exampleshop", true),
        ("name=nothing", false),
    ] {
        let found = client.get(&at(&format!("/database?{filter}"))).ok();
        assert_eq!(found == json!([name]), hit, "{filter} gave {found}");
    }
    let object = client.get(&path).ok();
    assert_eq!(object["user"], "exampleshop");
    assert_eq!(client.objects(&at("/database")), [object]);
    let again = json!({"capabilitie": "sqlPerso", "type": "mysql", "user": "exampleshop"});
    client.post(&at("/database"), again).refused(409);

    client
        .post(
            &format!("{path}/changePassword"),
            json!({"password": "canaryNewPass1"}),
        )
        .task();
    settle(&sandbox);
    let view = sandbox
        .state()
        .database(SERVICE, &name)
        .expect("the database");
    assert_eq!(view.password_changes, 1);
    assert!(!client.get(&path).body.contains("canaryNewPass1"));

    client.delete(&path).task();
    assert_eq!(client.get(&path).ok()["status"], "deleting");
    client.delete(&path).refused(409);
    settle(&sandbox);
    client.get(&path).refused(404);
    assert_eq!(client.get(&at("/database")).ok(), json!([]));
    assert!(sandbox.state().databases(SERVICE).is_empty());
}

#[test]
fn a_restore_brings_back_what_the_dump_saw() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let name = database(&sandbox, &client, "exampleblog");
    let content = || {
        sandbox
            .state()
            .database(SERVICE, &name)
            .expect("it")
            .content
    };
    let write = |text: &str| sandbox.write_database(SERVICE, &name, text).expect("it");
    write("before");
    let dumps = at(&format!("/database/{name}/dump"));
    client
        .post(&dumps, json!({"date": "now", "sendEmail": false}))
        .task();
    let busy = client.post(&dumps, json!({"date": "now"})).refused(409);
    assert_eq!(busy, "You already have an action in progress");
    settle(&sandbox);
    let ids = client.get(&dumps).ok();
    let id = ids[0].as_u64().expect("a dump");
    let dump = client.get(&format!("{dumps}/{id}")).ok();
    assert_eq!(
        (&dump["status"], &dump["type"]),
        (&json!("created"), &json!("now"))
    );
    assert!(dump["url"].is_string() && dump["deletionDate"].is_string());

    write("after, which is longer");
    let path = at(&format!("/database/{name}"));
    assert_eq!(client.get(&path).ok()["quotaUsed"]["value"], 22.0);
    client.post_nothing(&format!("{dumps}/{id}/restore")).task();
    assert_eq!(client.get(&path).ok()["status"], "restoring");
    assert_eq!(content(), "after, which is longer");
    finish(&sandbox);
    assert_eq!(content(), "before");
    assert_eq!(client.get(&path).ok()["quotaUsed"]["value"], 6.0);
    client
        .post_nothing(&format!("{dumps}/1/restore"))
        .refused(404);
}

#[test]
fn nightly_backups_hold_what_stood_there_then() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let name = database(&sandbox, &client, "exampleold");
    let path = at(&format!("/database/{name}/restore"));
    let day = Duration::from_secs(24 * 3600);
    let young = client.post(&path, json!({"date": "daily.1"})).refused(400);
    assert!(young.contains("younger"), "{young}");
    sandbox
        .write_database(SERVICE, &name, "monday")
        .expect("it");
    sandbox.clock().advance(day);
    sandbox
        .write_database(SERVICE, &name, "tuesday")
        .expect("it");
    sandbox.clock().advance(day / 2);
    client.post(&path, json!({"date": "daily.1"})).task();
    settle(&sandbox);
    let view = sandbox.state().database(SERVICE, &name).expect("it");
    assert_eq!(view.content, "monday");
}

#[test]
fn dumps_are_filtered_and_deleted() {
    let sandbox = manual_with(Sandbox::builder().lenient());
    let client = Client::new(&sandbox);
    let name = database(&sandbox, &client, "exampleapp");
    let dumps = at(&format!("/database/{name}/dump"));
    let mut ids = Vec::new();
    for _ in 0..3 {
        client.post(&dumps, json!({"date": "now"})).task();
        sandbox.clock().advance(Duration::from_secs(3600));
        let all = client.get(&dumps).ok();
        ids.push(
            all.as_array()
                .and_then(|all| all.last().cloned())
                .expect("a dump"),
        );
    }
    let first = client.get(&format!("{dumps}/{}", ids[0])).ok();
    let date = first["creationDate"]
        .as_str()
        .expect("a date")
        .replace('+', "%2B");
    let later = client
        .get(&format!("{dumps}?creationDate.from={date}"))
        .ok();
    assert_eq!(later, json!(ids));
    let only = client
        .get(&format!("{dumps}?creationDate.to={date}&type=now"))
        .ok();
    assert_eq!(only, json!([ids[0]]));
    assert_eq!(
        client.get(&format!("{dumps}?type=weekly.1")).ok(),
        json!([])
    );

    client.delete(&format!("{dumps}/{}", ids[0])).task();
    client.delete(&at(&format!("/dump/{}", ids[1]))).task();
    client
        .post_nothing(&format!("{dumps}/{}/restore", ids[1]))
        .refused(409);
    settle(&sandbox);
    assert_eq!(client.get(&dumps).ok(), json!([ids[2]]));
    assert_eq!(sandbox.state().dumps(SERVICE).len(), 1);

    assert_eq!(client.get(&at("/dump?orphan=true")).ok(), json!([]));
    client.delete(&at(&format!("/database/{name}"))).task();
    settle(&sandbox);
    assert_eq!(client.get(&at("/dump?orphan=true")).ok(), json!([ids[2]]));
    let orphan = client.get(&at(&format!("/dump/{}", ids[2]))).ok();
    assert_eq!(
        (&orphan["orphan"], &orphan["databaseName"]),
        (&json!(true), &json!(name))
    );
    sandbox.clock().advance(Duration::from_secs(31 * 24 * 3600));
    assert_eq!(client.get(&at("/dump")).ok(), json!([]));
}

#[test]
fn the_offer_has_room_for_four_databases() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    for user in ["example1", "example2", "example3", "example4"] {
        database(&sandbox, &client, user);
    }
    let body = json!({"capabilitie": "sqlPerso", "type": "mysql", "user": "example5"});
    client.post(&at("/database"), body).refused(400);
    let message = client
        .post(&at("/module"), json!({"moduleId": 102}))
        .refused(400);
    assert_eq!(message, "You need at least one free database");
}

#[test]
fn dumps_belong_to_their_database() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let (one, two) = (
        database(&sandbox, &client, "example1"),
        database(&sandbox, &client, "example2"),
    );
    client
        .post(
            &at(&format!("/database/{one}/dump")),
            json!({"date": "now"}),
        )
        .task();
    settle(&sandbox);
    let id = client.get(&at(&format!("/database/{one}/dump"))).ok()[0].clone();
    let other = at(&format!("/database/{two}/dump"));
    assert_eq!(client.get(&other).ok(), json!([]));
    client.get(&format!("{other}/{id}")).refused(404);
    client.delete(&format!("{other}/{id}")).refused(404);
    client
        .post_nothing(&format!("{other}/{id}/restore"))
        .refused(404);
    assert_eq!(
        client.get(&at(&format!("/dump?databaseName={one}"))).ok(),
        json!([id])
    );
    assert_eq!(
        client.get(&at(&format!("/dump?databaseName={two}"))).ok(),
        json!([])
    );
}
