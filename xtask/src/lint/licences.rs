//! Both licences lie in the root, and in each crate that is published: a package takes with it only
//! what lies in its own folder.

use super::{Finding, Tree};
use toml::{Table, Value};

const LICENCES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for licence in LICENCES {
        let Some(text) = tree.text(licence) else {
            found.push(Finding::of(
                licence,
                "the licence is missing",
                "put its text there",
            ));
            continue;
        };
        for (manifest, content) in tree.files() {
            let Some(folder) = manifest.strip_suffix("/Cargo.toml") else {
                continue;
            };
            // A manifest that is none is cargo's business.
            let table: Table = content.parse().unwrap_or_default();
            let told = |name: &str| table.get("package").and_then(|package| package.get(name));
            let is_kept_back = told("publish").and_then(Value::as_bool) == Some(false);
            if !folder.starts_with("crates/") || is_kept_back {
                continue;
            }
            let licence_of = told("license").and_then(|licence| licence.get("workspace"));
            if licence_of.and_then(Value::as_bool) != Some(true) {
                found.push(Finding::of(
                    manifest,
                    "the licence is not that of the workspace",
                    "write `license.workspace = true`",
                ));
            }
            let copy = format!("{folder}/{licence}");
            if tree.text(&copy) != Some(text) {
                found.push(Finding::of(
                    &copy,
                    "the package has no copy of the licence, or another one",
                    format!("copy {licence} of the root there"),
                ));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_without_its_licence_is_found() {
        let manifest = "[package]\nlicense.workspace = true\n";
        let tree = Tree::of([
            ("LICENSE-MIT", "MIT"),
            ("LICENSE-APACHE", "Apache"),
            ("crates/a/Cargo.toml", manifest),
            ("crates/a/LICENSE-MIT", "MIT"),
            ("crates/a/LICENSE-APACHE", "another"),
            ("crates/b/Cargo.toml", "[package]\npublish = false\n"),
            // Words in a comment are no setting.
            (
                "crates/c/Cargo.toml",
                "[package]\nlicense = \"MIT\" # publish = false, license.workspace = true\n",
            ),
            ("crates/c/LICENSE-MIT", "MIT"),
            ("crates/c/LICENSE-APACHE", "Apache"),
        ]);
        let found: Vec<_> = check(&tree)
            .iter()
            .map(|one| one.path().to_owned())
            .collect();
        let manifest = "crates/c/Cargo.toml";
        assert_eq!(found, [manifest, "crates/a/LICENSE-APACHE", manifest]);
        assert_eq!(check(&Tree::default()).len(), 2);
    }
}
