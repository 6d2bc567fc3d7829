//! Writes of records whose response is lost or lacks the ID.

use super::*;

#[tokio::test]
async fn unclear_write_stays_in_the_batch() {
    let lost = |route: &str| (route == "POST /record").then(|| Answer::Reset(Vec::new()));
    let (_server, records) = zone(&[], lost).await;
    let failed = records.ensure(&new("www", "192.0.2.1")).await;
    let failed = failed.expect_err("a lost connection");
    assert!(failed.error.maybe_applied());
    let after = failed.batch.writes[0].after.as_ref().expect("a record");
    assert_eq!((after.id, after.target.as_str()), (None, "192.0.2.1"));

    // It did nothing: whatever has these values is older, or was created by somebody else.
    for (known, uncertain) in [(&[1][..], 0), (&[], 1)] {
        let (server, records) = zone(&[record(1, "www", "A", "192.0.2.1")], |_| None).await;
        let mut batch = Batch::clone(&failed.batch);
        batch.known.extend(known);
        let undone = batch.undo(records.zone().client()).await.expect("an undo");
        assert!(undone.batch.is_empty() && !undone.refreshed);
        assert_eq!(undone.uncertain.len(), uncertain);
        assert_eq!(
            routes(&server),
            ["GET /record?subDomain=www", "GET /status"]
        );
    }
}

#[tokio::test]
async fn lost_write_is_identified_right_away() {
    // Before the write, and after it: applied, not applied, and unreadable.
    let old = || record(1, "www", "A", "192.0.2.9");
    let created = || record(7, "www", "A", "192.0.2.1");
    for (after, id) in [
        (Some(vec![old(), created()]), Some(7)),
        (Some(vec![old()]), None),
        // Two of them: nothing shows which one.
        (
            Some(vec![created(), record(8, "www", "A", "192.0.2.1")]),
            None,
        ),
        (None, None),
    ] {
        let is_sent = AtomicBool::new(false);
        let lost = move |route: &str| match route.split('?').next() {
            Some("POST /record") => {
                is_sent.store(true, Ordering::SeqCst);
                Some(Answer::Reset(Vec::new()))
            }
            Some("GET /record") if is_sent.load(Ordering::SeqCst) => Some(match &after {
                Some(records) => json(&format!("[{}]", records.join(","))),
                None => answer(500, "", "busy"),
            }),
            _ => None,
        };
        let (server, records) = zone(&[old()], lost).await;
        let failed = records.ensure(&new("www", "192.0.2.1")).await;
        let failed = failed.expect_err("a lost connection");
        assert!(failed.error.maybe_applied(), "{}", failed.error);
        let write = failed.batch.writes[0].after.as_ref().expect("a record");
        assert_eq!(write.id, id);
        assert_eq!(routes(&server).len(), 3);
    }
}

#[tokio::test]
async fn record_without_id_is_identified() {
    // Known to OVHcloud's Terraform provider: the response of a creation may lack the ID.
    let zero = record(0, "www", "A", "192.0.2.1");
    for (response, listed) in [
        ("null", true),
        (zero.as_str(), true),
        (zero.as_str(), false),
    ] {
        let (response, is_sent) = (response.to_owned(), AtomicBool::new(false));
        let nameless = move |route: &str| match route.split('?').next() {
            Some("POST /record") => {
                is_sent.store(listed, Ordering::SeqCst);
                Some(json(&response))
            }
            Some("GET /record") if is_sent.load(Ordering::SeqCst) => {
                Some(json(&format!("[{}]", record(7, "www", "A", "192.0.2.1"))))
            }
            _ => None,
        };
        let (_server, records) = zone(&[], nameless).await;
        let done = records.ensure(&new("www", "192.0.2.1")).await;
        let done = done.expect("a record");
        let write = done.batch.writes[0].after.as_ref().expect("a record");
        assert_eq!(write.id, listed.then_some(7));
        assert!(done.refreshed);
    }
}

#[tokio::test]
async fn completes_a_batch_after_a_lost_response() {
    let zone = ZoneSeed::new("example.com").record("old", "A", "203.0.113.7");
    let sandbox = Sandbox::builder().zone_with(zone).start().await;
    let sandbox = sandbox.expect("a sandbox");
    let client = Client::builder().from_pairs(sandbox.env()).build();
    let client = client.expect("a client");
    let records = client.zone("example.com").records();
    let before = records.list().await.expect("records").len();
    let wanted = ["", "www", "shop"].map(|name| new(name, "192.0.2.1"));

    // The second record is created, and the response is lost.
    let lost = Fault::on("domain/records::create").call(2).reset_after();
    sandbox.faults().add(lost);
    let failed = records.ensure_all(&wanted).await.expect_err("a fault");
    assert!(failed.error.maybe_applied());
    assert_eq!(failed.batch.writes.len(), 2);
    let journal = sandbox.journal();
    journal.operation("domain/zones::refresh").never();

    let done = records.ensure_all(&wanted).await.expect("records");
    assert_eq!((done.batch.writes.len(), done.refreshed), (1, true));
    journal.operation("domain/records::create").exactly(3);
    journal.operation("domain/zones::refresh").exactly(1);

    let changes = journal.changes().count();
    let again = records.ensure_all(&wanted).await.expect("records");
    assert!(!again.refreshed && again.batch.is_empty());
    assert_eq!(journal.changes().count(), changes);

    for batch in [done.batch, failed.batch] {
        let undone = batch.undo(&client).await.expect("an undo");
        assert!(undone.changed.is_empty(), "{:?}", undone.changed);
        assert!(undone.uncertain.is_empty(), "{:?}", undone.uncertain);
    }
    assert_eq!(records.list().await.expect("records").len(), before);
}
