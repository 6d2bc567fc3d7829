//! Repeats over an HTTP engine of one's own, which says how far each attempt came.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ovh_web::{BoxFuture, Client, Error, HttpEngine, HttpFailure, HttpRequest, Method, Reply};
use support::{CONSUMER_KEY, HandClock, Server, answer};

async fn post(client: &Client) -> Result<(), Error> {
    client.request(Method::Post, "/me").body("x").send().await
}

/// Its row in the operation table says that it may be sent twice.
async fn delete(client: &Client) -> Result<(), Error> {
    let users = client.raw().users();
    users.delete("s.example", "a").await.map(drop)
}

/// Fails so many times as it is told, then answers; counts how often it was asked.
#[derive(Clone, Debug)]
struct Script(Arc<Mutex<Vec<HttpFailure>>>, Arc<AtomicUsize>);

impl Script {
    fn new(failures: Vec<HttpFailure>) -> Self {
        Self(Arc::new(Mutex::new(failures)), Arc::default())
    }
}

impl HttpEngine for Script {
    fn exchange(&self, request: HttpRequest) -> BoxFuture<'_, Result<Reply, HttpFailure>> {
        assert!(!format!("{request:?}").contains(CONSUMER_KEY));
        if request.url().ends_with("/auth/time") {
            return Box::pin(async { Ok(Reply::new(200, Vec::new(), b"1457018875".to_vec())) });
        }
        self.1.fetch_add(1, Ordering::SeqCst);
        let next = self.0.lock().expect("the script").pop();
        Box::pin(async move {
            match next {
                Some(failure) => Err(failure),
                None => Ok(Reply::new(200, Vec::new(), b"null".to_vec())),
            }
        })
    }
}

#[tokio::test]
async fn with_an_engine_of_ones_own_even_a_post_is_repeated_when_it_never_left() {
    let unsent = || HttpFailure::unsent("refused");
    let lost = || HttpFailure::no_reply("gone");
    // The last of the list comes first.
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
async fn an_attempt_that_may_have_worked_is_not_forgotten_when_the_last_one_surely_did_not() {
    let unsent = || HttpFailure::unsent("refused");
    // The last of the list comes first: the reply was lost, and then nobody was there any more.
    let lost = vec![unsent(), unsent(), unsent(), HttpFailure::no_reply("gone")];
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
        let looks = error.to_string().contains("may have done it");
        assert_eq!(looks, unsure, "{error}");
    }
    // The same with a refusal in the end: that it is not there may be our own doing.
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
    assert!(error.to_string().contains("may have done it"), "{error}");
}
