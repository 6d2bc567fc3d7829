//! What is created is listed, read, changed and deleted: each family through its life, on a clock
//! that only the test moves.

mod common;

use std::time::Duration;

use common::{Client, LOGIN, SERVICE, at, finish, manual, settle};
use ovh_web_sandbox::Sandbox;
use serde_json::{Value, json};

/// Creates a database and waits until it is there.
fn database(sandbox: &Sandbox, client: &Client, user: &str) -> String {
    let body =
        json!({"capabilitie": "sqlPerso", "type": "mysql", "user": user, "password": "Pass-42x"});
    client.post(&at("/database"), body).task();
    settle(sandbox);
    format!("{user}.mysql.db")
}

#[test]
fn a_task_walks_to_its_archive() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let body = json!({"capabilitie": "sqlPerso", "type": "mysql", "user": "exampleapp"});
    let id = client.post(&at("/database"), body).task();
    let path = at(&format!("/tasks/{id}"));
    let mut seen = Vec::new();
    for _ in 0..7 {
        let reply = client.get(&path);
        seen.push(match reply.status {
            200 => reply.json()["status"]
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
fn effects_appear_when_the_task_is_done_and_not_before() {
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
    assert_eq!(done["objectId"], "exampleapp.mysql.db");
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
    let user = json!({"login": "example-a", "home": "www", "password": "Pass-42x"});
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
            json!({"password": "New-pass-1"}),
        )
        .task();
    settle(&sandbox);
    let view = sandbox
        .state()
        .database(SERVICE, &name)
        .expect("the database");
    assert_eq!(view.password_changes, 1);
    assert!(!client.get(&path).body.contains("New-pass-1"));

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
fn dumps_are_filtered_deleted_orphaned_and_forgotten() {
    let sandbox = manual();
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
fn a_domain_from_attachment_to_detachment() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let list = at("/attachedDomain");
    let path = at("/attachedDomain/shop.example.com");
    let body = json!({"domain": "shop.example.com", "path": "shop", "ssl": true, "bypassDNSConfiguration": true, "ipLocation": "FR"});
    client.post(&list, body.clone()).task();
    assert_eq!(client.get(&path).ok()["status"], "creating");
    client.post(&list, body).refused(409);
    settle(&sandbox);
    let domain = client.get(&path).ok();
    assert_eq!(
        (&domain["status"], &domain["path"]),
        (&json!("created"), &json!("shop"))
    );
    assert_eq!(
        (&domain["ipLocation"], &domain["firewall"]),
        (&json!("FR"), &json!("none"))
    );
    assert_eq!(
        client.get(&format!("{list}?domain=shop.example.com")).ok(),
        json!(["shop.example.com"])
    );
    assert_eq!(
        client
            .get("/hosting/web/attachedDomain?domain=shop.example.com")
            .ok(),
        json!([SERVICE])
    );
    assert_eq!(client.objects(&list).len(), 2, "and the hosting's own");

    let change = json!({"path": "new", "firewall": "active", "ipLocation": null});
    assert_eq!(client.put(&path, change).ok(), Value::Null);
    let during = client.get(&path).ok();
    assert_eq!(
        (&during["status"], &during["path"]),
        (&json!("updating"), &json!("shop"))
    );
    settle(&sandbox);
    let after = client.get(&path).ok();
    assert_eq!(
        (&after["path"], &after["firewall"]),
        (&json!("new"), &json!("active"))
    );
    assert_eq!(
        (&after["ipLocation"], &after["ssl"]),
        (&Value::Null, &json!(true))
    );

    client.delete(&path).task();
    settle(&sandbox);
    client.get(&path).refused(404);
    let own = at(&format!("/attachedDomain/{SERVICE}"));
    client.delete(&own).refused(400);
    for (body, place) in [
        (json!({"path": "www"}), "$.domain"),
        (json!({"domain": "a.example.com"}), "$.path"),
        (json!({"domain": "Not A Domain", "path": "www"}), "$.domain"),
        (json!({"domain": "a.example.com", "path": "../x"}), "$.path"),
        (
            json!({"domain": "a.example.com", "path": "www", "status": "created"}),
            "$.status",
        ),
    ] {
        let message = client.post(&list, body).refused(400);
        assert!(message.contains(place), "{message}");
    }
}

#[test]
fn a_free_certificate_is_ordered_renewed_and_deleted() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let path = at("/ssl");
    client.get(&path).refused(404);
    let body = json!({"domain": "a.example.com", "path": "www", "ssl": true});
    client.post(&at("/attachedDomain"), body).task();
    settle(&sandbox);
    let ordered = client.post_nothing(&path).ok();
    assert_eq!(
        (&ordered["provider"], &ordered["status"]),
        (&json!("LETSENCRYPT"), &json!("creating"))
    );
    let task = ordered["taskId"].as_u64().expect("a task");
    assert_eq!(
        client.get(&at(&format!("/tasks/{task}"))).ok()["function"],
        "hostedssl/create"
    );
    client.post(&path, json!({})).refused(409);
    settle(&sandbox);
    let ready = client.get(&path).ok();
    assert_eq!(
        ready,
        json!({"isReportable": false, "provider": "LETSENCRYPT", "regenerable": true, "status": "created", "taskId": null, "type": "DV"})
    );
    assert_eq!(
        client.get(&at("/ssl/domains")).ok(),
        json!(["a.example.com"])
    );
    assert_eq!(client.get(&at("")).ok()["hasHostedSsl"], true);
    assert_eq!(
        client.post_nothing(&at("/ssl/regenerate")).ok()["status"],
        "regenerating"
    );
    client.delete(&path).refused(409);
    settle(&sandbox);
    assert_eq!(client.delete(&path).ok()["status"], "deleting");
    settle(&sandbox);
    client.get(&path).refused(404);
    assert_eq!(sandbox.state().certificate(SERVICE), None);
}

#[test]
fn an_own_certificate_is_imported_whole_or_not_at_all() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let path = at("/ssl");
    let message = client
        .post(&path, json!({"certificate": "c", "key": "k"}))
        .refused(400);
    assert!(message.contains("$.chain"), "{message}");
    assert_eq!(sandbox.state().certificate(SERVICE), None);
    let whole = json!({"certificate": "c", "chain": "ch", "key": "private-key-material"});
    assert_eq!(client.post(&path, whole).ok()["status"], "importing");
    settle(&sandbox);
    let view = sandbox.state().certificate(SERVICE).expect("a certificate");
    assert_eq!(
        (view.provider.as_str(), view.status.as_str()),
        ("CUSTOM", "created")
    );
    client.post_nothing(&at("/ssl/regenerate")).refused(400);
}

#[test]
fn a_module_takes_a_database_of_its_own() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let body = json!({"moduleId": 102, "adminName": "boss", "adminPassword": "Secret-42", "language": "fr", "path": "blog"});
    client.post(&at("/module"), body.clone()).task();
    settle(&sandbox);
    let module = client.objects(&at("/module")).remove(0);
    assert_eq!(
        (&module["status"], &module["path"]),
        (&json!("created"), &json!("blog"))
    );
    assert_eq!(module["dependencies"][0]["name"], "examplemod1.mysql.db");
    assert_eq!(module["dependencies"][0]["password"], Value::Null);
    assert_eq!(
        client.get(&at("/database?mode=module")).ok(),
        json!(["examplemod1.mysql.db"])
    );
    let message = client.post(&at("/module"), body).refused(400);
    assert_eq!(message, "Installation directory is not empty");
    let path = at(&format!("/module/{}", module["id"]));
    assert_eq!(client.get(&path).ok(), module);
    client.delete(&path).task();
    client.delete(&path).refused(409);
    settle(&sandbox);
    assert_eq!(client.get(&at("/module")).ok(), json!([]));
    assert!(sandbox.state().modules(SERVICE).is_empty());
}

#[test]
fn a_module_uses_the_database_that_it_is_given_and_is_upgraded() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let name = database(&sandbox, &client, "exampleblog");
    let body = |database: &str| {
        json!({
            "moduleId": 101,
            "domain": SERVICE,
            "dependencies": [{"name": database, "password": "Pass-42x", "port": 3306, "prefix": "wp_", "server": database, "type": "mysql", "user": "exampleblog"}],
        })
    };
    let message = client
        .post(&at("/module"), body("other.mysql.db"))
        .refused(400);
    assert_eq!(message, "Unable to connect to database");
    let reply = client.post(&at("/module"), body(&name));
    assert!(!reply.body.contains("Pass-42x"));
    reply.task();
    assert_eq!(
        client.get(&at(&format!("/database/{name}"))).ok()["status"],
        "locked"
    );
    settle(&sandbox);
    let view = sandbox.state().modules(SERVICE).remove(0);
    assert_eq!((view.databases, view.module_id), (vec![name], 101));
    assert_eq!(sandbox.state().databases(SERVICE).len(), 1);
    let path = at(&format!("/module/{}/upgrade", view.id));
    client.post(&path, json!({"moduleId": 201})).refused(400);
    client.post(&path, json!({"moduleId": 102})).task();
    settle(&sandbox);
    assert_eq!(sandbox.state().modules(SERVICE)[0].module_id, 102);
}

#[test]
fn a_module_refuses_what_it_cannot_take() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    for (body, words) in [
        (json!({}), "$.moduleId"),
        (json!({"moduleId": 9}), "$.moduleId"),
        (json!({"moduleId": 401}), "$.moduleId"),
        (
            json!({"moduleId": 102, "adminPassword": "short"}),
            "$.adminPassword",
        ),
        (json!({"moduleId": 301, "language": "fr"}), "$.language"),
        (
            json!({"moduleId": 102, "domain": "other.example.com"}),
            "$.domain",
        ),
        (json!({"moduleId": 201, "adminName": "boss"}), "$.adminName"),
        (
            json!({"moduleId": 102, "dependencies": [{"type": "redis"}]}),
            "$.dependencies[0].type",
        ),
        (
            json!({"moduleId": 102, "dependencies": [{}]}),
            "$.dependencies[0].name",
        ),
    ] {
        let message = client.post(&at("/module"), body).refused(400);
        assert!(message.contains(words), "{message}");
    }
    assert!(sandbox.state().databases(SERVICE).is_empty());
    assert!(sandbox.state().modules(SERVICE).is_empty());
}

#[test]
fn a_user_from_creation_to_deletion() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let body = json!({"login": "example-ftp", "home": "www", "password": "Pass-42x", "sshState": "sftponly"});
    client.post(&at("/user"), body).task();
    let path = at("/user/example-ftp");
    assert_eq!(client.get(&path).ok()["status"], "creating");
    client.delete(&path).refused(409);
    settle(&sandbox);
    assert_eq!(client.get(&at("/user")).ok(), json!([LOGIN, "example-ftp"]));
    assert_eq!(
        client.get(&at("/user?home=www")).ok(),
        json!(["example-ftp"])
    );
    let user = client.get(&path).ok();
    assert_eq!(
        (&user["sshState"], &user["isPrimaryAccount"]),
        (&json!("sftponly"), &json!(false))
    );
    assert_eq!(
        user["serviceManagementCredentials"]["ssh"]["user"],
        "example-ftp"
    );
    assert_eq!(client.objects(&at("/user"))[1], user);

    assert_eq!(
        client
            .put(&path, json!({"sshState": "none", "state": "off"}))
            .ok(),
        Value::Null
    );
    settle(&sandbox);
    let user = client.get(&path).ok();
    assert_eq!(
        (&user["sshState"], &user["state"], &user["home"]),
        (&json!("none"), &json!("off"), &json!("www"))
    );
    let message = client.put(&path, json!({"status": "created"})).refused(400);
    assert!(
        message.contains("$.status: this property is read-only"),
        "{message}"
    );

    client
        .post(
            &format!("{path}/changePassword"),
            json!({"password": "New-pass-1"}),
        )
        .task();
    settle(&sandbox);
    let view = sandbox.state().users(SERVICE).remove(1);
    assert_eq!(view.password_changes, 1);
    client.delete(&path).task();
    settle(&sandbox);
    client.get(&path).refused(404);
    client.delete(&at(&format!("/user/{LOGIN}"))).refused(400);
    for login in ["other", "Example-x", "example", "example/x"] {
        let body = json!({"login": login, "home": "www", "password": "Pass-42x"});
        let reply = client.post(&at("/user"), body);
        assert!(
            matches!(reply.status, 400 | 409),
            "{login} gave {}",
            reply.body
        );
    }
}

#[test]
fn a_hosting_is_found_read_and_renamed() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let path = at("");
    let hosting = client.get(&path).ok();
    assert_eq!(hosting["primaryLogin"], LOGIN);
    assert_eq!(hosting["cluster"], "cluster01");
    assert_eq!(
        client.put(&path, json!({"displayName": "Shop"})).ok(),
        Value::Null
    );
    assert_eq!(client.get(&path).ok()["displayName"], "Shop");
    client.put(&path, json!({"displayName": null})).ok();
    assert_eq!(client.get(&path).ok()["displayName"], Value::Null);
    let message = client
        .put(&path, json!({"offer": "hosting-pro"}))
        .refused(400);
    assert!(
        message.contains("$.offer: this property is read-only"),
        "{message}"
    );
    assert_eq!(client.get(&at("/serviceInfos")).ok()["domain"], SERVICE);
}
