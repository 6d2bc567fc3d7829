//! Reading one object of a native document: each look has a place for its error, `null` is the same
//! as absent, and a switch may be written as 0 or 1, as older documents do.

use crate::Error;
use crate::openapi::kind;
use crate::pointer::Pointer;
use serde_json::{Map, Value};

/// An object and where it stands.
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

    /// The text under `key`, which must be there.
    pub(super) fn text(&self, key: &str) -> Result<&'a str, Error> {
        self.needed(key, "a string")?;
        Ok(self.optional_text(key)?.unwrap_or_default())
    }

    /// The text under `key`, if there is one.
    pub(super) fn optional_text(&self, key: &str) -> Result<Option<&'a str>, Error> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(key, "a string", other)),
        }
    }

    /// The switch under `key`, if there is one: `true`, `false`, 1 or 0.
    pub(super) fn optional_flag(&self, key: &str) -> Result<Option<bool>, Error> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(Value::Number(number)) if number.as_u64() == Some(0) => Ok(Some(false)),
            Some(Value::Number(number)) if number.as_u64() == Some(1) => Ok(Some(true)),
            Some(other) => Err(self.wrong(key, "true, false, 1 or 0", other)),
        }
    }

    /// The switch under `key`, off when it is absent.
    pub(super) fn flag(&self, key: &str) -> Result<bool, Error> {
        Ok(self.optional_flag(key)?.unwrap_or_default())
    }

    /// The list under `key`, which must be there, each item with its place.
    pub(super) fn list(&self, key: &str) -> Result<Vec<(Pointer, &'a Value)>, Error> {
        self.needed(key, "a list")?;
        Ok(self.optional_list(key)?.unwrap_or_default())
    }

    /// The list under `key`, if there is one, each item with its place.
    pub(super) fn optional_list(
        &self,
        key: &str,
    ) -> Result<Option<Vec<(Pointer, &'a Value)>>, Error> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Array(items)) => {
                let at = self.at.child(key);
                let place = |(index, item)| (at.child(index), item);
                Ok(Some(items.iter().enumerate().map(place).collect()))
            }
            Some(other) => Err(self.wrong(key, "a list", other)),
        }
    }

    /// The items of the list under `key`, each of which must be an object.
    pub(super) fn nodes(&self, key: &str, what: &str) -> Result<Vec<ObjectReader<'a>>, Error> {
        let items = self.list(key)?.into_iter();
        items
            .map(|(at, item)| ObjectReader::new(self.file, at, item, what))
            .collect()
    }

    /// An item of the list under `key`, which must be an object.
    pub(super) fn item(
        &self,
        key: &str,
        index: usize,
        item: &'a Value,
        what: &str,
    ) -> Result<ObjectReader<'a>, Error> {
        ObjectReader::new(self.file, self.at.child(key).child(index), item, what)
    }

    /// The object under `key`, if there is one.
    pub(super) fn optional_node(&self, key: &str) -> Result<Option<ObjectReader<'a>>, Error> {
        let below =
            |value| ObjectReader::new(self.file, self.at.child(key), value, &format!("`{key}`"));
        self.get(key).map(below).transpose()
    }

    /// The object under `key`, which must be there.
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

    fn wrong(&self, key: &str, expected: &str, found: &Value) -> Error {
        let what = format!("`{key}`");
        wrong(self.file, self.at.child(key), &what, expected, found)
    }
}

fn wrong(file: &str, at: Pointer, what: &str, expected: &str, found: &Value) -> Error {
    Error::new(
        file,
        at,
        format!("{what} must be {expected}, but is {}", kind(found)),
        format!("write {expected} here, or fetch the document again"),
    )
}
