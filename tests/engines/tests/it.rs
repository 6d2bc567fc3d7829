//! Engines on reqwest-middleware and tower, and settings behind features of reqwest.
//!
//! Other settings of reqwest are tested in the crate of the facade.

#[path = "../../../crates/ovh-web/tests/support/mod.rs"]
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ovh_web::{Body, Bytes, Client, Error, ErrorKind, HttpFailure, Method, ReqwestEngine, http};
use support::{Server, json};
use tower::ServiceExt;
use tower::util::MapErrLayer;

async fn get(client: &Client) -> Result<u8, Error> {
    client.request(Method::GET, "/me").retries(0).json().await
}

#[tokio::test]
async fn reqwest_middleware_is_an_engine() {
    let server = Server::start(|_| json("7")).await;
    let http = reqwest_middleware::ClientBuilder::new(reqwest::Client::new()).build();
    let builder = server.builder().http(move |request: http::Request<Body>| {
        let http = http.clone();
        async move {
            let sent = http.execute(request.map(Bytes::from).try_into()?).await;
            ReqwestEngine::read(sent.map_err(|error| match error {
                reqwest_middleware::Error::Reqwest(error) => error.into(),
                other => HttpFailure::no_response(other.to_string()),
            })?)
            .await
        }
    });
    let client = builder.build().expect("a client");
    assert_eq!(get(&client).await.expect("an answer"), 7);
}

#[tokio::test]
async fn tower_service_is_an_engine() {
    let service = tower::service_fn(|request: http::Request<Bytes>| async move {
        match request.uri().path() {
            "/1.0/auth/time" => Ok(http::Response::new(Bytes::from("1457018875"))),
            "/1.0/me" => Ok(http::Response::new(Bytes::from("7"))),
            _ => Err("no such route"),
        }
    });
    let builder = support::builder("http://127.0.0.1:1/1.0").http(move |request| {
        let service = service.map_request(|request: http::Request<Body>| request.map(Bytes::from));
        async move {
            service
                .oneshot(request)
                .await
                .map_err(HttpFailure::no_response)
        }
    });
    let client = builder.build().expect("a client");
    assert_eq!(get(&client).await.expect("an answer"), 7);
}

#[tokio::test]
async fn cookies_are_refused() {
    let server = Server::start(|_| json("7")).await;
    let settings: [fn() -> reqwest::ClientBuilder; 2] = [
        || reqwest::Client::builder().cookie_store(true),
        || reqwest::Client::builder().cookie_provider(Arc::<reqwest::cookie::Jar>::default()),
    ];
    for set in settings {
        let error = server
            .builder()
            .reqwest(set)
            .build()
            .expect_err("a cookie store");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("cookie store"), "{error}");
    }
    let builder = server
        .builder()
        .reqwest(|| reqwest::Client::builder().cookie_store(false));
    get(&builder.build().expect("a client"))
        .await
        .expect("an answer");
    assert!(
        server
            .all()
            .iter()
            .all(|seen| seen.header("cookie").is_none())
    );
}

#[tokio::test]
async fn connector_layer_is_used() {
    let (_socket, address) = support::refusing();
    let builder = support::builder(&format!("http://{address}/1.0"));
    let refused = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&refused);
    let builder = builder.reqwest(move || {
        let count = Arc::clone(&count);
        let layer = MapErrLayer::new(move |error: tower::BoxError| {
            count.fetch_add(1, Ordering::SeqCst);
            error
        });
        reqwest::Client::builder().connector_layer(layer)
    });
    let client = builder.build().expect("a client");
    let error = get(&client).await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    assert_eq!(refused.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn no_compression_is_requested() {
    let server = Server::start(|_| json("7")).await;
    let own = server
        .builder()
        .reqwest(|| reqwest::Client::builder().gzip(true));
    for builder in [server.builder(), own] {
        get(&builder.build().expect("a client"))
            .await
            .expect("an answer");
    }
    assert_eq!(server.calls().len(), 2);
    assert!(
        server
            .all()
            .iter()
            .all(|seen| seen.header("accept-encoding").is_none())
    );
}
