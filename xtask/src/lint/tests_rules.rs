//! Tests run, and do not wait for the clock on the wall; an example in the documentation compiles;
//! nothing outside of tests is let off the rule about `unwrap`.

use super::{Finding, Tree};

/// A word that is put together, so that it does not stand here itself.
macro_rules! word {
    ($($part:literal),+) => { concat!($($part),+) };
}

/// Attributes that keep a test from running.
const IGNORED: &str = word!("#[", "ignore");
/// The beginning of the tests at the end of a source file.
const TESTS_BEGIN: &str = word!("#[cfg(", "test)]");
/// Attributes that turn the lint about `unwrap` off.
const UNWRAPS: [&str; 2] = [
    word!("allow(clippy::", "unwrap_used"),
    word!("expect(clippy::", "unwrap_used"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let runs_ignored = tree
        .text(".ci/run")
        .is_some_and(|text| text.contains("--ignored"));
    for (path, text) in tree.files() {
        let (is_rust, is_page) = (path.ends_with(".rs"), path.ends_with(".md"));
        if !is_rust && !is_page {
            continue;
        }
        let mut is_test = path.contains("/tests/") || path.ends_with("tests.rs");
        for (number, line) in text.lines().enumerate() {
            let mut add =
                |what: &str, advice: &str| found.push(Finding::at(path, number + 1, what, advice));
            if hides_code(line) {
                add(
                    "an example that nobody compiles",
                    "let it compile: `no_run` if it must not run",
                );
            }
            if !is_rust {
                continue;
            }
            is_test |= line.trim_start().starts_with(TESTS_BEGIN);
            if line.contains(IGNORED) && !(runs_ignored && line.contains("--ignored")) {
                add(
                    "a test that nobody runs",
                    "make it run, or let .ci/run run it and say so: `= \"why: cargo test .. --ignored\"`",
                );
            }
            if is_test && sleeps(line) {
                add(
                    "a test that sleeps",
                    "inject a clock, or wait for what happens",
                );
            }
            if !is_test && UNWRAPS.iter().any(|word| line.contains(word)) {
                add(
                    "code that is let off the rule about `unwrap`",
                    "say with `expect` why it cannot fail, or return the error",
                );
            }
        }
    }
    found
}

/// Whether a line opens a block of code that is not looked at.
fn hides_code(line: &str) -> bool {
    let line = line.trim_start();
    let line = line.trim_start_matches("///").trim_start_matches("//!");
    let words = line.trim_start().strip_prefix("```");
    words.is_some_and(|words| {
        words
            .split([',', ' ', '\t'])
            .any(|word| word.starts_with("ignore"))
    })
}

/// Whether a line calls the function `sleep`, by its path or imported. Methods of that name are
/// those of an injected clock.
fn sleeps(line: &str) -> bool {
    let call = word!("sleep", "(");
    line.match_indices(call).any(|(at, _)| {
        let before = &line[..at];
        let is_other_word = before.ends_with(|last: char| last.is_alphanumeric() || last == '_');
        !(is_other_word || before.ends_with(['.', '"', '`']) || before.trim_end().ends_with("fn"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let tree = Tree::of([(path, text)]);
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn ignored_tests_without_a_command_are_found() {
        let text = format!("{IGNORED}]\nfn x() {{}}\n");
        for path in ["crates/a/tests/x.rs", "crates/a/src/x.rs"] {
            let found = found(path, &text);
            assert_eq!(found.len(), 1, "{found:#?}");
            assert!(found[0].starts_with(&format!("{path}:1: a test that nobody runs")));
        }
        let run = format!("{IGNORED} = \"long: cargo test -- --ignored\"]\n");
        assert_eq!(found("crates/a/tests/x.rs", &run).len(), 1);
        let tree = Tree::of([
            (".ci/run", "cargo test -- --ignored"),
            ("crates/a/tests/x.rs", run.as_str()),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn sleeping_tests_are_found() {
        let call = |before: &str| format!("{before}{}1);\n", word!("sleep", "("));
        for before in ["std::thread::", "tokio::time::", "time::", "    ", "x = "] {
            let line = call(before);
            assert_eq!(found("crates/a/tests/x.rs", &line).len(), 1, "{line}");
            assert_eq!(found("tests/tests/x.rs", &line).len(), 1, "{line}");
            assert_eq!(found("crates/a/src/x.rs", &line), [""; 0], "{line}");
            let inside = format!("fn x() {{}}\n{TESTS_BEGIN}\nmod tests {{\n{line}}}\n");
            let found = found("crates/a/src/x.rs", &inside);
            assert!(found[0].starts_with("crates/a/src/x.rs:4: a test that sleeps"));
        }
        for before in ["clock.", "fn ", "over", "no_", "`"] {
            assert_eq!(found("crates/a/tests/x.rs", &call(before)), [""; 0]);
        }
    }

    #[test]
    fn an_example_that_nobody_compiles_is_found() {
        let fence = |words: &str| format!("{}{words}\n", "`".repeat(3));
        for words in ["ignore", "rust,ignore", "rust, ignore", "ignore-windows"] {
            assert_eq!(found("README.md", &fence(words)).len(), 1, "{words}");
            for comment in ["/// ", "//! ", "    ///"] {
                let line = format!("{comment}{}", fence(words));
                assert_eq!(found("crates/a/src/x.rs", &line).len(), 1, "{line}");
            }
        }
        for words in ["", "rust", "rust,no_run", "text", "sh"] {
            assert_eq!(found("README.md", &fence(words)), [""; 0]);
        }
    }

    #[test]
    fn allowed_unwraps_are_found() {
        for word in UNWRAPS {
            let line = format!("#[{word})]\n");
            assert_eq!(found("crates/a/src/x.rs", &line).len(), 1, "{line}");
            assert_eq!(found("crates/a/tests/x.rs", &line), [""; 0], "{line}");
        }
    }
}
