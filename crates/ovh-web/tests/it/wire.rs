//! Tests of signature, headers and request target.

use std::time::Duration;

use crate::support::{
    self, APPLICATION_KEY, APPLICATION_SECRET, CONSUMER_KEY, HandClock, NOW, Seen, Server, answer,
    json,
};
use ovh_web::{Client, ClockSync, Method, Secret, signature};
use serde_json::{Value, json as value};

const VECTORS: &str = include_str!("../fixtures/signatures.txt");

fn method(name: &str) -> Method {
    match name {
        "GET" => Method::GET,
        "POST" => Method::POST,
        "PUT" => Method::PUT,
        "DELETE" => Method::DELETE,
        other => panic!("no method {other}"),
    }
}

/// The signature of a request as the server received it.
fn expected(seen: &Seen) -> String {
    let host = seen.header("host").expect("a host");
    signature(
        &Secret::from(APPLICATION_SECRET),
        &Secret::from(CONSUMER_KEY),
        &seen.method,
        &format!("http://{host}{}", seen.target),
        &seen.body,
        seen.header("x-ovh-timestamp")
            .expect("a timestamp")
            .parse()
            .expect("a number"),
    )
}

#[tokio::test]
async fn vectors_arrive_as_signed() {
    let server = Server::start(|_| json("null")).await;
    let client = server.client();
    let mut paths = Vec::new();
    for line in VECTORS.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let mut request = client.request(method(fields[0]), fields[1]);
        if matches!(fields[0], "POST" | "PUT") {
            request = request.body(&value!({"a": "b", "c": "d"}));
        }
        request.json::<Value>().await.expect(line);
        paths.push((fields[0].to_owned(), fields[2].to_owned()));
    }
    let calls = server.calls();
    assert_eq!(calls.len(), 11);
    for (seen, (method, path)) in calls.iter().zip(paths) {
        assert_eq!((&seen.method, &seen.target), (&method, &path));
        assert_eq!(seen.header("x-ovh-application"), Some(APPLICATION_KEY));
        assert_eq!(seen.header("x-ovh-consumer"), Some(CONSUMER_KEY));
        assert_eq!(seen.header("x-ovh-timestamp"), Some(&*NOW.to_string()));
        assert_eq!(
            seen.header("x-ovh-signature"),
            Some(&*expected(seen)),
            "{method} {path}"
        );
        let with_body = matches!(&*method, "POST" | "PUT");
        assert_eq!(
            seen.body,
            if with_body {
                &br#"{"a":"b","c":"d"}"#[..]
            } else {
                b""
            }
        );
        assert_eq!(seen.header("content-type").is_some(), with_body);
    }
}

#[tokio::test]
async fn signs_target_with_query_and_non_ascii() {
    let server = Server::start(|_| json("null")).await;
    let client = server.client();
    client
        .request(Method::GET, "/me/b%C3%BC%2Fro's~|^`{}/x")
        .query("a b", "ü+&=/?'\"<>[]|^`{}")
        .query("again", vec!["1".to_owned(), "2".to_owned()])
        .query("absent", None::<String>)
        .json::<Value>()
        .await
        .expect("an answer");
    client
        .request(Method::POST, "/me?first='1'&x=[]")
        .query("second", 2_i64)
        .body(&value!({"é": "\u{1f600}</script>"}))
        .json::<Value>()
        .await
        .expect("an answer");
    let calls = server.calls();
    assert_eq!(calls.len(), 2);
    for seen in &calls {
        assert_eq!(
            seen.header("x-ovh-signature"),
            Some(&*expected(seen)),
            "{}",
            seen.target
        );
    }
    assert!(
        calls[0].target.ends_with(
            "?a%20b=%C3%BC%2B%26%3D%2F%3F%27%22%3C%3E%5B%5D%7C%5E%60%7B%7D&again=1&again=2"
        ),
        "{}",
        calls[0].target
    );
    assert!(calls[0].target.starts_with("/1.0/me/b%C3%BC%2Fro's~"));
    assert!(
        calls[1].target.ends_with("&second=2"),
        "{}",
        calls[1].target
    );
    assert_eq!(calls[1].body, "{\"é\":\"\u{1f600}</script>\"}".as_bytes());
}

#[tokio::test]
async fn sends_only_required_headers() {
    let server = Server::start(|_| json("null")).await;
    let client = server
        .builder()
        .user_agent_suffix("shop/2")
        .build()
        .expect("a client");
    client
        .request(Method::GET, "/me")
        .fresh()
        .header("X-Own", "1")
        .json::<Value>()
        .await
        .expect("an answer");
    client
        .request(Method::GET, "/me")
        .send()
        .await
        .expect("an answer");
    let calls = server.calls();
    let agent = format!("ovh-web/{} (shop/2)", env!("CARGO_PKG_VERSION"));
    assert_eq!(calls[0].header("user-agent"), Some(&*agent));
    assert_eq!(calls[0].header("accept"), Some("application/json"));
    assert_eq!(calls[0].header("pragma"), Some("no-cache"));
    assert_eq!(calls[0].header("x-own"), Some("1"));
    assert_eq!(calls[0].header("host"), Some(&*server.host));
    assert_eq!(calls[1].header("pragma"), None);
    for seen in &calls {
        assert_eq!(seen.header("accept-encoding"), None);
        assert_eq!(seen.header("authorization"), None);
    }
}

/// A client that asks for the time before its first signed call.
fn eager(server: &Server) -> Client {
    let builder = server.builder().clock_sync(ClockSync::Eager);
    builder.build().expect("a client")
}

#[tokio::test]
async fn fetches_server_time_once_unsigned() {
    let ahead = NOW + 3_600;
    let server = Server::start_bare(move |seen| {
        if seen.target == "/1.0/auth/time" {
            json(&ahead.to_string())
        } else {
            json("null")
        }
    })
    .await;
    let client = eager(&server);
    let callers: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.request(Method::GET, "/v1/me").send().await })
        })
        .collect();
    for caller in callers {
        caller.await.expect("no panic").expect("an answer");
    }
    let all = server.all();
    let (time, calls): (Vec<_>, Vec<_>) =
        all.iter().partition(|seen| seen.target == "/1.0/auth/time");
    assert_eq!((time.len(), calls.len()), (1, 50));
    assert_eq!(time[0].header("x-ovh-application"), Some(APPLICATION_KEY));
    for name in ["x-ovh-consumer", "x-ovh-timestamp", "x-ovh-signature"] {
        assert_eq!(time[0].header(name), None, "{name}");
    }
    for seen in calls {
        assert_eq!(seen.header("x-ovh-timestamp"), Some(&*ahead.to_string()));
    }
}

#[tokio::test]
async fn timestamp_follows_the_clock() {
    let server = Server::start(|_| json("null")).await;
    let clock = HandClock::default();
    let client = server
        .builder()
        .clock(clock.clone())
        .build()
        .expect("a client");
    client
        .request(Method::GET, "/me")
        .send()
        .await
        .expect("an answer");
    clock.advance(Duration::from_secs(100));
    client
        .request(Method::GET, "/me")
        .send()
        .await
        .expect("an answer");
    let stamps: Vec<_> = server
        .calls()
        .iter()
        .map(|seen| seen.header("x-ovh-timestamp").expect("signed").to_owned())
        .collect();
    assert_eq!(stamps, [NOW.to_string(), (NOW + 100).to_string()]);
}

#[tokio::test]
async fn time_failure_is_not_cached_nor_not_found() {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start_bare(move |seen| {
        if !seen.target.ends_with("/auth/time") {
            return json("null");
        }
        match count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => answer(404, "", r#"{"message":"Got an invalid (or empty) URL"}"#),
            1 => answer(
                403,
                "",
                r#"{"errorCode":"INVALID_KEY","message":"This application key is invalid"}"#,
            ),
            2 => answer(200, "", "<html>not here</html>"),
            _ => json(&NOW.to_string()),
        }
    })
    .await;
    let client = eager(&server);
    let call = || client.request(Method::GET, "/me").send();
    let error = call().await.expect_err("no such route");
    assert_eq!(error.kind(), ovh_web::ErrorKind::Configuration);
    assert!(
        error.to_string().contains("Got an invalid (or empty) URL"),
        "{error}"
    );
    assert!(error.to_string().contains("GET /me"), "{error}");
    let error = call().await.expect_err("a wrong key");
    assert_eq!(error.code(), Some("INVALID_KEY"));
    let error = call().await.expect_err("no number");
    assert_eq!(error.kind(), ovh_web::ErrorKind::Configuration);
    assert!(server.calls().is_empty(), "nothing else was sent");
    call().await.expect("the time is known now");
}

#[tokio::test]
async fn plain_calls_use_the_named_proxy() {
    let proxy = Server::start(|_| json("null")).await;
    let client = support::builder("http://127.0.0.1:1/1.0")
        .proxy(format!("http://user:pass@{}", proxy.host))
        .build()
        .expect("a client");
    client
        .request(Method::GET, "/me")
        .send()
        .await
        .expect("an answer");
    let calls = proxy.calls();
    assert_eq!(calls[0].target, "http://127.0.0.1:1/1.0/me");
    assert!(calls[0].header("proxy-authorization").is_some());
    let signed_for = signature(
        &Secret::from(APPLICATION_SECRET),
        &Secret::from(CONSUMER_KEY),
        "GET",
        "http://127.0.0.1:1/1.0/me",
        b"",
        NOW,
    );
    assert_eq!(calls[0].header("x-ovh-signature"), Some(&*signed_for));
}

#[test]
fn client_builds_outside_a_runtime() {
    let _: Client = support::builder("http://127.0.0.1:1/1.0")
        .build()
        .expect("a client");
}
