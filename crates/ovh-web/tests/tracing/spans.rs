//! Tests of span fields, which must not contain secrets.
//!
//! Every test starts with [`record`]: `tracing` caches per process if a span has a subscriber. Spans
//! are separated by thread, since each test runs on its own.

#![allow(clippy::unwrap_used, reason = "a test with its helpers")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, Once};

use crate::support::{
    APPLICATION_KEY, APPLICATION_SECRET, CONSUMER_KEY, HandClock, NOW, Server, answer, json,
};
use ovh_web::types::NewUser;
use ovh_web::{AttemptInfo, AttemptOutcome, Client, Method, Observer};
use ovh_web_sandbox::{Fault, Sandbox};
use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Spans and events in order of their start: name and fields.
type Spans = Vec<(&'static str, BTreeMap<&'static str, String>)>;

thread_local! {
    static SPANS: RefCell<Spans> = RefCell::default();
}

/// Starts recording the spans of all threads.
pub(crate) fn record() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Recorder).unwrap());
    SPANS.take();
}

struct Recorder;

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(
            field.name(),
            format!("{value:?}").trim_matches('"').to_owned(),
        );
    }
}

/// Adds a span or an event, and returns its number.
fn add(name: &'static str, record: impl FnOnce(&mut Fields<'_>)) -> u64 {
    let mut fields = BTreeMap::new();
    record(&mut Fields(&mut fields));
    SPANS.with_borrow_mut(|spans| {
        spans.push((name, fields));
        spans.len() as u64
    })
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        Id::from_u64(add(span.metadata().name(), |fields| span.record(fields)))
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let index = usize::try_from(span.into_u64()).unwrap() - 1;
        SPANS.with_borrow_mut(|spans| {
            if let Some((_, fields)) = spans.get_mut(index) {
                values.record(&mut Fields(fields));
            }
        });
    }

    fn event(&self, event: &Event<'_>) {
        add(event.metadata().name(), |fields| event.record(fields));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn call_and_attempt_spans_have_outcomes() {
    record();
    let sandbox = Sandbox::builder()
        .fault(
            Fault::on("databases::list")
                .status(503)
                .retry_after(0)
                .times(1),
        )
        .start()
        .await
        .expect("a sandbox");
    let client = Client::from_pairs(sandbox.env()).expect("a client");
    client
        .hosting("example.cluster01.hosting.ovh.net")
        .databases()
        .names()
        .await
        .expect("the second attempt succeeds");

    let spans = SPANS.take();
    let named = |wanted: &str| -> Vec<&BTreeMap<&'static str, String>> {
        let spans = spans.iter().filter(|(name, _)| *name == wanted);
        spans
            .map(|(_, fields)| fields)
            .filter(|fields| fields["operation"] == "databases::list")
            .collect()
    };
    let calls = named("ovh_call");
    assert_eq!(calls.len(), 1, "{spans:#?}");
    assert_eq!(calls[0]["status"], "200");
    assert_eq!(calls[0]["attempts"], "2");
    let attempts = named("ovh_attempt");
    let told = |field: &str| {
        attempts
            .iter()
            .map(|fields| fields[field].as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(told("attempt"), ["1", "2"]);
    assert_eq!(told("status"), ["503", "200"]);
    for fields in calls.iter().chain(&attempts) {
        assert!(fields["milliseconds"].parse::<u64>().is_ok(), "{fields:?}");
        let path = "/hosting/web/example.cluster01.hosting.ovh.net/database";
        assert_eq!(fields["path"], path);
    }
    assert!(
        attempts
            .iter()
            .all(|fields| fields["query_id"].contains("sandbox")),
        "{attempts:?}"
    );
    let everything = format!("{spans:?}");
    for secret in [sandbox.application_secret(), sandbox.consumer_key()] {
        assert!(!everything.contains(secret));
    }
}

/// Records the results of attempts.
#[derive(Clone, Debug, Default)]
struct Results(Arc<Mutex<Vec<String>>>);

impl Observer for Results {
    fn attempt_finished(&self, _: &AttemptInfo<'_>, outcome: &AttemptOutcome<'_>) {
        let result = outcome.result.to_string();
        self.0.lock().unwrap().push(result);
    }
}

#[tokio::test]
async fn span_and_observer_call_it_a_resync() {
    record();
    let server = Server::start(|seen| {
        let right = NOW.to_string();
        match seen.header("x-ovh-timestamp") == Some(&*right) {
            true => json("7"),
            false => answer(400, "", r#"{"message":"Query out of time"}"#),
        }
    })
    .await;
    let clock = HandClock::default();
    clock.set_skew(3600);
    let results = Results::default();
    let client = server.builder().clock(clock).observer(results.clone());
    let client = client.build().expect("a client");
    let call = client.request(Method::GET, "/me").json::<Value>();
    call.await.expect("the second attempt");
    assert_eq!(*results.0.lock().unwrap(), ["resync", "success"]);

    let spans = SPANS.take();
    let attempts = spans.iter().filter(|(name, _)| *name == "ovh_attempt");
    let shown = attempts.map(|(_, fields)| {
        let field = |name| fields.get(name).map(String::as_str);
        (field("attempt"), field("status"), field("kind"))
    });
    let expected = [
        (Some("1"), Some("400"), Some("resync")),
        (Some("2"), Some("200"), None),
    ];
    assert_eq!(shown.collect::<Vec<_>>(), expected, "{spans:#?}");
}

#[tokio::test]
async fn spans_have_outcome_and_no_secret() {
    record();
    let server = Server::start(|seen| match &*seen.method {
        "GET" => json(r#"{"password":"s3cr3t"}"#),
        _ => answer(500, "X-OVH-QUERYID: EU.test.9\r\n", r#"{"message":"no"}"#),
    })
    .await;
    let client = server.client();
    client
        .request(Method::GET, "/me/token")
        .query("secret", "s3cr3t")
        .json::<Value>()
        .await
        .expect("an answer");
    let error = client
        .hosting("example.ovh")
        .users()
        .create(&NewUser::new(".", "example-x", "s3cr3t"))
        .await
        .expect_err("refused");
    let text = format!("{:?}", SPANS.take());
    for word in [
        "ovh_call",
        r#""operation": "GET /me/token""#,
        r#""operation": "users::create""#,
        r#""status": "200""#,
        r#""status": "500""#,
        "EU.test.1",
        "EU.test.9",
        r#""milliseconds": "0""#,
    ] {
        assert!(text.contains(word), "no `{word}` in {text}");
    }
    let shown = format!("{text} {error} {error:?}");
    for secret in [
        "s3cr3t",
        APPLICATION_KEY,
        APPLICATION_SECRET,
        CONSUMER_KEY,
        "$1$",
    ] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
