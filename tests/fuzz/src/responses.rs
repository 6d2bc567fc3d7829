//! Responses: error bodies of any status, and the headers that a call reads. There is a readable
//! error, it quotes no secret, and a call ends within its time.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use ovh_runtime::{BoxFuture, ClientCore, Error, Method, Page, Request, Response};
use ovh_web::{Client, Clock, Credentials, HttpEngine, HttpFailure, HttpRequest};
use serde_json::Value;

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

/// The input is a line with method, path and server time, then responses as HTTP writes them, each
/// after a NUL. The first one answers `/auth/time`.
pub(crate) fn fuzz(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (request, responses) = text.split_once('\0').unwrap_or((&text, ""));
    let mut words = request.splitn(3, ' ');
    let method = match words.next() {
        Some("POST") => Method::Post,
        Some("PUT") => Method::Put,
        Some("DELETE") => Method::Delete,
        _ => Method::Get,
    };
    // A path is shown, and is no secret.
    let path = words.next().unwrap_or_default().replace("c4n4ry", "x");
    let seconds = words.next().and_then(|seconds| seconds.parse().ok());
    let time = Time::at(seconds.unwrap_or(1_700_000_000));
    let client = Client::builder()
        .credentials(Credentials::new("key", "c4n4ry", "c4n4ry"))
        .base_url("https://eu.api.ovh.com/1.0")
        .clock(time.clone())
        .total_timeout(TOTAL)
        .http(Canned::new(responses.split('\0').map(response)))
        .build()
        .expect("complete settings");
    for is_list in [false, true] {
        let before = time.monotonic();
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
            assert!(
                !(error.maybe_applied() && (is_list || method == Method::Get)),
                "{error:?}"
            );
            check(error);
        }
    }
}

/// Reads a status, headers and a body.
fn response(text: &str) -> Response {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let (status, headers) = head.split_once('\n').unwrap_or((head, ""));
    let headers = headers.lines().filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let status = status.parse().unwrap_or(200);
    Response::new(status, headers.collect(), body.as_bytes().to_vec())
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
