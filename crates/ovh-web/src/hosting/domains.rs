//! Domains that are attached to a hosting.

use ovh_runtime::{Call, Error};

use super::family::{handle, reads};
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
        /// One of them.
        get(domain: &str) domain => domain
    }

    /// Attaches a domain: from then on it shows a folder of the hosting.
    ///
    /// A domain whose zone OVHcloud manages gets its DNS records changed, unless
    /// `bypass_dns_configuration` is set. A domain from elsewhere has to prove that it is yours
    /// first, by a TXT record.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn attach(&self, domain: &NewDomain) -> Result<Task<Domain>, Error> {
        let raw = self.hosting.raw().domains();
        let task = raw.attach(self.hosting.service_name(), domain).await?;
        let name = domain.domain.clone();
        let task = Task::started(&self.hosting, task).taking(Work::Day);
        Ok(task.giving(move |hosting| hosting.domains().get(&name)))
    }

    /// Changes folder, SSL, CDN, firewall or runtime of a domain. It has no task: wait for the
    /// domain itself.
    ///
    /// # Errors
    ///
    /// Those of the call.
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
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn detach(&self, domain: &str) -> Result<Task, Error> {
        self.detach_with(domain, &DomainDetachQuery::default())
            .await
    }

    /// Detaches a domain and says what happens to its DNS records.
    ///
    /// # Errors
    ///
    /// Those of the call.
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

    /// What the DNS says of a domain, and what it should say.
    pub fn dig_status(&self, domain: &str) -> Call<DigStatus> {
        let raw = self.hosting.raw().domains();
        raw.dig_status(self.hosting.service_name(), domain)
    }

    /// Empties the cache of a domain.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn purge_cache(&self, domain: &str) -> Result<Task, Error> {
        let raw = self.hosting.raw().domains();
        let task = raw.purge_cache(self.hosting.service_name(), domain).await?;
        Ok(Task::started(&self.hosting, task))
    }

    /// Restarts what runs behind a domain.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn restart(&self, domain: &str) -> Result<Task, Error> {
        let raw = self.hosting.raw().domains();
        let task = raw.restart(self.hosting.service_name(), domain).await?;
        Ok(Task::started(&self.hosting, task))
    }

    /// The certificate that one domain has of its own.
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
