//! OVHcloud's documents: parameters, body and response of every operation.
//!
//! Every call is validated against them, and the responses of operations without a handler are made up
//! from them.

mod read;
mod sample;
mod schema;
mod validate;

use std::sync::OnceLock;

use ovh_runtime::{Method, Operation};
use serde_json::Value;

use crate::response::Refusal;

pub(crate) use sample::SeededRng;
pub(crate) use schema::{Format, Schema, SchemaId};
pub(crate) use validate::passes;
pub(crate) use validate::{body, path, query};

/// All operations and their types.
#[derive(Debug)]
pub(crate) struct Document {
    schemas: Vec<Schema>,
    /// In the order of the table.
    operations: Vec<Described>,
}

/// The description of an operation.
#[derive(Debug)]
pub(crate) struct Described {
    pub(crate) operation: &'static Operation,
    /// In the order of the route.
    pub(crate) path: Vec<Parameter>,
    pub(crate) query: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    /// The type of the response; `None` for a void operation.
    pub(crate) answer: Option<SchemaId>,
    /// The property that identifies an item, if the document names it.
    pub(crate) identifier: Option<String>,
    /// For a list: the operation that reads an item.
    item: Option<usize>,
    /// The operation that reads the parent object, which must exist.
    parent: Option<usize>,
    /// For the operation that reads an item: its list.
    collection: Option<usize>,
}

/// A parameter of a path or query.
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
    /// The required properties of a creation.
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
    /// Links lists, items and parents by their paths.
    fn linked(schemas: Vec<Schema>, mut operations: Vec<Described>) -> Self {
        let mut reads = Vec::new();
        for (at, described) in operations.iter().enumerate() {
            if described.operation.method() == Method::Get {
                let answer = described.answer.map(|answer| &schemas[answer.0]);
                let is_object = matches!(answer, Some(Schema::Object(_)));
                reads.push((at, described.operation.path(), is_object));
            }
        }
        for described in &mut operations {
            let (path, method) = (described.operation.path(), described.operation.method());
            let mut objects = reads.iter().filter(|(_, _, is_object)| *is_object);
            // The last segment of an item's path is a parameter.
            let list_of = |path: &'static str| {
                let (list, parameter) = path.rsplit_once("/{")?;
                (!parameter.contains('/')).then_some(list)
            };
            if method == Method::Get {
                let item = objects
                    .clone()
                    .find(|(_, item, _)| list_of(item) == Some(path));
                described.item = item.map(|(at, ..)| *at);
                let mut lists = reads.iter().filter(|(_, _, is_object)| !is_object);
                let list = lists.find(|(_, list, _)| list_of(path) == Some(*list));
                described.collection = list.map(|(at, ..)| *at);
            }
            let changes = matches!(method, Method::Put | Method::Delete);
            let parents = objects.by_ref().filter(|(_, parent, _)| {
                let rest = path.strip_prefix(parent);
                // An object that is updated or deleted must exist.
                rest.is_some_and(|rest| rest.starts_with('/') || (changes && rest.is_empty()))
            });
            let parent = parents.max_by_key(|(_, parent, _)| parent.len());
            described.parent = parent.map(|(at, ..)| *at);
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

    /// Checks a response of an operation.
    pub(crate) fn answers(&self, operation: &str, value: &Value) -> Result<(), Refusal> {
        let mut operations = self.operations.iter();
        let described = operations.find(|it| it.operation.id() == operation);
        match described.and_then(|described| described.answer) {
            Some(answer) => passes(self, answer, value),
            None => Err(Refusal::no_route()),
        }
    }

    /// Returns `true` for the function of a task, or an operation that may start a task.
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

    /// The operation that reads an item of this list.
    pub(crate) fn item(&self, list: &Described) -> Option<&Described> {
        list.item.map(|at| &self.operations[at])
    }

    /// The list of this item.
    pub(crate) fn collection(&self, item: &Described) -> Option<&Described> {
        item.collection.map(|at| &self.operations[at])
    }

    pub(crate) fn parent(&self, described: &Described) -> Option<&Described> {
        described.parent.map(|at| &self.operations[at])
    }

    /// Returns `true` if objects of this type have the property `a.b`.
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

    /// The type of the objects on the pages of an expandable list.
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
    fn documents_describe_every_operation() {
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
    fn links_parents_and_items() {
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
    fn finds_dotted_properties() {
        let mut all = document().operations().iter();
        let list = all
            .find(|described| described.operation.id() == "databases::list")
            .and_then(|list| document().expanded(list))
            .expect("an expandable list");
        for (name, known) in [
            ("name", true),
            ("quotaSize.unit", true),
            ("quotaSize.color", false),
            ("name.first", false),
            ("color", false),
            ("", false),
        ] {
            assert_eq!(document().has_property(list, name), known, "{name}");
        }
    }

    /// Records for every nullable property if it was seen with and without a value.
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
    fn samples_are_valid_and_nullable_both_ways() {
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
