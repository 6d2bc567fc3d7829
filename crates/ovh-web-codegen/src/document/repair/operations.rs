//! Step: the parameters of each operation, and what else is said of it.

use serde_json::{Map, Value, json};

use super::{Log, Pointer, drop_unless, kind, media, schemas};
use crate::document::METHODS;

pub(super) fn apply(document: &mut Value, log: &mut Log) {
    let names = schemas::names(document);
    let mut is_raw = false;
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for method in METHODS {
            let at = Pointer::of(&["paths", path, method]);
            let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else {
                continue;
            };
            if operation.remove("$ref").is_some() {
                let what = "an operation cannot be a reference, and is read without it";
                log.add("wrong-kind", &at.child("$ref"), what);
            }
            drop_unless(operation, "deprecated", Value::is_boolean, &at, log);
            extensions(operation, &at, log);
            parameters(operation, path, &at, log);
            media::apply(operation, &at, log);
            if method == "head" {
                without_bodies(operation, &at, log);
            }
            let mut fixer = schemas::Fixer { names: &names, log };
            fixer.operation(operation, &at);
            is_raw |= media::is_raw(operation);
        }
    }
    if is_raw {
        let schemas = crate::normalize::walk::schemas_mut(document);
        schemas.insert("Response".to_owned(), json!({ "type": "string" }));
    }
}

/// Rule `head`: the response to a HEAD has no body.
fn without_bodies(operation: &mut Map<String, Value>, at: &Pointer, log: &mut Log) {
    let responses = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut);
    for (status, response) in responses.into_iter().flatten() {
        if response
            .as_object_mut()
            .and_then(|it| it.remove("content"))
            .is_some()
        {
            let at = at.child("responses").child(status);
            log.add(
                "head",
                &at,
                "the response to HEAD has no body: it was left out",
            );
        }
    }
}

/// Rule `extension`: an extension of OVHcloud that is not what it should be is left out.
fn extensions(operation: &mut Map<String, Value>, at: &Pointer, log: &mut Log) {
    for key in [
        "x-expanded-response",
        "x-response-identifier",
        "x-deprecation-date",
        "x-deletion-date",
        "x-replacement-route",
    ] {
        drop_unless(operation, key, Value::is_string, at, log);
    }
    for (key, name) in [("x-iam-actions", "name"), ("x-badges", "label")] {
        let fits = |list: &Value| {
            let entries = list.as_array();
            entries.is_some_and(|entries| entries.iter().all(|entry| entry[name].is_string()))
        };
        drop_unless(operation, key, fits, at, log);
    }
}

fn parameters(operation: &mut Map<String, Value>, path: &str, at: &Pointer, log: &mut Log) {
    drop_unless(operation, "parameters", Value::is_array, at, log);
    let at = at.child("parameters");
    let in_path = path_names(path);
    let mut declared: Vec<String> = Vec::new();
    let mut seen: Vec<(String, String)> = Vec::new();
    let mut index = 0;
    let list = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    if let Some(list) = list {
        list.retain_mut(|parameter| {
            let at = at.child(index);
            index += 1;
            let Some((place, name)) = parameter_key(parameter, &in_path, &at, log) else {
                return false;
            };
            if seen.contains(&(place.clone(), name.clone())) {
                let what = format!("`{name}` is there twice; the first one stands");
                log.add("parameter-twice", &at, what);
                return false;
            }
            if place == "path" {
                declared.push(name.clone());
            }
            seen.push((place, name));
            true
        });
    }
    // Rule `path-parameter`: what the path has and the operation forgot is declared.
    let missing: Vec<&str> = in_path
        .iter()
        .map(String::as_str)
        .filter(|name| !declared.iter().any(|known| known == name))
        .collect();
    if missing.is_empty() {
        return;
    }
    let list = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Value::Array(list) = list {
        for name in missing {
            log.add(
                "path-parameter",
                &at,
                format!("the path has {{{name}}}, which was not declared; it is taken as a text"),
            );
            list.push(json!({ "name": name, "in": "path", "required": true,
                "schema": { "type": "string" } }));
        }
    }
}

/// Where a parameter goes and what it is called, with its schema put in order; nothing if it
/// cannot go anywhere.
fn parameter_key(
    parameter: &mut Value,
    in_path: &[String],
    at: &Pointer,
    log: &mut Log,
) -> Option<(String, String)> {
    let Some(node) = parameter.as_object_mut() else {
        let what = format!("the parameter is {}, and was left out", kind(parameter));
        log.add("wrong-kind", at, what);
        return None;
    };
    let text = |key: &str| node.get(key).and_then(Value::as_str).map(str::to_owned);
    let (Some(place), Some(name)) = (text("in"), text("name")) else {
        log.add(
            "parameter-place",
            at,
            "the parameter has no name or no place, and was left out",
        );
        return None;
    };
    drop_unless(node, "required", Value::is_boolean, at, log);
    match place.as_str() {
        "path" if !in_path.contains(&name) => {
            let what = format!("`{name}` is not in the path, and was left out");
            log.add("path-parameter", at, what);
            return None;
        }
        "path" => {
            if node.get("required") != Some(&Value::Bool(true)) {
                let what = format!("`{name}` is required: there is no path without it");
                log.add("path-parameter", at, what);
                node.insert("required".to_owned(), json!(true));
            }
        }
        "query" => {}
        "header" if !is_own_header(&name) => {}
        "header" => {
            let what = format!("the header `{name}` is set by the client, and was left out");
            log.add("parameter-place", at, what);
            return None;
        }
        other => {
            let what = format!("`{name}` in `{other}` is not sent, and was left out");
            log.add("parameter-place", at, what);
            return None;
        }
    }
    if !node.get("schema").is_some_and(Value::is_object) {
        let content = node.get("content").and_then(Value::as_object);
        let of_content = content
            .and_then(|content| content.values().next())
            .and_then(|media| media.get("schema"))
            .cloned();
        let schema = match of_content {
            Some(schema) => schema,
            // Swagger 2 wrote the type into the parameter itself.
            None if node.contains_key("type") => Value::Object(
                ["type", "format", "items", "enum"]
                    .into_iter()
                    .filter_map(|key| Some((key.to_owned(), node.remove(key)?)))
                    .collect(),
            ),
            None => json!({ "type": "string" }),
        };
        log.add(
            "parameter-schema",
            at,
            format!("`{name}` has no `schema` where it belongs; it is taken as {schema}"),
        );
        node.insert("schema".to_owned(), schema);
    }
    node.remove("content");
    Some((place, name))
}

/// The headers that a client writes itself: those that the runtime refuses, the media type that it
/// asks for, and cookies, which it has none of.
const OWN_HEADERS: [&str; 20] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-ovh-application",
    "x-ovh-consumer",
    "x-ovh-signature",
    "x-ovh-timestamp",
];

/// Whether a client writes the header itself, or it is no header at all.
fn is_own_header(name: &str) -> bool {
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    name.is_empty()
        || !name.bytes().all(is_token)
        || OWN_HEADERS.iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// The names of a path's parameters, in its order.
pub(super) fn path_names(path: &str) -> Vec<String> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::log;
    use super::*;

    #[test]
    fn golden() {
        let mut document = json!({ "paths": { "/a/{b}/{c}.json": { "get": {
            "deprecated": "yes",
            "x-badges": [{}],
            "parameters": [
                { "name": "b", "in": "path", "schema": { "type": "integer" } },
                { "name": "z", "in": "path", "schema": {} },
                { "name": "q", "in": "query", "type": "boolean" },
                { "name": "q", "in": "query", "schema": {} },
                { "name": "s", "in": "cookie", "schema": {} },
                { "name": "t", "in": "matrix", "schema": {} },
                7,
            ],
            "responses": { "200": {} },
        }}}});
        let mut log = log();
        apply(&mut document, &mut log);
        assert_eq!(
            document["paths"]["/a/{b}/{c}.json"]["get"]["parameters"],
            json!([
                { "name": "b", "in": "path", "required": true, "schema": { "type": "integer" } },
                { "name": "q", "in": "query", "schema": { "type": "boolean" } },
                { "name": "c", "in": "path", "required": true, "schema": { "type": "string" } },
            ])
        );
        assert_eq!(log.list.len(), 10, "{:#?}", log.list);
    }
}
