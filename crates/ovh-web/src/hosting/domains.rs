//! Domains that are attached to a hosting.

use ovh_runtime::{Call, Error};

use super::resource::{handle, reads};
use super::{Certificate, Hosting};
use crate::types::{DigStatus, Domain, DomainDetachQuery, DomainUpdate, ListDomains, NewDomain};
use crate::wait::Work;
use crate::{Pending, Task};

handle! {
    /// The domains that are attached to a hosting.
    Domains
}

impl Domains {
    reads! {
        domains: Domain, by ListDomains;
        names, names_with, /// Their names.
        String;
        /// Reads an attached domain.
        get(domain: &str) domain => domain
    }

    /// Attaches a domain, so that it serves a folder of the hosting.
    ///
    /// If OVHcloud manages the domain's DNS zone, the records are changed, unless
    /// `bypass_dns_configuration` is set. For an external domain, a TXT record must first prove
    /// that it is yours.
    pub async fn attach(&self, domain: &NewDomain) -> Result<Task<Domain>, Error> {
        let raw = self.hosting.raw().domains();
        let task = raw.attach(self.hosting.service_name(), domain).await?;
        let name = domain.domain.clone();
        let task = Task::started(&self.hosting, task).taking(Work::Day);
        Ok(task.with_output(move |hosting| hosting.domains().get(&name)))
    }

    /// Changes folder, SSL, CDN, firewall or runtime of a domain.
    ///
    /// There is no task: wait for the domain itself.
    pub async fn update(
        &self,
        domain: &str,
        update: &DomainUpdate,
    ) -> Result<Pending<Domain>, Error> {
        let raw = self.hosting.raw().domains();
        raw.update(self.hosting.service_name(), domain, update)
            .await?;
        Ok(pending(&self.hosting, domain))
    }

    /// Detaches a domain. Its folder and files stay.
    pub async fn detach(&self, domain: &str) -> Result<Task, Error> {
        self.detach_with(domain, &DomainDetachQuery::default())
            .await
    }

    /// Detaches a domain, and sets what happens to its DNS records.
    pub async fn detach_with(
        &self,
        domain: &str,
        options: &DomainDetachQuery,
    ) -> Result<Task, Error> {
        let raw = self.hosting.raw().domains();
        let task = raw
            .detach(self.hosting.service_name(), domain, options)
            .await?;
        let (what, domain) = (format!("the domain {domain}"), domain.to_owned());
        Ok(Task::started(&self.hosting, task)
            .taking(Work::Day)
            .removing(what, move |hosting| hosting.domains().get(&domain)))
    }

    /// Compares the DNS records of a domain with the expected ones.
    pub fn dig_status(&self, domain: &str) -> Call<DigStatus> {
        let raw = self.hosting.raw().domains();
        raw.dig_status(self.hosting.service_name(), domain)
    }

    /// Empties the cache of a domain.
    pub async fn purge_cache(&self, domain: &str) -> Result<Task, Error> {
        let raw = self.hosting.raw().domains();
        let task = raw.purge_cache(self.hosting.service_name(), domain).await?;
        Ok(Task::started(&self.hosting, task))
    }

    /// Restarts the processes that serve a domain.
    pub async fn restart(&self, domain: &str) -> Result<Task, Error> {
        let raw = self.hosting.raw().domains();
        let task = raw.restart(self.hosting.service_name(), domain).await?;
        Ok(Task::started(&self.hosting, task))
    }

    /// Returns the handle of a domain's own certificate.
    #[must_use]
    pub fn certificate(&self, domain: impl Into<String>) -> Certificate {
        Certificate::of_domain(self.hosting.clone(), domain.into())
    }
}

pub(crate) fn pending(hosting: &Hosting, domain: &str) -> Pending<Domain> {
    let (what, domain) = (format!("the domain {domain}"), domain.to_owned());
    Pending::new(hosting, what, None, move |hosting| {
        hosting.domains().get(&domain)
    })
    .taking(Work::Day)
}
