//! Every operation of the client, with valid and with wrong credentials.

use std::collections::BTreeSet;

use ovh_web::Method;
use ovh_web_sandbox::Sandbox;
use ovh_web_tests::{Log, SERVICE, Scene, Shown};

const SURFACE: &str = include_str!("../../../schema/ovh-web-client/surface.txt");

/// Method and path of each operation. Parameters other than the hosting are 1.
fn operations() -> BTreeSet<(&'static str, String)> {
    let lines = SURFACE.lines().filter(|line| line.starts_with("fn "));
    let routes = lines.filter_map(|line| line.rsplit_once(" = ")?.1.split_once(' '));
    routes
        .map(|(method, path)| {
            let segment = |text: &str| match text {
                "{serviceName}" => SERVICE.to_owned(),
                text if text.starts_with('{') => "1".to_owned(),
                text => text.to_owned(),
            };
            let path: Vec<String> = path.split('/').map(segment).collect();
            (method, path.join("/"))
        })
        // It would end the credentials of the others.
        .filter(|(_, path)| path != "/auth/logout")
        .collect()
}

#[tokio::test]
async fn no_operation_shows_a_credential() {
    let log = Log::keep();
    let mut shown = Shown::default();
    let builder = Sandbox::builder()
        .application_secret("canaryAS0000000000000000000000000A")
        .consumer_key("canaryCK0000000000000000000000000A");
    let scene = Scene::of(builder).await;
    let wrong = scene.builder().application_secret("canaryAS-wrong").build();
    let wrong = wrong.expect("complete settings");
    let operations = operations();
    assert!(operations.len() > 200, "{}", operations.len());
    let mut succeeded = 0;
    for client in [&scene.client, &wrong] {
        for (method, path) in &operations {
            let method = match *method {
                "GET" => Method::GET,
                "POST" => Method::POST,
                "PUT" => Method::PUT,
                "DELETE" => Method::DELETE,
                other => panic!("unknown method {other}"),
            };
            let request = client.request(method, path.as_str());
            shown.debug("request", &request);
            match request.response().await {
                Ok(_) => succeeded += 1,
                Err(error) => shown.error(&error),
            }
        }
    }
    assert!(succeeded > 50, "{succeeded}");
    shown.display("log", &log.text());
    shown.holds_no_canary();
}
