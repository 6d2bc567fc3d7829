//! Version 2 of the hosting API: pages by cursor, and the same world as version 1.

use std::time::Duration;

use crate::common::{Client, Response, SERVICE, at, manual, manual_with, settle};
use crate::walk::documents::wrong;
use ovh_web_sandbox::{HostingSeed, Sandbox, SeedCertificate};
use serde_json::{Value, json};

const SITES: &str = "/v2/webhosting/attachedDomain";
const RESOURCE: &str = "/v2/webhosting/resource/example.cluster01.hosting.ovh.net";

/// Reads, and compares a success with the document.
fn get(client: &Client, path: &str) -> Response {
    let response = client.send("GET", path, &[], None);
    if response.status == 200 {
        let document = include_str!("../../src/generated/webhosting.json");
        let document: Value = serde_json::from_str(document).expect("a document");
        let routes = document["paths"].as_object().expect("paths");
        let given: Vec<_> = path
            .split('?')
            .next()
            .unwrap_or_default()
            .split('/')
            .collect();
        let fits = |route: &str| {
            let segments: Vec<_> = route.split('/').collect();
            let mut pairs = segments.iter().zip(&given);
            segments.len() == given.len() && pairs.all(|(a, b)| a.starts_with('{') || a == b)
        };
        let (_, methods) = routes
            .iter()
            .find(|(route, _)| fits(route))
            .expect("a route");
        let schema = &methods["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        let found = wrong(&document, schema, &response.json());
        assert!(found.is_empty(), "{path}: {found:?}");
    }
    response
}

fn page(client: &Client, path: &str, size: &str, cursor: Option<&str>) -> Response {
    let mut headers = vec![("X-Pagination-Size", size)];
    headers.extend(cursor.map(|cursor| ("X-Pagination-Cursor", cursor)));
    client.send("GET", path, &headers, None)
}

fn create(client: &Client, spec: Value) -> Response {
    let body = json!({"targetSpec": spec}).to_string();
    client.send("POST", &format!("{RESOURCE}/website"), &[], Some(&body))
}

#[test]
fn cursors_lead_through_the_sites_of_all() {
    let hostings = ["a", "b", "c"].map(|name| HostingSeed::new(format!("{name}.example.com")));
    let builder = hostings
        .into_iter()
        .fold(Sandbox::builder(), |builder, seed| {
            builder.hosting_with(seed.domains(4))
        });
    let sandbox = manual_with(builder.largest_page(6));
    let client = Client::new(&sandbox);
    let mut sizes = Vec::new();
    let mut names = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let response = page(&client, SITES, "6", cursor.as_deref());
        let sites = response.ok();
        let sites = sites.as_array().expect("a page");
        sizes.push(sites.len());
        names.extend(
            sites
                .iter()
                .map(|site| site["currentState"]["fqdn"].to_string()),
        );
        cursor = response
            .header("x-pagination-cursor-next")
            .map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [6, 6, 3]);
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 15);
    page(&client, SITES, "7", None).refused(400);
    page(&client, SITES, "6", Some("x")).refused(400);
    let one = get(&client, &format!("{SITES}?domain=a.example.com")).ok();
    assert_eq!(one.as_array().map(Vec::len), Some(1));
    assert_eq!(one[0]["currentState"]["isDefault"], true);
}

#[test]
fn both_versions_show_the_same_domains() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let body = json!({"domain": "shop.example.com", "path": "shop", "ssl": true});
    client.post(&at("/attachedDomain"), body).task();
    let site = || get(&client, &format!("{SITES}?domain=shop.example.com")).ok()[0].clone();
    let new = site();
    assert_eq!(new["resourceStatus"], "CREATING");
    assert_eq!(new["currentTasks"][0]["status"], "PENDING");
    settle(&sandbox);
    let created = site();
    assert_eq!(created["resourceStatus"], "READY");
    assert_eq!(created["currentTasks"], json!([]));
    assert_eq!(created["id"], new["id"]);
    let state = &created["currentState"];
    assert_eq!(state["path"], "shop");
    assert_eq!(state["ssl"]["status"], "ACTIVE");
    assert_eq!(state["cdn"]["status"], "NONE");
    assert_eq!(state["git"]["status"], "DISABLED");
    assert_eq!(state["hosting"]["serviceName"], SERVICE);
    client
        .put(
            &at("/attachedDomain/shop.example.com"),
            json!({"cdn": "active"}),
        )
        .ok();
    settle(&sandbox);
    let changed = site();
    assert_eq!(changed["currentState"]["cdn"]["status"], "ACTIVE");
    assert_ne!(changed["checksum"], created["checksum"]);
    let hosting = get(&client, RESOURCE).ok();
    assert_eq!(
        (&hosting["id"], &hosting["resourceStatus"]),
        (&json!(SERVICE), &json!("READY"))
    );
    get(&client, "/v2/webhosting/resource/other").refused(404);
}

#[test]
fn certificates_have_an_expiry() {
    let seed = HostingSeed::new(SERVICE).certificate(SeedCertificate::Free);
    let sandbox = manual_with(Sandbox::builder().hosting_with(seed));
    let client = Client::new(&sandbox);
    let certificates = format!("{RESOURCE}/certificate");
    let state = || get(&client, &certificates).ok()[0]["currentState"].clone();
    let first = state();
    assert_eq!(
        (&first["state"], &first["certificateType"]),
        (&json!("ACTIVE"), &json!("LETSENCRYPT"))
    );
    assert_eq!(first["createdAt"], "2025-10-09T08:53:20+00:00");
    assert_eq!(first["expiredAt"], "2026-01-07T08:53:20+00:00");
    client.delete(&at("/ssl")).ok();
    assert_eq!(state()["state"], "DELETING");
    settle(&sandbox);
    assert_eq!(get(&client, &certificates).ok(), json!([]));
    let body = json!({"domain": "a.example.com", "path": "a", "ssl": true});
    client.post(&at("/attachedDomain"), body).task();
    settle(&sandbox);
    client.post_nothing(&at("/ssl")).ok();
    let new = state();
    assert_eq!(
        (&new["state"], &new["expiredAt"]),
        (&json!("CREATING"), &Value::Null)
    );
    settle(&sandbox);
    let issued = state();
    assert_eq!(issued["mainDomain"], "a.example.com");
    sandbox.clock().advance(Duration::from_secs(61 * 24 * 3600));
    assert_ne!(state()["expiredAt"], issued["expiredAt"], "it was renewed");
}

#[test]
fn one_call_makes_site_module_and_database() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let spec = json!({
        "adminConfiguration": {
            "adminLogin": "admin", "adminPassword": "Passw0rdOfIt", "domain": "blog.example.com",
            "language": "en",
        },
        "fqdn": "blog.example.com",
        "module": {"name": "WORDPRESS"},
        "name": "Blog",
        "path": "blog",
    });
    let website = create(&client, spec.clone()).ok();
    assert_eq!(website["resourceStatus"], "CREATING");
    assert_eq!(website["currentTasks"][0]["status"], "PENDING");
    create(&client, spec).refused(409);
    settle(&sandbox);
    let path = format!(
        "{RESOURCE}/website/{}",
        website["id"].as_str().expect("an ID")
    );
    let created = get(&client, &path).ok();
    assert_eq!(created["resourceStatus"], "READY");
    let state = &created["currentState"];
    assert_eq!(
        (&state["name"], &state["module"]["enabled"]),
        (&json!("Blog"), &json!(true))
    );
    assert_eq!(state["linkedDomains"], 1);
    assert_eq!(
        client.get(&at("/attachedDomain/blog.example.com")).ok()["path"],
        "blog"
    );
    assert_eq!(sandbox.state().modules(SERVICE).len(), 1);
    assert_eq!(sandbox.state().databases(SERVICE).len(), 1);
    let domains = get(&client, &format!("{path}/domain")).ok();
    assert_eq!(domains[0]["currentState"]["fqdn"], "blog.example.com");
}

#[test]
fn a_rename_has_a_target_and_a_current_state() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let websites = get(&client, &format!("{RESOURCE}/website")).ok();
    let id = websites[0]["id"].as_str().expect("an ID");
    let path = format!("{RESOURCE}/website/{id}");
    let rename = |name: &str| {
        let body = json!({"targetSpec": {"name": name}}).to_string();
        client.send("PUT", &path, &[], Some(&body))
    };
    let renaming = rename("Main").ok();
    assert_eq!(renaming["resourceStatus"], "UPDATING");
    assert_eq!(renaming["targetSpec"]["name"], "Main");
    assert_eq!(renaming["currentState"]["name"], SERVICE);
    rename("Other").refused(409);
    settle(&sandbox);
    let renamed = get(&client, &path).ok();
    assert_eq!(renamed["currentState"]["name"], "Main");
    assert_eq!(renamed["currentTasks"], json!([]));
    rename(" ").refused(400);
}

#[test]
fn a_failed_website_shows_its_error() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    sandbox.fail_next_task("webhosting/websites::create");
    let spec = json!({"fqdn": "blog.example.com", "name": "Blog"});
    let website = create(&client, spec.clone()).ok();
    settle(&sandbox);
    let path = format!(
        "{RESOURCE}/website/{}",
        website["id"].as_str().expect("an ID")
    );
    let failed = get(&client, &path).ok();
    assert_eq!(failed["resourceStatus"], "ERROR");
    assert_eq!(failed["currentTasks"][0]["status"], "ERROR");
    client
        .get(&at("/attachedDomain/blog.example.com"))
        .refused(404);
    create(&client, spec).ok();
    settle(&sandbox);
    assert_eq!(get(&client, &path).ok()["resourceStatus"], "READY");
}

#[test]
fn an_account_can_lack_version_2() {
    for status in [403, 404] {
        let sandbox = manual_with(Sandbox::builder().without_webhosting_v2(status));
        let client = Client::new(&sandbox);
        let response = get(&client, SITES);
        response.refused(status);
        let class = if status == 403 {
            "Client::Forbidden"
        } else {
            "Client::NotFound"
        };
        assert_eq!(response.json()["class"], class);
        client.get("/hosting/web").ok();
    }
}
