//! What is told of a change: the real revisions as golden files, and one change of each kind with
//! its verdict.
//!
//! `UPDATE_GOLDEN=1 cargo test -p ovh-web-codegen --test diff` writes the golden files anew; read
//! them before you commit them.

mod support;

use ovh_web_codegen::diff::{Verdict, between};
use support::{read, revisions, root};

#[test]
fn the_real_revisions_are_explained() {
    let all = revisions();
    let titles = [
        ("2024-06-to-2025-09.md", "From June 2024 to September 2025"),
        ("2025-09-to-2026-05.md", "From September 2025 to May 2026"),
    ];
    for (pair, (file, title)) in all.windows(2).zip(titles) {
        let diff = between(&pair[0].api, &pair[1].api);
        assert_eq!(diff.verdict(), Some(Verdict::Breaking));
        let text = diff.to_markdown(title, Some("0.1.0"));
        let path = format!("crates/ovh-web-codegen/tests/golden/{file}");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(root().join(&path), &text).expect("it can be written");
        }
        assert!(
            read(&path) == text,
            "{path} is not what is told now: look at it with UPDATE_GOLDEN=1 and git diff"
        );
    }
}
