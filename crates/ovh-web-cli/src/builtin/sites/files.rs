//! Files that the commands write: whole, and readable by their owner only.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
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
    replace(Path::new(path), &text)
        .map_err(|error| Failure::io(format_args!("--out {path}"), &error))
}

/// Writes a new file, which then takes the name of an existing one.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = PathBuf::from(name);
    let written = write_new(&new, text).and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&new);
    }
    written
}

/// Writes a file that must not exist, readable by its owner only, and to the disk.
pub(super) fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
