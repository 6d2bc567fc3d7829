//! The arguments of an operation: in its path, its query, its headers, and its body.
//!
//! A body is written in two ways: as one parameter without a name, which is the body as a whole, or
//! as parameters with names, which are the properties of an object.

use super::type_expr::Scope;
use super::types;
use super::{Converter, describe};
use crate::Error;
use crate::object::ObjectReader;
use serde_json::{Map, Value, json};

/// The `parameters` and the `requestBody` of an operation.
pub(super) struct Arguments {
    pub(super) parameters: Vec<Value>,
    pub(super) body: Option<Value>,
}

pub(super) fn convert(
    converter: &mut Converter<'_>,
    operation: &ObjectReader<'_>,
) -> Result<Arguments, Error> {
    let mut parameters = Vec::new();
    let mut fields: Vec<(&str, ObjectReader<'_>)> = Vec::new();
    let mut whole: Option<ObjectReader<'_>> = None;
    let listed = match operation.get("parameters") {
        Some(_) => operation.nodes("parameters", "a parameter")?,
        None => Vec::new(),
    };
    for parameter in listed {
        let name = parameter.optional_text("name")?;
        let name = name.filter(|name| !name.is_empty());
        let place = parameter.text("paramType")?;
        let (message, advice) = match (place, name) {
            ("body", Some(name)) if fields.iter().any(|(other, _)| *other == name) => (
                format!("the body has two values called `{name}`"),
                "remove one of the two",
            ),
            ("body", Some(name)) => {
                fields.push((name, parameter));
                continue;
            }
            ("body", None) if whole.is_some() => (
                "there are two bodies: two parameters of the body have no name".to_owned(),
                "give them names, or remove one of the two",
            ),
            ("body", None) => {
                whole = Some(parameter);
                continue;
            }
            ("path" | "query" | "header", Some(name)) => {
                parameters.push(argument(converter, &parameter, place, name)?);
                continue;
            }
            ("path" | "query" | "header", None) => (
                "`name` is missing: only a body may have none".to_owned(),
                "add the name of the parameter",
            ),
            _ => {
                return Err(converter.fail(
                    &parameter.at.child("paramType"),
                    format!("`{place}` is not a place of a parameter"),
                    "write `path`, `query`, `header` or `body`",
                ));
            }
        };
        return Err(parameter.fail(message, advice));
    }
    let body = match whole {
        Some(whole) if fields.is_empty() => Some(whole_body(converter, &whole)?),
        Some(whole) => {
            return Err(whole.fail(
                "the body is given as a whole and by its properties",
                "give this parameter a name, or remove the others",
            ));
        }
        None if fields.is_empty() => None,
        None => Some(object_body(converter, &fields)?),
    };
    Ok(Arguments { parameters, body })
}

fn argument(
    converter: &mut Converter<'_>,
    parameter: &ObjectReader<'_>,
    place: &str,
    name: &str,
) -> Result<Value, Error> {
    let mut out = Map::new();
    out.insert("in".to_owned(), place.into());
    out.insert("name".to_owned(), name.into());
    if parameter.flag("required")? {
        out.insert("required".to_owned(), true.into());
    }
    out.insert("schema".to_owned(), schema(converter, parameter)?);
    describe(&mut out, "description", parameter, "description")?;
    Ok(Value::Object(out))
}

fn schema(converter: &mut Converter<'_>, parameter: &ObjectReader<'_>) -> Result<Value, Error> {
    let scope = Scope::default();
    let (expr, at) = types::expr(converter, parameter, types::OF_PARAMETER, &scope)?;
    types::schema(converter, &expr, &at, &scope)
}

fn whole_body(converter: &mut Converter<'_>, parameter: &ObjectReader<'_>) -> Result<Value, Error> {
    let schema = schema(converter, parameter)?;
    let mut out = body(schema, parameter.flag("required")?);
    if let Value::Object(map) = &mut out {
        describe(map, "description", parameter, "description")?;
    }
    Ok(out)
}

/// The object is required even if none of its properties is, as OVHcloud writes it.
fn object_body(
    converter: &mut Converter<'_>,
    fields: &[(&str, ObjectReader<'_>)],
) -> Result<Value, Error> {
    let mut properties = Map::new();
    let mut required: Vec<Value> = Vec::new();
    for (name, parameter) in fields {
        let mut schema = schema(converter, parameter)?;
        if let Value::Object(map) = &mut schema {
            describe(map, "description", parameter, "description")?;
        }
        if parameter.flag("required")? {
            required.push((*name).into());
        }
        properties.insert((*name).to_owned(), schema);
    }
    let mut schema = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    Ok(body(schema, true))
}

fn body(schema: Value, is_required: bool) -> Value {
    let mut out = json!({ "content": { "application/json": { "schema": schema } } });
    if is_required {
        out["required"] = true.into();
    }
    out
}
