//! The generator behind ovh-web: reads OpenAPI documents and writes a typed client.
//!
//! It has no side effects: the caller of [`generate`] reads and writes the files. The same inputs give
//! the same bytes. The modules run in this order:
//!
//! 1. `reader` parses documents; `native` converts OVHcloud's older form to OpenAPI;
//! 2. `overlay` applies our corrections; `document` repairs and checks the result;
//! 3. `normalize` applies the rules, one file each;
//! 4. `names` takes names from the lock, or makes new ones;
//! 5. `model` reads the result;
//! 6. `progenitor` sets the types of fields, arguments and responses;
//! 7. `docs` adds our documentation;
//! 8. `commands` makes the commands of the command line tool;
//! 9. `emit` writes the files, and `describe` describes the public API.
//!
//! [`diff`] compares two generated clients.

pub mod canonical;
mod commands;
mod describe;
pub mod description;
pub mod diff;
mod docs;
pub mod document;
mod emit;
mod error;
pub mod escape;
mod json;
mod model;
mod names;
pub mod native;
mod nearest;
mod normalize;
mod note;
mod object;
mod openapi;
pub mod overlay;
mod pointer;
mod progenitor;
mod reader;
mod report;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use error::Errors;

pub use error::Error;
pub use report::{Repair, Report};

use document::Document;
use names::Lock;
use normalize::{Merged, Section};

/// A text and the name of the file that errors call it by.
#[derive(Clone, Debug)]
pub struct Input {
    /// The file's name, for errors.
    pub name: String,
    /// The content.
    pub text: String,
}

impl Input {
    /// Creates an input.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
        }
    }
}

/// The inputs of the generator.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The documents, one for each section.
    pub documents: Vec<Input>,
    /// Our corrections of single places (OpenAPI Overlay 1.0).
    pub overlay: Option<Input>,
    /// The names lock.
    pub names: Option<Input>,
    /// The surface of the last run: published fields and values keep their names.
    pub surface: Option<Input>,
    /// Our documentation.
    pub docs: Option<Input>,
    /// The crate name in examples, `ovh_web_client`. Without it there are no examples.
    pub crate_name: Option<String>,
    /// The folder of the documents, for the first line of each file: `schema/ovh-web-client`.
    pub folder: String,
    /// The beginning of operation IDs, `domain` for `domain/records::list`; none if it is empty.
    pub prefix: String,
    /// The handling of equal names.
    pub clashes: Clashes,
}

/// The handling of two items that would get the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clashes {
    /// An error that names both, since names are part of the public API.
    #[default]
    Refuse,
    /// The second one gets a number and a line in the report, for a client without users.
    Resolve,
}

/// The largest number of lines of a generated file.
///
/// Another group or module in the names lock moves types and operations to another file.
pub const FILE_LINES: usize = 800;

/// The output of the generator. The default is that of a client without operations.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Output {
    /// The client's files, relative to its `src`.
    pub files: BTreeMap<String, String>,
    /// The corrected documents by file name, for the sandbox.
    pub documents: BTreeMap<String, String>,
    /// A Rust file with the operation table alone, for the sandbox.
    pub table: String,
    /// Rust files with the rows of the command table, for the command line tool.
    pub commands: Vec<String>,
    /// The path of each group of commands, with a sentence about it.
    pub groups: BTreeMap<String, String>,
    /// The updated names lock.
    pub names: String,
    /// One sorted line for each public operation, argument, type, field and value.
    pub surface: String,
    /// The public API as values, which [`diff`] compares.
    pub api: description::ApiDescription,
    /// The report for the maintainer.
    pub report: Report,
    /// A name for a crate of these files: `ovh-hosting-web-client`.
    pub package: String,
}

/// Generates the client.
///
/// # Errors
///
/// Returns an error if an input is invalid or two items would get the same name. It names the place
/// and the next step.
pub fn generate(inputs: &Inputs) -> Result<Output, Error> {
    let mut repairs = Vec::new();
    let mut errors = Errors::default();
    let lock = match &inputs.names {
        Some(input) => errors.keep(Lock::parse(&input.name, &input.text)),
        None => Some(Lock::default()),
    };
    let docs = match &inputs.docs {
        Some(input) => errors.keep(docs::Docs::parse(&input.name, &input.text)),
        None => Some(docs::Docs::default()),
    };
    let documents = errors.keep(read(inputs, &mut repairs));
    errors.end()?;
    let mut lock = lock.unwrap_or_default();
    let (docs, documents) = (docs.unwrap_or_default(), documents.unwrap_or_default());
    if let Some(input) = &inputs.surface {
        lock.remember(&input.text);
    }
    let mut merged = merge(&documents)?;
    merged.clashes = inputs.clashes;
    normalize::run(&mut merged, &mut lock)?;
    let mut api = model::read(&mut merged, &mut lock)?;
    progenitor::set_types(&merged, &mut api)?;
    repairs.append(&mut merged.repairs);
    let commands = commands::all(&api, &docs, &inputs.prefix, &mut lock)?;
    let comparisons = model::Comparisons::of(&api);
    let conversions = model::conversions::all(&api, lock.conversions_before());
    let traits = (&comparisons, &conversions);
    let owners = emit::Owners::new(&inputs.folder, &documents);
    let mut context = emit::Context::new(&api, &docs, inputs, &owners, traits);
    let files = emit::files(&mut context);
    let description = describe::describe(&api, &docs, &commands, traits);
    let surface = diff::surface::write(&description);
    let mut report = report(&api, &docs, &context.tally, &files);
    report.repairs = repairs;
    Ok(Output {
        package: package(&merged.sections[0], &api),
        table: emit::row::table(&context),
        commands: emit::commands::files(&commands, &owners.all()),
        groups: commands::groups(&commands, &docs),
        names: lock.to_text(),
        surface,
        api: description,
        report,
        documents: documents
            .into_iter()
            .map(|document| (document.name, canonical::to_text(&document.value)))
            .collect(),
        files,
    })
}

/// Reads, corrects and repairs the documents.
fn read(inputs: &Inputs, repairs: &mut Vec<Repair>) -> Result<Vec<Document>, Error> {
    // The order of the inputs does not matter.
    let mut sorted: Vec<&Input> = inputs.documents.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let mut documents = Vec::new();
    let mut errors = Errors::default();
    for input in sorted {
        let read = reader::read(&input.name, &input.text);
        if let Some(mut document) = errors.keep(read) {
            repairs.append(&mut document.repairs);
            documents.push(document);
        }
    }
    let overlay = inputs.overlay.as_ref();
    let overlay = overlay.map(|input| overlay::Overlay::parse(&input.name, &input.text));
    let overlay = overlay.and_then(|overlay| errors.keep(overlay));
    errors.end()?;
    if let Some(overlay) = overlay {
        overlay::apply_all(&mut documents, &overlay)?;
    }
    let mut errors = Errors::default();
    for document in &mut documents {
        repairs.extend(errors.keep(document.repair()).unwrap_or_default());
    }
    errors.end()?;
    Ok(documents)
}

/// Merges the documents of all sections.
fn merge(documents: &[Document]) -> Result<Merged, Error> {
    if documents.is_empty() {
        return Err(Error::new(
            "inputs",
            "",
            "there is no document to generate from",
            "name at least one section",
        ));
    }
    let mut merged = serde_json::Map::new();
    let mut owners: BTreeMap<(&str, &String), (&str, &Value)> = BTreeMap::new();
    for document in documents {
        for (pointer, kind) in [("/paths", "route"), ("/components/schemas", "schema")] {
            let entries = document.value.pointer(pointer).and_then(Value::as_object);
            for (key, value) in entries.into_iter().flatten() {
                let previous = owners.insert((kind, key), (&document.name, value));
                if let Some((owner, previous)) = previous
                    && without_example(previous) != without_example(value)
                {
                    return Err(Error::new(
                        &document.name,
                        format!("{pointer}{}", pointer::Pointer::of(&[key])),
                        format!("the {kind} `{key}` is in {owner} too, and differs there"),
                        "make them equal in the overlay, or give one of the sections another client",
                    ));
                }
            }
        }
    }
    for ((kind, key), (_, value)) in owners {
        let entries = merged.entry(kind).or_insert_with(|| json!({}));
        entries[key] = value.clone();
    }
    let section = |document: &Document| Section {
        file: document.name.clone(),
        prefix: prefix(&document.value),
    };
    Ok(Merged {
        document: json!({
            "openapi": "3.0.3",
            "paths": merged.remove("route").unwrap_or_else(|| json!({})),
            "components": { "schemas": merged.remove("schema").unwrap_or_else(|| json!({})) },
        }),
        sections: documents.iter().map(section).collect(),
        clashes: Clashes::default(),
        repairs: Vec::new(),
    })
}

/// A schema without its example, which differs between sections.
fn without_example(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(node) = schema.as_object_mut() {
        node.remove("example");
    }
    schema
}

/// The static segments at the start of all routes of a document.
fn prefix(document: &Value) -> String {
    let paths = document.get("paths").and_then(Value::as_object);
    let routes = paths.into_iter().flatten().map(|(path, _)| {
        let (_, path) = document::repair::servers::split_version(path);
        let segments = path.split('/').skip(1);
        let segments = segments.take_while(|segment| !segment.starts_with('{'));
        segments.collect::<Vec<&str>>()
    });
    let shared = routes.reduce(|before, segments| {
        let pairs = before.into_iter().zip(segments);
        let same = pairs.take_while(|(a, b)| a == b);
        same.map(|(segment, _)| segment).collect()
    });
    let shared = shared.unwrap_or_default();
    shared.iter().map(|segment| format!("/{segment}")).collect()
}

/// The name of the package, from the section's routes or the document's name.
fn package(section: &Section, api: &model::Api) -> String {
    let from = match section.prefix.trim_matches('/') {
        "" => section.file.split('.').next().unwrap_or_default(),
        prefix => prefix,
    };
    let words = names::case::snake(from).replace('_', "-");
    let is_v2 = |operation: &model::Operation| operation.path.starts_with("/v2/");
    let is_v2 = !api.operations.is_empty() && api.operations.iter().all(is_v2);
    let version = if is_v2 { "-v2" } else { "" };
    format!("ovh-{}{version}-client", words.trim_matches('-'))
}

fn report(
    api: &model::Api,
    docs: &docs::Docs,
    tally: &emit::Tally,
    files: &BTreeMap<String, String>,
) -> Report {
    let lines = |text: &String| text.lines().count();
    let longest = files.iter().max_by_key(|(_, text)| lines(text));
    Report {
        operations: api.operations.len(),
        pages: api
            .operations
            .iter()
            .filter(|operation| operation.expanded.is_some())
            .count(),
        types: api.types.len(),
        lines: files.values().map(lines).sum(),
        longest: longest
            .map(|(file, text)| (file.clone(), lines(text)))
            .unwrap_or_default(),
        documented: tally.written,
        undocumented: tally.plain.clone(),
        leftovers: docs.leftovers(&known(api)),
        repairs: Vec::new(),
    }
}

/// Lists the items that can be documented.
fn known(api: &model::Api) -> docs::Known<'_> {
    let mut known = docs::Known::default();
    for operation in &api.operations {
        known.modules.insert(operation.module.as_str());
        let names = operation.values().map(|parameter| parameter.wire.as_str());
        known.parameters.insert(operation.route(), names.collect());
    }
    for item in api.types.values() {
        let properties = known.properties.entry(item.origin.clone()).or_default();
        properties.extend(item.properties().iter().map(|it| it.wire.as_str()));
        if let model::Kind::Enum { values, .. } = &item.kind {
            let values = values.iter().map(|(value, _)| value.as_str());
            known.values.entry(&item.origin).or_default().extend(values);
        }
    }
    known
}
