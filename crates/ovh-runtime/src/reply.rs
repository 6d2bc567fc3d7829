//! Responses: status, headers and body, and their decoding.
//!
//! The errors of decoding are in `decode_error`.

use std::fmt;

use serde_core::de::{DeserializeOwned, Error as _, IgnoredAny};
use serde_core::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::from_json::{DecodeError, FromJson, Leniency, Reader};
use crate::limits::{Limits, OVER_LIMIT};
use crate::tape::Fill;
use crate::{Correction, DecodeOptions, Error, Request, json_path};

/// A complete response.
#[derive(Clone)]
pub struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    attempts: u32,
    unsure: bool,
    decoding: DecodeOptions,
}

impl Response {
    /// Creates a response from its parts. Header names may be in any case.
    #[must_use]
    pub fn new(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Self {
        Self {
            status,
            headers,
            body,
            attempts: 1,
            unsure: false,
            decoding: DecodeOptions::default(),
        }
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

    /// The number of attempts made for this response.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns `true` if an earlier attempt may have taken effect without a response.
    #[must_use]
    pub const fn is_unsure(&self) -> bool {
        self.unsure
    }

    /// The HTTP status code.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The first header with that name, ignoring case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// All headers, unchanged.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The bytes of the body, which may hold a secret.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The request ID for OVHcloud's support (`X-OVH-QUERYID`).
    #[must_use]
    pub fn query_id(&self) -> Option<&str> {
        self.header("X-OVH-QUERYID")
    }

    /// Returns `true` if the status is 200 to 299.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
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

    /// The body, for decoding value by value.
    pub(crate) fn json<'a>(&'a self, request: &'a Request) -> Result<JsonBody<'a>, Error> {
        let body = self.filled(request)?;
        match std::str::from_utf8(body) {
            Ok(text) => Ok(JsonBody {
                request,
                reply: self,
                text,
            }),
            Err(source) => Err(self.no_text(request, source)),
        }
    }
}

/// The JSON text of a response.
#[derive(Clone, Copy, Debug)]
pub struct JsonBody<'a> {
    pub(crate) request: &'a Request,
    pub(crate) reply: &'a Response,
    text: &'a str,
}

impl<'a> JsonBody<'a> {
    /// The text.
    pub(crate) const fn text(&self) -> &'a str {
        self.text
    }

    /// Returns a reader at the whole value.
    pub(crate) fn reader(&self) -> Result<Reader<'a>, Error> {
        let mut reader = self.new_reader(self.text);
        match reader.fill() {
            Ok(()) => Ok(reader),
            Err(error) => Err(self.stopped(&reader).unwrap_or_else(|| self.broken(error))),
        }
    }

    /// Calls `each` with a reader at each item of a list. `null` is an empty list.
    ///
    /// It may start again at the first item: if an item holds an invalid value (half a character, a
    /// number out of range), each item is read from its own text.
    pub(crate) fn items(&self, each: &mut dyn FnMut(usize, &mut Reader<'_>)) -> Result<(), Error> {
        let mut source = serde_json::Deserializer::from_str(self.text);
        let mut reader = self.new_reader(self.text);
        reader.clear();
        let visitor = Items {
            reader: &mut reader,
            each,
        };
        let read = source.deserialize_any(visitor).and_then(|()| source.end());
        match (read, self.stopped(&reader)) {
            (Ok(()), _) => Ok(()),
            (Err(_), Some(error)) => Err(error),
            (Err(_), None) => self.items_apart(&mut |index, text| {
                let mut reader = self.new_reader(text);
                reader.clear();
                if let Err(error) = reader.fill() {
                    let path = json_path::at(text.as_bytes(), error.line(), error.column());
                    reader.give_up(path, &error);
                }
                each(index, &mut reader);
            }),
        }
    }

    /// Calls `each` with the text of each item of a list.
    #[cold]
    pub(crate) fn items_apart(&self, each: &mut dyn FnMut(usize, &'a str)) -> Result<(), Error> {
        serde_json::from_str::<Option<Vec<IgnoredAny>>>(self.text)
            .map_err(|error| self.broken(error))?;
        let mut limits = Limits::new(&self.reply.decoding);
        for (index, text) in self.raw_items().enumerate() {
            if !limits.allow(index) {
                return limits.error(self.request, self.reply).map_or(Ok(()), Err);
            }
            each(index, text);
        }
        Ok(())
    }

    /// The texts of the items of a list; empty if it is not a list.
    pub(crate) fn raw_items(&self) -> RawItems<'a> {
        RawItems(self.text.strip_prefix('[').unwrap_or_default())
    }

    fn new_reader(&self, text: &'a str) -> Reader<'a> {
        let mut reader = Reader::new(text, self.leniency());
        reader.tape.limits = Limits::new(&self.reply.decoding);
        reader
    }

    /// The error of a reader that was stopped by a limit.
    fn stopped(&self, reader: &Reader<'_>) -> Option<Error> {
        reader.tape.limits.error(self.request, self.reply)
    }

    fn broken(&self, source: serde_json::Error) -> Error {
        self.reply
            .broken(self.request, self.text.as_bytes(), source)
    }

    /// The error of valid JSON of the wrong type.
    pub(crate) fn unpromised(&self, fault: Box<DecodeError>) -> Error {
        self.reply.unpromised(self.request, fault)
    }

    const fn leniency(&self) -> Leniency {
        match self.reply.decoding.strict {
            true => Leniency::Lists,
            false => Leniency::All,
        }
    }
}

/// Reads a list item by item, reusing the reader.
struct Items<'r, 'a, 'f> {
    reader: &'r mut Reader<'a>,
    each: &'f mut dyn FnMut(usize, &mut Reader<'_>),
}

impl<'de> serde_core::de::Visitor<'de> for Items<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: serde_core::de::SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Self { reader, each } = self;
        let mut index = 0;
        while items.next_element_seed(Fill(&mut reader.tape))?.is_some() {
            if !reader.tape.limits.allow(index) {
                return Err(A::Error::custom(OVER_LIMIT));
            }
            each(index, reader);
            reader.clear();
            index += 1;
        }
        Ok(())
    }
}

/// The texts of the items of a list, which is valid JSON up to the requested item.
pub(crate) struct RawItems<'a>(&'a str);

impl<'a> Iterator for RawItems<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let mut values = serde_json::Deserializer::from_str(self.0).into_iter::<&RawValue>();
        let item = values.next()?.ok()?;
        let rest = self.0.get(values.byte_offset()..)?.trim_ascii_start();
        self.0 = rest.strip_prefix(',').unwrap_or_default();
        Some(item.get())
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
        reply: &Response,
        corrections: &mut Vec<Correction>,
    ) -> Result<Self, Error>;
}

impl<T: FromJson + 'static> FromResponse for T {
    fn from_response(
        request: &Request,
        reply: &Response,
        corrections: &mut Vec<Correction>,
    ) -> Result<Self, Error> {
        T::from_body(reply.json(request)?, corrections)
    }
}

/// No content is expected, so any body is accepted, except for a proxy's page.
impl FromResponse for () {
    fn from_response(
        request: &Request,
        reply: &Response,
        _: &mut Vec<Correction>,
    ) -> Result<Self, Error> {
        const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
        let body = reply.body();
        let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        match body.trim_ascii_start().first() {
            Some(b'<') => Err(reply.page(request)),
            _ => Ok(()),
        }
    }
}

/// Non-JSON bodies, and those that the document does not describe, are returned unchanged.
impl FromResponse for Response {
    fn from_response(
        _: &Request,
        reply: &Response,
        _: &mut Vec<Correction>,
    ) -> Result<Self, Error> {
        Ok(reply.clone())
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
    fn from_reply(request: &Request, reply: &Response) -> Result<Self, Error>;
}

impl<T: DeserializeOwned + 'static> DecodeResponse for T {
    fn from_reply(request: &Request, reply: &Response) -> Result<Self, Error> {
        reply.decode(request)
    }
}

/// Non-JSON bodies, and those that the document does not describe, are returned unchanged.
impl DecodeResponse for Response {
    fn from_reply(_: &Request, reply: &Response) -> Result<Self, Error> {
        Ok(reply.clone())
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("query_id", &self.query_id())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}
