//! Tests of network failures: each is one attempt, with an error that includes a hint.

use std::error::Error as _;
use std::time::Duration;

use crate::support::{
    self, APPLICATION_KEY, APPLICATION_SECRET, Answer, CONSUMER_KEY, HandClock, Server, answer,
    json,
};
use ovh_web::{AccessRules, Client, Error, ErrorKind, Method, StatusCode};
use serde_json::{Value, json as value};
use tokio::net::TcpListener;

/// Checks what all errors have in common: operation and host, and no secret.
fn check(error: &Error, kind: ErrorKind, words: &[&str]) {
    assert_eq!(error.kind(), kind, "{error:?}");
    let mut text = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(" {cause} {cause:?}"));
        source = cause.source();
    }
    for word in words {
        assert!(text.contains(word), "no `{word}` in {text}");
    }
    for secret in [
        APPLICATION_KEY,
        APPLICATION_SECRET,
        CONSUMER_KEY,
        "s3cr3t",
        "$1$",
    ] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

async fn get(client: &Client) -> Result<Value, Error> {
    client
        .request(Method::GET, "/me")
        .query("token", "s3cr3t")
        .json()
        .await
}

async fn post(client: &Client) -> Result<Value, Error> {
    client
        .request(Method::POST, "/me/thing?token=s3cr3t")
        .body(&value!({"password": "s3cr3t"}))
        .json()
        .await
}

#[tokio::test]
async fn refused_connection_says_nothing_was_sent() {
    let (_socket, host) = support::refusing();
    let client = support::builder(&format!("http://{host}/1.0"))
        .build()
        .expect("a client");
    let error = post(&client).await.expect_err("nobody is there");
    check(
        &error,
        ErrorKind::Connection,
        &["POST /me/thing", &host, "refused", "nothing was sent"],
    );
}

#[tokio::test]
async fn truncated_response_may_be_an_applied_write() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":";
    let server = Server::start(|seen| match &*seen.method {
        "GET" => Answer::Reset(head.to_vec()),
        _ => Answer::Bytes(head.to_vec()),
    })
    .await;
    let client = server.client();
    let error = get(&client).await.expect_err("reset");
    check(
        &error,
        ErrorKind::Connection,
        &["GET /me", &server.host, "retry"],
    );
    let error = post(&client).await.expect_err("shorter than announced");
    check(
        &error,
        ErrorKind::Connection,
        &[
            "POST /me/thing",
            &server.host,
            "after 5 bytes",
            "check before you retry",
        ],
    );
    assert_eq!(server.calls().len(), 2);
}

#[tokio::test]
async fn closed_connection_is_a_connection_error() {
    let server = Server::start(|_| Answer::Bytes(Vec::new())).await;
    let error = post(&server.client()).await.expect_err("no response");
    check(
        &error,
        ErrorKind::Connection,
        &["POST /me/thing", &server.host, "lost before the response"],
    );
    assert_eq!(server.calls().len(), 1, "a write is never repeated");
}

#[tokio::test]
async fn gateway_page_becomes_a_clear_message() {
    let server = Server::start(|_| {
        answer(
            502,
            "Content-Type: text/html\r\n",
            "<html><h1>502 Bad Gateway</h1></html>",
        )
    })
    .await;
    let error = get(&server.client()).await.expect_err("refused");
    check(&error, ErrorKind::Server, &["502 Bad Gateway", "GET /me"]);
    assert_eq!(error.status(), Some(StatusCode::BAD_GATEWAY));
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn empty_response_is_unit_or_an_error() {
    let server = Server::start(|_| answer(200, "X-OVH-QUERYID: EU.test.2\r\n", "")).await;
    let client = server.client();
    client
        .request(Method::POST, "/me")
        .send()
        .await
        .expect("done");
    let error = get(&client).await.expect_err("no value");
    check(&error, ErrorKind::Decode, &["empty", "EU.test.2"]);
    assert_eq!(error.query_id(), Some("EU.test.2"));
}

#[tokio::test]
async fn truncated_json_is_decode_error_with_body() {
    let server = Server::start(|_| json(r#"{"a": [1, 2"#)).await;
    let error = get(&server.client()).await.expect_err("cut off");
    check(&error, ErrorKind::Decode, &["is cut off", "EU.test.1"]);
    assert_eq!(error.raw_body(), br#"{"a": [1, 2"#);
}

#[tokio::test]
async fn redirect_is_not_followed() {
    let other = Server::start_bare(|_| json("null")).await;
    let there = format!("Location: http://{}/1.0/me\r\n", other.host);
    let server = Server::start(move |seen| {
        let status = if seen.method == "GET" { 302 } else { 307 };
        answer(status, &there, "")
    })
    .await;
    let client = server.client();
    for error in [
        get(&client).await.expect_err("not followed"),
        post(&client).await.expect_err("not followed"),
    ] {
        check(&error, ErrorKind::Decode, &["redirects are not followed"]);
    }
    assert!(other.all().is_empty());
    assert_eq!(server.calls().len(), 2);
}

#[tokio::test]
async fn redirected_time_or_token_keeps_credentials() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Server::start_bare(|_| json("7")).await;
        let there = format!("Location: http://{}/evil\r\n", elsewhere.host);
        let server = Server::start_bare(move |_| answer(status, &there, "")).await;
        let signed = server.builder().build().expect("a client");
        let tokens = Client::builder()
            .base_url(server.base())
            .client_id("EU.1")
            .client_secret("s3cr3t")
            .token_url(format!("http://{}/auth/oauth2/token", server.host))
            .retries(0)
            .build()
            .expect("a client");
        let asking = Client::builder()
            .base_url(server.base())
            .application_key("ak")
            .application_secret("as")
            .without_consumer_key()
            .retries(0)
            .build()
            .expect("a client");
        for client in [signed, tokens] {
            let error = client.request(Method::POST, "/me").send().await;
            let error = error.expect_err("not followed");
            assert!(
                error.to_string().contains("redirects are not followed"),
                "{error}"
            );
            assert!(
                !error.maybe_applied(),
                "nothing of the call was sent: {error}"
            );
        }
        let error = asking
            .request_credential(AccessRules::read_only())
            .await
            .expect_err("not followed");
        assert!(
            error.to_string().contains("redirects are not followed"),
            "{error}"
        );
        // A call, a token, a consumer key: each was requested once, and nowhere else.
        assert_eq!(server.all().len(), 3);
        assert!(elsewhere.all().is_empty(), "{status}");
    }
}

#[tokio::test]
async fn stops_reading_an_oversized_response() {
    let server = Server::start(|_| {
        Answer::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n[".to_vec())
    })
    .await;
    let error = get(&server.client()).await.expect_err("too long");
    check(&error, ErrorKind::Decode, &["64 MiB", "GET /me"]);
}

#[tokio::test]
async fn silence_ends_at_the_timeout() {
    for (call, total, own, words) in [
        (5, 60, None, "within 5s"),
        (60, 7, None, "within 7s"),
        (60, 60, Some(3), "within 3s"),
    ] {
        let clock = HandClock::default();
        let server = Server::start({
            let clock = clock.clone();
            move |_| {
                clock.advance(Duration::from_secs(10));
                Answer::Silence
            }
        })
        .await;
        let client = server
            .builder()
            .clock(clock)
            .call_timeout(Duration::from_secs(call))
            .total_timeout(Duration::from_secs(total))
            .build()
            .expect("a client");
        let mut request = client.request(Method::DELETE, "/me/thing");
        if let Some(own) = own {
            request = request.timeout(Duration::from_secs(own));
        }
        let error = request.send().await.expect_err("no answer in time");
        check(
            &error,
            ErrorKind::Timeout,
            &["DELETE /me/thing", &server.host, words, "check before"],
        );
        assert_eq!(server.calls().len(), 1);
    }
}

#[tokio::test]
async fn incomplete_response_ends_at_the_timeout() {
    for begun in [
        "",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n",
        "HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\n<h1>bu",
    ] {
        let clock = HandClock::default();
        let server = Server::start(move |_| Answer::Stall(begun.as_bytes().to_vec())).await;
        let client = server
            .builder()
            .clock(clock.clone())
            .call_timeout(Duration::from_secs(5))
            .build()
            .expect("a client");
        for (is_write, words) in [(false, "retry"), (true, "check before you retry")] {
            let before = server.calls().len();
            let call = tokio::spawn(task(client.clone(), is_write));
            while server.calls().len() == before {
                tokio::task::yield_now().await;
            }
            // The request was sent, or arrives after the caller stopped waiting.
            clock.advance(Duration::from_secs(6));
            let error = call
                .await
                .expect("no panic")
                .expect_err("no whole answer in time");
            check(
                &error,
                ErrorKind::Timeout,
                &[&server.host, "within 5s", words],
            );
            assert_eq!(server.calls().len(), before + 1, "{begun:?}");
        }
    }

    async fn task(client: Client, is_write: bool) -> Result<Value, Error> {
        match is_write {
            true => post(&client).await,
            false => get(&client).await,
        }
    }
}

#[tokio::test]
async fn timeout_before_retry_keeps_maybe_applied() {
    // The first attempt is answered; the second gets no slot in time.
    let clock = HandClock::jumping(Duration::from_secs(30));
    let server = Server::start(|_| answer(503, "Retry-After: 1\r\n", "")).await;
    let client = server
        .builder()
        .clock(clock.clone())
        .retries(3)
        .rate_limit(ovh_web::RateLimit::per_minute(1))
        .build()
        .expect("a client");
    let call = client
        .request(Method::GET, "/me")
        .timeout(Duration::from_secs(40));
    let call = tokio::spawn(call.send());
    let turn = Duration::from_secs(50)..Duration::from_secs(60);
    while !clock.sleeps().iter().any(|sleep| turn.contains(sleep)) {
        tokio::task::yield_now().await;
    }
    clock.advance(Duration::from_secs(39));
    let error = call.await.expect("no panic").expect_err("no turn in time");
    check(
        &error,
        ErrorKind::Timeout,
        &["within 40s", "after 2 attempts"],
    );
    assert!(!error.to_string().contains("nothing"), "{error}");
    assert!(!error.maybe_applied(), "{error}");
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn wrong_secret_error_lists_likely_causes() {
    let server = Server::start(|_| {
        answer(
            400,
            "X-OVH-QUERYID: EU.test.3\r\n",
            r#"{"errorCode":"INVALID_SIGNATURE","httpCode":"400 Bad Request","message":"Invalid signature"}"#,
        )
    })
    .await;
    let error = get(&server.client()).await.expect_err("refused");
    check(
        &error,
        ErrorKind::Authentication,
        &["Invalid signature", "secret", "clock", "EU.test.3"],
    );
}

#[tokio::test]
async fn connect_timeout_sends_nothing() {
    // It accepts and sends nothing, so the handshake never ends. The clock is fixed: this timeout
    // is the engine's own.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let host = listener.local_addr().expect("an address").to_string();
    let client = support::builder(&format!("https://{host}/1.0"))
        .extra_ca_pem(AUTHORITY)
        .connect_timeout(Duration::from_millis(20))
        .build()
        .expect("a client");
    let error = post(&client).await.expect_err("no handshake");
    check(
        &error,
        ErrorKind::Timeout,
        &["POST /me/thing", &host, "no connection", "nothing was sent"],
    );
    assert!(!error.maybe_applied() && error.is_retryable(), "{error}");
}

/// A certificate authority without any certificates: its key was discarded.
const AUTHORITY: &str = include_str!("../fixtures/authority.pem");

#[tokio::test]
async fn server_without_tls_gets_no_credentials() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let host = listener.local_addr().expect("an address").to_string();
    let server = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut stream, _) = listener.accept().await.expect("a caller");
        let mut bytes = vec![0; 4096];
        let count = stream.read(&mut bytes).await.expect("a greeting");
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        bytes.truncate(count);
        let _ = stream.read_to_end(&mut bytes).await;
        bytes
    });
    let client = support::builder(&format!("https://{host}/1.0"))
        .extra_ca_pem(AUTHORITY)
        .build()
        .expect("a client");
    let error = post(&client).await.expect_err("no TLS");
    check(
        &error,
        ErrorKind::Connection,
        &["POST /me/thing", &host, "nothing was sent"],
    );
    let seen = server.await.expect("the server");
    let text = String::from_utf8_lossy(&seen);
    for secret in [APPLICATION_KEY, CONSUMER_KEY, "s3cr3t", "/me"] {
        assert!(!text.contains(secret), "{secret} was sent in the clear");
    }
}
