//! The table of TLS combinations in the guide, which `.ci/tls` builds row by row.

use std::collections::BTreeSet;

const GUIDE: &str = include_str!("../../../crates/ovh-web/src/guide/setup.md");
const MANIFEST: &str = include_str!("../../../crates/ovh-web/Cargo.toml");
const TLS: &str = include_str!("../../../.ci/tls");
const CHECKS: &str = include_str!("../../../.github/workflows/checks.yml");

/// The features of the manifest, and those of the default.
fn features() -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
    let section = MANIFEST.split("[features]").nth(1).expect("the features");
    let section = section.split("\n[").next().expect("the features");
    let rows = section.lines().filter_map(|line| line.split_once(" = "));
    let mut default = BTreeSet::new();
    let mut all = BTreeSet::new();
    for (name, value) in rows.filter(|(name, _)| !name.starts_with(['#', '_'])) {
        match name {
            "default" => default.extend(value.split('"').skip(1).step_by(2)),
            _ => {
                all.insert(name);
            }
        }
    }
    (all, default)
}

/// The features in the first column of each row of a table with this header.
fn rows(header: &str) -> Vec<BTreeSet<&'static str>> {
    let table = GUIDE.split(header).nth(1).expect("the table");
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let cells = rows.map(|row| row.split('|').nth(1).expect("a cell").trim());
    let names = |cell: &'static str| {
        let names = cell.split([',', '`', ' ']).filter(|name| !name.is_empty());
        names.filter(|name| *name != "none").collect()
    };
    cells.map(names).collect()
}

#[test]
fn table_names_every_feature() {
    let (all, default) = features();
    let documented: BTreeSet<_> = rows("| feature | adds | default |")
        .into_iter()
        .flatten()
        .collect();
    assert_eq!(documented, all);
    let combinations = rows("| features | TLS library |");
    assert!(combinations.iter().flatten().all(|name| all.contains(name)));
    let first: BTreeSet<_> = default
        .difference(&BTreeSet::from(["full-serde", "reqwest"]))
        .copied()
        .collect();
    assert_eq!(combinations.first(), Some(&first));
    // Each pair of a TLS library and a list of authorities, each alone, and no engine.
    let choices = [
        "ring",
        "aws-lc-rs",
        "native-tls",
        "platform-verifier",
        "webpki-roots",
        "reqwest",
    ];
    let used: BTreeSet<_> = combinations.iter().flatten().copied().collect();
    assert_eq!(used, BTreeSet::from(choices));
    assert!(combinations.contains(&BTreeSet::new()));
    assert_eq!(
        combinations.iter().collect::<BTreeSet<_>>().len(),
        combinations.len()
    );
}

#[test]
fn checks_build_every_row() {
    // The loop reads the first column of the same table.
    assert!(TLS.contains("/^| features | TLS library/"));
    assert!(TLS.contains(r#"--no-default-features --features "$features""#));
    assert!(CHECKS.contains("- run: .ci/tls all\n"));
}
