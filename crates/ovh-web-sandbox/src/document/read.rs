//! Reads the embedded documents into compact schemas and one description an operation.
//!
//! Anything that is not understood here is an error and no guess: the documents are ours, a test
//! reads them, and a new form has to be thought about.

use std::collections::HashMap;

use ovh_web_client::operations;
use serde_json::{Map, Value};

use super::schema::{Format, Property, Schema, SchemaId};
use super::{Body, Described, Document, Parameter};

/// Where references of a document lead.
const COMPONENTS: &str = "#/components/schemas/";

/// Reads all documents; every row of the operation table has to be in one of them.
pub(super) fn documents(texts: &[&str]) -> Result<Document, String> {
    let mut schemas = Vec::new();
    let mut found = HashMap::new();
    for text in texts {
        let json: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Reader::new(&mut schemas, &json)?.operations(&json, &mut found)?;
    }
    let described = operations::ALL
        .iter()
        .map(|operation| {
            let key = format!("{} {}", operation.method(), operation.path());
            let mut described = found
                .remove(&key)
                .ok_or_else(|| format!("{key} is in no document"))?;
            // The document lists parameters as it likes; here they stand as in the route.
            let names: Vec<_> = operation.path_parameters().collect();
            described
                .path
                .sort_by_key(|parameter| names.iter().position(|name| *name == parameter.name));
            Ok(Described {
                operation,
                ..described
            })
        })
        .collect::<Result<Vec<_>, String>>()?;
    Ok(Document::linked(schemas, described))
}

struct Reader<'a> {
    schemas: &'a mut Vec<Schema>,
    named: HashMap<String, SchemaId>,
}

impl<'a> Reader<'a> {
    /// Gives every named schema its place, then reads them: they may name each other in a circle.
    fn new(schemas: &'a mut Vec<Schema>, json: &Value) -> Result<Self, String> {
        let components = object(&json["components"]["schemas"])?;
        let named = components
            .keys()
            .map(|name| {
                schemas.push(Schema::Any);
                (name.clone(), SchemaId(schemas.len() - 1))
            })
            .collect();
        let mut reader = Self { schemas, named };
        for (name, schema) in components {
            let place = reader.named[name];
            let read = reader
                .schema(schema)
                .map_err(|error| format!("{name}: {error}"))?;
            reader.schemas[place.0] = read;
        }
        Ok(reader)
    }

    /// The place of a schema that is written out, or of the one that it refers to.
    fn place(&mut self, json: &Value) -> Result<SchemaId, String> {
        let reference = json.get("$ref").or_else(|| json.pointer("/allOf/0/$ref"));
        if let Some(reference) = reference {
            if json.pointer("/allOf/1").is_some() {
                return Err("an allOf of several".into());
            }
            let name = reference
                .as_str()
                .and_then(|reference| reference.strip_prefix(COMPONENTS))
                .ok_or("a reference to elsewhere")?;
            return self
                .named
                .get(name)
                .copied()
                .ok_or_else(|| format!("there is no {name}"));
        }
        let schema = self.schema(json)?;
        self.schemas.push(schema);
        Ok(SchemaId(self.schemas.len() - 1))
    }

    fn schema(&mut self, json: &Value) -> Result<Schema, String> {
        let values = json.get("enum").and_then(Value::as_array);
        Ok(match (json.get("type").and_then(Value::as_str), values) {
            (None, _) if json.get("$ref").is_none() && json.get("allOf").is_none() => Schema::Any,
            (Some("string"), Some(words)) => Schema::Words(
                words
                    .iter()
                    .map(|word| {
                        word.as_str()
                            .map(str::to_owned)
                            .ok_or("an enum of other things")
                    })
                    .collect::<Result<_, _>>()?,
            ),
            (Some("integer"), Some(numbers)) => Schema::Numbers(
                numbers
                    .iter()
                    .map(|number| number.as_i64().ok_or("an enum of other things"))
                    .collect::<Result<_, _>>()?,
            ),
            (Some("string"), None) => Schema::Text(format(json)),
            (Some("boolean"), None) => Schema::Flag,
            (Some("integer"), None) => Schema::Integer,
            (Some("number"), None) => Schema::Number,
            (Some("array"), None) => Schema::List(self.place(&json["items"])?),
            (Some("object"), None) => match json.get("additionalProperties") {
                Some(values @ Value::Object(_)) => Schema::Map(self.place(values)?),
                Some(_) => return Err("additionalProperties without a type".into()),
                None => Schema::Object(self.properties(json)?),
            },
            (kind, _) => return Err(format!("the type {kind:?}")),
        })
    }

    fn properties(&mut self, json: &Value) -> Result<Vec<Property>, String> {
        let Some(properties) = json.get("properties").and_then(Value::as_object) else {
            return Ok(Vec::new());
        };
        let required = names(json.get("required"));
        let mut read = Vec::new();
        for (name, property) in properties {
            read.push(Property {
                name: name.clone(),
                schema: self
                    .place(property)
                    .map_err(|error| format!("{name}: {error}"))?,
                nullable: flag(property, "nullable"),
                read_only: flag(property, "readOnly"),
                required: required.contains(name),
            });
        }
        read.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(read)
    }

    fn operations(
        &mut self,
        json: &Value,
        found: &mut HashMap<String, Described>,
    ) -> Result<(), String> {
        for (path, methods) in object(&json["paths"])? {
            for (method, operation) in object(methods)? {
                let key = format!("{} {path}", method.to_uppercase());
                let described = self
                    .operation(operation)
                    .map_err(|error| format!("{key}: {error}"))?;
                found.insert(key, described);
            }
        }
        Ok(())
    }

    fn operation(&mut self, json: &Value) -> Result<Described, String> {
        let mut described = Described {
            // Put right by who knows the table.
            operation: operations::ALL[0],
            path: Vec::new(),
            query: Vec::new(),
            body: None,
            answer: None,
            identifier: json
                .get("x-response-identifier")
                .and_then(Value::as_str)
                .map(str::to_owned),
            item: None,
            parent: None,
            collection: None,
        };
        for parameter in json["parameters"].as_array().into_iter().flatten() {
            let read = Parameter {
                name: parameter["name"]
                    .as_str()
                    .ok_or("a parameter without name")?
                    .to_owned(),
                schema: self.place(&parameter["schema"])?,
                required: flag(parameter, "required"),
            };
            match parameter["in"].as_str() {
                Some("path") => described.path.push(read),
                Some("query") => described.query.push(read),
                place => return Err(format!("a parameter in {place:?}")),
            }
        }
        if let Some(schema) = content(&json["requestBody"]) {
            let schema = self.place(schema)?;
            let Schema::Object(properties) = &self.schemas[schema.0] else {
                return Err("a body that is no object".into());
            };
            let mut required: Vec<_> = properties
                .iter()
                .filter(|property| property.required)
                .map(|property| property.name.clone())
                .collect();
            required.extend(names(json.get("x-ovh-web-required")));
            described.body = Some(Body { schema, required });
        }
        if let Some(schema) = content(&json["responses"]["200"]) {
            described.answer = Some(self.place(schema)?);
        }
        Ok(described)
    }
}

fn content(json: &Value) -> Option<&Value> {
    json.pointer("/content/application~1json/schema")
}

fn object(json: &Value) -> Result<&Map<String, Value>, String> {
    json.as_object()
        .ok_or_else(|| "an object is missing".into())
}

fn flag(json: &Value, name: &str) -> bool {
    json.get(name).and_then(Value::as_bool).unwrap_or(false)
}

fn names(json: Option<&Value>) -> Vec<String> {
    let names = json.and_then(Value::as_array).into_iter().flatten();
    names.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn format(json: &Value) -> Format {
    match json.get("format").and_then(Value::as_str) {
        Some("date-time") => Format::DateTime,
        Some("date") => Format::Date,
        Some("uuid") => Format::Uuid,
        Some("password") => Format::Password,
        Some("ipv4") => Format::Ip,
        Some("ipv6") => Format::Ipv6,
        Some("ip-block" | "ipv4-block" | "ipv6-block") => Format::IpBlock,
        Some("email") => Format::Email,
        _ => Format::Plain,
    }
}
