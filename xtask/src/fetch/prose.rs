//! Upstream's prose by operation, type and property, to learn from when writing our documentation.
//!
//! They are written into the build output on request only, in the tables of `docs.toml`.

use crate::failure::Failure;
use ovh_web_codegen::document::Document;
use ovh_web_codegen::escape::is_hidden;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The folder of the texts, in the build output.
pub(super) const FOLDER: &str = "target/prose";

const HEAD: &str = "\
# OVHcloud's own texts, to learn from. Never commit them, and never copy a sentence: our docs.toml
# is in our own words.

";

/// All texts of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Prose {
    /// By route, such as `GET /hosting/web`; the properties of a body are parameters.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    operation: BTreeMap<String, Texts>,
    /// By the name of the schema.
    #[serde(rename = "type", skip_serializing_if = "BTreeMap::is_empty")]
    types: BTreeMap<String, Texts>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Texts {
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    parameters: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    properties: BTreeMap<String, String>,
}

/// Collects the texts of a document.
pub(super) fn collect(document: &Document) -> Prose {
    let mut prose = Prose::default();
    for (path, method, operation) in document.operations() {
        let mut texts = Texts {
            summary: text(operation, "summary"),
            description: text(operation, "description"),
            ..Texts::default()
        };
        let parameters = operation.get("parameters").and_then(Value::as_array);
        for parameter in parameters.into_iter().flatten() {
            let name = parameter.get("name").and_then(Value::as_str);
            if let (Some(name), Some(text)) = (name, text(parameter, "description")) {
                texts.parameters.insert(name.to_owned(), text);
            }
        }
        let body = operation.pointer("/requestBody/content/application~1json/schema");
        texts
            .parameters
            .extend(body.map(properties).unwrap_or_default());
        if texts != Texts::default() {
            let route = format!("{} {path}", method.to_ascii_uppercase());
            prose.operation.insert(route, texts);
        }
    }
    for (name, schema) in document.schemas() {
        let texts = Texts {
            description: text(schema, "description"),
            properties: properties(schema),
            ..Texts::default()
        };
        if texts != Texts::default() {
            prose.types.insert(name.to_owned(), texts);
        }
    }
    prose
}

fn properties(schema: &Value) -> BTreeMap<String, String> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let said =
        |(name, schema): (&String, &Value)| Some((name.clone(), text(schema, "description")?));
    properties.into_iter().flatten().filter_map(said).collect()
}

fn text(value: &Value, key: &str) -> Option<String> {
    let text = value.get(key)?.as_str()?.trim();
    let text = text.replace(|c| c != '\n' && is_hidden(c), " ");
    (!text.is_empty()).then_some(text)
}

impl Prose {
    /// The texts as they are written into a file.
    pub(super) fn to_text(&self) -> Result<String, Failure> {
        let text = toml::to_string(self)
            .map_err(|error| Failure::new(format!("the texts cannot be written: {error}")))?;
        Ok(format!("{HEAD}{text}"))
    }
}
