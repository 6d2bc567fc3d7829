//! Upstream's prose by operation, type and property, to learn from when writing our documentation.
//!
//! They are written into the build output on request only, in the tables of `schema/docs.toml`.

use crate::failure::Failure;
use ovh_web_codegen::document::Document;
use ovh_web_codegen::escape::is_hidden;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The folder of the texts, in the build output.
pub(super) const FOLDER: &str = "target/prose";

const HEAD: &str = "\
# OVHcloud's own texts, to learn from. Never commit them, and never copy a sentence: schema/docs.toml
# is in our own words.

";

/// All texts of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Prose {
    /// By route, such as `GET /hosting/web`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    operation: BTreeMap<String, OfOperation>,
    /// By the name of the schema.
    #[serde(rename = "type", skip_serializing_if = "BTreeMap::is_empty")]
    types: BTreeMap<String, OfType>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct OfOperation {
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// The properties of unnamed bodies are included.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    parameters: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct OfType {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    properties: BTreeMap<String, String>,
}

/// The texts of a document that has not lost them yet.
pub(super) fn collect(document: &Document) -> Prose {
    let mut prose = Prose::default();
    for (path, method, operation) in document.operations() {
        let mut texts = OfOperation {
            summary: text(operation, "summary"),
            description: text(operation, "description"),
            parameters: BTreeMap::new(),
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
        if texts != OfOperation::default() {
            let route = format!("{} {path}", method.to_ascii_uppercase());
            prose.operation.insert(route, texts);
        }
    }
    for (name, schema) in document.schemas() {
        let texts = OfType {
            description: text(schema, "description"),
            properties: properties(schema),
        };
        if texts != OfType::default() {
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
    ///
    /// # Errors
    /// If they cannot be said in TOML.
    pub(super) fn to_text(&self) -> Result<String, Failure> {
        let text = toml::to_string(self)
            .map_err(|error| Failure::new(format!("the texts cannot be written: {error}")))?;
        Ok(format!("{HEAD}{text}"))
    }
}
