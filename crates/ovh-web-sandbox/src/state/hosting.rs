//! A web hosting and what hangs on it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::certificate::Certificate;
use super::databases::Database;
use super::dns::Dns;
use super::domains::Domain;
use super::dumps::Dump;
use super::failures::Failures;
use super::generic_resources::{Key, Kind, Record, Records};
use super::history::History;
use super::mail::Mail;
use super::modules::Module;
use super::snapshots::Files;
use super::tasks::{Job, Pace, Tasks};
use super::users::User;
use crate::clock::Moment;
use crate::ids::Ids;
use crate::offers::{self, Offer};
use crate::rules::{Rule, Rules};

/// The longest login of a hosting, so that 16 characters hold it and a suffix.
const LOGIN: usize = 10;

/// Guess: how many databases an extra SQL offer has room for.
const EXTRA_DATABASES: usize = 3;

/// The container of PHP 7.4 and later.
pub(crate) const STABLE64: &str = "stable64";

/// The addresses of every hosting, from the ranges that are reserved for documentation.
pub(crate) const IPV4: &str = "192.0.2.10";
pub(crate) const IPV6: &str = "2001:db8::10";

/// The offers to which a hosting can be boosted.
pub(crate) const BOOSTS: [&str; 2] = ["hosting-performance-1", "hosting-performance-2"];

fn boost_json(offer: &str) -> Value {
    // Guess: the price; it is made up.
    json!({"offer": offer, "price": {"currencyCode": "EUR", "priceInUcents": 999_000_000, "text": "9.99 \u{20ac}", "value": 9.99}})
}

/// How a service is renewed at first.
pub(crate) fn renewal() -> Value {
    json!({
        "automatic": true,
        "deleteAtExpiration": false,
        "forced": false,
        "manualPayment": false,
        "period": 12,
    })
}

/// What all hostings of a sandbox share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) ids: Ids,
    pub(crate) pace: Pace,
    pub(crate) failures: Failures,
    pub(crate) rules: Rules,
}

/// One hosting.
#[derive(Clone)]
pub(crate) struct Hosting {
    pub(crate) service: String,
    pub(crate) login: String,
    pub(crate) display_name: Option<String>,
    pub(crate) created: Moment,
    pub(crate) domains: BTreeMap<String, Domain>,
    pub(crate) certificate: Option<Certificate>,
    pub(crate) databases: BTreeMap<String, Database>,
    pub(crate) dumps: BTreeMap<u64, Dump>,
    pub(crate) modules: BTreeMap<u64, Module>,
    pub(crate) users: BTreeMap<String, User>,
    pub(crate) tasks: Tasks,
    /// Everything else that can be listed.
    pub(crate) records: Records,
    pub(crate) files: History<Files>,
    pub(crate) mail: Mail,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) private_databases: Vec<String>,
    pub(crate) offer: String,
    pub(crate) state: String,
    /// When the contract ends, if it does not go on by itself.
    pub(crate) expiration: Option<Moment>,
    /// Disk space that the files use.
    pub(crate) files_mb: u32,
    /// Domains that need a proof before they are attached.
    pub(crate) foreign_domains: Vec<String>,
    pub(crate) dns: Arc<Dns>,
    /// How many domains there are from the start; the offer has room for these.
    pub(crate) first_domains: usize,
    /// How many databases there are from the start; the offer has room for these.
    pub(crate) first_databases: usize,
    /// How many users there are from the start.
    pub(crate) first_users: usize,
    pub(crate) boost: Option<String>,
    /// The task that changes the hosting as a whole.
    pub(crate) task: Option<u64>,
    pub(crate) last_scan: Option<Moment>,
    pub(crate) renew: Value,
    pub(crate) cdn_renew: Value,
    pub(crate) ids: Ids,
    pub(crate) rules: Rules,
    cluster: String,
    uuid: String,
    service_id: u64,
}

impl Hosting {
    /// A fresh hosting: its own domain attached, its primary user, nothing else.
    pub(crate) fn new(service: &str, shared: &Shared, now: Moment) -> Self {
        let ids = &shared.ids;
        let mut labels = service.split('.');
        let mut login: String = labels
            .next()
            .unwrap_or_default()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(LOGIN)
            .collect::<String>()
            .to_ascii_lowercase();
        if login.is_empty() {
            login.push_str("hosting");
        }
        let cluster = labels
            .next()
            .filter(|label| label.starts_with("cluster"))
            .unwrap_or("cluster001")
            .to_owned();
        let mut hosting = Self {
            service: service.to_owned(),
            display_name: None,
            created: now,
            domains: BTreeMap::new(),
            certificate: None,
            databases: BTreeMap::new(),
            dumps: BTreeMap::new(),
            modules: BTreeMap::new(),
            users: BTreeMap::new(),
            tasks: Tasks::new(service, shared),
            records: Records::default(),
            files: History::default(),
            mail: Mail::default(),
            tags: BTreeMap::new(),
            private_databases: Vec::new(),
            offer: offers::DEFAULT.to_owned(),
            state: "active".to_owned(),
            expiration: None,
            files_mb: 0,
            foreign_domains: Vec::new(),
            dns: Arc::default(),
            first_domains: 0,
            first_databases: 0,
            first_users: 0,
            boost: None,
            task: None,
            last_scan: None,
            renew: renewal(),
            cdn_renew: renewal(),
            ids: ids.clone(),
            rules: shared.rules.clone(),
            cluster,
            uuid: ids.uuid(service),
            service_id: ids.next(),
            login,
        };
        let own = Domain::of_the_hosting(service);
        hosting.domains.insert(service.to_owned(), own);
        let primary = User::primary();
        hosting.users.insert(hosting.login.clone(), primary);
        hosting.seed_defaults(now);
        hosting
    }

    /// Lets everything happen that was due by `now`.
    pub(crate) fn settle(&mut self, now: Moment) {
        while let Some(due) = self.tasks.next_due(now) {
            if due.failed {
                due.outcome.undo(self, due.at);
            } else {
                due.outcome.apply(self, due.at);
            }
        }
        self.tasks.archive(now);
        // Every dump is kept for the same time, so the oldest goes first.
        while let Some(oldest) = self.dumps.first_entry() {
            if oldest.get().deletion > now {
                break;
            }
            oldest.remove();
        }
    }

    /// Starts a task and gives its id.
    pub(crate) fn start(&mut self, now: Moment, job: Job) -> u64 {
        let id = self.ids.next();
        self.tasks.start(id, now, job);
        id
    }

    /// The task as a reply carries it.
    pub(crate) fn task_json(&self, id: u64, now: Moment) -> Value {
        self.tasks
            .get(id)
            .map_or(Value::Null, |task| task.json(now))
    }

    /// How many databases can still be created, those of extra SQL offers aside.
    pub(crate) fn free_databases(&self) -> usize {
        let included = self.databases.values().filter(|it| it.extra.is_none());
        let limit = self.plan().databases.max(self.first_databases);
        limit.saturating_sub(included.count())
    }

    /// Returns `true` if the offer has no room for another domain; the hosting's own is not counted.
    pub(crate) fn has_all_domains(&self) -> bool {
        let limit = self.plan().domains.max(self.first_domains);
        self.rules.enforces(Rule::DomainsOfOffer) && self.domains.len() > limit
    }

    /// Returns `true` if the offer has no room for another database.
    pub(crate) fn has_all_databases(&self) -> bool {
        self.rules.enforces(Rule::DatabasesOfOffer) && self.free_databases() == 0
    }

    /// What the hosting's offer includes.
    pub(crate) fn plan(&self) -> &'static Offer {
        Offer::of(&self.offer)
    }

    /// What shows that a foreign domain belongs to the same customer.
    pub(crate) fn token(&self) -> String {
        self.ids.key(&format!("token {}", self.service), 16)
    }

    /// The host that serves FTP and SSH.
    pub(crate) fn shell_host(&self, protocol: &str) -> String {
        format!("{protocol}.{}.hosting.ovh.net", self.cluster)
    }

    /// The resource name in IAM.
    pub(crate) fn urn(&self) -> String {
        format!("urn:v1:eu:resource:webHosting:{}", self.service)
    }

    /// A `hosting.web.ServiceWithIAM`.
    pub(crate) fn json(&self) -> Value {
        let (v4, v6) = (IPV4, IPV6);
        // A sum of nothing is -0.0.
        let databases = self.databases.values().map(Database::used_mb);
        let used = databases.fold(f64::from(self.files_mb), |sum, one| sum + one);
        json!({
            "availableBoostOffer": BOOSTS.map(boost_json),
            "boostOffer": self.boost,
            "cluster": self.cluster,
            "clusterIp": v4,
            "clusterIpv6": v6,
            "countriesIp": [{"country": "FR", "ip": v4, "ipv6": v6}],
            "datacenter": "gra1",
            "defaultAttachedDomain": self.service,
            "displayName": self.display_name,
            "filer": "filer-001",
            "hasCdn": true,
            "hasHostedSsl": self.certificate.is_some(),
            "home": format!("/home/{}", self.login),
            "hostingIp": v4,
            "hostingIpv6": v6,
            "iam": {
                "displayName": self.display_name.as_deref().unwrap_or(&self.service),
                "id": self.uuid,
                "state": "OK",
                "tags": self.tags,
                "urn": self.urn(),
            },
            "lastOvhConfigScan": self.last_scan.map(Moment::rfc3339),
            "multipleSSL": true,
            "offer": self.offer,
            "operatingSystem": "linux",
            "phpVersions": self.php_versions(),
            "primaryLogin": self.login,
            "quotaSize": {"unit": "GB", "value": f64::from(self.plan().disk_gb)},
            "quotaUsed": {"unit": "MB", "value": used},
            "recommendedOffer": null,
            "resourceType": "shared",
            "serviceManagementAccess": {
                "ftp": {"port": 21, "url": self.shell_host("ftp")},
                "http": {"port": 80, "url": self.service},
                "ssh": {"port": 22, "url": self.shell_host("ssh")},
            },
            "serviceName": self.service,
            "state": self.state,
            "token": self.token(),
            "trafficQuotaSize": null,
            "trafficQuotaUsed": null,
            "updates": [],
        })
    }

    /// What every hosting has from the start.
    fn seed_defaults(&mut self, now: Moment) {
        let date = now.rfc3339();
        let settings = json!({
            "container": STABLE64,
            "creationDate": date,
            "engineName": "php",
            "engineVersion": "8.4",
            "environment": "production",
            "fileExist": true,
            "historical": false,
            "httpFirewall": "none",
            "path": "",
            "status": "created",
            "taskId": null,
        });
        let configuration = json!({
            "appEnv": "production",
            "entryPoint": null,
            "language": "nodejs",
            "publicDir": null,
            "status": "created",
            "version": "nodejs-14",
        });
        // Guess: that the offer has one of each of these.
        let option = json!({"creationDate": date, "domain": self.service});
        let extra = json!({
            "database": EXTRA_DATABASES,
            "name": format!("{}-extra", self.login),
            "serviceName": self.service,
            "size": {"unit": "MB", "value": 1024.0},
            "status": "created",
            "taskId": null,
        });
        for (kind, shown) in [
            (Kind::OvhConfig, settings),
            (Kind::Configuration, configuration),
            (Kind::EmailOption, option),
            (Kind::ExtraSql, extra),
        ] {
            self.add_record(kind, shown);
        }
        let service = self.service.clone();
        self.add_own_log(&service);
        self.remember_files(None, now);
    }

    /// Adds a record that is there at once, under a new number.
    pub(crate) fn add_record(&mut self, kind: Kind, shown: Value) -> u64 {
        let id = self.ids.next();
        let mut record = Record::new(shown);
        record.set("id", id);
        self.records.insert(kind, Key::Number(id), record);
        id
    }

    /// An extra SQL offer that has room for a database.
    pub(crate) fn extra_sql_with_room(&self) -> Option<u64> {
        self.records.all(Kind::ExtraSql).find_map(|(key, _)| {
            let &Key::Number(id) = key else { return None };
            let used = self.databases.values().filter(|it| it.extra == Some(id));
            (used.count() < EXTRA_DATABASES).then_some(id)
        })
    }

    /// How many databases the extra SQL offers have room for.
    pub(crate) fn free_extra_databases(&self) -> usize {
        let used = self.databases.values().filter(|it| it.extra.is_some());
        (self.records.count(Kind::ExtraSql) * EXTRA_DATABASES).saturating_sub(used.count())
    }

    /// A `services.Service` for the hosting itself.
    pub(crate) fn service_json(&self, now: Moment) -> Value {
        self.service_of(&self.service, self.service_id, &self.renew, now)
    }

    /// A `services.Service`.
    pub(crate) fn service_of(&self, domain: &str, id: u64, renew: &Value, now: Moment) -> Value {
        let year = Duration::from_secs(365 * 24 * 3600);
        json!({
            "canDeleteAtExpiration": true,
            "contactAdmin": "sb0000-ovh",
            "contactBilling": "sb0000-ovh",
            "contactTech": "sb0000-ovh",
            "creation": self.created.day(),
            "domain": domain,
            "engagedUpTo": null,
            "expiration": self.expiration.unwrap_or(self.created + year).day(),
            "possibleRenewPeriod": [1, 12],
            "renew": renew,
            "renewalType": "automaticV2016",
            "serviceId": id,
            "status": if self.has_expired(now) { "expired" } else { "ok" },
        })
    }

    /// Whether the contract has ended.
    pub(crate) fn has_expired(&self, now: Moment) -> bool {
        self.expiration.is_some_and(|end| end <= now)
    }

    /// Chooses the PHP version of the hosting.
    pub(super) fn set_php(&mut self, version: &str, now: Moment) {
        if let Some(settings) = self.records.present_mut(Kind::OvhConfig) {
            settings.set("engineVersion", version);
            if Self::php_in_stable64(version) == Some(false) {
                settings.set("container", "stable");
            }
        }
        self.remember_files(None, now);
    }

    /// Whether this version of PHP runs in the container `stable64`, and in no other.
    pub(crate) fn php_in_stable64(version: &str) -> Option<bool> {
        let (major, minor) = version.split_once('.')?;
        let version = (major.parse::<u8>().ok()?, minor.parse::<u8>().ok()?);
        Some(version >= (7, 4))
    }

    /// The PHP versions: those that are for everybody, and the hosting's own.
    fn php_versions(&self) -> Vec<Value> {
        let own = self.records.present(Kind::OvhConfig);
        let own = own.map_or("", |settings| settings.text("engineVersion"));
        let old = ("END_OF_LIFE", own);
        let known = [("SECURITY_FIXES", "8.3"), ("SUPPORTED", "8.4")];
        let is_known = known.iter().any(|(_, version)| *version == own);
        let old = (!is_known && !own.is_empty()).then_some(old);
        old.into_iter()
            .chain(known)
            .map(|(support, version)| json!({"support": support, "version": version}))
            .collect()
    }
}
