//! Pages of lists: numbers, cursors, order and filter, on every list that can be expanded.

use crate::common::{self, Client, Response, at, manual_with, versioned, zoned};
use crate::walk::{self, Documents, Sensible, operations, seed_defaults};
use ovh_runtime::{Method, Operation};
use ovh_web_sandbox::Sandbox;
use serde_json::{Value, json};

const PAGES: (&str, &str) = ("X-Pagination-Mode", "CachedObjectList-Pages");
const CURSOR: (&str, &str) = ("X-Pagination-Mode", "CachedObjectList-Cursor");

fn get(client: &Client, path: &str, headers: &[(&str, &str)]) -> Response {
    client.send("GET", &versioned(path), headers, None)
}

fn objects(response: &Response) -> Vec<Value> {
    match response.ok() {
        Value::Array(objects) => objects,
        other => panic!("no list: {other}"),
    }
}

/// Every list that can be expanded, with the way to it.
fn expandable(sandbox: &Sandbox, client: &Client) -> Vec<(&'static Operation, String)> {
    let documents = Documents::read();
    let sensible = Sensible {
        documents: &documents,
        sandbox,
        client,
    };
    let lists = operations();
    let lists: Vec<_> = lists
        .filter(|operation| operation.expanded_type().is_some() && !operation.is_by_cursor())
        .map(|list| (list, sensible.target(list).expect("a way")))
        .collect();
    // A further section has more.
    assert!(lists.len() >= 49, "{}", lists.len());
    lists
}

#[test]
fn pages_and_cursors_lead_through_every_list() {
    let sandbox = zoned();
    let client = Client::new(&sandbox);
    seed_defaults(&sandbox, &client);
    let mut walked = 0;
    for (list, path) in expandable(&sandbox, &client) {
        let whole = get(&client, &path, &[PAGES, ("X-Pagination-Size", "5000")]);
        let elements = whole
            .header("x-pagination-elements")
            .expect("a count")
            .to_owned();
        let whole = objects(&whole);
        assert_eq!(elements, whole.len().to_string(), "{list}");
        assert!(!whole.is_empty(), "{list}");
        let mut pages = Vec::new();
        for number in 1..=whole.len() {
            let number = number.to_string();
            let headers = [
                PAGES,
                ("X-Pagination-Size", "1"),
                ("X-Pagination-Number", &number),
            ];
            let page = get(&client, &path, &headers);
            assert_eq!(page.header("x-pagination-number"), Some(number.as_str()));
            assert_eq!(page.header("x-pagination-size"), Some("1"));
            assert_eq!(page.header("x-pagination-total"), Some(elements.as_str()));
            assert_eq!(page.header("x-pagination-cursor-next"), None);
            pages.extend(objects(&page));
        }
        assert_eq!(pages, whole, "{list}");
        let mut followed = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut headers = vec![CURSOR, ("X-Pagination-Size", "2")];
            headers.extend(
                cursor
                    .as_deref()
                    .map(|cursor| ("X-Pagination-Cursor", cursor)),
            );
            let page = get(&client, &path, &headers);
            followed.extend(objects(&page));
            walked += 1;
            cursor = page.header("x-pagination-cursor-next").map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(followed, whole, "{list}");
    }
    assert!(walked > 32);
}

#[test]
fn every_property_sorts_and_filters() {
    let documents = Documents::read();
    let sandbox = zoned();
    let client = Client::new(&sandbox);
    seed_defaults(&sandbox, &client);
    for (list, path) in expandable(&sandbox, &client) {
        for (name, schema) in documents.properties(list) {
            let order = ("X-Pagination-Sort", name.as_str());
            let up = get(&client, &path, &[PAGES, order]);
            assert_eq!(
                up.header("x-pagination-sort"),
                Some(name.as_str()),
                "{list}"
            );
            assert_eq!(up.header("x-pagination-sort-order"), Some("ASC"));
            let down = [PAGES, order, ("X-Pagination-Sort-Order", "DESC")];
            let down = objects(&get(&client, &path, &down));
            let values = |objects: &[Value]| -> Vec<_> {
                objects.iter().map(|object| object[&name].clone()).collect()
            };
            if matches!(schema["type"].as_str(), Some("integer" | "string")) {
                let mut turned = values(&down);
                turned.reverse();
                assert_eq!(turned, values(&objects(&up)), "{list} by {name}");
            }
            // What an object shows finds it.
            let shown = objects(&up).pop().expect("an object")[&name].clone();
            let text = match &shown {
                Value::String(text) => text.clone(),
                Value::Number(_) | Value::Bool(_) => shown.to_string(),
                _ => continue,
            };
            let encoded = walk::encoded(&text);
            let filter = format!("{name}:eq={encoded}");
            let filtered = get(&client, &path, &[PAGES, ("X-Pagination-Filter", &filter)]);
            let found = objects(&filtered);
            assert!(!found.is_empty(), "{list}: {filter}");
            assert!(
                found.iter().all(|object| object[&name] == shown),
                "{list}: {filter}"
            );
        }
    }
}

/// Three databases, so that there is something to choose from.
fn three() -> (Sandbox, Client) {
    let sandbox = zoned();
    let client = Client::new(&sandbox);
    for (user, kind) in [("a", "mysql"), ("b", "postgresql"), ("c", "mysql")] {
        let user = format!("example{user}");
        let body = json!({"capabilitie": "sqlPerso", "type": kind, "user": user});
        client.post(&at("/database"), body).ok();
    }
    common::settle(&sandbox);
    (sandbox, client)
}

fn names(response: &Response) -> Vec<String> {
    let name = |object: &Value| object["user"].as_str().unwrap_or_default().to_owned();
    objects(response).iter().map(name).collect()
}

#[test]
fn filters_choose_and_join() {
    let (_sandbox, client) = three();
    for (filter, expected) in [
        ("type:eq=mysql", &["examplea", "examplec"][..]),
        ("type:ne=mysql", &["exampleb"]),
        ("type:nq=mysql", &["exampleb"]),
        ("user:in=examplea,exampleb", &["examplea", "exampleb"]),
        ("user:in=examplea%2Cexampleb", &["examplea", "exampleb"]),
        ("user:like=%25b", &["exampleb"]),
        ("user:nlike=%25b", &["examplea", "examplec"]),
        ("user:gt=examplea", &["exampleb", "examplec"]),
        ("user:lt=exampleb", &["examplea"]),
        ("type:eq=mysql&user:ne=examplea", &["examplec"]),
        ("quotaSize.unit:eq=MB&user:eq=exampleb", &["exampleb"]),
        ("user:eq=nobody", &[]),
    ] {
        let response = get(
            &client,
            &at("/database"),
            &[PAGES, ("X-Pagination-Filter", filter)],
        );
        assert_eq!(names(&response), expected, "{filter}");
        let count = expected.len().to_string();
        assert_eq!(
            response.header("x-pagination-elements"),
            Some(count.as_str())
        );
    }
    // The query goes before the filter.
    let path = at("/database?type=mysql");
    let response = get(
        &client,
        &path,
        &[PAGES, ("X-Pagination-Filter", "user:like=%25c")],
    );
    assert_eq!(names(&response), ["examplec"]);
}

#[test]
fn a_cursor_leads_on_in_its_own_list_only() {
    let (_sandbox, client) = three();
    let size = ("X-Pagination-Size", "2");
    let order = [
        ("X-Pagination-Sort", "user"),
        ("X-Pagination-Sort-Order", "DESC"),
    ];
    let first = get(
        &client,
        &at("/database"),
        &[CURSOR, size, order[0], order[1]],
    );
    assert_eq!(names(&first), ["examplec", "exampleb"]);
    let next = first
        .header("x-pagination-cursor-next")
        .expect("a cursor")
        .to_owned();
    let next = ("X-Pagination-Cursor", next.as_str());
    let second = get(
        &client,
        &at("/database"),
        &[CURSOR, size, order[0], order[1], next],
    );
    assert_eq!(names(&second), ["examplea"]);
    assert_eq!(second.header("x-pagination-cursor-next"), None);
    let other = get(&client, &at("/database"), &[CURSOR, size, next]);
    assert!(other.refused(400).contains("x-pagination-cursor"));
}

#[test]
fn wrong_headers_are_named() {
    let sandbox = zoned();
    let client = Client::new(&sandbox);
    for (name, value) in [
        ("X-Pagination-Size", "0"),
        ("X-Pagination-Size", "many"),
        ("X-Pagination-Number", "0"),
        ("X-Pagination-Sort", "color"),
        ("X-Pagination-Filter", "color:eq=red"),
        ("X-Pagination-Filter", "name:is=x"),
        ("X-Pagination-Filter", "name=x"),
    ] {
        let response = get(&client, &at("/database"), &[PAGES, (name, value)]);
        let message = response.refused(400);
        assert!(
            message.contains(&name.to_lowercase()),
            "{name} {value}: {message}"
        );
    }
    let order = [
        PAGES,
        ("X-Pagination-Sort", "name"),
        ("X-Pagination-Sort-Order", "UP"),
    ];
    assert!(
        get(&client, &at("/database"), &order)
            .refused(400)
            .contains("order")
    );
    let mode = [("X-Pagination-Mode", "Everything")];
    assert!(
        get(&client, &at("/database"), &mode)
            .refused(400)
            .contains("mode")
    );
    let cursor = [CURSOR, ("X-Pagination-Cursor", "made-up")];
    get(&client, &at("/database"), &cursor).refused(400);
}

#[test]
fn ignores_headers_on_lists_without_objects() {
    let sandbox = zoned();
    let client = Client::new(&sandbox);
    seed_defaults(&sandbox, &client);
    let documents = Documents::read();
    let sensible = Sensible {
        documents: &documents,
        sandbox: &sandbox,
        client: &client,
    };
    let headers = [
        PAGES,
        ("X-Pagination-Size", "1"),
        ("X-Pagination-Sort", "x"),
    ];
    for operation in operations() {
        if operation.method() == Method::GET && operation.expanded_type().is_none() {
            let target = sensible.target(operation).expect("a way");
            let target = format!("{target}{}", sensible.query(operation));
            // Both say what time it is: the one now, the other at its last use.
            if matches!(operation.id(), "auth::time" | "auth::current_credential") {
                continue;
            }
            let (plain, paged) = (client.get(&target), get(&client, &target, &headers));
            assert_eq!(plain.ok(), paged.ok(), "{operation}");
            assert_eq!(paged.header("x-pagination-elements"), None);
        }
    }
}

#[test]
fn can_ignore_paging_headers() {
    let sandbox = manual_with(Sandbox::builder().ignore_paging(true));
    let client = Client::new(&sandbox);
    let response = get(
        &client,
        "/hosting/web",
        &[PAGES, ("X-Pagination-Size", "1")],
    );
    assert_eq!(response.ok(), json!([common::SERVICE]));
    assert_eq!(response.header("x-pagination-elements"), None);
}
