//! Downloads of dumps.

use std::time::{Duration, Instant};

use crate::common::{self, Client, Response, at, database, manual, request, settle};
use ovh_web_sandbox::{Fault, Sandbox};
use serde_json::json;

const CONTENT: &str = "0123456789";

/// A sandbox with a dump, and the path of the dump's address.
fn with_dump() -> (Sandbox, String) {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let name = database(&sandbox, &client, "exampleshop");
    sandbox
        .write_database(common::SERVICE, &name, CONTENT)
        .expect("a database");
    let body = json!({"date": "now", "sendEmail": false});
    client
        .post(&at(&format!("/database/{name}/dump")), body)
        .task();
    let path = at(&format!("/database/{name}/dump"));
    assert_eq!(client.objects(&path)[0]["url"], json!(null), "not ready");
    settle(&sandbox);
    let dump = client.objects(&path).remove(0);
    let url = dump["url"].as_str().expect("an address");
    assert_eq!(
        client.get(&at(&format!("/dump/{}", dump["id"]))).ok()["url"],
        url
    );
    let target = url
        .strip_prefix(&format!("http://{}", sandbox.address()))
        .expect("an address of the sandbox");
    let target = target.to_owned();
    (sandbox, target)
}

fn get(sandbox: &Sandbox, target: &str, headers: &[(&str, &str)]) -> Response {
    request(sandbox.address(), "GET", target, headers, None)
}

#[test]
fn a_dump_is_served_to_whoever_has_its_address() {
    let (sandbox, target) = with_dump();
    let response = get(&sandbox, &target, &[]);
    assert_eq!((response.status, &*response.body), (200, CONTENT));
    assert_eq!(response.header("accept-ranges"), Some("bytes"));
    let name = response.header("content-disposition").expect("a name");
    assert!(
        name.starts_with("attachment; filename=\"exampleshop.mysql.db-"),
        "{name}"
    );
    let head = request(sandbox.address(), "HEAD", &target, &[], None);
    assert_eq!((head.status, &*head.body), (200, ""));
    assert_eq!(head.header("content-length"), Some("10"));

    let (path, token) = target.split_once("?token=").expect("a token");
    for wrong in [path.to_owned(), format!("{path}?token={}", &token[1..])] {
        get(&sandbox, &wrong, &[]).refused(403);
    }
    get(&sandbox, "/dumps/nothing.example/1?token=x", &[]).refused(404);
    get(&sandbox, "/dumps/", &[]).refused(404);
    request(sandbox.address(), "PUT", &target, &[], None).refused(405);
    let calls = sandbox.journal().operation("dumps::download");
    calls.exactly(7);
    for entry in calls.entries() {
        assert!(!entry.json().to_string().contains(token), "{entry}");
    }
}

#[test]
fn a_dump_is_served_in_part() {
    let (sandbox, target) = with_dump();
    let whole = get(&sandbox, &target, &[]);
    let tag = whole.header("etag").expect("a tag");
    let date = whole.header("last-modified").expect("a date");
    for (headers, status, body, range) in [
        (
            &[("Range", "bytes=4-")][..],
            206,
            "456789",
            Some("bytes 4-9/10"),
        ),
        (&[("Range", "bytes=2-3")], 206, "23", Some("bytes 2-3/10")),
        (&[("Range", "bytes=10-")], 416, "", Some("bytes */10")),
        (
            &[("Range", "bytes=4-"), ("If-Range", tag)],
            206,
            "456789",
            Some("bytes 4-9/10"),
        ),
        (
            &[("Range", "bytes=4-"), ("If-Range", date)],
            206,
            "456789",
            Some("bytes 4-9/10"),
        ),
        (
            &[("Range", "bytes=4-"), ("If-Range", "\"other\"")],
            200,
            CONTENT,
            None,
        ),
        (&[("Range", "pages=1-")], 200, CONTENT, None),
    ] {
        let response = get(&sandbox, &target, headers);
        assert_eq!(
            (response.status, &*response.body),
            (status, body),
            "{headers:?}"
        );
        assert_eq!(response.header("content-range"), range, "{headers:?}");
    }
}

#[test]
fn a_download_fails_on_request() {
    let (sandbox, target) = with_dump();
    let faults = sandbox.faults();
    faults.add(Fault::on("dumps::download").status(403).times(1));
    get(&sandbox, &target, &[]).refused(403);
    faults.add(Fault::on("dumps::download").truncate(4).times(1));
    let cut = get(&sandbox, &target, &[]);
    assert_eq!(
        (cut.header("content-length"), &*cut.body),
        (Some("10"), "0123")
    );
    faults.clear();
    let pause = Duration::from_millis(30);
    faults.add(Fault::on("dumps::download").slow(4, pause));
    let before = Instant::now();
    assert_eq!(get(&sandbox, &target, &[]).body, CONTENT);
    assert!(before.elapsed() >= pause * 2, "three pieces, two pauses");
}

#[test]
fn a_dump_that_is_gone_is_not_served() {
    let (sandbox, target) = with_dump();
    sandbox.clock().advance(Duration::from_secs(31 * 86_400));
    get(&sandbox, &target, &[]).refused(404);
}
