//! One OpenAPI document: parsed, checked, and read through a few typed helpers.
//!
//! The check refuses what the generator cannot express and the shapes that make the libraries
//! below it panic, run for ever or overflow the stack. After it, the code that reads a document
//! can rely on its form. What can be put right is put right before it, by `repair`. A document in
//! OVHcloud's native form is made into the OpenAPI form as soon as it is read, by `native`.

mod check;
mod json;
mod pointer;
pub(crate) mod repair;

pub(crate) use check::kind;
pub(crate) use json::parse as parse_json;
pub(crate) use pointer::Pointer;

use crate::native::{self, Unknown};
use crate::{Error, Repair};
use serde_json::{Map, Value};

/// The HTTP methods that an operation can have, as the keys of a document write them.
pub(crate) const METHODS: [&str; 8] = [
    "get", "post", "put", "delete", "patch", "head", "options", "trace",
];

/// The prefix of a reference to a named schema.
pub(crate) const SCHEMA_PREFIX: &str = "#/components/schemas/";

/// An OpenAPI document that was found fit for the generator.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The name of the document in errors, mostly its file name.
    pub name: String,
    /// The document itself, in the OpenAPI form.
    pub value: Value,
    /// The form in which it came.
    pub form: Form,
    /// The repairs made while the native form was converted.
    pub repairs: Vec<Repair>,
}

/// The forms in which OVHcloud publishes a section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// OpenAPI 3.0.
    #[default]
    OpenApi,
    /// OVHcloud's own, older one.
    Native,
}

impl Document {
    /// Reads `text`, in either form, and checks it; errors call the document `name`.
    ///
    /// # Errors
    /// The first thing found wrong: the syntax, a shape that the form does not know, or one that
    /// the generator refuses. It names the place and says what to do.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let document = Self::from_text(name, text, Unknown::Refuse)?;
        document.check()?;
        Ok(document)
    }

    /// Reads `text` without a look at what it says: [`repair`] and [`Document::check`] come later.
    pub(crate) fn read(name: &str, text: &str) -> Result<Self, Error> {
        Self::from_text(name, text, Unknown::AnyValue)
    }

    fn from_text(name: &str, text: &str, unknown: Unknown) -> Result<Self, Error> {
        let mut document = Self {
            name: name.to_owned(),
            value: json::parse(name, text)?,
            form: Form::OpenApi,
            repairs: Vec::new(),
        };
        check::hidden::characters_and_notes(name, &document.value)?;
        if native::is_native(&document.value) {
            let converted = native::convert(name, &document.value, unknown)?;
            document.value = converted.value;
            document.repairs = converted.repairs;
            document.form = Form::Native;
        }
        Ok(document)
    }

    /// Checks the document again, after something changed it.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn check(&self) -> Result<(), Error> {
        let name = match self.form {
            Form::OpenApi => &self.name,
            // The places are those of the form that it was made into.
            Form::Native => &format!("{} (as OpenAPI)", self.name),
        };
        check::document(name, &self.value)
    }

    /// The operations, by path and then in the order of `METHODS`: path, method in lower case,
    /// and the operation.
    pub fn operations(&self) -> impl Iterator<Item = (&str, &str, &Value)> {
        operations(&self.value)
    }

    /// The path keys with all that is below them.
    pub fn paths(&self) -> impl Iterator<Item = (&str, &Value)> {
        entries(self.value.get("paths"))
    }

    /// The named schemas.
    pub fn schemas(&self) -> impl Iterator<Item = (&str, &Value)> {
        entries(self.value.pointer("/components/schemas"))
    }
}

/// The operations of a document, by path and then in the order of `METHODS`.
pub(crate) fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    entries(document.get("paths")).flat_map(|(path, item)| {
        METHODS
            .into_iter()
            .filter_map(move |method| Some((path, method, item.get(method)?)))
    })
}

/// The entries of an object in the order of their keys, whatever order the map itself keeps.
fn entries(object: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    let mut entries: Vec<_> = object
        .and_then(Value::as_object)
        .map(|map: &Map<String, Value>| map.iter().map(|(key, value)| (key.as_str(), value)))
        .into_iter()
        .flatten()
        .collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    entries.into_iter()
}

#[cfg(test)]
mod tests;
