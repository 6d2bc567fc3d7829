//! What the spans of a call say, field by field. The only test of its program: whether anyone
//! listens to a span is remembered for the whole process.

#![allow(clippy::unwrap_used, reason = "a test, its helpers included")]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use ovh_web::Client;
use ovh_web_sandbox::{Fault, Sandbox};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// The spans in the order in which they began: name and fields.
type Spans = Arc<Mutex<Vec<(&'static str, BTreeMap<&'static str, String>)>>>;

struct Recorder(Spans);

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(
            field.name(),
            format!("{value:?}").trim_matches('"').to_owned(),
        );
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("ovh_web")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = BTreeMap::new();
        span.record(&mut Fields(&mut fields));
        let mut spans = self.0.lock().unwrap();
        spans.push((span.metadata().name(), fields));
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let index = usize::try_from(span.into_u64()).unwrap() - 1;
        values.record(&mut Fields(&mut self.0.lock().unwrap()[index].1));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_call_and_each_of_its_attempts_say_what_came_of_them() {
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
    let client = Client::builder()
        .base_url(sandbox.base_url())
        .application_key(sandbox.application_key())
        .application_secret(sandbox.application_secret())
        .consumer_key(sandbox.consumer_key())
        .build()
        .expect("a client");
    let spans = Spans::default();
    let guard = tracing::subscriber::set_default(Recorder(spans.clone()));
    client
        .hosting("example.cluster01.hosting.ovh.net")
        .databases()
        .names()
        .await
        .expect("the second attempt succeeds");
    drop(guard);

    let spans = spans.lock().unwrap();
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
