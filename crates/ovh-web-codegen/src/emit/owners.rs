//! The documents that each generated file comes from, for its first line.
//!
//! A file names the documents of its routes and schemas, so a new section of a client leaves the
//! headers of other files as they are.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::document::Document;

/// The documents of routes and schemas.
#[derive(Debug)]
pub(crate) struct Owners {
    documents: Vec<String>,
    /// The numbers of the documents that have a route.
    routes: BTreeMap<String, BTreeSet<usize>>,
    /// The numbers of the documents that have a schema.
    schemas: BTreeMap<String, BTreeSet<usize>>,
}

impl Owners {
    /// The owners among `documents`, which are in `folder`.
    pub(crate) fn new(folder: &str, documents: &[Document]) -> Self {
        let mut owners = Self {
            documents: Vec::new(),
            routes: BTreeMap::new(),
            schemas: BTreeMap::new(),
        };
        for (number, document) in documents.iter().enumerate() {
            let name = &document.name;
            owners.documents.push(match folder {
                "" => name.clone(),
                folder => format!("{folder}/{name}"),
            });
            for (pointer, known) in [
                ("/paths", &mut owners.routes),
                ("/components/schemas", &mut owners.schemas),
            ] {
                let entries = document.value.pointer(pointer).and_then(Value::as_object);
                for (key, _) in entries.into_iter().flatten() {
                    known.entry(key.clone()).or_default().insert(number);
                }
            }
        }
        owners
    }

    /// The names of all documents.
    pub(crate) fn all(&self) -> String {
        self.documents.join(" and ")
    }

    /// The names of the documents of these routes.
    pub(crate) fn of_routes<'a>(&self, routes: impl Iterator<Item = &'a str>) -> String {
        self.named(routes.map(|route| self.routes.get(route)))
    }

    /// The names of the documents of these schemas, or of the routes that declare them in place:
    /// `hosting.web.Cron`, `hosting.web.Cron.size`, `POST /a/{b} body`.
    pub(crate) fn of_schemas<'a>(&self, schemas: impl Iterator<Item = &'a str>) -> String {
        self.named(schemas.map(|schema| match schema.split(' ').nth(1) {
            Some(route) => self.routes.get(route),
            None => self.of_schema(schema),
        }))
    }

    fn of_schema(&self, mut schema: &str) -> Option<&BTreeSet<usize>> {
        loop {
            if let Some(found) = self.schemas.get(schema) {
                return Some(found);
            }
            schema = schema.rsplit_once('.')?.0;
        }
    }

    /// The names of the documents in `owners`; all if one is not known.
    fn named<'a>(&self, owners: impl Iterator<Item = Option<&'a BTreeSet<usize>>>) -> String {
        let Some(found) = owners.collect::<Option<Vec<_>>>() else {
            return self.all();
        };
        let found: BTreeSet<usize> = found.into_iter().flatten().copied().collect();
        let names = self.documents.iter().enumerate();
        let names = names.filter(|(number, _)| found.contains(number));
        let names: Vec<&str> = names.map(|(_, name)| name.as_str()).collect();
        names.join(" and ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::DocumentFormat;
    use serde_json::json;

    #[test]
    fn names_only_the_documents_of_a_file() {
        let document = |name: &str, route: &str, schema: &str| {
            let value = json!({
                "paths": { route: {} },
                "components": { "schemas": { schema: {}, "shared.S": {} } },
            });
            Document {
                name: name.to_owned(),
                value,
                format: DocumentFormat::OpenApi,
                repairs: Vec::new(),
            }
        };
        let documents = [
            document("a.json", "/a/{b}", "a.B"),
            document("c.json", "/c", "c.D"),
        ];
        let owners = Owners::new("schema/x", &documents);
        let all = "schema/x/a.json and schema/x/c.json";
        assert_eq!(owners.all(), all);
        assert_eq!(owners.of_routes(["/c"].into_iter()), "schema/x/c.json");
        for (schemas, expected) in [
            (&["a.B", "a.B.size.item"][..], "schema/x/a.json"),
            (&["POST /a/{b} body.x", "GET /a/{b} y"], "schema/x/a.json"),
            (&["a.B", "c.D"], all),
            (&["shared.S"], all),
            (&["not.there"], all),
        ] {
            assert_eq!(owners.of_schemas(schemas.iter().copied()), expected);
        }
    }
}
