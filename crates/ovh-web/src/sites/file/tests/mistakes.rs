//! Mistakes with their places and the nearest names.

use super::*;

#[test]
fn unknown_fields_name_the_nearest() {
    let text = r#"
[tempalte.a]
[defaults.site]
sssl = true
[defaults.hosting]
prune = ["cron", "dns"]
absent.user = ["a"]
[template.wordpress]
folder = "www"
[hosting."a.example"]
crons.nightly.comand = "x"
databases.shop.versoin = "8"
users.shop.password = { evn = "A" }
env.A = { typ = "string", value = "" }
[hosting."a.example".site."b.example"]
template = "wordpres"
dns.records = [{ typ = "A" }]
"#;
    assert_eq!(
        mistakes(text),
        [
            "2:2: unknown field `tempalte`, did you mean `template`?",
            "4:1: unknown field `sssl`, did you mean `ssl`?",
            "6:10: unknown kind `cron`, did you mean `crons`?",
            "6:18: unknown kind `dns`, expected one of `users`, `databases`, `env`, `crons`, `domains`",
            "7:8: unknown field `user`, did you mean `users`?",
            "11:15: unknown field `comand`, did you mean `command`?",
            "12:16: unknown field `versoin`, did you mean `version`?",
            "13:25: unknown field `evn`, did you mean `env`?",
            "14:11: unknown field `typ`, did you mean `type`?",
            "16:12: unknown template `wordpres`, did you mean `wordpress`?",
            "17:18: unknown field `typ`, did you mean `type`?",
        ]
    );
}

#[test]
fn places_count_characters_in_json_too() {
    let text = "{\n  \"hosting\": { \"a.example\": { \"é\": 1, \"php\": 8.3,\r\n\t\"prune\": [\"crnos\"] } }\n}";
    let error = parse("x.json", text).expect_err("mistakes");
    assert_eq!(
        error.to_string(),
        "x.json:2:31: unknown field `é`, expected one of `php`, `engine`, `container`, \
         `environment`, `http_firewall`, `ssh`, `certificate`, `env`, `crons`, `users`, \
         `databases`, `absent`, `prune`, `site`\n\
         x.json:2:46: expected a text, found a number that is not whole\n\
         x.json:3:12: unknown kind `crnos`, did you mean `crons`?"
    );
}

#[test]
fn wrong_types_are_named_without_their_values() {
    let text = r#"
[hosting."a.example"]
php = 8.3
ssh = ["active"]
certificate = "yes"
prune = "crons"
env.A = 1
crons = []
site."b.example" = { folder = "www", ssl = "true", runtime = "7", aliases = "c.example" }
site."c.example" = { folder = 1979-05-27, runtime = 99999999999999999999 }
"#;
    assert_eq!(
        mistakes(text),
        [
            "3:7: expected a text, found a number that is not whole",
            "4:7: expected a text, found a list",
            "5:15: expected `true`, `false` or a list of domains, found a text",
            "6:9: expected a list, found a text",
            "7:9: expected a text or `{ type = \"..\", value = \"..\" }`, found a number",
            "8:9: expected a table, found a list",
            "9:44: expected `true` or `false`, found a text",
            "9:62: expected a whole number, found a text",
            "9:77: expected a list, found a text",
            "10:31: expected a text, found a date or time",
            "10:53: expected a whole number, found a number that is too large",
        ]
    );
}

#[test]
fn missing_fields_are_at_the_name() {
    let text = r#"
[hosting."a.example"]
crons.nightly = { command = "x" }
users.shop = {}
databases.shop = { type = "mysql" }
env.A = {}
site."b.example" = { ssl = true, dns.records = [{ targets = ["x"] }, { type = "TXT" }] }
"#;
    assert_eq!(
        mistakes(text),
        [
            "3:7: missing field `frequency` of `nightly`",
            "3:7: missing field `language` of `nightly`",
            "4:7: missing field `home` of `shop`",
            "5:11: missing field `capacity` of `shop`",
            "6:5: missing field `type` of `A`",
            "6:5: missing field `value` of `A`",
            "7:6: missing field `folder` of `b.example`",
            "7:49: missing field `type`",
            "7:70: missing field `targets`",
        ]
    );
}

#[test]
fn mistakes_of_templates_are_at_their_origin() {
    let text = r#"
defaults.site.template = "shop"
defaults.site.folder = "www/{doman}"
template.shop.crons.a = { command = "{sohrt}", frequency = "0 3 * * *", language = "x" }
hosting."a.example".site."b.example" = {}
hosting."a.example".site."c.example".variables.short = "c"
hosting."a.example".env.A = "{domain}"
"#;
    assert_eq!(
        mistakes(text),
        [
            "3:24: unknown placeholder `doman`, did you mean `domain`?",
            "4:37: unknown placeholder `sohrt`, did you mean `short`?",
            "7:29: `{domain}` has a value only in a site",
        ]
        .map(String::from)
        .into_iter()
        .chain([
            "4:37: unknown placeholder `sohrt`, expected one of `login`, `ip`, `ipv6`, `domain`"
                .to_owned()
        ])
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
    );
}

#[test]
fn names_without_quotes_have_a_hint() {
    let text = "[hosting.example.com]\n[hosting.\"a.example\".site.b.example]\nfolder = \"b\"";
    let found = mistakes(text);
    assert_eq!(
        found[0],
        "1:10: `example` may be part of a name: a name with dots has to be in quotes"
    );
    assert!(found[1].starts_with("1:18: unknown field `com`"));
    assert_eq!(
        found[2],
        "2:27: expected a domain name, found `b`: a name with dots has to be in quotes"
    );
    assert!(found[3].starts_with("2:29: unknown field `example`"));
}

#[test]
fn mistake_of_template_is_the_only_one() {
    let text = r#"
hosting."a.example".site."b.example".template = 1
hosting."a.example".site."c.example".template = "d"
hosting."a.example".site."d.example".foldr = "d"
hosting."a.example".site."e.example".folder = "{d}"
"#;
    assert_eq!(
        mistakes(text),
        [
            "2:49: expected a text, found a number",
            "3:49: unknown template `d`, there is none",
            "4:38: unknown field `foldr`, did you mean `folder`?",
            "5:47: unknown placeholder `d`, expected one of `login`, `ip`, `ipv6`, `domain`",
        ]
    );
}

#[test]
fn unknown_values_of_the_api_are_kept() {
    let text = r#"
[hosting."a.example"]
php = "9.9"
ssh = "sometimes"
databases.shop = { capacity = "sqlHuge", type = "oracle", version = "99", quota = 12345 }
site."b.example" = { folder = "www", ip_location = "XX", dns.records = [{ type = "new", targets = ["x"] }] }
"#;
    let file = parse("x.toml", text).expect("a file");
    let wanted = file
        .wanted("a.example", &HostingFacts::sample())
        .expect("a hosting");
    let config = wanted.config.expect("a configuration").value;
    assert_eq!(config.engine_version.expect("a version").as_str(), "9.9");
    assert_eq!(wanted.ssh.expect("a state").value.as_str(), "sometimes");
    let body = &wanted.databases["shop"].value.body;
    assert_eq!(
        (body.capacity.as_str(), body.type_.as_str()),
        ("sqlHuge", "oracle")
    );
    assert_eq!(body.quota.as_ref().map(|quota| quota.value()), Some(12345));
    assert_eq!(wanted.dns["b.example"][0].value.field_type.as_str(), "NEW");
}

#[test]
fn plain_secret_is_refused_without_showing_it() {
    let text = r#"
[hosting."a.example"]
users.shop = { home = "x", password = "canary" }
databases.shop = { capacity = "a", type = "b", password = { generate = true } }
env.A = { type = "password", value = "canary" }
env.B = { type = "password", value = { env = "canary", file = "canary" } }
env.C = { type = "password", value = 123 }
env.D = { type = "password", value = ["canary"] }
env.E = { type = "password", value = { env = "ovh_canary" } }
env.F = { type = "password", value = { generate = false, store = "canary" } }
"#;
    let found = mistakes(text);
    let secret = "expected a reference to a secret: `{ env = \"NAME\" }`, `{ file = \"PATH\" }` or \
                  `{ generate = true, store = \"PATH\" }`";
    assert_eq!(found[0], format!("3:39: {secret}, found a text"));
    assert_eq!(found[1], format!("4:59: {secret}"));
    assert_eq!(found[2], format!("5:38: {secret}, found a text"));
    assert_eq!(found[3], format!("6:38: {secret}"));
    assert_eq!(found[4], format!("7:38: {secret}, found a text"));
    assert_eq!(
        found[5],
        "8:38: expected a text, a whole number or a reference to a secret, found a list"
    );
    assert_eq!(
        found[6],
        "9:46: the environment variable `ovh_canary` cannot be used: `OVH_` is reserved"
    );
    assert_eq!(found[7], format!("10:38: {secret}"));
    assert!(!found[..6].concat().contains("canary"));
}

#[test]
fn syntax_has_a_place() {
    assert_eq!(
        mistakes("[hosting.\"a.example\"]\nphp = \n"),
        ["2:7: string values must be quoted, expected literal string"]
    );
    let error = parse("x.json", "{\n  \"hosting\": nul }").expect_err("no JSON");
    assert_eq!(error.to_string(), "x.json:2:17: expected ident");
    let error = parse("x.json", "{ \"a\": \"é\\ud800\" }").expect_err("no JSON");
    assert!(error.to_string().starts_with("x.json:1:8: "), "{error}");
    assert_eq!(
        parse("x.json", "[]").expect_err("a list").to_string(),
        "x.json:1:1: expected a table, found a list"
    );
}

#[test]
fn format_follows_name_or_content() {
    let json = r#"{ "$schema": "schema.json", "hosting": { "a.example": {} } }"#;
    for (name, text) in [
        ("x.JSON", json),
        ("-", json),
        ("x.json.toml", "hosting.\"a.example\" = {}"),
        ("-", "\u{feff}hosting.\"a.example\" = {}"),
    ] {
        let file = parse(name, text).expect(name);
        assert_eq!(file.hostings().count(), 1, "{name}");
    }
    assert_eq!(
        parse("x.toml", "").expect("no hostings").hostings().count(),
        0
    );
}

#[test]
fn lists_20_mistakes_by_place() {
    let text: String = (0..30)
        .map(|number| format!("wrong{number} = 1\n"))
        .collect();
    let found = mistakes(&text);
    assert_eq!(found.len(), 20);
    assert!(found[19].starts_with("20:1: "), "{}", found[19]);
}
