//! Checks a document before anything is generated from it.
//!
//! A check stops at the first fault, because the faults that follow are often caused by it.

mod cycles;
pub(crate) mod hidden;
mod operation;
mod paths;
mod schema;

use crate::nearest::nearest;
use crate::object::{FileFormat, ObjectReader};
use crate::openapi::{SCHEMA_PREFIX, kind};
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
    root: ObjectReader<'a>,
    /// The named schemas; `None` if the document has none.
    schemas: Option<&'a Map<String, Value>>,
}

impl<'a> Checker<'a> {
    fn new(file: &'a str, value: &'a Value) -> Result<Self, Error> {
        let root = ObjectReader::root(FileFormat::OpenApi, file, value).map_err(|_| {
            let message = format!("expected an OpenAPI document, found {}", kind(value));
            let advice = "use an OpenAPI 3.0 document: its URL ends in ?format=openapi3";
            Error::new(file, "", message, advice)
        })?;
        let schemas = value.pointer("/components/schemas");
        Ok(Self {
            root,
            schemas: schemas.and_then(Value::as_object),
        })
    }

    /// The parts that every document has: `openapi`, `info`, `paths`.
    fn frame(&self) -> Result<(), Error> {
        let version = self.root.text("openapi")?;
        let patch = version.strip_prefix("3.0.").unwrap_or_default();
        if patch.is_empty() || !patch.bytes().all(|b| b.is_ascii_digit()) {
            return Err(self.root.fail_at(
                "openapi",
                format!("expected version 3.0.x, found `{version}`"),
                "fetch the document with ?format=openapi3, or add support for that version to the generator",
            ));
        }
        let info = self.root.node("info")?;
        info.text("title").and(info.text("version"))?;
        self.root.node("paths")?;
        self.root.check("a list", Value::is_array, &["security"])
    }

    /// Allows only named schemas. Other components may refer to themselves, and the libraries below
    /// would never stop.
    fn components(&self) -> Result<(), Error> {
        let Some(components) = self.root.optional_node("components")? else {
            return Ok(());
        };
        for key in components.map.keys() {
            match key.as_str() {
                "schemas" => {
                    for (name, schema) in components.node(key)?.entries("a schema")? {
                        schema_name(&schema, name)?;
                        self.schema(&schema, 0)?;
                    }
                }
                "securitySchemes" => {}
                key if key.starts_with("x-") => {}
                key => {
                    return Err(components.fail_at(
                        key,
                        format!("`components` has `{key}`: only `schemas` is supported"),
                        format!("copy each of the `{key}` to where it is used, and remove the key"),
                    ));
                }
            }
        }
        Ok(())
    }

    /// A reference must point to a named schema of this document.
    fn reference(&self, schema: &ObjectReader<'a>) -> Result<(), Error> {
        let Some(text) = schema.optional_text("$ref")? else {
            return Ok(());
        };
        let Some(name) = text.strip_prefix(SCHEMA_PREFIX) else {
            return Err(schema.fail_at(
                "$ref",
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
        let advice = match nearest(name, names.map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`? Otherwise add the schema"),
            None => "add the schema, or correct the name".to_owned(),
        };
        Err(schema.fail_at("$ref", format!("no schema is named `{name}`"), advice))
    }
}

fn schema_name(schema: &ObjectReader<'_>, name: &str) -> Result<(), Error> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if note::is_of_runtime(name) {
        let message = format!("`{name}` is the name of a type of the runtime");
        return Err(schema.fail(message, "put the schema into a namespace, such as `model.`"));
    }
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.chars().all(fits) {
        return Err(schema.fail(
            format!("`{name}` is not a valid schema name"),
            "begin it with a letter, and use letters, digits, `.`, `_` and `-` only",
        ));
    }
    Ok(())
}

/// Only schemas may be references.
fn no_reference(object: &ObjectReader<'_>, what: &str) -> Result<(), Error> {
    if !object.map.contains_key("$ref") {
        return Ok(());
    }
    Err(object.fail_at(
        "$ref",
        format!("{what} is a reference: only schemas may be"),
        format!("write {what} out here"),
    ))
}
