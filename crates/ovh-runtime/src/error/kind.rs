//! The kinds of failure, and the reasons of refusals.

use std::fmt;

use serde_core::{Serialize, Serializer};

/// The kind of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument was refused before anything was sent.
    InvalidArgument,
    /// Credentials or settings are missing, mixed or malformed. Nothing was sent.
    Configuration,
    /// No connection, or it broke before the response was complete.
    Connection,
    /// The time limit of the call has passed.
    Timeout,
    /// The server could not process the request (400 and other 4xx).
    BadRequest,
    /// The server does not accept the credentials: signature, key, token or clock.
    Authentication,
    /// The credentials are valid but lack a permission.
    Forbidden,
    /// The object does not exist (404).
    NotFound,
    /// Conflict: the resource already exists, or a change is in progress (409).
    Conflict,
    /// The service has expired and must be renewed first (460).
    Expired,
    /// Too many requests (429).
    RateLimited,
    /// The server failed (5xx), or timed out internally (408, 400 `QUERY_TIME_OUT`).
    Server,
    /// The response is unusable: not JSON, cut off, or not of the expected type.
    Decode,
    /// A list that was requested as pages of objects returned ids.
    NotPaged,
    /// A task was canceled, or failed.
    Task,
    /// A task does not exist, and its outcome is unknown. It may be finished and archived,
    /// canceled, or never have existed.
    Gone,
}

/// The reason of a refusal, if status and code are ambiguous.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalCause {
    /// The timestamp of the signature is too far from the server's clock. Nothing was done.
    StaleTimestamp,
    /// The route does not exist at this endpoint or version.
    UnknownRoute,
    /// The account has no service of this name.
    UnknownService,
    /// A token in the request's body or path is wrong.
    InvalidToken,
    /// The credentials lack a right.
    MissingRight,
    /// The response is from a proxy, not from the API.
    NotFromApi,
    /// The server's certificate is not trusted. Nothing was sent.
    UntrustedServer,
}

/// Prints the kind in lower-case words: `rate limited`.
impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_uppercase() && !words.is_empty() {
                words.push(' ');
            }
            words.extend(letter.to_lowercase());
        }
        f.pad(&words)
    }
}

/// Serialized as text, as `Display` writes it.
impl Serialize for ErrorKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorKind;

    #[test]
    fn prints_and_serializes_the_same_words() {
        assert_eq!(ErrorKind::RateLimited.to_string(), "rate limited");
        let json = serde_json::to_string(&ErrorKind::RateLimited);
        assert_eq!(json.expect("a string"), "\"rate limited\"");
    }
}
