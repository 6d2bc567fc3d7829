//! First use: the README's two commands as a newcomer runs them, in a fresh clone, with an empty home.

use super::figures::Target;
use super::program::{self, output, said};
use super::{Lab, Outcome, Part};
use crate::failure::Failure;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

pub(super) const PART: Part = Part {
    name: "first-use",
    title: "First use",
    run: measure,
};

/// The README's two commands.
const COMMANDS: [&[&str]; 2] = [&["run", "-p", "ovh-web", "--example", "web_app"], &["test"]];

/// What one command did.
#[derive(Clone, Debug, Default)]
struct Ran {
    command: String,
    seconds: f64,
    downloads: usize,
    warnings: usize,
    /// Tests that passed.
    passed: u64,
}

/// What a newcomer meets.
#[derive(Clone, Debug, Default)]
struct Met {
    ran: Vec<Ran>,
    /// What git says of the clone afterwards.
    changed: usize,
    /// Bytes of packages that were downloaded.
    bytes: u64,
}

fn measure(lab: &mut Lab<'_>) -> Result<Outcome, Failure> {
    let folder = lab.scratch.join("first-use");
    program::remove(&folder)?;
    let (clone, home) = (folder.join("clone"), folder.join("home"));
    std::fs::create_dir_all(&home).map_err(|error| Failure::io("make", &home, error))?;
    program::clone(lab.workspace.root(), &clone)?;
    let mut met = Met::default();
    for command in &COMMANDS[..lab.or_quick(COMMANDS.len(), 1)] {
        lab.tell(format!("cargo {}", command.join(" ")))?;
        met.ran.push(run(command, &clone, &home)?);
    }
    let status = output(
        Command::new("git")
            .arg("-C")
            .arg(&clone)
            .args(["status", "--porcelain"]),
    )?;
    met.changed = status.lines().count();
    met.bytes = size(&home.join(".cargo/registry/cache"));
    program::remove(&folder)?;
    Ok(report(&met))
}

/// Runs cargo with nothing of this machine but the compiler and the system's programs.
fn run(command: &[&str], clone: &Path, home: &Path) -> Result<Ran, Failure> {
    let sysroot = said("rustc", &["--print", "sysroot"]).unwrap_or_default();
    let tools = PathBuf::from(sysroot.trim()).join("bin");
    let mut path = OsString::from(&tools);
    path.push(":/usr/local/bin:/usr/bin:/bin");
    let mut cargo = Command::new(tools.join("cargo"));
    cargo
        .args(command)
        .current_dir(clone)
        .env_clear()
        .env("HOME", home)
        .env("PATH", path)
        .env("CARGO_TERM_COLOR", "never");
    // Where a network is behind a proxy, that is no part of the machine.
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        if let Some(value) = std::env::var_os(name) {
            cargo.env(name, value);
        }
    }
    let begin = Instant::now();
    let done = cargo
        .output()
        .map_err(|error| Failure::io("run", &tools.join("cargo"), error))?;
    let words = format!("cargo {}", command.join(" "));
    let told = String::from_utf8_lossy(&done.stderr);
    if !done.status.success() {
        return Err(Failure::new(format!(
            "a newcomer's `{words}` failed ({}): {told}",
            done.status
        )));
    }
    Ok(read(
        words,
        begin.elapsed(),
        &told,
        &String::from_utf8_lossy(&done.stdout),
    ))
}

/// What cargo and the tests told.
fn read(command: String, took: Duration, told: &str, printed: &str) -> Ran {
    let begins = |word: &str| {
        let lines = told.lines().map(str::trim_start);
        lines.filter(|line| line.starts_with(word)).count()
    };
    Ran {
        command,
        seconds: took.as_secs_f64(),
        downloads: begins("Downloaded "),
        warnings: begins("warning"),
        passed: program::passed(printed),
    }
}

/// The bytes of all files below a folder.
fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() => size(&entry.path()),
            Ok(data) => data.len(),
            Err(_) => 0,
        })
        .sum()
}

/// The section.
fn report(met: &Met) -> Outcome {
    let warnings: usize = met.ran.iter().map(|ran| ran.warnings).sum();
    let mut text = String::from(
        "A fresh clone, an empty home (so no cache of cargo's), nothing on the path but the compiler and \
         the system's own programs; the README's two commands, letter for letter.\n\n\
         | command | seconds | packages downloaded | tests passed |\n|---|---|---|---|\n",
    );
    for ran in &met.ran {
        let _ = writeln!(
            text,
            "| `{}` | {:.0} | {} | {} |",
            ran.command, ran.seconds, ran.downloads, ran.passed
        );
    }
    let _ = writeln!(
        text,
        "\n{:.0} MB of packages were downloaded. Neither command asks for anything.",
        met.bytes as f64 / 1e6
    );
    Outcome {
        targets: vec![
            Target::count(
                "first use: warnings that a newcomer sees",
                warnings as u64,
                0,
            ),
            Target::count(
                "first use: files of the clone that were changed",
                met.changed as u64,
                0,
            ),
        ],
        text,
        drawings: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_tells_is_counted() {
        let told = "    Updating index\n Downloading crates ...\n  Downloaded a v1.0.0\n  Downloaded b v2.0.0\n\
                    warning: unused\n   Compiling a v1.0.0\n";
        let printed =
            "test x ... ok\n\ntest result: ok. 3 passed; 0 failed;\ntest result: ok. 4 passed;\n";
        let ran = read(
            "cargo test".to_owned(),
            Duration::from_secs(2),
            told,
            printed,
        );
        assert_eq!((ran.downloads, ran.warnings, ran.passed), (2, 1, 7));
        let met = Met {
            ran: vec![ran],
            changed: 0,
            bytes: 21_400_000,
        };
        let outcome = report(&met);
        let reached: Vec<bool> = outcome
            .targets
            .iter()
            .map(|target| target.reached)
            .collect();
        assert_eq!(reached, [false, true]);
        assert!(
            outcome
                .text
                .contains("| `cargo test` | 2 | 2 | 7 |\n\n21 MB")
        );
    }
}
