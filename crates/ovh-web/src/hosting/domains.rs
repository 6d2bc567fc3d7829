//! Domains that are attached to a hosting.

use ovh_runtime::Error;

use super::Certificate;
use super::resource::{Collection, handle, operations, pending, reads};
use crate::pending::{HasStatus, ProvisioningState};
use crate::task::Task;
use crate::types::{
    DigStatus, DnsRecordType, Domain, DomainDetachQuery, DomainUpdate, ListDomains, NewDomain,
};
use crate::wait::Work;
use crate::{Pending, WaitPolicy};

handle! {
    /// The domains that are attached to a hosting.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::types::NewDomain;
    ///
    /// let domains = client.hosting("example.ovh").domains();
    /// for domain in domains.list().await? {
    ///     println!("{}: {}", domain.domain, domain.path);
    /// }
    /// let wanted = NewDomain::new("shop.example.com", "shop").ssl(true);
    /// println!("{}", domains.plan(&wanted).await?);
    /// // Waits until the domain is ready.
    /// domains.ensure(&wanted).await?.or_conflict()?;
    /// domains.wait_dns("shop.example.com").await?;
    /// # Ok(())
    /// # }
    /// ```
    Domains
}

reads! {
    Domains: domains |domains| &domains.hosting;
    /// Reads an attached domain.
    get(domain: &str) -> Domain, "domain", "domains";
    names: String; names_with(filter: ListDomains)
}

pending! { Domains: domains(domain: &str) -> Domain, "domain" }

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
            |domains| domains.settling(domain).taking(Work::Day);

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

    /// Waits until the DNS records of an attached domain point to the hosting.
    ///
    /// Polls [`dig_status`](Self::dig_status) until it shows an address, and all of them are right.
    /// The default deadline is a day.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Timeout`](crate::ErrorKind::Timeout) if the records still point
    /// elsewhere at the deadline.
    pub async fn wait_dns(&self, domain: &str) -> Result<DigStatus, Error> {
        self.dns(domain).wait().await
    }

    /// Like [`wait_dns`](Self::wait_dns), with another policy.
    pub async fn wait_dns_with(
        &self,
        domain: &str,
        policy: WaitPolicy,
    ) -> Result<DigStatus, Error> {
        self.dns(domain).wait_with(policy).await
    }

    fn dns(&self, domain: &str) -> Pending<DigStatus> {
        let (handle, domain) = (self.clone(), domain.to_owned());
        let what = format!("the DNS of {domain}");
        let pending = Pending::new(&self.hosting, what, move || handle.dig_status(&domain));
        pending.resumed().taking(Work::Day)
    }

    /// Returns the handle of a domain's own certificate.
    #[must_use]
    pub fn certificate(&self, domain: impl Into<String>) -> Certificate {
        Certificate::of_domain(self.hosting.clone(), domain.into())
    }
}

impl HasStatus for DigStatus {
    fn status(&self) -> &str {
        match self.state() {
            ProvisioningState::Ready => "configured",
            _ => "not configured",
        }
    }

    /// Ready once there are addresses, and all of them are the hosting's.
    fn state(&self) -> ProvisioningState {
        let is_address = |it: &DnsRecordType| matches!(it, DnsRecordType::A | DnsRecordType::Aaaa);
        let records = self.records.values();
        let mut addresses = records.filter(|it| is_address(&it.type_)).peekable();
        match addresses.peek().is_some() && addresses.all(|it| it.dns_configured) {
            true => ProvisioningState::Ready,
            false => ProvisioningState::InProgress,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(records: &[(&str, &str, bool)]) -> ProvisioningState {
        let record = |&(value, kind, fine): &(&str, &str, bool)| {
            let record = serde_json::json!({"dnsConfigured": fine, "isOvhIp": true, "type": kind});
            (value.to_owned(), record)
        };
        let json = serde_json::json!({
            "domain": "example.com",
            "recommendedIps": {"recommendedIpV4": [], "recommendedIpV6": []},
            "records": records.iter().map(record).collect::<serde_json::Map<_, _>>(),
        });
        let status: DigStatus = serde_json::from_value(json).expect("a status");
        status.state()
    }

    #[test]
    fn dns_is_ready_once_all_addresses_are_right() {
        use ProvisioningState::{InProgress, Ready};
        let (here, v6) = (("192.0.2.10", "A", true), ("2001:db8::10", "AAAA", true));
        assert_eq!(state(&[]), InProgress);
        assert_eq!(state(&[here]), Ready);
        assert_eq!(state(&[here, v6, ("0 issue", "CAA", false)]), Ready);
        assert_eq!(state(&[here, ("192.0.2.11", "A", false)]), InProgress);
        assert_eq!(state(&[("0 issue", "CAA", true)]), InProgress);
    }
}
