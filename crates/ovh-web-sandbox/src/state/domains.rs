//! Attached domains: each name serves one folder of the hosting.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::dns::Dns;
use super::hosting::{Hosting, IPV4, IPV6};
use super::resources::{Key, Kind, Resource};
use super::websites::folder;
use crate::clock::Moment;
use crate::response::Refusal;
use crate::rules::Rule;

/// The setting of a domain that no response shows.
pub(crate) const BYPASS_DNS: &str = "bypassDNSConfiguration";

/// An attached domain with the default settings.
pub(crate) fn resource(domain: &str) -> Resource {
    Resource::created(json!({
        "cdn": "none",
        "domain": domain,
        "firewall": "none",
        "ipLocation": null,
        "ownLog": null,
        "path": "www",
        "runtimeId": null,
        "ssl": false,
    }))
}

impl Hosting {
    pub(crate) fn domain(&self, domain: &str) -> Result<&Resource, Refusal> {
        self.resources.get(Kind::Domain, &Key::text(domain))
    }

    pub(crate) fn domain_names(&self) -> impl Iterator<Item = &str> {
        let domains = self.resources.values(Kind::Domain);
        domains.map(|domain| domain.text("domain"))
    }

    /// The foreign domain that a name belongs to.
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

    /// Returns `true` if a domain resolves to the hosting.
    pub(crate) fn points_here(&self, name: &str) -> bool {
        match self.dns.address(name) {
            Some(address) => [IPV4, IPV6].contains(&&*address.to_string()),
            // OVHcloud sets the records of domains that are not foreign.
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

    /// Takes the DNS records, and resumes the tasks of domains that have their proof now.
    pub(super) fn see_dns(&mut self, dns: &Arc<Dns>, now: Moment) {
        self.dns = Arc::clone(dns);
        let proven: Vec<_> = self
            .resources
            .all(Kind::Domain)
            .filter(|(_, it)| it.hidden["waits"] == true && !self.lacks_proof(it.text("domain")))
            .filter_map(|(key, it)| Some((key.clone(), it.task?)))
            .collect();
        for (key, task) in proven {
            self.tasks.resume(task, now);
            if let Some(domain) = self.resources.find_mut(Kind::Domain, &key) {
                domain.hidden = Value::Null;
            }
        }
    }

    /// A `hosting.web.attachedDomain.PublicAttachedDomain`.
    pub(crate) fn domain_json(&self, domain: &Resource) -> Value {
        let name = domain.text("domain");
        let path = format!("/hosting/web/{}/attachedDomain/{name}", self.service);
        // Guess: the texts of a capability; only its method is known.
        let capabilities: Vec<_> = ["GET", "PUT", "DELETE"]
            .into_iter()
            .filter(|&method| {
                method != "DELETE" || !self.keeps_domains() && name != self.service
            })
            .map(|method| {
                json!({"description": method, "href": path, "key": method, "method": method})
            })
            .collect();
        let website = self.website_in(folder(domain.text("path")));
        let mut shown = domain.shown.clone();
        shown.remove(BYPASS_DNS);
        let mut value = Value::Object(shown);
        value["capabilities"] = capabilities.into();
        value["isFlushable"] = (domain.text("cdn") == "active").into();
        value["vcsStatus"] = website.map_or("disabled", |it| it.text("status")).into();
        value
    }

    /// Returns `true` if the offer does not allow detaching domains.
    pub(crate) fn keeps_domains(&self) -> bool {
        self.rules.enforces(Rule::DetachOfOffer) && !self.plan().detaches
    }

    /// Adds and removes the CDN domain and the logs that the settings of a domain ask for.
    pub(crate) fn follow_domain(&mut self, key: &Key, at: Moment) {
        let domain = self.resources.find(Kind::Domain, key);
        let cdn = domain.is_some_and(|domain| domain.text("cdn") == "active");
        self.route_through_cdn(key, cdn, at);
        let domains = self.resources.values(Kind::Domain);
        let logged: BTreeSet<String> = domains
            .map(|domain| domain.owned("ownLog"))
            .filter(|name| !name.is_empty())
            .chain([self.service.clone()])
            .collect();
        let is_unlogged = |log: &Resource| !logged.contains(log.text("fqdn"));
        self.resources.remove_where(Kind::OwnLog, is_unlogged);
        for fqdn in logged {
            self.add_own_log(&fqdn);
        }
    }

    /// Adds the logs of a name, unless they exist.
    pub(super) fn add_own_log(&mut self, fqdn: &str) {
        let id = self.ids.number(&format!("log {} {fqdn}", self.service));
        let key = Key::Number(id);
        if self.resources.find(Kind::OwnLog, &key).is_some() {
            return;
        }
        let shown = json!({
            "fqdn": fqdn,
            "id": id,
            // No statistics are served: the addresses are made up and reserved for examples.
            "logs": format!("https://logs.example.net/{fqdn}/logs"),
            "stats": format!("https://logs.example.net/{fqdn}/stats"),
        });
        self.insert(Kind::OwnLog, key, Resource::created(shown));
    }
}
