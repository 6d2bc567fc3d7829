//! What came back: status, headers and bytes, and their decoding.
//!
//! Errors of decoding are in `decode_error`.

use std::fmt;

use serde_core::de::{DeserializeOwned, Error as _, IgnoredAny};
use serde_core::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::from_json::{Fault, FromJson, Leniency, Reader};
use crate::limits::{Limits, OVER_LIMIT};
use crate::tape::Fill;
use crate::{Correction, DecodeOptions, Error, Request, json_path};

/// A reply, read to its end.
#[derive(Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    attempts: u32,
    unsure: bool,
    decoding: DecodeOptions,
}

impl Reply {
    /// A reply from its parts. Header names may be in any case.
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

    /// Sets how the body is decoded.
    #[must_use]
    pub fn with_decoding(mut self, options: DecodeOptions) -> Self {
        self.decoding = options;
        self
    }

    /// Reports what was corrected while the body was decoded.
    pub(crate) fn report(&self, request: &Request, corrections: &[Correction]) {
        if let (false, Some(report)) = (corrections.is_empty(), &self.decoding.on_corrections) {
            report(request, corrections);
        }
    }

    /// Notes how the reply was got: after so many attempts, and whether one of the earlier ones
    /// may have had its effect without our seeing the answer.
    #[must_use]
    pub fn with_history(mut self, attempts: u32, unsure: bool) -> Self {
        self.attempts = attempts;
        self.unsure = unsure;
        self
    }

    /// How many attempts were made until this reply came.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Whether an attempt before this reply may have had its effect without our seeing the answer.
    #[must_use]
    pub const fn is_unsure(&self) -> bool {
        self.unsure
    }

    /// The HTTP status code.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The first header of that name, whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// All headers, as they came.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The bytes of the body. They may hold a secret.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The id under which OVHcloud's support finds the call (`X-OVH-QUERYID`).
    #[must_use]
    pub fn query_id(&self) -> Option<&str> {
        self.header("X-OVH-QUERYID")
    }

    /// Whether the call succeeded: a status from 200 to 299.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Decodes the body.
    ///
    /// # Errors
    ///
    /// A body that is empty, no JSON, cut off, or not of the type `T`: the error names the JSON
    /// path, and carries status, query id and the raw body.
    pub fn decode<'a, T: Deserialize<'a>>(&'a self, request: &Request) -> Result<T, Error> {
        let body = self.filled(request)?;
        serde_json::from_slice(body).map_err(|source| self.broken(request, body, source))
    }

    /// The body without the blanks around it, if there is anything in it.
    fn filled(&self, request: &Request) -> Result<&[u8], Error> {
        match self.body.trim_ascii() {
            // A void operation answers with nothing or with `null`; both decode into `()`.
            b"" if request.operation().is_some_and(crate::Operation::is_void) => Ok(b"null"),
            b"" => Err(self.empty(request)),
            body => Ok(body),
        }
    }

    /// The body for those who read it value by value.
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
    pub(crate) reply: &'a Reply,
    text: &'a str,
}

impl<'a> JsonBody<'a> {
    /// The text itself.
    pub(crate) const fn text(&self) -> &'a str {
        self.text
    }

    /// A reader that stands at the whole value.
    pub(crate) fn reader(&self) -> Result<Reader<'a>, Error> {
        let mut reader = self.new_reader(self.text);
        match reader.fill() {
            Ok(()) => Ok(reader),
            Err(error) => Err(self.stopped(&reader).unwrap_or_else(|| self.broken(error))),
        }
    }

    /// Calls `each` with a reader at each item of a list in turn. `null` is an empty list.
    ///
    /// It may begin again with the first item: when an item holds what cannot be a value (half a
    /// character, a number beyond all bounds), each is read from its own text.
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

    /// Calls `each` with the text of each item of a list in turn.
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

    /// The texts of the items of a list; none if it is no list.
    pub(crate) fn raw_items(&self) -> RawItems<'a> {
        RawItems(self.text.strip_prefix('[').unwrap_or_default())
    }

    fn new_reader(&self, text: &'a str) -> Reader<'a> {
        let mut reader = Reader::new(text, self.leniency());
        reader.tape.limits = Limits::new(&self.reply.decoding);
        reader
    }

    /// The error of a reader that a limit stopped.
    fn stopped(&self, reader: &Reader<'_>) -> Option<Error> {
        reader.tape.limits.error(self.request, self.reply)
    }

    fn broken(&self, source: serde_json::Error) -> Error {
        self.reply
            .broken(self.request, self.text.as_bytes(), source)
    }

    /// The error of a value that is JSON, but not of its type.
    pub(crate) fn unpromised(&self, fault: Box<Fault>) -> Error {
        self.reply.unpromised(self.request, fault)
    }

    const fn leniency(&self) -> Leniency {
        match self.reply.decoding.strict {
            true => Leniency::Lists,
            false => Leniency::All,
        }
    }
}

/// Reads a list item by item, with the same reader.
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

/// The texts of the items of a list that is known to be JSON up to the item that is asked for.
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

/// What the call of an operation gives: a value of the document's type, and [`List`](crate::List)
/// and [`Page`](crate::Page), in which a bad item costs only itself.
pub trait Answer: Sized + 'static {
    /// Makes the value of a successful reply, and adds what was corrected in it.
    ///
    /// # Errors
    ///
    /// A body that is not what the type wants.
    fn answer(
        request: &Request,
        reply: &Reply,
        corrections: &mut Vec<Correction>,
    ) -> Result<Self, Error>;
}

impl<T: FromJson + 'static> Answer for T {
    fn answer(
        request: &Request,
        reply: &Reply,
        corrections: &mut Vec<Correction>,
    ) -> Result<Self, Error> {
        T::from_body(reply.json(request)?, corrections)
    }
}

/// Nothing is expected, so whatever comes is accepted, except for a page of a proxy.
impl Answer for () {
    fn answer(request: &Request, reply: &Reply, _: &mut Vec<Correction>) -> Result<Self, Error> {
        const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
        let body = reply.body();
        let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        match body.trim_ascii_start().first() {
            Some(b'<') => Err(reply.page(request)),
            _ => Ok(()),
        }
    }
}

/// What is no JSON, or whatever a document does not describe, is given as it came.
impl Answer for Reply {
    fn answer(_: &Request, reply: &Reply, _: &mut Vec<Correction>) -> Result<Self, Error> {
        Ok(reply.clone())
    }
}

/// What a call can be asked to give instead: whatever serde decodes, and [`List`](crate::List) and
/// [`Page`](crate::Page), in which a bad item costs only itself.
pub trait FromReply: Sized + 'static {
    /// Makes the value of a successful reply.
    ///
    /// # Errors
    ///
    /// A body that is not what the type wants.
    fn from_reply(request: &Request, reply: &Reply) -> Result<Self, Error>;
}

impl<T: DeserializeOwned + 'static> FromReply for T {
    fn from_reply(request: &Request, reply: &Reply) -> Result<Self, Error> {
        reply.decode(request)
    }
}

/// What is no JSON, or whatever a document does not describe, is given as it came.
impl FromReply for Reply {
    fn from_reply(_: &Request, reply: &Reply) -> Result<Self, Error> {
        Ok(reply.clone())
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("query_id", &self.query_id())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}
