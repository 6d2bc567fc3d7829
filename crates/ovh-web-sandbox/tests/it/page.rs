//! The overview page: content, escaping and content security policy.

use crate::common::{self, Client, Response, at, database, manual, request};
use ovh_web_sandbox::{Fault, Sandbox, ZoneSeed};
use serde_json::json;

fn page(sandbox: &Sandbox, path: &str) -> Response {
    let response = request(sandbox.address(), "GET", path, &[], None);
    assert_eq!(response.status, 200, "{}", response.body);
    response
}

#[test]
fn it_shows_hostings_tasks_faults_and_calls() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    database(&sandbox, &client, "exampledb");
    let body = json!({"login": "example-a", "home": "./", "password": "canaryPass42x"});
    client.post(&at("/user"), body).task();
    sandbox.faults().add(
        Fault::on("users::get")
            .status(500)
            .message("<script>x</script>"),
    );
    client.get("/hosting/web/%3Cb%3E").refused(404);
    client.get(&at("/user/example")).refused(500);
    for path in ["/_sandbox/", "/_sandbox/live"] {
        let text = page(&sandbox, path).body;
        for words in [
            common::SERVICE,
            "exampledb.mysql.db",
            "user/create",
            "<progress",
            "users::get: ",
            "applied once",
            "&lt;script&gt;x&lt;/script&gt;",
            "This service does not exist",
            "4 calls in all",
        ] {
            assert!(text.contains(words), "{path} does not show {words}");
        }
        assert!(!text.contains("<script>x"));
        assert!(!text.contains("canaryPass42x"));
    }
}

#[test]
fn it_lists_zones_and_their_records() {
    let zone = ZoneSeed::new("example.com").record("www", "A", "203.0.113.7");
    let sandbox = common::manual_with(Sandbox::builder().zone_with(zone).zone("example.org"));
    let client = Client::new(&sandbox);
    let body = json!({"fieldType": "TXT", "target": "<b>"});
    client.post("/domain/zone/example.com/record", body).ok();
    let text = page(&sandbox, "/_sandbox/live").body;
    for words in [
        "<h3>example.com <span class=\"state\">not deployed",
        "<h3>example.org</h3>",
        "www A 203.0.113.7",
        "@ TXT &quot;&lt;b&gt;&quot;",
    ] {
        assert!(text.contains(words), "no {words} in {text}");
    }
    let zones = page(&sandbox, "/_sandbox/zones").ok();
    assert_eq!(zones, json!(["example.com", "example.org"]));
    let text = page(&manual(), "/_sandbox/live").body;
    assert!(!text.contains("DNS zones"));
}

#[test]
fn it_loads_nothing_from_elsewhere() {
    let sandbox = manual();
    let response = page(&sandbox, "/_sandbox/");
    let policy = response
        .header("content-security-policy")
        .expect("a policy");
    for rule in [
        "default-src 'none'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(rule), "{policy}");
    }
    for word in [
        "src=",
        "@import",
        "url(",
        "<link rel=\"stylesheet\"",
        "https://",
    ] {
        assert!(!response.body.contains(word), "{word}");
    }
    assert!(
        response
            .body
            .contains("<noscript><meta http-equiv=\"refresh\"")
    );
    assert!(response.body.contains("name=\"viewport\""));
}

#[test]
fn its_buttons_are_forms_of_its_own() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let before = sandbox.clock().unix_seconds();
    let press = |action: &str| {
        let origin = format!("http://{}", sandbox.address());
        let headers = [("Origin", origin.as_str())];
        let target = format!("/_sandbox/page/{action}");
        let response = request(sandbox.address(), "POST", &target, &headers, None);
        assert_eq!(
            (response.status, response.header("location")),
            (303, Some("/_sandbox/"))
        );
    };
    press("advance-minute");
    assert_eq!(sandbox.clock().unix_seconds() - before, 60);
    press("advance-day");
    assert_eq!(sandbox.clock().unix_seconds() - before, 60 + 86_400);
    sandbox.faults().add(Fault::everywhere().status(500));
    press("clear-faults");
    database(&sandbox, &client, "exampledb");
    press("reset");
    assert!(sandbox.state().databases(common::SERVICE).is_empty());
    // The page's own forms have to say where they come from.
    let response = page(&sandbox, "/_sandbox/");
    assert_eq!(response.header("referrer-policy"), Some("same-origin"));
}
