//! `cargo xtask lint`: checks the rules that no compiler lint covers.
//!
//! A rule is a file here: a pure function from the tree to its findings. The tree is read once, in
//! `tree`. A run takes about a second, so that it fits a git hook:
//! `cargo xtask lint || exit 1` in `.git/hooks/pre-commit`.
//!
//! Checked elsewhere: formatting, missing docs of items and `unwrap` by the compiler and clippy, and
//! the dependencies that cargo resolves by a test (`tests/tests/all/house.rs`).

mod directions;
mod documented;
mod finding;
mod lengths;
mod licences;
pub(crate) mod limits;
mod minimum_rust;
mod module_docs;
mod names;
mod places;
mod readme;
mod tests_rules;
mod tree;

pub use finding::Finding;
pub use tree::Tree;

use crate::failure::Failure;
use crate::regen;
use crate::say;
use crate::workspace::Workspace;
use std::io::Write;

/// Check the rules that no compiler lint covers: dependencies between crates, file lengths, size of
/// the client, module docs, machine paths, names and surface, minimum Rust, README and licenses.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// A rule that only reads the tree.
type Rule = fn(&Tree) -> Vec<Finding>;

/// All of them.
const RULES: [Rule; 9] = [
    directions::check,
    lengths::check,
    licences::check,
    minimum_rust::check,
    module_docs::check,
    names::check,
    places::check,
    readme::check,
    tests_rules::check,
];

/// Checks the whole tree, and what is generated from it.
///
/// # Errors
/// Returns an error if a rule is broken, the tree cannot be read, or cargo fails.
pub fn run(workspace: &Workspace, _: &Args, out: &mut dyn Write) -> Result<(), Failure> {
    let tree = Tree::read(workspace)?;
    let mut found = findings(&tree);
    found.extend(limits::check(&tree, workspace.root())?);
    let inputs = regen::inputs(&|path| workspace.read_if_there(path))?;
    found.extend(documented::check(
        &ovh_web_codegen::generate(&inputs)?.report,
    ));
    for finding in &found {
        say(out, finding)?;
    }
    match found.len() {
        0 => say(out, format!("lint: {} files, nothing found", tree.len())),
        1 => Err(Failure::new(
            "1 lint failed - the line above says what to do",
        )),
        more => Err(Failure::new(format!(
            "{more} lints failed - the lines above say what to do"
        ))),
    }
}

/// Runs the rules on a tree.
#[must_use]
pub fn findings(tree: &Tree) -> Vec<Finding> {
    RULES.iter().flat_map(|rule| rule(tree)).collect()
}
