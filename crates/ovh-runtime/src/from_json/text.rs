//! The JSON text of a response, decoded as one value or item by item.

use std::fmt;

use serde_core::Deserializer;
use serde_core::de::{Error as _, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{DecodeError, Leniency, Reader};
use crate::decode_options::{Exceeded, Limits, OVER_LIMIT};
use crate::parsed_json::ParseInto;
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
        let mut reader = self.new_reader(self.text);
        let filled = reader.fill();
        check(&reader, filled)?;
        Ok(reader)
    }

    /// Calls `each` with a reader at each item of a list. `null` is an empty list.
    ///
    /// It may start again at the first item: if an item holds an invalid value (half a character, a
    /// number out of range), each item is read from its own text.
    pub(crate) fn items(
        &self,
        each: &mut dyn FnMut(usize, &mut Reader<'_>),
    ) -> Result<(), TextError> {
        let mut source = serde_json::Deserializer::from_str(self.text);
        let mut reader = self.new_reader(self.text);
        reader.clear();
        let visitor = Items {
            reader: &mut reader,
            each,
        };
        let read = source.deserialize_any(visitor).and_then(|()| source.end());
        match check(&reader, read) {
            Err(TextError::Json(_)) => self.items_apart(&mut |index, text| {
                let mut reader = self.new_reader(text);
                reader.clear();
                if let Err(error) = reader.fill() {
                    let path = json_path::at(text.as_bytes(), error.line(), error.column());
                    reader.give_up(path, &error);
                }
                each(index, &mut reader);
            }),
            result => result,
        }
    }

    /// Calls `each` with the text of each item of a list.
    #[cold]
    pub(crate) fn items_apart(
        &self,
        each: &mut dyn FnMut(usize, &'a str),
    ) -> Result<(), TextError> {
        serde_json::from_str::<Option<Vec<IgnoredAny>>>(self.text).map_err(TextError::Json)?;
        let mut limits = Limits::new(Some(self.options));
        for (index, text) in self.raw_items().enumerate() {
            limits.check(index).map_err(TextError::Exceeded)?;
            each(index, text);
        }
        Ok(())
    }

    /// The texts of the items of a list; empty if it is not a list.
    pub(crate) fn raw_items(&self) -> RawItems<'a> {
        RawItems(self.text.strip_prefix('[').unwrap_or_default())
    }

    fn new_reader(&self, text: &'a str) -> Reader<'a> {
        let mut reader = Reader::new(
            text,
            match self.options.strict {
                true => Leniency::Lists,
                false => Leniency::All,
            },
        );
        reader.values.limits = Limits::new(Some(self.options));
        reader
    }
}

/// Replaces the parser's error by that of a limit that stopped it.
fn check(reader: &Reader<'_>, read: Result<(), serde_json::Error>) -> Result<(), TextError> {
    read.map_err(|error| match reader.values.limits.exceeded {
        Some(exceeded) => TextError::Exceeded(exceeded),
        None => TextError::Json(error),
    })
}

/// Reads a list item by item, reusing the reader.
struct Items<'r, 'a, 'f> {
    reader: &'r mut Reader<'a>,
    each: &'f mut dyn FnMut(usize, &mut Reader<'_>),
}

impl<'de> Visitor<'de> for Items<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Self { reader, each } = self;
        let mut index = 0;
        while items
            .next_element_seed(ParseInto(&mut reader.values))?
            .is_some()
        {
            let within = reader.values.limits.check(index);
            within.map_err(|_| A::Error::custom(OVER_LIMIT))?;
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
