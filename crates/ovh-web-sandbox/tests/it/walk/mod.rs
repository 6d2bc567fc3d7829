//! Calls of every operation with valid values, on a hosting with objects of every kind.

pub mod documents;
#[path = "../../../src/generated/mod.rs"]
mod generated;

use std::time::Duration;

use ovh_runtime::{Method, Operation};
use ovh_web_sandbox::Sandbox;
use serde_json::{Value, json};

pub use documents::Documents;

use crate::common::{Client, Response, SERVICE, at, finish, settle, versioned};

/// The operations of all sections.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    let further = generated::FURTHER.iter().copied().flatten();
    ovh_web_client::operations::ALL
        .iter()
        .chain(further)
        .copied()
}

/// The operation that reads an item of this list.
pub fn item_of(list: &Operation) -> Option<&'static Operation> {
    operations()
        .filter(|operation| operation.method() == Method::GET)
        .find(|operation| {
            let rest = operation.path().strip_prefix(list.path());
            rest.and_then(|rest| rest.strip_prefix("/{"))
                .is_some_and(|rest| !rest.contains('/'))
        })
}

/// The id of an item, or of what stands for it in a list that gives objects anyway.
pub fn id_of(item: &Value) -> String {
    match item {
        Value::Object(map) => {
            let ids = ["smdId", "id", "name"];
            text(ids.iter().find_map(|id| map.get(*id)).expect("an id"))
        }
        other => text(other),
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// A path segment.
pub fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    text.bytes()
        .map(|byte| match byte {
            byte if plain(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// Objects that may be changed and deleted.
const FURNISHED: [&str; 4] = [
    "exampleapp.mysql.db",
    "example-ftp",
    "shop.example.com",
    "rule",
];

const REPOSITORY: &str = "https://github.com/example/site.git";

/// Puts something of everything on the hosting that can be created.
pub fn seed_defaults(sandbox: &Sandbox, client: &Client) {
    // Old enough for every backup to be there.
    sandbox.clock().advance(Duration::from_secs(60 * 24 * 3600));
    let rounds: [&[(&str, Value)]; 3] = [
        &[
            (
                "/attachedDomain",
                json!({"domain": "shop.example.com", "path": "shop", "ssl": true, "cdn": "active"}),
            ),
            (
                "/database",
                json!({"capabilitie": "sqlPerso", "type": "mysql", "user": "exampleapp"}),
            ),
            (
                "/user",
                json!({"login": "example-ftp", "home": "www", "password": "canaryPass42x"}),
            ),
            ("/module", json!({"moduleId": 101})),
            (
                "/cron",
                json!({"command": "a.php", "frequency": "0 1 * * *", "language": "php8.2"}),
            ),
            (
                "/envVar",
                json!({"key": "APP_ENV", "type": "string", "value": "test"}),
            ),
            ("/runtime", json!({"name": "node", "type": "nodejs-14"})),
            (
                "/website",
                json!({"path": "git", "vcsBranch": "main", "vcsUrl": REPOSITORY}),
            ),
            (
                "/userLogs",
                json!({"description": "d", "login": "reader", "password": "canaryPass42x"}),
            ),
            ("/requestBoost", json!({"offer": "hosting-performance-1"})),
        ],
        &[
            ("/database/exampleapp.mysql.db/dump", json!({"date": "now"})),
            ("/attachedDomain/shop.example.com/ssl", json!({})),
            (
                "/cdn/domain/shop.example.com/option",
                json!({"enabled": true, "name": "rule", "type": "cache_rule"}),
            ),
        ],
        &[
            ("/database/exampleapp.mysql.db/copy", json!({})),
            ("/cdn/domain/shop.example.com/purge", json!({})),
        ],
    ];
    for round in rounds {
        for (path, body) in round {
            let response = client.post(&at(path), body.clone());
            assert_eq!(response.status, 200, "{path}: {}", response.body);
        }
        settle(sandbox);
    }
    let zone = "/domain/zone/example.com/dynHost";
    let body = json!({"ip": "192.0.2.1", "subDomain": "home"});
    client.post(&format!("{zone}/record"), body).ok();
    let body = json!({"loginSuffix": "home", "password": "canaryPass42x", "subDomain": "home"});
    client.post(&format!("{zone}/login"), body).ok();
    let configurations = client.get(&at("/ovhConfig?historical=false")).ok();
    let change = at(&format!(
        "/ovhConfig/{}/changeConfiguration",
        configurations[0]
    ));
    client.post(&change, json!({"engineVersion": "8.1"})).ok();
    settle(sandbox);
    client.post_nothing(&at("/key/ssh")).ok();
    // RecordedEvent, and still to be read.
    client.post_nothing(&at("/ssl")).ok();
    let delete = at("/envVar/OTHER");
    let body = json!({"key": "OTHER", "type": "string", "value": "x"});
    client.post(&at("/envVar"), body).ok();
    finish(sandbox);
    client.delete(&delete).ok();
    finish(sandbox);
}

/// A call that makes sense: the path to something that is there, and what has to be said.
pub struct Sensible<'a> {
    pub documents: &'a Documents,
    pub sandbox: &'a Sandbox,
    pub client: &'a Client,
}

impl Sensible<'_> {
    /// The target of a call, found by reading the lists on the way; an error says what is missing.
    pub fn target(&self, operation: &Operation) -> Result<String, String> {
        let mut target = String::new();
        let mut template = String::new();
        for segment in operation.path().split('/').skip(1) {
            let value = if segment.starts_with('{') {
                self.value(operation, &template, &target, segment)?
            } else {
                segment.to_owned()
            };
            template.push_str(&format!("/{segment}"));
            target.push_str(&format!("/{value}"));
        }
        Ok(target)
    }

    fn value(
        &self,
        operation: &Operation,
        template: &str,
        target: &str,
        segment: &str,
    ) -> Result<String, String> {
        if segment == "{serviceName}" && template == "/hosting/web" {
            return Ok(SERVICE.to_owned());
        }
        let lists = |list: &&Operation| list.method() == Method::GET && list.path() == template;
        let list = operations()
            .find(lists)
            .ok_or_else(|| format!("{segment} has no list"))?;
        let response = match list.id() {
            // Of the past ones nothing can be changed.
            "ovh_configs::list" => self.client.get(&format!("{target}?historical=false")),
            _ => self.client.get(target),
        };
        if response.status != 200 {
            return Err(format!("{list}: {}", response.body));
        }
        let items = response.json();
        let ids: Vec<_> = items.as_array().into_iter().flatten().map(id_of).collect();
        let furnished = ids.iter().find(|id| FURNISHED.contains(&id.as_str()));
        let id = furnished.or(ids.last());
        let id = id.ok_or_else(|| format!("{list} is empty, for {operation}"))?;
        Ok(encoded(id))
    }

    /// Calls the operation.
    pub fn call(&self, operation: &Operation) -> Result<Response, String> {
        // There is one certificate at most, of a hosting as of a domain.
        let certificate = match operation.id() {
            "certificates::create" => Some(at("/ssl")),
            "domain_certificates::create" => Some(at("/attachedDomain/shop.example.com/ssl")),
            _ => None,
        };
        if let Some(certificate) = certificate {
            self.client.delete(&certificate).ok();
            settle(self.sandbox);
        }
        let target = self.target(operation)? + &self.query(operation);
        let body = self.body(operation).map(|body| body.to_string());
        let method = operation.method().as_str();
        Ok(self
            .client
            .send(method, &versioned(&target), &[], body.as_deref()))
    }

    pub fn query(&self, operation: &Operation) -> String {
        match operation.id() {
            "domains::find" => format!("?domain={SERVICE}"),
            "hosting::offer_capabilities" => "?offer=pro2014".to_owned(),
            "vcs::webhooks" => "?path=git&vcs=github".to_owned(),
            _ => self.documents.required_query(operation),
        }
    }

    /// A body of which the state has to be asked, or what the document says.
    fn body(&self, operation: &Operation) -> Option<Value> {
        let first = |path: &str| self.client.get(&at(path)).ok()[0].clone();
        let known = match operation.id() {
            "auth::request_credential" => {
                json!({"accessRules": [{"method": "GET", "path": "/*"}], "allowedIPs": null})
            }
            "databases::restore" | "dumps::create" => json!({"date": "now"}),
            "domain/dyn_host_records::create" => json!({"ip": "192.0.2.1"}),
            "domain/records::create" => json!({"fieldType": "A", "target": "192.0.2.1"}),
            "domain/records::update" => json!({"ttl": 60}),
            "webhosting/websites::create" => {
                json!({"targetSpec": {"fqdn": "new.example.com", "name": "new"}})
            }
            "domains::attach" => json!({"domain": "new.example.com", "path": "new"}),
            "domains::update" => json!({"path": "elsewhere"}),
            "databases::create" => {
                json!({"capabilitie": "sqlPerso", "type": "mysql", "user": "examplenew"})
            }
            "users::create" => {
                json!({"login": "example-new", "home": "www", "password": "canaryPass42x"})
            }
            "boosts::request" => json!({"offer": "hosting-performance-2"}),
            "cdn_options::update" => json!({"enabled": false, "type": "cache_rule"}),
            "configuration::update" => json!({"language": "nodejs", "version": "nodejs-12"}),
            "crons::create" => {
                json!({"command": "b.php", "frequency": "0 2 * * *", "language": "php8.3"})
            }
            "crons::update" => json!({"command": "c.php"}),
            "database_copies::restore" => {
                json!({"copyId": first("/database/exampleapp.mysql.db/copy")})
            }
            "email::update" => json!({"email": "admin@example.com"}),
            "env_vars::create" => json!({"key": "NEW", "type": "string", "value": "x"}),
            "ovh_configs::rollback" => {
                json!({"rollbackId": first("/ovhConfig?historical=true")})
            }
            "runtimes::update" => json!({"name": "other"}),
            "websites::create" => {
                json!({"path": "other", "vcsBranch": "main", "vcsUrl": REPOSITORY})
            }
            "modules::install" => json!({"moduleId": 101, "path": "module"}),
            "modules::upgrade" => json!({"moduleId": 102}),
            _ => return self.documents.body(operation),
        };
        Some(known)
    }
}
