//! Lists, against a sandbox that pages and against one that does not.

use ovh_web::types::{ListDomains, NewDump};
use ovh_web::{ErrorKind, SortOrder};
use ovh_web_sandbox::{HostingSeed, Sandbox};
use ovh_web_tests::{SERVICE, Scene, fails};

fn seed(number: usize) -> HostingSeed {
    HostingSeed::new(format!("agency{number}.example.com"))
        .domains(20)
        .databases(5)
        .users(5)
        .modules(3)
        .crons(10)
}

#[tokio::test]
async fn inventories_100_hostings_in_501_calls() {
    let mut builder = Sandbox::builder();
    for number in 0..99 {
        builder = builder.hosting_with(seed(number));
    }
    let scene = Scene::of(builder.hosting_with(seed(99))).await;
    let mut counts = [0; 6];
    let mut hostings = scene.client.hostings().list().stream();
    while let Some(hosting) = hostings.next().await {
        let name = hosting.expect("a hosting").service_name;
        if !name.starts_with("agency") {
            continue;
        }
        let hosting = scene.client.hosting(&name);
        counts[0] += 1;
        counts[1] += hosting.domains().list().await.expect("domains").len();
        counts[2] += hosting.databases().list().await.expect("databases").len();
        counts[3] += hosting.users().list().await.expect("users").len();
        counts[4] += hosting.modules().list().await.expect("modules").len();
        counts[5] += hosting.crons().list().await.expect("crons").len();
    }
    // A hosting has its own domain and its primary user besides.
    assert_eq!(counts, [100, 2100, 500, 600, 300, 1000]);
    let entries = scene.sandbox.journal().entries();
    let calls = entries
        .iter()
        .filter(|entry| entry.operation != Some("auth::time"))
        .count();
    assert!(calls <= 501, "{calls} calls");
}

#[tokio::test]
async fn list_is_equal_with_and_without_paging() {
    let mut seen = Vec::new();
    for ignores in [false, true] {
        let builder = Sandbox::builder()
            .ignore_paging(ignores)
            .hosting_with(seed(1));
        let scene = Scene::of(builder).await;
        let domains = scene.client.hosting("agency1.example.com").domains();
        let list = domains.list().page_size(4);
        let names: Vec<String> = list
            .clone()
            .await
            .expect("domains")
            .into_iter()
            .map(|domain| domain.domain)
            .collect();
        assert_eq!(names, list.ids().await.expect("names"));
        let calls = scene.sandbox.journal().operation("domains::list").count();
        // Six pages, or the page that was ignored and the ids; then the ids for the comparison.
        assert_eq!(calls, if ignores { 3 } else { 7 });
        let gets = scene.sandbox.journal().operation("domains::get");
        gets.exactly(if ignores { 21 } else { 0 });
        seen.push(names);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].len(), 21);
}

#[tokio::test]
async fn stream_fetches_pages_lazily() {
    let scene = Scene::of(Sandbox::builder().hosting_with(seed(1))).await;
    let calls = || scene.sandbox.journal().operation("domains::list").count();
    let domains = scene.client.hosting("agency1.example.com").domains();
    let mut stream = domains.list().page_size(10).stream();
    assert_eq!(calls(), 0, "nothing is sent before the first is asked for");
    for number in 0..10 {
        stream.next().await.expect("a domain").expect("it decodes");
        assert_eq!(calls(), 1, "at {number}");
    }
    stream.next().await.expect("a domain").expect("it decodes");
    assert_eq!(calls(), 2);
    drop(stream);
    assert_eq!(calls(), 2);
}

#[tokio::test]
async fn sorting_requires_server_paging() {
    for ignores in [false, true] {
        let builder = Sandbox::builder()
            .ignore_paging(ignores)
            .hosting_with(seed(1));
        let scene = Scene::of(builder).await;
        let domains = scene.client.hosting("agency1.example.com").domains();
        let list = domains
            .list_with(&ListDomains::default().path("site"))
            .sort("domain", SortOrder::Descending);
        if ignores {
            let words = ["cannot sort or filter"];
            fails(list.await, ErrorKind::NotPaged, &words);
            continue;
        }
        let names: Vec<String> = list
            .await
            .expect("domains")
            .into_iter()
            .map(|domain| domain.domain)
            .collect();
        let mut sorted = names.clone();
        sorted.sort_by(|a, b| b.cmp(a));
        assert_eq!(names, sorted);
        assert_eq!(names.len(), 20);
    }
}

#[tokio::test]
async fn unknown_hosting_is_not_an_empty_list() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    assert!(hosting.crons().list().await.expect("none").is_empty());
    let dumps = hosting.database("nothere.mysql.db").dumps();
    fails(dumps.list().await, ErrorKind::NotFound, &["nothere"]);
    let (good, bad) = hosting.domains().list().split().await.expect("a list");
    assert_eq!((good.len(), bad.len()), (1, 0));
    assert_eq!(good[0].domain, SERVICE);
    let none = dumps.create(&NewDump::new("now")).await;
    fails(none, ErrorKind::NotFound, &[]);
}
