//! The size limits of the generated client: lines, files and dependencies.
//!
//! The limits are in `schema/budget.toml`, with a reason for each dependency.

use super::Tree;
use crate::cargo::{cargo, output};
use crate::failure::Failure;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The file with the limits.
pub(crate) const PATH: &str = "schema/budget.toml";
const CLIENT: &str = "ovh-web-client";

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
struct Budget {
    limits: Limits,
    /// The reason for each dependency.
    crates: BTreeMap<String, String>,
}

impl Limits {
    /// Parses `schema/budget.toml`.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        parse(text).map(|budget| budget.limits)
    }
}

fn parse(text: &str) -> Result<Budget, Failure> {
    toml::from_str(text).map_err(|error| Failure::new(format!("{PATH}: {}", error.message())))
}

/// Compares the client with its limits, if there are any.
pub(super) fn check(tree: &Tree, root: &Path) -> Result<Vec<String>, Failure> {
    let Some(text) = tree.text(PATH) else {
        return Ok(Vec::new());
    };
    // `cargo metadata` would add the features that other members of the workspace turn on.
    let args = ["tree", "--locked", "--package", CLIENT, "--edges", "normal"];
    let crates = output(
        cargo(root)
            .args(args)
            .args(["--prefix", "none", "--format", "{p}"]),
    )?;
    Ok(excess(tree, &parse(text)?, &crates))
}

/// Finds the limits that are exceeded; `crates` has the lines of `cargo tree`, the client first.
fn excess(tree: &Tree, budget: &Budget, crates: &str) -> Vec<String> {
    let is_source =
        |path: &str| path.starts_with("crates/ovh-web-client/src/") && path.ends_with(".rs");
    let sources = tree.files().filter(|(path, _)| is_source(path));
    let lengths: Vec<usize> = sources.map(|(_, text)| text.lines().count()).collect();
    // The same crate in two versions counts twice.
    let crates: BTreeSet<&str> = crates
        .lines()
        .skip(1)
        .map(|line| line.trim_end_matches(" (*)"))
        .collect();
    let limits = &budget.limits;
    let mut found = Vec::new();
    // The last number is the highest limit that may be set.
    for (name, actual, limit, highest) in [
        ("lines", lengths.iter().sum(), limits.lines, 12_000),
        (
            "longest_file",
            lengths.iter().max().copied().unwrap_or(usize::MAX),
            limits.longest_file,
            800,
        ),
        ("files", lengths.len(), limits.files, usize::MAX),
        ("crates", crates.len(), limits.crates, 25),
    ] {
        if actual > limit {
            found.push(format!(
                "{PATH}: `{name}` of {CLIENT} is {actual}, at most {limit} - make the client \
                 smaller, or raise the limit and give the reason in the commit"
            ));
        }
        if limit > highest {
            found.push(format!(
                "{PATH}: the limit `{name}` must be at most {highest}"
            ));
        }
    }
    let reasons: BTreeSet<&str> = budget.crates.keys().map(String::as_str).collect();
    let names = crates
        .iter()
        .filter_map(|line| line.split(' ').next())
        .collect();
    for name in reasons.symmetric_difference(&names) {
        found.push(format!(
            "{PATH}: `[crates]` and the dependencies differ in {name}"
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The findings for a client of six lines in two files, with one dependency.
    fn found(limits: [usize; 4], reasons: &str) -> Vec<String> {
        let tree = Tree::from([
            ("crates/ovh-web-client/src/lib.rs", "mod a;\n\n"),
            ("crates/ovh-web-client/src/a.rs", "//\n//\n//\n//\n"),
            ("crates/ovh-web-client/src/notes.txt", "no Rust\n"),
        ]);
        let [lines, longest, files, crates] = limits;
        let text = format!(
            "[limits]\nlines = {lines}\nlongest_file = {longest}\nfiles = {files}\n\
             crates = {crates}\n[crates]\n{reasons}"
        );
        let crates = "ovh-web-client v0.1.0 (/x)\nbelow v1.2.3\nbelow v1.2.3 (*)\n";
        excess(&tree, &parse(&text).expect("a budget"), crates)
    }

    #[test]
    fn each_limit_is_enforced() {
        let reason = "below = \"for the test\"\n";
        assert_eq!(found([6, 4, 2, 1], reason), [""; 0]);
        for (limits, expected) in [
            ([4, 4, 2, 1], "`lines` of ovh-web-client is 6, at most 4"),
            ([6, 3, 2, 1], "`longest_file` of ovh-web-client is 4"),
            ([6, 4, 1, 1], "`files` of ovh-web-client is 2"),
            ([6, 4, 2, 0], "`crates` of ovh-web-client is 1"),
            ([12_001, 4, 2, 1], "`lines` must be at most 12000"),
            ([6, 801, 2, 1], "`longest_file` must be at most 800"),
            ([6, 4, 2, 26], "`crates` must be at most 25"),
        ] {
            let found = found(limits, reason);
            assert!(found.len() == 1 && found[0].contains(expected), "{found:?}");
        }
        for reasons in ["", "below = \"x\"\ngone = \"y\"\n"] {
            assert_eq!(found([6, 4, 2, 1], reasons).len(), 1);
        }
    }

    #[test]
    fn a_missing_client_or_limit_is_found() {
        let budget =
            parse("[limits]\nlines = 1\nlongest_file = 1\nfiles = 1\ncrates = 1\n[crates]\n");
        let found = excess(&Tree::default(), &budget.expect("a budget"), "");
        assert_eq!(found.len(), 1, "{found:?}");
        let error = Limits::parse("[limits]\nlines = 6\n").expect_err("no other limit");
        assert!(
            error.to_string().starts_with("schema/budget.toml: "),
            "{error}"
        );
    }
}
