//! The interface between the client and an HTTP library.
//!
//! An engine gets a complete request, signature included, and returns a complete response, or says
//! how far it got. It must not follow redirects, retry, or change URL or body, which are signed.
//! The default engine is in `reqwest_engine`.

use std::error::Error as StdError;
use std::fmt;

use ovh_runtime::{Body, BoxFuture, Method, Response, Secret};
use reqwest::Url;

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
    headers: Vec<Header>,
    body: Option<Body>,
}

struct Header {
    name: &'static str,
    value: HeaderText,
    secret: bool,
}

/// A header value. Values that are the same in every call are not copied.
#[derive(Clone)]
pub(crate) enum HeaderText {
    Fixed(&'static str),
    Own(Secret),
}

impl HeaderText {
    fn expose(&self) -> &str {
        match self {
            Self::Fixed(text) => text,
            Self::Own(text) => text.expose(),
        }
    }
}

impl From<&'static str> for HeaderText {
    fn from(text: &'static str) -> Self {
        Self::Fixed(text)
    }
}

impl From<String> for HeaderText {
    fn from(text: String) -> Self {
        Self::Own(text.into())
    }
}

impl From<Secret> for HeaderText {
    fn from(text: Secret) -> Self {
        Self::Own(text)
    }
}

impl HttpRequest {
    pub(crate) fn new(method: Method, url: Url, body: Option<Body>) -> Self {
        Self {
            method,
            url,
            // Room for the headers of a signed call, and one or two of the caller's.
            headers: Vec::with_capacity(8),
            body,
        }
    }

    /// Sets a header, replacing an earlier value.
    pub(crate) fn header(
        &mut self,
        name: &'static str,
        value: impl Into<HeaderText>,
        secret: bool,
    ) {
        self.headers
            .retain(|header| !header.name.eq_ignore_ascii_case(name));
        self.headers.push(Header {
            name,
            value: value.into(),
            secret,
        });
    }

    /// Returns the HTTP method.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.method
    }

    /// Returns the absolute URL, to be sent unchanged. Its query may hold a secret.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    pub(crate) const fn parsed_url(&self) -> &Url {
        &self.url
    }

    /// Iterates over the headers: name, value, and `true` if the value is secret.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str, bool)> {
        self.headers
            .iter()
            .map(|header| (header.name, header.value.expose(), header.secret))
    }

    /// Returns the body. It may hold a secret.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.body.as_ref().map(Body::as_bytes)
    }

    /// The token that is sent, if there is one.
    pub(crate) fn bearer_token(&self) -> Option<Secret> {
        self.headers().find_map(|(name, value, _)| {
            let token = value.strip_prefix("Bearer ")?;
            (name == "authorization").then(|| Secret::from(token))
        })
    }

    pub(crate) fn take_body(&mut self) -> Option<Body> {
        self.body.take()
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|header| header.name).collect();
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &self.url().split('?').next().unwrap_or_default())
            .field("headers", &names)
            .field("body", &self.body)
            .finish()
    }
}

/// A failed exchange, and how far it got.
///
/// This decides if a write may be retried: use [`unsent`](Self::unsent) only if no byte of the
/// request can have been sent.
#[derive(Debug)]
#[must_use]
pub struct HttpFailure {
    pub(crate) stage: Stage,
    pub(crate) timed_out: bool,
    pub(crate) cause: String,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Invalid,
    Unsent,
    Untrusted,
    NoReply,
    CutOff { read: usize },
    TooLong { limit: usize },
}

impl HttpFailure {
    fn new(stage: Stage, cause: impl Into<String>) -> Self {
        Self {
            stage,
            timed_out: false,
            cause: cause.into(),
            source: None,
        }
    }

    /// The request cannot be built.
    pub fn invalid(cause: impl Into<String>) -> Self {
        Self::new(Stage::Invalid, cause)
    }

    /// There was no connection, so nothing was sent.
    pub fn unsent(cause: impl Into<String>) -> Self {
        Self::new(Stage::Unsent, cause)
    }

    /// The server's certificate is not trusted. Nothing was sent; a retry is useless.
    pub fn untrusted(cause: impl Into<String>) -> Self {
        Self::new(Stage::Untrusted, cause)
    }

    /// The connection was lost after the request may have been sent.
    pub fn no_reply(cause: impl Into<String>) -> Self {
        Self::new(Stage::NoReply, cause)
    }

    /// The response ended after this many bytes of its body.
    pub fn cut_off(read: usize, cause: impl Into<String>) -> Self {
        Self::new(Stage::CutOff { read }, cause)
    }

    /// The response is longer than the engine's limit.
    pub fn too_long(limit: usize) -> Self {
        Self::new(Stage::TooLong { limit }, "too long")
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
