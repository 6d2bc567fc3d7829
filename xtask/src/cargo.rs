//! Runs cargo on the workspace.

use crate::failure::Failure;
use crate::workspace::Workspace;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The running cargo, without the variables that it set for this program: a build script that
/// reads one of them would run again, and everything that depends on it would be rebuilt.
pub(crate) fn cargo(folder: &Path) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command.current_dir(folder);
    command
}

/// The target directory.
pub(crate) fn target(workspace: &Workspace) -> Result<PathBuf, Failure> {
    let args = ["metadata", "--no-deps", "--format-version", "1"];
    let text = output(cargo(workspace.root()).args(args))?;
    let metadata: serde_json::Value = serde_json::from_str(&text).map_err(|error| {
        Failure::new(format!("cannot read the output of cargo metadata: {error}"))
    })?;
    let target = metadata["target_directory"].as_str();
    target
        .map(PathBuf::from)
        .ok_or_else(|| Failure::new("cargo metadata names no target directory"))
}

/// The standard output of a command that succeeds.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let program = Path::new(command.get_program()).file_stem();
    let words: Vec<_> = program
        .into_iter()
        .chain(command.get_args().take(2))
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let words = words.join(" ");
    let done = command
        .output()
        .map_err(|error| Failure::io("run", Path::new(&words), error))?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).into_owned());
    }
    Err(Failure::new(format!(
        "`{words}` failed ({}): {}",
        done.status,
        String::from_utf8_lossy(&done.stderr).trim()
    )))
}
