//! Lifecycles of domains, certificates, modules, users and the hosting itself, on a manual clock.

use std::time::Duration;

use crate::common::{self, Client, LOGIN, SERVICE, at, database, manual, manual_with, settle};
use ovh_web_sandbox::Sandbox;
use serde_json::{Value, json};

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
    client.put(&path, json!({"path": "other"})).refused(409);
    client.delete(&path).refused(409);
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
fn free_certificate_has_a_lifecycle() {
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
fn imports_only_complete_certificates() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let path = at("/ssl");
    let message = client
        .post(&path, json!({"certificate": "c", "key": "k"}))
        .refused(400);
    assert!(message.contains("$.chain"), "{message}");
    assert_eq!(sandbox.state().certificate(SERVICE), None);
    let whole = json!({"certificate": common::CERTIFICATE, "chain": "ch", "key": common::KEY});
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
    let body = json!({"moduleId": 102, "adminName": "boss", "adminPassword": "Secret42", "language": "fr", "path": "blog"});
    client.post(&at("/module"), body).task();
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
    let path = at(&format!("/module/{}", module["id"]));
    assert_eq!(client.get(&path).ok(), module);
    client.delete(&path).task();
    client.delete(&path).refused(409);
    settle(&sandbox);
    assert_eq!(client.get(&at("/module")).ok(), json!([]));
    assert!(sandbox.state().modules(SERVICE).is_empty());
}

#[test]
fn module_uses_given_database_and_upgrades() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let name = database(&sandbox, &client, "exampleblog");
    let body = |database: &str| {
        json!({
            "moduleId": 101,
            "domain": SERVICE,
            "dependencies": [{"name": database, "password": "canaryPass42x", "port": 3306, "prefix": "wp_", "server": database, "type": "mysql", "user": "exampleblog"}],
        })
    };
    let dump = at(&format!("/database/{name}/dump"));
    client.post(&dump, json!({"date": "now"})).task();
    client.post(&at("/module"), body(&name)).refused(409);
    settle(&sandbox);
    let response = client.post(&at("/module"), body(&name));
    assert!(!response.body.contains("canaryPass42x"));
    response.task();
    assert_eq!(
        client.get(&at(&format!("/database/{name}"))).ok()["status"],
        "locked"
    );
    settle(&sandbox);
    let view = sandbox.state().modules(SERVICE).remove(0);
    assert_eq!((view.databases, view.module_id), (vec![name], 101));
    assert_eq!(sandbox.state().databases(SERVICE).len(), 1);
    assert_eq!(sandbox.state().databases(SERVICE)[0].status, "created");
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
    let body = json!({"login": "example-ftp", "home": "www", "password": "canaryPass42x", "sshState": "sftponly"});
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

    client
        .post(
            &format!("{path}/changePassword"),
            json!({"password": "canaryNewPass1"}),
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
        let body = json!({"login": login, "home": "www", "password": "canaryPass42x"});
        let response = client.post(&at("/user"), body);
        assert!(
            matches!(response.status, 400 | 409),
            "{login} gave {}",
            response.body
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
    client.put(&path, json!({"offer": "hosting-pro"})).ok();
    assert_eq!(client.get(&path).ok()["offer"], "cloudweb2");
    assert_eq!(client.get(&at("/serviceInfos")).ok()["domain"], SERVICE);
}

#[test]
fn a_domain_belongs_to_one_hosting() {
    let sandbox = manual_with(
        Sandbox::builder()
            .hosting("one.cluster01.hosting.ovh.net")
            .hosting("two.cluster01.hosting.ovh.net"),
    );
    let client = Client::new(&sandbox);
    let attach = |service: &str| {
        let body = json!({"domain": "www.example.com", "path": "www"});
        client.post(&format!("/hosting/web/{service}/attachedDomain"), body)
    };
    attach("one.cluster01.hosting.ovh.net").task();
    let message = attach("two.cluster01.hosting.ovh.net").refused(409);
    assert!(message.contains("another hosting"), "{message}");
    let message = attach("one.cluster01.hosting.ovh.net").refused(409);
    assert!(message.contains("this hosting"), "{message}");
    let missing = attach("three.cluster01.hosting.ovh.net").refused(404);
    assert_eq!(missing, "This service does not exist");
}

#[test]
fn an_upgrade_leaves_a_busy_database_alone() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    client.post(&at("/module"), json!({"moduleId": 101})).task();
    settle(&sandbox);
    let module = client.get(&at("/module")).ok()[0].clone();
    let upgrade = at(&format!("/module/{module}/upgrade"));
    client.post(&upgrade, json!({"moduleId": 102})).task();
    sandbox.clock().advance(Duration::from_secs(2));
    let name = "/database/examplemod1.mysql.db";
    client
        .post(&at(&format!("{name}/dump")), json!({"date": "now"}))
        .task();
    sandbox.clock().advance(Duration::from_secs(1));
    assert_eq!(sandbox.state().modules(SERVICE)[0].status, "created");
    assert_eq!(client.get(&at(name)).ok()["status"], "dumping");
}
