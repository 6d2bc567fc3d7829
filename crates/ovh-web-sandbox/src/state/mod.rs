//! The state of a sandbox: hostings with their resources, and the accounts that may sign.
//!
//! Tasks end when the state is read: each access ends the tasks that are due on the clock, in
//! order, so that tests with a manual clock always see the same.

mod apply_seed;
pub(crate) mod cdn;
pub(crate) mod certificates;
pub(crate) mod databases;
mod disk;
mod dns;
pub(crate) mod domains;
pub(crate) mod dumps;
pub(crate) mod failures;
mod history;
pub(crate) mod hosting;
mod kind;
pub(crate) mod modules;
pub(crate) mod resources;
mod runtimes;
pub(crate) mod seed;
pub(crate) mod sites;
pub(crate) mod snapshots;
pub(crate) mod tasks;
pub(crate) mod websites;
pub(crate) mod work;
pub(crate) mod zone_seed;
pub(crate) mod zones;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::auth::credential::Accounts;
use crate::clock::Moment;
use crate::response::Refusal;
use crate::rules::Rules;
use dns::Dns;
use failures::Failures;
use hosting::Hosting;
use resources::Kind;
use tasks::Shared;
use zones::Zone;

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) accounts: Accounts,
    pub(crate) hostings: BTreeMap<String, Hosting>,
    /// The tasks that are to fail.
    pub(crate) failures: Failures,
    pub(crate) rules: Rules,
    /// The incidents of the platform that a test has set.
    pub(crate) incidents: Vec<String>,
    /// The zones of the account.
    pub(crate) zones: BTreeMap<String, Zone>,
    /// The DNS records that a test has set, and those of the zones.
    dns: Arc<Dns>,
}

impl World {
    pub(crate) fn new(
        accounts: Accounts,
        hostings: BTreeMap<String, Hosting>,
        shared: Shared,
    ) -> Self {
        Self {
            accounts,
            hostings,
            failures: shared.failures,
            rules: shared.rules,
            incidents: Vec::new(),
            zones: BTreeMap::new(),
            dns: Arc::default(),
        }
    }

    /// Adds a zone whose records are deployed.
    pub(crate) fn add_zone(&mut self, zone: Zone, now: Moment) {
        let (name, deployed) = (zone.name.clone(), zone.deployed());
        self.zones.insert(name.clone(), zone);
        self.set_dns(now, |dns| dns.deploy(&name, deployed));
    }

    /// A zone of the account.
    pub(crate) fn zone(&mut self, name: &str) -> Result<&mut Zone, Refusal> {
        self.zones.get_mut(name).ok_or_else(Refusal::no_service)
    }

    /// Sets the records of a domain whose zone is in the account.
    ///
    /// Guess: they are set when the domain is attached, and not at the end of the task.
    pub(crate) fn point_to_hosting(&mut self, domain: &str, now: Moment) {
        let mut names = dns::parents(domain);
        let zone = names.find(|name| self.zones.contains_key(*name));
        let Some(zone) = zone.and_then(|name| self.zones.get_mut(name)) else {
            return;
        };
        if zone.point_to_hosting(domain) {
            let (name, deployed) = (zone.name.clone(), zone.deployed());
            self.set_dns(now, |dns| dns.deploy(&name, deployed));
        }
    }

    /// Ends the refreshes that are due by `now`.
    pub(crate) fn settle_zones(&mut self, now: Moment) {
        let zones = self.zones.values_mut();
        let changed: Vec<_> = zones
            .filter_map(|zone| Some((zone.name.clone(), zone.settle(now)?)))
            .collect();
        for (name, deployed) in changed {
            self.set_dns(now, |dns| dns.deploy(&name, deployed));
        }
    }

    /// Sets a DNS record for all hostings.
    pub(crate) fn set_dns(&mut self, now: Moment, set: impl FnOnce(&mut Dns) -> bool) -> bool {
        let done = set(Arc::make_mut(&mut self.dns));
        for hosting in self.hostings.values_mut() {
            hosting.settle(now);
            hosting.see_dns(&self.dns, now);
        }
        done
    }

    /// The hostings as they are at `now`.
    pub(crate) fn settled(&mut self, now: Moment) -> impl Iterator<Item = &Hosting> {
        self.hostings.values_mut().map(move |hosting| {
            hosting.settle(now);
            &*hosting
        })
    }

    /// The hostings that a domain is attached to.
    pub(crate) fn services_of(&mut self, domain: &str, now: Moment) -> Vec<String> {
        self.settled(now)
            .filter(|hosting| hosting.domain(domain).is_ok())
            .map(|hosting| hosting.service.clone())
            .collect()
    }

    /// The content of a database copy of any hosting.
    pub(crate) fn copy(&mut self, id: &str, now: Moment) -> Result<String, Refusal> {
        let copy = self.settled(now).find_map(|hosting| {
            let mut copies = hosting.resources.values(Kind::DatabaseCopy);
            copies.find(|copy| copy.text("id") == id)
        });
        let copy = copy.ok_or_else(|| Refusal::no_object(id))?;
        if copy.task.is_some() {
            return Err(Refusal::busy());
        }
        if copy.text("status") != "done" {
            return Err(Refusal::bad_value("$.copyId", "this copy failed"));
        }
        Ok(copy.hidden.as_str().unwrap_or_default().to_owned())
    }

    /// A hosting as it is at `now`.
    pub(crate) fn hosting(&mut self, service: &str, now: Moment) -> Result<&mut Hosting, Refusal> {
        let hosting = self.hostings.get_mut(service);
        let hosting = hosting.ok_or_else(Refusal::no_service)?;
        hosting.settle(now);
        Ok(hosting)
    }
}
