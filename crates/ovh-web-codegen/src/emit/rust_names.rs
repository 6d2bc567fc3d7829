//! The Rust names of properties, parameters and operations, for texts that have their wire names.

use std::collections::BTreeMap;

use super::sample::link;
use crate::model::{Api, Kind};

/// Rust names in Markdown by wire name; `None` for a name that means more than one thing.
///
/// An operation is `GET .../cronAvailableLanguage`, or the last segment alone.
pub(crate) struct RustNames<'a>(BTreeMap<String, Option<Markdown<'a>>>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Markdown<'a> {
    Field(&'a str),
    Link(String),
}

impl<'a> RustNames<'a> {
    pub(crate) fn of(api: &'a Api) -> Self {
        let mut names = Self(BTreeMap::new());
        for item in api.types.values() {
            for property in item.properties().iter().filter(|it| !it.is_rest()) {
                names.add(&property.wire, Some(Markdown::Field(&property.field)));
            }
            if let Kind::Enum { values, .. } = &item.kind {
                values.iter().for_each(|(wire, _)| names.add(wire, None));
            }
        }
        for operation in &api.operations {
            for value in operation.values() {
                names.add(&value.wire, Some(Markdown::Field(&value.field)));
            }
            let link = Some(Markdown::Link(link(operation)));
            for (at, _) in operation.path.match_indices('/') {
                let end = &operation.path[at..];
                names.add(&format!("{} ...{end}", operation.method), link.clone());
                if at > 0 && !end[1..].contains(['/', '{']) {
                    names.add(&end[1..], link.clone());
                }
            }
        }
        names
    }

    fn add(&mut self, wire: &str, rust: Option<Markdown<'a>>) {
        let known = self
            .0
            .entry(wire.to_owned())
            .or_insert_with(|| rust.clone());
        if *known != rust {
            *known = None;
        }
    }

    /// Replaces the wire names that are alone between backticks.
    pub(crate) fn in_text(&self, text: &str) -> String {
        let mut out = String::new();
        let mut after_link = true;
        for (number, piece) in text.split('`').enumerate() {
            let rust = self.0.get(piece).filter(|_| number % 2 == 1);
            let (link, shown) = match rust {
                Some(Some(Markdown::Link(link))) => (true, &**link),
                Some(Some(Markdown::Field(field))) => (false, *field),
                Some(None) | None => (false, piece),
            };
            if !link && !after_link {
                out.push('`');
            }
            out.push_str(shown);
            after_link = link;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_in_backticks_are_replaced() {
        let mut names = RustNames(BTreeMap::new());
        names.add("primaryLogin", Some(Markdown::Field("primary_login")));
        names.add("type", Some(Markdown::Field("type_")));
        names.add("moduleList", Some(Markdown::Link("[modules]".to_owned())));
        names.add("status", Some(Markdown::Field("status")));
        names.add("status", Some(Markdown::Field("status_")));
        for (text, expected) in [
            ("see `primaryLogin`.", "see `primary_login`."),
            ("`type`, `status`, `other`", "`type_`, `status`, `other`"),
            ("`moduleList`", "[modules]"),
            ("in (`moduleList`): `type`", "in ([modules]): `type_`"),
            (
                "primaryLogin `a primaryLogin`",
                "primaryLogin `a primaryLogin`",
            ),
            (
                "```json\n{\"type\": 1}\n```\n`type`",
                "```json\n{\"type\": 1}\n```\n`type_`",
            ),
            ("one ` type", "one ` type"),
        ] {
            assert_eq!(names.in_text(text), expected);
        }
    }
}
