//! Tests of requests that are chosen at run time: by method and route, or by operation.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::{HandClock, Server, answer, json};
use ovh_web::runtime::{
    CallOptions, ClientCore, DecodeOptions, Deprecation, ErrorBuilder, PageNumbers, PageStream,
};
use ovh_web::types::Cron;
use ovh_web::{
    Backoff, BoxFuture, Client, Error, ErrorKind, HeaderMap, Method, Operation, Request, Response,
    StatusCode, Transport, client, operations,
};
use serde_json::{Value, json as value};

/// A client whose pauses pass at once.
fn retrying(server: &Server) -> Client {
    let clock = HandClock::jumping(Duration::from_secs(100));
    let builder = server.builder().clock(clock);
    let builder = builder.retry_policy(Backoff::default().seed(1));
    builder.build().expect("a client")
}

fn row(id: &str) -> &'static Operation {
    operations::by_id(id).expect(id)
}

#[tokio::test]
async fn known_route_is_retried_as_its_operation() {
    let server = Server::start(|_| answer(502, "", "busy")).await;
    let client = retrying(&server);
    for (method, target, calls) in [
        (Method::DELETE, "/hosting/web/a.ovh/user/b", 4),
        (Method::PUT, "/v1/hosting/web/a.ovh/cron/7", 4),
        (Method::POST, "/hosting/web/a.ovh/cron", 1),
        (Method::DELETE, "/hosting/web/a.ovh/unknown/b", 1),
        (Method::DELETE, "/v2/hosting/web/a.ovh/user/b", 1),
    ] {
        let before = server.calls().len();
        let sent = client.request(method, target).send().await;
        sent.expect_err("busy");
        assert_eq!(server.calls().len() - before, calls, "{target}");
    }
}

#[tokio::test]
async fn route_below_another_version_has_no_row() {
    let server = Server::start(|_| json("[]")).await;
    let base = server.base().replace("/1.0", "/v2");
    let client = server.builder().base_url(base).build().expect("a client");
    let request = client.request(Method::GET, "/hosting/web");
    let request = request.into_request().expect("a request");
    assert_eq!(request.operation(), None);
}

#[tokio::test]
async fn operation_is_sent_like_its_typed_call() {
    let server = Server::start(|_| json("[7]")).await;
    let client = server.client();
    let crons = client.operation(row("crons::list"), &["a/b.ovh"]);
    let crons = crons.expect("a request").query_pairs([("command", "x y")]);
    assert_eq!(crons.json::<Value>().await.expect("a list"), value!([7]));
    let modules = client.operation(row("module_catalog::list"), &[]);
    modules.expect("a request").send().await.expect("a list");
    let calls = server.calls();
    assert_eq!(
        calls[0].target,
        "/1.0/hosting/web/a%2Fb.ovh/cron?command=x%20y"
    );
    assert!(calls[0].header("x-ovh-signature").is_some());
    // It needs no credentials.
    assert_eq!(calls[1].header("x-ovh-signature"), None);
}

#[cfg(feature = "webhosting-v2")]
#[tokio::test]
async fn operation_of_version_2_has_its_base() {
    let server = Server::start(|_| json("{}")).await;
    let get = row("webhosting/hostings::get");
    let request = server.client().operation(get, &["a"]).expect("a request");
    request.send().await.expect("an answer");
    assert_eq!(server.calls()[0].target, "/v2/webhosting/resource/a");
}

#[tokio::test]
async fn path_value_of_another_route_is_refused() {
    let server = Server::start(|_| json("[]")).await;
    for values in [&["moduleList"][..], &[""], &[".."], &[], &["a", "b"]] {
        let refused = server.client().operation(row("hosting::get"), values);
        let kind = refused.map(drop).expect_err("refused").kind();
        assert_eq!(kind, ErrorKind::InvalidArgument, "{values:?}");
    }
    assert!(server.calls().is_empty());
}

#[tokio::test]
async fn refusal_redacts_only_secrets_of_the_row() {
    let body = r#"{"message":"canary-pw is too weak for the home www-data"}"#;
    let server = Server::start(move |_| answer(400, "", body)).await;
    let body = value!({"login": "b", "home": "www-data", "password": "canary-pw"});
    for (target, shown) in [
        ("/hosting/web/a.ovh/user", "www-data"),
        ("/hosting/web/a.ovh/unknown", "home [redacted]"),
    ] {
        let request = server.client().request(Method::POST, target).body(&body);
        let error = request.send().await.expect_err("refused").to_string();
        assert!(error.contains(shown), "{error}");
        assert!(!error.contains("canary-pw"), "{error}");
    }
}

#[tokio::test]
async fn unsent_request_has_all_its_parts() {
    let server = Server::start(|_| json("[]")).await;
    let update = server.client().operation(row("crons::update"), &["a", "7"]);
    let name = String::from("X-Own");
    let request = update.expect("a request").header(name, "1");
    let request = request.query("q", "a b").body(&value!({"x": 1}));
    let request = request.into_request().expect("a request");
    assert_eq!(request.target(), "/hosting/web/a/cron/7?q=a%20b");
    assert_eq!(request.headers()["x-own"], "1");
    assert_eq!(request.operation(), Some(row("crons::update")));
    assert!(request.body().is_some() && server.calls().is_empty());
}

#[tokio::test]
async fn list_of_known_route_asks_for_pages() {
    let server = Server::start(|seen| {
        let mode = seen.header("x-pagination-mode");
        assert_eq!(mode, Some("CachedObjectList-Pages"));
        let page = seen.header("x-pagination-number").expect("a page");
        let body = format!(r#"[{{"id":{page}}}]"#);
        answer(200, "X-Pagination-Total: 3\r\n", &body)
    })
    .await;
    let route = "/hosting/web/a.ovh/cron?command=x";
    let crons = server.client().request(Method::GET, route).list();
    let crons = crons.expect("a list").page_size(1).await.expect("pages");
    assert_eq!(crons, [1, 2, 3].map(|id| value!({ "id": id })));
    assert!(
        server
            .calls()
            .iter()
            .all(|call| call.target.ends_with("?command=x"))
    );
}

#[tokio::test]
async fn list_of_ids_gets_each_object() {
    let server = Server::start(|seen| match seen.target.strip_suffix("/cron") {
        Some(_) => json("[7, 8]"),
        None => json(&format!(r#"{{"route":"{}"}}"#, seen.target)),
    })
    .await;
    let crons = server.client().operation(row("crons::list"), &["a/b"]);
    let crons = crons.expect("a request").list().expect("a list");
    let crons = crons.await.expect("objects");
    let routes: Vec<&str> = crons.iter().filter_map(|it| it["route"].as_str()).collect();
    let base = "/1.0/hosting/web/a%2Fb/cron";
    assert_eq!(routes, [format!("{base}/7"), format!("{base}/8")]);
}

#[tokio::test]
async fn list_of_unknown_route_is_one_request() {
    let server = Server::start(|seen| {
        assert_eq!(seen.header("x-pagination-mode"), None);
        json(r#"["a", {"b": 1}]"#)
    })
    .await;
    let list = server.client().request(Method::GET, "/vps").list();
    let items = list.expect("a list").await.expect("items");
    assert_eq!(items, [value!("a"), value!({"b": 1})]);
    assert_eq!(server.calls().len(), 1);
    let post = server.client().request(Method::POST, "/vps").list();
    post.map(drop).expect_err("not a read");
}

#[tokio::test]
async fn unknown_route_is_paged_on_request() {
    let server = Server::start(|seen| {
        let cursor = seen.header("x-pagination-cursor");
        if seen.target == "/v2/vps" && cursor.is_none() {
            return answer(200, "X-Pagination-Cursor-Next: n\r\n", r#"[{"id":1}]"#);
        }
        assert_eq!(seen.header("x-pagination-mode").is_some(), cursor.is_none());
        json(r#"[{"id":2}]"#)
    })
    .await;
    for (target, count) in [("/v2/vps", 2), ("/vps", 1)] {
        let request = server.client().request(Method::GET, target).paged();
        let items = request.list().expect("a list").await.expect("items");
        assert_eq!(items.len(), count, "{target}");
    }
}

/// A transport that knows one response, and keeps the options of the requests.
#[derive(Default)]
struct Fixed(Mutex<Vec<CallOptions>>);

impl Transport for Fixed {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, Error>> {
        let seen = request.options().clone();
        self.0.lock().expect("the options").push(seen);
        let response = Response::new(StatusCode::OK, HeaderMap::new(), r#"[{"id":7}]"#);
        let mut decoding = DecodeOptions::default();
        decoding.strict = true;
        Box::pin(async move { Ok(response.with_decoding(decoding)) })
    }
}

// All paths begin with `ovh_web`: that is the test.
#[tokio::test]
async fn own_transport_needs_no_other_crate() {
    let transport = Arc::new(Fixed::default());
    let core = ClientCore::new(transport.clone());
    let raw = client::Client::new(core);
    let call = raw.crons().page("a.ovh", &Default::default()).retries(2);
    let mut crons: PageStream<Cron> = call.stream();
    let strict = crons.next().await.expect("an item").expect_err("strict");
    assert_eq!(strict.kind(), ErrorKind::Decode);
    let options: Vec<CallOptions> = transport.0.lock().expect("the options").clone();
    assert_eq!(options[0].retries, Some(2));
}

#[test]
fn facts_of_operations_have_names() {
    let replacement = |fact: Deprecation| fact.replacement;
    let deprecated = operations::all().filter_map(Operation::deprecation);
    assert!(deprecated.filter_map(replacement).count() > 0);
    let builder: ErrorBuilder = Error::builder(ErrorKind::NotFound, "no cron");
    assert!(builder.build().is_not_found());
    assert_eq!(PageNumbers::default().number, None);
}
