//! Calls 2 and 3: attach a domain, and the certificate that covers it.

use ovh_web::ErrorKind;
use ovh_web::types::{Country, DomainCdn, DomainFirewall, DomainStatus, ListDomains, NewDomain};
use ovh_web_tests::{SERVICE, Scene, changes, fails};

use super::{TASK, follow};

const DOMAIN: &str = "shop.example.com";

#[tokio::test]
async fn attaches_domain_with_all_settings() {
    let scene = Scene::start().await;
    let domains = scene.hosting().domains();
    let new = NewDomain::new(DOMAIN, "shop")
        .bypass_dns_configuration(true)
        .cdn(DomainCdn::Active)
        .firewall(DomainFirewall::Active)
        .ip_location(Country::Fr)
        .own_log(DOMAIN)
        .runtime_id(7)
        .ssl(true);
    let status = || {
        let all = scene.sandbox.state().attached_domains(SERVICE);
        all.into_iter()
            .find(|it| it.domain == DOMAIN)
            .map(|it| it.status)
    };
    assert_eq!(status(), None);
    let task = domains.attach(&new).await.expect("a task");
    follow(&scene, task, "attachedDomain/create", |done| {
        let expected = if done { "created" } else { "creating" };
        assert_eq!(status().as_deref(), Some(expected));
    })
    .await;

    let state = scene.sandbox.state().attached_domains(SERVICE);
    let there = state.iter().find(|it| it.domain == DOMAIN).expect("it");
    assert_eq!(there.path, "shop");
    assert!(there.ssl && there.bypass_dns);
    assert_eq!((&*there.cdn, &*there.firewall), ("active", "active"));
    let domain = domains.get(DOMAIN).await.expect("it");
    assert_eq!(domain.status, DomainStatus::Created);
    assert_eq!(
        (domain.domain.as_str(), domain.path.as_str()),
        (DOMAIN, "shop")
    );
    assert_eq!(
        (domain.cdn, domain.firewall),
        (DomainCdn::Active, DomainFirewall::Active)
    );
    assert_eq!(domain.ip_location, Some(Country::Fr));
    assert_eq!(domain.own_log.as_deref(), Some(DOMAIN));
    assert_eq!((domain.runtime_id, domain.ssl), (Some(7), Some(true)));

    assert_eq!(domains.names().await.expect("names"), [SERVICE, DOMAIN]);
    let filter = ListDomains::default().path("shop").domain(DOMAIN);
    assert_eq!(domains.list_with(&filter).await.expect("one").len(), 1);
    let filter = ListDomains::default().path("elsewhere");
    assert!(domains.list_with(&filter).await.expect("none").is_empty());

    let again = domains.attach(&new).await;
    fails(
        again,
        ErrorKind::Conflict,
        &["already attached to this hosting"],
    );
    let task = domains.detach(DOMAIN).await.expect("a task");
    follow(&scene, task, "attachedDomain/delete", |done| {
        let expected = if done { None } else { Some("deleting") };
        assert_eq!(status().as_deref(), expected);
    })
    .await;
    assert_eq!(domains.names().await.expect("names"), [SERVICE]);
    fails(
        domains.get(DOMAIN).await,
        ErrorKind::NotFound,
        &["does not exist"],
    );
    assert_eq!(
        changes(&scene.sandbox),
        ["domains::attach", "domains::detach"]
    );
}

#[tokio::test]
async fn omitted_domain_settings_are_not_sent() {
    let scene = Scene::start().await;
    let domains = scene.hosting().domains();
    let task = domains.attach(&NewDomain::new(DOMAIN, "shop")).await;
    task.expect("a task").wait().await.expect("done");
    let domain = domains.get(DOMAIN).await.expect("it");
    assert_eq!(
        (domain.cdn, domain.firewall),
        (DomainCdn::None, DomainFirewall::None)
    );
    assert_eq!(domain.ip_location, None);
    assert_eq!((domain.own_log, domain.runtime_id), (None, None));
    let state = scene.sandbox.state().attached_domains(SERVICE);
    let there = state.iter().find(|it| it.domain == DOMAIN).expect("it");
    assert!(!there.ssl && !there.bypass_dns);
}

#[tokio::test]
async fn free_certificate_covers_ssl_domains() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    for (domain, ssl) in [(DOMAIN, true), ("plain.example.com", false)] {
        let new = NewDomain::new(domain, "shop").ssl(ssl);
        let task = hosting.domains().attach(&new).await.expect("a task");
        task.wait().await.expect("done");
    }
    let certificate = hosting.certificate();
    fails(
        certificate.get().await,
        ErrorKind::NotFound,
        &["does not exist"],
    );
    let seen = || scene.sandbox.state().certificate(SERVICE);

    let before = scene.clock.elapsed();
    let order = certificate.order_free().await.expect("an order");
    let ordered = order.first_seen().expect("the certificate");
    assert_eq!(ordered.provider.as_str(), "LETSENCRYPT");
    assert_eq!(
        (ordered.type_.as_str(), ordered.status.as_str()),
        ("DV", "creating")
    );
    assert!(ordered.regenerable && !ordered.is_reportable && ordered.task_id.is_some());
    assert_eq!(seen().expect("it").domains, Vec::<String>::new());
    let created = order.wait().await.expect("created");
    assert_eq!(
        (created.status.as_str(), created.task_id),
        ("created", None)
    );
    assert_eq!(scene.clock.elapsed() - before, TASK);
    assert_eq!(seen().expect("it").domains, [DOMAIN]);

    let again = certificate.order_free().await.map(drop);
    fails(
        again,
        ErrorKind::Conflict,
        &["already have an SSL certificate"],
    );
    let removal = certificate.delete().await.expect("a removal");
    assert_eq!(seen().expect("still there").status, "deleting");
    removal.wait().await.expect("gone");
    assert_eq!(seen(), None);
    scene
        .sandbox
        .journal()
        .operation("certificates::create")
        .exactly(2);
}

/// A certificate for the hosting, and what stands for its key.
const OWN: &str =
    include_str!("../../../../crates/ovh-web-sandbox/tests/it/fixtures/certificate.pem");
const KEY: &str = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n";

#[tokio::test]
async fn certificate_import_needs_all_parts() {
    let scene = Scene::start().await;
    let certificate = scene.hosting().certificate();
    for (own, key, chain, missing) in [
        ("", "key", "chain", "certificate"),
        ("own", " \n", "chain", "key"),
        ("own", "key", "", "chain"),
    ] {
        let refused = certificate.import(own, key, chain).await.map(drop);
        fails(
            refused,
            ErrorKind::InvalidArgument,
            &[missing, "nothing was sent"],
        );
    }
    assert_eq!(scene.sandbox.journal().total(), 0);

    let order = certificate.import(OWN, KEY, "chain").await;
    let order = order.expect("an order");
    assert_eq!(
        order.first_seen().expect("the certificate").status.as_str(),
        "importing"
    );
    let created = order.wait().await.expect("created");
    assert_eq!(created.provider.as_str(), "CUSTOM");
    assert!(!created.regenerable);
    let there = scene.sandbox.state().certificate(SERVICE).expect("it");
    assert_eq!((&*there.provider, &*there.status), ("CUSTOM", "created"));
}
