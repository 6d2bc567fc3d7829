//! Rule: every item of the generated client is documented by a person, and nothing else is.
//!
//! The weekly pull request brings items that nobody has documented yet, so this runs in the command and
//! not in `cargo test`: its list says what to write.

use super::Finding;
use ovh_web_codegen::Report;

pub(super) fn check(report: &Report) -> Vec<Finding> {
    const DOCS: &str = "schema/docs.toml";
    let missing = report.undocumented.iter().map(|item| {
        let what = format!("nothing is written about {item}");
        Finding::of(DOCS, what, "`cargo xtask pr-body` has the entry to fill in")
    });
    let unknown = report.leftovers.iter().map(|item| {
        let what = format!("no document has {item}");
        Finding::of(
            DOCS,
            what,
            "move the text to what took its place, or remove it",
        )
    });
    missing.chain(unknown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_without_words_is_found() {
        let mut report = Report::default();
        assert!(check(&report).is_empty());
        report.undocumented.push("operation GET /x".to_owned());
        report.leftovers.push("type a.B".to_owned());
        let found = check(&report);
        for (finding, says) in found.iter().zip(["about operation GET /x", "has type a.B"]) {
            assert!(finding.to_string().contains(says), "{found:?}");
        }
        assert_eq!(found.len(), 2);
    }
}
