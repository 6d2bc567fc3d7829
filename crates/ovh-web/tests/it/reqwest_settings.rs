//! Tests of a program's settings of reqwest: what stays, what is switched off, what is refused.
//!
//! Settings behind features of reqwest (cookies, compression) are tested in `tests/engines`, those of
//! TLS and verbose logs in `tests`, with servers that have a certificate.

use std::net::{IpAddr, Ipv4Addr};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::{self, Answer, Seen, Server, answer, json};
use ovh_web::{Client, Error, ErrorKind, Method, StatusCode, http};
use reqwest::ClientBuilder;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

/// A program's settings. Without the platform's authorities, whose reading takes long.
fn settings() -> ClientBuilder {
    reqwest::Client::builder().tls_certs_only([])
}

fn client(server: &Server, set: Setting) -> Client {
    let builder = server.builder();
    let builder = builder.reqwest(move || set(settings()));
    builder.build().expect("a client")
}

async fn get(client: &Client) -> Result<u8, Error> {
    client.request(Method::GET, "/me").retries(0).json().await
}

fn default_header(name: &'static str, value: &'static str) -> HeaderMap {
    let name = HeaderName::from_static(name);
    HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
}

/// Sends one call through a client with the settings, and returns the request.
async fn leaves(set: Setting) -> Seen {
    let server = Server::start(|_| json("7")).await;
    assert_eq!(get(&client(&server, set)).await.expect("an answer"), 7);
    let mut calls = server.calls();
    assert_eq!(calls.len(), 1);
    calls.remove(0)
}

type Setting = fn(ClientBuilder) -> ClientBuilder;

/// Settings of connections, pools and responses: none of them changes a request.
const NEUTRAL: &[(&str, Setting)] = &[
    ("connect_timeout", |it| it.connect_timeout(MINUTE)),
    ("connection_verbose", |it| it.connection_verbose(true)),
    ("http09_responses", |it| it.http09_responses()),
    (
        "http1_allow_obsolete_multiline_headers_in_responses",
        |it| it.http1_allow_obsolete_multiline_headers_in_responses(true),
    ),
    ("http1_allow_spaces_after_header_name_in_responses", |it| {
        it.http1_allow_spaces_after_header_name_in_responses(true)
    }),
    ("http1_ignore_invalid_headers_in_responses", |it| {
        it.http1_ignore_invalid_headers_in_responses(true)
    }),
    ("http1_max_headers", |it| it.http1_max_headers(50)),
    ("http1_only", |it| it.http1_only()),
    ("http1_title_case_headers", |it| {
        it.http1_title_case_headers()
    }),
    ("https_only", |it| it.https_only(false)),
    ("local_address", |it| it.local_address(Some(LOOPBACK))),
    ("no_proxy", |it| it.no_proxy()),
    ("pool_idle_timeout", |it| it.pool_idle_timeout(None)),
    ("pool_max_idle_per_host", |it| it.pool_max_idle_per_host(0)),
    ("read_timeout", |it| it.read_timeout(MINUTE)),
    ("referer", |it| it.referer(true)),
    ("tcp_keepalive", |it| it.tcp_keepalive(MINUTE)),
    ("tcp_keepalive_interval", |it| {
        it.tcp_keepalive_interval(MINUTE)
    }),
    ("tcp_keepalive_retries", |it| it.tcp_keepalive_retries(2)),
    ("tcp_nodelay", |it| it.tcp_nodelay(false)),
    #[cfg(target_os = "linux")]
    ("tcp_user_timeout", |it| it.tcp_user_timeout(MINUTE)),
    ("timeout", |it| it.timeout(MINUTE)),
    ("tls_danger_accept_invalid_certs", |it| {
        it.tls_danger_accept_invalid_certs(true)
    }),
    ("tls_info", |it| it.tls_info(true)),
    ("tls_sni", |it| it.tls_sni(false)),
    ("tls_version_max", |it| {
        it.tls_version_max(reqwest::tls::Version::TLS_1_2)
    }),
    ("tls_version_min", |it| {
        it.tls_version_min(reqwest::tls::Version::TLS_1_3)
    }),
    ("user_agent", |it| it.user_agent("other/1")),
];

const MINUTE: Duration = Duration::from_secs(60);
const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// The parts of a request that the server sees, sorted.
fn shown(seen: &Seen) -> (String, Vec<(String, String)>, Vec<u8>) {
    let headers = seen.headers.iter();
    let mut headers: Vec<_> = headers
        .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
        .collect();
    headers.sort();
    (
        format!("{} {}", seen.method, seen.target),
        headers,
        seen.body.clone(),
    )
}

#[tokio::test]
async fn connection_settings_change_no_request() {
    let server = Server::start(|_| json("7")).await;
    let number: u8 = post(&server.client()).await.expect("an answer");
    assert_eq!(number, 7);
    let expected = shown(&server.calls()[0]);
    assert!(expected.1.iter().any(|(name, _)| name == "x-ovh-signature"));
    for (count, (name, set)) in (2..).zip(NEUTRAL) {
        let result = post(&client(&server, *set)).await;
        assert_eq!(result.expect(name), 7);
        let calls = server.calls();
        assert_eq!(calls.len(), count, "{name}");
        assert_eq!(shown(calls.last().expect("a call")), expected, "{name}");
    }
}

async fn post(client: &Client) -> Result<u8, Error> {
    client.request(Method::POST, "/me").body("x").json().await
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn local_address_stays() {
    let peers = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&peers);
    let accept = move |stream: tokio::net::TcpStream| {
        let peer = stream.peer_addr().expect("an address").ip();
        log.lock().expect("the peers").push(peer.to_string());
        std::future::ready(Some(stream))
    };
    let server = Server::start_over(accept, |_| json("7")).await;
    let client = client(&server, |builder| {
        builder.local_address(IpAddr::from([127, 0, 0, 2]))
    });
    get(&client).await.expect("an answer");
    let peers = peers.lock().expect("the peers").clone();
    assert!(peers.iter().all(|peer| peer == "127.0.0.2"), "{peers:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn interface_stays() {
    let server = Server::start(|_| json("7")).await;
    let loopback = client(&server, |builder| builder.interface("lo"));
    assert_eq!(get(&loopback).await.expect("an answer"), 7);
    let unknown = client(&server, |builder| builder.interface("unknown0"));
    let error = get(&unknown).await.expect_err("no such interface");
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn lenient_parsing_of_responses_stays() {
    let cases: [(&str, Setting); 4] = [
        (
            "HTTP/1.1 200 OK\r\nX-A: a\r\n b\r\nContent-Length: 1\r\n\r\n7",
            |it| it.http1_allow_obsolete_multiline_headers_in_responses(true),
        ),
        (
            "HTTP/1.1 200 OK\r\nX-A : a\r\nContent-Length: 1\r\n\r\n7",
            |it| it.http1_allow_spaces_after_header_name_in_responses(true),
        ),
        (
            "HTTP/1.1 200 OK\r\nX A: a\r\nContent-Length: 1\r\n\r\n7",
            |it| it.http1_ignore_invalid_headers_in_responses(true),
        ),
        // Any bytes count as a success then.
        ("7", |it| it.http09_responses()),
    ];
    for (bytes, set) in cases {
        let server = Server::start(move |_| Answer::Bytes(bytes.into())).await;
        let error = post(&server.client()).await.expect_err(bytes);
        assert!(error.maybe_applied(), "{bytes}: {error}");
        assert_eq!(post(&client(&server, set)).await.expect(bytes), 7);
    }
    // Too many headers are an error.
    let server = Server::start(|_| json("7")).await;
    let client = client(&server, |builder| builder.http1_max_headers(1));
    let error = post(&client).await.expect_err("three headers");
    assert!(error.maybe_applied(), "{error}");
}

#[tokio::test]
async fn read_timeout_stays() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n7";
    let server = Server::start(move |_| Answer::Stall(head.into())).await;
    let client = client(&server, |builder| {
        builder.read_timeout(Duration::from_millis(50))
    });
    let error = post(&client).await.expect_err("half a response");
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(error.maybe_applied(), "{error}");
}

#[tokio::test]
async fn headers_of_a_proxy_replace_ours_over_http() {
    let proxy = Server::start(|_| json("7")).await;
    let host = proxy.host.clone();
    let with = |except: Option<&'static str>| {
        let host = host.clone();
        let client = support::builder("http://127.0.0.1:1/1.0").reqwest(move || {
            let headers = HeaderMap::from_iter([
                (
                    HeaderName::from_static("x-ovh-consumer"),
                    HeaderValue::from_static("other"),
                ),
                (
                    HeaderName::from_static("x-proxy"),
                    HeaderValue::from_static("own"),
                ),
            ]);
            let proxy = reqwest::Proxy::http(format!("http://{host}")).expect("a proxy");
            let except = except.and_then(reqwest::NoProxy::from_string);
            let proxy = proxy.headers(headers).basic_auth("user", "password");
            settings().proxy(proxy.no_proxy(except))
        });
        client.build().expect("a client")
    };
    get(&with(None)).await.expect("an answer");
    let seen = proxy.calls().remove(0);
    assert_eq!(seen.header("x-ovh-consumer"), Some("other"));
    assert_eq!(seen.header("x-proxy"), Some("own"));
    assert!(seen.header("proxy-authorization").is_some());
    // A request that bypasses the proxy has none of them.
    let error = get(&with(Some("127.0.0.1"))).await.expect_err("no server");
    assert_eq!(error.kind(), ErrorKind::Connection);
}

/// The variable that makes a test run its second part, in a separate process.
const CHILD: &str = "OVH_WEB_TEST_BASE";

#[test]
fn proxy_of_the_environment_is_off() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    if let Ok(base) = std::env::var(CHILD) {
        runtime.block_on(async {
            // reqwest alone would use the proxy. It needs no TLS provider of ours.
            let own = settings()
                .build()
                .expect("a client")
                .get(&base)
                .send()
                .await;
            assert!(own.expect_err("refused").is_connect());
            for builder in [
                support::builder(&base),
                support::builder(&base).reqwest(settings),
            ] {
                let client = builder.build().expect("a client");
                assert_eq!(get(&client).await.expect("an answer"), 7);
            }
        });
        return;
    }
    runtime.block_on(async {
        let server = Server::start(|_| json("7")).await;
        let (_socket, proxy) = support::refusing();
        let mut child = Command::new(std::env::current_exe().expect("this program"));
        child
            .args([
                "--exact",
                "reqwest_settings::proxy_of_the_environment_is_off",
            ])
            .env(CHILD, server.base())
            .env("HTTP_PROXY", format!("http://{proxy}"))
            .env_remove("NO_PROXY")
            .env_remove("no_proxy");
        let output = tokio::task::spawn_blocking(move || child.output()).await;
        let output = output.expect("a thread").expect("the test");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && text.contains("1 passed"),
            "{text}"
        );
        assert_eq!(server.calls().len(), 2);
    });
}

#[cfg(unix)]
#[tokio::test]
async fn unix_socket_stays() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let path = std::env::temp_dir().join(format!("ovh-web-{}.socket", std::process::id()));
    let listener = tokio::net::UnixListener::bind(&path).expect("a socket");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = [0; 4096];
            let _ = stream.read(&mut bytes).await;
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n7";
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    let socket = path.clone();
    let builder = support::builder("http://127.0.0.1:1/1.0");
    let builder = builder.reqwest(move || settings().unix_socket(&*socket));
    let result = get(&builder.build().expect("a client")).await;
    std::fs::remove_file(path).expect("the socket");
    assert_eq!(result.expect("an answer"), 7);
}

#[tokio::test]
async fn redirects_and_referer_are_off() {
    let server = Server::start(|seen| match seen.target.as_str() {
        "/1.0/me" => answer(302, "Location: /1.0/other\r\n", ""),
        _ => json("7"),
    })
    .await;
    let client = client(&server, |builder| {
        let follow = reqwest::redirect::Policy::limited(5);
        builder.redirect(follow).referer(true)
    });
    let error = get(&client).await.expect_err("a redirect");
    assert_eq!(error.status(), Some(StatusCode::FOUND));
    let calls = server.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].header("referer"), None);
}

#[tokio::test]
async fn retries_are_off() {
    let server = Server::start(|_| answer(503, "", "")).await;
    let client = client(&server, |builder| {
        let policy = reqwest::retry::for_host("127.0.0.1").no_budget();
        let policy = policy.classify_fn(|seen| match seen.status() {
            Some(http::StatusCode::SERVICE_UNAVAILABLE) => seen.retryable(),
            _ => seen.success(),
        });
        builder.retry(policy.max_retries_per_request(3))
    });
    get(&client).await.expect_err("busy");
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn other_default_headers_leave() {
    let seen = leaves(|builder| {
        let own = default_header("x-own", "kept");
        builder.default_headers(own).user_agent("other/1")
    })
    .await;
    assert_eq!(seen.header("x-own"), Some("kept"));
    let agent = seen.header("user-agent").expect("an agent");
    assert!(agent.starts_with("ovh-web/"), "{agent}");
    let seen =
        leaves(|builder| builder.default_headers(default_header("accept", "text/html"))).await;
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert_eq!(seen.header("accept-encoding"), None);
}

#[tokio::test]
async fn default_headers_of_the_client_are_refused() {
    let server = Server::start(|_| json("7")).await;
    for name in [
        "accept-encoding",
        "authorization",
        "content-encoding",
        "content-length",
        "cookie",
        "host",
        "transfer-encoding",
        "x-ovh-application",
        "x-ovh-consumer",
        "x-ovh-signature",
        "x-ovh-timestamp",
    ] {
        let builder = server.builder().reqwest(move || {
            let own = default_header(name, "canary-default");
            reqwest::Client::builder().default_headers(own)
        });
        let error = builder.build().expect_err(name);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("default header"), "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
    }
    // A value that looks like a name is not one.
    let seen = leaves(|builder| {
        let own = default_header("x-own", r#"", "authorization": ""#);
        builder.default_headers(own)
    })
    .await;
    assert_eq!(seen.header("authorization"), None);
    assert!(server.all().is_empty());
}

#[tokio::test]
async fn proxy_of_the_program_stays() {
    let proxy = Server::start(|_| json("7")).await;
    let host = proxy.host.clone();
    let client = support::builder("http://127.0.0.1:1/1.0").reqwest(move || {
        let proxy = reqwest::Proxy::http(format!("http://{host}"));
        reqwest::Client::builder().proxy(proxy.expect("a proxy"))
    });
    let client = client.build().expect("a client");
    assert_eq!(get(&client).await.expect("an answer"), 7);
    let seen = proxy.calls();
    assert_eq!(seen[0].target, "http://127.0.0.1:1/1.0/me");
}

#[tokio::test]
async fn resolved_names_stay() {
    let server = Server::start(|_| json("7")).await;
    let address = server.host.parse().expect("an address");
    let builder = support::builder("http://api.test:80/1.0").allow_plain_http("api.test");
    let builder = builder.reqwest(move || {
        let builder = reqwest::Client::builder().resolve("api.test", address);
        builder.https_only(false).connection_verbose(true)
    });
    let client = builder.build().expect("a client");
    assert_eq!(get(&client).await.expect("an answer"), 7);
    assert_eq!(server.calls()[0].header("host"), Some("api.test"));
}

#[tokio::test]
async fn timeouts_of_the_program_stay() {
    let server = Server::start(|seen| match seen.target.ends_with("/auth/time") {
        true => json("1457018875"),
        false => Answer::Silence,
    })
    .await;
    let client = client(&server, |builder| {
        builder
            .timeout(Duration::from_millis(50))
            .pool_max_idle_per_host(1)
    });
    let error = get(&client).await.expect_err("silence");
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
}

#[tokio::test]
async fn https_only_stays() {
    let server = Server::start(|_| json("7")).await;
    let client = client(&server, |builder| builder.https_only(true));
    let error = get(&client).await.expect_err("plain HTTP");
    assert!(error.to_string().contains("scheme"), "{error}");
    assert!(server.all().is_empty());
}

#[tokio::test]
async fn function_is_called_for_each_pool() {
    let server = Server::start(|_| json("7")).await;
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let builder = server.builder().reqwest(move || {
        counter.fetch_add(1, Ordering::SeqCst);
        reqwest::Client::builder().pool_idle_timeout(Duration::from_secs(1))
    });
    let client = builder.build().expect("a client");
    get(&client).await.expect("an answer");
    get(&client).await.expect("an answer");
    // Reads and writes, to check the settings and for the runtime of the test.
    assert_eq!(count.load(Ordering::SeqCst), 4);
}

/// Resolves every name to the address of a server.
struct Resolver(std::net::SocketAddr);

impl reqwest::dns::Resolve for Resolver {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let found: reqwest::dns::Addrs = Box::new(std::iter::once(self.0));
        Box::pin(std::future::ready(Ok(found)))
    }
}

#[tokio::test]
async fn resolver_of_the_program_stays() {
    let server = Server::start(|_| json("7")).await;
    let address = server.host.parse().expect("an address");
    let builder = support::builder("http://api.test:80/1.0").allow_plain_http("api.test");
    let builder = builder.reqwest(move || settings().dns_resolver(Resolver(address)));
    let client = builder.build().expect("a client");
    assert_eq!(get(&client).await.expect("an answer"), 7);
    assert_eq!(server.calls()[0].header("host"), Some("api.test"));
}
