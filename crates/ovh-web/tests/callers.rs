//! Who is calling: tokens, clocks that are off, and many callers at once.

mod support;

use std::future::IntoFuture;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

use ovh_web::{Client, ClientBuilder, Error, ErrorKind, Method, RateLimit};
use serde_json::Value;
use support::{Answer, HandClock, NOW, Seen, Server, answer, json};

fn jumping() -> HandClock {
    HandClock::jumping(Duration::from_secs(100))
}

async fn get(client: &Client) -> Result<Value, Error> {
    client.request(Method::Get, "/me").json().await
}

async fn post(client: &Client) -> Result<(), Error> {
    client.request(Method::Post, "/me").body("x").send().await
}

/// A server that grants `token-1`, `token-2` and so on, and asks `accept` about each.
async fn token_server(accept: impl Fn(&str) -> bool + Send + Sync + 'static) -> Server {
    let granted = AtomicUsize::new(0);
    Server::start(move |seen| {
        if seen.target == "/auth/oauth2/token" {
            let number = granted.fetch_add(1, Ordering::SeqCst) + 1;
            return json(&format!(
                r#"{{"access_token":"token-{number}","token_type":"Bearer","expires_in":3599,"scope":"all"}}"#
            ));
        }
        let bearer = seen.header("authorization").unwrap_or_default();
        match accept(bearer.trim_start_matches("Bearer ")) {
            true => json("7"),
            false => answer(
                401,
                "",
                r#"{"class":"Client::Unauthorized","message":"You must login first"}"#,
            ),
        }
    })
    .await
}

fn with_tokens(server: &Server) -> ClientBuilder {
    Client::builder()
        .base_url(server.base())
        .client_id("EU.1")
        .client_secret("s3cr3t")
        .token_url(format!("http://{}/auth/oauth2/token", server.host))
        .retries(0)
}

/// How often a token was asked for, and how often anything else.
fn counts(server: &Server) -> (usize, usize) {
    let all = server.all();
    let tokens = |seen: &&Seen| seen.target == "/auth/oauth2/token";
    let asked = all.iter().filter(tokens).count();
    (asked, all.len() - asked)
}

#[tokio::test]
async fn a_thousand_callers_fetch_one_token_and_no_time() {
    let server = token_server(|token| token == "token-1").await;
    let client = with_tokens(&server)
        .clock(HandClock::default())
        .max_concurrent_calls(50)
        .build()
        .expect("a client");
    all_at_once(&client).await;
    assert_eq!(counts(&server), (1, 1000));
    for seen in server.all() {
        assert!(
            !seen
                .headers
                .iter()
                .any(|(name, _)| name.to_ascii_lowercase().starts_with("x-ovh"))
        );
        if seen.target == "/auth/oauth2/token" {
            let body =
                "grant_type=client_credentials&scope=all&client_id=EU.1&client_secret=s3cr3t";
            assert_eq!(String::from_utf8_lossy(&seen.body), body);
            let form = Some("application/x-www-form-urlencoded");
            assert_eq!((&*seen.method, seen.header("content-type")), ("POST", form));
        }
    }
}

#[tokio::test]
async fn a_thousand_callers_ask_for_the_time_once() {
    let server = Server::start(|_| json("7")).await;
    let client = server
        .builder()
        .max_concurrent_calls(50)
        .build()
        .expect("a client");
    all_at_once(&client).await;
    assert_eq!((server.calls().len(), server.all().len()), (1000, 1001));
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
async fn a_token_is_renewed_before_its_end() {
    let clock = HandClock::default();
    let server = token_server(|_| true).await;
    let client = with_tokens(&server)
        .clock(clock.clone())
        .build()
        .expect("a client");
    for (seconds, tokens) in [(0, 1), (3500, 1), (89, 2), (3000, 2)] {
        clock.advance(Duration::from_secs(seconds));
        get(&client).await.expect("an answer");
        assert_eq!(counts(&server).0, tokens, "{seconds}");
    }
}

#[tokio::test]
async fn a_token_that_ends_in_the_middle_is_replaced_once_even_for_a_write() {
    let valid = Arc::new(Mutex::new("token-1"));
    let server = token_server({
        let valid = Arc::clone(&valid);
        move |token| token == *valid.lock().expect("the token")
    })
    .await;
    let client = with_tokens(&server)
        .clock(HandClock::default())
        .build()
        .expect("a client");
    post(&client).await.expect("the first token");
    *valid.lock().expect("the token") = "token-2";
    post(&client).await.expect("the second token");
    assert_eq!(counts(&server), (2, 3));
    *valid.lock().expect("the token") = "none";
    let error = post(&client).await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(counts(&server), (3, 5), "once more, and never in a loop");
    let call = client.request(Method::Get, "/me").retries(0);
    call.send().await.expect_err("refused");
    assert_eq!(counts(&server), (3, 6), "sent once, as was asked for");
}

#[tokio::test]
async fn no_token_means_nothing_was_sent_and_says_why() {
    for (status, body, kind, words) in [
        (
            400,
            r#"{"error":"invalid_client","error_description":"no such client"}"#,
            ErrorKind::Authentication,
            "no such client",
        ),
        (503, "<html>busy</html>", ErrorKind::Server, "busy"),
        (404, "", ErrorKind::Configuration, "access token"),
        (
            200,
            r#"{"access_token":7,"x":"s3cr3t"}"#,
            ErrorKind::Configuration,
            "no access token",
        ),
    ] {
        let server = Server::start_bare(move |_| answer(status, "", body)).await;
        let client = with_tokens(&server)
            .clock(HandClock::default())
            .build()
            .expect("a client");
        let error = post(&client).await.expect_err("no token");
        assert_eq!(error.kind(), kind, "{error}");
        let text = format!("{error} {error:?}");
        assert!(text.contains(words) && !text.contains("s3cr3t"), "{text}");
        assert!(!error.maybe_applied(), "{error}");
        assert_eq!(counts(&server), (1, 0));
    }
}

#[tokio::test]
async fn a_bearer_token_is_used_as_it_is() {
    let server = token_server(|token| token == "static").await;
    let build = |token: &str| {
        Client::builder()
            .base_url(server.base())
            .access_token(token)
            .build()
            .expect("a client")
    };
    get(&build("static")).await.expect("an answer");
    get(&build("other")).await.expect_err("refused");
    assert_eq!(counts(&server), (0, 2));
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

#[tokio::test]
async fn a_key_that_has_ended_or_may_not_do_this_is_told_and_the_call_sent_once() {
    for (status, code, kind) in [
        (403, "INVALID_CREDENTIAL", ErrorKind::Authentication),
        (403, "NOT_CREDENTIAL", ErrorKind::Authentication),
        (403, "NOT_GRANTED_CALL", ErrorKind::Forbidden),
    ] {
        let body = format!(r#"{{"errorCode":"{code}","httpCode":"{status} x","message":"no"}}"#);
        let server = Server::start(move |_| answer(status, "", &body)).await;
        let client = server
            .builder()
            .clock(jumping())
            .retries(3)
            .build()
            .expect("a client");
        let users = client.raw().users();
        let error = users.get("s.example", "a").await.expect_err("refused");
        assert_eq!((error.kind(), error.code()), (kind, Some(code)));
        assert!(error.hint().is_some(), "{error}");
        assert!(error.is_auth() && !error.is_retryable());
        assert_eq!(server.calls().len(), 1);
    }
}

#[tokio::test]
async fn a_call_may_be_dropped_at_every_await() {
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
            .request(Method::Get, "/me")
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
async fn silence_is_tried_again_within_the_time_of_the_call() {
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
