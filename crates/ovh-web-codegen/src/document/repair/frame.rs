//! Step: the parts that every document has, and what is said once for all operations.

use serde_json::{Value, json};

use super::{Log, Pointer, kind};
use crate::document::METHODS;

/// Repairs the frame; `false` if this is nothing that the further steps could read.
pub(super) fn apply(document: &mut Value, log: &mut Log) -> bool {
    let Value::Object(root) = document else {
        return false;
    };
    if !root.get("paths").is_some_and(Value::is_object) || root.contains_key("apis") {
        return false;
    }
    let at = Pointer::root();
    if let Some(version) = root.get("openapi").and_then(Value::as_str)
        && version.starts_with("3.1")
    {
        log.add(
            "version",
            &at.child("openapi"),
            format!("{version} is read as 3.0.3; what only 3.1 knows is repaired place by place"),
        );
        root.insert("openapi".to_owned(), json!("3.0.3"));
    }
    let fine = |info: &Value| info["title"].is_string() && info["version"].is_string();
    if !root.get("info").is_some_and(fine) {
        log.add(
            "info",
            &at.child("info"),
            "title and version are not both there; they mean nothing here and were made up",
        );
        root.insert(
            "info".to_owned(),
            json!({ "title": "untitled", "version": "0" }),
        );
    }
    if let Some(components) = root.get_mut("components") {
        let at = at.child("components");
        match components.as_object_mut() {
            Some(components) => {
                let schemas = components.get("schemas");
                if let Some(schemas) = schemas.filter(|schemas| !schemas.is_object()) {
                    let what = format!("`schemas` is {}, and was left out", kind(schemas));
                    log.add("wrong-kind", &at.child("schemas"), what);
                    components.remove("schemas");
                }
            }
            None => {
                let what = format!("`components` is {}, and was left out", kind(components));
                log.add("wrong-kind", &at, what);
                root.remove("components");
            }
        }
    }
    security(document, log);
    true
}

/// Rule `security`: what is said for all operations is said for each. Where a document says nothing
/// of credentials anywhere, every call is signed: the server takes a signature that it does not
/// need, and refuses a call that lacks one.
fn security(document: &mut Value, log: &mut Log) {
    let general = document.get("security").cloned();
    let mut missing = Vec::new();
    let mut said = false;
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for method in METHODS {
            let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else {
                continue;
            };
            if operation.contains_key("security") {
                said = true;
            } else if let Some(general) = &general {
                operation.insert("security".to_owned(), general.clone());
            } else {
                missing.push((path.clone(), method));
            }
        }
    }
    if said || general.is_some() || missing.is_empty() {
        return;
    }
    log.add(
        "security",
        &Pointer::of(&["paths"]),
        "no operation says whether it needs credentials: every call is signed",
    );
    for (path, method) in missing {
        document["paths"][&path][method]["security"] = json!([{ "signature": [] }]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::log;
    use super::*;

    #[test]
    fn golden() {
        let mut document = json!({
            "openapi": "3.1.0",
            "info": 7,
            "paths": { "/a": { "get": {} } },
            "components": [],
        });
        let mut log = log();
        assert!(apply(&mut document, &mut log));
        assert_eq!(
            document,
            json!({
                "openapi": "3.0.3",
                "info": { "title": "untitled", "version": "0" },
                "paths": { "/a": { "get": { "security": [{ "signature": [] }] } } },
            })
        );
        let rules: Vec<&str> = log.list.iter().map(|repair| repair.rule).collect();
        assert_eq!(rules, ["version", "info", "wrong-kind", "security"]);
    }

    #[test]
    fn what_is_said_once_is_said_for_each_and_a_word_of_its_own_stands() {
        let mut document = json!({
            "openapi": "3.0.0", "info": { "title": "", "version": "" },
            "security": [{ "key": [] }],
            "paths": { "/a": { "get": {}, "put": { "security": [] } } },
        });
        let mut log = log();
        assert!(apply(&mut document, &mut log));
        assert_eq!(
            document["paths"]["/a"]["get"]["security"],
            json!([{ "key": [] }])
        );
        assert_eq!(document["paths"]["/a"]["put"]["security"], json!([]));
        assert!(log.list.is_empty());
    }
}
