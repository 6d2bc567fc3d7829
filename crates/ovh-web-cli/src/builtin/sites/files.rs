//! Files that the commands write: whole, and readable by their owner only.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ovh_web::sites::SavedPlan;

use crate::failure::{Failure, Outcome};

/// Reads a saved plan.
pub(super) fn read_plan(path: &str) -> Outcome<SavedPlan> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::input(format_args!("--plan {path}"), &error))?;
    SavedPlan::from_json(&text).map_err(|error| {
        let mut failure = Failure::from(error);
        failure.message = format!("--plan {path}: {}", failure.message);
        failure.hint("`ovh-web sites plan --out FILE` saves one")
    })
}

/// Refuses a file that is not a plan, before anything is sent.
pub(super) fn check_plan(path: &str) -> Outcome {
    match fs::read_to_string(path) {
        Ok(text) if SavedPlan::from_json(&text).is_ok() => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        _ => Err(
            Failure::usage(format!("--out {path}: the file exists, and is not a plan"))
                .hint("name a new file, or one with an earlier plan"),
        ),
    }
}

/// Writes a plan into a new file, which then takes the name.
pub(super) fn write_plan(path: &str, plan: &SavedPlan) -> Outcome {
    let text = format!("{}\n", plan.to_json());
    replace(Path::new(path), text.as_bytes())
        .map_err(|error| Failure::io(format_args!("--out {path}"), &error))
}

/// Writes a new file, which then takes the name of an existing one.
pub(super) fn replace(path: &Path, text: impl Read) -> io::Result<()> {
    let new = write_beside(path, text)?;
    let renamed = fs::rename(&new, path);
    if renamed.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&new);
    }
    renamed
}

/// Writes a file that must not exist: whole, or not at all.
pub(super) fn write_new(path: &Path, text: impl Read) -> io::Result<()> {
    let new = write_beside(path, text)?;
    let named = match fs::hard_link(&new, path) {
        // A file system without links: an empty file reserves the name.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => create(path)
            .map(drop)
            .and_then(|()| fs::rename(&new, path).inspect_err(|_| drop(fs::remove_file(path)))),
        linked => linked,
    };
    // After a rename, it is gone.
    let _ = fs::remove_file(&new);
    named
}

/// Writes a new file with another name in the same folder, and to the disk.
fn write_beside(path: &Path, mut text: impl Read) -> io::Result<PathBuf> {
    let (new, mut file) = create_beside(path)?;
    let written = io::copy(&mut text, &mut file).and_then(|_| file.sync_all());
    match written {
        Ok(()) => Ok(new),
        Err(error) => {
            let _ = fs::remove_file(&new);
            Err(error)
        }
    }
}

fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    for number in 0..100 {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{}-{number}.new", std::process::id()));
        let new = PathBuf::from(name);
        match create(&new) {
            // An earlier run left it behind.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            created => return created.map(|file| (new, file)),
        }
    }
    Err(io::Error::other("earlier runs left too many new files"))
}

/// Creates a file that must not exist, readable by its owner only.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text that ends with an error.
    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn failed_mark_sent_no_half_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sites.toml");
        write_new(&path, b"half".chain(Broken)).unwrap_err();
        assert_eq!(names(folder.path()), [""; 0]);
        fs::write(&path, "whole").unwrap();
        replace(&path, b"half".chain(Broken)).unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), "whole");
        assert_eq!(names(folder.path()), ["sites.toml"]);
    }

    #[test]
    fn existing_files_are_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sites.toml");
        let (other, _) = create_beside(&path).unwrap();
        fs::write(&other, "other").unwrap();
        write_new(&path, &b"first"[..]).unwrap();
        let error = write_new(&path, &b"second"[..]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        replace(&path, &b"second"[..]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "second");
        assert_eq!(fs::read_to_string(&other).unwrap(), "other");
        assert_eq!(names(folder.path()).len(), 2);
    }
}
