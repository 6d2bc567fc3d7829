//! The lock of names and the surface are in step: what has a name is in the client, and the other
//! way round.

use super::{Finding, Tree};
use std::collections::BTreeSet;

const LOCK: &str = "schema/names.toml";
const SURFACE: &str = "schema/surface.txt";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let (Some(lock), Some(surface)) = (tree.text(LOCK), tree.text(SURFACE)) else {
        return Vec::new();
    };
    let advice = "run `cargo xtask regen` and commit what it writes";
    let Ok(lock) = lock.parse::<toml::Table>() else {
        return vec![Finding::of(LOCK, "this is no TOML", advice)];
    };
    let table = |name: &str| -> BTreeSet<String> {
        let entries = lock.get(name).and_then(toml::Value::as_table);
        let names = entries.into_iter().flatten();
        names
            .filter_map(|(_, name)| name.as_str().map(str::to_owned))
            .collect()
    };
    let operations: BTreeSet<String> = surface
        .lines()
        .filter_map(|line| line.strip_prefix("fn "))
        .filter_map(|line| line.split('(').next().map(str::to_owned))
        .collect();
    let mut found = Vec::new();
    let named = table("operations");
    for name in named.difference(&operations) {
        found.push(Finding::of(
            SURFACE,
            format!("`{name}` of {LOCK} is not there"),
            advice,
        ));
    }
    // A list has a second method for its pages, which goes by the same route.
    let pages: BTreeSet<String> = surface
        .lines()
        .filter(|line| line.contains(" -> Page<"))
        .filter_map(|line| {
            line.strip_prefix("fn ")?
                .split('(')
                .next()
                .map(str::to_owned)
        })
        .collect();
    for name in operations
        .difference(&named)
        .filter(|name| !pages.contains(*name))
    {
        found.push(Finding::of(
            LOCK,
            format!("`{name}` of {SURFACE} has no entry"),
            advice,
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_operations_have_to_match() {
        let tree = Tree::of([
            (
                LOCK,
                "[operations]\n\"GET /a\" = \"a::list\"\n\"GET /b\" = \"b::get\"\n",
            ),
            (
                SURFACE,
                "fn a::list() -> Vec<i64> = GET /a\nfn a::page() -> Page<A> = GET /a\nfn c::get() -> C = GET /c\n",
            ),
        ]);
        let found: Vec<_> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(
            found[0].contains("`b::get`") && found[1].contains("`c::get`"),
            "{found:#?}"
        );
    }
}
