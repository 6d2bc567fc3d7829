//! An incomplete file: new, readable only by its owner, with an unpredictable name.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::{File, OpenOptions};

/// Attempts to find a name that is not taken.
const ATTEMPTS: usize = 8;

/// A file that is removed on drop, unless it was renamed.
pub(super) struct PartFile(Option<PathBuf>);

impl PartFile {
    /// Creates a file in the folder of `path`.
    pub(super) async fn create_next_to(path: &Path) -> io::Result<(Self, File)> {
        if path.file_name().is_none() {
            let problem = format!("{} is not a file name", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
        }
        let mut options = OpenOptions::new();
        // `create_new` never opens a link or an existing file.
        options.write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let mut taken = io::Error::from(io::ErrorKind::AlreadyExists);
        for _ in 0..ATTEMPTS {
            let part = path.with_file_name(random_name());
            match options.open(&part).await {
                Ok(file) => return Ok((Self(Some(part)), file)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = error,
                Err(error) => return Err(error),
            }
        }
        Err(taken)
    }

    /// Renames the file to `path`, replacing any existing file.
    pub(super) async fn persist(mut self, path: &Path) -> io::Result<()> {
        if let Some(part) = &self.0 {
            tokio::fs::rename(part, path).await?;
            self.0 = None;
        }
        Ok(())
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if let Some(part) = &self.0 {
            // On cancellation, nobody waits for the removal.
            let _ = std::fs::remove_file(part);
        }
    }
}

fn random_name() -> String {
    // The standard library seeds its hash maps from the operating system.
    let number = RandomState::new().build_hasher().finish();
    format!(".ovh-web-{number:016x}.part")
}
