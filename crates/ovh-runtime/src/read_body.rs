//! Reads request bodies from files. An unknown key is an error that names the nearest field.
//!
//! It uses serde's visitors, so that formats with positions report that of the key.

#![allow(
    clippy::missing_errors_doc,
    reason = "only the macro `body!` calls them"
)]

mod nearest;

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde_core::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use nearest::nearest;

/// The maximum length of an unknown key in an error.
const LONGEST: usize = 64;

/// The names of a body's fields, in pairs of wire name and Rust name.
pub type Names = &'static [&'static str];

/// A request body, read field by field. Implemented by the macro `body!`.
pub trait ReadBody<'de>: Sized {
    /// The type's name.
    const NAME: &'static str;
    /// The names of its fields.
    const NAMES: Names;

    /// Reads the fields of an object.
    fn read<A: MapAccess<'de>>(fields: Fields<A>) -> Result<Self, A::Error>;
}

/// Reads a request body.
pub fn read_body<'de, T: ReadBody<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    struct Body<T>(PhantomData<T>);

    impl<'de, T: ReadBody<'de>> Visitor<'de> for Body<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a {} object", T::NAME)
        }

        fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<T, A::Error> {
            T::read(Fields {
                entries,
                names: T::NAMES,
                seen: vec![false; T::NAMES.len() / 2],
            })
        }
    }

    deserializer.deserialize_struct(T::NAME, T::NAMES, Body(PhantomData))
}

/// The remaining fields of an object.
#[derive(Debug)]
pub struct Fields<A> {
    entries: A,
    names: Names,
    seen: Vec<bool>,
}

impl<'de, A: MapAccess<'de>> Fields<A> {
    /// Returns the wire name of the next field. An unknown one is an error.
    pub fn next_field(&mut self) -> Result<Option<&'static str>, A::Error> {
        Ok(self.next_key(false)?.and_then(Result::ok))
    }

    /// Returns the wire name of the next field; unknown properties go into `rest`.
    pub fn next_or_rest<T: Deserialize<'de>>(
        &mut self,
        rest: &mut BTreeMap<String, T>,
    ) -> Result<Option<&'static str>, A::Error> {
        while let Some(key) = self.next_key(true)? {
            let Err(name) = key else { return Ok(key.ok()) };
            if rest.insert(name, self.entries.next_value()?).is_some() {
                return Err(A::Error::custom("a key is repeated"));
            }
        }
        Ok(None)
    }

    fn next_key(&mut self, has_rest: bool) -> Result<Option<FieldName>, A::Error> {
        self.entries.next_key_seed(Key {
            names: self.names,
            seen: &mut self.seen,
            has_rest,
        })
    }

    /// Returns the value of the field.
    pub fn value<T: Deserialize<'de>>(&mut self) -> Result<T, A::Error> {
        self.entries.next_value()
    }
}

/// Returns the value of a required field.
pub fn required<T, E: Error>(value: Option<T>, wire: &'static str) -> Result<T, E> {
    value.ok_or_else(|| E::missing_field(wire))
}

/// The wire name of a field, or an unknown key.
type FieldName = Result<&'static str, String>;

/// Reads one key, and refuses it while the format's position is still at the key.
struct Key<'a> {
    names: Names,
    seen: &'a mut [bool],
    /// Accepts an unknown key.
    has_rest: bool,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = FieldName;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = FieldName;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        let field = match find(self.names, key) {
            Some(field) => field,
            None if self.has_rest => return Ok(Err(key.to_owned())),
            None => return Err(E::custom(unknown(key, self.names))),
        };
        let wire = self.names[2 * field];
        if std::mem::replace(&mut self.seen[field], true) {
            return Err(E::duplicate_field(wire));
        }
        Ok(Ok(wire))
    }
}

/// The field with this wire name, or else with this Rust name.
fn find(names: Names, key: &str) -> Option<usize> {
    let with = |offset: usize| {
        let mut candidates = names.iter().skip(offset).step_by(2);
        candidates.position(|candidate| *candidate == key)
    };
    with(0).or_else(|| with(1))
}

/// The error message for an unknown key.
fn unknown(key: &str, names: Names) -> String {
    let mut shown: String = key
        .chars()
        .take(LONGEST)
        .flat_map(char::escape_debug)
        .collect();
    if key.chars().nth(LONGEST).is_some() {
        shown.push_str("...");
    }
    if let Some(name) = nearest(key, names) {
        return format!("unknown field `{shown}`, did you mean `{name}`?");
    }
    let names: Vec<_> = names
        .iter()
        .step_by(2)
        .map(|wire| format!("`{wire}`"))
        .collect();
    let one_of = if names.len() > 1 { "one of " } else { "" };
    format!(
        "unknown field `{shown}`, expected {one_of}{}",
        names.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use crate::{Date, DateTime};

    crate::body! {
        /// A body with dates.
        pub struct Expiry {
            /// A point in time.
            at: DateTime = "at",
            => optional:
            /// A day.
            day: Date = "day",
        }
    }

    #[test]
    fn dates_are_read() {
        let moment: DateTime = "2026-01-01T00:00:00+01:00".parse().expect("a moment");
        let day: Date = "2026-01-02".parse().expect("a day");
        let body = Expiry::new(moment).day(day);
        let text = serde_json::to_string(&body).expect("JSON");
        assert_eq!(serde_json::from_str::<Expiry>(&text).expect("a body"), body);
        let error = serde_json::from_str::<Expiry>(r#"{"at":"soon"}"#).expect_err("no date");
        assert_eq!((error.line(), error.column()), (1, 12), "{error}");
    }
}
