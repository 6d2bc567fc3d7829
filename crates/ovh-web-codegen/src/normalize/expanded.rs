//! Rule: `x-expanded-response` is resolved to the schema that it means.
//!
//! The extension names the type without dots (`HostingWebCron`). Where schemas differ only by case,
//! the one that the list's item route returns is meant: in the documents at hand a list expands to
//! the type of its item route without exception.
//!
//! A list of objects that takes `X-Pagination-Cursor` gives them in pages too.

use serde_json::{Value, json};

use super::Merged;
use crate::pointer::Pointer;
use crate::{Clashes, Error, note, openapi};

pub(crate) fn apply(merged: &mut Merged) -> Result<(), Error> {
    let mut resolved = Vec::new();
    for (path, method, operation) in openapi::operations(&merged.document) {
        let name = operation.get("x-expanded-response").and_then(Value::as_str);
        if let Some(name) = name {
            let schema = resolve(&merged.document, path, name);
            resolved.push((path.to_owned(), method, name.to_owned(), schema));
        }
    }
    for (path, method, name, schema) in resolved {
        if let Some(schema) = schema {
            merged.document["paths"][&path][method][note::EXPANDED] = json!(schema);
        } else if merged.clashes == Clashes::Resolve {
            let what = format!("no object is named `{name}`: the list gives no pages of objects");
            let below = format!("/{method}/x-expanded-response");
            merged.repaired("expanded", &path, &below, what);
        } else {
            return Err(Error::new(
                merged.file_of(&path),
                Pointer::of(&["paths", &path, method, "x-expanded-response"]),
                format!("the list expands to `{name}`, but no schema has that name"),
                "correct the name in the overlay, or remove the extension there",
            ));
        }
    }
    cursors(&mut merged.document);
    Ok(())
}

/// The header that requests the page after another.
const CURSOR: &str = "X-Pagination-Cursor";

fn cursors(document: &mut Value) {
    let mut of_cursor = Vec::new();
    for (path, method, operation) in openapi::operations(document) {
        let takes_cursor = openapi::items(operation, "parameters").any(|parameter| {
            let name = openapi::text(parameter, "name");
            openapi::text(parameter, "in") == "header" && name.eq_ignore_ascii_case(CURSOR)
        });
        let items = openapi::response(operation).and_then(|response| response.get("items"));
        let item = items.and_then(openapi::target).filter(|name| {
            let schema = openapi::schema(document, name);
            schema.is_some_and(|schema| schema.get("properties").is_some())
        });
        if let Some(item) = item
            && takes_cursor
            && operation.get(note::EXPANDED).is_none()
        {
            of_cursor.push((path.to_owned(), method, item.to_owned()));
        }
    }
    for (path, method, item) in of_cursor {
        let operation = &mut document["paths"][&path][method];
        operation[note::EXPANDED] = json!(item);
        operation[note::CURSOR] = json!(true);
    }
}

fn resolve(document: &Value, path: &str, name: &str) -> Option<String> {
    let flat = |schema: &str| schema.replace(['.', '_'], "").to_lowercase();
    let wanted = flat(name);
    let candidates: Vec<&String> = openapi::schemas(document)
        .filter(|(schema, node)| flat(schema) == wanted && node.get("properties").is_some())
        .map(|(schema, _)| schema)
        .collect();
    let of_item = openapi::operations(document)
        .filter(|(other, method, _)| {
            let below = other.strip_prefix(path).unwrap_or_default();
            *method == "get" && below.starts_with("/{") && below.matches('/').count() == 1
        })
        .filter_map(|(_, _, operation)| openapi::target(openapi::response(operation)?))
        .last();
    let of_item = candidates
        .iter()
        .find(|name| Some(name.as_str()) == of_item);
    of_item.or(candidates.first()).map(|name| (*name).clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::Section;

    fn merged(name: &str) -> Merged {
        let get = |schema: &str| {
            json!({ "responses": { "200": { "content": { "application/json": {
            "schema": { "$ref": format!("#/components/schemas/{schema}") } } } } } })
        };
        Merged {
            document: json!({
                "paths": {
                    "/web/cron": { "get": { "x-expanded-response": name } },
                    "/web/cron/{id}": { "get": get("web.cron") },
                },
                "components": { "schemas": { "web.Cron": { "properties": {} }, "web.cron": { "properties": {} } } },
            }),
            sections: vec![Section {
                file: "web.json".into(),
                prefix: "/web".into(),
            }],
            clashes: Clashes::default(),
            repairs: Vec::new(),
        }
    }

    #[test]
    fn golden() {
        let mut merged = merged("WebCron");
        apply(&mut merged).expect("a schema of that name");
        assert_eq!(
            merged.document["paths"]["/web/cron"]["get"][note::EXPANDED],
            json!("web.cron")
        );
    }

    #[test]
    fn refuses_unknown_names_with_their_place() {
        let error = apply(&mut merged("WebCorn")).expect_err("no such schema");
        assert_eq!(
            error.pointer(),
            Some("/paths/~1web~1cron/get/x-expanded-response")
        );
        assert!(error.message().contains("WebCorn"));
    }
}
