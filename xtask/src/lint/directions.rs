//! Who may know whom: the arrows between the crates point one way.
//!
//! Manifests are read, without which no `use` compiles; what cargo makes of them is looked at by the
//! tests of the house.

use super::{Finding, Tree};
use toml::{Table, Value};

/// A crate's folder, and which of our crates it may use beside itself; in tests and examples too.
const MAY_KNOW: [(&str, &[&str], &[&str]); 10] = [
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
    (
        "crates/ovh-web-testing",
        &["ovh-web", "ovh-web-sandbox"],
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
            "ovh-web-testing",
        ],
        &[],
    ),
    ("tests/benches", &OURS, &[]),
    ("tests/fuzz", &OURS, &[]),
];

const OURS: [&str; 6] = [
    "ovh-runtime",
    "ovh-web",
    "ovh-web-client",
    "ovh-web-codegen",
    "ovh-web-sandbox",
    "ovh-web-testing",
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (folder, always, in_tests) in MAY_KNOW {
        let own = folder.rsplit('/').next().unwrap_or_default();
        let advice =
            "the arrows point one way: xtask -> codegen; facade and sandbox -> client -> runtime";
        let manifest = format!("{folder}/Cargo.toml");
        let Some(text) = tree.text(&manifest) else {
            continue;
        };
        let Ok(table) = text.parse::<Table>() else {
            let what = "this is no TOML";
            found.push(Finding::of(&manifest, what, "cargo says where it breaks"));
            continue;
        };
        for (name, is_for_tests) in dependencies(&table) {
            let is_fine = always.contains(&name) || is_for_tests && in_tests.contains(&name);
            if OURS.contains(&name) && !is_fine {
                let line = text.lines().position(|line| line.contains(name));
                let what = format!("{own} must not know {name}");
                found.push(Finding::at(
                    &manifest,
                    line.map_or(0, |line| line + 1),
                    what,
                    advice,
                ));
            }
        }
    }
    found
}

/// The packages that a manifest wants, for any system, and whether only for tests.
fn dependencies(manifest: &Table) -> Vec<(&str, bool)> {
    let of_systems = manifest.get("target").and_then(Value::as_table);
    let of_systems = of_systems.into_iter().flat_map(Table::values);
    let mut found = Vec::new();
    for place in of_systems.filter_map(Value::as_table).chain([manifest]) {
        for kind in ["dependencies", "build-dependencies", "dev-dependencies"] {
            let wanted = place.get(kind).and_then(Value::as_table);
            for (name, how) in wanted.into_iter().flatten() {
                // It may go by another name here.
                let package = how.get("package").and_then(Value::as_str);
                found.push((package.unwrap_or(name), kind == "dev-dependencies"));
            }
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

    #[test]
    fn however_it_is_written() {
        for manifest in [
            "[dependencies.ovh-web]\nworkspace = true\n",
            "[target.'cfg(unix)'.dependencies]\novh-web = \"0.1\"\n",
            "[build-dependencies]\nfacade = { package = \"ovh-web\", version = \"0.1\" }\n",
            "dependencies = { ovh-web = { path = \"../ovh-web\" } }\n",
            "[dependencies\n",
        ] {
            let tree = Tree::of([("crates/ovh-web-client/Cargo.toml", manifest)]);
            assert_eq!(check(&tree).len(), 1, "{manifest}");
        }
    }
}
