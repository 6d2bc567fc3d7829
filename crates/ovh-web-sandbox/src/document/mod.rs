//! What OVHcloud's documents say about every operation: its parameters, its body, its answer.
//!
//! The corrected documents are embedded, read once a process, and turned into compact schemas.
//! Every call is checked against them before its handler runs, and what the sandbox does not
//! model is made up from them.

mod read;
mod sample;
mod schema;
mod validate;

use std::sync::OnceLock;

use ovh_runtime::{Method, Operation};
use serde_json::Value;

use crate::reply::Refusal;

pub(crate) use sample::SeededRng;
pub(crate) use schema::{Format, Schema, SchemaId};
pub(crate) use validate::passes;
pub(crate) use validate::{body, path, query};

/// Everything that is known about the operations of the table.
#[derive(Debug)]
pub(crate) struct Document {
    schemas: Vec<Schema>,
    /// In the order of the table.
    operations: Vec<Described>,
}

/// One operation as its document describes it.
#[derive(Debug)]
pub(crate) struct Described {
    pub(crate) operation: &'static Operation,
    /// In the order of the route.
    pub(crate) path: Vec<Parameter>,
    pub(crate) query: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    /// The type of the answer; nothing for a void call.
    pub(crate) answer: Option<SchemaId>,
    /// The property that tells answers apart, where the document names it.
    pub(crate) identifier: Option<String>,
    /// For a list: the operation that reads one of its items.
    item: Option<usize>,
    /// The nearest operation up the path that reads an object: if that is not there, nothing
    /// below it is.
    parent: Option<usize>,
    /// For the operation that reads an item: the list that it is on.
    collection: Option<usize>,
}

/// A value in a path or query.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) schema: SchemaId,
    pub(crate) required: bool,
}

/// The body of a write.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) schema: SchemaId,
    /// The properties that a creation must have. A body without any may be missing.
    pub(crate) required: Vec<String>,
}

/// The documents, read on the first call.
pub(crate) fn document() -> &'static Document {
    static READ: OnceLock<Document> = OnceLock::new();
    READ.get_or_init(|| {
        read::documents(&[
            include_str!("../generated/auth.json"),
            include_str!("../generated/hosting-web.json"),
        ])
        .expect("the embedded documents do not change after the tests have read them")
    })
}

impl Document {
    /// Finds out which operation reads the items of a list, and which the parent.
    fn linked(schemas: Vec<Schema>, mut operations: Vec<Described>) -> Self {
        let reads: Vec<(usize, &'static str, bool)> = operations
            .iter()
            .enumerate()
            .filter(|(_, described)| described.operation.method() == Method::Get)
            .map(|(at, described)| {
                let object = described
                    .answer
                    .is_some_and(|answer| matches!(schemas[answer.0], Schema::Object(_)));
                (at, described.operation.path(), object)
            })
            .collect();
        for described in &mut operations {
            let (path, method) = (described.operation.path(), described.operation.method());
            let objects = reads.iter().filter(|(_, _, object)| *object);
            described.item = objects
                .clone()
                .filter(|_| method == Method::Get)
                .find(|(_, other, _)| {
                    other
                        .strip_prefix(path)
                        .and_then(|rest| rest.strip_prefix("/{"))
                        .is_some_and(|rest| !rest.contains('/'))
                })
                .map(|(at, _, _)| *at);
            described.collection = path
                .rsplit_once("/{")
                .filter(|(_, last)| method == Method::Get && !last.contains('/'))
                .and_then(|(list, _)| {
                    let list = reads
                        .iter()
                        .find(|(_, other, object)| *other == list && !object);
                    list.map(|(at, _, _)| *at)
                });
            described.parent = objects
                .filter(|(_, other, _)| {
                    let below = path
                        .strip_prefix(other)
                        .is_some_and(|rest| rest.starts_with('/'));
                    // What is changed or removed must be there itself.
                    below || (path == *other && matches!(method, Method::Put | Method::Delete))
                })
                .max_by_key(|(_, other, _)| other.len())
                .map(|(at, _, _)| *at);
        }
        Self {
            schemas,
            operations,
        }
    }

    pub(crate) fn schema(&self, id: SchemaId) -> &Schema {
        &self.schemas[id.0]
    }

    /// Every operation, in the order of the table.
    pub(crate) fn operations(&self) -> &[Described] {
        &self.operations
    }

    /// Whether an operation may answer with this value.
    pub(crate) fn answers(&self, operation: &str, value: &Value) -> Result<(), Refusal> {
        let mut operations = self.operations.iter();
        let described = operations.find(|it| it.operation.id() == operation);
        match described.and_then(|described| described.answer) {
            Some(answer) => passes(self, answer, value),
            None => Err(Refusal::no_route()),
        }
    }

    /// Whether `what` is a function that tasks have, or an operation that may start a task.
    pub(crate) fn starts(&self, what: &str) -> bool {
        let mut operations = self.operations.iter().map(|it| it.operation);
        let named = |schema: &Schema| {
            let function = schema.property("function");
            function.is_some_and(|function| match self.schema(function.schema) {
                Schema::Words(words) => words.iter().any(|word| word == what),
                _ => false,
            })
        };
        operations.any(|row| row.id() == what && row.method() != Method::Get)
            || self.schemas.iter().any(named)
    }

    /// The operation that reads one item of this list.
    pub(crate) fn item(&self, list: &Described) -> Option<&Described> {
        list.item.map(|at| &self.operations[at])
    }

    /// The list that this item is on.
    pub(crate) fn collection(&self, item: &Described) -> Option<&Described> {
        item.collection.map(|at| &self.operations[at])
    }

    pub(crate) fn parent(&self, described: &Described) -> Option<&Described> {
        described.parent.map(|at| &self.operations[at])
    }

    /// Whether objects of this type have the property `a.b`.
    pub(crate) fn has_property(&self, id: SchemaId, dotted: &str) -> bool {
        let (name, rest) = match dotted.split_once('.') {
            Some((name, rest)) => (name, Some(rest)),
            None => (dotted, None),
        };
        match (self.schema(id), rest) {
            (Schema::Any, _) => true,
            (Schema::Map(inner), Some(rest)) => self.has_property(*inner, rest),
            (Schema::Map(_), None) => true,
            (schema, rest) => schema.property(name).is_some_and(|property| {
                rest.is_none_or(|rest| self.has_property(property.schema, rest))
            }),
        }
    }

    /// The type of the objects that an expandable list gives when it is asked for pages.
    pub(crate) fn expanded(&self, list: &Described) -> Option<SchemaId> {
        list.operation.expanded_type()?;
        self.item(list)?.answer
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::sample::SeededRng;
    use super::*;

    #[test]
    fn the_documents_are_read_and_cover_the_table() {
        let document = document();
        assert_eq!(
            document.operations().len(),
            ovh_web_client::operations::ALL.len()
        );
        for described in document.operations() {
            let names = described.operation.path_parameters();
            assert!(
                names.eq(described
                    .path
                    .iter()
                    .map(|parameter| parameter.name.as_str())),
                "{}",
                described.operation
            );
            let void = described.answer.is_none();
            assert_eq!(
                void,
                described.operation.is_void(),
                "{}",
                described.operation
            );
            let expandable = described.operation.expanded_type().is_some();
            assert_eq!(document.expanded(described).is_some(), expandable);
        }
    }

    #[test]
    fn parents_and_items_are_found() {
        let find = |id: &str| {
            let mut all = document().operations().iter();
            all.find(|described| described.operation.id() == id)
                .expect("an operation")
        };
        let path = |described: Option<&Described>| described.map(|it| it.operation.id());
        let document = document();
        for (id, parent, item, collection) in [
            ("hosting::list", None, Some("hosting::get"), None),
            ("hosting::get", None, None, Some("hosting::list")),
            (
                "crons::list",
                Some("hosting::get"),
                Some("crons::get"),
                None,
            ),
            (
                "crons::get",
                Some("hosting::get"),
                None,
                Some("crons::list"),
            ),
            ("crons::update", Some("crons::get"), None, None),
            ("dumps::restore", Some("dumps::get"), None, None),
            (
                "certificates::report",
                Some("certificates::get"),
                None,
                None,
            ),
        ] {
            let described = find(id);
            assert_eq!(path(document.parent(described)), parent, "{id}");
            assert_eq!(path(document.item(described)), item, "{id}");
            assert_eq!(path(document.collection(described)), collection, "{id}");
        }
    }

    #[test]
    fn dotted_properties_are_known() {
        let mut all = document().operations().iter();
        let list = all
            .find(|described| described.operation.id() == "databases::list")
            .and_then(|list| document().expanded(list))
            .expect("an expandable list");
        for (name, known) in [
            ("name", true),
            ("quotaSize.unit", true),
            ("quotaSize.colour", false),
            ("name.first", false),
            ("colour", false),
            ("", false),
        ] {
            assert_eq!(document().has_property(list, name), known, "{name}");
        }
    }

    /// Notes for every nullable property whether it was seen with and without a value.
    fn look(id: SchemaId, value: &Value, seen: &mut BTreeMap<(usize, String), (bool, bool)>) {
        match (document().schema(id), value) {
            (Schema::List(item), Value::Array(values)) => {
                values.iter().for_each(|value| look(*item, value, seen));
            }
            (Schema::Map(item), Value::Object(map)) => {
                map.values().for_each(|value| look(*item, value, seen));
            }
            (Schema::Object(properties), Value::Object(map)) => {
                for property in properties {
                    let value = &map[&property.name];
                    if property.nullable {
                        let noted = seen.entry((id.0, property.name.clone())).or_default();
                        noted.0 |= value.is_null();
                        noted.1 |= !value.is_null();
                    }
                    if !(property.nullable && value.is_null()) {
                        look(property.schema, value, seen);
                    }
                }
            }
            _ => {}
        }
    }

    #[test]
    fn samples_of_every_answer_pass_and_show_what_may_be_null_both_ways() {
        let mut seen = BTreeMap::new();
        for described in document().operations() {
            let Some(answer) = described.answer else {
                continue;
            };
            for seed in 0..24 {
                let dice = SeededRng::new(seed).at(described.operation.id());
                let value = document().sample(answer, "", dice);
                if let Err(refusal) = validate::passes(document(), answer, &value) {
                    panic!("{}: {}\n{value:#}", described.operation, refusal.message);
                }
                look(answer, &value, &mut seen);
            }
        }
        let one_way: Vec<_> = seen
            .iter()
            .filter(|(_, both)| **both != (true, true))
            .collect();
        assert!(seen.len() > 100, "only {} nullable properties", seen.len());
        assert!(one_way.is_empty(), "{one_way:?}");
    }
}
