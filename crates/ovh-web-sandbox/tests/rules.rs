//! The product rules that the document does not state: what an offer includes, and what names,
//! passwords and certificates have to look like.

mod common;

use common::{Client, KEY, LOGIN, Reply, SERVICE, at, manual_with, settle};
use ovh_web_sandbox::{HostingSeed, Rule, Sandbox};
use serde_json::{Value, json};

/// A hosting of an offer.
fn offer(name: &str) -> ovh_web_sandbox::Builder {
    Sandbox::builder().hosting_with(HostingSeed::new(SERVICE).offer(name))
}

/// A certificate that names `SERVICE`, and one that does not.
fn certificate(name: &str) -> &'static str {
    match name {
        SERVICE => common::CERTIFICATE,
        _ => "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
    }
}

fn call(client: &Client, method: &str, path: &str, body: &Value) -> Reply {
    let body = (!body.is_null()).then(|| body.to_string());
    let target = format!("/1.0{}", at(path));
    client.send(method, &target, &[], body.as_deref())
}

/// A call that a rule refuses, with the words, on a hosting of this offer.
type Refused = (
    Rule,
    &'static str,
    (&'static str, &'static str, Value),
    &'static str,
);

fn refused() -> Vec<Refused> {
    let user = |login: &str, password: &str, ssh: &str| json!({"login": login, "home": "www", "password": password, "sshState": ssh});
    let database = |user: &str, password: &str| json!({"capabilitie": "sqlPerso", "type": "mysql", "user": user, "password": password});
    let import =
        |name: &str, key: &str| json!({"certificate": certificate(name), "chain": "c", "key": key});
    let cron =
        |command: &str| json!({"command": command, "frequency": "0 4 * * *", "language": "php8.4"});
    vec![
        (
            Rule::EnvVarsOfOffer,
            "pro2014",
            (
                "POST",
                "/envVar",
                json!({"key": "A", "type": "string", "value": "b"}),
            ),
            "this account is not allowed to create EnvVar",
        ),
        (
            Rule::RuntimesOfOffer,
            "hosting-performance-4",
            (
                "POST",
                "/runtime",
                json!({"name": "a", "type": "nodejs-14"}),
            ),
            "this account is not allowed to create Runtime",
        ),
        (
            Rule::UsersOfOffer,
            "perso2014",
            ("POST", "/user", user("example-a", "Passw0rd1", "none")),
            "maximum number of users",
        ),
        (
            Rule::SshOfOffer,
            "perso2014",
            ("PUT", "/user/example", json!({"sshState": "active"})),
            "does not include SSH",
        ),
        (
            Rule::PasswordForm,
            "pro2014",
            ("POST", "/user", user("example-a", "Passw0rd-1", "none")),
            "$.password",
        ),
        (
            Rule::PasswordForm,
            "pro2014",
            (
                "POST",
                "/user/example/changePassword",
                json!({"password": "passw0rd1"}),
            ),
            "$.password",
        ),
        (
            Rule::PasswordForm,
            "pro2014",
            ("POST", "/database", database("exampledb", "Passw0r")),
            "$.password",
        ),
        (
            Rule::PasswordForm,
            "pro2014",
            (
                "POST",
                "/module",
                json!({"moduleId": 102, "adminName": "me", "adminPassword": "PASSW0RD1"}),
            ),
            "$.adminPassword",
        ),
        (
            Rule::DatabaseUserForm,
            "pro2014",
            (
                "POST",
                "/database",
                database("exampledatabase", "Passw0rd1"),
            ),
            "$.user",
        ),
        (
            Rule::DatabaseUserForm,
            "pro2014",
            ("POST", "/database", database("example-db", "Passw0rd1")),
            "$.user",
        ),
        (
            Rule::UserLoginForm,
            "pro2014",
            ("POST", "/user", user("examplea", "Passw0rd1", "none")),
            "$.login",
        ),
        (
            Rule::UserLoginForm,
            "pro2014",
            (
                "POST",
                "/user",
                user("example-longer-than-20", "Passw0rd1", "none"),
            ),
            "$.login",
        ),
        (
            Rule::CertificateNeedsDomain,
            "pro2014",
            ("POST", "/ssl", json!({})),
            "No attached domain with ssl enabled or no attached domain that redirect on hosting IPs",
        ),
        (
            Rule::ImportedCertificate,
            "pro2014",
            ("POST", "/ssl", import("shop.example.net", KEY)),
            "error check SAN from certificate",
        ),
        (
            Rule::ImportedCertificate,
            "pro2014",
            ("POST", "/ssl", import(SERVICE, &KEY.replace("RSA", "EC"))),
            "an RSA key",
        ),
        (
            Rule::ImportedCertificate,
            "pro2014",
            (
                "POST",
                "/ssl",
                import(SERVICE, &KEY.replace("-\n", "-\nProc-Type: 4,ENCRYPTED\n")),
            ),
            "without passphrase",
        ),
        (
            Rule::CronCommand,
            "pro2014",
            ("POST", "/cron", cron("../job.php")),
            "$.command",
        ),
        (
            Rule::CronCommand,
            "pro2014",
            ("POST", "/cron", cron("www/job.php?a=1")),
            "$.command",
        ),
        (
            Rule::CronCommand,
            "pro2014",
            ("POST", "/cron", cron(&"a".repeat(101))),
            "$.command",
        ),
    ]
}

#[test]
fn each_rule_refuses_and_can_be_dropped() {
    for (rule, name, (method, path, body), words) in refused() {
        let sandbox = manual_with(offer(name));
        let message = call(&Client::new(&sandbox), method, path, &body).refused(400);
        assert!(message.contains(words), "{rule:?}: {message}");
        let sandbox = manual_with(offer(name).without_rule(rule));
        call(&Client::new(&sandbox), method, path, &body).ok();
    }
}

#[test]
fn a_lenient_sandbox_keeps_logged_rules() {
    for (rule, name, (method, path, body), _) in refused() {
        let sandbox = manual_with(offer(name).lenient());
        let reply = call(&Client::new(&sandbox), method, path, &body);
        let logged = matches!(
            rule,
            Rule::EnvVarsOfOffer | Rule::RuntimesOfOffer | Rule::CertificateNeedsDomain
        );
        assert_eq!(reply.status, if logged { 400 } else { 200 }, "{rule:?}");
    }
}

#[test]
fn domains_of_an_entry_offer_stay() {
    let body = json!({"domain": "shop.example.com", "path": "shop"});
    for (builder, methods, status) in [
        (offer("hosting-starter"), 2, 400),
        (offer("perso2014"), 3, 200),
        (
            offer("hosting-starter").without_rule(Rule::DetachOfOffer),
            2,
            200,
        ),
    ] {
        let sandbox = manual_with(builder);
        let client = Client::new(&sandbox);
        client.post(&at("/attachedDomain"), body.clone()).task();
        settle(&sandbox);
        let path = at("/attachedDomain/shop.example.com");
        let capabilities = client.get(&path).ok()["capabilities"].clone();
        assert_eq!(capabilities.as_array().map(Vec::len), Some(methods));
        let reply = client.delete(&path);
        assert_eq!(reply.status, status);
        if status == 400 {
            assert_eq!(reply.refused(400), "can't delete domain of start hosting");
        }
    }
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
        let sandbox = manual_with(offer(name));
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
            let reply = client.post(&at("/database"), body);
            let full = Some(number) == databases;
            assert_eq!(reply.status, if full { 400 } else { 200 }, "{name}");
        }
        let body = json!({"login": format!("{LOGIN}-a"), "home": "www", "password": "Passw0rd1"});
        let reply = client.post(&at("/user"), body);
        assert_eq!(
            reply.status == 200,
            includes["extraUsers"] != json!(0),
            "{name}"
        );
        let body = json!({"key": "A", "type": "string", "value": "b"});
        let reply = client.post(&at("/envVar"), body);
        assert_eq!(
            reply.status == 200,
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
fn a_free_certificate_has_limits() {
    let sandbox = manual_with(Sandbox::builder());
    let client = Client::new(&sandbox);
    for number in 0..100 {
        let body =
            json!({"domain": format!("site{number}.example.com"), "path": "www", "ssl": true});
        client.post(&at("/attachedDomain"), body).task();
    }
    settle(&sandbox);
    client.post(&at("/ssl"), json!({})).ok();
    settle(&sandbox);
    let names = client.get(&at("/ssl/domains")).ok();
    assert_eq!(names.as_array().map(Vec::len), Some(99));
    for _ in 0..5 {
        client.post_nothing(&at("/ssl/regenerate")).ok();
        settle(&sandbox);
    }
    client.post_nothing(&at("/ssl/regenerate")).refused(400);
    let week = std::time::Duration::from_secs(7 * 24 * 3600);
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
        for drops in [false, true] {
            let builder = Sandbox::builder();
            let builder = match drops {
                true => builder.without_rule(Rule::PhpContainer),
                false => builder,
            };
            let sandbox = manual_with(builder);
            let client = Client::new(&sandbox);
            let id = client.get(&at("/ovhConfig")).ok()[0].clone();
            let path = at(&format!("/ovhConfig/{id}/changeConfiguration"));
            let reply = client.post(&path, change.clone());
            assert_eq!(reply.status, if drops { 200 } else { status }, "{change}");
        }
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
fn dumps_go_with_their_database() {
    for (builder, left) in [(Sandbox::builder(), 0), (Sandbox::builder().lenient(), 1)] {
        let sandbox = manual_with(builder);
        let client = Client::new(&sandbox);
        let name = common::database(&sandbox, &client, "exampledb");
        let body = json!({"date": "now"});
        let path = at(&format!("/database/{name}"));
        client.post(&format!("{path}/dump"), body).task();
        settle(&sandbox);
        client.delete(&path).task();
        settle(&sandbox);
        let dumps = client.get(&at("/dump")).ok();
        assert_eq!(dumps.as_array().map(Vec::len), Some(left));
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
