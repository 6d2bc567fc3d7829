//! Regression tests for attacks on the program.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use crate::common::program::Program;
use crate::common::{self, request};
use ovh_web_sandbox::Sandbox;
use serde_json::json;

#[test]
fn unread_standard_error_stops_nothing() {
    let mut program = Program::start(&[]);
    let client = program.client();
    // Each line takes some 2 kB of the pipe, which holds 64 kB, and the queue 1024 lines.
    let long = format!("/1.0/{}", "x".repeat(2000));
    let sent = 1500;
    for _ in 0..sent {
        let response = request(client.address, "GET", &long, &[], None);
        assert_eq!(response.status, 404);
    }
    client.get("/hosting/web").ok();
    // Who reads again later learns how many lines are missing.
    let log = program.read_log_until("lines were dropped");
    let dropped = log.lines().last().and_then(|line| line.split(' ').next());
    let dropped: usize = dropped.and_then(|n| n.parse().ok()).expect("a number");
    let written = log
        .lines()
        .filter(|line| line.contains("GET /1.0/"))
        .count();
    assert_eq!(written + dropped, sent + 1);
    program.stop("TERM");
}

#[test]
fn unread_standard_error_keeps_no_program() {
    let mut program = Program::start(&[]);
    let address = program.client().address;
    let long = format!("/1.0/{}", "x".repeat(2000));
    for _ in 0..100 {
        request(address, "GET", &long, &[], None);
    }
    program.signal("TERM");
    assert!(program.child.wait().expect("its end").success());
}

#[test]
fn foreign_hosts_reach_no_api_route() {
    let sandbox = Sandbox::builder()
        .host("sandbox.test")
        .public_url("https://public.test")
        .start_now()
        .expect("a sandbox");
    let ask = |target: &str, host: &str| {
        let head = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        common::exchange(sandbox.address(), &head)
    };
    let port = sandbox.address().port();
    for host in [
        "localhost",
        "LOCALHOST",
        "127.0.0.1:1",
        "[::1]:8080",
        "sandbox.test",
        "public.test:8443",
    ] {
        assert_eq!(ask("/1.0/auth/time", host).status, 200, "{host}");
    }
    for target in [
        "/1.0/auth/time",
        "/v1/hosting/web",
        "/1.0/nothing",
        "/auth/oauth2/token",
        "/v2/iam/authorization/check",
        "/dumps/x/1?token=y",
    ] {
        for host in [
            format!("evil.example:{port}"),
            "localhost.evil.example".into(),
            "127.0.0.1.evil.example".into(),
            "192.168.1.2".into(),
            "0.0.0.0".into(),
            "localhost\r\nHost: evil.example".into(),
            String::new(),
        ] {
            let response = ask(target, &host);
            let message = response.refused(403);
            assert!(message.contains("Host"), "{message}");
            assert_eq!(response.json()["class"], "Client::Forbidden");
            assert!(response.header("x-ovh-queryid").is_some());
        }
    }
    assert_eq!(
        sandbox.journal().entries().last().expect("a call").status,
        403
    );
}

#[test]
fn keys_are_random_by_default() {
    let keys = |builder: ovh_web_sandbox::Builder| {
        let sandbox = common::manual_with(builder);
        let key = sandbox.application_key().to_owned();
        let body = json!({"accessRules": []}).to_string();
        let headers = [("X-Ovh-Application", key.as_str())];
        let target = "/1.0/auth/credential";
        let asked = request(sandbox.address(), "POST", target, &headers, Some(&body)).ok();
        let token = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}",
            sandbox.client_id(),
            sandbox.client_secret()
        );
        let target = "/auth/oauth2/token";
        let token = request(sandbox.address(), "POST", target, &[], Some(&token)).ok();
        let services = common::Client::new(&sandbox).get("/hosting/web").ok();
        let asked = |name: &str| asked[name].as_str().expect("text").to_owned();
        let url = asked("validationUrl");
        let secret = vec![
            key,
            sandbox.application_secret().to_owned(),
            sandbox.consumer_key().to_owned(),
            sandbox.client_id().to_owned(),
            sandbox.client_secret().to_owned(),
            asked("consumerKey"),
            url.split('=').nth(1).expect("a token").to_owned(),
            token["access_token"].as_str().expect("a token").to_owned(),
        ];
        (secret, services)
    };
    let (one, state) = keys(Sandbox::builder());
    let (two, same) = keys(Sandbox::builder());
    assert_eq!(state, same);
    for (one, two) in one.iter().zip(&two) {
        assert_ne!(one, two);
        assert_eq!(one.len(), two.len());
    }
    let fixed = || Sandbox::builder().fixed_keys();
    assert_eq!(keys(fixed()).0, keys(fixed()).0);
    assert_ne!(keys(fixed()).0, keys(fixed().seed(1)).0);
}

#[test]
fn silent_connections_shut_nobody_out() {
    // Standard streams, the listener and the runtime take some of these.
    let mut program = Program::limited("ulimit -n 40", &[]);
    let client = program.client();
    let head = b"POST /1.0/auth/credential HTTP/1.1\r\nHost: localhost\r\n";
    let silent: Vec<TcpStream> = (0..100)
        .map(|number| {
            let mut stream = TcpStream::connect(client.address).expect("a connection");
            let sent: &[u8] = match number % 3 {
                0 => b"",
                1 => head,
                _ => b"POST /1.0/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1",
            };
            let _ = stream.write_all(sent);
            stream
        })
        .collect();
    for _ in 0..5 {
        client.get("/hosting/web").ok();
    }
    drop(silent);
    program.stop("TERM");
}

#[test]
fn connections_have_an_upper_limit() {
    let sandbox = common::manual();
    let connect = || {
        let stream = TcpStream::connect(sandbox.address()).expect("a connection");
        let limit = Some(Duration::from_secs(20));
        stream.set_read_timeout(limit).expect("a timeout");
        stream
    };
    let mut first = connect();
    let others: Vec<_> = (0..260).map(|_| connect()).collect();
    // The one that was silent for longest is closed.
    assert_eq!(first.read(&mut [0]).expect("an end"), 0);
    common::Client::new(&sandbox).get("/hosting/web").ok();
    drop(others);
}

#[test]
fn consumer_keys_are_bounded_in_size() {
    let sandbox = common::manual();
    let ask = |rules: usize, length: usize| {
        let rule = json!({"method": "GET", "path": "x".repeat(length)});
        let body = json!({"accessRules": vec![rule; rules]}).to_string();
        let headers = [("X-Ovh-Application", sandbox.application_key())];
        let target = "/1.0/auth/credential";
        request(sandbox.address(), "POST", target, &headers, Some(&body))
    };
    // One for each operation of the section is fine.
    ask(250, 80).ok();
    for (rules, length) in [(1, 900_000), (20_000, 1), (500, 1000)] {
        let message = ask(rules, length).refused(400);
        assert!(message.contains("access rules"), "{message}");
    }
}

#[test]
fn commands_get_no_variables_of_the_user() {
    let output = Command::new(env!("CARGO_BIN_EXE_ovh-web-sandbox"))
        .args(["--log", "/dev/null", "--", "env"])
        .env("OVH_CLIENT_ID", "EU.canary")
        .env("OVH_CLIENT_SECRET", "canary-secret")
        .env("OVH_ACCESS_TOKEN", "canary-token")
        .env("OVH_CONSUMER_KEY", "canary-key")
        .env("OVH_WHATEVER", "canary-other")
        .env("CANARY", "kept")
        .output()
        .expect("the program");
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(!said.contains("canary"), "{said}");
    assert!(said.contains("CANARY=kept"), "{said}");
    let mut ours: Vec<_> = said
        .lines()
        .filter_map(|line| line.split_once('=').map(|(name, _)| name))
        .filter(|name| name.starts_with("OVH_"))
        .collect();
    ours.sort_unstable();
    assert_eq!(
        ours,
        [
            "OVH_APPLICATION_KEY",
            "OVH_APPLICATION_SECRET",
            "OVH_CONSUMER_KEY",
            "OVH_ENDPOINT"
        ]
    );
}
