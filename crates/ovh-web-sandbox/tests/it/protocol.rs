//! Invalid routes, bodies, queries and bytes.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use crate::common::{self, Client, at, manual, manual_with, raw, request};
use ovh_web_sandbox::Sandbox;
use serde_json::json;

#[test]
fn not_found_has_the_message_of_the_api() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    for path in ["/hosting/nothing", "/hosting/web/", "/"] {
        let response = client.get(path);
        assert_eq!(response.refused(404), "Got an invalid (or empty) URL");
        assert_eq!(response.json()["class"], "Client::NotFound");
    }
    let response = client.send("GET", "/2.0/hosting/web", &[], None);
    assert_eq!(response.refused(404), "Got an invalid (or empty) URL");
    let response = client.get("/hosting/web/nobody.example");
    assert_eq!(response.refused(404), "This service does not exist");
    for (path, id) in [
        ("/database/none.mysql.db", "none.mysql.db"),
        ("/tasks/1", "1"),
        ("/module/2", "2"),
        ("/user/a%2Fb", "a/b"),
    ] {
        assert_eq!(
            client.get(&at(path)).refused(404),
            format!("The requested object (id = {id}) does not exist")
        );
    }
}

#[test]
fn the_catalogue_needs_no_credentials() {
    let sandbox = manual();
    let target = "/1.0/hosting/web/moduleList?branch=stable&latest=true&active=true";
    let response = request(sandbox.address(), "GET", target, &[], None);
    let ids = response.ok();
    let ids = ids.as_array().expect("ids");
    assert!(ids.len() >= 4);
    let target = format!("/1.0/hosting/web/moduleList/{}", ids[0]);
    let module = request(sandbox.address(), "GET", &target, &[], None).ok();
    assert_eq!(module["branch"], "stable");
    assert_eq!(module["size"]["unit"], "MB");
    let target = "/1.0/hosting/web/moduleList/9";
    request(sandbox.address(), "GET", target, &[], None).refused(404);
}

#[test]
fn bad_bodies_and_queries_are_named() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let good = json!({"capabilitie": "sqlPerso", "type": "mysql", "user": "exampleapp"});
    for (change, place) in [
        (json!({"capacity": "sqlPerso"}), "$.capacity"),
        (json!({"user": 1}), "$.user"),
        (json!({"type": "oracle"}), "$.type"),
        (json!({"quota": 26}), "$.quota"),
        (json!({"user": "Exampleapp"}), "$.user"),
        (json!({"user": "other"}), "$.user"),
    ] {
        let mut body = good.clone();
        for (name, value) in change.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let message = client.post(&at("/database"), body).refused(400);
        assert!(message.contains(place), "{message}");
    }
    let target = format!("/1.0{}", at("/database"));
    for (body, words) in [
        (Some("{"), "Invalid JSON received (line 1, column 1)"),
        (Some("[1]"), "expected an object, got a list"),
        (None, "the call has no body"),
    ] {
        let message = client.send("POST", &target, &[], body).refused(400);
        assert!(message.contains(words), "{message}");
    }
    for (query, words) in [
        ("mode=fast", "mode: expected one of besteffort"),
        ("color=red", "no parameter color"),
    ] {
        let message = client.get(&at(&format!("/database?{query}"))).refused(400);
        assert!(message.contains(words), "{message}");
    }
    // OVHcloud's Python client writes null for what is not set.
    client.get(&at("/database?mode=null")).ok();
    assert!(sandbox.state().databases(common::SERVICE).is_empty());
    sandbox.journal().changes().never();
}

#[test]
fn tags_travel_as_json() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let tagged = |json: &str| {
        let encoded: String = json.bytes().map(|byte| format!("%{byte:02X}")).collect();
        client.get(&format!("/hosting/web?iamTags={encoded}"))
    };
    assert_eq!(
        tagged(r#"{"a":[{"operator":"EQ","value":"b"}]}"#).ok(),
        json!([])
    );
    assert_eq!(
        tagged(r#"{"a":[{"operator":"NEXISTS"}]}"#).ok(),
        json!([common::SERVICE])
    );
    for bad in ["{", "[]", r#"{"a":{}}"#, r#"{"a":[{"operator":"IS"}]}"#] {
        assert!(tagged(bad).refused(400).contains("iamTags"));
    }
    assert_eq!(
        client.get("/hosting/web?iamTags=null").ok(),
        json!([common::SERVICE])
    );
}

#[test]
fn broken_requests_take_nothing_down() {
    let sandbox = manual();
    let address = sandbox.address();
    let many: String = (0..200).map(|n| format!("X-{n}: {n}\r\n")).collect();
    let long = "x".repeat(100_000);
    let requests: Vec<Vec<u8>> = vec![
        b"\r\n\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc".to_vec(),
        b"GET\r\n\r\n".to_vec(),
        b"GET /1.0/auth/time HTTP/9.9\r\n\r\n".to_vec(),
        b"GET /1.0/\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
        b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".to_vec(),
        b"POST /1.0/auth/credential HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n".to_vec(),
        b"POST /1.0/auth/credential HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n".to_vec(),
        format!("GET /1.0/auth/time HTTP/1.1\r\n{many}\r\n").into_bytes(),
        format!("GET /1.0/{long} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes(),
        b"GET http://127.0.0.1/1.0/hosting/web HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".to_vec(),
        b"GET /1.0/hosting/web HTTP/1.1\r\nHost: \xc3\xa9\r\nX-Ovh-Application: \xff\r\nConnection: close\r\n\r\n".to_vec(),
    ];
    for request in &requests {
        // A half-open request is left to its timeout; here the client goes away.
        let mut stream = TcpStream::connect(address).expect("a connection");
        let _ = stream.write_all(request);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        drop(stream);
        let answer = raw_closed(address, request);
        let text = String::from_utf8_lossy(&answer);
        assert!(
            text.is_empty() || text.starts_with("HTTP/1.1 4"),
            "{} gave {text}",
            String::from_utf8_lossy(&request[..request.len().min(60)])
        );
    }
    assert_eq!(Client::new(&sandbox).get("/hosting/web").status, 200);
}

/// Sends bytes, says that there are no more, and gives what comes back.
fn raw_closed(address: std::net::SocketAddr, bytes: &[u8]) -> Vec<u8> {
    use std::io::Read;
    let mut stream = TcpStream::connect(address).expect("a connection");
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

#[test]
fn a_body_has_a_limit() {
    let sandbox = manual();
    let head = "POST /1.0/auth/credential HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2000000\r\n\r\n";
    let mut bytes = head.as_bytes().to_vec();
    bytes.resize(head.len() + 2_000_000, b' ');
    let answer = String::from_utf8_lossy(&raw(sandbox.address(), &bytes)).into_owned();
    // The answer may be lost when the server closes on what is still being sent; what counts is
    // that nothing was done and that the server goes on.
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 413"),
        "{answer}"
    );
    let entry = sandbox.journal().entries().remove(0);
    assert_eq!(entry.status, 413);
    Client::new(&sandbox).get("/hosting/web").ok();
}

#[test]
fn journal_has_results_but_no_password() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let body = json!({"login": "example-ftp", "home": "www", "password": "canaryHidden42x"});
    client.post(&at("/user"), body.clone()).ok();
    client.post(&at("/user"), body.clone()).refused(409);
    client.post(&at("/user"), body).refused(409);
    let journal = sandbox.journal();
    let calls = journal.route("POST", &at("/user"));
    calls.exactly(3);
    assert!(calls.entries()[0].effect.is_change());
    let attempts: Vec<_> = calls.entries().iter().map(|entry| entry.attempt).collect();
    assert_eq!(attempts, [1, 1, 2]);
    let entry = calls.last().expect("an entry");
    assert_eq!(
        entry.message.as_deref(),
        Some("The user example-ftp already exists")
    );
    assert_eq!(
        entry
            .identity
            .as_ref()
            .map(|identity| identity.application_key.as_str()),
        Some(sandbox.application_key())
    );
    let everything = format!("{:?} {}", journal.entries(), calls.entries()[0]);
    assert!(!everything.contains("canaryHidden42x"));
    assert!(!everything.contains(sandbox.consumer_key()));
    assert!(!everything.contains(sandbox.application_secret()));
}

#[test]
fn pages_carry_objects_and_their_numbers() {
    let mut builder = Sandbox::builder();
    for number in 0..5 {
        builder = builder.hosting(format!("site{number}.cluster01.hosting.ovh.net"));
    }
    let sandbox = common::manual_with(builder);
    let client = Client::new(&sandbox);
    let response = client.page("/hosting/web", 2, 2);
    let objects = response.ok();
    let names: Vec<_> = objects
        .as_array()
        .expect("a list")
        .iter()
        .map(|object| object["serviceName"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(
        names,
        [
            "site2.cluster01.hosting.ovh.net",
            "site3.cluster01.hosting.ovh.net"
        ]
    );
    for (header, value) in [
        ("number", "2"),
        ("size", "2"),
        ("total", "3"),
        ("elements", "5"),
    ] {
        assert_eq!(
            response.header(&format!("x-pagination-{header}")),
            Some(value)
        );
    }
    assert_eq!(client.page("/hosting/web", 4, 2).ok(), json!([]));
    let response = client.get("/hosting/web");
    assert_eq!(response.ok().as_array().map(Vec::len), Some(5));
    assert_eq!(response.header("x-pagination-total"), None);
    client.page("/hosting/web", 0, 2).refused(400);
}

#[test]
fn sandboxes_are_independent() {
    let (one, two) = (manual(), manual());
    let client = Client::new(&one);
    let body = json!({"displayName": "mine"});
    client
        .put(&format!("/hosting/web/{}", common::SERVICE), body)
        .ok();
    assert_eq!(
        one.state().display_name(common::SERVICE).as_deref(),
        Some("mine")
    );
    assert_eq!(two.state().display_name(common::SERVICE), None);
    let address = one.address();
    drop(one);
    assert!(TcpStream::connect(address).is_err());
    Client::new(&two).get("/hosting/web").ok();
}

#[tokio::test]
async fn starts_with_and_without_a_runtime() {
    let sandbox = Sandbox::start().await.expect("a sandbox");
    // A blocking client in the runtime's only thread: the sandbox has its own.
    Client::new(&sandbox).get("/hosting/web").ok();
    let address = sandbox.address();
    sandbox.stop().await;
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn refuses_invalid_json_with_its_position() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let nested = format!(r#"{{"login": {deep}}}"#);
    let long = format!(r#"{{"login": 1{}}}"#, "0".repeat(1_000));
    for body in [
        "{",
        "[]",
        "null",
        "\"text\"",
        "{\"login\": \"\\ud800\"}",
        "{\"login\": 1e999}",
        "{\"login\": \"a\" \"b\"}",
        "\u{feff}{}",
        &deep,
        &nested,
        &long,
    ] {
        let target = format!("/1.0{}", at("/user"));
        client.send("POST", &target, &[], Some(body)).refused(400);
    }
    let users = sandbox.journal().operation("users::create");
    users.status(400).exactly(11);
    client.get("/hosting/web").ok();
}

#[test]
fn journal_redacts_secret_query_parameters() {
    let sandbox = manual();
    let mut client = Client::new(&sandbox);
    client.get("/nothing?password=hunter-42").refused(404);
    client
        .get(&at("/database?pass%77ord=hunter-42"))
        .refused(400);
    client.secret = "wrong".into();
    client.get("/hosting/web?password=hunter-42").refused(400);
    let entries = sandbox.journal().entries();
    assert_eq!(entries.len(), 3);
    for entry in entries {
        let text = entry.json().to_string();
        assert!(!text.contains("hunter-42"), "{text}");
        assert!(!entry.to_string().contains("hunter-42"), "{entry}");
        assert!(text.contains("<secret>"), "{text}");
    }
}

#[test]
fn is_thread_safe() {
    let sandbox = manual_with(Sandbox::builder().record());
    let state = sandbox.state();
    std::thread::scope(|scope| {
        for number in 0..4 {
            let client = Client::new(&sandbox);
            scope.spawn(move || {
                for turn in 0..20 {
                    let login = format!("example-{number}-{turn}");
                    let body = json!({"login": login, "home": "./", "password": "canaryPass42x"});
                    let status = client.post(&at("/user"), body).status;
                    assert!([200, 400, 409].contains(&status), "{status}");
                    client.get(&at("/user")).ok();
                }
            });
        }
        let (sandbox, state) = (&sandbox, &state);
        scope.spawn(move || {
            for _ in 0..20 {
                sandbox.clock().advance(Duration::from_secs(2));
                sandbox
                    .write_files(common::SERVICE, "x")
                    .expect("a hosting");
                let _ = (state.users(common::SERVICE), state.tasks(common::SERVICE));
                let _ = (sandbox.saved_state(), sandbox.journal().entries());
                sandbox.reset();
            }
        });
    });
    assert_eq!(sandbox.journal().total(), 160);
}
