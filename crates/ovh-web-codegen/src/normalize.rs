//! The rules that turn OVHcloud's document into one that the emitter can read.
//!
//! Each rule is a file, works on the document alone, and has a golden case with the JSON before
//! and after. They run in this order:
//!
//! | rule | what it does |
//! |---|---|
//! | [`references`] | a `$ref` with annotations becomes `allOf`, since they would be lost |
//! | [`additional_properties`] | `additionalProperties` beside `properties` become a map |
//! | [`name_inline_schemas`] | objects and enums declared in place become schemas with a name |
//! | [`parameters`] | a query value that is a map becomes the tag filter that is sent as JSON |
//! | [`secrets`] | `format: password` becomes the secret type, and its names are noted |
//! | [`formats`] | dates, times and addresses become types; constraints are removed |
//! | [`aliases`] | schemas that only rename a scalar, a list or a map are written out |
//! | [`expanded`] | `x-expanded-response` is resolved to its schema, lists with a cursor are noted |
//! | [`prune`] | schemas that no operation reaches are removed |
//! | [`roles`] | one schema becomes what is read, what creates, what updates |
//! | [`required`] | read models require what is not nullable, write models what the API requires |
//! | [`no_default`] | properties of responses without a sensible default are marked |
//! | [`bool_enums`] | a required boolean becomes an enum of two values |
//! | [`naming`] | schemas and operations get their Rust names |
//! | [`responses`] | success is any 2xx, and all errors have one type |

mod additional_properties;
mod aliases;
mod bool_enums;
mod expanded;
mod formats;
mod name_inline_schemas;
mod naming;
mod no_default;
mod parameters;
mod prune;
mod references;
mod required;
mod responses;
pub(crate) mod roles;
mod secrets;

use serde_json::Value;

use crate::document::repair::servers::split_version;
use crate::names::Lock;
use crate::pointer::Pointer;
use crate::{Clashes, Error, Repair};

/// A document while the rules change it.
pub(crate) struct Merged {
    /// The documents of all sections in one.
    pub(crate) document: Value,
    /// The static beginning of each section's routes, and the file that it came from.
    pub(crate) sections: Vec<Section>,
    /// The treatment of two items with one name.
    pub(crate) clashes: Clashes,
    /// The repairs made by the rules.
    pub(crate) repairs: Vec<Repair>,
}

/// One document among those that make the client.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) file: String,
    /// `/hosting/web`, whatever the version.
    pub(crate) prefix: String,
}

impl Section {
    /// The namespace of the section's own schemas: `hosting.web.`
    pub(crate) fn namespace(&self) -> String {
        format!("{}.", self.prefix.trim_matches('/').replace('/', "."))
    }
}

impl Merged {
    /// The section that a route belongs to.
    pub(crate) fn section_of(&self, path: &str) -> &Section {
        self.sections
            .iter()
            .find(|section| {
                let (_, path) = split_version(path);
                path.strip_prefix(&section.prefix)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
            .unwrap_or(&self.sections[0])
    }

    /// Adds a repair at a route to the report.
    pub(crate) fn repaired(&mut self, rule: &'static str, path: &str, below: &str, what: String) {
        let file = self.file_of(path).to_owned();
        let pointer = format!("{}{below}", Pointer::of(&["paths", path]));
        self.add_repair(rule, file, pointer, what);
    }

    /// Adds a repair of a named schema to the report.
    pub(crate) fn repaired_schema(&mut self, rule: &'static str, origin: &str, what: String) {
        let file = self.sections[0].file.clone();
        let pointer = Pointer::of(&["components", "schemas", origin]);
        self.add_repair(rule, file, pointer.into(), what);
    }

    fn add_repair(&mut self, rule: &'static str, file: String, pointer: String, what: String) {
        self.repairs.push(Repair {
            rule,
            file,
            pointer,
            what,
        });
    }

    /// The file to name in an error about a route.
    pub(crate) fn file_of(&self, path: &str) -> &str {
        &self.section_of(path).file
    }
}

/// Runs all rules.
pub(crate) fn run(merged: &mut Merged, lock: &mut Lock) -> Result<(), Error> {
    let document = &mut merged.document;
    references::apply(document);
    additional_properties::apply(document);
    name_inline_schemas::apply(document);
    parameters::apply(document);
    secrets::apply(document);
    formats::apply(document);
    aliases::apply(document);
    expanded::apply(merged)?;
    let document = &mut merged.document;
    prune::apply(document);
    roles::apply(document);
    // A schema that only a removed property pointed to goes as well.
    prune::apply(document);
    required::apply(document);
    no_default::apply(document);
    bool_enums::apply(document);
    naming::apply(merged, lock)?;
    responses::apply(&mut merged.document);
    Ok(())
}
