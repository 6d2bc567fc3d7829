//! Builders of errors that are not refusals of the API.

use ovh_runtime::{Error, ErrorBuilder, ErrorKind};

/// An error of settings, before anything is sent.
pub(crate) fn configuration(message: impl Into<String>) -> ErrorBuilder {
    Error::builder(ErrorKind::Configuration, message)
}

/// The error of an HTTP engine that rejects its settings.
#[cfg(feature = "reqwest")]
pub(crate) fn setup_failed(source: reqwest::Error) -> Error {
    configuration("the HTTP engine cannot be set up")
        .source(source.without_url())
        .build()
}

/// Returns `true` for a value that a header can carry: visible ASCII, not empty.
pub(crate) fn is_header_value(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
