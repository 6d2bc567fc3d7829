//! Decoding of models from parsed JSON, with errors and corrections.
//!
//! Decoding never stops early: an error is recorded once, with its JSON path, and a placeholder is
//! used until the whole value is discarded. A model's decoder is therefore one expression without a
//! branch, which makes hundreds of them cheap to compile.

mod correct;
mod level;
mod reader;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use serde_core::Deserializer;
use serde_core::de::{DeserializeSeed, Error as _};

use self::level::Container;
pub(crate) use self::level::Leniency;
pub use self::level::Shape;
pub use self::reader::Reader;
pub(crate) use self::reader::step_out;
pub use self::text::{JsonText, TextError};
use crate::decode_options::Limits;
use crate::parsed_json::{Node, ParseInto};
use crate::{Correction, Date, DateTime, Secret};

/// A value that can be decoded from a response.
///
/// The macros of this crate implement it for models and enums. A type of your own implements serde's
/// `Deserialize`: see [`Call::json`](crate::Call::json).
pub trait FromJson: Sized {
    /// `true` if the document promises a property of this type.
    #[doc(hidden)]
    const IS_PROMISED: bool = true;

    /// Decodes the reader's current value. A missing one is corrected if allowed; one of another
    /// type is recorded as an error in the reader, and the returned value is a placeholder.
    #[doc(hidden)]
    fn from_json(json: &mut Reader<'_>) -> Self;

    /// Decodes a whole response, with its corrections.
    #[doc(hidden)]
    fn from_text(text: JsonText<'_>, corrections: &mut Vec<Correction>) -> Result<Self, TextError> {
        let mut reader = text.reader()?;
        let value = Self::from_json(&mut reader);
        match reader.fault.take() {
            None => {
                corrections.append(&mut reader.corrections);
                Ok(value)
            }
            Some(fault) => Err(TextError::Type(fault)),
        }
    }
}

/// Decodes a value through serde, for other formats or as part of another type. It is strict: only
/// lists and maps may be missing.
///
/// # Errors
///
/// Returns an error with its JSON path if the value does not match the type.
pub fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromJson,
    D: Deserializer<'de>,
{
    let mut reader = Reader::new(Leniency::Serde, Limits::new(None));
    ParseInto(&mut reader.values).deserialize(deserializer)?;
    let value = T::from_json(&mut reader);
    match reader.fault {
        None => Ok(value),
        Some(fault) if fault.path.is_empty() => Err(D::Error::custom(fault)),
        Some(fault) => Err(D::Error::custom(format_args!("`{}`: {fault}", fault.path))),
    }
}

macro_rules! from_json {
    ($($t:ty: $json:ident => $value:expr;)*) => {$(
        impl FromJson for $t {
            fn from_json($json: &mut Reader<'_>) -> Self {
                $value
            }
        }
    )*};
}
from_json! {
    bool: json => match json.node() {
        Some(Node::Bool(value)) => value,
        _ => json.correct_or_fail("a boolean", false),
    };
    i32: json => json.number().unwrap_or_default();
    i64: json => json.number().unwrap_or_default();
    u32: json => json.number().unwrap_or_default();
    u64: json => json.number().unwrap_or_default();
    String: json => json.text().unwrap_or_default().to_owned();
    // Never corrected: an empty secret would look like a real one.
    Secret: json => Self::new(json.required().text().unwrap_or_default());
    DateTime: json => json.parsed("a timestamp (RFC 3339)", Self::default());
    Date: json => json.parsed("a date (YYYY-MM-DD)", Self::default());
    IpAddr: json => json.parsed("an IP address", Self::V4(Ipv4Addr::UNSPECIFIED));
}

impl FromJson for f64 {
    #[allow(clippy::cast_precision_loss, reason = "as serde does it")]
    fn from_json(json: &mut Reader<'_>) -> Self {
        match json.node() {
            Some(Node::Float(value)) => value,
            Some(Node::Int(value)) => value as Self,
            Some(Node::Large(value)) => value as Self,
            _ => json.correct_or_fail("a number", 0.0),
        }
    }
}

impl FromJson for serde_json::Value {
    fn from_json(json: &mut Reader<'_>) -> Self {
        match json.node() {
            None => json.correct_or_fail("a value", Self::Null),
            Some(Node::Null) => Self::Null,
            Some(Node::Bool(value)) => Self::Bool(value),
            Some(Node::Int(value)) => value.into(),
            Some(Node::Large(value)) => value.into(),
            Some(Node::Float(value)) => value.into(),
            Some(Node::Text { .. }) => Self::String(String::from_json(json)),
            Some(Node::Array { .. }) => Self::Array(Vec::from_json(json)),
            Some(Node::Object { .. }) => Self::Object(serde_json::Map::from_json(json)),
        }
    }
}

/// Absent and null are the same.
impl<T: FromJson> FromJson for Option<T> {
    const IS_PROMISED: bool = false;

    fn from_json(json: &mut Reader<'_>) -> Self {
        if json.is_missing() {
            None
        } else {
            Some(T::from_json(json))
        }
    }
}

impl<T: FromJson> FromJson for Box<T> {
    const IS_PROMISED: bool = T::IS_PROMISED;

    fn from_json(json: &mut Reader<'_>) -> Self {
        Self::new(T::from_json(json))
    }
}

/// Absent and null are an empty list. The API returns `null` where its document promises a list.
impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: &mut Reader<'_>) -> Self {
        let (outer, len) = json.enter_items(Container::Array);
        let mut list = Self::with_capacity(len);
        while json.next_item() {
            list.push(T::from_json(json));
        }
        json.close(outer);
        list
    }

    fn from_text(text: JsonText<'_>, corrections: &mut Vec<Correction>) -> Result<Self, TextError> {
        let mut list = Ok(Self::new());
        let before = corrections.len();
        text.items(&mut |index, _, reader| {
            let value = T::from_json(reader);
            match (reader.end_item(index, corrections), &mut list) {
                (None, Ok(list)) => list.push(value),
                (Some(fault), Ok(_)) => list = Err(fault),
                (_, Err(_)) => {}
            }
        })?;
        list.map_err(|fault| {
            // After an error nothing is kept.
            corrections.truncate(before);
            TextError::Type(fault)
        })
    }
}

/// Absent and null are an empty map.
macro_rules! map {
    ($map:ty, $value:ty $(, $t:ident)?) => {
        impl$(<$t: FromJson>)? FromJson for $map {
            fn from_json(json: &mut Reader<'_>) -> Self {
                let (outer, _) = json.enter_items(Container::Map);
                let mut map = Self::new();
                while let Some(name) = json.next_entry() {
                    map.insert(name, <$value>::from_json(json));
                }
                json.close(outer);
                map
            }
        }
    };
}
map!(BTreeMap<String, T>, T, T);
map!(serde_json::Map<String, serde_json::Value>, serde_json::Value);
