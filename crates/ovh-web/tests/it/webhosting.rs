//! Tests of the list of sites: pages of version 2, the fallback, and certificates.

use std::time::Duration;

use ovh_web::webhosting::SitesSource;
use ovh_web::webhosting::types::{NewWebsiteSpec, Website};
use ovh_web::{Client, ErrorKind, Pending, WaitPolicy};
use ovh_web_sandbox::{Builder, Clock, HostingSeed, Sandbox};

use crate::support::scripted::unknown_route;
use crate::support::{Answer, HandClock, Seen, Server, answer, json};

fn site(number: usize, service: &str) -> String {
    format!(
        r#"{{"checksum":"c","id":"{number}","currentTasks":null,"resourceStatus":"READY","currentState":{{
            "cdn":{{"status":"NONE"}},"firewall":{{"status":"ACTIVE"}},"fqdn":"s{number}.example.com",
            "git":{{"status":"DISABLED","vcsBranch":null,"vcsUrl":null}},
            "hosting":{{"boostOffer":null,"displayName":"shop","offer":"PRO","serviceName":"{service}"}},
            "isDefault":false,"ownLog":null,"path":"www","ssl":{{"status":"ACTIVE"}}}}}}"#
    )
}

fn certificate(domain: &str, expiry: &str) -> String {
    format!(
        r#"{{"checksum":"c","id":"1","currentTasks":null,"resourceStatus":"READY","currentState":{{
            "additionalDomains":[],"certificateType":"LETSENCRYPT","createdAt":"2026-01-02T03:04:05Z",
            "expiredAt":{expiry},"mainDomain":"{domain}","state":"ACTIVE"}}}}"#
    )
}

fn page(items: &[String], next: &str) -> Answer {
    let next = match next {
        "" => String::new(),
        next => format!("X-Pagination-Cursor-Next: {next}\r\n"),
    };
    answer(200, &next, &format!("[{}]", items.join(",")))
}

fn v1_domain(domain: &str) -> String {
    format!(
        r#"{{"capabilities":[],"cdn":"active","domain":"{domain}","firewall":"none","ipLocation":null,
            "isFlushable":false,"ownLog":null,"path":"www","runtimeId":null,"ssl":true,
            "status":"created","taskId":null,"vcsStatus":"initialError"}}"#
    )
}

fn v1_hosting(service: &str) -> String {
    let access = r#"{"port":1,"url":"host.example"}"#;
    format!(
        r#"{{"serviceName":"{service}","offer":"pro2014","displayName":null,
            "serviceManagementAccess":{{"ftp":{access},"http":{access},"ssh":{access}}}}}"#
    )
}

fn v1(seen: &Seen) -> Answer {
    let path = seen.target.split('?').next().unwrap_or_default();
    match path {
        "/1.0/hosting/web" => json(&format!(
            "[{},{}]",
            v1_hosting("a.ovh"),
            v1_hosting("b.ovh")
        )),
        "/1.0/hosting/web/a.ovh/attachedDomain" => json(&format!(
            "[{},{}]",
            v1_domain("x.example"),
            v1_domain("y.example")
        )),
        "/1.0/hosting/web/b.ovh/attachedDomain" => json("[]"),
        other => panic!("unexpected {other}"),
    }
}

fn is_v2(seen: &Seen) -> bool {
    seen.target.starts_with("/v2/")
}

fn forbidden() -> Answer {
    answer(
        403,
        "",
        r#"{"class":"Client::Forbidden","message":"User not granted for this request"}"#,
    )
}

fn invalid_credential() -> Answer {
    answer(
        403,
        "",
        r#"{"class":"Client::Forbidden","message":"This credential is not valid"}"#,
    )
}

fn size_refused() -> Answer {
    answer(
        400,
        "",
        r#"{"class":"Client::BadRequest","message":"Invalid page size"}"#,
    )
}

#[tokio::test]
async fn reads_sites_of_v2_by_cursor() {
    let server = Server::start(|seen| match seen.header("x-pagination-cursor") {
        None => page(&[site(1, "a.ovh"), site(2, "b.ovh")], "next"),
        Some("next") => page(&[site(3, "a.ovh"), "{\"id\":7}".to_owned()], ""),
        other => panic!("unexpected cursor {other:?}"),
    })
    .await;
    let mut stream = server.client().sites().stream();
    assert_eq!(stream.source(), None);
    let mut domains = Vec::new();
    while let Some(site) = stream.next().await {
        match site {
            Ok(site) => {
                assert_eq!(
                    (site.cdn, site.firewall, site.ssl),
                    (Some(false), Some(true), Some(true))
                );
                assert_eq!(site.certificate_expiry().to_string(), "unknown");
                domains.push(site.domain);
            }
            Err(error) => domains.push(format!("{:?}", error.kind())),
        }
    }
    assert_eq!(domains.len(), 4);
    assert_eq!(stream.source(), Some(SitesSource::V2));
    let calls = server.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].target, "/v2/webhosting/attachedDomain");
    assert_eq!(calls[0].header("x-pagination-size"), Some("500"));
}

#[tokio::test]
async fn falls_back_to_v1_if_v2_is_refused() {
    for refusal in [unknown_route as fn() -> Answer, forbidden] {
        let server =
            Server::start(move |seen| if is_v2(seen) { refusal() } else { v1(seen) }).await;
        let list = server
            .client()
            .sites()
            .with_certificates()
            .await
            .expect("sites");
        assert_eq!(list.source, SitesSource::V1);
        let domains: Vec<&str> = list.sites.iter().map(|it| it.domain.as_str()).collect();
        assert_eq!(domains, ["x.example", "y.example"]);
        let site = &list.sites[0];
        assert_eq!(
            (site.service_name.as_str(), site.is_default),
            ("a.ovh", None)
        );
        assert_eq!((site.cdn, site.ssl), (Some(true), Some(true)));
        assert_eq!(
            site.git.as_ref().map(|it| it.as_str()),
            Some("INITIAL_ERROR")
        );
        assert_eq!(site.certificate_expiry().to_string(), "unknown");
        // The refused page, the hostings, and one list for each hosting.
        assert_eq!(server.calls().len(), 4);
    }
}

#[tokio::test]
async fn bad_hosting_costs_only_its_own_sites() {
    let server = Server::start(|seen| match seen.target.split('?').next() {
        Some("/1.0/hosting/web") => json(&format!(
            "[{{\"serviceName\":7}},{},{}]",
            v1_hosting("a.ovh"),
            v1_hosting("b.ovh")
        )),
        Some("/1.0/hosting/web/b.ovh/attachedDomain") => forbidden(),
        _ => v1(seen),
    })
    .await;
    let sites = || server.client().sites().source(SitesSource::V1);
    let (list, errors) = sites().split().await.expect("sites");
    assert_eq!((list.sites.len(), list.source), (2, SitesSource::V1));
    let kinds: Vec<ErrorKind> = errors.iter().map(|it| it.kind()).collect();
    assert_eq!(kinds, [ErrorKind::Decode, ErrorKind::Forbidden]);
    let error = sites().await.expect_err("the first error");
    assert!(error.message().contains("[0]"), "{error}");
    let server = Server::start(|_| forbidden()).await;
    server.client().sites().split().await.expect_err("no list");
}

#[tokio::test]
async fn bad_credentials_are_no_fallback() {
    let server = Server::start(|_| invalid_credential()).await;
    let error = server.client().sites().await.expect_err("a refusal");
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn no_fallback_after_the_first_page() {
    let server = Server::start(|seen| match seen.header("x-pagination-cursor") {
        None => page(&[site(1, "a.ovh")], "next"),
        Some(_) => unknown_route(),
    })
    .await;
    let mut stream = server.client().sites().stream();
    assert!(stream.next().await.expect("a site").is_ok());
    let error = stream.next().await.expect("an end").expect_err("an error");
    assert!(error.is_not_found());
    assert!(stream.next().await.is_none());
    assert_eq!(server.calls().len(), 2);
}

#[tokio::test]
async fn tries_smaller_pages_after_a_refusal() {
    let server = Server::start(|seen| match seen.header("x-pagination-size") {
        Some("500" | "100") => size_refused(),
        Some("20") => page(&[site(1, "a.ovh")], ""),
        other => panic!("unexpected size {other:?}"),
    })
    .await;
    let list = server.client().sites().await.expect("sites");
    assert_eq!((list.sites.len(), server.calls().len()), (1, 3));
    let server = Server::start(|_| size_refused()).await;
    let error = server.client().sites().page_size(50).await;
    assert_eq!(error.expect_err("a refusal").kind(), ErrorKind::BadRequest);
    let calls = server.calls();
    let sizes: Vec<_> = calls
        .iter()
        .map(|it| it.header("x-pagination-size"))
        .collect();
    assert_eq!(sizes, [Some("50"), Some("20"), None]);
}

#[tokio::test]
async fn certificates_adapt_to_a_refused_size() {
    let server = Server::start(
        |seen| match (&*seen.target, seen.header("x-pagination-size")) {
            ("/v2/webhosting/attachedDomain", _) => match seen.header("x-pagination-cursor") {
                None => page(&[site(1, "a.ovh")], "n"),
                Some(_) => page(&[site(2, "b.ovh")], ""),
            },
            (_, Some(_)) => size_refused(),
            (target, None) => {
                let name = if target.contains("a.ovh") { "s1" } else { "s2" };
                let expiry = "\"2026-03-02T03:04:05Z\"";
                page(&[certificate(&format!("{name}.example.com"), expiry)], "")
            }
        },
    )
    .await;
    let list = server.client().sites().with_certificates().await;
    for site in list.expect("sites").sites {
        assert!(site.certificate_expiry().to_string().starts_with("2026"));
    }
    // The size was refused once.
    assert_eq!(server.calls().len(), 5);
}

#[tokio::test]
async fn reads_certificates_once_for_each_hosting() {
    let server = Server::start(|seen| match seen.target.as_str() {
        "/v2/webhosting/attachedDomain" => match seen.header("x-pagination-cursor") {
            None => page(&[site(1, "a.ovh"), site(2, "a.ovh"), site(3, "b.ovh")], "n"),
            Some(_) => page(&[site(4, "a.ovh"), site(5, "c.ovh")], ""),
        },
        "/v2/webhosting/resource/a.ovh/certificate" => page(
            &[
                certificate("s1.example.com", "\"2026-03-02T03:04:05Z\""),
                certificate("s4.example.com", "null"),
            ],
            "",
        ),
        "/v2/webhosting/resource/b.ovh/certificate" => forbidden(),
        "/v2/webhosting/resource/c.ovh/certificate" => answer(500, "", "{}"),
        other => panic!("unexpected {other}"),
    })
    .await;
    let mut stream = server.client().sites().with_certificates().stream();
    let (mut expiries, mut errors) = (Vec::new(), 0);
    while let Some(site) = stream.next().await {
        match site {
            Ok(site) => expiries.push((
                site.certificates.is_some(),
                site.certificate_expiry().to_string(),
            )),
            Err(_) => errors += 1,
        }
    }
    assert!(expiries[0].1.starts_with("2026-03-02"), "{expiries:?}");
    // No certificate in the list of a domain with SSL, refused ones, a null, a failure.
    let known: Vec<bool> = expiries.iter().map(|it| it.0).collect();
    assert_eq!(known, [true, true, false, true, false]);
    assert!(
        expiries[1..].iter().all(|it| it.1 == "unknown"),
        "{expiries:?}"
    );
    assert_eq!((errors, server.calls().len()), (1, 5));
}

/// A sandbox with 100 hostings of 20 domains each, the default one included.
async fn account(settings: impl Fn(Builder) -> Builder) -> (Sandbox, Client) {
    let hostings = (0..100).map(|number| HostingSeed::new(format!("h{number}.example.com")));
    let builder = hostings.fold(Sandbox::builder(), |builder, hosting| {
        builder.hosting_with(hosting.domains(19))
    });
    let sandbox = settings(builder).start().await.expect("a sandbox");
    let client = Client::builder().from_pairs(sandbox.env()).build();
    (sandbox, client.expect("a client"))
}

#[tokio::test]
async fn counts_requests_for_100_hostings() {
    let (sandbox, client) = account(|builder| builder).await;
    for (list, requests) in [
        (client.sites(), 4),
        (client.sites().with_certificates(), 104),
    ] {
        let before = sandbox.journal().total();
        let list = list.await.expect("sites");
        assert_eq!((list.sites.len(), list.source), (2000, SitesSource::V2));
        assert_eq!(sandbox.journal().total() - before, requests);
    }
    for refusal in [404, 403] {
        let (sandbox, client) = account(|builder| builder.without_webhosting_v2(refusal)).await;
        let list = client.sites().await.expect("sites");
        assert_eq!((list.sites.len(), list.source), (2000, SitesSource::V1));
        // The refused page, the list of hostings, and one list for each hosting.
        assert_eq!(sandbox.journal().total(), 102);
        let list = client.sites().source(SitesSource::V1).await.expect("sites");
        assert_eq!((list.sites.len(), list.source), (2000, SitesSource::V1));
        assert_eq!(sandbox.journal().total(), 102 + 101);
        let refused = client.sites().source(SitesSource::V2).await;
        let status = refused.expect_err("a refusal").status();
        assert_eq!(status.map(|it| it.as_u16()), Some(refusal));
    }
}

#[tokio::test]
async fn adapts_to_the_largest_page() {
    let (sandbox, client) = account(|builder| builder.largest_page(100)).await;
    let list = client.sites().await.expect("sites");
    assert_eq!((list.sites.len(), list.source), (2000, SitesSource::V2));
    assert_eq!(sandbox.journal().total(), 21);
}

#[tokio::test]
async fn creates_and_renames_a_website() {
    let clock = Clock::manual();
    let sandbox = Sandbox::builder().clock(clock.clone()).start().await;
    let sandbox = sandbox.expect("a sandbox");
    let client = Client::builder()
        .from_pairs(sandbox.env())
        .clock(HandClock::jumping(Duration::from_secs(10)))
        .build()
        .expect("a client");
    // Each poll lets the sandbox work for a minute.
    let work = |pending: Pending<Website>| {
        let clock = clock.clone();
        pending.on_progress(move |_| clock.advance(Duration::from_secs(60)))
    };
    let hosting = client.hosting("example.cluster01.hosting.ovh.net");
    let websites = hosting.site_websites();
    let wanted = NewWebsiteSpec::new("shop.example.com", "shop").path("shop");
    let pending = websites.create(wanted).await.expect("a creation");
    let website = work(pending).wait().await.expect("a website");
    assert_eq!(website.current_state.path, "shop");
    let pending = websites.rename(&website.id, "new").await.expect("a change");
    let renamed = work(pending).wait().await.expect("a website");
    assert_eq!(renamed.current_state.name, "new");
    let mut domains = websites.domains(&website.id);
    let domain = domains.next().await.expect("an item").expect("a domain");
    assert_eq!(domain.current_state.fqdn, "shop.example.com");
}

fn website(status: &str, task: &str) -> String {
    let name = r#"{"name":"shop"}"#;
    format!(
        r#"{{"checksum":"c","id":"1","resourceStatus":"{status}","targetSpec":{name},"currentState":{{
            "git":{{"status":"DISABLED","vcsBranch":null,"vcsUrl":null}},"linkedDomains":1,
            "module":{{"enabled":false}},"name":"shop","path":"shop"}},"currentTasks":[{{
            "id":"7","link":"/","type":"website/create",{task}}}]}}"#
    )
}

#[tokio::test]
async fn failed_wait_names_the_reason() {
    let failed = r#""status":"ERROR","errors":[{"message":"no database left"}]"#;
    let waits = r#""status":"WAITING_USER_INPUT","errors":null"#;
    for (task, kind, reason) in [
        (failed, ErrorKind::Task, "no database left"),
        (
            waits,
            ErrorKind::Timeout,
            "`website/create` waits for user input",
        ),
    ] {
        let server = Server::start(move |seen| {
            json(&match seen.method.as_str() {
                "POST" => website("CREATING", r#""status":"RUNNING","errors":null"#),
                _ => website("CREATING", task),
            })
        })
        .await;
        let builder = server
            .builder()
            .clock(HandClock::jumping(Duration::from_secs(10)));
        let client = builder.build().expect("a client");
        let websites = client.hosting("a.ovh").site_websites();
        let wanted = NewWebsiteSpec::new("shop.example.com", "shop");
        let pending = websites.create(wanted).await.expect("a creation");
        let policy = WaitPolicy::default().deadline(Duration::from_secs(60));
        let error = pending.wait_with(policy).await.expect_err("no website");
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.message().contains(reason), "{error}");
    }
}

#[tokio::test]
async fn lists_of_v2_take_any_page_size() {
    let hosting = HostingSeed::new("a.ovh").domains(3);
    let sandbox = Sandbox::builder().hosting_with(hosting).largest_page(1);
    let sandbox = sandbox.start().await.expect("a sandbox");
    let client = Client::builder().from_pairs(sandbox.env()).build();
    let client = client.expect("a client");
    let websites = client.hosting("a.ovh").site_websites();
    let (mut list, mut domains) = (websites.list(), 0);
    while let Some(website) = list.next().await {
        let mut page = websites.domains(&website.expect("a website").id);
        while let Some(domain) = page.next().await {
            domain.expect("a domain");
            domains += 1;
        }
    }
    assert_eq!(domains, 4);
    let sites = ovh_web::operations::by_id("webhosting/sites::list").expect("an operation");
    let request = client.operation(sites, &[]).expect("a request");
    let sites = request.list().expect("a list").await.expect("sites");
    assert_eq!(sites.len(), 4);
}

const V2_OPERATIONS: [&str; 3] = [
    "webhosting/websites::create",
    "webhosting/hostings::get",
    "webhosting/sites::list",
];

#[tokio::test]
async fn check_of_a_hosting_names_its_v2_routes() {
    let sandbox = Sandbox::builder()
        .hosting("a.ovh")
        .hosting("b.ovh")
        .grant("GET", "/auth/currentCredential")
        .grant("GET", "/hosting/web/*")
        .grant("GET", "/v2/webhosting/resource/a.ovh");
    let sandbox = sandbox.start().await.expect("a sandbox");
    let client = Client::builder().from_pairs(sandbox.env()).build();
    let client = client.expect("a client");
    let check = async |name: &str| -> Vec<String> {
        let checked = client.hosting(name).check(V2_OPERATIONS).await;
        let checked = checked.expect("answers");
        checked.iter().map(ToString::to_string).collect()
    };
    let here = check("a.ovh").await;
    // A rule of version 1 allows nothing of version 2.
    assert!(
        here[0].ends_with("POST /v2/webhosting/resource/a.ovh/website"),
        "{}",
        here[0]
    );
    assert!(here[1].ends_with(": may be called"), "{}", here[1]);
    assert!(
        here[2].ends_with("GET /v2/webhosting/attachedDomain"),
        "{}",
        here[2]
    );
    let there = check("b.ovh").await;
    assert!(
        there[1].ends_with("GET /v2/webhosting/resource/b.ovh"),
        "{}",
        there[1]
    );
}

#[tokio::test]
async fn token_check_of_hosting_covers_v2_actions() {
    let sandbox = Sandbox::builder()
        .hosting("a.ovh")
        .access_token("a-token")
        .iam("webHosting:apiovh:get")
        .start()
        .await
        .expect("a sandbox");
    let client = Client::builder().base_url(sandbox.base_url());
    let client = client.access_token("a-token").build().expect("a client");
    let checked = client.hosting("a.ovh").check(V2_OPERATIONS).await;
    let checked = checked.expect("answers");
    assert!(checked[1].is_allowed(), "{}", checked[1]);
    for (index, on) in [(0, "webHosting:a.ovh"), (2, "account:")] {
        let ovh_web::Access::MissingActions { on: found, .. } = &checked[index].access else {
            panic!("nothing grants it: {}", checked[index]);
        };
        assert!(found[0].contains(on), "{}", checked[index]);
    }
}
