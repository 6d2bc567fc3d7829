//! The size limits of the generated clients: lines, files and dependencies.
//!
//! The limits of a client are in `schema/<client>/budget.toml`, with a reason for each dependency. A
//! further client without that file has so many lines for each operation.

use super::Tree;
use crate::cargo::{cargo, output};
use crate::clients::Generated;
use crate::failure::Failure;
use crate::sources::MAIN;
use crate::workspace::Workspace;
use ovh_web_codegen::FILE_LINES;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The lines of a further client for each of its operations, documentation included.
const LINES: usize = 60;
/// The lines of a client in the command table for each of its operations.
const COMMAND_LINES: usize = 8;

/// The limits of a generated client.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    /// Lines of all files, documentation included; by default so many for each operation.
    lines: Option<usize>,
    #[serde(default = "file_lines")]
    longest_file: usize,
    files: Option<usize>,
    crates: Option<usize>,
    /// Items with a plain sentence only.
    undocumented: Option<usize>,
    /// Lines of the command table; by default so many for each operation.
    command_lines: Option<usize>,
}

const fn file_lines() -> usize {
    FILE_LINES
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Budget {
    limits: Limits,
    /// The reason for each dependency.
    #[serde(default)]
    crates: BTreeMap<String, String>,
}

/// The path of a client's limits, relative to the root.
fn path(client: &str) -> String {
    format!("schema/{client}/budget.toml")
}

fn parse(client: &str, text: &str) -> Result<Budget, Failure> {
    toml::from_str(text)
        .map_err(|error| Failure::new(format!("{}: {}", path(client), error.message())))
}

/// The limits in `text`, or those of a further client with so many operations.
fn budget(client: &str, text: Option<&str>, operations: usize) -> Result<Option<Budget>, Failure> {
    let mut budget = match text {
        Some(text) => parse(client, text)?,
        None if client == MAIN => return Ok(None),
        None => Budget {
            limits: Limits {
                lines: None,
                longest_file: FILE_LINES,
                files: None,
                crates: None,
                undocumented: None,
                command_lines: None,
            },
            crates: BTreeMap::new(),
        },
    };
    let limits = &mut budget.limits;
    limits.lines.get_or_insert(LINES * operations);
    let commands = COMMAND_LINES * operations;
    limits.command_lines.get_or_insert(commands);
    Ok(Some(budget))
}

/// The largest numbers of lines and files of a client with so many operations, as ` of 100`.
pub(crate) fn of(
    workspace: &Workspace,
    client: &str,
    operations: usize,
) -> Result<[String; 2], Failure> {
    let text = workspace.read_if_there(&path(client))?;
    let limits = budget(client, text.as_deref(), operations)?.map(|budget| budget.limits);
    let lines = limits.and_then(|limits| limits.lines);
    let files = limits.and_then(|limits| limits.files);
    Ok([lines, files].map(|limit| limit.map_or_else(String::new, |limit| format!(" of {limit}"))))
}

/// Compares the clients with their limits, if there are any.
pub(super) fn check(
    tree: &Tree,
    root: &Path,
    clients: &[Generated],
) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    for Generated { client, output } in clients {
        let name = &client.name;
        let text = tree.text(&path(name));
        let Some(budget) = budget(name, text, output.report.operations)? else {
            continue;
        };
        let commands = output.commands.iter().map(|text| text.lines().count());
        let others = [output.report.undocumented.len(), commands.sum()];
        let crates = match budget.limits.crates {
            Some(_) => dependencies(root, name)?,
            None => String::new(),
        };
        found.extend(excess(tree, name, &budget, &crates, others));
    }
    Ok(found)
}

/// The lines of `cargo tree` for a client.
fn dependencies(root: &Path, client: &str) -> Result<String, Failure> {
    // `cargo metadata` would add the features that other members of the workspace turn on.
    let args = ["tree", "--locked", "--package", client, "--edges", "normal"];
    output(
        cargo(root)
            .args(args)
            .args(["--prefix", "none", "--format", "{p}"]),
    )
}

/// Finds the limits that are exceeded; `crates` has the lines of `cargo tree`, the client first. The last
/// numbers are those of undocumented items and of lines in the command table.
fn excess(
    tree: &Tree,
    client: &str,
    budget: &Budget,
    crates: &str,
    [undocumented, command_lines]: [usize; 2],
) -> Vec<String> {
    let path = path(client);
    let folder = format!("crates/{client}/src/");
    let is_source = |path: &str| path.starts_with(&folder) && path.ends_with(".rs");
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
            Some(limits.longest_file),
            FILE_LINES,
        ),
        ("files", lengths.len(), limits.files, usize::MAX),
        ("crates", crates.len(), limits.crates, 25),
        (
            "undocumented",
            undocumented,
            limits.undocumented,
            usize::MAX,
        ),
        (
            "command_lines",
            command_lines,
            limits.command_lines,
            usize::MAX,
        ),
    ] {
        let Some(limit) = limit else {
            continue;
        };
        if actual > limit {
            found.push(format!(
                "{path}: `{name}` of {client} is {actual}, at most {limit} - make the client \
                 smaller, or raise the limit and give the reason in the commit"
            ));
        }
        if limit > highest {
            found.push(format!(
                "{path}: the limit `{name}` must be at most {highest}"
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
            "{path}: `[crates]` and the dependencies differ in {name}"
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
        excess(
            &tree,
            MAIN,
            &parse(MAIN, &text).expect("a budget"),
            crates,
            [0, 0],
        )
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
        let budget = parse(
            MAIN,
            "[limits]\nlines = 1\nlongest_file = 1\nfiles = 1\ncrates = 1\n[crates]\n",
        );
        let found = excess(
            &Tree::default(),
            MAIN,
            &budget.expect("a budget"),
            "",
            [0, 0],
        );
        assert_eq!(found.len(), 1, "{found:?}");
        let error = parse(MAIN, "[limits]\nfile = 6\n").expect_err("no such limit");
        let file = "schema/ovh-web-client/budget.toml: ";
        assert!(error.to_string().starts_with(file), "{error}");
    }

    #[test]
    fn a_further_client_has_lines_by_operation() {
        let client = "ovh-domain-client";
        let text = "//\n".repeat(121);
        let tree = Tree::from([("crates/ovh-domain-client/src/lib.rs", text.as_str())]);
        for (operations, expected) in [(2, 1), (3, 0)] {
            let budget = budget(client, None, operations).expect("no file");
            let found = excess(&tree, client, &budget.expect("limits"), "", [0, 0]);
            assert_eq!(found.len(), expected, "{found:?}");
        }
        assert!(budget(MAIN, None, 2).expect("no file").is_none());
        let text = Some("[limits]\nundocumented = 2\n");
        let budget = budget(client, text, 3).expect("a budget").expect("limits");
        for (undocumented, expected) in [(2, 0), (3, 1)] {
            let found = excess(&tree, client, &budget, "", [undocumented, 24]);
            assert_eq!(found.len(), expected, "{found:?}");
        }
        // Three operations, of eight lines each.
        let found = excess(&tree, client, &budget, "", [0, 25]);
        assert!(found[0].contains("`command_lines` of ovh-domain-client is 25, at most 24"));
    }
}
