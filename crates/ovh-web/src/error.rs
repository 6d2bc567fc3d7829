//! Builders of errors that are not refusals of the API.

use ovh_runtime::{Error, ErrorBuilder, ErrorKind};

/// An error of settings, before anything is sent.
pub(crate) fn configuration(message: impl Into<String>) -> ErrorBuilder {
    Error::builder(ErrorKind::Configuration, message)
}

/// Returns `true` for a value that a header can carry: visible ASCII, not empty.
pub(crate) fn is_header_value(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
