//! No path of somebody's machine, and no host of a package registry: neither means anything to
//! anybody else.

use super::{Finding, Tree};

/// The parents of home folders.
const FOLDERS: [&str; 4] = ["/home/", "/Users/", "/root/", "C:\\Users\\"];

/// Hosts that serve packages, in two halves, so that they do not stand here themselves; which one is
/// asked is for each machine to say.
const HOSTS: [(&str, &str); 7] = [
    ("index.", "crates"),
    ("static.", "crates"),
    ("registry.", "npm"),
    ("files.", "pythonhosted"),
    ("pypi.", "org/simple"),
    ("deb.", "debian"),
    ("proxy.", "golang"),
];

/// Files that name places by their nature: the lock of cargo, and this list.
const EXEMPT: [&str; 2] = ["Cargo.lock", "xtask/src/lint/places.rs"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let hosts = HOSTS.map(|(first, second)| format!("{first}{second}"));
    let mut found = Vec::new();
    for (path, text) in tree.files().filter(|(path, _)| !EXEMPT.contains(path)) {
        for (number, line) in text.lines().enumerate() {
            if let Some(folder) = FOLDERS.iter().find(|folder| names(line, folder)) {
                found.push(Finding::at(
                    path,
                    number + 1,
                    format!("a path of a machine, `{folder}`"),
                    "say it from the root of the repository on",
                ));
            }
            if let Some(host) = hosts.iter().find(|host| line.contains(host.as_str())) {
                found.push(Finding::at(
                    path,
                    number + 1,
                    format!("the host of a package registry, `{host}`"),
                    "leave it to the machine which one it asks",
                ));
            }
        }
    }
    found
}

/// People who live nowhere: their folders may stand in an example.
const NOBODY: [&str; 4] = ["a", "me", "example", "{}"];

/// Whether the folder of somebody stands there as the beginning of a path, and not inside of a URL's.
fn names(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let begins =
            before.is_none_or(|before| !(before.is_alphanumeric() || "./}-_".contains(before)));
        let rest = &line[at + folder.len()..];
        let name = rest.split(['/', '\\', '"', ' ', '`']).next();
        begins && !NOBODY.contains(&name.unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_only_one_machine_has_are_found() {
        let tree = Tree::of([
            ("a.md", "fine: /home/example/x\nlook into /home/somebody/x"),
            (
                "b.toml",
                concat!("registry = \"https://index", ".crates.example\""),
            ),
            (
                "c.md",
                "https://example.com/home/me and {serviceName}/root/x",
            ),
            ("Cargo.lock", concat!("index", ".crates")),
        ]);
        let found: Vec<_> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(
            found[0].starts_with("a.md:2: a path of a machine"),
            "{found:#?}"
        );
        assert!(found[1].starts_with("b.toml:1: the host"), "{found:#?}");
    }
}
