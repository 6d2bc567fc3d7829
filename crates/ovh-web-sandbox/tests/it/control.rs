//! The control API and its access control.

use crate::common::{self, Client, Response, at, database, manual, manual_with, request};
use ovh_web_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

fn call(sandbox: &Sandbox, method: &str, path: &str, body: Option<Value>) -> Response {
    let body = body.map(|body| body.to_string());
    let target = format!("/_sandbox{path}");
    request(sandbox.address(), method, &target, &[], body.as_deref())
}

#[test]
fn faults_are_set_listed_and_cleared() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let fault = json!({"operation": "hosting::list", "status": 503, "times": 1, "retryAfter": {"seconds": 3}});
    let set = call(&sandbox, "POST", "/faults", Some(json!([fault]))).ok();
    assert_eq!(set, json!([{"id": 1, "hits": 0, "fault": fault}]));
    assert_eq!(client.get("/hosting/web").header("retry-after"), Some("3"));
    client.get("/hosting/web").ok();
    assert_eq!(call(&sandbox, "GET", "/faults", None).ok()[0]["hits"], 1);
    assert_eq!(call(&sandbox, "DELETE", "/faults/1", None).ok(), json!([]));
    call(&sandbox, "DELETE", "/faults/1", None).refused(404);
    call(&sandbox, "POST", "/faults", Some(json!({"delayMs": 1}))).ok();
    assert_eq!(call(&sandbox, "DELETE", "/faults", None).ok(), json!([]));
    for (body, words) in [
        (json!([{"status": 500}, {"status": 500, "tmes": 1}]), "tmes"),
        (
            json!({"operation": "nothing::here", "status": 500}),
            "no operation",
        ),
        (json!({}), "does nothing"),
    ] {
        let message = call(&sandbox, "POST", "/faults", Some(body)).refused(400);
        assert!(message.contains(words), "{message}");
    }
    assert_eq!(call(&sandbox, "GET", "/faults", None).ok(), json!([]));
}

#[test]
fn control_api_filters_the_journal() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    client.get("/hosting/web").ok();
    database(&sandbox, &client, "exampledb");
    client.get("/hosting/web/unknown").refused(404);
    let journal = |query: &str| {
        let entries = call(&sandbox, "GET", &format!("/journal{query}"), None).ok();
        entries.as_array().expect("a list").clone()
    };
    assert_eq!(journal("").len(), 3);
    let created = journal("?operation=databases::create");
    assert_eq!(created.len(), 1);
    let entry = &created[0];
    assert_eq!(entry["status"], 200);
    assert_eq!(entry["effect"], "changed");
    assert_eq!(entry["attempt"], 1);
    assert_eq!(
        entry["identity"]["applicationKey"],
        sandbox.application_key()
    );
    assert_eq!(journal("?failed=true")[0]["status"], 404);
    assert_eq!(journal("?status=200&method=GET").len(), 1);
    assert_eq!(journal("?since=2").len(), 1);
    assert_eq!(journal("?effect=changed").len(), 1);
    for mistake in ["?color=red", "?operation=databases::creat"] {
        call(&sandbox, "GET", &format!("/journal{mistake}"), None).refused(400);
    }
    call(&sandbox, "DELETE", "/journal", None).ok();
    assert!(journal("").is_empty());
}

#[test]
fn a_reset_brings_the_start_back() {
    let fault = Fault::on("users::list").status(500).times(1);
    let sandbox = manual_with(Sandbox::builder().fault(fault));
    let client = Client::new(&sandbox);
    client.get(&at("/user")).refused(500);
    client.get(&at("/user")).ok();
    database(&sandbox, &client, "exampledb");
    sandbox.expire(&client.consumer).expect("a known key");
    client.get("/hosting/web").refused(403);
    sandbox.faults().add(Fault::everywhere().status(500));
    call(&sandbox, "POST", "/reset", None).ok();
    assert_eq!(client.get(&at("/database")).ok(), json!([]));
    client.get(&at("/user")).refused(500);
    sandbox.journal().calls().exactly(2);
}

#[test]
fn the_clock_is_advanced_and_put_off() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let body = json!({"login": "example-a", "home": "./", "password": "canaryPass42x"});
    let task = client.post(&at("/user"), body).task();
    let status = || client.get(&at(&format!("/tasks/{task}"))).ok()["status"].clone();
    assert_eq!(status(), "todo");
    call(&sandbox, "POST", "/clock", Some(json!({"advance": 1.5}))).ok();
    assert_eq!(status(), "doing");
    call(&sandbox, "POST", "/clock", Some(json!({"timeOffset": 900}))).ok();
    assert_eq!(client.get("/hosting/web").code(400), "QUERY_TIME_OUT");
    for wrong in [
        json!({"advance": -1}),
        json!({"advance": 1e300}),
        json!({"forward": 1}),
        json!(1),
    ] {
        call(&sandbox, "POST", "/clock", Some(wrong)).refused(400);
    }
}

#[test]
fn a_task_fails_on_request() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    for (ending, status) in [(json!(null), "error"), (json!("cancelled"), "cancelled")] {
        let order = json!({"what": "users::create", "ending": ending});
        call(&sandbox, "POST", "/tasks/fail", Some(order)).ok();
        let body = json!({"login": "example-a", "home": "./", "password": "canaryPass42x"});
        let task = client.post(&at("/user"), body).task();
        common::finish(&sandbox);
        let task = client.get(&at(&format!("/tasks/{task}"))).ok();
        assert_eq!(task["status"], status);
        assert_eq!(sandbox.state().users(common::SERVICE).len(), 1);
    }
    let wrong = json!({"what": "users::create", "ending": "lost"});
    call(&sandbox, "POST", "/tasks/fail", Some(wrong)).refused(400);
}

#[test]
fn control_api_decides_consumer_keys() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    for (action, code) in [
        ("expire", Some("INVALID_CREDENTIAL")),
        ("validate", None),
        ("refuse", Some("NOT_CREDENTIAL")),
    ] {
        let path = format!("/credentials/{}/{action}", client.consumer);
        call(&sandbox, "POST", &path, None).ok();
        let response = client.get("/hosting/web");
        match code {
            Some(code) => assert_eq!(response.code(403), code),
            None => drop(response.ok()),
        }
    }
    call(&sandbox, "POST", "/credentials/unknown/validate", None).refused(404);
    let path = format!("/credentials/{}/frame", client.consumer);
    call(&sandbox, "POST", &path, None).refused(404);
}

#[test]
fn pages_from_elsewhere_are_kept_out() {
    let sandbox = manual();
    let port = sandbox.address().port();
    let send = |method: &str, host: &str, more: &str| {
        let text = format!(
            "{method} /_sandbox/reset HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n"
        );
        let answer = common::raw(sandbox.address(), text.as_bytes());
        let answer = String::from_utf8(answer).expect("text");
        answer.split(' ').nth(1).expect("a status").to_owned()
    };
    let own = format!("127.0.0.1:{port}");
    assert_eq!(send("POST", &own, ""), "200");
    assert_eq!(
        send("POST", &own, &format!("Origin: http://{own}\r\n")),
        "200"
    );
    assert_eq!(send("POST", "rebound.example.com", ""), "403");
    assert_eq!(send("GET", "rebound.example.com", ""), "403");
    for header in [
        "Origin: https://example.com\r\n",
        "Origin: null\r\n",
        "Origin: http://127.0.0.1:1\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
    ] {
        assert_eq!(send("POST", &own, header), "403", "{header}");
    }
}

#[test]
fn what_is_not_there_is_404() {
    let sandbox = manual();
    for (method, path) in [
        ("GET", "/nothing"),
        ("PATCH", "/faults"),
        ("POST", "/page/nothing"),
        ("GET", "/reset"),
    ] {
        call(&sandbox, method, path, None).refused(404);
    }
    let response = call(&sandbox, "GET", "", None);
    assert_eq!(response.status, 303);
    assert_eq!(response.header("location"), Some("/_sandbox/"));
}

#[test]
fn a_slow_client_is_not_waited_for() {
    let builder = Sandbox::builder().client_timeout(std::time::Duration::from_millis(50));
    let sandbox = manual_with(builder);
    // Each of these is read until the server ends the connection.
    let silent = common::raw(
        sandbox.address(),
        b"GET /1.0/auth/time HTTP/1.1\r\nHost: localhost\r\n",
    );
    assert!(!silent.starts_with(b"HTTP/1.1 200"));
    // A head that comes too late, since this thread was held up, gets no answer: it is sent again.
    let answer = |text: &str| loop {
        let answer = common::raw(sandbox.address(), text.as_bytes());
        if !answer.is_empty() {
            break answer;
        }
    };
    let head = "POST /1.0/auth/credential HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    let slow = answer(&format!("{head}Content-Length: 100\r\n\r\n{{"));
    assert!(slow.starts_with(b"HTTP/1.1 408"));
    let time =
        answer("GET /1.0/auth/time HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert!(time.starts_with(b"HTTP/1.1 200"));
}
