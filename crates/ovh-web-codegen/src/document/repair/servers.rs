//! Step: the version of the API, which `servers` names, becomes the beginning of each path.
//!
//! A client calls `/v2/iam/policy` below the base of a region; `/iam/policy` is version 1. The
//! servers of an operation count before those of its path, and those before the document's.

use serde_json::{Map, Value, json};

use super::{Log, Pointer};
use crate::document::METHODS;

/// How a path of version 2 begins.
const V2: &str = "/v2";

/// A path apart from its version: `/v2` and `/iam/policy`, or nothing and `/iam/policy`.
pub(crate) fn split_version(path: &str) -> (&str, &str) {
    match path.strip_prefix(V2) {
        Some(rest) if rest.starts_with('/') => path.split_at(V2.len()),
        _ => ("", path),
    }
}

pub(super) fn apply(document: &mut Value, log: &mut Log) {
    let of_document = version(document.get("servers"), &Pointer::root(), log);
    if of_document == Some(true) {
        trim(&mut document["servers"]);
    }
    let Some(paths) = super::object_mut(document, "paths") else {
        return;
    };
    for (path, item) in std::mem::take(paths) {
        let at = Pointer::of(&["paths", &path]);
        let Value::Object(mut item) = item else {
            paths.insert(path, item);
            continue;
        };
        let servers = item.remove("servers");
        let of_path = version(servers.as_ref(), &at, log).or(of_document);
        let mut second = Map::new();
        for method in METHODS {
            let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else {
                continue;
            };
            let servers = operation.remove("servers");
            let own = version(servers.as_ref(), &at.child(method), log).or(of_path);
            if own == Some(true) {
                second.extend(item.remove_entry(method));
            }
        }
        let is_left = METHODS.iter().any(|method| item.contains_key(*method));
        if second.is_empty() || is_left {
            put(paths, path.clone(), item.clone(), log);
        }
        if !second.is_empty() {
            item.retain(|key, _| !METHODS.contains(&key.as_str()));
            second.extend(item);
            let path = format!("{V2}/{}", path.trim_start_matches('/'));
            put(paths, path, second, log);
        }
    }
}

/// Adds the operations of a path to those that are there already.
fn put(paths: &mut Map<String, Value>, path: String, item: Map<String, Value>, log: &mut Log) {
    let at = Pointer::of(&["paths", &path]);
    let there = paths.entry(path).or_insert_with(|| json!({}));
    for (key, value) in item {
        if there.get(&key).is_some() {
            let what = "another path describes the same route";
            log.add("left-out", &at.child(&key), what);
        } else {
            there[&key] = value;
        }
    }
}

/// `true` for version 2, `false` for version 1, nothing where no server is named.
fn version(servers: Option<&Value>, at: &Pointer, log: &mut Log) -> Option<bool> {
    let urls = servers?.as_array()?.iter().filter_map(url);
    let mut versions: Vec<String> = urls.map(|url| last_segment(&url)).collect();
    let first = versions.first()?.clone();
    versions.dedup();
    let is_version = |text: &str| {
        let number = text.strip_prefix('v').unwrap_or(text);
        let mut parts = number.split('.');
        !number.is_empty() && parts.all(|part| part.bytes().all(|b| b.is_ascii_digit()))
    };
    let at = at.child("servers");
    if versions.len() > 1 {
        log.add(
            "servers",
            &at,
            format!("of several servers the first counts: `{first}`"),
        );
    }
    match first.as_str() {
        "v2" => return Some(true),
        "v1" | "1.0" | "1" => {}
        other if is_version(other) => {
            log.add(
                "servers",
                &at,
                format!("`{other}` is no version of the API: v1 is called"),
            );
        }
        _ => {}
    }
    Some(false)
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

fn last_segment(url: &str) -> String {
    let path = url.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// Leaves the servers without the version, which the paths have now.
fn trim(servers: &mut Value) {
    for server in servers.as_array_mut().into_iter().flatten() {
        if let Some(url) = url(server) {
            let base = url.trim_end_matches('/').trim_end_matches(V2);
            *server = json!({ "url": if base.is_empty() { "/" } else { base } });
        }
    }
}
