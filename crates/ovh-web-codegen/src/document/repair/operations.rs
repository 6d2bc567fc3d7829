//! Step: what a document declares for all operations is written into each, and parameters that are
//! no arguments are removed.

use serde_json::{Map, Value, json};

use crate::openapi::{self, METHODS};
use crate::pointer::Pointer;
use crate::report::Repairs;

pub(super) fn apply(document: &mut Value, repairs: &mut Repairs) {
    let general = document.get("security").cloned();
    let paths = openapi::object_mut(document, &["paths"]);
    for (path, item) in paths.into_iter().flatten() {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        let shared = match item.get("parameters") {
            Some(Value::Array(list)) => list.clone(),
            _ => Vec::new(),
        };
        if item.get("parameters").is_some_and(Value::is_array) {
            item.remove("parameters");
        }
        for method in METHODS {
            let at = Pointer::of(&["paths", path, method]);
            let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else {
                continue;
            };
            if let Some(general) = &general {
                operation
                    .entry("security")
                    .or_insert_with(|| general.clone());
            }
            parameters(operation, path, &shared, &at.child("parameters"), repairs);
            if method == "head" {
                without_bodies(operation);
            }
        }
    }
}

/// A response to HEAD has no body, whatever the document declares.
fn without_bodies(operation: &mut Map<String, Value>) {
    let responses = operation.get_mut("responses");
    let responses = responses.and_then(Value::as_object_mut);
    for response in responses.into_iter().flat_map(Map::values_mut) {
        if let Some(response) = response.as_object_mut() {
            response.remove("content");
        }
    }
}

fn parameters(
    operation: &mut Map<String, Value>,
    path: &str,
    shared: &[Value],
    at: &Pointer,
    repairs: &mut Repairs,
) {
    let missing = |list: &[Value]| -> Vec<String> {
        let mut names = path_names(path);
        names.retain(|name| !list.iter().any(|it| is_parameter(it, "path", name)));
        names
    };
    let declared = operation.get("parameters").is_some();
    if !declared && shared.is_empty() && missing(&[]).is_empty() {
        return;
    }
    let list = operation.entry("parameters").or_insert_with(|| json!([]));
    let Value::Array(list) = list else { return };
    let key = |parameter: &Value| (parameter.get("in").cloned(), parameter.get("name").cloned());
    let own: Vec<_> = list.iter().map(key).collect();
    list.extend(shared.iter().filter(|it| !own.contains(&key(it))).cloned());
    let mut index = 0;
    list.retain(|parameter| {
        index += 1;
        let what = match (
            openapi::text(parameter, "in"),
            openapi::text(parameter, "name"),
        ) {
            ("header", name) if is_ignored(name) => "is set by the client",
            ("cookie", _) => "is a cookie, which the client never sends",
            _ => return true,
        };
        let what = format!("`{}` {what}: removed", openapi::text(parameter, "name"));
        repairs.add("parameter-place", at.child(index - 1), what);
        false
    });
    for name in missing(list) {
        let what = format!("the path parameter `{name}` is not declared: taken as a string");
        repairs.add("path-parameter", at.clone(), what);
        list.push(json!({ "name": name, "in": "path", "required": true,
            "schema": { "type": "string" } }));
    }
}

fn is_parameter(parameter: &Value, place: &str, name: &str) -> bool {
    openapi::text(parameter, "in") == place && openapi::text(parameter, "name") == name
}

/// Headers that the client or the HTTP engine sets.
const CLIENT_HEADERS: [&str; 20] = [
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

/// Returns `true` if the client sets the header, or if the name is no header name.
fn is_ignored(name: &str) -> bool {
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    name.is_empty()
        || !name.bytes().all(is_token)
        || CLIENT_HEADERS
            .iter()
            .any(|own| name.eq_ignore_ascii_case(own))
}

/// The names of a path's parameters, in its order.
fn path_names(path: &str) -> Vec<String> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let mut document = json!({
            "security": [{ "key": [] }],
            "paths": { "/a/{b}/{c}.json": {
                "parameters": [
                    { "name": "b", "in": "path", "required": true, "schema": { "type": "integer" } },
                    { "name": "q", "in": "query", "schema": { "type": "integer" } },
                ],
                "get": { "security": [], "parameters": [
                    { "name": "q", "in": "query", "schema": { "type": "boolean" } },
                    { "name": "s", "in": "cookie", "schema": {} },
                    { "name": "Host", "in": "header", "schema": {} },
                    { "name": "X-Own", "in": "header", "schema": {} },
                ]},
                "head": { "responses": { "200": { "content": {} } } },
            }},
        });
        let mut repairs = Repairs::of("doc.json");
        apply(&mut document, &mut repairs);
        let integer = |name: &str, place: &str| json!({ "name": name, "in": place, "schema": { "type": "integer" } });
        let mut b = integer("b", "path");
        b["required"] = json!(true);
        let c =
            json!({ "name": "c", "in": "path", "required": true, "schema": { "type": "string" } });
        assert_eq!(
            document["paths"]["/a/{b}/{c}.json"],
            json!({
                "get": { "security": [], "parameters": [
                    { "name": "q", "in": "query", "schema": { "type": "boolean" } },
                    { "name": "X-Own", "in": "header", "schema": {} },
                    b,
                    c,
                ]},
                "head": {
                    "security": [{ "key": [] }],
                    "parameters": [b, integer("q", "query"), c],
                    "responses": { "200": {} },
                },
            })
        );
        let rules: Vec<&str> = repairs.list.iter().map(|repair| repair.rule).collect();
        let (place, undeclared) = ("parameter-place", "path-parameter");
        assert_eq!(rules, [place, place, undeclared, undeclared]);
    }
}
