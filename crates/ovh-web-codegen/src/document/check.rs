//! The checks before anything is generated: the frame of the document, and what all checks share.
//!
//! Which rule keeps which trouble away is said where the rule is. A check stops at the first
//! thing it finds: the places that follow are often wrong because of it.

mod cycles;
pub(super) mod hidden;
mod operation;
mod paths;
mod schema;

use super::{METHODS, Pointer, SCHEMA_PREFIX, entries};
use crate::Error;
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

/// The document that is checked.
struct Checker<'a> {
    file: &'a str,
    document: &'a Map<String, Value>,
    /// The named schemas; nothing if the document has none.
    schemas: Option<&'a Map<String, Value>>,
}

impl<'a> Checker<'a> {
    fn new(file: &'a str, value: &'a Value) -> Result<Self, Error> {
        let Some(document) = value.as_object() else {
            return Err(Error::new(
                file,
                "",
                format!("the document is {}, not an object", kind(value)),
                "give an OpenAPI 3.0 document: its URL ends in ?format=openapi3",
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

    /// `value` as an object, or an error that says what it stands for.
    fn object(
        &self,
        at: &Pointer,
        value: &'a Value,
        what: &str,
    ) -> Result<&'a Map<String, Value>, Error> {
        value.as_object().ok_or_else(|| {
            self.fail(
                at,
                format!("{what} must be an object, but is {}", kind(value)),
                "write an object here, or remove the key",
            )
        })
    }

    /// `value` as a list, or an error that says what it stands for.
    fn list(&self, at: &Pointer, value: &'a Value, what: &str) -> Result<&'a Vec<Value>, Error> {
        value.as_array().ok_or_else(|| {
            self.fail(
                at,
                format!("{what} must be a list, but is {}", kind(value)),
                "write a list here, or remove the key",
            )
        })
    }

    /// The text under `key`, which must be there.
    fn text(
        &self,
        at: &Pointer,
        object: &'a Map<String, Value>,
        key: &str,
    ) -> Result<&'a str, Error> {
        match object.get(key) {
            Some(Value::String(text)) => Ok(text),
            Some(other) => Err(self.fail(
                &at.child(key),
                format!("`{key}` must be a string, but is {}", kind(other)),
                "write a string here",
            )),
            None => Err(self.fail(
                at,
                format!("`{key}` is missing"),
                format!("add `{key}`, a string"),
            )),
        }
    }

    /// The switch under `key`, off when it is absent.
    fn flag(&self, at: &Pointer, object: &Map<String, Value>, key: &str) -> Result<bool, Error> {
        match object.get(key) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => Err(self.fail(
                &at.child(key),
                format!("`{key}` must be true or false, but is {}", kind(other)),
                "write true or false, without quotes",
            )),
        }
    }

    /// The parts every document has: `openapi`, `info`, `paths`.
    fn frame(&self) -> Result<(), Error> {
        let root = Pointer::root();
        let version = self.text(&root, self.document, "openapi")?;
        let patch = version.strip_prefix("3.0.").unwrap_or_default();
        if patch.is_empty() || !patch.bytes().all(|b| b.is_ascii_digit()) {
            return Err(self.fail(
                &root.child("openapi"),
                format!("the version is `{version}`, and only 3.0.x is understood"),
                "fetch the document with ?format=openapi3, or teach the generator that version",
            ));
        }
        let at = root.child("info");
        let info = self.required_object(&root, "info")?;
        self.text(&at, info, "title")?;
        self.text(&at, info, "version")?;
        Ok(())
    }

    /// The object under `key` of the document, which must be there.
    fn required_object(&self, at: &Pointer, key: &str) -> Result<&'a Map<String, Value>, Error> {
        let value = self.document.get(key).ok_or_else(|| {
            self.fail(
                at,
                format!("`{key}` is missing"),
                "check that the whole OpenAPI document arrived, and fetch it again",
            )
        })?;
        self.object(&at.child(key), value, &format!("`{key}`"))
    }

    /// Only named schemas: every other kind of component can refer to itself in a circle, which
    /// the libraries below follow for ever.
    fn components(&self) -> Result<(), Error> {
        let Some(components) = self.document.get("components") else {
            return Ok(());
        };
        let at = Pointer::of(&["components"]);
        let components = self.object(&at, components, "`components`")?;
        for (key, value) in components {
            let at = at.child(key);
            match key.as_str() {
                "schemas" => self.named_schemas(&at, self.object(&at, value, "`schemas`")?)?,
                "securitySchemes" => {}
                key if key.starts_with("x-") => {}
                key => {
                    return Err(self.fail(
                        &at,
                        format!("`components` holds `{key}`, and only `schemas` is understood"),
                        format!("write the {key} out where they are used, and remove the key"),
                    ));
                }
            }
        }
        Ok(())
    }

    fn named_schemas(&self, at: &Pointer, schemas: &'a Map<String, Value>) -> Result<(), Error> {
        for (name, schema) in schemas {
            let at = at.child(name);
            let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.chars().all(fits) {
                return Err(self.fail(
                    &at,
                    format!("`{name}` is no name for a schema"),
                    "begin it with a letter, and use letters, digits, `.`, `_` and `-` only",
                ));
            }
            self.schema(&at, schema)?;
        }
        Ok(())
    }

    /// The name in a reference, which must lead to a named schema of this document.
    fn reference(&self, at: &Pointer, reference: &'a Value) -> Result<&'a str, Error> {
        let Some(text) = reference.as_str() else {
            return Err(self.fail(
                at,
                format!("`$ref` must be a string, but is {}", kind(reference)),
                format!("write `{SCHEMA_PREFIX}` and the name of a schema"),
            ));
        };
        let Some(name) = text.strip_prefix(SCHEMA_PREFIX) else {
            return Err(self.fail(
                at,
                format!("`{text}` leads outside `{SCHEMA_PREFIX}`"),
                "refer to a named schema of this document, or write the thing out here",
            ));
        };
        match self.schemas {
            Some(schemas) if schemas.contains_key(name) => Ok(name),
            _ => {
                let names = self.schemas.into_iter().flat_map(Map::keys);
                let advice = match crate::overlay::nearest(name, names.map(String::as_str)) {
                    Some(near) => format!("did it mean `{near}`? Otherwise add the schema"),
                    None => "add the schema, or correct the name".to_owned(),
                };
                Err(self.fail(at, format!("there is no schema named `{name}`"), advice))
            }
        }
    }

    /// References are for schemas only.
    fn no_reference(
        &self,
        at: &Pointer,
        object: &Map<String, Value>,
        what: &str,
    ) -> Result<(), Error> {
        if object.contains_key("$ref") {
            return Err(self.fail(
                &at.child("$ref"),
                format!("{what} is a reference, and only schemas can be referred to"),
                format!("write {what} out here"),
            ));
        }
        Ok(())
    }
}

/// The name of the type of a JSON value.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
