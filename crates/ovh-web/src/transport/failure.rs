//! Errors of calls without a usable response.
//!
//! Each names the operation, the host and a hint. None shows a URL: a query value may be a secret.

use std::sync::Arc;
use std::time::Duration;

use ovh_runtime::{Error, ErrorKind, RefusalCause, Request, Response};

use super::engine::{FailedStep, HttpFailure};
use crate::access::rules::route;
use crate::credentials::Auth;
use crate::error::configuration;

const UNTRUSTED: &str = "the server's certificate is not trusted: give your own certificate authority to the builder \
                         (`extra_ca_pem`); nothing was sent";

/// An attempt without a response: the error, and if the request may have been sent.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: Error,
    pub(super) was_sent: bool,
}

impl Failed {
    /// The request was not sent.
    pub(super) fn unsent(error: Error) -> Self {
        Self {
            error,
            was_sent: false,
        }
    }
}

/// The stage of a call when its time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing was sent.
    Waiting,
    /// An attempt is in flight.
    Sending,
    /// Earlier attempts have failed, and the next one was not sent.
    Between,
}

/// The timeout of an attempt or of the whole call.
pub(super) fn timeout(request: &Request, host: &str, limit: Duration, stage: Stage) -> Error {
    const RETRY: &str = "retry, or set a longer timeout";
    let hint = match stage {
        Stage::Sending => after_a_write(request, RETRY),
        Stage::Waiting => format!("nothing was sent; {RETRY}"),
        Stage::Between => RETRY.to_owned(),
    };
    let message = format!("no complete response from {host} within {limit:?}");
    Error::builder(ErrorKind::Timeout, message)
        .hint(hint)
        .maybe_applied(stage == Stage::Sending && !request.method().is_safe())
        .request(request)
        .build()
}

/// The HTTP engine failed.
pub(super) fn of_engine(request: &Request, host: &str, failure: HttpFailure) -> Failed {
    let HttpFailure {
        step,
        timed_out,
        cause,
        source,
    } = failure;
    let kind = match step {
        FailedStep::Building => ErrorKind::InvalidArgument,
        FailedStep::TooLong { .. } => ErrorKind::Decode,
        FailedStep::Untrusted => ErrorKind::Connection,
        _ if timed_out => ErrorKind::Timeout,
        _ => ErrorKind::Connection,
    };
    let message = match step {
        FailedStep::Building => format!("cannot build the request to {host}: {cause}"),
        FailedStep::Connecting if timed_out => {
            format!("no connection to {host} within the connect timeout")
        }
        FailedStep::Connecting | FailedStep::Untrusted => {
            format!("no connection to {host}: {cause}")
        }
        FailedStep::NoResponse if timed_out => format!("no response from {host} in time"),
        FailedStep::NoResponse => {
            format!("the connection to {host} was lost before the response: {cause}")
        }
        FailedStep::CutOff { read } => {
            format!("the response from {host} was cut off after {read} bytes: {cause}")
        }
        FailedStep::TooLong { limit } => {
            let limit = limit / (1024 * 1024);
            format!("the response from {host} is longer than {limit} MiB")
        }
    };
    let hint = match step {
        FailedStep::Building => "nothing was sent".to_owned(),
        FailedStep::Connecting => {
            "check the network, the proxy and the endpoint; nothing was sent".to_owned()
        }
        FailedStep::Untrusted => UNTRUSTED.to_owned(),
        FailedStep::NoResponse | FailedStep::CutOff { .. } => after_a_write(request, "retry"),
        FailedStep::TooLong { .. } => "request less: use a filter, or pages".to_owned(),
    };
    let was_sent = !matches!(
        step,
        FailedStep::Building | FailedStep::Connecting | FailedStep::Untrusted
    );
    let mut builder = Error::builder(kind, message)
        .hint(hint)
        .maybe_applied(was_sent && !request.method().is_safe())
        .request(request);
    if step == FailedStep::Untrusted {
        builder = builder.cause(RefusalCause::UntrustedServer);
    }
    if let Some(source) = source {
        builder = builder.source(source);
    }
    let error = builder.build();
    Failed { error, was_sent }
}

/// Adds a hint that depends on the kind of credentials.
pub(super) fn with_advice(error: Error, request: &Request, auth: &Auth) -> Error {
    let is_token = matches!(auth, Auth::OAuth2(_) | Auth::Bearer(_));
    let hint = match (error.kind(), error.cause(), auth) {
        (
            _,
            Some(RefusalCause::MissingRight),
            Auth::Application {
                consumer: Some(_), ..
            },
        ) => {
            let rule = access_rule(request);
            let hint = format!("the consumer key needs the access rule `{rule}`");
            match error.hint() {
                Some(actions) => format!("{hint}; {actions}"),
                None => hint,
            }
        }
        (ErrorKind::Authentication, ..) if is_token => {
            "the access token is unknown, expired or revoked: check it, and its endpoint".to_owned()
        }
        (ErrorKind::BadRequest | ErrorKind::Forbidden, None, _) if error.hint().is_none() => {
            match request.operation().and_then(|it| limits_of(it.id())) {
                Some(limits) => format!("check the values, and what the offer allows: `{limits}`"),
                None => return error,
            }
        }
        _ => return error,
    };
    error.into_builder().hint(hint).build()
}

/// Operations that depend on the offer, and those that read what it allows.
const LIMITS: &[(&str, &str)] = &[
    (
        "databases::available_versions",
        "databases::available_types",
    ),
    ("databases::create", "databases::creation_capabilities"),
    ("domains::attach", "hosting::offer_capabilities"),
    ("env_vars::create", "hosting::offer_capabilities"),
    ("runtimes::create", "hosting::offer_capabilities"),
    ("users::create", "hosting::offer_capabilities"),
    ("websites::create", "websites::creation_capabilities"),
];

fn limits_of(operation: &str) -> Option<&'static str> {
    let mut rows = LIMITS.iter();
    rows.find_map(|(of, limits)| (*of == operation).then_some(*limits))
}

/// Returns the access rule for a request, with `*` for path values.
fn access_rule(request: &Request) -> String {
    request.operation().map_or_else(
        || request.name(),
        |operation| format!("{} {}", operation.method(), route(operation, None, "*")),
    )
}

/// The response is compressed, although no compression was requested.
pub(super) fn compressed(request: &Request, response: &Response, coding: &str) -> Error {
    let message = format!("the response is compressed ({coding}), which was not requested");
    Error::builder(ErrorKind::Decode, message)
        .hint("a proxy between this machine and the API compresses responses: bypass it")
        .maybe_applied(!request.method().is_safe())
        .request(request)
        .response(response)
        .build()
}

/// The call was not sent, because the server's time is unknown.
pub(super) fn no_server_time(request: &Request, error: Arc<Error>) -> Error {
    let hint = "check that the endpoint is OVHcloud's API, including the path of its base URL";
    prerequisite(request, error, "the server's time", hint)
}

/// The call was not sent, because there is no access token.
pub(super) fn no_token(request: &Request, error: Arc<Error>) -> Error {
    let hint = "check the URL of the token server";
    prerequisite(request, error, "an access token", hint)
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
        _ => "retry, or check the network, the proxy and the endpoint",
    };
    let message = format!("not sent: cannot get {what}: {}", error.message());
    let builder = Error::builder(kind, message)
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
    configuration("the call must be signed, and the client has no consumer key")
        .hint("request one with `request_credential`, or give one to the builder; nothing was sent")
        .request(request)
        .build()
}

/// A write through a read-only client.
pub(super) fn read_only(request: &Request) -> Error {
    let name = request.name();
    Error::invalid_argument(format!(
        "the client is read-only, and {name} is a write; nothing was sent"
    ))
    .hint("use a client that is not read-only")
    .request(request)
    .build()
}

/// Returns the hint: after a write that may have been applied, check before retrying.
fn after_a_write(request: &Request, otherwise: &str) -> String {
    if request.method().is_safe() {
        otherwise.to_owned()
    } else {
        "the change may have been made: check before you retry".to_owned()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn operations_with_limits_exist() {
        for (of, limits) in super::LIMITS {
            for id in [of, limits] {
                assert!(crate::operations::by_id(id).is_some(), "{id}");
            }
        }
    }
}
