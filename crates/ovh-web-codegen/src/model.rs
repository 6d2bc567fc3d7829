//! The model of the client, read from the normalized document.

mod comparison;
pub(crate) mod conversions;
mod properties;
mod routes;
pub(crate) mod spelling;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub(crate) use self::comparison::Comparisons;
pub(crate) use self::properties::Property;
use self::routes::Routes;

use crate::description::{Deprecation, Facts};
use crate::error::Errors;
use crate::names::{Lock, case, variants};
use crate::normalize::Merged;
use crate::normalize::roles::Role;
use crate::note;
use crate::{Clashes, Error, FILE_LINES, openapi};

/// Everything that is generated.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) operations: Vec<Operation>,
    /// By Rust name.
    pub(crate) types: BTreeMap<String, Type>,
}

/// An operation of the document. Its types come from progenitor.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The ID in progenitor's input.
    pub(crate) key: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) module: String,
    pub(crate) verb: String,
    /// In the order of the route.
    pub(crate) path_values: Vec<Parameter>,
    /// Required query values and headers.
    pub(crate) required_query: Vec<Parameter>,
    /// Optional query values and headers.
    pub(crate) optional_query: Vec<Parameter>,
    /// The type of the request body, without the reference.
    pub(crate) body: Option<syn::Type>,
    /// The type of the response body; `()` without one.
    pub(crate) response: syn::Type,
    pub(crate) is_void: bool,
    /// The Rust name of the objects on a page.
    pub(crate) expanded: Option<String>,
    /// `true` if the pages are requested by cursor.
    pub(crate) is_by_cursor: bool,
    pub(crate) facts: Facts,
}

/// A value in a path, a query or a header.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) wire: String,
    pub(crate) field: String,
    pub(crate) style: Style,
    /// The type of the method's argument, or of the field in the struct of optional values.
    pub(crate) ty: syn::Type,
}

/// The style in which a value is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Style {
    /// A segment of the path.
    Segment,
    /// Query values, one for each item of a list.
    Repeated,
    /// One query value, items joined by commas.
    Joined,
    /// A header.
    Header,
}

impl Style {
    /// The `in` of the parameter in a document.
    pub(crate) const fn place(self) -> &'static str {
        match self {
            Self::Segment => "path",
            Self::Repeated | Self::Joined => "query",
            Self::Header => "header",
        }
    }
}

/// A type of the client.
#[derive(Debug)]
pub(crate) struct Type {
    pub(crate) name: String,
    /// The schema of the document.
    pub(crate) origin: String,
    pub(crate) group: String,
    pub(crate) kind: Kind,
}

/// The kind of a type.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A model of a response, or the body of a request.
    Object {
        role: Role,
        properties: Vec<Property>,
    },
    /// A boolean as an enum of two.
    Switch,
    /// An open enum: wire value and variant.
    Enum {
        is_integer: bool,
        values: Vec<(String, String)>,
    },
}

impl Type {
    /// The properties of a model or a body.
    pub(crate) fn properties(&self) -> &[Property] {
        match &self.kind {
            Kind::Object { properties, .. } => properties,
            Kind::Switch | Kind::Enum { .. } => &[],
        }
    }

    /// Returns `true` for a model of a response or a body of a request.
    pub(crate) const fn is_object(&self) -> bool {
        matches!(self.kind, Kind::Object { .. })
    }
}

impl Operation {
    /// `GET /hosting/web`
    pub(crate) fn route(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// All values of path, query and headers.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Parameter> {
        self.required_values().chain(&self.optional_query)
    }

    /// The values that are arguments of the method.
    pub(crate) fn required_values(&self) -> impl Iterator<Item = &Parameter> {
        self.path_values.iter().chain(&self.required_query)
    }

    /// The same values, to set their types.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut Parameter> {
        let query = self.required_query.iter_mut();
        let query = query.chain(&mut self.optional_query);
        self.path_values.iter_mut().chain(query)
    }

    /// Returns `true` if the operation only reads.
    pub(crate) fn is_read(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }

    /// The return type of the method: a list of objects reports each bad item by itself.
    pub(crate) fn returned(&self, api: &Api) -> syn::Type {
        let is_fragile = |item: &syn::Type| {
            let name = spelling::word(item).unwrap_or_default();
            match api.types.get(&name) {
                Some(item) => item.is_object(),
                None => matches!(name.as_str(), "Date" | "DateTime" | "IpAddr"),
            }
        };
        match spelling::inner(&self.response, "Vec") {
            Some(item) if is_fragile(item) => syn::parse_quote!(List<#item>),
            _ => self.response.clone(),
        }
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

/// Reads the normalized document, and adds new variants to the lock.
pub(crate) fn read(merged: &mut Merged, lock: &mut Lock) -> Result<Api, Error> {
    let mut operations = Vec::new();
    let routes = Routes::of(&merged.document);
    for (path, method, node) in openapi::operations(&merged.document) {
        operations.push(operation(&routes, path, method, node));
    }
    let mut types = BTreeMap::new();
    let mut errors = Errors::default();
    let mut numbered = Vec::new();
    for (name, schema) in openapi::schemas(&merged.document) {
        if note::is_of_runtime(name) {
            continue;
        }
        if let Some(item) = errors.keep(read_type(name, schema, lock, &mut numbered)) {
            types.insert(name.clone(), item);
        }
    }
    errors.end()?;
    for (origin, what) in numbered {
        merged.repaired_schema("clash", &origin, what);
    }
    if merged.clashes == Clashes::Resolve {
        spread(&mut types, lock);
    }
    Ok(Api { operations, types })
}

/// The text at a key.
fn text(node: &Value, key: &str) -> Option<String> {
    node.get(key)?.as_str().map(str::to_owned)
}

fn operation(routes: &Routes<'_>, path: &str, method: &str, node: &Value) -> Operation {
    let text = |key: &str| text(node, key);
    let query = query(node);
    // No two values of an operation have one name; `body` and `query` are arguments too.
    let mut taken = BTreeSet::from(["body".to_owned(), "query".to_owned()]);
    let mut parameter = |wire: &str, style: Style| {
        let field = case::free(&case::snake(wire), |name| !taken.contains(name));
        taken.insert(field.clone());
        Parameter {
            wire: wire.to_owned(),
            field,
            style,
            ty: syn::parse_quote!(&str),
        }
    };
    let path_values: Vec<Parameter> = path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .map(|wire| parameter(wire, Style::Segment))
        .collect();
    let mut of_query = |wanted: bool| {
        let chosen = query.iter().filter(|(.., required)| *required == wanted);
        chosen
            .map(|(style, wire, _)| parameter(wire, *style))
            .collect()
    };
    let is_deprecated = node.get("deprecated") == Some(&Value::Bool(true));
    Operation {
        key: text("operationId").unwrap_or_default(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        module: text(note::MODULE).unwrap_or_default(),
        verb: text(note::VERB).unwrap_or_default(),
        path_values,
        required_query: of_query(true),
        optional_query: of_query(false),
        body: openapi::body(node).map(|body| match openapi::target(body) {
            Some(name) => spelling::named(name),
            // A list, a map or any other type without a name comes from progenitor.
            None => syn::parse_quote!(serde_json::Value),
        }),
        response: syn::parse_quote!(()),
        is_void: openapi::response(node).is_none(),
        expanded: text(note::EXPANDED),
        is_by_cursor: node.get(note::CURSOR).is_some(),
        facts: Facts {
            iam: openapi::items(node, "x-iam-actions")
                .filter_map(|action| action.get("name")?.as_str().map(str::to_owned))
                .collect(),
            anonymous: node
                .get("security")
                .is_none_or(|security| *security == Value::Array(Vec::new())),
            idempotent: !matches!(method, "post" | "patch")
                && node.get(note::IDEMPOTENT) != Some(&Value::Bool(false)),
            // Known with the type of the response.
            starts_task: false,
            secrets: openapi::items(node, note::SECRETS)
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect(),
            stability: node
                .pointer("/x-badges/0/label")
                .and_then(Value::as_str)
                .map(str::to_owned),
            deprecation: is_deprecated.then(|| Deprecation {
                since: text("x-deprecation-date"),
                deletion: text("x-deletion-date"),
                replacement: text("x-replacement-route"),
            }),
            reserved_values: routes.reserved_values(path, &whole_numbers(node)),
        },
    }
}

/// The query values, then the headers, by name, and `true` for each required one.
///
/// The runtime sends the headers of paged lists itself.
fn query(node: &Value) -> Vec<(Style, &str, bool)> {
    let is_paged = node.get(note::EXPANDED).is_some();
    let mut found = Vec::new();
    for parameter in openapi::items(node, "parameters") {
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

/// The path parameters that are integers.
fn whole_numbers(node: &Value) -> BTreeSet<&str> {
    let is_integer = |parameter: &&Value| {
        parameter["in"].as_str() == Some("path")
            && parameter["schema"]["type"].as_str() == Some("integer")
    };
    openapi::items(node, "parameters")
        .filter(is_integer)
        .filter_map(|parameter| parameter["name"].as_str())
        .collect()
}

/// Splits groups of types that would make a file too long: `group` continues as `group_2`.
///
/// Only for a client without a names lock, which otherwise decides the groups.
fn spread(types: &mut BTreeMap<String, Type>, lock: &mut Lock) {
    // The types of one schema stay together.
    let mut lines: BTreeMap<(String, String), usize> = BTreeMap::new();
    for item in types.values() {
        let key = (item.group.clone(), item.origin.clone());
        *lines.entry(key).or_default() += item.lines();
    }
    let mut taken: BTreeSet<String> = lines.keys().map(|(group, _)| group.clone()).collect();
    let mut files: BTreeMap<(String, String), String> = BTreeMap::new();
    let (mut last, mut file, mut filled) = (String::new(), String::new(), 0);
    for ((group, origin), length) in lines {
        if group != last {
            (last, file, filled) = (group.clone(), group.clone(), 0);
        } else if filled + length > FILE_LINES - 100 {
            file = case::free(&group, |name| !taken.contains(name));
            taken.insert(file.clone());
            filled = 0;
        }
        filled += length;
        files.insert((group, origin), file.clone());
    }
    for item in types.values_mut() {
        item.group = files[&(item.group.clone(), item.origin.clone())].clone();
        if let Some(name) = lock.types.get_mut(&item.origin) {
            name.module.clone_from(&item.group);
        }
    }
}

impl Type {
    /// About as many lines as the type takes in its file.
    fn lines(&self) -> usize {
        match &self.kind {
            Kind::Object { properties, .. } => 16 + 4 * properties.len(),
            Kind::Enum { values, .. } => 10 + values.len(),
            Kind::Switch => 6,
        }
    }
}

/// Reads a type. Adds the origin and a text to `numbered` for each property that got a number
/// because its name is taken.
fn read_type(
    name: &str,
    schema: &Value,
    lock: &mut Lock,
    numbered: &mut Vec<(String, String)>,
) -> Result<Type, Error> {
    let origin = text(schema, note::ORIGIN).unwrap_or_default();
    let kind = if schema.get(note::SWITCH).is_some() {
        Kind::Switch
    } else if schema.get("enum").is_some_and(Value::is_array) {
        let is_integer = openapi::items(schema, "enum").all(Value::is_number);
        let values: Vec<String> = openapi::items(schema, "enum")
            .filter(|value| !value.is_null())
            .map(|value| {
                let text = value.as_str().map(str::to_owned);
                text.unwrap_or_else(|| value.to_string())
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
        let role = text(schema, note::ROLE).unwrap_or_default();
        let roles = [Role::Create, Role::Update, Role::Input];
        let role = roles.into_iter().find(|known| known.as_str() == role);
        let role = role.unwrap_or(Role::Read);
        let fields = lock.fields_before(name);
        let (properties, told) = properties::read((name, &origin), schema, role, &fields)?;
        numbered.extend(told.into_iter().map(|what| (origin.clone(), what)));
        Kind::Object { role, properties }
    };
    Ok(Type {
        name: name.to_owned(),
        origin,
        group: text(schema, note::GROUP).unwrap_or_default(),
        kind,
    })
}
