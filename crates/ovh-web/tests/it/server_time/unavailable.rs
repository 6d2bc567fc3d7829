//! Tests of a clock that is off by an hour, while the time route fails.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::doubt::times;
use super::*;
use ovh_web_sandbox::{Fault, Sandbox};

const HOUR: i64 = 3600;

/// A server that refuses timestamps off by over 30 seconds, and a client's clock an hour ahead.
///
/// Its `Date` is off by `date` seconds, if there is one. The time route responds with `time`, which
/// gets the clock, the number of the request and the right response.
async fn start(
    refusal: (u16, &'static str),
    date: Option<i64>,
    time: impl Fn(&HandClock, usize, Answer) -> Answer + Send + Sync + 'static,
) -> (Server, HandClock) {
    let clock = HandClock::default();
    clock.set_skew(HOUR);
    let (hand, count) = (clock.clone(), AtomicUsize::new(0));
    let server = Server::start_bare(move |seen| {
        let passed = i64::try_from(hand.monotonic().as_secs()).expect("a short test");
        let now = NOW as i64 + passed;
        let date = date.map(|off| format!("Date: {}\r\n", http_date(now + off)));
        let date = date.unwrap_or_default();
        if seen.target.ends_with("/auth/time") {
            let right = answer(200, &date, &now.to_string());
            return time(&hand, count.fetch_add(1, Ordering::SeqCst), right);
        }
        let signed = seen.header("x-ovh-timestamp").expect("a time");
        let signed: i64 = signed.parse().expect("a number");
        match (signed - now).abs() <= 30 {
            true => answer(200, &date, "7"),
            false => answer(refusal.0, &date, refusal.1),
        }
    })
    .await;
    (server, clock)
}

async fn send(client: &Client, is_write: bool) -> Result<(), Error> {
    match is_write {
        true => post(client).await,
        false => get(client).await.map(drop),
    }
}

#[tokio::test]
async fn one_failure_of_the_time_route_is_repeated() {
    let failures: [fn() -> Answer; 4] = [
        || Answer::Reset(Vec::new()),
        || answer(500, "", "<html>"),
        || answer(503, "", ""),
        || answer(429, "", ""),
    ];
    for (failure, is_write) in failures.iter().flat_map(|it| [(*it, false), (*it, true)]) {
        let time = move |_: &HandClock, number, right| match number {
            0 => failure(),
            _ => right,
        };
        let (server, clock) = start(STALE, None, time).await;
        let client = server.builder().clock(clock).build().expect("a client");
        send(&client, is_write).await.expect("an answer");
        assert_eq!((server.calls().len(), times(&server)), (2, 2));
    }
}

/// Responses of a time route that is not available, each with the requests that are sent to it.
const UNAVAILABLE: [(Failure, usize); 6] = [
    (|_| Answer::Reset(Vec::new()), 2),
    (|_| answer(500, "", ""), 2),
    // The server wants a pause, and the `Date` is there at once.
    (|_| answer(503, "Retry-After: 9\r\n", ""), 1),
    (|_| answer(403, "", "<html>"), 1),
    (|_| answer(404, "", r#"{"message":"no"}"#), 1),
    (|clock| hang(clock), 1),
];

type Failure = fn(&HandClock) -> Answer;

/// A firewall drops the request.
fn hang(clock: &HandClock) -> Answer {
    clock.advance(Duration::from_secs(2));
    Answer::Silence
}

#[tokio::test]
async fn date_of_a_refusal_replaces_the_time() {
    for ((failure, asked), refusal) in UNAVAILABLE
        .iter()
        .flat_map(|it| REFUSALS.map(|refusal| (*it, refusal)))
    {
        for is_write in [false, true] {
            let (server, clock) = start(refusal, Some(0), move |clock, _, _| failure(clock)).await;
            let ends = Ends::default();
            let client = server.builder().clock(clock.clone()).observer(ends.clone());
            let client = client.build().expect("a client");
            send(&client, is_write).await.expect("an answer");
            assert_eq!((server.calls().len(), times(&server)), (2, asked));
            let expected = [AttemptResult::Resync, AttemptResult::Success];
            assert_eq!(*ends.0.lock().expect("the ends"), expected);
            // The offset is kept, and the next `Date` corrects it.
            send(&client, is_write).await.expect("an answer");
            assert_eq!((server.calls().len(), times(&server)), (3, asked));
            clock.set_skew(0);
            send(&client, is_write).await.expect("an answer");
            assert_eq!((server.calls().len(), times(&server)), (5, asked));
        }
    }
}

#[tokio::test]
async fn wrong_date_is_not_kept_after_a_repeat() {
    let fails = Arc::new(AtomicI64::new(1));
    let is_down = Arc::clone(&fails);
    let time = move |_: &HandClock, _, right| match is_down.load(Ordering::SeqCst) {
        1 => answer(500, "", ""),
        _ => right,
    };
    let (server, clock) = start(STALE, Some(-7200), time).await;
    let client = server.builder().clock(clock.clone()).build();
    let client = client.expect("a client");
    let error = post(&client).await.expect_err("refused twice");
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Authentication, 2)
    );
    let signed = |number: usize| {
        let signed = server.calls()[number].header("x-ovh-timestamp")?.parse();
        Some(signed.expect("a number"))
    };
    let local = NOW as i64 + HOUR;
    assert_eq!(
        [signed(0), signed(1)],
        [Some(local), Some(NOW as i64 - 7200)]
    );
    fails.store(0, Ordering::SeqCst);
    clock.advance(Duration::from_secs(10));
    post(&client).await.expect("the time is available again");
    assert_eq!(
        [signed(2), signed(3)],
        [Some(local + 10), Some(NOW as i64 + 10)]
    );
    post(&client).await.expect("the time is known");
    assert_eq!((server.calls().len(), times(&server)), (5, 3));
}

#[tokio::test]
async fn date_does_not_overrule_the_time() {
    // The secret is wrong and the clock right, behind a proxy with a wrong `Date`.
    let date = format!("Date: {}\r\n", http_date(NOW as i64 - 7200));
    let server = Server::start(move |_| answer(REFUSALS[3].0, &date, REFUSALS[3].1)).await;
    let client = server.client();
    for round in 1..4 {
        let error = post(&client).await.expect_err("refused");
        assert_eq!(error.attempts(), 1, "{error}");
        assert_eq!((server.calls().len(), times(&server)), (round, 1));
    }
}

#[tokio::test]
async fn date_that_misled_does_not_replace_the_time() {
    let (count, is_down) = (AtomicUsize::new(0), Arc::new(AtomicI64::new(0)));
    let down = Arc::clone(&is_down);
    let server = Server::start_bare(move |seen| {
        let now = NOW as i64;
        if seen.target.ends_with("/auth/time") {
            return match down.load(Ordering::SeqCst) {
                1 => answer(404, "", ""),
                _ => answer(200, "", &now.to_string()),
            };
        }
        let is_wrong = count.fetch_add(1, Ordering::SeqCst) >= 2;
        let date = http_date(if is_wrong { now - 7200 } else { now });
        let date = format!("Date: {date}\r\n");
        let signed = seen.header("x-ovh-timestamp").expect("a time");
        match (signed.parse::<i64>().expect("a number") - now).abs() <= 30 {
            true => answer(200, &date, "7"),
            false => answer(STALE.0, &date, STALE.1),
        }
    })
    .await;
    let clock = HandClock::default();
    clock.set_skew(HOUR);
    let client = server.builder().clock(clock.clone()).build();
    let client = client.expect("a client");
    for requests in [3, 4, 7] {
        post(&client).await.expect("an answer");
        assert_eq!(server.all().len(), requests, "the third call is misled");
    }
    is_down.store(1, Ordering::SeqCst);
    clock.set_skew(0);
    post(&client).await.expect_err("no time, and no `Date`");
    let signed = server.calls().pop().expect("a call");
    let local = NOW as i64 - HOUR;
    assert_eq!(signed.header("x-ovh-timestamp"), Some(&*local.to_string()));
}

#[tokio::test]
async fn no_retries_asks_for_the_time_only_once() {
    let (server, clock) = start(STALE, Some(0), |_, _, _| answer(500, "", "")).await;
    let client = server.builder().clock(clock.clone()).retries(0).build();
    let error = post(&client.expect("a client")).await.expect_err("no time");
    assert_eq!(error.kind(), ErrorKind::Server, "{error}");
    assert_eq!((server.calls().len(), times(&server)), (0, 1));
    let client = server.builder().clock(clock).build().expect("a client");
    let once = client.request(Method::POST, "/me").body("x").retries(0);
    once.send().await.expect_err("no time");
    assert_eq!((server.calls().len(), times(&server)), (0, 2));
}

#[tokio::test]
async fn no_retries_does_not_repeat_the_time() {
    let time = |_: &HandClock, number, right| match number {
        0 => right,
        _ => answer(500, "", ""),
    };
    let (server, clock) = start(REFUSALS[0], None, time).await;
    let client = server.builder().clock(clock.clone()).retries(0).build();
    let client = client.expect("a client");
    post(&client).await.expect("the time is asked first");
    clock.set_skew(0);
    post(&client).await.expect_err("refused");
    assert_eq!((server.calls().len(), times(&server)), (2, 2));
}

#[tokio::test]
async fn failed_time_is_asked_after_two_seconds() {
    let (server, clock) = start(STALE, None, |_, _, _| answer(500, "", "")).await;
    let client = server.builder().clock(clock.clone()).build();
    let client = client.expect("a client");
    for (pause, asked) in [(0, 2), (1, 2), (1, 4), (2, 6)] {
        clock.advance(Duration::from_secs(pause));
        post(&client).await.expect_err("refused");
        assert_eq!(times(&server), asked);
    }
}

#[tokio::test]
async fn hundred_calls_without_time_ask_twice() {
    for date in [Some(0), None] {
        let (server, clock) = start(STALE, date, |_, _, _| answer(500, "", "")).await;
        let client = server.builder().clock(clock).build().expect("a client");
        let calls = (0..100).map(|number| {
            let client = client.clone();
            tokio::spawn(async move { send(&client, number % 2 == 0).await.is_ok() })
        });
        for call in calls.collect::<Vec<_>>() {
            assert_eq!(call.await.expect("no panic"), date.is_some());
        }
        assert_eq!(times(&server), 2, "one request, which is repeated once");
        assert!(server.all().len() <= 202, "{}", server.all().len());
    }
}

#[tokio::test]
async fn sandbox_with_a_failing_time_route() {
    for fault in [
        Fault::on("auth::time").status(500).times(1),
        Fault::on("auth::time").reset_before().times(1),
        Fault::on("auth::time").status(403),
        Fault::on("auth::time").status(429).retry_after(30),
        Fault::on("auth::time").reset_before(),
    ] {
        let text = fault.to_string();
        let sandbox = Sandbox::builder().fault(fault);
        let skew = Fault::everywhere().clock_skew(HOUR);
        let sandbox = sandbox.fault(skew).start().await.expect("a sandbox");
        let client = Client::from_pairs(sandbox.env()).expect("a client");
        let users = client.hosting("example.cluster01.hosting.ovh.net").users();
        let new = ovh_web::types::NewUser::new("www", "example-a", "aLongPassword1");
        let _task = users.create(&new).await.expect(&text);
        let changes = sandbox.journal().changes();
        assert_eq!(changes.entries().len(), 1, "{text}");
        let all = sandbox.journal().entries().len();
        assert!((3..=4).contains(&all), "{text}: {all}");
    }
}

#[tokio::test]
async fn jump_after_a_useless_measurement_is_noticed() {
    let clock = HandClock::default();
    let refused = AtomicUsize::new(0);
    let server = Server::start_bare(move |seen| {
        if seen.target.ends_with("/auth/time") {
            return answer(200, "", &NOW.to_string());
        }
        let signed = seen.header("x-ovh-timestamp").expect("a time");
        let is_right = signed == NOW.to_string();
        // The first refusal has another cause.
        match is_right && refused.fetch_add(1, Ordering::SeqCst) > 0 {
            true => answer(200, "", "7"),
            false => answer(STALE.0, "", STALE.1),
        }
    })
    .await;
    let client = server.builder().clock(clock.clone()).build();
    let client = client.expect("a client");
    for skew in [0, HOUR, -HOUR] {
        clock.set_skew(skew);
        get(&client).await.expect("an answer");
    }
    assert_eq!(times(&server), 3);
}
