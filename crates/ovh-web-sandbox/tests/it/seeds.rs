//! The initial content of a hosting, from Rust and from a file.

use crate::common::{Client, SERVICE, at, manual, manual_with, request, settle};
use ovh_web_sandbox::{HostingSeed, Sandbox, SeedCertificate};
use serde_json::{Value, json};

fn old() -> HostingSeed {
    HostingSeed::new(SERVICE)
        .offer("perso2014")
        .state("maintenance")
        .expires_in_days(20)
        .quota_used_mb(1500)
        .php("7.4")
        .database("mysql", "5.6")
        .database("mysql", "5.6")
        .database("mongodb", "3.4")
        .certificate(SeedCertificate::Imported)
        .foreign_domain("example.org")
        .databases(1)
}

const OLD: &str = r#"{
    "service": "example.cluster01.hosting.ovh.net", "offer": "perso2014", "state": "maintenance",
    "expiresInDays": 20, "quotaUsedMb": 1500, "php": "7.4", "databases": 1,
    "engines": [{"engine": "mysql", "version": "5.6"}, {"engine": "mysql", "version": "5.6"},
        {"engine": "mongodb", "version": "3.4"}],
    "certificate": "imported", "foreignDomains": ["example.org"]
}"#;

#[test]
fn a_seed_sets_what_a_hosting_shows() {
    let from_json = Sandbox::builder()
        .hostings_from_json(OLD)
        .expect("hostings");
    for builder in [Sandbox::builder().hosting_with(old()), from_json] {
        let sandbox = manual_with(builder);
        let client = Client::new(&sandbox);
        let hosting = client.get(&at("")).ok();
        assert_eq!(hosting["offer"], "perso2014");
        assert_eq!(hosting["state"], "maintenance");
        assert_eq!(hosting["quotaUsed"]["value"].as_f64(), Some(1516.0));
        assert_eq!(hosting["hasHostedSsl"], true);
        let versions = &hosting["phpVersions"];
        assert_eq!(
            versions[0],
            json!({"support": "END_OF_LIFE", "version": "7.4"})
        );
        let settings = client.objects(&at("/ovhConfig")).remove(0);
        assert_eq!(settings["engineVersion"], "7.4");

        let databases: Vec<Value> = client.objects(&at("/database"));
        let shown: Vec<_> = databases
            .iter()
            .map(|it| {
                format!("{} {} {}", it["name"], it["version"], it["versionSupport"])
                    .replace('"', "")
            })
            .collect();
        assert_eq!(
            shown,
            [
                "exampledb1.mysql.db 11 stable",
                "examplemo1.mysql.db 3.4 deprecated",
                "examplemy1.mysql.db 5.6 deprecated",
                "examplemy2.mysql.db 5.6 deprecated",
            ]
        );
        let certificate = client.get(&at("/ssl")).ok();
        assert_eq!(certificate["provider"], "CUSTOM");
        assert_eq!(client.get(&at("/ssl/domains")).ok(), json!([SERVICE]));
    }
}

#[test]
fn a_hosting_that_uses_nothing_says_zero() {
    let sandbox = manual();
    let response = Client::new(&sandbox).get(&at(""));
    assert!(!response.body.contains("-0.0"), "{}", response.body);
    assert_eq!(
        response.ok()["quotaUsed"],
        json!({"unit": "MB", "value": 0.0})
    );
}

#[test]
fn seeded_orphan_dumps_have_no_database() {
    let json =
        r#"{"service": "example.cluster01.hosting.ovh.net", "databases": 1, "orphanDumps": 2}"#;
    let from_json = Sandbox::builder().hostings_from_json(json);
    let seed = HostingSeed::new(SERVICE).databases(1).orphan_dumps(2);
    let builders = [
        Sandbox::builder().hosting_with(seed),
        from_json.expect("hostings"),
    ];
    for builder in builders {
        let sandbox = manual_with(builder);
        let client = Client::new(&sandbox);
        let dumps = client.objects(&at("/dump"));
        let names: Vec<_> = dumps
            .iter()
            .map(|dump| dump["databaseName"].clone())
            .collect();
        assert_eq!(names, ["exampleold1.mysql.db", "exampleold2.mysql.db"]);
        for dump in &dumps {
            assert_eq!(dump["orphan"], true);
            assert_eq!(dump["status"], "created");
            assert!(dump["url"].is_string());
        }
        let ids: Vec<_> = dumps.iter().map(|dump| dump["id"].clone()).collect();
        assert_eq!(client.get(&at("/dump?orphan=true")).ok(), json!(ids));
        assert_eq!(
            client.get(&at("/database")).ok().as_array().map(Vec::len),
            Some(1)
        );
        client.delete(&at(&format!("/dump/{}", ids[0]))).task();
        settle(&sandbox);
        assert_eq!(client.get(&at("/dump")).ok(), json!([ids[1]]));
    }
}

#[test]
fn an_expired_hosting_answers_about_its_contract() {
    let seed = HostingSeed::new(SERVICE).expires_in_days(1);
    let sandbox = manual_with(Sandbox::builder().hosting_with(seed));
    let client = Client::new(&sandbox);
    let contract = client.get(&at("/serviceInfos")).ok();
    assert_eq!(contract["status"], "ok");
    assert_eq!(contract["expiration"], "2025-10-10");
    client.get(&at("")).ok();
    sandbox
        .clock()
        .advance(std::time::Duration::from_secs(86_400));
    for response in [
        client.get(&at("")),
        client.get(&at("/database")),
        client.post(&at("/ssl"), json!({})),
    ] {
        assert_eq!(response.refused(460), "This service is expired");
        assert_eq!(
            response.json().as_object().map(serde_json::Map::len),
            Some(1)
        );
    }
    assert_eq!(client.get(&at("/serviceInfos")).ok()["status"], "expired");
    assert_eq!(client.get("/hosting/web").ok(), json!([SERVICE]));
    let gone = HostingSeed::new(SERVICE).expires_in_days(-3);
    let sandbox = manual_with(Sandbox::builder().hosting_with(gone));
    Client::new(&sandbox).get(&at("")).refused(460);
}

#[test]
fn a_foreign_domain_needs_its_txt_record() {
    let seed = || HostingSeed::new(SERVICE).foreign_domain("example.org");
    let sandbox = manual_with(Sandbox::builder().hosting_with(seed()).record());
    let client = Client::new(&sandbox);
    let attached = |name: &str| {
        sandbox.set_address_record(name, [192, 0, 2, 10].into());
        let body = json!({"domain": name, "path": "www"});
        client.post(&at("/attachedDomain"), body).task();
        settle(&sandbox);
        client.get(&at(&format!("/attachedDomain/{name}"))).ok()["status"] == "created"
    };
    assert!(attached("www.notexample.org"));
    let token = client.get(&at("/token")).ok();
    let token = token.as_str().expect("a token");
    sandbox.set_txt_record("ovhcontrol.example.org", "another");
    assert!(!attached("a.example.org"));
    // The record is the zone's, not that of the name.
    sandbox.set_txt_record("ovhcontrol.b.example.org", token);
    assert!(!attached("b.example.org"));
    let body = json!({"name": "ovhcontrol.example.org", "value": token}).to_string();
    let target = "/_sandbox/dns/txt";
    request(sandbox.address(), "POST", target, &[], Some(&body)).ok();
    assert!(attached("example.org") && attached("c.example.org"));
    assert_eq!(sandbox.state().attached_domains(SERVICE).len(), 6);
    sandbox.set_address_record("d.example.org", [192, 0, 2, 10].into());

    // A saved state has the records too.
    let saved = sandbox.saved_state().expect("a state");
    let builder = Sandbox::builder().hosting_with(seed()).resume(&saved);
    let again = manual_with(builder.expect("a saved state"));
    let body = json!({"domain": "d.example.org", "path": "www"});
    let client = Client::new(&again);
    client.post(&at("/attachedDomain"), body).task();
    settle(&again);
    let domain = client.get(&at("/attachedDomain/d.example.org")).ok();
    assert_eq!(domain["status"], "created");
}

#[test]
fn incidents_and_ssh_keys_are_saved() {
    let sandbox = manual_with(Sandbox::builder().record());
    let client = Client::new(&sandbox);
    assert_eq!(client.get("/hosting/web/incident").ok(), json!([]));
    let body = json!(["one", "two"]).to_string();
    let target = "/_sandbox/incidents";
    request(sandbox.address(), "POST", target, &[], Some(&body)).ok();
    let key = at("/key/ssh");
    client.get(&key).refused(404);
    let first = client.post_nothing(&key).ok();
    let second = client.post_nothing(&key).ok();
    assert_ne!(first, second);

    let saved = sandbox.saved_state().expect("a state");
    let builder = Sandbox::builder().resume(&saved);
    let again = manual_with(builder.expect("a saved state"));
    let client = Client::new(&again);
    let incidents = client.get("/hosting/web/incident").ok();
    assert_eq!(incidents, json!(["one", "two"]));
    assert!(client.get(&key).ok()["publicKey"].is_string());
}

#[test]
fn a_hosting_that_cannot_be_is_refused() {
    for (text, words) in [
        (r#"{"service": "a.example", "ofer": "x"}"#, "ofer"),
        (r#"{"offer": "hosting-pro"}"#, "service"),
        (
            r#"[{"service": "a.example", "certificate": "none"}]"#,
            "none",
        ),
        ("[", "EOF"),
    ] {
        let error = Sandbox::builder().hostings_from_json(text).expect_err(text);
        assert!(error.to_string().contains(words), "{error}");
    }
    for (seed, words) in [
        (
            HostingSeed::new("a.example").offer("hosting-prof"),
            "$.offer",
        ),
        (HostingSeed::new("a.example").state("asleep"), "$.state"),
        (HostingSeed::new("a.example").php("3"), "$.engineVersion"),
        (
            HostingSeed::new("a.example").database("mysql", "1"),
            "$.version",
        ),
        (
            HostingSeed::new("a.example").database("oracle", "11"),
            "$.type",
        ),
    ] {
        let error = Sandbox::builder().hosting_with(seed).start_now();
        let error = error.expect_err(words).to_string();
        assert!(
            error.contains(words) && error.contains("a.example"),
            "{error}"
        );
    }
}
