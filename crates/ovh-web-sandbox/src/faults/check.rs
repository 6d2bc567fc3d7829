//! Whether a fault makes sense, and how it is read from JSON. One that never strikes, or does
//! nothing, is a mistake: a test with it would prove nothing.

use std::fmt;

use super::Fault;
use crate::routes::is_operation;

impl Fault {
    /// Whether it makes sense: a known operation, a status that HTTP has, something to do.
    pub(crate) fn check(&self) -> Result<(), BadFault> {
        if let Some(operation) = &self.operation {
            if !is_operation(operation) {
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
        if self.slow.is_some_and(|slow| slow.bytes == 0) {
            return Err(BadFault("pieces of 0 bytes never end".into()));
        }
        if self.times == Some(0) {
            return Err(BadFault("a fault that strikes 0 times is none".into()));
        }
        if self
            .rate_limit
            .is_some_and(|limit| limit.window_seconds == 0)
        {
            return Err(BadFault(
                "a rate limit has a window of a second or more".into(),
            ));
        }
        if let Some(route) = &self.route {
            if !route.starts_with(['/', '*']) {
                return Err(BadFault(format!(
                    "no path fits {route:?}: a route begins with / or *"
                )));
            }
            if ["/1.0", "/v1"]
                .iter()
                .any(|prefix| route.starts_with(prefix))
            {
                return Err(BadFault(format!(
                    "no path fits {route:?}: a route is written without the version prefix"
                )));
            }
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
                "the fault does nothing: give it a status, delay, slow, reset, truncate, wrongType, \
                 clockSkew, staleCache, rateLimit, refusals or retryAfter"
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
            (r#"{"status":500,"times":0}"#, "0 times"),
            (r#"{"slow":{"bytes":0,"pauseMs":1}}"#, "0 bytes"),
            (r#"{"status":500,"route":"hosting/web"}"#, "begins with /"),
            (
                r#"{"status":500,"route":"/v1/hosting/web"}"#,
                "version prefix",
            ),
            (
                r#"{"rateLimit":{"calls":1,"windowSeconds":0}}"#,
                "a second or more",
            ),
            ("[", "EOF"),
        ] {
            let error = Fault::list_from_json(text.as_bytes()).expect_err(text);
            assert!(error.to_string().contains(words), "{text}: {error}");
        }
    }
}
