//! Tests of a program's settings of reqwest: what stays, what is switched off, what is refused.
//!
//! Settings behind features of reqwest (cookies, compression) are tested in `tests/engines`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::{self, Answer, Seen, Server, answer, json};
use ovh_web::{Client, Error, ErrorKind, Method, StatusCode, http};
use reqwest::ClientBuilder;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

fn client(server: &Server, set: fn(ClientBuilder) -> ClientBuilder) -> Client {
    let builder = server.builder();
    let builder = builder.reqwest(move || set(reqwest::Client::builder()));
    builder.build().expect("a client")
}

async fn get(client: &Client) -> Result<u8, Error> {
    client.request(Method::GET, "/me").retries(0).json().await
}

fn default_header(name: &'static str, value: &'static str) -> HeaderMap {
    let name = HeaderName::from_static(name);
    HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
}

/// Sends one call through a client with the settings, and returns the request.
async fn leaves(set: fn(ClientBuilder) -> ClientBuilder) -> Seen {
    let server = Server::start(|_| json("7")).await;
    assert_eq!(get(&client(&server, set)).await.expect("an answer"), 7);
    let mut calls = server.calls();
    assert_eq!(calls.len(), 1);
    calls.remove(0)
}

#[test]
fn reqwest_builds_after_our_builder() {
    let _ = Client::builder();
    let own = reqwest::Client::builder().build();
    own.expect("a client of reqwest");
}

#[tokio::test]
async fn redirects_and_referer_are_off() {
    let server = Server::start(|seen| match seen.target.as_str() {
        "/1.0/me" => answer(302, "Location: /1.0/other\r\n", ""),
        _ => json("7"),
    })
    .await;
    let client = client(&server, |builder| {
        let follow = reqwest::redirect::Policy::limited(5);
        builder.redirect(follow).referer(true)
    });
    let error = get(&client).await.expect_err("a redirect");
    assert_eq!(error.status(), Some(StatusCode::FOUND));
    let calls = server.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].header("referer"), None);
}

#[tokio::test]
async fn retries_are_off() {
    let server = Server::start(|_| answer(503, "", "")).await;
    let client = client(&server, |builder| {
        let policy = reqwest::retry::for_host("127.0.0.1").no_budget();
        let policy = policy.classify_fn(|seen| match seen.status() {
            Some(http::StatusCode::SERVICE_UNAVAILABLE) => seen.retryable(),
            _ => seen.success(),
        });
        builder.retry(policy.max_retries_per_request(3))
    });
    get(&client).await.expect_err("busy");
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn other_default_headers_leave() {
    let seen = leaves(|builder| {
        let own = default_header("x-own", "kept");
        builder.default_headers(own).user_agent("other/1")
    })
    .await;
    assert_eq!(seen.header("x-own"), Some("kept"));
    let agent = seen.header("user-agent").expect("an agent");
    assert!(agent.starts_with("ovh-web/"), "{agent}");
    let seen =
        leaves(|builder| builder.default_headers(default_header("accept", "text/html"))).await;
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert_eq!(seen.header("accept-encoding"), None);
}

#[tokio::test]
async fn default_credentials_are_refused() {
    let server = Server::start(|_| json("7")).await;
    for name in [
        "authorization",
        "cookie",
        "x-ovh-application",
        "x-ovh-consumer",
        "x-ovh-signature",
        "x-ovh-timestamp",
    ] {
        let builder = server.builder().reqwest(move || {
            let own = default_header(name, "canary-default");
            reqwest::Client::builder().default_headers(own)
        });
        let error = builder.build().expect_err(name);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("default header"), "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
    }
    // A value that looks like a name is not one.
    let seen = leaves(|builder| {
        let own = default_header("x-own", r#"", "authorization": ""#);
        builder.default_headers(own)
    })
    .await;
    assert_eq!(seen.header("authorization"), None);
    assert!(server.all().is_empty());
}

#[tokio::test]
async fn proxy_of_the_program_stays() {
    let proxy = Server::start(|_| json("7")).await;
    let host = proxy.host.clone();
    let client = support::builder("http://127.0.0.1:1/1.0").reqwest(move || {
        let proxy = reqwest::Proxy::http(format!("http://{host}"));
        reqwest::Client::builder().proxy(proxy.expect("a proxy"))
    });
    let client = client.build().expect("a client");
    assert_eq!(get(&client).await.expect("an answer"), 7);
    let seen = proxy.calls();
    assert_eq!(seen[0].target, "http://127.0.0.1:1/1.0/me");
}

#[tokio::test]
async fn resolved_names_stay() {
    let server = Server::start(|_| json("7")).await;
    let address = server.host.parse().expect("an address");
    let builder = support::builder("http://api.test:80/1.0").allow_plain_http("api.test");
    let builder = builder.reqwest(move || {
        let builder = reqwest::Client::builder().resolve("api.test", address);
        builder.https_only(false).connection_verbose(true)
    });
    let client = builder.build().expect("a client");
    assert_eq!(get(&client).await.expect("an answer"), 7);
    assert_eq!(server.calls()[0].header("host"), Some("api.test"));
}

#[tokio::test]
async fn timeouts_of_the_program_stay() {
    let server = Server::start(|seen| match seen.target.ends_with("/auth/time") {
        true => json("1457018875"),
        false => Answer::Silence,
    })
    .await;
    let client = client(&server, |builder| {
        builder
            .timeout(Duration::from_millis(50))
            .pool_max_idle_per_host(1)
    });
    let error = get(&client).await.expect_err("silence");
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
}

#[tokio::test]
async fn https_only_stays() {
    let server = Server::start(|_| json("7")).await;
    let client = client(&server, |builder| builder.https_only(true));
    let error = get(&client).await.expect_err("plain HTTP");
    assert!(error.to_string().contains("scheme"), "{error}");
    assert!(server.all().is_empty());
}

#[tokio::test]
async fn function_is_called_for_each_pool() {
    let server = Server::start(|_| json("7")).await;
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let builder = server.builder().reqwest(move || {
        counter.fetch_add(1, Ordering::SeqCst);
        reqwest::Client::builder().pool_idle_timeout(Duration::from_secs(1))
    });
    let client = builder.build().expect("a client");
    get(&client).await.expect("an answer");
    get(&client).await.expect("an answer");
    // Reads and writes, to check the settings and for the runtime of the test.
    assert_eq!(count.load(Ordering::SeqCst), 4);
}
