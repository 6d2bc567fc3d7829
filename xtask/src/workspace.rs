//! The folder we work in: what is read from it, and what would change. Writing is in
//! [`staging`](crate::staging).

use crate::failure::Failure;
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

/// The root of the workspace.
#[derive(Clone)]
pub struct Workspace {
    root: PathBuf,
    before_write: Option<Rc<dyn Fn()>>,
}

/// The change of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file, from the root on.
    pub path: PathBuf,
    /// The old content; `None` if the file is new.
    pub old: Option<Vec<u8>>,
    /// The new content; `None` if the file is removed.
    pub new: Option<Vec<u8>>,
}

impl fmt::Debug for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Workspace");
        debug.field("root", &self.root).finish_non_exhaustive()
    }
}

impl Workspace {
    /// The given root, or else the folder at or above the current one that holds
    /// `schema/sources.toml`.
    ///
    /// # Errors
    /// If there is no such folder.
    pub fn find(root: Option<PathBuf>) -> Result<Self, Failure> {
        if let Some(root) = root {
            return Ok(Self::at(root));
        }
        let here = std::env::current_dir()
            .map_err(|error| Failure::io("find", Path::new("the current folder"), error))?;
        here.ancestors()
            .find(|folder| folder.join("schema/sources.toml").is_file())
            .map(|folder| Self::at(folder.to_owned()))
            .ok_or_else(|| {
                Failure::new(
                    "there is no schema/sources.toml in this folder or above - \
                     go into the workspace of ovh-web",
                )
            })
    }

    fn at(root: PathBuf) -> Self {
        Self {
            root,
            before_write: None,
        }
    }

    /// The same, with a function that is called before each change of a file or folder.
    pub(crate) fn with_hook(self, hook: Option<&Rc<dyn Fn()>>) -> Self {
        Self {
            before_write: hook.cloned(),
            ..self
        }
    }

    /// Another folder, into which the same program writes.
    pub(crate) fn beside(&self, root: PathBuf) -> Self {
        Self {
            root,
            ..self.clone()
        }
    }

    /// To be called before each change of a file or folder.
    pub(crate) fn hook(&self) {
        if let Some(hook) = &self.before_write {
            hook();
        }
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Reads a file that must be there.
    ///
    /// # Errors
    /// If it cannot be read or is not UTF-8.
    pub fn read(&self, path: &str) -> Result<String, Failure> {
        fs::read_to_string(self.root.join(path))
            .map_err(|error| Failure::io("read", Path::new(path), error))
    }

    /// Reads a file if it is there.
    ///
    /// # Errors
    /// If it is there but cannot be read or is not UTF-8.
    pub fn read_if_there(&self, path: &str) -> Result<Option<String>, Failure> {
        match fs::read_to_string(self.root.join(path)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::io("read", Path::new(path), error)),
        }
    }

    /// All files below a folder, from the root on and in order; none if there is no such folder.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub fn files_below(&self, folder: &Path) -> Result<Vec<PathBuf>, Failure> {
        let mut files = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let failed = |error| Failure::io("list", &folder, error);
            let entries = match fs::read_dir(self.root.join(&folder)) {
                Ok(entries) => entries,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(failed(error)),
            };
            for entry in entries {
                let entry = entry.map_err(failed)?;
                let path = folder.join(entry.file_name());
                if entry.file_type().map_err(failed)?.is_dir() {
                    folders.push(path);
                } else {
                    files.push(path);
                }
            }
        }
        files.sort_unstable();
        Ok(files)
    }

    /// An error if `path` leads out of the workspace.
    pub(crate) fn inside(&self, path: &Path) -> Result<(), Failure> {
        let inside = |part| matches!(part, Component::Normal(_));
        if path.as_os_str().is_empty() || !path.components().all(inside) {
            return Err(Failure::new(format!(
                "`{}` is not a path inside the workspace",
                path.display()
            )));
        }
        Ok(())
    }

    /// Returns the change that makes the file at `path` hold `new`, if it differs.
    ///
    /// # Errors
    /// If `path` leads out of the workspace, or the file is there but cannot be read.
    pub fn change(&self, path: &Path, new: Option<&str>) -> Result<Option<Change>, Failure> {
        self.inside(path)?;
        let old = match fs::read(self.root.join(path)) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(Failure::io("read", path, error)),
        };
        let new = new.map(|text| text.as_bytes().to_vec());
        Ok((old != new).then(|| Change {
            path: path.to_owned(),
            old,
            new,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace() -> (tempfile::TempDir, Workspace) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let workspace = Workspace::find(Some(folder.path().to_owned())).expect("it is given");
        (folder, workspace)
    }

    fn change(workspace: &Workspace, path: &str, new: Option<&str>) -> Change {
        let change = workspace.change(Path::new(path), new);
        change.expect("readable").expect("a change")
    }

    #[test]
    fn changes_are_made_together() {
        let (folder, workspace) = workspace();
        fs::create_dir(folder.path().join("old")).expect("a folder");
        fs::write(folder.path().join("old/gone.rs"), "x").expect("a file");
        let changes = [
            change(&workspace, "new/deep/a.rs", Some("a")),
            change(&workspace, "old/gone.rs", None),
        ];
        workspace.apply(&changes).expect("it can be written");
        assert_eq!(workspace.read("new/deep/a.rs").expect("there"), "a");
        assert!(!folder.path().join("old").exists());
        let files = workspace.files_below(Path::new("")).expect("a list");
        assert_eq!(files, [Path::new("new/deep/a.rs")]);
        let again = workspace.change(Path::new("new/deep/a.rs"), Some("a"));
        assert_eq!(again.expect("readable"), None);
    }

    #[test]
    fn when_one_change_fails_the_others_are_undone() {
        let (folder, workspace) = workspace();
        fs::write(folder.path().join("a"), "old").expect("a file");
        let mut changes = vec![
            change(&workspace, "a", Some("new")),
            change(&workspace, "b", Some("new")),
            change(&workspace, "c", Some("new")),
        ];
        // A folder in the place of the third file cannot be replaced by a file.
        fs::create_dir_all(folder.path().join("c/full")).expect("a folder");
        let failure = workspace.apply(&changes).expect_err("it cannot be written");
        assert!(failure.to_string().contains("cannot write c"), "{failure}");
        assert_eq!(workspace.read("a").expect("there"), "old");
        assert_eq!(
            workspace.files_below(Path::new("")).expect("a list"),
            [Path::new("a")]
        );
        // And one that cannot even be written beside its place.
        changes[2].path = "a/below/a/file".into();
        workspace.apply(&changes).expect_err("it cannot be written");
        assert_eq!(workspace.read("a").expect("there"), "old");
        assert_eq!(
            workspace.files_below(Path::new("")).expect("a list"),
            [Path::new("a")]
        );
    }

    #[test]
    fn refuses_paths_outside() {
        let (_folder, workspace) = workspace();
        for path in ["../x", "/x", "a/../../x", ""] {
            workspace
                .change(Path::new(path), Some("x"))
                .expect_err(path);
        }
    }
}
