//! What came back: status, headers and bytes, and their decoding.
//!
//! Errors of decoding are in `decode_error`.

use std::fmt;

use serde_core::de::DeserializeOwned;
use serde_core::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::from_json::{Fault, FromJson, Leniency, Reader};
use crate::tape::Fill;
use crate::{Correction, Error, OnCorrections, Request, json_path};

/// A reply, read to its end.
#[derive(Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    attempts: u32,
    unsure: bool,
    strict: bool,
    on_corrections: Option<OnCorrections>,
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
            strict: false,
            on_corrections: None,
        }
    }

    /// Sets how the body is decoded. If `strict`, a missing property is an error rather than
    /// [corrected](Correction), except for lists and maps. Corrections are reported to
    /// `on_corrections`.
    #[must_use]
    pub fn with_decoding(mut self, strict: bool, on_corrections: OnCorrections) -> Self {
        self.strict = strict;
        self.on_corrections = Some(on_corrections);
        self
    }

    /// Reports what was corrected while the body was decoded.
    pub(crate) fn report(&self, request: &Request, corrections: &[Correction]) {
        if let (false, Some(report)) = (corrections.is_empty(), &self.on_corrections) {
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
        let mut reader = Reader::new(self.text, self.leniency());
        match reader.fill() {
            Ok(()) => Ok(reader),
            Err(error) => Err(self.broken(error)),
        }
    }

    /// Calls `each` with a reader at each item of a list in turn. `null` is an empty list.
    ///
    /// It may begin again with the first item: when an item holds what cannot be a value (half a
    /// character, a number beyond all bounds), each is read from its own text.
    pub(crate) fn items(&self, each: &mut dyn FnMut(usize, &mut Reader<'_>)) -> Result<(), Error> {
        let mut source = serde_json::Deserializer::from_str(self.text);
        let mut reader = Reader::new(self.text, self.leniency());
        reader.clear();
        source
            .deserialize_any(Items { reader, each })
            .and_then(|()| source.end())
            .or_else(|error| self.items_apart(each).ok_or_else(|| self.broken(error)))
    }

    #[cold]
    fn items_apart(&self, each: &mut dyn FnMut(usize, &mut Reader<'_>)) -> Option<()> {
        let items: Vec<&RawValue> = serde_json::from_str(self.text).ok()?;
        for (index, item) in items.into_iter().enumerate() {
            let mut reader = Reader::new(item.get(), self.leniency());
            reader.clear();
            if let Err(error) = reader.fill() {
                let path = json_path::at(item.get().as_bytes(), error.line(), error.column());
                reader.give_up(path, &error);
            }
            each(index, &mut reader);
        }
        Some(())
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
        match self.reply.strict {
            true => Leniency::Lists,
            false => Leniency::All,
        }
    }
}

/// Reads a list item by item, with the same reader.
struct Items<'a, 'f> {
    reader: Reader<'a>,
    each: &'f mut dyn FnMut(usize, &mut Reader<'_>),
}

impl<'de> serde_core::de::Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: serde_core::de::SeqAccess<'de>>(
        mut self,
        mut items: A,
    ) -> Result<(), A::Error> {
        let mut index = 0;
        while items
            .next_element_seed(Fill(&mut self.reader.tape))?
            .is_some()
        {
            (self.each)(index, &mut self.reader);
            self.reader.clear();
            index += 1;
        }
        Ok(())
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
