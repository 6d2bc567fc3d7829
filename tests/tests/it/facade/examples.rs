//! The examples of the facade run, on a clock that does not wait.

#![allow(
    dead_code,
    clippy::duplicate_mod,
    clippy::print_stdout,
    reason = "each example has a main function and the same helper"
)]

#[path = "../../../../crates/ovh-web/examples/consumer_key.rs"]
pub(crate) mod consumer_key;
#[path = "../../../../crates/ovh-web/examples/deploy_site.rs"]
pub(crate) mod deploy_site;
#[path = "../../../../crates/ovh-web/examples/from_python.rs"]
pub(crate) mod from_python;
#[path = "../../../../crates/ovh-web/examples/inventory.rs"]
pub(crate) mod inventory;
#[path = "../../../../crates/ovh-web/examples/nightly_backup.rs"]
pub(crate) mod nightly_backup;
#[path = "../../../../crates/ovh-web/examples/rotate_certificates.rs"]
pub(crate) mod rotate_certificates;

use ovh_web::types::{DatabaseCapacity, Language, NewDatabase, NewDatabaseType, NewDomain};
use ovh_web_sandbox::{HostingSeed, Sandbox};
use ovh_web_tests::{SERVICE, Scene, changes};

#[tokio::test]
async fn inventory_prints_a_row_per_hosting() {
    let seed = HostingSeed::new("agency.example.com")
        .domains(4)
        .databases(2)
        .users(3)
        .modules(1)
        .crons(5);
    let scene = Scene::of(Sandbox::builder().hosting_with(seed)).await;
    let rows = inventory::inventory(&scene.client).await.expect("rows");
    let row = rows
        .iter()
        .find(|row| row.hosting == "agency.example.com")
        .expect("its row");
    assert_eq!((row.domains, row.databases, row.users), (5, 2, 4));
    assert_eq!((row.modules, row.crons), (1, 5));
    assert_eq!(
        row.to_string().split(',').count(),
        inventory::HEADER.split(',').count()
    );
    assert!(changes(&scene.sandbox).is_empty());
}

#[tokio::test]
async fn deploy_site_is_idempotent() {
    let scene = Scene::start().await;
    let hosting = scene.hosting().with_login("example");
    let site = deploy_site::Site::new("example", "shop.example.com", "aLongPassword1".to_owned());
    let planned = deploy_site::plan(&hosting, &site).await.expect("a plan");
    assert!(changes(&scene.sandbox).is_empty());
    let done = deploy_site::deploy(&hosting, &site).await.expect("a site");
    assert_eq!(done, planned);
    assert!(done.iter().all(|(_, change)| change == "created"));
    let writes = changes(&scene.sandbox).len();
    assert_eq!(writes, 6);
    // The last in the alphabet would be Python.
    let crons = hosting.crons().list().await.expect("the job");
    assert_eq!(crons[0].language, Language::Php8_4);
    let again = deploy_site::deploy(&hosting, &site).await.expect("a site");
    assert!(
        again
            .iter()
            .all(|(_, change)| change.starts_with("unchanged"))
    );
    assert_eq!(changes(&scene.sandbox).len(), writes);

    // A database of another type that is in the way is said, not overwritten.
    let other = Scene::start().await;
    let new = NewDatabase::new(
        DatabaseCapacity::SqlPerso,
        NewDatabaseType::Postgresql,
        "exampleshop",
    );
    let hosting = other.hosting();
    let _ = hosting.databases().ensure(&new).await.expect("a database");
    let error = deploy_site::deploy(&hosting, &site)
        .await
        .expect_err("in the way");
    assert!(error.is_conflict(), "{error}");
}

#[tokio::test]
async fn nightly_backup_keeps_newest_dumps() {
    let scene = Scene::start().await;
    nightly_backup::seed(&scene.hosting())
        .await
        .expect("a database");
    for night in 0..4 {
        let report = nightly_backup::back_up(&scene.client, 2)
            .await
            .expect("a report");
        assert!(report.failures.is_empty(), "{:?}", report.failures);
        assert_eq!((report.made, report.deleted), (1, usize::from(night > 1)));
        scene
            .clock
            .advance(std::time::Duration::from_secs(24 * 3600));
    }
    assert_eq!(scene.sandbox.state().dumps(SERVICE).len(), 2);
    // A failed dump is reported and deletes nothing.
    scene.sandbox.fail_next_task("dump/create");
    let report = nightly_backup::back_up(&scene.client, 1)
        .await
        .expect("a report");
    assert_eq!((report.made, report.deleted), (0, 0));
    assert_eq!(report.failures.len(), 1);
}

#[tokio::test]
async fn rotate_certificates_renews_where_needed() {
    let scene = Scene::start().await;
    let mut told = Vec::new();
    let first = NewDomain::new("www.example.com", "www").ssl(true);
    let _ = scene.hosting().domains().ensure(&first).await.expect("it");
    for _ in 0..2 {
        let outcomes = rotate_certificates::rotate(&scene.client)
            .await
            .expect("outcomes");
        told.push(outcomes[0].1.to_string());
    }
    let new = NewDomain::new("shop.example.com", "shop").ssl(true);
    let domains = scene.hosting().domains();
    let _ = domains.ensure(&new).await.expect("a domain");
    for _ in 0..2 {
        let outcomes = rotate_certificates::rotate(&scene.client)
            .await
            .expect("outcomes");
        told.push(outcomes[0].1.to_string());
    }
    assert_eq!(told, ["ordered", "fine", "reissued", "fine"]);
}

#[tokio::test]
async fn consumer_key_example_runs() {
    let scene = Scene::start().await;
    let client = ovh_web::Client::builder()
        .from_pairs(scene.sandbox.env())
        .without_consumer_key()
        .clock(scene.clock.clone())
        .build()
        .expect("a client");
    let mut key = String::new();
    let report = consumer_key::run(&client, SERVICE, |pending| {
        key = pending.consumer_key().expose().to_owned();
        scene.sandbox.validate(&key)?;
        Ok(())
    })
    .await
    .expect("a report");
    assert!(report.contains("hosting::get: may be called"), "{report}");
    assert!(
        report.contains("databases::create: may not be called"),
        "{report}"
    );
    let ended = client.with_consumer_key(key).expect("a client");
    ended
        .hosting(SERVICE)
        .get()
        .await
        .expect_err("the key has ended");
}

#[tokio::test]
async fn from_python_matches_in_fewer_lines() {
    let scene = Scene::start().await;
    let first = from_python::script(&scene.client, SERVICE)
        .await
        .expect("a line");
    assert_eq!(
        first,
        "1 hostings, 2 domains here, shop.example.com created, key validated"
    );
    let second = from_python::script(&scene.client, SERVICE)
        .await
        .expect("a line");
    assert!(second.contains("unchanged"), "{second}");
}
