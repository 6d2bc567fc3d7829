//! A copy of the sources in which all that is shown is kept, and every secret noted.
//!
//! Done to a copy and not behind a feature: nothing that a user compiles can write a secret down.
//! The two crates that everything logs through are patched too, so that every program of the
//! workspace runs at the finest level, whether it has a subscriber or not.

use super::edits::{Edit, LOG, OURS, TRACING, changed};
use crate::budget::count::cargo;
use crate::failure::Failure;
use crate::prove::program::{self, output};
use crate::prove::put;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What keeps lines and secrets, as a module of each crate that needs it.
const SHOWN: &str = include_str!("shown.rs.txt");
/// A test that shows secrets on purpose.
const CONTROL: &str = include_str!("control.rs.txt");

/// A copy of what is committed, in which everything shown is kept.
pub(super) fn make(root: &Path, copy: &Path, kept: &Path) -> Result<(), Failure> {
    program::clone(root, copy)?;
    apply(copy, &OURS, kept)?;
    add_control(copy)?;
    let tracing = beside(copy, "tracing-core")?;
    apply(&tracing, &TRACING, kept)?;
    let log = beside(copy, "log")?;
    apply(&log, &LOG, kept)?;
    patch(copy, &[("tracing-core", &tracing), ("log", &log)])?;
    // The lock file tells where a package comes from.
    output(cargo(copy).args(["metadata", "--format-version", "1"])).map(drop)
}

/// A package that the copy depends on, brought beside it to be changed.
fn beside(copy: &Path, name: &str) -> Result<PathBuf, Failure> {
    let told = output(cargo(copy).args(["metadata", "--format-version", "1", "--locked"]))?;
    let told: Value = serde_json::from_str(&told)
        .map_err(|error| Failure::new(format!("cargo metadata told no JSON: {error}")))?;
    let packages = told["packages"].as_array().into_iter().flatten();
    let manifest = packages
        .filter(|package| package["name"] == name)
        .find_map(|package| package["manifest_path"].as_str())
        .ok_or_else(|| Failure::new(format!("nothing depends on {name}")))?;
    let from = Path::new(manifest).with_file_name("");
    let to = copy.with_file_name(name);
    copy_folder(&from, &to)?;
    Ok(to)
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(to).map_err(|error| Failure::io("make", to, error))?;
    let failed = |error| Failure::io("read", from, error);
    for entry in std::fs::read_dir(from).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            std::fs::copy(&path, &target).map_err(|error| Failure::io("copy", &path, error))?;
        }
    }
    Ok(())
}

/// Makes the changes to a folder, and puts the module that they use beside each crate's root.
fn apply(folder: &Path, edits: &[Edit], kept_in: &Path) -> Result<(), Failure> {
    for edit in edits {
        let path = folder.join(edit.file);
        let text =
            std::fs::read_to_string(&path).map_err(|error| Failure::io("read", &path, error))?;
        put(&path, &changed(&text, edit)?)?;
        if edit.file.ends_with("src/lib.rs") {
            let module = SHOWN.replace("@FOLDER@", &kept_in.to_string_lossy());
            put(&path.with_file_name("shown.rs"), &module)?;
        }
    }
    Ok(())
}

/// Puts the test in that shows secrets on purpose.
fn add_control(folder: &Path) -> Result<(), Failure> {
    put(&folder.join("tests/tests/control.rs"), CONTROL)
}

/// Has cargo take these folders for the packages of their names.
fn patch(folder: &Path, packages: &[(&str, &Path)]) -> Result<(), Failure> {
    let path = folder.join("Cargo.toml");
    let mut text =
        std::fs::read_to_string(&path).map_err(|error| Failure::io("read", &path, error))?;
    text.push_str("\n[patch.crates-io]\n");
    for (name, place) in packages {
        text.push_str(&format!(
            "{name} = {{ path = {:?} }}\n",
            place.display().to_string()
        ));
    }
    put(&path, &text)
}
