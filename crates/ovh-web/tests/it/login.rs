//! Tests of all kinds of credentials against the sandbox, which checks them independently.

use std::time::Duration;

use crate::support::HandClock;
use ovh_web::{AccessRules, Client, ErrorKind, Method, WaitPolicy};
use ovh_web_sandbox::Sandbox;

#[tokio::test]
async fn service_account_gets_a_token() {
    let sandbox = Sandbox::start().await.expect("a sandbox");
    let client = Client::builder()
        .base_url(sandbox.base_url())
        .token_url(sandbox.token_url())
        .client_id(sandbox.client_id())
        .client_secret(sandbox.client_secret())
        .build()
        .expect("a client");
    client.hostings().names().await.expect("names");
    client.identity().await.expect("who is calling");
    sandbox.journal().operation("auth::time").never();

    let wrong = Client::builder()
        .base_url(sandbox.base_url())
        .token_url(sandbox.token_url())
        .client_id(sandbox.client_id())
        .client_secret("s3cr3t")
        .build()
        .expect("a client");
    let error = wrong.hostings().names().await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
    assert!(!format!("{error} {error:?}").contains("s3cr3t"));
}

#[tokio::test]
async fn consumer_key_lives_from_approval_to_logout() {
    let sandbox = Sandbox::start().await.expect("a sandbox");
    let client = Client::builder()
        .from_pairs(sandbox.env())
        .without_consumer_key()
        .clock(HandClock::jumping(Duration::from_secs(15)))
        .build()
        .expect("a client");
    let rules = AccessRules::new()
        .allow(Method::GET, "/hosting/web")
        .own_key();
    let pending = client.request_credential(rules).await.expect("a key");
    let short = WaitPolicy::default().deadline(Duration::from_secs(30));
    let error = pending.wait_validated_with(short).await;
    let error = error.expect_err("nobody has agreed yet");
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");

    let key = pending.consumer_key().expose();
    sandbox.validate(key).expect("a key of the sandbox");
    let client = pending.wait_validated().await.expect("validated");
    let credential = client.current_credential().await.expect("the key");
    assert_eq!(credential.rules.len(), 3);
    let names = client.hostings().names().await.expect("granted");
    let user = client.hosting(&names[0]).users().get("a").await;
    let error = user.expect_err("not granted");
    assert_eq!(error.kind(), ErrorKind::Forbidden, "{error}");

    client.logout().await.expect("done");
    let error = client.hostings().names().await.expect_err("it has ended");
    assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
}
