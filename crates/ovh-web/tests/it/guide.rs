//! Tests of the requests behind OVHcloud's guide "create and manage a web application".

use std::time::Duration;

use crate::support::{HandClock, Seen, Server, answer, json};
use ovh_web::types::{
    DatabaseCapacity, DatabaseMode, DumpDate, ListDatabases, ListDumps, ListModuleCatalog,
    NewDatabase, NewDatabaseType, NewDomain, NewDump, NewModule, NewUser, SshState,
};
use ovh_web::{Client, ErrorKind};
use serde_json::{Value, json as value};

const HOSTING: &str = "example.cluster01.hosting.ovh.net";

const TASK: &str = r#"{"id":42,"function":"abuse/close","status":"done","startDate":"2026-01-02T03:04:05+01:00",
    "lastUpdate":null,"doneDate":null,"objectId":null,"objectType":null}"#;

const CERTIFICATE: &str = r#"{"provider":"LETSENCRYPT","type":"DV","status":"creating","isReportable":false,
    "regenerable":true,"taskId":7}"#;

async fn server() -> (Server, Client) {
    let server = Server::start(|seen| {
        let path = seen.target.split('?').next().unwrap_or_default();
        json(match (&*seen.method, path) {
            ("GET", path) if path.ends_with("/dump") || path.ends_with("moduleList") => "[3, 1]",
            ("GET", path) if path.ends_with("/database") || path.ends_with("/user") => {
                r#"["b", "a"]"#
            }
            ("GET", "/1.0/hosting/web") => r#"["example.cluster01.hosting.ovh.net"]"#,
            (_, path) if path.ends_with("/ssl") => CERTIFICATE,
            _ => TASK,
        })
    })
    .await;
    let client = server.client();
    (server, client)
}

/// Returns method, target and body of the only call.
fn only(server: &Server) -> (String, String, Value) {
    let calls = server.calls();
    assert_eq!(calls.len(), 1, "one call is one request");
    told(calls[0].clone())
}

/// Returns method, target and body of the second of two calls.
fn second(server: &Server) -> (String, String, Value) {
    let calls = server.calls();
    assert_eq!(calls.len(), 2);
    told(calls[1].clone())
}

fn told(call: Seen) -> (String, String, Value) {
    let Seen {
        method,
        target,
        body,
        ..
    } = call;
    let body = match &*body {
        b"" => Value::Null,
        body => serde_json::from_slice(body).expect("a JSON body"),
    };
    (method, target, body)
}

/// Runs one call against its own server and compares the request.
macro_rules! wire {
    ($client:ident: $line:expr => $method:literal $target:expr, $body:expr) => {{
        let (server, $client) = server().await;
        let answer = $line.await.expect(stringify!($line));
        let target = format!("/1.0/hosting/web{}", $target);
        assert_eq!(
            only(&server),
            ($method.to_owned(), target, $body),
            stringify!($line)
        );
        answer
    }};
}

/// The same for a call that starts a task.
macro_rules! starts {
    ($client:ident: $line:expr => "GET" $method:literal $target:expr, $body:expr) => {{
        let (server, $client) = server().await;
        let task = $line.await.expect(stringify!($line));
        assert_eq!(task.id(), 42);
        let target = format!("/1.0/hosting/web{}", $target);
        let (first, then) = (&server.calls()[0], second(&server));
        assert_eq!((&*first.method, &*first.target), ("GET", &*target));
        assert_eq!(then, ($method.to_owned(), target, $body));
    }};
    ($client:ident: $line:expr => $method:literal $target:expr, $body:expr) => {
        assert_eq!(
            wire!($client: $line => $method $target, $body).id(),
            42
        )
    };
}

fn below(path: &str) -> String {
    format!("/{HOSTING}{path}")
}

#[tokio::test]
async fn reads_resources() {
    let names = wire!(client: client.hostings().names() => "GET" "", Value::Null);
    assert_eq!(names, [HOSTING]);

    let names = wire!(client: client.hosting(HOSTING).databases().names()
        => "GET" below("/database"), Value::Null);
    assert_eq!(names, ["b", "a"]);
    wire!(client: client.hosting(HOSTING).databases()
            .names_with(&ListDatabases::default().mode(DatabaseMode::Besteffort))
        => "GET" below("/database?mode=besteffort"), Value::Null);

    let ids = wire!(client: client.modules().ids() => "GET" "/moduleList", Value::Null);
    assert_eq!(ids, [3, 1]);
    wire!(client: client.modules().ids_with(&ListModuleCatalog::default().latest(true))
        => "GET" "/moduleList?latest=true", Value::Null);

    let logins = wire!(client: client.hosting(HOSTING).users().logins()
        => "GET" below("/user"), Value::Null);
    assert_eq!(logins, ["b", "a"]);

    let ids = wire!(client: client.hosting(HOSTING).database("example.mysql.db").dumps().ids()
        => "GET" below("/database/example.mysql.db/dump"), Value::Null);
    assert_eq!(ids, [3, 1]);
    wire!(client: client.hosting(HOSTING).database("x").dumps()
            .ids_with(&ListDumps::default().type_(DumpDate::Daily1))
        => "GET" below("/database/x/dump?type=daily.1"), Value::Null);
}

#[tokio::test]
async fn starts_work() {
    let body = NewDomain::new("www.example.com", "www").ssl(true);
    let task = wire!(client: client.hosting(HOSTING).domains().attach(&body)
        => "POST" below("/attachedDomain"),
        value!({"domain": "www.example.com", "path": "www", "ssl": true}));
    assert_eq!(task.id(), 42);
    assert_eq!(task.hosting().service_name(), HOSTING);

    let body = NewDatabase::new(
        DatabaseCapacity::SqlPerso,
        NewDatabaseType::Mysql,
        "exampleshop",
    )
    .password("aLongPassword1");
    starts!(client: client.hosting(HOSTING).databases().create(&body)
        => "POST" below("/database"),
        value!({"capabilitie": "sqlPerso", "type": "mysql", "user": "exampleshop", "password": "aLongPassword1"}));

    let body = NewModule::new(82_i64)
        .domain("www.example.com")
        .admin_password("aLongPassword1");
    starts!(client: client.hosting(HOSTING).modules().install(&body)
        => "POST" below("/module"),
        value!({"moduleId": 82, "domain": "www.example.com", "adminPassword": "aLongPassword1"}));

    let body = NewUser::new(".", "example-ftp", "aLongPassword1").ssh_state(SshState::Sftponly);
    starts!(client: client.hosting(HOSTING).users().create(&body)
        => "POST" below("/user"),
        value!({"home": ".", "login": "example-ftp", "password": "aLongPassword1", "sshState": "sftponly"}));

    // The existing dumps are read first, to recognize the new one.
    let body = NewDump::new(DumpDate::Now).send_email(false);
    starts!(client: client.hosting(HOSTING).database("example.mysql.db").dumps().create(&body)
        => "GET" "POST" below("/database/example.mysql.db/dump"),
        value!({"date": "now", "sendEmail": false}));
    starts!(client: client.hosting(HOSTING).database("example.mysql.db").dump(5).restore()
        => "POST" below("/database/example.mysql.db/dump/5/restore"), Value::Null);
}

#[tokio::test]
async fn cleans_up() {
    starts!(client: client.hosting(HOSTING).domains().detach("www.example.com")
        => "DELETE" below("/attachedDomain/www.example.com"), Value::Null);
    let removal = wire!(client: client.hosting(HOSTING).certificate().delete()
        => "DELETE" below("/ssl"), Value::Null);
    assert_eq!(
        removal.first_seen().expect("the certificate").task_id,
        Some(7)
    );
    starts!(client: client.hosting(HOSTING).database("x").delete()
        => "DELETE" below("/database/x"), Value::Null);
    starts!(client: client.hosting(HOSTING).database("x").dump(5).delete()
        => "DELETE" below("/database/x/dump/5"), Value::Null);
    starts!(client: client.hosting(HOSTING).modules().uninstall(7)
        => "DELETE" below("/module/7"), Value::Null);
    starts!(client: client.hosting(HOSTING).users().delete("example-ftp")
        => "DELETE" below("/user/example-ftp"), Value::Null);
}

#[tokio::test]
async fn catalog_needs_no_signature() {
    let (server, client) = server().await;
    client.modules().ids().await.expect("ids");
    let all = server.all();
    assert_eq!(all.len(), 1, "not even the time is asked for");
    assert!(all[0].header("x-ovh-application").is_some());
    for name in ["x-ovh-consumer", "x-ovh-timestamp", "x-ovh-signature"] {
        assert_eq!(all[0].header(name), None, "{name}");
    }
}

#[tokio::test]
async fn name_that_changes_the_route_sends_nothing() {
    let (server, client) = server().await;
    for name in ["", ".", "..", "moduleList"] {
        let error = client
            .hosting(name)
            .users()
            .delete("x")
            .await
            .expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{name}");
    }
    assert!(server.all().is_empty());
}

#[tokio::test]
async fn orders_certificate_and_polls_its_status() {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |seen| {
        let polls = match &*seen.method {
            "GET" => count.fetch_add(1, std::sync::atomic::Ordering::SeqCst),
            _ => 0,
        };
        json(&match polls {
            0..=2 => CERTIFICATE.to_owned(),
            _ => CERTIFICATE.replace("creating", "created"),
        })
    })
    .await;
    let client = server
        .builder()
        .clock(HandClock::jumping(Duration::from_secs(10)))
        .build()
        .expect("a client");
    let order = client
        .hosting(HOSTING)
        .certificate()
        .order_free()
        .await
        .expect("an order");
    assert_eq!(
        order.first_seen().expect("the certificate").status.as_str(),
        "creating"
    );
    let certificate = order.wait().await.expect("a certificate");
    assert_eq!(certificate.status.as_str(), "created");
    let calls = server.calls();
    assert_eq!(calls.len(), 5);
    assert_eq!(calls[0].body, b"{}");
    assert!(
        calls[1..]
            .iter()
            .all(|seen| seen.header("pragma").is_some())
    );
}

#[tokio::test]
async fn imports_certificate_only_complete() {
    let (server, client) = server().await;
    let certificate = client.hosting(HOSTING).certificate();
    let error = certificate
        .import("cert", " ", "chain")
        .await
        .expect_err("a part is missing");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains("key"), "{error}");
    assert!(server.all().is_empty());
    let order = certificate
        .import("cert", "k3y", "chain")
        .await
        .expect("an order");
    assert!(!format!("{order:?}").contains("k3y"));
    assert_eq!(
        only(&server).2,
        value!({"certificate": "cert", "key": "k3y", "chain": "chain"})
    );
}

#[tokio::test]
async fn removed_certificate_is_gone_never_created() {
    let server = Server::start(|seen| match &*seen.method {
        "GET" => answer(404, "", r#"{"message":"There is no certificate"}"#),
        _ => json(CERTIFICATE),
    })
    .await;
    let client = server
        .builder()
        .clock(HandClock::jumping(Duration::from_secs(10)))
        .build()
        .expect("a client");
    let certificate = client.hosting(HOSTING).certificate();
    let removal = certificate.delete().await.expect("a removal");
    removal.wait().await.expect("gone");
    let order = certificate.order_free().await.expect("an order");
    let error = order.wait().await.expect_err("it is not there");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

/// Written by hand; those of macros are identifiers of the generated client.
#[test]
fn operations_in_the_docs_exist() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/hosting");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a text");
        let lines = text.lines().map(str::trim_start);
        for line in lines.filter_map(|line| line.strip_prefix("/// Operation: ")) {
            for id in line.split('`').skip(1).step_by(2) {
                assert!(ovh_web::operations::by_id(id).is_some(), "{id}");
                count += 1;
            }
        }
    }
    assert!(count > 15, "{count} operations");
}
