//! Tests of OVHcloud's error responses: the resulting error, and the number of attempts.
//!
//! The cases were logged by users of the API or are documented; any operation may get any of them.

use std::error::Error as _;

use crate::support::{self, HandClock, Server, answer};
use ovh_web::types::{DatabaseCapacity, NewDatabase, NewDatabaseType, NewDomain};
use ovh_web::{Client, ClockSync, Error, Method};
use serde_json::Value;

const SERVICE: &str = "s.example";

/// Makes the call of a case, and returns its error.
async fn call(client: &Client, operation: &str) -> Error {
    let hosting = client.hosting(SERVICE);
    let result = match operation {
        "hosting::get" => hosting.get().await.map(drop),
        "domains::attach" => {
            let new = NewDomain::new("shop.example.com", "shop");
            hosting.domains().attach(&new).await.map(drop)
        }
        "databases::create" => {
            let (capacity, kind) = (DatabaseCapacity::SqlPerso, NewDatabaseType::Mysql);
            let new = NewDatabase::new(capacity, kind, "exampleshop");
            hosting.databases().create(&new).await.map(drop)
        }
        "tasks::get" => client.raw().tasks().get(SERVICE, 7).await.map(drop),
        "services::confirm_termination" => {
            let body = ovh_web::types::TerminationConfirmation::new("canary-token");
            let services = client.raw().services();
            services.confirm_termination(SERVICE, &body).await.map(drop)
        }
        "me" => client.request(Method::GET, "/me").send().await,
        other => panic!("no call for {other}"),
    };
    result.expect_err("refused")
}

/// Texts that the hint of a case must contain.
fn advice(case: &Value) -> &'static [&'static str] {
    let code = case["body"]["errorCode"].as_str();
    let message = case["body"]["message"].as_str().unwrap_or_default();
    match (case["status"].as_u64(), code, message) {
        (_, _, "Query out of time") => &["clock", "nothing was done"],
        (_, _, "This credential is not valid") => {
            &["not validated yet", "refused", "another application"]
        }
        (_, _, "Invalid signature") => &["secret", "clock"],
        (_, _, "This application key is invalid" | "Invalid application key") => {
            &["application key", "region", "deleted", "misspelt"]
        }
        (_, _, "You must login first") => &["no credentials"],
        (_, _, "This call has not been granted") => &["access rule `"],
        (Some(460), ..) => &["renew the service"],
        (_, _, "User not granted for this request") => match case["body"].get("details") {
            Some(_) => &["policy must allow vps:apiovh:reboot"],
            None => &["policy must allow webHosting:apiovh:get"],
        },
        (_, _, "Got an invalid (or empty) URL") => &["route does not exist", "version", "region"],
        (Some(502), ..) => &["proxy"],
        _ => &[],
    }
}

#[tokio::test]
async fn every_logged_refusal_is_classified() {
    let fixture = include_str!("../../../../tests/fixtures/refusals.json");
    let fixture: Value = serde_json::from_str(fixture).expect("JSON");
    let cases = fixture["cases"].as_array().expect("a list");
    assert!(cases.len() >= 31);
    for case in cases {
        let status = u16::try_from(case["status"].as_u64().expect("a status")).expect("small");
        let body = match &case["body"] {
            Value::String(page) => page.clone(),
            body => body.to_string(),
        };
        let operation = case["operation"].as_str().expect("an operation");
        let server = Server::start(move |_| answer(status, "", &body)).await;
        let client = server.builder().clock(HandClock::default());
        let error = call(&client.build().expect("a client"), operation).await;
        let shown = error.to_string();

        assert_eq!(error.kind().to_string(), case["kind"], "{case} {error}");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        if let Some(message) = case["body"]["message"].as_str() {
            assert_eq!(error.message(), message);
            assert!(shown.starts_with(message), "{shown}");
        }
        assert_eq!(error.class(), case["body"]["class"].as_str());
        for word in advice(case) {
            assert!(shown.contains(word), "no `{word}` in {shown}");
        }
        if case["kind"] == "forbidden" {
            let about_token = error.message() == "Invalid token";
            assert_eq!(error.hint().is_none(), about_token, "{shown}");
        } else {
            assert!(!shown.contains("access rule"), "{shown}");
            assert!(!shown.contains("policy"), "{shown}");
        }
        assert!(
            !shown.contains("unauthorizedActionsByAuthentication"),
            "{shown}"
        );
        assert_eq!(
            error.maybe_applied(),
            operation != "hosting::get" && status >= 500
        );

        // Only a stale timestamp is worth a second attempt: the time is fixed here.
        let is_stale = error.message() == "Query out of time";
        assert_eq!(
            server.calls().len(),
            if is_stale { 2 } else { 1 },
            "{shown}"
        );
        let measured = case["resync"] == Value::Bool(true) || error.code() == Some("INVALID_KEY");
        let times = server.all().len() - server.calls().len();
        assert_eq!(times, usize::from(measured), "{shown}");
    }
}

#[tokio::test]
async fn access_rule_hint_only_for_consumer_keys() {
    let bodies = [
        r#"{"class":"Client::Forbidden","message":"This call has not been granted"}"#,
        r#"{"class":"Client::Forbidden","message":"User not granted for this request"}"#,
    ];
    for body in bodies {
        let server = Server::start(move |_| answer(403, "", body)).await;
        let signed = call(&server.client(), "hosting::get").await.to_string();
        let rule = "the consumer key needs the access rule `GET /hosting/web/*`; under IAM, a policy must allow";
        assert!(signed.contains(rule), "{signed}");

        let bearer = Client::builder()
            .base_url(server.base())
            .access_token("canary-token");
        let bearer = bearer.retries(0).build().expect("a client");
        let shown = call(&bearer, "hosting::get").await.to_string();
        assert!(!shown.contains("access rule"), "{shown}");
        assert!(
            shown.contains("policy must allow webHosting:apiovh:get"),
            "{shown}"
        );
    }
    // A raw request has no operation: its path is the rule.
    let server = Server::start(move |_| answer(403, "", bodies[0])).await;
    let shown = call(&server.client(), "me").await.to_string();
    assert!(shown.contains("access rule `GET /me`"), "{shown}");
}

#[tokio::test]
async fn errors_name_the_hosting() {
    let server = Server::start(|seen| match seen.target.contains("two.example") {
        true => answer(403, "", r#"{"class":"Client::Forbidden","message":"no"}"#),
        false => answer(500, "", r#"{"class":"Server::Error","message":"no"}"#),
    })
    .await;
    let client = server.client();
    for (name, query) in [("one.example", ""), ("two.example", "?token=canary-query")] {
        let error = client.hosting(name).get().await.expect_err("refused");
        let path = format!("/hosting/web/{name}");
        assert_eq!(error.path(), Some(&*path));
        assert!(
            error.to_string().contains(&format!("(GET {path})")),
            "{error}"
        );
        let free = client
            .request(Method::GET, format!("{path}{query}"))
            .send()
            .await;
        let free = free.expect_err("refused");
        assert_eq!(free.path(), Some(&*path));
        assert!(!format!("{free} {free:?}").contains("canary"), "{free}");
    }
}

#[tokio::test]
async fn printed_chain_repeats_nothing() {
    let sentences = |error: &Error| {
        let mut all = vec![error.to_string()];
        let mut next = error.source();
        while let Some(source) = next {
            all.push(source.to_string());
            next = source.source();
        }
        all
    };
    let (_socket, refused) = support::refusing();
    let nobody = support::builder(&format!("http://{refused}/1.0"))
        .build()
        .expect("a client");
    let no_time = Server::start_bare(|_| answer(503, "", r#"{"message":"closed for now"}"#)).await;
    let no_time = no_time.builder().clock_sync(ClockSync::Eager).build();
    let no_time = no_time.expect("a client");
    let broken = Server::start(|_| support::json(r#"{"login":7}"#)).await;
    let cut = Server::start(|_| support::json(r#"{"login":"#)).await;
    for client in [nobody, no_time, broken.client(), cut.client()] {
        let error = client
            .raw()
            .users()
            .get(SERVICE, "a")
            .await
            .expect_err("it fails");
        let all = sentences(&error);
        for (index, sentence) in all.iter().enumerate() {
            for earlier in &all[..index] {
                assert!(!earlier.contains(sentence.as_str()), "{all:#?}");
            }
        }
        // The last cause, which says what happened, is shown once and first.
        let root = error.get_ref().map(|kept| {
            let mut last: &dyn std::error::Error = kept;
            while let Some(source) = last.source() {
                last = source;
            }
            last.to_string()
        });
        let root = root.expect("a cause");
        let printed = all.join(": ");
        assert!(
            printed.matches(root.as_str()).count() <= 1,
            "{root} in {printed}"
        );
    }
}
