//! Tests of zones: requests of a batch, one refresh, and undo after a failure.

mod lost;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use ovh_web::domain::{Batch, BatchError, NewRecord, Records};
use ovh_web::{Client, Error, ErrorKind, WaitPolicy};
use ovh_web_sandbox::{Fault, Sandbox, ZoneSeed};

use crate::support::{Answer, HandClock, Seen, Server, answer, json};

const ZONE: &str = "/1.0/domain/zone/example.com";

fn record(id: i64, name: &str, field_type: &str, target: &str) -> String {
    format!(
        r#"{{"id":{id},"zone":"example.com","subDomain":"{name}","fieldType":"{field_type}",
            "target":"{target}","ttl":0}}"#
    )
}

fn refused() -> Answer {
    answer(
        400,
        "",
        r#"{"class":"Client::BadRequest","message":"This record already exists"}"#,
    )
}

fn status(is_deployed: bool) -> Answer {
    json(match is_deployed {
        true => r#"{"isDeployed":true,"errors":null,"warnings":null}"#,
        false => r#"{"isDeployed":false,"errors":["www has no target"],"warnings":[]}"#,
    })
}

fn route(seen: &Seen) -> String {
    let target = seen.target.strip_prefix(ZONE).unwrap_or(&seen.target);
    format!("{} {target}", seen.method)
}

fn routes(server: &Server) -> Vec<String> {
    server.calls().iter().map(route).collect()
}

/// A deployed zone with these records. `other` may answer instead.
async fn zone(
    records: &[String],
    other: impl Fn(&str) -> Option<Answer> + Send + Sync + 'static,
) -> (Server, Records) {
    let list = format!("[{}]", records.join(","));
    let ids = AtomicUsize::new(100);
    let server = Server::start(move |seen| {
        let route = route(seen);
        if let Some(answer) = other(&route) {
            return answer;
        }
        match route.split('?').next().unwrap_or_default() {
            "GET /record" => json(&list),
            "GET /status" => status(true),
            "POST /record" => {
                let body: serde_json::Value = serde_json::from_slice(&seen.body).expect("JSON");
                let id = ids.fetch_add(1, Ordering::SeqCst);
                let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
                json(&record(
                    i64::try_from(id).expect("a number"),
                    &text("subDomain"),
                    &text("fieldType"),
                    &text("target"),
                ))
            }
            _ if seen.method != "GET" => json("null"),
            other => panic!("unexpected {other}"),
        }
    })
    .await;
    let records = server.client().zone("example.com").records();
    (server, records)
}

fn new(name: &str, target: &str) -> NewRecord {
    NewRecord::new("A", target).sub_domain(name)
}

#[tokio::test]
async fn batch_ends_with_one_refresh() {
    let (server, records) = zone(&[record(1, "www", "A", "192.0.2.9")], |_| None).await;
    let wanted = [new("www", "192.0.2.1"), new("shop", "192.0.2.1").ttl(60)];
    let done = records.ensure_all(&wanted).await.expect("records");
    assert!(done.refreshed);
    assert_eq!(
        routes(&server),
        [
            "GET /record",
            "POST /record",
            "POST /record",
            "POST /refresh",
            "GET /status"
        ]
    );
    let body = String::from_utf8_lossy(&server.calls()[2].body).into_owned();
    assert_eq!(
        body,
        r#"{"fieldType":"A","target":"192.0.2.1","subDomain":"shop","ttl":60}"#
    );
    let ids: Vec<_> = done
        .batch
        .writes
        .iter()
        .map(|it| it.after.clone())
        .collect();
    assert_eq!(ids[1].as_ref().and_then(|it| it.id), Some(101));
    // The records of these names before the batch.
    assert_eq!(done.batch.known, [1]);
}

#[tokio::test]
async fn second_run_writes_nothing() {
    let (server, records) = zone(&[record(1, "www", "A", "192.0.2.1")], |_| None).await;
    let done = records.ensure(&new("WWW", "192.0.2.1")).await;
    let done = done.expect("a record");
    assert!(!done.refreshed && done.batch.is_empty());
    assert_eq!(
        routes(&server),
        ["GET /record?subDomain=www", "GET /status"]
    );
}

/// A status that is deployed after this number of refreshes.
fn deployed_after(needed: usize) -> impl Fn(&str) -> Option<Answer> + Send + Sync {
    let refreshes = AtomicUsize::new(0);
    move |route| match route {
        "POST /refresh" => {
            refreshes.fetch_add(1, Ordering::SeqCst);
            None
        }
        "GET /status" => Some(status(refreshes.load(Ordering::SeqCst) >= needed)),
        _ => None,
    }
}

#[tokio::test]
async fn refreshes_what_was_left_staged() {
    let present = [record(1, "www", "A", "192.0.2.1")];
    let (server, records) = zone(&present, deployed_after(1)).await;
    let done = records.ensure(&new("www", "192.0.2.1")).await;
    assert!(done.expect("a record").refreshed);
    assert_eq!(
        routes(&server)[1..],
        ["GET /status", "POST /refresh", "GET /status"]
    );
}

#[tokio::test]
async fn refreshes_again_if_a_refresh_was_lost() {
    for (needed, is_refused, is_deployed) in [(2, false, true), (2, true, true), (3, false, false)]
    {
        let (deployed, is_first) = (deployed_after(needed), AtomicBool::new(is_refused));
        let answers = move |route: &str| {
            let answered = deployed(route);
            let fails = route == "POST /refresh" && is_first.swap(false, Ordering::SeqCst);
            answered.or_else(|| fails.then(|| answer(502, "", "<h1>Bad Gateway</h1>")))
        };
        let (server, records) = zone(&[], answers).await;
        let clock = HandClock::jumping(Duration::from_secs(10));
        let policy = WaitPolicy::default().deadline(Duration::from_secs(300));
        let client = server.builder().clock(clock).wait_policy(policy).build();
        let zone = client.expect("a client").zone(records.zone().name());
        let refreshed = zone.refresh().await;
        assert_eq!(refreshed.is_ok(), is_deployed, "{refreshed:?}");
        let routes = routes(&server);
        let refreshes = routes.iter().filter(|it| *it == "POST /refresh");
        assert_eq!(refreshes.count(), 2);
        if let Err(error) = refreshed {
            assert_eq!(error.kind(), ErrorKind::Timeout);
            assert!(error.message().contains("www has no target"), "{error}");
        }
    }
}

#[tokio::test]
async fn warnings_do_not_hold_up_a_refresh() {
    for (found, problem) in [("warnings", None), ("errors", Some("no address for mail"))] {
        let status = format!(r#"{{"isDeployed":false,"{found}":["no address for mail"]}}"#);
        let shown = move |route: &str| (route == "GET /status").then(|| json(&status));
        let (server, records) = zone(&[], shown).await;
        let clock = HandClock::jumping(Duration::from_secs(10));
        let client = server.builder().clock(clock).build().expect("a client");
        let refreshed = client.zone(records.zone().name()).refresh().await;
        let error = refreshed.err().map(|error| error.to_string());
        assert_eq!(error.is_some(), problem.is_some(), "{error:?}");
        assert!(
            error
                .unwrap_or_default()
                .contains(problem.unwrap_or_default())
        );
        let routes = routes(&server);
        let refreshes = routes.iter().filter(|it| *it == "POST /refresh").count();
        assert!(refreshes == 2 && routes.len() < 30, "{routes:?}");
    }
}

#[tokio::test]
async fn set_and_absent_send_what_differs() {
    let present = [
        record(1, "www", "A", "192.0.2.1"),
        record(2, "www", "A", "192.0.2.2"),
        record(3, "www", "TXT", "a"),
    ];
    let (server, records) = zone(&present, |_| None).await;
    let done = records.ensure_set("www", "A", &["192.0.2.3"]).await;
    assert_eq!(done.expect("a set").changes.len(), 2);
    let done = records.ensure_absent("www", "TXT", "\\\"a\\\"").await;
    assert!(done.expect("no match").batch.is_empty());
    let done = records.ensure_absent("www", "TXT", "\"a\"").await;
    assert_eq!(done.expect("a record").batch.writes.len(), 1);
    let written: Vec<String> = routes(&server);
    let written = written.iter().filter(|it| !it.starts_with("GET"));
    let written: Vec<&str> = written.map(String::as_str).collect();
    assert_eq!(
        written,
        [
            "PUT /record/1",
            "DELETE /record/2",
            "POST /refresh",
            "DELETE /record/3",
            "POST /refresh"
        ]
    );
    let plan = records.plan_set("www", "A", &["192.0.2.1"]).await;
    assert_eq!(plan.expect("a plan").len(), 2);
}

/// Somebody else may change the rest between the read and the write.
#[tokio::test]
async fn update_sends_only_what_differs() {
    let (server, records) = zone(&[record(1, "www", "A", "192.0.2.1")], |_| None).await;
    let done = records.ensure(&new("WWW", "192.0.2.1").ttl(60)).await;
    assert!(done.expect("a record").refreshed);
    let done = records.ensure_set("www", "A", &["192.0.2.3"]).await;
    assert!(done.expect("a set").refreshed);
    let calls = server.calls();
    let puts = calls.iter().filter(|seen| seen.method == "PUT");
    let bodies: Vec<_> = puts
        .map(|seen| String::from_utf8_lossy(&seen.body))
        .collect();
    assert_eq!(bodies, [r#"{"ttl":60}"#, r#"{"target":"192.0.2.3"}"#]);
}

#[tokio::test]
async fn conflict_writes_nothing() {
    let (server, records) = zone(&[record(1, "www", "CNAME", "example.org.")], |_| None).await;
    let wanted = [new("shop", "192.0.2.1"), new("www", "192.0.2.1")];
    let done = records.ensure_all(&wanted).await.expect("a conflict");
    assert!(done.is_conflict() && done.batch.is_empty());
    let error = done.or_conflict().expect_err("a conflict");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.message().contains("www A 192.0.2.1"), "{error}");
    assert_eq!(routes(&server), ["GET /record", "GET /status"]);
}

#[tokio::test]
async fn conflict_refreshes_what_an_earlier_batch_left() {
    let is_refreshed = AtomicBool::new(false);
    let staged = move |route: &str| match route {
        "GET /status" => Some(status(is_refreshed.load(Ordering::SeqCst))),
        "POST /refresh" => {
            is_refreshed.store(true, Ordering::SeqCst);
            None
        }
        _ => None,
    };
    let (server, records) = zone(&[record(1, "www", "CNAME", "example.org.")], staged).await;
    let done = records.ensure(&new("www", "192.0.2.1")).await;
    let done = done.expect("a conflict");
    assert!(done.is_conflict() && done.refreshed);
    let writes: Vec<String> = routes(&server);
    let writes: Vec<&String> = writes.iter().filter(|it| !it.starts_with("GET")).collect();
    assert_eq!(writes, ["POST /refresh"]);
}

#[tokio::test]
async fn refuses_bad_names_before_sending() {
    let (server, records) = zone(&[], |_| None).await;
    let failed = records.ensure(&new("@", "192.0.2.1")).await;
    let error = Error::from(failed.expect_err("a refusal"));
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    let failed = records.ensure_set("www", "A", &[] as &[&str]).await;
    assert!(failed.is_err());
    assert!(routes(&server).is_empty());
}

#[tokio::test]
async fn failure_carries_the_sent_writes() {
    let posts = AtomicUsize::new(0);
    let fails = move |route: &str| {
        let is_second = route == "POST /record" && posts.fetch_add(1, Ordering::SeqCst) == 1;
        is_second.then(refused)
    };
    let (server, records) = zone(&[], fails).await;
    let wanted = [new("a", "192.0.2.1"), new("b", "192.0.2.1")];
    let failed = records.ensure_all(&wanted).await.expect_err("a failure");
    let BatchError { error, batch, .. } = &failed;
    assert_eq!(error.kind(), ErrorKind::BadRequest);
    // The refused write did nothing, and there is no refresh.
    assert_eq!(batch.writes.len(), 1);
    assert_eq!(
        routes(&server).last().map(String::as_str),
        Some("POST /record")
    );
    let shown = failed.to_string();
    assert!(shown.contains("already exists"), "{shown}");
    // An `undo` fails with these words too.
    assert!(
        shown.contains("after 1 write to the zone: do the same again"),
        "{shown}"
    );
}

#[tokio::test]
async fn undo_restores_and_reports() {
    let (server, records) = zone(
        &[
            record(1, "www", "A", "192.0.2.1"),
            record(2, "shop", "A", "192.0.2.8"),
        ],
        |_| None,
    )
    .await;
    let batch: Batch = serde_json::from_str(
        r#"{"zone":"example.com","writes":[
            {"before":{"id":1,"name":"www","field_type":"A","target":"192.0.2.7","ttl":0},
             "after":{"id":1,"name":"www","field_type":"A","target":"192.0.2.1","ttl":0}},
            {"before":null,
             "after":{"id":2,"name":"shop","field_type":"A","target":"192.0.2.1","ttl":0}},
            {"before":{"id":3,"name":"","field_type":"TXT","target":"a","ttl":60},"after":null}
        ]}"#,
    )
    .expect("a batch");
    let undone = batch.undo(records.zone().client()).await.expect("an undo");
    assert_eq!(
        routes(&server),
        [
            "GET /record",
            "POST /record",
            "PUT /record/1",
            "POST /refresh",
            "GET /status"
        ]
    );
    let found = undone.changed[0].found.as_ref().expect("a record");
    assert_eq!(
        (undone.changed.len(), found.target.as_str()),
        (1, "192.0.2.8")
    );
    assert!(undone.refreshed);
}

#[tokio::test]
async fn batches_of_one_zone_do_not_overlap() {
    let is_busy = Arc::new(AtomicBool::new(false));
    let busy = Arc::clone(&is_busy);
    let overlaps = move |route: &str| {
        if route.starts_with("GET /record") {
            assert!(!busy.swap(true, Ordering::SeqCst), "two batches at once");
        }
        if route == "POST /refresh" {
            busy.store(false, Ordering::SeqCst);
        }
        None
    };
    let (server, records) = zone(&[], overlaps).await;
    let wanted: Vec<NewRecord> = (0..5).map(|n| new(&format!("n{n}"), "192.0.2.1")).collect();
    let all = join_all(wanted.iter().map(|it| records.ensure(it))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(routes(&server).len(), 20);
    assert!(!is_busy.load(Ordering::SeqCst));
}

#[tokio::test]
async fn read_only_client_plans_but_writes_nothing() {
    let (server, records) = zone(&[], |_| None).await;
    let client = records.zone().client().read_only();
    let records = client.zone("example.com").records();
    let plan = records
        .plan(&new("www", "192.0.2.1"))
        .await
        .expect("a plan");
    assert_eq!(plan[0].to_string(), "www A 192.0.2.1: created");
    let failed = records.ensure(&new("www", "192.0.2.1")).await;
    assert!(failed.expect_err("a refusal").batch.is_empty());
    assert!(routes(&server).iter().all(|it| it.starts_with("GET")));
}

#[tokio::test]
async fn long_text_is_created_once() {
    let sandbox = Sandbox::builder().zone("example.com").start().await;
    let sandbox = sandbox.expect("a sandbox");
    let client = Client::builder().from_pairs(sandbox.env()).build();
    let client = client.expect("a client");
    let records = client.zone("example.com").records();
    let key = format!("v=DKIM1; p={}", "A".repeat(300));
    let wanted = NewRecord::new("TXT", &*key).sub_domain("x._domainkey");
    let done = records.ensure(&wanted).await.expect("a record");
    let again = records.ensure(&wanted).await.expect("a record");
    assert!(again.batch.is_empty(), "{again:?}");
    let undone = done.batch.undo(&client).await.expect("an undo");
    assert_eq!(undone.batch.writes.len(), 1, "{undone:?}");
}

#[tokio::test]
async fn reads_a_domain_name() {
    let sandbox = Sandbox::builder().zone("example.com").start().await;
    let sandbox = sandbox.expect("a sandbox");
    let client = Client::builder().from_pairs(sandbox.env()).build();
    let client = client.expect("a client");
    let domain = client.domain_name("example.com").await;
    let domain = domain.expect("a domain name");
    assert_eq!(domain.transfer_lock_status.as_str(), "locked");
    assert_eq!(domain.name_servers.len(), 2);
    let zones = client.zones().await.expect("zones");
    assert_eq!(zones[0].name, "example.com");
    assert!(client.zone("example.com").soa().await.is_ok());
    assert!(client.zone("example.com").dyn_hosts().await.is_ok());
}
