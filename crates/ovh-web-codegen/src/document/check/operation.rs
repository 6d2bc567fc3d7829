//! One operation: its parameters, its body, its responses.

use super::{Checker, Flag, Text};
use crate::Error;
use crate::openapi;
use crate::pointer::Pointer;
use serde_json::{Map, Value};

const JSON: &str = "application/json";

impl<'a> Checker<'a> {
    pub(super) fn operation(
        &self,
        at: &Pointer,
        operation: &'a Value,
        path_names: &[&str],
    ) -> Result<(), Error> {
        let operation = self.object(at, operation, "an operation")?;
        self.no_reference(at, operation, "an operation")?;
        self.keys(at, operation, Flag, &["deprecated"])?;
        self.parameters(at, operation, path_names)?;
        if let Some(body) = operation.get("requestBody") {
            self.request_body(&at.child("requestBody"), body)?;
        }
        self.responses(at, operation)?;
        self.extensions(at, operation)
    }

    fn parameters(
        &self,
        at: &Pointer,
        operation: &'a Map<String, Value>,
        path_names: &[&str],
    ) -> Result<(), Error> {
        let at_list = at.child("parameters");
        let parameters = match operation.get("parameters") {
            Some(list) => self.list(&at_list, list, "`parameters`")?,
            None => &[],
        };
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for (index, parameter) in parameters.iter().enumerate() {
            let at = at_list.child(index);
            let key = self.parameter(&at, parameter, path_names)?;
            if seen.contains(&key) {
                let (place, name) = key;
                return Err(self.fail(
                    &at,
                    format!("the {place} parameter `{name}` is declared twice"),
                    "remove one of the two",
                ));
            }
            seen.push(key);
        }
        match path_names
            .iter()
            .find(|name| !seen.contains(&("path", name)))
        {
            None => Ok(()),
            Some(name) => Err(self.fail(
                at,
                format!("the path has {{{name}}}, but the operation has no such parameter"),
                format!("add a required path parameter `{name}`"),
            )),
        }
    }

    /// Checks one parameter and returns its place and its name.
    fn parameter(
        &self,
        at: &Pointer,
        parameter: &'a Value,
        path_names: &[&str],
    ) -> Result<(&'a str, &'a str), Error> {
        let parameter = self.object(at, parameter, "a parameter")?;
        self.no_reference(at, parameter, "a parameter")?;
        let name = self.text(at, parameter, "name")?;
        let place = self.text(at, parameter, "in")?;
        self.keys(at, parameter, Flag, &["required", "explode"])?;
        let is_path = place == "path";
        if is_path && !path_names.contains(&name) {
            return Err(self.fail(
                &at.child("name"),
                format!("the path parameter `{name}` is not in the path"),
                format!("put {{{name}}} into the path, or remove the parameter"),
            ));
        }
        if is_path && parameter.get("required") != Some(&Value::Bool(true)) {
            return Err(self.fail(
                at,
                format!("the path parameter `{name}` is not required"),
                "add `\"required\": true`: a path cannot be built without it",
            ));
        }
        // Any other style would travel in another form than the client's.
        let style = match place {
            "query" => "form",
            "path" | "header" => "simple",
            other => {
                return Err(self.fail(
                    &at.child("in"),
                    format!("a parameter in `{other}` is not supported"),
                    "use path, query or header",
                ));
            }
        };
        if let Some(other) = parameter.get("style").filter(|other| **other != style) {
            return Err(self.fail(
                &at.child("style"),
                format!("style of a {place} parameter: expected `{style}`, found {other}"),
                format!("write `{style}` if the API reads that too, or remove the parameter"),
            ));
        }
        let Some(schema) = parameter.get("schema") else {
            return Err(self.fail(
                at,
                format!("the parameter `{name}` has no `schema`"),
                "give its type as a `schema`; `content` is not supported here",
            ));
        };
        let at = at.child("schema");
        self.schema(&at, schema)?;
        self.url_value(&at, schema, is_path)?;
        Ok((place, name))
    }

    /// A path holds a scalar; a query or a header also a list of scalars, or a map as one JSON text.
    fn url_value(&self, at: &Pointer, schema: &'a Value, is_path: bool) -> Result<(), Error> {
        let is_map =
            schema.get("additionalProperties").is_some() && !openapi::has_properties(schema);
        let resolved = self.resolved(schema);
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
        Err(self.fail(
            at,
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

    fn request_body(&self, at: &Pointer, body: &'a Value) -> Result<(), Error> {
        let body = self.object(at, body, "`requestBody`")?;
        self.no_reference(at, body, "a request body")?;
        self.keys(at, body, Flag, &["required"])?;
        let Some(content) = body.get("content") else {
            return Err(self.fail(
                at,
                "the request body has no `content`",
                format!("add `content` with one `{JSON}`, or remove the body"),
            ));
        };
        self.content(&at.child("content"), content)
    }

    fn responses(&self, at: &Pointer, operation: &'a Map<String, Value>) -> Result<(), Error> {
        let Some(responses) = operation.get("responses") else {
            return Err(self.fail(
                at,
                "the operation has no `responses`",
                "add at least the response to a success, `200`",
            ));
        };
        let at = at.child("responses");
        let mut success: Option<&str> = None;
        for (status, response) in self.object(&at, responses, "`responses`")? {
            if status.starts_with("x-") {
                continue;
            }
            let at = at.child(status);
            // openapiv3 drops a key like `20X` silently.
            let fits = matches!(
                status.as_bytes(),
                b"default" | [b'1'..=b'5', b'X', b'X'] | [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9']
            );
            if !fits {
                return Err(self.fail(
                    &at,
                    format!("`{status}` is not a status"),
                    "write three digits, a range like `4XX`, or `default`",
                ));
            }
            if status.starts_with('2')
                && let Some(other) = success.replace(status)
            {
                return Err(self.fail(
                    &at,
                    format!("a success is described twice, as `{other}` and as `{status}`"),
                    "keep the one whose content callers get",
                ));
            }
            let response = self.object(&at, response, "a response")?;
            self.no_reference(&at, response, "a response")?;
            if let Some(content) = response.get("content") {
                self.content(&at.child("content"), content)?;
            }
        }
        if success.is_none() {
            return Err(self.fail(
                &at,
                "no success is described",
                "add a `200`, without `content` if the response has no body",
            ));
        }
        Ok(())
    }

    /// One `application/json` with a schema, and nothing beside it.
    fn content(&self, at: &Pointer, content: &'a Value) -> Result<(), Error> {
        let content = self.object(at, content, "`content`")?;
        if let Some(other) = content.keys().find(|key| *key != JSON) {
            return Err(self.fail(
                &at.child(other),
                format!("the media type `{other}` is not supported"),
                format!("leave exactly one media type, `{JSON}`"),
            ));
        }
        let Some(media) = content.get(JSON) else {
            return Err(self.fail(
                at,
                "`content` is empty",
                format!("add `{JSON}` with a schema, or remove `content`"),
            ));
        };
        let at = at.child(JSON);
        match self.object(&at, media, "a media type")?.get("schema") {
            Some(schema) => self.schema(&at.child("schema"), schema),
            None => Err(self.fail(
                &at,
                "this JSON has no `schema`",
                "add a `schema`, or remove `content` if there is no JSON",
            )),
        }
    }

    /// The extensions of OVHcloud that the generator reads.
    fn extensions(&self, at: &Pointer, operation: &'a Map<String, Value>) -> Result<(), Error> {
        let texts = [
            "x-expanded-response",
            "x-response-identifier",
            "x-deprecation-date",
            "x-deletion-date",
            "x-replacement-route",
        ];
        self.keys(at, operation, Text, &texts)?;
        for (key, name) in [("x-iam-actions", "name"), ("x-badges", "label")] {
            let Some(list) = operation.get(key) else {
                continue;
            };
            let at = at.child(key);
            let list = self.list(&at, list, &format!("`{key}`"))?;
            for (index, entry) in list.iter().enumerate() {
                let at = at.child(index);
                let entry = self.object(&at, entry, &format!("an entry of `{key}`"))?;
                self.text(&at, entry, name)?;
            }
        }
        Ok(())
    }
}

fn is_scalar(schema: &Value) -> bool {
    let scalars = ["string", "integer", "number", "boolean"];
    schema.get("enum").is_some() || scalars.contains(&openapi::text(schema, "type"))
}
