//! Our documentation: `schema/docs.toml`, and the plain sentences for what it does not have yet.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::Error;
use crate::escape::code;

/// What `schema/docs.toml` holds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Docs {
    family: BTreeMap<String, Text>,
    operation: BTreeMap<String, OperationText>,
    #[serde(rename = "type")]
    types: BTreeMap<String, TypeText>,
    property: BTreeMap<String, String>,
    parameter: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Text {
    summary: String,
    detail: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct OperationText {
    summary: String,
    detail: String,
    parameters: BTreeMap<String, String>,
    body: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TypeText {
    summary: String,
    detail: String,
    properties: BTreeMap<String, String>,
    values: BTreeMap<String, String>,
}

/// A text and whether a person wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doc {
    pub(crate) text: String,
    pub(crate) is_written: bool,
}

fn written(text: &str) -> Option<Doc> {
    let text = text.trim();
    (!text.is_empty()).then(|| Doc {
        text: text.to_owned(),
        is_written: true,
    })
}

fn plain(text: String) -> Doc {
    Doc {
        text,
        is_written: false,
    }
}

fn join(summary: &str, detail: &str) -> String {
    format!("{}\n\n{}", summary.trim(), detail.trim())
        .trim()
        .to_owned()
}

impl Docs {
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Error> {
        toml::from_str(text).map_err(|error| {
            Error::of_toml(
                file,
                text,
                &error,
                "each table is [family.X], [operation.\"METHOD /route\"], [type.\"schema\"], [property] or [parameter]",
            )
        })
    }

    pub(crate) fn family(&self, family: &str) -> Doc {
        self.family
            .get(family)
            .and_then(|text| written(&join(&text.summary, &text.detail)))
            .unwrap_or_else(|| plain(format!("The operations of the family {}.", code(family))))
    }

    pub(crate) fn operation(&self, route: &str) -> Doc {
        self.operation
            .get(route)
            .and_then(|text| written(&join(&text.summary, &text.detail)))
            .unwrap_or_else(|| plain(format!("Calls {}.", code(route))))
    }

    pub(crate) fn parameter(&self, route: &str, name: &str) -> Doc {
        self.operation
            .get(route)
            .and_then(|text| text.parameters.get(name))
            .or_else(|| self.parameter.get(name))
            .and_then(|text| written(text))
            .unwrap_or_else(|| plain(format!("The value {}.", code(name))))
    }

    /// The documentation of a type. `origin` is a schema, or `METHOD /route body`.
    pub(crate) fn of_type(&self, origin: &str, what: &str) -> Doc {
        if let Some(doc) = self
            .types
            .get(origin)
            .and_then(|text| written(&join(&text.summary, &text.detail)))
        {
            return doc;
        }
        match origin.rsplit_once(' ') {
            // A body that is declared in place is documented with its operation.
            Some((route, "body")) if self.operation.contains_key(route) => Doc {
                text: format!(
                    "The body of {}. {}",
                    code(route),
                    self.operation[route].summary.trim()
                ),
                is_written: true,
            },
            _ => plain(format!("{what} {}.", code(origin))),
        }
    }

    pub(crate) fn property(&self, origin: &str, name: &str) -> Doc {
        let of_type = self
            .types
            .get(origin)
            .and_then(|text| text.properties.get(name));
        let of_body = || {
            let route = origin.strip_suffix(" body")?;
            self.operation.get(route)?.body.get(name)
        };
        of_type
            .or_else(of_body)
            .or_else(|| self.property.get(name))
            .and_then(|text| written(text))
            .unwrap_or_else(|| plain(format!("The property {}.", code(name))))
    }

    /// The documentation of an enum value, if a person wrote one.
    pub(crate) fn value(&self, origin: &str, value: &str) -> Option<Doc> {
        self.types
            .get(origin)?
            .values
            .get(value)
            .and_then(|text| written(text))
    }

    /// Entries that document what no document has: left-overs of a change.
    pub(crate) fn leftovers(
        &self,
        has_route: impl Fn(&str) -> bool,
        has_origin: impl Fn(&str) -> bool,
    ) -> Vec<String> {
        let routes = self
            .operation
            .keys()
            .filter(|route| !has_route(route))
            .map(|route| format!("operation {route}"));
        let types = self
            .types
            .keys()
            .filter(|origin| !has_origin(origin))
            .map(|origin| format!("type {origin}"));
        routes.chain(types).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearest_wins_and_what_is_missing_gets_a_plain_sentence() {
        let docs = Docs::parse(
            "docs.toml",
            r#"
            [operation."POST /x"]
            summary = "Creates an x."
            [operation."POST /x".body]
            size = "How large, in MB."
            [type."a.B".properties]
            id = "The number of the B."
            [property]
            id = "The number."
            "#,
        )
        .expect("fine documentation");
        assert_eq!(docs.property("a.B", "id").text, "The number of the B.");
        assert_eq!(docs.property("a.C", "id").text, "The number.");
        assert_eq!(
            docs.property("POST /x body", "size").text,
            "How large, in MB."
        );
        assert!(
            docs.of_type("POST /x body", "The schema")
                .text
                .ends_with("Creates an x.")
        );
        assert!(!docs.operation("GET /y").is_written);
        assert_eq!(docs.leftovers(|_| false, |_| true), ["operation POST /x"]);
        assert!(Docs::parse("docs.toml", "[nonsense]").is_err());
    }
}
