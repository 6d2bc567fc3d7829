//! Refuses hidden characters in names and values, and keys that only the generator may add.
//!
//! It reads the document before anything is repaired or converted, so that its pointers are those of
//! the document, and no later step reads such a text.

use crate::escape::is_hidden;
use crate::nearest::nearest;
use crate::pointer::Pointer;
use crate::{Error, note};
use serde_json::{Map, Value};

/// Keys whose values are texts and samples for people; no name or value is read from them.
const PROSE: [&str; 7] = [
    "description",
    "example",
    "examples",
    "externalDocs",
    "longDescription",
    "summary",
    "x-code-samples",
];

/// Keys of objects whose own keys are names, so that none of them is prose.
const NAMES: [&str; 13] = [
    "callbacks",
    "content",
    "headers",
    "links",
    "models",
    "parameters",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securitySchemes",
];

/// The keys that the overlay may add.
const CORRECTIONS: [&str; 3] = [note::IDEMPOTENT, note::NAME, note::REQUIRED];

/// Finds the first hidden character, or the first key that an overlay may not add.
pub(crate) fn characters(file: &str, document: &Value) -> Result<(), Error> {
    Walk::over(file, document, &CORRECTIONS)
}

/// Finds the first hidden character, or the first key of the generator in a document from outside.
pub(crate) fn characters_and_notes(file: &str, document: &Value) -> Result<(), Error> {
    Walk::over(file, document, &[])
}

struct Walk<'a> {
    file: &'a str,
    /// The notes that may be there.
    notes: &'a [&'a str],
}

impl Walk<'_> {
    fn over(file: &str, document: &Value, notes: &[&str]) -> Result<(), Error> {
        let walk = Walk { file, notes };
        walk.value(&Pointer::root(), document, false)
    }

    fn value(&self, at: &Pointer, value: &Value, keys_are_names: bool) -> Result<(), Error> {
        match value {
            Value::Object(object) => self.object(at, object, keys_are_names),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .try_for_each(|(index, item)| self.value(&at.child(index), item, false)),
            Value::String(text) => self.text(at, text, "this value"),
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        }
    }

    fn object(
        &self,
        at: &Pointer,
        object: &Map<String, Value>,
        keys_are_names: bool,
    ) -> Result<(), Error> {
        for (key, value) in object {
            let at = at.child(key);
            self.text(&at, key, "this name")?;
            if key.starts_with(note::PREFIX) && !self.notes.contains(&key.as_str()) {
                let advice = match nearest(key, self.notes.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if self.notes.is_empty() => {
                        "remove the key, or write the correction into the overlay".to_owned()
                    }
                    None => format!("the overlay may add {}", self.notes.join(", ")),
                };
                return Err(Error::new(
                    self.file,
                    at,
                    format!("`{key}` is a key of the generator"),
                    advice,
                ));
            }
            if keys_are_names || !PROSE.contains(&key.as_str()) {
                let names_follow = !keys_are_names && NAMES.contains(&key.as_str());
                self.value(&at, value, names_follow)?;
            }
        }
        Ok(())
    }

    fn text(&self, at: &Pointer, text: &str, what: &str) -> Result<(), Error> {
        let Some(hidden) = text.chars().find(|c| is_hidden(*c)) else {
            return Ok(());
        };
        Err(Error::new(
            self.file,
            at.clone(),
            format!(
                "{what} contains the hidden character U+{:04X}",
                u32::from(hidden)
            ),
            "fetch the document again: no name and no value has one",
        ))
    }
}
