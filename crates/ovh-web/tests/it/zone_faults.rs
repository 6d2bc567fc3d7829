//! A batch of records that fails or is dropped at any of its calls.

use std::time::Duration;

use ovh_web::domain::RecordSet;
use ovh_web::{Client, ClientBuilder};
use ovh_web_sandbox::{Fault, Sandbox, ZoneSeed};

use crate::support::HandClock;

const ZONE: &str = "example.com";

/// A zone, the settings of a client, and sets that update, delete and create records.
async fn scene() -> (Sandbox, ClientBuilder, Vec<RecordSet>) {
    let zone = ZoneSeed::new(ZONE)
        .record("www", "A", "203.0.113.7")
        .record("www", "A", "203.0.113.8")
        .record("www", "A", "203.0.113.9")
        .record("", "TXT", "old");
    let sandbox = Sandbox::builder().zone_with(zone).start().await;
    let sandbox = sandbox.expect("a sandbox");
    let builder = Client::builder().from_pairs(sandbox.env());
    let wanted = vec![
        RecordSet::new("www", "A", ["192.0.2.1"]),
        RecordSet::new("", "TXT", ["new"]),
        RecordSet::new("shop", "A", ["192.0.2.1", "192.0.2.2"]),
    ];
    (sandbox, builder, wanted)
}

fn faults(call: u64) -> [Fault; 4] {
    let fault = || Fault::on_call(call);
    [
        fault().reset_before(),
        fault().reset_after(),
        fault().status(400),
        fault().status(500).after_effect(),
    ]
}

/// Makes a call of the batch fail, or one of its undo.
async fn undo_after(fault: Fault, in_undo: bool) {
    let (sandbox, builder, wanted) = scene().await;
    // The pauses of repeated calls.
    let builder = builder.clock(HandClock::jumping(Duration::from_secs(10)));
    let client = builder.build().expect("a client");
    let (state, shown) = (sandbox.state(), fault.to_string());
    let before = state.zone_records(ZONE);
    if !in_undo {
        sandbox.faults().add(fault.clone());
    }
    let batch = match client.zone(ZONE).records().ensure_sets(&wanted).await {
        Ok(done) => done.batch,
        Err(failed) => failed.batch,
    };
    sandbox.faults().clear();
    if in_undo {
        sandbox.faults().add(fault);
        let _ = batch.undo(&client).await;
        sandbox.faults().clear();
    }
    let undone = batch.undo(&client).await.expect("an undo");
    assert!(undone.changed.is_empty(), "{shown}: {undone:?}");
    assert!(undone.uncertain.is_empty(), "{shown}: {undone:?}");
    assert_eq!(state.zone_records(ZONE), before, "{shown}");
    assert!(state.is_zone_deployed(ZONE), "{shown}");
}

#[tokio::test]
async fn undo_restores_after_any_fault() {
    // A list, six writes, a refresh and a status.
    for call in 1..=9 {
        for fault in faults(call) {
            undo_after(fault, false).await;
        }
    }
}

#[tokio::test]
async fn undo_completes_a_failed_undo() {
    for call in 1..=9 {
        for fault in faults(call) {
            undo_after(fault, true).await;
        }
    }
}

#[tokio::test]
async fn dropped_batch_is_completed_by_the_next() {
    let mut number = 0;
    loop {
        number += 1;
        let (sandbox, builder, wanted) = scene().await;
        let client = builder.build().expect("a client");
        let records = client.zone(ZONE).records();
        let is_sent = async {
            while sandbox.journal().total() < number {
                tokio::task::yield_now().await;
            }
        };
        let is_done = tokio::select! {
            biased;
            () = is_sent => false,
            done = records.ensure_sets(&wanted) => done.is_ok(),
        };
        let done = records.ensure_sets(&wanted).await.expect("records");
        // A list and six writes come before the refresh.
        assert_eq!(done.refreshed, number < 8, "{number}");
        let again = records.ensure_sets(&wanted).await.expect("records");
        assert!(again.batch.is_empty() && !again.refreshed, "{again:?}");
        let state = sandbox.state();
        assert_eq!(state.zone_records(ZONE).len(), 6, "{number}");
        assert!(state.is_zone_deployed(ZONE), "{number}");
        if is_done {
            break;
        }
    }
}
