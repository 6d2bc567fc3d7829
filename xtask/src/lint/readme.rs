//! The README lists every example, folder and command, and nothing that does not exist.

use super::Tree;
use std::collections::BTreeSet;

type Names = BTreeSet<String>;

pub(super) fn check(tree: &Tree) -> Vec<String> {
    let readme = tree.text("README.md").unwrap_or_default();
    let guide = tree.text("CONTRIBUTING.md").unwrap_or_default();
    let mut listed = cells(readme, "example");
    listed.extend(after(readme, "--example "));
    let mut found = compare("example", &examples(tree), &listed);
    found.extend(compare("folder", &folders(tree), &cells(readme, "where")));
    let commands = crate::commands().into_iter().collect();
    let mentioned = after(&format!("{readme}\n{guide}"), "cargo xtask ");
    found.extend(compare("command", &commands, &mentioned));
    found
}

fn compare(kind: &str, actual: &Names, listed: &Names) -> Vec<String> {
    let missing = actual
        .difference(listed)
        .map(|name| format!("README.md: {kind} `{name}` is not mentioned - describe it"));
    let unknown = listed
        .difference(actual)
        .map(|name| format!("README.md: {kind} `{name}` does not exist - remove it"));
    missing.chain(unknown).collect()
}

/// The first cells of the table with this heading.
fn cells(text: &str, heading: &str) -> Names {
    let rows = text
        .lines()
        .skip_while(|line| !line.starts_with(&format!("| {heading} |")));
    rows.take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(|cell| cell.trim_end_matches('/').to_owned())
        .collect()
}

/// The names that follow `prefix`.
fn after(text: &str, prefix: &str) -> Names {
    let is_word = |letter: char| letter.is_ascii_lowercase() || "-_".contains(letter);
    text.split(prefix)
        .skip(1)
        .filter_map(|rest| rest.split(|letter| !is_word(letter)).next())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn examples(tree: &Tree) -> Names {
    let paths = tree.files().filter_map(|(path, _)| {
        let (_, in_crate) = path.strip_prefix("crates/")?.split_once('/')?;
        in_crate.strip_prefix("examples/")?.strip_suffix(".rs")
    });
    let names = paths.filter_map(|path| path.split('/').next());
    names.map(str::to_owned).collect()
}

/// The folders at the top that are not hidden, and one for each crate.
fn folders(tree: &Tree) -> Names {
    let folders = tree
        .files()
        .filter_map(|(path, _)| match path.split_once('/')? {
            ("crates", below) => Some(format!("crates/{}", below.split('/').next()?)),
            (top, _) => Some(top.to_owned()).filter(|top| !top.starts_with('.')),
        });
    folders.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_and_unknown_names_are_found() {
        let commands = crate::commands().join("\ncargo xtask ");
        let readme = format!(
            "cargo run --example first\n`cargo xtask {commands}`, cargo xtask gone\n\
             | example | what |\n|---|---|\n| `listed` | x |\n\n\
             | where | what |\n|---|---|\n| `crates/ovh-web` | x |\n\
             | `crates/ovh-web-testing` | x |\n| `schema/` | x |\n"
        );
        let tree = Tree::from([
            ("README.md", &*readme),
            (".ci/run", ""),
            ("schema/x.json", ""),
            ("docs/x.md", ""),
            ("crates/ovh-web/examples/first.rs", ""),
            ("crates/ovh-web/examples/hostings.json", ""),
            ("crates/ovh-web-testing/examples/secret/main.rs", ""),
        ]);
        let expected = [
            "`secret` is not",
            "`listed` does not",
            "`docs` is not",
            "`gone` does not",
        ];
        let found = check(&tree);
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found}: {expected}");
        }
    }
}
