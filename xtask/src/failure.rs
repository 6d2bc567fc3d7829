//! The error type of the commands.

use ovh_web_codegen::escape::one_line;
use std::error::Error;
use std::fmt;
use std::path::Path;

/// The error of a command: one line for each fault.
#[derive(Debug)]
pub struct Failure {
    lines: Vec<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    /// A failure that is said by `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self::of(vec![text.into()])
    }

    /// A failure of several faults.
    pub(crate) const fn of(lines: Vec<String>) -> Self {
        Self {
            lines,
            source: None,
        }
    }

    /// The same with `text` before each line.
    pub(crate) fn within(mut self, text: &str) -> Self {
        for line in &mut self.lines {
            *line = format!("{text}: {line}");
        }
        self
    }

    /// The faults of several failures; `None` if there are none.
    pub(crate) fn joined(failures: Vec<Self>) -> Option<Self> {
        let mut failures = failures.into_iter();
        let mut first = failures.next()?;
        first
            .lines
            .extend(failures.flat_map(|failure| failure.lines));
        Some(first)
    }

    /// The same for files of a folder, which each line begins with.
    pub(crate) fn below(mut self, folder: &str) -> Self {
        for line in &mut self.lines {
            *line = format!("{folder}/{line}");
        }
        self
    }

    /// Whether whoever reads the output has closed it.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        let source = self.source.as_ref();
        let error = source.and_then(|source| source.downcast_ref::<std::io::Error>());
        error.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    }

    /// A failure of the file system at `path`.
    pub(crate) fn io(doing: &str, path: &Path, error: std::io::Error) -> Self {
        Self {
            lines: vec![format!("cannot {doing} {}: {error}", path.display())],
            source: Some(error.into()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is quoted comes from files and documents, and ends up in terminals and logs.
        let lines: Vec<_> = self.lines.iter().map(|line| one_line(line)).collect();
        f.write_str(&lines.join("\n"))
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
            lines: error.each().map(ovh_web_codegen::Error::line).collect(),
            source: Some(error.into()),
        }
    }
}
