//! Responses match OVHcloud's document.
//!
//! Each is read into its generated type, has no unknown enum value, and is equal when it is written
//! again: missing, mistyped and unknown properties fail.

use std::fmt::Debug;

use crate::common::{self, Client, SERVICE, at, finish, manual, request, settle};
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
        let body = json!({"capabilitie": "sqlPerso", "type": kind, "user": format!("example{}", &kind[..5])});
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
    let body = json!({"login": "example-ftp", "home": "www", "password": "canaryPass42x", "sshState": "active"});
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
fn task_functions_are_in_the_document() {
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
            json!({"login": "example-a", "home": "a", "password": "canaryPass42x"}),
        )
        .task();
    client
        .post(
            &at("/attachedDomain"),
            json!({"domain": "a.example.com", "path": "a", "ssl": true}),
        )
        .task();
    client.post(&at("/module"), json!({"moduleId": 101})).task();
    client
        .post(
            &at("/ssl"),
            json!({"certificate": common::CERTIFICATE, "chain": "b", "key": common::KEY}),
        )
        .ok();
    look();
    let password = json!({"password": "canaryOther42x"});
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
    client.post_nothing(&at("/ssl")).ok();
    client.delete(&at("/attachedDomain/a.example.com")).task();
    client.delete(&at(&format!("/module/{module}"))).task();
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
    let response = request(
        sandbox.address(),
        "POST",
        target,
        &application,
        Some(wanted),
    );
    conforms::<types::CredentialRequested>(&response.ok());
}

/// Each object of a list, as it is while its task runs and when it is done.
#[track_caller]
fn conforming<T: DeserializeOwned + Serialize + Debug>(client: &Client, list: &str) {
    let objects = client.objects(&at(list));
    assert!(!objects.is_empty(), "{list} is empty");
    objects.iter().for_each(conforms::<T>);
}

#[test]
fn responses_match_the_document() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let post = |path: &str, body: Value| client.post(&at(path), body).ok();
    let domain = json!({"domain": "a.example.com", "path": "site", "cdn": "active", "ssl": true, "ownLog": "a.example.com"});
    post("/attachedDomain", domain);
    settle(&sandbox);
    let repository = "https://github.com/owner/site.git";
    for (path, body) in [
        (
            "/cron",
            json!({"command": "a", "frequency": "0 4 * * *", "language": "php8.3"}),
        ),
        (
            "/envVar",
            json!({"key": "A", "type": "password", "value": "a"}),
        ),
        (
            "/website",
            json!({"path": "site", "vcsBranch": "main", "vcsUrl": repository}),
        ),
        ("/requestBoost", json!({"offer": "hosting-performance-1"})),
    ] {
        conforms::<types::PublicTask>(&post(path, body));
    }
    let user = "exampleapp";
    for (path, body) in [
        (
            "/runtime",
            json!({"attachedDomains": ["a.example.com"], "isDefault": true}),
        ),
        (
            "/database",
            json!({"capabilitie": "extraSqlPerso", "type": "mysql", "user": user}),
        ),
    ] {
        conforms::<types::Task>(&post(path, body));
    }
    let login = json!({"login": "reader", "description": "x", "password": "canaryPass42x"});
    conforms::<String>(&post("/userLogs", login));
    let ssl = "/attachedDomain/a.example.com/ssl";
    conforms::<types::Certificate>(&client.post_nothing(&at(ssl)).ok());
    let cdn = "/cdn/domain/a.example.com";
    conforms::<types::CdnOperation>(&client.post_nothing(&at(&format!("{cdn}/refresh"))).ok());
    client
        .put(&at("/configuration"), json!({"version": "nodejs-12"}))
        .ok();
    let config = format!("/ovhConfig/{}", client.get(&at("/ovhConfig")).ok()[0]);
    post(
        &format!("{config}/changeConfiguration"),
        json!({"engineVersion": "8.1"}),
    );
    let id = |list: &str| client.get(&at(list)).ok()[0].clone();
    let website = format!("/website/{}", id("/website"));
    let deployments = format!("{website}/deployment");
    let copies = "/database/exampleapp.mysql.db/copy";
    for round in 0..3 {
        match round {
            1 => {
                settle(&sandbox);
                conforms::<types::DatabaseCopy>(&client.post_nothing(&at(copies)).ok());
                let hooks = client.get(&at("/vcs/webhooks?vcs=github&path=site")).ok();
                conforms::<types::VcsWebhooks>(&hooks);
            }
            2 => {
                settle(&sandbox);
                conforming::<types::Boost>(&client, "/boostHistory");
            }
            _ => {}
        }
        conforming::<types::Cron>(&client, "/cron");
        conforming::<types::EnvVar>(&client, "/envVar");
        conforming::<types::Website>(&client, "/website");
        conforming::<types::Deployment>(&client, &deployments);
        conforming::<types::Runtime>(&client, "/runtime");
        conforming::<types::LogUser>(&client, "/userLogs");
        conforming::<types::OwnLogs>(&client, "/ownLogs");
        conforming::<types::CdnDomain>(&client, "/cdn/domain");
        conforming::<types::CdnOption>(&client, &format!("{cdn}/option"));
        conforming::<types::CdnOperation>(&client, "/cdn/operation");
        conforming::<types::EmailOption>(&client, "/emailOption");
        conforming::<types::ExtraSql>(&client, "/extraSqlPerso");
        conforming::<types::OvhConfig>(&client, "/ovhConfig");
        conforming::<types::Domain>(&client, "/attachedDomain");
        if round > 0 {
            conforming::<types::DatabaseCopy>(&client, copies);
        }
        let get = |path: &str| client.get(&at(path)).ok();
        conforms::<types::Configuration>(&get("/configuration"));
        conforms::<types::Certificate>(&get(ssl));
        conforms::<types::CertificateReport>(&get(&format!("{ssl}/report")));
        conforms::<types::Hosting>(&get(""));
        conforms::<types::Email>(&get("/email"));
        conforms::<types::Cdn>(&get("/cdn"));
    }
    let get = |path: &str| client.get(&at(path)).ok();
    let option = id("/emailOption");
    conforms::<types::Service>(&get(&format!("/emailOption/{option}/serviceInfos")));
    let extra = id("/extraSqlPerso");
    conforms::<types::Service>(&get(&format!("/extraSqlPerso/{extra}/serviceInfos")));
    let deployment = id(&deployments);
    conforms::<Vec<types::DeploymentLog>>(&get(&format!("{deployments}/{deployment}/logs")));
    conforms::<types::WebsiteCreationCapabilities>(&get("/websiteCreationCapabilities"));
    conforms::<Vec<types::Language>>(&get("/cronAvailableLanguage"));
    conforms::<Vec<types::RuntimeType>>(&get("/runtimeAvailableTypes"));
    conforms::<Vec<types::CdnAvailableOption>>(&get("/cdn/availableOptions"));
    conforms::<types::CdnLogs>(&get(&format!("{cdn}/logs")));
    conforms::<Vec<types::CdnStatistics>>(&get(&format!("{cdn}/statistics?period=day")));
    conforms::<Vec<types::EmailVolume>>(&get("/email/volumes"));
    conforms::<Vec<types::OvhConfigCapabilities>>(&get("/ovhConfigCapabilities"));
    conforms::<types::OvhConfigRecommendedValues>(&get("/ovhConfigRecommendedValues"));
    conforms::<Vec<types::ConfigurationVersion>>(&get("/availableConfigurations"));
    conforms::<types::DigStatus>(&get("/attachedDomain/a.example.com/digStatus"));
    conforms::<types::AbuseState>(&get("/abuseState"));
    let database = "/database/exampleapp.mysql.db";
    conforms::<types::DatabaseCapabilities>(&get(&format!("{database}/capabilities")));
    let chart = get(&format!(
        "{database}/statistics?period=weekly&type=statement"
    ));
    conforms::<Vec<types::ChartSeries>>(&chart);
    conforms::<Vec<types::DatabaseType>>(&get("/databaseAvailableType"));
    conforms::<types::AvailableVersions>(&get("/databaseAvailableVersion?type=redis"));
    let room = get("/databaseCreationCapabilities");
    conforms::<Vec<types::DatabaseCreationCapabilities>>(&room);
}
