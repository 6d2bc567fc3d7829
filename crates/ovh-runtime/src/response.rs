//! Responses: status, headers and body, and the types that they decode to.
//!
//! Values are decoded in `from_json`, errors are made in `decode_error`.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_core::Deserialize;
use serde_core::de::DeserializeOwned;

use crate::from_json::{FromJson, JsonText, TextError};
use crate::getters::getters;
use crate::http_date::{delay, http_date};
use crate::{Correction, DecodeOptions, Error, Request};

/// A complete response.
#[derive(Clone)]
pub struct Response {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    attempts: u32,
    unsure: bool,
    decoding: DecodeOptions,
}

impl Response {
    /// Creates a response from its parts.
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers,
            body: body.into(),
            attempts: 1,
            unsure: false,
            decoding: DecodeOptions::default(),
        }
    }

    /// Returns `true` if missing properties are errors.
    pub(crate) const fn is_strict(&self) -> bool {
        self.decoding.strict
    }

    /// Sets the options for decoding the body.
    #[must_use]
    pub fn with_decoding(mut self, options: DecodeOptions) -> Self {
        self.decoding = options;
        self
    }

    /// Reports the corrections made while decoding the body.
    pub(crate) fn report(&self, request: &Request, corrections: &[Correction]) {
        if let (false, Some(report)) = (corrections.is_empty(), &self.decoding.on_corrections) {
            report(request, corrections);
        }
    }

    /// Sets the number of attempts, and if an earlier one may have taken effect.
    #[must_use]
    pub fn with_history(mut self, attempts: u32, unsure: bool) -> Self {
        self.attempts = attempts;
        self.unsure = unsure;
        self
    }

    /// The first header with that name, if it is text. The case of the name is ignored.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.headers.get(name)?.as_bytes()).ok()
    }

    /// Decodes the body.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is empty, not JSON, cut off, or not of type `T`. The error
    /// names the JSON path, and carries status, query ID and the raw body.
    pub fn decode<'a, T: Deserialize<'a>>(&'a self, request: &Request) -> Result<T, Error> {
        let body = self.filled(request)?;
        serde_json::from_slice(body).map_err(|source| self.broken(request, body, source))
    }

    /// The trimmed body, unless it is empty.
    fn filled(&self, request: &Request) -> Result<&[u8], Error> {
        match self.body.trim_ascii() {
            // An operation without a result returns an empty body or `null`; both decode into `()`.
            b"" if request.operation().is_some_and(crate::Operation::is_void) => Ok(b"null"),
            b"" => Err(self.empty(request)),
            body => Ok(body),
        }
    }

    /// Passes the body to `read`, which decodes it value by value.
    pub(crate) fn read<T>(
        &self,
        request: &Request,
        read: impl FnOnce(JsonText<'_>) -> Result<T, TextError>,
    ) -> Result<T, Error> {
        let body = self.filled(request)?;
        let text = std::str::from_utf8(body).map_err(|source| self.no_text(request, source))?;
        let options = &self.decoding;
        read(JsonText { text, options }).map_err(|error| self.undecoded(request, body, error))
    }
}

getters! { Response {
    /// The number of attempts made for this response.
    attempts -> u32: this => this.attempts;

    /// Returns `true` if an earlier attempt may have taken effect without a response.
    is_unsure -> bool: this => this.unsure;

    /// The HTTP status code.
    status -> StatusCode: this => this.status;

    /// Returns `true` if the status is 200 to 299.
    is_success -> bool: this => this.status.is_success();

    /// All headers, unchanged.
    headers -> &HeaderMap: this => &this.headers;

    /// The bytes of the body, which may hold a secret.
    body -> &Bytes: this => &this.body;

    /// The server's time when it answered (`Date`), in Unix seconds.
    date -> Option<i64>: this => this.header("Date").and_then(http_date);

    /// The delay that the server asks for (`Retry-After`).
    retry_after -> Option<Duration>: this => {
        this.header("Retry-After").and_then(|text| delay(text, this.date()))
    };

    /// The request ID for OVHcloud's support (`X-OVH-QUERYID`).
    query_id -> Option<&str>: this => this.header("X-OVH-QUERYID");
} }

impl From<http::Response<Bytes>> for Response {
    fn from(response: http::Response<Bytes>) -> Self {
        let (parts, body) = response.into_parts();
        Self::new(parts.status, parts.headers, body)
    }
}

impl From<Response> for http::Response<Bytes> {
    fn from(response: Response) -> Self {
        let mut whole = Self::new(response.body);
        *whole.status_mut() = response.status;
        *whole.headers_mut() = response.headers;
        whole
    }
}

/// The result of an operation: a value of the documented type, a list or a page. In
/// [`List`](crate::List) and [`Page`](crate::Page), a bad item is an error on its own.
pub trait FromResponse: Sized + 'static {
    /// Decodes a successful response, and adds its corrections.
    ///
    /// # Errors
    ///
    /// Returns an error if the body does not match the type.
    fn from_response(
        request: &Request,
        response: &Response,
        corrections: &mut Vec<Correction>,
    ) -> Result<Self, Error>;
}

impl<T: FromJson + 'static> FromResponse for T {
    fn from_response(
        request: &Request,
        response: &Response,
        corrections: &mut Vec<Correction>,
    ) -> Result<Self, Error> {
        response.read(request, |text| T::from_text(text, corrections))
    }
}

/// A value with its corrections: see [`Call::with_corrections`](crate::Call::with_corrections).
impl<T: FromResponse> FromResponse for (T, Vec<Correction>) {
    fn from_response(
        request: &Request,
        response: &Response,
        corrections: &mut Vec<Correction>,
    ) -> Result<Self, Error> {
        let mut own = Vec::new();
        let value = T::from_response(request, response, &mut own)?;
        corrections.extend_from_slice(&own);
        Ok((value, own))
    }
}

/// No content is expected, so any body is accepted, except for a proxy's page.
impl FromResponse for () {
    fn from_response(
        request: &Request,
        response: &Response,
        _: &mut Vec<Correction>,
    ) -> Result<Self, Error> {
        const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
        let body = response.body();
        let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        match body.trim_ascii_start().first() {
            Some(b'<') => Err(response.page(request)),
            _ => Ok(()),
        }
    }
}

/// Non-JSON bodies, and those that the document does not describe, are returned unchanged.
impl FromResponse for Response {
    fn from_response(
        _: &Request,
        response: &Response,
        _: &mut Vec<Correction>,
    ) -> Result<Self, Error> {
        Ok(response.clone())
    }
}

/// Types that a call can decode to instead: any serde type, a list or a page. In
/// [`List`](crate::List) and [`Page`](crate::Page), a bad item is an error on its own.
pub trait DecodeResponse: Sized + 'static {
    /// Decodes a successful response.
    ///
    /// # Errors
    ///
    /// Returns an error if the body does not match the type.
    fn decode_response(request: &Request, response: &Response) -> Result<Self, Error>;
}

impl<T: DeserializeOwned + 'static> DecodeResponse for T {
    fn decode_response(request: &Request, response: &Response) -> Result<Self, Error> {
        response.decode(request)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status.as_u16())
            .field("query_id", &self.query_id())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}
