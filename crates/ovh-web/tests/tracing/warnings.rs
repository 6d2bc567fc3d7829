//! Tests the warning of a correction.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use crate::support::{Server, json};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// The warnings in order, each with its fields.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{}={value:?} ", field.name()).expect("a string takes it");
    }
}

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() == Level::WARN
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = String::new();
        event.record(&mut Fields(&mut text));
        self.0.lock().expect("the log").push(text);
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn warns_once_per_corrected_field() {
    let server = Server::start(|_| {
        json(r#"{"domain":"a.example","recommendedIps":{"recommendedIpV4":[]},"records":{"x":{"type":"A","isOvhIp":true}}}"#)
    })
    .await;
    let client = server.client();
    // `tracing` caches per process if a warning has a subscriber.
    crate::spans::record();
    let warnings = Warnings::default();
    let guard = tracing::subscriber::set_default(warnings.clone());
    for _ in 0..2 {
        let domains = client.raw().domains();
        let dig = domains.dig_status("example.ovh", "a.example").await;
        assert!(!dig.expect("a status").records["x"].dns_configured);
    }
    drop(guard);
    let warnings = warnings.0.lock().expect("the log");
    let [ips, configured] = &warnings[..] else {
        panic!("{warnings:#?}");
    };
    for words in [
        r#"operation="domains::dig_status""#,
        r#"type_name="DnsRecordStatus""#,
        r#"field="dns_configured""#,
        r#"path="records.x.dnsConfigured""#,
    ] {
        assert!(configured.contains(words), "{configured}");
    }
    assert!(ips.contains("recommendedIps.recommendedIpV6"), "{ips}");
}
