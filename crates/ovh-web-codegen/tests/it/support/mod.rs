//! The real revisions, each generated with the names of the one before; the oldest with ours.

pub mod cases;

use std::path::PathBuf;
use std::sync::OnceLock;

use ovh_web_codegen::{Clashes, Error, Input, Inputs, Output};
use serde_json::Value;

pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Generates a document of `/hosting/web` with a lock of names and the surface of the last run.
fn with_names(document: &Value, names: &str, surface: &str, docs: Option<&str>) -> Output {
    let inputs = Inputs {
        documents: vec![Input::new("hosting-web.json", document.to_string())],
        names: Some(Input::new("names.toml", names)),
        surface: Some(Input::new("surface.txt", surface)),
        docs: docs.map(|text| Input::new("docs.toml", text)),
        ..Inputs::default()
    };
    ovh_web_codegen::generate(&inputs).unwrap_or_else(|error| panic!("{error}"))
}

/// Generates a small document, of which nothing is documented, after what was generated before.
pub fn generate(document: &Value, before: Option<&Output>) -> Output {
    let (names, surface) = before.map_or(("", ""), |output| (&output.names, &output.surface));
    with_names(document, names, surface, None)
}

pub fn document(file: &str) -> Value {
    serde_json::from_str(&read(&format!("tests/fixtures/schema/{file}"))).expect("JSON")
}

/// The revisions, the oldest first.
pub fn revisions() -> &'static [Output] {
    static ALL: OnceLock<Vec<Output>> = OnceLock::new();
    ALL.get_or_init(|| one_after_the_other(FILES))
}

/// The revisions as if history went backwards, the newest first: what came goes.
pub fn revisions_back() -> &'static [Output] {
    static ALL: OnceLock<Vec<Output>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut files = FILES;
        files.reverse();
        one_after_the_other(files)
    })
}

const FILES: [&str; 3] = [
    "hosting-web.2024-06.json",
    "hosting-web.2025-09.json",
    "hosting-web.json",
];

/// Generates the first with our names, and each other one with those of the one before it.
fn one_after_the_other(files: [&str; 3]) -> Vec<Output> {
    let docs = read("schema/ovh-web-client/docs.toml");
    let (mut names, mut surface) = (read("schema/ovh-web-client/names.toml"), String::new());
    let mut all: Vec<Output> = Vec::new();
    for file in files {
        let next = with_names(&document(file), &names, &surface, Some(&docs));
        names.clone_from(&next.names);
        surface.clone_from(&next.surface);
        all.push(next);
    }
    all
}

/// Generates one section, as `preview` or as `regen` does, with a lock of names.
pub fn with(text: &str, clashes: Clashes, names: &str) -> Result<Output, Error> {
    ovh_web_codegen::generate(&Inputs {
        documents: vec![Input::new("section.json", text)],
        names: Some(Input::new("names.toml", names)),
        clashes,
        ..Inputs::default()
    })
}

/// Generates as `preview` and as `regen` do, which have to agree.
#[track_caller]
pub fn generated(document: &Value) -> Output {
    let text = document.to_string();
    let preview = with(&text, Clashes::Resolve, "").expect("preview generates");
    let regen = with(&text, Clashes::Refuse, "").expect("regen generates");
    assert_eq!(preview.surface, regen.surface);
    let again = with(&text, Clashes::Refuse, &regen.names).expect("its own lock is fine");
    assert_eq!(again.surface, regen.surface);
    regen
}

#[track_caller]
pub fn has(output: &Output, line: &str) {
    let found = output.surface.lines().any(|known| known == line);
    assert!(found, "{line}\nis not in\n{}", output.surface);
}
