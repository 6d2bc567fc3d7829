//! A web hosting: its properties, its resources and its tasks.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::dns::Dns;
use super::history::{Files, History};
use super::resources::{Kind, Resource, Resources};
use super::tasks::{End, Job, Shared, Tasks};
use crate::clock::Moment;
use crate::ids::Ids;
use crate::offers::{self, Offer};
use crate::rules::{Rule, Rules};

/// The longest login of a hosting, so that it and a suffix fit into 16 characters.
const LOGIN: usize = 10;

/// Guess: the number of databases of an extra SQL offer.
pub(super) const EXTRA_DATABASES: usize = 3;

/// The container of PHP 7.4 and later.
pub(crate) const STABLE64: &str = "stable64";

/// The addresses of every hosting, from the ranges that are reserved for documentation.
pub(crate) const IPV4: &str = "192.0.2.10";
pub(crate) const IPV6: &str = "2001:db8::10";

/// The offers to which a hosting can be boosted.
pub(crate) const BOOSTS: [&str; 2] = ["hosting-performance-1", "hosting-performance-2"];

fn boost_json(offer: &str) -> Value {
    // Guess: the price is made up.
    json!({"offer": offer, "price": {"currencyCode": "EUR", "priceInUcents": 999_000_000, "text": "9.99 \u{20ac}", "value": 9.99}})
}

/// The renewal settings of a new service.
pub(crate) fn renewal() -> Value {
    json!({
        "automatic": true,
        "deleteAtExpiration": false,
        "forced": false,
        "manualPayment": false,
        "period": 12,
    })
}

/// The effect of a task at its end. Each resource brings its own.
type Effect = Arc<dyn Fn(&mut Hosting, End) + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Hosting {
    pub(crate) service: String,
    pub(crate) login: String,
    pub(crate) display_name: Option<String>,
    pub(crate) created: Moment,
    pub(crate) tasks: Tasks,
    /// The effects of the tasks that have not ended.
    effects: BTreeMap<u64, Effect>,
    pub(crate) resources: Resources,
    pub(crate) files: History<Files>,
    /// The contents of the databases, by name.
    pub(super) contents: BTreeMap<String, History<String>>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) private_databases: Vec<String>,
    pub(crate) offer: String,
    pub(crate) state: String,
    /// The end of a contract that is not renewed.
    pub(crate) expiration: Option<Moment>,
    /// Disk space that the files of the seed use.
    pub(crate) files_mb: u32,
    /// Disk space used when it was last measured.
    pub(super) measured_mb: f64,
    /// Domains that need a proof before they are attached.
    pub(crate) foreign_domains: Vec<String>,
    pub(crate) dns: Arc<Dns>,
    /// The number of seeded domains, which the offer always allows.
    pub(crate) first_domains: usize,
    /// The number of seeded databases, which the offer always allows.
    pub(crate) first_databases: usize,
    /// The number of seeded users, which the offer always allows.
    pub(crate) first_users: usize,
    pub(crate) boost: Option<String>,
    pub(crate) last_scan: Option<Moment>,
    /// The number of SSH keys that were created; the last one is in use.
    pub(crate) ssh_keys: u32,
    pub(crate) renew: Value,
    pub(crate) cdn_renew: Value,
    pub(crate) ids: Ids,
    pub(crate) rules: Rules,
    cluster: String,
    uuid: String,
    service_id: u64,
}

impl Hosting {
    /// A new hosting with its default domain and its primary user.
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
            tasks: Tasks::new(service, shared),
            effects: BTreeMap::new(),
            resources: Resources::default(),
            files: History::default(),
            contents: BTreeMap::new(),
            tags: BTreeMap::new(),
            private_databases: Vec::new(),
            offer: offers::DEFAULT.to_owned(),
            state: "active".to_owned(),
            expiration: None,
            files_mb: 0,
            measured_mb: 0.0,
            foreign_domains: Vec::new(),
            dns: Arc::default(),
            first_domains: 0,
            first_databases: 0,
            first_users: 0,
            boost: None,
            last_scan: None,
            ssh_keys: 0,
            renew: renewal(),
            cdn_renew: renewal(),
            ids: ids.clone(),
            rules: shared.rules.clone(),
            cluster,
            uuid: ids.uuid(service),
            service_id: ids.next(),
            login,
        };
        hosting.seed_defaults(now);
        hosting
    }

    /// Ends the tasks that are due by `now`.
    pub(crate) fn settle(&mut self, now: Moment) {
        while let Some((task, end)) = self.tasks.next_due(now) {
            self.release(task, end);
            if let Some(effect) = self.effects.remove(&task) {
                effect(self, end);
            }
        }
        self.tasks.archive(now);
        self.delete_old_dumps(now);
    }

    /// Starts a task and returns its id.
    pub(crate) fn start(
        &mut self,
        now: Moment,
        job: Job,
        effect: impl Fn(&mut Self, End) + Send + Sync + 'static,
    ) -> u64 {
        let id = self.ids.next();
        self.tasks.start(id, now, job);
        self.effects.insert(id, Arc::new(effect));
        id
    }

    /// A `hosting.web.task`; `null` if the task cannot be read.
    pub(crate) fn task_json(&self, id: u64, now: Moment) -> Value {
        self.tasks
            .get(id)
            .map_or(Value::Null, |task| task.json(now))
    }

    /// The number of databases that the offer still allows, without extra SQL offers.
    pub(crate) fn free_databases(&self) -> usize {
        let databases = self.resources.values(Kind::Database);
        let included = databases.filter(|it| it.shown["sqlpersoId"].is_null());
        let limit = self.plan().databases.max(self.first_databases);
        limit.saturating_sub(included.count())
    }

    /// Returns `true` if the offer allows no further domain; the default domain is not counted.
    pub(crate) fn has_all_domains(&self) -> bool {
        let limit = self.plan().domains.max(self.first_domains);
        self.rules.enforces(Rule::DomainsOfOffer) && self.resources.count(Kind::Domain) > limit
    }

    pub(crate) fn has_all_databases(&self) -> bool {
        self.rules.enforces(Rule::DatabasesOfOffer) && self.free_databases() == 0
    }

    /// The limits of the hosting's offer.
    pub(crate) fn plan(&self) -> &'static Offer {
        Offer::of(&self.offer)
    }

    /// The token that a TXT record `ovhcontrol` of a foreign domain must have.
    pub(crate) fn token(&self) -> String {
        self.ids.key(&format!("token {}", self.service), 16)
    }

    /// The public SSH key; `None` if none was created.
    pub(crate) fn ssh_key(&self) -> Option<String> {
        let key = format!("ssh key {} of {}", self.ssh_keys, self.service);
        let key = self.ids.key(&key, 64);
        (self.ssh_keys > 0).then(|| format!("ssh-rsa {key} {}", self.login))
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
            "hasHostedSsl": self.resources.count(Kind::Certificate) > 0,
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
            "quotaUsed": {"unit": "MB", "value": self.measured_mb},
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

    /// A `hosting.web.user`. The password is not stored, only how often it changed.
    pub(crate) fn user(&self, login: &str, home: &str, ssh: &str) -> Resource {
        let access = |protocol: &str, port: u16| json!({"port": port, "url": self.shell_host(protocol), "user": login});
        let shown = json!({
            "home": home,
            "isPrimaryAccount": false,
            "login": login,
            "serviceManagementCredentials": {"ftp": access("ftp", 21), "ssh": access("ssh", 22)},
            "sshState": ssh,
            "state": "rw",
        });
        Resource::created(shown).with_hidden(0)
    }

    /// An extra SQL offer that allows another database.
    pub(crate) fn free_extra_sql(&self) -> Option<u64> {
        self.resources.values(Kind::ExtraSql).find_map(|extra| {
            let id = extra.number("id");
            (self.databases_of_extra(id).count() < EXTRA_DATABASES).then_some(id)
        })
    }

    pub(crate) fn databases_of_extra(&self, id: u64) -> impl Iterator<Item = &str> {
        let databases = self.resources.values(Kind::Database);
        databases
            .filter(move |database| database.shown["sqlpersoId"] == id)
            .map(|database| database.text("name"))
    }

    /// A `hosting.web.ExtraSqlPerso`, with the names of its databases.
    pub(crate) fn extra_sql_json(&self, offer: &Resource) -> Value {
        let mut value = offer.json();
        value["usage"] = self.databases_of_extra(offer.number("id")).collect();
        value
    }

    /// The number of databases that the extra SQL offers still allow.
    pub(crate) fn free_extra_databases(&self) -> usize {
        let used = |extra: &Resource| self.databases_of_extra(extra.number("id")).count();
        let offers = self.resources.values(Kind::ExtraSql);
        offers
            .map(|extra| EXTRA_DATABASES.saturating_sub(used(extra)))
            .sum()
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

    pub(crate) fn has_expired(&self, now: Moment) -> bool {
        self.expiration.is_some_and(|end| end <= now)
    }

    pub(super) fn set_php(&mut self, version: &str, now: Moment) {
        if let Some(settings) = self.resources.current_mut(Kind::OvhConfig) {
            settings.set("engineVersion", version);
            if Self::php_in_stable64(version) == Some(false) {
                settings.set("container", "stable");
            }
        }
        self.remember_files(None, now);
    }

    /// Returns `true` if this PHP version needs the container `stable64`; `None` if it is no version.
    pub(crate) fn php_in_stable64(version: &str) -> Option<bool> {
        let (major, minor) = version.split_once('.')?;
        let version = (major.parse::<u8>().ok()?, minor.parse::<u8>().ok()?);
        Some(version >= (7, 4))
    }

    /// The supported PHP versions and the version of the hosting.
    fn php_versions(&self) -> Vec<Value> {
        let own = self.resources.current(Kind::OvhConfig);
        let own = own.map_or("", |settings| settings.text("engineVersion"));
        let mut versions = vec![("SECURITY_FIXES", "8.3"), ("SUPPORTED", "8.4")];
        if !own.is_empty() && versions.iter().all(|(_, version)| *version != own) {
            versions.insert(0, ("END_OF_LIFE", own));
        }
        let json = |(support, version)| json!({"support": support, "version": version});
        versions.into_iter().map(json).collect()
    }
}
