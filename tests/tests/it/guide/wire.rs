//! The exact bodies that the guide's writes send, with the API's names.

use ovh_web::types::{
    Country, DatabaseCapacity, DatabaseVersion, DomainCdn, DomainFirewall, DumpDate, ExtraSqlQuota,
    ModuleDependencyInput, ModuleDependencyKind, ModuleLanguage, NewDatabase, NewDatabaseType,
    NewDomain, NewDump, NewModule, NewUser, SshState,
};
use ovh_web_tests::{Answer, RawServer};
use serde_json::{Value, json};

/// A task as the guide prints it: with a function that has nothing to do with the call.
const TASK: &str = r#"{"doneDate": null, "function": "abuse/close", "id": 1, "lastUpdate": null,
    "objectId": null, "objectType": null, "startDate": "2026-11-23T18:00:00Z", "status": "todo"}"#;

const CERTIFICATE: &str = r#"{"isReportable": true, "provider": "COMODO", "regenerable": true,
    "status": "created", "taskId": 1, "type": "CUSTOM"}"#;

#[tokio::test]
async fn bodies_use_api_names_and_samples_decode() {
    let server = RawServer::start(|seen| {
        let is_certificate = seen.target.ends_with("/ssl");
        Answer::json(if is_certificate { CERTIFICATE } else { TASK })
    })
    .await;
    let client = server.client();
    let hosting = client.hosting("s.example");
    let database = hosting.database("d.mysql.db");

    let domain = NewDomain::new("a.example", "www")
        .bypass_dns_configuration(false)
        .cdn(DomainCdn::Active)
        .firewall(DomainFirewall::None)
        .ip_location(Country::Fr)
        .own_log("a.example")
        .runtime_id(7)
        .ssl(true);
    let task = hosting.domains().attach(&domain).await.expect("a task");
    assert_eq!(task.last_seen().expect("it").function, "abuse/close");
    let order = hosting.certificate().order_free().await.expect("free");
    assert_eq!(
        order.first_seen().expect("an order").provider.as_str(),
        "COMODO"
    );
    let order = hosting.certificate().import("own", "key", "chain").await;
    let _ = order.expect("imported");
    let new = NewDatabase::new(
        DatabaseCapacity::ExtraSqlPerso,
        NewDatabaseType::Mariadb,
        "examplex",
    )
    .password("canary-pass")
    .quota(ExtraSqlQuota::from(25))
    .version(DatabaseVersion::V10_11);
    let _ = hosting.databases().create(&new).await.expect("a task");
    let dependency = ModuleDependencyInput::new()
        .name("n")
        .password("canary-p")
        .port(3306)
        .prefix("x_")
        .server("s")
        .type_(ModuleDependencyKind::Mysql)
        .user("u");
    let new = NewModule::new(102)
        .admin_name("anna")
        .admin_password("canary-admin")
        .domain("a.example")
        .language(ModuleLanguage::Fr)
        .path("www")
        .dependencies(vec![dependency]);
    let _ = hosting.modules().install(&new).await.expect("a task");
    let new = NewUser::new("www", "example-a", "canary-pass").ssh_state(SshState::None);
    let _ = hosting.users().create(&new).await.expect("a task");
    let new = NewDump::new(DumpDate::Weekly1).send_email(false);
    let _ = database.dumps().create(&new).await.expect("a task");
    let _ = database.dump(9).restore().await.expect("a task");

    let sent: Vec<(String, Value)> = server
        .seen()
        .into_iter()
        .map(|seen| {
            let route = seen.target.replace("/1.0/hosting/web/s.example", "");
            let body = serde_json::from_slice(&seen.body).unwrap_or_default();
            (format!("{} {route}", seen.method), body)
        })
        .collect();
    let expected = [
        (
            "POST /attachedDomain",
            json!({"bypassDNSConfiguration": false, "cdn": "active", "domain": "a.example", "firewall": "none",
                "ipLocation": "FR", "ownLog": "a.example", "path": "www", "runtimeId": 7, "ssl": true}),
        ),
        ("POST /ssl", json!({})),
        (
            "POST /ssl",
            json!({"certificate": "own", "key": "key", "chain": "chain"}),
        ),
        (
            "POST /database",
            json!({"capabilitie": "extraSqlPerso", "password": "canary-pass", "quota": 25, "type": "mariadb",
                "user": "examplex", "version": "10.11"}),
        ),
        (
            "POST /module",
            json!({"adminName": "anna", "adminPassword": "canary-admin", "domain": "a.example", "language": "fr",
                "moduleId": 102, "path": "www", "dependencies": [{"name": "n", "password": "canary-p", "port": 3306,
                "prefix": "x_", "server": "s", "type": "mysql", "user": "u"}]}),
        ),
        (
            "POST /user",
            json!({"home": "www", "login": "example-a", "password": "canary-pass", "sshState": "none"}),
        ),
        ("GET /database/d.mysql.db/dump", Value::Null),
        (
            "POST /database/d.mysql.db/dump",
            json!({"date": "weekly.1", "sendEmail": false}),
        ),
        ("POST /database/d.mysql.db/dump/9/restore", Value::Null),
    ];
    assert_eq!(sent.len(), expected.len());
    for ((route, body), (expected_route, expected)) in sent.iter().zip(&expected) {
        assert_eq!((route.as_str(), body), (*expected_route, expected));
    }
}
