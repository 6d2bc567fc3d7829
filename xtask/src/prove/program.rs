//! The programs that measure: built once, run each in a process of its own.
//!
//! They lie in the package of the tests (`tests/benches`) or beside what they measure, and print one
//! line of JSON, so that the maintainer's commands need nothing of what is measured.

use crate::budget::count::cargo;
use crate::failure::Failure;
use crate::workspace::Workspace;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The package that most of them belong to.
const PACKAGE: &str = "ovh-web-tests";

/// Programs by the names of their benches.
#[derive(Debug, Default)]
pub(super) struct Programs(BTreeMap<String, PathBuf>);

impl Programs {
    /// Builds these benches, if that was not done yet.
    pub(super) fn build(&mut self, workspace: &Workspace, names: &[&str]) -> Result<(), Failure> {
        self.build_of(workspace, PACKAGE, names)
    }

    /// Builds these benches of another package.
    pub(super) fn build_of(
        &mut self,
        workspace: &Workspace,
        package: &str,
        names: &[&str],
    ) -> Result<(), Failure> {
        let missing: Vec<&str> = names
            .iter()
            .filter(|name| !self.0.contains_key(**name))
            .copied()
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mut command = cargo(workspace.root());
        command
            .args(["build", "--profile", "bench", "--locked", "-p", package])
            .args(missing.iter().flat_map(|name| ["--bench", name]))
            .args(["--message-format", "json-render-diagnostics"])
            .stderr(Stdio::inherit());
        let said = output(&mut command)?;
        for line in said.lines() {
            let message: Value = serde_json::from_str(line).unwrap_or_default();
            let is_bench = message["target"]["kind"][0] == "bench";
            if let (true, Some(name), Some(path)) = (
                is_bench,
                message["target"]["name"].as_str(),
                message["executable"].as_str(),
            ) {
                self.0.insert(name.to_owned(), path.into());
            }
        }
        match missing.iter().find(|name| !self.0.contains_key(**name)) {
            None => Ok(()),
            Some(name) => Err(Failure::new(format!("cargo has built no bench {name}"))),
        }
    }

    /// The program of a bench.
    pub(super) fn path(&self, name: &str) -> Result<&Path, Failure> {
        self.0
            .get(name)
            .map(PathBuf::as_path)
            .ok_or_else(|| Failure::new(format!("the bench {name} was not built")))
    }

    /// Runs it, and reads what it prints.
    pub(super) fn run<T: DeserializeOwned>(&self, name: &str, args: &[&str]) -> Result<T, Failure> {
        read(&output(Command::new(self.path(name)?).args(args))?)
    }

    /// Starts one that serves, until what is returned is dropped.
    pub(super) fn serve(&self, name: &str, args: &[&str]) -> Result<Server, Failure> {
        let path = self.path(name)?;
        let failed = |error| Failure::io("run", path, error);
        let mut child = Command::new(path)
            .arg("serve")
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line).map_err(failed)?;
        }
        let line = line.trim().to_owned();
        let mut server = Server {
            child,
            told: Value::Null,
            line,
        };
        server.told = read(&server.line)?;
        Ok(server)
    }
}

/// A program that serves.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    told: Value,
    /// What it has printed.
    pub(super) line: String,
}

impl Server {
    /// A field of the line.
    pub(super) fn told(&self, name: &str) -> &str {
        self.told[name].as_str().unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends with its standard input.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// What a program prints, if it succeeds.
pub(super) fn output(command: &mut Command) -> Result<String, Failure> {
    let name = command.get_program().to_owned();
    let done = command
        .output()
        .map_err(|error| Failure::io("run", Path::new(&name), error))?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).into_owned());
    }
    let name = Path::new(&name).file_name().unwrap_or_default();
    Err(Failure::new(format!(
        "{} failed ({}): {}",
        name.display(),
        done.status,
        String::from_utf8_lossy(&done.stderr).trim()
    )))
}

/// A clone of what is committed.
pub(super) fn clone(root: &Path, to: &Path) -> Result<(), Failure> {
    let mut git = Command::new("git");
    output(git.args(["clone", "--quiet"]).arg(root).arg(to)).map(drop)
}

/// Removes a folder with all that is in it, if there is one.
pub(super) fn remove(folder: &Path) -> Result<(), Failure> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::io("remove", folder, error))
        }
        _ => Ok(()),
    }
}

/// How many tests passed, by what their runner printed; other words may stand before that.
pub(super) fn passed(printed: &str) -> u64 {
    printed
        .lines()
        .filter_map(|line| line.split_once("test result: ok. ")?.1.split(' ').next())
        .filter_map(|number| number.parse::<u64>().ok())
        .sum()
}

/// The last line of what was printed, as JSON.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    let line = text.lines().last().unwrap_or_default();
    serde_json::from_str(line)
        .map_err(|error| Failure::new(format!("a measuring program printed `{line}`: {error}")))
}

/// The first line that a program of the system prints, if there is such a program.
pub(super) fn said(program: &str, args: &[&str]) -> Option<String> {
    let done = Command::new(program).args(args).output().ok()?;
    let text = if done.stdout.is_empty() {
        done.stderr
    } else {
        done.stdout
    };
    let text = String::from_utf8_lossy(&text).into_owned();
    done.status
        .success()
        .then(|| text.lines().next().unwrap_or_default().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_that_passed_are_summed_also_behind_other_words() {
        let text = "x test result: ok. 3 passed; 0 failed\ntest result: ok. 4 passed;\ntest result: FAILED. 1 passed\n";
        assert_eq!(passed(text), 7);
    }
}
