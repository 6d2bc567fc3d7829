//! Tests of lists: pages, or ids with one call per object.

use crate::support::{Answer, Seen, Server, answer, json};
use ovh_web::types::{Dump, DumpDate, ListDumps};
use ovh_web::{Error, ErrorKind};

fn dump(id: usize) -> String {
    format!(
        r#"{{"id":{id},"creationDate":"2026-01-02T03:04:05+01:00","deletionDate":"2026-02-02T03:04:05+01:00",
            "status":"created","type":"now","taskId":null,"url":null}}"#
    )
}

fn page(ids: std::ops::Range<usize>, headers: &str) -> Answer {
    let items: Vec<String> = ids.map(dump).collect();
    answer(200, headers, &format!("[{}]", items.join(",")))
}

fn number(seen: &Seen) -> usize {
    let header = seen.header("x-pagination-number").expect("a page");
    header.parse().expect("a number")
}

async fn list(server: &Server) -> Result<Vec<Dump>, Error> {
    let filter = ListDumps::default().type_(DumpDate::Now);
    let hosting = server.client().hosting("example.ovh");
    hosting.database("x").dumps().list_with(&filter).await
}

fn ids(dumps: &[Dump]) -> Vec<i64> {
    dumps.iter().map(|dump| dump.id).collect()
}

#[tokio::test]
async fn reads_all_pages_by_any_count() {
    // Total pages; total elements; only the page size; a page that is not full.
    for headers in [
        "X-Pagination-Total: 3\r\n",
        "X-Pagination-Elements: 5\r\n",
        "X-Pagination-Size: 2\r\n",
    ] {
        let server = Server::start(move |seen| {
            assert_eq!(
                seen.header("x-pagination-mode"),
                Some("CachedObjectList-Pages")
            );
            assert_eq!(seen.header("pragma"), Some("no-cache"));
            assert!(seen.target.ends_with("?type=now"));
            match number(seen) {
                1 => page(1..3, headers),
                2 => page(3..5, headers),
                _ => page(5..6, headers),
            }
        })
        .await;
        let dumps = list(&server).await.expect("a list");
        assert_eq!(ids(&dumps), [1, 2, 3, 4, 5], "{headers}");
        assert_eq!(server.calls().len(), 3, "{headers}");
    }
}

#[tokio::test]
async fn without_counts_a_short_page_is_last() {
    let server = Server::start(|_| page(1..3, "")).await;
    assert_eq!(ids(&list(&server).await.expect("a list")), [1, 2]);
    assert_eq!(server.calls().len(), 1);

    let server = Server::start(|_| json("[]")).await;
    assert!(list(&server).await.expect("a list").is_empty());
}

#[tokio::test]
async fn repeated_page_is_an_error() {
    let server =
        Server::start(|_| page(1..3, "X-Pagination-Number: 1\r\nX-Pagination-Total: 9\r\n")).await;
    let error = list(&server).await.expect_err("half a list");
    assert!(
        error.message().contains("page 2 has no new items"),
        "{error}"
    );
    assert_eq!(server.calls().len(), 2);
}

#[tokio::test]
async fn without_paging_fetches_objects_in_order() {
    let server = Server::start(|seen| {
        let path = seen.target.split('?').next().unwrap_or_default();
        match path.rsplit('/').next().unwrap_or_default() {
            "dump" => json(&format!("{:?}", (1..=40).rev().collect::<Vec<_>>())),
            // Deleted between the list and the request.
            "17" => answer(404, "", r#"{"message":"no such dump"}"#),
            id => json(&dump(id.parse().expect("an id"))),
        }
    })
    .await;
    let dumps = list(&server).await.expect("a list");
    let expected: Vec<i64> = (1..=40).rev().filter(|id| *id != 17).collect();
    assert_eq!(ids(&dumps), expected);
    assert_eq!(server.calls().len(), 42);
}

#[tokio::test]
async fn first_failed_object_fails_awaited_list() {
    let server = Server::start(|seen| {
        let path = seen.target.split('?').next().unwrap_or_default();
        match path.rsplit('/').next() {
            Some("dump") => json("[1, 2]"),
            Some("1") => json(&dump(1)),
            _ => answer(403, "", r#"{"message":"not yours"}"#),
        }
    })
    .await;
    let error = list(&server).await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Forbidden);

    let server = Server::start(|_| {
        let bad = dump(2).replace(r#""id":2"#, r#""id":"two""#);
        json(&format!("[{},{bad}]", dump(1)))
    })
    .await;
    let error = list(&server).await.expect_err("not a number");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("[1].id"), "{error}");
}

#[tokio::test]
async fn bad_object_is_one_error_in_the_stream() {
    let server = Server::start(|seen| match number(seen) {
        1 => answer(
            200,
            "X-Pagination-Total: 2\r\n",
            &format!("[{},{{\"id\":\"two\"}},{}]", dump(1), dump(3)),
        ),
        _ => page(4..5, "X-Pagination-Total: 2\r\n"),
    })
    .await;
    let hosting = server.client().hosting("example.ovh");
    let dumps = hosting.database("x").dumps();
    let mut stream = dumps.list().stream();
    let mut seen = Vec::new();
    while let Some(item) = stream.next().await {
        seen.push(item.map(|dump| dump.id).map_err(|error| error.kind()));
    }
    assert_eq!(seen, [Ok(1), Err(ErrorKind::Decode), Ok(3), Ok(4)]);
    let (good, bad) = dumps.list().split().await.expect("the pages came");
    assert_eq!(ids(&good), [1, 3, 4]);
    assert_eq!(bad.len(), 1);
    assert!(bad[0].message().contains("[1]"), "{}", bad[0]);
    let error = dumps.list().await.expect_err("one is bad");
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn failed_page_ends_the_list() {
    let server = Server::start(|seen| match number(seen) {
        1 => page(1..3, "X-Pagination-Total: 3\r\n"),
        _ => answer(403, "", r#"{"message":"not this one"}"#),
    })
    .await;
    let hosting = server.client().hosting("example.ovh");
    let dumps = hosting.database("x").dumps();
    let mut stream = dumps.list().stream();
    let mut seen = Vec::new();
    while let Some(item) = stream.next().await {
        seen.push(item.map(|dump| dump.id).map_err(|error| error.kind()));
    }
    assert_eq!(seen, [Ok(1), Ok(2), Err(ErrorKind::Forbidden)]);
    assert!(stream.next().await.is_none());
    let error = dumps.list().split().await.expect_err("it is not whole");
    assert_eq!(error.kind(), ErrorKind::Forbidden);
}

#[tokio::test]
async fn skips_gone_objects_and_reports_refused() {
    let server = Server::start(|seen| {
        if seen.header("x-pagination-mode").is_some() || seen.target.ends_with("/dump") {
            return json("[1,2,3,4]");
        }
        match seen.target.rsplit('/').next() {
            Some("2") => answer(404, "", r#"{"message":"gone"}"#),
            Some("3") => answer(403, "", r#"{"message":"no"}"#),
            Some(id) => json(&dump(id.parse().expect("an id"))),
            None => json("null"),
        }
    })
    .await;
    let hosting = server.client().hosting("example.ovh");
    let (good, bad) = hosting
        .database("x")
        .dumps()
        .list()
        .split()
        .await
        .expect("the ids came");
    assert_eq!(ids(&good), [1, 4]);
    assert_eq!(bad.len(), 1);
    assert_eq!(bad[0].kind(), ErrorKind::Forbidden);
}
