//! Tests of the server's clock: skewed from the start, skewed later, drifting.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::support::{HandClock, NOW, Server, answer};
use ovh_web::{Client, Error, ErrorKind, Method};
use serde_json::Value;

async fn get(client: &Client) -> Result<Value, Error> {
    client.request(Method::Get, "/me").json().await
}

async fn post(client: &Client) -> Result<(), Error> {
    client.request(Method::Post, "/me").body("x").send().await
}

/// A server with its own clock, which refuses timestamps that are off by over 30 seconds.
///
/// With `dated` its responses have a `Date`.
async fn strict_server(
    off: Arc<AtomicI64>,
    clock: HandClock,
    refusal: (u16, &'static str),
    dated: bool,
) -> Server {
    Server::start_bare(move |seen| {
        use ovh_web::Clock;
        let passed = i64::try_from(clock.monotonic().as_secs()).expect("a short test");
        let now = NOW as i64 + passed + off.load(Ordering::SeqCst);
        let date = match dated {
            true => format!("Date: {}\r\n", http_date(now)),
            false => String::new(),
        };
        if seen.target.ends_with("/auth/time") {
            return answer(200, &date, &now.to_string());
        }
        let signed: i64 = seen
            .header("x-ovh-timestamp")
            .expect("a time")
            .parse()
            .expect("a number");
        if (signed - now).abs() <= 30 {
            return answer(200, &date, "7");
        }
        answer(refusal.0, &date, refusal.1)
    })
    .await
}

fn http_date(now: i64) -> String {
    // 2016-03-03 is a Thursday; the tests stay within that day and the next.
    let midnight = 1_456_963_200;
    let (day, rest) = ((now - midnight) / 86_400, (now - midnight) % 86_400);
    let name = ["Thu", "Fri"][usize::try_from(day).expect("a day")];
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!(
        "{name}, {:02} Mar 2016 {hour:02}:{minute:02}:{second:02} GMT",
        3 + day
    )
}

/// The responses to a wrong timestamp, in both of the API's forms.
const REFUSALS: [(u16, &str); 6] = [
    (400, r#"{"errorCode":"INVALID_SIGNATURE","message":"no"}"#),
    (403, r#"{"errorCode":"INVALID_KEY","message":"no"}"#),
    (
        400,
        r#"{"errorCode":"QUERY_TIME_OUT","message":"Query out of time"}"#,
    ),
    (
        400,
        r#"{"class":"Client::BadRequest","message":"Invalid signature"}"#,
    ),
    (
        403,
        r#"{"class":"Client::Forbidden","message":"This application key is invalid"}"#,
    ),
    STALE,
];

const STALE: (u16, &str) = (
    400,
    r#"{"class":"Client::BadRequest","message":"Query out of time"}"#,
);

#[tokio::test]
async fn measures_clock_skew_and_retries() {
    for code in REFUSALS {
        let clock = HandClock::default();
        clock.set_skew(-3600);
        let server = strict_server(Arc::default(), clock.clone(), code, false).await;
        let client = server
            .builder()
            .clock(clock.clone())
            .build()
            .expect("a client");
        post(&client)
            .await
            .expect("off by an hour from the beginning");
        assert_eq!((server.calls().len(), server.all().len()), (1, 2));
        clock.set_skew(3600);
        post(&client)
            .await
            .expect("off by another two hours while it runs");
        assert_eq!(
            (server.calls().len(), server.all().len()),
            (3, 5),
            "refused, time, again"
        );
    }
}

#[tokio::test]
async fn wrong_secret_is_not_skew_and_write_sent_once() {
    let server = Server::start(|_| answer(REFUSALS[3].0, "", REFUSALS[3].1)).await;
    let client = server.client();
    for round in 1..4 {
        let error = post(&client).await.expect_err("refused");
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Authentication, 1)
        );
        assert_eq!(server.calls().len(), round);
    }
    assert_eq!(
        server.all().len() - 3,
        2,
        "at first, and once more after the first refusal"
    );
}

#[tokio::test]
async fn drifting_clock_follows_response_dates() {
    let (clock, off) = (HandClock::default(), Arc::new(AtomicI64::new(0)));
    let server = strict_server(Arc::clone(&off), clock.clone(), REFUSALS[0], true).await;
    let client = server
        .builder()
        .clock(clock.clone())
        .build()
        .expect("a client");
    for _ in 0..100 {
        get(&client).await.expect("an answer");
        off.fetch_add(10, Ordering::SeqCst);
        clock.advance(Duration::from_secs(60));
    }
    assert_eq!(
        (server.calls().len(), server.all().len()),
        (100, 101),
        "never refused"
    );
}

#[tokio::test]
async fn stale_timestamp_is_repeated_once() {
    // The server always says so: the time is measured again once.
    for (status, body) in [REFUSALS[2], STALE] {
        let server = Server::start(move |_| answer(status, "", body)).await;
        let clock = HandClock::jumping(Duration::from_secs(60));
        let client = server.builder().clock(clock.clone()).retries(3);
        let client = client.build().expect("a client");
        for (round, write) in [(1, false), (2, true), (3, true)] {
            let error = match write {
                true => post(&client).await.expect_err("refused"),
                false => get(&client).await.map(drop).expect_err("refused"),
            };
            assert_eq!(
                (error.kind(), error.attempts()),
                (ErrorKind::Authentication, 2)
            );
            assert!(error.is_retryable() && !error.maybe_applied(), "{error}");
            assert_eq!(server.calls().len(), 2 * round);
            let times = server.all().len() - server.calls().len();
            assert_eq!(times, 1 + round, "measured after each refusal");
        }
        assert!(
            clock
                .sleeps()
                .iter()
                .all(|sleep| *sleep > Duration::from_secs(60)),
            "no pause"
        );
    }
}

#[tokio::test]
async fn stale_timestamp_is_repeated_without_time() {
    // A call may have waited so long that only its timestamp was too old.
    let asked = Arc::new(AtomicI64::new(0));
    let server = Server::start_bare(move |seen| {
        let number = asked.fetch_add(1, Ordering::SeqCst);
        match (number, seen.target.ends_with("/auth/time")) {
            (0, true) => answer(200, "", &NOW.to_string()),
            (_, true) => answer(503, "", "<html>"),
            (1, false) => answer(STALE.0, "", STALE.1),
            (_, false) => answer(200, "", "7"),
        }
    })
    .await;
    post(&server.client()).await.expect("the second attempt");
    assert_eq!((server.calls().len(), server.all().len()), (2, 4));
}

#[tokio::test]
async fn no_retries_still_refreshes_for_next_call() {
    for refusal in REFUSALS {
        let clock = HandClock::default();
        let server = strict_server(Arc::default(), clock.clone(), refusal, false).await;
        let client = server
            .builder()
            .clock(clock.clone())
            .build()
            .expect("a client");
        get(&client).await.expect("an answer");
        clock.set_skew(3600);
        let once = client.request(Method::Post, "/me").body("x").retries(0);
        let error = once.send().await.expect_err("refused");
        assert_eq!((error.attempts(), server.calls().len()), (1, 2), "{error}");
        let once = client.request(Method::Post, "/me").body("x").retries(0);
        once.send().await.expect("the time is known now");
        assert_eq!((server.calls().len(), server.all().len()), (3, 5));
    }
}

#[tokio::test]
async fn bare_query_time_out_is_a_server_timeout() {
    let body = r#"{"errorCode":"QUERY_TIME_OUT","message":"too slow"}"#;
    let server = Server::start(move |_| answer(400, "", body)).await;
    let error = post(&server.client()).await.expect_err("refused");
    assert_eq!(
        (error.kind(), error.maybe_applied()),
        (ErrorKind::Server, true)
    );
    assert_eq!(
        (server.calls().len(), server.all().len()),
        (1, 2),
        "no question of time"
    );
}
