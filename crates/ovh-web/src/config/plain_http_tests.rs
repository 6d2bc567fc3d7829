//! Tests that only the program can allow plain HTTP.

use crate::config::Sources;
use crate::{Client, ClientBuilder, Endpoint, ErrorKind};

const URL: &str = "http://sandbox:8080/1.0";
const KEYS: &str = "application_key = a\napplication_secret = s\nconsumer_key = c\n";

/// The sources of an endpoint: the program, its pairs, the environment, a file.
fn ways() -> [ClientBuilder; 4] {
    let keys = [
        ("OVH_APPLICATION_KEY", "a"),
        ("OVH_APPLICATION_SECRET", "s"),
        ("OVH_CONSUMER_KEY", "c"),
    ];
    let of_environment = keys.into_iter().chain([("OVH_ENDPOINT", URL)]);
    let environment = of_environment
        .clone()
        .fold(Sources::new(), |sources, (name, value)| {
            sources.variable(name, value)
        });
    let file = format!("[default]\nendpoint = {URL}\n[{URL}]\n{KEYS}");
    [
        Client::builder().from_pairs(keys).base_url(URL),
        Client::builder().from_pairs(of_environment),
        Client::builder().sources(environment),
        Client::builder().sources(Sources::new().file("ovh.conf", file)),
    ]
}

#[test]
fn only_the_program_allows_plain_http() {
    for builder in ways() {
        let client = builder.allow_plain_http("Sandbox").build();
        assert_eq!(client.expect("a client").endpoint().base_url(), URL);
    }
    for builder in ways() {
        let error = builder.allow_plain_http("other").build();
        let error = error.expect_err("another host");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("plain HTTP"), "{error}");
    }
    let lines = "allow_plain_http = sandbox\nplain_http = sandbox\n";
    let file = format!("[default]\nendpoint = {URL}\n{lines}[{URL}]\n{KEYS}{lines}");
    let sources = Sources::new()
        .file("ovh.conf", file)
        .variable("OVH_ALLOW_PLAIN_HTTP", "sandbox");
    let error = Client::builder().sources(sources).build();
    error.expect_err("a file that allows itself");
    assert!(URL.parse::<Endpoint>().is_err());
}

#[test]
fn token_server_needs_permission_too() {
    let builder = || {
        Client::builder()
            .endpoint(Endpoint::OvhEu)
            .client_id("id")
            .client_secret("secret")
            .token_url("http://sandbox/auth/oauth2/token")
    };
    builder().build().expect_err("plain HTTP");
    builder()
        .allow_plain_http("sandbox")
        .build()
        .expect("a client");
}
