//! Limits of offers, requirements of domains and certificates, and requests of OVHcloud's panel.

use std::time::Duration;

use crate::common::{self, Client, KEY, LOGIN, SERVICE, at, manual_with, settle};
use ovh_web_sandbox::{HostingSeed, Sandbox};
use serde_json::{Value, json};

fn seed(offer: &str) -> HostingSeed {
    HostingSeed::new(SERVICE).offer(offer)
}

/// Attaches a domain with SSL.
fn attach(client: &Client, domain: &str) -> u64 {
    let body = json!({"domain": domain, "path": "www", "ssl": true});
    client.post(&at("/attachedDomain"), body).task()
}

#[test]
fn refuses_a_seed_with_an_unknown_offer() {
    let builder = || Sandbox::builder().hosting_with(seed("mediaplan"));
    let error = builder().start_now().expect_err("unknown").to_string();
    for words in [SERVICE, "$.offer", "perso2014, ", "cloudweb3"] {
        assert!(error.contains(words), "{error}");
    }
    let sandbox = manual_with(builder().lenient());
    let capabilities = |offer: &str| {
        let path = format!("/hosting/web/offerCapabilities?offer={offer}");
        Client::new(&sandbox).get(&path).ok()
    };
    assert_eq!(capabilities("mediaplan"), capabilities("pro2014"));
}

#[test]
fn a_foreign_domain_waits_for_its_proof() {
    let seed = HostingSeed::new(SERVICE).foreign_domain("example.org");
    let sandbox = manual_with(Sandbox::builder().hosting_with(seed));
    let client = Client::new(&sandbox);
    let status = |task: u64| client.get(&at(&format!("/tasks/{task}"))).ok()["status"].clone();
    let token = client.get(&at("/token")).ok();
    let task = attach(&client, "www.example.org");
    let minutes = |count: u64| sandbox.clock().advance(Duration::from_secs(60 * count));
    minutes(30);
    sandbox.set_txt_record("ovhcontrol.example.org", token.as_str().expect("a token"));
    sandbox.set_address_record("www.example.org", [198, 51, 100, 1].into());
    minutes(29);
    assert_eq!(status(task), "doing");
    sandbox.set_address_record("www.example.org", [192, 0, 2, 10].into());
    common::finish(&sandbox);
    assert_eq!(status(task), "done");
    let path = at("/attachedDomain/www.example.org");
    assert_eq!(client.get(&path).ok()["status"], "created");

    // Other tasks pass one that waits; without its proof that is canceled.
    let waits = attach(&client, "shop.example.org");
    client.delete(&path).task();
    settle(&sandbox);
    client.get(&path).refused(404);
    minutes(59);
    assert_eq!(status(waits), "doing");
    minutes(1);
    assert_eq!(status(waits), "cancelled");
    client
        .get(&at("/attachedDomain/shop.example.org"))
        .refused(404);
}

#[test]
fn a_certificate_covers_what_points_here() {
    let sandbox = manual_with(Sandbox::builder());
    let client = Client::new(&sandbox);
    for name in ["a.example.com", "b.example.com", "d.example.com"] {
        attach(&client, name);
        sandbox.set_address_record(name, [198, 51, 100, 1].into());
    }
    attach(&client, "c.example.com");
    settle(&sandbox);
    sandbox.set_address_record("b.example.com", [192, 0, 2, 10].into());
    let body = json!({"name": "D.example.com", "value": "2001:db8::10"}).to_string();
    let target = "/_sandbox/dns/address";
    common::request(sandbox.address(), "POST", target, &[], Some(&body)).ok();
    let body = json!({"name": "d.example.com", "value": "here"}).to_string();
    common::request(sandbox.address(), "POST", target, &[], Some(&body)).refused(400);
    client.post(&at("/ssl"), json!({})).ok();
    settle(&sandbox);
    let names = client.get(&at("/ssl/domains")).ok();
    assert_eq!(
        names,
        json!(["b.example.com", "c.example.com", "d.example.com"])
    );
    let dig = client
        .get(&at("/attachedDomain/a.example.com/digStatus"))
        .ok();
    assert_eq!(dig["records"]["192.0.2.10"]["isOvhIp"], false);
}

#[test]
fn an_offer_says_what_it_enforces() {
    for name in [
        "hosting-starter",
        "perso2014",
        "pro2014",
        "hosting-performance-1",
        "cloudweb1",
        "cloudweb3",
    ] {
        let sandbox = manual_with(Sandbox::builder().hosting_with(seed(name)));
        let client = Client::new(&sandbox);
        let includes = client
            .get(&format!("/hosting/web/offerCapabilities?offer={name}"))
            .ok();
        let room = client.get(&at("/databaseCreationCapabilities")).ok();
        assert_eq!(includes["databases"][0], room[0], "{name}");
        let databases = includes["databases"][0]["available"].as_u64();
        for number in 0..=databases.expect("a number") {
            let user = format!("{LOGIN}{number}");
            let body = json!({"capabilitie": "sqlPerso", "type": "mysql", "user": user, "password": "Passw0rd1"});
            let response = client.post(&at("/database"), body);
            let full = Some(number) == databases;
            assert_eq!(response.status, if full { 400 } else { 200 }, "{name}");
        }
        let body = json!({"login": format!("{LOGIN}-a"), "home": "www", "password": "Passw0rd1"});
        let response = client.post(&at("/user"), body);
        assert_eq!(
            response.status == 200,
            includes["extraUsers"] != json!(0),
            "{name}"
        );
        let body = json!({"key": "A", "type": "string", "value": "b"});
        let response = client.post(&at("/envVar"), body);
        assert_eq!(
            response.status == 200,
            includes["envVars"] != json!(0),
            "{name}"
        );
    }
}

#[test]
fn an_import_for_an_attached_domain_passes() {
    let sandbox = manual_with(Sandbox::builder());
    let client = Client::new(&sandbox);
    let body = json!({"certificate": common::CERTIFICATE, "chain": "c", "key": KEY});
    client.post(&at("/ssl"), body.clone()).ok();
    let message = client.post(&at("/ssl"), body).refused(409);
    assert_eq!(
        message,
        "You already have an SSL certificate on your account."
    );
}

#[test]
fn reissues_a_certificate_five_times_a_week() {
    let sandbox = manual_with(Sandbox::builder());
    let client = Client::new(&sandbox);
    attach(&client, "shop.example.com");
    settle(&sandbox);
    client.post(&at("/ssl"), json!({})).ok();
    settle(&sandbox);
    for _ in 0..5 {
        client.post_nothing(&at("/ssl/regenerate")).ok();
        settle(&sandbox);
    }
    client.post_nothing(&at("/ssl/regenerate")).refused(400);
    let week = Duration::from_secs(7 * 24 * 3600);
    sandbox.clock().advance(week);
    client.post_nothing(&at("/ssl/regenerate")).ok();
}

#[test]
fn php_versions_have_their_container() {
    for (change, status) in [
        (json!({"engineVersion": "7.4"}), 200),
        (json!({"engineVersion": "7.3"}), 400),
        (json!({"engineVersion": "7.3", "container": "stable"}), 200),
        (json!({"container": "stable"}), 400),
    ] {
        let sandbox = manual_with(Sandbox::builder());
        let client = Client::new(&sandbox);
        let id = client.get(&at("/ovhConfig")).ok()[0].clone();
        let path = at(&format!("/ovhConfig/{id}/changeConfiguration"));
        let response = client.post(&path, change.clone());
        assert_eq!(response.status, status, "{change}");
    }
    let sandbox = manual_with(Sandbox::builder());
    let all = Client::new(&sandbox)
        .get(&at("/ovhConfigCapabilities"))
        .ok();
    for one in all.as_array().expect("a list") {
        let images = one["containerImage"].as_array().expect("images");
        let new = one["version"].as_str() >= Some("7.4");
        assert_eq!(images.contains(&json!("stable64")), new, "{one}");
    }
}

#[test]
fn what_the_panel_sends_is_taken() {
    let sandbox = manual_with(Sandbox::builder());
    let client = Client::new(&sandbox);
    let database = |more: Value| {
        let mut body = json!({"capabilitie": "sqlPerso", "type": "mysql", "password": "Passw0rd1"});
        for (name, value) in more.as_object().expect("an object") {
            body[name] = value.clone();
        }
        client.post(&at("/database"), body).task();
    };
    database(json!({"user": "exampledb1", "quota": null, "version": null}));
    database(json!({"user": "exampledb2", "quota": "400", "capabilitie": "extraSqlPerso"}));
    let body = json!({"domain": "shop.example.com", "path": null, "cdn": null, "ssl": null});
    client.post(&at("/attachedDomain"), body).task();
    let body =
        json!({"command": "./www/job.php", "frequency": "? 4 * jan-Mar mon", "language": "php8.4"});
    client.post(&at("/cron"), body).task();
    let body = json!({"key": "A", "type": "string", "value": "b"});
    client.post(&at("/envVar"), body).task();
    settle(&sandbox);
    let database = client.get(&at("/database/exampledb2.mysql.db")).ok();
    assert_eq!(database["quotaSize"]["value"], 400);

    // The whole object goes back, with one change; what is read-only stays as it was.
    for (path, name, value) in [
        (format!("/user/{LOGIN}"), "home", "www"),
        ("/envVar/A".to_owned(), "value", "c"),
    ] {
        let mut whole = client.get(&at(&path)).ok();
        whole[name] = json!(value);
        whole["status"] = json!("deleting");
        client.put(&at(&path), whole).ok();
        settle(&sandbox);
        let after = client.get(&at(&path)).ok();
        assert_eq!(after[name], value);
        assert_eq!(after["status"], "created");
    }
}

#[test]
fn the_primary_user_lives_at_the_root() {
    let sandbox = manual_with(Sandbox::builder());
    let client = Client::new(&sandbox);
    let path = at(&format!("/user/{LOGIN}"));
    assert_eq!(client.get(&path).ok()["home"], ".");
    client.delete(&path).refused(400);
}
