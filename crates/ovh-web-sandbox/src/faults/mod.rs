//! Faults on request: what a caller asks for. Which of them a call meets is in `armed`, what
//! they do to a reply in `plan`.
//!
//! A [`Fault`] says where it strikes and what it does. Every part can be written from Rust, and
//! in JSON with the same names in camelCase: `{"operation": "databases::create", "status": 503,
//! "times": 2}`.

mod armed;
mod cache;
mod plan;

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use armed::Faults;
pub(crate) use armed::Struck;
use armed::{CacheKey, Cached};
pub(crate) use plan::Plan;

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
}

/// The form of a refusal's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ErrorShape {
    /// `errorCode`, `httpCode`, `message`: what authentication answers with.
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

    /// Pages come from a cache: a page that was read while this fault is set is answered again
    /// as it was, writes or not, unless the request says `Pragma: no-cache`.
    pub fn stale_cache(mut self) -> Self {
        self.stale_cache = true;
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

    /// Whether it makes sense: a known operation, a status that HTTP has, something to do.
    pub(crate) fn check(&self) -> Result<(), BadFault> {
        if let Some(operation) = &self.operation {
            let known = ovh_web_client::operations::ALL
                .iter()
                .any(|row| row.id() == operation);
            if !known && operation != crate::auth::oauth2::OPERATION {
                return Err(BadFault(format!("there is no operation {operation:?}")));
            }
        }
        if let Some(status) = self.status {
            if !(200..=599).contains(&status) {
                return Err(BadFault(format!("{status} is no status of a reply")));
            }
        }
        if self.call == Some(0) {
            return Err(BadFault("calls are counted from 1".into()));
        }
        if let Some(pointer) = &self.wrong_type {
            if !pointer.is_empty() && !pointer.starts_with('/') {
                return Err(BadFault(format!(
                    "{pointer:?} is no JSON pointer, which begins with /"
                )));
            }
        }
        let idle = Self {
            operation: self.operation.clone(),
            method: self.method.clone(),
            route: self.route.clone(),
            call: self.call,
            times: self.times,
            shape: self.shape,
            class: self.class.clone(),
            error_code: self.error_code.clone(),
            message: self.message.clone(),
            after_effect: self.after_effect,
            ..Self::default()
        };
        if *self == idle {
            return Err(BadFault(
                "the fault does nothing: give it a status, delay, reset, truncate, wrongType, \
                 clockSkew, staleCache, rateLimit or retryAfter"
                    .into(),
            ));
        }
        Ok(())
    }

    /// Reads one fault, or a list of them.
    pub(crate) fn list_from_json(text: &[u8]) -> Result<Vec<Self>, BadFault> {
        let read = |value| -> Result<Self, BadFault> {
            let fault: Self =
                serde_json::from_value(value).map_err(|error| BadFault(error.to_string()))?;
            fault.check()?;
            Ok(fault)
        };
        match serde_json::from_slice(text).map_err(|error| BadFault(error.to_string()))? {
            serde_json::Value::Array(all) => all.into_iter().map(read).collect(),
            one => Ok(vec![read(one)?]),
        }
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

/// A fault that cannot be: an unknown operation, a field that does not exist.
#[derive(Debug)]
pub struct BadFault(pub(crate) String);

impl fmt::Display for BadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a fault: {}", self.0)
    }
}

impl std::error::Error for BadFault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_reads_the_same_in_json() {
        let fault = Fault::on("databases::create")
            .status(503)
            .times(2)
            .retry_after(7);
        let text = r#"{"operation":"databases::create","times":2,"status":503,"retryAfter":{"seconds":7}}"#;
        assert_eq!(serde_json::to_string(&fault).expect("JSON"), text);
        let read = Fault::list_from_json(text.as_bytes()).expect("a fault");
        assert_eq!(read, [fault]);
    }

    #[test]
    fn mistakes_are_named() {
        for (text, words) in [
            (
                r#"{"operation":"databases::make","status":500}"#,
                "no operation",
            ),
            (r#"{"status":500,"tims":2}"#, "tims"),
            (r#"{"status":99}"#, "99"),
            (r#"{"times":2}"#, "does nothing"),
            (r#"{"wrongType":"id"}"#, "JSON pointer"),
            (r#"{"status":500,"call":0}"#, "from 1"),
            ("[", "EOF"),
        ] {
            let error = Fault::list_from_json(text.as_bytes()).expect_err(text);
            assert!(error.to_string().contains(words), "{text}: {error}");
        }
    }
}
