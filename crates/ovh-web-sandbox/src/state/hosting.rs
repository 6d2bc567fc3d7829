//! A web hosting and what hangs on it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::certificate::Certificate;
use super::databases::Database;
use super::domains::Domain;
use super::dumps::Dump;
use super::modules::Module;
use super::tasks::{Job, Pace, Tasks};
use super::users::User;
use crate::clock::Moment;
use crate::ids::Ids;

/// Guess: how many databases the offer includes; it differs between real offers.
const DATABASES_OF_THE_OFFER: usize = 4;

/// One hosting.
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
    pub(crate) ids: Ids,
    cluster: String,
    uuid: String,
    service_id: u64,
}

impl Hosting {
    /// A fresh hosting: its own domain attached, its primary user, nothing else.
    pub(crate) fn new(service: &str, ids: &Ids, pace: Pace, now: Moment) -> Self {
        let mut labels = service.split('.');
        let mut login: String = labels
            .next()
            .unwrap_or_default()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(16)
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
            tasks: Tasks::new(pace),
            ids: ids.clone(),
            cluster,
            uuid: ids.uuid(service),
            service_id: ids.next(),
            login,
        };
        let own = Domain::of_the_hosting(service);
        hosting.domains.insert(service.to_owned(), own);
        let primary = User::primary();
        hosting.users.insert(hosting.login.clone(), primary);
        hosting
    }

    /// Lets everything happen that was due by `now`.
    pub(crate) fn settle(&mut self, now: Moment) {
        while let Some((at, outcome)) = self.tasks.next_due(now) {
            outcome.apply(self, at);
        }
        self.tasks.archive(now);
        self.dumps.retain(|_, dump| dump.deletion > now);
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

    /// How many databases can still be created.
    pub(crate) fn free_databases(&self) -> usize {
        DATABASES_OF_THE_OFFER.saturating_sub(self.databases.len())
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
        // The addresses are from the ranges that are reserved for documentation.
        let (v4, v6) = ("192.0.2.10", "2001:db8::10");
        let used: f64 = self.databases.values().map(Database::used_mb).sum();
        json!({
            "availableBoostOffer": [],
            "boostOffer": null,
            "cluster": self.cluster,
            "clusterIp": v4,
            "clusterIpv6": v6,
            "countriesIp": [{"country": "FR", "ip": v4, "ipv6": v6}],
            "datacenter": "gra1",
            "defaultAttachedDomain": self.service,
            "displayName": self.display_name,
            "filer": "filer-001",
            "hasCdn": false,
            "hasHostedSsl": self.certificate.is_some(),
            "home": format!("/home/{}", self.login),
            "hostingIp": v4,
            "hostingIpv6": v6,
            "iam": {
                "displayName": self.display_name.as_deref().unwrap_or(&self.service),
                "id": self.uuid,
                "state": "OK",
                "tags": {},
                "urn": self.urn(),
            },
            "lastOvhConfigScan": null,
            "multipleSSL": true,
            "offer": "hosting-pro",
            "operatingSystem": "linux",
            "phpVersions": [
                {"support": "SECURITY_FIXES", "version": "8.3"},
                {"support": "SUPPORTED", "version": "8.4"},
            ],
            "primaryLogin": self.login,
            "quotaSize": {"unit": "GB", "value": 250.0},
            "quotaUsed": {"unit": "MB", "value": used},
            "recommendedOffer": null,
            "resourceType": "shared",
            "serviceManagementAccess": {
                "ftp": {"port": 21, "url": self.shell_host("ftp")},
                "http": {"port": 80, "url": self.service},
                "ssh": {"port": 22, "url": self.shell_host("ssh")},
            },
            "serviceName": self.service,
            "state": "active",
            "token": self.ids.key(&format!("token {}", self.service), 16),
            "trafficQuotaSize": null,
            "trafficQuotaUsed": null,
            "updates": [],
        })
    }

    /// A `services.Service`.
    pub(crate) fn service_json(&self) -> Value {
        let year = Duration::from_secs(365 * 24 * 3600);
        json!({
            "canDeleteAtExpiration": true,
            "contactAdmin": "sb0000-ovh",
            "contactBilling": "sb0000-ovh",
            "contactTech": "sb0000-ovh",
            "creation": self.created.day(),
            "domain": self.service,
            "engagedUpTo": null,
            "expiration": (self.created + year).day(),
            "possibleRenewPeriod": [1, 12],
            "renew": {
                "automatic": true,
                "deleteAtExpiration": false,
                "forced": false,
                "manualPayment": false,
                "period": 12,
            },
            "renewalType": "automaticV2016",
            "serviceId": self.service_id,
            "status": "ok",
        })
    }
}
