//! `cargo xtask tidy`: the rules of the house that no lint knows.
//!
//! A rule is a file here: a pure function from the tree to what it finds wrong. Reading the tree is
//! done once, in `tree`. It takes well under a second, so that it can stand in a git hook:
//! `cargo xtask tidy || exit 1` in `.git/hooks/pre-commit`.
//!
//! What a lint, the compiler or a test of behaviour sees is not here: formatting, missing docs of
//! items, `unwrap`, and the dependencies that cargo resolves (`tests/tests/all/house.rs`).

mod directions;
mod documented;
mod finding;
mod lengths;
mod licences;
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

/// Check the rules of the house that no lint knows: directions, lengths, module docs, places of a
/// machine, names and surface in step, minimum Rust, README and licences.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// A rule that needs nothing but the tree.
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
/// If a rule is broken, or the tree cannot be read.
pub fn run(workspace: &Workspace, _: &Args, out: &mut dyn Write) -> Result<(), Failure> {
    let tree = Tree::read(workspace)?;
    let mut found = findings(&tree);
    let inputs = regen::inputs(&|path| workspace.read_if_there(path))?;
    found.extend(documented::check(
        &ovh_web_codegen::generate(&inputs)?.report,
    ));
    for finding in &found {
        say(out, finding)?;
    }
    match found.len() {
        0 => say(out, format!("tidy: {} files, nothing found", tree.len())),
        1 => Err(Failure::new(
            "1 rule of the house is broken - the line above says what to do",
        )),
        more => Err(Failure::new(format!(
            "{more} times a rule of the house is broken - the lines above say what to do"
        ))),
    }
}

/// What the rules find in a tree.
#[must_use]
pub fn findings(tree: &Tree) -> Vec<Finding> {
    RULES.iter().flat_map(|rule| rule(tree)).collect()
}
