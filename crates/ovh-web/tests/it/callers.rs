//! Tests of concurrent callers, and of callers that are dropped.

use std::future::IntoFuture;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

use crate::support::{Answer, HandClock, NOW, Server, json};
use ovh_web::{Client, ClockSync, Error, Method, RateLimit};
use serde_json::Value;

fn jumping() -> HandClock {
    HandClock::jumping(Duration::from_secs(100))
}

async fn get(client: &Client) -> Result<Value, Error> {
    client.request(Method::GET, "/me").json().await
}

#[tokio::test]
async fn thousand_callers_fetch_time_once() {
    let server = Server::start(|_| json("7")).await;
    let builder = || server.builder().max_concurrent_calls(50);
    let eager = builder().clock_sync(ClockSync::Eager).build();
    all_at_once(&eager.expect("a client")).await;
    assert_eq!((server.calls().len(), server.all().len()), (1000, 1001));
    all_at_once(&builder().build().expect("a client")).await;
    assert_eq!((server.calls().len(), server.all().len()), (2000, 2001));
}

async fn all_at_once(client: &Client) {
    let callers: Vec<_> = (0..1000)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { get(&client).await.expect("an answer") })
        })
        .collect();
    for caller in callers {
        caller.await.expect("a caller");
    }
}

#[tokio::test]
async fn call_may_be_dropped_at_every_await() {
    let server = Server::start_bare(|seen| match seen.target.ends_with("/auth/time") {
        true => json(&NOW.to_string()),
        false => json("7"),
    })
    .await;
    let client = server
        .builder()
        .clock(jumping())
        .rate_limit(RateLimit::per_minute(600))
        .max_concurrent_calls(1)
        .build()
        .expect("a client");
    for polls in 0..40 {
        let mut call = client
            .request(Method::GET, "/me")
            .json::<Value>()
            .into_future();
        let mut done = false;
        for _ in 0..polls {
            let mut context = Context::from_waker(Waker::noop());
            if call.as_mut().poll(&mut context).is_ready() {
                done = true;
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(call);
        let result = get(&client).await;
        assert_eq!(
            result.expect("nothing is stuck"),
            7,
            "dropped after {polls} polls, {done}"
        );
    }
}

#[tokio::test]
async fn retries_silence_within_timeout() {
    let clock = jumping();
    let server = Server::start({
        let (clock, count) = (clock.clone(), AtomicUsize::new(0));
        move |_| match count.fetch_add(1, Ordering::SeqCst) {
            0 => {
                clock.advance(Duration::from_secs(181));
                Answer::Silence
            }
            _ => json("7"),
        }
    })
    .await;
    let client = server
        .builder()
        .clock(clock)
        .retries(3)
        .build()
        .expect("a client");
    assert_eq!(get(&client).await.expect("the second time"), 7);
    assert_eq!(server.calls().len(), 2);
}
