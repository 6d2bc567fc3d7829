//! Compares requests and error classification with OVHcloud's own clients.

use ovh_web::{
    Body, BoxFuture, Bytes, ClockSync, Endpoint, ErrorKind, HeaderMap, HttpEngine, HttpFailure,
    Method, Response, StatusCode,
};
use serde_json::json;

use super::{EU, Kept, PythonsClock, header};
use crate::support::{self, APPLICATION_KEY, CONSUMER_KEY, NOW};

#[tokio::test]
async fn sends_the_published_signatures() {
    // A server whose time is that of the vectors.
    #[derive(Debug)]
    struct AtVectors(Kept);
    impl HttpEngine for AtVectors {
        fn exchange(
            &self,
            request: http::Request<Body>,
        ) -> BoxFuture<'_, Result<http::Response<Bytes>, HttpFailure>> {
            if request.uri().path().ends_with("/auth/time") {
                let response = http::Response::new(NOW.to_string().into());
                return Box::pin(std::future::ready(Ok(response)));
            }
            self.0.exchange(request)
        }
    }
    let kept = Kept::default();
    let client = support::builder(EU)
        .endpoint(Endpoint::OvhEu)
        .http(AtVectors(kept.clone()))
        .build()
        .expect("a client");
    let vectors: Vec<Vec<&str>> = include_str!("../../fixtures/signatures.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_whitespace().collect())
        .collect();
    for vector in &vectors {
        let method = match vector[0] {
            "GET" => Method::GET,
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            _ => Method::DELETE,
        };
        let mut request = client.request(method.clone(), vector[1]);
        if matches!(method, Method::POST | Method::PUT) {
            request = request.body(&json!({"a": "b", "c": "d"}));
        }
        request.send().await.expect(vector[1]);
    }
    let sent = kept.all();
    assert_eq!((sent.len(), vectors.len()), (11, 11));
    for (sent, vector) in sent.iter().zip(&vectors) {
        assert_eq!(sent.method().as_str(), vector[0]);
        assert_eq!(
            sent.uri().to_string(),
            format!("https://eu.api.ovh.com{}", vector[2])
        );
        assert_eq!(
            header(sent, "x-ovh-signature"),
            Some(vector[3]),
            "{vector:?}"
        );
        assert_eq!(header(sent, "x-ovh-application"), Some(APPLICATION_KEY));
        assert_eq!(header(sent, "x-ovh-consumer"), Some(CONSUMER_KEY));
        assert_eq!(header(sent, "x-ovh-timestamp"), Some("1457018875"));
    }
}

#[tokio::test]
async fn clock_offset_is_measured_once_as_in_python() {
    let kept = Kept::default();
    let client = support::builder(EU)
        .endpoint(Endpoint::OvhEu)
        .http(kept.clone())
        .clock(PythonsClock)
        .clock_sync(ClockSync::Eager)
        .build()
        .expect("a client");
    for _ in 0..2 {
        client
            .request(Method::GET, "/me")
            .send()
            .await
            .expect("an answer");
    }
    let sent = kept.all();
    assert_eq!(sent.len(), 3);
    assert_eq!(sent[0].uri(), "https://eu.api.ovh.com/1.0/auth/time");
    for sent in &sent[1..] {
        assert_eq!(header(sent, "x-ovh-timestamp"), Some("1457018881"));
    }
}

#[tokio::test]
async fn wire_differs_only_as_documented() {
    let kept = Kept::default();
    let client = support::builder(EU)
        .endpoint(Endpoint::OvhEu)
        .http(kept.clone())
        .build()
        .expect("a client");
    let last = || kept.all().pop().expect("a call");
    let get = |target: &str| client.request(Method::GET, target);

    // version-prefix
    for target in ["/v1beta/call", "/v2beta/call", "/v1"] {
        get(target).send().await.expect("an answer");
        assert_eq!(last().uri().to_string(), format!("{EU}{target}"));
    }
    // auth-routes
    get("/auth/currentCredential")
        .send()
        .await
        .expect("an answer");
    assert!(header(&last(), "x-ovh-signature").is_some());
    let rules = json!({"accessRules": []});
    let ask = client
        .request(Method::POST, "/auth/credential")
        .body(&rules);
    ask.send().await.expect("an answer");
    assert_eq!(header(&last(), "x-ovh-signature"), None);
    assert_eq!(header(&last(), "x-ovh-consumer"), None);
    assert_eq!(header(&last(), "x-ovh-application"), Some(APPLICATION_KEY));
    // content-type
    assert_eq!(
        header(&last(), "content-type"),
        Some("application/json;charset=utf-8"),
        "as go-ovh writes it"
    );
    get("/me").send().await.expect("an answer");
    assert_eq!(header(&last(), "content-type"), None);
    assert_eq!(header(&last(), "accept"), Some("application/json"));
    // json-text
    let text = json!({"a": "é</b>&"});
    let post = client.request(Method::POST, "/me").body(&text);
    post.send().await.expect("an answer");
    assert_eq!(last().body().as_bytes(), "{\"a\":\"é</b>&\"}".as_bytes());
    // query-blank, query-null; booleans are spelled as everywhere
    get("/me")
        .query("a", "x y+z")
        .query("b", None::<String>)
        .query("c", true)
        .send()
        .await
        .expect("an answer");
    assert!(
        last().uri().to_string().ends_with("/me?a=x%20y%2Bz&c=true"),
        "{}",
        last().uri().to_string()
    );
    // A DELETE has its values in the query and no body, like python-ovh and node-ovh.
    let delete = client.request(Method::DELETE, "/me").query("a", 1_i64);
    delete.send().await.expect("an answer");
    assert!(last().uri().to_string().ends_with("/me?a=1") && last().body().as_bytes().is_empty());
}

#[test]
fn errors_are_classified_as_in_python() {
    use ovh_web::Error;
    for (status, code, kind, pythons) in [
        (400, "", ErrorKind::BadRequest, "BadParametersError"),
        (
            403,
            "NOT_GRANTED_CALL",
            ErrorKind::Forbidden,
            "NotGrantedCall",
        ),
        (
            403,
            "NOT_CREDENTIAL",
            ErrorKind::Authentication,
            "NotCredential",
        ),
        (403, "INVALID_KEY", ErrorKind::Authentication, "InvalidKey"),
        (
            403,
            "INVALID_CREDENTIAL",
            ErrorKind::Authentication,
            "InvalidCredential",
        ),
        (403, "FORBIDDEN", ErrorKind::Forbidden, "Forbidden"),
        (404, "", ErrorKind::NotFound, "ResourceNotFoundError"),
        (409, "", ErrorKind::Conflict, "ResourceConflictError"),
        (460, "", ErrorKind::Expired, "ResourceExpiredError"),
        (500, "", ErrorKind::Server, "APIError"),
    ] {
        let request = ovh_web::Request::to(Method::GET, "/me").expect("a route");
        let body = json!({"errorCode": code, "message": "words"}).to_string();
        let id = "FR.ws-8.5860f657.4632.0180".parse().expect("a value");
        let headers = HeaderMap::from_iter([("x-ovh-queryid".parse().expect("a name"), id)]);
        let status = StatusCode::from_u16(status).expect("a status");
        let error = Error::refused(&request, &Response::new(status, headers, body));
        assert_eq!(error.kind(), kind, "{status} {code}, {pythons}");
        assert_eq!(error.message(), "words");
        assert_eq!(error.query_id(), Some("FR.ws-8.5860f657.4632.0180"));
    }
    // new-shape: without a code, still a specific error kind.
    let request = ovh_web::Request::to(Method::GET, "/me").expect("a route");
    let body = r#"{"class":"Client::Forbidden","message":"User not granted for this request","details":{"unauthorizedActionsByAuthentication":"","unauthorizedActionsByIAM":"vps:apiovh:reboot"}}"#;
    let error = Error::refused(
        &request,
        &Response::new(StatusCode::FORBIDDEN, HeaderMap::new(), body),
    );
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    assert_eq!(error.class(), Some("Client::Forbidden"));
    assert!(error.to_string().contains("vps:apiovh:reboot"), "{error}");
}
