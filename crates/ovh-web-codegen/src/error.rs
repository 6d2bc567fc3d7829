//! The one error of the generator: which file, where in it, what is wrong and what to do.
//!
//! A maintainer reads these lines in a terminal or in the log of a nightly job, often without ever
//! having seen the document. So each error is one line that ends in advice. There are no kinds:
//! nothing reacts to one of these errors but a person.

use std::error::Error as StdError;
use std::fmt;

use crate::escape::one_line;

/// What is wrong with an input of the generator, and what to do about it.
///
/// Its text is one line: `FILE#POINTER: message - advice`.
pub struct Error {
    file: String,
    pointer: String,
    message: String,
    advice: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error at the place `pointer` (a JSON pointer, RFC 6901) of `file`.
    ///
    /// An empty pointer stands for the file as a whole.
    #[must_use]
    pub fn new(
        file: impl Into<String>,
        pointer: impl Into<String>,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            file: file.into(),
            pointer: pointer.into(),
            message: message.into(),
            advice: advice.into(),
            source: None,
        }
    }

    /// An error in the TOML text of `file`.
    pub(crate) fn of_toml(file: &str, text: &str, error: &toml::de::Error, advice: &str) -> Self {
        let start = error.span().map_or(0, |span| span.start);
        let line = 1 + text.bytes().take(start).filter(|b| *b == b'\n').count();
        Self::new(
            file,
            "",
            format!("line {line}: {}", error.message()),
            advice,
        )
    }

    /// Adds what led to this error.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The file that has to be looked at.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The place in the file as a JSON pointer; nothing if the file as a whole is meant.
    #[must_use]
    pub fn pointer(&self) -> Option<&str> {
        (!self.pointer.is_empty()).then_some(self.pointer.as_str())
    }

    /// What is wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do.
    #[must_use]
    pub fn advice(&self) -> &str {
        &self.advice
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names come from a document that we did not write, and the text ends up in terminals and in
        // the annotations of CI systems.
        f.write_str(&one_line(&self.file))?;
        if !self.pointer.is_empty() {
            write!(f, "#{}", one_line(&self.pointer))?;
        }
        write!(f, ": {}", one_line(&self.message))?;
        if !self.advice.is_empty() {
            write!(f, " - {}", one_line(&self.advice))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug
            .field("file", &self.file)
            .field("pointer", &self.pointer)
            .field("message", &self.message)
            .field("advice", &self.advice);
        if let Some(source) = &self.source {
            debug.field("source", source);
        }
        debug.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_one_line_with_place_message_and_advice() {
        let error = Error::new("web.json", "/paths/~1x", "no such thing", "write one");
        assert_eq!(
            error.to_string(),
            "web.json#/paths/~1x: no such thing - write one"
        );
        assert_eq!(error.pointer(), Some("/paths/~1x"));
        let error = Error::new("web.json", "", "not\nJSON\u{1b}[31m", "fetch\r\nagain");
        assert_eq!(
            error.to_string(),
            r"web.json: not\nJSON\u{1b}[31m - fetch\r\nagain"
        );
        assert_eq!(error.pointer(), None);
    }

    #[test]
    fn the_source_is_kept() {
        let inner = std::io::Error::other("disk on fire");
        let error = Error::new("a", "", "b", "c").with_source(inner);
        assert_eq!(
            error.source().map(ToString::to_string).as_deref(),
            Some("disk on fire")
        );
    }
}
