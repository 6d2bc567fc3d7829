//! Programs of a job each: a fault in the middle, and a second run that reaches the goal
//! and makes nothing twice.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ovh_web::types::{DatabaseCapacity, DatabaseVersionSupport, NewDatabase, NewDatabaseType};
use ovh_web::{Body, ErrorKind, HttpEngine as _, http};
use ovh_web_sandbox::{Fault, HostingSeed, Sandbox, ZoneSeed};
use ovh_web_tests::{SERVICE, Scene, changes};

use super::examples::{move_deprecated, onboard_customer, put_online, report};

pub(super) const PASSWORD: &str = "aLongPassword1";

/// An empty folder of one test.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
        let id = std::process::id();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{id}"));
        std::fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    /// The number of files in it and in the folders below.
    pub(super) fn files(&self) -> usize {
        let mut count = 0;
        let mut folders = vec![self.0.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                match path.is_dir() {
                    true => folders.push(path),
                    // The note of a dump that has no file yet.
                    false if path.ends_with("started.json") => {}
                    false => count += 1,
                }
            }
        }
        count
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays is below the build's own folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Creates each object once, whatever failed.
#[track_caller]
pub(super) fn created_once(scene: &Scene, operations: &[&str]) {
    let journal = scene.sandbox.journal();
    for operation in operations {
        journal.operation(operation).exactly(1);
    }
}

#[tokio::test]
async fn onboarding_continues_after_faults() {
    let scene = Scene::start().await;
    let hosting = scene.hosting().with_login("example");
    let customer = onboard_customer::Customer::new("example", "shop.example.com", PASSWORD.into());
    let plan = onboard_customer::plan(&hosting, &customer).await;
    let plan = plan.expect("a plan");
    assert_eq!(plan[1], ("domain", "created".to_owned()));
    assert!(changes(&scene.sandbox).is_empty(), "a plan only reads");

    // The database is created, and its response is lost; then the user's task fails.
    let lost = Fault::on("databases::create").reset_after().times(1);
    scene.sandbox.faults().add(lost);
    scene.sandbox.fail_next_task("users::create");
    let error = onboard_customer::onboard(&hosting, &customer).await;
    let error = error.expect_err("the response was lost");
    assert!(error.maybe_applied(), "{error}");
    let error = onboard_customer::onboard(&hosting, &customer).await;
    let error = error.expect_err("the task failed");
    assert_eq!(error.kind(), ErrorKind::Task);

    let done = onboard_customer::onboard(&hosting, &customer).await;
    let done = done.expect("a site");
    assert_eq!(done[2].1, "unchanged (unverified: capacity, password)");
    assert_eq!(done.last().expect("HTTPS").1, "shop.example.com: covered");
    let again = onboard_customer::onboard(&hosting, &customer).await;
    let again = again.expect("a site");
    let unchanged = again.iter().filter(|it| it.1.starts_with("unchanged"));
    assert_eq!(unchanged.count(), 6, "{again:?}");
    created_once(
        &scene,
        &[
            "ovh_configs::change",
            "domains::attach",
            "databases::create",
            "crons::create",
            "certificates::create",
        ],
    );
    let state = scene.sandbox.state();
    assert_eq!(state.users(SERVICE).len(), 2);
    assert_eq!(state.databases(SERVICE).len(), 1);
}

#[tokio::test]
async fn onboarding_overwrites_no_other_database() {
    let scene = Scene::start().await;
    let (capacity, kind) = (DatabaseCapacity::SqlPerso, NewDatabaseType::Postgresql);
    let other = NewDatabase::new(capacity, kind, "exampleshop");
    let hosting = scene.hosting();
    let _ = hosting
        .databases()
        .ensure(&other)
        .await
        .expect("a database");
    let customer = onboard_customer::Customer::new("example", "shop.example.com", PASSWORD.into());
    let error = onboard_customer::onboard(&hosting, &customer).await;
    let error = error.expect_err("another engine");
    assert!(error.is_conflict(), "{error}");
}

#[tokio::test]
async fn report_has_a_row_for_each_of_60_hostings() {
    let mut builder = Sandbox::builder();
    for number in 1..=60 {
        let seed = HostingSeed::new(format!("site{number}.example.com"));
        let seed = seed
            .domains(number % 4)
            .databases(number % 3)
            .quota_used_mb(1000);
        builder = builder.hosting_with(seed);
    }
    let scene = Scene::of(builder).await;
    // One hosting in the middle is refused.
    let path = "/hosting/web/site30.example.com/database";
    let refused = Fault::on_route("GET", path)
        .status(403)
        .message("no, \"really\"");
    let fault = scene.sandbox.faults().add(refused);
    let rows = report::report(&scene.client).await;
    let failed: Vec<_> = rows.iter().filter(|row| row.error.is_some()).collect();
    assert_eq!((rows.len(), failed.len()), (60, 1));
    assert_eq!(failed[0].hosting, "site30.example.com");
    assert!(report::csv(&rows).contains("no, \"\"really\"\""));

    scene.sandbox.faults().remove(fault);
    scene.sandbox.journal().clear();
    let rows = report::report(&scene.client).await;
    assert!(
        rows.iter()
            .all(|row| row.error.is_none() && row.expiration.is_some())
    );
    let row = rows.iter().find(|row| row.hosting == "site7.example.com");
    let row = row.expect("its row");
    assert_eq!((row.domains, row.databases), (Some(4), Some(1)));
    assert!(row.disk_percent.is_some_and(|percent| percent > 0.0));
    // One list of hostings, and three calls for each.
    assert_eq!(scene.sandbox.journal().entries().len(), 181);
    assert!(changes(&scene.sandbox).is_empty());

    let (table, csv) = (report::table(&rows), report::csv(&rows));
    assert_eq!((table.lines().count(), csv.lines().count()), (61, 61));
    assert_eq!(
        csv.lines().next(),
        Some(&*format!("\"{}\"", report::HEADER.replace(',', "\",\"")))
    );
    let columns: Vec<_> = table
        .lines()
        .map(|line| line.find(row.offer.as_str()))
        .collect();
    assert!(
        columns[1..].iter().all(|column| *column == columns[1]),
        "{table}"
    );
    let json = serde_json::to_value(&rows).expect("JSON");
    assert_eq!(json[0]["expiration"], json[1]["expiration"]);
    assert_eq!(json.as_array().map(Vec::len), Some(60));
}

#[tokio::test]
async fn report_goes_on_after_a_broken_hosting() {
    let names = ["a.example.com", "b.example.com", "c.example.com"];
    let seed = |name: &str| HostingSeed::new(name).domains(1);
    let mut builder = Sandbox::builder().hosting_with(seed(names[0]).expires_in_days(-3));
    for name in &names[1..] {
        builder = builder.hosting_with(seed(name));
    }
    let scene = Scene::of(builder).await;
    let broken = Fault::on("hosting::list").wrong_type("/1/offer");
    scene.sandbox.faults().add(broken);
    let rows = report::report(&scene.client).await;
    let of: Vec<_> = rows.iter().map(|row| &*row.hosting).collect();
    assert_eq!(of, [names[0], "", names[2]]);
    // An expired contract is still readable; what is not known is no zero.
    assert!(rows[0].expiration.is_some() && rows[0].domains.is_none());
    assert!(
        rows[0]
            .error
            .as_ref()
            .is_some_and(|error| error.contains("expired"))
    );
    assert!(
        rows[1]
            .error
            .as_ref()
            .is_some_and(|error| error.contains("offer"))
    );
    assert_eq!((rows[2].domains, rows[2].error.as_ref()), (Some(2), None));
}

/// Reads CSV as RFC 4180 describes it: each cell is quoted.
fn read_csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut rest) = (vec![Vec::new()], text);
    while let Some(quoted) = rest.strip_prefix('"') {
        let mut cell = String::new();
        rest = quoted;
        loop {
            let end = rest.find('"').expect("the end of a cell");
            cell.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            match rest.strip_prefix('"') {
                Some(more) => {
                    cell.push('"');
                    rest = more;
                }
                None => break,
            }
        }
        rows.last_mut().expect("a row").push(cell);
        if let Some(next) = rest.strip_prefix("\r\n") {
            rows.push(Vec::new());
            rest = next;
        } else {
            rest = rest.strip_prefix(',').expect("another cell");
        }
    }
    assert_eq!((rest, rows.pop()), ("", Some(Vec::new())));
    rows
}

#[test]
fn csv_of_a_report_keeps_any_text() {
    for text in ["a,b", "\"", "a\"\",\"b", "a\r\nb\n", " é ", ""] {
        let row = report::Row {
            hosting: text.to_owned(),
            error: Some(text.to_owned()),
            ..report::Row::default()
        };
        let rows = read_csv(&report::csv(&[row]));
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].join(","), report::HEADER);
        assert_eq!(rows[1].len(), rows[0].len());
        assert_eq!((&*rows[1][0], &*rows[1][8]), (text, text));
    }
}

/// The state of a first run.
fn moves_in(folder: &Folder) -> move_deprecated::State {
    move_deprecated::State {
        file: folder.0.join("moved.json"),
        ..Default::default()
    }
}

#[tokio::test]
async fn deprecated_database_moves_to_default_version() {
    let seed = HostingSeed::new(SERVICE).database("mysql", "5.6");
    let scene = Scene::of(Sandbox::builder().hosting_with(seed)).await;
    let hosting = scene.hosting();
    let old = hosting.databases().list().await.expect("one").remove(0);
    assert_eq!(old.version_support, DatabaseVersionSupport::Deprecated);
    let written = scene.sandbox.write_database(SERVICE, &old.name, "orders");
    written.expect("a database");
    let dry = move_deprecated::move_all(&hosting, None).await;
    assert_eq!(dry.expect("a report"), 0);
    assert!(changes(&scene.sandbox).is_empty(), "it only reads");

    // The new database is created, and its response is lost; then the task that restores fails.
    let lost = Fault::on("databases::create").reset_after().times(1);
    scene.sandbox.faults().add(lost);
    let restored = "database_copies::restore";
    scene.sandbox.fail_next_task(restored);
    let folder = Folder::new("moved");
    let mut state = moves_in(&folder);
    for failed in [1, 1, 0, 0] {
        let moved = move_deprecated::move_all(&hosting, Some(&mut state)).await;
        assert_eq!(moved.expect("a report"), failed);
    }
    created_once(&scene, &["databases::create"]);
    scene.sandbox.journal().operation(restored).exactly(2);
    let new = hosting.databases().list().await.expect("two").remove(1);
    assert_eq!(new.version_support, DatabaseVersionSupport::Stable);
    let databases = scene.sandbox.state().databases(SERVICE);
    let new = databases.iter().find(|it| it.name == new.name).expect("it");
    assert_eq!(new.content, "orders");
}

#[tokio::test]
async fn new_deprecated_database_gets_no_copy() {
    let seed = HostingSeed::new(SERVICE).database("mysql", "5.6");
    let scene = Scene::of(Sandbox::builder().hosting_with(seed)).await;
    // The default version is deprecated, too.
    let builder = scene.builder().wrap_http(|engine| {
        let engine = Arc::new(engine);
        move |request: http::Request<Body>| {
            let engine = Arc::clone(&engine);
            async move {
                let response = engine.exchange(request).await?;
                Ok(response.map(|body| {
                    let text = String::from_utf8_lossy(&body);
                    text.replace("\"stable\"", "\"deprecated\"").into()
                }))
            }
        }
    });
    let hosting = builder.build().expect("a client").hosting(SERVICE);
    let folder = Folder::new("deprecated");
    let mut state = moves_in(&folder);
    let moved = move_deprecated::move_all(&hosting, Some(&mut state)).await;
    assert_eq!(moved.expect("a report"), 1);
    assert_eq!(changes(&scene.sandbox), ["databases::create"]);
}

#[tokio::test]
async fn domain_goes_online_after_faults() {
    // The zone points elsewhere, and a refresh takes five minutes.
    let zone = ZoneSeed::new("example.com").record("", "A", "203.0.113.7");
    let zone = zone.record("www", "A", "203.0.113.7");
    let builder = Sandbox::builder().hosting(SERVICE).zone_with(zone);
    let scene = Scene::of(builder.refresh_time(Duration::from_secs(300))).await;
    let hosting = scene.hosting();
    let run = || put_online::put_online(&hosting, "example.com", true);
    let plan = put_online::put_online(&hosting, "example.com", false).await;
    let plan = plan.expect("a plan");
    assert!(changes(&scene.sandbox).is_empty(), "it only reads");
    let planned = ["www.example.com: created", "www AAAA 2001:db8::10: created"];
    assert!(planned.iter().all(|it| plan.contains(&it.to_string())));

    // A task fails; then a response is lost in the middle of the batch; then the refresh fails twice,
    // which is once more than it is repeated.
    scene.sandbox.fail_next_task("domains::attach");
    let error = run().await.expect_err("the task failed");
    assert_eq!(error.kind(), ErrorKind::Task);
    let lost = Fault::on("domain/records::create").reset_after().times(1);
    scene.sandbox.faults().add(lost);
    let error = run().await.expect_err("the response was lost");
    assert!(error.maybe_applied(), "{error}");
    let failed = Fault::on("domain/zones::refresh").status(500).times(2);
    scene.sandbox.faults().add(failed);
    let error = run().await.expect_err("no refresh");
    assert_eq!(error.kind(), ErrorKind::Server);
    let steps = run().await.expect("a site");
    assert_eq!(
        steps[steps.len() - 2..],
        ["example.com: covered", "www.example.com: covered"]
    );
    created_once(&scene, &["certificates::create"]);
    let records = scene.sandbox.state().zone_records("example.com");
    let records = records.iter().filter(|it| !it.contains(" NS "));
    let expected = [
        "@ A 192.0.2.10",
        "@ AAAA 2001:db8::10",
        "www A 192.0.2.10",
        "www AAAA 2001:db8::10",
    ];
    assert!(records.eq(expected.iter()));

    scene.sandbox.journal().clear();
    let again = run().await.expect("unchanged");
    let unchanged = again.iter().filter(|it| it.ends_with("unchanged"));
    assert_eq!(unchanged.count(), 7, "{again:?}");
    let sent = scene.sandbox.journal().entries();
    assert!(sent.iter().all(|it| it.method == "GET"), "{sent:?}");
}

#[tokio::test]
async fn refused_domain_changes_no_dns_record() {
    let zone = ZoneSeed::new("example.com").record("www", "A", "203.0.113.7");
    let builder = Sandbox::builder().hosting(SERVICE).zone_with(zone);
    let scene = Scene::of(builder).await;
    let refused = Fault::on("domains::attach").status(403);
    scene.sandbox.faults().add(refused);
    let before = scene.sandbox.state().zone_records("example.com");
    let run = put_online::put_online(&scene.hosting(), "example.com", true).await;
    run.expect_err("the domain is refused");
    let after = scene.sandbox.state().zone_records("example.com");
    assert_eq!(after, before);
}

#[tokio::test]
async fn cname_stops_a_domain_before_it_is_attached() {
    let zone = ZoneSeed::new("example.com").record("www", "CNAME", "other.example.net.");
    let builder = Sandbox::builder().hosting(SERVICE).zone_with(zone);
    let scene = Scene::of(builder).await;
    let run = put_online::put_online(&scene.hosting(), "example.com", true).await;
    let error = run.expect_err("a CNAME excludes other records");
    assert!(error.is_conflict(), "{error}");
    assert!(changes(&scene.sandbox).is_empty());
}

#[tokio::test]
async fn two_databases_never_move_into_one() {
    let folder = Folder::new("moved-twice");
    let mut state = moves_in(&folder);
    for failures in [0, 1] {
        let seed = HostingSeed::new(SERVICE).database("mysql", "5.6");
        let scene = Scene::of(Sandbox::builder().hosting_with(seed)).await;
        let moved = move_deprecated::move_all(&scene.hosting(), Some(&mut state)).await;
        assert_eq!(moved.expect("a report"), failures);
        // As if the user came from another database.
        let (_, new) = state.moves.pop_first().expect("a move");
        state.moves.insert("another".to_owned(), new);
    }
}
