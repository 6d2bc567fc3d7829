//! Faults: scope, effect, and journal entries.

use std::time::{Duration, Instant};

use crate::common::{self, Client, at, manual, manual_with, raw, request, settle};
use ovh_web_sandbox::{ErrorShape, Fault, RefusalShape, Sandbox};
use serde_json::json;

/// Sends a signed POST and gives the raw bytes that come back.
fn raw_post(client: &Client, path: &str, body: &str) -> String {
    // The signature is taken from a request that is signed but sent by hand.
    let target = format!("/1.0{path}");
    let head = client.signed_head("POST", &target, Some(body));
    let bytes = raw(client.address, format!("{head}{body}").as_bytes());
    String::from_utf8(bytes).expect("text")
}

fn user(login: &str) -> serde_json::Value {
    json!({"login": login, "home": "./", "password": "canaryPass42x"})
}

#[test]
fn status_fault_applies_a_number_of_times() {
    let fault = Fault::on("users::create").status(503).times(2);
    let sandbox = manual_with(Sandbox::builder().fault(fault));
    let client = Client::new(&sandbox);
    for _ in 0..2 {
        let response = client.post(&at("/user"), user("example-a"));
        assert!(response.refused(503).contains("a fault"));
        assert_eq!(response.json()["class"], "Server::ServiceUnavailable");
    }
    client.get(&at("/user")).ok();
    client.post(&at("/user"), user("example-a")).task();
    let calls = sandbox.journal().operation("users::create");
    calls.exactly(3);
    calls.failed().exactly(2);
    let attempts: Vec<_> = calls.entries().iter().map(|entry| entry.attempt).collect();
    assert_eq!(attempts, [1, 2, 3]);
    let fault = calls.entries()[0].fault.clone().expect("words");
    assert!(fault.contains("users::create: status=503"), "{fault}");
    assert_eq!(calls.entries()[2].fault, None);
    sandbox.journal().changes().exactly(1);
}

#[test]
fn refusals_come_in_the_shape_that_was_asked_for() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let answer = |fault: Fault| {
        sandbox.faults().clear();
        sandbox.faults().add(fault);
        client.get("/hosting/web")
    };
    let old = answer(
        Fault::everywhere()
            .status(400)
            .error_code("QUERY_TIME_OUT")
            .message("too slow"),
    );
    assert_eq!(
        old.json(),
        json!({"errorCode": "QUERY_TIME_OUT", "httpCode": "400 Bad Request", "message": "too slow"})
    );
    let new = answer(
        Fault::everywhere()
            .status(403)
            .class("Client::Forbidden")
            .message("no"),
    );
    assert_eq!(
        new.json(),
        json!({"class": "Client::Forbidden", "message": "no"})
    );
    let html = answer(Fault::everywhere().html(504));
    assert_eq!(html.status, 504);
    assert_eq!(html.header("content-type"), Some("text/html"));
    assert!(
        html.body.contains("<h1>504 Gateway Timeout</h1>"),
        "{}",
        html.body
    );
    let empty = answer(Fault::everywhere().status(502).shape(ErrorShape::Empty));
    assert_eq!((empty.status, empty.body.as_str()), (502, ""));
}

#[test]
fn retry_after_is_a_number_or_a_date() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    sandbox
        .faults()
        .add(Fault::on_call(1).status(429).retry_after(7));
    sandbox
        .faults()
        .add(Fault::on_call(2).status(503).retry_after_date(60));
    assert_eq!(client.get("/hosting/web").header("retry-after"), Some("7"));
    let response = client.get("/hosting/web");
    let date = response.header("retry-after").expect("a date");
    assert!(date.ends_with("GMT"), "{date}");
    assert_ne!(Some(date), response.header("date"));
    client.get("/hosting/web").ok();
}

#[test]
fn closes_connection_before_or_after_effect() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    for (fault, login, made) in [
        (
            Fault::on("users::create").reset_before(),
            "example-a",
            false,
        ),
        (Fault::on("users::create").reset_after(), "example-b", true),
    ] {
        sandbox.faults().clear();
        sandbox.faults().add(fault);
        assert_eq!(
            raw_post(&client, &at("/user"), &user(login).to_string()),
            ""
        );
        let last = sandbox.journal().entries().pop().expect("an entry");
        assert_eq!(last.status, 0);
        assert!(last.failed());
        assert_eq!(last.effect.is_change(), made);
        settle(&sandbox);
        let users = sandbox.state().users(common::SERVICE);
        assert_eq!(users.iter().any(|user| user.login == login), made);
    }
}

#[test]
fn a_write_can_happen_though_its_answer_says_no() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    sandbox
        .faults()
        .add(Fault::on("users::create").status(500).after_effect());
    client.post(&at("/user"), user("example-a")).refused(500);
    settle(&sandbox);
    assert_eq!(sandbox.state().users(common::SERVICE).len(), 2);
    sandbox.journal().changes().exactly(1);
}

#[test]
fn a_body_ends_before_its_announced_length() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    sandbox
        .faults()
        .add(Fault::on("hosting::list").truncate(5).times(1));
    let response = client.get("/hosting/web");
    assert_eq!(response.status, 200);
    assert_eq!(response.body, "[\"exa");
    let announced: usize = response
        .header("content-length")
        .expect("a length")
        .parse()
        .expect("a number");
    assert!(announced > 5);
    client.get("/hosting/web").ok();
}

#[test]
fn an_item_has_a_wrong_type() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    sandbox
        .faults()
        .add(Fault::on("users::list").wrong_type("/0/login"));
    let page = client.page(&at("/user"), 1, 10).ok();
    assert_eq!(page[0]["login"], json!({"unexpected": true}));
    assert!(page[0]["home"].is_string());
    client.get("/hosting/web").ok();
}

#[test]
fn clock_skew_refuses_signatures() {
    let sandbox = manual();
    let mut client = Client::new(&sandbox);
    sandbox.faults().add(Fault::everywhere().clock_skew(600));
    assert_eq!(client.get("/hosting/web").code(400), "QUERY_TIME_OUT");
    let before = common::unix_now();
    let time = request(client.address, "GET", "/1.0/auth/time", &[], None).ok();
    let off = before + 600..=common::unix_now() + 600;
    assert!(off.contains(&time.as_i64().expect("a time")));
    client.skew = 600;
    client.get("/hosting/web").ok();
}

#[test]
fn a_delay_is_real_time() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    sandbox.faults().add(
        Fault::everywhere()
            .delay(Duration::from_millis(120))
            .times(1),
    );
    let before = Instant::now();
    client.get("/hosting/web").ok();
    assert!(before.elapsed() >= Duration::from_millis(120));
}

#[test]
fn faults_are_bounded() {
    let sandbox = manual();
    let slow = Fault::everywhere()
        .delay(Duration::from_millis(u64::MAX))
        .call(u64::MAX);
    while sandbox.faults().list().len() < 1_000 {
        sandbox.faults().add(slow.clone());
    }
    let error = sandbox.faults().try_add(slow).expect_err("one too many");
    assert!(
        error.to_string().contains("there are 1000 faults"),
        "{error}"
    );
    Client::new(&sandbox).get("/hosting/web").ok();
}

#[test]
fn the_token_endpoint_meets_every_kind_of_fault() {
    let sandbox = manual();
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        sandbox.client_id(),
        sandbox.client_secret()
    );
    let answer = |fault: Fault| {
        sandbox.faults().clear();
        sandbox.faults().add(fault);
        request(
            sandbox.address(),
            "POST",
            "/auth/oauth2/token",
            &[],
            Some(&form),
        )
    };
    let on = || Fault::on("oauth2::token");
    let busy = answer(on().status(429).retry_after(7));
    assert_eq!((busy.status, busy.header("retry-after")), (429, Some("7")));
    let wrong = answer(on().wrong_type("/expires_in")).ok();
    assert_eq!(wrong["expires_in"], "unexpected");
    let limit = || on().rate_limit(1, Duration::from_secs(60));
    assert_eq!(answer(limit()).status, 200);
    let page = answer(on().html(502));
    assert!(page.body.starts_with("<html>"), "{}", page.body);
    assert_ne!(
        answer(on().clock_skew(86_400)).header("date"),
        answer(on().delay(Duration::from_millis(1))).header("date")
    );
    sandbox.journal().operation("oauth2::token").exactly(6);
}

#[test]
fn a_rate_limit_opens_again_on_the_sandbox_clock() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    sandbox
        .faults()
        .add(Fault::everywhere().rate_limit(2, Duration::from_secs(60)));
    let statuses = || [(); 3].map(|()| client.get("/hosting/web").status);
    assert_eq!(statuses(), [200, 200, 429]);
    sandbox.clock().advance(Duration::from_secs(20));
    let response = client.get("/hosting/web");
    assert_eq!(response.status, 429);
    assert_eq!(response.header("retry-after"), Some("40"));
    sandbox.clock().advance(Duration::from_secs(40));
    assert_eq!(statuses(), [200, 200, 429]);
}

#[test]
fn faults_strike_where_they_are_told_to() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let faults = sandbox.faults();
    let by_route = faults.add(Fault::on_route("get", "/hosting/web/*/user").status(500));
    let third = faults.add(Fault::on("hosting::list").call(3).status(500));
    let services = [(); 4].map(|()| client.get("/hosting/web").status);
    assert_eq!(services, [200, 200, 500, 200]);
    assert_eq!(client.get(&at("/user")).status, 500);
    assert_eq!(client.get(&at("/database")).status, 200);
    assert_eq!((faults.hits(by_route), faults.hits(third)), (1, 1));
    assert!(faults.remove(by_route));
    assert!(!faults.remove(by_route));
    client.get(&at("/user")).ok();
    assert_eq!(faults.list().len(), 1);
    sandbox.reset();
    assert!(faults.list().is_empty());
}

#[test]
#[should_panic(expected = "there is no operation \"users::make\"")]
fn a_misspelt_operation_is_no_fault() {
    let sandbox = manual();
    sandbox.faults().add(Fault::on("users::make").status(500));
}

#[test]
fn faults_are_equal_from_rust_file_and_http() {
    let kinds = [
        (
            Fault::on("users::create").status(503).times(2),
            json!({"operation": "users::create", "status": 503, "times": 2}),
        ),
        (
            Fault::on_route("GET", "/hosting/web/*").html(504).call(3),
            json!({"method": "GET", "route": "/hosting/web/*", "status": 504, "shape": "html", "call": 3}),
        ),
        (
            Fault::everywhere()
                .status(400)
                .error_code("CODE")
                .message("m"),
            json!({"status": 400, "shape": "old", "errorCode": "CODE", "message": "m"}),
        ),
        (
            Fault::everywhere().status(500).class("C").after_effect(),
            json!({"status": 500, "class": "C", "afterEffect": true}),
        ),
        (
            Fault::everywhere().status(500).shape(ErrorShape::Empty),
            json!({"status": 500, "shape": "empty"}),
        ),
        (
            Fault::on("dumps::download").slow(100, Duration::from_millis(20)),
            json!({"operation": "dumps::download", "slow": {"bytes": 100, "pauseMs": 20}}),
        ),
        (
            Fault::everywhere().refusals(RefusalShape::Old),
            json!({"refusals": "old"}),
        ),
        (
            Fault::everywhere().status(429).retry_after(5),
            json!({"status": 429, "retryAfter": {"seconds": 5}}),
        ),
        (
            Fault::everywhere().status(429).retry_after_date(5),
            json!({"status": 429, "retryAfter": {"date": 5}}),
        ),
        (
            Fault::everywhere().delay(Duration::from_millis(7)),
            json!({"delayMs": 7}),
        ),
        (
            Fault::on_call(1).reset_before(),
            json!({"call": 1, "reset": "before"}),
        ),
        (Fault::everywhere().reset_after(), json!({"reset": "after"})),
        (Fault::everywhere().truncate(10), json!({"truncate": 10})),
        (
            Fault::everywhere().wrong_type("/0/id"),
            json!({"wrongType": "/0/id"}),
        ),
        (
            Fault::everywhere().clock_skew(-600),
            json!({"clockSkew": -600}),
        ),
        (
            Fault::everywhere().stale_cache(),
            json!({"staleCache": true}),
        ),
        (
            Fault::everywhere().rate_limit(60, Duration::from_secs(60)),
            json!({"rateLimit": {"calls": 60, "windowSeconds": 60}}),
        ),
    ];
    let (all, texts): (Vec<_>, Vec<_>) = kinds.into_iter().unzip();
    let text = json!(texts).to_string();
    let listed = |sandbox: &Sandbox| -> Vec<Fault> {
        let list = sandbox.faults().list().into_iter();
        list.map(|(_, fault, _)| fault).collect()
    };
    let file = Sandbox::builder().faults_from_json(&text).expect("faults");
    assert_eq!(listed(&manual_with(file)), all);
    let sandbox = manual();
    let response = request(
        sandbox.address(),
        "POST",
        "/_sandbox/faults",
        &[],
        Some(&text),
    )
    .ok();
    assert_eq!(listed(&sandbox), all);
    for (told, text) in response.as_array().expect("a list").iter().zip(&texts) {
        assert_eq!(told["fault"], *text);
    }
}

#[test]
fn a_response_of_any_status_is_whole() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    for status in [200, 204, 205, 300, 304, 400, 418, 500, 599] {
        sandbox.faults().clear();
        sandbox.faults().add(Fault::everywhere().status(status));
        assert_eq!(client.get("/hosting/web").status, status);
    }
    sandbox.journal().calls().exactly(9);
}

#[test]
fn a_failure_of_what_starts_no_task_is_a_mistake() {
    let sandbox = manual();
    for what in ["users::make", "users::list", "database/crate", ""] {
        let body = json!({"what": what}).to_string();
        let response = request(
            sandbox.address(),
            "POST",
            "/_sandbox/tasks/fail",
            &[],
            Some(&body),
        );
        let words = response.refused(400);
        assert!(words.contains("$.what"), "{words}");
    }
}

#[test]
#[should_panic(expected = "no task is started by \"users::creat\", did you mean users::create?")]
fn failure_of_unknown_operation_panics() {
    manual().fail_next_task("users::creat");
}

#[test]
fn unknown_operation_names_a_near_one() {
    let sandbox = manual();
    for (unknown, end) in [
        ("database::create", ", did you mean databases::create?"),
        // A handle is named without the beginning of its operations.
        ("copies::create", ", did you mean database_copies::create?"),
        ("CHECK_QUOTA", "; one is databases::create"),
    ] {
        let added = sandbox.faults().try_add(Fault::on(unknown).status(503));
        let error = added.unwrap_err().to_string();
        let expected = format!("there is no operation {unknown:?}{end}");
        assert!(error.ends_with(&expected), "{error}");
    }
}

#[test]
fn fault_may_apply_from_one_call_on() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let fault = Fault::on("hosting::list").from_call(2).status(503).times(2);
    sandbox.faults().add(fault);
    for status in [200, 503, 503, 200] {
        assert_eq!(client.get("/hosting/web").status, status);
    }
}
