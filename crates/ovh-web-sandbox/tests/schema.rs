//! What the sandbox answers is what OVHcloud's document promises: every reply is read into the
//! type that was generated for it (a missing or mistyped property fails), no enum value is
//! unknown, and writing it again gives the same (a property that the document does not have is
//! lost on the way, and fails).

mod common;

use std::fmt::Debug;

use common::{Client, SERVICE, at, finish, manual, request, settle};
use ovh_web_client::types;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

#[track_caller]
fn conforms<T: DeserializeOwned + Serialize + Debug>(value: &Value) {
    let name = std::any::type_name::<T>();
    let typed: T = serde_json::from_value(value.clone())
        .unwrap_or_else(|error| panic!("{name}: {error}\n{value:#}"));
    let shown = format!("{typed:?}");
    assert!(
        !shown.contains("Unknown("),
        "{name} has an unknown value: {shown}"
    );
    let again = serde_json::to_value(&typed).expect("a value");
    assert_eq!(plain(&again), plain(value), "{name} came back changed");
}

/// The value with absent and null made one, numbers as numbers, and times as they are.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), plain(value)))
            .collect(),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Number(number) => json!(number.as_f64()),
        Value::String(text) if text.ends_with("+00:00") => json!(text.replace("+00:00", "Z")),
        other => other.clone(),
    }
}

#[test]
fn every_object_is_as_the_document_says() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let get = |path: &str| client.get(&at(path)).ok();

    conforms::<types::Hosting>(&get(""));
    conforms::<types::Service>(&get("/serviceInfos"));
    let body =
        json!({"domain": "shop.example.com", "path": "shop", "ssl": true, "ipLocation": "UK"});
    let task = client.post(&at("/attachedDomain"), body).ok();
    conforms::<types::PublicTask>(&task);
    conforms::<types::Domain>(&get("/attachedDomain/shop.example.com"));
    conforms::<types::Certificate>(&client.post_nothing(&at("/ssl")).ok());
    for kind in ["mysql", "mariadb", "postgresql", "redis"] {
        let body =
            json!({"capabilitie": "sqlPerso", "type": kind, "user": format!("example{kind}")});
        conforms::<types::Task>(&client.post(&at("/database"), body).ok());
    }
    finish(&sandbox);
    for domain in client.objects(&at("/attachedDomain")) {
        conforms::<types::Domain>(&domain);
    }
    conforms::<types::Certificate>(&get("/ssl"));
    conforms::<types::Certificate>(&client.post_nothing(&at("/ssl/regenerate")).ok());
    for database in client.objects(&at("/database")) {
        conforms::<types::Database>(&database);
    }
    let dumps = "/database/examplemysql.mysql.db/dump";
    conforms::<types::Task>(&client.post(&at(dumps), json!({"date": "now"})).ok());
    for round in 0..2 {
        for dump in client.objects(&at(dumps)) {
            conforms::<types::Dump>(&dump);
        }
        for dump in client.objects(&at("/dump")) {
            conforms::<types::HostingDump>(&dump);
        }
        for task in client.objects(&at("/tasks")) {
            conforms::<types::PublicTask>(&task);
        }
        if round == 0 {
            settle(&sandbox);
        }
    }
    let id = client.get(&at(dumps)).ok()[0].as_u64().expect("a dump");
    let restore = at(&format!("{dumps}/{id}/restore"));
    conforms::<types::Task>(&client.post_nothing(&restore).ok());
    settle(&sandbox);
    let delete = at("/database/exampleredis.redis.db");
    conforms::<types::Task>(&client.delete(&delete).ok());
    settle(&sandbox);

    for module in client.objects("/hosting/web/moduleList") {
        conforms::<types::CatalogModule>(&module);
    }
    conforms::<types::Task>(&client.post(&at("/module"), json!({"moduleId": 201})).ok());
    for module in client.objects(&at("/module")) {
        conforms::<types::Module>(&module);
    }
    let body = json!({"login": "example-ftp", "home": "www", "password": "Pass-42x", "sshState": "active"});
    conforms::<types::Task>(&client.post(&at("/user"), body).ok());
    for user in client.objects(&at("/user")) {
        conforms::<types::User>(&user);
    }
    for hosting in client.objects("/hosting/web") {
        conforms::<types::Hosting>(&hosting);
        assert_eq!(hosting["serviceName"], SERVICE);
    }
}

#[test]
fn every_task_carries_a_function_that_the_document_knows() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let mut seen = 0;
    let mut look = || {
        for task in client.objects(&at("/tasks")) {
            conforms::<types::PublicTask>(&task);
            seen += 1;
        }
        settle(&sandbox);
    };
    let database = json!({"capabilitie": "sqlPerso", "type": "mysql", "user": "exampleapp"});
    client.post(&at("/database"), database).task();
    client
        .post(
            &at("/user"),
            json!({"login": "example-a", "home": "a", "password": "Pass-42x"}),
        )
        .task();
    client
        .post(
            &at("/attachedDomain"),
            json!({"domain": "a.example.com", "path": "a"}),
        )
        .task();
    client.post(&at("/module"), json!({"moduleId": 101})).task();
    client
        .post(
            &at("/ssl"),
            json!({"certificate": "a", "chain": "b", "key": "c"}),
        )
        .ok();
    look();
    let password = json!({"password": "Other-42x"});
    let name = "/database/exampleapp.mysql.db";
    client
        .post(&at(&format!("{name}/changePassword")), password.clone())
        .task();
    client
        .post(&at("/user/example-a/changePassword"), password)
        .task();
    client
        .put(&at("/attachedDomain/a.example.com"), json!({"path": "b"}))
        .ok();
    let module = client.get(&at("/module")).ok()[0].clone();
    client
        .post(
            &at(&format!("/module/{module}/upgrade")),
            json!({"moduleId": 102}),
        )
        .task();
    client.delete(&at("/ssl")).ok();
    look();
    client
        .post(&at(&format!("{name}/restore")), json!({"date": "now"}))
        .task();
    client
        .put(&at("/user/example-a"), json!({"home": "b"}))
        .ok();
    client.delete(&at("/attachedDomain/a.example.com")).task();
    client.delete(&at(&format!("/module/{module}"))).task();
    client.post_nothing(&at("/ssl")).ok();
    look();
    client
        .post(&at(&format!("{name}/dump")), json!({"date": "now"}))
        .task();
    client.delete(&at("/user/example-a")).task();
    client.post_nothing(&at("/ssl/regenerate")).ok();
    look();
    let dump = client.get(&at("/dump")).ok()[0].clone();
    client.delete(&at(&format!("/dump/{dump}"))).task();
    client.delete(&at(name)).task();
    look();
    assert_eq!(seen, 20);
}

#[test]
fn who_am_i_is_as_the_document_says() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    conforms::<types::AuthDetails>(&client.get("/auth/details").ok());
    conforms::<types::Credential>(&client.get("/auth/currentCredential").ok());
    let application = [("X-Ovh-Application", sandbox.application_key())];
    let wanted = r#"{"accessRules":[{"method":"GET","path":"/*"}],"allowedIPs":["192.0.2.0/24"]}"#;
    let target = "/1.0/auth/credential";
    let reply = request(
        sandbox.address(),
        "POST",
        target,
        &application,
        Some(wanted),
    );
    conforms::<types::CredentialRequested>(&reply.ok());
}
