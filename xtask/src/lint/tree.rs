//! The files of the workspace that git keeps, or would keep if they were added now.

use crate::cargo::output;
use crate::failure::Failure;
use crate::workspace::Workspace;
use std::collections::BTreeMap;
use std::process::Command;

/// File contents by path from the root, with `/` between folders; binary files are empty.
#[derive(Clone, Debug, Default)]
pub struct Tree(BTreeMap<String, String>);

impl Tree {
    /// Reads the files that git lists.
    ///
    /// # Errors
    /// Returns an error if git fails or a file cannot be read.
    pub fn read(workspace: &Workspace) -> Result<Self, Failure> {
        let mut git = Command::new("git");
        git.current_dir(workspace.root());
        let args = ["ls-files", "-z", "--cached", "--others"];
        let listed = output(git.args(args).arg("--exclude-standard"))?;
        let mut files = BTreeMap::new();
        for path in listed.split_terminator('\0') {
            let full = workspace.root().join(path);
            // A removed file is listed until git knows of its removal.
            if full.exists() {
                let bytes = std::fs::read(&full);
                let bytes = bytes.map_err(|error| Failure::io("read", &full, error))?;
                let text = String::from_utf8(bytes).unwrap_or_default();
                files.insert(path.to_owned(), text);
            }
        }
        Ok(Self(files))
    }

    /// The number of files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// `true` if there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The path and text of every file.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (&**path, &**text))
    }

    /// The text of one file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }
}

#[cfg(test)]
impl<const N: usize> From<[(&str, &str); N]> for Tree {
    fn from(files: [(&str, &str); N]) -> Self {
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        Self(files.into())
    }
}
