//! Places in a file, for messages.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// A place in a file: `sites.toml:12:3`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub struct Place {
    /// The name of the file, as it was given.
    #[serde(serialize_with = "text")]
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

fn text<S: serde::Serializer>(text: &Arc<str>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(text)
}

impl Place {
    /// Creates a place.
    #[must_use]
    pub fn new(file: &Arc<str>, line: u32, column: u32) -> Self {
        let file = Arc::clone(file);
        Self { file, line, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A value with its place in the file.
#[derive(Clone, Debug)]
pub(crate) struct Placed<T> {
    pub(crate) place: Place,
    pub(crate) value: T,
}

/// A mistake in a file of sites.
///
/// ```text
/// sites.toml:12:3: unknown field `sssl`, did you mean `ssl`?
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Mistake {
    /// The place of the key or value.
    pub place: Place,
    /// The mistake, and what is expected.
    pub message: String,
}

impl Mistake {
    pub(crate) fn new(place: &Place, message: impl Into<String>) -> Self {
        let (place, message) = (place.clone(), message.into());
        Self { place, message }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// The mistakes in a file of sites, in the order of their places.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct FileError {
    /// The mistakes. There is at least one.
    pub mistakes: Vec<Mistake>,
}

/// One line for each mistake.
impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for FileError {}

impl From<Mistake> for FileError {
    fn from(mistake: Mistake) -> Self {
        let mistakes = vec![mistake];
        Self { mistakes }
    }
}
