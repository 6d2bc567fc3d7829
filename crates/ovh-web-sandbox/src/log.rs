//! Where the program's own lines go: standard error, or a file.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// A log. Clones write to the same place.
#[derive(Clone, Default)]
pub(crate) struct Log(Option<Arc<File>>);

impl Log {
    /// Writes to the end of this file, or to standard error without one.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, String> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let opened = OpenOptions::new().create(true).append(true).open(path);
        opened
            .map(|file| Self(Some(Arc::new(file))))
            .map_err(|error| format!("cannot write {}: {error}", path.display()))
    }

    /// Writes a line, whole. A reader who went away is no reason to end.
    pub(crate) fn line(&self, line: &str) {
        let line = format!("{line}\n");
        let _ = match &self.0 {
            Some(file) => (&**file).write_all(line.as_bytes()),
            None => std::io::stderr().write_all(line.as_bytes()),
        };
    }
}
