//! Whatever a path value is, the request reaches the route that it was meant for, or nothing is
//! sent: for every operation of the table, with values that are out to break it.

use ovh_runtime::{BoxFuture, Core, Error, Operation, Param, Reply, Request, Transport};
use ovh_web_client::operations;
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use std::sync::Arc;
use url::Url;

struct Nowhere;

impl Transport for Nowhere {
    fn send(&self, _: Request) -> BoxFuture<'_, Result<Reply, Error>> {
        Box::pin(async { Ok(Reply::new(200, Vec::new(), Vec::new())) })
    }
}

/// The values and the URL as an HTTP engine would send it, or the refusal.
fn sent(operation: &'static Operation, values: &[String]) -> Result<Url, Error> {
    let values: Vec<&dyn Param> = values.iter().map(|value| value as &dyn Param).collect();
    let call = Core::new(Arc::new(Nowhere))
        .draft(operation, &values)
        .call::<()>();
    let request = call.into_request()?;
    let url = format!("https://eu.api.ovh.com/1.0{}", request.target());
    Ok(Url::parse(&url).expect("an URL that an engine can send"))
}

/// The operations whose route the path fits, the static segments before the values.
fn reached(method: ovh_runtime::Method, path: &str) -> Vec<&'static str> {
    let segments: Vec<&str> = path.split('/').collect();
    let fits = |route: &str| {
        let route: Vec<&str> = route.split('/').collect();
        route.len() == segments.len()
            && route.iter().zip(&segments).all(|(part, segment)| {
                part.starts_with('{') && !segment.is_empty() || part == segment
            })
    };
    let mut routes: Vec<&'static str> = operations::ALL
        .iter()
        .filter(|operation| operation.method() == method && fits(operation.path()))
        .map(|operation| operation.path())
        .collect();
    // A router prefers the route with the fewest values.
    routes.sort_by_key(|route| route.matches('{').count());
    routes
}

/// Values that are out to break it, and any others.
fn value() -> impl Strategy<Value = String> {
    let nasty = [
        "",
        ".",
        "..",
        "...",
        "/",
        "//",
        "\\",
        "..\\..\\me",
        "../..",
        "%2e",
        "%2e%2e",
        "%2F",
        "a/b",
        "a?b",
        "a#b",
        "a;b",
        "a b",
        "a\tb",
        "a\r\nHost: evil",
        "\0",
        "é",
        "日本",
        "@evil.com",
        ":80",
        "moduleList",
        "attachedDomain",
        "availableOffer",
        "incident",
        "cdn",
        "localSeo",
        "vcs",
        "offerCapabilities",
        "ssl",
        "domain",
        "kind",
        "~",
        "*",
    ];
    prop_oneof![
        prop::sample::select(nasty.to_vec()).prop_map(str::to_owned),
        any::<String>(),
        "[a-z.]{1,30}",
        "[./\\\\%]{1,8}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_value_reaches_its_route_or_nothing_is_sent(
        index in any::<prop::sample::Index>(),
        values in prop::collection::vec(value(), 4),
    ) {
        let operation = operations::ALL[index.index(operations::ALL.len())];
        let count = operation.path_parameters().count();
        let values = &values[..count.min(values.len())];
        match sent(operation, values) {
            Err(error) => prop_assert_eq!(error.kind(), ovh_runtime::ErrorKind::InvalidArgument),
            Ok(url) => {
                prop_assert_eq!(url.host_str(), Some("eu.api.ovh.com"));
                prop_assert_eq!(url.query(), None);
                prop_assert_eq!(url.fragment(), None);
                let path = url.path().strip_prefix("/1.0").expect("below the base");
                let routes = reached(operation.method(), path);
                prop_assert_eq!(routes.first(), Some(&operation.path()));
                let arrived: Vec<String> = operation
                    .path()
                    .split('/')
                    .zip(path.split('/'))
                    .filter(|(part, _)| part.starts_with('{'))
                    .map(|(_, segment)| percent_decode_str(segment).decode_utf8_lossy().into_owned())
                    .collect();
                prop_assert_eq!(arrived, values);
            }
        }
    }
}
