//! Reads the embedded documents.
//!
//! Unknown forms are errors: the documents are ours, and a test reads them.

use std::collections::{BTreeMap, HashMap};

use ovh_web_client::operations;
use serde::Deserialize;
use serde_json::Value;

use super::schema::{Format, Property, Schema, SchemaId};
use super::{Body, Described, Document, Parameter};

#[derive(Deserialize)]
struct OpenApi {
    components: Components,
    /// By path and method.
    paths: BTreeMap<String, BTreeMap<String, RawOperation>>,
}

#[derive(Deserialize)]
struct Components {
    schemas: BTreeMap<String, RawSchema>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawOperation {
    #[serde(default)]
    parameters: Vec<RawParameter>,
    #[serde(default)]
    request_body: Value,
    responses: Value,
    #[serde(rename = "x-response-identifier")]
    identifier: Option<String>,
    #[serde(rename = "x-ovh-web-required", default)]
    required: Vec<String>,
}

#[derive(Deserialize)]
struct RawParameter {
    name: String,
    r#in: String,
    schema: RawSchema,
    #[serde(default)]
    required: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawSchema {
    #[serde(rename = "$ref")]
    reference: Option<String>,
    #[serde(default)]
    all_of: Vec<RawSchema>,
    r#type: Option<String>,
    #[serde(default)]
    format: String,
    r#enum: Option<Value>,
    items: Option<Box<RawSchema>>,
    additional_properties: Option<Box<RawSchema>>,
    #[serde(default)]
    properties: BTreeMap<String, RawSchema>,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    nullable: bool,
    #[serde(default)]
    read_only: bool,
}

/// Reads all documents, which describe every operation of the table.
pub(super) fn documents(texts: &[&str]) -> Result<Document, String> {
    let mut schemas = Vec::new();
    let mut found = HashMap::new();
    for text in texts {
        let json: OpenApi = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut reader = Reader::new(&mut schemas, &json.components)?;
        for (path, methods) in json.paths {
            for (method, operation) in methods {
                found.insert(
                    (method.to_uppercase(), path.clone()),
                    reader.operation(operation)?,
                );
            }
        }
    }
    let described = operations::ALL.iter().map(|operation| {
        let key = (operation.method().to_string(), operation.path().to_owned());
        let mut described = found
            .remove(&key)
            .ok_or_else(|| format!("{operation} is in no document"))?;
        described.operation = operation;
        // In the order of the route.
        let names: Vec<_> = operation.path_parameters().collect();
        let place = |parameter: &Parameter| names.iter().position(|it| *it == parameter.name);
        described.path.sort_by_key(place);
        Ok(described)
    });
    Ok(Document::linked(
        schemas,
        described.collect::<Result<_, String>>()?,
    ))
}

struct Reader<'a> {
    schemas: &'a mut Vec<Schema>,
    named: HashMap<String, SchemaId>,
}

impl<'a> Reader<'a> {
    /// Reserves the ids of named schemas, which may refer to each other, and reads them.
    fn new(schemas: &'a mut Vec<Schema>, components: &Components) -> Result<Self, String> {
        let mut named = HashMap::new();
        for name in components.schemas.keys() {
            named.insert(name.clone(), SchemaId(schemas.len()));
            schemas.push(Schema::Any);
        }
        let mut reader = Self { schemas, named };
        for (name, schema) in &components.schemas {
            let read = reader
                .schema(schema)
                .map_err(|error| format!("{name}: {error}"))?;
            reader.schemas[reader.named[name].0] = read;
        }
        Ok(reader)
    }

    /// The id of a schema or reference.
    fn id(&mut self, schema: &RawSchema) -> Result<SchemaId, String> {
        let reference = match &*schema.all_of {
            [] => schema.reference.as_deref(),
            [one] => one.reference.as_deref(),
            _ => return Err("an allOf of several".into()),
        };
        if let Some(reference) = reference {
            let name = reference.strip_prefix("#/components/schemas/");
            let id = name.and_then(|name| self.named.get(name));
            return id
                .copied()
                .ok_or_else(|| format!("there is no {reference}"));
        }
        let schema = self.schema(schema)?;
        self.schemas.push(schema);
        Ok(SchemaId(self.schemas.len() - 1))
    }

    fn schema(&mut self, schema: &RawSchema) -> Result<Schema, String> {
        fn values<T: for<'de> Deserialize<'de>>(values: &Value) -> Result<Vec<T>, String> {
            Vec::deserialize(values).map_err(|error| error.to_string())
        }
        Ok(match (schema.r#type.as_deref(), &schema.r#enum) {
            (None, None) if schema.reference.is_none() && schema.all_of.is_empty() => Schema::Any,
            (Some("string"), Some(words)) => Schema::Words(values(words)?),
            (Some("integer"), Some(numbers)) => Schema::Numbers(values(numbers)?),
            (Some("string"), None) => Schema::Text(format(&schema.format)),
            (Some("boolean"), None) => Schema::Flag,
            (Some("integer"), None) => Schema::Integer,
            (Some("number"), None) => Schema::Number,
            (Some("array"), None) => {
                let items = schema.items.as_deref().ok_or("an array without items")?;
                Schema::List(self.id(items)?)
            }
            (Some("object"), None) => match &schema.additional_properties {
                Some(values) => Schema::Map(self.id(values)?),
                None => Schema::Object(self.properties(schema)?),
            },
            (kind, _) => return Err(format!("the type {kind:?}")),
        })
    }

    fn properties(&mut self, schema: &RawSchema) -> Result<Vec<Property>, String> {
        let properties = schema.properties.iter().map(|(name, property)| {
            Ok(Property {
                name: name.clone(),
                schema: self.id(property)?,
                nullable: property.nullable,
                read_only: property.read_only,
                required: schema.required.contains(name),
            })
        });
        properties.collect()
    }

    fn operation(&mut self, raw: RawOperation) -> Result<Described, String> {
        let mut described = Described {
            // Set by the caller.
            operation: operations::ALL[0],
            path: Vec::new(),
            query: Vec::new(),
            body: None,
            answer: None,
            identifier: raw.identifier,
            item: None,
            parent: None,
            collection: None,
        };
        for parameter in raw.parameters {
            let place = match &*parameter.r#in {
                "path" => &mut described.path,
                "query" => &mut described.query,
                place => return Err(format!("a parameter in {place}")),
            };
            place.push(Parameter {
                schema: self.id(&parameter.schema)?,
                name: parameter.name,
                required: parameter.required,
            });
        }
        described.body = self.content(&raw.request_body)?.map(|schema| {
            let mut required = raw.required;
            if let Schema::Object(properties) = &self.schemas[schema.0] {
                let properties = properties.iter().filter(|property| property.required);
                required.splice(0..0, properties.map(|property| property.name.clone()));
            }
            Body { schema, required }
        });
        described.answer = self.content(&raw.responses["200"])?;
        Ok(described)
    }

    /// The schema of a request body or response.
    fn content(&mut self, json: &Value) -> Result<Option<SchemaId>, String> {
        let Some(schema) = json.pointer("/content/application~1json/schema") else {
            return Ok(None);
        };
        let schema = RawSchema::deserialize(schema).map_err(|error| error.to_string())?;
        self.id(&schema).map(Some)
    }
}

fn format(name: &str) -> Format {
    match name {
        "date-time" => Format::DateTime,
        "date" => Format::Date,
        "uuid" => Format::Uuid,
        "password" => Format::Password,
        "ipv4" => Format::Ip,
        "ipv6" => Format::Ipv6,
        "ip-block" | "ipv4-block" | "ipv6-block" => Format::IpBlock,
        "email" => Format::Email,
        _ => Format::Plain,
    }
}
