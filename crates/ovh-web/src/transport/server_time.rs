//! The difference between the server's clock and ours.
//!
//! A signature carries a timestamp of the server's clock. The difference is asked for once, by the
//! first call that needs it, while all others wait for its answer. After that it is kept right in
//! two ways: every reply says in its `Date` what time the server thinks it is, and after a refusal
//! that smells of time the question is asked again.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ovh_runtime::{Error, ErrorKind, Method, RefusalCause, Reply, Request};

use super::flight::Flight;
use crate::Clock;
use crate::retry::after::http_date;

/// Fact [C]: asked for under the unmapped base, answers with a bare whole number of seconds.
const ROUTE: &str = "/auth/time";

/// What differs by no more than this is taken for the same: `Date` and the answer are both cut off
/// to seconds.
const TOLERANCE: u64 = 2;

/// After a refusal that turned out to have nothing to do with time, for how long another one is
/// not taken for a question of time either.
const QUIET: Duration = Duration::from_secs(60);

/// A measurement of the difference.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured {
    /// The server's seconds minus ours.
    difference: i64,
    /// Whether the server's `Date` and its answer agreed, so that `Date` can be relied on.
    dated: bool,
    serial: u64,
}

impl Measured {
    /// Now, in whole seconds of the server's clock.
    pub(super) fn now(self, clock: &dyn Clock) -> u64 {
        u64::try_from(seconds(clock.unix_time()).saturating_add(self.difference)).unwrap_or(0)
    }
}

#[derive(Debug, Default)]
pub(super) struct ServerTime {
    flight: Flight<Measured>,
    /// When asking again last brought nothing new.
    in_vain: Mutex<Option<Duration>>,
}

impl ServerTime {
    /// The difference, asked for if nobody has yet.
    pub(super) async fn get<F>(
        &self,
        clock: &dyn Clock,
        fetch: impl FnOnce() -> F,
    ) -> Result<Measured, Arc<Error>>
    where
        F: Future<Output = Result<Answer, Error>>,
    {
        self.measure(clock, |_| true, fetch).await
    }

    /// Whether a call that was signed with `used` and refused should be signed anew, because the
    /// difference has really changed since.
    pub(super) async fn has_moved<F>(
        &self,
        used: Measured,
        clock: &dyn Clock,
        fetch: impl FnOnce() -> F,
    ) -> bool
    where
        F: Future<Output = Result<Answer, Error>>,
    {
        let moved = |new: &Measured| new.difference.abs_diff(used.difference) > TOLERANCE;
        if self.flight.peek().as_ref().is_some_and(moved) {
            return true;
        }
        let now = clock.monotonic();
        let in_vain = || self.in_vain.lock().unwrap_or_else(PoisonError::into_inner);
        if in_vain().is_some_and(|last| now.saturating_sub(last) < QUIET) {
            return false;
        }
        let newer = |new: &Measured| new.serial > used.serial;
        let new = self.measure(clock, newer, fetch).await;
        let changed = new.as_ref().is_ok_and(moved);
        if !changed {
            *in_vain() = Some(clock.monotonic());
        }
        changed
    }

    /// Measures the difference again, unless somebody has done so since `used`. If the server does
    /// not tell the time, the known difference stays.
    pub(super) async fn renew<F>(
        &self,
        used: Measured,
        clock: &dyn Clock,
        fetch: impl FnOnce() -> F,
    ) where
        F: Future<Output = Result<Answer, Error>>,
    {
        let newer = |new: &Measured| new.serial > used.serial;
        if let Err(error) = self.measure(clock, newer, fetch).await {
            tracing::debug!(%error, "the server's time could not be measured");
        }
    }

    async fn measure<F>(
        &self,
        clock: &dyn Clock,
        usable: impl Fn(&Measured) -> bool,
        fetch: impl FnOnce() -> F,
    ) -> Result<Measured, Arc<Error>>
    where
        F: Future<Output = Result<Answer, Error>>,
    {
        let serial = || self.flight.peek().map_or(1, |last| last.serial + 1);
        self.flight
            .get(usable, || async {
                let answer = fetch().await?;
                Ok(Measured {
                    difference: answer.seconds.saturating_sub(seconds(clock.unix_time())),
                    dated: answer
                        .date
                        .is_some_and(|date| date.abs_diff(answer.seconds) <= TOLERANCE),
                    serial: serial(),
                })
            })
            .await
    }

    /// Corrects the difference by the `Date` of a reply to a request that went out at `sent` and
    /// was answered in full at `received`, both by our clock.
    ///
    /// The server wrote its `Date` at some moment in between, so only a difference that no such
    /// moment explains is wrong; it is then moved as little as will do.
    pub(super) fn observe(&self, reply: &Reply, sent: Duration, received: Duration) {
        // A reply out of a cache tells an old date.
        if reply.header("Age").is_some() {
            return;
        }
        let Some(date) = reply.header("Date").and_then(http_date) else {
            return;
        };
        let (least, most) = (
            date.saturating_sub(seconds(received)),
            date.saturating_sub(seconds(sent)),
        );
        if least > most {
            // Our own clock was set back in the meantime: this measures nothing.
            return;
        }
        let corrected = self.flight.replace(|last| {
            let nearest = last.difference.clamp(least, most);
            let is_off = last.dated && nearest.abs_diff(last.difference) > TOLERANCE;
            is_off.then_some(Measured {
                difference: nearest,
                serial: last.serial + 1,
                ..*last
            })
        });
        if let Some(new) = corrected {
            tracing::debug!(difference = new.difference, "server clock corrected");
        }
    }

    /// The server's time as far as it is known, or else ours.
    pub(super) fn now(&self, clock: &dyn Clock) -> i64 {
        let difference = self.flight.peek().map_or(0, |last| last.difference);
        seconds(clock.unix_time()).saturating_add(difference)
    }
}

/// Our own seconds, cut off as OVH's Python client does.
fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

/// The question.
pub(super) fn request() -> Result<Request, Error> {
    Request::to(Method::Get, ROUTE)
}

/// Whether a request is that question, whoever asks it.
pub(super) fn is(request: &Request) -> bool {
    let path = request.target().split('?').next().unwrap_or_default();
    matches!(path, ROUTE | "/v1/auth/time")
}

/// What the server answers, and the `Date` of its answer.
pub(super) struct Answer {
    seconds: i64,
    date: Option<i64>,
}

/// The answer.
pub(super) fn read(request: &Request, reply: &Reply) -> Result<Answer, Error> {
    if !reply.is_success() {
        return Err(Error::refused(request, reply));
    }
    let text = String::from_utf8_lossy(reply.body());
    let seconds = text.trim().parse::<i64>().map_err(|source| {
        Error::builder(
            ErrorKind::Decode,
            "the answer is not a number of seconds, so this is hardly OVHcloud's API",
        )
        .request(request)
        .reply(reply)
        .source(source)
        .build()
    })?;
    Ok(Answer {
        seconds,
        date: reply.header("Date").and_then(http_date),
    })
}

/// Whether a refusal comes from a clock that is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClockSkew {
    No,
    Maybe,
    Certain,
}

/// Judges a refusal by its code and cause.
///
/// Reported by users: `INVALID_SIGNATURE` and `INVALID_KEY` are also the answer to a wrong time,
/// among other mistakes. The server has done nothing in all of these cases.
pub(super) fn may_be_clock_skew(error: &Error) -> ClockSkew {
    match (error.cause(), error.code()) {
        (Some(RefusalCause::StaleTimestamp), _) => ClockSkew::Certain,
        (_, Some("INVALID_SIGNATURE" | "INVALID_KEY")) => ClockSkew::Maybe,
        _ => ClockSkew::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(date: &str, age: bool) -> Reply {
        let mut headers = vec![("Date".to_owned(), date.to_owned())];
        if age {
            headers.push(("Age".to_owned(), "1".to_owned()));
        }
        Reply::new(200, headers, Vec::new())
    }

    /// A clock that stands still in 2016.
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
    async fn no_answer_is_beyond_measure() {
        let time = ServerTime::default();
        let answer = |seconds: i64| {
            move || async move {
                Ok(Answer {
                    seconds,
                    date: Some(seconds),
                })
            }
        };
        let used = time.get(&Still, answer(i64::MIN)).await;
        let used = used.expect("a measurement");
        assert_eq!(used.now(&Still), 0);
        assert!(time.has_moved(used, &Still, answer(i64::MAX)).await);
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        time.observe(&reply(date, false), Duration::MAX, Duration::MAX);
        time.observe(&reply(date, false), Duration::ZERO, Duration::ZERO);
        let used = time.get(&Still, answer(0)).await.expect("a measurement");
        assert!(used.now(&Still) > 0);
    }

    #[tokio::test]
    async fn a_date_corrects_only_what_no_moment_between_question_and_answer_explains() {
        // 1994-11-06T08:49:37Z
        const SERVER: u64 = 784_111_777;
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        let at = Duration::from_secs;
        for (dated, age, sent, received, expected) in [
            // It fits, within the tolerance.
            (true, false, SERVER, SERVER, 0),
            (true, false, SERVER - 2, SERVER - 2, 0),
            (true, false, SERVER - 100, SERVER + 1, 0),
            // It is off, and is moved as little as will do.
            (true, false, SERVER - 3600, SERVER - 3600, 3600),
            (true, false, SERVER + 100, SERVER + 160, -100),
            (true, false, SERVER - 160, SERVER - 100, 100),
            // Not a date to go by.
            (false, false, SERVER - 3600, SERVER - 3600, 0),
            (true, true, SERVER - 3600, SERVER - 3600, 0),
            (true, false, SERVER + 9000, SERVER + 3600, 0),
        ] {
            let time = ServerTime::default();
            let measured = Measured {
                difference: 0,
                dated,
                serial: 1,
            };
            let set = time.flight.get(|_| true, || async { Ok(measured) }).await;
            assert!(set.is_ok());
            time.observe(&reply(date, age), at(sent), at(received));
            let got = time.flight.peek().expect("a measurement").difference;
            assert_eq!(got, expected, "{sent} {received}");
        }
    }
}
