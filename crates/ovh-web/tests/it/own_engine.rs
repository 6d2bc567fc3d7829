//! Tests of retries with a custom HTTP engine, which reports how far each attempt got.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::{self, CONSUMER_KEY, HandClock, Server, answer};
use ovh_web::{Body, BoxFuture, Bytes, Client, Error, HttpEngine, HttpFailure, Method, http};

async fn post(client: &Client) -> Result<(), Error> {
    client.request(Method::POST, "/me").body("x").send().await
}

/// A DELETE that the operation table marks idempotent.
async fn delete(client: &Client) -> Result<(), Error> {
    let users = client.raw().users();
    users.delete("s.example", "a").await.map(drop)
}

/// Fails as often as scripted, then answers; counts the requests.
#[derive(Clone, Debug)]
struct Script(Arc<Mutex<Vec<HttpFailure>>>, Arc<AtomicUsize>);

impl Script {
    fn new(failures: Vec<HttpFailure>) -> Self {
        Self(Arc::new(Mutex::new(failures)), Arc::default())
    }
}

impl HttpEngine for Script {
    fn exchange(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, HttpFailure>> {
        assert!(!format!("{request:?}").contains(CONSUMER_KEY));
        if request.uri().path().ends_with("/auth/time") {
            return Box::pin(async { Ok(http::Response::new("1457018875".into())) });
        }
        self.1.fetch_add(1, Ordering::SeqCst);
        let next = self.0.lock().expect("the script").pop();
        let answer = next.map_or_else(|| Ok(http::Response::new("null".into())), Err);
        Box::pin(std::future::ready(answer))
    }
}

#[tokio::test]
async fn unsent_post_is_retried() {
    let unsent = || HttpFailure::unsent("refused");
    let lost = || HttpFailure::no_response("gone");
    // The failures are used from the end of the list.
    for (failures, sent, good) in [
        (vec![unsent(), unsent()], 3, true),
        (vec![unsent(), unsent(), unsent(), unsent()], 4, false),
        (vec![lost(), unsent()], 2, false),
        (vec![lost()], 1, false),
        (vec![HttpFailure::invalid("odd")], 1, false),
    ] {
        let engine = Script::new(failures);
        let client = support::builder("http://127.0.0.1:1/1.0")
            .clock(HandClock::jumping(Duration::from_secs(100)))
            .retries(3)
            .http(engine.clone())
            .build()
            .expect("a client");
        let result = post(&client).await;
        assert_eq!(engine.1.load(Ordering::SeqCst), sent);
        assert_eq!(result.is_ok(), good);
        if let Err(error) = result {
            let lost = error.to_string().contains("gone");
            assert_eq!(error.maybe_applied(), lost, "{error}");
        }
    }
}

#[tokio::test]
async fn maybe_applied_survives_later_unsent_attempt() {
    let unsent = || HttpFailure::unsent("refused");
    // From the end of the list: the response was lost, then no connection.
    let lost = vec![
        unsent(),
        unsent(),
        unsent(),
        HttpFailure::no_response("gone"),
    ];
    for (failures, unsure) in [
        (lost, true),
        (vec![unsent(), unsent(), unsent(), unsent()], false),
    ] {
        let engine = Script::new(failures);
        let client = support::builder("http://127.0.0.1:1/1.0")
            .clock(HandClock::jumping(Duration::from_secs(100)))
            .retries(3)
            .http(engine.clone())
            .build()
            .expect("a client");
        let error = delete(&client).await.expect_err("nobody was there");
        assert_eq!(engine.1.load(Ordering::SeqCst), 4);
        assert_eq!(error.maybe_applied(), unsure, "{error}");
        let looks = error.to_string().contains("may have made the change");
        assert_eq!(looks, unsure, "{error}");
    }
    // The same with a final 404: the object may be gone because of the first attempt.
    let count = AtomicUsize::new(0);
    let server = Server::start(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => answer(503, "", ""),
        _ => answer(404, "", ""),
    })
    .await;
    let clock = HandClock::jumping(Duration::from_secs(100));
    let builder = server.builder().clock(clock).retries(3);
    let client = builder.build().expect("a client");
    let error = delete(&client).await.expect_err("it is gone");
    assert!(error.is_not_found() && error.maybe_applied(), "{error}");
    assert!(
        error.to_string().contains("may have made the change"),
        "{error}"
    );
}
