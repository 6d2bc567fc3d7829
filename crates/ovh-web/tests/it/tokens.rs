//! Tests of OAuth2 tokens: one fetch for all callers, refresh before expiry and after a refusal.

use std::future::IntoFuture;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

use crate::support::{HandClock, Seen, Server, answer, json};
use ovh_web::{Client, ClientBuilder, Error, ErrorKind, Method};
use serde_json::Value;

async fn get(client: &Client) -> Result<Value, Error> {
    client.request(Method::GET, "/me").json().await
}

async fn post(client: &Client) -> Result<(), Error> {
    client.request(Method::POST, "/me").body("x").send().await
}

/// A server that issues `token-1`, `token-2` and so on, if `accept` allows it.
async fn token_server(accept: impl Fn(&str) -> bool + Send + Sync + 'static) -> Server {
    let body = r#"{"class":"Client::Unauthorized","message":"You must login first"}"#;
    token_server_that_refuses_with(401, body, accept).await
}

async fn token_server_that_refuses_with(
    status: u16,
    body: &'static str,
    accept: impl Fn(&str) -> bool + Send + Sync + 'static,
) -> Server {
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
            false => answer(status, "", body),
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

/// Numbers of token requests and of other requests.
fn counts(server: &Server) -> (usize, usize) {
    let all = server.all();
    let tokens = |seen: &&Seen| seen.target == "/auth/oauth2/token";
    let asked = all.iter().filter(tokens).count();
    (asked, all.len() - asked)
}

#[tokio::test]
async fn thousand_callers_fetch_one_token() {
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
async fn token_is_refreshed_before_expiry() {
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
async fn refused_token_is_replaced_once_for_writes() {
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
    let call = client.request(Method::GET, "/me").retries(0);
    call.send().await.expect_err("refused");
    assert_eq!(counts(&server), (3, 6), "sent once, as was asked for");
}

#[tokio::test]
async fn token_failure_says_nothing_was_sent() {
    for (status, body, kind, words) in [
        (
            400,
            r#"{"error":"invalid_client","error_description":"no such client"}"#,
            ErrorKind::Authentication,
            "no such client",
        ),
        (
            200,
            r#"{"error":"invalid_client","error_description":"s3cr3t is not the one of EU.1"}"#,
            ErrorKind::Authentication,
            "[redacted] is not the one of [redacted]",
        ),
        (503, "<html>busy</html>", ErrorKind::Server, "busy"),
        (404, "", ErrorKind::Configuration, "access token"),
        (
            200,
            r#"{"access_token":7,"x":"s3cr3t"}"#,
            ErrorKind::Configuration,
            "without an access token",
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
async fn bearer_token_is_used_unchanged() {
    let server = token_server(|token| token == "canary-static").await;
    let build = |token: &str| {
        Client::builder()
            .base_url(server.base())
            .access_token(token)
            .build()
            .expect("a client")
    };
    get(&build("canary-static")).await.expect("an answer");
    get(&build("other")).await.expect_err("refused");
    assert_eq!(counts(&server), (0, 2));
}

/// Starts all calls at once, so that all use the same token.
#[tokio::test]
async fn token_expiring_for_many_is_replaced_once() {
    let valid = Arc::new(Mutex::new("token-1"));
    let server = token_server({
        let valid = Arc::clone(&valid);
        move |token| token == *valid.lock().expect("the token")
    })
    .await;
    let client = with_tokens(&server)
        .clock(HandClock::default())
        .max_concurrent_calls(50)
        .build()
        .expect("a client");
    get(&client).await.expect("the first token");
    *valid.lock().expect("the token") = "token-2";
    all_at_once(&client).await;
    let (tokens, calls) = counts(&server);
    assert_eq!(tokens, 2, "one at first, one for all of them");
    // Calls in flight with the old token were refused once each.
    assert!((1002..=1051).contains(&calls), "{calls}");
}

#[tokio::test]
async fn dropped_token_fetch_leaves_no_state() {
    for polls in 0..30 {
        let server = token_server(|token| token.starts_with("token-")).await;
        let client = with_tokens(&server)
            .clock(HandClock::default())
            .max_concurrent_calls(1)
            .build()
            .expect("a client");
        let mut call = client
            .request(Method::POST, "/me")
            .json::<Value>()
            .into_future();
        for _ in 0..polls {
            let mut context = Context::from_waker(Waker::noop());
            if call.as_mut().poll(&mut context).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(call);
        get(&client).await.expect("nothing is stuck");
        let (tokens, _) = counts(&server);
        let writes = server
            .all()
            .iter()
            .filter(|seen| seen.target == "/1.0/me" && seen.method == "POST")
            .count();
        assert!(
            tokens <= 2 && writes <= 1,
            "dropped after {polls} polls: {tokens} {writes}"
        );
    }
}

#[tokio::test]
async fn replaces_token_refused_in_any_form() {
    for (status, body, tokens) in [
        (
            403,
            r#"{"class":"Client::Forbidden","message":"This credential is not valid"}"#,
            2,
        ),
        (
            403,
            r#"{"class":"Client::Forbidden","message":"This credential does not exist"}"#,
            2,
        ),
        (
            403,
            r#"{"errorCode":"INVALID_CREDENTIAL","message":"no"}"#,
            2,
        ),
        (403, r#"{"errorCode":"NOT_CREDENTIAL","message":"no"}"#, 2),
        (401, "", 2),
        // Missing permissions, and a token in the body, are different cases.
        (
            403,
            r#"{"class":"Client::Forbidden","message":"User not granted for this request"}"#,
            1,
        ),
        (
            403,
            r#"{"class":"Client::Forbidden","message":"Invalid token"}"#,
            1,
        ),
    ] {
        let server = token_server_that_refuses_with(status, body, |token| token == "token-2").await;
        let client = with_tokens(&server).clock(HandClock::default());
        let result = post(&client.build().expect("a client")).await;
        assert_eq!(result.is_ok(), tokens == 2, "{body}");
        assert_eq!(counts(&server), (tokens, tokens), "{body}");
        if let Err(error) = result {
            assert!(!error.to_string().contains("access rule"), "{error}");
        }
    }
}

#[tokio::test]
async fn token_server_retry_after_ends_the_call() {
    let body = r#"{"error":"slow_down"}"#;
    let server = Server::start(move |_| answer(429, "Retry-After: 3600\r\n", body)).await;
    let clock = HandClock::jumping(Duration::from_secs(100));
    let builder = with_tokens(&server).retries(3).clock(clock.clone());
    let client = builder.build().expect("a client");
    let error = get(&client).await.expect_err("no token");
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(server.calls().len(), 1);
}
