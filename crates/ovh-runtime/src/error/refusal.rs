//! Classifies error responses: code, cause, kind and recommended next step.
//!
//! OVHcloud refuses credentials with an `errorCode`, or only with `class` and `message`. The code is
//! derived here from the message, so that no other code compares messages.

use super::{Error, ErrorBuilder, ErrorKind, Facts, RefusalCause, body};
use crate::{Operation, Request, Response};

/// The only server error that guarantees that nothing was done.
const NOT_IMPLEMENTED: u16 = 501;

const UNSURE: &str = "an earlier attempt may have made the change: check before you retry";

impl Error {
    /// Creates the error of a failed response, in any of the API's formats.
    #[must_use]
    pub fn refused(request: &Request, response: &Response) -> Self {
        let (status, mut facts) = (response.status().as_u16(), body::read(response));
        let kind = classify(status, &mut facts);
        // A read has no effect, whatever the result of earlier attempts.
        let is_write = !request.method().is_safe();
        let is_unclear = is_write && kind == ErrorKind::Server && status != NOT_IMPLEMENTED;
        let is_unsure = is_write && response.is_unsure();
        facts.maybe_applied = is_unclear || is_unsure;
        facts.hint = match is_unsure {
            true => Some(UNSURE.to_owned()),
            false => hint(request, kind, &facts),
        };
        let builder = ErrorBuilder::new(kind, facts);
        builder.request(request).response(response).build()
    }
}

impl ErrorBuilder {
    /// Sets the request.
    pub fn request(mut self, request: &Request) -> Self {
        self.0.facts.operation = request.operation();
        self.0.facts.name = Some(request.name());
        self.0.facts.path = Some(request.path());
        self
    }

    /// Copies status, query ID, `Retry-After` and, up to a limit, the body of a response.
    pub fn response(mut self, response: &Response) -> Self {
        self.0.facts.status = Some(response.status());
        self.0.facts.query_id = response.query_id().map(str::to_owned);
        self.0.facts.attempts = response.attempts();
        self.retry_after(response.retry_after())
            .raw_body(response.body())
    }
}

/// The codes of these messages, for responses without an `errorCode`. Older responses have both.
const CODES: &[(&str, &str)] = &[
    ("invalid signature", "INVALID_SIGNATURE"),
    ("this application key is invalid", "INVALID_KEY"),
    ("invalid application key", "INVALID_KEY"),
    ("this credential is not valid", "INVALID_CREDENTIAL"),
    ("this credential does not exist", "NOT_CREDENTIAL"),
    ("you must login first", "NOT_CREDENTIAL"),
    ("this call has not been granted", "NOT_GRANTED_CALL"),
    (STALE, "QUERY_TIME_OUT"),
];

const STALE: &str = "query out of time";

/// The message in lower case, without surrounding spaces and full stop.
fn plain(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    message.to_ascii_lowercase()
}

/// Derives the code and the cause that the body does not state, and returns the kind.
fn classify(status: u16, facts: &mut Facts) -> ErrorKind {
    let message = plain(&facts.message);
    if facts.code.is_none() && matches!(status, 400 | 401 | 403) {
        let row = CODES.iter().find(|(text, _)| *text == message);
        facts.code = row.map(|(_, code)| (*code).to_owned());
        facts.code_is_derived = facts.code.is_some();
    }
    facts.cause = facts.cause.or_else(|| cause(status, &message, facts));
    kind(status, facts)
}

fn cause(status: u16, message: &str, facts: &Facts) -> Option<RefusalCause> {
    match (status, message) {
        (400 | 401 | 403, STALE) => Some(RefusalCause::StaleTimestamp),
        (404, "got an invalid (or empty) url") => Some(RefusalCause::UnknownRoute),
        (404, "this service does not exist") => Some(RefusalCause::UnknownService),
        (403, "invalid token") => Some(RefusalCause::InvalidToken),
        (403, "user not granted for this request") => Some(RefusalCause::MissingRight),
        (401 | 403, _) if facts.code.as_deref() == Some("NOT_GRANTED_CALL") => {
            Some(RefusalCause::MissingRight)
        }
        (403, _) if denied_actions(&facts.details).next().is_some() => {
            Some(RefusalCause::MissingRight)
        }
        _ => None,
    }
}

/// The IAM actions that the server reports as missing.
fn denied_actions(details: &[(String, String)]) -> impl Iterator<Item = &str> {
    details
        .iter()
        .filter(|(name, _)| name.starts_with("unauthorizedActionsBy"))
        .flat_map(|(_, actions)| actions.split([',', '"', '[', ']', ' ']))
        .filter(|action| !action.is_empty())
}

fn kind(status: u16, facts: &Facts) -> ErrorKind {
    // Codes first: INVALID_SIGNATURE comes with 400, INVALID_CREDENTIAL with 403.
    match (facts.code.as_deref(), facts.cause, status) {
        (Some("NOT_GRANTED_CALL" | "FORBIDDEN"), ..) => ErrorKind::Forbidden,
        (
            Some("INVALID_SIGNATURE" | "INVALID_KEY" | "NOT_CREDENTIAL" | "INVALID_CREDENTIAL"),
            ..,
        )
        | (_, Some(RefusalCause::StaleTimestamp), _) => ErrorKind::Authentication,
        (Some("QUERY_TIME_OUT"), ..) | (_, _, 408 | 500..=599) => ErrorKind::Server,
        (_, _, 401) => ErrorKind::Authentication,
        (_, _, 403) => ErrorKind::Forbidden,
        (_, _, 404) => ErrorKind::NotFound,
        (_, _, 409) => ErrorKind::Conflict,
        (_, _, 429) => ErrorKind::RateLimited,
        (_, _, 460) => ErrorKind::Expired,
        (_, _, 400..=499) => ErrorKind::BadRequest,
        _ => ErrorKind::Decode,
    }
}

/// The recommended next step. The transport, which knows the credentials, adds advice on access
/// rules.
fn hint(request: &Request, kind: ErrorKind, facts: &Facts) -> Option<String> {
    let text = match (facts.cause, kind, facts.code.as_deref()) {
        (Some(RefusalCause::StaleTimestamp), ..) => {
            "the timestamp is too far from the server's clock: nothing was done, so the call can be sent again; \
             check this machine's clock"
        }
        (Some(RefusalCause::UnknownRoute), ..) => {
            "the route does not exist at this endpoint or API version: check the path, the version and the region"
        }
        (Some(RefusalCause::UnknownService), ..) => {
            "the account has no service of this name: check the name, the account and the region"
        }
        (Some(RefusalCause::MissingRight), ..) => return missing_actions(request, facts),
        (_, ErrorKind::Authentication, Some("INVALID_SIGNATURE")) => {
            "likely causes: the application secret or the consumer key does not belong to this application key and \
             endpoint, the consumer key is not validated yet, or this machine's clock is off"
        }
        (_, ErrorKind::Authentication, Some("INVALID_KEY")) => {
            "the application key does not exist at this endpoint: it is misspelt, deleted, or belongs to another \
             region; the API also says this when the clock is off"
        }
        (_, ErrorKind::Authentication, Some("INVALID_CREDENTIAL")) => {
            "the consumer key is not validated yet, was refused, has expired, or belongs to another application: \
             request a new one and open its validation page"
        }
        (_, ErrorKind::Authentication, Some("NOT_CREDENTIAL")) => {
            "no credentials were sent, or none that the API knows: check them and the endpoint they belong to, or \
             request a new consumer key"
        }
        (_, ErrorKind::Authentication, _) => {
            "check the credentials and the endpoint they belong to"
        }
        (_, ErrorKind::Conflict, _) => {
            "there is such an object already, or a change of it is in progress: read it, and wait until its task ends"
        }
        (_, ErrorKind::Expired, _) => "renew the service first",
        (_, ErrorKind::RateLimited, _) => {
            "fair use is about 60 requests a minute for a consumer key: wait before the next call"
        }
        (_, ErrorKind::Server, _) if facts.maybe_applied => {
            "the change may have been made: check before you retry"
        }
        (_, ErrorKind::Decode, _) => "check the base URL of the endpoint",
        (Some(RefusalCause::NotFromApi), ..) => {
            "a proxy between this machine and the API answered: check the endpoint and the proxy, or try again"
        }
        _ => return None,
    };
    Some(text.to_owned())
}

/// The missing IAM actions: those that the server names, or those that the operation needs.
fn missing_actions(request: &Request, facts: &Facts) -> Option<String> {
    let mut actions: Vec<&str> = denied_actions(&facts.details).collect();
    if actions.is_empty() {
        actions.extend(request.operation().map_or(&[][..], Operation::iam_actions));
    }
    (!actions.is_empty()).then(|| format!("under IAM, a policy must allow {}", actions.join(", ")))
}
