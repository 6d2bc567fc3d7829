//! Reads one object of a native document.
//!
//! Each error has its place, `null` is the same as absent, and a flag may be 0 or 1, as in older
//! documents.

use crate::Error;
use crate::openapi::kind;
use crate::pointer::Pointer;
use serde_json::{Map, Value};

/// An object and its place.
#[derive(Clone)]
pub(super) struct ObjectReader<'a> {
    file: &'a str,
    pub(super) at: Pointer,
    map: &'a Map<String, Value>,
}

impl<'a> ObjectReader<'a> {
    /// `value` as an object; `what` is what an error calls it.
    pub(super) fn new(
        file: &'a str,
        at: Pointer,
        value: &'a Value,
        what: &str,
    ) -> Result<Self, Error> {
        match value {
            Value::Object(map) => Ok(Self { file, at, map }),
            other => Err(wrong(file, at, what, "an object", other)),
        }
    }

    /// An error about this object as a whole.
    pub(super) fn fail(&self, message: impl Into<String>, advice: impl Into<String>) -> Error {
        Error::new(self.file, self.at.clone(), message, advice)
    }

    /// Returns the value of `key`, unless it is absent or `null`.
    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// Returns the value of `key`.
    fn needed(&self, key: &str, what: &str) -> Result<&'a Value, Error> {
        self.get(key).ok_or_else(|| {
            self.fail(
                format!("`{key}` is missing"),
                format!("add `{key}`, {what}, or fetch the whole document again"),
            )
        })
    }

    /// The text under `key`, which is required.
    pub(super) fn text(&self, key: &str) -> Result<&'a str, Error> {
        self.needed(key, "a string")?;
        Ok(self.optional_text(key)?.unwrap_or_default())
    }

    /// The text under `key`, if there is one.
    pub(super) fn optional_text(&self, key: &str) -> Result<Option<&'a str>, Error> {
        self.optional(key, "a string", Value::as_str)
    }

    /// The flag under `key`, if there is one: `true`, `false`, 1 or 0.
    pub(super) fn optional_flag(&self, key: &str) -> Result<Option<bool>, Error> {
        self.optional(key, "true, false, 1 or 0", |value| {
            let number = value.as_u64().filter(|number| *number < 2);
            value.as_bool().or(number.map(|number| number == 1))
        })
    }

    /// The flag under `key`, `false` when it is absent.
    pub(super) fn flag(&self, key: &str) -> Result<bool, Error> {
        Ok(self.optional_flag(key)?.unwrap_or_default())
    }

    /// The list under `key`, which is required, each item with its place.
    pub(super) fn list(&self, key: &str) -> Result<Vec<(Pointer, &'a Value)>, Error> {
        self.needed(key, "a list")?;
        Ok(self.optional_list(key)?.unwrap_or_default())
    }

    /// The list under `key`, if there is one, each item with its place.
    pub(super) fn optional_list(
        &self,
        key: &str,
    ) -> Result<Option<Vec<(Pointer, &'a Value)>>, Error> {
        let at = self.at.child(key);
        let items = self.optional(key, "a list", Value::as_array)?;
        let place = |(index, item)| (at.child(index), item);
        Ok(items.map(|items| items.iter().enumerate().map(place).collect()))
    }

    fn optional<T>(
        &self,
        key: &str,
        expected: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let (at, what) = (self.at.child(key), format!("`{key}`"));
        let wrong = || wrong(self.file, at, &what, expected, value);
        read(value).map(Some).ok_or_else(wrong)
    }

    /// The items of the list under `key`, each of which must be an object.
    pub(super) fn nodes(&self, key: &str, what: &str) -> Result<Vec<Self>, Error> {
        let items = self.list(key)?.into_iter();
        items.map(|(at, item)| self.item(at, item, what)).collect()
    }

    /// An item of a list, which must be an object.
    pub(super) fn item(&self, at: Pointer, item: &'a Value, what: &str) -> Result<Self, Error> {
        Self::new(self.file, at, item, what)
    }

    /// The object under `key`, if there is one.
    pub(super) fn optional_node(&self, key: &str) -> Result<Option<ObjectReader<'a>>, Error> {
        let below =
            |value| ObjectReader::new(self.file, self.at.child(key), value, &format!("`{key}`"));
        self.get(key).map(below).transpose()
    }

    /// The object under `key`, which is required.
    pub(super) fn node(&self, key: &str) -> Result<ObjectReader<'a>, Error> {
        let value = self.needed(key, "an object")?;
        ObjectReader::new(self.file, self.at.child(key), value, &format!("`{key}`"))
    }

    /// The objects that are the entries of this one, in the order of their keys.
    pub(super) fn entries(&self, what: &str) -> Result<Vec<(&'a str, ObjectReader<'a>)>, Error> {
        let mut entries: Vec<_> = self.map.iter().collect();
        entries.sort_unstable_by_key(|(key, _)| key.as_str());
        let node = |(key, value): (&'a String, &'a Value)| {
            let node = ObjectReader::new(self.file, self.at.child(key), value, what)?;
            Ok((key.as_str(), node))
        };
        entries.into_iter().map(node).collect()
    }
}

fn wrong(file: &str, at: Pointer, what: &str, expected: &str, found: &Value) -> Error {
    Error::new(
        file,
        at,
        format!("{what}: expected {expected}, found {}", kind(found)),
        format!("write {expected} here, or fetch the document again"),
    )
}
