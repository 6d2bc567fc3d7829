//! Tests of retries: which calls, how many, and the pauses, counted at the server.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::{
    self, APPLICATION_SECRET, Answer, CONSUMER_KEY, HandClock, Server, answer, json,
};
use ovh_web::{
    AttemptInfo, AttemptOutcome, Backoff, Client, ClientBuilder, ClockSync, Error, ErrorKind,
    Method, Observer, StatusCode, signature,
};
use serde_json::Value;

/// A clock on which pauses pass at once, and timeouts do not.
fn patient(server: &Server) -> (ClientBuilder, HandClock) {
    let clock = HandClock::jumping(Duration::from_secs(100));
    let builder = server
        .builder()
        .clock(clock.clone())
        .retry_policy(Backoff::default().seed(1));
    (builder, clock)
}

async fn get(client: &Client) -> Result<Value, Error> {
    client.request(Method::GET, "/me").json().await
}

async fn post(client: &Client) -> Result<(), Error> {
    client.request(Method::POST, "/me").body("x").send().await
}

/// Idempotent PUT and DELETE operations, and an unknown DELETE.
async fn delete(client: &Client) -> Result<(), Error> {
    client
        .raw()
        .users()
        .delete("s.example", "a")
        .await
        .map(drop)
}

#[tokio::test]
async fn retry_after_beyond_timeout_ends_the_call() {
    for (asked, delay, calls) in [
        ("3600", 3600, 1),
        ("99", 99, 4),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 251_945_281_924, 1),
        ("99999999999999999999999", u64::MAX, 1),
    ] {
        let header = format!("Retry-After: {asked}\r\nDate: Thu, 03 Mar 2016 15:27:55 GMT\r\n");
        let server =
            Server::start(move |_| answer(429, &header, r#"{"message":"slow down"}"#)).await;
        let (builder, clock) = patient(&server);
        let client = builder.build().expect("a client");
        let error = get(&client).await.expect_err("refused");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(delay)));
        assert_eq!(server.calls().len(), calls, "{asked}");
        assert_eq!(
            clock
                .sleeps()
                .iter()
                .filter(|sleep| sleep.as_secs() == 99)
                .count(),
            calls - 1
        );
    }
}

#[tokio::test]
async fn retries_transient_only_where_safe() {
    let page = "<html><h1>busy</h1></html>";
    let words = r#"{"class":"Server::Busy","message":"busy"}"#;
    let code = r#"{"errorCode":"QUERY_TIME_OUT","message":"busy"}"#;
    for (status, body, reads, writes) in [
        (408, page, 4, 1),
        (408, words, 4, 1),
        (429, page, 4, 4),
        (429, words, 4, 4),
        (500, page, 4, 1),
        (500, words, 4, 1),
        (502, page, 4, 1),
        (502, words, 4, 1),
        (503, page, 4, 1),
        (503, words, 4, 1),
        (504, page, 4, 1),
        (504, words, 4, 1),
        (400, code, 4, 1),
        (400, words, 1, 1),
        (403, words, 1, 1),
        (404, words, 1, 1),
        (409, words, 1, 1),
        (460, words, 1, 1),
        (501, words, 1, 1),
    ] {
        let server = Server::start(move |_| answer(status, "", body)).await;
        let (builder, _) = patient(&server);
        let client = builder.build().expect("a client");
        let error = get(&client).await.expect_err("refused");
        assert_eq!(server.calls().len(), reads, "GET {status} {body}");
        assert_eq!(error.attempts() as usize, reads);
        assert_eq!(error.is_retryable(), reads > 1, "{error}");
        assert!(!error.maybe_applied());

        let before = server.calls().len();
        let error = post(&client).await.expect_err("refused");
        assert_eq!(
            server.calls().len() - before,
            writes,
            "POST {status} {body}"
        );
        let unclear = reads > 1 && status != 429;
        assert_eq!(error.maybe_applied(), unclear, "{error}");
        assert_eq!(
            error.to_string().contains("check before"),
            unclear,
            "{error}"
        );

        let before = server.calls().len();
        let error = delete(&client).await.expect_err("refused");
        assert_eq!(
            server.calls().len() - before,
            reads,
            "DELETE {status} {body}"
        );
        assert_eq!(error.maybe_applied(), unclear, "{error}");
    }
}

#[tokio::test]
async fn lost_connection_retries_reads_not_writes() {
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":";
    for bytes in [Vec::new(), half.to_vec()] {
        let server = Server::start(move |_| Answer::Reset(bytes.clone())).await;
        let (builder, _) = patient(&server);
        let client = builder.build().expect("a client");
        let error = get(&client).await.expect_err("reset");
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert_eq!((server.calls().len(), error.attempts()), (4, 4));
        let error = post(&client).await.expect_err("reset");
        assert_eq!((server.calls().len(), error.attempts()), (5, 1));
        assert!(error.maybe_applied() && !error.is_retryable(), "{error}");
    }
}

#[tokio::test]
async fn each_attempt_is_signed_again() {
    let server = Server::start({
        let count = AtomicUsize::new(0);
        move |_| match count.fetch_add(1, Ordering::SeqCst) {
            0 | 1 => answer(503, "Retry-After: 5\r\n", ""),
            _ => json("7"),
        }
    })
    .await;
    let (builder, _) = patient(&server);
    let client = builder.build().expect("a client");
    let value: Value = get(&client).await.expect("the third time");
    assert_eq!(value, 7);
    let calls = server.calls();
    assert_eq!(calls.len(), 3);
    let mut last = 0;
    for seen in calls {
        let time: u64 = seen
            .header("x-ovh-timestamp")
            .expect("a time")
            .parse()
            .expect("a number");
        assert!(time >= last + 5 || last == 0, "{last} {time}");
        last = time;
        let url = format!("http://{}{}", server.host, seen.target);
        let (secret, key) = (APPLICATION_SECRET.into(), CONSUMER_KEY.into());
        let signed = signature(&secret, &key, "GET", &url, b"", time);
        assert_eq!(seen.header("x-ovh-signature"), Some(&*signed));
    }
    assert_eq!(server.all().len(), 3, "the time was not asked for");
}

#[tokio::test]
async fn waits_for_retry_after_in_seconds_or_as_a_date() {
    // The clock is at 15:27:55, an hour after the server's.
    for (after, least) in [
        ("7", 7),
        ("Thu, 03 Mar 2016 14:28:25 GMT", 30),
        ("Thu, 03 Mar 2016 14:00:00 GMT", 0),
        ("Thu, 03 Mar 2016 14:29:25 GMT", 90),
    ] {
        let headers = format!("Retry-After: {after}\r\nDate: Thu, 03 Mar 2016 14:27:55 GMT\r\n");
        let server = Server::start({
            let count = AtomicUsize::new(0);
            move |_| match count.fetch_add(1, Ordering::SeqCst) {
                0 => answer(429, &headers, ""),
                _ => json("7"),
            }
        })
        .await;
        let (builder, clock) = patient(&server);
        let client = builder.build().expect("a client");
        post(&client).await.expect("the second time");
        assert_eq!(server.calls().len(), 2);
        let [pause] = clock.sleeps()[..] else {
            panic!("one pause, not {:?}", clock.sleeps());
        };
        let least = Duration::from_secs(least);
        assert!(
            pause >= least && pause < least + Duration::from_millis(500),
            "{after}: {pause:?}"
        );
    }
}

#[tokio::test]
async fn time_and_token_requests_obey_retry_after() {
    for (status, with_token) in [(429, false), (503, false), (429, true), (503, true)] {
        let count = AtomicUsize::new(0);
        let server = Server::start_bare(move |seen| {
            match (count.fetch_add(1, Ordering::SeqCst), &*seen.target) {
                (0, _) => answer(status, "Retry-After: 9\r\n", ""),
                (_, "/1.0/auth/time") => json(&support::NOW.to_string()),
                (_, "/token") => {
                    json(r#"{"access_token":"a","token_type":"Bearer","expires_in":3599}"#)
                }
                _ => json("7"),
            }
        })
        .await;
        let (builder, clock) = patient(&server);
        let mut builder = builder.clock_sync(ClockSync::Eager);
        if with_token {
            builder = Client::builder()
                .base_url(server.base())
                .client_id("EU.1")
                .client_secret("s3cr3t")
                .token_url(format!("http://{}/token", server.host))
                .clock(clock.clone());
        }
        let client = builder.build().expect("a client");
        post(&client).await.expect("the second time");
        let pauses = clock.sleeps();
        assert!(
            matches!(pauses[..], [pause] if pause.as_secs() == 9),
            "{status} {with_token}: {pauses:?}"
        );
    }
}

#[tokio::test]
async fn call_has_its_own_retries_and_timeout() {
    let server = Server::start(|_| answer(503, "Retry-After: 20\r\n", "")).await;
    // Long enough for the pauses, too short for the timeouts.
    let clock = HandClock::jumping(Duration::from_secs(21));
    let builder = server.builder().clock(clock).retries(3);
    let client = builder.build().expect("a client");
    for (retries, seconds, sent) in [
        (0, 300, 1),
        (1, 300, 2),
        (6, 300, 7),
        (6, 45, 3),
        (6, 22, 2),
    ] {
        let before = server.calls().len();
        let call = client.request(Method::GET, "/me").retries(retries);
        let error = call
            .timeout(Duration::from_secs(seconds))
            .send()
            .await
            .expect_err("busy");
        assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
        assert_eq!(server.calls().len() - before, sent, "{retries} {seconds}");
    }
}

/// A policy with a constant pause.
#[derive(Debug)]
struct Every(Duration);

impl ovh_web::RetryPolicy for Every {
    fn pause(&self, _: &ovh_web::FailedAttempt) -> Option<Duration> {
        Some(self.0)
    }
}

#[tokio::test]
async fn pause_beyond_timeout_is_not_started() {
    let server = Server::start(|_| answer(503, "", "")).await;
    let twenty = Duration::from_secs(20);
    for (total, sent) in [(40, 2), (41, 3)] {
        let before = server.calls().len();
        let client = server
            .builder()
            .clock(HandClock::jumping(twenty))
            .retry_policy(Every(twenty))
            .total_timeout(Duration::from_secs(total))
            .build()
            .expect("a client");
        let error = get(&client).await.expect_err("busy");
        assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
        assert_eq!(server.calls().len() - before, sent, "{total}");
    }
}

#[tokio::test]
async fn spent_budget_stops_retries() {
    let server = Server::start(|_| answer(503, "", "")).await;
    let (builder, _) = patient(&server);
    let client = builder.retry_budget(5).build().expect("a client");
    for _ in 0..10 {
        let error = get(&client.clone()).await.expect_err("busy");
        assert_eq!(error.kind(), ErrorKind::Server);
    }
    assert_eq!(server.calls().len(), 10 + 5);
}

#[tokio::test]
async fn ten_first_try_successes_earn_a_retry() {
    let server = Server::start(|seen| match &*seen.target {
        "/1.0/me" => json("7"),
        _ => answer(503, "", ""),
    })
    .await;
    let (builder, _) = patient(&server);
    let client = builder.retry_budget(1).build().expect("a client");
    let sent_to_the_broken_one = async || {
        let before = server.calls().len();
        let call = client.request(Method::GET, "/broken").send();
        call.await.expect_err("busy");
        server.calls().len() - before
    };
    let good = async |times: usize| {
        for _ in 0..times {
            get(&client).await.expect("an answer");
        }
    };
    assert_eq!(sent_to_the_broken_one().await, 2);
    good(9).await;
    assert_eq!(sent_to_the_broken_one().await, 1);
    good(1).await;
    assert_eq!(sent_to_the_broken_one().await, 2);
}

/// Records its events.
#[derive(Clone, Debug, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn add(&self, text: String) {
        self.0.lock().expect("the notes").push(text);
    }
}

impl Observer for Notes {
    fn attempt_started(&self, attempt: &AttemptInfo<'_>) {
        self.add(format!("{} {} begins", attempt.operation, attempt.number));
    }

    fn attempt_finished(&self, attempt: &AttemptInfo<'_>, outcome: &AttemptOutcome<'_>) {
        let (status, result) = (outcome.status, outcome.result);
        self.add(format!("{} ends {status:?} {result}", attempt.number));
    }

    fn retry(&self, attempt: &AttemptInfo<'_>, pause: Duration) {
        self.add(format!(
            "after {} pause {}",
            attempt.number,
            pause.as_secs()
        ));
    }

    fn waited(&self, attempt: &AttemptInfo<'_>, time: Duration) {
        self.add(format!("{} waited {}", attempt.number, time.as_secs()));
    }
}

#[tokio::test]
async fn observer_gets_attempts_pauses_and_waits() {
    let server = Server::start({
        let count = AtomicUsize::new(0);
        move |_| match count.fetch_add(1, Ordering::SeqCst) {
            0 => answer(503, "Retry-After: 5\r\n", ""),
            _ => json("7"),
        }
    })
    .await;
    let notes = Notes::default();
    let (builder, _) = patient(&server);
    let builder = builder.observer(notes.clone());
    let client = builder
        .rate_limit(ovh_web::RateLimit::per_minute(6))
        .build()
        .expect("a client");
    client
        .request(Method::GET, "/me?secret=s3cr3t")
        .send()
        .await
        .expect("an answer");
    let notes = notes.0.lock().expect("the notes").clone();
    assert_eq!(
        notes,
        [
            "GET /me 1 begins",
            "1 ends Some(503) Server",
            "after 1 pause 5",
            "GET /me 2 begins",
            "2 waited 4",
            "2 ends Some(200) success",
        ]
    );
}

#[tokio::test]
async fn unrequested_compression_is_reported() {
    let server = Server::start(|seen| {
        assert_eq!(seen.header("accept-encoding"), None);
        let status = if seen.method == "PUT" { 502 } else { 200 };
        answer(status, "Content-Encoding: gzip\r\n", "\u{1f}binary")
    })
    .await;
    let client = server.client();
    let error = get(&client).await.expect_err("gzip");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(
        error.to_string().contains("gzip") && !error.maybe_applied(),
        "{error}"
    );
    let error = post(&client).await.expect_err("gzip");
    assert!(error.maybe_applied(), "{error}");
    let error = client
        .request(Method::PUT, "/me")
        .send()
        .await
        .expect_err("refused");
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Server, Some(StatusCode::BAD_GATEWAY))
    );
    assert!(!error.to_string().contains("binary"), "{error}");
    assert_eq!(server.calls().len(), 3);
}

#[tokio::test]
async fn unusable_response_is_not_retried() {
    let json = "Content-Type: application/json\r\n";
    for (what, status, headers, body) in [
        ("truncated", 200, json, r#"{"a": [1, 2"#),
        ("empty", 200, json, ""),
        (
            "a page",
            200,
            "Content-Type: text/html\r\n",
            "<html>fine</html>",
        ),
        ("of another type", 200, json, r#""seven""#),
        (
            "compressed",
            200,
            "Content-Encoding: gzip\r\n",
            "\u{1f}\u{8b}",
        ),
        ("elsewhere", 302, "Location: http://127.0.0.1:1/\r\n", ""),
        ("elsewhere", 307, "Location: /1.0/other\r\n", ""),
        ("odd", 299, json, "{"),
        ("odd", 999, json, ""),
    ] {
        let server = Server::start(move |_| answer(status, headers, body)).await;
        let (builder, _) = patient(&server);
        let client = builder.retries(3).build().expect("a client");
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
            let before = server.calls().len();
            let call = client.request(method.clone(), "/me").json::<Vec<u32>>();
            let error = call.await.expect_err(what);
            assert_eq!(server.calls().len(), before + 1, "{method} {what} {status}");
            assert_eq!(error.kind(), ErrorKind::Decode, "{method} {error}");
            assert!(!error.is_retryable(), "{error}");
            let was_done = status < 300 && method != Method::GET;
            assert_eq!(error.maybe_applied(), was_done, "{method} {error}");
        }
    }
}

#[tokio::test]
async fn read_only_client_sends_no_write() {
    let server = Server::start(|_| json("7")).await;
    let client = server.client().read_only();
    let error = post(&client).await.expect_err("a write");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    let error = delete(&client).await.expect_err("a write");
    assert!(error.to_string().contains("read-only"), "{error}");
    assert!(server.all().is_empty());
    get(&client).await.expect("a read");
}
