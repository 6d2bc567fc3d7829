//! The interface between the client and an HTTP library.
//!
//! An engine gets a complete request, signature included, and returns a complete response, or says
//! how far it got. It must not follow redirects, retry, or change URL or body, which are signed.
//! The default engine is in `reqwest_engine`.

use std::error::Error as StdError;
use std::fmt;

use ovh_runtime::{Body, BoxFuture, Error, Method, Response, Secret};
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use crate::macros::partial_debug;

/// A custom HTTP engine: see [`ClientBuilder::http`](crate::ClientBuilder::http).
pub trait HttpEngine: Send + Sync + fmt::Debug + 'static {
    /// Sends one request once, and reads the full response.
    ///
    /// The future is dropped when the call's timeout expires.
    fn exchange(&self, request: HttpRequest) -> BoxFuture<'_, Result<Response, HttpFailure>>;
}

/// A complete HTTP request.
pub struct HttpRequest {
    method: Method,
    /// Parsed once, so that the signed URL is the one that is sent.
    url: Url,
    headers: HeaderMap,
    body: Option<Body>,
}

impl HttpRequest {
    pub(crate) fn new(method: Method, url: Url, body: Option<Body>) -> Self {
        Self {
            method,
            url,
            // Enough for a signed call, and one or two headers of the caller.
            headers: HeaderMap::with_capacity(8),
            body,
        }
    }

    /// Sets a header, replacing an earlier value.
    pub(crate) fn header(&mut self, name: &str, value: &str, secret: bool) -> Result<(), Error> {
        let header = HeaderName::from_bytes(name.as_bytes()).ok();
        let Some((header, mut value)) = header.zip(HeaderValue::from_str(value).ok()) else {
            let message = format!("the header {name} is invalid; nothing was sent");
            return Err(Error::invalid_argument(message).build());
        };
        value.set_sensitive(secret);
        self.headers.insert(header, value);
        Ok(())
    }

    /// Returns the HTTP method.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the absolute URL, to be sent unchanged. Its query may hold a secret.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Iterates over the headers: name, value, and `true` if the value is secret.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        self.headers.iter().map(|(name, value)| {
            let text = value.to_str().unwrap_or_default();
            (name.as_str(), text, value.is_sensitive())
        })
    }

    /// Returns the body. It may hold a secret.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.body.as_ref().map(Body::as_bytes)
    }

    /// The token that is sent, if there is one.
    pub(crate) fn bearer_token(&self) -> Option<Secret> {
        let value = self.headers.get(AUTHORIZATION)?.to_str().ok()?;
        value.strip_prefix("Bearer ").map(Secret::from)
    }

    pub(crate) fn into_parts(self) -> (Method, Url, HeaderMap, Option<Body>) {
        (self.method, self.url, self.headers, self.body)
    }
}

// The query and values of headers may hold secrets.
partial_debug!(
    HttpRequest,
    |request| method = request.method,
    url = request.url().split('?').next().unwrap_or_default(),
    headers = request.headers.keys().collect::<Vec<_>>(),
    body = request.body
);

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
