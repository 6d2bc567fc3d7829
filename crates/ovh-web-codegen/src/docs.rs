//! Our documentation in `schema/docs.toml`, and default sentences for items without an entry.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::Error;
use crate::escape::code;
use crate::names::operations::shape;
use crate::nearest::nearest;

/// The content of `schema/docs.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Docs {
    module: BTreeMap<String, Text>,
    operation: BTreeMap<String, OperationText>,
    #[serde(rename = "type")]
    types: BTreeMap<String, TypeText>,
    property: BTreeMap<String, String>,
    parameter: BTreeMap<String, String>,
    /// The route of each entry, by the route without the names of its parameters.
    #[serde(skip)]
    routes: BTreeMap<String, String>,
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

/// A text, and `true` if it comes from `docs.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doc {
    pub(crate) text: String,
    pub(crate) is_written: bool,
}

/// The names of a route's parameters, in order.
fn parameters(route: &str) -> impl Iterator<Item = &str> {
    route
        .split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

/// Returns the name of a parameter in `known`, the same route with other parameter names.
fn former<'a>(known: &'a str, route: &str, name: &str) -> Option<&'a str> {
    let position = parameters(route).position(|parameter| parameter == name)?;
    parameters(known).nth(position)
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
        // Git may check files out with `\r\n`: no text of ours ends its lines so.
        let text = &text.replace("\r\n", "\n");
        let mut docs: Self = toml::from_str(text).map_err(|error| {
            Error::of_toml(
                file,
                text,
                &error,
                "each table is [module.X], [operation.\"METHOD /route\"], [type.\"schema\"], [property] or [parameter]",
            )
        })?;
        let routes = docs.operation.keys();
        docs.routes = routes.map(|route| (shape(route), route.clone())).collect();
        Ok(docs)
    }

    /// Returns the entry of a route, also if only the names of its parameters changed.
    fn entry(&self, route: &str) -> Option<(&str, &OperationText)> {
        let exact = self.operation.get_key_value(route);
        let found = exact.or_else(|| {
            self.operation
                .get_key_value(self.routes.get(&shape(route))?)
        });
        found.map(|(route, text)| (route.as_str(), text))
    }

    pub(crate) fn module(&self, module: &str) -> Doc {
        self.module
            .get(module)
            .and_then(|text| written(&join(&text.summary, &text.detail)))
            .unwrap_or_else(|| plain(format!("The operations of the module {}.", code(module))))
    }

    pub(crate) fn operation(&self, route: &str) -> Doc {
        self.entry(route)
            .and_then(|(_, text)| written(&join(&text.summary, &text.detail)))
            .unwrap_or_else(|| plain(format!("Calls {}.", code(route))))
    }

    pub(crate) fn parameter(&self, route: &str, name: &str) -> Doc {
        let entry = self.entry(route);
        let own = |name: &str| entry.and_then(|(_, text)| text.parameters.get(name));
        let former = entry.and_then(|(known, _)| former(known, route, name));
        own(name)
            .or_else(|| own(former?))
            .or_else(|| self.parameter.get(name))
            .or_else(|| self.parameter.get(former?))
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
        // A body that is declared in place is documented with its operation.
        let route = origin.strip_suffix(" body");
        match route.and_then(|route| Some((route, self.entry(route)?.1))) {
            Some((route, text)) => Doc {
                text: format!("The body of {}. {}", code(route), text.summary.trim()),
                is_written: true,
            },
            None => plain(format!("{what} {}.", code(origin))),
        }
    }

    pub(crate) fn property(&self, origin: &str, name: &str) -> Doc {
        let of_type = self
            .types
            .get(origin)
            .and_then(|text| text.properties.get(name));
        let of_body = || {
            let route = origin.strip_suffix(" body")?;
            self.entry(route)?.1.body.get(name)
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

    /// Lists entries whose item is in no document.
    pub(crate) fn leftovers(&self, known: &Known<'_>) -> Vec<String> {
        let mut found = Vec::new();
        let mut check = |kind: &str, owner: &str, name: &str, names: &BTreeSet<&str>| {
            if names.contains(name) {
                return;
            }
            let near = nearest(name, names.iter().copied());
            let near = near.map_or_else(String::new, |near| format!(" (did it mean `{near}`?)"));
            let item: Vec<&str> = [kind, owner, name]
                .into_iter()
                .filter(|s| !s.is_empty())
                .collect();
            found.push(item.join(" ") + &near);
        };
        for name in self.module.keys() {
            check("module", "", name, &known.modules);
        }
        for name in self.parameter.keys() {
            check(
                "parameter",
                "",
                name,
                &known.parameters.values().flatten().copied().collect(),
            );
        }
        for name in self.property.keys() {
            check(
                "property",
                "",
                name,
                &known.properties.values().flatten().copied().collect(),
            );
        }
        let routes: BTreeSet<&str> = known.parameters.keys().map(String::as_str).collect();
        let shapes = routes.iter().map(|route| (shape(route), *route));
        let shapes: BTreeMap<String, &str> = shapes.collect();
        for (entry, text) in &self.operation {
            let Some(route) = shapes.get(&shape(entry)) else {
                check("operation", "", entry, &routes);
                continue;
            };
            let mut names = known.parameters[*route].clone();
            names.extend(parameters(entry));
            text.parameters
                .keys()
                .for_each(|name| check("parameter", entry, name, &names));
            let body = format!("{route} body");
            if let Some(names) = known.properties.get(&body) {
                text.body
                    .keys()
                    .for_each(|name| check("property", &body, name, names));
            }
        }
        let origins: BTreeSet<&str> = known.properties.keys().map(String::as_str).collect();
        for (origin, text) in &self.types {
            check("type", "", origin, &origins);
            if let Some(names) = known.properties.get(origin) {
                text.properties
                    .keys()
                    .for_each(|name| check("property", origin, name, names));
            }
            if let Some(values) = known.values.get(origin.as_str()) {
                text.values
                    .keys()
                    .for_each(|value| check("value", origin, value, values));
            }
        }
        found
    }
}

/// The items of the documents that can be documented.
#[derive(Debug, Default)]
pub(crate) struct Known<'a> {
    /// The modules of operations.
    pub(crate) modules: BTreeSet<&'a str>,
    /// Route -> its parameters.
    pub(crate) parameters: BTreeMap<String, BTreeSet<&'a str>>,
    /// Schema, or `METHOD /route body` -> its properties.
    pub(crate) properties: BTreeMap<String, BTreeSet<&'a str>>,
    /// Schema -> its values.
    pub(crate) values: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_text_wins() {
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
        assert!(Docs::parse("docs.toml", "[nonsense]").is_err());
    }

    #[test]
    fn texts_follow_a_renamed_parameter() {
        let text = "[operation.\"GET /x/{id}/y\"]\nsummary = \"Reads.\"\n\
                    [operation.\"GET /x/{id}/y\".parameters]\nid = \"The number.\"";
        let docs = Docs::parse("docs.toml", text).expect("fine documentation");
        let route = "GET /x/{cronId}/y";
        assert_eq!(docs.operation(route).text, "Reads.");
        assert_eq!(docs.parameter(route, "cronId").text, "The number.");
        let known = Known {
            parameters: BTreeMap::from([(route.to_owned(), BTreeSet::from(["cronId"]))]),
            ..Known::default()
        };
        assert_eq!(docs.leftovers(&known), [""; 0]);
    }

    #[test]
    fn entries_of_nothing_are_found() {
        let text = "[module.crom]\n[operation.\"GET /y\"]\n\
                    [operation.\"GET /x\".parameters]\nkin = \"a\"\n\
                    [operation.\"GET /x\".body]\nsice = \"a\"\n\
                    [type.\"a.B\".properties]\nidd = \"a\"\n[type.\"a.B\".values]\nb = \"a\"\n\
                    [type.\"a.Z\"]\n[property]\nsize = \"a\"\n[parameter]\nof = \"a\"";
        let docs = Docs::parse("docs.toml", text).expect("fine documentation");
        let set = |name| BTreeSet::from([name]);
        let known = Known {
            modules: set("crons"),
            parameters: BTreeMap::from([("GET /x".to_owned(), set("kind"))]),
            properties: BTreeMap::from([
                ("a.B".to_owned(), set("id")),
                ("GET /x body".to_owned(), set("size")),
            ]),
            values: BTreeMap::from([("a.B", set("a"))]),
        };
        assert_eq!(
            docs.leftovers(&known),
            [
                "module crom",
                "parameter of",
                "parameter GET /x kin (did it mean `kind`?)",
                "property GET /x body sice (did it mean `size`?)",
                "operation GET /y",
                "property a.B idd (did it mean `id`?)",
                "value a.B b",
                "type a.Z (did it mean `a.B`?)",
            ]
        );
    }
}
