//! Attached domains: each name serves one folder of the hosting.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use serde_json::{Value, json};

use super::dns::{Dns, parents};
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

    /// The names of which one has the proof that a foreign domain needs; none if it is not foreign.
    ///
    /// A domain is foreign if a seed says so, or if no zone of an account with zones has it.
    fn proofs<'a>(&'a self, domain: &'a str) -> Vec<&'a str> {
        if !self.rules.enforces(Rule::ForeignDomainProof)
            || self.dns.is_in_zone(domain)
            || domain == self.service
        {
            return Vec::new();
        }
        let is_in = |foreign: &&String| parents(domain).any(|name| name == **foreign);
        match self.foreign_domains.iter().find(is_in) {
            Some(foreign) => vec![foreign],
            None if self.dns.has_zones() => parents(domain).collect(),
            None => Vec::new(),
        }
    }

    /// Returns `true` if a domain resolves to the hosting.
    pub(crate) fn points_here(&self, name: &str) -> bool {
        let is_here = |address: &IpAddr| [IPV4, IPV6].contains(&&*address.to_string());
        match (self.dns.address(name), self.dns.zone_addresses(name)) {
            (Some(address), _) => is_here(&address),
            (None, Some(addresses)) => !addresses.is_empty() && addresses.iter().all(is_here),
            // OVHcloud sets the records of domains that are not foreign.
            (None, None) => self.proofs(name).is_empty(),
        }
    }

    /// Returns `true` if a domain lacks the proof that a foreign one needs.
    pub(crate) fn lacks_proof(&self, name: &str) -> bool {
        let token = self.token();
        let has_proof = |parent: &str| self.dns.has_txt(&format!("ovhcontrol.{parent}"), &token);
        let proofs = self.proofs(name);
        let is_foreign = !proofs.is_empty();
        let is_proven = proofs.into_iter().any(has_proof) && self.points_here(name);
        is_foreign && !is_proven
    }

    /// Returns `true` if the certificate of a domain waits until its zone points to the hosting.
    pub(crate) fn waits_for_zone(&self, name: &str) -> bool {
        self.dns.is_in_zone(name) && !self.points_here(name)
    }

    /// Takes the DNS records, and resumes the tasks that waited for them.
    pub(super) fn see_dns(&mut self, dns: &Arc<Dns>, now: Moment) {
        self.dns = Arc::clone(dns);
        let waiting = [Kind::Domain, Kind::DomainCertificate].map(|kind| {
            let all = self.resources.all(kind);
            let waiting = all.filter(|(key, it)| {
                let name = key.to_string();
                it.hidden["waits"] == true
                    && !match kind {
                        Kind::Domain => self.lacks_proof(&name),
                        _ => self.waits_for_zone(&name),
                    }
            });
            let waiting = waiting.filter_map(|(key, it)| Some((kind, key.clone(), it.task?)));
            waiting.collect::<Vec<_>>()
        });
        for (kind, key, task) in waiting.into_iter().flatten() {
            self.tasks.resume(task, now);
            if let Some(resource) = self.resources.find_mut(kind, &key) {
                resource.hidden["waits"] = false.into();
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
