//! Walks through a document: every operation, every schema, every reference.
//!
//! Properties may be called `type`, `format` or `pattern`. So schemas are visited by their place in
//! the document, never by what their keys look like.

use serde_json::{Map, Value, json};

/// The HTTP methods of an operation, as the keys of a document.
pub(crate) const METHODS: [&str; 8] = [
    "get", "post", "put", "delete", "patch", "head", "options", "trace",
];

/// The prefix of a reference to a named schema.
pub(crate) const SCHEMA_PREFIX: &str = "#/components/schemas/";

/// The type of a JSON value, with its article.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The text under a key; empty if there is none.
pub(crate) fn text<'a>(node: &'a Value, key: &str) -> &'a str {
    node.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The items of the list under a key.
pub(crate) fn items<'a>(node: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    node.get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// The entries of the object under a key, sorted.
pub(crate) fn entries<'a>(
    node: &'a Value,
    key: &str,
) -> impl Iterator<Item = (&'a str, &'a Value)> {
    sorted(node.get(key).unwrap_or(&Value::Null))
}

/// The entries of an object, sorted.
///
/// The keys are sorted here: other crates of a build decide whether a map of serde_json is.
pub(crate) fn sorted(object: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let map = object.as_object().into_iter().flatten();
    let mut entries: Vec<_> = map.map(|(key, value)| (key.as_str(), value)).collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    entries.into_iter()
}

/// The object at the end of a chain of keys.
pub(crate) fn object_mut<'a>(
    value: &'a mut Value,
    keys: &[&str],
) -> Option<&'a mut Map<String, Value>> {
    keys.iter()
        .try_fold(value, |value, key| value.get_mut(*key))?
        .as_object_mut()
}

/// The name of the schema that a node is a `$ref` to.
pub(crate) fn reference_name(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix(SCHEMA_PREFIX)
}

/// The name of the schema that a node points to: by `$ref`, or by `allOf` around one `$ref`.
pub(crate) fn target(schema: &Value) -> Option<&str> {
    match schema.get("$ref") {
        Some(_) => reference_name(schema),
        None => reference_name(schema.get("allOf")?.get(0)?),
    }
}

/// The names that a schema points to, at any depth.
pub(crate) fn targets(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut copy = schema.clone();
    deep_mut(&mut copy, &mut |inner| {
        found.extend(reference_name(inner).map(str::to_owned));
    });
    found
}

/// A reference to a schema.
pub(crate) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("{SCHEMA_PREFIX}{name}") })
}

/// Makes the node point to `name` and keeps its annotations.
pub(crate) fn point_to(schema: &mut Value, name: &str) {
    let Value::Object(node) = schema else { return };
    node.retain(|key, _| {
        let kept = ["nullable", "readOnly", "writeOnly", "deprecated"];
        kept.contains(&key.as_str())
            || [crate::note::NAME, crate::note::REQUIRED].contains(&key.as_str())
    });
    if node.is_empty() {
        *schema = reference(name);
    } else {
        node.insert("allOf".to_owned(), json!([reference(name)]));
    }
}

/// Changes the schema that the node points to, in whichever form it does.
pub(crate) fn retarget(schema: &mut Value, name: &str) {
    if let Some(place) = schema.get_mut("$ref") {
        *place = Value::String(format!("{SCHEMA_PREFIX}{name}"));
    } else if let Some(inner) = schema.get_mut("allOf").and_then(|all| all.get_mut(0)) {
        retarget(inner, name);
    }
}

/// Points each reference below a schema to the name that `new` returns for it.
pub(crate) fn rename(schema: &mut Value, new: &dyn Fn(&str) -> Option<String>) {
    deep_mut(schema, &mut |inner| {
        if let Some(name) = reference_name(inner).and_then(new) {
            retarget(inner, &name);
        }
    });
}

/// Returns `true` if the schema has properties.
pub(crate) fn has_properties(schema: &Value) -> bool {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.is_some_and(|properties| !properties.is_empty())
}

/// The schemas of the document.
pub(crate) fn schemas(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

/// The schema of that name.
pub(crate) fn schema<'a>(document: &'a Value, name: &str) -> Option<&'a Value> {
    document.get("components")?.get("schemas")?.get(name)
}

/// The schemas of the document, to be changed.
pub(crate) fn schemas_mut(document: &mut Value) -> &mut Map<String, Value> {
    if !document.is_object() {
        *document = json!({});
    }
    if !document["components"]["schemas"].is_object() {
        document["components"] = json!({ "schemas": {} });
    }
    document["components"]["schemas"]
        .as_object_mut()
        .expect("it was just made an object")
}

/// Path, method and node of each operation, in the order of the routes.
pub(crate) fn operations(document: &Value) -> impl Iterator<Item = (&str, &'static str, &Value)> {
    entries(document, "paths").flat_map(|(path, item)| {
        METHODS
            .into_iter()
            .filter_map(move |method| Some((path, method, item.get(method)?)))
    })
}

/// Calls `visit` with path, method and node of each operation, in the order of the routes.
pub(crate) fn operations_mut(document: &mut Value, visit: &mut dyn FnMut(&str, &str, &mut Value)) {
    let Some(paths) = object_mut(document, &["paths"]) else {
        return;
    };
    let mut sorted: Vec<_> = paths.iter_mut().collect();
    sorted.sort_by_key(|(path, _)| *path);
    for (path, item) in sorted {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                visit(path, method, operation);
            }
        }
    }
}

/// The place of a schema in an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    Parameter(&'a str),
    Body,
    Response,
}

/// Calls `visit` with the outermost schemas of an operation: of parameters, body and responses.
pub(crate) fn roots_mut(operation: &mut Value, visit: &mut dyn FnMut(Place<'_>, &mut Value)) {
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        let name = text(parameter, "name").to_owned();
        if let Some(schema) = parameter.get_mut("schema") {
            visit(Place::Parameter(&name), schema);
        }
    }
    if let Some(body) = operation.get_mut("requestBody") {
        contents_mut(body, &mut |schema| visit(Place::Body, schema));
    }
    let responses = object_mut(operation, &["responses"]);
    for response in responses.into_iter().flat_map(Map::values_mut) {
        contents_mut(response, &mut |schema| visit(Place::Response, schema));
    }
}

/// Calls `visit` with the schema of each media type.
fn contents_mut(owner: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    let content = object_mut(owner, &["content"]);
    for media in content.into_iter().flat_map(Map::values_mut) {
        if let Some(schema) = media.get_mut("schema") {
            visit(schema);
        }
    }
}

/// The schema of an operation's JSON body.
pub(crate) fn body(operation: &Value) -> Option<&Value> {
    operation.pointer("/requestBody/content/application~1json/schema")
}

/// The schema of an operation's successful response.
pub(crate) fn response(operation: &Value) -> Option<&Value> {
    let (_, success) =
        entries(operation, "responses").find(|(status, _)| status.starts_with('2'))?;
    success.pointer("/content/application~1json/schema")
}

/// The schemas directly inside a schema, each with the property that it stands under.
pub(crate) fn children_mut(schema: &mut Value, visit: &mut dyn FnMut(Option<&str>, &mut Value)) {
    let properties = object_mut(schema, &["properties"]);
    for (name, property) in properties.into_iter().flatten() {
        visit(Some(name), property);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get_mut(key).filter(|inner| inner.is_object()) {
            visit(None, inner);
        }
    }
    let members = schema.get_mut("allOf").and_then(Value::as_array_mut);
    for inner in members.into_iter().flatten() {
        visit(None, inner);
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

/// Adds the schemas that the named ones reach, at any distance.
pub(crate) fn reach(document: &Value, mut todo: Vec<String>) -> std::collections::BTreeSet<String> {
    let mut reached = std::collections::BTreeSet::new();
    while let Some(name) = todo.pop() {
        if let Some(schema) = schema(document, &name)
            && reached.insert(name)
        {
            todo.extend(targets(schema));
        }
    }
    reached
}
