//! The URL of the page that validates a consumer key.

pub(crate) const PATH: &str = "/auth/";

/// The validation URL with a token.
pub(crate) fn url(origin: &str, token: &str) -> String {
    format!("{origin}{PATH}?credentialToken={token}")
}
