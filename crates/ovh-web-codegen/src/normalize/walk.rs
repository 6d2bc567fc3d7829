//! Walking through a document: every operation, every schema, every reference.
//!
//! Properties may be called `type`, `format` or `pattern`. So schemas are visited by their place in
//! the document, never by what their keys look like.

use serde_json::{Map, Value};

use crate::document::METHODS;

/// The prefix of a `$ref`.
pub(crate) const SCHEMAS: &str = "#/components/schemas/";

/// The schema that a node points to: by `$ref`, or by `allOf` around one `$ref`.
pub(crate) fn target(schema: &Value) -> Option<&str> {
    let direct = schema
        .get("$ref")
        .or_else(|| schema.get("allOf")?.get(0)?.get("$ref"));
    direct?.as_str()?.strip_prefix(SCHEMAS)
}

/// A node that points to a schema.
pub(crate) fn reference(name: &str) -> Value {
    serde_json::json!({ "$ref": format!("{SCHEMAS}{name}") })
}

/// Makes the node point to `name` and keeps what else is known about it.
pub(crate) fn point_to(schema: &mut Value, name: &str) {
    let Value::Object(node) = schema else { return };
    let mut kept = Map::new();
    for key in [
        "nullable",
        "readOnly",
        "writeOnly",
        "deprecated",
        super::note::NAME,
        super::note::REQUIRED,
    ] {
        if let Some(value) = node.remove(key) {
            kept.insert(key.to_owned(), value);
        }
    }
    *schema = if kept.is_empty() {
        reference(name)
    } else {
        kept.insert("allOf".to_owned(), Value::Array(vec![reference(name)]));
        Value::Object(kept)
    };
}

/// Changes where the node points to, in whichever form it does.
pub(crate) fn retarget(schema: &mut Value, name: &str) {
    if let Some(place) = schema.get_mut("$ref") {
        *place = Value::String(format!("{SCHEMAS}{name}"));
    } else if let Some(inner) = schema.get_mut("allOf").and_then(|all| all.get_mut(0)) {
        retarget(inner, name);
    }
}

/// The object at the end of a chain of keys, or nothing.
pub(crate) fn object_mut<'a>(
    value: &'a mut Value,
    keys: &[&str],
) -> Option<&'a mut Map<String, Value>> {
    keys.iter()
        .try_fold(value, |value, key| value.get_mut(*key))?
        .as_object_mut()
}

/// The schemas of the document.
pub(crate) fn schemas(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

/// The schemas of the document, to be changed.
pub(crate) fn schemas_mut(document: &mut Value) -> &mut Map<String, Value> {
    let root = match document {
        Value::Object(root) => root,
        other => {
            *other = Value::Object(Map::new());
            other.as_object_mut().expect("it was just made an object")
        }
    };
    let components = root
        .entry("components")
        .or_insert_with(|| Value::Object(Map::new()));
    if !components.get("schemas").is_some_and(Value::is_object) {
        *components = serde_json::json!({ "schemas": {} });
    }
    components["schemas"]
        .as_object_mut()
        .expect("it was just checked")
}

/// Calls `visit` with path, method and node of each operation, in the order of the routes.
pub(crate) fn operations(document: &Value, visit: &mut dyn FnMut(&str, &str, &Value)) {
    let Some(paths) = document.get("paths").and_then(Value::as_object) else {
        return;
    };
    let mut sorted: Vec<_> = paths.iter().collect();
    sorted.sort_by_key(|(path, _)| path.as_str());
    for (path, item) in sorted {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                visit(path, method, operation);
            }
        }
    }
}

/// Calls `visit` with path, method and node of each operation, to change it.
pub(crate) fn operations_mut(document: &mut Value, visit: &mut dyn FnMut(&str, &str, &mut Value)) {
    let Some(paths) = object_mut(document, &["paths"]) else {
        return;
    };
    let mut sorted: Vec<_> = paths.iter_mut().collect();
    sorted.sort_by_key(|(a, _)| *a);
    for (path, item) in sorted {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                visit(path, method, operation);
            }
        }
    }
}

/// The outermost schemas of an operation: of parameters, body and replies.
pub(crate) fn roots_mut<'a>(
    operation: &'a mut Value,
    visit: &mut dyn FnMut(Place<'_>, &mut Value),
) {
    if let Some(parameters) = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut)
    {
        for parameter in parameters {
            let name = parameter
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            if let Some(schema) = parameter.get_mut("schema") {
                visit(Place::Parameter(&name), schema);
            }
        }
    }
    if let Some(content) = operation
        .get_mut("requestBody")
        .and_then(|body| body.get_mut("content"))
    {
        for media in content
            .as_object_mut()
            .into_iter()
            .flat_map(Map::values_mut)
        {
            if let Some(schema) = media.get_mut("schema") {
                visit(Place::Body, schema);
            }
        }
    }
    if let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    {
        for response in responses.values_mut() {
            for media in object_mut(response, &["content"])
                .into_iter()
                .flat_map(Map::values_mut)
            {
                if let Some(schema) = media.get_mut("schema") {
                    visit(Place::Reply, schema);
                }
            }
        }
    }
}

/// The place of a schema in an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    Parameter(&'a str),
    Body,
    Reply,
}

/// The schema of an operation's JSON body.
pub(crate) fn body(operation: &Value) -> Option<&Value> {
    operation.pointer("/requestBody/content/application~1json/schema")
}

/// The schema of an operation's successful reply.
pub(crate) fn reply(operation: &Value) -> Option<&Value> {
    let responses = operation.get("responses")?.as_object()?;
    let success = responses
        .iter()
        .find(|(status, _)| status.starts_with('2'))?
        .1;
    success.pointer("/content/application~1json/schema")
}

/// The schemas directly inside a schema, each with the property that it stands under.
pub(crate) fn children_mut(schema: &mut Value, visit: &mut dyn FnMut(Option<&str>, &mut Value)) {
    let Value::Object(node) = schema else { return };
    for (name, property) in node
        .get_mut("properties")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        visit(Some(name), property);
    }
    for key in ["items", "additionalProperties", "not"] {
        if let Some(inner) = node.get_mut(key).filter(|inner| inner.is_object()) {
            visit(None, inner);
        }
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        for inner in node
            .get_mut(key)
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            visit(None, inner);
        }
    }
}

/// Calls `visit` with every schema below and including this one, the innermost first.
pub(crate) fn deep_mut(schema: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    children_mut(schema, &mut |_, inner| deep_mut(inner, visit));
    visit(schema);
}

/// Calls `visit` with every schema of the document, the innermost first.
pub(crate) fn all_mut(document: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    operations_mut(document, &mut |_, _, operation| {
        roots_mut(operation, &mut |_, schema| deep_mut(schema, visit));
    });
    for schema in schemas_mut(document).values_mut() {
        deep_mut(schema, visit);
    }
}

/// The names that a schema points to, at any depth.
pub(crate) fn targets(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut copy = schema.clone();
    deep_mut(&mut copy, &mut |inner| {
        if let Some(name) = inner
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|r| r.strip_prefix(SCHEMAS))
        {
            found.push(name.to_owned());
        }
    });
    found
}
