//! Tests of the offset without a server.

use std::task::Poll;

use ovh_runtime::{HeaderMap, StatusCode};

use super::*;

const LEFT: Duration = Duration::from_secs(300);

fn response(date: &str, age: bool) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert("date", date.parse().expect("a value"));
    if age {
        headers.insert("age", "1".parse().expect("a value"));
    }
    Response::new(StatusCode::OK, headers, Vec::new())
}

/// A clock fixed in 2016.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn unix_time(&self) -> Duration {
        Duration::from_secs(1_457_018_875)
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> ovh_runtime::BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn time_that_never_arrives_is_asked_once() {
    let (time, at) = (ServerTime::default(), Still.unix_time());
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    time.observe(&Still, &response(date, false), at, at);
    {
        // The call runs out of time, or its caller drops it.
        let mut call = Box::pin(time.get(false, None, LEFT, &Still, std::future::pending()));
        let polled = std::future::poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx))).await;
        assert!(polled.is_pending());
    }
    let next = time.get(false, None, LEFT, &Still, async { panic!("asked again") });
    assert_eq!(next.await.expect("the local time").difference, 0);
    time.observe(&Still, &response(date, false), at, at);
    assert_eq!(time.asked().suspected, None);
}

#[tokio::test]
async fn extreme_answers_do_not_overflow() {
    let time = ServerTime::default();
    let answer = |seconds: i64| async move { Ok(seconds) };
    let used = time.get(true, None, LEFT, &Still, answer(i64::MIN)).await;
    let used = used.expect("a measurement");
    assert_eq!(used.now(&Still), 0);
    let fetch = answer(i64::MAX);
    let refusal = Refusal {
        skew: ClockSkew::Maybe,
        used,
        date: None,
    };
    let new = time.resync(refusal, LEFT, &Still, fetch).await;
    assert!(new.is_some());
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    time.observe(&Still, &response(date, false), Duration::MAX, Duration::MAX);
    time.observe(
        &Still,
        &response(date, false),
        Duration::ZERO,
        Duration::ZERO,
    );
    let used = time.get(true, None, LEFT, &Still, answer(0)).await;
    let used = used.expect("a measurement");
    assert!(used.now(&Still) > 0);
}

#[tokio::test]
async fn date_corrects_only_unexplained_offset() {
    // 1994-11-06T08:49:37Z
    const SERVER: u64 = 784_111_777;
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let at = Duration::from_secs;
    use Dates::{Misleading, Reliable, Unproven};
    for (dates, age, sent, received, expected) in [
        // Consistent, within the tolerance.
        (Reliable, false, SERVER, SERVER, 0),
        (Reliable, false, SERVER - 2, SERVER - 2, 0),
        (Reliable, false, SERVER - 100, SERVER + 1, 0),
        // Off, and changed by the smallest amount.
        (Reliable, false, SERVER - 3600, SERVER - 3600, 3600),
        (Reliable, false, SERVER + 100, SERVER + 160, -100),
        (Reliable, false, SERVER - 160, SERVER - 100, 100),
        // Not a reliable date.
        (Unproven, false, SERVER - 3600, SERVER - 3600, 0),
        (Misleading, false, SERVER - 3600, SERVER - 3600, 0),
        (Reliable, true, SERVER - 3600, SERVER - 3600, 0),
        (Reliable, false, SERVER + 9000, SERVER + 3600, 0),
    ] {
        let time = ServerTime::default();
        let measured = Measured {
            difference: 0,
            by_date: false,
            dates,
            serial: 1,
        };
        assert!(time.flight.replace(|_| Some(measured)).is_some());
        time.observe(&Still, &response(date, age), at(sent), at(received));
        let got = time.flight.peek().expect("a measurement").difference;
        assert_eq!(got, expected, "{sent} {received}");
    }
}
