//! The generator behind ovh-web: documents in, files out.
//!
//! It takes and returns values; the caller of [`generate`] reads and writes the files. The modules run
//! in this order:
//!
//! 1. `reader` parses documents; `native` converts OVHcloud's older form to OpenAPI;
//! 2. `overlay` applies our corrections; `document` repairs and checks the result;
//! 3. `normalize` applies the rules, one file each;
//! 4. `names` takes names from the lock, or makes new ones;
//! 5. `model` reads the result into values;
//! 6. `upstream` runs progenitor to get the types of fields, arguments and responses;
//! 7. `docs` adds our documentation;
//! 8. `shape` writes the files, and `description` describes them as values.
//!
//! [`diff`] compares two generated clients.
//!
//! The same inputs give the same bytes, wherever and whenever it runs.

pub mod canonical;
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
mod openapi;
pub mod overlay;
mod pointer;
mod progenitor;
mod reader;
mod report;

use std::collections::BTreeMap;

use error::Errors;

pub use error::Error;
pub use report::{Repair, Report};

use document::Document;
use names::Lock;
use normalize::{Draft, Section};

/// A text and the name of the file that errors call it by.
#[derive(Clone, Debug)]
pub struct Input {
    /// The file's name, for errors.
    pub name: String,
    /// The content.
    pub text: String,
}

impl Input {
    /// An input from its name and its text.
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
    /// OVHcloud's documents, one for each section.
    pub documents: Vec<Input>,
    /// Our corrections of single places (OpenAPI Overlay 1.0).
    pub overlay: Option<Input>,
    /// The lock of names that were given before.
    pub names: Option<Input>,
    /// The surface of the last run: an enum value whose name a new one would take keeps it.
    pub surface: Option<Input>,
    /// Our documentation.
    pub docs: Option<Input>,
    /// What the crate is called in the examples of its documentation, `ovh_web_client`. Without it
    /// there are no examples.
    pub crate_name: Option<String>,
    /// What becomes of two things that would get one name.
    pub clashes: Clashes,
}

/// What becomes of two things that would get one name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clashes {
    /// An error that names both: a name is part of what users compile against, and a person
    /// decides.
    #[default]
    Refuse,
    /// The second one in the order of the document gets a number, and a line in the report: for a
    /// client that has no users yet.
    Resolve,
}

/// The output of the generator.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Output {
    /// The client's files, relative to its `src`.
    pub files: BTreeMap<String, String>,
    /// The corrected documents, which the sandbox checks requests against, by file name.
    pub documents: BTreeMap<String, String>,
    /// The names lock, with what is new and without what is gone.
    pub names: String,
    /// One sorted line for each public operation, argument, type, field and value.
    pub surface: String,
    /// The same as values, with the facts that go with it: what [`diff`] compares.
    pub api: description::ApiDescription,
    /// The report for the maintainer.
    pub report: Report,
    /// A name for a crate of these files: `ovh-hosting-web-client`.
    pub package: String,
}

/// The largest number of lines that a generated file of ours may have: a longer one is not read.
/// Types and operations move to another file by another group or module in the names lock.
pub const FILE_LINES: usize = 800;

/// Generates the client.
///
/// # Errors
///
/// An input that cannot be read, that nothing can be made of, or in which two things would get one
/// name: the error says where and what to do. Nothing is half done, since nothing is written here.
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
    let (mut lock, docs, documents) = (
        lock.unwrap_or_default(),
        docs.unwrap_or_default(),
        documents.unwrap_or_default(),
    );
    if let Some(input) = &inputs.surface {
        lock.remember(&input.text);
    }
    let mut draft = merge(&documents)?;
    draft.clashes = inputs.clashes;
    normalize::run(&mut draft, &mut lock)?;
    let mut api = model::read(&mut draft, &mut lock)?;
    let signatures = progenitor::signatures(&draft, &mut api)?;
    repairs.append(&mut draft.repairs);
    let sources: Vec<String> = documents
        .iter()
        .map(|document| format!("schema/{}", document.name))
        .collect();
    let mut context = emit::Context {
        api: &api,
        signatures: &signatures,
        docs: &docs,
        crate_name: inputs.crate_name.as_deref(),
        sources: &sources.join(" and "),
        tally: emit::Tally::default(),
        mentions: std::cell::OnceCell::new(),
        reserved_values: std::cell::OnceCell::new(),
    };
    let files = emit::files(&mut context);
    let description = description::describe(&context);
    let surface = diff::surface::write(&description);
    let mut report = report(&api, &docs, &context.tally, &files);
    report.repairs = repairs;
    Ok(Output {
        package: package(&draft.sections[0], &api),
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

/// Reads the documents, applies the overlay, and repairs them.
fn read(inputs: &Inputs, repairs: &mut Vec<Repair>) -> Result<Vec<Document>, Error> {
    // By name, so that it does not matter who hands them in.
    let mut sorted: Vec<&Input> = inputs.documents.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let mut documents = Vec::new();
    let mut errors = Errors::default();
    for input in sorted {
        let read = reader::read(&input.name, &input.text, native::Unknown::AnyValue);
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

/// Makes one document of all sections.
fn merge(documents: &[Document]) -> Result<Draft, Error> {
    let mut merged =
        serde_json::json!({ "openapi": "3.0.3", "paths": {}, "components": { "schemas": {} } });
    let mut sections = Vec::new();
    let mut owners: BTreeMap<(&str, String), &str> = BTreeMap::new();
    for document in documents {
        sections.push(Section {
            file: document.name.clone(),
            prefix: prefix(&document.value),
        });
        for (pointer, kind) in [("/paths", "route"), ("/components/schemas", "schema")] {
            let entries = document
                .value
                .pointer(pointer)
                .and_then(serde_json::Value::as_object);
            for (key, value) in entries.into_iter().flatten() {
                let Some(into) = merged
                    .pointer_mut(pointer)
                    .and_then(serde_json::Value::as_object_mut)
                else {
                    continue;
                };
                let previous = into.insert(key.clone(), value.clone());
                let owner = owners.insert((kind, key.clone()), &document.name);
                if let (Some(previous), Some(owner)) = (previous, owner)
                    && without_example(&previous) != without_example(value)
                {
                    return Err(Error::new(
                        &document.name,
                        format!("{pointer}{}", pointer::Pointer::of(&[key])),
                        format!("the {kind} `{key}` is in {owner} too, and differs there"),
                        "make them equal in the overlay, or generate the sections apart",
                    ));
                }
            }
        }
    }
    if sections.is_empty() {
        return Err(Error::new(
            "inputs",
            "",
            "there is no document to generate from",
            "name at least one section",
        ));
    }
    Ok(Draft {
        document: merged,
        sections,
        clashes: Clashes::default(),
        repairs: Vec::new(),
    })
}

/// A schema without its sample value, which differs from section to section and means nothing.
fn without_example(schema: &serde_json::Value) -> serde_json::Value {
    let mut schema = schema.clone();
    if let Some(node) = schema.as_object_mut() {
        node.remove("example");
    }
    schema
}

/// The static beginning that all routes of a document share.
fn prefix(document: &serde_json::Value) -> String {
    let mut shared: Option<Vec<&str>> = None;
    for path in document
        .get("paths")
        .and_then(serde_json::Value::as_object)
        .into_iter()
        .flatten()
        .map(|(p, _)| p)
    {
        let (_, path) = document::repair::servers::split_version(path);
        let segments: Vec<&str> = path
            .split('/')
            .skip(1)
            .take_while(|segment| !segment.starts_with('{'))
            .collect();
        shared = Some(match shared {
            None => segments,
            Some(before) => before
                .into_iter()
                .zip(segments)
                .take_while(|(a, b)| a == b)
                .map(|(a, _)| a)
                .collect(),
        });
    }
    shared
        .unwrap_or_default()
        .iter()
        .map(|segment| format!("/{segment}"))
        .collect()
}

/// A name for the package, from the section's routes or else from the document's name.
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
        match &item.kind {
            model::Kind::Read(all)
            | model::Kind::Write {
                properties: all, ..
            } => {
                properties.extend(all.iter().map(|property| property.wire.as_str()));
            }
            model::Kind::Enum { values, .. } => {
                let values = values.iter().map(|(value, _)| value.as_str());
                known.values.entry(&item.origin).or_default().extend(values);
            }
            model::Kind::Switch => {}
        }
    }
    known
}
