//! The operations and types of the documents. Schemas are in one list and refer to each other by
//! index.

use ovh_runtime::{Method, Operation};
use serde::Deserialize;

use crate::nearest::check_name;

/// All operations and their types.
#[derive(Debug)]
pub(crate) struct Document {
    pub(super) schemas: Vec<Schema>,
    /// In the order of the table.
    pub(super) operations: Vec<Described>,
}

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
    pub(super) item: Option<usize>,
    /// The operation that reads the parent object, which must exist.
    pub(super) parent: Option<usize>,
    /// For the operation that reads an item: its list.
    pub(super) collection: Option<usize>,
}

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

impl Document {
    /// Links lists, items and parents by their paths.
    pub(super) fn linked(schemas: Vec<Schema>, mut operations: Vec<Described>) -> Self {
        let mut reads = Vec::new();
        for (at, described) in operations.iter().enumerate() {
            if described.operation.method() == Method::GET {
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
            if method == Method::GET {
                let item = objects
                    .clone()
                    .find(|(_, item, _)| list_of(item) == Some(path));
                described.item = item.map(|(at, ..)| *at);
                let mut lists = reads.iter().filter(|(_, _, is_object)| !is_object);
                let list = lists.find(|(_, list, _)| list_of(path) == Some(*list));
                described.collection = list.map(|(at, ..)| *at);
            }
            let changes = matches!(*method, Method::PUT | Method::DELETE);
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

    /// Checks that this is the function of a task, or an operation that may start a task.
    pub(crate) fn check_start(&self, what: &str) -> Result<(), String> {
        let operations = self.operations.iter().map(|it| it.operation);
        let writes = operations.filter(|row| row.method() != Method::GET);
        let functions = self
            .schemas
            .iter()
            .filter_map(|schema| schema.property("function"));
        let functions = functions.filter_map(|function| match self.schema(function.schema) {
            Schema::Words(words) => Some(words.iter().map(String::as_str)),
            _ => None,
        });
        let names = writes.map(|row| row.id()).chain(functions.flatten());
        check_name(
            what,
            names,
            "no task is started by",
            "one is hosting::request",
        )
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SchemaId(pub(super) usize);

#[derive(Debug)]
pub(crate) enum Schema {
    Any,
    Text(Format),
    Flag,
    Integer,
    Number,
    /// A text of a list.
    Words(Vec<String>),
    /// An integer of a list.
    Numbers(Vec<i64>),
    List(SchemaId),
    /// An object with any keys.
    Map(SchemaId),
    /// An object with these properties, sorted by name.
    Object(Vec<Property>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Format {
    Plain,
    /// A date and time with its offset.
    DateTime,
    Date,
    Uuid,
    Password,
    /// An IP address; the document says IPv4 for addresses of either version.
    #[serde(rename = "ipv4")]
    Ip,
    Ipv6,
    #[serde(alias = "ipv4-block", alias = "ipv6-block")]
    IpBlock,
    Email,
}

#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) schema: SchemaId,
    pub(crate) nullable: bool,
    pub(crate) read_only: bool,
    pub(crate) required: bool,
}

impl Schema {
    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        let Self::Object(properties) = self else {
            return None;
        };
        properties
            .binary_search_by(|property| property.name.as_str().cmp(name))
            .ok()
            .map(|at| &properties[at])
    }

    /// The expected value, for error messages.
    pub(crate) fn describe(&self) -> String {
        let text = match self {
            Self::Words(words) => return one_of(words),
            Self::Numbers(numbers) => return one_of(numbers),
            Self::Any => "a value",
            Self::Text(Format::DateTime) => "a date and time such as 2026-01-31T12:00:00+01:00",
            Self::Text(Format::Date) => "a day such as 2026-01-31",
            Self::Text(Format::Uuid) => "a UUID such as 7f3c1b2a-0d4e-4f5a-8b6c-9d0e1f2a3b4c",
            Self::Text(_) => "a string",
            Self::Flag => "true or false",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::List(_) => "a list",
            Self::Map(_) | Self::Object(_) => "an object",
        };
        text.to_owned()
    }
}

/// The first values of a list.
fn one_of(values: &[impl ToString]) -> String {
    const MAX: usize = 20;
    let shown: Vec<_> = values.iter().take(MAX).map(ToString::to_string).collect();
    let shown = shown.join(", ");
    match values.len().saturating_sub(MAX) {
        0 => format!("one of {shown}"),
        more => format!("one of {shown} and {more} more"),
    }
}
