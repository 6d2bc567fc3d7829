//! Rule: `x-expanded-response` is resolved to the schema that it means.
//!
//! The extension names the type without dots (`HostingWebCron`). Where schemas differ only by case,
//! the one that the list's item route returns is meant: in the documents at hand a list expands to
//! the type of its item route without exception.
//!
//! A list of objects that takes `X-Pagination-Cursor` gives them in pages too.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Draft, note, walk};
use crate::{Clashes, Error};

pub(crate) fn apply(draft: &mut Draft) -> Result<(), Error> {
    let mut resolved = Vec::new();
    let mut unknown = Vec::new();
    let mut failure = None;
    walk::operations(&draft.document, &mut |path, method, operation| {
        let Some(name) = operation.get("x-expanded-response").and_then(Value::as_str) else {
            return;
        };
        match resolve(&draft.document, path, name) {
            Some(schema) => resolved.push((path.to_owned(), method.to_owned(), schema)),
            None if draft.clashes == Clashes::Resolve => {
                unknown.push((path.to_owned(), method.to_owned(), name.to_owned()));
            }
            None => {
                failure.get_or_insert_with(|| {
                    let pointer = format!(
                        "/paths/{}/{method}/x-expanded-response",
                        path.replace('~', "~0").replace('/', "~1")
                    );
                    Error::new(
                        draft.file_of(path),
                        pointer,
                        format!(
                            "the list is said to expand to `{name}`, and no schema is called so"
                        ),
                        "correct the name in the overlay, or remove the extension there",
                    )
                });
            }
        }
    });
    if let Some(error) = failure {
        return Err(error);
    }
    for (path, method, name) in unknown {
        draft.repaired(
            "expanded",
            &path,
            &format!("/{method}/x-expanded-response"),
            format!("no object is called `{name}`: the list gives no pages of objects"),
        );
    }
    for (path, method, schema) in resolved {
        draft.document["paths"][&path][&method][note::EXPANDED] = json!(schema);
    }
    cursors(&mut draft.document);
    Ok(())
}

/// The header by which a list is asked for the page that follows.
const CURSOR: &str = "X-Pagination-Cursor";

fn cursors(document: &mut Value) {
    let objects: BTreeSet<String> = walk::schemas(document)
        .filter(|(_, schema)| schema.get("properties").is_some())
        .map(|(name, _)| name.clone())
        .collect();
    walk::operations_mut(document, &mut |_, _, operation| {
        let parameters = operation.get("parameters").and_then(Value::as_array);
        let takes_cursor = parameters.into_iter().flatten().any(|parameter| {
            let name = parameter["name"].as_str().unwrap_or_default();
            parameter["in"] == "header" && name.eq_ignore_ascii_case(CURSOR)
        });
        if !takes_cursor || operation.get(note::EXPANDED).is_some() {
            return;
        }
        let items = walk::reply(operation).and_then(|reply| reply.get("items"));
        let item = items
            .and_then(walk::target)
            .filter(|name| objects.contains(*name));
        if let Some(item) = item.map(str::to_owned) {
            operation[note::EXPANDED] = json!(item);
            operation[note::CURSOR] = json!(true);
        }
    });
}

fn resolve(document: &Value, path: &str, name: &str) -> Option<String> {
    let flat = |schema: &str| schema.replace(['.', '_'], "").to_lowercase();
    let wanted = flat(name);
    let candidates: Vec<&String> = walk::schemas(document)
        .filter(|(schema, node)| flat(schema) == wanted && node.get("properties").is_some())
        .map(|(schema, _)| schema)
        .collect();
    if candidates.len() < 2 {
        return candidates.first().map(|schema| (*schema).clone());
    }
    let mut of_item = None;
    walk::operations(document, &mut |other, method, operation| {
        let is_item = other
            .strip_prefix(path)
            .is_some_and(|rest| rest.starts_with("/{") && rest.matches('/').count() == 1);
        if method == "get" && is_item {
            of_item = walk::reply(operation)
                .and_then(walk::target)
                .map(str::to_owned);
        }
    });
    of_item
        .filter(|schema| candidates.contains(&schema))
        .or_else(|| candidates.first().map(|schema| (*schema).clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::Section;

    fn draft(name: &str) -> Draft {
        let get = |schema: &str| {
            json!({ "responses": { "200": { "content": { "application/json": {
            "schema": { "$ref": format!("#/components/schemas/{schema}") } } } } } })
        };
        Draft {
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
        let mut draft = draft("WebCron");
        apply(&mut draft).expect("a schema of that name");
        assert_eq!(
            draft.document["paths"]["/web/cron"]["get"][note::EXPANDED],
            json!("web.cron")
        );
    }

    #[test]
    fn a_name_that_nothing_has_is_an_error_with_its_place() {
        let error = apply(&mut draft("WebCorn")).expect_err("no such schema");
        assert_eq!(
            error.pointer(),
            Some("/paths/~1web~1cron/get/x-expanded-response")
        );
        assert!(error.message().contains("WebCorn"));
    }
}
