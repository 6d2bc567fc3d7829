//! The documented example, in TOML and JSON.

use serde_json::{Value, json};

use super::*;
use crate::sites::place::Placed;
use crate::sites::wanted::EnvValue;

pub(super) const TEXT: &str = include_str!("example.toml");
pub(super) const HOSTING: &str = "example.cluster01.hosting.ovh.net";

pub(super) fn env(name: &str) -> Option<String> {
    (name == "SITE_OWNER").then(|| "owner@example.com".to_owned())
}

fn facts() -> HostingFacts {
    HostingFacts {
        login: "example".to_owned(),
        ip: Some("192.0.2.7".to_owned()),
        ipv6: None,
    }
}

pub(super) fn wanted(text: &str) -> WantedHosting {
    let file = SitesFile::parse("sites.toml", text, env).expect("a file");
    file.wanted(HOSTING, &facts()).expect("a hosting")
}

fn json<T: serde::Serialize>(objects: &BTreeMap<String, Placed<T>>) -> Value {
    let objects = objects.iter().map(|(name, object)| {
        (
            name.clone(),
            serde_json::to_value(&object.value).expect("JSON"),
        )
    });
    Value::Object(objects.collect())
}

/// The same file in JSON.
pub(super) fn as_json() -> String {
    let table: toml::Table = TEXT.parse().expect("TOML");
    serde_json::to_string_pretty(&table).expect("JSON")
}

#[test]
fn example_gives_the_expected_bodies() {
    for (name, text) in [("sites.toml", TEXT.to_owned()), ("sites.json", as_json())] {
        let file = SitesFile::parse(name, &text, env).expect(name);
        assert_eq!(file.hostings().collect::<Vec<_>>(), [HOSTING]);
        assert_eq!(file.kinds(HOSTING), Kind::ALL.into_iter().collect());
        let wanted = file.wanted(HOSTING, &facts()).expect(name);
        let config = wanted.config.expect("a configuration").value;
        let config = serde_json::to_value(config).expect("JSON");
        assert_eq!(config, json!({ "engineVersion": "8.4" }));
        assert_eq!(wanted.ssh.expect("a state").value.as_str(), "active");
        assert_eq!(
            json(&wanted.crons),
            json!({
                "nightly": {
                    "command": "www/cron.php",
                    "frequency": "0 3 * * *",
                    "language": "php8.3",
                    "email": "owner@example.com",
                },
                "shop-mail": {
                    "command": "./shop/mail.php",
                    "frequency": "0 4 * * *",
                    "language": "php8.3",
                    "status": "disabled",
                },
            })
        );
        let shop = |domain: &str| {
            json!({
                "domain": domain,
                "path": "www/shop.example.com",
                "ssl": true,
                "firewall": "none",
                "cdn": "none",
                "ownLog": "shop.example.com",
                "ipLocation": "FR",
                "runtimeId": 7,
                "bypassDNSConfiguration": true,
            })
        };
        assert_eq!(
            json(&wanted.domains),
            json!({
                "blog.example.com": {
                    "domain": "blog.example.com",
                    "path": "www/blog.example.com",
                    "ssl": true,
                    "firewall": "active",
                },
                "shop.example.com": shop("shop.example.com"),
                "www.shop.example.com": shop("www.shop.example.com"),
                "xn--bcher-kva.example.com": shop("xn--bcher-kva.example.com"),
            })
        );
        let covered: Vec<&String> = wanted.certificate.iter().collect();
        assert_eq!(covered, wanted.domains.keys().collect::<Vec<_>>());
        let zones: Vec<&String> = wanted.dns.keys().collect();
        assert_eq!(zones, ["example.com"]);
        let sets = wanted.dns["example.com"].iter();
        let sets: Vec<String> = sets
            .map(|set| {
                let set = &set.value;
                format!("{} {} {}", set.name, set.field_type, set.targets.join(" "))
            })
            .collect();
        assert_eq!(
            sets,
            [
                "shop A 192.0.2.7",
                "www.shop A 192.0.2.7",
                "xn--bcher-kva A 192.0.2.7",
                "mail CNAME mail.example.net.",
            ]
        );
        assert!(wanted.absent[&Kind::Crons].contains_key("old"));
        assert!(wanted.prune.contains_key(&Kind::Crons));
    }
}

#[test]
fn example_has_secrets_as_references() {
    let wanted = wanted(TEXT);
    let user = &wanted.users["example-shop"].value;
    assert_eq!(user.home, "shop");
    assert_eq!(user.ssh_state.as_ref().map(|it| it.as_str()), Some("none"));
    let password = user.password.as_ref().map(ToString::to_string);
    assert_eq!(password.as_deref(), Some("the store \"secrets/users\""));
    let database = &wanted.databases["exampleshop"].value;
    let body = serde_json::to_value(&database.body).expect("JSON");
    assert_eq!(
        body,
        json!({ "capabilitie": "sqlPerso", "type": "mysql", "user": "exampleshop", "version": "8.0" })
    );
    let password = database.password.as_ref().map(ToString::to_string);
    assert_eq!(
        password.as_deref(),
        Some("the environment variable DB_PASSWORD")
    );
    let env = wanted.env.iter().map(|(name, variable)| {
        let value = match &variable.value.value {
            EnvValue::Text(text) => text.clone(),
            EnvValue::Secret(secret) => secret.to_string(),
        };
        format!("{name} {} {value}", variable.value.type_)
    });
    assert_eq!(
        env.collect::<Vec<_>>(),
        [
            "APP_ENV string production",
            "APP_KEY password the environment variable APP_KEY",
            "PORT integer 8080",
        ]
    );
}

#[test]
fn values_of_env_variables_are_not_in_debug() {
    let shown = format!("{:?}", wanted(TEXT).env);
    assert!(shown.contains("[redacted]") && shown.contains("APP_KEY"));
    assert!(!shown.contains("production"), "{shown}");
}

#[test]
fn places_are_those_of_the_origin() {
    let wanted = wanted(TEXT);
    let place = |place: &Place| (place.line, place.column);
    let line = |of: &str| {
        let line = TEXT.lines().position(|line| line.contains(of));
        u32::try_from(line.expect(of) + 1).expect("a line")
    };
    let start = line("[hosting.\"example");
    assert_eq!(place(&wanted.place), (start, 10));
    // The default of `prune` stays, that of `php` is replaced.
    assert_eq!(place(&wanted.prune[&Kind::Crons]), (line("prune ="), 10));
    let config = wanted.config.expect("a configuration");
    assert_eq!(place(&config.place), (start + 1, 7));
    let alias = &wanted.domains["www.shop.example.com"].place;
    assert_eq!(place(alias), (line("aliases"), 12));
    let bucher = &wanted.domains["xn--bcher-kva.example.com"].place;
    assert_eq!(place(bucher), (line("aliases"), 28));
    assert_eq!(
        place(&wanted.dns["example.com"][0].place),
        (line("{ip}"), 3)
    );
}
