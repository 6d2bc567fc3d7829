//! Why a command failed: one line for a person.

use ovh_web_codegen::escape::one_line;
use std::error::Error;
use std::fmt;
use std::path::Path;

/// What went wrong, in a line that ends in advice where there is any.
#[derive(Debug)]
pub struct Failure {
    text: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    /// A failure that is said by `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            source: None,
        }
    }

    /// A failure of the file system at `path`.
    pub(crate) fn io(doing: &str, path: &Path, error: std::io::Error) -> Self {
        Self {
            text: format!("cannot {doing} {}: {error}", path.display()),
            source: Some(error.into()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is quoted comes from files and documents, and ends up in terminals and logs.
        f.write_str(&one_line(&self.text))
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}

impl From<ovh_web_codegen::Error> for Failure {
    fn from(error: ovh_web_codegen::Error) -> Self {
        Self {
            text: error.to_string(),
            source: Some(error.into()),
        }
    }
}
