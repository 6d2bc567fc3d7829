//! Checks a document before anything is generated from it.
//!
//! A check stops at the first fault, because the faults that follow are often caused by it.

mod cycles;
pub(crate) mod hidden;
mod operation;
mod paths;
mod schema;

use crate::openapi::{SCHEMA_PREFIX, kind};
use crate::pointer::Pointer;
use crate::{Error, note};
use serde_json::{Map, Value};

/// Finds the first thing in `value` that the generator cannot work with.
pub(super) fn document(file: &str, value: &Value) -> Result<(), Error> {
    hidden::characters(file, value)?;
    let checker = Checker::new(file, value)?;
    checker.frame()?;
    checker.components()?;
    checker.paths()?;
    checker.cycles()
}

/// Checks a repaired document, and its credentials.
pub(super) fn after_repair(file: &str, value: &Value) -> Result<(), Error> {
    document(file, value)?;
    Checker::new(file, value)?.credentials(value)
}

/// Checks for cycles, in which a repair would not end.
pub(super) fn before_repair(file: &str, value: &Value) -> Result<(), Error> {
    let checker = Checker::new(file, value)?;
    checker.frame()?;
    checker.cycles()
}

/// The document that is checked.
struct Checker<'a> {
    file: &'a str,
    document: &'a Map<String, Value>,
    /// The named schemas; `None` if the document has none.
    schemas: Option<&'a Map<String, Value>>,
}

/// The kinds of value that a key can have.
#[derive(Clone, Copy, PartialEq)]
enum Expected {
    Flag,
    Text,
    Number,
    Count,
    List,
    Object,
}

use Expected::{Count, Flag, List, Number, Object, Text};

impl Expected {
    fn fits(self, value: &Value) -> bool {
        match self {
            Flag => value.is_boolean(),
            Text => value.is_string(),
            Number => value.is_number(),
            Count => value.is_u64(),
            List => value.is_array(),
            Object => value.is_object(),
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Flag => "true or false",
            Text => "a string",
            Number => "a number",
            Count => "a whole number, 0 or more",
            List => "a list",
            Object => "an object",
        }
    }
}

impl<'a> Checker<'a> {
    fn new(file: &'a str, value: &'a Value) -> Result<Self, Error> {
        let Some(document) = value.as_object() else {
            return Err(Error::new(
                file,
                "",
                format!("expected an OpenAPI document, found {}", kind(value)),
                "use an OpenAPI 3.0 document: its URL ends in ?format=openapi3",
            ));
        };
        Ok(Self {
            file,
            document,
            schemas: value
                .pointer("/components/schemas")
                .and_then(Value::as_object),
        })
    }

    fn fail(&self, at: &Pointer, message: impl Into<String>, advice: impl Into<String>) -> Error {
        Error::new(self.file, at.clone(), message, advice)
    }

    fn expect(
        &self,
        at: &Pointer,
        what: &str,
        value: &Value,
        expected: Expected,
    ) -> Result<(), Error> {
        if expected.fits(value) {
            return Ok(());
        }
        let (expected, found) = (expected.as_str(), kind(value));
        Err(self.fail(
            at,
            format!("{what}: expected {expected}, found {found}"),
            format!("write {expected} here, or remove the key"),
        ))
    }

    /// Checks the kind of each key that is there.
    fn keys(
        &self,
        at: &Pointer,
        object: &Map<String, Value>,
        expected: Expected,
        keys: &[&str],
    ) -> Result<(), Error> {
        for key in keys {
            if let Some(value) = object.get(*key) {
                self.expect(&at.child(key), &format!("`{key}`"), value, expected)?;
            }
        }
        Ok(())
    }

    fn object(
        &self,
        at: &Pointer,
        value: &'a Value,
        what: &str,
    ) -> Result<&'a Map<String, Value>, Error> {
        self.expect(at, what, value, Object)?;
        Ok(value.as_object().unwrap_or(self.document))
    }

    fn list(&self, at: &Pointer, value: &'a Value, what: &str) -> Result<&'a [Value], Error> {
        self.expect(at, what, value, List)?;
        Ok(value.as_array().map_or(&[], Vec::as_slice))
    }

    /// The value under `key`, which is required.
    fn required(
        &self,
        at: &Pointer,
        object: &'a Map<String, Value>,
        key: &str,
        expected: Expected,
    ) -> Result<&'a Value, Error> {
        let Some(value) = object.get(key) else {
            return Err(self.fail(
                at,
                format!("`{key}` is missing"),
                format!("add `{key}`, {}", expected.as_str()),
            ));
        };
        self.expect(&at.child(key), &format!("`{key}`"), value, expected)?;
        Ok(value)
    }

    /// The text under `key`, which is required.
    fn text(
        &self,
        at: &Pointer,
        object: &'a Map<String, Value>,
        key: &str,
    ) -> Result<&'a str, Error> {
        let value = self.required(at, object, key, Text)?;
        Ok(value.as_str().unwrap_or_default())
    }

    /// The parts that every document has: `openapi`, `info`, `paths`.
    fn frame(&self) -> Result<(), Error> {
        let root = Pointer::root();
        let version = self.text(&root, self.document, "openapi")?;
        let patch = version.strip_prefix("3.0.").unwrap_or_default();
        if patch.is_empty() || !patch.bytes().all(|b| b.is_ascii_digit()) {
            return Err(self.fail(
                &root.child("openapi"),
                format!("expected version 3.0.x, found `{version}`"),
                "fetch the document with ?format=openapi3, or add support for that version to the generator",
            ));
        }
        let info = self.required(&root, self.document, "info", Object)?;
        for key in ["title", "version"] {
            let at = root.child("info");
            self.text(&at, self.object(&at, info, "`info`")?, key)?;
        }
        self.required(&root, self.document, "paths", Object)?;
        self.keys(&root, self.document, List, &["security"])
    }

    /// Allows only named schemas. Other components may refer to themselves, and the libraries below
    /// would never stop.
    fn components(&self) -> Result<(), Error> {
        let Some(components) = self.document.get("components") else {
            return Ok(());
        };
        let at = Pointer::of(&["components"]);
        for (key, value) in self.object(&at, components, "`components`")? {
            let at = at.child(key);
            match key.as_str() {
                "schemas" => {
                    for (name, schema) in self.object(&at, value, "`schemas`")? {
                        let at = at.child(name);
                        self.schema_name(&at, name)?;
                        self.schema(&at, schema)?;
                    }
                }
                "securitySchemes" => {}
                key if key.starts_with("x-") => {}
                key => {
                    return Err(self.fail(
                        &at,
                        format!("`components` has `{key}`: only `schemas` is supported"),
                        format!("copy each of the `{key}` to where it is used, and remove the key"),
                    ));
                }
            }
        }
        Ok(())
    }

    fn schema_name(&self, at: &Pointer, name: &str) -> Result<(), Error> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let (message, advice) = if note::is_of_runtime(name) {
            (
                format!("`{name}` is the name of a type of the runtime"),
                "put the schema into a namespace, such as `model.`",
            )
        } else if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.chars().all(fits) {
            (
                format!("`{name}` is not a valid schema name"),
                "begin it with a letter, and use letters, digits, `.`, `_` and `-` only",
            )
        } else {
            return Ok(());
        };
        Err(self.fail(at, message, advice))
    }

    /// A reference must point to a named schema of this document.
    fn reference(&self, at: &Pointer, reference: &'a Value) -> Result<(), Error> {
        self.expect(at, "`$ref`", reference, Text)?;
        let text = reference.as_str().unwrap_or_default();
        let Some(name) = text.strip_prefix(SCHEMA_PREFIX) else {
            return Err(self.fail(
                at,
                format!("`{text}` does not begin with `{SCHEMA_PREFIX}`"),
                "refer to a named schema of this document, or write the schema out here",
            ));
        };
        if self
            .schemas
            .is_some_and(|schemas| schemas.contains_key(name))
        {
            return Ok(());
        }
        let names = self.schemas.into_iter().flat_map(Map::keys);
        let advice = match crate::nearest::nearest(name, names.map(String::as_str)) {
            Some(near) => format!("did it mean `{near}`? Otherwise add the schema"),
            None => "add the schema, or correct the name".to_owned(),
        };
        Err(self.fail(at, format!("no schema is named `{name}`"), advice))
    }

    /// Only schemas may be references.
    fn no_reference(
        &self,
        at: &Pointer,
        object: &Map<String, Value>,
        what: &str,
    ) -> Result<(), Error> {
        if !object.contains_key("$ref") {
            return Ok(());
        }
        Err(self.fail(
            &at.child("$ref"),
            format!("{what} is a reference: only schemas may be"),
            format!("write {what} out here"),
        ))
    }
}
