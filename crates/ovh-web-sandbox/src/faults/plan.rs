//! What the faults that a call met do to it, taken together.

use std::time::Duration;

use serde_json::{Value, json};

use crate::reply::RefusalShape;
use crate::wire::{Slow, Wire};

use super::{ErrorShape, Fault, Reset, RetryAfter};

/// All that is to go wrong with one call.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) clock_skew: i64,
    /// The fault whose cache answers.
    pub(crate) stale_cache: Option<u64>,
    pub(crate) refusals: Option<RefusalShape>,
    delay: Duration,
    slow: Option<Slow>,
    truncate: Option<usize>,
    instead: Option<Instead>,
    reset: Option<Reset>,
    retry_after: Option<RetryAfter>,
    wrong_type: Option<String>,
    words: Vec<String>,
}

/// A reply that stands in for the real one.
#[derive(Debug)]
pub(crate) struct Instead {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: Vec<u8>,
    pub(crate) message: String,
    after_effect: bool,
}

impl Plan {
    /// Adds a fault. Of two that answer in place of the sandbox the first wins.
    pub(super) fn add(&mut self, id: u64, fault: &Fault, window_left: Option<u64>) {
        self.words.push(format!("fault {id}, {fault}"));
        let delay = Duration::from_millis(fault.delay_ms.unwrap_or(0));
        self.delay = self.delay.saturating_add(delay);
        self.clock_skew = self
            .clock_skew
            .saturating_add(fault.clock_skew.unwrap_or(0));
        self.stale_cache = self.stale_cache.or(fault.stale_cache.then_some(id));
        self.slow = self.slow.or(fault.slow.map(Into::into));
        self.refusals = self.refusals.or(fault.refusals);
        self.truncate = self.truncate.or(fault.truncate);
        self.reset = self.reset.or(fault.reset);
        if self.wrong_type.is_none() {
            self.wrong_type.clone_from(&fault.wrong_type);
        }
        // Guess: that a refusal for too many calls says when to come back.
        let window = window_left.map(RetryAfter::Seconds);
        self.retry_after = self.retry_after.or(fault.retry_after).or(window);
        let status = fault.status.or(window_left.map(|_| 429));
        if let (None, Some(status)) = (&self.instead, status) {
            self.instead = Some(Instead::new(status, fault));
        }
    }

    /// Whether the call is to end before anything is done.
    pub(crate) fn stops_before(&self) -> bool {
        self.reset == Some(Reset::Before)
            || self
                .instead
                .as_ref()
                .is_some_and(|instead| !instead.after_effect)
    }

    /// Whether the connection is to be cut without a reply.
    pub(crate) fn resets(&self) -> bool {
        self.reset.is_some()
    }

    /// What goes wrong on the way of the reply.
    pub(crate) fn wire(&self) -> Wire {
        Wire {
            delay: self.delay,
            slow: self.slow,
            truncate: self.truncate,
            reset: self.resets(),
        }
    }

    /// The reply that stands in for the real one.
    pub(crate) fn instead(&self) -> Option<&Instead> {
        self.instead.as_ref()
    }

    /// The value of `Retry-After`; `date` writes the HTTP date that is so many seconds away.
    pub(crate) fn retry_after(&self, date: impl Fn(u64) -> String) -> Option<String> {
        self.retry_after.map(|after| match after {
            RetryAfter::Seconds(seconds) => seconds.to_string(),
            RetryAfter::Date(seconds) => date(seconds),
        })
    }

    /// Puts a wrong type into a reply.
    pub(crate) fn spoil(&self, body: &mut Value) {
        if let Some(value) = self
            .wrong_type
            .as_deref()
            .and_then(|pointer| body.pointer_mut(pointer))
        {
            *value = match value {
                Value::String(_) | Value::Null => json!({"unexpected": true}),
                _ => json!("unexpected"),
            };
        }
    }

    /// What happened, for the journal.
    pub(crate) fn words(&self) -> Option<String> {
        (!self.words.is_empty()).then(|| self.words.join("; "))
    }
}

impl Instead {
    fn new(status: u16, fault: &Fault) -> Self {
        let reason = hyper::StatusCode::from_u16(status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Error");
        let message = fault
            .message
            .clone()
            .unwrap_or_else(|| format!("{reason} (a fault that the sandbox was asked for)"));
        let json_type = "application/json; charset=utf-8";
        let (content_type, body) = match fault.shape.unwrap_or(ErrorShape::New) {
            ErrorShape::Old => (
                json_type,
                json!({
                    "errorCode": fault.error_code.as_deref().unwrap_or(old_code(status)),
                    "httpCode": format!("{status} {reason}"),
                    "message": message,
                })
                .to_string(),
            ),
            ErrorShape::New => (
                json_type,
                json!({
                    "class": fault.class.clone().unwrap_or_else(|| new_class(status, reason)),
                    "message": message,
                })
                .to_string(),
            ),
            ErrorShape::Html => (
                "text/html",
                format!("<html><body><h1>{status} {reason}</h1>\n</body></html>\n"),
            ),
            ErrorShape::Empty => ("text/plain", String::new()),
        };
        Self {
            status,
            content_type,
            body: body.into_bytes(),
            message,
            after_effect: fault.after_effect,
        }
    }
}

/// Guess: which code goes with which status; few are known.
const fn old_code(status: u16) -> &'static str {
    match status {
        400 => "QUERY_TIME_OUT",
        403 => "FORBIDDEN",
        _ => "INTERNAL_ERROR",
    }
}

fn new_class(status: u16, reason: &str) -> String {
    let side = if status >= 500 { "Server" } else { "Client" };
    format!("{side}::{}", reason.replace([' ', '-', '\''], ""))
}
