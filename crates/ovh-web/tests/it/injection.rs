//! Tests that an argument cannot change another header, query value, route or host.
//!
//! An argument that cannot be sent safely is refused before anything is sent.

use std::future::Future;

use crate::support::{self, APPLICATION_SECRET, CONSUMER_KEY, Seen, Server, answer, json};
use ovh_web::config::Sources;
use ovh_web::types::NewEnvVar;
use ovh_web::{Client, Endpoint, Error, ErrorKind, Method, Secret, SortOrder, signature};
use ovh_web_client::databases::ListDatabases;
use ovh_web_client::users::ListUsers;
use serde_json::Value;

/// Hostile texts, each with a recognizable marker.
const NASTY: &[&str] = &[
    "evil\r\nX-Evil: 1\r\n\r\nGET /evil HTTP/1.1",
    "evil\nX-Evil: 1",
    "evil\r",
    "evil\0",
    "\0",
    "%2e%2e",
    "%2E%2E/%2e%2e/evil",
    "%0d%0aX-Evil:%201",
    "../../me",
    "..\\..\\me",
    "/me",
    "//evil.example/me",
    "https://evil.example/me",
    "a/b",
    "a?evil=1&x=2",
    "a#evil",
    "a;evil=1",
    "a=b&evil=1",
    "@evil.example",
    ":80",
    "evil evil",
    "évil",
    "日本 \u{202e}evil\u{2028}",
    "\u{7f}",
];

/// The headers that the client sets itself.
const OWN: &[&str] = &[
    "accept",
    "content-length",
    "content-type",
    "host",
    "pragma",
    "user-agent",
    "x-ovh-application",
    "x-ovh-consumer",
    "x-ovh-signature",
    "x-ovh-timestamp",
];

/// Decodes `%XX` and nothing else: a `+` stays a `+`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        match (first, behind) {
            (b'%', [high, low, after @ ..]) => {
                let pair = String::from_utf8(vec![*high, *low]).expect("two digits");
                bytes.push(u8::from_str_radix(&pair, 16).expect("two digits"));
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// Returns path segments and query values of a request, decoded.
fn taken_apart(seen: &Seen) -> (Vec<String>, Vec<(String, String)>) {
    let (path, query) = seen.target.split_once('?').unwrap_or((&seen.target, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    (
        path.split('/').map(decoded).collect(),
        pairs
            .map(|pair| {
                let (name, value) = pair.split_once('=').expect("a value");
                (decoded(name), decoded(value))
            })
            .collect(),
    )
}

/// Checks what holds for every request: the client's own headers, and the signature.
fn check(seen: &Seen, host: &str, more: &[&str]) {
    for (name, _) in &seen.headers {
        let name = name.to_ascii_lowercase();
        let is_known = OWN.contains(&name.as_str()) || more.contains(&name.as_str());
        assert!(is_known, "{name} in {seen:?}");
    }
    assert_eq!(seen.header("host"), Some(host));
    let signed = signature(
        &Secret::from(APPLICATION_SECRET),
        &Secret::from(CONSUMER_KEY),
        &seen.method,
        &format!("http://{host}{}", seen.target),
        &seen.body,
        support::NOW,
    );
    assert_eq!(seen.header("x-ovh-signature"), Some(&*signed), "{seen:?}");
}

/// Returns the only request of a call, or `None` if it was refused.
async fn one(
    server: &Server,
    what: &str,
    call: impl Future<Output = Result<(), Error>>,
) -> Option<Seen> {
    let before = server.calls().len();
    let result = call.await;
    let mut calls = server.calls().split_off(before);
    match result {
        Err(error) if error.kind() == ErrorKind::InvalidArgument => {
            assert!(calls.is_empty(), "{what:?} was refused and sent");
            assert!(error.to_string().contains("nothing was sent"), "{error}");
            None
        }
        _ => {
            assert_eq!(calls.len(), 1, "{what:?}");
            let seen = calls.remove(0);
            check(&seen, &server.host, &[]);
            Some(seen)
        }
    }
}

#[tokio::test]
async fn name_stays_one_path_segment() {
    let server = Server::start(|_| answer(404, "", "")).await;
    let client = server.client();
    for name in NASTY {
        let web = ["", "1.0", "hosting", "web"].map(str::to_owned);
        let below = |rest: &[&str]| -> Vec<String> {
            let rest = rest.iter().map(|segment| (*segment).to_owned());
            web.iter().cloned().chain(rest).collect()
        };
        let odd = client.hosting(*name);
        let even = client.hosting("s.example");
        let asked = [
            (
                one(&server, name, async { odd.get().await.map(drop) }).await,
                below(&[name]),
            ),
            (
                one(&server, name, async {
                    even.database(*name).get().await.map(drop)
                })
                .await,
                below(&["s.example", "database", name]),
            ),
            (
                one(&server, name, async {
                    even.users().delete(name).await.map(drop)
                })
                .await,
                below(&["s.example", "user", name]),
            ),
            (
                one(&server, name, async {
                    even.domains().get(name).await.map(drop)
                })
                .await,
                below(&["s.example", "attachedDomain", name]),
            ),
            (
                one(&server, name, async {
                    even.env_vars().update(name, "x").await.map(drop)
                })
                .await,
                below(&["s.example", "envVar", name]),
            ),
        ];
        for (seen, expected) in asked {
            let seen = seen.unwrap_or_else(|| panic!("{name:?} can be escaped"));
            assert_eq!(taken_apart(&seen), (expected, Vec::new()), "{name:?}");
        }
        // In a body it is an ordinary text.
        let new = NewEnvVar::new("KEY", "string", *name);
        let seen = one(&server, name, async {
            even.env_vars().create(&new).await.map(drop)
        });
        let body: Value =
            serde_json::from_slice(&seen.await.expect("a request").body).expect("JSON");
        assert_eq!(body["value"], *name);
    }
    for name in ["", ".", ".."] {
        let gone = client.hosting("s.example").users().delete(name).await;
        let error = gone.expect_err(name);
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    }
}

#[tokio::test]
async fn filter_stays_one_query_value() {
    let server = Server::start(|_| json("[]")).await;
    let client = server.client();
    let hosting = client.hosting("s.example");
    for value in NASTY {
        let users = ListUsers::default().login(*value);
        let seen = one(&server, value, async {
            hosting.users().logins_with(&users).await.map(drop)
        });
        let pair = |name: &str| vec![(name.to_owned(), (*value).to_owned())];
        let seen = seen.await.expect("a request");
        assert_eq!(taken_apart(&seen).1, pair("login"));

        let databases = ListDatabases::default().user(*value);
        let seen = one(&server, value, async {
            hosting.databases().names_with(&databases).await.map(drop)
        });
        let seen = seen.await.expect("a request");
        assert_eq!(taken_apart(&seen).1, pair("user"));

        let free = client.request(Method::GET, "/me").query("x", *value);
        let seen = one(&server, value, free.query(value, "y").send());
        let expected = [pair("x"), vec![((*value).to_owned(), "y".to_owned())]].concat();
        let seen = seen.await.expect("a request");
        assert_eq!(taken_apart(&seen).1, expected);
    }
}

#[tokio::test]
async fn paging_option_stays_one_header_or_is_refused() {
    let server = Server::start(|_| json("[]")).await;
    let client = server.client();
    let users = client.raw().users();
    for text in NASTY {
        let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        for (name, call) in [
            (
                "x-pagination-filter",
                users.page("s.example", &ListUsers::default()).filter(*text),
            ),
            (
                "x-pagination-sort",
                users
                    .page("s.example", &ListUsers::default())
                    .sort(text, SortOrder::Ascending),
            ),
        ] {
            let before = server.calls().len();
            let result = call.await;
            let calls = server.calls().split_off(before);
            if is_plain {
                result.expect("a page");
                let paging = ["x-pagination-mode", "x-pagination-sort-order", name];
                check(&calls[0], &server.host, &paging);
                assert_eq!(calls[0].header(name), Some(*text));
            } else {
                let error = result.expect_err(text);
                assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
                assert!(!error.to_string().contains(char::is_control), "{error:?}");
                assert!(calls.is_empty(), "{text:?}");
            }
        }
        let free = client.request(Method::GET, "/me").header("X-Own", *text);
        let before = server.calls().len();
        let result = free.send().await;
        assert_eq!(result.is_ok(), is_plain, "{text:?}");
        let calls = server.calls().split_off(before);
        assert_eq!(calls.len(), usize::from(is_plain));
        for seen in calls {
            check(&seen, &server.host, &["x-own"]);
        }
    }
}

#[tokio::test]
async fn authentication_headers_cannot_be_replaced() {
    let server = Server::start(|_| json("null")).await;
    let client = server.client();
    for name in [
        "Host",
        "AUTHORIZATION",
        "X-Ovh-Application",
        "x-ovh-consumer",
        "X-OVH-TIMESTAMP",
        "X-Ovh-Signature",
        "Content-Length",
        "Content-Type",
        "Transfer-Encoding",
        "Connection",
        "Upgrade",
        "Accept-Encoding",
    ] {
        let call = client
            .request(Method::POST, "/me")
            .header(name, "evil.example");
        let error = call.send().await.expect_err(name);
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
        assert!(error.to_string().contains(name), "{error}");
        let call = client.hosting("example.ovh").get();
        let error = call.header(name, "evil.example").await.expect_err(name);
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
        let page = client.raw().hosting().page(&Default::default());
        let error = page.header(name, "evil.example").await.expect_err(name);
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    }
    for name in ["X Evil", "X-Evil:", "", "X-\r\nEvil", "X-\u{e9}"] {
        let call = client.request(Method::POST, "/me").header(name, "1");
        call.send().await.expect_err(name);
    }
    assert!(server.calls().is_empty());
}

#[tokio::test]
async fn raw_route_stays_below_base_url() {
    let server = Server::start(|_| json("null")).await;
    let client = server.client();
    for target in [
        "",
        "me",
        "//evil.example/me",
        "///evil.example",
        "http://evil.example/me",
        "https://evil.example/me",
        "@evil.example/me",
        ":80/me",
        ".evil.example/me",
        "/../me",
        "/./me",
        "/a/../../me",
        "/a/%2e%2e/me",
        "/a/.%2E/me",
        "/a/%2e/me",
        "/a//me",
        "/a/",
        "/\\evil.example/me",
        "/a\\..\\me",
        "/me\r\nX-Evil: 1",
        "/me HTTP/1.1",
        "/me\t",
        "/me\0",
        "/me#evil",
        "/m\u{e9}",
        "/v1/../me",
        "/v2//evil.example",
    ] {
        for method in [Method::GET, Method::DELETE] {
            let error = client.request(method, target).send().await;
            let error = error.expect_err(target);
            assert_eq!(
                error.kind(),
                ErrorKind::InvalidArgument,
                "{target:?}: {error}"
            );
            assert!(!error.to_string().contains(char::is_control), "{error:?}");
        }
    }
    assert!(server.all().is_empty(), "nothing was sent at all");
    for (target, path) in [
        ("/@evil.example/me", "/1.0/@evil.example/me"),
        ("/https:%2F%2Fevil.example", "/1.0/https:%2F%2Fevil.example"),
        ("/%252e%252e/me", "/1.0/%252e%252e/me"),
        ("/v1/me", "/v1/me"),
    ] {
        client
            .request(Method::GET, target)
            .send()
            .await
            .expect("an answer");
        let seen = server.calls().pop().expect("a call");
        assert_eq!(seen.target, path);
        check(&seen, &server.host, &[]);
    }
}

#[tokio::test]
async fn keys_and_suffix_cannot_inject_headers() {
    let server = Server::start(|_| json("null")).await;
    let base = server.base();
    let bare = || Client::builder().base_url(&base).retries(0);
    for text in NASTY {
        // Plain ASCII is a valid key, however odd.
        let is_key = text.bytes().all(|byte| byte.is_ascii_graphic());
        // Blanks around a suffix are dropped, including line breaks.
        let (key, text) = (*text, text.trim());
        let is_suffix = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        for (what, builder, is_fine) in [
            (
                "application key",
                server.builder().application_key(key),
                is_key,
            ),
            (
                "application secret",
                server.builder().application_secret(key),
                is_key,
            ),
            ("consumer key", server.builder().consumer_key(key), is_key),
            ("access token", bare().access_token(key), is_key),
            (
                "client id",
                bare()
                    .client_id(key)
                    .client_secret("x")
                    .token_url(format!("http://{}/token", server.host)),
                is_key,
            ),
            (
                "user agent",
                server.builder().user_agent_suffix(text),
                is_suffix,
            ),
        ] {
            let built = builder.build();
            assert_eq!(built.is_ok(), is_fine, "{what}: {text:?}");
            if let Err(error) = built {
                assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
                let shown = format!("{error} {error:?}");
                assert!(!shown.contains("evil"), "{shown}");
            }
        }
        let other = server.client().with_consumer_key(key);
        assert_eq!(other.is_ok(), is_key, "{text:?}");
        if is_suffix {
            let builder = server.builder().user_agent_suffix(text);
            let client = builder.build().expect("a client");
            client
                .request(Method::GET, "/me")
                .send()
                .await
                .expect("an answer");
            let seen = server.calls().pop().expect("a call");
            check(&seen, &server.host, &[]);
            let agent = seen.header("user-agent").expect("an agent");
            assert!(agent.ends_with(&format!("({text})")), "{agent}");
        }
    }
}

#[test]
fn endpoint_host_is_the_shown_host() {
    for text in NASTY {
        let region = text.parse::<Endpoint>();
        match region {
            Ok(endpoint) => assert_eq!(endpoint.base_url(), "https://evil.example/me"),
            Err(error) => assert!(!error.to_string().contains(char::is_control), "{error:?}"),
        }
        let base = format!("https://eu.api.ovh.com{text}/1.0");
        if let Ok(endpoint) = base.parse::<Endpoint>() {
            // A parser drops the `:` before a missing port.
            let shown = |url: &str| {
                let authority = url.split('/').nth(2).unwrap_or_default();
                authority.trim_end_matches(':').to_ascii_lowercase()
            };
            let is_ascii = text.is_ascii();
            assert!(
                !is_ascii || shown(&base) == shown(endpoint.base_url()),
                "{base:?} became {endpoint}"
            );
        }
        let profile = Client::builder()
            .sources(Sources::new().file("ovh.conf", "[default]\nendpoint = ovh-eu\n"))
            .profile(*text)
            .build();
        let error = profile.expect_err("no such profile");
        assert!(!error.to_string().contains(char::is_control), "{error:?}");
    }
}
