//! The README is in step with the tree: every example, crate and command of the maintainer is in its
//! tables, and nothing else.

use super::{Finding, Tree};
use std::collections::BTreeSet;

const README: &str = "README.md";
const EXAMPLES: &str = "crates/ovh-web/examples/";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(readme) = tree.text(README) else {
        return vec![Finding::of(README, "there is none", "write one")];
    };
    let mut found = Vec::new();
    let first_cells: BTreeSet<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();

    let examples: BTreeSet<&str> = tree
        .files()
        .filter_map(|(path, _)| path.strip_prefix(EXAMPLES))
        .filter_map(|path| path.split(['/', '.']).next())
        // What they share is no example itself.
        .filter(|name| *name != "common")
        .collect();
    for example in &examples {
        // The first one has the first command of the README, and needs no row.
        let is_there =
            first_cells.contains(example) || readme.contains(&format!("--example {example}\n"));
        if !is_there {
            found.push(Finding::of(
                README,
                format!("the example `{example}` is not in its table"),
                "add a row that says what it shows",
            ));
        }
    }
    let folders: BTreeSet<String> = tree
        .files()
        .filter_map(|(path, _)| path.strip_prefix("crates/")?.split('/').next())
        .map(|name| format!("crates/{name}"))
        .collect();
    for folder in &folders {
        if !first_cells.contains(folder.as_str()) {
            found.push(Finding::of(
                README,
                format!("`{folder}` is not in the table of the tree"),
                "add a row that says what it is",
            ));
        }
    }
    for cell in first_cells
        .iter()
        .filter(|cell| cell.starts_with("crates/"))
    {
        if !folders.contains(*cell) {
            found.push(Finding::of(
                README,
                format!("there is no `{cell}`"),
                "take the row out",
            ));
        }
    }
    let known: BTreeSet<&str> = crate::commands().into_iter().collect();
    let page = format!(
        "{readme}\n{}",
        tree.text("CONTRIBUTING.md").unwrap_or_default()
    );
    for command in &known {
        if !page.contains(&format!("cargo xtask {command}")) {
            found.push(Finding::of(
                README,
                format!("`cargo xtask {command}` is told neither here nor in CONTRIBUTING.md"),
                "say when a maintainer runs it",
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_told_and_what_is_not_there_are_found() {
        let commands: String = crate::commands()
            .iter()
            .map(|command| format!("cargo xtask {command}\n"))
            .collect();
        let readme =
            format!("{commands}| `told` | x |\n| `crates/a` | x |\n| `crates/gone` | x |\n");
        let tree = Tree::of([
            (README, readme.as_str()),
            ("crates/a/Cargo.toml", ""),
            ("crates/ovh-web/examples/told.rs", ""),
            ("crates/ovh-web/examples/secret/main.rs", ""),
        ]);
        let found: Vec<_> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 3, "{found:#?}");
        assert!(found[0].contains("`secret`"), "{found:#?}");
        assert!(
            found[1].contains("`crates/ovh-web` is not in"),
            "{found:#?}"
        );
        assert!(found[2].contains("no `crates/gone`"), "{found:#?}");
        let without = Tree::of([(README, "nothing")]);
        assert_eq!(check(&without).len(), crate::commands().len());
    }
}
