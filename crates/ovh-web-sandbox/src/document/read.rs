//! Reads the embedded documents.
//!
//! Unknown types are errors: the documents are ours, and a test reads them.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::operations;

use super::model::{Body, Described, Document, Format, Parameter, Property, Schema, SchemaId};

/// Reads all documents, which describe every operation of the table.
pub(super) fn documents(texts: &[&str]) -> Result<Document, String> {
    let mut schemas = Vec::new();
    let mut found = HashMap::new();
    for text in texts {
        let json: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut reader = Reader::new(&mut schemas, &json["components"]["schemas"])?;
        for (path, methods) in object(&json["paths"]) {
            for (method, operation) in object(methods) {
                let key = format!("{} {path}", method.to_uppercase());
                let described = reader.operation(operation);
                let described = described.map_err(|error| format!("{key}: {error}"))?;
                found.insert(key, described);
            }
        }
    }
    let described = operations::all().map(|operation| {
        let key = format!("{} {}", operation.method(), operation.path());
        let missing = || format!("{key} is in no document");
        let mut described = found.remove(&key).ok_or_else(missing)?;
        described.operation = operation;
        // In the order of the route.
        let names: Vec<_> = operation.path_parameters().collect();
        let place = |parameter: &Parameter| names.iter().position(|it| *it == parameter.name);
        described.path.sort_by_key(place);
        Ok(described)
    });
    let described = described.collect::<Result<_, String>>()?;
    Ok(Document::linked(schemas, described))
}

struct Reader<'a> {
    schemas: &'a mut Vec<Schema>,
    named: HashMap<String, SchemaId>,
}

impl<'a> Reader<'a> {
    /// Reserves the ids of named schemas, which may refer to each other, and reads them.
    fn new(schemas: &'a mut Vec<Schema>, components: &Value) -> Result<Self, String> {
        let mut named = HashMap::new();
        for (name, _) in object(components) {
            let reference = format!("#/components/schemas/{name}");
            named.insert(reference, SchemaId(schemas.len()));
            schemas.push(Schema::Any);
        }
        let first = schemas.len() - named.len();
        let mut reader = Self { schemas, named };
        for (at, (name, schema)) in object(components).enumerate() {
            let read = reader.schema(schema);
            reader.schemas[first + at] = read.map_err(|error| format!("{name}: {error}"))?;
        }
        Ok(reader)
    }

    /// The id of a schema or reference.
    fn id(&mut self, json: &Value) -> Result<SchemaId, String> {
        let reference = json.get("$ref").or_else(|| json.pointer("/allOf/0/$ref"));
        if let Some(reference) = reference.and_then(Value::as_str) {
            let id = self.named.get(reference).copied();
            return id.ok_or_else(|| format!("there is no {reference}"));
        }
        let schema = self.schema(json)?;
        self.schemas.push(schema);
        Ok(SchemaId(self.schemas.len() - 1))
    }

    fn schema(&mut self, json: &Value) -> Result<Schema, String> {
        Ok(match (json["type"].as_str(), json.get("enum")) {
            (None, None) => Schema::Any,
            (Some("string"), Some(words)) => Schema::Words(list(words)),
            (Some("integer"), Some(numbers)) => Schema::Numbers(list(numbers)),
            (Some("string"), None) => {
                Schema::Text(Format::deserialize(&json["format"]).unwrap_or(Format::Plain))
            }
            (Some("boolean"), None) => Schema::Flag,
            (Some("integer"), None) => Schema::Integer,
            (Some("number"), None) => Schema::Number,
            (Some("array"), None) => Schema::List(self.id(&json["items"])?),
            (Some("object"), None) => match json.get("additionalProperties") {
                Some(values) => Schema::Map(self.id(values)?),
                None => Schema::Object(self.properties(json)?),
            },
            (kind, _) => return Err(format!("the type {kind:?}")),
        })
    }

    fn properties(&mut self, json: &Value) -> Result<Vec<Property>, String> {
        let required: Vec<String> = list(&json["required"]);
        let properties = object(&json["properties"]).map(|(name, property)| {
            Ok(Property {
                name: name.clone(),
                schema: self.id(property)?,
                nullable: property["nullable"] == true,
                read_only: property["readOnly"] == true,
                required: required.contains(name),
            })
        });
        let mut properties: Vec<_> = properties.collect::<Result<_, String>>()?;
        properties.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(properties)
    }

    fn operation(&mut self, json: &Value) -> Result<Described, String> {
        let mut described = Described {
            // Set by the caller.
            operation: operations::first(),
            path: Vec::new(),
            query: Vec::new(),
            body: None,
            answer: self.content(&json["responses"]["200"])?,
            identifier: json["x-response-identifier"].as_str().map(str::to_owned),
            item: None,
            parent: None,
            collection: None,
        };
        for parameter in json["parameters"].as_array().into_iter().flatten() {
            let parameters = match parameter["in"].as_str() {
                Some("path") => &mut described.path,
                Some("query") => &mut described.query,
                // Those of pages, which `paging` reads.
                Some("header") => continue,
                place => return Err(format!("a parameter in {place:?}")),
            };
            parameters.push(Parameter {
                name: parameter["name"].as_str().unwrap_or_default().to_owned(),
                schema: self.id(&parameter["schema"])?,
                required: parameter["required"] == true,
            });
        }
        if let Some(schema) = self.content(&json["requestBody"])? {
            let Schema::Object(properties) = &self.schemas[schema.0] else {
                return Err("a body that is not an object".into());
            };
            let required = properties.iter().filter(|property| property.required);
            let mut required: Vec<_> = required.map(|property| property.name.clone()).collect();
            required.extend(list::<String>(&json["x-ovh-web-required"]));
            described.body = Some(Body { schema, required });
        }
        Ok(described)
    }

    /// The schema of a request body or response.
    fn content(&mut self, json: &Value) -> Result<Option<SchemaId>, String> {
        let schema = json.pointer("/content/application~1json/schema");
        schema.map(|schema| self.id(schema)).transpose()
    }
}

fn object(json: &Value) -> impl Iterator<Item = (&String, &Value)> {
    json.as_object().into_iter().flat_map(Map::iter)
}

fn list<T: DeserializeOwned>(json: &Value) -> Vec<T> {
    Vec::deserialize(json).unwrap_or_default()
}
