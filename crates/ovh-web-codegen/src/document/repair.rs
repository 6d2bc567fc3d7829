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

use crate::report::{Repair, Repairs};

/// Rewrites the document `file` and returns the repairs.
pub(crate) fn apply(file: &str, document: &mut Value) -> Vec<Repair> {
    let mut repairs = Repairs::of(file);
    servers::apply(document, &mut repairs);
    operations::apply(document, &mut repairs);
    compositions::apply(document, &mut repairs);
    nullable::apply(document);
    repairs.list
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let mut repaired = value.clone();
            assert_eq!(apply(name, &mut repaired), [], "{name}");
            assert!(repaired == value, "{name} was changed");
        }
    }
}
