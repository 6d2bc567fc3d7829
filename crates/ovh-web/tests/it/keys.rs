//! Tests of consumer keys: request, approval, revocation, refusal.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::{HandClock, Server, answer, json};
use ovh_web::{AccessRules, Client, Error, ErrorKind, Method, WaitPolicy};
use serde_json::Value;

fn jumping() -> HandClock {
    HandClock::jumping(Duration::from_secs(100))
}

async fn get(client: &Client) -> Result<Value, Error> {
    client.request(Method::GET, "/me").json().await
}

#[tokio::test]
async fn expired_or_forbidden_key_sends_call_once() {
    let old = r#""errorCode":"CODE","httpCode":"403 x""#;
    let new = r#""class":"Client::Forbidden""#;
    for (status, code, message, kind) in [
        (
            403,
            "INVALID_CREDENTIAL",
            "This credential is not valid",
            ErrorKind::Authentication,
        ),
        (
            403,
            "NOT_CREDENTIAL",
            "This credential does not exist",
            ErrorKind::Authentication,
        ),
        (
            403,
            "NOT_GRANTED_CALL",
            "This call has not been granted",
            ErrorKind::Forbidden,
        ),
    ]
    .into_iter()
    .flat_map(|row| [(row, old), (row, new)])
    .map(|((status, code, message, kind), shape)| {
        let shape = shape.replace("CODE", code);
        (
            status,
            code,
            format!(r#"{{{shape},"message":"{message}"}}"#),
            kind,
        )
    }) {
        let body = message;
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

/// A server that issues a consumer key, then answers in this order; the last repeats.
async fn key_server(answers: Vec<(u16, &'static str)>) -> Server {
    let asked = AtomicUsize::new(0);
    Server::start(move |seen| match &*seen.target {
        "/1.0/auth/credential" => json(
            r#"{"consumerKey":"s3cr3t-new","state":"pendingValidation","validationUrl":"https://example.com/auth/?credentialToken=s3cr3t-t"}"#,
        ),
        "/1.0/auth/currentCredential" => {
            let number = asked.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
            let (status, body) = answers[number];
            answer(status, "Content-Type: application/json\r\n", body)
        }
        _ => json("null"),
    })
    .await
}

const INVALID: (u16, &str) = (403, r#"{"errorCode":"INVALID_CREDENTIAL","message":"no"}"#);
const UNSIGNED: (u16, &str) = (400, r#"{"errorCode":"INVALID_SIGNATURE","message":"no"}"#);
const NEW_INVALID: (u16, &str) = (
    403,
    r#"{"class":"Client::Forbidden","message":"This credential is not valid"}"#,
);
const NEW_UNSIGNED: (u16, &str) = (
    400,
    r#"{"class":"Client::BadRequest","message":"Invalid signature"}"#,
);
const NEW_NOT_GRANTED: (u16, &str) = (
    403,
    r#"{"class":"Client::Forbidden","message":"This call has not been granted"}"#,
);
const NEW_STALE: (u16, &str) = (
    400,
    r#"{"class":"Client::BadRequest","message":"Query out of time"}"#,
);
const UNKNOWN: (u16, &str) = (
    403,
    r#"{"class":"Client::Forbidden","message":"This credential does not exist"}"#,
);
const NOT_GRANTED: (u16, &str) = (403, r#"{"errorCode":"NOT_GRANTED_CALL","message":"no"}"#);

fn state(name: &str) -> (u16, &'static str) {
    let body = format!(
        r#"{{"allowedIPs":null,"applicationId":1,"creation":"2016-03-03T15:00:00+00:00","credentialId":2,"expiration":null,"lastUse":null,"ovhSupport":false,"rules":[],"status":"{name}"}}"#
    );
    (200, body.leak())
}

async fn ask(server: &Server) -> ovh_web::PendingCredential {
    let client = Client::builder()
        .base_url(server.base())
        .application_key("ak")
        .application_secret("as")
        .without_consumer_key()
        .clock(HandClock::jumping(Duration::from_secs(60)))
        .build()
        .expect("a client");
    let error = get(&client).await.expect_err("no consumer key");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(server.all().is_empty(), "nothing was sent");
    client
        .request_credential(AccessRules::new().read_hosting("s.example").own_key())
        .redirection("https://shop.example/back")
        .allowed_ip("192.0.2.0/24")
        .await
        .expect("a key")
}

#[tokio::test]
async fn requests_awaits_and_uses_consumer_key() {
    for answers in [
        vec![
            INVALID,
            UNSIGNED,
            state("pendingValidation"),
            state("validated"),
        ],
        vec![INVALID, NOT_GRANTED],
        vec![NEW_INVALID, NEW_UNSIGNED, NEW_INVALID, state("validated")],
        vec![NEW_INVALID, NEW_NOT_GRANTED],
        // The wait continues after a refused timestamp, twice in one poll.
        vec![
            NEW_INVALID,
            NEW_STALE,
            NEW_STALE,
            NEW_STALE,
            NEW_STALE,
            state("validated"),
        ],
    ] {
        let looks = answers.len();
        let server = key_server(answers).await;
        let pending = ask(&server).await;
        let asked = server.calls().remove(0);
        let body: Value = serde_json::from_slice(&asked.body).expect("JSON");
        assert_eq!(body["accessRules"][0]["method"], "GET");
        assert_eq!(body["accessRules"][1]["path"], "/hosting/web/s.example/*");
        assert_eq!(body["allowedIPs"][0], "192.0.2.0/24");
        assert_eq!(body["redirection"], "https://shop.example/back");
        assert_eq!(asked.header("x-ovh-application"), Some("ak"));
        assert_eq!(asked.header("x-ovh-signature"), None);
        let shown = format!("{pending:?}");
        assert!(!shown.contains("s3cr3t"), "{shown}");

        let client = pending.wait_validated().await.expect("validated");
        assert_eq!(server.calls().len(), 1 + looks);
        client.logout().await.expect("done");
        let last = server.calls().pop().expect("a call");
        assert_eq!(last.target, "/1.0/auth/logout");
        assert_eq!(last.header("x-ovh-consumer"), Some("s3cr3t-new"));
    }
}

#[tokio::test]
async fn refused_or_unapproved_key_ends_wait() {
    for (name, kind) in [
        ("refused", ErrorKind::Authentication),
        ("expired", ErrorKind::Authentication),
    ] {
        let server = key_server(vec![INVALID, state(name)]).await;
        let error = ask(&server).await.wait_validated().await.expect_err("over");
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(name), "{error}");
    }
    // A key that the API no longer knows never becomes valid.
    let server = key_server(vec![NEW_INVALID, UNKNOWN]).await;
    let error = ask(&server).await.wait_validated().await.expect_err("over");
    assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
    assert_eq!(error.code(), Some("NOT_CREDENTIAL"));
    assert_eq!(server.calls().len(), 3);
    // A refused key may be answered like one that is not approved yet.
    let server = key_server(vec![NEW_INVALID]).await;
    let policy = WaitPolicy::default().deadline(Duration::from_secs(120));
    let error = ask(&server)
        .await
        .wait_validated_with(policy)
        .await
        .expect_err("late");
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(error.to_string().contains("may have refused"), "{error}");
}
