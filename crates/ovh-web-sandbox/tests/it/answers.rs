//! Calls of every operation of the table, whose responses must match the document.

use crate::common::{Client, zoned};
use crate::walk::{Documents, Sensible, encoded, id_of, item_of, operations, seed_defaults};
use ovh_runtime::Method;
use serde_json::Value;

/// All errors of the walk.
#[track_caller]
fn none(problems: Vec<String>) {
    assert!(
        problems.is_empty(),
        "{} problems:\n{}",
        problems.len(),
        problems.join("\n")
    );
}

#[test]
fn every_operation_answers_as_the_document_says() {
    let documents = Documents::read();
    let mut problems = Vec::new();
    let reading = zoned();
    seed_defaults(&reading, &Client::new(&reading));
    for operation in operations() {
        // Each write finds everything in its place.
        let writing;
        let sandbox = if operation.method() == Method::GET {
            &reading
        } else {
            writing = zoned();
            seed_defaults(&writing, &Client::new(&writing));
            &writing
        };
        let client = Client::new(sandbox);
        let sensible = Sensible {
            documents: &documents,
            sandbox,
            client: &client,
        };
        match sensible.call(operation) {
            Err(problem) => problems.push(format!("{operation}: {problem}")),
            Ok(response) if response.status != 200 => {
                problems.push(format!(
                    "{operation}: {} {}",
                    response.status, response.body
                ));
            }
            Ok(response) => {
                let wrong = documents.wrong_answer(operation, &response.json());
                problems.extend(wrong.iter().map(|wrong| format!("{operation}: {wrong}")));
            }
        }
    }
    none(problems);
}

#[test]
fn lists_lead_to_their_items_and_pages_show_them() {
    let documents = Documents::read();
    let sandbox = zoned();
    let client = Client::new(&sandbox);
    seed_defaults(&sandbox, &client);
    let sensible = Sensible {
        documents: &documents,
        sandbox: &sandbox,
        client: &client,
    };
    let mut problems = Vec::new();
    let lists = operations().filter(|operation| operation.method() == Method::GET);
    for (list, item) in lists.filter_map(|list| Some((list, item_of(list)?))) {
        let target = sensible.target(list).expect("the way to a list");
        let answered = client.get(&target).ok();
        let Some(items) = answered.as_array() else {
            continue;
        };
        let mut objects = Vec::new();
        for id in items.iter().map(id_of) {
            let response = client.get(&format!("{target}/{}", encoded(&id)));
            if response.status == 200 {
                objects.push(response.json());
            } else {
                problems.push(format!("{item} with {id}: {}", response.body));
            }
        }
        if list.expanded_type().is_some() {
            let page = client.page(&target, 1, 1000).ok();
            let wrong = documents.wrong_page(list, &page);
            problems.extend(wrong.iter().map(|wrong| format!("{list}: {wrong}")));
            if page != Value::from(objects) {
                problems.push(format!("{list}: the page is not made of the items"));
            }
        }
        let is_uuid = |item: &Value| id_of(item).len() == 36;
        let missing = match items.first() {
            Some(item) if is_uuid(item) => "7f3c1b2a-0d4e-4f5a-8b6c-9d0e1f2a3b4c".to_owned(),
            Some(Value::Number(_)) => "999999999".to_owned(),
            Some(Value::Object(item)) if item.contains_key("id") => "999999999".to_owned(),
            Some(Value::String(text)) if text.contains("T") && text.ends_with("+00:00") => {
                encoded("2001-01-01T00:00:00+00:00")
            }
            _ => "nothing.example".to_owned(),
        };
        let response = client.get(&format!("{target}/{missing}"));
        // A value that the document does not have is refused before.
        let is_word = response.status == 400 && response.body.contains("expected one of");
        if response.status != 404 && !is_word {
            problems.push(format!(
                "{item} with {missing}: {} {}",
                response.status, response.body
            ));
        }
    }
    none(problems);
}
