//! `cargo xtask lint`: checks the rules that no compiler lint and no cargo command knows.
//!
//! The tree is read once; a rule is a pure function that returns its findings. A run takes about a
//! second: `cargo xtask lint || exit 1` fits into `.git/hooks/pre-commit`.

pub(crate) mod limits;
mod readme;
mod rules;
mod tree;

pub use tree::Tree;

use crate::clients::Generated;
use crate::failure::Failure;
use crate::regen;
use crate::workspace::Workspace;
use crate::{say, sources};
use std::io::Write;

/// Check file lengths, module docs, licenses, the README, and the size and documentation of the
/// generated clients.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Checks the tree, and the clients that are generated from it.
///
/// # Errors
/// Returns an error if a rule is broken, the tree cannot be read, or cargo fails.
pub fn run(workspace: &Workspace, _: &Args, out: &mut dyn Write) -> Result<(), Failure> {
    let tree = Tree::read(workspace)?;
    let mut found = findings(&tree);
    let clients = regen::generate(workspace)?;
    found.extend(limits::check(&tree, workspace.root(), &clients)?);
    for Generated { client, output } in &clients {
        let (file, report) = (client.file("docs.toml"), &output.report);
        if client.name == sources::MAIN {
            found.extend(undocumented(&file, report));
        }
        found.extend(unknown(&file, report));
    }
    for finding in &found {
        say(out, finding)?;
    }
    match found.len() {
        0 => say(out, format!("lint: {} files, no findings", tree.len())),
        count => Err(Failure::new(format!("lint: {count} findings"))),
    }
}

/// Runs the rules that need only the tree: `path:line: what is wrong - what to do`.
#[must_use]
pub fn findings(tree: &Tree) -> Vec<String> {
    let mut found = rules::check(tree);
    found.extend(readme::check(tree));
    found
}

/// The generated items without documentation. A further client has a limit of them instead.
fn undocumented(file: &str, report: &ovh_web_codegen::Report) -> Vec<String> {
    let missing = report.undocumented.iter();
    let missing = missing.map(|item| {
        format!("{file}: {item} is not documented - `cargo xtask pr-body` has the entry")
    });
    missing.collect()
}

/// The documentation without an item.
fn unknown(file: &str, report: &ovh_web_codegen::Report) -> Vec<String> {
    let unknown = report
        .leftovers
        .iter()
        .map(|item| format!("{file}: no document has {item} - move the text, or remove it"));
    unknown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undocumented_items_are_found() {
        let mut report = ovh_web_codegen::Report::default();
        assert!(undocumented("docs.toml", &report).is_empty());
        report.undocumented.push("operation GET /x".to_owned());
        report.leftovers.push("type a.B".to_owned());
        let found = undocumented("docs.toml", &report);
        assert!(found[0].contains(": operation GET /x is not"), "{found:?}");
        let found = unknown("docs.toml", &report);
        assert!(found[0].contains("has type a.B"), "{found:?}");
    }
}
