//! The statuses that waits end by are never corrected: read from the sources of facade and client.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The types whose objects settle, with the field of their status.
fn settling() -> Vec<(String, String)> {
    let source = read(&root().join("crates/ovh-web/src/pending.rs"));
    let (_, rest) = source.split_once("has_status! {\n").expect("the list");
    let (list, _) = rest.split_once('}').expect("its end");
    list.lines()
        .filter_map(|line| line.trim().trim_end_matches(',').split_once(": "))
        .map(|(name, field)| (name.to_owned(), field.to_owned()))
        .collect()
}

/// The models of the client, each as its name and its text.
fn models() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let folder = root().join("crates/ovh-web-client/src/types");
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let source = read(&entry.expect("a file").path());
        for part in source.split("\nmodel ").skip(1) {
            let (name, rest) = part.split_once(" {").expect("its fields");
            let (fields, _) = rest.split_once("\n}").expect("its end");
            let (name, _) = name.split_once(':').unwrap_or((name, ""));
            found.push((name.to_owned(), fields.to_owned()));
        }
    }
    found
}

#[test]
fn statuses_that_end_waits_are_required() {
    let models = models();
    let mut types = settling();
    assert!(types.len() > 10, "{types:?}");
    types.extend(["Task", "PublicTask"].map(|task| (task.to_owned(), "status".to_owned())));
    for (name, field) in types {
        let (_, fields) = models
            .iter()
            .find(|(other, _)| *other == name)
            .unwrap_or_else(|| panic!("no model {name}"));
        let line = fields
            .lines()
            .find(|line| line.trim().starts_with(&format!("{field}: ")))
            .unwrap_or_else(|| panic!("{name} has no {field}"));
        assert!(
            line.ends_with("required,"),
            "{name}.{field} has to be marked in schema/ovh-web-client/overlay.json: {line}"
        );
    }
}
