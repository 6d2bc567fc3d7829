//! Errors of calls without a usable response.
//!
//! Each names the operation, the host and a hint. None shows a URL: a query value may be a secret.

use std::sync::Arc;
use std::time::Duration;

use ovh_runtime::{Error, ErrorKind, RefusalCause, Request, Response};

use super::Auth;
use super::engine::{HttpFailure, Stage};

const UNTRUSTED: &str = "the server's certificate is not trusted here: if it comes from an authority of your own, \
                         give that to the builder (`extra_ca_pem`); nothing was sent";

/// An attempt without a response: the error, and if the request may have been sent.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: Error,
    pub(super) left: bool,
}

impl Failed {
    /// The request was not sent.
    pub(super) fn unsent(error: Error) -> Self {
        Self { error, left: false }
    }
}

/// The stage of a call when its time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    /// Nothing was sent.
    Nothing,
    /// An attempt is in flight.
    Wire,
    /// Earlier attempts have failed, and the next one was not sent.
    Between,
}

/// The timeout of an attempt or of the whole call.
pub(super) fn out_of_time(
    request: &Request,
    host: &str,
    limit: Duration,
    reached: Reached,
) -> Error {
    const AGAIN: &str = "try again, or give the call more time";
    let hint = match reached {
        Reached::Wire => after_a_write(request, AGAIN),
        Reached::Nothing => format!("nothing of it was sent; {AGAIN}"),
        Reached::Between => AGAIN.to_owned(),
    };
    let left = reached == Reached::Wire;
    Error::builder(
        ErrorKind::Timeout,
        format!("no complete answer from {host} within {limit:?}"),
    )
    .hint(hint)
    .maybe_applied(left && !request.method().is_read())
    .request(request)
    .build()
}

/// The HTTP engine failed.
pub(super) fn of_engine(request: &Request, host: &str, failure: HttpFailure) -> Failed {
    let HttpFailure {
        stage,
        timed_out,
        cause,
        source,
    } = failure;
    let lost = if timed_out {
        ErrorKind::Timeout
    } else {
        ErrorKind::Connection
    };
    let (kind, message, hint) = match stage {
        Stage::Invalid => (
            ErrorKind::InvalidArgument,
            format!("the request to {host} could not be put together: {cause}"),
            "nothing was sent".to_owned(),
        ),
        Stage::Unsent if timed_out => (
            lost,
            format!("no connection to {host} within the time for it"),
            "check the network, the proxy and the endpoint; nothing was sent".to_owned(),
        ),
        Stage::Unsent => (
            lost,
            format!("no connection to {host}: {cause}"),
            "check the network, the proxy and the endpoint; nothing was sent".to_owned(),
        ),
        Stage::Untrusted => (
            ErrorKind::Connection,
            format!("no connection to {host}: {cause}"),
            UNTRUSTED.to_owned(),
        ),
        Stage::NoReply if timed_out => (
            lost,
            format!("no answer from {host} in time"),
            after_a_write(request, "try again"),
        ),
        Stage::NoReply => (
            lost,
            format!("the connection to {host} broke before an answer came: {cause}"),
            after_a_write(request, "try again"),
        ),
        Stage::CutOff { read } => (
            lost,
            format!("the answer from {host} broke off after {read} bytes: {cause}"),
            after_a_write(request, "try again"),
        ),
        Stage::TooLong { limit } => (
            ErrorKind::Decode,
            format!(
                "the answer from {host} is longer than {} MiB and was not read to its end",
                limit / (1024 * 1024)
            ),
            "ask for less: a filter, or pages".to_owned(),
        ),
    };
    let left = !matches!(stage, Stage::Invalid | Stage::Unsent | Stage::Untrusted);
    let mut builder = Error::builder(kind, message)
        .hint(hint)
        .maybe_applied(left && !request.method().is_read())
        .request(request);
    if stage == Stage::Untrusted {
        builder = builder.cause(RefusalCause::UntrustedServer);
    }
    if let Some(source) = source {
        builder = builder.source(source);
    }
    Failed {
        error: builder.build(),
        left,
    }
}

/// Adds a hint that depends on the kind of credentials.
pub(super) fn with_advice(error: Error, request: &Request, auth: &Auth) -> Error {
    let is_token = matches!(auth, Auth::OAuth2(_) | Auth::Bearer(_));
    let hint = match (error.kind(), error.cause(), auth) {
        (_, Some(RefusalCause::MissingRight), Auth::Signature(_)) => {
            let rule = access_rule(request);
            match error.hint() {
                Some(actions) => format!("the consumer key needs the access rule `{rule}`; {actions}"),
                None => format!("the consumer key needs the access rule `{rule}`"),
            }
        }
        (ErrorKind::Authentication, ..) if is_token => {
            "the access token is unknown, expired or revoked: check it and the endpoint it belongs to".to_owned()
        }
        _ => return error,
    };
    error.into_builder().hint(hint).build()
}

/// Returns the access rule for a request, with `*` for path values.
fn access_rule(request: &Request) -> String {
    let Some(operation) = request.operation() else {
        return request.name();
    };
    let segments = operation.path().split('/');
    let segments = segments.map(|segment| match segment.starts_with('{') {
        true => "*",
        false => segment,
    });
    let path = segments.collect::<Vec<_>>().join("/");
    format!("{} {path}", operation.method())
}

/// The response is compressed, although no compression was requested.
pub(super) fn compressed(request: &Request, reply: &Response, coding: &str) -> Error {
    Error::builder(
        ErrorKind::Decode,
        format!("the answer came compressed ({coding}), which was not asked for and is not read"),
    )
    .hint("something between here and the API compresses its answers; go around it")
    .maybe_applied(!request.method().is_read())
    .request(request)
    .reply(reply)
    .build()
}

/// The call was not sent, because the server's time is unknown.
pub(super) fn no_server_time(request: &Request, error: Arc<Error>) -> Error {
    prerequisite(
        request,
        error,
        "the server's time, which its signature needs,",
        "check that the endpoint is OVHcloud's API, down to the path of its base URL",
    )
}

/// The call was not sent, because there is no access token.
pub(super) fn no_token(request: &Request, error: Arc<Error>) -> Error {
    prerequisite(
        request,
        error,
        "an access token",
        "check the URL of the token server",
    )
}

fn prerequisite(request: &Request, error: Arc<Error>, what: &str, configuration: &str) -> Error {
    let kind = match error.kind() {
        // For these kinds, the server's message and code are the most useful.
        ErrorKind::Authentication | ErrorKind::RateLimited => return error.shared(),
        kind @ (ErrorKind::Connection | ErrorKind::Timeout | ErrorKind::Server) => kind,
        // A 404 from the token server must not look like a missing resource.
        _ => ErrorKind::Configuration,
    };
    let untrusted = error.cause() == Some(RefusalCause::UntrustedServer);
    let hint = match kind {
        _ if untrusted => UNTRUSTED,
        ErrorKind::Configuration => configuration,
        _ => "try again, or check the network, the proxy and the endpoint",
    };
    let builder = Error::builder(
        kind,
        format!(
            "the call was not sent, since {what} could not be had: {}",
            error.message()
        ),
    )
    .hint(hint)
    .request(request)
    .retry_after(error.retry_after())
    .source(error.shared());
    match untrusted {
        true => builder.cause(RefusalCause::UntrustedServer),
        false => builder,
    }
    .build()
}

/// A signed call without a consumer key.
pub(super) fn no_consumer_key(request: &Request) -> Error {
    Error::builder(
        ErrorKind::Configuration,
        "this call has to be signed, and the client has no consumer key",
    )
    .hint("ask for one with `request_credential`, or give one to the builder; nothing was sent")
    .request(request)
    .build()
}

/// A write through a read-only client.
pub(super) fn read_only(request: &Request) -> Error {
    Error::invalid_argument(format!(
        "this client only reads, and {} would change something; nothing was sent",
        request.name()
    ))
    .hint("use a client that was not made read-only")
    .request(request)
    .build()
}

/// Returns the hint: after a write that may have been applied, check before retrying.
fn after_a_write(request: &Request, otherwise: &str) -> String {
    if request.method().is_read() {
        otherwise.to_owned()
    } else {
        "the server may have done it all the same: look before you repeat it".to_owned()
    }
}
