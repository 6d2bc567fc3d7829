//! Where a consumer key is validated. The page itself is for people, and elsewhere.

/// Where the page is.
pub(crate) const PATH: &str = "/auth/";

/// Where a consumer key with this token is validated.
pub(crate) fn url(origin: &str, token: &str) -> String {
    format!("{origin}{PATH}?credentialToken={token}")
}
