//! Every item of the generated client is documented by a person: none has only the plain sentence made
//! of its facts.

use super::Finding;
use ovh_web_codegen::Report;

pub(super) fn check(report: &Report) -> Vec<Finding> {
    report
        .undocumented
        .iter()
        .map(|item| {
            Finding::of(
                "schema/docs.toml",
                format!("nothing is written about {item}"),
                "`cargo xtask pr-body` has the entry to fill in",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_without_words_is_found() {
        let mut report = Report::default();
        assert!(check(&report).is_empty());
        report.undocumented.push("operation GET /x".to_owned());
        let found = check(&report);
        assert!(
            found[0].to_string().contains("about operation GET /x"),
            "{found:?}"
        );
    }
}
