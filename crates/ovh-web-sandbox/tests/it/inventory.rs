//! Many hostings, and hostings with much content.

use crate::common::{self, Client, manual_with};
use ovh_web_sandbox::{HostingSeed, Sandbox};
use serde_json::{Value, json};

fn seed(name: &str) -> HostingSeed {
    HostingSeed::new(name)
        .domains(20)
        .databases(5)
        .users(5)
        .modules(3)
        .crons(10)
}

#[test]
fn a_hosting_holds_what_its_seed_says() {
    let build = || {
        let seed = seed("shop.example.com").private_database("pd-1");
        manual_with(Sandbox::builder().hosting_with(seed).seed(3))
    };
    let (sandbox, twin) = (build(), build());
    let client = Client::new(&sandbox);
    let at = |path: &str| format!("/hosting/web/shop.example.com{path}");
    for (list, count) in [
        ("/attachedDomain", 21),
        ("/database", 5),
        ("/user", 6),
        ("/module", 3),
        ("/cron", 10),
        ("/privateDatabases", 1),
    ] {
        let ids = client.get(&at(list)).ok();
        assert_eq!(ids.as_array().map(Vec::len), Some(count), "{list}");
        let same = Client::new(&twin).get(&at(list)).ok();
        assert_eq!(ids, same, "the same for the same seed");
        if list != "/privateDatabases" {
            for object in client.objects(&at(list)) {
                let status = object.get("state").filter(|_| list == "/cron");
                let status = status.unwrap_or(&object["status"]);
                assert_eq!(status, "created", "{object}");
                assert!(object["taskId"].is_null(), "{object}");
            }
        }
    }
    assert_eq!(client.get(&at("/tasks")).ok(), json!([]));
    // The offer's limits are reached.
    let body = json!({"capabilitie": "sqlPerso", "type": "mysql", "user": "shopnew"});
    client.post(&at("/database"), body).refused(400);
    // What was there from the start lives like anything else.
    let cron = client.get(&at("/cron")).ok()[0].clone();
    client.delete(&at(&format!("/cron/{cron}"))).task();
    common::settle(&sandbox);
    client.get(&at(&format!("/cron/{cron}"))).refused(404);
}

#[test]
fn modules_of_a_seed_have_databases() {
    let seed = HostingSeed::new("a.example.com").modules(6).databases(2);
    let sandbox = manual_with(Sandbox::builder().hosting_with(seed));
    let state = sandbox.state();
    let names: Vec<_> = state.databases("a.example.com");
    for module in state.modules("a.example.com") {
        let database = &module.databases[0];
        assert!(names.iter().any(|it| it.name == *database), "{database}");
    }
    assert_eq!(names.len(), 6);
}

#[test]
fn hostings_are_found_by_their_tags() {
    let sandbox = manual_with(
        Sandbox::builder()
            .hosting_with(
                HostingSeed::new("a.example.com")
                    .tag("env", "prod")
                    .tag("team:x", "1"),
            )
            .hosting_with(HostingSeed::new("b.example.com").tag("env", "Test"))
            .hosting("c.example.com"),
    );
    let client = Client::new(&sandbox);
    for (filter, expected) in [
        (json!({"env": [{"value": "prod"}]}), "a"),
        (json!({"env": [{"operator": "NEQ", "value": "prod"}]}), "bc"),
        (json!({"env": [{"operator": "LIKE", "value": "%o%"}]}), "a"),
        (
            json!({"env": [{"operator": "ILIKE", "value": "test"}]}),
            "b",
        ),
        (json!({"env": [{"operator": "EXISTS"}]}), "ab"),
        (json!({"env": [{"operator": "NEXISTS"}]}), "c"),
        (
            json!({"env": [{"operator": "EXISTS"}], "team:x": [{"operator": "EXISTS"}]}),
            "a",
        ),
        (json!({}), "abc"),
    ] {
        let text = filter.to_string();
        let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let found = client.get(&format!("/hosting/web?iamTags={encoded}")).ok();
        let expected: Vec<_> = expected
            .chars()
            .map(|letter| Value::from(format!("{letter}.example.com")))
            .collect();
        assert_eq!(found, Value::from(expected), "{text}");
    }
    let tags = client.get("/hosting/web/a.example.com").ok()["iam"]["tags"].clone();
    assert_eq!(tags, json!({"env": "prod", "team:x": "1"}));
    assert_eq!(sandbox.state().tags("b.example.com")["env"], "Test");
}

#[test]
fn pages_through_a_thousand_hostings() {
    let mut builder = Sandbox::builder();
    for number in 0..1000 {
        builder = builder.hosting_with(seed(&format!("h{number:04}.example.com")));
    }
    let sandbox = manual_with(builder);
    let client = Client::new(&sandbox);
    let mut services = Vec::new();
    for page in 1..=4 {
        let response = client.page("/hosting/web", page, 250);
        assert_eq!(response.header("x-pagination-elements"), Some("1000"));
        services.extend(response.json().as_array().cloned().unwrap_or_default());
    }
    assert_eq!(services.len(), 1000);
    assert_eq!(services[999]["serviceName"], "h0999.example.com");
    assert_eq!(
        client
            .get("/hosting/web/attachedDomain?domain=site7.h0500.example.com")
            .ok(),
        json!(["h0500.example.com"])
    );
    let body = json!({"domain": "site7.h0500.example.com", "path": "x"});
    client
        .post("/hosting/web/h0001.example.com/attachedDomain", body)
        .refused(409);
    let at = "/hosting/web/h0500.example.com/attachedDomain/site7.h0500.example.com";
    client.delete(at).task();
    common::settle(&sandbox);
    assert_eq!(
        client
            .get("/hosting/web/attachedDomain?domain=site7.h0500.example.com")
            .ok(),
        json!([])
    );
}

#[test]
fn ids_do_not_depend_on_who_looks_when() {
    let ids = |looking: bool| {
        let sandbox = manual_with(
            Sandbox::builder()
                .hosting("a.example.com")
                .hosting("b.example.com"),
        );
        let client = Client::new(&sandbox);
        let a = "/hosting/web/a.example.com";
        let config = client.get(&format!("{a}/ovhConfig")).ok()[0].clone();
        let change = json!({"engineVersion": "8.0"});
        client
            .post(
                &format!("{a}/ovhConfig/{config}/changeConfiguration"),
                change,
            )
            .task();
        let domain = json!({"domain": "x.example.com", "path": "x", "ownLog": "x.example.com", "cdn": "active"});
        client.post(&format!("{a}/attachedDomain"), domain).task();
        common::settle(&sandbox);
        if looking {
            client.get(a).ok();
        }
        let user = json!({"login": "b-ftp", "home": "x", "password": "canaryPass42x"});
        let task = client.post("/hosting/web/b.example.com/user", user).task();
        let lists = ["/ovhConfig", "/ownLogs"];
        (
            task,
            lists.map(|list| client.get(&format!("{a}{list}")).ok()),
        )
    };
    assert_eq!(ids(true), ids(false));
}
