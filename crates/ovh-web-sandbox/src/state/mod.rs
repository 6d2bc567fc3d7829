//! What the sandbox knows: hostings with all that belongs to them, and who may sign.
//!
//! Time passes only when someone looks: every access settles what was due on the clock by then, in
//! its order, so that tests with a manual clock see the same thing every time.

pub(crate) mod boosts;
pub(crate) mod catalogue;
pub(crate) mod cdn;
pub(crate) mod certificate;
pub(crate) mod configs;
pub(crate) mod databases;
mod dns;
pub(crate) mod domains;
pub(crate) mod dumps;
pub(crate) mod failures;
pub(crate) mod generic_resources;
pub(crate) mod history;
pub(crate) mod hosting;
pub(crate) mod mail;
pub(crate) mod modules;
pub(crate) mod outcome;
mod plant;
pub(crate) mod runtimes;
pub(crate) mod seed;
pub(crate) mod snapshots;
pub(crate) mod tasks;
pub(crate) mod users;
pub(crate) mod websites;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::auth::credential::Accounts;
use crate::clock::Moment;
use crate::reply::Refusal;
use crate::rules::Rules;
use databases::Content;
use dns::Dns;
use failures::Failures;
use generic_resources::{Key, Kind};
use hosting::Hosting;

/// Everything.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) accounts: Accounts,
    pub(crate) hostings: BTreeMap<String, Hosting>,
    /// Where a domain may be attached; what is no longer true goes when someone looks.
    domains: HashMap<String, BTreeSet<String>>,
    /// Which database of which hosting a copy is of.
    copies: HashMap<String, (String, String)>,
    /// Tasks that shall fail.
    pub(crate) failures: Failures,
    /// How many domains and copies there are when it is worth looking which are gone.
    forget_at: usize,
    /// The product rules.
    pub(crate) rules: Rules,
    /// The DNS records that a test has set.
    dns: Arc<Dns>,
}

/// How many names of what is gone may stand among those of what is there.
const FORGET_AT: usize = 1_000;

impl World {
    pub(crate) fn new(
        accounts: Accounts,
        hostings: BTreeMap<String, Hosting>,
        failures: Failures,
    ) -> Self {
        let mut domains = HashMap::<String, BTreeSet<String>>::new();
        for (service, hosting) in &hostings {
            for domain in hosting.domains.keys() {
                domains
                    .entry(domain.clone())
                    .or_default()
                    .insert(service.clone());
            }
        }
        Self {
            accounts,
            hostings,
            domains,
            copies: HashMap::new(),
            failures,
            forget_at: FORGET_AT,
            rules: Rules::default(),
            dns: Arc::default(),
        }
    }

    /// Sets a DNS record, which every hosting sees from now on.
    pub(crate) fn set_dns(&mut self, now: Moment, set: impl FnOnce(&mut Dns) -> bool) -> bool {
        let done = set(Arc::make_mut(&mut self.dns));
        for hosting in self.hostings.values_mut() {
            hosting.settle(now);
            hosting.see_dns(&self.dns, now);
        }
        done
    }

    /// The hostings to which a domain is attached.
    pub(crate) fn services_of(&mut self, domain: &str, now: Moment) -> Vec<String> {
        let Some(services) = self.domains.get_mut(domain) else {
            return Vec::new();
        };
        services.retain(|service| {
            self.hostings.get_mut(service).is_some_and(|hosting| {
                hosting.settle(now);
                hosting.domains.contains_key(domain)
            })
        });
        services.iter().cloned().collect()
    }

    /// Forgets where domains and copies were that are no longer there, once these are the most.
    fn forget_the_gone(&mut self) {
        if self.domains.len() + self.copies.len() < self.forget_at {
            return;
        }
        let hostings = &self.hostings;
        self.domains.retain(|domain, services| {
            services.retain(|service| {
                let hosting = hostings.get(service);
                hosting.is_some_and(|hosting| hosting.domains.contains_key(domain))
            });
            !services.is_empty()
        });
        self.copies.retain(|id, (service, database)| {
            let key = Key::text(id).within(Key::text(database));
            let hosting = hostings.get(service);
            hosting.is_some_and(|it| it.records.find(Kind::DatabaseCopy, &key).is_some())
        });
        self.forget_at = 2 * (self.domains.len() + self.copies.len()) + FORGET_AT;
    }

    /// Notes of what a copy is.
    pub(crate) fn note_copy(&mut self, id: &str, service: &str, database: &str) {
        self.forget_the_gone();
        let place = (service.to_owned(), database.to_owned());
        self.copies.insert(id.to_owned(), place);
    }

    /// What a copy holds, of whichever hosting it is.
    pub(crate) fn copy(&mut self, id: &str, now: Moment) -> Result<Content, Refusal> {
        let place = self.copies.get(id).cloned();
        let (service, database) = place.ok_or_else(|| Refusal::no_object(id))?;
        let key = Key::text(id).within(Key::Text(database));
        let hosting = self.hosting(&service, now)?;
        let copy = hosting.records.get(Kind::DatabaseCopy, &key)?;
        if copy.task.is_some() {
            return Err(Refusal::busy());
        }
        if copy.text("status") != "done" {
            return Err(Refusal::bad_value("$.copyId", "this copy failed"));
        }
        let content = copy.kept.as_str().unwrap_or_default();
        Ok(Content(content.to_owned()))
    }

    /// Notes that a domain is being attached to a hosting.
    pub(crate) fn note_domain(&mut self, domain: &str, service: &str) {
        self.forget_the_gone();
        let services = self.domains.entry(domain.to_owned()).or_default();
        services.insert(service.to_owned());
    }

    /// A hosting as it is at `now`.
    pub(crate) fn hosting(&mut self, service: &str, now: Moment) -> Result<&mut Hosting, Refusal> {
        let hosting = self
            .hostings
            .get_mut(service)
            .ok_or_else(Refusal::no_service)?;
        hosting.settle(now);
        Ok(hosting)
    }
}
