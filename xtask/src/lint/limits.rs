//! The size limits of the generated client: lines, files and dependencies.
//!
//! The limits are in `schema/budget.toml`, with a reason for each dependency.

use super::{Finding, Tree};
use crate::cargo::{cargo, output};
use crate::failure::Failure;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The file with the limits.
pub(crate) const PATH: &str = "schema/budget.toml";
const CLIENT: &str = "ovh-web-client";
const SOURCE: &str = "crates/ovh-web-client/src/";
const ADVICE: &str = "make the client smaller, or raise the limit in schema/budget.toml and give the reason in the commit";

/// The limits of the generated client.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    /// Lines of all files, documentation included.
    pub(crate) lines: usize,
    longest_file: usize,
    pub(crate) files: usize,
    crates: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    limits: Limits,
    /// The reason for each dependency.
    crates: BTreeMap<String, String>,
}

impl Limits {
    /// Parses `schema/budget.toml`.
    ///
    /// # Errors
    /// Returns an error if it is not TOML, or a limit is missing or unknown.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        parse(text).map(|file| file.limits)
    }
}

fn parse(text: &str) -> Result<File, Failure> {
    toml::from_str(text).map_err(|error| Failure::new(format!("{PATH}: {}", error.message())))
}

/// Compares the client with its limits, if there are any.
pub(super) fn check(tree: &Tree, root: &Path) -> Result<Vec<Finding>, Failure> {
    match tree.text(PATH) {
        Some(text) => Ok(excess(tree, &parse(text)?, &dependencies(root)?)),
        None => Ok(Vec::new()),
    }
}

fn excess(tree: &Tree, file: &File, crates: &BTreeSet<(String, String)>) -> Vec<Finding> {
    let lengths: Vec<(usize, &str)> = tree
        .rust()
        .filter(|(path, _)| path.starts_with(SOURCE))
        .map(|(path, text)| (text.lines().count(), path))
        .collect();
    let lines = lengths.iter().map(|(lines, _)| lines).sum();
    let (longest, path) = lengths.iter().max().copied().unwrap_or_default();
    let limits = &file.limits;
    let mut found = Vec::new();
    // The last number is the highest limit that may be set.
    for (name, of, now, limit, highest) in [
        ("lines", CLIENT, lines, limits.lines, 12_000),
        ("longest_file", path, longest, limits.longest_file, 800),
        ("files", CLIENT, lengths.len(), limits.files, usize::MAX),
        ("crates", CLIENT, crates.len(), limits.crates, 25),
    ] {
        if now > limit {
            let what = format!("`{name}`: {of} has {now}, the limit is {limit}");
            found.push(Finding::of(PATH, what, ADVICE));
        }
        if limit > highest {
            let what = format!("`{name}`: the limit may be at most {highest}, found {limit}");
            found.push(Finding::of(PATH, what, "make the client smaller"));
        }
    }
    if lengths.is_empty() {
        found.push(Finding::of(
            SOURCE,
            "no Rust files found",
            "run `cargo xtask regen`",
        ));
    }
    let reasons: BTreeSet<&str> = file.crates.keys().map(String::as_str).collect();
    let names: BTreeSet<&str> = crates.iter().map(|(name, _)| name.as_str()).collect();
    for name in names.difference(&reasons) {
        let what = format!("{CLIENT} depends on {name}, which `[crates]` does not list");
        found.push(Finding::of(
            PATH,
            what,
            "add a line with the reason, or drop the dependency",
        ));
    }
    for name in reasons.difference(&names) {
        let what = format!("`[crates]` lists {name}, which {CLIENT} does not depend on");
        found.push(Finding::of(PATH, what, "remove the line"));
    }
    found
}

/// Name and version of each dependency of the client: default features, this platform, normal
/// dependencies and theirs.
///
/// `cargo metadata` adds the features that other members of the workspace turn on; `cargo tree`
/// resolves the client alone.
fn dependencies(root: &Path) -> Result<BTreeSet<(String, String)>, Failure> {
    let args = ["tree", "--locked", "--package", CLIENT];
    let format = ["--edges", "normal", "--prefix", "none", "--format", "{p}"];
    let text = output(cargo(root).args(args).args(format))?;
    Ok(parse_tree(&text))
}

/// The lines of `cargo tree`. The first is the client itself.
fn parse_tree(text: &str) -> BTreeSet<(String, String)> {
    let package = |line: &str| {
        let mut words = line.split_whitespace().map(str::to_owned);
        Some((words.next()?, words.next()?))
    };
    text.lines().skip(1).filter_map(package).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The findings for a client of six lines in two files, with one dependency.
    fn found(lines: usize, longest: usize, files: usize, crates: usize, reasons: &str) -> String {
        let tree = Tree::of([
            ("crates/ovh-web-client/src/lib.rs", "mod a;\n\n"),
            ("crates/ovh-web-client/src/a.rs", "//\n//\n//\n//\n"),
            ("crates/ovh-web-client/src/notes.txt", "no Rust\n"),
        ]);
        let text = format!(
            "[limits]\nlines = {lines}\nlongest_file = {longest}\nfiles = {files}\n\
             crates = {crates}\n[crates]\n{reasons}"
        );
        let crates = parse_tree("ovh-web-client v0.1.0 (/x)\nbelow v1.2.3\nbelow v1.2.3 (*)\n");
        let found = excess(&tree, &parse(&text).expect("a file"), &crates);
        found
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn each_limit_is_enforced() {
        let reason = "below = \"for the test\"\n";
        assert_eq!(found(6, 4, 2, 1, reason), "");
        for (found, expected) in [
            (
                found(4, 4, 2, 1, reason),
                "`lines`: ovh-web-client has 6, the limit is 4",
            ),
            (
                found(6, 3, 2, 1, reason),
                "`longest_file`: crates/ovh-web-client/src/a.rs has 4, the limit is 3",
            ),
            (
                found(6, 4, 1, 1, reason),
                "`files`: ovh-web-client has 2, the limit is 1",
            ),
            (
                found(6, 4, 2, 0, reason),
                "`crates`: ovh-web-client has 1, the limit is 0",
            ),
            (
                found(12_001, 4, 2, 1, reason),
                "`lines`: the limit may be at most 12000",
            ),
            (
                found(6, 801, 2, 1, reason),
                "`longest_file`: the limit may be at most 800",
            ),
            (
                found(6, 4, 2, 26, reason),
                "`crates`: the limit may be at most 25",
            ),
            (
                found(6, 4, 2, 1, ""),
                "ovh-web-client depends on below, which",
            ),
            (
                found(6, 4, 2, 1, "below = \"x\"\ngone = \"y\"\n"),
                "`[crates]` lists gone, which ovh-web-client does not depend on",
            ),
        ] {
            let expected = format!("{PATH}: {expected}");
            assert!(
                found.starts_with(&expected) && found.lines().count() == 1,
                "{found}"
            );
        }
    }

    #[test]
    fn a_missing_client_is_found() {
        let file =
            parse("[limits]\nlines = 1\nlongest_file = 1\nfiles = 1\ncrates = 1\n[crates]\n");
        let found = excess(&Tree::default(), &file.expect("a file"), &BTreeSet::new());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path(), SOURCE);
    }

    #[test]
    fn a_missing_limit_is_an_error() {
        let error = Limits::parse("[limits]\nlines = 6\n").expect_err("no other limit");
        assert!(
            error.to_string().starts_with("schema/budget.toml: "),
            "{error}"
        );
    }

    #[test]
    fn two_versions_count_twice() {
        let text =
            "ovh-web-client v0.1.0 (/x)\nserde v1.0.1\nserde v1.0.1 (*)\nsyn v2.0.0\nsyn v3.0.0\n";
        assert_eq!(parse_tree(text).len(), 3);
    }
}
