//! The state file, which one sandbox at a time may use.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use ovh_web_sandbox::Sandbox;

use crate::files;

/// A state file, which is locked until this is dropped.
pub(crate) struct StateFile {
    path: PathBuf,
    _lock: File,
}

impl StateFile {
    /// Locks a second file, since each change replaces the state file.
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

    /// Saves the current state.
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
    // Another user may have put a symbolic link there.
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NOFOLLOW.bits();
        options
            .mode(0o600)
            .custom_flags(i32::try_from(flags).unwrap_or_default());
    }
    // Without sharing, a second open fails.
    #[cfg(windows)]
    std::os::windows::fs::OpenOptionsExt::share_mode(&mut options, 0);
    let file = options.open(path)?;
    #[cfg(unix)]
    rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive)?;
    Ok(file)
}
