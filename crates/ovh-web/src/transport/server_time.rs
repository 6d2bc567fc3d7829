//! The offset between the server's clock and the local one.
//!
//! A signature contains a timestamp of the server's clock. The local clock is trusted until a
//! response's `Date` or a refusal contradicts it; then one request asks the server for its time. If
//! the time is not available after a refusal, the refusal's own `Date` is tried.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ovh_runtime::{Error, ErrorKind, Method, RefusalCause, Request, Response};

use crate::Clock;
use crate::clock::within_io;
use crate::single_flight::SingleFlight;

#[cfg(test)]
mod tests;

/// Documented: relative to the base URL, it returns a bare number of seconds.
const ROUTE: &str = "/auth/time";

/// Smaller differences are ignored: `Date` and the time route both truncate to seconds.
const TOLERANCE: u64 = 2;

/// Time for which the server is not asked again after it showed that the offset is right, after a
/// `Date` that disagrees with the offset, or after it did not respond in time.
const QUIET: Duration = Duration::from_secs(60);

/// Time for which a refused call does not ask after the request failed: calls that are refused at
/// the same time share one request.
const QUIET_AFTER_FAILURE: Duration = Duration::from_secs(2);

/// The longest wait for the time if the call can be signed without it.
const BRIEF: Duration = Duration::from_secs(2);

/// The policy for requests of the server's time: see [`ClientBuilder::clock_sync`].
///
/// [`ClientBuilder::clock_sync`]: crate::ClientBuilder::clock_sync
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClockSync {
    /// Asks after a response whose `Date` is off by more than two seconds, and after a refused
    /// signature. A first call is one request while the local clock is right. After a refusal a
    /// failed request for the time is repeated once; then the `Date` of the refusal is used.
    #[default]
    Lazy,
    /// Asks before the first signed call too, as OVHcloud's own clients do. Without an answer the
    /// call fails.
    Eager,
}

/// The offset that calls use.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Measured {
    /// The server's seconds minus the local ones.
    difference: i64,
    /// `true` if the difference comes from a `Date`.
    by_date: bool,
    dates: Dates,
    /// The number of changes so far; 0 if the server was never asked.
    serial: u64,
}

impl Measured {
    /// Returns the server's time in seconds.
    pub(super) fn now(self, clock: &dyn Clock) -> u64 {
        u64::try_from(seconds(clock.unix_time()).saturating_add(self.difference)).unwrap_or(0)
    }
}

/// Whether the `Date` of responses can be trusted: a proxy may replace it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Dates {
    #[default]
    Unproven,
    /// One has agreed with the time route, or with an accepted signature.
    Reliable,
    /// One has moved the offset, and the time route moved it back.
    Misleading,
}

/// The request for the server's time in seconds; it is sent only if it is awaited.
pub(super) trait Fetch: Future<Output = Result<i64, Error>> {}

impl<F: Future<Output = Result<i64, Error>>> Fetch for F {}

/// The least and the most difference that a `Date` allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DateRange {
    least: i64,
    most: i64,
}

impl DateRange {
    /// Returns the difference in the range that changes the offset least.
    fn nearest(self, difference: i64) -> i64 {
        difference.clamp(self.least, self.most)
    }

    fn agrees(self, difference: i64) -> bool {
        difference.abs_diff(self.nearest(difference)) <= TOLERANCE
    }
}

/// The last requests to the server, with monotonic times.
#[derive(Debug, Default)]
struct Asked {
    last: Option<Duration>,
    /// A refused call does not ask before this time, unless the local clock jumps.
    quiet_until: Duration,
    /// The local seconds minus the monotonic ones when that was set.
    quiet_drift: i64,
    /// The last request got the server's time.
    is_answered: bool,
    /// A `Date` that disagrees with the offset: the next signed call asks first.
    suspected: Option<DateRange>,
}

/// A refusal of an attempt that was signed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refusal {
    pub(super) skew: ClockSkew,
    pub(super) used: Measured,
    /// From the refusal's own `Date`.
    pub(super) date: Option<DateRange>,
}

#[derive(Debug)]
pub(super) struct ServerTime {
    flight: SingleFlight<Measured>,
    asked: Mutex<Asked>,
}

impl Default for ServerTime {
    fn default() -> Self {
        Self {
            flight: SingleFlight::with_value(Measured::default()),
            asked: Mutex::default(),
        }
    }
}

impl ServerTime {
    /// Returns the offset for a signature.
    ///
    /// It asks the server if the offset is in doubt, and if `must_know` is set and the server was
    /// never asked. A doubt is only from a `Date`, so the request takes a small part of the time
    /// that is `left`. `trial` is the offset from [`resync`](Self::resync).
    ///
    /// # Errors
    /// If `must_know` is set and the server does not return its time.
    pub(super) async fn get(
        &self,
        must_know: bool,
        trial: Option<Measured>,
        left: Duration,
        clock: &dyn Clock,
        fetch: impl Fetch,
    ) -> Result<Measured, Arc<Error>> {
        let known = self.known();
        if let Some(trial) = trial.filter(|trial| trial.serial > known.serial) {
            return Ok(trial);
        }
        if must_know && known.serial == 0 {
            return self.measure(clock, |new| new.serial > 0, fetch).await;
        }
        let is_suspect = || self.asked().suspected.is_some();
        if is_suspect() {
            // Those that waited for a request which took too long do not send another one.
            let usable = |new: &Measured| new.serial > known.serial || !is_suspect();
            let measured = self.measure(clock, usable, fetch);
            match within_io(clock, brief(left), measured).await {
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    tracing::debug!(%error, "the server's time could not be measured");
                }
                None => tracing::debug!("the server's time did not arrive soon"),
            }
        }
        Ok(self.known())
    }

    fn known(&self) -> Measured {
        self.flight.peek().unwrap_or_default()
    }

    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the offset to sign a refused call again with, or `None` if that does not help.
    ///
    /// Asks the server for its time, if that may explain the refusal. If the time is not available,
    /// the refusal's own `Date` is tried: the server did not process the call. That offset is kept
    /// only if the signature is [accepted](Self::accepted). A refused timestamp is worth another
    /// attempt even if the offset is right: the call may have waited too long.
    pub(super) async fn resync(
        &self,
        refusal: Refusal,
        left: Duration,
        clock: &dyn Clock,
        fetch: impl Fetch,
    ) -> Option<Measured> {
        let Refusal { skew, used, date } = refusal;
        let moved = |new: &Measured| new.difference.abs_diff(used.difference) > TOLERANCE;
        if skew == ClockSkew::No {
            return None;
        }
        let known = self.known();
        if moved(&known) {
            return Some(known);
        }
        let by_date = date
            .filter(|date| known.dates != Dates::Misleading && !date.agrees(known.difference))
            .map(|date| Measured {
                difference: date.nearest(known.difference),
                by_date: true,
                serial: known.serial + 1,
                ..known
            });
        let same = (skew == ClockSkew::Certain).then_some(known);
        let (is_quiet, is_answered) = {
            let asked = self.asked();
            let has_jumped = drift(clock).abs_diff(asked.quiet_drift) > TOLERANCE;
            let is_quiet = clock.monotonic() < asked.quiet_until && !has_jumped;
            (is_quiet, asked.is_answered)
        };
        if is_quiet {
            return by_date.filter(|_| !is_answered).or(same);
        }
        let limit = match by_date {
            Some(_) => brief(left),
            None => left,
        };
        let newer = |new: &Measured| new.serial > used.serial;
        let new = within_io(clock, limit, self.measure(clock, newer, fetch)).await;
        let (result, quiet) = match new {
            Some(Ok(new)) if moved(&new) => return Some(new),
            Some(Ok(_)) => (same, QUIET),
            Some(Err(error)) if error.kind() != ErrorKind::Timeout => {
                (by_date.or(same), QUIET_AFTER_FAILURE)
            }
            // Each refused call would wait for a server that does not respond.
            Some(Err(_)) => (by_date.or(same), QUIET),
            // Only a request with a `Date` to fall back on leaves time for another attempt.
            None => (by_date, QUIET),
        };
        // Not recorded if the caller drops the call, which says nothing about the server.
        let mut asked = self.asked();
        asked.quiet_until = clock.monotonic().saturating_add(quiet);
        asked.quiet_drift = drift(clock);
        result
    }

    /// Keeps the offset of an accepted signature, if it came from a `Date`.
    pub(super) fn accepted(&self, used: Measured) {
        let is_new = |last: &Measured| (used.serial > last.serial).then_some(used);
        if self.flight.replace(is_new).is_some() {
            tracing::debug!(difference = used.difference, "server clock set by a date");
        }
    }

    async fn measure(
        &self,
        clock: &dyn Clock,
        usable: impl Fn(&Measured) -> bool,
        fetch: impl Fetch,
    ) -> Result<Measured, Arc<Error>> {
        let measured = async {
            let (known, suspected) = (self.known(), self.asked().suspected);
            // A request that is dropped counts too: one that hangs would hold up every call.
            let mut asked = Asking {
                time: self,
                clock,
                is_answered: false,
            };
            let result = fetch.await;
            asked.is_answered = result.is_ok();
            drop(asked);
            let difference = result?.saturating_sub(seconds(clock.unix_time()));
            let is_off = difference.abs_diff(known.difference) > TOLERANCE;
            let dates = match known.dates {
                Dates::Misleading => Dates::Misleading,
                _ if known.by_date && is_off => Dates::Misleading,
                _ if suspected.is_some_and(|date| date.agrees(difference)) => Dates::Reliable,
                _ => Dates::Unproven,
            };
            Ok(Measured {
                difference,
                by_date: false,
                dates,
                serial: self.known().serial + 1,
            })
        };
        self.flight.get(usable, measured).await
    }

    /// Compares the offset with the `Date` of a response.
    ///
    /// Returns the range of the difference by `Date`.
    ///
    /// If `Date` is known to be reliable the offset is corrected, else it is in doubt. A `Date` that
    /// agrees with what the time route said shows that it is reliable. The request
    /// was sent at `sent` and the response complete at `received`, by the local clock. The server
    /// wrote `Date` in between, so the offset is wrong only if no moment in between explains it; it is then
    /// changed by the smallest amount.
    pub(super) fn observe(
        &self,
        clock: &dyn Clock,
        response: &Response,
        sent: Duration,
        received: Duration,
    ) -> Option<DateRange> {
        // A cached response has an old date.
        if response.header("Age").is_some() {
            return None;
        }
        let date = response.date()?;
        let range = DateRange {
            least: date.saturating_sub(seconds(received)),
            most: date.saturating_sub(seconds(sent)),
        };
        if range.least > range.most {
            // The local clock was set back meanwhile: no measurement.
            return None;
        }
        let better = |last: &Measured| {
            (!range.agrees(last.difference)).then(|| Measured {
                difference: range.nearest(last.difference),
                by_date: true,
                serial: last.serial + 1,
                ..*last
            })
        };
        let change = |last: &Measured| match (better(last), last.dates) {
            (new, Dates::Reliable) => new,
            (None, Dates::Unproven) if last.serial > 0 => Some(Measured {
                dates: Dates::Reliable,
                ..*last
            }),
            _ => None,
        };
        let changed = self.flight.replace(change);
        if let Some(new) = changed.filter(|new| new.by_date) {
            tracing::debug!(difference = new.difference, "server clock corrected");
        } else if better(&self.known()).is_some() {
            let mut asked = self.asked();
            if !is_recent(asked.last, clock) {
                asked.suspected = Some(range);
            }
        }
        Some(range)
    }
}

/// A request for the server's time; recorded when it ends, also if it is dropped.
struct Asking<'a> {
    time: &'a ServerTime,
    clock: &'a dyn Clock,
    is_answered: bool,
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        let mut asked = self.time.asked();
        asked.last = Some(self.clock.monotonic());
        asked.is_answered = self.is_answered;
        asked.suspected = None;
    }
}

/// Returns the limit of an optional request; most of the time is left for the call.
fn brief(left: Duration) -> Duration {
    BRIEF.min(left / 4)
}

/// Returns `true` if `time` was less than [`QUIET`] ago.
fn is_recent(time: Option<Duration>, clock: &dyn Clock) -> bool {
    time.is_some_and(|time| clock.monotonic().saturating_sub(time) < QUIET)
}

/// The local seconds minus the monotonic ones, which changes if the clock is set.
fn drift(clock: &dyn Clock) -> i64 {
    seconds(clock.unix_time()).saturating_sub(seconds(clock.monotonic()))
}

/// The local time in seconds, truncated as in OVH's Python client.
fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

/// The request for the server's time.
pub(super) fn request() -> Result<Request, Error> {
    Request::to(Method::GET, ROUTE)
}

/// Returns `true` if a request is for the server's time.
pub(super) fn is(request: &Request) -> bool {
    let path = request.target().split('?').next().unwrap_or_default();
    matches!(path, ROUTE | "/v1/auth/time")
}

/// Returns `true` if the request may succeed when it is sent again at once.
///
/// A server that does not respond in time is not asked again: the call waits.
pub(super) fn may_repeat(error: &Error) -> bool {
    let must_wait = error.retry_after().is_some_and(|pause| !pause.is_zero());
    error.is_transient() && error.kind() != ErrorKind::Timeout && !must_wait
}

/// Parses the response.
pub(super) fn read(request: &Request, response: &Response) -> Result<i64, Error> {
    if !response.is_success() {
        return Err(Error::refused(request, response));
    }
    let text = String::from_utf8_lossy(response.body());
    text.trim().parse::<i64>().map_err(|source| {
        let message = "expected a number of seconds: the server may not be OVHcloud's API";
        Error::builder(ErrorKind::Decode, message)
            .request(request)
            .response(response)
            .source(source)
            .build()
    })
}

/// The likelihood that a refusal is caused by clock skew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClockSkew {
    No,
    Maybe,
    Certain,
}

/// Classifies a refusal by its code and cause.
///
/// Reported by users: `INVALID_SIGNATURE` and `INVALID_KEY` are also returned for a wrong time,
/// among other mistakes. In all of these cases the server did not process the request.
pub(super) fn may_be_clock_skew(error: &Error) -> ClockSkew {
    match (error.cause(), error.code()) {
        (Some(RefusalCause::StaleTimestamp), _) => ClockSkew::Certain,
        (_, Some("INVALID_SIGNATURE" | "INVALID_KEY")) => ClockSkew::Maybe,
        _ => ClockSkew::No,
    }
}
