//! The JSON text of a response, decoded as one value or item by item.

use std::fmt;

use serde_core::Deserializer;
use serde_core::de::{Error as _, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::level::{Leniency, Place};
use super::reader::{DecodeError, Reader};
use crate::decode_options::{Exceeded, Limits, OVER_LIMIT};
use crate::{DecodeOptions, json_path};

/// A JSON text with the options for decoding it.
#[derive(Clone, Copy, Debug)]
pub struct JsonText<'a> {
    pub(crate) text: &'a str,
    pub(crate) options: &'a DecodeOptions,
}

/// The reason that a text does not decode.
#[derive(Debug)]
pub enum TextError {
    /// A limit of decoding was exceeded.
    Exceeded(Exceeded),
    /// The text is not JSON.
    Json(serde_json::Error),
    /// The value is of the wrong type.
    Type(Box<DecodeError>),
}

impl<'a> JsonText<'a> {
    /// Returns a reader at the whole value.
    pub(crate) fn reader(&self) -> Result<Reader<'a>, TextError> {
        let mut reader = self.new_reader();
        let loaded = reader.load(self.text, Place::Root);
        check(reader.values.limits.exceeded, loaded)?;
        Ok(reader)
    }

    /// Calls `each` with the text of each item of a list, and a reader at its value. An invalid
    /// value (half a character, a number out of range) is an error of its item.
    pub(crate) fn items(
        &self,
        each: &mut dyn FnMut(usize, &'a str, &mut Reader<'a>),
    ) -> Result<(), TextError> {
        let mut reader = self.new_reader();
        self.item_texts(&mut |index, text| {
            if let Err(error) = reader.load(text, Place::Inside) {
                reader.values.limits.exceeded.map_or(Ok(()), Err)?;
                let path = json_path::at(text.as_bytes(), error.line(), error.column());
                reader.give_up(path, &error);
            }
            each(index, text, &mut reader);
            Ok(())
        })
    }

    /// Calls `each` with the text of each item of a list. `null` is an empty list.
    pub(crate) fn item_texts(
        &self,
        each: &mut dyn FnMut(usize, &'a str) -> Result<(), Exceeded>,
    ) -> Result<(), TextError> {
        let mut limits = Limits::new(Some(self.options));
        let mut exceeded = None;
        let mut source = serde_json::Deserializer::from_str(self.text);
        let mut goes_on = |index, text| {
            let done = limits.check(index).and_then(|()| each(index, text));
            exceeded = done.err();
            exceeded.is_none()
        };
        let visitor = Items(&mut goes_on);
        let read = source.deserialize_any(visitor).and_then(|()| source.end());
        check(exceeded, read)
    }

    fn new_reader(&self) -> Reader<'a> {
        let leniency = match self.options.strict {
            true => Leniency::Lists,
            false => Leniency::All,
        };
        Reader::new(leniency, Limits::new(Some(self.options)))
    }
}

/// Replaces the parser's error by that of a limit that stopped it.
fn check(exceeded: Option<Exceeded>, read: serde_json::Result<()>) -> Result<(), TextError> {
    exceeded.map_or(Ok(()), |limit| Err(TextError::Exceeded(limit)))?;
    read.map_err(TextError::Json)
}

/// Passes on the texts of the items of a list, until the callback returns `false`.
struct Items<'f, 'a>(&'f mut dyn FnMut(usize, &'a str) -> bool);

impl<'a> Visitor<'a> for Items<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        let mut index = 0;
        while let Some(item) = items.next_element::<&RawValue>()? {
            if !(self.0)(index, item.get()) {
                return Err(A::Error::custom(OVER_LIMIT));
            }
            index += 1;
        }
        Ok(())
    }
}
