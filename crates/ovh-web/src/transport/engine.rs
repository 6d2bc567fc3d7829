//! The interface between the client and an HTTP library.
//!
//! An engine gets a complete request, signature included, and returns a complete response, or says
//! how far it got. It must not follow redirects, retry, or change URL or body, which are signed.
//! The default engine is in `reqwest_engine`.

use std::error::Error as StdError;
use std::future::Future;

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use ovh_runtime::{Body, BoxFuture, Error, Secret};

/// An HTTP engine: see [`ClientBuilder::http`](crate::ClientBuilder::http).
///
/// An async function of the request is an engine too.
pub trait HttpEngine: Send + Sync + 'static {
    /// Sends one request once, and reads the full response.
    ///
    /// The URI is absolute and signed, as is the body: send both unchanged. The future is dropped
    /// when the call's timeout expires.
    fn exchange(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, HttpFailure>>;
}

impl<F, R> HttpEngine for F
where
    F: Fn(http::Request<Body>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<http::Response<Bytes>, HttpFailure>> + Send + 'static,
{
    fn exchange(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, HttpFailure>> {
        Box::pin(self(request))
    }
}

/// Sets a header of a request, replacing an earlier value.
pub(super) fn set_header(
    request: &mut http::Request<Body>,
    name: &'static str,
    value: &str,
) -> Result<(), Error> {
    insert(request, name, HeaderValue::from_str(value).ok())
}

/// Sets a header whose value is secret: marked as sensitive, and wiped when it is dropped.
pub(super) fn set_secret_header(
    request: &mut http::Request<Body>,
    name: &'static str,
    value: &str,
) -> Result<(), Error> {
    let bytes = Bytes::from(Body::from_bytes(value.as_bytes().to_vec()));
    let mut value = HeaderValue::from_maybe_shared(bytes).ok();
    if let Some(value) = &mut value {
        value.set_sensitive(true);
    }
    insert(request, name, value)
}

fn insert(
    request: &mut http::Request<Body>,
    name: &'static str,
    value: Option<HeaderValue>,
) -> Result<(), Error> {
    let Some(value) = value else {
        let message = format!("the header {name} is invalid; nothing was sent");
        return Err(Error::invalid_argument(message).build());
    };
    request
        .headers_mut()
        .insert(HeaderName::from_static(name), value);
    Ok(())
}

/// The token that is sent, if there is one.
pub(super) fn bearer_token(request: &http::Request<Body>) -> Option<Secret> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(Secret::from)
}

/// A failed exchange, and how far it got.
///
/// This decides if a write may be retried: use [`unsent`](Self::unsent) only if no byte of the
/// request can have been sent.
#[derive(Debug)]
#[must_use]
pub struct HttpFailure {
    pub(crate) step: FailedStep,
    pub(crate) timed_out: bool,
    pub(crate) cause: String,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailedStep {
    Building,
    Connecting,
    Untrusted,
    NoResponse,
    CutOff { read: usize },
    TooLong { limit: usize },
}

impl HttpFailure {
    fn new(step: FailedStep, cause: impl Into<String>) -> Self {
        Self {
            step,
            timed_out: false,
            cause: cause.into(),
            source: None,
        }
    }

    /// The request cannot be built.
    pub fn invalid(cause: impl Into<String>) -> Self {
        Self::new(FailedStep::Building, cause)
    }

    /// There was no connection, so nothing was sent.
    pub fn unsent(cause: impl Into<String>) -> Self {
        Self::new(FailedStep::Connecting, cause)
    }

    /// The server's certificate is not trusted. Nothing was sent; a retry is useless.
    pub fn untrusted(cause: impl Into<String>) -> Self {
        Self::new(FailedStep::Untrusted, cause)
    }

    /// The connection was lost after the request may have been sent.
    pub fn no_response(cause: impl Into<String>) -> Self {
        Self::new(FailedStep::NoResponse, cause)
    }

    /// The response ended after this many bytes of its body.
    pub fn cut_off(read: usize, cause: impl Into<String>) -> Self {
        Self::new(FailedStep::CutOff { read }, cause)
    }

    /// The response is longer than the engine's limit.
    pub fn too_long(limit: usize) -> Self {
        Self::new(FailedStep::TooLong { limit }, "too long")
    }

    /// Marks the failure as a timeout of the engine.
    pub fn timed_out(mut self) -> Self {
        self.timed_out = true;
        self
    }

    /// Sets the source error. It must not show a URL, whose query may hold a secret.
    pub fn source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}
