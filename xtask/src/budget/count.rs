//! What can be counted without building anything: lines, files, public items, crates.

use super::limits::Limits;
use crate::failure::Failure;
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// The package that is counted.
pub const CLIENT: &str = "ovh-web-client";
/// Where its generated files lie, from the root on.
const SOURCE: &str = "crates/ovh-web-client/src";
/// Where its public items are listed.
const SURFACE: &str = "schema/surface.txt";

/// What the client consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines of all files, documentation included.
    pub lines: usize,
    /// How many files there are.
    pub files: usize,
    /// The longest file and its lines.
    pub longest: (String, usize),
    /// Public items by their kind, which is the first word of a line of the surface.
    pub items: BTreeMap<String, usize>,
    /// Names and versions of the crates below the client: default features, this machine, normal
    /// dependencies and what they need in turn. The client itself is not among them.
    pub crates: BTreeSet<(String, String)>,
}

impl Counts {
    /// Counts what is in the workspace.
    ///
    /// # Errors
    /// If a file cannot be read, or cargo does not know the client's dependencies.
    pub fn of(workspace: &Workspace) -> Result<Self, Failure> {
        let mut counts = Self::default();
        for path in workspace.files_below(Path::new(SOURCE))? {
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let path = path.display().to_string().replace('\\', "/");
            let lines = workspace.read(&path)?.lines().count();
            counts.files += 1;
            counts.lines += lines;
            if lines > counts.longest.1 {
                counts.longest = (path, lines);
            }
        }
        for line in workspace.read(SURFACE)?.lines() {
            let kind = line.split(' ').next().unwrap_or_default();
            *counts.items.entry(kind.to_owned()).or_default() += 1;
        }
        counts.crates = parse_tree(&tree(workspace)?);
        Ok(counts)
    }

    /// The counts beside their limits, for a terminal.
    #[must_use]
    pub fn table(&self, limits: &Limits) -> String {
        let mut text = format!("{:<14}{:>8}{:>8}\n", "", "now", "limit");
        for (what, now, limit) in [
            ("lines", self.lines, limits.lines),
            ("longest file", self.longest.1, limits.longest_file),
            ("files", self.files, limits.files),
            ("crates", self.crates.len(), limits.crates),
        ] {
            let _ = writeln!(text, "{what:<14}{now:>8}{limit:>8}");
        }
        let items: Vec<String> = self
            .items
            .iter()
            .map(|(kind, number)| format!("{number} {kind}"))
            .collect();
        let all: usize = self.items.values().sum();
        let _ = writeln!(text, "{:<14}{all:>8}        {}", "items", items.join(", "));
        let _ = writeln!(text, "\nlongest file: {}", self.longest.0);
        let _ = write!(
            text,
            "crates below {CLIENT}, default features, this machine:"
        );
        for (name, version) in &self.crates {
            let purpose = limits.purposes.get(name).map_or("?", String::as_str);
            let _ = write!(text, "\n  {:<28} {purpose}", format!("{name} {version}"));
        }
        text
    }
}

/// What cargo says of the client's dependencies.
///
/// `cargo metadata` would be easier to read, but counts what other members of the workspace switch
/// on; this resolves the client alone, as its users get it.
fn tree(workspace: &Workspace) -> Result<String, Failure> {
    let args = [
        "tree",
        "--locked",
        "--package",
        CLIENT,
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ];
    let output = cargo(workspace.root())
        .args(args)
        .output()
        .map_err(|error| Failure::io("run", Path::new("cargo tree"), error))?;
    if !output.status.success() {
        return Err(Failure::new(format!(
            "cargo tree does not know the dependencies of {CLIENT}: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        )));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Names and versions in cargo's list, which has the client in its first line and repeats crates.
fn parse_tree(text: &str) -> BTreeSet<(String, String)> {
    text.lines()
        .skip(1)
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let (name, version) = (words.next()?, words.next()?);
            Some((name.to_owned(), version.trim_start_matches('v').to_owned()))
        })
        .collect()
}

/// Cargo itself, the one that runs us, without what it told us about ourselves: a build script that
/// looks at such a variable would be run again, and all that stands on it be built again.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_counts_once_and_two_versions_count_twice() {
        let text = "ovh-web-client v0.1.0 (/x)\nserde v1.0.1\nserde_derive v1.0.1 (proc-macro)\n\
                    serde v1.0.1 (*)\nsyn v2.0.0\nsyn v3.0.0\n";
        let found = parse_tree(text);
        let found: Vec<_> = found
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("serde", "1.0.1"),
                ("serde_derive", "1.0.1"),
                ("syn", "2.0.0"),
                ("syn", "3.0.0")
            ]
        );
    }
}
