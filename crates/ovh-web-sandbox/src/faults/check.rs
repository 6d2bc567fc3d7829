//! Validation of faults, and their JSON.
//!
//! A fault that never applies or has no effect is an error: a test with it would prove nothing.

use super::fault::Fault;
use crate::macros::text_error;
use crate::routes::check_operation;

impl Fault {
    /// Checks the operation, the values and that there is an effect.
    pub(crate) fn check(&self) -> Result<(), BadFault> {
        let operation = self.operation.as_deref();
        let route = self.route.as_deref().unwrap_or("*");
        let has_version = ["/1.0", "/v1"].iter().any(|it| route.starts_with(it));
        let status = self.status.unwrap_or(200);
        let pointer = self.wrong_type.as_deref().unwrap_or_default();
        let has_effect = self.status.is_some()
            || self.delay_ms.is_some()
            || self.slow.is_some()
            || self.reset.is_some()
            || self.truncate.is_some()
            || self.wrong_type.is_some()
            || self.clock_skew.is_some()
            || self.stale_cache == Some(true)
            || self.rate_limit.is_some()
            || self.refusals.is_some()
            || self.retry_after.is_some();
        let problem = if let Some(Err(unknown)) = operation.map(check_operation) {
            unknown
        } else if !(200..=599).contains(&status) {
            format!("{status} is not the status of a response")
        } else if !route.starts_with(['/', '*']) {
            format!("no path matches {route:?}: a route begins with / or *")
        } else if has_version {
            format!("no path matches {route:?}: a route has no version prefix")
        } else if !pointer.is_empty() && !pointer.starts_with('/') {
            format!("{pointer:?} is not a JSON pointer, which begins with /")
        } else if [self.call, self.from_call].contains(&Some(0)) {
            "calls are counted from 1".to_owned()
        } else if self.slow.is_some_and(|slow| slow.bytes == 0) {
            "slow needs pieces of at least 1 byte".to_owned()
        } else if self.times == Some(0) {
            "a fault that applies 0 times has no effect".to_owned()
        } else if self.rate_limit.is_some_and(|it| it.window_seconds == 0) {
            "the window of a rate limit is a second or more".to_owned()
        } else if !has_effect {
            "the fault does nothing: set status, delay, slow, reset, truncate, wrongType, \
             clockSkew, staleCache, rateLimit, refusals or retryAfter"
                .to_owned()
        } else {
            return Ok(());
        };
        Err(BadFault(problem))
    }

    /// Parses one fault, or a list of them.
    pub(crate) fn list_from_json(text: &[u8]) -> Result<Vec<Self>, BadFault> {
        let bad = |error: serde_json::Error| BadFault(error.to_string());
        let value = match serde_json::from_slice(text).map_err(bad)? {
            list @ serde_json::Value::Array(_) => list,
            one => serde_json::Value::Array(vec![one]),
        };
        let faults: Vec<Self> = serde_json::from_value(value).map_err(bad)?;
        faults.iter().try_for_each(Self::check)?;
        Ok(faults)
    }
}

/// The error for an invalid fault, such as one with an unknown operation.
#[derive(Debug)]
pub struct BadFault(pub(crate) String);

text_error!(BadFault: "invalid fault:");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_round_trip_through_json() {
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
    fn invalid_faults_are_explained() {
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
            (r#"{"status":500,"fromCall":0}"#, "from 1"),
            (r#"{"status":500,"times":0}"#, "0 times"),
            (r#"{"slow":{"bytes":0,"pauseMs":1}}"#, "at least 1 byte"),
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
