//! Writes a configuration file: complete or not at all, and readable only for its owner.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ovh_runtime::{Error, Secret};

use crate::error::configuration;

/// The maximum number of symbolic links to follow.
const MAX_LINKS: usize = 40;

/// Replaces a configuration file, or creates it. Its folder must exist.
///
/// The text is written to a new file in the same folder, which only its owner can read, and which
/// then takes the old one's place. A symbolic link stays, and its target is replaced.
///
/// # Errors
///
/// Returns an error if the file cannot be written; the old one is then unchanged.
pub fn write(path: impl AsRef<Path>, text: &Secret) -> Result<(), Error> {
    let path = path.as_ref();
    replace(path, text.expose().as_bytes()).map_err(|source| {
        let message = format!("{} cannot be written: {source}", path.display());
        configuration(message).source(source).build()
    })
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = target_of(path)?;
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut new_name = name.to_owned();
    new_name.push(format!(".{:016x}.new", fastrand::u64(..)));
    let new = folder.join(new_name);
    let moved = write_new(&new, bytes).and_then(|()| fs::rename(&new, &path));
    if moved.is_err() {
        // Nothing more can be done if this fails too.
        let _ = fs::remove_file(&new);
        return moved;
    }
    // The new name is durable once its folder is; other systems cannot open a folder.
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Follows symbolic links; the last target need not exist.
fn target_of(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            // No link, or no file.
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A temporary folder, removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            let name = format!("ovh-web-{:016x}", fastrand::u64(..));
            let folder = std::env::temp_dir().join(name);
            fs::create_dir(&folder).expect("a folder");
            Self(folder)
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(&self.0).expect("a folder");
            let name = |entry: io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
            let mut names: Vec<String> = entries
                .map(|entry| name(entry).to_string_lossy().into_owned())
                .collect();
            names.sort();
            names
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn creates_and_replaces_the_file() {
        let folder = Folder::new();
        let path = folder.0.join("ovh.conf");
        for text in ["[a]\n", ""] {
            write(&path, &Secret::from(text)).expect("written");
            assert_eq!(fs::read_to_string(&path).expect("a file"), text);
        }
        assert_eq!(folder.names(), ["ovh.conf"]);
    }

    #[test]
    fn failure_leaves_nothing_behind() {
        let folder = Folder::new();
        let taken = folder.0.join("ovh.conf");
        fs::create_dir(&taken).expect("a folder");
        for path in [taken.clone(), taken.join("no/ovh.conf"), PathBuf::from("/")] {
            let error = write(&path, &Secret::from("s3cr3t")).expect_err("refused");
            assert!(error.message().contains("cannot be written"), "{error}");
            assert!(!format!("{error:?}").contains("s3cr3t"));
        }
        assert_eq!(folder.names(), ["ovh.conf"]);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::new();
        let path = folder.0.join("ovh.conf");
        fs::write(&path, "old").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("a mode");
        write(&path, &Secret::from("new")).expect("written");
        let mode = fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn symbolic_link_stays() {
        use std::os::unix::fs::symlink;
        let folder = Folder::new();
        let [first, second] = ["first", "second"].map(|name| folder.0.join(name));
        symlink("second", &first).expect("a link");
        symlink("real", &second).expect("a link");
        // Without a target it is created.
        for text in ["one", "two"] {
            write(&first, &Secret::from(text)).expect("written");
            let real = folder.0.join("real");
            assert_eq!(fs::read_to_string(real).expect("a file"), text);
        }
        assert!(first.is_symlink() && second.is_symlink());
        symlink("loop", folder.0.join("loop")).expect("a link");
        write(folder.0.join("loop"), &Secret::from("x")).expect_err("a loop");
        assert_eq!(folder.names(), ["first", "loop", "real", "second"]);
    }
}
