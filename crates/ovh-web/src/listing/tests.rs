//! Tests of paging: requests, the end of a list, and servers that ignore paging.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_core::Stream;
use ovh_runtime::{
    BoxFuture, ClientCore, Error, ErrorKind, HeaderMap, Method, Operation, Request, Response,
    SortOrder, StatusCode, Transport,
};

use super::Listing;

static LIST: Operation = Operation::new("things::list", Method::GET, "/things").expands_to("Thing");

ovh_runtime::model! {
    pub struct Thing {
        id: u64 = "id",
    }
}

type Responder = fn(&Request) -> Response;

/// An option that needs pages.
type Need = fn(Listing<Thing, u64>) -> Listing<Thing, u64>;

/// A server as a function, which records its requests.
struct Server {
    answer: Responder,
    asked: Mutex<Vec<Request>>,
}

impl Transport for Server {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, Error>> {
        let response = (self.answer)(&request);
        let mut asked = self.asked.lock().expect("the requests");
        asked.push(request);
        assert!(asked.len() < 100, "the list has no end");
        Box::pin(std::future::ready(Ok(response)))
    }
}

impl Server {
    fn start(answer: Responder) -> Arc<Self> {
        Arc::new(Self {
            answer,
            asked: Mutex::default(),
        })
    }

    fn list(self: &Arc<Self>) -> Listing<Thing, u64> {
        Listing::new(
            ClientCore::new(self.clone()),
            |core| core.request(&LIST, &[]).page(),
            |core| core.request(&LIST, &[]).call(),
            |core, id| core.call_result(Request::to(Method::GET, format!("/things/{id}"))),
        )
    }

    /// The page numbers that were requested; 0 stands for any other call.
    fn pages(&self) -> Vec<u64> {
        let asked = self.asked.lock().expect("the requests");
        asked
            .iter()
            .map(|request| number(request).unwrap_or(0))
            .collect()
    }

    fn first(&self) -> Request {
        self.asked.lock().expect("the requests")[0].clone()
    }
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

fn number(request: &Request) -> Option<u64> {
    header(request, "X-Pagination-Number")?.parse().ok()
}

fn page(items: &[&str], headers: &[(&str, &str)]) -> Response {
    let headers = headers
        .iter()
        .filter_map(|(name, value)| name.parse().ok().zip(value.parse().ok()));
    Response::new(
        StatusCode::OK,
        headers.collect(),
        format!("[{}]", items.join(",")).into_bytes(),
    )
}

fn things(ids: std::ops::RangeInclusive<u64>, headers: &[(&str, &str)]) -> Response {
    let items: Vec<String> = ids.map(|id| format!(r#"{{"id":{id}}}"#)).collect();
    let items: Vec<&str> = items.iter().map(String::as_str).collect();
    page(&items, headers)
}

/// Two objects that only this page has.
fn two(request: &Request, headers: &[(&str, &str)]) -> Response {
    let page = number(request).unwrap_or_default();
    things(2 * page - 1..=2 * page, headers)
}

fn ids(things: &[Thing]) -> Vec<u64> {
    things.iter().map(|thing| thing.id).collect()
}

#[tokio::test]
async fn sends_page_size_sort_and_filter() {
    let server = Server::start(|_| things(1..=1, &[]));
    let list = server
        .list()
        .page_size(7)
        .sort("name", SortOrder::Descending)
        .filter("id:gt=3");
    assert!(
        server.pages().is_empty(),
        "nothing is sent before it is asked for"
    );
    assert_eq!(ids(&list.clone().await.expect("a list")), [1]);
    let request = server.first();
    for (name, value) in [
        ("X-Pagination-Mode", "CachedObjectList-Pages"),
        ("X-Pagination-Number", "1"),
        ("X-Pagination-Size", "7"),
        ("X-Pagination-Sort", "name"),
        ("X-Pagination-Sort-Order", "DESC"),
        ("X-Pagination-Filter", "id:gt=3"),
    ] {
        assert_eq!(header(&request, name), Some(value), "{name}");
    }
    assert!(request.options().fresh);
    // A clone of a list has its own options.
    assert_eq!(
        ids(&list.sort("id", SortOrder::Ascending).await.expect("a list")),
        [1]
    );
    assert_eq!(server.pages(), [1, 1]);
}

#[tokio::test]
async fn page_size_0_is_1_and_default_is_large() {
    let server = Server::start(|_| page(&[], &[]));
    assert!(server.list().page_size(0).await.expect("a list").is_empty());
    assert_eq!(header(&server.first(), "X-Pagination-Size"), Some("1"));
    let server = Server::start(|_| page(&[], &[]));
    assert!(server.list().await.expect("a list").is_empty());
    assert_eq!(header(&server.first(), "X-Pagination-Size"), Some("500"));
    assert_eq!(header(&server.first(), "X-Pagination-Sort"), None);
}

#[tokio::test]
async fn stops_at_page_count_or_item_count() {
    // Each with the pages that must be requested.
    let cases: [(Responder, &[u64]); 9] = [
        // By the number of pages.
        (
            |r| match number(r) {
                Some(n @ 1..=3) => things(n..=n, &[("X-Pagination-Total", "3")]),
                _ => page(&[], &[]),
            },
            &[1, 2, 3],
        ),
        (|_| things(1..=2, &[("X-Pagination-Total", "1")]), &[1]),
        (|_| things(1..=2, &[("X-Pagination-Total", "0")]), &[1]),
        // By the total number of items.
        (|r| two(r, &[("X-Pagination-Elements", "6")]), &[1, 2, 3]),
        (|r| two(r, &[("X-Pagination-Elements", "5")]), &[1, 2, 3]),
        (|_| things(1..=2, &[("X-Pagination-Elements", "2")]), &[1]),
        // By a page that is not full, by the server's size or the requested one.
        (
            |r| match number(r) {
                Some(3) => things(5..=5, &[("X-Pagination-Size", "2")]),
                _ => two(r, &[("X-Pagination-Size", "2")]),
            },
            &[1, 2, 3],
        ),
        (
            |r| things(1..=if number(r) == Some(2) { 2 } else { 3 }, &[]),
            &[1, 2],
        ),
        // By an empty page, without any count.
        (
            |r| match number(r) {
                Some(3) => page(&[], &[]),
                Some(2) => things(4..=6, &[]),
                _ => things(1..=3, &[]),
            },
            &[1, 2, 3],
        ),
    ];
    for (case, (answer, pages)) in cases.into_iter().enumerate() {
        let server = Server::start(answer);
        server.list().page_size(3).await.expect("a list");
        assert_eq!(server.pages(), pages, "case {case}");
    }
}

#[tokio::test]
async fn page_numbers_may_start_at_0() {
    let server = Server::start(|r| {
        let own = number(r).unwrap_or_default();
        let shown = (own - 1).to_string();
        let headers = [
            ("X-Pagination-Number", &*shown),
            ("X-Pagination-Total", "3"),
        ];
        things(own..=own, &headers)
    });
    assert_eq!(ids(&server.list().await.expect("a list")), [1, 2, 3]);
}

/// Endless pages: always an error, never a complete list.
#[tokio::test]
async fn refuses_pages_without_end() {
    // Each with the page number that reveals it.
    let cases: [(Responder, u64); 6] = [
        (|_| things(1..=3, &[]), 2),
        (|_| things(1..=3, &[("X-Pagination-Size", "0")]), 2),
        (|_| things(1..=1, &[("X-Pagination-Total", "5")]), 2),
        (
            |_| things(1..=3, &[("X-Pagination-Elements", "18446744073709551615")]),
            2,
        ),
        (
            |_| page(&[], &[("X-Pagination-Elements", "18446744073709551615")]),
            1,
        ),
        (
            |r| two(r, &[("X-Pagination-Elements", "18446744073709551615")]),
            21,
        ),
    ];
    for (case, (answer, pages)) in cases.into_iter().enumerate() {
        let server = Server::start(answer);
        let list = server.list().page_size(3).max_pages(20);
        let error = list.clone().await.expect_err("no list");
        assert_eq!(error.kind(), ErrorKind::Decode, "case {case}");
        assert!(error.message().contains("do not end"), "{error}");
        assert_eq!(server.pages().len() as u64, pages.min(20), "case {case}");
        let error = list.split().await.expect_err("no list");
        assert!(error.message().contains("do not end"), "{error}");
    }
}

#[tokio::test]
async fn alternating_pages_are_endless() {
    let server = Server::start(|r| match number(r).unwrap_or_default() % 2 {
        0 => things(1..=3, &[]),
        _ => things(4..=6, &[]),
    });
    let mut stream = server.list().page_size(3).stream();
    let mut got = Vec::new();
    while let Some(Ok(thing)) = stream.next().await {
        got.push(thing.id);
    }
    assert_eq!(got, [4, 5, 6, 1, 2, 3]);
    assert!(stream.has_failed());
    assert_eq!(server.pages(), [1, 2, 3]);
}

#[tokio::test]
async fn counts_errors_above_100() {
    let server = Server::start(|r| {
        let bad = vec!["{}"; 150];
        let own = number(r).unwrap_or_default().to_string();
        let mut items = vec![&*own];
        items.extend(bad);
        page(&items, &[("X-Pagination-Total", "2")])
    });
    let (good, bad) = server.list().split().await.expect("a list");
    assert_eq!((good.len(), bad.len()), (0, 101));
    assert_eq!(bad[100].omitted(), 202);
    assert!(bad[100].message().starts_with("202 more"), "{}", bad[100]);
}

#[tokio::test]
async fn page_of_bad_items_is_not_last() {
    let server = Server::start(|r| match number(r) {
        Some(1) => page(&["{}"; 150], &[("X-Pagination-Size", "150")]),
        _ => things(1..=1, &[]),
    });
    let (good, bad) = server.list().split().await.expect("a list");
    assert_eq!((good.len(), bad.len()), (1, 101));
    assert_eq!(bad[100].omitted(), 50);
}

#[tokio::test]
async fn without_paging_fetches_each_object() {
    let answer: Responder = |request| match request.target() {
        "/things" => page(&["4", "2", "9"], &[]),
        "/things/2" => Response::new(
            StatusCode::NOT_FOUND,
            HeaderMap::new(),
            br#"{"message":"gone"}"#.to_vec(),
        ),
        other => Response::new(
            StatusCode::OK,
            HeaderMap::new(),
            format!(r#"{{"id":{}}}"#, &other[8..]).into_bytes(),
        ),
    };
    let server = Server::start(answer);
    assert_eq!(ids(&server.list().await.expect("a list")), [4, 9]);
    assert_eq!(server.pages(), [1, 0, 0, 0, 0]);
    let asked = server.asked.lock().expect("the requests").clone();
    assert!(asked.iter().all(|request| request.options().fresh));

    let needy: [Need; 3] = [
        |list| list.sort("id", SortOrder::Ascending),
        |list| list.filter("id:gt=1"),
        Listing::only_pages,
    ];
    for need in needy {
        let server = Server::start(answer);
        let error = need(server.list()).await.expect_err("no pages");
        assert_eq!(error.kind(), ErrorKind::NotPaged);
        assert!(
            error
                .to_string()
                .contains("cannot sort or filter this list"),
            "{error}"
        );
        assert_eq!(server.pages(), [1]);
    }
}

#[tokio::test]
async fn ids_in_place_of_later_page_are_an_error() {
    let server = Server::start(|request| match number(request) {
        Some(1) => things(1..=1, &[("X-Pagination-Total", "2")]),
        _ => page(&["1", "2"], &[]),
    });
    let error = server.list().await.expect_err("no second page");
    assert_eq!(error.kind(), ErrorKind::NotPaged);
    // No sort was requested, so the error does not mention it.
    assert!(!error.to_string().contains("sorted"), "{error}");
    assert_eq!(server.pages(), [1, 2]);
}

#[tokio::test]
async fn bad_object_is_separate_failed_page_ends() {
    let bad: Responder = |_| page(&[r#"{"id":1}"#, r#"{"id":"x"}"#, r#"{"id":3}"#], &[]);
    let (good, errors) = Server::start(bad).list().split().await.expect("a list");
    assert_eq!(ids(&good), [1, 3]);
    assert_eq!(errors.len(), 1);
    assert!(errors[0].message().contains("`[1].id`"), "{}", errors[0]);
    let error = Server::start(bad)
        .list()
        .collect()
        .await
        .expect_err("one is bad");
    assert_eq!(error.kind(), ErrorKind::Decode);

    let refused: Responder = |request| match number(request) {
        Some(1) => things(1..=1, &[("X-Pagination-Total", "2")]),
        _ => Response::new(
            StatusCode::FORBIDDEN,
            HeaderMap::new(),
            br#"{"message":"no"}"#.to_vec(),
        ),
    };
    let error = Server::start(refused)
        .list()
        .split()
        .await
        .expect_err("half a list");
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    let mut stream = Server::start(refused).list().stream();
    assert!(stream.next().await.is_some_and(|item| item.is_ok()));
    assert!(!stream.has_failed());
    assert!(stream.next().await.is_some_and(|item| item.is_err()));
    assert!(stream.has_failed());
    assert!(stream.next().await.is_none());
    assert!(stream.next().await.is_none(), "the end stays the end");
}

#[tokio::test]
async fn ids_are_one_call_without_paging() {
    let server = Server::start(|_| page(&["3", "1"], &[]));
    let list = server.list().sort("id", SortOrder::Ascending);
    assert_eq!(list.ids().await.expect("ids"), [3, 1]);
    assert_eq!(header(&server.first(), "X-Pagination-Mode"), None);
    assert_eq!(server.pages(), [0]);
}

#[tokio::test]
async fn list_is_stream_and_debug_shows_paging() {
    let server = Server::start(|_| things(1..=2, &[]));
    let list = server.list().filter("id:gt=1");
    assert!(format!("{list:?}").contains("id:gt=1"));
    let mut stream = list.stream();
    assert!(format!("{stream:?}").contains("so_far: 0"));
    let mut got = Vec::new();
    while let Some(item) =
        std::future::poll_fn(|cx| Stream::poll_next(Pin::new(&mut stream), cx)).await
    {
        got.push(item.expect("a thing").id);
    }
    assert_eq!(got, [1, 2]);
    assert!(format!("{stream:?}").contains("so_far: 2"));
}

#[tokio::test]
async fn page_call_takes_call_options() {
    let server = Server::start(|_| {
        things(
            1..=1,
            &[
                ("X-Pagination-Number", " 2 "),
                ("X-Pagination-Size", "10"),
                ("X-Pagination-Total", "x"),
                ("X-Pagination-Elements", "11"),
            ],
        )
    });
    let call = ClientCore::new(server.clone())
        .request(&LIST, &[])
        .page::<Thing>()
        .timeout(Duration::from_secs(3))
        .retries(2)
        .sort("id", SortOrder::Ascending);
    assert!(format!("{call:?}").contains("things::list"), "{call:?}");
    let page = call.await.expect("a page");
    assert_eq!(page.items.len(), 1);
    let numbers = page.numbers;
    assert_eq!((numbers.number, numbers.size), (Some(2), Some(10)));
    assert_eq!((numbers.pages, numbers.elements), (None, Some(11)));
    let request = server.first();
    assert_eq!(request.options().timeout, Some(Duration::from_secs(3)));
    assert_eq!(request.options().retries, Some(2));
    assert!(!request.options().fresh);
    assert_eq!(header(&request, "X-Pagination-Sort-Order"), Some("ASC"));
    assert_eq!(header(&request, "X-Pagination-Number"), None);
}

#[tokio::test]
async fn page_with_object_among_ids_is_a_page() {
    let server = Server::start(|_| page(&["1", r#"{"id":2}"#], &[]));
    let (good, bad) = server.list().split().await.expect("a list");
    assert_eq!((ids(&good), bad.len()), (vec![2], 1));
}
