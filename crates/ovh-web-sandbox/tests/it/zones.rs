//! DNS zones: staged records, refreshes, and domain names.

use std::time::Duration;

use crate::common::{Client, at as hosting, manual_with, settle};
use ovh_web_sandbox::{Sandbox, ZoneSeed};
use serde_json::{Value, json};

const ZONE: &str = "/domain/zone/example.com";

fn sandbox() -> Sandbox {
    let zone = ZoneSeed::new("example.com").record("www", "A", "203.0.113.7");
    manual_with(Sandbox::builder().zone_with(zone).zone("example.org"))
}

fn at(path: &str) -> String {
    format!("{ZONE}{path}")
}

fn is_deployed(client: &Client) -> Value {
    client.get(&at("/status")).ok()["isDeployed"].clone()
}

#[test]
fn records_are_staged_until_a_refresh() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox);
    assert_eq!(is_deployed(&client), true);
    let serial = client.get(&at("/soa")).ok()["serial"].clone();
    let body = json!({"fieldType": "TXT", "subDomain": "a", "target": "x", "ttl": 60});
    let record = client.post(&at("/record"), body).ok();
    assert_eq!(record["zone"], "example.com");
    assert_eq!(is_deployed(&client), false);
    let one = at(&format!("/record/{}", record["id"]));
    client.put(&one, json!({"target": "y", "ttl": 120})).ok();
    let changed = client.get(&one).ok();
    assert_eq!(
        (&changed["target"], &changed["ttl"]),
        (&json!("\"y\""), &json!(120))
    );
    client.post_nothing(&at("/refresh")).ok();
    assert_eq!(is_deployed(&client), true);
    let later = client.get(&at("/soa")).ok()["serial"].clone();
    assert!(later.as_u64() > serial.as_u64());
    client.delete(&one).ok();
    client.get(&one).refused(404);
    assert_eq!(is_deployed(&client), false);
}

#[test]
fn lists_records_by_type_and_subdomain() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox);
    let count = |query: &str| {
        let ids = client.get(&at(&format!("/record{query}"))).ok();
        ids.as_array().expect("a list").len()
    };
    assert_eq!(count(""), 3);
    assert_eq!(count("?fieldType=NS"), 2);
    assert_eq!(count("?fieldType=A&subDomain=www"), 1);
    assert_eq!(count("?subDomain=mail"), 0);
    client.get(&at("/record?fieldType=NONE")).refused(400);
    assert_eq!(client.objects(&at("/record")).len(), 3);
    client.get("/domain/zone/example.net/record").refused(404);
    assert_eq!(
        client.get("/domain/zone").ok(),
        json!(["example.com", "example.org"])
    );
}

#[test]
fn parallel_refreshes_have_no_effect() {
    let time = Duration::from_secs(5);
    let builder = Sandbox::builder().zone("example.com").refresh_time(time);
    let sandbox = manual_with(builder);
    let client = Client::new(&sandbox);
    let add = |target: &str| {
        let body = json!({"fieldType": "TXT", "target": target});
        client.post(&at("/record"), body).ok();
        client.post_nothing(&at("/refresh")).ok();
    };
    add("first");
    add("second");
    let calls = sandbox.journal().operation("domain/zones::refresh");
    let effects: Vec<_> = calls
        .entries()
        .iter()
        .map(|call| call.effect.is_change())
        .collect();
    assert_eq!(effects, [true, false]);
    assert_eq!(is_deployed(&client), false);
    sandbox.clock().advance(time);
    assert_eq!(is_deployed(&client), false, "the second was lost");
    client.post_nothing(&at("/refresh")).ok();
    sandbox.clock().advance(time);
    assert_eq!(is_deployed(&client), true);
}

#[test]
fn texts_are_quoted_in_strings_of_255_bytes() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox);
    let (long, quoted) = ("é".repeat(200), |text: &str| format!("\"{text}\""));
    let split = [127, 73].map(|letters| quoted(&"é".repeat(letters)));
    for (target, shown) in [
        ("a b", quoted("a b")),
        ("\"a\" \"b\"", "\"a\" \"b\"".to_owned()),
        (&long, split.join(" ")),
    ] {
        let body = json!({"fieldType": "TXT", "subDomain": "a", "target": target});
        let record = client.post(&at("/record"), body).ok();
        assert_eq!(record["target"], shown);
        let one = at(&format!("/record/{}", record["id"]));
        client.put(&one, json!({"target": target})).ok();
        assert_eq!(client.get(&one).ok()["target"], shown);
    }
}

#[test]
fn refuses_records_that_cannot_be() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox);
    for (kind, subdomain, target, status) in [
        ("A", "x", "2001:db8::1", 400),
        ("AAAA", "x", "192.0.2.1", 400),
        ("A", "x y", "192.0.2.1", 400),
        ("CNAME", "www", "example.org.", 409),
        ("CNAME", "", "example.org.", 400),
        ("TXT", "x", "", 400),
        ("CAA", "", "0 issue letsencrypt.org", 400),
        ("CAA", "", "0 issue \"letsencrypt.org\"", 200),
        ("CNAME", "x", "example.org.", 200),
        ("TXT", "x", "a", 200),
        ("A", "x", "192.0.2.1", 409),
    ] {
        let body = json!({"fieldType": kind, "subDomain": subdomain, "target": target});
        let response = client.post(&at("/record"), body);
        assert_eq!(
            response.status, status,
            "{kind} {target}: {}",
            response.body
        );
    }
    let body = json!({"fieldType": "A", "target": "192.0.2.1", "ttl": 1});
    client.post(&at("/record"), body).refused(400);
}

#[test]
fn long_texts_are_split() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox);
    let (first, rest) = ("a".repeat(255), "b".repeat(3));
    let split = format!("\"{first}\" \"{rest}\"");
    for target in [
        format!("{first}{rest}"),
        format!("\"{first}{rest}\""),
        split.clone(),
    ] {
        let body = json!({"fieldType": "TXT", "target": target});
        assert_eq!(client.post(&at("/record"), body).ok()["target"], split);
    }
    let short = json!({"fieldType": "TXT", "target": "\"a\" \"b\""});
    let short = client.post(&at("/record"), short).ok();
    assert_eq!(short["target"], "\"a\" \"b\"");
}

#[test]
fn dynamic_hosts_and_their_logins() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox);
    let hosts = at("/dynHost/record");
    let host = client
        .post(&hosts, json!({"ip": "192.0.2.1", "subDomain": "home"}))
        .ok();
    let one = format!("{hosts}/{}", host["id"]);
    client.put(&one, json!({"ip": "192.0.2.2"})).ok();
    assert_eq!(client.get(&one).ok()["ip"], "192.0.2.2");
    client.delete(&one).ok();
    assert_eq!(client.get(&hosts).ok(), json!([]));
    let logins = at("/dynHost/login");
    let body = json!({"loginSuffix": "home", "password": "canaryPass42x", "subDomain": "home"});
    client.post(&logins, body.clone()).ok();
    client.post(&logins, body).refused(409);
    assert_eq!(client.get(&logins).ok(), json!(["example.com-home"]));
}

#[test]
fn zones_have_domain_names() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox);
    assert_eq!(
        client.get("/domain").ok(),
        json!(["example.com", "example.org"])
    );
    let domain = client.get("/domain/example.com").ok();
    assert_eq!(domain["transferLockStatus"], "locked");
    assert_eq!(domain["dnssecState"], "enabled");
    let contract = client.get("/domain/example.com/serviceInfos").ok();
    let end = domain["expirationDate"].as_str().expect("a date");
    assert!(end.starts_with(contract["expiration"].as_str().expect("a day")));
    let servers = client.objects("/domain/example.com/nameServer");
    assert_eq!(servers.len(), 2);
    client.get("/domain/example.net").refused(404);
}

#[test]
fn attaching_a_domain_edits_its_zone() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox);
    let attach = |domain: &str, bypass: bool| {
        let body = json!({"domain": domain, "path": "www", "bypassDNSConfiguration": bypass});
        client.post(&hosting("/attachedDomain"), body).task();
        settle(&sandbox);
    };
    let targets = |subdomain: &str| {
        let records = client.objects(&at(&format!("/record?subDomain={subdomain}")));
        let addresses = records.iter().filter(|record| record["fieldType"] != "NS");
        let mut targets: Vec<_> = addresses.map(|it| it["target"].clone()).collect();
        targets.sort_by_key(Value::to_string);
        targets
    };
    attach("www.example.com", true);
    assert_eq!(targets("www"), ["203.0.113.7"]);
    attach("example.com", false);
    assert_eq!(targets(""), ["192.0.2.10", "2001:db8::10"]);
    assert_eq!(
        targets("www"),
        ["203.0.113.7"],
        "an existing www record stays"
    );
    attach("shop.example.com", false);
    assert_eq!(targets("shop"), ["192.0.2.10", "2001:db8::10"]);
    let lines = sandbox.state().zone_records("example.com");
    assert!(lines.contains(&"@ A 192.0.2.10".to_owned()), "{lines:?}");
    assert_eq!(is_deployed(&client), true);
    attach("example.org", false);
    let records = client.objects("/domain/zone/example.org/record?subDomain=www");
    assert_eq!(records.len(), 2);
}

#[test]
fn certificates_wait_for_the_zone() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox);
    let body = json!({"domain": "www.example.com", "path": "www", "ssl": true, "bypassDNSConfiguration": true});
    client.post(&hosting("/attachedDomain"), body).task();
    settle(&sandbox);
    client.post_nothing(&hosting("/ssl")).refused(400);
    let certificate = hosting("/attachedDomain/www.example.com/ssl");
    client.post_nothing(&certificate).ok();
    settle(&sandbox);
    assert_eq!(client.get(&certificate).ok()["status"], "creating");
    let id = client.get(&at("/record?fieldType=A&subDomain=www")).ok()[0].clone();
    let record = at(&format!("/record/{id}"));
    client.put(&record, json!({"target": "192.0.2.10"})).ok();
    settle(&sandbox);
    assert_eq!(
        client.get(&certificate).ok()["status"],
        "creating",
        "only staged"
    );
    client.post_nothing(&at("/refresh")).ok();
    settle(&sandbox);
    assert_eq!(client.get(&certificate).ok()["status"], "created");
    client.post_nothing(&hosting("/ssl")).ok();
}

#[test]
fn domains_of_no_zone_want_a_proof() {
    let sandbox = sandbox();
    let client = Client::new(&sandbox);
    let domain = hosting("/attachedDomain/shop.example.net");
    let body = json!({"domain": "shop.example.net", "path": "shop"});
    client.post(&hosting("/attachedDomain"), body).task();
    settle(&sandbox);
    assert_eq!(client.get(&domain).ok()["status"], "creating");
    let token = client.get(&hosting("/token")).ok();
    sandbox.set_txt_record("ovhcontrol.example.net", token.as_str().expect("a token"));
    sandbox.set_address_record(
        "shop.example.net",
        "192.0.2.10".parse().expect("an address"),
    );
    settle(&sandbox);
    assert_eq!(client.get(&domain).ok()["status"], "created");
}
