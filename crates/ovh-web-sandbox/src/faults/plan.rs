//! The combined effect of the faults of one call.

use std::time::Duration;

use serde_json::{Value, json};

use super::fault::{ErrorShape, Fault, Reset, RetryAfter};
use crate::clock::ServerTime;
use crate::http::{Delivery, JSON, reason};
use crate::response::{Refusal, RefusalShape};

#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) clock_skew: i64,
    /// The fault whose stale cache answers.
    pub(crate) stale_cache: Option<u64>,
    pub(crate) refusals: Option<RefusalShape>,
    pub(crate) delivery: Delivery,
    replacement: Option<Replacement>,
    reset: Option<Reset>,
    retry_after: Option<RetryAfter>,
    wrong_type: Option<String>,
    descriptions: Vec<String>,
}

/// A response instead of the real one.
#[derive(Debug)]
pub(crate) struct Replacement {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: Vec<u8>,
    pub(crate) message: String,
    after_effect: bool,
}

impl Plan {
    /// Adds a fault. The first replacement wins.
    pub(super) fn add(&mut self, id: u64, fault: &Fault, window_left: Option<u64>) {
        self.descriptions.push(format!("fault {id}, {fault}"));
        let delay = Duration::from_millis(fault.delay_ms.unwrap_or(0));
        let delivery = &mut self.delivery;
        delivery.delay = delivery.delay.saturating_add(delay);
        delivery.slow = delivery.slow.or(fault.slow);
        delivery.truncate = delivery.truncate.or(fault.truncate);
        delivery.reset |= fault.reset.is_some();
        let skew = fault.clock_skew.unwrap_or(0);
        self.clock_skew = self.clock_skew.saturating_add(skew);
        self.stale_cache = self
            .stale_cache
            .or(fault.stale_cache.filter(|on| *on).map(|_| id));
        self.refusals = self.refusals.or(fault.refusals);
        self.reset = self.reset.or(fault.reset);
        if self.wrong_type.is_none() {
            self.wrong_type.clone_from(&fault.wrong_type);
        }
        // Guess: a 429 has a `Retry-After` header.
        let window = window_left.map(RetryAfter::Seconds);
        self.retry_after = self.retry_after.or(fault.retry_after).or(window);
        let status = fault.status.or(window_left.map(|_| 429));
        if let (None, Some(status)) = (&self.replacement, status) {
            self.replacement = Some(Replacement::new(status, fault));
        }
    }

    /// Returns `true` if the call must not be carried out.
    pub(crate) fn stops_before(&self) -> bool {
        let replacement = self.replacement.as_ref();
        self.reset == Some(Reset::Before) || replacement.is_some_and(|it| !it.after_effect)
    }

    pub(crate) fn replacement(&self) -> Option<&Replacement> {
        self.replacement.as_ref()
    }

    pub(crate) fn retry_after(&self, time: &ServerTime) -> Option<String> {
        self.retry_after.map(|after| match after {
            RetryAfter::Seconds(seconds) => seconds.to_string(),
            RetryAfter::Date(seconds) => (time.now() + Duration::from_secs(seconds)).http_date(),
        })
    }

    /// Puts a value of a wrong type into a response.
    pub(crate) fn replace_value(&self, body: &mut Value) {
        let pointer = self.wrong_type.as_deref();
        if let Some(value) = pointer.and_then(|pointer| body.pointer_mut(pointer)) {
            *value = match value {
                Value::String(_) | Value::Null => json!({"unexpected": true}),
                _ => json!("unexpected"),
            };
        }
    }

    /// The faults of the call, for the journal.
    pub(crate) fn description(&self) -> Option<String> {
        (!self.descriptions.is_empty()).then(|| self.descriptions.join("; "))
    }
}

impl Replacement {
    fn new(status: u16, fault: &Fault) -> Self {
        let reason = reason(status);
        let message = fault.message.clone();
        let message = message.unwrap_or_else(|| format!("{reason} (a fault of the sandbox)"));
        let (content_type, body) = match fault.shape.unwrap_or(ErrorShape::New) {
            ErrorShape::Old => {
                let code = fault.error_code.as_deref().unwrap_or(old_code(status));
                let refusal = Refusal::with_code(status, code, &message);
                (JSON, refusal.body().to_string())
            }
            ErrorShape::New => {
                let side = if status >= 500 { "Server" } else { "Client" };
                let class = || format!("{side}::{}", reason.replace([' ', '-', '\''], ""));
                let class = fault.class.clone().unwrap_or_else(class);
                (
                    JSON,
                    Refusal::new(status, class, &message).body().to_string(),
                )
            }
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
            after_effect: fault.after_effect == Some(true),
        }
    }
}

/// Guess: the code for a status; few are known.
const fn old_code(status: u16) -> &'static str {
    match status {
        400 => "QUERY_TIME_OUT",
        403 => "FORBIDDEN",
        _ => "INTERNAL_ERROR",
    }
}
