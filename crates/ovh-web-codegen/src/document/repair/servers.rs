//! Step: version 2 of the API, which `servers` names, becomes the prefix of each path.
//!
//! A client calls `/v2/iam/policy` below the base of a region; `/iam/policy` is version 1. The
//! servers of an operation come before those of its path, and those before the document's.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::openapi::{self, METHODS};
use crate::pointer::Pointer;
use crate::report::Repairs;

/// The prefix of a path of version 2.
const V2: &str = "/v2";

/// Splits the version from a path: `/v2` and `/iam/policy`, or nothing and `/iam/policy`.
pub(crate) fn split_version(path: &str) -> (&str, &str) {
    match path.strip_prefix(V2) {
        Some(rest) if rest.starts_with('/') => path.split_at(V2.len()),
        _ => ("", path),
    }
}

pub(super) fn apply(document: &mut Value, repairs: &mut Repairs) {
    let of_document = is_v2(document.get("servers"), &Pointer::root(), repairs);
    if of_document == Some(true) {
        remove_version(&mut document["servers"]);
    }
    let Some(paths) = openapi::object_mut(document, &["paths"]) else {
        return;
    };
    let versioned = paths.keys().filter(|path| path.starts_with(V2));
    let versioned: BTreeSet<String> = versioned.cloned().collect();
    let mut of_v2: Vec<(String, Map<String, Value>)> = Vec::new();
    for (path, item) in paths.iter_mut() {
        let at = Pointer::of(&["paths", path]);
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        let servers = item.remove("servers");
        let of_path = is_v2(servers.as_ref(), &at, repairs).or(of_document);
        let path_of_v2 = format!("{V2}/{}", path.trim_start_matches('/'));
        let mut moved = Map::new();
        for method in METHODS {
            let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else {
                continue;
            };
            let servers = operation.remove("servers");
            if is_v2(servers.as_ref(), &at.child(method), repairs).or(of_path) == Some(true) {
                moved.extend(item.remove_entry(method));
            }
        }
        if !moved.is_empty() && versioned.contains(&path_of_v2) {
            // `check` refuses the key: two paths describe one route.
            item.insert("servers".to_owned(), json!([]));
            item.extend(moved);
        } else if !moved.is_empty() {
            let rest = item
                .iter()
                .filter(|(key, _)| !METHODS.contains(&key.as_str()));
            moved.extend(rest.map(|(key, value)| (key.clone(), value.clone())));
            of_v2.push((path.clone(), moved));
        }
    }
    for (path, moved) in of_v2 {
        let has_operation = |item: &Value| METHODS.iter().any(|key| item.get(key).is_some());
        if !paths.get(&path).is_some_and(has_operation) {
            paths.remove(&path);
        }
        let path = format!("{V2}/{}", path.trim_start_matches('/'));
        paths.insert(path, Value::Object(moved));
    }
}

/// `true` for version 2, `false` for version 1, `None` where no server is named.
fn is_v2(servers: Option<&Value>, at: &Pointer, repairs: &mut Repairs) -> Option<bool> {
    let url = url(servers?.get(0)?)?;
    let last = url.trim_end_matches('/').rsplit('/').next()?;
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if last.strip_prefix('v').is_some_and(is_digits) && !["v1", "v2"].contains(&last) {
        let what = format!("`{last}` is not a version of the API: v1 is called");
        repairs.add("servers", at.child("servers"), what);
    }
    Some(last == "v2")
}

/// The URL of a server, with the defaults of its variables.
fn url(server: &Value) -> Option<String> {
    let mut url = server.get("url")?.as_str()?.to_owned();
    let variables = server.get("variables").and_then(Value::as_object);
    for (name, variable) in variables.into_iter().flatten() {
        if let Some(value) = variable.get("default").and_then(Value::as_str) {
            url = url.replace(&format!("{{{name}}}"), value);
        }
    }
    Some(url)
}

/// Removes the version from the servers: the paths have it now.
fn remove_version(servers: &mut Value) {
    for server in servers.as_array_mut().into_iter().flatten() {
        if let Some(url) = url(server) {
            let base = url.trim_end_matches('/').trim_end_matches(V2);
            *server = json!({ "url": if base.is_empty() { "/" } else { base } });
        }
    }
}
