//! Reads the text of a document, in either form, into a [`Document`].

use crate::document::{Document, DocumentFormat, hidden};
use crate::{Error, json, native};

impl Document {
    /// Reads `text`, in either form, and checks it; errors call the document `name`.
    ///
    /// # Errors
    /// The first fault: in the syntax, in the form, or a shape that the generator refuses. It names
    /// the place and says what to do.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let document = read(name, text)?;
        document.check()?;
        Ok(document)
    }
}

/// Reads `text` without a check of the document.
pub(crate) fn read(name: &str, text: &str) -> Result<Document, Error> {
    let value = json::parse(name, text)?;
    hidden::characters_and_notes(name, &value)?;
    let mut document = Document {
        name: name.to_owned(),
        value,
        format: DocumentFormat::OpenApi,
        repairs: Vec::new(),
    };
    if native::is_native(&document.value) {
        let converted = native::convert(name, &document.value)?;
        document.value = converted.value;
        document.repairs = converted.repairs;
        document.format = DocumentFormat::Native;
    }
    Ok(document)
}
