//! The error type of the generator: file, place, message and advice.
//!
//! Each error is one line for a terminal or a CI log. There are no kinds: only people read it.

use std::error::Error as StdError;
use std::fmt;

use crate::escape::one_line;

/// A fault in an input of the generator, with advice.
///
/// Its text is a line for each error of the run: `FILE#POINTER: message - advice`.
#[derive(Debug)]
pub struct Error {
    file: Box<str>,
    pointer: Box<str>,
    message: Box<str>,
    advice: Box<str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    /// Errors of the same run that do not depend on this one.
    others: Vec<Error>,
}

/// Collects the errors of steps that do not depend on each other.
#[derive(Debug, Default)]
pub(crate) struct Errors(Vec<Error>);

impl Errors {
    /// Returns the value, or keeps the error.
    pub(crate) fn keep<T>(&mut self, result: Result<T, Error>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// Adds an error.
    pub(crate) fn add(&mut self, error: Error) {
        self.0.push(error);
    }

    /// Returns all errors as one, if there are any.
    pub(crate) fn end(self) -> Result<(), Error> {
        let mut errors = self.0.into_iter();
        let Some(mut first) = errors.next() else {
            return Ok(());
        };
        first.others.extend(errors);
        Err(first)
    }
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
            file: file.into().into_boxed_str(),
            pointer: pointer.into().into_boxed_str(),
            message: message.into().into_boxed_str(),
            advice: advice.into().into_boxed_str(),
            source: None,
            others: Vec::new(),
        }
    }

    /// This error and the others of the same run, each without the others.
    pub fn each(&self) -> impl Iterator<Item = &Self> {
        let others: Box<dyn Iterator<Item = &Self>> =
            Box::new(self.others.iter().flat_map(Self::each));
        std::iter::once(self).chain(others)
    }

    /// The line of this error, without the others.
    #[must_use]
    pub fn line(&self) -> String {
        // Names come from a document that we did not write, and the text ends up in terminals and in
        // the annotations of CI systems.
        let mut line = one_line(&self.file).into_owned();
        if !self.pointer.is_empty() {
            line += &format!("#{}", one_line(&self.pointer));
        }
        line += &format!(": {}", one_line(&self.message));
        if !self.advice.is_empty() {
            line += &format!(" - {}", one_line(&self.advice));
        }
        line
    }

    /// An error in the TOML text of `file`.
    #[must_use]
    pub fn of_toml(file: &str, text: &str, error: &toml::de::Error, advice: &str) -> Self {
        let start = error.span().map_or(0, |span| span.start);
        let line = 1 + text.bytes().take(start).filter(|b| *b == b'\n').count();
        Self::new(
            file,
            "",
            format!("line {line}: {}", error.message()),
            advice,
        )
    }

    /// Sets the source of the error.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The file that is wrong.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The place in the file as a JSON pointer; `None` for the file as a whole.
    #[must_use]
    pub fn pointer(&self) -> Option<&str> {
        (!self.pointer.is_empty()).then_some(&*self.pointer)
    }

    /// The message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The advice.
    #[must_use]
    pub fn advice(&self) -> &str {
        &self.advice
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.each().map(Self::line).collect();
        f.write_str(&lines.join("\n"))
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
    fn text_is_one_line_with_place_and_advice() {
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
    fn errors_of_one_run_are_a_line_each() {
        let mut errors = Errors::default();
        assert_eq!(errors.keep(Ok(1)), Some(1));
        for file in ["a", "b\nc"] {
            let failed: Option<()> = errors.keep(Err(Error::new(file, "", "bad", "")));
            assert_eq!(failed, None);
        }
        let error = errors.end().expect_err("two errors");
        assert_eq!(error.to_string(), "a: bad\nb\\nc: bad");
        assert_eq!(error.each().count(), 2);
        assert!(Errors::default().end().is_ok());
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
