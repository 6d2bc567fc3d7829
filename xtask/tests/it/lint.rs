//! `cargo xtask lint` finds nothing in the committed tree.

use std::path::Path;
use xtask::lint::{Tree, findings};
use xtask::workspace::Workspace;

#[test]
fn committed_tree_has_no_findings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let workspace = Workspace::find(Some(root)).expect("the workspace");
    let tree = Tree::read(&workspace).expect("a readable tree");
    assert!(tree.len() > 100, "{} files", tree.len());
    let found = findings(&tree);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn an_unknown_client_is_an_error() {
    let root = crate::support::Root::fetched();
    root.write(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = []\n",
    );
    root.write("Cargo.lock", "version = 4\n");
    let limits = "[limits]\nlines = 1\nlongest_file = 1\nfiles = 1\ncrates = 1\n[crates]\n";
    root.write("schema/ovh-web-client/budget.toml", limits);
    root.git(&["init", "--quiet"]);
    let run = root.run(&["lint"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.err.starts_with("`cargo tree --locked` failed"),
        "{run:?}"
    );
}
