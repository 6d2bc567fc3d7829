//! The offset between the server's clock and the local one.
//!
//! A signature contains a timestamp of the server's clock. The local clock is trusted until a
//! response's `Date` or a refusal contradicts it; then one request asks the server for its time.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ovh_runtime::{Error, ErrorKind, Method, RefusalCause, Request, Response};

use crate::Clock;
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

/// The policy for requests of the server's time: see [`ClientBuilder::clock_sync`].
///
/// [`ClientBuilder::clock_sync`]: crate::ClientBuilder::clock_sync
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClockSync {
    /// Asks after a response whose `Date` is off by more than two seconds, and after a refused
    /// signature. A first call is one request while the local clock is right.
    #[default]
    Lazy,
    /// Asks before the first signed call too, as OVHcloud's own clients do.
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
    /// One has agreed with the time route.
    Reliable,
    /// One has moved the offset, and the time route moved it back.
    Misleading,
}

/// The request for the server's time in seconds; it is sent only if it is awaited.
pub(super) trait Fetch: Future<Output = Result<i64, Error>> {}

impl<F: Future<Output = Result<i64, Error>>> Fetch for F {}

/// Monotonic times of the last requests to the server.
#[derive(Debug, Default)]
struct Asked {
    last: Option<Duration>,
    /// The last request after a refusal that did not change the offset, or got no response.
    unchanged: Option<Duration>,
    /// The least and the most difference by a `Date` that disagrees with the offset: the next
    /// signed call asks first.
    suspected: Option<(i64, i64)>,
}

#[derive(Debug, Default)]
pub(super) struct ServerTime {
    flight: SingleFlight<Measured>,
    asked: Mutex<Asked>,
}

impl ServerTime {
    /// Returns the offset for a signature.
    ///
    /// It asks the server if the offset is in doubt, and if `must_know` is set and the server was
    /// never asked.
    ///
    /// # Errors
    /// If `must_know` is set and the server does not return its time.
    pub(super) async fn get(
        &self,
        must_know: bool,
        clock: &dyn Clock,
        fetch: impl Fetch,
    ) -> Result<Measured, Arc<Error>> {
        let known = self.known();
        if must_know && known.serial == 0 {
            return self.measure(clock, |_| true, fetch).await;
        }
        let is_suspect = self.asked().suspected.is_some();
        if is_suspect {
            let newer = |new: &Measured| new.serial > known.serial;
            if let Err(error) = self.measure(clock, newer, fetch).await {
                tracing::debug!(%error, "the server's time could not be measured");
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

    /// Returns `true` if a refused call should be signed again.
    ///
    /// Asks the server for its time, if that may explain the refusal. A refused timestamp is worth
    /// another attempt even if the offset is right: the call may have waited too long.
    pub(super) async fn resync(
        &self,
        skew: ClockSkew,
        used: Measured,
        clock: &dyn Clock,
        fetch: impl Fetch,
    ) -> bool {
        let moved = |new: &Measured| new.difference.abs_diff(used.difference) > TOLERANCE;
        if skew == ClockSkew::No {
            return false;
        }
        if moved(&self.known()) {
            return true;
        }
        let is_certain = skew == ClockSkew::Certain;
        if is_recent(self.asked().unchanged, clock) {
            return is_certain;
        }
        let newer = |new: &Measured| new.serial > used.serial;
        let new = self.measure(clock, newer, fetch).await;
        let has_moved = new.as_ref().is_ok_and(moved);
        let has_failed = matches!(new, Err(error) if error.kind() != ErrorKind::Timeout);
        if !(has_moved || is_certain && has_failed) {
            self.keep_quiet(clock);
        }
        has_moved || is_certain
    }

    /// Records a request after a refusal that did not help. Each refused call would wait for a
    /// server that does not respond.
    ///
    /// Not called if the caller drops the call, which says nothing about the server.
    pub(super) fn keep_quiet(&self, clock: &dyn Clock) {
        self.asked().unchanged = Some(clock.monotonic());
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
            let asked = Asking(self, clock);
            let result = fetch.await;
            drop(asked);
            let difference = result?.saturating_sub(seconds(clock.unix_time()));
            let agrees = |(least, most): (i64, i64)| {
                difference.abs_diff(difference.clamp(least, most)) <= TOLERANCE
            };
            let is_off = difference.abs_diff(known.difference) > TOLERANCE;
            let dates = match known.dates {
                Dates::Misleading => Dates::Misleading,
                _ if known.by_date && is_off => Dates::Misleading,
                _ if suspected.is_some_and(agrees) => Dates::Reliable,
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
    ) {
        // A cached response has an old date.
        if response.header("Age").is_some() {
            return;
        }
        let Some(date) = response.date() else {
            return;
        };
        let (least, most) = (
            date.saturating_sub(seconds(received)),
            date.saturating_sub(seconds(sent)),
        );
        if least > most {
            // The local clock was set back meanwhile: no measurement.
            return;
        }
        let better = |last: &Measured| {
            let difference = last.difference.clamp(least, most);
            let is_off = difference.abs_diff(last.difference) > TOLERANCE;
            is_off.then_some(Measured {
                difference,
                by_date: true,
                serial: last.serial + 1,
                ..*last
            })
        };
        let change = |last: &Measured| match (better(last), last.dates) {
            (new, Dates::Reliable) => new,
            (None, Dates::Unproven) => Some(Measured {
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
                asked.suspected = Some((least, most));
            }
        }
    }
}

/// A request for the server's time; recorded when it ends, also if it is dropped.
struct Asking<'a>(&'a ServerTime, &'a dyn Clock);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        let mut asked = self.0.asked();
        asked.last = Some(self.1.monotonic());
        asked.suspected = None;
    }
}

/// Returns `true` if `time` was less than [`QUIET`] ago.
fn is_recent(time: Option<Duration>, clock: &dyn Clock) -> bool {
    time.is_some_and(|time| clock.monotonic().saturating_sub(time) < QUIET)
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
