//! Reads one object of a document or of an overlay; each error has its place.
//!
//! A native document may have `null` for an absent value, and 0 or 1 for a flag.

use crate::Error;
use crate::openapi::kind;
use crate::pointer::Pointer;
use serde_json::{Map, Value};

/// An object and its place.
#[derive(Clone)]
pub(crate) struct ObjectReader<'a> {
    file: &'a str,
    pub(crate) at: Pointer,
    pub(crate) map: &'a Map<String, Value>,
    format: FileFormat,
}

/// The format of the file, which decides about `null` and the advice.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum FileFormat {
    Native,
    OpenApi,
    Overlay,
}

impl<'a> ObjectReader<'a> {
    /// The object that is the whole file.
    pub(crate) fn root(format: FileFormat, file: &'a str, value: &'a Value) -> Result<Self, Error> {
        Self::new(format, file, Pointer::root(), value, "the file")
    }

    /// `value` as an object; errors call it `what`.
    fn new(
        format: FileFormat,
        file: &'a str,
        at: Pointer,
        value: &'a Value,
        what: &str,
    ) -> Result<Self, Error> {
        match value {
            Value::Object(map) => Ok(Self {
                file,
                at,
                map,
                format,
            }),
            other => Err(wrong(format, file, at, what, "an object", other)),
        }
    }

    /// An error about this object as a whole.
    pub(crate) fn fail(&self, message: impl Into<String>, advice: impl Into<String>) -> Error {
        self.fail_in(self.at.clone(), message, advice)
    }

    /// An error about the value of `key`.
    pub(crate) fn fail_at(
        &self,
        key: &str,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Error {
        self.fail_in(self.at.child(key), message, advice)
    }

    /// An error at a place below this object.
    pub(crate) fn fail_in(
        &self,
        at: Pointer,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Error {
        Error::new(self.file, at, message, advice)
    }

    /// Refuses keys other than `known`; those that begin with `x-` may be added.
    pub(crate) fn refuse_unknown(&self, known: &[&str]) -> Result<(), Error> {
        let is_unknown = |key: &&String| !known.contains(&key.as_str()) && !key.starts_with("x-");
        match self.map.keys().find(is_unknown) {
            None => Ok(()),
            Some(key) => Err(self.fail_at(
                key,
                format!("`{key}` is not one of {}", known.join(", ")),
                "correct the spelling, or begin it with `x-`",
            )),
        }
    }

    /// Refuses values of `keys` that are not as `expected`.
    pub(crate) fn check(
        &self,
        expected: &str,
        fits: fn(&Value) -> bool,
        keys: &[&str],
    ) -> Result<(), Error> {
        keys.iter().try_for_each(|key| {
            let checked = self.optional(key, expected, |value| fits(value).then_some(()));
            checked.map(drop)
        })
    }

    /// Returns the value of `key`; in a native document, `null` is no value.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        let is_native = self.format == FileFormat::Native;
        let value = self.map.get(key);
        value.filter(|value| !(is_native && value.is_null()))
    }

    /// Returns the value of `key`.
    fn needed(&self, key: &str, what: &str) -> Result<&'a Value, Error> {
        self.get(key).ok_or_else(|| {
            self.fail(
                format!("`{key}` is missing"),
                format!("add `{key}`, {what}{}", self.format.otherwise("")),
            )
        })
    }

    /// The text under `key`, which is required.
    pub(crate) fn text(&self, key: &str) -> Result<&'a str, Error> {
        self.needed(key, "a string")?;
        Ok(self.optional_text(key)?.unwrap_or_default())
    }

    /// The text under `key`, if there is one.
    pub(crate) fn optional_text(&self, key: &str) -> Result<Option<&'a str>, Error> {
        self.optional(key, "a string", Value::as_str)
    }

    /// The flag under `key`, if there is one: `true`, `false`, 1 or 0.
    pub(crate) fn optional_flag(&self, key: &str) -> Result<Option<bool>, Error> {
        self.optional(key, "true, false, 1 or 0", |value| {
            let number = value.as_u64().filter(|number| *number < 2);
            value.as_bool().or(number.map(|number| number == 1))
        })
    }

    /// The flag under `key`, `false` when it is absent.
    pub(crate) fn flag(&self, key: &str) -> Result<bool, Error> {
        Ok(self.optional_flag(key)?.unwrap_or_default())
    }

    /// The list under `key`, which is required, each item with its place.
    pub(crate) fn list(&self, key: &str) -> Result<Vec<(Pointer, &'a Value)>, Error> {
        self.needed(key, "a list")?;
        Ok(self.optional_list(key)?.unwrap_or_default())
    }

    /// The list under `key`, if there is one, each item with its place.
    pub(crate) fn optional_list(
        &self,
        key: &str,
    ) -> Result<Option<Vec<(Pointer, &'a Value)>>, Error> {
        let at = self.at.child(key);
        let items = self.optional(key, "a list", Value::as_array)?;
        let place = |(index, item)| (at.child(index), item);
        Ok(items.map(|items| items.iter().enumerate().map(place).collect()))
    }

    /// The value under `key`, if there is one, as `read` converts it.
    pub(crate) fn optional<T>(
        &self,
        key: &str,
        expected: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let (at, what) = (self.at.child(key), format!("`{key}`"));
        let wrong = || wrong(self.format, self.file, at, &what, expected, value);
        read(value).map(Some).ok_or_else(wrong)
    }

    /// The items of the list under `key`, each of which must be an object.
    pub(crate) fn nodes(&self, key: &str, what: &str) -> Result<Vec<Self>, Error> {
        let items = self.list(key)?.into_iter();
        items.map(|(at, item)| self.item(at, item, what)).collect()
    }

    /// An item of a list, which must be an object.
    pub(crate) fn item(&self, at: Pointer, item: &'a Value, what: &str) -> Result<Self, Error> {
        Self::new(self.format, self.file, at, item, what)
    }

    /// The object under `key`, if there is one.
    pub(crate) fn optional_node(&self, key: &str) -> Result<Option<Self>, Error> {
        let below = |value| self.item(self.at.child(key), value, &format!("`{key}`"));
        self.get(key).map(below).transpose()
    }

    /// The object under `key`, which is required.
    pub(crate) fn node(&self, key: &str) -> Result<Self, Error> {
        let value = self.needed(key, "an object")?;
        self.item(self.at.child(key), value, &format!("`{key}`"))
    }

    /// The objects that are the entries of this one, in the order of their keys.
    pub(crate) fn entries(&self, what: &str) -> Result<Vec<(&'a str, Self)>, Error> {
        let mut entries: Vec<_> = self.map.iter().collect();
        entries.sort_unstable_by_key(|(key, _)| key.as_str());
        let node = |(key, value): (&'a String, &'a Value)| {
            Ok((key.as_str(), self.item(self.at.child(key), value, what)?))
        };
        entries.into_iter().map(node).collect()
    }
}

impl FileFormat {
    /// Another way out of an error.
    const fn otherwise(self, in_open_api: &'static str) -> &'static str {
        match self {
            Self::Native => ", or fetch the document again",
            Self::OpenApi => in_open_api,
            Self::Overlay => "",
        }
    }
}

fn wrong(
    format: FileFormat,
    file: &str,
    at: Pointer,
    what: &str,
    expected: &str,
    found: &Value,
) -> Error {
    let message = format!("{what}: expected {expected}, found {}", kind(found));
    let otherwise = format.otherwise(", or remove the key");
    Error::new(
        file,
        at,
        message,
        format!("write {expected} here{otherwise}"),
    )
}
