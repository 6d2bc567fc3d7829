//! The file of a state, which one sandbox at a time may use.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use ovh_web_sandbox::Sandbox;

use crate::files;

/// A state file, locked until this is dropped or the program ends.
pub(crate) struct StateFile {
    path: PathBuf,
    _lock: File,
}

impl StateFile {
    /// Locks a file beside it, since the state file itself is replaced with each change.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let mut name = std::ffi::OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(".lock");
        let lock_path = files::folder_of(path).join(name);
        let lock = lock(&lock_path).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => {
                format!("{} is in use by another sandbox", path.display())
            }
            _ => format!("cannot lock {}: {error}", lock_path.display()),
        })?;
        Ok(Self {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces the file with the state as it is now.
    pub(crate) fn save(&self, sandbox: &Sandbox) -> Result<(), String> {
        match sandbox.saved_state() {
            Some(state) => files::replace(&self.path, &state),
            None => Ok(()),
        }
    }
}

fn lock(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    // A link that somebody else put there could name any file of the user.
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NOFOLLOW.bits();
        options
            .mode(0o600)
            .custom_flags(i32::try_from(flags).unwrap_or_default());
    }
    // Nobody else may open it.
    #[cfg(windows)]
    std::os::windows::fs::OpenOptionsExt::share_mode(&mut options, 0);
    let file = options.open(path)?;
    #[cfg(unix)]
    rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive)?;
    Ok(file)
}
