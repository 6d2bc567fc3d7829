//! The real revisions, each generated with the names of the one before; the oldest with ours.
#![allow(dead_code, reason = "each test file uses its part of this")]

use std::path::PathBuf;
use std::sync::OnceLock;

use ovh_web_codegen::{Input, Inputs, Output};
use serde_json::Value;

pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Generates a document of `/hosting/web`, after what was generated before.
pub fn generate(document: &Value, before: Option<&Output>) -> Output {
    let inputs = Inputs {
        documents: vec![Input::new("hosting-web.json", document.to_string())],
        names: Some(match before {
            Some(output) => Input::new("names.toml", &output.names),
            None => Input::new("names.toml", read("schema/names.toml")),
        }),
        surface: before.map(|output| Input::new("surface.txt", &output.surface)),
        docs: Some(Input::new("docs.toml", read("schema/docs.toml"))),
        ..Inputs::default()
    };
    ovh_web_codegen::generate(&inputs).unwrap_or_else(|error| panic!("{error}"))
}

pub fn document(file: &str) -> Value {
    serde_json::from_str(&read(&format!("tests/fixtures/schema/{file}"))).expect("JSON")
}

/// The revisions, the oldest first.
pub fn revisions() -> &'static [Output] {
    static ALL: OnceLock<Vec<Output>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: Vec<Output> = Vec::new();
        for file in [
            "hosting-web.2024-06.json",
            "hosting-web.2025-09.json",
            "hosting-web.json",
        ] {
            let next = generate(&document(file), all.last());
            all.push(next);
        }
        all
    })
}
