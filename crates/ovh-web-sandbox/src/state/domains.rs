//! Attached domains: which folder answers under which name.

use std::sync::Arc;

use serde_json::{Value, json};

use super::certificate::Certificate;
use super::dns::Dns;
use super::generic_resources::{Key, Kind, Record};
use super::hosting::{Hosting, IPV4, IPV6};
use super::tasks::Job;
use crate::clock::Moment;
use crate::reply::Refusal;
use crate::rules::Rule;

/// What a caller can choose about an attached domain. `None` leaves a setting alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct DomainSettings {
    pub(crate) path: Option<String>,
    pub(crate) cdn: Option<String>,
    pub(crate) firewall: Option<String>,
    pub(crate) ip_location: Option<Value>,
    pub(crate) own_log: Option<Value>,
    pub(crate) runtime_id: Option<Value>,
    pub(crate) ssl: Option<bool>,
    pub(crate) bypass_dns: Option<bool>,
}

/// One attached domain.
#[derive(Clone)]
pub(crate) struct Domain {
    pub(crate) domain: String,
    pub(crate) path: String,
    pub(crate) cdn: String,
    pub(crate) firewall: String,
    pub(crate) ssl: bool,
    /// Whether the DNS zone was left alone.
    pub(crate) bypass_dns: bool,
    /// Whether it lacks its proof.
    pub(crate) waits: bool,
    pub(crate) status: &'static str,
    pub(crate) task: Option<u64>,
    /// The certificate of this domain alone.
    pub(crate) certificate: Option<Certificate>,
    ip_location: Value,
    own_log: Value,
    runtime_id: Value,
}

impl Domain {
    fn bare(domain: &str, path: &str, status: &'static str) -> Self {
        Self {
            domain: domain.to_owned(),
            path: path.to_owned(),
            cdn: "none".to_owned(),
            firewall: "none".to_owned(),
            ssl: false,
            bypass_dns: false,
            waits: false,
            status,
            task: None,
            certificate: None,
            ip_location: Value::Null,
            own_log: Value::Null,
            runtime_id: Value::Null,
        }
    }

    /// The name under which a hosting answers from the start.
    pub(super) fn of_the_hosting(service: &str) -> Self {
        Self::bare(service, "www", "created")
    }

    /// A domain that is being attached.
    pub(crate) fn creating(domain: &str, settings: DomainSettings) -> Self {
        let mut new = Self::bare(domain, "www", "creating");
        new.set(settings);
        new
    }

    fn set(&mut self, settings: DomainSettings) {
        fn replace<T>(place: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *place = value;
            }
        }
        replace(&mut self.path, settings.path);
        replace(&mut self.cdn, settings.cdn);
        replace(&mut self.firewall, settings.firewall);
        replace(&mut self.ip_location, settings.ip_location);
        replace(&mut self.own_log, settings.own_log);
        replace(&mut self.runtime_id, settings.runtime_id);
        replace(&mut self.ssl, settings.ssl);
        replace(&mut self.bypass_dns, settings.bypass_dns);
    }

    pub(crate) fn runs_on(&self, runtime: u64) -> bool {
        self.runtime_id == runtime
    }

    pub(super) fn run_on(&mut self, runtime: u64) {
        self.runtime_id = runtime.into();
    }

    /// Guess: what ran on a runtime that went runs on none.
    pub(super) fn leave_runtime(&mut self, runtime: u64) {
        if self.runs_on(runtime) {
            self.runtime_id = Value::Null;
        }
    }

    /// The folder, without what does not matter.
    pub(crate) fn folder(&self) -> &str {
        self.path.trim_matches(['.', '/'])
    }

    fn json(&self, vcs_status: &str, capabilities: &[Value]) -> Value {
        json!({
            "capabilities": capabilities,
            "cdn": self.cdn,
            "domain": self.domain,
            "firewall": self.firewall,
            "ipLocation": self.ip_location,
            "isFlushable": self.cdn == "active",
            "ownLog": self.own_log,
            "path": self.path,
            "runtimeId": self.runtime_id,
            "ssl": self.ssl,
            "status": self.status,
            "taskId": self.task,
            "vcsStatus": vcs_status,
        })
    }
}

impl Hosting {
    pub(crate) fn domain(&mut self, domain: &str) -> Result<&mut Domain, Refusal> {
        self.domains
            .get_mut(domain)
            .ok_or_else(|| Refusal::no_object(domain))
    }

    /// Starts a task on an attached domain, which is busy until then.
    pub(crate) fn work_on_domain(
        &mut self,
        domain: &str,
        status: &'static str,
        now: Moment,
        job: Job,
    ) -> Result<u64, Refusal> {
        if self.domain(domain)?.task.is_some() {
            return Err(Refusal::busy());
        }
        let task = self.start(now, job);
        let domain = self.domain(domain)?;
        domain.status = status;
        domain.task = Some(task);
        Ok(task)
    }

    /// The foreign domain to which a name belongs.
    fn foreign(&self, domain: &str) -> Option<&str> {
        let mut all = self.foreign_domains.iter();
        if !self.rules.enforces(Rule::ForeignDomainProof) {
            return None;
        }
        let found = all.find(|foreign| {
            let before = domain.strip_suffix(foreign.as_str());
            before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
        });
        found.map(String::as_str)
    }

    /// Returns `true` if an attached domain points to the hosting.
    pub(crate) fn points_here(&self, name: &str) -> bool {
        match self.dns.address(name) {
            Some(address) => [IPV4, IPV6].contains(&&*address.to_string()),
            // Attaching or the owner has seen to it.
            None => self.foreign(name).is_none(),
        }
    }

    /// Returns `true` if a domain lacks the proof that a foreign one needs.
    pub(crate) fn lacks_proof(&self, name: &str) -> bool {
        self.foreign(name).is_some_and(|foreign| {
            let record = format!("ovhcontrol.{foreign}");
            !self.dns.has_txt(&record, &self.token()) || !self.points_here(name)
        })
    }

    /// Takes over the DNS records: domains that have their proof now wait no longer.
    pub(super) fn see_dns(&mut self, dns: &Arc<Dns>, now: Moment) {
        self.dns = Arc::clone(dns);
        let waiting: Vec<_> = self
            .domains
            .values()
            .filter(|it| it.waits)
            .cloned()
            .collect();
        for domain in waiting {
            if let Some(task) = domain.task.filter(|_| !self.lacks_proof(&domain.domain)) {
                self.tasks.go_on(task, now);
                self.domain(&domain.domain)
                    .into_iter()
                    .for_each(|it| it.waits = false);
            }
        }
    }

    /// A `hosting.web.attachedDomain.PublicAttachedDomain`.
    pub(crate) fn domain_json(&self, domain: &Domain) -> Value {
        let status = self.website_status(domain.folder()).unwrap_or("disabled");
        let methods = ["GET", "PUT", "DELETE"];
        let can = |method: &&str| {
            *method != "DELETE" || !self.keeps_domains() && domain.domain != self.service
        };
        let path = format!(
            "/hosting/web/{}/attachedDomain/{}",
            self.service, domain.domain
        );
        // Guess: the texts of a capability; only its method is known.
        let capabilities: Vec<_> = methods
            .into_iter()
            .filter(can)
            .map(|method| {
                json!({"description": method, "href": path, "key": method, "method": method})
            })
            .collect();
        domain.json(status, &capabilities)
    }

    /// Returns `true` if the offer lets no domain be detached.
    pub(crate) fn keeps_domains(&self) -> bool {
        self.rules.enforces(Rule::DetachOfOffer) && !self.plan().detaches
    }

    /// Sees to it that what a domain's settings call for is there, and nothing else.
    pub(super) fn follow_domain(&mut self, name: &str, at: Moment) {
        let domain = self.domains.get(name);
        let cdn = domain.is_some_and(|domain| domain.cdn == "active");
        self.route_through_cdn(name, cdn, at);
        let logged: std::collections::BTreeSet<String> = std::iter::once(self.service.clone())
            .chain(
                self.domains
                    .values()
                    .filter_map(|domain| domain.own_log.as_str().map(str::to_owned)),
            )
            .collect();
        let gone: Vec<Key> = self
            .records
            .all(Kind::OwnLog)
            .filter(|(_, log)| !logged.contains(log.text("fqdn")))
            .map(|(key, _)| key.clone())
            .collect();
        for key in gone {
            self.records.remove(Kind::OwnLog, &key);
        }
        for fqdn in logged {
            self.add_own_log(&fqdn);
        }
    }

    /// Adds the logs of a name, unless they are there.
    pub(super) fn add_own_log(&mut self, fqdn: &str) {
        let known = self
            .records
            .all(Kind::OwnLog)
            .any(|(_, log)| log.text("fqdn") == fqdn);
        if known {
            return;
        }
        let id = self.ids.number(&format!("log {} {fqdn}", self.service));
        let shown = json!({
            "fqdn": fqdn,
            "id": id,
            // No statistics are served: the addresses are made up and reserved for examples.
            "logs": format!("https://logs.example.net/{fqdn}/logs"),
            "stats": format!("https://logs.example.net/{fqdn}/stats"),
            "status": "created",
            "taskId": null,
        });
        self.records
            .insert(Kind::OwnLog, Key::Number(id), Record::new(shown));
    }

    pub(super) fn settle_domain(&mut self, domain: &str, settings: Option<DomainSettings>) {
        if let Some(domain) = self.domains.get_mut(domain) {
            domain.status = "created";
            domain.task = None;
            if let Some(settings) = settings {
                domain.set(settings);
            }
        }
    }
}
