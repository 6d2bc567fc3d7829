//! The README is in step with the tree: each example, each place and each command of the maintainer is
//! told, and nothing that is not there.

use super::{Finding, Tree};
use std::collections::BTreeSet;

const README: &str = "README.md";
const EXAMPLES: &str = "crates/ovh-web/examples/";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(readme) = tree.text(README) else {
        return vec![Finding::of(README, "there is none", "write one")];
    };
    let mut found = examples(tree, readme);
    found.extend(places(tree, readme));
    found.extend(commands(&format!(
        "{readme}\n{}",
        tree.text("CONTRIBUTING.md").unwrap_or_default()
    )));
    found
}

/// The first cells of the table with this heading, without the marks of code.
fn table<'a>(readme: &'a str, heading: &str) -> BTreeSet<&'a str> {
    readme
        .lines()
        .skip_while(|line| !line.starts_with(&format!("| {heading} |")))
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect()
}

fn examples(tree: &Tree, readme: &str) -> Vec<Finding> {
    let rows = table(readme, "example");
    let examples: BTreeSet<&str> = tree
        .files()
        .filter_map(|(path, _)| path.strip_prefix(EXAMPLES))
        .filter_map(|path| path.split(['/', '.']).next())
        // What they share is no example itself.
        .filter(|name| *name != "common")
        .collect();
    // The first one has the first command of the README, and needs no row.
    let untold = examples.difference(&rows).filter(|example| {
        let command = format!("--example {example}");
        !readme
            .lines()
            .any(|line| line.trim_end().ends_with(&command))
    });
    let untold = untold.map(|example| {
        Finding::of(
            README,
            format!("the example `{example}` is not in its table"),
            "add a row that says what it shows",
        )
    });
    let gone = rows.difference(&examples).map(|row| {
        Finding::of(
            README,
            format!("there is no example `{row}`"),
            "take the row out",
        )
    });
    untold.chain(gone).collect()
}

/// The folders of the tree that a newcomer sees: those at the top, and one for each crate.
fn places(tree: &Tree, readme: &str) -> Vec<Finding> {
    let rows: BTreeSet<&str> = table(readme, "where")
        .into_iter()
        .map(|row| row.trim_end_matches('/'))
        .collect();
    let places: BTreeSet<String> = tree
        .files()
        .filter_map(|(path, _)| {
            let (top, below) = path.split_once('/')?;
            match top {
                "crates" => Some(format!("crates/{}", below.split('/').next()?)),
                _ if top.starts_with('.') => None,
                _ => Some(top.to_owned()),
            }
        })
        .collect();
    let untold = places.iter().filter(|place| !rows.contains(place.as_str()));
    let untold = untold.map(|place| {
        Finding::of(
            README,
            format!("`{place}` is not in the table of the tree"),
            "add a row that says what it is",
        )
    });
    let gone = rows.iter().filter(|row| !places.contains(**row));
    let gone =
        gone.map(|row| Finding::of(README, format!("there is no `{row}`"), "take the row out"));
    untold.chain(gone).collect()
}

fn commands(page: &str) -> Vec<Finding> {
    let known: BTreeSet<&str> = crate::commands().into_iter().collect();
    let told: BTreeSet<&str> = page
        .match_indices("cargo xtask ")
        .filter_map(|(at, start)| {
            let rest = &page[at + start.len()..];
            let end = rest.find(|next: char| !(next.is_ascii_lowercase() || next == '-'));
            Some(&rest[..end.unwrap_or(rest.len())]).filter(|word| !word.is_empty())
        })
        .collect();
    let untold = known.difference(&told).map(|command| {
        Finding::of(
            README,
            format!("`cargo xtask {command}` is told neither here nor in CONTRIBUTING.md"),
            "say when a maintainer runs it",
        )
    });
    let gone = told.difference(&known).map(|command| {
        Finding::of(
            README,
            format!("there is no `cargo xtask {command}`, here or in CONTRIBUTING.md"),
            "take it out",
        )
    });
    untold.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_and_unknown_commands_are_found() {
        let commands: String = crate::commands()
            .iter()
            .map(|command| format!("cargo xtask {command}\n"))
            .collect();
        let readme = format!(
            "cargo run --example first\n{commands}\n\
             | example | what |\n|---|---|\n| `told` | x |\n| `past` | x |\n\n\
             | where | what |\n|---|---|\n| `crates/a` | x |\n| `crates/gone` | x |\n\
             | `schema/` | x |\n"
        );
        let tree = Tree::of([
            (README, readme.as_str()),
            (".ci/run", ""),
            ("crates/a/Cargo.toml", ""),
            ("schema/x.json", ""),
            ("docs/x.md", ""),
            ("crates/ovh-web/examples/first.rs", ""),
            ("crates/ovh-web/examples/told.rs", ""),
            ("crates/ovh-web/examples/secret/main.rs", ""),
        ]);
        let found: Vec<_> = check(&tree).iter().map(ToString::to_string).collect();
        let expected = [
            "the example `secret` is not in",
            "no example `past`",
            "`crates/ovh-web` is not in",
            "`docs` is not in",
            "no `crates/gone`",
        ];
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found}: {expected}");
        }
    }

    #[test]
    fn a_command_is_told_by_its_whole_name() {
        let all = crate::commands().len();
        assert_eq!(commands("nothing").len(), all);
        assert_eq!(
            commands("`cargo xtask` alone, cargo xtask fetched").len(),
            all + 1
        );
        assert_eq!(
            commands("`cargo xtask fetch`, cargo xtask diff --json").len(),
            all - 2
        );
    }
}
