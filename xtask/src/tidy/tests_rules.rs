//! Tests run, and do not wait for the clock on the wall; an example in the documentation compiles.

use super::{Finding, Tree};

/// What is not written, and what to do instead. The words are put together, so that they do not stand
/// here themselves.
fn forbidden() -> [(String, &'static str, &'static str); 4] {
    [
        (
            format!("#[{}", "ignore"),
            "a test that nobody runs",
            "make it run, or let .ci/run run it and say so: `= \"why: cargo test .. --ignored\"`",
        ),
        (
            format!("thread::{}", "sleep("),
            "a test that sleeps",
            "inject a clock, or wait for what happens",
        ),
        (
            format!("tokio::time::{}", "sleep("),
            "a test that sleeps",
            "inject a clock, or wait for what happens",
        ),
        (
            format!("```rust,{}", "ignore"),
            "an example that nobody compiles",
            "let it compile: `no_run` if it must not run",
        ),
    ]
}

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let forbidden = forbidden();
    let mut found = Vec::new();
    let runs_ignored = tree
        .text(".ci/run")
        .is_some_and(|text| text.contains("--ignored"));
    for (path, text) in tree.files() {
        let (is_rust, is_page) = (path.ends_with(".rs"), path.ends_with(".md"));
        let is_test = is_rust && (path.contains("/tests/") || path.ends_with("tests.rs"));
        for (number, line) in text.lines().enumerate() {
            for (place, (word, what, advice)) in forbidden.iter().enumerate() {
                let is_meant = match place {
                    3 => is_rust || is_page,
                    0 => is_rust,
                    _ => is_test,
                };
                let is_run = place == 0 && line.contains("--ignored") && runs_ignored;
                if is_meant && !is_run && line.contains(word) {
                    found.push(Finding::at(path, number + 1, *what, *advice));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_sleeps_or_does_not_run_is_found() {
        let [ignored, sleeps, ..] = forbidden();
        let example = forbidden()[3].0.clone();
        let tree = Tree::of([
            (
                "crates/a/tests/x.rs".to_owned(),
                format!("fn x() {{ std::{}1) }}", sleeps.0),
            ),
            (
                "crates/a/src/x.rs".to_owned(),
                format!("{}]\nstd::{}1)", ignored.0, sleeps.0),
            ),
            ("README.md".to_owned(), example),
        ]);
        let found: Vec<_> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 3, "{found:#?}");
        assert!(
            found[0].starts_with("README.md:1: an example"),
            "{found:#?}"
        );
        assert!(
            found[1].starts_with("crates/a/src/x.rs:1: a test that nobody runs"),
            "{found:#?}"
        );
        assert!(
            found[2].starts_with("crates/a/tests/x.rs:1: a test that sleeps"),
            "{found:#?}"
        );
    }
}
