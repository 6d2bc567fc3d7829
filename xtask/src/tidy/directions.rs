//! Who may know whom: the arrows between the crates point one way.
//!
//! Manifests are read, without which no `use` compiles; what cargo makes of them is looked at by the
//! tests of the house.

use super::{Finding, Tree};

/// A crate's folder, and which of our crates it may use beside itself; in tests and examples too.
const MAY_KNOW: [(&str, &[&str], &[&str]); 8] = [
    ("crates/ovh-runtime", &[], &[]),
    ("crates/ovh-web-codegen", &[], &[]),
    ("crates/ovh-web-client", &["ovh-runtime"], &[]),
    (
        "crates/ovh-web",
        &["ovh-runtime", "ovh-web-client"],
        &["ovh-web-sandbox"],
    ),
    (
        "crates/ovh-web-sandbox",
        &["ovh-runtime", "ovh-web-client"],
        &[],
    ),
    ("xtask", &["ovh-web-codegen"], &[]),
    (
        "tests",
        &[
            "ovh-runtime",
            "ovh-web",
            "ovh-web-client",
            "ovh-web-sandbox",
        ],
        &[],
    ),
    ("tests/fuzz", &OURS, &[]),
];

const OURS: [&str; 5] = [
    "ovh-runtime",
    "ovh-web",
    "ovh-web-client",
    "ovh-web-codegen",
    "ovh-web-sandbox",
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (folder, always, in_tests) in MAY_KNOW {
        let own = folder.rsplit('/').next().unwrap_or_default();
        let advice =
            "the arrows point one way: xtask -> codegen; facade and sandbox -> client -> runtime";
        let manifest = format!("{folder}/Cargo.toml");
        if let Some(text) = tree.text(&manifest) {
            for (name, is_for_tests, line) in dependencies(text) {
                let is_fine = always.contains(&name) || is_for_tests && in_tests.contains(&name);
                if OURS.contains(&name) && !is_fine {
                    let what = format!("{own} must not know {name}");
                    found.push(Finding::at(&manifest, line, what, advice));
                }
            }
        }
    }
    found
}

/// The dependencies of a manifest: name, whether only for tests, line.
fn dependencies(manifest: &str) -> Vec<(&str, bool, usize)> {
    let mut section = "";
    let mut found = Vec::new();
    for (number, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        } else if section.ends_with("dependencies") {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            found.push((name, section.ends_with("dev-dependencies"), number + 1));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_that_points_back_is_found() {
        let tree = Tree::of([
            (
                "crates/ovh-web-client/Cargo.toml",
                "[dependencies]\novh-runtime.workspace = true\novh-web.workspace = true\nserde = \"1\"\n",
            ),
            (
                "crates/ovh-web/Cargo.toml",
                "[dependencies]\novh-web-client.workspace = true\n[dev-dependencies]\novh-web-sandbox.workspace = true\n",
            ),
        ]);
        let found: Vec<_> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(
            found[0].starts_with("crates/ovh-web-client/Cargo.toml:3: ovh-web-client must not")
        );
    }
}
