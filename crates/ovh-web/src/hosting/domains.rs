//! Attached domains: which name shows which folder of the hosting.

use ovh_runtime::{Call, Error};

use super::Hosting;
use crate::Task;
use crate::listing::collect;
use crate::types::{Domain, DomainDetachQuery, ListDomains, NewDomain};

/// The domains that are served from a hosting.
#[derive(Clone, Debug)]
pub struct Domains {
    hosting: Hosting,
}

impl Domains {
    pub(crate) const fn new(hosting: Hosting) -> Self {
        Self { hosting }
    }

    /// All of them.
    ///
    /// # Errors
    ///
    /// Those of the calls; the first object that does not decode.
    pub async fn list(&self) -> Result<Vec<Domain>, Error> {
        self.list_with(&ListDomains::default()).await
    }

    /// Those that the filters let through.
    ///
    /// # Errors
    ///
    /// Those of the calls; the first object that does not decode.
    pub async fn list_with(&self, filter: &ListDomains) -> Result<Vec<Domain>, Error> {
        let (raw, service) = (
            self.hosting.client().raw().domains(),
            self.hosting.service_name(),
        );
        collect(
            || raw.page(service, filter),
            || raw.list(service, filter),
            |domain: &String| raw.get(service, domain),
        )
        .await
    }

    /// Their names.
    pub fn names(&self) -> Call<Vec<String>> {
        let raw = self.hosting.client().raw().domains();
        raw.list(self.hosting.service_name(), &ListDomains::default())
    }

    /// One of them.
    pub fn get(&self, domain: &str) -> Call<Domain> {
        let raw = self.hosting.client().raw().domains();
        raw.get(self.hosting.service_name(), domain)
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
    pub async fn attach(&self, domain: &NewDomain) -> Result<Task, Error> {
        let raw = self.hosting.client().raw().domains();
        let task = raw.attach(self.hosting.service_name(), domain).await?;
        Ok(Task::started(self.hosting.clone(), task))
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
        let raw = self.hosting.client().raw().domains();
        let task = raw
            .detach(self.hosting.service_name(), domain, options)
            .await?;
        Ok(Task::started(self.hosting.clone(), task))
    }
}
