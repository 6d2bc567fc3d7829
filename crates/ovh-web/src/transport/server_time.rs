//! The difference between the server's clock and ours.
//!
//! A signature carries a timestamp of the server's clock. The difference is asked for once for
//! the life of a client, by the first call that needs it, while all others wait for its answer; a
//! failure is not kept. Correcting it while the program runs belongs here too, later.

use std::future::Future;

use ovh_runtime::{Error, ErrorKind, Method, Reply, Request};
use tokio::sync::OnceCell;

use crate::Clock;

/// Fact [C]: asked for under the unmapped base, answers with a bare whole number of seconds.
const ROUTE: &str = "/auth/time";

#[derive(Debug, Default)]
pub(super) struct ServerTime {
    /// The server's seconds minus ours.
    difference: OnceCell<i64>,
}

impl ServerTime {
    /// Now, in whole seconds of the server's clock.
    pub(super) async fn now<F>(
        &self,
        clock: &dyn Clock,
        fetch: impl FnOnce() -> F,
    ) -> Result<u64, Error>
    where
        F: Future<Output = Result<i64, Error>>,
    {
        let difference = self
            .difference
            .get_or_try_init(|| async {
                let server = fetch().await?;
                Ok::<_, Error>(server.saturating_sub(seconds(clock)))
            })
            .await?;
        Ok(u64::try_from(seconds(clock).saturating_add(*difference)).unwrap_or(0))
    }
}

/// Our own seconds, cut off as OVH's Python client does.
fn seconds(clock: &dyn Clock) -> i64 {
    i64::try_from(clock.unix_time().as_secs()).unwrap_or(i64::MAX)
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

/// The answer.
pub(super) fn read(request: &Request, reply: &Reply) -> Result<i64, Error> {
    if !reply.is_success() {
        return Err(Error::refused(request, reply));
    }
    let text = String::from_utf8_lossy(reply.body());
    text.trim().parse::<i64>().map_err(|source| {
        Error::builder(
            ErrorKind::Decode,
            "the answer is not a number of seconds, so this is hardly OVHcloud's API",
        )
        .request(request)
        .reply(reply)
        .source(source)
        .build()
    })
}
