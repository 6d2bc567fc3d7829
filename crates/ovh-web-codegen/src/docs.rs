//! Our documentation in `docs.toml`, and default sentences for items without an entry.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::Error;
use crate::escape::code;
use crate::names::operations::shape;
use crate::nearest::nearest;

/// The content of `docs.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Docs {
    module: BTreeMap<String, Entry>,
    operation: BTreeMap<String, Entry>,
    #[serde(rename = "type")]
    types: BTreeMap<String, Entry>,
    property: BTreeMap<String, String>,
    parameter: BTreeMap<String, String>,
    /// The route of each operation, by the route without parameter names.
    #[serde(skip)]
    routes: BTreeMap<String, String>,
}

/// The texts of a module, an operation or a type.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Entry {
    summary: String,
    detail: String,
    parameters: BTreeMap<String, String>,
    body: BTreeMap<String, String>,
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

impl Entry {
    fn doc(&self) -> Option<Doc> {
        written(&format!(
            "{}\n\n{}",
            self.summary.trim(),
            self.detail.trim()
        ))
    }
}

impl Docs {
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Error> {
        // Git may check files out with `\r\n`.
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

    /// Returns the entry of a route, with any parameter names.
    fn entry(&self, route: &str) -> Option<(&String, &Entry)> {
        let similar = || {
            self.operation
                .get_key_value(self.routes.get(&shape(route))?)
        };
        self.operation.get_key_value(route).or_else(similar)
    }

    pub(crate) fn module(&self, module: &str) -> Doc {
        let doc = self.module.get(module).and_then(Entry::doc);
        doc.unwrap_or_else(|| plain(format!("The operations of the module {}.", code(module))))
    }

    pub(crate) fn operation(&self, route: &str) -> Doc {
        let doc = self.entry(route).and_then(|(_, entry)| entry.doc());
        doc.unwrap_or_else(|| plain(format!("Calls {}.", code(route))))
    }

    pub(crate) fn parameter(&self, route: &str, name: &str) -> Doc {
        let entry = self.entry(route);
        let own = |name: &str| entry.and_then(|(_, entry)| entry.parameters.get(name));
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
        if let Some(doc) = self.types.get(origin).and_then(Entry::doc) {
            return doc;
        }
        // The operation documents a body that it declares in place.
        let route = origin.strip_suffix(" body");
        match route.and_then(|route| Some((route, self.entry(route)?.1))) {
            Some((route, entry)) => Doc {
                text: format!("The body of {}. {}", code(route), entry.summary.trim()),
                is_written: true,
            },
            None => plain(format!("{what} {}.", code(origin))),
        }
    }

    pub(crate) fn property(&self, origin: &str, name: &str) -> Doc {
        let of_type = self.types.get(origin);
        let of_type = of_type.and_then(|entry| entry.properties.get(name));
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

    /// The documentation of an enum value, if it has an entry.
    pub(crate) fn value(&self, origin: &str, value: &str) -> Option<Doc> {
        written(self.types.get(origin)?.values.get(value)?)
    }

    /// Lists entries whose item is in no document.
    pub(crate) fn leftovers(&self, known: &Known<'_>) -> Vec<String> {
        let mut found = Vec::new();
        let mut check = |kind: &str, owner: &str, entries: Vec<&String>, names: &BTreeSet<&str>| {
            for name in entries
                .into_iter()
                .filter(|name| !names.contains(name.as_str()))
            {
                let near = nearest(name, names.iter().copied());
                let near = near.map(|near| format!(" (did you mean `{near}`?)"));
                let owner = if owner.is_empty() {
                    ""
                } else {
                    &format!("{owner} ")
                };
                found.push(format!("{kind} {owner}{name}{}", near.unwrap_or_default()));
            }
        };
        check("module", "", self.module.keys().collect(), &known.modules);
        for (kind, entries, names) in [
            ("parameter", &self.parameter, &known.parameters),
            ("property", &self.property, &known.properties),
        ] {
            let names = names.values().flatten().copied().collect();
            check(kind, "", entries.keys().collect(), &names);
        }
        let routes: BTreeSet<&str> = known.parameters.keys().map(String::as_str).collect();
        let shapes = routes.iter().map(|route| (shape(route), *route));
        let shapes: BTreeMap<String, &str> = shapes.collect();
        for (entry, text) in &self.operation {
            let Some(route) = shapes.get(&shape(entry)) else {
                check("operation", "", vec![entry], &routes);
                continue;
            };
            let mut names = known.parameters[*route].clone();
            names.extend(parameters(entry));
            check("parameter", entry, text.parameters.keys().collect(), &names);
            let body = format!("{route} body");
            if let Some(names) = known.properties.get(&body) {
                check("property", &body, text.body.keys().collect(), names);
            }
        }
        let origins: BTreeSet<&str> = known.properties.keys().map(String::as_str).collect();
        for (origin, text) in &self.types {
            check("type", "", vec![origin], &origins);
            if let Some(names) = known.properties.get(origin) {
                check("property", origin, text.properties.keys().collect(), names);
            }
            if let Some(values) = known.values.get(origin.as_str()) {
                check("value", origin, text.values.keys().collect(), values);
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
    fn prefers_the_most_specific_text() {
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
    fn finds_entries_without_an_item() {
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
                "parameter GET /x kin (did you mean `kind`?)",
                "property GET /x body sice (did you mean `size`?)",
                "operation GET /y",
                "property a.B idd (did you mean `id`?)",
                "value a.B b",
                "type a.Z (did you mean `a.B`?)",
            ]
        );
    }
}
