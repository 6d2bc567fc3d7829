//! The README's promises: its table is code that compiles and runs. Its Rust blocks are compiled as
//! documentation tests of this package.

use std::collections::BTreeSet;

const README: &str = include_str!("../../../README.md");

/// The sections with a table, its number of rows, and the file with the function that runs them.
const TABLES: [(&str, u32, &str); 2] = [
    ("The guide's 13 calls", 13, include_str!("guide.rs")),
    ("Everyday tasks", 18, include_str!("facade/everyday.rs")),
];

/// Code without what the formatter may change: white space, and commas at the end of a list.
fn bare(code: &str) -> String {
    let dense: String = code.split_whitespace().collect();
    dense.replace(",)", ")")
}

/// Number, purpose and code of each line of the table of a section.
fn table(title: &str) -> Vec<(u32, String, String)> {
    let section = README
        .split("\n#")
        .find(|section| section.trim_start_matches(['#', ' ']).starts_with(title))
        .expect("the section with the table");
    section
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
            let number = cells.next()?.parse().ok()?;
            let purpose = cells.next()?.to_owned();
            // A command may stand before it, which a test of the tool runs.
            let code = cells
                .last()?
                .strip_prefix('`')?
                .strip_suffix('`')?
                .to_owned();
            Some((number, purpose, code))
        })
        .collect()
}

#[test]
fn tests_run_every_readme_table_row() {
    for (title, rows, source) in TABLES {
        let table = table(title);
        let numbers: Vec<_> = table.iter().map(|(number, ..)| *number).collect();
        assert_eq!(numbers, (1..=rows).collect::<Vec<_>>(), "{title}");
        let source = bare(source);
        let body = source
            .split_once("asyncfnthe_lines_of_the_readme(")
            .expect("the function that runs them")
            .1;
        let mut rest = body;
        for (number, purpose, code) in &table {
            // In their order: the test next to that function checks the requests.
            let at = rest.find(&bare(code));
            let at = at.unwrap_or_else(|| panic!("line {number} ({purpose}) is not run: {code}"));
            rest = &rest[at + 1..];
        }
        let codes: BTreeSet<_> = table.iter().map(|(.., code)| code).collect();
        assert_eq!(codes.len(), table.len(), "{title}: a line is there twice");
    }
}

#[test]
fn first_program_is_short() {
    let program = README
        .split("```rust")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("a first program");
    let lines = program.lines().skip(1).filter(|line| !line.is_empty());
    let count = lines.count();
    assert!(count <= 20, "{count} lines");
    for words in [
        "cargo run -p ovh-web-testing --example web_app\ncargo test\n",
        "not OVHcloud's own",
    ] {
        assert!(README.contains(words), "{words}");
    }
}
