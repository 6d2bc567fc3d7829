//! Tests of the server's clock: skewed from the start, skewed later, drifting.

mod doubt;
mod unavailable;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::{Answer, HandClock, NOW, Server, answer};
use ovh_web::{
    AttemptInfo, AttemptOutcome, AttemptResult, Client, Clock, ClockSync, Error, ErrorKind, Method,
    Observer, RateLimit,
};
use serde_json::Value;

const MINUTE: Duration = Duration::from_secs(60);

async fn get(client: &Client) -> Result<Value, Error> {
    client.request(Method::GET, "/me").json().await
}

async fn post(client: &Client) -> Result<(), Error> {
    client.request(Method::POST, "/me").body("x").send().await
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
        assert_eq!((server.calls().len(), server.all().len()), (2, 3));
        clock.set_skew(3600);
        post(&client)
            .await
            .expect("off by another two hours while it runs");
        assert_eq!(
            (server.calls().len(), server.all().len()),
            (4, 6),
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
    assert_eq!(server.all().len() - 3, 1, "after the first refusal");
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
async fn stale_timestamp_asks_once_a_minute() {
    // The server always says so, and its time agrees: each call is repeated once.
    for (status, body) in [REFUSALS[2], STALE] {
        let clock = HandClock::jumping(Duration::from_secs(60));
        let server = Server::start_bare({
            let clock = clock.clone();
            move |seen| match seen.target.ends_with("/auth/time") {
                true => answer(200, "", &(NOW + clock.monotonic().as_secs()).to_string()),
                false => answer(status, "", body),
            }
        })
        .await;
        let client = server.builder().clock(clock.clone()).retries(3);
        let client = client.build().expect("a client");
        for (round, write, pause, asked) in [
            (1, false, 0, 1),
            (2, true, 30, 1),
            (3, true, 31, 2),
            (4, false, 0, 2),
        ] {
            clock.advance(Duration::from_secs(pause));
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
            assert_eq!(times, asked, "round {round}");
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
async fn hanging_time_shows_the_refusal() {
    // The timeout of the time request, or that of the whole call.
    let limits = [(15, 60), (60, 15)];
    let cases = REFUSALS
        .iter()
        .flat_map(|refusal| limits.map(|limits| (*refusal, limits)));
    for (refusal, (call, total)) in cases {
        let clock = HandClock::default();
        let server = Server::start_bare({
            let clock = clock.clone();
            move |seen| match seen.target.ends_with("/auth/time") {
                true => {
                    clock.advance(Duration::from_secs(20));
                    Answer::Silence
                }
                false => answer(refusal.0, "", refusal.1),
            }
        })
        .await;
        let builder = server
            .builder()
            .clock(clock)
            .total_timeout(Duration::from_secs(total));
        let builder = builder.call_timeout(Duration::from_secs(call));
        let client = builder.build().expect("a client");
        for round in [1, 2] {
            let error = post(&client).await.expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
            assert!(
                error.status().is_some() && !error.maybe_applied(),
                "{error}"
            );
            let times = server.all().len() - server.calls().len();
            assert_eq!(times, 1, "round {round}");
        }
    }
}

#[tokio::test]
async fn stale_timestamp_is_repeated_without_time() {
    // A call may have waited so long that only its timestamp was too old.
    let asked = Arc::new(AtomicI64::new(0));
    let server = Server::start_bare(move |seen| {
        let number = asked.fetch_add(1, Ordering::SeqCst);
        match (number, seen.target.ends_with("/auth/time")) {
            (_, true) => answer(503, "", "<html>"),
            (0, false) => answer(STALE.0, "", STALE.1),
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
            .clock_sync(ClockSync::Eager)
            .build()
            .expect("a client");
        get(&client).await.expect("an answer");
        clock.set_skew(3600);
        let once = client.request(Method::POST, "/me").body("x").retries(0);
        let error = once.send().await.expect_err("refused");
        assert_eq!((error.attempts(), server.calls().len()), (1, 2), "{error}");
        let once = client.request(Method::POST, "/me").body("x").retries(0);
        once.send().await.expect("the time is known now");
        assert_eq!((server.calls().len(), server.all().len()), (3, 5));
    }
}

#[tokio::test]
async fn no_retries_asks_for_the_time_first() {
    let clock = HandClock::default();
    clock.set_skew(3600);
    let server = strict_server(Arc::default(), clock.clone(), STALE, false).await;
    let client = server.builder().clock(clock.clone()).build();
    let client = client.expect("a client");
    for requests in [2, 3] {
        let once = client.request(Method::POST, "/me").body("x").retries(0);
        once.send().await.expect("an answer");
        assert_eq!(server.all().len(), requests);
    }
    let client = server.builder().clock(clock).retries(0).build();
    let client = client.expect("a client");
    for requests in [5, 6] {
        post(&client).await.expect("an answer");
        assert_eq!(server.all().len(), requests);
    }
}

#[tokio::test]
async fn wrong_dates_ask_once_a_minute() {
    // A proxy replaces `Date` in every response, `/auth/time` included.
    let clock = HandClock::default();
    let server = Server::start_bare({
        let clock = clock.clone();
        move |seen| {
            let now = NOW as i64 + i64::try_from(clock.monotonic().as_secs()).expect("seconds");
            let date = format!("Date: {}\r\n", http_date(now - 7200));
            match seen.target.ends_with("/auth/time") {
                true => answer(200, &date, &now.to_string()),
                false => answer(200, &date, "7"),
            }
        }
    })
    .await;
    let client = server.builder().clock(clock.clone()).build();
    let client = client.expect("a client");
    get(&client).await.expect("nothing is in doubt yet");
    assert_eq!(server.all().len(), 1);
    for asked in 0..3 {
        for _ in 0..10 {
            get(&client).await.expect("an answer");
            let calls = server.calls();
            let signed = calls.last().and_then(|call| call.header("x-ovh-timestamp"));
            assert_eq!(signed, Some(&*(NOW + 61 * asked).to_string()));
        }
        let times = server.all().len() - server.calls().len();
        assert_eq!(times as u64, asked + 1);
        clock.advance(Duration::from_secs(61));
    }
}

#[tokio::test]
async fn unsigned_calls_never_ask_for_the_time() {
    let server = Server::start(|_| {
        let date = format!("Date: {}\r\n", http_date(NOW as i64 - 7200));
        answer(200, &date, "7")
    })
    .await;
    let builder = || {
        let builder = Client::builder().base_url(server.base());
        let builder = builder.clock(HandClock::default());
        builder.clock_sync(ClockSync::Eager)
    };
    let with_key = builder()
        .application_key("key")
        .application_secret("secret");
    let with_key = with_key.without_consumer_key().build();
    let with_key = with_key.expect("a client");
    let with_token = builder().access_token("token").build().expect("a client");
    for _ in 0..3 {
        let _ = with_key.raw().module_catalog().get(1).await;
        get(&with_token).await.expect("an answer");
    }
    assert_eq!(server.calls().len(), 6);
    assert_eq!(server.all().len(), server.calls().len());
}

/// Records how attempts ended.
#[derive(Clone, Debug, Default)]
struct Ends(Arc<Mutex<Vec<AttemptResult>>>);

impl Observer for Ends {
    fn attempt_finished(&self, _: &AttemptInfo<'_>, outcome: &AttemptOutcome<'_>) {
        self.0.lock().expect("the ends").push(outcome.result);
    }
}

#[tokio::test]
async fn resync_is_no_retry_and_no_failure() {
    let clock = HandClock::jumping(Duration::from_secs(60));
    clock.set_skew(3600);
    let fails = Arc::new(AtomicI64::new(0));
    let refusals = Arc::clone(&fails);
    let now = clock.clone();
    let server = Server::start_bare(move |seen| {
        let now = NOW + now.monotonic().as_secs();
        if seen.target.ends_with("/auth/time") {
            return answer(200, "", &now.to_string());
        }
        let signed = seen
            .header("x-ovh-timestamp")
            .and_then(|text| text.parse().ok());
        if signed.is_none_or(|signed: u64| signed.abs_diff(now) > 30) {
            return answer(STALE.0, "", STALE.1);
        }
        match refusals.fetch_add(1, Ordering::SeqCst) {
            0 => answer(503, "Retry-After: 0\r\n", ""),
            _ => answer(200, "", "7"),
        }
    })
    .await;
    let ends = Ends::default();
    // One retry is left after the resync, and the budget pays for that one alone.
    let client = server.builder().clock(clock).observer(ends.clone());
    let client = client.retries(1).retry_budget(1).build().expect("a client");
    get(&client).await.expect("the third attempt");
    let failed = AttemptResult::Failure(ErrorKind::Server);
    let expected = [AttemptResult::Resync, failed, AttemptResult::Success];
    assert_eq!(*ends.0.lock().expect("the ends"), expected);
}

#[tokio::test]
async fn resync_waits_for_the_rate_limit() {
    let clock = HandClock::jumping(Duration::from_secs(60));
    clock.set_skew(3600);
    let server = strict_server(Arc::default(), clock.clone(), STALE, false).await;
    let builder = server.builder().clock(clock.clone());
    let client = builder.rate_limit(RateLimit::per_minute(60)).build();
    post(&client.expect("a client")).await.expect("an answer");
    assert_eq!((server.calls().len(), server.all().len()), (2, 3));
    let waited: Duration = clock.sleeps().into_iter().filter(|it| *it <= MINUTE).sum();
    assert_eq!(waited, Duration::from_secs(1), "between the two attempts");
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
    assert_eq!(server.all().len(), 1, "no question of time");
}
