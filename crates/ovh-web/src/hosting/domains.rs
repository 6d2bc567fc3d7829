//! Domains that are attached to a hosting.

use ovh_runtime::Error;

use super::Certificate;
use super::resource::{Collection, handle, operations, reads};
use crate::types::{DigStatus, Domain, DomainDetachQuery, DomainUpdate, ListDomains, NewDomain};
use crate::wait::Work;
use crate::{Pending, Task};

handle! {
    /// The domains that are attached to a hosting.
    Domains
}

reads! {
    Domains: domains |domains| &domains.hosting;
    /// Reads an attached domain.
    get(domain: &str) -> Domain, "domain", "domains";
    names: String; names_with: ListDomains
}

impl Domains {
    operations! {
        [domains |domains| &domains.hosting]

        /// Attaches a domain, so that it serves a folder of the hosting.
        ///
        /// If OVHcloud manages the domain's DNS zone, the records are changed, unless
        /// `bypass_dns_configuration` is set. For an external domain, a TXT record must first prove
        /// that it is yours.
        async fn attach(domain: &NewDomain) -> Task<Domain> =
            |domains, task| domains.changing(task, &domain.domain).taking(Work::Day);

        /// Changes folder, SSL, CDN, firewall or runtime of a domain.
        ///
        /// There is no task: wait for the domain itself.
        async fn update(domain: &str, update: &DomainUpdate) -> Pending<Domain> =
            |domains| domains.pending(domain).taking(Work::Day);

        /// Compares the DNS records of a domain with the expected ones.
        fn dig_status(domain: &str) -> DigStatus;

        /// Empties the cache of a domain.
        async fn purge_cache(domain: &str) -> Task = |domains, task| domains.started(task);

        /// Restarts the processes that serve a domain.
        async fn restart(domain: &str) -> Task = |domains, task| domains.started(task);
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
        Ok(self.removing(task, domain).taking(Work::Day))
    }

    /// Returns the handle of a domain's own certificate.
    #[must_use]
    pub fn certificate(&self, domain: impl Into<String>) -> Certificate {
        Certificate::of_domain(self.hosting.clone(), domain.into())
    }
}
