//! The example `health_check`, with faults in the middle.

use std::time::Duration;

use ovh_web::types::{DateTime, RenewalInput};
use ovh_web_sandbox::{Fault, HostingSeed, Sandbox};
use ovh_web_tests::{Scene, changes};

use super::examples::health_check::{Health, Report, Rules, check_all};

const FINE: &str = "fine.example.com";
const FULL: &str = "full.example.com";

/// Two hostings: the disk of one is almost full, and its contract ends.
async fn scene() -> Scene {
    let fine = HostingSeed::new(FINE).quota_used_mb(25_000).orphan_dumps(2);
    let full = HostingSeed::new(FULL)
        .quota_used_mb(249_990)
        .expires_in_days(20);
    let scene = Scene::of(Sandbox::builder().hosting_with(fine).hosting_with(full)).await;
    let contract = scene.client.hosting(FULL).service_infos();
    let manual = RenewalInput::new().automatic(false);
    let _ = contract.ensure_renewal(&manual).await.expect("changed");
    scene.sandbox.journal().clear();
    scene
}

async fn run(scene: &Scene, renew: bool) -> Report {
    let now = u64::try_from(scene.sandbox.clock().unix_seconds()).expect("after 1970");
    let soon = DateTime::default() + Duration::from_secs(now + 30 * 24 * 3600);
    let soon = soon.date_naive();
    let report = check_all(&scene.client, &Rules { soon, renew }).await;
    report.expect("a report")
}

fn has(health: &Health, facts: &[&str]) {
    for fact in facts {
        let found = health.facts.iter().any(|it| it.contains(fact));
        assert!(found, "no {fact:?} in {health:?}");
    }
}

#[tokio::test]
async fn health_check_continues_after_faults() {
    let scene = scene().await;
    scene.sandbox.set_incidents(["FS#1"]);
    scene.sandbox.fail_next_task("hosting::request");
    let refused = Fault::on_route("GET", "/hosting/web/full.example.com/statistics").status(403);
    let fault = scene.sandbox.faults().add(refused);
    let report = run(&scene, false).await;
    assert_eq!(report.incidents, ["FS#1"]);
    let [fine, full] = &*report.hostings else {
        panic!("expected two hostings: {report:?}");
    };
    assert_eq!((&*fine.name, fine.problems.len()), (FINE, 1), "{fine:?}");
    assert_eq!(full.problems.len(), 3, "{full:?}");
    assert!(full.problems[2].contains("403"), "{full:?}");

    scene.sandbox.faults().remove(fault);
    // The files have grown, and the check measures them.
    let written = scene.sandbox.write_files(FINE, &"x".repeat(25_000));
    written.expect("a hosting");
    let lost = Fault::on("hosting::incidents").status(404).times(1);
    scene.sandbox.faults().add(lost);
    let report = run(&scene, false).await;
    assert!(report.incidents[0].contains("cannot be listed"));
    let [fine, full] = &*report.hostings else {
        panic!("expected two hostings: {report:?}");
    };
    assert!(fine.problems.is_empty(), "{fine:?}");
    has(
        fine,
        &[
            "paid until",
            "20.0 % of the disk",
            "hits a week",
            "databases: 2",
        ],
    );
    has(full, &["100.0 % of the disk", "databases: 0"]);
    assert_eq!(
        full.problems,
        [
            "the contract ends soon and is not renewed",
            "the disk is almost full"
        ]
    );
    // Only the disk space is measured.
    let changes = changes(&scene.sandbox);
    assert!(
        changes.iter().all(|it| *it == "hosting::request"),
        "{changes:?}"
    );
}

#[tokio::test]
async fn health_check_renews_only_when_asked() {
    let scene = scene().await;
    for renewal in [Some("renewal updated (automatic: false -> true)"), None] {
        let report = run(&scene, true).await;
        let full = report.hostings.last().expect("a hosting");
        assert_eq!(full.problems, ["the disk is almost full"]);
        let fact = full.facts.iter().find(|it| it.starts_with("renewal"));
        assert_eq!(fact.map(String::as_str), renewal);
    }
    scene
        .sandbox
        .journal()
        .operation("services::update")
        .exactly(1);
}

#[tokio::test]
async fn health_check_reports_each_part_by_itself() {
    let parts = [
        ("GET", "/serviceInfos", "paid until"),
        ("POST", "/request", "of the disk"),
        ("GET", "/statistics", "hits a week"),
        ("GET", "/dump", "dumps of deleted databases: 2"),
    ];
    let scene = scene().await;
    for (method, route, refused) in parts {
        let path = format!("/hosting/web/{FINE}{route}");
        let fault = Fault::on_route(method, path).status(403);
        let fault = scene.sandbox.faults().add(fault);
        let report = run(&scene, false).await;
        scene.sandbox.faults().remove(fault);
        let fine = &report.hostings[0];
        for (_, _, fact) in parts.iter().filter(|(_, _, fact)| *fact != refused) {
            has(fine, &[fact]);
        }
        assert_eq!((fine.facts.len(), fine.problems.len()), (3, 1), "{fine:?}");
        assert!(fine.problems[0].contains(route), "{fine:?}");
    }
}
