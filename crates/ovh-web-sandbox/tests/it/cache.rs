//! Pages from a stale cache.

use crate::common::{Client, at, database, manual, manual_with, settle};
use ovh_web_sandbox::{Fault, Sandbox};
use serde_json::json;

const PAGED: (&str, &str) = ("X-Pagination-Mode", "CachedObjectList-Pages");

fn user(login: &str) -> serde_json::Value {
    json!({"login": login, "home": "./", "password": "canaryPass42x"})
}

#[test]
fn cached_page_is_older_than_last_write() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    sandbox
        .faults()
        .add(Fault::on_route("GET", "/hosting/web/*").stale_cache());
    let count = |headers: &[(&str, &str)]| {
        let target = format!("/1.0{}", at("/database"));
        let response = client.send("GET", &target, headers, None);
        let items = response.ok().as_array().expect("a list").len();
        if let Some(elements) = response.header("x-pagination-elements") {
            assert_eq!(elements, items.to_string());
        }
        items
    };
    assert_eq!(count(&[PAGED]), 0);
    database(&sandbox, &client, "exampledb");
    assert_eq!(count(&[PAGED]), 0, "the page as it was");
    assert_eq!(count(&[]), 1, "ids are not cached");
    assert_eq!(count(&[PAGED, ("Pragma", "no-cache")]), 1);
    assert_eq!(count(&[PAGED]), 1, "the cache holds the new page");
}

#[test]
fn unread_page_is_as_old_as_the_fault() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let name = database(&sandbox, &client, "exampledb");
    let fault = Fault::everywhere().stale_cache();
    let fault = sandbox.faults().add(fault);
    let list = at("/database");
    let users = |number: u32| {
        let response = client.page(&at("/user"), number, 1);
        let elements = response.header("x-pagination-elements").map(str::to_owned);
        (response.ok().as_array().expect("a list").len(), elements)
    };
    client.delete(&format!("{list}/{name}")).ok();
    for login in ["example-a", "example-b"] {
        client.post(&at("/user"), user(login)).task();
    }
    settle(&sandbox);
    assert_eq!(client.objects(&list).len(), 1, "it is gone, but not here");
    assert_eq!(client.objects(&list)[0]["state"], "ok");
    assert_eq!(users(1), (1, Some("1".to_owned())));
    assert_eq!(
        users(2),
        (0, Some("1".to_owned())),
        "another page of the same"
    );
    assert_eq!(client.get(&list).ok(), json!([]), "ids are not cached");
    client.get(&format!("{list}/{name}")).refused(404);
    let target = format!("/1.0{list}");
    client
        .send("GET", &target, &[PAGED, ("Pragma", "no-cache")], None)
        .ok();
    assert_eq!(client.objects(&list).len(), 0, "one list was refreshed");
    assert_eq!(users(1), (1, Some("1".to_owned())), "and no other");
    sandbox.faults().remove(fault);
    assert_eq!(users(3), (1, Some("3".to_owned())));
    sandbox.faults().add(Fault::everywhere().stale_cache());
    assert_eq!(
        users(3),
        (1, Some("3".to_owned())),
        "a new fault, a new cache"
    );
}

#[test]
fn cache_covers_admin_actions() {
    let fault = Fault::on("databases::list").stale_cache();
    let sandbox = manual_with(Sandbox::builder().fault(fault));
    let client = Client::new(&sandbox);
    database(&sandbox, &client, "exampledb");
    assert_eq!(client.objects(&at("/database")).len(), 0);
    sandbox.reset();
    database(&sandbox, &client, "exampledb");
    assert_eq!(
        client.objects(&at("/database")).len(),
        0,
        "a reset sets it again"
    );
}
