//! The examples of the facade run, on a clock that does not wait.

#![allow(
    dead_code,
    clippy::print_stdout,
    reason = "each example has a main function"
)]

#[path = "../../../../crates/ovh-web/examples/backup.rs"]
pub(crate) mod backup;
#[path = "../../../../crates/ovh-web/examples/consumer_key.rs"]
pub(crate) mod consumer_key;
#[path = "../../../../crates/ovh-web/examples/deploy_site.rs"]
pub(crate) mod deploy_site;
#[path = "../../../../crates/ovh-web/examples/from_python.rs"]
pub(crate) mod from_python;
#[path = "../../../../crates/ovh-web/examples/health_check.rs"]
pub(crate) mod health_check;
#[path = "../../../../crates/ovh-web/examples/migrate_site.rs"]
pub(crate) mod migrate_site;
#[path = "../../../../crates/ovh-web/examples/move_deprecated.rs"]
pub(crate) mod move_deprecated;
#[path = "../../../../crates/ovh-web/examples/onboard_customer.rs"]
pub(crate) mod onboard_customer;
#[path = "../../../../crates/ovh-web/examples/put_online.rs"]
pub(crate) mod put_online;
#[path = "../../../../crates/ovh-web/examples/report.rs"]
pub(crate) mod report;
#[path = "../../../../crates/ovh-web/examples/rotate_certificates.rs"]
pub(crate) mod rotate_certificates;

use ovh_web::types::NewDomain;
use ovh_web_tests::{SERVICE, Scene};

#[tokio::test]
async fn rotate_certificates_renews_where_needed() {
    let scene = Scene::start().await;
    let mut told = Vec::new();
    let first = NewDomain::new("www.example.com", "www").ssl(true);
    let _ = scene.hosting().domains().ensure(&first).await.expect("it");
    for _ in 0..2 {
        let outcomes = rotate_certificates::rotate(&scene.client, true)
            .await
            .expect("outcomes");
        told.push(outcomes[0].1.to_string());
    }
    let new = NewDomain::new("shop.example.com", "shop").ssl(true);
    let domains = scene.hosting().domains();
    let _ = domains.ensure(&new).await.expect("a domain");
    for _ in 0..2 {
        let outcomes = rotate_certificates::rotate(&scene.client, true)
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
    let first = from_python::script(&scene.client, SERVICE, true)
        .await
        .expect("a line");
    assert_eq!(
        first,
        "1 hostings, 2 domains here, shop.example.com created, key validated"
    );
    let second = from_python::script(&scene.client, SERVICE, true)
        .await
        .expect("a line");
    assert!(second.contains("unchanged"), "{second}");
}
