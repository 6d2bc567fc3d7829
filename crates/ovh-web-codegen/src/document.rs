//! One OpenAPI document: checked, repaired, and read through a few typed helpers.
//!
//! The check refuses what the generator cannot express, and the shapes that make the libraries below
//! it panic, run for ever or overflow the stack. The code after it relies on the document's form.

mod check;
pub(crate) mod repair;

pub(crate) use check::hidden;

use crate::{Error, Repair, openapi};
use serde_json::Value;

/// An OpenAPI document that the generator can read.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The name of the document in errors, usually its file name.
    pub name: String,
    /// The document itself, in the OpenAPI form.
    pub value: Value,
    /// The form in which it was published.
    pub format: DocumentFormat,
    /// The repairs made while the native form was converted.
    pub repairs: Vec<Repair>,
}

/// The forms in which OVHcloud publishes a section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentFormat {
    /// OpenAPI 3.0.
    #[default]
    OpenApi,
    /// OVHcloud's own, older one.
    Native,
}

impl Document {
    /// Checks the document again, after something changed it.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn check(&self) -> Result<(), Error> {
        check::document(&self.name_in_errors(), &self.value)
    }

    /// Repairs the document, then checks it. Cycles are refused first, so that a repair ends.
    pub(crate) fn repair(&mut self) -> Result<Vec<Repair>, Error> {
        check::before_repair(&self.name_in_errors(), &self.value)?;
        let repairs = repair::apply(&self.name, &mut self.value);
        check::after_repair(&self.name_in_errors(), &self.value)?;
        Ok(repairs)
    }

    /// The pointers of an error are those of the converted document.
    fn name_in_errors(&self) -> String {
        match self.format {
            DocumentFormat::OpenApi => self.name.clone(),
            DocumentFormat::Native => format!("{} (as OpenAPI)", self.name),
        }
    }

    /// The operations: path, method in lower case, and operation, in the order of the paths.
    pub fn operations(&self) -> impl Iterator<Item = (&str, &'static str, &Value)> {
        openapi::operations(&self.value)
    }

    /// The path keys with all that is below them.
    pub fn paths(&self) -> impl Iterator<Item = (&str, &Value)> {
        openapi::entries(&self.value, "paths")
    }

    /// The named schemas.
    pub fn schemas(&self) -> impl Iterator<Item = (&str, &Value)> {
        let components = self.value.get("components").unwrap_or(&Value::Null);
        openapi::entries(components, "schemas")
    }
}

#[cfg(test)]
mod tests;
