//! Tests of HTTP engines: a test double, wrapped engines, and what a logged request shows.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use crate::support::{self, Server, json};
use ovh_web::{Body, Bytes, Client, HttpEngine, HttpFailure, Method, ReqwestEngine, http};
use serde_json::Value;

const CANARY: &str = "canary-engine";

/// Logs every request and answers it.
fn logging(log: &Arc<Mutex<String>>) -> impl HttpEngine + use<> {
    let log = Arc::clone(log);
    move |request: http::Request<Body>| {
        let shown = format!("{request:?} {request:#?}");
        log.lock().expect("the log").push_str(&shown);
        let answer = match request.uri().path() {
            "/1.0/auth/time" => "1457018875",
            "/token" => r#"{"access_token":"canary-engine-token","expires_in":3599}"#,
            _ => "null",
        };
        async move { Ok(http::Response::new(Bytes::from(answer))) }
    }
}

#[tokio::test]
async fn logged_request_shows_no_secret() {
    let base = "http://127.0.0.1:1/1.0";
    let key = || Client::builder().base_url(base);
    for (builder, requests) in [
        (
            key()
                .application_key("canary-engine-ak")
                .application_secret("canary-engine-as")
                .consumer_key("canary-engine-ck"),
            2,
        ),
        (key().access_token("canary-engine-bearer"), 1),
        (
            key()
                .client_id("canary-engine-id")
                .client_secret("canary-engine-cs")
                .token_url("http://127.0.0.1:1/token"),
            2,
        ),
    ] {
        let log = Arc::default();
        let client = builder.http(logging(&log)).retries(0).build();
        let call = client.expect("a client").request(Method::POST, "/me");
        // With `retries(0)` a signed call asks for the time first.
        let call = call.header("X-Own", CANARY).body(CANARY).retries(0);
        call.send().await.expect("an answer");
        let log = log.lock().expect("the log").clone();
        assert!(!log.contains("canary"), "{log}");
        assert_eq!(log.matches("method: ").count(), 2 * requests, "{log}");
        for shown in ["/1.0/me", "x-own", "Sensitive", "user-agent", "bytes)"] {
            assert!(log.contains(shown), "no {shown} in {log}");
        }
        assert!(log.contains("x-ovh-signature") || log.contains("authorization"));
    }
}

#[tokio::test]
async fn closure_is_a_test_double() {
    let client = support::builder("http://127.0.0.1:1/1.0")
        .clock(support::StillClock)
        .http(|request: http::Request<Body>| async move {
            match request.uri().path() {
                "/1.0/auth/time" => Ok(http::Response::new("1457018875".into())),
                "/1.0/hosting/web" => Ok(http::Response::new(r#"["a.example"]"#.into())),
                _ => Err(HttpFailure::unsent("no such route")),
            }
        })
        .build()
        .expect("a client");
    let names: Vec<String> = client
        .request(Method::GET, "/hosting/web")
        .json()
        .await
        .expect("names");
    assert_eq!(names, ["a.example"]);
    let error = client.request(Method::GET, "/me").json::<Value>().await;
    let error = error.expect_err("no route").to_string();
    assert!(error.contains("no such route"), "{error}");
}

/// A service in the style of tower.
trait Service<R> {
    type Response;
    type Error;
    type Future: Future<Output = Result<Self::Response, Self::Error>>;
    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>>;
    fn call(&mut self, request: R) -> Self::Future;
}

#[derive(Clone)]
struct Echo;

impl Service<http::Request<Bytes>> for Echo {
    type Response = http::Response<Bytes>;
    type Error = String;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, String>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), String>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Bytes>) -> Self::Future {
        Box::pin(async move { Ok(http::Response::new(request.into_body())) })
    }
}

#[tokio::test]
async fn tower_service_is_an_engine() {
    let service = Echo;
    let client = Client::builder()
        .base_url("http://127.0.0.1:1/1.0")
        .access_token("token")
        .http(move |request: http::Request<Body>| {
            let mut service = service.clone();
            async move {
                let ready = std::future::poll_fn(|context| service.poll_ready(context)).await;
                ready.map_err(HttpFailure::unsent)?;
                let response = service.call(request.map(Bytes::from)).await;
                response.map_err(HttpFailure::no_response)
            }
        })
        .build()
        .expect("a client");
    let call = client.request(Method::POST, "/me").body("text");
    let echoed: String = call.json().await.expect("the body");
    assert_eq!(echoed, "text");
}

#[tokio::test]
async fn reqwest_client_is_an_engine() {
    let server = Server::start(|_| json("7")).await;
    let own = || {
        let http = reqwest::Client::builder()
            .build()
            .expect("a client of reqwest");
        move |request: http::Request<Body>| {
            let http = http.clone();
            async move {
                let request = request.map(Bytes::from).try_into()?;
                ReqwestEngine::read(http.execute(request).await?).await
            }
        }
    };
    let client = server.builder().http(own()).build().expect("a client");
    let number: u8 = client.request(Method::GET, "/me").json().await.expect("7");
    assert_eq!(number, 7);
    let (_socket, address) = support::refusing();
    let client = support::builder(&format!("http://{address}/1.0")).http(own());
    let client = client.build().expect("a client");
    let error = client
        .request(Method::POST, "/me")
        .send()
        .await
        .expect_err("nobody");
    assert!(!error.maybe_applied() && error.is_transient(), "{error}");
}

#[tokio::test]
async fn wrapper_counts_requests() {
    let server = Server::start(|_| json("7")).await;
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let client = server.builder().wrap_http(move |engine| {
        let (engine, count) = (Arc::new(engine), Arc::clone(&counter));
        move |request: http::Request<Body>| {
            count.fetch_add(1, Ordering::SeqCst);
            let engine = Arc::clone(&engine);
            async move { engine.exchange(request).await }
        }
    });
    let client = client.build().expect("a client");
    for _ in 0..3 {
        let number: u8 = client.request(Method::GET, "/me").json().await.expect("7");
        assert_eq!(number, 7);
    }
    assert_eq!(count.load(Ordering::SeqCst), server.all().len());
    assert!(server.all().len() >= 3);
}
