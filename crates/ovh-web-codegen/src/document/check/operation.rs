//! One operation: its parameters, its body, its responses.

use super::{Checker, no_reference};
use crate::Error;
use crate::object::ObjectReader;
use crate::openapi;
use serde_json::Value;

const JSON: &str = "application/json";

impl<'a> Checker<'a> {
    pub(super) fn operation(
        &self,
        operation: &ObjectReader<'a>,
        path_names: &[&str],
    ) -> Result<(), Error> {
        no_reference(operation, "an operation")?;
        operation.check("true or false", Value::is_boolean, &["deprecated"])?;
        self.parameters(operation, path_names)?;
        if let Some(body) = operation.optional_node("requestBody")? {
            self.request_body(&body)?;
        }
        self.responses(operation)?;
        extensions(operation)
    }

    fn parameters(&self, operation: &ObjectReader<'a>, path_names: &[&str]) -> Result<(), Error> {
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for (at, parameter) in operation.optional_list("parameters")?.unwrap_or_default() {
            let parameter = operation.item(at, parameter, "a parameter")?;
            let key = self.parameter(&parameter, path_names)?;
            if seen.contains(&key) {
                let (place, name) = key;
                let message = format!("the {place} parameter `{name}` is declared twice");
                return Err(parameter.fail(message, "remove one of the two"));
            }
            seen.push(key);
        }
        let mut names = path_names.iter();
        match names.find(|name| !seen.contains(&("path", name))) {
            None => Ok(()),
            Some(name) => Err(operation.fail(
                format!("the path has {{{name}}}, but the operation has no such parameter"),
                format!("add a required path parameter `{name}`"),
            )),
        }
    }

    /// Checks one parameter and returns its place and its name.
    fn parameter(
        &self,
        parameter: &ObjectReader<'a>,
        path_names: &[&str],
    ) -> Result<(&'a str, &'a str), Error> {
        no_reference(parameter, "a parameter")?;
        let (name, place) = (parameter.text("name")?, parameter.text("in")?);
        parameter.check("true or false", Value::is_boolean, &["required", "explode"])?;
        let is_path = place == "path";
        if is_path && !path_names.contains(&name) {
            return Err(parameter.fail_at(
                "name",
                format!("the path parameter `{name}` is not in the path"),
                format!("put {{{name}}} into the path, or remove the parameter"),
            ));
        }
        if is_path && parameter.get("required") != Some(&Value::Bool(true)) {
            let message = format!("the path parameter `{name}` is not required");
            let advice = "add `\"required\": true`: a path cannot be built without it";
            return Err(parameter.fail(message, advice));
        }
        // Any other style would travel in another form than the client's.
        let style = match place {
            "query" => "form",
            "path" | "header" => "simple",
            other => {
                let message = format!("a parameter in `{other}` is not supported");
                return Err(parameter.fail_at("in", message, "use path, query or header"));
            }
        };
        if let Some(other) = parameter.get("style").filter(|other| **other != style) {
            return Err(parameter.fail_at(
                "style",
                format!("style of a {place} parameter: expected `{style}`, found {other}"),
                format!("write `{style}` if the API reads that too, or remove the parameter"),
            ));
        }
        let Some(value) = parameter.get("schema") else {
            return Err(parameter.fail(
                format!("the parameter `{name}` has no `schema`"),
                "give its type as a `schema`; `content` is not supported here",
            ));
        };
        let schema = parameter.item(parameter.at.child("schema"), value, "a schema")?;
        self.schema(&schema, 0)?;
        self.url_value(&schema, value, is_path)?;
        Ok((place, name))
    }

    /// A path holds a scalar; a query or a header also a list of scalars, or a map as one JSON text.
    fn url_value(
        &self,
        schema: &ObjectReader<'a>,
        value: &'a Value,
        is_path: bool,
    ) -> Result<(), Error> {
        let is_map = value.get("additionalProperties").is_some() && !openapi::has_properties(value);
        let resolved = self.resolved(value);
        let items = resolved.get("items").map(|items| self.resolved(items));
        let fits = match items {
            _ if is_scalar(resolved) => true,
            Some(items) => !is_path && is_scalar(items),
            None => !is_path && is_map,
        };
        if fits {
            return Ok(());
        }
        let expected = match is_path {
            true => "a string, a number, a boolean or an enum",
            false => "a scalar, a list of scalars or a map",
        };
        Err(schema.fail(
            format!("expected {expected}, found a type that cannot be written into a URL"),
            "correct the type in the overlay, or remove the parameter",
        ))
    }

    /// The schema that a reference leads to. Aliases that lead back to themselves are refused later.
    fn resolved(&self, mut schema: &'a Value) -> &'a Value {
        for _ in 0..64 {
            let target = openapi::target(schema).and_then(|name| self.schemas?.get(name));
            match target {
                Some(next) => schema = next,
                None => break,
            }
        }
        schema
    }

    fn request_body(&self, body: &ObjectReader<'a>) -> Result<(), Error> {
        no_reference(body, "a request body")?;
        body.check("true or false", Value::is_boolean, &["required"])?;
        match body.optional_node("content")? {
            Some(content) => self.content(&content),
            None => Err(body.fail(
                "the request body has no `content`",
                format!("add `content` with one `{JSON}`, or remove the body"),
            )),
        }
    }

    fn responses(&self, operation: &ObjectReader<'a>) -> Result<(), Error> {
        let Some(responses) = operation.optional_node("responses")? else {
            let advice = "add at least the response to a success, `200`";
            return Err(operation.fail("the operation has no `responses`", advice));
        };
        let mut success: Option<&str> = None;
        let statuses = responses
            .map
            .keys()
            .filter(|status| !status.starts_with("x-"));
        for status in statuses {
            // openapiv3 drops a key like `20X` silently.
            let fits = matches!(
                status.as_bytes(),
                b"default" | [b'1'..=b'5', b'X', b'X'] | [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9']
            );
            if !fits {
                let message = format!("`{status}` is not a status");
                let advice = "write three digits, a range like `4XX`, or `default`";
                return Err(responses.fail_at(status, message, advice));
            }
            if status.starts_with('2')
                && let Some(other) = success.replace(status)
            {
                return Err(responses.fail_at(
                    status,
                    format!("a success is described twice, as `{other}` and as `{status}`"),
                    "keep the one whose content callers get",
                ));
            }
            let response = responses.node(status)?;
            no_reference(&response, "a response")?;
            if let Some(content) = response.optional_node("content")? {
                self.content(&content)?;
            }
        }
        if success.is_none() {
            let advice = "add a `200`, without `content` if the response has no body";
            return Err(responses.fail("no success is described", advice));
        }
        Ok(())
    }

    /// One `application/json` with a schema, and nothing beside it.
    fn content(&self, content: &ObjectReader<'a>) -> Result<(), Error> {
        if let Some(other) = content.map.keys().find(|key| *key != JSON) {
            return Err(content.fail_at(
                other,
                format!("the media type `{other}` is not supported"),
                format!("leave exactly one media type, `{JSON}`"),
            ));
        }
        let Some(media) = content.optional_node(JSON)? else {
            let advice = format!("add `{JSON}` with a schema, or remove `content`");
            return Err(content.fail("`content` is empty", advice));
        };
        match media.optional_node("schema")? {
            Some(schema) => self.schema(&schema, 0),
            None => Err(media.fail(
                "this JSON has no `schema`",
                "add a `schema`, or remove `content` if there is no JSON",
            )),
        }
    }
}

/// The extensions of OVHcloud that the generator reads.
fn extensions(operation: &ObjectReader<'_>) -> Result<(), Error> {
    let texts = [
        "x-expanded-response",
        "x-response-identifier",
        "x-deprecation-date",
        "x-deletion-date",
        "x-replacement-route",
    ];
    operation.check("a string", Value::is_string, &texts)?;
    for (key, name) in [("x-iam-actions", "name"), ("x-badges", "label")] {
        for (at, entry) in operation.optional_list(key)?.unwrap_or_default() {
            let entry = operation.item(at, entry, &format!("an entry of `{key}`"))?;
            entry.text(name)?;
        }
    }
    Ok(())
}

fn is_scalar(schema: &Value) -> bool {
    let scalars = ["string", "integer", "number", "boolean"];
    schema.get("enum").is_some() || scalars.contains(&openapi::text(schema, "type"))
}
