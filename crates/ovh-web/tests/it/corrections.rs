//! Tests of responses without required properties: caller, observer and strict client.

use std::sync::{Arc, Mutex};

use crate::support::{Server, json};
use ovh_web::types::HostingState;
use ovh_web::{Correction, ErrorKind, Observer};
use serde_json::{Value, json as value};

/// A complete hosting without the properties in `missing`.
fn hosting(missing: &[&str]) -> Value {
    let address = |port| value!({"port": port, "url": "ftp.example"});
    let mut hosting = value!({
        "availableBoostOffer": [], "cluster": "cluster001", "datacenter": "gra2", "home": "/homez.1/x",
        "multipleSSL": false, "offer": "PRO", "operatingSystem": "linux", "phpVersions": [],
        "primaryLogin": "x", "quotaSize": {"unit": "GB", "value": 100},
        "resourceType": "shared",
        "serviceManagementAccess": {"ftp": address(21), "http": address(80), "ssh": address(22)},
        "serviceName": "example.ovh", "state": "active", "updates": [],
    });
    for name in missing {
        hosting.as_object_mut().expect("an object").remove(*name);
    }
    hosting
}

/// Records the reported corrections.
#[derive(Clone, Debug, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Observer for Notes {
    fn corrected(&self, operation: &str, correction: &Correction) {
        let mut notes = self.0.lock().expect("the notes");
        notes.push(format!("{operation} {}", correction.path()));
    }
}

impl Notes {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("the notes"))
    }
}

async fn serving(missing: &'static [&'static str]) -> Server {
    Server::start(move |seen| {
        let hosting = hosting(missing);
        match seen.header("x-pagination-mode") {
            Some(_) => json(&value!([hosting, hosting]).to_string()),
            None => json(&hosting.to_string()),
        }
    })
    .await
}

#[tokio::test]
async fn incomplete_hosting_is_usable() {
    let server = serving(&["cluster", "state", "quotaSize"]).await;
    let client = server.client();
    let call = client.hosting("example.ovh").get();
    let (hosting, corrections) = call.with_corrections().await.expect("a hosting");
    assert_eq!(
        (hosting.cluster.as_str(), hosting.home.as_str()),
        ("", "/homez.1/x")
    );
    assert!(!HostingState::KNOWN.contains(&hosting.state));
    let paths: Vec<_> = corrections.iter().map(Correction::path).collect();
    assert_eq!(paths, ["cluster", "quotaSize", "state"]);
    let list = client.hostings().list().await.expect("hostings");
    assert_eq!(list.len(), 2);
    let unknown = client.hosting("example.ovh").get().await;
    assert_eq!(unknown.expect("a hosting").quota_size.unit, "");
}

#[tokio::test]
async fn list_has_the_corrections_of_each_object() {
    let pages = Server::start(|_| json(&value!([hosting(&[]), hosting(&["state"])]).to_string()));
    let single = Server::start(|seen| match seen.target.as_str() {
        "/1.0/hosting/web" => json(r#"["one", "two"]"#),
        path => json(
            &hosting(if path.ends_with("two") {
                &["state"]
            } else {
                &[]
            })
            .to_string(),
        ),
    });
    for server in [pages.await, single.await] {
        let list = server.client().hostings().list().with_corrections();
        let found = list
            .await
            .expect("hostings")
            .into_iter()
            .map(|(_, corrections)| corrections.iter().map(|it| it.outer_field()).collect());
        assert_eq!(found.collect::<Vec<Vec<_>>>(), [vec![], vec!["state"]]);
    }
}

#[tokio::test]
async fn observer_gets_each_field_once() {
    let server = serving(&["cluster", "state"]).await;
    let notes = Notes::default();
    let client = server
        .builder()
        .observer(notes.clone())
        .build()
        .expect("a client");
    for _ in 0..2 {
        client
            .hosting("example.ovh")
            .get()
            .await
            .expect("a hosting");
        client.clone().hostings().list().await.expect("hostings");
    }
    assert_eq!(notes.take(), ["hosting::get cluster", "hosting::get state"]);
    // Another client reports it again.
    let client = server
        .builder()
        .observer(notes.clone())
        .build()
        .expect("a client");
    client.hostings().list().await.expect("hostings");
    assert_eq!(
        notes.take(),
        ["hosting::list [0].cluster", "hosting::list [0].state"]
    );
}

#[tokio::test]
async fn strict_client_corrects_lists_only() {
    let server = serving(&["updates", "phpVersions"]).await;
    let notes = Notes::default();
    let builder = || server.builder().observer(notes.clone());
    let client = builder().strict_decoding(true).build().expect("a client");
    let hosting = client
        .hosting("example.ovh")
        .get()
        .await
        .expect("a hosting");
    assert!(hosting.updates.is_empty());
    assert_eq!(
        notes.take(),
        ["hosting::get phpVersions", "hosting::get updates"]
    );

    let server = serving(&["cluster"]).await;
    let client = server
        .builder()
        .strict_decoding(true)
        .build()
        .expect("a client");
    let error = client
        .hosting("example.ovh")
        .get()
        .await
        .expect_err("strict");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(
        error.message().contains("at `cluster`: expected a string"),
        "{error}"
    );
    let words = "without `strict_decoding`, a missing property gets the zero value";
    assert!(
        error.hint().is_some_and(|hint| hint.contains(words)),
        "{error}"
    );
    let (good, bad) = client.hostings().list().split().await.expect("a page");
    assert_eq!((good.len(), bad.len()), (0, 2));
    // A lenient client reads the same.
    server
        .client()
        .hosting("example.ovh")
        .get()
        .await
        .expect("a hosting");
}

#[tokio::test]
async fn hosting_name_is_never_corrected() {
    let server = serving(&["serviceName"]).await;
    let error = server
        .client()
        .hosting("example.ovh")
        .get()
        .await
        .expect_err("no name");
    assert!(error.message().contains("at `serviceName`"), "{error}");
}

#[tokio::test]
async fn nothing_below_auth_is_corrected() {
    let server = Server::start(|_| {
        json(&value!({"method": "account", "identities": null, "account": "x"}).to_string())
    })
    .await;
    let error = server.client().identity().await.expect_err("no identities");
    assert!(error.message().contains("at `identities`"), "{error}");
}
