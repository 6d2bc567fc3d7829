//! The shapes of responses, as OVHcloud's documents promise them.

use ovh_web::Operation;
use serde_json::{Map, Value};

use crate::documents;

use super::privacy::Word;

const SCHEMAS: &str = "#/components/schemas/";

/// No schema refers this deep; one that refers to itself ends here.
const DEEPEST: usize = 16;

/// All documents, parsed once.
#[derive(Debug)]
pub(super) struct Documents(Vec<Value>);

impl Documents {
    pub(super) fn parse() -> Self {
        let texts = ovh_web_sandbox::documents().iter();
        Self(
            texts
                .filter_map(|text| serde_json::from_str(text).ok())
                .collect(),
        )
    }

    fn find(&self, operation: &Operation) -> Option<(&Value, &Value)> {
        let method = operation.method().as_str().to_lowercase();
        let path = operation.path();
        self.0.iter().find_map(|document| {
            let entry = document.get("paths")?.get(path)?.get(&method)?;
            Some((entry, document))
        })
    }

    /// The shape of a plain response. `None` if it has no content.
    pub(super) fn plain(&self, operation: &Operation) -> Option<Shape<'_>> {
        let (entry, document) = self.find(operation)?;
        let responses = entry.get("responses")?.as_object()?;
        let (_, response) = responses
            .iter()
            .find(|(status, _)| status.starts_with('2'))?;
        let schema = response.pointer("/content/application~1json/schema")?;
        Some(Shape::resolve(document, schema, Word::from("response")))
    }

    /// The shape of an object on a page of a list.
    pub(super) fn item(&self, operation: &Operation) -> Option<Shape<'_>> {
        let (entry, document) = self.find(operation)?;
        let name = entry.get("x-expanded-response")?.as_str()?;
        let name = documents::named(name, document)?;
        let schema = document.pointer("/components/schemas")?.get(name)?;
        Some(Shape::resolve(document, schema, Word::of_document(name)))
    }

    /// The enum values of all types.
    pub(super) fn enum_values(&self) -> impl Iterator<Item = &str> {
        let schemas = self
            .0
            .iter()
            .filter_map(|document| document.pointer("/components/schemas")?.as_object())
            .flat_map(Map::values);
        schemas.flat_map(|schema| texts(schema.get("enum")))
    }
}

fn texts(list: Option<&Value>) -> impl Iterator<Item = &str> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str)
}

/// A schema without references.
#[derive(Clone, Debug)]
pub(super) struct Shape<'d> {
    document: &'d Value,
    schema: &'d Value,
    is_nullable: bool,
    /// The property that leads here, from a type with a name.
    pub(super) place: Word,
    /// The type's name, or the place of a type without one.
    type_name: Word,
}

impl<'d> Shape<'d> {
    fn resolve(document: &'d Value, schema: &'d Value, place: Word) -> Self {
        let mut shape = Self {
            document,
            schema,
            is_nullable: false,
            type_name: place.clone(),
            place,
        };
        for _ in 0..DEEPEST {
            shape.is_nullable |= shape.schema.get("nullable") == Some(&Value::Bool(true));
            let reference = shape.schema.get("$ref").and_then(Value::as_str);
            let name = reference.and_then(|text| text.strip_prefix(SCHEMAS));
            let inner = match name {
                Some(name) => {
                    let inner = document
                        .pointer("/components/schemas")
                        .and_then(|all| all.get(name));
                    shape.type_name = Word::of_document(name);
                    inner
                }
                None => shape.schema.get("allOf").and_then(|all| all.get(0)),
            };
            match inner {
                Some(inner) => shape.schema = inner,
                None => break,
            }
        }
        shape
    }

    /// The name of the type.
    pub(super) const fn type_name(&self) -> &Word {
        &self.type_name
    }

    /// `true` if null may stand in its place.
    pub(super) const fn is_nullable(&self) -> bool {
        self.is_nullable
    }

    /// The kind of JSON value. `None` if any will do.
    pub(super) fn kind(&self) -> Option<&'static str> {
        let known = ["array", "boolean", "integer", "number", "object", "string"];
        let kind = self.schema.get("type").and_then(Value::as_str)?;
        known.into_iter().find(|name| *name == kind)
    }

    /// The properties of an object, each with its name.
    pub(super) fn properties(&self) -> impl Iterator<Item = (&'d str, Shape<'d>)> {
        let properties = self.schema.get("properties").and_then(Value::as_object);
        let (document, owner) = (self.document, self.type_name.clone());
        properties.into_iter().flatten().map(move |(name, schema)| {
            let place = owner.property(&Word::of_document(name));
            (name.as_str(), Self::resolve(document, schema, place))
        })
    }

    /// The items of a list.
    pub(super) fn items(&self) -> Option<Self> {
        let items = self.schema.get("items")?;
        Some(Self::resolve(self.document, items, self.place.and("[]")))
    }

    /// The values of a map, whose keys are data.
    pub(super) fn map_values(&self) -> Option<Self> {
        let values = self.schema.get("additionalProperties")?;
        let values = values.is_object().then_some(values)?;
        Some(Self::resolve(self.document, values, self.place.and("{}")))
    }

    /// `true` if properties without a name in the document are expected.
    pub(super) fn is_open(&self) -> bool {
        self.schema.get("properties").is_none() || self.schema.get("additionalProperties").is_some()
    }

    /// The values of an enum.
    pub(super) fn choices(&self) -> Option<&'d [Value]> {
        Some(self.schema.get("enum")?.as_array()?.as_slice())
    }

    /// The format of a text.
    pub(super) fn format(&self) -> Option<&'d str> {
        self.schema.get("format")?.as_str()
    }
}
