//! The certificate of a hosting: the state of each domain, and what `ensure` writes.

use std::net::{IpAddr, Ipv4Addr};

use ovh_web::types::{DomainUpdate, NewDomain};
use ovh_web::{ChangeKind, CoverageState, ErrorKind};
use ovh_web_sandbox::{HostingSeed, Sandbox, SeedCertificate};
use ovh_web_tests::{SERVICE, Scene, changes, fails};

use super::everyday::attach;

#[tokio::test]
async fn certificate_states_name_the_reason() {
    let scene = Scene::start().await;
    let certificate = scene.hosting().certificate();
    attach(&scene, "shop.example.com").await;
    attach(&scene, "away.example.com").await;
    let elsewhere = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));
    let sandbox = &scene.sandbox;
    sandbox.set_address_record("away.example.com", elsewhere);
    let names = ["Shop.example.com", "away.example.com", "none.example.com"];
    let plan = certificate.plan(names).await.expect("a plan");
    assert_eq!(plan.kind, ChangeKind::Created);
    assert_eq!(changes(sandbox).len(), 2, "a plan only reads");

    let done = certificate.ensure(names).await.expect("a certificate");
    let states: Vec<_> = done.object.domains.iter().map(|it| it.state).collect();
    let expected = [
        CoverageState::Covered,
        CoverageState::DnsElsewhere,
        CoverageState::NotAttached,
    ];
    assert_eq!(states, expected);
    assert!(!done.object.is_complete());
    assert_eq!(
        done.object.domains[1].to_string(),
        "away.example.com: DNS points elsewhere"
    );
    // Nothing more can be done, so nothing is reissued.
    let again = certificate.ensure(names).await.expect("unchanged");
    assert_eq!(again.change.kind, ChangeKind::Unchanged);
    sandbox
        .journal()
        .operation("certificates::create")
        .exactly(1);

    attach(&scene, "none.example.com").await;
    let more = certificate.ensure(names).await.expect("reissued");
    assert_eq!(
        more.change.to_string(),
        "updated (domains: shop.example.com -> \"shop.example.com, none.example.com\")"
    );
    sandbox
        .journal()
        .operation("certificates::regenerate")
        .exactly(1);
    let own = scene.hosting().domains().certificate("shop.example.com");
    let refused = own.ensure(names).await;
    fails(refused, ErrorKind::InvalidArgument, &["single domain"]);
}

#[tokio::test]
async fn certificate_being_deleted_is_ordered_anew() {
    let scene = Scene::start().await;
    let certificate = scene.hosting().certificate();
    attach(&scene, "shop.example.com").await;
    let names = ["shop.example.com"];
    let first = certificate.ensure(names).await.expect("ordered");
    assert!(first.object.is_complete());
    let _removal = certificate.delete().await.expect("a removal");
    let plan = certificate.plan(names).await.expect("a plan");
    assert_eq!(plan.kind, ChangeKind::Created);
    let again = certificate.ensure(names).await.expect("ordered");
    assert_eq!(again.change.kind, ChangeKind::Created);
    assert!(again.object.is_complete());
}

#[tokio::test]
async fn certificate_waits_for_changing_domains() {
    let scene = Scene::start().await;
    let (domains, certificate) = (scene.hosting().domains(), scene.hosting().certificate());
    attach(&scene, "shop.example.com").await;
    // An earlier run was killed after it enabled SSL of one, and attached the other.
    let ssl = DomainUpdate::new().ssl(true);
    let _pending = domains.update("shop.example.com", &ssl).await;
    let new = NewDomain::new("new.example.com", "shop").ssl(true);
    let _task = domains.attach(&new).await.expect("a task");
    let names = ["shop.example.com", "new.example.com"];
    let done = certificate.ensure(names).await.expect("a certificate");
    assert!(done.object.is_complete());
    let made = changes(&scene.sandbox);
    assert_eq!(
        made[1..],
        ["domains::update", "domains::attach", "certificates::create"]
    );
}

#[tokio::test]
async fn imported_certificate_is_a_conflict() {
    let seed = HostingSeed::new(SERVICE).certificate(SeedCertificate::Imported);
    let scene = Scene::of(Sandbox::builder().hosting_with(seed)).await;
    attach(&scene, "shop.example.com").await;
    let certificate = scene.hosting().certificate();
    let done = certificate.ensure(["shop.example.com"]).await;
    let done = done.expect("a conflict");
    assert_eq!(done.object.domains[0].state, CoverageState::SslDisabled);
    fails(done.or_conflict(), ErrorKind::Conflict, &["domains: none"]);
    assert_eq!(changes(&scene.sandbox), ["domains::attach"]);
}

#[tokio::test]
async fn covered_domain_without_ssl_is_enabled() {
    let imported = HostingSeed::new(SERVICE).certificate(SeedCertificate::Imported);
    for builder in [
        Sandbox::builder(),
        Sandbox::builder().hosting_with(imported),
    ] {
        let scene = Scene::of(builder).await;
        let hosting = scene.hosting();
        let (domains, certificate) = (hosting.domains(), hosting.certificate());
        let names = match certificate.get().await {
            Ok(_) => certificate.domains().await.expect("the domains"),
            Err(_) => vec!["shop.example.com".to_owned()],
        };
        if certificate.get().await.is_err() {
            attach(&scene, &names[0]).await;
            let _ = certificate.ensure(&names).await.expect("a certificate");
        }
        let off = DomainUpdate::new().ssl(false);
        let pending = domains.update(&names[0], &off).await.expect("an update");
        pending.wait().await.expect("the domain");
        scene.sandbox.journal().clear();
        let coverage = certificate.coverage(&names).await.expect("a coverage");
        assert_eq!(coverage.domains[0].state, CoverageState::SslDisabled);
        let done = certificate.ensure(&names).await.expect("a certificate");
        assert_eq!(done.change.kind, ChangeKind::Updated);
        let domain = domains.get(&names[0]).await.expect("the domain");
        assert_eq!(domain.ssl, Some(true));
        // The authority allows few reissues a week.
        assert_eq!(
            changes(&scene.sandbox),
            vec!["domains::update"; names.len()]
        );
        assert!(
            done.or_conflict()
                .expect("no conflict")
                .object
                .is_complete()
        );
    }
}
