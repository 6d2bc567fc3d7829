//! What the normalized document says, as values that the rest of the generator reads.

mod properties;
mod routes;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub(crate) use self::properties::Property;
use self::routes::Routes;

use crate::error::Errors;
use crate::names::{Lock, case, variants};
use crate::normalize::Draft;
use crate::note;
use crate::{Clashes, Error, FILE_LINES, openapi};

/// Everything that is generated.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) operations: Vec<Operation>,
    /// By Rust name.
    pub(crate) types: BTreeMap<String, Type>,
}

/// One route of the document.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The id that progenitor was given.
    pub(crate) key: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) module: String,
    pub(crate) verb: String,
    /// In the order of the route.
    pub(crate) path_values: Vec<Parameter>,
    /// Required values of the query and of headers.
    pub(crate) required_query: Vec<Parameter>,
    /// Optional values of the query and of headers.
    pub(crate) optional_query: Vec<Parameter>,
    /// The Rust name of the body's type.
    pub(crate) body: Option<String>,
    pub(crate) is_void: bool,
    /// The Rust name of the objects of a page.
    pub(crate) expanded: Option<String>,
    /// Whether pages are asked for by a cursor.
    pub(crate) is_by_cursor: bool,
    pub(crate) is_anonymous: bool,
    pub(crate) is_idempotent: bool,
    pub(crate) iam: Vec<String>,
    pub(crate) secrets: Vec<String>,
    pub(crate) stability: Option<String>,
    pub(crate) reserved_values: Vec<(String, Vec<String>)>,
    pub(crate) deprecation: Option<Deprecation>,
}

/// A value in a path, a query or a header.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) wire: String,
    pub(crate) field: String,
    pub(crate) style: Style,
}

/// The style in which a value is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Style {
    /// As a segment of the path.
    Segment,
    /// As query values, one for each item of a list.
    Repeated,
    /// As one query value, items joined by commas.
    Joined,
    /// As a header.
    Header,
}

impl Style {
    /// The place of the parameter as a document writes it.
    pub(crate) const fn place(self) -> &'static str {
        match self {
            Self::Segment => "path",
            Self::Repeated | Self::Joined => "query",
            Self::Header => "header",
        }
    }
}

/// The document's notice about a deprecated operation.
#[derive(Debug)]
pub(crate) struct Deprecation {
    pub(crate) since: Option<String>,
    pub(crate) deletion: Option<String>,
    pub(crate) replacement: Option<String>,
}

/// A type of the client.
#[derive(Debug)]
pub(crate) struct Type {
    pub(crate) name: String,
    /// The schema of the document that it was made from.
    pub(crate) origin: String,
    pub(crate) group: String,
    pub(crate) kind: Kind,
}

/// The kind of a type.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A model of a response.
    Read(Vec<Property>),
    /// The body of a request.
    Write {
        properties: Vec<Property>,
        /// Whether it changes an object: what is nullable can be cleared then.
        is_update: bool,
    },
    /// A boolean as an enum of two.
    Switch,
    /// An open enum: wire value and variant.
    Enum {
        is_integer: bool,
        values: Vec<(String, String)>,
    },
}

impl Kind {
    /// Whether the type is ours from the start, and progenitor only hears its name.
    pub(crate) const fn is_replaced(&self) -> bool {
        matches!(self, Self::Enum { .. } | Self::Switch)
    }
}

impl Operation {
    /// `GET /hosting/web`
    pub(crate) fn route(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// All values of path, query and headers.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Parameter> {
        let query = self.required_query.iter().chain(&self.optional_query);
        self.path_values.iter().chain(query)
    }

    /// Whether the operation only reads.
    pub(crate) fn is_read(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }

    /// `databases::create`
    pub(crate) fn id(&self) -> String {
        format!("{}::{}", self.module, self.verb.trim_end_matches('_'))
    }

    /// The struct of the optional query values.
    pub(crate) fn query_name(&self) -> String {
        let verb = case::pascal(self.verb.trim_end_matches('_'));
        match self.verb.as_str() {
            "list" => format!("List{}", case::pascal(&self.module)),
            _ => case::pascal(&format!(
                "{}{verb}Query",
                case::pascal(&case::singular(&self.module))
            )),
        }
    }

    /// The method that gives pages of objects.
    pub(crate) fn page_verb(&self) -> String {
        if self.verb == "list" {
            "page".to_owned()
        } else {
            format!("{}_page", self.verb.trim_end_matches('_'))
        }
    }
}

/// Reads the normalized document; new variants go into the lock.
pub(crate) fn read(draft: &mut Draft, lock: &mut Lock) -> Result<Api, Error> {
    let mut operations = Vec::new();
    let routes = Routes::of(&draft.document);
    for (path, method, node) in openapi::operations(&draft.document) {
        operations.push(operation(&routes, path, method, node));
    }
    let mut types = BTreeMap::new();
    let mut errors = Errors::default();
    let mut numbered = Vec::new();
    for (name, schema) in openapi::schemas(&draft.document) {
        if note::is_of_runtime(name) {
            continue;
        }
        if let Some(item) = errors.keep(read_type(name, schema, lock, &mut numbered)) {
            types.insert(name.clone(), item);
        }
    }
    errors.end()?;
    for (origin, what) in numbered {
        draft.repaired_schema("clash", &origin, what);
    }
    if draft.clashes == Clashes::Resolve {
        spread(&mut types, lock);
    }
    Ok(Api { operations, types })
}

fn operation(routes: &Routes<'_>, path: &str, method: &str, node: &Value) -> Operation {
    let text = |key: &str| node.get(key).and_then(Value::as_str).map(str::to_owned);
    let texts = |key: &str| -> Vec<String> {
        let list = node
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        list.filter_map(|item| item.as_str().map(str::to_owned))
            .collect()
    };
    let query = query(node);
    // All values of an operation have different names, `body` and `query` of its own among them.
    let mut taken = BTreeSet::from(["body".to_owned(), "query".to_owned()]);
    let mut parameter = |wire: &str, style: Style| {
        let field = case::free(&case::snake(wire), |name| !taken.contains(name));
        taken.insert(field.clone());
        Parameter {
            wire: wire.to_owned(),
            field,
            style,
        }
    };
    let path_values: Vec<Parameter> = path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .map(|wire| parameter(wire, Style::Segment))
        .collect();
    let mut of_query = |wanted: bool| {
        query
            .iter()
            .filter(|(.., required)| *required == wanted)
            .map(|(style, wire, _)| parameter(wire, *style))
            .collect()
    };
    let iam = node
        .get("x-iam-actions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    Operation {
        key: text("operationId").unwrap_or_default(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        module: text(note::MODULE).unwrap_or_default(),
        verb: text(note::VERB).unwrap_or_default(),
        reserved_values: routes.reserved_values(path, &whole_numbers(node)),
        path_values,
        required_query: of_query(true),
        optional_query: of_query(false),
        // A list, a map or anything else that has no name gets its spelling from progenitor.
        body: openapi::body(node).map(|body| openapi::target(body).unwrap_or_default().to_owned()),
        is_void: openapi::response(node).is_none(),
        expanded: text(note::EXPANDED),
        is_by_cursor: node.get(note::CURSOR).is_some(),
        is_anonymous: node
            .get("security")
            .is_none_or(|security| *security == Value::Array(Vec::new())),
        is_idempotent: !matches!(method, "post" | "patch")
            && node.get(note::IDEMPOTENT) != Some(&Value::Bool(false)),
        iam: iam
            .filter_map(|action| action.get("name")?.as_str().map(str::to_owned))
            .collect(),
        secrets: texts(note::SECRETS),
        stability: node
            .pointer("/x-badges/0/label")
            .and_then(Value::as_str)
            .map(str::to_owned),
        deprecation: (node.get("deprecated") == Some(&Value::Bool(true))).then(|| Deprecation {
            since: text("x-deprecation-date"),
            deletion: text("x-deletion-date"),
            replacement: text("x-replacement-route"),
        }),
    }
}

/// The values of query and headers: those of the query first, each by name, and whether the
/// operation does not go without. The headers of pages are the runtime's own, where there are pages.
fn query(node: &Value) -> Vec<(Style, &str, bool)> {
    let is_paged = node.get(note::EXPANDED).is_some();
    let parameters = node.get("parameters").and_then(Value::as_array);
    let mut found = Vec::new();
    for parameter in parameters.into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let style = match parameter["in"].as_str() {
            Some("query") if parameter["explode"] == Value::Bool(false) => Style::Joined,
            Some("query") => Style::Repeated,
            Some("header") => Style::Header,
            _ => continue,
        };
        let is_of_pages = name.to_lowercase().starts_with("x-pagination-");
        if !(style == Style::Header && is_paged && is_of_pages) {
            found.push((style, name, parameter["required"] == Value::Bool(true)));
        }
    }
    found.sort_unstable_by_key(|(style, name, required)| {
        (style.place() == "header", *name, *required)
    });
    found
}

/// The path parameters that are whole numbers: no word can be their value.
fn whole_numbers(node: &Value) -> BTreeSet<&str> {
    let parameters = node.get("parameters").and_then(Value::as_array);
    let mut found = BTreeSet::new();
    for parameter in parameters.into_iter().flatten() {
        let is_integer =
            parameter.pointer("/schema/type").and_then(Value::as_str) == Some("integer");
        if is_integer && parameter.get("in").and_then(Value::as_str) == Some("path") {
            found.extend(parameter.get("name").and_then(Value::as_str));
        }
    }
    found
}

/// Lets no file of types grow longer than a person reads: a group that does goes on as `group_2`.
///
/// Only for names that no lock knew before; with one, whoever keeps the lock decides.
fn spread(types: &mut BTreeMap<String, Type>, lock: &mut Lock) {
    let mut groups: BTreeMap<String, Vec<&mut Type>> = BTreeMap::new();
    for item in types.values_mut() {
        groups.entry(item.group.clone()).or_default().push(item);
    }
    let mut taken: BTreeSet<String> = groups.keys().cloned().collect();
    for (group, items) in groups {
        // Types of one schema stay together.
        let mut lines: BTreeMap<String, usize> = BTreeMap::new();
        for item in &items {
            *lines.entry(item.origin.clone()).or_default() += item.lines();
        }
        let mut rooms: BTreeMap<String, String> = BTreeMap::new();
        let mut room = group.clone();
        let mut filled = 0;
        for (origin, length) in lines {
            if filled > 0 && filled + length > FILE_LINES - 100 {
                room = case::free(&group, |name| !taken.contains(name));
                taken.insert(room.clone());
                filled = 0;
            }
            filled += length;
            rooms.insert(origin, room.clone());
        }
        for item in items {
            item.group.clone_from(&rooms[&item.origin]);
            if let Some(name) = lock.types.get_mut(&item.origin) {
                name.room.clone_from(&item.group);
            }
        }
    }
}

impl Type {
    /// About as many lines as the type takes in its file.
    fn lines(&self) -> usize {
        match &self.kind {
            Kind::Read(properties) | Kind::Write { properties, .. } => 16 + 4 * properties.len(),
            Kind::Enum { values, .. } => 10 + values.len(),
            Kind::Switch => 6,
        }
    }
}

/// Reads a type; `numbered` gets its origin and a text for each property that another one's name
/// made take a number.
fn read_type(
    name: &str,
    schema: &Value,
    lock: &mut Lock,
    numbered: &mut Vec<(String, String)>,
) -> Result<Type, Error> {
    let text = |key: &str| {
        schema
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let origin = text(note::ORIGIN);
    let kind = if schema.get(note::SWITCH).is_some() {
        Kind::Switch
    } else if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let is_integer = values.iter().all(Value::is_number);
        let values: Vec<String> = values
            .iter()
            .filter(|value| !value.is_null())
            .map(|value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            })
            .collect();
        let locked = lock.variants_before(name, &origin);
        let (names, renamed) = variants::name_all(&values, &locked);
        if renamed.is_empty() {
            lock.variants.remove(&origin);
        } else {
            lock.variants.insert(origin.clone(), renamed);
        }
        Kind::Enum {
            is_integer,
            values: values.into_iter().zip(names).collect(),
        }
    } else {
        let fields = lock.fields_before(name);
        let (properties, told) = properties::read(name, &origin, schema, &fields)?;
        numbered.extend(told.into_iter().map(|what| (origin.clone(), what)));
        match schema.get(note::ROLE).and_then(Value::as_str) {
            Some(role @ ("create" | "update" | "input")) => Kind::Write {
                is_update: role == "update",
                properties,
            },
            _ => Kind::Read(properties),
        }
    };
    Ok(Type {
        name: name.to_owned(),
        origin,
        group: text(note::GROUP),
        kind,
    })
}
