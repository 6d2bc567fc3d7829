//! Responses: error bodies of any status, and the headers that a call reads. There is a readable
//! error, it quotes no secret, and a call ends within its time.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use ovh_runtime::{BoxFuture, ClientCore, Error, Method, Page, Request, Response};
use ovh_web::{Client, Clock, Credentials, HttpEngine, HttpFailure, HttpRequest};
use serde_json::{Value, json};

use crate::{Choices, json};

const TOTAL: Duration = Duration::from_secs(300);

/// Answers each request with the next response, and then with the last one.
#[derive(Debug)]
pub(crate) struct Canned(Mutex<(VecDeque<Response>, u32)>);

impl Canned {
    pub(crate) fn new(responses: impl IntoIterator<Item = Response>) -> Self {
        Self(Mutex::new((responses.into_iter().collect(), 0)))
    }
}

impl HttpEngine for Canned {
    fn exchange(&self, _: HttpRequest) -> BoxFuture<'_, Result<Response, HttpFailure>> {
        let mut state = self.0.lock().expect("no panic");
        let (left, count) = &mut *state;
        *count += 1;
        assert!(*count < 1000, "endless requests");
        let next = if left.len() > 1 {
            left.pop_front()
        } else {
            left.front().cloned()
        };
        Box::pin(std::future::ready(
            next.ok_or_else(|| HttpFailure::unsent("no server")),
        ))
    }
}

/// A clock that each pause advances.
#[derive(Clone, Debug)]
pub(crate) struct Time {
    start: Duration,
    passed: Arc<Mutex<Duration>>,
}

impl Time {
    pub(crate) fn at(seconds: u64) -> Self {
        let start = Duration::from_secs(seconds);
        Self {
            start,
            passed: Arc::default(),
        }
    }
}

impl Clock for Time {
    fn unix_time(&self) -> Duration {
        self.start.saturating_add(self.monotonic())
    }

    fn monotonic(&self) -> Duration {
        *self.passed.lock().expect("no panic")
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let passed = Arc::clone(&self.passed);
        Box::pin(async move {
            let mut passed = passed.lock().expect("no panic");
            *passed = passed.saturating_add(duration);
        })
    }

    fn timeout(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// The guarantees for all errors.
fn check(error: &Error) {
    let shown = error.to_string();
    let message = error.message();
    assert!(!message.is_empty() && error.raw_body().len() <= 64 * 1024);
    // The message of a page in between is an excerpt.
    if error.status().is_some() && serde_json::from_slice::<Value>(error.raw_body()).is_err() {
        assert!(
            message.len() < 1200 && !message.contains(char::is_control),
            "{message:?}"
        );
    }
    assert!(
        !(error.maybe_applied() && error.is_retryable()),
        "{error:?}"
    );
    assert!(
        !format!("{shown} {error:?} {:?}", error.hint()).contains("c4n4ry"),
        "{error:?}"
    );
    let is_dropped = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    for (name, value) in error.details().filter(|(_, value)| !value.is_empty()) {
        let mut pieces = name.split(is_dropped).chain(value.split(is_dropped));
        assert!(pieces.all(|piece| shown.contains(piece)), "{shown}");
    }
}

/// Sends calls through the facade.
pub(crate) fn fuzz(choices: &mut Choices<'_>) {
    let time =
        Time::at(choices.pick(&[1_700_000_000, 0, 784_111_777, 253_402_300_799, u64::MAX / 2]));
    // The first response is that of `/auth/time`.
    let seconds = choices.word("1700000000|0|-1|784111777|9223372036854775807|1.5|\"1\"|");
    let mut responses = vec![Response::new(200, headers(choices), seconds.into())];
    for _ in 0..1 + choices.below(4) {
        // A secret in the place of something else is not quoted by the error.
        let page = choices.word(
            "[]|null|[1,2]|[{},1,null]|[[|\"c4n4ry\"|{\"id\":\"c4n4ry\"}|[{\"id\":\"c4n4ry\"}]|",
        );
        responses.push(match choices.below(3) {
            0 => Response::new(200, headers(choices), page.into()),
            1 => Response::new(choices.pick(&[429, 503]), headers(choices), body(choices)),
            _ => response(choices),
        });
    }
    let client = Client::builder()
        .credentials(Credentials::new("key", "c4n4ry", "c4n4ry"))
        .base_url("https://eu.api.ovh.com/1.0")
        .clock(time.clone())
        .total_timeout(TOTAL)
        .http(Canned::new(responses))
        .build()
        .expect("complete settings");
    for _ in 0..1 + choices.below(2) {
        let before = time.monotonic();
        let method = choices.pick(&[Method::Get, Method::Post, Method::Put, Method::Delete]);
        let path = if choices.once_in(2) {
            choices.text()
        } else {
            "/me".to_owned()
        };
        let is_list = choices.once_in(3);
        let mut work = pin!(async {
            match is_list {
                true => pages(&client).await,
                false => client.request(method, &path).send().await,
            }
        });
        // No response has to be waited for, so a call that stays pending never ends.
        let mut context = Context::from_waker(Waker::noop());
        let mut poll = || work.as_mut().poll(&mut context);
        let outcome = (0..10_000).map(|_| poll()).find(Poll::is_ready);
        assert!(outcome.is_some(), "the call does not end");
        assert!(time.monotonic() - before <= TOTAL);
        if let Some(Poll::Ready(Err(error))) = &outcome {
            check(error);
        }
    }
}

async fn pages(client: &Client) -> Result<(), ovh_web::Error> {
    let core = ClientCore::new(client.transport());
    let request = Request::to(Method::Get, "/me")?;
    let page = core.call::<Page<Value>>(request).await?;
    let _ = format!("{:?}", page.numbers);
    // A server may send pages without end.
    let mut stream = client.hosting("example.ovh").crons().list().stream();
    for _ in 0..100 {
        match stream.next().await {
            Some(item) => drop(item?),
            None => break,
        }
    }
    Ok(())
}

fn headers(choices: &mut Choices<'_>) -> Vec<(String, String)> {
    let names = "Date|Age|Retry-After|retry-after|X-Pagination-Number|X-Pagination-Size|X-Pagination-Total|\
                 X-Pagination-Elements|Content-Type|X-OVH-QUERYID|Location|";
    let values = "Sun, 06 Nov 1994 08:49:37 GMT|Sunday, 06-Nov-94 08:49:37 GMT|Sun Nov  6 08:49:37 1994|\
                  Fri, 31 Dec 9999 23:59:60 GMT|Tue, 02 Jan 2024 03:04:05 +1400|Sat, 01 Jan 0000 00:00:00 GMT|\
                  0|1| 7 |-5|1e3|120|18446744073709551615|99999999999999999999999999999";
    let headers = (0..choices.below(6)).map(|_| {
        let is_text = choices.once_in(3);
        let mut value = if is_text {
            choices.text()
        } else {
            choices.word(values).to_owned()
        };
        if choices.once_in(3) {
            choices.change(&mut value);
        }
        (choices.word(names).to_owned(), value)
    });
    headers.collect()
}

/// A response of any status.
fn response(choices: &mut Choices<'_>) -> Response {
    let status = choices.pick(&[
        400, 401, 403, 404, 408, 409, 418, 429, 460, 500, 502, 503, 504, 301, 0, 100, 199, 299,
        65_535,
    ]);
    let response = Response::new(status, headers(choices), body(choices));
    response.with_history(u32::from(choices.once_in(3)), choices.once_in(3))
}

/// The two shapes of the API's errors, HTML, and anything else.
fn body(choices: &mut Choices<'_>) -> Vec<u8> {
    let codes =
        "INVALID_SIGNATURE|INVALID_KEY|NOT_CREDENTIAL|NOT_GRANTED_CALL|FORBIDDEN|QUERY_TIME_OUT|";
    let mut body = match choices.below(4) {
        0 => json!({
            "message": choices.text(), "class": "Client::Forbidden",
            "details": { choices.text(): json::any(choices, 2), "a": "b" },
        }),
        1 => {
            json!({ "errorCode": choices.word(codes), "httpCode": "400 Bad Request", "message": choices.text() })
        }
        2 => json::any(choices, 4),
        _ if choices.once_in(2) => return choices.bytes(300).to_vec(),
        _ => {
            let (title, text) = (choices.text(), choices.text());
            return format!("<html><h1>{title}</h1>\r\n<p title=\"{text}\"></html>").into_bytes();
        }
    };
    if body.is_object() && choices.once_in(3) {
        body[choices.word("message|class|details")] = json::any(choices, 3);
    }
    json::text(&body, true, choices).into_bytes()
}
