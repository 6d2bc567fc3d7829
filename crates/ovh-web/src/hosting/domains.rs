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
    names: String; names_with(filter: ListDomains)
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

        /// Detaches a domain, and sets what happens to its DNS records.
        async fn detach_with(domain: &str, options: &DomainDetachQuery) -> Task
            => domains.detach(domain, options)
            = |domains, task| domains.removing(task, domain).taking(Work::Day);
    }

    /// Detaches a domain. Its folder and files stay.
    pub async fn detach(&self, domain: &str) -> Result<Task, Error> {
        let options = DomainDetachQuery::default();
        self.detach_with(domain, &options).await
    }

    /// Returns the handle of a domain's own certificate.
    #[must_use]
    pub fn certificate(&self, domain: impl Into<String>) -> Certificate {
        Certificate::of_domain(self.hosting.clone(), domain.into())
    }
}
