//! The report as a file: a head, and a section for each part that stays until the part is run again.

use super::figures;
use std::collections::BTreeMap;

const BEGIN: &str = "<!-- prove: ";
const END: &str = "<!-- end: ";

const INTRODUCTION: &str = "\
# Proof

What is claimed of ovh-web, measured. `cargo xtask prove` writes this file and runs all of it;
`--only NAME` runs one part and leaves the others as they were; `--quick` shows in a few minutes
that it works, with figures that are too rough to keep.

Figures are medians, and in brackets what the middle half lies between. Quote the ratios: both of
their sides were measured in turn on one machine, and times alone say more about the machine. A
target that is missed is shown with the reason, and with what was tried.
";

/// A section of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) title: String,
    /// Where and when it was measured.
    pub(super) stamp: String,
    pub(super) body: String,
}

/// The sections of a report by the name of their part, each as it was written.
pub(super) fn read(text: &str) -> BTreeMap<String, String> {
    let mut sections = BTreeMap::new();
    for piece in text.split(BEGIN).skip(1) {
        let Some((name, rest)) = piece.split_once(" -->\n") else {
            continue;
        };
        let end = format!("{END}{name} -->");
        if let Some((body, _)) = rest.split_once(&end) {
            sections.insert(name.to_owned(), body.to_owned());
        }
    }
    sections
}

/// A section as it stands in the report.
pub(super) fn section(section: &Section) -> String {
    format!(
        "\n## {}\n\n*{}*\n\n{}\n",
        section.title,
        section.stamp,
        section.body.trim()
    )
}

/// The whole report, its parts in this order. What is of no known part is dropped.
pub(super) fn write(order: &[&str], sections: &BTreeMap<String, String>) -> String {
    let mut text = INTRODUCTION.to_owned();
    let rows: Vec<&str> = order
        .iter()
        .filter_map(|name| sections.get(*name))
        .flat_map(|section| section.lines())
        .filter(|line| line.ends_with("| reached |") || line.ends_with("| **missed** |"))
        .collect();
    if !rows.is_empty() {
        let reached = rows
            .iter()
            .filter(|row| row.ends_with("| reached |"))
            .count();
        text.push_str(&format!(
            "\n{reached} of {} targets are reached:\n\n",
            rows.len()
        ));
        text.push_str(figures::HEAD);
        text.push_str(&rows.join("\n"));
        text.push('\n');
    }
    for name in order {
        if let Some(section) = sections.get(*name) {
            text.push_str(&format!("\n{BEGIN}{name} -->\n{section}{END}{name} -->\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(title: &str, body: &str) -> String {
        section(&Section {
            title: title.to_owned(),
            stamp: "today, here".to_owned(),
            body: body.to_owned(),
        })
    }

    #[test]
    fn a_part_that_is_run_again_replaces_its_own_section_only() {
        let order = ["calls", "scale"];
        let mut sections = BTreeMap::from([
            ("calls".to_owned(), made("Calls", "| a | 1 | 2 | reached |")),
            (
                "scale".to_owned(),
                made("Scale", "| b | 3 | 2 | **missed** |"),
            ),
            ("gone".to_owned(), made("Gone", "x")),
        ]);
        let text = write(&order, &sections);
        assert!(text.contains("1 of 2 targets"), "{text}");
        assert!(!text.contains("Gone"));
        let read_back = read(&text);
        sections.remove("gone");
        assert_eq!(read_back, sections);
        assert_eq!(write(&order, &read_back), text);
        sections.insert("calls".to_owned(), made("Calls", "nothing"));
        let again = write(&order, &sections);
        assert!(again.contains("0 of 1 targets"), "{again}");
        assert!(
            again.contains("## Scale\n\n*today, here*\n\n| b | 3"),
            "{again}"
        );
    }
}
