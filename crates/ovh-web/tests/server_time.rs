//! The server's clock and ours: off from the beginning, put off later, drifting.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use ovh_web::{Client, Error, ErrorKind, Method};
use serde_json::Value;
use support::{HandClock, NOW, Server, answer};

async fn get(client: &Client) -> Result<Value, Error> {
    client.request(Method::Get, "/me").json().await
}

async fn post(client: &Client) -> Result<(), Error> {
    client.request(Method::Post, "/me").body("x").send().await
}

/// A server with a clock of its own, that refuses what is off by more than half a minute. With
/// `dated` its replies carry a date.
async fn strict_server(
    off: Arc<AtomicI64>,
    clock: HandClock,
    code: &'static str,
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
        let status = if code == "INVALID_KEY" { 403 } else { 400 };
        answer(
            status,
            &date,
            &format!(r#"{{"errorCode":"{code}","message":"no"}}"#),
        )
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

#[tokio::test]
async fn a_clock_that_is_off_is_put_right_once_and_the_call_signed_anew() {
    for code in ["INVALID_SIGNATURE", "INVALID_KEY"] {
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
async fn a_wrong_secret_is_no_question_of_time_and_a_write_is_sent_once() {
    let server = Server::start(|_| {
        answer(
            400,
            "",
            r#"{"errorCode":"INVALID_SIGNATURE","message":"Invalid signature"}"#,
        )
    })
    .await;
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
async fn a_clock_that_drifts_follows_the_dates_of_the_replies() {
    let (clock, off) = (HandClock::default(), Arc::new(AtomicI64::new(0)));
    let server = strict_server(Arc::clone(&off), clock.clone(), "INVALID_SIGNATURE", true).await;
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
