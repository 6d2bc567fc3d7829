//! Bad items cost at most ten times the response's size, and decoding has limits.
//!
//! A single test in a separate binary, since the allocator counts the whole process.

use std::future::IntoFuture;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use ovh_runtime::{
    BoxFuture, Call, ClientCore, DecodeOptions, DecodeResponse, Error, ErrorKind, FromResponse,
    HeaderMap, List, Method, Operation, Page, Request, Response, StatusCode, Transport,
};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

static LIST: Operation = Operation::new("things::list", Method::GET, "/things").expands_to("Thing");

#[allow(
    unexpected_cfgs,
    reason = "the macro asks for a feature of the generated client"
)]
mod model {
    ovh_runtime::model! {
        /// For the test.
        pub struct Thing {
            id: i64 = "id" required,
            name: String = "name",
            names: Vec<String> = "names" default,
            a: i64 = "a",
            b: i64 = "b",
            c: i64 = "c",
            d: i64 = "d",
            inner: Option<Box<Thing>> = "inner" default,
        }
    }
}
use model::Thing;

#[derive(serde::Deserialize)]
#[allow(dead_code, reason = "only its size counts")]
struct ByHand {
    id: i64,
    names: [u64; 32],
}

struct Canned(Response);

impl Transport for Canned {
    fn send(&self, _: Request) -> BoxFuture<'_, Result<Response, Error>> {
        let response = self.0.clone();
        Box::pin(async { Ok(response) })
    }
}

fn now<T: 'static>(call: impl IntoFuture<Output = Result<T, Error>>) -> Result<T, Error> {
    let mut future = pin!(call.into_future());
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("nothing to wait for"),
    }
}

fn response_of(body: &str, options: DecodeOptions) -> Response {
    Response::new(StatusCode::OK, HeaderMap::new(), body.as_bytes().to_vec()).with_decoding(options)
}

fn unlimited() -> DecodeOptions {
    let mut options = DecodeOptions::default();
    options.max_items = usize::MAX;
    options
}

/// Runs `make`, and returns the peak memory as a multiple of `size`.
fn peak_of<T>(size: usize, make: impl FnOnce() -> T) -> (f64, T) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let value = make();
    let bytes = MEMORY.peak_usage() - before;
    #[allow(clippy::cast_precision_loss, reason = "a few megabytes")]
    let factor = bytes as f64 / size as f64;
    (factor, value)
}

fn peak<T: FromResponse>(body: &str, options: DecodeOptions) -> (f64, Result<T, Error>) {
    let response = response_of(body, options);
    let request = Request::to(Method::GET, "/things").expect("a route");
    peak_of(body.len(), || {
        T::from_response(&request, &response, &mut Vec::new())
    })
}

fn list_of(item: &str, bytes: usize) -> String {
    let count = bytes / (item.len() + 1);
    format!("[{}]", vec![item; count.max(1)].join(","))
}

#[test]
fn bad_items_use_little_memory_and_limits_hold() {
    bad_items_cost_at_most_ten_times_their_size();
    keeps_100_errors_and_counts_the_rest();
    limits_items_and_values();
    limits_the_time_of_decoding();
    reports_at_most_1000_corrections();
}

fn bad_items_cost_at_most_ten_times_their_size() {
    let nested = format!("{{\"id\":{}}}", list_of("0", 1 << 20));
    for (item, limited) in [
        ("{}", false),
        (r#"{"a":1}"#, false),
        (r#"{"id":1e999}"#, false),
        ("null", true),
        (&nested, true),
    ] {
        let body = list_of(item, 1 << 19);
        let shown = &item[..item.len().min(20)];
        let options = || match limited {
            true => DecodeOptions::default(),
            false => unlimited(),
        };
        let (list, _) = peak::<List<Thing>>(&body, options());
        let (page, _) = peak::<Page<Thing>>(&body, options());
        let (plain, _) = peak::<Vec<Thing>>(&body, options());
        let response = response_of(&body, options());
        let request = Request::to(Method::GET, "/things").expect("a route");
        let (by_serde, _) = peak_of(body.len(), || {
            List::<ByHand>::decode_response(&request, &response)
        });
        for factor in [list, page, plain, by_serde] {
            assert!(factor <= 10.0, "{shown}: {list} {page} {plain} {by_serde}");
        }
    }
}

fn keeps_100_errors_and_counts_the_rest() {
    let body = format!(r#"[{{"id":1}},{},{{"id":2}}]"#, vec!["{}"; 1234].join(","));
    let request = Request::to(Method::GET, "/things").expect("a route");
    let response = response_of(&body, DecodeOptions::default());
    let list = List::<Thing>::from_response(&request, &response, &mut Vec::new()).expect("a list");
    let (good, bad) = list.split();
    assert_eq!(
        good.iter().map(|thing| thing.id).collect::<Vec<_>>(),
        [1, 2]
    );
    assert_eq!(bad.len(), 101);
    assert!(bad[99].message().contains("`[100].id`"), "{}", bad[99]);
    assert_eq!(bad[99].raw_body(), b"{}");
    assert_eq!(bad[100].omitted(), 1134);
    assert!(
        bad[100].message().starts_with("1134 more items"),
        "{}",
        bad[100]
    );
    let exact = format!("[{}]", vec!["{}"; 100].join(","));
    let response = Response::new(StatusCode::OK, HeaderMap::new(), exact.into_bytes());
    let page = Page::<Thing>::from_response(&request, &response, &mut Vec::new()).expect("a page");
    assert_eq!(page.items.len(), 100);
}

fn limits_items_and_values() {
    let limited = |max| {
        let mut options = DecodeOptions::default();
        options.max_items = max;
        options
    };
    let refused = |body: &str, max| {
        let error = peak::<List<Thing>>(body, limited(max)).1.err();
        error.map(|error| (error.kind(), error.message().to_owned()))
    };
    let too_many = |max| {
        Some((
            ErrorKind::Decode,
            format!("the response has more than {max} items"),
        ))
    };
    let four = r#"[{"id":1},{"id":2},{"id":3},{"id":4}]"#;
    assert_eq!(refused(four, 4), None);
    assert_eq!(refused(four, 3), too_many(3));
    assert_eq!(refused(&four.replace('2', "1e999"), 3), too_many(3));
    let values = r#"[{"id":1,"names":["a","b","c"]}]"#;
    assert_eq!(
        (refused(values, 9), refused(values, 6)),
        (None, too_many(6))
    );
    let properties = r#"[{"id":1,"x":1,"y":1,"z":1}]"#;
    assert_eq!(
        (refused(properties, 10), refused(properties, 5)),
        (None, too_many(5))
    );
    let (_, outcome) = peak::<Vec<i64>>(&list_of("1", 1 << 20), DecodeOptions::default());
    assert_eq!(outcome.expect_err("too many").kind(), ErrorKind::Decode);
    let core = ClientCore::new(Arc::new(Canned(response_of("[1,2,3]", limited(2)))));
    let call: Call<List<i64>> = core.request(&LIST, &[]).call::<List<i64>>().json();
    let error = now(call).expect_err("too many");
    assert_eq!(error.message(), "the response has more than 2 items");
}

fn limits_the_time_of_decoding() {
    for body in [
        list_of(r#"{"id":1}"#, 1 << 16),
        format!(r#"[{{"id":1,"names":{}}}]"#, list_of("0", 1 << 16)),
    ] {
        let looks = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&looks);
        let mut options = unlimited();
        options.is_out_of_time = Some(Arc::new(move || {
            counted.fetch_add(1, Ordering::Relaxed) >= 2
        }));
        let (_, outcome) = peak::<List<Thing>>(&body, options);
        let error = outcome.expect_err("out of time");
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(!error.maybe_applied());
        assert_eq!(looks.load(Ordering::Relaxed), 3);
    }
}

fn reports_at_most_1000_corrections() {
    let body = list_of(r#"{"id":1}"#, 1 << 16);
    let request = Request::to(Method::GET, "/things").expect("a route");
    let response = response_of(&body, unlimited());
    for nested in [false, true] {
        let mut corrections = Vec::new();
        let text = format!(r#"{{"things":{body}}}"#);
        match nested {
            false => drop(List::<Thing>::from_response(
                &request,
                &response,
                &mut corrections,
            )),
            true => {
                let response = Response::new(StatusCode::OK, HeaderMap::new(), text.into_bytes())
                    .with_decoding(unlimited());
                drop(
                    <std::collections::BTreeMap<String, Vec<Thing>>>::from_response(
                        &request,
                        &response,
                        &mut corrections,
                    ),
                );
            }
        }
        assert_eq!(corrections.len(), 1000, "nested: {nested}");
    }
}
