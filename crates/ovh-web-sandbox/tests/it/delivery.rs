//! Certificates of single domains, DNS, CDN, and mail of scripts.

use crate::common::{Client, SERVICE, at, finish, manual, settle};
use ovh_web_sandbox::Sandbox;
use serde_json::{Value, json};

fn attach(sandbox: &Sandbox, client: &Client, domain: &str, extra: Value) {
    let mut body = json!({"domain": domain, "path": "www"});
    body.as_object_mut()
        .expect("an object")
        .extend(extra.as_object().cloned().unwrap_or_default());
    client.post(&at("/attachedDomain"), body).task();
    settle(sandbox);
}

#[test]
fn a_domain_has_a_certificate_of_its_own() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    attach(&sandbox, &client, "a.example.com", json!({}));
    let path = at("/attachedDomain/a.example.com/ssl");
    client.get(&path).refused(404);
    client
        .get(&at("/attachedDomain/b.example.com/ssl"))
        .refused(404);
    let ordered = client.post_nothing(&path).ok();
    assert_eq!(ordered["status"], "creating");
    let task = ordered["taskId"].as_u64().expect("a task");
    let task = client.get(&at(&format!("/tasks/{task}"))).ok();
    assert_eq!(task["objectType"], "Hostedssl");
    client.post_nothing(&path).refused(409);
    client.delete(&path).refused(409);
    settle(&sandbox);
    assert_eq!(client.get(&path).ok()["status"], "created");
    client.get(&at("/ssl")).refused(404);
    let renewed = client.post_nothing(&format!("{path}/regenerate")).ok();
    assert_eq!(renewed["status"], "regenerating");
    client.put(&path, json!({"regenerate": true})).refused(409);
    settle(&sandbox);
    let renewed = client.put(&path, json!({"regenerate": true})).ok();
    assert_eq!(renewed["status"], "regenerating");
    settle(&sandbox);
    assert_eq!(
        client.put(&path, json!({"regenerate": false})).ok()["taskId"],
        Value::Null
    );
    client.get(&format!("{path}/report")).ok();
    client.delete(&path).ok();
    settle(&sandbox);
    client.get(&path).refused(404);
    client.post_nothing(&path).ok();
    settle(&sandbox);
    client.delete(&at("/attachedDomain/a.example.com")).task();
    settle(&sandbox);
    client.get(&path).refused(404);
}

#[test]
fn the_dns_choice_of_a_domain_shows() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    attach(&sandbox, &client, "ours.example.com", json!({}));
    attach(
        &sandbox,
        &client,
        "theirs.example.com",
        json!({"bypassDNSConfiguration": true}),
    );
    sandbox.set_address_record("theirs.example.com", [198, 51, 100, 1].into());
    for (domain, configured) in [("ours.example.com", true), ("theirs.example.com", false)] {
        let status = client
            .get(&at(&format!("/attachedDomain/{domain}/digStatus")))
            .ok();
        let records = status["records"].as_object().expect("records");
        assert_eq!(records.len(), 2);
        assert!(
            records.values().all(|it| it["dnsConfigured"] == configured),
            "{status}"
        );
    }
    let views = sandbox.state().attached_domains(SERVICE);
    let bypassed: Vec<_> = views.iter().filter(|it| it.bypass_dns).collect();
    assert_eq!(bypassed[0].domain, "theirs.example.com");
}

#[test]
fn a_domain_is_restarted_and_its_cache_purged() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    attach(&sandbox, &client, "a.example.com", json!({"cdn": "active"}));
    attach(&sandbox, &client, "b.example.com", json!({}));
    let path = at("/attachedDomain/a.example.com");
    assert_eq!(client.get(&path).ok()["isFlushable"], true);
    client.post_nothing(&format!("{path}/purgeCache")).task();
    assert_eq!(client.get(&path).ok()["status"], "updating");
    client.post_nothing(&format!("{path}/restart")).refused(409);
    settle(&sandbox);
    client.post_nothing(&format!("{path}/restart")).task();
    settle(&sandbox);
    assert_eq!(client.get(&path).ok()["status"], "created");
    client
        .post_nothing(&at("/attachedDomain/b.example.com/purgeCache"))
        .refused(400);
}

#[test]
fn cdn_has_its_attached_domains() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    assert_eq!(client.get(&at("/cdn")).ok()["domain"], SERVICE);
    assert_eq!(client.get(&at("/cdn/domain")).ok(), json!([]));
    attach(&sandbox, &client, "a.example.com", json!({"cdn": "active"}));
    let path = at("/cdn/domain/a.example.com");
    assert_eq!(client.get(&path).ok()["status"], "ok");
    assert_eq!(client.objects(&at("/cdn/domain")), [client.get(&path).ok()]);
    let change = json!({"cdn": "none"});
    client
        .put(&at("/attachedDomain/a.example.com"), change)
        .ok();
    client.get(&path).ok();
    settle(&sandbox);
    client.get(&path).refused(404);
    client.get(&format!("{path}/option")).refused(404);
    client.get(&format!("{path}/option/brotli")).refused(404);
}

#[test]
fn cdn_options_are_changed_and_deleted() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    attach(&sandbox, &client, "a.example.com", json!({"cdn": "active"}));
    let domain = at("/cdn/domain/a.example.com");
    let options = format!("{domain}/option");
    let before = client.objects(&options).len();
    let types = client.get(&at("/cdn/availableOptions")).ok();
    assert_eq!(
        types.as_array().map(Vec::len),
        Some(before + 1),
        "and cache rules"
    );

    let brotli = format!("{options}/brotli");
    assert_eq!(client.get(&brotli).ok()["enabled"], false);
    let on = json!({"enabled": true, "type": "brotli"});
    assert_eq!(client.put(&brotli, on).ok()["enabled"], true);
    client
        .put(&brotli, json!({"enabled": true, "type": "waf"}))
        .refused(400);
    client.delete(&brotli).refused(400);
    let rule = |name: &str| json!({"name": name, "type": "cache_rule", "enabled": true, "pattern": "/img", "config": {"patternType": "folder", "ttl": 60}});
    let added = client.post(&options, rule("rule1")).ok();
    assert_eq!(added["config"]["ttl"], 60);
    client.post(&options, rule("rule1")).refused(409);
    let view = sandbox.state().cdn_domains(SERVICE).remove(0);
    assert!(view.needs_refresh);
    assert_eq!(view.options, ["brotli", "rule1"]);
    for number in 2..=5 {
        client.post(&options, rule(&format!("rule{number}"))).ok();
    }
    client.post(&options, rule("rule6")).refused(400);
    assert_eq!(client.delete(&format!("{options}/rule1")).ok(), Value::Null);
    client.get(&format!("{options}/rule1")).refused(404);
    assert_eq!(client.objects(&options).len(), before + 4);
    let logs = client.get(&format!("{domain}/logs?date=2025-10-01")).ok();
    assert!(
        logs["url"]
            .as_str()
            .is_some_and(|url| url.contains("2025-10-01"))
    );
}

#[test]
fn operations_of_the_cdn_walk_to_their_end() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    attach(&sandbox, &client, "a.example.com", json!({"cdn": "active"}));
    let domain = at("/cdn/domain/a.example.com");
    let option = json!({"enabled": true, "type": "hsts"});
    client.put(&format!("{domain}/option/hsts"), option).ok();
    for (path, function, fails) in [
        (
            "/purge?pattern=%2Fimg&patternType=folder",
            "domain_purge",
            true,
        ),
        ("/refresh", "domain_refresh", false),
    ] {
        if fails {
            sandbox.fail_next_task(function);
        }
        let operation = client.post_nothing(&format!("{domain}{path}")).ok();
        assert_eq!(
            (&operation["function"], &operation["status"]),
            (&json!(function), &json!("todo"))
        );
        assert_eq!(client.get(&domain).ok()["status"], "refreshing");
        client
            .post_nothing(&format!("{domain}/refresh"))
            .refused(409);
        // It is not a task of the hosting.
        assert_eq!(client.get(&at("/tasks")).ok(), json!([]));
        let path = at(&format!("/cdn/operation/{}", operation["id"]));
        sandbox.clock().advance(std::time::Duration::from_secs(1));
        assert_eq!(client.get(&path).ok()["status"], "doing");
        finish(&sandbox);
        let end = if fails { "error" } else { "done" };
        assert_eq!(client.get(&path).ok()["status"], end);
        settle(&sandbox);
        assert_eq!(client.get(&path).ok()["status"], end, "operations stay");
        let after = client.get(&domain).ok();
        assert_eq!(
            (&after["status"], &after["needRefresh"]),
            (&json!("ok"), &json!(fails))
        );
    }
    assert_eq!(client.objects(&at("/cdn/operation")).len(), 2);
}

#[test]
fn mail_is_blocked_purged_and_let_out_again() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let (email, request) = (at("/email"), at("/email/request"));
    client.put(&email, json!({"email": "nobody"})).refused(400);
    client.put(&email, json!({"email": "me@example.com"})).ok();
    assert_eq!(client.get(&email).ok()["email"], "me@example.com");
    client.put(&email, json!({"email": null})).ok();
    assert_eq!(client.get(&email).ok()["email"], Value::Null);
    for (action, during, after) in [
        ("BLOCK", "ok", "ko"),
        ("PURGE", "purging", "ok"),
        ("BLOCK", "ok", "ko"),
        ("UNBLOCK", "ko", "ok"),
    ] {
        assert!(
            client
                .post(&request, json!({"action": action}))
                .ok()
                .is_string()
        );
        client
            .post(&request, json!({"action": "PURGE"}))
            .refused(409);
        assert_eq!(client.get(&email).ok()["state"], during, "{action}");
        settle(&sandbox);
        assert_eq!(client.get(&email).ok()["state"], after, "{action}");
    }
    client
        .post(&request, json!({"action": "SING"}))
        .refused(400);
    assert_eq!(client.get(&at("/email/bounces?limit=5")).ok(), json!([]));
    client.get(&at("/email/bounces")).refused(400);
    let volumes = client.get(&at("/email/volumes")).ok();
    assert_eq!(volumes.as_array().map(Vec::len), Some(7));
    let option = client.objects(&at("/emailOption")).remove(0);
    let path = at(&format!("/emailOption/{}", option["id"]));
    assert_eq!(client.get(&path).ok(), option);
    assert_eq!(
        client.get(&format!("{path}/serviceInfos")).ok()["domain"],
        SERVICE
    );
}
