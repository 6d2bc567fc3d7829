//! Faults on request: what a caller asks for. Whether it makes sense is in `check`, which
//! of them a call meets in `armed`, what they do to a reply in `plan`.
//!
//! A [`Fault`] says where it strikes and what it does. Every part can be written from Rust, and
//! in JSON with the same names in camelCase: `{"operation": "databases::create", "status": 503,
//! "times": 2}`.

mod armed;
mod check;
mod plan;

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(crate) use armed::FaultTarget;
pub use armed::Faults;
pub use check::BadFault;
pub(crate) use plan::Plan;

use crate::reply::RefusalShape;
use crate::wire::Slow;

/// A fault: where it strikes, and what it does there.
///
/// ```
/// use ovh_web_sandbox::Fault;
///
/// let busy = Fault::on("databases::create").status(503).times(2);
/// let slow = Fault::on_route("GET", "/hosting/web/*").delay(std::time::Duration::from_millis(50));
/// let lost = Fault::on("users::create").reset_after();
/// # let _ = (busy, slow, lost);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[must_use = "a fault strikes only once it was given to a sandbox"]
pub struct Fault {
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shape: Option<ErrorShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    after_effect: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<RetryAfter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slow: Option<Pieces>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reset: Option<Reset>,
    #[serde(skip_serializing_if = "Option::is_none")]
    truncate: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wrong_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_skew: Option<i64>,
    #[serde(skip_serializing_if = "is_false")]
    stale_cache: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate_limit: Option<RateLimit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusals: Option<RefusalShape>,
}

/// The form of a refusal's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ErrorShape {
    /// `errorCode`, `httpCode`, `message`.
    Old,
    /// `class`, `message`.
    New,
    /// A page of HTML, as load balancers answer.
    Html,
    /// Nothing at all.
    Empty,
}

/// What a `Retry-After` header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum RetryAfter {
    /// A number of seconds.
    Seconds(u64),
    /// The HTTP date so many seconds from now, on the server's clock.
    Date(u64),
}

/// When a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Reset {
    Before,
    After,
}

/// A body in pieces, with pauses between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Pieces {
    bytes: usize,
    pause_ms: u64,
}

impl From<Pieces> for Slow {
    fn from(pieces: Pieces) -> Self {
        Self {
            bytes: pieces.bytes,
            pause: Duration::from_millis(pieces.pause_ms),
        }
    }
}

/// So many calls in so much time; more are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RateLimit {
    calls: u64,
    window_seconds: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Fault {
    /// Strikes every call of one operation: `databases::create`.
    pub fn on(operation: impl Into<String>) -> Self {
        Self {
            operation: Some(operation.into()),
            ..Self::default()
        }
    }

    /// Strikes every call of this method (`*` for any) whose path below the version prefix fits
    /// the pattern, in which `*` stands for any run of characters: `/hosting/web/*/database`.
    pub fn on_route(method: impl Into<String>, pattern: impl Into<String>) -> Self {
        Self {
            method: Some(method.into()),
            route: Some(pattern.into()),
            ..Self::default()
        }
    }

    /// Strikes the `number`th call, from 1, that comes after the fault was set.
    pub fn on_call(number: u64) -> Self {
        Self::everywhere().call(number)
    }

    /// Strikes every call.
    pub fn everywhere() -> Self {
        Self::default()
    }

    /// Strikes only the `number`th of the calls that would be struck, from 1.
    pub fn call(mut self, number: u64) -> Self {
        self.call = Some(number);
        self
    }

    /// Strikes so many times and then no more.
    pub fn times(mut self, number: u64) -> Self {
        self.times = Some(number);
        self
    }

    /// Answers with this status instead of doing what was asked.
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// In which form the refusal comes; [`ErrorShape::New`] without this.
    pub fn shape(mut self, shape: ErrorShape) -> Self {
        self.shape = Some(shape);
        self
    }

    /// Answers with this status and a page of HTML, as a load balancer does.
    pub fn html(self, status: u16) -> Self {
        self.status(status).shape(ErrorShape::Html)
    }

    /// The class of a refusal in the new shape: `Server::InternalServerError`.
    pub fn class(mut self, class: impl Into<String>) -> Self {
        self.class = Some(class.into());
        self
    }

    /// The code of a refusal in the old shape, which this also chooses: `QUERY_TIME_OUT`.
    pub fn error_code(mut self, code: impl Into<String>) -> Self {
        self.error_code = Some(code.into());
        self.shape(ErrorShape::Old)
    }

    /// The words of the refusal.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Does what was asked before it answers with the fault's status: the write has happened,
    /// though the caller is told that it failed.
    pub fn after_effect(mut self) -> Self {
        self.after_effect = true;
        self
    }

    /// Sends `Retry-After` with a number of seconds.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(RetryAfter::Seconds(seconds));
        self
    }

    /// Sends `Retry-After` with the HTTP date that is so many seconds away, on the server's clock.
    pub fn retry_after_date(mut self, seconds: u64) -> Self {
        self.retry_after = Some(RetryAfter::Date(seconds));
        self
    }

    /// Waits before it answers, in real time: a client waits in real time too. The effect comes
    /// before the wait.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay_ms = Some(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX));
        self
    }

    /// Sends the body in pieces of so many bytes, with a pause in real time between them.
    pub fn slow(mut self, bytes: usize, pause: Duration) -> Self {
        let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        self.slow = Some(Pieces { bytes, pause_ms });
        self
    }

    /// Cuts the connection without a reply and without doing anything.
    pub fn reset_before(mut self) -> Self {
        self.reset = Some(Reset::Before);
        self
    }

    /// Does what was asked, and cuts the connection without a reply.
    pub fn reset_after(mut self) -> Self {
        self.reset = Some(Reset::After);
        self
    }

    /// Sends so many bytes of the body, of which the head announces all, and cuts the connection.
    pub fn truncate(mut self, bytes: usize) -> Self {
        self.truncate = Some(bytes);
        self
    }

    /// Puts a value of another type at this JSON pointer of a reply: `/status`, `/0/id` for the
    /// first item of a list, the empty text for the whole.
    pub fn wrong_type(mut self, pointer: impl Into<String>) -> Self {
        self.wrong_type = Some(pointer.into());
        self
    }

    /// For these calls the server's time is off by so many seconds: `/auth/time`, the `Date`
    /// header and the timestamp window.
    pub fn clock_skew(mut self, seconds: i64) -> Self {
        self.clock_skew = Some(seconds);
        self
    }

    /// Pages come from a cache: whatever was written since this fault was set, they show what
    /// there was then, whether they were read before or not. A request that says
    /// `Pragma: no-cache` has its list read anew, and that is what the cache holds from then on.
    pub fn stale_cache(mut self) -> Self {
        self.stale_cache = true;
        self
    }

    /// Refuses credentials in this shape, where these calls are refused.
    pub fn refusals(mut self, shape: RefusalShape) -> Self {
        self.refusals = Some(shape);
        self
    }

    /// Lets so many calls through in a window and answers 429 to the others. The window is
    /// counted on the sandbox's clock, so that advancing it opens the next one.
    pub fn rate_limit(mut self, calls: u64, window: Duration) -> Self {
        self.rate_limit = Some(RateLimit {
            calls,
            window_seconds: window.as_secs().max(1),
        });
        self
    }
}

/// In one line, for logs and the page.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = self.method.as_deref().unwrap_or("*");
        match (&self.operation, &self.route) {
            (Some(operation), _) => write!(f, "{operation}:")?,
            (None, Some(route)) => write!(f, "{method} {route}:")?,
            (None, None) => write!(f, "every call:")?,
        }
        let value = serde_json::to_value(self).unwrap_or_default();
        for (name, value) in value.as_object().into_iter().flatten() {
            if !["operation", "method", "route"].contains(&name.as_str()) {
                write!(f, " {name}={value}")?;
            }
        }
        Ok(())
    }
}
