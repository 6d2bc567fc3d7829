//! A fault: the calls that it applies to, and its effect.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::http::Pieces;
use crate::macros::setters;
use crate::response::RefusalShape;

/// Defines a struct whose fields are optional, and left out of its JSON if they are not set.
macro_rules! optional {
    ($(#[$meta:meta])* pub struct $name:ident { $($field:ident: $type:ty,)+ }) => {
        $(#[$meta])*
        pub struct $name {$(
            #[serde(skip_serializing_if = "Option::is_none")]
            pub(super) $field: Option<$type>,
        )+}
    };
}

optional! {
    /// A fault: the calls that it applies to, and its effect.
    ///
    /// In JSON the fields have the names of the methods in camelCase:
    /// `{"operation": "databases::create", "status": 503, "times": 2}`. The exceptions are
    /// `"method"` and `"route"`, `"delayMs"`, `"reset": "before"` or `"after"`, and values with parts, such
    /// as `"retryAfter": {"seconds": 5}` and `"rateLimit": {"calls": 60, "windowSeconds": 60}`.
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
    #[must_use = "a fault has no effect until it is added to a sandbox"]
    pub struct Fault {
        operation: String,
        method: String,
        route: String,
        call: u64,
        from_call: u64,
        times: u64,
        status: u16,
        shape: ErrorShape,
        class: String,
        error_code: String,
        message: String,
        after_effect: bool,
        retry_after: RetryAfter,
        delay_ms: u64,
        slow: Pieces,
        reset: Reset,
        truncate: usize,
        wrong_type: String,
        clock_skew: i64,
        stale_cache: bool,
        rate_limit: RateLimit,
        refusals: RefusalShape,
    }
}

/// The format of an error response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ErrorShape {
    /// `errorCode`, `httpCode`, `message`.
    Old,
    /// `class`, `message`.
    New,
    /// A page of HTML, as from a load balancer.
    Html,
    /// No body.
    Empty,
}

/// The value of a `Retry-After` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum RetryAfter {
    /// A number of seconds.
    Seconds(u64),
    /// An HTTP date, by its seconds from now on the server's clock.
    Date(u64),
}

/// The time when a connection is closed without a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Reset {
    Before,
    After,
}

/// The number of calls in a time window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RateLimit {
    pub(super) calls: u64,
    pub(super) window_seconds: u64,
}

impl Fault {
    /// Applies to the calls of one operation, such as `databases::create`.
    pub fn on(operation: impl Into<String>) -> Self {
        Self {
            operation: Some(operation.into()),
            ..Self::default()
        }
    }

    /// Applies to the calls of a method (`*` for any) and a path, such as `/hosting/web/*/database`.
    ///
    /// The path has no version prefix, and `*` matches any characters.
    pub fn on_route(method: impl Into<String>, pattern: impl Into<String>) -> Self {
        Self {
            method: Some(method.into()),
            route: Some(pattern.into()),
            ..Self::default()
        }
    }

    /// Applies to one call, by its number from 1 since the fault was added.
    pub fn on_call(number: u64) -> Self {
        Self::everywhere().call(number)
    }

    /// Applies to every call.
    pub fn everywhere() -> Self {
        Self::default()
    }

    setters! { this:
        /// Limits the fault to one of the calls that it applies to, by its number from 1.
        call(number: u64) => this.call = Some(number);

        /// Limits the fault to this call and all later ones, by its number from 1.
        ///
        /// For a program that is stopped there: `Fault::everywhere().from_call(7).reset_before()`, or
        /// `reset_after`.
        from_call(number: u64) => this.from_call = Some(number);

        /// Limits how often the fault applies.
        times(number: u64) => this.times = Some(number);

        /// Responds with this status, and does nothing.
        status(status: u16) => this.status = Some(status);

        /// Sets the format of the error. Default: [`ErrorShape::New`].
        shape(shape: ErrorShape) => this.shape = Some(shape);

        /// Sets the class of an error in the new format, such as `Server::InternalServerError`.
        class(class: impl Into<String>) => this.class = Some(class.into());

        /// Sets the message of the error.
        message(message: impl Into<String>) => this.message = Some(message.into());

        /// Carries out the call before it responds with the error.
        ///
        /// The write has happened, but the client gets an error.
        after_effect() => this.after_effect = Some(true);

        /// Sends `Retry-After` with a number of seconds.
        retry_after(seconds: u64) => this.retry_after = Some(RetryAfter::Seconds(seconds));

        /// Sends `Retry-After` with an HTTP date, by its seconds from now on the server's clock.
        retry_after_date(seconds: u64) => this.retry_after = Some(RetryAfter::Date(seconds));

        /// Delays the response in real time. The effect comes before the delay.
        delay(delay: Duration) => this.delay_ms = Some(millis(delay));

        /// Sends the body in pieces of this size, with a pause in real time between them.
        slow(bytes: usize, pause: Duration) =>
            this.slow = Some(Pieces { bytes, pause_ms: millis(pause) });

        /// Closes the connection without a response, and does nothing.
        reset_before() => this.reset = Some(Reset::Before);

        /// Carries out the call, and closes the connection without a response.
        reset_after() => this.reset = Some(Reset::After);

        /// Closes the connection after this many bytes of the body.
        truncate(bytes: usize) => this.truncate = Some(bytes);

        /// Puts a value of another type at a JSON pointer of the response: `/status`, `/0/id`.
        ///
        /// The empty pointer replaces the whole body.
        wrong_type(pointer: impl Into<String>) => this.wrong_type = Some(pointer.into());

        /// Adds an offset in seconds to the server's time: `/auth/time`, `Date`, signatures.
        clock_skew(seconds: i64) => this.clock_skew = Some(seconds);

        /// Answers pages from a copy of the state that was made when the fault was added.
        ///
        /// A request with `Pragma: no-cache` refreshes the copy for its list.
        stale_cache() => this.stale_cache = Some(true);

        /// Sets the format of errors about credentials.
        refusals(shape: RefusalShape) => this.refusals = Some(shape);

        /// Answers 429 to further calls in a time window.
        ///
        /// Windows follow the sandbox's clock: advancing it starts the next one.
        rate_limit(calls: u64, window: Duration) =>
            this.rate_limit = Some(RateLimit { calls, window_seconds: window.as_secs().max(1) });
    }

    /// Responds with this status and a page of HTML, as a load balancer does.
    pub fn html(self, status: u16) -> Self {
        self.status(status).shape(ErrorShape::Html)
    }

    /// Sets the code of an error in the old format, such as `QUERY_TIME_OUT`, and this format.
    pub fn error_code(mut self, code: impl Into<String>) -> Self {
        self.error_code = Some(code.into());
        self.shape(ErrorShape::Old)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// One line, for logs and the page.
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
