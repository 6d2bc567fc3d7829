//! The routes and their operations, as `paths`.

use super::type_expr::{Scope, TypeExpr};
use super::{Converter, describe, parameters, status, types};
use crate::Error;
use crate::object::ObjectReader;
use crate::openapi::METHODS;
use serde_json::{Map, Value, json};

pub(super) fn convert(
    converter: &mut Converter<'_>,
    root: &ObjectReader<'_>,
) -> Result<Value, Error> {
    let mut paths: Map<String, Value> = Map::new();
    // If no operation needs credentials, each is marked as open: a document without any mark looks as
    // if it lacked the information.
    let mut is_open = true;
    for api in root.nodes("apis", "a route")? {
        let path = api.text("path")?;
        let operations = api.nodes("operations", "an operation")?;
        for operation in operations {
            let method = operation.text("httpMethod")?.to_ascii_lowercase();
            if !METHODS.contains(&method.as_str()) {
                return Err(converter.fail(
                    &operation.at.child("httpMethod"),
                    format!("`{method}` is not an HTTP method"),
                    "write GET, POST, PUT or DELETE",
                ));
            }
            is_open &= operation.flag("noAuthentication")?;
            let item = paths.entry(path.to_owned()).or_insert_with(|| json!({}));
            if item.get(&method).is_some() {
                return Err(operation.fail(
                    format!("{} {path} appears twice", method.to_ascii_uppercase()),
                    "remove one of the two",
                ));
            }
            item[&method] = one(converter, &operation)?;
        }
    }
    if is_open {
        for item in paths.values_mut().filter_map(Value::as_object_mut) {
            for operation in item.values_mut() {
                operation["security"] = json!([]);
            }
        }
    }
    Ok(Value::Object(paths))
}

fn one(converter: &mut Converter<'_>, operation: &ObjectReader<'_>) -> Result<Value, Error> {
    let mut out = Map::new();
    describe(&mut out, "summary", operation, "description")?;
    describe(&mut out, "description", operation, "longDescription")?;
    if let Some(id) = operation.optional_text("operationId")? {
        out.insert("operationId".to_owned(), id.into());
    }
    let arguments = parameters::convert(converter, operation)?;
    out.insert("parameters".to_owned(), arguments.parameters.into());
    if let Some(body) = arguments.body {
        out.insert("requestBody".to_owned(), body);
    }
    out.insert("responses".to_owned(), responses(converter, operation)?);
    if !operation.flag("noAuthentication")? {
        out.insert("security".to_owned(), status::signed());
    }
    status::stage(operation, &mut out)?;
    status::iam(operation, &mut out)?;
    Ok(Value::Object(out))
}

fn responses(converter: &mut Converter<'_>, operation: &ObjectReader<'_>) -> Result<Value, Error> {
    let scope = Scope::default();
    let (expr, at) = types::expr(converter, operation, types::OF_RESPONSE, &scope)?;
    if expr == TypeExpr::Name("void".to_owned(), Vec::new()) {
        return Ok(json!({ "200": { "description": "" } }));
    }
    let schema = types::schema(converter, &expr, &at, &scope)?;
    let content = json!({ "application/json": { "schema": schema } });
    Ok(json!({ "200": { "description": "", "content": content } }))
}
