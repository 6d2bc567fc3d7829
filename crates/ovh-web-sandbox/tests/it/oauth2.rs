//! OAuth2, bearer tokens and consumer keys.

use std::time::Duration;

use crate::common::{self, Client, Response, SHAPES, at, manual, manual_with, request};
use ovh_web_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

const TOKEN: &str = "/auth/oauth2/token";

fn form_post(sandbox: &Sandbox, target: &str, headers: &str, form: &str) -> Response {
    common::exchange(
        sandbox.address(),
        &format!(
            "POST {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            sandbox.address(),
            form.len()
        ),
    )
}

fn token(sandbox: &Sandbox) -> Response {
    let form = format!(
        "grant_type=client_credentials&scope=all&client_id={}&client_secret={}",
        sandbox.client_id(),
        sandbox.client_secret()
    );
    form_post(sandbox, TOKEN, "", &form)
}

fn with_bearer(sandbox: &Sandbox, method: &str, path: &str, token: &str) -> Response {
    let header = format!("Bearer {token}");
    let headers = [("Authorization", header.as_str())];
    let target = format!("/1.0{path}");
    request(sandbox.address(), method, &target, &headers, None)
}

fn access_token(response: &Value) -> String {
    response["access_token"]
        .as_str()
        .expect("a token")
        .to_owned()
}

#[test]
fn a_token_opens_the_api_until_it_ends() {
    for shape in SHAPES {
        let sandbox = manual_with(
            Sandbox::builder()
                .refusals(shape)
                .token_lifetime(Duration::from_secs(60)),
        );
        let answer = token(&sandbox).ok();
        assert_eq!(answer["token_type"], "Bearer");
        assert_eq!(answer["expires_in"], 60);
        assert_eq!(answer["scope"], "all");
        let bearer = access_token(&answer);
        with_bearer(&sandbox, "GET", "/hosting/web", &bearer).ok();
        let details = with_bearer(&sandbox, "GET", "/auth/details", &bearer).ok();
        assert_eq!(details["method"], "oauth2_client_credentials");
        let identity = details["identities"][0].as_str().expect("an identity");
        assert!(identity.ends_with(&format!("/oauth2-{}", sandbox.client_id())));
        with_bearer(&sandbox, "GET", "/auth/currentCredential", &bearer).refused(403);
        let entry = sandbox.journal().operation("hosting::list").entries()[0].clone();
        let identity = entry.identity.expect("who called");
        assert_eq!(identity.application_key, sandbox.client_id());

        sandbox.clock().advance(Duration::from_secs(61));
        with_bearer(&sandbox, "GET", "/hosting/web", &bearer).no_login();
        let help = sandbox
            .journal()
            .calls()
            .last()
            .expect("an entry")
            .help
            .clone();
        assert!(help.expect("help").contains("expired 1 s ago"));
        let next = access_token(&token(&sandbox).ok());
        assert_ne!(next, bearer);
        with_bearer(&sandbox, "GET", "/hosting/web", &next).ok();
        sandbox.revoke_tokens();
        with_bearer(&sandbox, "GET", "/hosting/web", &next).no_login();
        sandbox.journal().operation("oauth2::token").exactly(2);
    }
}

#[test]
fn client_credentials_in_form_or_header() {
    let builder = Sandbox::builder().oauth2_client("Aladdin", "open sesame");
    let sandbox = manual_with(builder);
    let ask = |headers: &str, form: &str| form_post(&sandbox, TOKEN, headers, form);
    let grant = "grant_type=client_credentials";
    ask(
        "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n",
        grant,
    )
    .ok();
    ask(
        "",
        &format!("{grant}&client_id=Aladdin&client_secret=open+sesame"),
    )
    .ok();
    for (form, error, description) in [
        (
            format!("{grant}&client_id=nobody&client_secret=x"),
            "invalid_client",
            "ovhcloud oauth2 client does not exists",
        ),
        (
            format!("{grant}&client_id=Aladdin&client_secret=x"),
            "invalid_client_credentials",
            "client secret invalid",
        ),
        (
            grant.to_owned(),
            "invalid_request",
            "client_id or client_secret is missing",
        ),
        (String::new(), "invalid_request", "grant_type is missing"),
        (
            "grant_type=password".to_owned(),
            "unsupported_grant_type",
            "the sandbox supports client_credentials only",
        ),
    ] {
        let response = ask("", &form);
        assert_eq!(response.status, 400);
        let expected = json!({"error": error, "error_description": description});
        assert_eq!(response.json(), expected);
    }
    assert_eq!(
        request(sandbox.address(), "GET", TOKEN, &[], None).status,
        405
    );
    for entry in sandbox.journal().entries() {
        assert!(!entry.json().to_string().contains("sesame"));
    }
}

#[test]
fn the_token_endpoint_has_faults_too() {
    let sandbox = manual();
    sandbox
        .faults()
        .add(Fault::on("oauth2::token").html(503).times(1));
    let response = token(&sandbox);
    assert_eq!(response.status, 503);
    assert!(response.body.starts_with("<html>"));
    token(&sandbox).ok();
}

#[test]
fn a_fixed_token_is_accepted_and_others_are_not() {
    for shape in SHAPES {
        let sandbox = manual_with(Sandbox::builder().refusals(shape).access_token("my-token"));
        with_bearer(&sandbox, "GET", "/hosting/web", "my-token").ok();
        let details = with_bearer(&sandbox, "GET", "/auth/details", "my-token").ok();
        assert_eq!(details["method"], "user");
        with_bearer(&sandbox, "GET", "/hosting/web", "other").no_login();
        for entry in sandbox.journal().entries() {
            assert!(!entry.json().to_string().contains("my-token"));
        }
    }
}

#[test]
fn a_policy_bounds_what_a_bearer_may_do() {
    for shape in SHAPES {
        let builder = Sandbox::builder()
            .refusals(shape)
            .access_token("my-token")
            .iam("webHosting:apiovh:get")
            .iam("webHosting:apiovh:user/*");
        let sandbox = manual_with(builder);
        with_bearer(&sandbox, "GET", &at("/user"), "my-token").ok();
        let response = with_bearer(&sandbox, "GET", &at("/database"), "my-token");
        assert_eq!(response.refused(403), "User not granted for this request");
        let body = response.json();
        assert_eq!(body["class"], "Client::Forbidden");
        let missing = body["details"]["unauthorizedActionsByIAM"].as_str();
        assert!(
            missing
                .expect("actions")
                .starts_with("webHosting:apiovh:database")
        );
        Client::new(&sandbox).get(&at("/database")).ok();
    }
}

fn requested(sandbox: &Sandbox, more: Value) -> (String, String) {
    let mut body = json!({"accessRules": [{"method": "GET", "path": "/*"}]});
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    let headers = [("X-Ovh-Application", sandbox.application_key())];
    let target = "/1.0/auth/credential";
    let body = body.to_string();
    let response = request(sandbox.address(), "POST", target, &headers, Some(&body)).ok();
    let text = |name: &str| response[name].as_str().expect("a text").to_owned();
    (text("consumerKey"), text("validationUrl"))
}

/// The path and query of a URL, and its token.
fn target(url: &str) -> (String, String) {
    let path = url.splitn(4, '/').nth(3).expect("a path");
    let token = url.split("credentialToken=").nth(1).expect("a token");
    (format!("/{path}"), token.to_owned())
}

fn decide(sandbox: &Sandbox, token: &str, decision: &str, validity: &str) -> Response {
    let form = format!("credentialToken={token}&decision={decision}&validity={validity}");
    form_post(sandbox, "/auth/", "", &form)
}

#[test]
fn a_person_approves_a_consumer_key_for_a_time() {
    for shape in SHAPES {
        let sandbox = manual_with(Sandbox::builder().refusals(shape));
        let wish = json!({"redirection": "http://localhost:9/done?a=1"});
        let (consumer, url) = requested(&sandbox, wish);
        let mut client = Client::new(&sandbox);
        client.consumer = consumer;
        assert_eq!(client.get("/hosting/web").code(403), "INVALID_CREDENTIAL");

        let (path, token) = target(&url);
        let page = request(sandbox.address(), "GET", &path, &[], None);
        assert_eq!(page.status, 200);
        for words in [
            "GET /*",
            "Approve",
            "Refuse",
            "http://localhost:9/done?a=1",
            sandbox.application_key(),
        ] {
            assert!(page.body.contains(words), "{words} is missing");
        }
        let policy = page.header("content-security-policy").expect("a policy");
        assert!(
            policy.contains("form-action 'self' http://localhost:9;"),
            "{policy}"
        );
        assert_eq!(decide(&sandbox, &token, "approve", "forever").status, 400);
        assert_eq!(decide(&sandbox, &token, "perhaps", "86400").status, 400);
        let done = decide(&sandbox, &token, "approve", "86400");
        assert_eq!(done.status, 303);
        assert_eq!(done.header("location"), Some("http://localhost:9/done?a=1"));

        client.get("/hosting/web").ok();
        let credential = client.get("/auth/currentCredential").ok();
        assert_eq!(credential["status"], "validated");
        assert_eq!(credential["expiration"], "2025-10-10T08:53:20+00:00");
        let again = decide(&sandbox, &token, "refuse", "86400");
        assert!(again.body.contains("Approved"), "{}", again.body);
        client.get("/hosting/web").ok();

        sandbox.clock().advance(Duration::from_secs(86_400));
        assert_eq!(client.get("/hosting/web").code(403), "INVALID_CREDENTIAL");
        let help = sandbox
            .journal()
            .calls()
            .last()
            .expect("an entry")
            .help
            .clone();
        assert!(help.expect("help").contains("expired"));
    }
}

#[test]
fn a_person_refuses_a_consumer_key() {
    for shape in SHAPES {
        let sandbox = manual_with(Sandbox::builder().refusals(shape));
        let (consumer, url) = requested(&sandbox, json!({"redirection": "javascript:alert(1)"}));
        let (path, token) = target(&url);
        let page = request(sandbox.address(), "GET", &path, &[], None);
        assert!(!page.body.contains("javascript:"), "{}", page.body);
        let done = decide(&sandbox, &token, "refuse", "unlimited");
        assert_eq!(done.status, 200);
        assert!(done.body.contains("Refused"));
        let mut client = Client::new(&sandbox);
        client.consumer = consumer;
        assert_eq!(client.get("/hosting/web").code(403), "NOT_CREDENTIAL");
        assert_eq!(
            request(
                sandbox.address(),
                "GET",
                "/auth/?credentialToken=x",
                &[],
                None
            )
            .status,
            404
        );
        assert_eq!(decide(&sandbox, "x", "approve", "3600").status, 404);
    }
}

#[test]
fn another_site_cannot_approve() {
    let sandbox = manual();
    let (_, url) = requested(&sandbox, json!({}));
    let (_, token) = target(&url);
    let form = format!("credentialToken={token}&decision=approve&validity=3600");
    let response = form_post(&sandbox, "/auth/", "Origin: https://example.com\r\n", &form);
    assert_eq!(response.status, 403);
    assert_eq!(decide(&sandbox, &token, "approve", "3600").status, 200);
}

#[test]
fn a_consumer_key_is_bound_to_its_addresses() {
    for shape in SHAPES {
        let sandbox = manual_with(Sandbox::builder().refusals(shape));
        for (blocks, let_in) in [
            (json!(["127.0.0.0/8"]), true),
            (json!(["192.0.2.0/24", "2001:db8::/32"]), false),
            (json!(["192.0.2.1", "127.0.0.1/32"]), true),
            (json!(null), true),
        ] {
            let (consumer, _) = requested(&sandbox, json!({"allowedIPs": blocks}));
            sandbox.validate(&consumer).expect("a known key");
            let mut client = Client::new(&sandbox);
            client.consumer = consumer;
            let response = client.get("/auth/currentCredential");
            if let_in {
                assert_eq!(response.ok()["allowedIPs"], blocks);
            } else {
                assert_eq!(response.code(403), "FORBIDDEN");
            }
        }
        let headers = [("X-Ovh-Application", sandbox.application_key())];
        let body =
            json!({"accessRules": [], "allowedIPs": ["127.0.0.1", "everywhere"]}).to_string();
        let response = request(
            sandbox.address(),
            "POST",
            "/1.0/auth/credential",
            &headers,
            Some(&body),
        );
        assert!(response.refused(400).contains("$.allowedIPs[1]"));
    }
}
