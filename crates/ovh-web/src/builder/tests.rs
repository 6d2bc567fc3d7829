//! Tests of the builder: settings, and what its output shows.

use ovh_runtime::ErrorKind;

use super::*;

fn complete() -> ClientBuilder {
    Client::builder()
        .endpoint(Endpoint::OvhEu)
        .credentials(Credentials::new("s3cr3t-ak", "s3cr3t-as", "s3cr3t-ck"))
}

#[test]
fn debug_shows_no_secret() {
    let builder = complete()
        .base_url("http://127.0.0.1:1/1.0")
        .proxy("http://user:s3cr3t@127.0.0.1:1");
    let shown = format!("{builder:?}");
    assert!(!shown.contains("s3cr3t"), "{shown}");
    let client = builder.build().expect("complete");
    let shown = format!("{client:?} {:?}", client.raw());
    assert!(!shown.contains("s3cr3t"), "{shown}");
}

#[test]
fn builder_ignores_environment_by_default() {
    let error = Client::builder().build().expect_err("no endpoint");
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[test]
fn build_refuses_invalid_settings() {
    for (builder, word) in [
        (complete().base_url("http://example.com/1.0"), "plain HTTP"),
        (complete().proxy("s3cr3t"), "proxy"),
        (
            complete()
                .base_url("http://127.0.0.1:1/1.0")
                .proxy("http://u:s3cr3t@example.com:1"),
            "another machine",
        ),
        (complete().extra_ca_pem("x"), "certificate"),
        (complete().user_agent_suffix("a\r\nb"), "user agent"),
        (complete().consumer_key("s3cr3t\n"), "consumer_key"),
    ] {
        let error = builder.build().expect_err(word);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let text = format!("{error} {error:?}");
        assert!(text.contains(word), "{text}");
        assert!(!text.contains("s3cr3t"), "{text}");
    }
}

#[test]
fn last_of_endpoint_and_base_url_wins() {
    let client = complete()
        .base_url("http://127.0.0.1:1/1.0")
        .endpoint(Endpoint::OvhCa)
        .base_url("http://127.0.0.1:2/1.0/")
        .build()
        .expect("complete");
    assert_eq!(client.endpoint().base_url(), "http://127.0.0.1:2/1.0");
}

#[test]
fn user_agent_names_library_and_program() {
    let own = user_agent(None).expect("fine");
    assert!(own.starts_with("ovh-web/"), "{own}");
    let with = user_agent(Some("shop/2")).expect("fine");
    assert_eq!(with, format!("{own} (shop/2)"));
}

#[test]
fn pairs_count_as_set_by_program() {
    let keys = [
        ("OVH_ENDPOINT", "https://api.example.com/1.0"),
        ("OVH_APPLICATION_KEY", "k3y"),
        ("OVH_APPLICATION_SECRET", "s3cr3t"),
        ("OVH_CONSUMER_KEY", "c0nsumer"),
        ("OVH_ACCESS_TOKEN", ""),
        ("PATH", "/bin"),
    ];
    let client = Client::from_pairs(keys).expect("a client");
    assert_eq!(client.endpoint().base_url(), "https://api.example.com/1.0");
    // All values have the same source, so one key may be replaced.
    let other = Client::builder().from_pairs(keys).consumer_key("other");
    other.build().expect("a client");
    let named = [("OVH_ENDPOINT", "ovh-ca"), ("OVH_ACCESS_TOKEN", "t0ken")];
    let client = Client::from_pairs(named).expect("a client");
    assert_eq!(client.endpoint().name(), "ovh-ca");
    let service = [
        ("OVH_ENDPOINT", "https://api.example.com/1.0"),
        ("OVH_TOKEN_URL", "https://api.example.com/token"),
        ("OVH_CLIENT_ID", "id"),
        ("OVH_CLIENT_SECRET", "s3cr3t"),
    ];
    Client::from_pairs(service).expect("a client");
    for missing in [&keys[..3], &keys[1..], &keys[..0]] {
        let error = Client::from_pairs(missing.iter().copied()).expect_err("incomplete");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(!error.to_string().contains("s3cr3t"), "{error}");
    }
    let wrong = [("OVH_ENDPOINT", "ovh-mars"), ("OVH_ACCESS_TOKEN", "t0ken")];
    let error = Client::from_pairs(wrong).expect_err("no endpoint");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(error.message(), "unknown endpoint `ovh-mars`");
    for endpoint in ["user:s3cr3t@api.example.com/1.0", "s3cr3t@ovh-eu"] {
        let wrong = [("OVH_ENDPOINT", endpoint), ("OVH_ACCESS_TOKEN", "t0ken")];
        let variables = Sources::new().variable("OVH_ENDPOINT", endpoint);
        for builder in [
            Client::builder().from_pairs(wrong),
            Client::builder().sources(variables),
        ] {
            let error = builder.build().expect_err("no endpoint");
            assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{error}");
        }
    }
}

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
