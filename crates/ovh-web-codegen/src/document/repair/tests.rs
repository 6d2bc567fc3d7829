//! Helpers of the steps' golden cases, and the whole: what was repaired passes the check.

use super::*;

pub(super) fn log() -> Log {
    Log {
        file: "doc.json".to_owned(),
        list: Vec::new(),
    }
}

#[test]
fn a_fine_document_is_left_as_it_is() {
    for name in [
        "domain.json",
        "hosting-web.json",
        "hosting-privateDatabase.json",
        "auth.json",
    ] {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/schema/");
        let text = std::fs::read_to_string(format!("{folder}{name}")).expect("a fixture");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let mut document = Document {
            name: name.to_owned(),
            value: value.clone(),
            form: crate::document::Form::OpenApi,
            repairs: Vec::new(),
        };
        let repairs = apply(&mut document);
        assert_eq!(repairs, [], "{name}");
        assert!(document.value == value, "{name} was changed");
    }
}
