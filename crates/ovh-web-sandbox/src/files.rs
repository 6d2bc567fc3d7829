//! The program's files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Reads a file; `None` if it does not exist.
pub(crate) fn read(path: &Path) -> Result<Option<String>, String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("cannot read {}: {error}", path.display())),
    }
}

/// Replaces a file atomically. Only its owner can read it.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), String> {
    let written = || -> io::Result<()> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let mut new_name = std::ffi::OsString::from(".");
        new_name.push(name);
        new_name.push(format!(".{}", std::process::id()));
        let new = folder_of(path).join(new_name);
        let _ = fs::remove_file(&new);
        let mut file = create(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, path).inspect_err(|_| {
            let _ = fs::remove_file(&new);
        })
    };
    written().map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// Writes the certificate authority to a path, or to the folder for temporary files.
pub(crate) fn write_authority(path: Option<&Path>, pem: &str) -> Result<PathBuf, String> {
    if let Some(path) = path {
        replace(path, pem)?;
        return Ok(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
    }
    let name = format!("ovh-web-sandbox-{}.pem", std::process::id());
    let path = std::env::temp_dir().join(name);
    // Another user may have put a file there.
    let _ = fs::remove_file(&path);
    let written = create(&path).and_then(|mut file| file.write_all(pem.as_bytes()));
    written.map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    Ok(path)
}

/// Creates a file that only its owner can read.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
