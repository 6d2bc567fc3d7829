//! A finding of a lint: place, message and advice.

use std::fmt;

/// A place that fails a lint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    path: String,
    /// From 1; 0 is the file as a whole.
    line: usize,
    what: String,
    advice: String,
}

impl Finding {
    /// About a file as a whole.
    pub(super) fn of(path: &str, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::at(path, 0, what, advice)
    }

    /// About a line, counted from 1.
    pub(super) fn at(
        path: &str,
        line: usize,
        what: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            path: path.to_owned(),
            line,
            what: what.into(),
            advice: advice.into(),
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// `crates/x/src/lib.rs:7: what is wrong - what to do`
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {} - {}", self.what, self.advice)
    }
}
