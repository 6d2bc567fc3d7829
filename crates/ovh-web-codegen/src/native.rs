//! Converts OVHcloud's native form to OpenAPI.
//!
//! Types are in `type_expr`, `scalars` and `types`, models in `models`, operations in `operations`,
//! `parameters` and `status`. The result is repaired and checked like every other document.
//!
//! Two facts exist in the OpenAPI form only: which lists can return objects (`x-expanded-response`),
//! and by which property their items are found (`x-response-identifier`). [`carry_over()`] takes them
//! from an earlier document.

mod carry_over;
mod models;
mod operations;
mod parameters;
mod scalars;
mod status;
mod type_expr;
mod types;

pub use carry_over::carry_over;

use crate::object::{FileFormat, ObjectReader};
use crate::pointer::Pointer;
use crate::report::Repairs;
use crate::{Error, Repair};
use models::Models;
use serde_json::{Map, Value, json};

/// The result of converting a native document.
#[derive(Debug)]
pub(crate) struct Converted {
    /// The document in the OpenAPI form.
    pub(crate) value: Value,
    /// The repairs.
    pub(crate) repairs: Vec<Repair>,
}

/// Returns `true` for a document in the native form: it has a key that only that form has.
pub(crate) fn is_native(document: &Value) -> bool {
    let has = |key| document.get(key).is_some();
    ["apis", "models", "basePath", "resourcePath"]
        .into_iter()
        .any(has)
        && !["openapi", "swagger", "paths"].into_iter().any(has)
}

/// Converts a native document; errors call it `file`.
///
/// # Errors
/// Returns the first fault in the native form, such as an unknown type.
pub(crate) fn convert(file: &str, document: &Value) -> Result<Converted, Error> {
    let root = ObjectReader::root(FileFormat::Native, file, document)?;
    if root.get("apis").is_none() {
        return Err(root.fail(
            "the document has no operations: `apis` is missing",
            "fetch the whole document again, or take another section",
        ));
    }
    refuse_index(&root)?;
    let mut converter = Converter {
        file,
        models: Models::read(&root)?,
        repairs: Repairs::of(file),
    };
    let version = root.optional_text("apiVersion")?.unwrap_or("1.0");
    let base = root.optional_text("basePath")?;
    let paths = operations::convert(&mut converter, &root)?;
    let schemas = models::convert(&mut converter)?;
    let mut out = json!({
        "openapi": "3.0.0",
        "info": { "title": "OVHcloud API specification", "version": version },
        "paths": paths,
        "components": { "schemas": schemas },
    });
    if let Some(base) = base {
        out["servers"] = json!([{ "url": base }]);
    }
    models::join_duplicates(&mut converter, &mut out);
    Ok(Converted {
        value: out,
        repairs: converter.repairs.list,
    })
}

/// The list of all sections has `apis` too, and is easily fetched instead of a section.
fn refuse_index(root: &ObjectReader<'_>) -> Result<(), Error> {
    let first = root.list("apis")?.first().map(|(_, api)| *api);
    let is_index = root.get("models").is_none()
        && first.is_some_and(|api| api.get("schema").is_some() && api.get("operations").is_none());
    if is_index {
        return Err(root.fail(
            "this is the list of OVHcloud's sections, not one of them",
            "take the document of a section, such as /1.0/hosting/web.json",
        ));
    }
    Ok(())
}

/// The state of the conversion.
struct Converter<'a> {
    file: &'a str,
    models: Models<'a>,
    repairs: Repairs,
}

impl Converter<'_> {
    fn fail(&self, at: &Pointer, message: impl Into<String>, advice: impl Into<String>) -> Error {
        Error::new(self.file, at.clone(), message, advice)
    }
}

/// Adds the text at `from` in the native node as `key`, unless it is empty.
fn describe(
    map: &mut Map<String, Value>,
    key: &str,
    node: &ObjectReader<'_>,
    from: &str,
) -> Result<(), Error> {
    let text = node.optional_text(from)?;
    if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
        map.insert(key.to_owned(), text.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
