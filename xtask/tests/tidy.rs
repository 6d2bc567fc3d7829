//! The source tree breaks no rule of `cargo xtask tidy`.

use std::path::Path;
use xtask::tidy::{Tree, findings};
use xtask::workspace::Workspace;

#[test]
fn the_tree_breaks_no_rule() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let workspace = Workspace::find(Some(root)).expect("the workspace");
    let tree = Tree::read(&workspace).expect("a readable tree");
    assert!(tree.len() > 100, "{} files", tree.len());
    let found: Vec<String> = findings(&tree).iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
