//! Responses: error bodies of any status, and the headers that a call reads. There is a readable
//! error, it quotes no secret, and a call ends within its time.

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use ovh_runtime::{BoxFuture, ClientCore, Error, Method, Page, Request, Response, StatusCode};
use ovh_web::{Body, Bytes, Client, Clock, Credentials, HttpEngine, HttpFailure, http};
use ovh_web_codegen::escape::is_hidden;
use serde_json::Value;

/// Answers each request with the next response, and then with the last one.
#[derive(Debug, Default)]
pub(crate) struct Canned(Mutex<(Vec<Response>, usize)>);

impl HttpEngine for Canned {
    fn exchange(
        &self,
        _: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, HttpFailure>> {
        let mut state = self.0.lock().expect("no panic");
        let (responses, count) = &mut *state;
        let next = responses.get(*count).or(responses.last()).cloned();
        *count += 1;
        assert!(*count < 1000, "endless requests");
        let next = next
            .map(Into::into)
            .ok_or_else(|| HttpFailure::unsent("no server"));
        Box::pin(std::future::ready(next))
    }
}

/// A clock that each pause advances: the seconds at the start, and the time since.
#[derive(Clone, Debug)]
struct Time(u64, Arc<Mutex<Duration>>);

impl Clock for Time {
    fn unix_time(&self) -> Duration {
        Duration::from_secs(self.0).saturating_add(self.monotonic())
    }

    fn monotonic(&self) -> Duration {
        *self.1.lock().expect("no panic")
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let passed = Arc::clone(&self.1);
        Box::pin(async move { *passed.lock().expect("no panic") += duration })
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
        let is_excerpt = message.len() < 1200 && !message.contains(char::is_control);
        assert!(is_excerpt, "{message:?}");
    }
    let may_repeat = error.maybe_applied() && error.is_retryable();
    assert!(!may_repeat, "{error:?}");
    let all = format!("{shown} {error:?} {:?}", error.hint());
    assert!(!all.contains("c4n4ry"), "{all}");
    for (name, value) in error.details().filter(|(_, value)| !value.is_empty()) {
        let mut pieces = name.split(is_hidden).chain(value.split(is_hidden));
        assert!(pieces.all(|piece| shown.contains(piece)), "{shown}");
    }
}

/// Error bodies of any status, and the headers that a call reads.
///
/// The input is a line with method, path and server time, then responses as HTTP writes them, each
/// after a NUL. The first one answers `/auth/time`.
pub fn fuzz(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (request, responses) = text.split_once('\0').unwrap_or((&text, ""));
    let mut words = request.splitn(3, ' ');
    let (first, methods) = (words.next(), [Method::POST, Method::PUT, Method::DELETE]);
    let is_first = |method: &Method| first == Some(method.as_str());
    let method = methods.into_iter().find(is_first).unwrap_or(Method::GET);
    // A path is shown, and is no secret.
    let path = words.next().unwrap_or_default().replace("c4n4ry", "x");
    let seconds = words.next().and_then(|seconds| seconds.parse().ok());
    let total = Duration::from_secs(300);
    let time = Time(seconds.unwrap_or(1_700_000_000), Arc::default());
    let responses = responses.split('\0').map(response);
    let client = Client::builder()
        .credentials(Credentials::new("key", "c4n4ry", "c4n4ry"))
        .base_url("https://eu.api.ovh.com/1.0")
        .clock(time.clone())
        .total_timeout(total)
        .http(Canned(Mutex::new((responses.collect(), 0))))
        .build()
        .expect("complete settings");
    for is_list in [false, true] {
        let before = time.monotonic();
        let mut work = pin!(async {
            match is_list {
                true => pages(&client).await,
                false => client.request(method.clone(), &path).send().await,
            }
        });
        // No response has to be waited for, so a call that stays pending never ends.
        let mut context = Context::from_waker(Waker::noop());
        let mut poll = || work.as_mut().poll(&mut context);
        let outcome = (0..10_000).map(|_| poll()).find(Poll::is_ready);
        assert!(outcome.is_some(), "the call does not end");
        assert!(time.monotonic() - before <= total);
        if let Some(Poll::Ready(Err(error))) = &outcome {
            let is_read = is_list || method == Method::GET;
            assert!(!(error.maybe_applied() && is_read), "{error:?}");
            check(error);
        }
    }
}

/// Reads a status, headers and a body.
fn response(text: &str) -> Response {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let (status, headers) = head.split_once('\n').unwrap_or((head, ""));
    let headers = headers.lines().filter_map(|line| line.split_once(": "));
    let headers = headers.filter_map(|(name, value)| name.parse().ok().zip(value.parse().ok()));
    let status = status.parse().unwrap_or(StatusCode::OK);
    Response::new(status, headers.collect(), body.to_owned())
}

async fn pages(client: &Client) -> Result<(), ovh_web::Error> {
    let core = ClientCore::new(client.transport());
    let request = Request::to(Method::GET, "/me")?;
    let page = core.call::<Page<Value>>(request).await?;
    let _ = format!("{:?}", page.numbers);
    // A server may send pages without end.
    let mut stream = client.hosting("example.ovh").crons().list().stream();
    for _ in 0..100 {
        let Some(item) = stream.next().await else {
            break;
        };
        item?;
    }
    Ok(())
}
