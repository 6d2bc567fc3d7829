//! Errors of calls that got no usable reply.
//!
//! Each names the operation, the host and what to do next. None shows a URL: a query value may be
//! a secret.

use std::error::Error as StdError;
use std::time::Duration;

use ovh_runtime::{Error, ErrorKind, Request};

/// The time of an attempt or of the whole call ran out.
pub(super) fn out_of_time(request: &Request, host: &str, limit: Duration) -> Error {
    Error::builder(
        ErrorKind::Timeout,
        format!("no complete answer from {host} within {limit:?}"),
    )
    .hint(after_a_write(
        request,
        "try again, or give the call more time",
    ))
    .request(request)
    .build()
}

/// The HTTP engine failed before the head of a reply was there.
pub(super) fn no_reply(request: &Request, host: &str, error: reqwest::Error) -> Error {
    let cause = root_cause(&error);
    let (kind, message, hint) = if error.is_connect() && error.is_timeout() {
        (
            ErrorKind::Timeout,
            format!("no connection to {host} within the time for it"),
            "check the network, the proxy and the endpoint; nothing was sent".to_owned(),
        )
    } else if error.is_connect() {
        let hint = if cause.to_ascii_lowercase().contains("certificate") {
            "the server's certificate is not trusted here: if it comes from an authority of your own, give that to \
             the builder (`extra_ca_pem`); nothing was sent"
        } else {
            "check the network, the proxy and the endpoint; nothing was sent"
        };
        (
            ErrorKind::Connection,
            format!("no connection to {host}: {cause}"),
            hint.to_owned(),
        )
    } else if error.is_timeout() {
        (
            ErrorKind::Timeout,
            format!("no answer from {host} in time"),
            after_a_write(request, "try again"),
        )
    } else if error.is_builder() {
        (
            ErrorKind::InvalidArgument,
            format!("the request to {host} could not be put together: {cause}"),
            "nothing was sent".to_owned(),
        )
    } else {
        (
            ErrorKind::Connection,
            format!("the connection to {host} broke before an answer came: {cause}"),
            after_a_write(request, "try again"),
        )
    };
    Error::builder(kind, message)
        .hint(hint)
        .request(request)
        .source(error.without_url())
        .build()
}

/// The reply broke off after its head.
pub(super) fn cut_off(request: &Request, host: &str, read: usize, error: reqwest::Error) -> Error {
    let cause = root_cause(&error);
    let kind = if error.is_timeout() {
        ErrorKind::Timeout
    } else {
        ErrorKind::Connection
    };
    Error::builder(
        kind,
        format!("the answer from {host} broke off after {read} bytes: {cause}"),
    )
    .hint(after_a_write(request, "try again"))
    .request(request)
    .source(error.without_url())
    .build()
}

/// The reply is longer than anything that this API sends.
pub(super) fn too_long(request: &Request, host: &str, limit: usize) -> Error {
    Error::builder(
        ErrorKind::Decode,
        format!(
            "the answer from {host} is longer than {} MiB and was not read to its end",
            limit / (1024 * 1024)
        ),
    )
    .hint("ask for less: a filter, or pages")
    .request(request)
    .build()
}

/// The call was not sent, because the time that its signature needs could not be had.
pub(super) fn no_server_time(request: &Request, error: Error) -> Error {
    let kind = match error.kind() {
        // Of these, the server's own words and codes say it best.
        ErrorKind::Authentication | ErrorKind::RateLimited => return error,
        kind @ (ErrorKind::Connection | ErrorKind::Timeout | ErrorKind::Server) => kind,
        // A 404 here says nothing about the thing that was asked for, so it must not look like one.
        _ => ErrorKind::Configuration,
    };
    let hint = match kind {
        ErrorKind::Configuration => {
            "check that the endpoint is OVHcloud's API, down to the path of its base URL"
        }
        _ => "try again, or check the network, the proxy and the endpoint",
    };
    Error::builder(
        kind,
        format!(
            "the call was not sent, since the server's time, which its signature needs, could not be had: {}",
            error.message()
        ),
    )
    .hint(hint)
    .request(request)
    .source(error)
    .build()
}

/// After a write that may have arrived, looking comes before repeating.
fn after_a_write(request: &Request, otherwise: &str) -> String {
    if request.method().is_read() {
        otherwise.to_owned()
    } else {
        "the server may have done it all the same: look before you repeat it".to_owned()
    }
}

/// The words at the bottom of an error: the ones above them only say that something went wrong.
fn root_cause(error: &reqwest::Error) -> String {
    let mut bottom: &dyn StdError = error;
    while let Some(source) = bottom.source() {
        bottom = source;
    }
    if std::ptr::addr_eq(bottom, error) {
        // Its own words would show the URL.
        return "the HTTP engine gave no reason".to_owned();
    }
    bottom.to_string()
}
