//! The product rules that the document does not state. Each is tested with the rule and without it,
//! so that the test is known to depend on it.

use std::time::Duration;

use crate::common::{self, Client, KEY, Response, SERVICE, at, manual_with, settle};
use ovh_web_sandbox::{Builder, HostingSeed, Rule, Sandbox};
use serde_json::{Value, json};

/// The rules that a lenient sandbox keeps.
const LOGGED: [Rule; 6] = [
    Rule::EnvVarsOfOffer,
    Rule::RuntimesOfOffer,
    Rule::DatabasesOfOffer,
    Rule::DomainsOfOffer,
    Rule::DetachOfOffer,
    Rule::CertificateNeedsDomain,
];

/// Tells whether a rule holds; it panics if anything else is wrong.
type Probe = Box<dyn Fn(&Sandbox, &Client) -> bool>;

/// A rule, the hosting, and what shows that the rule holds there.
type Case = (Rule, HostingSeed, Probe);

fn seed(offer: &str) -> HostingSeed {
    HostingSeed::new(SERVICE).offer(offer)
}

fn call(client: &Client, call: &str, body: &Value) -> Response {
    let (method, path) = call.split_once(' ').expect("a method and a path");
    let body = (!body.is_null()).then(|| body.to_string());
    let target = format!("/1.0{}", at(path));
    client.send(method, &target, &[], body.as_deref())
}

/// Returns `true` if a call was refused with these words, `false` if it was accepted.
#[track_caller]
fn is_refused(response: &Response, words: &str) -> bool {
    if response.status == 200 {
        return false;
    }
    let message = response.refused(400);
    assert!(message.contains(words), "{message}");
    true
}

/// Calls that a rule refuses: the rule, the hosting, the call, its body and the message.
const REFUSED: &str = r#"
EnvVarsOfOffer | {"offer": "pro2014"} | POST /envVar | {"key": "A", "type": "string", "value": "b"} | this account is not allowed to create EnvVar
RuntimesOfOffer | {"offer": "hosting-performance-4"} | POST /runtime | {"name": "a", "type": "nodejs-14"} | not allowed to create Runtime
DatabasesOfOffer | {"offer": "perso2014", "databases": 1} | POST /database | {"capabilitie": "sqlPerso", "type": "mysql", "user": "exampledb"} | maximum number of databases
DatabasesOfOffer | {"offer": "perso2014", "databases": 1} | POST /module | {"moduleId": 102} | You need at least one free database
DomainsOfOffer | {"offer": "hosting-starter", "domains": 1} | POST /attachedDomain | {"domain": "shop.example.com", "path": "shop"} | maximum number of attached domains
DetachOfOffer | {"offer": "hosting-starter", "domains": 1} | DELETE /attachedDomain/site1.example.example.com | null | can't delete domain of start hosting
CertificateNeedsDomain | {"offer": "pro2014"} | POST /ssl | {} | No attached domain with ssl enabled or no attached domain that redirect on hosting IPs
UsersOfOffer | {"offer": "perso2014"} | POST /user | {"login": "example-a", "home": "www", "password": "Passw0rd1"} | maximum number of users
SshOfOffer | {"offer": "perso2014"} | PUT /user/example | {"sshState": "active"} | does not include SSH
PasswordForm | {} | POST /user | {"login": "example-a", "home": "www", "password": "Passw0rd-1"} | $.password
PasswordForm | {} | POST /user/example/changePassword | {"password": "passw0rd1"} | $.password
PasswordForm | {} | POST /database | {"capabilitie": "sqlPerso", "type": "mysql", "user": "exampledb", "password": "Passw0r"} | $.password
PasswordForm | {} | POST /module | {"moduleId": 102, "adminName": "me", "adminPassword": "PASSW0RD1"} | $.adminPassword
DatabaseUserForm | {} | POST /database | {"capabilitie": "sqlPerso", "type": "mysql", "user": "exampledatabase"} | $.user
DatabaseUserForm | {} | POST /database | {"capabilitie": "sqlPerso", "type": "mysql", "user": "example-db"} | $.user
UserLoginForm | {} | POST /user | {"login": "examplea", "home": "www", "password": "Passw0rd1"} | $.login
UserLoginForm | {} | POST /user | {"login": "example-longer-than-20", "home": "www", "password": "Passw0rd1"} | $.login
ImportedCertificate | {} | POST /ssl | {"certificate": "NOBODYS", "chain": "c", "key": "KEY"} | error check SAN from certificate
ImportedCertificate | {} | POST /ssl | {"certificate": "CERTIFICATE", "chain": "c", "key": "EC KEY"} | an RSA key
ImportedCertificate | {} | POST /ssl | {"certificate": "CERTIFICATE", "chain": "c", "key": "ENCRYPTED KEY"} | without passphrase
CronCommand | {} | POST /cron | {"command": "../job.php", "frequency": "0 4 * * *", "language": "php8.4"} | $.command
CronCommand | {} | POST /cron | {"command": "www/job.php?a=1", "frequency": "0 4 * * *", "language": "php8.4"} | $.command
CronCommand | {} | POST /cron | {"command": "LONG", "frequency": "0 4 * * *", "language": "php8.4"} | $.command
"#;

/// Puts what is too long for the table into a body.
fn complete(mut body: Value) -> Value {
    for value in body
        .as_object_mut()
        .into_iter()
        .flatten()
        .map(|(_, value)| value)
    {
        let long = match value.as_str() {
            Some("CERTIFICATE") => common::CERTIFICATE.to_owned(),
            Some("NOBODYS") => {
                "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n".to_owned()
            }
            Some("KEY") => KEY.to_owned(),
            Some("EC KEY") => KEY.replace("RSA", "EC"),
            Some("ENCRYPTED KEY") => KEY.replace("-\nMIIB", "-\nProc-Type: 4,ENCRYPTED\nMIIB"),
            Some("LONG") => "a".repeat(101),
            _ => continue,
        };
        *value = long.into();
    }
    body
}

fn refused_calls() -> Vec<Case> {
    let lines = REFUSED.lines().filter(|line| !line.is_empty());
    let read = |text: &str| serde_json::from_str::<Value>(text).expect(text);
    lines
        .map(|line| {
            let cells: Vec<&'static str> = line.split(" | ").collect();
            let &[name, seed, what, body, words] = &cells[..] else {
                panic!("five cells: {line}");
            };
            let mut rules = Rule::ALL.iter();
            let rule = rules.find(|rule| format!("{rule:?}") == name).expect(name);
            let mut seed = read(seed);
            seed["service"] = SERVICE.into();
            let seed = serde_json::from_value(seed).expect(line);
            let body = complete(read(body));
            let probe =
                move |_: &Sandbox, client: &Client| is_refused(&call(client, what, &body), words);
            (*rule, seed, Box::new(probe) as Probe)
        })
        .collect()
}

/// Attaches a domain with SSL.
fn attach(client: &Client, domain: &str) -> u64 {
    let body = json!({"domain": domain, "path": "www", "ssl": true});
    client.post(&at("/attachedDomain"), body).task()
}

/// Fills a database with so many megabytes, and returns its path.
fn fill(sandbox: &Sandbox, client: &Client, size: usize) -> String {
    let name = common::database(sandbox, client, "exampledb");
    let written = sandbox.write_database(SERVICE, &name, &"x".repeat(size));
    written.expect("the database");
    format!("/database/{name}")
}

/// Installs a module, and tells whether that fails after a while.
fn fails_later(sandbox: &Sandbox, client: &Client, body: Value) -> bool {
    let task = client.post(&at("/module"), body).task();
    let before = client.objects(&at("/module")).len();
    common::finish(sandbox);
    let task = client.get(&at(&format!("/tasks/{task}"))).ok();
    let after = client.objects(&at("/module")).len();
    match (task["status"].as_str(), before - after) {
        (Some("cancelled"), 1) => true,
        (Some("done"), 0) => false,
        other => panic!("unexpected end: {other:?}"),
    }
}

/// A name of so many characters.
fn long(length: usize) -> String {
    format!("{}.{}.example.com", "a".repeat(20), "b".repeat(length - 33))
}

/// Rules that take more than one call to see.
fn probes() -> Vec<Case> {
    let foreign = HostingSeed::new(SERVICE).foreign_domain("example.org");
    let cloud = || HostingSeed::new(SERVICE);
    vec![
        (
            Rule::DetachOfOffer,
            seed("hosting-starter").domains(1),
            Box::new(|_, client| {
                let domain = client
                    .get(&at("/attachedDomain/site1.example.example.com"))
                    .ok();
                let methods = domain["capabilities"].as_array().map(Vec::len);
                methods == Some(2)
            }),
        ),
        (
            Rule::ModeledOffer,
            cloud(),
            Box::new(|_, client| {
                let response = client.get("/hosting/web/offerCapabilities?offer=mediaplan");
                is_refused(&response, "expected one of hosting-starter, ")
            }),
        ),
        (
            Rule::TaskObjectIds,
            cloud(),
            Box::new(|_, client| {
                let task = attach(client, "shop.example.com");
                let task = client.get(&at(&format!("/tasks/{task}"))).ok();
                let id = task["objectId"].as_str().expect("a text");
                id != "shop.example.com" && id.parse::<u32>().is_ok()
            }),
        ),
        (
            Rule::ForeignDomainProof,
            foreign,
            Box::new(|sandbox, client| {
                attach(client, "www.example.org");
                settle(sandbox);
                let domain = client.get(&at("/attachedDomain/www.example.org")).ok();
                domain["status"] == "creating"
            }),
        ),
        (
            Rule::CertificateNeedsDomain,
            cloud(),
            Box::new(|sandbox, client| {
                attach(client, "shop.example.com");
                settle(sandbox);
                sandbox.set_address_record("shop.example.com", [198, 51, 100, 1].into());
                is_refused(
                    &client.post(&at("/ssl"), json!({})),
                    "redirect on hosting IPs",
                )
            }),
        ),
        (
            Rule::CertificateLimits,
            cloud(),
            Box::new(|sandbox, client| {
                attach(client, &long(65));
                settle(sandbox);
                let path = at(&format!("/attachedDomain/{}/ssl", long(65)));
                is_refused(&client.post_nothing(&path), "too long")
            }),
        ),
        (
            Rule::CertificateLimits,
            cloud(),
            Box::new(|sandbox, client| {
                attach(client, "shop.example.com");
                attach(client, &long(64));
                attach(client, &long(65));
                settle(sandbox);
                client.post(&at("/ssl"), json!({})).ok();
                settle(sandbox);
                let names = client.get(&at("/ssl/domains")).ok();
                names.as_array().map(Vec::len) == Some(2)
            }),
        ),
        (
            Rule::CertificateLimits,
            cloud(),
            Box::new(|sandbox, client| {
                for number in 0..100 {
                    attach(client, &format!("site{number}.example.com"));
                }
                settle(sandbox);
                client.post(&at("/ssl"), json!({})).ok();
                settle(sandbox);
                let names = client.get(&at("/ssl/domains")).ok();
                names.as_array().map(Vec::len) == Some(99)
            }),
        ),
        (
            Rule::CertificateLimits,
            cloud(),
            Box::new(|sandbox, client| {
                attach(client, "shop.example.com");
                settle(sandbox);
                client.post(&at("/ssl"), json!({})).ok();
                for _ in 0..5 {
                    settle(sandbox);
                    client.post_nothing(&at("/ssl/regenerate")).ok();
                }
                settle(sandbox);
                is_refused(&client.post_nothing(&at("/ssl/regenerate")), "5 times")
            }),
        ),
        (
            Rule::PhpContainer,
            cloud(),
            Box::new(|_, client| {
                let id = client.get(&at("/ovhConfig")).ok()[0].clone();
                let path = at(&format!("/ovhConfig/{id}/changeConfiguration"));
                is_refused(
                    &client.post(&path, json!({"engineVersion": "7.3"})),
                    "container",
                )
            }),
        ),
        (
            Rule::PhpContainer,
            cloud(),
            Box::new(|_, client| {
                let id = client.get(&at("/ovhConfig")).ok()[0].clone();
                let path = at(&format!("/ovhConfig/{id}/changeConfiguration"));
                is_refused(
                    &client.post(&path, json!({"container": "stable"})),
                    "container",
                )
            }),
        ),
        (
            Rule::ModuleFailsLater,
            cloud(),
            Box::new(|sandbox, client| {
                let body = json!({"moduleId": 102, "path": "blog"});
                client.post(&at("/module"), body.clone()).task();
                settle(sandbox);
                fails_later(sandbox, client, body)
            }),
        ),
        (
            Rule::ModuleFailsLater,
            cloud(),
            Box::new(|sandbox, client| {
                let dependencies = json!([{"name": "other.mysql.db"}]);
                fails_later(
                    sandbox,
                    client,
                    json!({"moduleId": 102, "dependencies": dependencies}),
                )
            }),
        ),
        (
            Rule::DatabaseSpace,
            seed("perso2014"),
            Box::new(|sandbox, client| {
                let path = fill(sandbox, client, 513);
                client.get(&at(&path)).ok()["state"] == "readonly"
            }),
        ),
        (
            Rule::DatabaseSpace,
            seed("perso2014"),
            Box::new(|sandbox, client| {
                let path = at(&format!("{}/import", fill(sandbox, client, 513)));
                let response = client.post(&path, json!({"documentId": "d"}));
                is_refused(&response, "not enough space")
            }),
        ),
        (
            Rule::DatabaseSpace,
            seed("perso2014"),
            Box::new(|sandbox, client| {
                let path = at(&fill(sandbox, client, 257));
                client
                    .post(&format!("{path}/dump"), json!({"date": "now"}))
                    .task();
                settle(sandbox);
                let dump = client.get(&format!("{path}/dump")).ok()[0].clone();
                let response = client.post_nothing(&format!("{path}/dump/{dump}/restore"));
                is_refused(&response, "not enough space")
            }),
        ),
        (
            Rule::DatabaseSpace,
            seed("perso2014"),
            Box::new(|sandbox, client| {
                let path = at(&fill(sandbox, client, 257));
                sandbox.clock().advance(Duration::from_secs(2 * 86_400));
                let body = json!({"date": "daily.1"});
                is_refused(
                    &client.post(&format!("{path}/restore"), body),
                    "not enough space",
                )
            }),
        ),
        (
            Rule::DatabaseSpace,
            seed("perso2014"),
            Box::new(|sandbox, client| {
                let path = at(&fill(sandbox, client, 257));
                let copy = client.post_nothing(&format!("{path}/copy")).ok()["id"].clone();
                settle(sandbox);
                let response = client.post(&format!("{path}/copyRestore"), json!({"copyId": copy}));
                is_refused(&response, "not enough space")
            }),
        ),
        (
            Rule::DumpsGoWithDatabase,
            cloud(),
            Box::new(|sandbox, client| {
                let path = at(&fill(sandbox, client, 1));
                client
                    .post(&format!("{path}/dump"), json!({"date": "now"}))
                    .task();
                settle(sandbox);
                client.delete(&path).task();
                settle(sandbox);
                client.get(&at("/dump")).ok() == json!([])
            }),
        ),
    ]
}

#[test]
fn each_rule_holds_until_it_is_dropped() {
    let mut cases = refused_calls();
    cases.extend(probes());
    for rule in Rule::ALL {
        assert!(cases.iter().any(|(tested, ..)| tested == rule), "{rule:?}");
    }
    for (index, (rule, seed, probe)) in cases.iter().enumerate() {
        let holds = |change: fn(Builder, Rule) -> Builder| {
            let builder = Sandbox::builder().hosting_with(seed.clone());
            let sandbox = manual_with(change(builder, *rule));
            probe(&sandbox, &Client::new(&sandbox))
        };
        let case = format!("{rule:?}, case {index}");
        assert!(holds(|builder, _| builder), "{case}: not enforced");
        assert!(!holds(Builder::without_rule), "{case}: not dropped");
        let lenient = holds(|builder, _| builder.lenient());
        assert_eq!(lenient, LOGGED.contains(rule), "{case}: lenient");
    }
}
