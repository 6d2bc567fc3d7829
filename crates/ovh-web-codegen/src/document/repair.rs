//! Rewrites OpenAPI forms that the generator does not read directly.
//!
//! A step that decides something adds a [`Repair`] to the report; a step that only writes the same
//! thing in another form does not. Everything else that is wrong is refused by `check`.
//!
//! | step | what it rewrites |
//! |---|---|
//! | [`servers`] | version 2 of the API becomes the prefix of each path |
//! | [`operations`] | shared parameters and `security`, undeclared path parameters, ignored headers |
//! | [`compositions`] | the members of an `allOf` become one object |
//! | [`nullable`] | a nullable component makes each reference to it nullable |

mod compositions;
mod nullable;
mod operations;
pub(crate) mod servers;

use serde_json::Value;

use super::Document;
use crate::pointer::Pointer;
use crate::report::Repair;

/// The repairs so far.
struct Log {
    file: String,
    list: Vec<Repair>,
}

impl Log {
    fn add(&mut self, rule: &'static str, at: &Pointer, what: impl Into<String>) {
        self.list.push(Repair {
            rule,
            file: self.file.clone(),
            pointer: at.to_string(),
            what: what.into(),
        });
    }
}

/// Rewrites the document and returns the repairs.
pub(crate) fn apply(document: &mut Document) -> Vec<Repair> {
    let mut log = Log {
        file: document.name.clone(),
        list: Vec::new(),
    };
    let value: &mut Value = &mut document.value;
    servers::apply(value, &mut log);
    operations::apply(value, &mut log);
    compositions::apply(value, &mut log);
    nullable::apply(value);
    log.list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Form;

    pub(super) fn log() -> Log {
        Log {
            file: "doc.json".to_owned(),
            list: Vec::new(),
        }
    }

    #[test]
    fn real_documents_need_no_repair() {
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
                form: Form::OpenApi,
                repairs: Vec::new(),
            };
            assert_eq!(apply(&mut document), [], "{name}");
            assert!(document.value == value, "{name} was changed");
        }
    }
}
