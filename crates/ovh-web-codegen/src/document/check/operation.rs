//! One operation: its parameters, its body, its responses.

use super::{Checker, Pointer, kind};
use crate::Error;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

impl<'a> Checker<'a> {
    pub(super) fn operation(
        &self,
        at: &Pointer,
        operation: &'a Value,
        path_names: &[&str],
    ) -> Result<(), Error> {
        let operation = self.object(at, operation, "an operation")?;
        self.no_reference(at, operation, "an operation")?;
        self.flag(at, operation, "deprecated")?;
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
        let mut declared: Vec<&str> = Vec::new();
        let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let parameters = match operation.get("parameters") {
            Some(list) => self.list(&at_list, list, "`parameters`")?.as_slice(),
            None => &[],
        };
        for (index, parameter) in parameters.iter().enumerate() {
            let at = at_list.child(index);
            let parameter = self.object(&at, parameter, "a parameter")?;
            self.no_reference(&at, parameter, "a parameter")?;
            let name = self.text(&at, parameter, "name")?;
            let place = self.text(&at, parameter, "in")?;
            let required = self.flag(&at, parameter, "required")?;
            match place {
                "path" => {
                    if !path_names.contains(&name) {
                        return Err(self.fail(
                            &at.child("name"),
                            format!("the path parameter `{name}` is not in the path"),
                            format!("put {{{name}}} into the path, or remove the parameter"),
                        ));
                    }
                    if !required {
                        return Err(self.fail(
                            &at,
                            format!("the path parameter `{name}` is not required"),
                            "add `\"required\": true`: a path cannot be built without it",
                        ));
                    }
                    declared.push(name);
                }
                "query" | "header" => {}
                other => {
                    return Err(self.fail(
                        &at.child("in"),
                        format!("a parameter in `{other}` is not understood"),
                        "use path, query or header",
                    ));
                }
            }
            if let Some(first) = seen.insert((place, name), index) {
                return Err(self.fail(
                    &at,
                    format!(
                        "the {place} parameter `{name}` is there twice, first as number {first}"
                    ),
                    "remove one of the two",
                ));
            }
            self.style(&at, parameter, place)?;
            match parameter.get("schema") {
                Some(schema) => self.schema(&at.child("schema"), schema)?,
                None => {
                    return Err(self.fail(
                        &at,
                        format!("the parameter `{name}` has no `schema`"),
                        "give its type as a `schema`; `content` is not understood here",
                    ));
                }
            }
        }
        match path_names.iter().find(|name| !declared.contains(name)) {
            None => Ok(()),
            Some(name) => Err(self.fail(
                at,
                format!("the path has {{{name}}}, but the operation has no such parameter"),
                format!("add a required path parameter `{name}`"),
            )),
        }
    }

    /// A query value is a form, with or without `explode`; everything else is simple.
    fn style(
        &self,
        at: &Pointer,
        parameter: &'a Map<String, Value>,
        place: &str,
    ) -> Result<(), Error> {
        let known = if place == "query" { "form" } else { "simple" };
        self.flag(at, parameter, "explode")?;
        match parameter.get("style") {
            None => Ok(()),
            Some(style) if style == known => Ok(()),
            Some(style) => Err(self.fail(
                &at.child("style"),
                format!("the style {style} of a parameter in `{place}` is not understood"),
                format!("write `{known}` if the API reads that too, or remove the parameter"),
            )),
        }
    }

    fn request_body(&self, at: &Pointer, body: &'a Value) -> Result<(), Error> {
        let body = self.object(at, body, "`requestBody`")?;
        self.no_reference(at, body, "a request body")?;
        self.flag(at, body, "required")?;
        let Some(content) = body.get("content") else {
            return Err(self.fail(
                at,
                "the request body has no `content`",
                "add `content` with one `application/json`, or remove the body",
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
                    format!("`{status}` is no status of a response"),
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
                "no response to a success is described",
                "add a `200`, without `content` if nothing comes back",
            ));
        }
        Ok(())
    }

    /// One `application/json` with a schema, and nothing beside it.
    fn content(&self, at: &Pointer, content: &'a Value) -> Result<(), Error> {
        const JSON: &str = "application/json";
        let content = self.object(at, content, "`content`")?;
        if let Some(other) = content.keys().find(|key| *key != JSON) {
            return Err(self.fail(
                &at.child(other),
                format!("the media type `{other}` is not understood"),
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
        for key in [
            "x-expanded-response",
            "x-response-identifier",
            "x-deprecation-date",
            "x-deletion-date",
            "x-replacement-route",
        ] {
            if let Some(value) = operation.get(key)
                && !value.is_string()
            {
                return Err(self.fail(
                    &at.child(key),
                    format!("`{key}` must be a string, but is {}", kind(value)),
                    "write a string here, or remove the key",
                ));
            }
        }
        for (key, name) in [("x-iam-actions", "name"), ("x-badges", "label")] {
            let Some(list) = operation.get(key) else {
                continue;
            };
            let at = at.child(key);
            for (index, entry) in self
                .list(&at, list, &format!("`{key}`"))?
                .iter()
                .enumerate()
            {
                let at = at.child(index);
                let entry = self.object(&at, entry, &format!("an entry of `{key}`"))?;
                self.text(&at, entry, name)?;
            }
        }
        Ok(())
    }
}
